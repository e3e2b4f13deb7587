"""The mediator's desk: what may be conveyed under which handling, and the life of an accord."""

from datetime import date, timedelta
from itertools import chain, combinations, product
from typing import Any

import pytest

from accords import an_accord
from backchannel.channel import caucus as caucuses
from backchannel.channel import record, said, told
from backchannel.channel.accord import AccordForm
from backchannel.channel.accord_text import render
from backchannel.channel.channel import Channel, skip
from backchannel.channel.channel_rules import may, stance
from backchannel.channel.disclosure import tell, view
from backchannel.channel.errors import HandlingForbidsError, MalformedError, RuleBrokenError
from backchannel.channel.events import Entry
from backchannel.channel.handling import Attribution, Handling
from backchannel.channel.record import Basis
from backchannel.channel.rules import AccordLife, Stance, Standing
from crossing import EVERY_USE, MEDIATOR_KEY, NAMES, NOON, accord_text, an_id, minute, seat_of
from histories import Move, World, adhered, in_force

EAST, WEST, SOUTH = (seat_of(name) for name in NAMES)
NOTE, THEIRS, REQUEST = an_id("note"), an_id("theirs"), an_id("request")
TICKED = [
    frozenset(uses)
    for uses in chain.from_iterable(combinations(Attribution, size) for size in range(4))
]
UNKNOWN = an_id("unknown")


def say(world: World, name: str, kind: type, **fields: Any) -> None:  # noqa: ANN401
    """Let a party say something, and deliver it."""
    party = world.parties[name]
    world.say(party, kind(at=NOON, seen=party.desk.told_count, **fields))
    world.settle()


def with_note(handling: Handling = EVERY_USE, **fields: Any) -> World:  # noqa: ANN401
    """Return a world in which East has said a note, and West one of its own."""
    world = World.ready()
    say(world, "East", said.Said, note=NOTE, text="Ready.", handling=handling, **fields)
    say(world, "West", said.Said, note=THEIRS, text="Ready too.", handling=EVERY_USE)
    return world


def conveyance(use: Attribution = Attribution.NOBODY, **changes: Any) -> record.Conveyance:  # noqa: ANN401
    fields: dict[str, Any] = {
        "at": NOON,
        "seat": WEST,
        "conveyance": an_id("conveyance"),
        "text": "Ready.",
        "attribution": use,
        "rests_on": (Basis(seat=EAST, note=NOTE),),
    }
    return record.Conveyance(**{**fields, **changes})


def assert_refused(
    world: World, entry: Entry, match: str, kind: type[Exception] = RuleBrokenError
) -> None:
    before = world.channel
    with pytest.raises(kind, match=match):
        world.enter(entry)
    assert world.channel is before
    assert not any(party.down for party in world.parties.values())


def passes(world: World, entry: Entry) -> bool:
    try:
        may(world.channel, entry)
    except HandlingForbidsError:
        return False
    return True


def ask_to_use(
    world: World, use: Attribution, text: str = "Ready.", *, allowed: bool | None = True
) -> None:
    """Ask East before using its note; without an answer if `allowed` is None."""
    world.enter(
        record.UseRequest(
            at=NOON, seat=EAST, request=REQUEST, note=NOTE, attribution=use, text=text
        )
    )
    world.settle()
    if allowed is not None:
        say(world, "East", said.UseAnswered, request=REQUEST, allowed=allowed)


@pytest.mark.parametrize("uses", TICKED, ids=lambda uses: "+".join(sorted(u.name for u in uses)))
def test_only_the_ticked_uses_pass_and_only_with_their_conditions(
    uses: frozenset[Attribution],
) -> None:
    for ask, condition in product((False, True), ("", "they are ready")):
        handling = Handling(uses=uses, ask_first=ask, only_if=condition)
        for use, answer, met in product(Attribution, (None, False, True), (None, THEIRS, UNKNOWN)):
            world = with_note(handling)
            if use in uses and ask:
                ask_to_use(world, use, allowed=answer)
            wanted = (
                use in uses and (not ask or answer is True) and (not condition or met == THEIRS)
            )
            assert passes(world, conveyance(use, condition_met_by=met)) is wanted


