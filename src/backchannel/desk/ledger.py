"""The journal of a channel: its state as a fold, and writing an event with its letter.

All of this happens inside one transaction of the vault: an event is recorded together with the
letter that carries it and the ratchet state that sealed it, or not at all. Whatever was recorded is
delivered later, as often as the peer needs.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from backchannel.channel import caucus as caucuses
from backchannel.channel import caucus_rules, channel_oral, channel_rules, disclosure
from backchannel.channel import channel as channels
from backchannel.channel.caucus import Caucus
from backchannel.channel.channel import Channel
from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.events import Entry, FromParty, ToParty
from backchannel.channel.names import NoteId, SeatId
from backchannel.channel.oral import Heard
from backchannel.channel.record import Correction, Putting, Received, ToSeat, UseRequest
from backchannel.channel.returned import Returned
from backchannel.channel.rules import NoteState
from backchannel.channel.said import Erased, HandlingWidened, Said
from backchannel.channel.told import UseRequested
from backchannel.desk import tables
from backchannel.desk.desk import ID_BYTES, Desk
from backchannel.desk.errors import DeskError
from backchannel.desk.people import require_person
from backchannel.desk.repairs import SILENT, require_whole
from backchannel.desk.tables import CaucusRow, ChannelRow
from backchannel.desk.vault_database import Connection
from backchannel.post.order import Window, may_send
from backchannel.seal.letters import Kind, Letter
from backchannel.seal.session import seal
from backchannel.wire.codec import decode, decode_entry, encode

S = TypeVar("S", Caucus, Channel)

# Each receipt passed over costs the peer a kept key of its `seal.ratchet.KEPT_KEYS`, of which the
# letters that wait to be acknowledged must stay among the newest, whatever a relay withholds.
MAX_RECEIPTS = 500

# How a row of the journal says that its letter was refused: by the rules here, or, one of this
# side's own, at the other desk, which therefore could not return it.
REFUSED, REFUSED_OURS = 1, 2

_EVENTS = "SELECT place, caucus, refused, body FROM events WHERE channel = ? AND place > ?"


def load_caucus(desk: Desk, connection: Connection, channel: str) -> Caucus:
    """Return the one caucus of a party's channel as it stands in this transaction."""
    return _fold(
        (desk, connection, channel),
        empty=Caucus(),
        read=decode,
        apply=caucuses.apply,
        skip=lambda state, _, refused: caucuses.skip(state, told=refused == REFUSED),
    )


def load_channel(desk: Desk, connection: Connection, channel: str) -> Channel:
    """Return the mediator's channel as it stands in this transaction."""
    return _fold(
        (desk, connection, channel),
        empty=Channel(),
        read=decode_entry,
        apply=channels.apply,
        skip=_skip_letter,
    )


def _skip_letter(state: Channel, seat: str, refused: int) -> Channel:
    if refused == REFUSED_OURS:
        return channels.skip_told(state, SeatId(seat))
    return channels.skip(state, SeatId(seat))


def load_either(desk: Desk, connection: Connection, row: CaucusRow) -> tuple[Caucus, bool]:
    """Return a caucus as it stands in this transaction, and whether this is the mediator's desk."""
    if tables.channel(connection, row.channel).mediates:
        state = load_channel(desk, connection, row.channel)
        return state.caucuses[SeatId(row.caucus)], True
    return load_caucus(desk, connection, row.channel), False


def _fold(
    where: tuple[Desk, Connection, str],
    *,
    empty: S,
    read: Callable[[bytes], object],
    apply: Callable[..., S],
    skip: Callable[[S, str, int], S],
) -> S:
    """Fold what the journal holds beyond what was folded before, and remember it."""
    desk, connection, channel = where
    place, state = desk.folded.get(channel, (0, empty))
    if not isinstance(state, type(empty)):
        raise TypeError("this desk has another role in the channel")
    rows = connection.execute(f"{_EVENTS} ORDER BY place", (channel, place)).fetchall()
    if not rows:
        return state
    batch: list[object] = []
    for place, caucus, refused, body in rows:  # noqa: B007 - the last place is kept
        if refused:
            state, batch = skip(apply(state, *batch), caucus, refused), []
        else:
            batch.append(read(body))
    state = apply(state, *batch)
    desk.folded[channel] = (place, state)
    return state


