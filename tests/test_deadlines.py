"""Deadlines: each desk knows those of what it knows, and none tells of an answer."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from backchannel.channel import oral, record, said, told
from backchannel.channel.agenda import AgendaSet
from backchannel.channel.caucus import Caucus, Step
from backchannel.channel.communique import CommuniquePutting, CommuniqueWithdrawal
from backchannel.channel.deadlines import (
    Deadline,
    What,
    ahead,
    done,
    in_order,
    of_mediator,
    of_party,
    passed,
)
from backchannel.channel.proposals import (
    Answer,
    Answered,
    EnvelopeKey,
    ProposalPutting,
    ProposalWithdrawal,
    seal_answer,
)
from backchannel.channel.rounds import RoundCall, RoundCancel, RoundHeld
from backchannel.channel.rules import StepState
from crossing import EVERY_USE, NAMES, NOON, an_id, key_of, minute, seat_of
from histories import Move, World, in_force

EAST, WEST, SOUTH = (seat_of(name) for name in NAMES)
LATER, LATEST = NOON + timedelta(hours=6), NOON + timedelta(hours=9)
PUT, ROUND, WORDS, NOTE = (an_id(what) for what in ("put", "round", "words", "note"))


def shown(found: tuple[Deadline, ...]) -> list[tuple[What, object, tuple[str, ...]]]:
    return [(d.what, d.when, d.from_whom) for d in found]


def of(world: World, name: str) -> list[tuple[What, object, tuple[str, ...]]]:
    world.settle()
    assert of_party(world.parties[name].desk) == of_party(world.caucus(name))
    return shown(of_party(world.parties[name].desk))


def put(world: World) -> None:
    keys = tuple(EnvelopeKey(seat=s, key=key_of(s)) for s in (EAST, WEST))
    proposal = ProposalPutting(
        at=NOON, proposal=PUT, seats=keys, text="Ten days.", choices=(), deadline=LATER, grace=180
    )
    world.enter(proposal)
    world.settle()


def say(world: World, **limits: datetime) -> None:
    east = world.parties["East"]
    seen = east.desk.told_count
    note = {"note": NOTE, "text": "Ready.", "handling": EVERY_USE}
    world.say(east, said.Said(at=NOON, seen=seen, **note, **limits))  # type: ignore[arg-type]
    world.settle()


def test_an_answer_is_due_by_the_deadline_and_the_outcome_after_the_grace() -> None:
    world = World.ready()
    put(world)
    assert of(world, "East") == [(What.ANSWER, LATER, ("East",))]
    assert of(world, "South") == []
    assert shown(of_mediator(world.channel)) == [
        (What.ANSWER, LATER, ("East", "West")),
        (What.OUTCOME, LATEST, ()),
    ]


def test_what_is_due_at_the_mediators_does_not_depend_on_who_has_answered() -> None:
    world = World.ready()
    put(world)
    before = of_mediator(world.channel)
    east = world.parties["East"]
    envelope = seal_answer(key_of(EAST), PUT, Answer.REFUSE)
    seen = east.desk.told_count
    world.say(east, Answered(at=NOON, seen=seen, proposal=PUT, envelope=envelope))
    assert of(world, "East") == []
    assert of(world, "West") == [(What.ANSWER, LATER, ("West",))]
    assert of_mediator(world.channel) == before


def test_nothing_is_due_of_a_proposal_taken_back() -> None:
    world = World.ready()
    put(world)
    world.enter(ProposalWithdrawal(at=NOON, proposal=PUT))
    assert of(world, "East") == []
    assert of_mediator(world.channel) == ()


def test_a_note_may_be_used_from_one_time_until_another() -> None:
    world = World.ready()
    say(world, not_before=LATER, expires=LATEST)
    due = [(What.USE_FROM, LATER, ("East",)), (What.USE_UNTIL, LATEST, ("East",))]
    assert of(world, "East") == shown(of_mediator(world.channel)) == due
    assert of(world, "West") == []
    east = world.parties["East"]
    world.say(east, said.Withdrew(at=NOON, seen=east.desk.told_count, note=NOTE))
    assert of(world, "East") == []


def test_what_was_heard_expires_at_the_mediators_alone() -> None:
    world = World.ready()
    world.enter(
        oral.Heard(
            at=NOON,
            seat=WEST,
            note=NOTE,
            text="Soon.",
            handling=EVERY_USE,
            how=oral.How.IN_PERSON,
            spoken=NOON,
            expires=LATER,
        )
    )
    assert shown(of_mediator(world.channel)) == [(What.USE_UNTIL, LATER, ("West",))]
    assert of(world, "West") == []


def test_a_round_is_there_until_it_was_held_or_cancelled() -> None:
    world = World.ready()
    world.enter(RoundCall(at=NOON, round=ROUND, seats=(EAST, WEST), begins=LATER, place="Doha"))
    assert of(world, "East") == [(What.ROUND, LATER, ("North",))]
    assert shown(of_mediator(world.channel)) == [(What.ROUND, LATER, ("East", "West"))]
    (at_the_party,) = of_party(world.parties["East"].desk)
    assert at_the_party.about == "Doha"
    held = World.ready()
    for entry in world.entries[-1:]:
        held.enter(entry)
    held.enter(RoundHeld(at=NOON, round=ROUND, attendance=(), debrief=""))
    assert of_mediator(held.channel) == ()
    world.enter(RoundCancel(at=NOON, round=ROUND))
    assert of(world, "East") == []
    assert of_mediator(world.channel) == ()


def test_a_communique_may_be_released_from_its_time_on() -> None:
    world = World.ready()
    wording: dict[str, Any] = {"text": "We talked.", "credit": "", "holding_line": ""}
    words: Any = partial(CommuniquePutting, at=NOON, seats=(EAST, WEST), **wording)
    world.enter(words(communique=an_id("whenever")))
    world.enter(words(communique=WORDS, not_before=LATER))
    assert of(world, "East") == shown(of_mediator(world.channel)) == [(What.RELEASE, LATER, ())]
    world.enter(CommuniqueWithdrawal(at=NOON, communique=WORDS))
    assert of(world, "East") == []
    assert of_mediator(world.channel) == ()


def test_an_invitation_that_was_not_used_expires() -> None:
    world = World()
    due = of_mediator(world.channel, {WEST: LATER})
    assert shown(due) == [(What.INVITATION, LATER, ("West",))]


def test_a_desk_that_was_not_welcomed_knows_of_nothing() -> None:
    assert of_party(Caucus()) == ()


def test_a_closed_channel_leaves_only_what_an_accord_in_force_promises() -> None:
    world = World.ready()
    accord = in_force(world)
    put(world)
    say(world, expires=LATER)
    world.enter(record.Closure(at=NOON, how=told.Closing.CONCLUDED))
    assert {d.what for d in of_mediator(world.channel, {WEST: LATER})} == {What.STEP}
    assert {what for what, *_ in of(world, "East")} == {What.STEP}
    assert {d.key for d in of_mediator(world.channel)} == {accord}


def mark(world: World, accord: Any, step: str, what: told.Mark) -> None:  # noqa: ANN401 - an id
    day = None if what is told.Mark.LAPSED else date(2026, 3, 2)
    common = {"step": step, "mark": what, "who": "East", "done_on": day}
    world.enter(record.Marking(at=NOON, accord=accord, **common))  # type: ignore[arg-type]
    world.settle()


def test_a_step_is_due_once_it_can_be_taken_and_until_it_is_done_or_has_lapsed() -> None:
    world = World.ready()
    accord = in_force(world)

    def steps() -> list[str]:
        found = of_mediator(world.channel)
        assert found == of_party(world.parties["West"].desk)
        return [d.step for d in found]

    assert steps() == ["s1", "s3"]
    mark(world, accord, "s1", told.Mark.REPORTED)
    assert steps() == ["s2", "s3"]
    mark(world, accord, "s3", told.Mark.LAPSED)
    assert steps() == ["s2"]
    world.enter(record.Ending(at=NOON, accord=accord, text="Over."))
    world.settle()
    assert steps() == []


def test_an_accord_only_put_promises_nothing_yet() -> None:
    world = World.ready()
    world.play(Move("put", "East"))
    assert of(world, "East") == []
    assert of_mediator(world.channel) == ()


def test_a_step_says_from_whom_it_is_due_and_what_it_waits_for() -> None:
    world = World.ready()
    accord = in_force(world)
    known = world.channel.caucuses[EAST].accords[accord]
    first, second, _ = known.accord.steps
    text = replace(
        known.accord,
        earliest_release=date(2026, 5, 1),
        steps=(
            replace(first, deadline="before the feast"),
            replace(second, planned=date(2026, 4, 1)),
        ),
    )
    caucus = replace(world.caucus("East"), accords={accord: replace(known, accord=text)})
    found = of_party(caucus)
    assert [(d.what, d.when, d.step, d.from_whom) for d in found] == [
        (What.STEP, date(2026, 4, 1), "s2", ("West",)),
        (What.PUBLISH, date(2026, 5, 1), "", ()),
        (What.STEP, None, "s1", ("East",)),
    ]
    assert found[0].about.endswith("waits for s1")
    assert found[2].about.endswith("before the feast")


def test_the_steps_of_mirror_texts_are_listed_once() -> None:
    world = World.ready()
    for entry in world.put_mirrors("East"):
        world.enter(entry)
    world.settle()
    world.play(Move("adhere", "East"), Move("adhere", "West"))
    world.settle()
    world.play(Move("release", "East"), Move("release", "West"))
    assert len(world.channel.accords) == 2
    assert [d.step for d in of_mediator(world.channel)] == ["s1", "s3"]
    assert [what for what, *_ in of(world, "West")] == [What.STEP, What.STEP]


def test_done_is_what_the_record_has_as_reported_or_verified() -> None:
    steps = {
        "a": Step(state=StepState.VERIFIED),
        "b": Step(state=StepState.DISPUTED),
        "c": Step(),
    }
    assert done(steps) == {"a": None}


# Order, and what is over.


def at(when: datetime | date | None, what: What = What.STEP) -> Deadline:
    return Deadline(what=what, key="0" * 32, when=when)


def test_a_day_comes_before_the_hours_in_it_and_what_has_no_day_last() -> None:
    day, hour, none = at(date(2026, 3, 1)), at(NOON), at(None)
    assert in_order((none, hour, day)) == (day, hour, none)


@pytest.mark.parametrize(
    ("when", "now", "over"),
    [
        (NOON, NOON, False),
        (NOON, minute(1), True),
        (date(2026, 3, 1), datetime(2026, 3, 1, 23, 59, tzinfo=UTC), False),
        (date(2026, 3, 1), datetime(2026, 3, 2, 0, 1, tzinfo=UTC), True),
        (None, NOON, False),
    ],
)
def test_a_day_is_over_when_all_of_it_is(
    when: datetime | date | None,
    now: datetime,
    over: bool,  # noqa: FBT001 - pytest passes it
) -> None:
    assert passed(at(when), now) is over


def test_ahead_are_what_is_to_come_and_what_is_still_owed() -> None:
    found = tuple(at(NOON, what) for what in What)
    assert ahead(found, NOON) == found
    assert {d.what for d in ahead(found, minute(1))} == {What.STEP, What.OUTCOME}


def test_deadlines_of_a_party_do_not_depend_on_what_others_are_told() -> None:
    alone, beside = World.ready(), World.ready()
    put(alone)
    put(beside)
    beside.enter(AgendaSet(at=NOON, items=()))
    beside.enter(RoundCall(at=NOON, round=ROUND, seats=(SOUTH,), begins=LATER, place="Oman"))
    say(beside, expires=LATER)
    assert of(alone, "West") == of(beside, "West")