@pytest.mark.parametrize(
    ("at", "allowed"), [(9, False), (10, True), (11, True), (19, True), (20, False), (21, False)]
)
def test_a_note_is_used_from_its_first_minute_on_and_not_in_its_last(
    at: int, *, allowed: bool
) -> None:
    world = with_note(not_before=minute(10), expires=minute(20))
    assert passes(world, conveyance(at=minute(at))) is allowed


def test_a_note_without_an_expiry_is_not_used_up() -> None:
    assert passes(with_note(not_before=minute(10)), conveyance(at=NOON + timedelta(days=3650)))
    assert passes(with_note(expires=minute(10)), conveyance(at=minute(9)))


@pytest.mark.parametrize("kind", [said.Withdrew, said.Erased])
def test_what_its_author_took_back_is_neither_used_nor_asked_for(kind: type) -> None:
    world = with_note()
    say(world, "East", kind, note=NOTE)
    state = world.caucus("East").notes[NOTE].state.value
    for use in Attribution:
        assert_refused(world, conveyance(use), f"East has {state} this note", HandlingForbidsError)
        request = record.UseRequest(
            at=NOON, seat=EAST, request=REQUEST, note=NOTE, attribution=use, text="Ready."
        )
        assert_refused(world, request, f"East has {state} this note", HandlingForbidsError)


def test_a_widened_handling_counts_from_then_on() -> None:
    world = with_note(Handling(ask_first=True))
    assert not passes(world, conveyance())
    say(world, "East", said.HandlingWidened, note=NOTE, handling=EVERY_USE)
    assert passes(world, conveyance())


def test_leave_is_for_one_wording_one_attribution_and_no_list() -> None:
    world = with_note(Handling(uses=frozenset(Attribution), ask_first=True))
    ask_to_use(world, Attribution.NOBODY, "Ready  to talk. ")
    assert passes(world, conveyance(text="Ready to talk."))
    assert not passes(world, conveyance(text="Ready to pay."))
    assert not passes(world, conveyance(Attribution.MEDIATOR, text="Ready to talk."))
    assert not passes(world, conveyance(text="Ready to talk.", rows=(("Ali", "Evin"),)))


def test_a_correction_needs_leave_for_its_wording_as_well() -> None:
    world = with_note(Handling(uses=frozenset(Attribution), ask_first=True))
    ask_to_use(world, Attribution.NOBODY, "Ready to talk.")
    wrong = conveyance(text="Ready to talk.")
    world.enter(wrong)
    world.settle()
    right = record.Correction(at=NOON, conveyance=wrong.conveyance, text="Ready to pay.")
    assert_refused(world, right, "wants to be asked", HandlingForbidsError)
    same = record.Correction(at=NOON, conveyance=wrong.conveyance, text="Ready to talk.")
    assert passes(world, same)


def test_leave_for_one_note_is_none_for_another() -> None:
    world = with_note(Handling(uses=frozenset(Attribution), ask_first=True))
    ask_to_use(world, Attribution.NOBODY)
    other = an_id("other")
    handling = Handling(uses=frozenset(Attribution), ask_first=True)
    say(world, "East", said.Said, note=other, text="Ready.", handling=handling)
    both = (Basis(seat=EAST, note=NOTE), Basis(seat=EAST, note=other))
    assert not passes(world, conveyance(rests_on=both))


def test_a_use_that_was_not_ticked_cannot_even_be_asked_for() -> None:
    world = with_note(Handling(uses=frozenset({Attribution.AUTHOR}), ask_first=True))
    request = record.UseRequest(
        at=NOON,
        seat=EAST,
        request=REQUEST,
        note=NOTE,
        attribution=Attribution.NOBODY,
        text="Ready.",
    )
    assert_refused(world, request, "no other use can be asked for", HandlingForbidsError)


def test_a_condition_that_was_taken_back_is_not_met_any_more() -> None:
    world = with_note(Handling(uses=frozenset(Attribution), only_if="they are ready"))
    entry = conveyance(condition_met_by=THEIRS)
    assert passes(world, entry)
    say(world, "West", said.Withdrew, note=THEIRS)
    assert not passes(world, entry)


