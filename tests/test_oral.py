"""What was spoken: heard, allowed, taken back, told; under the rules of conveying."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from backchannel.channel import record, said, told
from backchannel.channel.channel_oral import redacted
from backchannel.channel.disclosure import tell
from backchannel.channel.errors import HandlingForbidsError, MalformedError, RuleBrokenError
from backchannel.channel.handling import (
    AS_OURS,
    FOR_THE_MEDIATOR_ONLY,
    WITHOUT_ATTRIBUTION,
    Attribution,
    Handling,
)
from backchannel.channel.oral import Heard, HeardTakenBack, How, Leave, ToldByMouth
from backchannel.channel.record import Basis, Conveyance, Correction
from backchannel.channel.rules import NoteState
from crossing import EVERY_USE, NAMES, an_id, minute, seat_of
from histories import Move, World

EAST, WEST, SOUTH = (seat_of(name) for name in NAMES)
NOTE, LEAVE = an_id("heard"), an_id("leave")
ASK_US = Handling(uses=frozenset({Attribution.NOBODY}), ask_first=True)
LATE = 1_000  # minutes


def at(entered: int, spoken: int | None = None) -> dict[str, Any]:
    return {
        "at": minute(entered),
        "how": How.IN_PERSON,
        "spoken": minute(entered if spoken is None else spoken),
    }


def heard(minutes: int = 0, **changes: Any) -> Heard:  # noqa: ANN401 - any field
    given: dict[str, Any] = {
        **at(minutes),
        "seat": EAST,
        "note": NOTE,
        "text": "Soon.",
        "handling": WITHOUT_ATTRIBUTION,
    }
    return Heard(**(given | changes))


def allowed(minutes: int, **changes: Any) -> Heard:  # noqa: ANN401 - any field
    leave = Leave(note=NOTE, attribution=Attribution.NOBODY, text="Soon.")
    given = {"note": LEAVE, "handling": FOR_THE_MEDIATOR_ONLY, "leave": leave}
    return heard(minutes, **(given | changes))


def told_(entered: int, spoken: int | None = None, **changes: Any) -> ToldByMouth:  # noqa: ANN401
    given: dict[str, Any] = {
        **at(entered, spoken),
        "seat": WEST,
        "conveyance": an_id("told", entered, spoken),
        "text": "Soon.",
        "attribution": Attribution.NOBODY,
        "rests_on": (Basis(seat=EAST, note=NOTE),),
    }
    return ToldByMouth(**(given | changes))


def by_desk(minutes: int, **changes: Any) -> Conveyance:  # noqa: ANN401 - any field
    entry = told_(minutes, **changes)
    names = ("at", "seat", "conveyance", "text", "attribution", "rests_on", "condition_met_by")
    return Conveyance(**{name: getattr(entry, name) for name in names})


def taken_back(minutes: int, note: str = NOTE, *, erase: bool = False) -> HeardTakenBack:
    return HeardTakenBack(at=minute(minutes), note=note, erase=erase)  # type: ignore[arg-type]


def world(*entries: Any) -> World:  # noqa: ANN401 - entries of any kind
    made = World.ready()
    for entry in entries:
        made.enter(entry)
    return made


def refused(there: World, entry: Any, why: str, kind: type[Exception] = RuleBrokenError) -> None:  # noqa: ANN401
    before = there.channel
    with pytest.raises(kind, match=why):
        there.enter(entry)
    assert there.channel is before


# -- heard ---------------------------------------------------------------------------------------


def test_what_was_heard_is_told_to_nobody_and_is_in_no_caucus() -> None:
    there = world()
    caucuses = there.channel.caucuses
    for entry in (heard(), told_(2), taken_back(3), taken_back(4, erase=True)):
        assert tell(there.channel, entry) == {}
        there.enter(entry)
    assert there.channel.caucuses == caucuses


def test_a_note_that_was_heard_can_be_conveyed_like_one_that_was_written() -> None:
    there = world(heard())
    there.enter(by_desk(1))
    (event,) = there.parties["West"].down
    assert isinstance(event, told.Conveyed)
    assert event.text == "Soon."
    refused(there, by_desk(2, attribution=Attribution.AUTHOR), "handling forbids")


def test_something_heard_twice_or_of_a_seat_that_is_not_there_is_refused() -> None:
    there = world(heard())
    refused(there, heard(), "this id already")
    refused(there, heard(seat=an_id("nobody"), note=an_id("other")), "no such seat")
    there.enter(record.SeatClosed(at=minute(1), seat=EAST))
    refused(there, heard(note=an_id("other")), "is closed")


def test_times_that_cannot_be_are_refused() -> None:
    for make in (heard, told_):
        with pytest.raises(MalformedError, match="before it was spoken"):
            make(**at(0, 1)) if make is heard else told_(0, 1)
    with pytest.raises(MalformedError, match="expires before"):
        heard(not_before=minute(2), expires=minute(1))
    assert heard(not_before=minute(1), expires=minute(2), person="the envoy").person


def test_what_a_party_took_back_is_used_no_more() -> None:
    there = world(heard(), taken_back(1))
    refused(there, by_desk(2), "withdrawn this note", HandlingForbidsError)
    refused(there, taken_back(2), "withdrawn")
    refused(there, taken_back(2, an_id("nothing")), "no such note heard by mouth")
    assert there.channel.heard[NOTE].ended == minute(1)
    there.enter(taken_back(5, erase=True))
    assert there.channel.heard[NOTE].state is NoteState.ERASED
    assert there.channel.heard[NOTE].ended == minute(1)


def test_nothing_of_what_was_erased_is_left_leave_included() -> None:
    secret = "the hostages are in Qom"  # noqa: S105 - words, no password
    condition = replace(ASK_US, only_if=secret)
    leave = Leave(note=NOTE, attribution=Attribution.NOBODY, text=secret)
    entries = (
        heard(text=secret, rows=((secret,),), handling=condition),
        allowed(1, leave=leave),
        allowed(1, note=an_id("another"), leave=replace(leave, note=LEAVE), handling=ASK_US),
    )
    there = world(entries[0], entries[1], taken_back(2, erase=True))
    assert secret not in repr(there.channel)
    assert secret not in repr([redacted(entry, NOTE) for entry in entries[:2]])
    assert redacted(entries[2], NOTE) == entries[2]
    gone = redacted(allowed(1, leave=leave), LEAVE)
    assert secret not in repr(gone)


# -- leave ---------------------------------------------------------------------------------------


def test_who_wants_to_be_asked_can_allow_it_by_mouth_in_one_wording() -> None:
    there = world(heard(handling=ASK_US))
    refused(there, by_desk(1), "wants to be asked", HandlingForbidsError)
    there.enter(allowed(1))
    refused(there, by_desk(2, text="Very soon."), "wants to be asked", HandlingForbidsError)
    refused(there, told_(2, rows=(("a",),)), "without a list", HandlingForbidsError)
    there.enter(by_desk(2))
    there.enter(told_(3))


def test_leave_counts_from_when_it_was_given_to_when_it_was_taken_back() -> None:
    there = world(heard(handling=ASK_US), allowed(5), taken_back(9, LEAVE))
    refused(there, told_(20, 4), "wants to be asked", HandlingForbidsError)
    refused(there, told_(20, 9), "wants to be asked", HandlingForbidsError)
    there.enter(told_(20, 5))
    refused(there, by_desk(20), "wants to be asked", HandlingForbidsError)


def test_leave_is_the_authors_and_for_uses_it_has_ticked() -> None:
    there = world(heard(handling=ASK_US))
    refused(there, allowed(1, seat=WEST), "only its author")
    wider = Leave(note=NOTE, attribution=Attribution.AUTHOR, text="Soon.")
    refused(there, allowed(1, leave=wider), "heard anew", HandlingForbidsError)
    elsewhere = Leave(note=an_id("written"), attribution=Attribution.NOBODY, text="Soon.")
    refused(there, allowed(1, leave=elsewhere), "its author answers there")
    there.enter(taken_back(2))
    refused(there, allowed(3), "cannot be used", HandlingForbidsError)


# -- told by mouth -------------------------------------------------------------------------------


def test_times_are_judged_by_when_it_was_spoken() -> None:
    there = world(heard(not_before=minute(10), expires=minute(20)))
    refused(there, told_(30, 9), "may be used from", HandlingForbidsError)
    refused(there, told_(30, 20), "expired", HandlingForbidsError)
    refused(there, by_desk(30), "expired", HandlingForbidsError)
    there.enter(told_(30, 19))


def test_what_was_told_before_it_was_taken_back_was_no_breach() -> None:
    there = world(heard(), taken_back(5))
    there.enter(told_(9, 4))
    refused(there, told_(9, 5), "withdrawn", HandlingForbidsError)


def test_of_a_note_that_was_erased_no_handling_is_left_to_allow_it() -> None:
    there = world(heard(), taken_back(5, erase=True))
    refused(there, told_(9, 4), "for the mediator only", HandlingForbidsError)
    there.enter(told_(9, 4, breach="it was allowed when it was told"))


def test_nothing_was_told_before_it_was_heard() -> None:
    there = world(heard(5))
    refused(there, told_(9, 4), "before the note was heard")
    refused(there, told_(9, 4, breach="a slip"), "before the note was heard")


def written(there: World, minutes: int, handling: Handling) -> Basis:
    party = there.parties["East"]
    seen = party.desk.told_count
    note = said.Said(
        at=minute(minutes), seen=seen, note=an_id("written"), text="Soon.", handling=handling
    )
    there.say(party, note)
    there.settle()
    return Basis(seat=EAST, note=note.note)


def say(there: World, kind: type, minutes: int, **fields: Any) -> None:  # noqa: ANN401
    party = there.parties["East"]
    event = kind(at=minute(minutes), seen=party.desk.told_count, note=an_id("written"), **fields)
    there.say(party, event)
    there.settle()


def test_a_written_note_is_told_by_mouth_as_it_stood() -> None:
    there = world()
    basis = (written(there, 0, FOR_THE_MEDIATOR_ONLY),)
    say(there, said.HandlingWidened, 5, handling=WITHOUT_ATTRIBUTION)
    say(there, said.HandlingWidened, 8, handling=EVERY_USE)
    say(there, said.Withdrew, 10)
    refused(there, told_(20, 4, rests_on=basis), "handling forbids", HandlingForbidsError)
    words: dict[str, Any] = {"rests_on": basis, "attribution": Attribution.MEDIATOR}
    refused(there, told_(20, 7, **words), "handling forbids", HandlingForbidsError)
    refused(there, told_(20, 10, rests_on=basis), "withdrawn", HandlingForbidsError)
    there.enter(told_(20, 9, **words))
    there.enter(told_(20, 7, rests_on=basis))
    say(there, said.Erased, 11)
    refused(there, told_(21, 9, rests_on=basis), "erased", HandlingForbidsError)


def test_a_leave_given_at_a_desk_holds_for_what_is_told_by_mouth() -> None:
    there = world()
    basis = (written(there, 0, ASK_US),)
    request = record.UseRequest(
        at=minute(1),
        seat=EAST,
        request=an_id("request"),
        note=an_id("written"),
        attribution=Attribution.NOBODY,
        text="Soon.",
    )
    there.enter(request)
    there.settle()
    refused(there, told_(2, rests_on=basis), "wants to be asked", HandlingForbidsError)
    answer = said.UseAnswered(
        at=minute(2),
        seen=there.parties["East"].desk.told_count,
        request=request.request,
        allowed=True,
    )
    there.say(there.parties["East"], answer)
    there.settle()
    there.enter(told_(3, rests_on=basis))


def test_a_breach_is_recorded_with_its_reason_and_only_a_breach_is() -> None:
    there = world(heard(handling=FOR_THE_MEDIATOR_ONLY))
    refused(there, told_(1), "handling forbids", HandlingForbidsError)
    there.enter(told_(1, breach="it slipped out"))
    (known,) = there.channel.conveyances.values()
    assert isinstance(known, ToldByMouth)
    assert known.breach == "it slipped out"
    fine = told_(2, rests_on=(), breach="a slip")
    refused(there, fine, "no breach")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"seat": EAST}, "its own author"),
        ({"rests_on": (), "attribution": Attribution.AUTHOR}, "exactly one party"),
        ({"text": "So\u200bon."}, "the eye cannot see"),
        ({"rests_on": (Basis(seat=EAST, note=an_id("none")),)}, "no such note"),
        ({"rests_on": (Basis(seat=an_id("nowhere"), note=NOTE),)}, "no such seat"),
        ({"rests_on": (Basis(seat=SOUTH, note=NOTE),)}, "no such note"),
        ({"seat": an_id("nowhere")}, "no such seat"),
    ],
)
def test_what_makes_no_sense_is_not_excused_by_a_reason(changes: dict[str, Any], why: str) -> None:
    there = world(heard(handling=FOR_THE_MEDIATOR_ONLY))
    refused(there, told_(1, breach="a slip", **changes), why)


def test_one_conveyance_is_recorded_once() -> None:
    there = world(heard(), told_(1))
    refused(there, told_(1), "this id already")


def test_what_protects_a_desk_does_not_bind_the_mouth() -> None:
    there = world(heard())
    there.play(Move("freeze", "West"), Move("suspend", "East"))
    refused(there, by_desk(1), "frozen")
    there.enter(told_(1))
    there.enter(heard(2, seat=WEST, note=an_id("other")))
    there.enter(record.SeatClosed(at=minute(3), seat=WEST))
    refused(there, told_(4), "closed")


def test_a_condition_is_met_by_what_the_recipient_said_by_mouth() -> None:
    there = world(heard(handling=replace(WITHOUT_ATTRIBUTION, only_if="they free one")))
    met = an_id("met")
    refused(there, by_desk(1), "first says: they free one", HandlingForbidsError)
    there.enter(heard(5, seat=WEST, note=met, text="We free one."))
    there.enter(heard(5, seat=SOUTH, note=an_id("south"), text="We free one."))
    for wrong in (an_id("south"), an_id("nothing"), NOTE):
        refused(there, by_desk(6, condition_met_by=wrong), "first says", HandlingForbidsError)
    there.enter(by_desk(6, condition_met_by=met))
    refused(there, told_(9, 4, condition_met_by=met), "first says", HandlingForbidsError)
    there.enter(told_(9, 5, condition_met_by=met))
    there.enter(taken_back(7, met))
    refused(there, by_desk(8, condition_met_by=met), "first says", HandlingForbidsError)
    there.enter(told_(9, 6, condition_met_by=met))


def test_a_condition_is_met_by_a_note_the_recipient_wrote() -> None:
    there = world()
    basis = written(there, 0, FOR_THE_MEDIATOR_ONLY)
    there.enter(heard(1, seat=WEST, handling=replace(WITHOUT_ATTRIBUTION, only_if="they free one")))
    words: dict[str, Any] = {"seat": EAST, "rests_on": (Basis(seat=WEST, note=NOTE),)}
    there.enter(told_(2, condition_met_by=basis.note, **words))
    say(there, said.Withdrew, 3)
    entry = told_(4, condition_met_by=basis.note, **words)
    refused(there, entry, "first says", HandlingForbidsError)


# -- corrections ---------------------------------------------------------------------------------


def correction(minutes: int, of: Conveyance, text: str = "Later.") -> Correction:
    return Correction(at=minute(minutes), conveyance=of.conveyance, text=text)


def test_a_correction_of_what_was_told_by_mouth_is_told_by_no_desk() -> None:
    spoken = told_(1)
    there = world(heard(), spoken)
    assert tell(there.channel, correction(2, spoken)) == {}
    there.play(Move("freeze", "West"))
    there.enter(correction(2, spoken))
    assert [entry.text for entry in there.channel.corrections] == ["Later."]


def test_a_correction_needs_the_leave_its_wording_needs() -> None:
    spoken = told_(2)
    there = world(heard(handling=ASK_US), allowed(1), spoken)
    refused(there, correction(3, spoken), "wants to be asked", HandlingForbidsError)
    later = Leave(note=NOTE, attribution=Attribution.NOBODY, text="Later.")
    there.enter(allowed(4, note=an_id("second"), leave=later))
    there.enter(correction(4, spoken))


def test_a_breach_is_put_right_without_asking_once_more() -> None:
    spoken = told_(1, breach="a slip")
    there = world(heard(handling=ASK_US), spoken)
    there.enter(correction(2, spoken))


# -- what a party receives -----------------------------------------------------------------------


def played(*entries: Any) -> Sequence[object]:  # noqa: ANN401 - entries of any kind
    """Return all that West is sent when a note of East's that it wrote is conveyed to it."""
    there = world(*entries)
    basis = written(there, 50, WITHOUT_ATTRIBUTION)
    there.enter(by_desk(60, rests_on=(basis,)))
    there.play(Move("remark", "West", minute=61))
    there.settle()
    return there.parties["West"].sent


SPOKEN = (
    heard(),
    heard(1, seat=WEST, note=an_id("west")),
    allowed(2),
    told_(3),
    told_(4, seat=SOUTH),
    taken_back(5, erase=True),
)


def test_what_was_spoken_changes_nothing_for_what_a_desk_receives() -> None:
    assert played() == played(*SPOKEN)


def test_a_planted_leak_of_what_was_spoken_would_be_found() -> None:
    conveyed_as_well = replace(by_desk(3), conveyance=an_id("leak"))
    assert played() != played(heard(), conveyed_as_well)


def test_an_hour_of_day_may_lie_between_speaking_and_entering() -> None:
    entry = told_(LATE, 1)
    there = world(heard(), entry)
    (known,) = there.channel.conveyances.values()
    assert isinstance(known, ToldByMouth)
    assert known.at - known.spoken == timedelta(minutes=LATE - 1)


def test_what_was_heard_as_ours_is_conveyed_under_the_partys_name() -> None:
    there = world(heard(handling=AS_OURS))
    there.enter(by_desk(1, attribution=Attribution.AUTHOR))
    (event,) = there.parties["West"].down
    assert isinstance(event, told.ConveyedAsTheirs)
    assert event.author == "East"
