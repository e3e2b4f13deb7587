"""Timing: who set the agenda, who waited, and nothing of an answer before its outcome."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from backchannel.channel import oral, record, said
from backchannel.channel.agenda import AgendaSet, Item, ItemRaised, Kept
from backchannel.channel.channel_proposals import answers, result_of
from backchannel.channel.events import Entry
from backchannel.channel.handling import AS_OURS, FOR_THE_MEDIATOR_ONLY, Attribution
from backchannel.channel.names import SeatId
from backchannel.channel.proposals import (
    Answer,
    Answered,
    EnvelopeKey,
    OutcomeEntered,
    ProposalPutting,
    ProposalWithdrawal,
    seal_answer,
)
from backchannel.channel.timing import Listed, Wait, Waited, median_minutes, timing
from crossing import EVERY_USE, NAMES, NOON, an_id, key_of, minute, seat_of
from histories import World

EAST, WEST, SOUTH = (seat_of(name) for name in NAMES)
NOTE, QUESTION, REQUEST, PUT = (an_id(what) for what in ("note", "question", "request", "put"))


def waited(world: World, *kinds: Wait) -> tuple[Waited, ...]:
    return tuple(w for w in timing(world.entries).waited if w.wait in kinds)


def arrives(world: World, name: str, kind: Any, *, at: int, by: int = 0, **fields: object) -> None:  # noqa: ANN401 - an event
    """Have a party say something at one minute, which arrives at another."""
    party = world.parties[name]
    world.say(party, kind(at=minute(by), seen=party.desk.told_count, **fields))
    world.deliver_up(party, minute(at))


def note(world: World, *, key: Any = NOTE, at: int = 3, **more: object) -> None:  # noqa: ANN401 - an id
    fields = {"note": key, "text": "Ready.", "handling": EVERY_USE, **more}
    arrives(world, "East", said.Said, at=at, **fields)


def convey(world: World, seat: SeatId, at: int, *notes: Any) -> None:  # noqa: ANN401 - ids
    world.enter(
        record.Conveyance(
            at=minute(at),
            seat=seat,
            conveyance=an_id(seat, at),
            text="Ready.",
            attribution=Attribution.NOBODY,
            rests_on=tuple(record.Basis(seat=EAST, note=each) for each in notes or (NOTE,)),
        )
    )


def test_the_agenda_tells_who_raised_a_topic_and_since_when_it_is_there() -> None:
    world = World.ready()
    pause, funds = Item(item="pause", title="A pause"), Item(item="funds", title="The funds")
    theirs = Kept(item=pause, shown_to=(EAST,), raised_by=EAST)
    world.enter(AgendaSet(at=minute(1), items=(theirs,)))
    world.enter(AgendaSet(at=minute(5), items=(Kept(item=funds, shown_to=()), theirs)))
    world.enter(AgendaSet(at=minute(9), items=(theirs,)))
    assert timing(world.entries).listed == (
        Listed(item="pause", title="A pause", raised_by=EAST, since=minute(1)),
        Listed(item="funds", title="The funds", raised_by="", since=minute(5)),
    )


def test_a_topic_raised_waits_until_it_is_on_the_agenda_as_that_partys() -> None:
    world = World.ready()
    arrives(world, "East", ItemRaised, at=2, title="A pause")
    arrives(world, "East", ItemRaised, at=4, title="a pause")
    arrives(world, "West", ItemRaised, at=5, title="A pause")
    item = Item(item="pause", title="A PAUSE")
    world.enter(AgendaSet(at=minute(7), items=(Kept(item=item, shown_to=(), raised_by=EAST),)))
    world.enter(AgendaSet(at=minute(9), items=(Kept(item=item, shown_to=(), raised_by=EAST),)))
    first, other = waited(world, Wait.TOPIC)
    assert (first.seat, first.since, first.until) == (EAST, minute(2), minute(7))
    assert (other.seat, other.since, other.until) == (WEST, minute(5), None)


def test_a_question_waits_for_the_first_word_that_answers_it() -> None:
    world = World.ready()
    arrives(world, "East", said.Asked, at=2, question=QUESTION, text="When?")
    for at in (6, 9):
        world.enter(record.Remark(at=minute(at), seat=EAST, text="Soon.", answers=QUESTION))
    world.enter(record.Remark(at=minute(9), seat=EAST, text="By the way."))
    assert waited(world, Wait.MEDIATORS_WORD) == (
        Waited(
            wait=Wait.MEDIATORS_WORD,
            seat=EAST,
            key=QUESTION,
            since=minute(2),
            until=minute(6),
            said=NOON,
        ),
    )


def test_the_mediator_waits_for_a_partys_word_and_for_permission() -> None:
    world = World.ready()
    world.enter(record.Question(at=minute(1), seat=EAST, question=QUESTION, text="Ready?"))
    world.settle()
    note(world, at=4, answers=QUESTION)
    request = {
        "request": REQUEST,
        "note": NOTE,
        "text": "Ready.",
        "attribution": Attribution.NOBODY,
    }
    world.enter(record.UseRequest(at=minute(5), seat=EAST, **request))
    world.settle()
    (word,), (permission,) = waited(world, Wait.PARTYS_WORD), waited(world, Wait.PERMISSION)
    assert (word.since, word.until) == (minute(1), minute(4))
    assert (permission.since, permission.until) == (minute(5), None)
    arrives(world, "East", said.UseAnswered, at=8, request=REQUEST, allowed=False)
    (permission,) = waited(world, Wait.PERMISSION)
    assert permission.until == minute(8)


def test_a_note_waits_for_each_recipient_until_it_is_first_conveyed() -> None:
    world = World.ready()
    note(world, at=3)
    (idle,) = waited(world, Wait.CONVEYANCE)
    assert (idle.said, idle.since, idle.until, idle.to) == (NOON, minute(3), None, None)
    for seat, at in ((WEST, 5), (WEST, 6), (SOUTH, 9)):
        convey(world, seat, at)
    found = waited(world, Wait.CONVEYANCE)
    assert {(w.to, w.since, w.until) for w in found} == {
        (WEST, minute(3), minute(5)),
        (SOUTH, minute(3), minute(9)),
    }


def test_what_may_not_be_used_waits_for_nothing() -> None:
    world = World.ready()
    note(world, handling=FOR_THE_MEDIATOR_ONLY)
    assert waited(world, Wait.CONVEYANCE) == ()
    arrives(world, "East", said.HandlingWidened, at=7, note=NOTE, handling=AS_OURS)
    (since,) = waited(world, Wait.CONVEYANCE)
    assert since.since == minute(7)
    arrives(world, "East", said.HandlingWidened, at=8, note=NOTE, handling=EVERY_USE)
    assert waited(world, Wait.CONVEYANCE) == (since,)
    arrives(world, "East", said.Withdrew, at=9, note=NOTE)
    assert waited(world, Wait.CONVEYANCE) == ()


def test_what_was_conveyed_before_it_was_withdrawn_stays() -> None:
    world = World.ready()
    note(world)
    convey(world, WEST, 5)
    arrives(world, "East", said.Erased, at=9, note=NOTE)
    (found,) = waited(world, Wait.CONVEYANCE)
    assert found.until == minute(5)


def heard(world: World, key: Any, **more: object) -> None:  # noqa: ANN401 - an id
    fields: dict[str, Any] = {"handling": EVERY_USE, **more}
    world.enter(
        oral.Heard(
            at=minute(4),
            seat=EAST,
            note=key,
            text="Soon.",
            how=oral.How.IN_PERSON,
            spoken=minute(2),
            **fields,
        )
    )


def test_what_was_spoken_counts_from_when_it_was_spoken_and_told() -> None:
    world = World.ready()
    heard(world, NOTE)
    heard(world, an_id("taken back"))
    heard(world, an_id("in confidence"), handling=FOR_THE_MEDIATOR_ONLY)
    world.enter(oral.HeardTakenBack(at=minute(5), note=an_id("taken back")))
    world.enter(
        oral.ToldByMouth(
            at=minute(20),
            seat=WEST,
            conveyance=an_id("mouth"),
            text="Soon.",
            attribution=Attribution.NOBODY,
            rests_on=(record.Basis(seat=EAST, note=NOTE),),
            how=oral.How.BY_TELEPHONE,
            spoken=minute(10),
        )
    )
    (found,) = waited(world, Wait.CONVEYANCE)
    assert (found.said, found.since, found.until) == (minute(2), minute(4), minute(10))


# Proposals: nothing of an answer before the outcome.


def put(world: World) -> None:
    keys = tuple(EnvelopeKey(seat=s, key=key_of(s)) for s in (EAST, WEST))
    world.enter(
        ProposalPutting(
            at=minute(1),
            proposal=PUT,
            seats=keys,
            text="Ten days.",
            choices=(),
            deadline=minute(30),
            grace=0,
        )
    )
    world.settle()


def vote(world: World, name: str, answer: Answer, at: int) -> None:
    envelope = seal_answer(key_of(seat_of(name)), PUT, answer)
    arrives(world, name, Answered, at=at, proposal=PUT, envelope=envelope)


def outcome(world: World) -> OutcomeEntered:
    opened = answers(world.channel, world.channel.proposals[PUT])
    return OutcomeEntered(at=minute(40), proposal=PUT, result=result_of(opened), answers=opened)


def of_seats(entries: Iterable[Entry]) -> list[tuple[SeatId, object, object]]:
    found = (w for w in timing(entries).waited if w.wait is Wait.ANSWER)
    return sorted((w.seat, w.since, w.until) for w in found)


def test_when_each_has_answered_is_there_after_the_outcome_and_not_before() -> None:
    silent, answered = World.ready(), World.ready()
    for world in (silent, answered):
        put(world)
    vote(answered, "East", Answer.REFUSE, 7)
    assert timing(answered.entries) == timing(silent.entries)
    answered.enter(outcome(answered))
    assert of_seats(answered.entries) == sorted(
        [(EAST, minute(1), minute(7)), (WEST, minute(1), None)], key=lambda row: row[0]
    )


def test_of_a_proposal_taken_back_nothing_is_ever_there() -> None:
    world = World.ready()
    put(world)
    vote(world, "East", Answer.ACCEPT, 7)
    world.enter(ProposalWithdrawal(at=minute(8), proposal=PUT))
    assert of_seats(world.entries) == []


def test_an_answer_by_mouth_counts_from_when_it_was_given() -> None:
    world = World(("East", "West"))
    put(world)
    for seat, spoken in ((EAST, 6), (WEST, 9)):
        world.enter(
            oral.HeardAnswer(
                at=minute(12),
                proposal=PUT,
                seat=seat,
                answer=Answer.ACCEPT,
                how=oral.How.IN_PERSON,
                spoken=minute(spoken),
            )
        )
    world.enter(outcome(world))
    assert {(seat, until) for seat, _, until in of_seats(world.entries)} == {
        (EAST, minute(6)),
        (WEST, minute(9)),
    }


def test_the_median_is_a_time_that_was_waited() -> None:
    def a_wait(minutes: int | None) -> Waited:
        until = None if minutes is None else NOON + timedelta(minutes=minutes)
        return Waited(wait=Wait.TOPIC, seat=EAST, key="x", since=NOON, until=until)

    assert median_minutes([]) is None
    assert median_minutes([a_wait(None)]) is None
    assert median_minutes([a_wait(9), a_wait(None), a_wait(2)]) == 2
    assert median_minutes([a_wait(9), a_wait(2), a_wait(30)]) == 9