def record_said(desk: Desk, connection: Connection, row: ChannelRow, event: FromParty) -> None:
    """Record what this party says, with the letter that carries it to the mediator.

    Raises:
        RuleBrokenError: it may not be said. Nothing has changed.
        DeskError: the caucus is closed and nothing would ever leave it.
    """
    (caucus_row,) = tables.caucuses(connection, row.channel)
    if caucus_row.state == "void" and not isinstance(event, Erased):
        raise DeskError(
            "this caucus is closed, nothing more is delivered from it: the journal says why; ask "
            "the mediator for another invitation"
        )
    require_whole(caucus_row, mediates=False)
    require_person(connection, event.by)
    caucus_rules.may(load_caucus(desk, connection, row.channel), event)
    body = encode(event)
    add_event(connection, row.channel, caucus_row.caucus, body)
    if isinstance(event, Erased):
        erase_stored(desk, connection, (row.channel, caucus_row.caucus), event.note)
    enqueue(desk, connection, caucus_row, body)
    tables.store_caucus(connection, caucus_row)


def record_entry(desk: Desk, connection: Connection, row: ChannelRow, entry: Entry) -> None:
    """Record an entry of the mediator, with the letters that tell parties what they are told.

    Raises:
        RuleBrokenError: it may not be. Nothing has changed.
    """
    state = load_channel(desk, connection, row.channel)
    channel_rules.may(state, entry)
    add_event(connection, row.channel, "", encode(entry))
    for seat, event in disclosure.tell(state, entry).items():
        caucus_row = tables.caucus(connection, seat)
        if caucus_row.state == "void":
            # What concerns all goes to those that are left; what is meant for this party alone,
            # or needs it, goes nowhere.
            if isinstance(entry, ToSeat | Correction | Putting):
                refuse_void(caucus_row)
            continue
        require_whole(caucus_row, mediates=True)
        enqueue(desk, connection, caucus_row, encode(event))
        tables.store_caucus(connection, caucus_row)


def refuse_void(row: CaucusRow) -> None:
    """Raises: RuleBrokenError, if the caucus is closed and nothing is delivered there."""
    if row.state == "void":
        raise RuleBrokenError(
            f"the caucus with {row.name} is closed: nothing is delivered there; invite the party "
            "again"
        )


def add_event(connection: Connection, channel: str, caucus: str, body: bytes) -> int:
    """Write one row of the journal, and return its place."""
    written = connection.execute(
        "INSERT INTO events (channel, caucus, body) VALUES (?, ?, ?)", (channel, caucus, body)
    )
    return written.lastrowid


def add_folded(
    desk: Desk,
    connection: Connection,
    where: tuple[str, str],
    *,
    body: bytes,
    state: Caucus | Channel,
) -> None:
    """Write one row of the journal (a channel and caucus), and remember the state after it.

    The state must be made, in this transaction, of the one loaded just before. So a letter that
    came is decoded once, and not again from the journal when the next one comes.
    """
    channel, caucus = where
    desk.folded[channel] = (add_event(connection, channel, caucus, body), state)


def add_refused(
    connection: Connection, channel: str, caucus: str, *, refused: int = REFUSED
) -> None:
    """Count a letter that the rules refused, so that both sides go on counting alike."""
    connection.execute(
        "INSERT INTO events (channel, caucus, refused, body) VALUES (?, ?, ?, x'')",
        (channel, caucus, refused),
    )


def enqueue(desk: Desk, connection: Connection, row: CaucusRow, body: bytes) -> None:
    """Put a letter into the outbox, sealed at once if the window has room."""
    row.queued += 1
    connection.execute(
        "INSERT INTO outbox (caucus, counter, body, letter_id) VALUES (?, ?, ?, ?)",
        (row.caucus, row.queued, body, desk.draw(ID_BYTES)),
    )
    seal_waiting(connection, row)