def test_a_condition_is_met_by_the_recipient_and_by_nobody_else() -> None:
    world = with_note(Handling(uses=frozenset(Attribution), only_if="they are ready"))
    assert not passes(world, conveyance(condition_met_by=NOTE))
    assert not passes(world, conveyance(seat=SOUTH, condition_met_by=THEIRS))


def test_words_of_an_author_rest_on_the_notes_of_exactly_one_party() -> None:
    world = with_note()
    both = (Basis(seat=EAST, note=NOTE), Basis(seat=WEST, note=THEIRS))
    for basis in ((), both):
        entry = conveyance(Attribution.AUTHOR, seat=SOUTH, rests_on=basis)
        assert_refused(world, entry, "exactly one party")
        may(world.channel, conveyance(seat=SOUTH, rests_on=basis))
    world.enter(conveyance(Attribution.AUTHOR))
    assert world.parties["West"].sent[-1] == told.ConveyedAsTheirs(
        at=NOON, seen=2, conveyance=an_id("conveyance"), author="East", text="Ready."
    )


def test_a_note_is_never_conveyed_to_its_own_author() -> None:
    world = with_note()
    both = (Basis(seat=WEST, note=THEIRS), Basis(seat=EAST, note=NOTE))
    for basis in (both, both[1:]):
        assert_refused(
            world, conveyance(seat=EAST, rests_on=basis), "not conveyed to its own author"
        )


def test_every_note_that_a_conveyance_rests_on_must_allow_it() -> None:
    world = with_note()
    say(world, "South", said.Said, note=UNKNOWN, text="Ready.", handling=Handling())
    both = (Basis(seat=EAST, note=NOTE), Basis(seat=SOUTH, note=UNKNOWN))
    assert_refused(
        world, conveyance(rests_on=both), "South says of this note", HandlingForbidsError
    )


@pytest.mark.parametrize("use", [Attribution.NOBODY, Attribution.MEDIATOR])
@pytest.mark.parametrize("mark", ["\u200b", "\u00ad", "\u3164", "\u200d", "\u00a0", "\U000e0041"])
def test_text_without_attribution_holds_nothing_that_the_eye_cannot_see(
    use: Attribution, mark: str
) -> None:
    world = with_note()
    assert_refused(world, conveyance(use, text=f"Rea{mark}dy."), "eye cannot see")
    assert_refused(world, conveyance(use, rows=((f"A{mark}li",),)), "eye cannot see")
    may(world.channel, conveyance(Attribution.AUTHOR, text=f"Rea{mark}dy."))


def test_persian_is_conveyed_as_it_is_spelt() -> None:
    may(with_note().channel, conveyance(text="\u0645\u06cc\u200c\u06af\u0648\u06cc\u062f"))


@pytest.mark.parametrize(
    ("entry", "match"),
    [
        (conveyance(seat=UNKNOWN), "no such seat"),
        (conveyance(rests_on=(Basis(seat=UNKNOWN, note=NOTE),)), "no such seat"),
        (conveyance(rests_on=(Basis(seat=EAST, note=UNKNOWN),)), "no such note"),
        (record.Correction(at=NOON, conveyance=UNKNOWN, text="No."), "no such conveyance"),
        (record.Welcome(at=NOON, seat=EAST), "welcomed already"),
        (record.Thawed(at=NOON, seat=EAST), "not frozen"),
        (record.SeatAdded(at=NOON, seat=EAST, name="Fourth"), "a seat Fourth already"),
        (record.SeatAdded(at=NOON, seat=UNKNOWN, name="EAST"), "a seat EAST already"),
        (record.SeatAdded(at=NOON, seat=UNKNOWN, name="north"), "is the mediator"),
        (record.Resumption(at=NOON), "open already"),
        (record.Putting(at=NOON, accord=UNKNOWN), "draft it first"),
        (record.Drafted(at=NOON, accord=UNKNOWN, text="Sign here."), "not in canonical form"),
        (record.Drafted(at=NOON, accord=UNKNOWN, text=render(an_accord())), "another accord"),
        (
            record.Drafted(
                at=NOON, accord=UNKNOWN, text=accord_text(UNKNOWN, ("East", "Nauru", "Tuvalu"))
            ),
            "without a seat: Nauru, Tuvalu",
        ),
    ],
)
def test_the_mediator_is_told_what_cannot_be(entry: Entry, match: str) -> None:
    assert_refused(with_note(), entry, match)


