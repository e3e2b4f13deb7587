"""Repair: a caucus whose session one side has lost gets a new one, and that side what it lost.

Only the side that lost its session starts, from prekeys that the other has laid into a mailbox for
this. Its first letter says how much of each direction it holds; the other answers how long the
return is, and returns the rest (returning.py), which the first takes in (regaining.py). Promised:

- The other side's known identity alone can start a repair, once with each offer, and never with an
  incarnation that was seen before; at most once a day, unless a person allows it. A letter played
  again starts nothing. What is refused is shown.
- A repaired caucus is shown as such and is unverified: its safety words are new.
- A letter that shows this desk to be an old copy of itself stops it in that caucus.

All of it happens inside the transaction that takes in the letter, or the one that starts.
"""

import struct
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Final

from backchannel.channel.names import SeatId
from backchannel.channel.said import Saying
from backchannel.desk import incarnation, repairs, returning, tables
from backchannel.desk.desk import Desk
from backchannel.desk.ledger import (
    REFUSED_OURS,
    enqueue,
    load_channel,
    load_either,
)
from backchannel.desk.regaining import ANSWER, GAP, GAP_OF_THEIRS
from backchannel.desk.repairs import DOUBTED, NEEDED, STARTED, RepairRow
from backchannel.desk.returning import Gap
from backchannel.desk.tables import CaucusRow
from backchannel.desk.vault_database import Connection
from backchannel.post.messages import BundleIs, BundleStored, GetBundle, PutBundle
from backchannel.post.relay_port import RelayPort
from backchannel.seal import repair
from backchannel.seal.errors import OldBundleError, SealError, SecondJoinError
from backchannel.seal.letters import Letter
from backchannel.seal.session import is_established
from backchannel.wire.codec import decode, encode

PAUSE: Final = 86_400  # seconds between two repairs that the other side starts
LOOK: Final = 30  # seconds between two looks for an offer
LONG_LOOK: Final = 3600  # seconds until a start that seems to be accepted must be answered

# own incarnation; events of ours that the other side certainly has; events of the other side here
_OPENING: Final = struct.Struct(">QQQ")


class AheadError(SealError):
    """The other side has seen more of this desk than this desk has: this is an old copy of it."""


class _RefusedError(Exception):
    """A repair that is not accepted, and why."""


@dataclass(frozen=True, slots=True)
class _Counts:
    """How many events of each side there are at this desk."""

    ours: int
    theirs: int


def mend(desk: Desk, port: RelayPort, caucus: str) -> None:
    """Lay an offer for the other side if none lies there, and start a repair of our own if needed.

    Raises:
        RelayDownError: nobody answered; it is tried again.
    """
    with desk.vault.read() as connection:
        row, kept = tables.caucus(connection, caucus), repairs.load(connection, caucus)
    if row.state != "joined":
        return
    if row.repair in {NEEDED, STARTED} and kept is not None:
        if desk.seconds() >= kept.due:
            _start(desk, port, row, kept)
    elif not row.repair and (kept is None or not kept.laid) and is_established(row.session):
        _lay(desk, port, caucus)


def _lay(desk: Desk, port: RelayPort, caucus: str) -> None:
    with desk.transaction() as connection:
        row = tables.caucus(connection, caucus)
        kept = repairs.load(connection, caucus) or repairs.of_session(row)
        if kept is None:
            return
        if kept.offer is None:
            kept.offer = repair.draw(kept.lasting, epoch=row.epoch + 1)
        repairs.store(connection, kept)
    laid = repair.lay(kept.lasting, kept.offer, known=kept.known)
    answer = port.ask(PutBundle(mailbox=row.send_box, send_secret=row.send_secret, bundle=laid))
    if isinstance(answer, BundleStored):
        with desk.transaction() as connection:
            # Not if a repair has used it up meanwhile: then another one is to be laid.
            connection.execute(
                "UPDATE repairs SET laid = 1 WHERE caucus = ? AND offer = ?", (caucus, kept.offer)
            )


def _start(desk: Desk, port: RelayPort, row: CaucusRow, kept: RepairRow) -> None:
    answer = port.ask(GetBundle(mailbox=row.read_box, read_secret=row.read_secret))
    offer = None
    if isinstance(answer, BundleIs) and answer.bundle is not None:
        # Else it is of the first joining, or was put there by the relay.
        with suppress(SealError):
            offer = repair.read(kept.lasting, answer.bundle)
    with desk.transaction() as connection:
        row = tables.caucus(connection, row.caucus)
        if row.repair not in {NEEDED, STARTED}:
            return
        kept.due = desk.seconds() + LOOK
        own = incarnation.inside(connection).incarnation
        # One that was used is no more: an epoch that this side has seen has had its offer.
        if offer is None or offer.epoch < row.epoch + (row.repair == NEEDED):
            words = "the other desk has not laid down keys for a repair yet: it has to connect"
            tables.write_once(connection, row, desk.seconds(), kind="repair waits", words=words)
        elif offer.known >= own:
            _was_before(desk, connection, row, kept, known=offer.known)
        elif offer.name != kept.tried:
            _begin(desk, connection, row, kept, offer=offer, own=own)
        repairs.store(connection, kept)


