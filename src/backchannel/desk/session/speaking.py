"""What was spoken: heard from a party, told to one, taken back, allowed; the mediator's own record.

Promises: nothing of this goes to any desk, and nothing of it is shown as written by a party. What
was told by mouth is held to the same rules as what a desk conveys, as things stood when it was
spoken; what broke them is recorded as a breach, with the reason, or not at all (docs/adr/0012).
"""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from backchannel.channel.channel import Channel
from backchannel.channel.channel_rules import may
from backchannel.channel.errors import HandlingForbidsError
from backchannel.channel.handling import Attribution, Handling
from backchannel.channel.names import NoteId, Rows, SeatId, normalised
from backchannel.channel.oral import Heard, HeardTakenBack, How, Leave, ToldByMouth
from backchannel.channel.record import Conveyance
from backchannel.channel.warnings import warnings
from backchannel.desk import tables
from backchannel.desk.desk import Desk
from backchannel.desk.ledger import erase_stored, load_channel, record_entry
from backchannel.desk.session.conveying import (
    Conveying,
    ConveyPreview,
    conveyance,
    note_warned,
    preview_of,
)
from backchannel.desk.session.finding import find_channel, find_key, find_seat
from backchannel.desk.session.mediating import enter

LEAVE_WORDS = "Allows this use of a note it wanted to be asked about."


@dataclass(frozen=True, slots=True, kw_only=True)
class Aloud:
    """How something was spoken, when (UTC, full minute), and with whom of the party."""

    how: How
    spoken: datetime
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What a party said by mouth, with the handling it stated."""

    text: str
    handling: Handling
    rows: Rows = ()
    not_before: datetime | None = None
    expires: datetime | None = None


def heard(desk: Desk, channel: str, seat: str, hearing: Hearing, *, aloud: Aloud) -> str:
    """Record what a party said by mouth; return the note's identifier."""
    note = NoteId(desk.new_id())

    def make(state: Channel, *_: object) -> Heard:
        return Heard(
            at=desk.minute(),
            by=desk.person,
            seat=find_seat(state, seat).seat,
            note=note,
            **_given(hearing),
            **_given(aloud),
        )

    enter(desk, channel, make)
    return note


def heard_leave(
    desk: Desk,
    channel: str,
    note: str,
    *,
    attribution: Attribution,
    aloud: Aloud,
    text: str = "",
) -> str:
    """Record that the author of a note heard by mouth allowed this use, in this wording.

    An empty text stands for the note's own words. Taken back like a note, by the identifier
    returned.
    """
    leave = NoteId(desk.new_id())

    def make(state: Channel, *_: object) -> Heard:
        key = NoteId(find_key(note, state.heard, "note heard by mouth"))
        asked = state.heard[key].heard
        wording = normalised(text or asked.text)
        return Heard(
            at=desk.minute(),
            by=desk.person,
            seat=asked.seat,
            note=leave,
            text=LEAVE_WORDS,
            handling=Handling(),
            leave=Leave(note=key, attribution=attribution, text=wording),
            **_given(aloud),
        )

    enter(desk, channel, make)
    return leave


def take_back_heard(desk: Desk, channel: str, note: str, *, erase: bool = False) -> None:
    """Record that a party took back what it said by mouth; `erase`: its words leave this vault."""
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        state = load_channel(desk, connection, row.channel)
        key = NoteId(find_key(note, state.heard, "note heard by mouth"))
        entry = HeardTakenBack(at=desk.minute(), by=desk.person, note=key, erase=erase)
        record_entry(desk, connection, row, entry)
        if erase:
            erase_stored(desk, connection, (row.channel, state.heard[key].heard.seat), key)


def told_by_mouth(
    desk: Desk, channel: str, conveying: Conveying, *, aloud: Aloud, breach: str = ""
) -> str:
    """Record what a party was told by mouth, and return the conveyance's identifier.

    `breach`: the reason why it was told although a handling forbade it.

    Raises:
        HandlingForbidsError: an author had not allowed it, and no reason is given.
        RuleBrokenError: a reason is given and every author had allowed it.
    """
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        state = load_channel(desk, connection, row.channel)
        entry = _telling(desk, state, conveying, aloud, breach=breach)
        _broken(state, entry)
        record_entry(desk, connection, row, entry)
        of, at = (row.channel, entry.seat), desk.seconds()
        if entry.breach:
            words = f"told by mouth although a handling forbade it: {entry.breach}"
            tables.write_journal_of(connection, of, at, kind="breach", words=words)
        note_warned(connection, of, at, warnings(state, entry))
    return entry.conveyance


def preview_told(
    desk: Desk, channel: str, conveying: Conveying, *, aloud: Aloud, breach: str = ""
) -> ConveyPreview:
    """Return what would be recorded; refuses what `told_by_mouth` would, and changes nothing."""
    with desk.vault.read() as connection:
        row = find_channel(connection, channel, role="mediator")
        state = load_channel(desk, connection, row.channel)
    entry = _telling(desk, state, conveying, aloud, breach=breach)
    broken = _broken(state, entry)
    may(state, entry)
    return preview_of(state, entry, breach=broken)


def _telling(
    desk: Desk, state: Channel, conveying: Conveying, aloud: Aloud, *, breach: str
) -> ToldByMouth:
    seat = SeatId(find_seat(state, conveying.seat).seat)
    entry = conveyance(desk, state, seat, conveying)
    named = {f.name: getattr(entry, f.name) for f in fields(Conveyance)}
    return ToldByMouth(**named, **_given(aloud), breach=breach.strip())


def _broken(state: Channel, entry: ToldByMouth) -> str:
    """Return which rule the telling broke, if one.

    Raises:
        HandlingForbidsError: one, and no reason is given.
    """
    try:
        may(state, replace(entry, breach=""))
    except HandlingForbidsError as error:
        if entry.breach:
            return str(error)
        raise HandlingForbidsError(
            f"{error}; do not tell it, or, if it was told, record it as a breach with --breach "
            "and the reason"
        ) from error
    return ""


def _given(values: Hearing | Aloud) -> dict[str, Any]:
    return {f.name: getattr(values, f.name) for f in fields(values)}