def test_a_conveyance_is_entered_once() -> None:
    world = with_note()
    world.enter(conveyance())
    world.settle()
    assert_refused(world, conveyance(seat=SOUTH), "conveyance with this id")


def test_a_channel_is_opened_once_and_first() -> None:
    world = World.ready()
    opened = world.entries[0]
    assert_refused(world, opened, "open already")
    with pytest.raises(RuleBrokenError, match="open it first"):
        may(Channel(), record.Suspension(at=NOON))


def test_nothing_new_goes_to_a_frozen_seat_until_it_is_thawed() -> None:
    world = with_note()
    world.enter(conveyance())
    world.settle()
    world.enter(record.Frozen(at=NOON, seat=WEST))
    assert world.parties["West"].down == world.parties["East"].down
    common: dict[str, Any] = {"at": NOON, "seat": WEST}
    again = conveyance(conveyance=UNKNOWN)
    for entry in (
        again,
        record.Correction(at=NOON, conveyance=an_id("conveyance"), text="Not yet."),
        record.Remark(**common, text="Well?"),
        record.Question(**common, question=UNKNOWN, text="Well?"),
        record.UseRequest(
            **common, request=REQUEST, note=THEIRS, attribution=Attribution.NOBODY, text="Ready."
        ),
        record.Frozen(**common),
        *world.put("East")[1:],
    ):
        if isinstance(entry, record.Putting):
            world.enter(
                record.Drafted(at=NOON, accord=entry.accord, text=accord_text(entry.accord))
            )
        assert_refused(world, entry, "frozen")
    world.enter(record.Thawed(**common))
    may(world.channel, again)


def test_a_closed_seat_takes_no_more_part_and_its_name_is_free_again() -> None:
    world = with_note()
    world.enter(conveyance())
    world.settle()
    world.enter(record.SeatClosed(at=NOON, seat=EAST))
    for entry in (
        record.Remark(at=NOON, seat=EAST, text="Well?"),
        record.SeatClosed(at=NOON, seat=EAST),
        record.Thawed(at=NOON, seat=EAST),
        record.Received(at=NOON, seat=EAST, event=said.Withdrew(at=NOON, seen=1, note=NOTE)),
    ):
        assert_refused(world, entry, "closed")
    may(world.channel, record.SeatAdded(at=NOON, seat=UNKNOWN, name="East"))
    # What it had said may still be used as it allowed, under the name it had.
    again = conveyance(Attribution.AUTHOR, conveyance=UNKNOWN)
    (told_,) = tell(world.channel, again).values()
    assert isinstance(told_, told.ConveyedAsTheirs)
    assert told_.author == "East"


def test_a_party_that_joins_while_the_talks_are_suspended_is_welcomed_when_they_go_on() -> None:
    world = World()
    world.enter(record.Suspension(at=NOON))
    welcome = record.Welcome(at=NOON, seat=EAST)
    assert_refused(world, welcome, "suspended")
    world.enter(record.Resumption(at=NOON))
    world.enter(welcome)
    assert world.caucus("East").standing is world.channel.standing is Standing.OPEN


def test_a_draft_may_be_replaced_until_it_is_put() -> None:
    world = World.ready()
    draft, putting = world.put()
    world.enter(draft)
    assert_refused(world, record.Withdrawal(at=NOON, accord=putting.accord), "only a draft")  # type: ignore[union-attr]
    world.enter(draft)
    world.enter(putting)
    world.settle()
    assert_refused(world, draft, "its text cannot change")
    assert_refused(world, putting, "put already")