def _was_before(
    desk: Desk, connection: Connection, row: CaucusRow, kept: RepairRow, *, known: int
) -> None:
    """Stop, if the other side has repaired a desk with our incarnation, and that was not we."""
    if row.repair == STARTED and not kept.ahead:
        # It may well have been: the answer is on its way then, and comes before the next look.
        kept.due = desk.seconds() + LONG_LOOK
    else:
        _doubt(desk, connection, row, why="another copy of this desk was restored before it")
    kept.ahead = known


def _begin(
    desk: Desk,
    connection: Connection,
    row: CaucusRow,
    kept: RepairRow,
    *,
    offer: repair.Laid,
    own: int,
) -> None:
    """Seal the first letter of the new session: who we are now, and how much we hold."""
    if row.repair == NEEDED:
        row.carried = _take_back(desk, connection, row)
    counts = _counts(desk, connection, row)
    held = row.carried
    _new_session(connection, row, repair.begin(kept.lasting, offer), offer.epoch)
    row.repair = STARTED
    kept.tried, kept.ahead = offer.name, 0
    enqueue(desk, connection, row, _OPENING.pack(own, held, counts.theirs))
    row.carried = held
    tables.store_caucus(connection, row)


def _new_session(connection: Connection, row: CaucusRow, session: bytes, epoch: int) -> None:
    for table in ("outbox", "held"):
        connection.execute(f"DELETE FROM {table} WHERE caucus = ?", (row.caucus,))  # noqa: S608
    row.session, row.epoch, row.verified = session, epoch, 0
    row.queued = row.sent = row.acknowledged = row.applied = row.receipts = row.receipt_due = 0
    row.told = -1
    row.receipt = row.receipt_id = row.heard = None


def _counts(desk: Desk, connection: Connection, row: CaucusRow) -> _Counts:
    caucus, mediates = load_either(desk, connection, row)
    if mediates:
        return _Counts(caucus.told_count, caucus.said_count)
    return _Counts(caucus.said_count, caucus.told_count)


def _take_back(desk: Desk, connection: Connection, row: CaucusRow) -> int:
    """Take what may not have arrived out of the journal of a party, and say what surely has.

    The mediator's desk may hold something else under the same numbers: said by the desk that was
    lost, after the backup. Nothing that was told can rest on what is taken out, for whatever the
    mediator had seen when telling it is acknowledged.
    """
    caucus, mediates = load_either(desk, connection, row)
    if mediates:
        return min(max(repairs.confirmed(row), caucus.seen_by_party), caucus.told_count)
    certain = min(max(repairs.confirmed(row), caucus.seen_by_mediator), caucus.said_count)
    number = 0
    rows = connection.execute(
        "SELECT place, refused, body FROM events WHERE channel = ? ORDER BY place", (row.channel,)
    ).fetchall()
    for place, refused, body in rows:
        number += _is_ours(refused, body)
        if number <= certain or not _is_ours(refused, body):
            continue
        connection.execute("DELETE FROM events WHERE place = ?", (place,))
        if not refused:
            connection.execute(
                "INSERT INTO unsaid (caucus, body) VALUES (?, ?)", (row.caucus, body)
            )
    desk.folded.clear()
    return certain


def _is_ours(refused: int, body: bytes) -> bool:
    """Tell whether a row of a party's journal stands for an event of its own."""
    return refused == REFUSED_OURS or (not refused and isinstance(decode(body), Saying))


class Took(Enum):
    """What became of a letter that the present session does not open."""

    NOTHING = "nothing"  # it is none of a repair's
    LEFT = "left"  # it is of another session of this caucus, and worth nothing now
    REPAIRED = "repaired"  # the other side has begun a new session with it


def take(
    desk: Desk, connection: Connection, row: CaucusRow, ciphertext: bytes, *, error: SealError
) -> Took:
    """Look whether a letter that was refused has to do with a repair."""
    kept = repairs.load(connection, row.caucus) if row.state == "joined" else None
    if kept is None:
        return Took.NOTHING
    if isinstance(error, AheadError):
        _doubt(desk, connection, row, why="it acknowledges letters that this desk never sent")
        return Took.LEFT
    try:
        epoch = repair.epoch_of(kept.lasting, ciphertext, present=row.epoch)
    except SealError:
        return Took.NOTHING
    if epoch == row.epoch and not (epoch and isinstance(error, SecondJoinError)):
        return Took.NOTHING
    if epoch <= row.epoch:
        words = "letters of a session before its repair came late, or again, and were left"
        tables.write_once(connection, row, desk.seconds(), kind="repair", words=words)
        return Took.LEFT
    return _of_later(desk, connection, row, kept, ciphertext=ciphertext)


