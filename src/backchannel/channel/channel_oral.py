"""What was heard by mouth, in the mediator's channel: notes of its own, usable like any other."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from backchannel.channel.caucus import BY_PARTY, ERASED_TEXT, Note
from backchannel.channel.errors import HandlingForbidsError, RuleBrokenError
from backchannel.channel.handling import FOR_THE_MEDIATOR_ONLY
from backchannel.channel.names import NoteId, SeatId
from backchannel.channel.oral import Heard, HeardTakenBack, Leave
from backchannel.channel.rules import NoteState, follow
from backchannel.channel.said import Erased, Said, Withdrew
from backchannel.channel.tellable import HasName


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardNote:
    """What a party said by mouth, as it stands now; `ended` is when it was taken back."""

    heard: Heard
    state: NoteState = NoteState.LIVE
    ended: datetime | None = None

    @property
    def note(self) -> Note:
        """As a note that a conveyance can rest on; it is shown as heard, never as written."""
        heard = self.heard
        said = Said(
            at=heard.spoken,
            seen=0,
            by=heard.person,
            note=heard.note,
            text=heard.text,
            handling=heard.handling,
            rows=heard.rows,
            not_before=heard.not_before,
            expires=heard.expires,
        )
        return Note(said=said, place=(0, BY_PARTY), handling=heard.handling, state=self.state)


HeardNotes = Mapping[NoteId, HeardNote]


def enter(notes: dict[NoteId, HeardNote], entry: Heard | HeardTakenBack) -> None:
    """Enter what `may` has let pass."""
    if isinstance(entry, Heard):
        notes[entry.note] = HeardNote(heard=entry)
        return
    old = notes[entry.note]
    state = follow(old.state, Erased if entry.erase else Withdrew)
    notes[entry.note] = replace(old, state=state, ended=old.ended or entry.at)
    if entry.erase:
        for key, known in notes.items():
            notes[key] = replace(known, heard=redacted(known.heard, entry.note))


def redacted(heard: Heard, note: NoteId) -> Heard:
    """Return the entry without what it holds of a note that was erased."""
    if heard.note == note:
        leave = heard.leave and replace(heard.leave, text=ERASED_TEXT)
        handling = FOR_THE_MEDIATOR_ONLY
        return replace(heard, text=ERASED_TEXT, rows=(), handling=handling, leave=leave)
    if heard.leave is not None and heard.leave.note == note:
        return replace(heard, leave=replace(heard.leave, text=ERASED_TEXT))
    return heard


def may(notes: HeardNotes, seats: Mapping[SeatId, HasName], entry: Heard | HeardTakenBack) -> None:
    """Raises: RuleBrokenError."""
    if isinstance(entry, HeardTakenBack):
        follow(_note(notes, entry.note).state, Erased if entry.erase else Withdrew)
        return
    if entry.seat not in seats:
        raise RuleBrokenError("there is no such seat in this channel")
    if seats[entry.seat].closed:
        name = seats[entry.seat].name
        raise RuleBrokenError(f"the seat {name} is closed: enter it for the one in its place")
    if entry.note in notes:
        raise RuleBrokenError("there is a note with this id already")
    if entry.leave is not None:
        _may_leave(notes, seats[entry.seat].name, entry, entry.leave)


def _may_leave(notes: HeardNotes, name: str, entry: Heard, leave: Leave) -> None:
    asked = _note(notes, leave.note)
    if asked.heard.seat != entry.seat:
        raise RuleBrokenError(f"{name} did not say that note: only its author can allow its use")
    if asked.state is not NoteState.LIVE:
        raise HandlingForbidsError(f"{name} has {asked.state.value} this note: it cannot be used")
    if not asked.heard.handling.allows(leave.attribution):
        raise HandlingForbidsError(
            f"{name} says of this note '{asked.heard.handling.words}': if it allows more now, "
            "record what it says as a note heard anew"
        )


def _note(notes: HeardNotes, key: NoteId) -> HeardNote:
    if key not in notes:
        raise RuleBrokenError(
            "there is no such note heard by mouth in this channel (for a note written at a desk, "
            "its author answers there)"
        )
    return notes[key]


def leaves(notes: HeardNotes, note: NoteId, spoken: datetime) -> tuple[Leave, ...]:
    """Return the leaves to use a note that had been given by then and not been taken back."""
    return tuple(
        known.heard.leave
        for known in notes.values()
        if known.heard.leave is not None
        and known.heard.leave.note == note
        and known.heard.spoken <= spoken
        and (known.ended is None or known.ended > spoken)
    )