def test_an_accord_is_not_put_to_a_party_that_has_not_joined() -> None:
    world = World()
    world.play(Move("welcome", "East"), Move("down", "East"), Move("accept", "East"))
    world.settle()
    draft, putting = world.put()
    world.enter(draft)
    assert_refused(world, putting, "before the welcome")


THREE = [set(some) for size in range(3) for some in combinations(NAMES, size)]


@pytest.mark.parametrize("willing", THREE, ids=lambda some: "+".join(sorted(some)) or "nobody")
def test_signatures_are_released_all_or_none(willing: set[str]) -> None:
    world = World.ready()
    for entry in world.put(pick=1):
        world.enter(entry)
    world.settle()
    accord = next(iter(world.channel.accords))
    release = record.Release(at=NOON, accord=accord, declaration=MEDIATOR_KEY * 2)
    world.play(*(Move("adhere" if name in willing else "decline", name) for name in NAMES))
    world.settle()
    missing = ", ".join(name for name in NAMES if name not in willing)
    assert_refused(world, release, f"missing: {missing}")
    world.play(*(Move("adhere", name) for name in NAMES))
    world.settle()
    world.enter(release)
    for party in world.parties.values():
        assert {s.party for s in party.sent[-1].signatures} == set(NAMES)  # type: ignore[union-attr]


def test_a_stance_on_what_was_never_put_is_undecided() -> None:
    assert stance(World.ready().channel, EAST, UNKNOWN) is Stance.UNDECIDED


def test_a_declaration_is_released_signed_and_once() -> None:
    world = World.ready()
    accord = adhered(world)
    release = record.Release(at=NOON, accord=accord, declaration=MEDIATOR_KEY * 2)
    unsigned = record.Release(at=NOON, accord=accord, declaration=b"")
    assert_refused(world, unsigned, "signed by the mediator")
    world.enter(release)
    world.settle()
    assert_refused(world, release, "released once it is put")
    assert_refused(world, record.Withdrawal(at=NOON, accord=accord), "in force already")


def test_an_understanding_is_released_unsigned() -> None:
    world = World.ready()
    for entry in world.put(pick=3):
        world.enter(entry)
    world.settle()
    ((accord, known),) = world.channel.accords.items()
    assert known.accord.form is AccordForm.UNDERSTANDING
    signed = record.Release(at=NOON, accord=accord, declaration=MEDIATOR_KEY * 2)
    assert_refused(world, signed, "signed by nobody")
    world.enter(record.Release(at=NOON, accord=accord, declaration=b""))
    assert world.channel.accords[accord].life is AccordLife.IN_FORCE


def test_an_accord_taken_back_while_an_adherence_is_on_its_way_stays_taken_back() -> None:
    world = World.ready()
    for entry in world.put():
        world.enter(entry)
    world.settle()
    accord = next(iter(world.channel.accords))
    world.play(Move("adhere", "East"), Move("adhere", "West"), Move("take back", "East"))
    world.settle()
    assert stance(world.channel, EAST, accord) is Stance.ADHERED
    release = record.Release(at=NOON, accord=accord, declaration=MEDIATOR_KEY * 2)
    assert_refused(world, release, "the accord is withdrawn")


def marking(accord: Any, mark: told.Mark, **fields: Any) -> record.Marking:  # noqa: ANN401
    return record.Marking(at=NOON, accord=accord, step="s1", mark=mark, who="East", **fields)


def test_a_mark_rests_on_a_report_by_a_party_of_the_accord_or_on_none() -> None:
    world = World.ready()
    accord = in_force(world)
    world.play(Move("report", "East", 0))
    world.settle()
    ((report, seat),) = world.channel.arrived.items()
    assert seat == EAST
    unknown = marking(accord, told.Mark.REPORTED, rests_on=UNKNOWN)
    assert_refused(world, unknown, "no such report")
    world.enter(marking(accord, told.Mark.REPORTED, rests_on=report))
    world.enter(marking(accord, told.Mark.VERIFIED))
    for name in ("East", "West"):
        marks = [e.mark for e in world.parties[name].sent if isinstance(e, told.StepMarked)]
        assert marks == [told.Mark.REPORTED, told.Mark.VERIFIED]
    assert not any(isinstance(e, told.StepMarked) for e in world.parties["South"].sent)