def _of_later(
    desk: Desk, connection: Connection, row: CaucusRow, kept: RepairRow, *, ciphertext: bytes
) -> Took:
    """Take a letter of a session that is not there yet: the first of a repair, it may be."""
    try:
        session, letter = repair.accept(kept.lasting, kept.offer or b"", ciphertext)
        _accept(desk, connection, row, kept, session=session, letter=letter)
    except OldBundleError as old:
        _show(desk, connection, row, str(old))
        return Took.LEFT
    except _RefusedError as refused:
        _show(desk, connection, row, f"a repair was not accepted: {refused}")
        return Took.LEFT
    except SealError:
        # A session came about that this desk has never heard of: with a later state of itself.
        _doubt(desk, connection, row, why="it is of a session that this desk has not had yet")
        return Took.LEFT
    return Took.REPAIRED


def _accept(
    desk: Desk,
    connection: Connection,
    row: CaucusRow,
    kept: RepairRow,
    *,
    session: bytes,
    letter: Letter,
) -> None:
    if letter.epoch != row.epoch + 1 or letter.counter != 1 or len(letter.body) != _OPENING.size:
        raise _RefusedError("its first letter is not that of a repair")
    number, held, theirs = _OPENING.unpack(letter.body)
    _may_accept(desk, connection, row, kept, number=number)
    counts = _counts(desk, connection, row)
    if held > counts.theirs or theirs > counts.ours:
        _doubt(desk, connection, row, why="it holds events that this desk has not had")
        raise _RefusedError("this desk is behind the one that was restored")
    caucus, mediates = load_either(desk, connection, row)
    said, told = (held, theirs) if mediates else (theirs, held)
    lost = returning.lost(caucus, said=said, told=told)
    returned = len(lost) - (counts.ours - theirs)  # of the other side's own events
    _new_session(connection, row, session, letter.epoch)
    row.applied = 1
    enqueue(desk, connection, row, ANSWER.pack(1 + len(lost)))
    ours = Gap.TOLD if mediates else Gap.SAID
    for thing in lost:
        if isinstance(thing, Gap):
            enqueue(desk, connection, row, GAP_OF_THEIRS if thing is ours else GAP)
        else:
            enqueue(desk, connection, row, encode(thing))
    row.carried = theirs - 1 - returned
    tables.store_caucus(connection, row)
    kept.offer, kept.laid, kept.allowed = None, 0, 0
    kept.known, kept.accepted = number, desk.seconds()
    repairs.store(connection, kept)
    # Not how much: answers of which nothing may be shown yet would count in it.
    words = (
        "the desk at the other end was restored from a backup and has a new session; what it lost "
        "is returned to it; its safety words are new: compare them again"
    )
    tables.write_journal(connection, row, desk.seconds(), kind="repaired", words=words)


def _may_accept(
    desk: Desk, connection: Connection, row: CaucusRow, kept: RepairRow, *, number: int
) -> None:
    if row.repair:
        raise _RefusedError(
            "this desk was restored as well, and neither has what the other lost: revoke the "
            "caucus and invite the party again"
        )
    if number <= kept.known:
        raise _RefusedError(
            "a desk restored from the same backup has been repaired before: there are two copies "
            "of it; speak to the other side over another way"
        )
    if kept.accepted and desk.seconds() < kept.accepted + PAUSE and not kept.allowed:
        raise _RefusedError(
            "it is the second within a day; if the other side says over another way that it was "
            "restored once more, allow it with `backchannel repair --allow`"
        )
    if tables.channel(connection, row.channel).mediates:
        seat = load_channel(desk, connection, row.channel).seats[SeatId(row.caucus)]
        if seat.frozen:
            raise _RefusedError("the party is frozen; `backchannel thaw` lets it be repaired")


def _doubt(desk: Desk, connection: Connection, row: CaucusRow, *, why: str) -> None:
    if row.repair != DOUBTED:
        row.repair = DOUBTED
        tables.store_caucus(connection, row)
        words = f"this desk seems to be an old copy of itself ({why}): nothing is sealed here now"
        tables.write_journal(connection, row, desk.seconds(), kind="old copy", words=words)


def _show(desk: Desk, connection: Connection, row: CaucusRow, words: str) -> None:
    tables.write_once(connection, row, desk.seconds(), kind="repair", words=words)