def seal_waiting(connection: Connection, row: CaucusRow) -> None:
    """Seal what waits, as far as the window of unacknowledged letters has room."""
    if row.repair in SILENT:
        return
    while row.sent < row.queued and may_send(Window(row.sent, row.acknowledged)):
        row.sent += 1
        ((body,),) = connection.execute(
            "SELECT body FROM outbox WHERE caucus = ? AND counter = ?", (row.caucus, row.sent)
        ).fetchall()
        letter = Letter(
            epoch=row.epoch, counter=row.sent, ack=row.applied, kind=Kind.EVENT, body=body
        )
        row.session, ciphertext = seal(row.session, letter)
        row.told = row.applied
        # This letter acknowledges as much, and is itself put again until it has arrived. An old
        # receipt played again after many letters would look like a stranger's.
        row.receipt, row.receipt_id, row.receipt_due = None, None, 0
        connection.execute(
            # The plain body is no longer needed: what is sent again is this very ciphertext.
            "UPDATE outbox SET letter = ?, body = x'' WHERE caucus = ? AND counter = ?",
            (ciphertext, row.caucus, row.sent),
        )


def seal_receipt(desk: Desk, row: CaucusRow) -> None:
    """Make the receipt for what was applied, unless a sealed letter says so already."""
    if row.acknowledged == row.sent:
        row.receipts = 0
    if row.told >= row.applied or row.receipts >= MAX_RECEIPTS or row.repair in SILENT:
        return
    row.receipts += 1
    letter = Letter(epoch=row.epoch, counter=row.sent, ack=row.applied, kind=Kind.RECEIPT, body=b"")
    row.session, row.receipt = seal(row.session, letter)
    row.receipt_id = desk.draw(ID_BYTES)
    row.told = row.applied
    row.receipt_due = 1


def erase_stored(desk: Desk, connection: Connection, where: tuple[str, str], note: NoteId) -> None:
    """Take the content of an erased note out of every row of the vault that holds it.

    `where` is its channel and caucus. A party may know the identifier of another's note, from an
    export that was given away, and use it for one of its own: its word is for its own alone.
    """
    desk.vault.leave_no_trace()
    # Only rows with the identifier are read: whoever erases much must not hold up all others.
    named = note.encode()
    rows = connection.execute(
        "SELECT body, place FROM events WHERE channel = ? AND refused = 0 AND instr(body, ?)",
        (where[0], named),
    ).fetchall()
    changed = _rewritten(rows, note, where[1])
    connection.executemany("UPDATE events SET body = ? WHERE place = ?", changed)
    # What waits for the window was sealed by nobody yet: it leaves without what was erased.
    rows = connection.execute(
        "SELECT body, caucus, counter FROM outbox WHERE letter IS NULL AND caucus = ? "
        "AND instr(body, ?)",
        (where[1], named),
    ).fetchall()
    changed = _rewritten(rows, note, where[1])
    connection.executemany("UPDATE outbox SET body = ? WHERE caucus = ? AND counter = ?", changed)


def _rewritten(rows: list[tuple[Any, ...]], note: NoteId, caucus: str) -> list[tuple[Any, ...]]:
    """Return the rows (body, then its key) that hold something of the note, without it."""
    changed = []
    for body, *key in rows:
        event = decode(body)
        if getattr(event, "seat", caucus) != caucus:
            continue
        without = _without(event, note)
        if without != event:
            changed.append((encode(without), *key))
    return changed


def _without(event: FromParty | ToParty | Entry, note: NoteId) -> FromParty | ToParty | Entry:
    match event:
        case Received(event=inner):
            return replace(event, event=caucuses.redacted(inner, note))
        case Returned(event=told):
            return replace(event, event=caucuses.redacted(told, note))
        case UseRequest(note=its) if its == note:
            return replace(event, text=caucuses.ERASED_TEXT)
        case Said() | HandlingWidened() | UseRequested():
            return caucuses.redacted(event, note)
        case Heard():
            return channel_oral.redacted(event, note)
        case _:
            return event


def is_erased(state: Caucus, note: NoteId) -> bool:
    """Tell whether a note was erased, so that what comes late about it is stored without it."""
    return note in state.notes and state.notes[note].state is NoteState.ERASED
