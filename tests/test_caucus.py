"""A caucus: what a party's desk takes, what it refuses of a dishonest peer, and how it folds."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from types import FrameType
from typing import Any

import pytest

from backchannel.channel import said, told
from backchannel.channel.accord import AccordForm
from backchannel.channel.caucus import Caucus, Event, apply, skip
from backchannel.channel.caucus_rules import may
from backchannel.channel.disclosure import view
from backchannel.channel.errors import MalformedError, RuleBrokenError
from backchannel.channel.handling import FOR_THE_MEDIATOR_ONLY, Attribution
from backchannel.channel.names import MAX_TEXT
from backchannel.channel.record import Basis, Conveyance, Opened, Received, Release
from backchannel.channel.rules import (
    AccordLife,
    NoteState,
    RequestState,
    Stance,
    Standing,
    StepState,
)
from crossing import NOON, accord_text, an_id, key_of
from samples import (
    ASKED,
    CONVEYED,
    EAST,
    FORCE,
    FRESH,
    NOTE,
    PUT,
    QUESTION,
    READY,
    REQUEST,
    SIGNED,
    WESTS,
    a_caucus,
    changed,
    entries,
    joined,
    said_now,
    told_now,
)

CAUCUS = a_caucus()
SAID, TOLD = said_now(CAUCUS.told_count), told_now(CAUCUS.said_count)
UNKNOWN = an_id("unknown")


def after(*events: Event, caucus: Caucus = CAUCUS) -> Caucus:
    """Return the caucus after events that the rules let pass."""
    for event in events:
        may(caucus, event)
        caucus = apply(caucus, event)
    return caucus


def assert_refused(event: Any, match: str = ".", caucus: Caucus = CAUCUS) -> None:  # noqa: ANN401
    before = view(caucus)
    with pytest.raises(RuleBrokenError, match=match):
        may(caucus, event)
    assert view(caucus) == before


def of_party(kind: type, **changes: Any) -> Any:  # noqa: ANN401 - an event of that kind
    return changed(SAID[kind], **changes)


def of_mediator(kind: type, **changes: Any) -> Any:  # noqa: ANN401 - an event of that kind
    return changed(TOLD[kind], **changes)


POISON_OF_PARTY = {
    "saw more than there was": of_party(said.Asked, seen=CAUCUS.told_count + 1),
    "saw less than before": of_party(said.Asked, seen=CAUCUS.seen_by_party - 1),
    "rules accepted twice": SAID[said.RulesAccepted],
    "a note with an old id": of_party(said.Said, note=NOTE),
    "an answer to no question": of_party(said.Said, answers=UNKNOWN),
    "an answer to its own question": of_party(said.Said, answers=ASKED),
    "withdrawal of no note": of_party(said.Withdrew, note=UNKNOWN),
    "erasure of no note": of_party(said.Erased, note=UNKNOWN),
    "widening of no note": of_party(said.HandlingWidened, note=UNKNOWN),
    "a narrower handling": of_party(said.HandlingWidened, handling=FOR_THE_MEDIATOR_ONLY),
    "a question with an old id": of_party(said.Asked, question=ASKED),
    "leave for no request": of_party(said.UseAnswered, request=UNKNOWN),
    "adherence to no accord": of_party(said.Adhered, accord=UNKNOWN),
    "adherence to what is in force": of_party(said.Adhered, accord=FORCE),
    "a second adherence": of_party(said.Adhered, accord=READY),
    "declining after adhering": of_party(said.Declined, accord=READY),
    "a step of no accord": of_party(said.StepReported, accord=UNKNOWN),
    "a step of what is only put": of_party(said.StepReported, accord=PUT),
    "a step that is not in the accord": of_party(said.StepReported, step="s9"),
    "a report of another's step": of_party(said.StepReported, step="s2"),
    "a confirmation of its own step": of_party(said.StepConfirmed, step="s1"),
}

POISON_OF_MEDIATOR = {
    "saw more than there was": of_mediator(told.MediatorSaid, seen=CAUCUS.said_count + 1),
    "saw less than before": of_mediator(told.MediatorSaid, seen=CAUCUS.seen_by_mediator - 1),
    "a second welcome": TOLD[told.Welcomed],
    "a conveyance with an old id": of_mediator(told.Conveyed, conveyance=CONVEYED),
    "a correction of nothing": of_mediator(told.ConveyanceCorrected, conveyance=UNKNOWN),
    "a correction with a hidden mark": of_mediator(told.ConveyanceCorrected, text="re\u200bady"),
    "a hidden mark in a row": of_mediator(told.ConveyanceCorrected, rows=(("a\u200b",),)),
    "an answer to no question": of_mediator(told.MediatorSaid, answers=UNKNOWN),
    "an answer to its own question": of_mediator(told.MediatorSaid, answers=QUESTION),
    "a question with an old id": of_mediator(told.MediatorAsked, question=QUESTION),
    "a request with an old id": of_mediator(told.UseRequested, request=REQUEST),
    "a request for no note": of_mediator(told.UseRequested, note=UNKNOWN),
    "an accord put twice": of_mediator(told.AccordPut, accord=PUT),
    "an accord in no form": of_mediator(told.AccordPut, text="Sign here."),
    "an accord of another id": of_mediator(told.AccordPut, text=accord_text(UNKNOWN)),
    "an accord of others": of_mediator(told.AccordPut, text=accord_text(FRESH, ("South", "West"))),
    "another key for this party": of_mediator(
        told.AccordPut,
        text=accord_text(FRESH).replace(key_of("East").hex(), key_of("Mallory").hex()),
    ),
    "another key for the mediator": of_mediator(
        told.AccordPut, text=accord_text(FRESH).replace("01" * 32, "09" * 32)
    ),
    "another mediator": of_mediator(
        told.AccordPut, text=accord_text(FRESH).replace("Mediator: North", "Mediator: Mallory")
    ),
    "release of no accord": of_mediator(told.AccordReleased, accord=UNKNOWN),
    "release of what is in force": of_mediator(told.AccordReleased, accord=FORCE),
    "release without adherence": of_mediator(told.AccordReleased, accord=PUT),
    "release of one signature": of_mediator(told.AccordReleased, signatures=SIGNED[:1]),
    "release of the other's alone": of_mediator(told.AccordReleased, signatures=SIGNED[1:]),
    "release in another order": of_mediator(told.AccordReleased, signatures=SIGNED[::-1]),
    "release of none": of_mediator(told.AccordReleased, signatures=(), declaration=b""),
    "another signature for this party": of_mediator(
        told.AccordReleased,
        signatures=(told.Signature(party="East", signature=WESTS), SIGNED[1]),
    ),
    "withdrawal of no accord": of_mediator(told.AccordWithdrawn, accord=UNKNOWN),
    "withdrawal of what is in force": of_mediator(told.AccordWithdrawn, accord=FORCE),
    "end of what is only put": of_mediator(told.AccordEnded, accord=PUT),
    "a mark on no accord": of_mediator(told.StepMarked, accord=UNKNOWN),
    "a mark on what is only put": of_mediator(told.StepMarked, accord=PUT),
    "a mark on an unknown step": of_mediator(told.StepMarked, step="s9"),
    "a mark out of turn": of_mediator(told.StepMarked, mark=told.Mark.VERIFIED),
    "going on without a pause": TOLD[told.Resumed],
}


@pytest.mark.parametrize("poison", POISON_OF_PARTY.values(), ids=POISON_OF_PARTY)
def test_poison_of_a_party_is_refused_and_changes_nothing(poison: Event) -> None:
    assert_refused(poison)


@pytest.mark.parametrize("poison", POISON_OF_MEDIATOR.values(), ids=POISON_OF_MEDIATOR)
def test_poison_of_a_mediator_is_refused_and_changes_nothing(poison: Event) -> None:
    assert_refused(poison)


@pytest.mark.parametrize("kind", list(told_now(0))[1:], ids=lambda kind: kind.__name__)
def test_nothing_is_told_before_the_welcome(kind: type) -> None:
    assert_refused(told_now(0)[kind], "before the welcome", Caucus())


@pytest.mark.parametrize("kind", said_now(0), ids=lambda kind: kind.__name__)
def test_nothing_is_said_before_the_welcome_was_seen(kind: type) -> None:
    assert_refused(said_now(0)[kind], "welcome has not arrived", Caucus())
    welcomed = apply(Caucus(), told_now(0)[told.Welcomed])
    assert_refused(said_now(0)[kind], "welcome has not arrived", welcomed)


@pytest.mark.parametrize("kind", list(said_now(1))[1:], ids=lambda kind: kind.__name__)
def test_nothing_is_said_before_the_rules_are_accepted(kind: type) -> None:
    welcomed = apply(Caucus(), told_now(0)[told.Welcomed])
    assert_refused(said_now(1)[kind], "accept them first", welcomed)


@pytest.mark.parametrize("kind", [told.Conveyed, told.ConveyedAsTheirs, told.AccordPut])
def test_nothing_is_conveyed_or_put_before_the_rules_are_accepted(kind: type) -> None:
    welcomed = apply(Caucus(), told_now(0)[told.Welcomed])
    assert_refused(told_now(0)[kind], "not accepted the rules", welcomed)


@pytest.mark.parametrize(
    "event",
    [
        said.Said(
            at=NOON,
            seen=1,
            note=UNKNOWN,
            text="Yes.",
            handling=FOR_THE_MEDIATOR_ONLY,
            answers=QUESTION,
        ),
        of_party(said.UseAnswered, seen=1),
        of_party(said.Adhered, seen=1),
        of_party(said.StepDisputed, seen=1),
    ],
    ids=lambda event: type(event).__name__,
)
def test_nobody_speaks_of_what_he_had_not_seen(event: Event) -> None:
    # The author had seen the welcome only; all it names was told later.
    assert_refused(event, caucus=replace(CAUCUS, seen_by_party=1))


@pytest.mark.parametrize(
    "event",
    [of_mediator(told.MediatorSaid, seen=1), of_mediator(told.UseRequested, seen=1)],
    ids=lambda event: type(event).__name__,
)
def test_a_mediator_does_not_answer_what_it_had_not_seen(event: Event) -> None:
    assert_refused(event, caucus=replace(CAUCUS, seen_by_mediator=1))


def test_a_refused_handling_says_what_the_note_allows_already() -> None:
    narrower = of_party(said.HandlingWidened, handling=FOR_THE_MEDIATOR_ONLY)
    assert_refused(narrower, "'may be conveyed as ours'; it can only be widened")


def test_each_event_leaves_its_trace_in_the_caucus() -> None:
    caucus = after(SAID[said.UseAnswered], SAID[said.HandlingWidened], SAID[said.StepReported])
    assert caucus.requests[REQUEST].state is RequestState.ALLOWED
    assert caucus.requests[REQUEST].answer == "Yes."
    assert caucus.notes[NOTE].handling.uses == frozenset(Attribution)
    assert caucus.reports[an_id("report")] == SAID[said.StepReported]
    assert after(SAID[said.Withdrew]).notes[NOTE].state is NoteState.WITHDRAWN
    assert after(SAID[said.Said]).questions[QUESTION].answered
    assert after(TOLD[told.MediatorSaid]).questions[ASKED].answered
    assert after(TOLD[told.Closed]).standing is Standing.CLOSED
    assert joined().signing_key == key_of("East")


def test_a_report_is_made_once() -> None:
    reported = after(SAID[said.StepReported])
    assert_refused(SAID[said.StepReported], "report with this id", reported)


def test_a_request_is_answered_once() -> None:
    assert_refused(SAID[said.UseAnswered], "allowed already", after(SAID[said.UseAnswered]))


def test_a_party_that_declined_may_adhere_while_the_accord_is_put() -> None:
    caucus = after(SAID[said.Declined], SAID[said.Adhered])
    assert caucus.accords[PUT].stance is Stance.ADHERED
    assert caucus.accords[PUT].reason == "Not yet."
    assert_refused(SAID[said.Declined], "declined already", after(SAID[said.Declined]))


def test_an_adherence_on_its_way_while_the_accord_is_taken_back_counts_for_nothing() -> None:
    withdrawn = after(TOLD[told.AccordWithdrawn])
    caucus = after(SAID[said.Adhered], caucus=withdrawn)
    assert caucus.accords[PUT].stance is Stance.ADHERED
    assert caucus.accords[PUT].life is AccordLife.WITHDRAWN
    released = of_mediator(told.AccordReleased, accord=PUT, seen=caucus.said_count)
    assert_refused(released, "withdrawn already", caucus)


def test_after_seeing_the_withdrawal_nobody_adheres() -> None:
    withdrawn = after(TOLD[told.AccordWithdrawn])
    late = of_party(said.Adhered, seen=withdrawn.told_count)
    assert_refused(late, "the accord is withdrawn: it can be answered while it is put", withdrawn)


def understanding(text: str = "") -> Any:  # noqa: ANN401
    text = text or accord_text(FRESH, form=AccordForm.UNDERSTANDING)
    return of_mediator(told.AccordPut, text=text)


def without_keys(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if "  Key:" not in line)


def test_an_understanding_is_signed_by_nobody() -> None:
    put = after(understanding())
    for kind in (said.Adhered, said.Declined):
        answer = of_party(kind, accord=FRESH, seen=put.told_count)
        assert_refused(answer, "signed by nobody", put)
    signed = of_mediator(told.AccordReleased, accord=FRESH)
    assert_refused(signed, "not those of all parties", put)
    released = after(changed(signed, signatures=(), declaration=b""), caucus=put)
    assert released.accords[FRESH].life is AccordLife.IN_FORCE


def test_an_understanding_may_leave_the_keys_out_but_name_no_wrong_ones() -> None:
    text = accord_text(FRESH, form=AccordForm.UNDERSTANDING)
    assert FRESH in after(understanding(without_keys(text))).accords
    wrong = text.replace(key_of("East").hex(), key_of("Mallory").hex())
    assert_refused(understanding(wrong), "another signing key")
    assert_refused(understanding(text.replace("01" * 32, "09" * 32)), "another key for it")


MARKS: Sequence[tuple[tuple[told.Mark, ...], StepState]] = [
    ((told.Mark.REPORTED,), StepState.REPORTED),
    ((told.Mark.REPORTED, told.Mark.VERIFIED), StepState.VERIFIED),
    ((told.Mark.REPORTED, told.Mark.DISPUTED, told.Mark.VERIFIED), StepState.VERIFIED),
    ((told.Mark.REPORTED, told.Mark.VERIFIED, told.Mark.DISPUTED), StepState.DISPUTED),
    ((told.Mark.LAPSED,), StepState.LAPSED),
    ((told.Mark.LAPSED, told.Mark.REPORTED), StepState.REPORTED),
]


@pytest.mark.parametrize(("marks", "state"), MARKS)
def test_a_step_is_what_the_marks_have_made_of_it(
    marks: Sequence[told.Mark], state: StepState
) -> None:
    events = [of_mediator(told.StepMarked, mark=mark, done_on=None) for mark in marks]
    step = after(*events).accords[FORCE].steps["s1"]
    assert step.state is state
    assert [mark.mark for mark in step.marks] == list(marks)


def test_a_step_is_not_marked_after_the_accord_has_ended() -> None:
    ended = after(TOLD[told.AccordEnded])
    assert_refused(TOLD[told.StepMarked], "while it is in force", ended)
    assert_refused(
        of_party(said.StepDisputed, seen=ended.told_count), "reported while it is in force", ended
    )


@pytest.mark.parametrize("kind", [said.StepReported, said.StepConfirmed, said.StepDisputed])
def test_anyone_may_speak_of_a_step_that_no_party_owes(kind: type) -> None:
    after(of_party(kind, step="s3"))


def test_entries_are_shown_so_that_an_answer_follows_what_it_answers() -> None:
    caucus = after(SAID[said.UseAnswered], SAID[said.Said])
    shown = [entry.event for entry in view(caucus).entries]
    answers = [shown.index(SAID[said.Said]), shown.index(SAID[said.UseAnswered])]
    kinds = [type(event) for event in shown]
    assert min(answers) > max(kinds.index(told.MediatorAsked), kinds.index(told.UseRequested))


def test_applying_at_once_or_one_by_one_is_the_same() -> None:
    events = [SAID[said.Said], SAID[said.Withdrew], SAID[said.Adhered], SAID[said.Declined]]
    one_by_one = CAUCUS
    for event in events:
        one_by_one = apply(one_by_one, event)
    assert one_by_one == apply(CAUCUS, *events)


def test_a_letter_that_was_refused_is_counted_and_does_nothing_else() -> None:
    for told_ in (False, True):
        skipped = skip(CAUCUS, told=told_)
        assert skipped.told_count == CAUCUS.told_count + told_
        assert skipped.said_count == CAUCUS.said_count + (not told_)
        assert view(skipped) == view(CAUCUS)


WRONG_VALUES: list[tuple[Any, dict[str, Any], str]] = [
    (SAID[said.Asked], {"seen": -1}, "negative"),
    (TOLD[told.MediatorSaid], {"seen": -1}, "negative"),
    (SAID[said.Asked], {"at": NOON.replace(second=1)}, "full minute"),
    (SAID[said.Asked], {"by": "a\nb"}, "control"),
    (SAID[said.RulesAccepted], {"signing_key": b"short"}, "32 bytes"),
    (SAID[said.Said], {"expires": NOON}, "could never be used"),
    (SAID[said.Said], {"answers": "?"}, "identifier"),
    (SAID[said.Adhered], {"signature": b"short"}, "64 bytes"),
    (SAID[said.StepConfirmed], {"step": "s" * 41}, "1 to 40"),
    (SAID[said.StepReported], {"done_on": None}, "needs the day"),
    (SAID[said.StepReported], {"doing": said.Doing.NOT_DONE}, "no day"),
    (SAID[said.Asked], {"text": "x" * (MAX_TEXT + 1)}, "at most"),
    (TOLD[told.Welcomed], {"mediator_key": b"short"}, "32 bytes"),
    (TOLD[told.Conveyed], {"attribution": Attribution.AUTHOR}, "of another kind"),
    (TOLD[told.Conveyed], {"text": "re\u200bady"}, "eye cannot see"),
    (TOLD[told.Conveyed], {"rows": (("re\u200bady",),)}, "eye cannot see"),
    (TOLD[told.MediatorSaid], {"answers": "?"}, "identifier"),
    (TOLD[told.AccordPut], {"text": "x" * 48_001}, "at most 48,000"),
    (SIGNED[0], {"signature": b"short"}, "64 bytes"),
    (TOLD[told.AccordReleased], {"declaration": b"short"}, "64 bytes"),
    (TOLD[told.AccordReleased], {"declaration": b""}, "released together"),
    (TOLD[told.StepMarked], {"mark": told.Mark.LAPSED}, "no day"),
    (entries()[Release], {"declaration": b"short"}, "64 bytes"),
    (entries()[Opened], {"mediator_key": b"short"}, "32 bytes"),
    (entries()[Received], {"seat": "East"}, "identifier"),
    (entries()[Conveyance], {"rests_on": (Basis(seat=EAST, note=NOTE),) * 2}, "once"),
]


@pytest.mark.parametrize(
    ("event", "changes", "fault"),
    WRONG_VALUES,
    ids=[f"{type(e).__name__}-{f}" for e, _, f in WRONG_VALUES],
)
def test_a_wrong_event_cannot_be_built(event: Event, changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(MalformedError, match=fault):
        changed(event, **changes)


def long_history(size: int) -> list[Event]:
    """Notes, questions, requests, widenings and erasures of both sides, `size` events in all."""
    events: list[Event] = []
    for number in range(size // 5):
        seen_said, seen_told = 2 + 3 * number, 1 + 2 * number
        note = an_id("long", number)
        said_common: dict[str, Any] = {"seen": seen_told}
        events += [
            of_party(said.Said, **said_common, note=note, answers=None, expires=None),
            of_mediator(told.UseRequested, seen=seen_said, request=an_id("r", number), note=note),
            of_mediator(told.MediatorAsked, seen=seen_said, question=an_id("q", number)),
            of_party(said.HandlingWidened, seen=seen_told + 2, note=note),
            of_party(said.Erased, seen=seen_told + 2, note=note),
        ]
    return events


def calls_of(events: Sequence[Event]) -> int:
    """Count every function called, ours or built in, while the events are folded."""
    calls = 0

    def count(_frame: FrameType, kind: str, _argument: object) -> None:
        nonlocal calls
        calls += kind in {"call", "c_call"}

    start = joined()
    sys.setprofile(count)
    try:
        apply(start, *events)
    finally:
        sys.setprofile(None)
    return calls


def test_folding_ten_thousand_events_takes_ten_times_the_steps_of_a_thousand() -> None:
    few, many = calls_of(long_history(1_000)), calls_of(long_history(10_000))
    assert many < 10.1 * few