def test_a_report_stays_its_authors_whoever_uses_its_identifier_again() -> None:
    world = World.ready()
    accord = in_force(world)
    world.play(Move("report", "East", 0))
    world.settle()
    ((report, _),) = world.channel.arrived.items()
    step: dict[str, Any] = {"accord": accord, "step": "s3", "doing": said.Doing.PARTLY}
    say(world, "West", said.StepReported, report=report, **step)
    assert report in world.caucus("West").reports
    assert world.channel.arrived == {report: EAST}


def test_a_step_that_lapsed_has_no_day_on_which_it_was_done() -> None:
    with pytest.raises(MalformedError, match="lapsed has no day"):
        record.Marking(
            at=NOON,
            accord=an_id("accord"),
            step="s1",
            mark=told.Mark.LAPSED,
            who="Mediator",
            done_on=NOON.date(),
        )


@pytest.mark.parametrize("day", [date.min, date.max])
def test_no_step_was_done_at_the_ends_of_the_calendar(day: date) -> None:
    step: dict[str, Any] = {"at": NOON, "accord": an_id("accord"), "step": "s1", "done_on": day}
    with pytest.raises(MalformedError, match="the year"):
        said.StepReported(**step, seen=1, report=UNKNOWN, doing=said.Doing.DONE)
    with pytest.raises(MalformedError, match="the year"):
        told.StepMarked(**step, seen=1, mark=told.Mark.REPORTED, who="East")
    with pytest.raises(MalformedError, match="the year"):
        record.Marking(**step, mark=told.Mark.REPORTED, who="East")


def test_a_closed_channel_still_takes_reports_marks_and_the_end_of_an_accord() -> None:
    world = World.ready()
    accord = in_force(world)
    world.play(Move("close", "East"))
    world.settle()
    world.play(Move("report", "East", 0), Move("up", "East"))
    assert world.channel.arrived
    world.enter(marking(accord, told.Mark.REPORTED))
    world.enter(record.Ending(at=NOON, accord=accord, text="All is done."))
    world.settle()
    assert_refused(world, record.Remark(at=NOON, seat=EAST, text="And?"), "closed")
    assert_refused(world, record.Closure(at=NOON, how=told.Closing.CONCLUDED), "closed already")


def test_several_accords_of_a_channel_have_their_own_lives() -> None:
    world = World.ready()
    first = in_force(world)
    for entry in world.put("South"):
        world.enter(entry)
    world.settle()
    lives = {accord: known.life for accord, known in world.channel.accords.items()}
    assert lives.pop(first) is AccordLife.IN_FORCE
    assert set(lives.values()) == {AccordLife.PUT}


def test_after_poison_was_refused_the_caucus_goes_on_and_both_desks_agree() -> None:
    world = with_note()
    east = world.parties["East"]
    common: dict[str, Any] = {"at": NOON, "seen": east.desk.told_count}
    poison = said.Withdrew(**common, note=UNKNOWN)
    assert_refused(world, record.Received(at=NOON, seat=EAST, event=poison), "no such note")
    world.channel = skip(world.channel, EAST)
    # The dishonest desk has counted its letter as sent, as any desk does.
    east.desk = caucuses.skip(east.desk, told=False)
    say(world, "East", said.Withdrew, note=NOTE)
    world.play(Move("remark", "East"))
    world.settle()
    assert view(east.desk) == view(world.caucus("East"))
    assert not passes(world, conveyance())


def test_what_the_record_holds_is_the_mediators_alone() -> None:
    world = with_note()
    world.enter(conveyance())
    correction = record.Correction(at=NOON, conveyance=an_id("conveyance"), text="Soon.")
    world.enter(correction)
    assert world.channel.corrections == (correction,)
    assert list(world.channel.conveyances.values()) == [conveyance()]
    told_to_west = repr(world.parties["West"].sent)
    assert NOTE not in told_to_west
    assert EAST not in told_to_west
    assert "East" not in told_to_west
