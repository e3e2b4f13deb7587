"""Erasure: nothing of the text stays, and the stored events may be rewritten without it."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings

from backchannel.channel import said, told
from backchannel.channel.caucus import ERASED_TEXT, Caucus, Event, apply, redacted
from backchannel.channel.caucus_rules import may
from backchannel.channel.channel import Channel
from backchannel.channel.channel import apply as apply_entries
from backchannel.channel.disclosure import view
from backchannel.channel.events import Entry
from backchannel.channel.handling import Attribution, Handling
from backchannel.channel.record import Received, UseRequest
from backchannel.channel.rules import NoteState
from crossing import NOON, an_id
from histories import ANY_KIND, Move, begun, moves
from samples import NOTE, a_caucus, changed, said_now, told_now

WORDS = "the hostages are in Qom"
NEW = an_id("erased later")
START = a_caucus()


def of_party(kind: type, **changes: Any) -> Any:  # noqa: ANN401 - an event of that kind
    return changed(said_now(START.told_count)[kind], **changes)


def of_mediator(kind: type, **changes: Any) -> Any:  # noqa: ANN401 - an event of that kind
    return changed(told_now(START.said_count + 1)[kind], **changes)


SAID = of_party(
    said.Said,
    note=NEW,
    text=WORDS,
    rows=((WORDS,),),
    answers=None,
    handling=Handling(uses=frozenset({Attribution.NOBODY}), ask_first=True, only_if=WORDS),
)
WIDENED = of_party(
    said.HandlingWidened,
    note=NEW,
    handling=Handling(uses=frozenset(Attribution), ask_first=True, only_if=WORDS),
)
REQUESTED = of_mediator(told.UseRequested, note=NEW, text=WORDS)
ERASED = of_party(said.Erased, note=NEW)


def folded(events: Sequence[Event]) -> Caucus:
    caucus = START
    for event in events:
        may(caucus, event)
        caucus = apply(caucus, event)
    return caucus


@pytest.mark.parametrize("between", list(permutations((WIDENED, REQUESTED))))
def test_nothing_of_an_erased_text_is_left(between: Sequence[Event]) -> None:
    caucus = folded((SAID, *between, ERASED))
    assert WORDS not in repr(caucus)
    assert WORDS not in repr(view(caucus))
    assert caucus.notes[NEW].state is NoteState.ERASED
    assert not caucus.notes[NEW].handling.uses


@pytest.mark.parametrize("between", list(permutations((WIDENED, REQUESTED))))
def test_the_stored_events_may_be_rewritten_without_the_erased_text(
    between: Sequence[Event],
) -> None:
    events = (SAID, *between, ERASED)
    rewritten = [redacted(event, NEW) for event in events]
    assert WORDS not in repr(rewritten)
    assert folded_without_asking(rewritten) == folded(events)


def folded_without_asking(events: Sequence[Event]) -> Caucus:
    # What was stored was let pass before it was rewritten; it is not judged again.
    return apply(START, *events)


def test_a_request_that_crosses_the_erasure_keeps_nothing_either() -> None:
    party = folded((SAID, WIDENED, ERASED, REQUESTED))
    mediator = folded((SAID, REQUESTED, WIDENED, ERASED))
    assert WORDS not in repr(party)
    assert view(party) == view(mediator)
    assert party == mediator
    answered = of_party(said.UseAnswered, request=REQUESTED.request, seen=party.told_count)
    assert WORDS not in repr(apply(party, answered))


def test_a_withdrawn_note_can_still_be_erased_and_an_erased_one_not_withdrawn() -> None:
    withdrawn = of_party(said.Withdrew, note=NEW)
    assert folded((SAID, withdrawn, ERASED)).notes[NEW].state is NoteState.ERASED


def test_other_notes_are_left_as_they_are() -> None:
    before, after = folded((SAID,)), folded((SAID, ERASED))
    assert after.notes[NOTE] == before.notes[NOTE]
    for event in (said_now(1)[said.Said], REQUESTED, WIDENED):
        assert redacted(event, an_id("another")) is event
    assert redacted(ERASED, NEW) is ERASED


def rewritten(entry: Entry, erased: set[tuple[str, str]]) -> Entry:
    """Return the mediator's stored entry without what its caucus has erased."""
    if isinstance(entry, UseRequest) and (entry.seat, entry.note) in erased:
        return replace(entry, text=ERASED_TEXT)
    if not isinstance(entry, Received):
        return entry
    event: Any = entry.event
    for seat, note in erased:
        if seat == entry.seat:
            event = redacted(event, note)  # type: ignore[arg-type]
    return replace(entry, event=event)


@settings(max_examples=40, deadline=None)
@given(played=moves(ANY_KIND))
def test_the_mediators_record_may_be_rewritten_too(played: tuple[Move, ...]) -> None:
    world = begun(1)
    world.play(Move("note", "East", 2), *played)
    east = world.parties["East"]
    (first, known), *_ = east.desk.notes.items()
    if known.state is not NoteState.ERASED:
        world.say(east, said.Erased(at=NOON, seen=east.desk.told_count, note=first))
    world.settle()
    erased = {
        (str(seat), str(note))
        for seat, caucus in world.channel.caucuses.items()
        for note, known in caucus.notes.items()
        if known.state is NoteState.ERASED
    }
    assert erased
    kept = [rewritten(entry, erased) for entry in world.entries]
    assert (
        apply_entries(Channel(), *kept) == apply_entries(Channel(), *world.entries) == world.channel
    )
