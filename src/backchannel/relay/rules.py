"""What the relay does with each request, inside a transaction that the caller holds.

Every request is either carried out or refused with nothing changed; every one can be repeated after
a lost answer. All is decided from the database, the day, and the limits.
"""

import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta

from backchannel.post.messages import (
    COLLECT_BYTES,
    COLLECT_LETTERS,
    Answer,
    BundleIs,
    BundleStored,
    Close,
    Closed,
    Collect,
    Collected,
    Forget,
    Forgotten,
    GetBundle,
    Open,
    Opened,
    Put,
    PutBundle,
    Reason,
    Request,
    Rotate,
    Rotated,
    Stored,
    hashed,
    refuse,
)
from backchannel.relay.admission import Standing, shown, standing
from backchannel.relay.limits import Limits

_EPOCH = date(1970, 1, 1)

_SET_HASH = {
    "read": "UPDATE mailboxes SET read_hash = ? WHERE mailbox = ?",
    "send": "UPDATE mailboxes SET send_hash = ? WHERE mailbox = ?",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The answer, and whether a replaced secret was tried, which is counted after the answer."""

    answer: Answer
    stale: bool = False


def perform(db: sqlite3.Connection, request: Request, today: date, limits: Limits) -> Outcome:
    """Carry the request out. `Collect` and `GetBundle` only read."""
    showing = shown(request)
    if showing is None:  # an opening: its voucher is looked at instead
        return Outcome(answer=_carry_out(db, request, today, limits))
    new_hash = request.new_hash if isinstance(request, Rotate) else None
    match standing(db, showing, new_hash):
        case Standing.ADMITTED:
            return Outcome(answer=_carry_out(db, request, today, limits))
        case Standing.REPEATED:
            return Outcome(answer=Rotated())
        case refused:
            answer = refuse(Reason.NOT_ADMITTED)
            return Outcome(answer=answer, stale=refused is Standing.STALE)


def count_stale(db: sqlite3.Connection, mailbox: bytes) -> None:
    """Count that a replaced secret was tried, up to a number that fits any answer."""
    db.execute(
        "UPDATE mailboxes SET stale = min(stale + 1, 4294967295) WHERE mailbox = ?", (mailbox,)
    )


def sweep(db: sqlite3.Connection, today: date, *, at_most: int) -> int:
    """Delete letters whose last day has passed, and return how many."""
    return db.execute(
        "DELETE FROM letters WHERE (mailbox, number) IN"
        " (SELECT mailbox, number FROM letters WHERE expires < ? LIMIT ?)",
        (_number(today), at_most),
    ).rowcount


def add_vouchers(db: sqlite3.Connection, hashes: list[bytes]) -> None:
    """Make vouchers valid, given as their hashes."""
    db.executemany("INSERT INTO vouchers (hash) VALUES (?)", [(hash_,) for hash_ in hashes])


def _carry_out(db: sqlite3.Connection, request: Request, today: date, limits: Limits) -> Answer:
    match request:
        case Put():
            return _put(db, request, today, limits)
        case Collect():
            return _collect(db, request.mailbox, today)
        case Forget():
            return _forget(db, request)
        case Rotate():
            return _rotate(db, request, limits)
        case PutBundle(mailbox=mailbox, bundle=bundle):
            db.execute("REPLACE INTO bundles (mailbox, bundle) VALUES (?, ?)", (mailbox, bundle))
            return BundleStored()
        case GetBundle(mailbox=mailbox):
            row = db.execute("SELECT bundle FROM bundles WHERE mailbox = ?", (mailbox,)).fetchone()
            return BundleIs(bundle=row[0] if row else None)
        case Close():
            return _close(db, request.mailbox)
        case Open():
            return _open(db, request)


def _open(db: sqlite3.Connection, request: Open) -> Answer:
    hashes = (request.read_hash, request.send_hash)
    there = db.execute(
        "SELECT read_hash, send_hash FROM mailboxes WHERE mailbox = ?", (request.mailbox,)
    ).fetchone()
    # The answer was lost and the opening repeated. The voucher is gone by now, and nothing says
    # which one it was; both hashes are known to nobody but who opened the mailbox.
    if there == hashes:
        return Opened()
    voucher = hashed(request.voucher)
    if not db.execute("SELECT 1 FROM vouchers WHERE hash = ?", (voucher,)).fetchone():
        return refuse(Reason.VOUCHER)
    if there is not None:
        return refuse(Reason.CONFLICT)
    db.execute("DELETE FROM vouchers WHERE hash = ?", (voucher,))
    db.execute(
        "INSERT INTO mailboxes (mailbox, read_hash, send_hash) VALUES (?, ?, ?)",
        (request.mailbox, *hashes),
    )
    return Opened()


def _put(db: sqlite3.Connection, request: Put, today: date, limits: Limits) -> Answer:
    there = db.execute(
        "SELECT expires, letter = ?, number FROM letters WHERE mailbox = ? AND letter_id = ?",
        (request.letter, request.mailbox, request.letter_id),
    ).fetchone()
    if there is not None:
        expires, same, _ = there
        if expires >= _number(today):
            return Stored(expires=_day(expires)) if same else refuse(Reason.CONFLICT)
        _drop_expired(db, request.mailbox, today)
    if not _fits(db, request, limits):
        _drop_expired(db, request.mailbox, today)
        if not _fits(db, request, limits):
            return refuse(Reason.QUOTA)
    last = today + timedelta(days=request.expires_days)
    db.execute(
        "INSERT INTO letters (mailbox, number, letter_id, expires, letter)"
        " SELECT mailbox, next, ?, ?, ? FROM mailboxes WHERE mailbox = ?",
        (request.letter_id, _number(last), request.letter, request.mailbox),
    )
    return Stored(expires=last)


def _fits(db: sqlite3.Connection, request: Put, limits: Limits) -> bool:
    letters, size = db.execute(
        "SELECT letters, size FROM mailboxes WHERE mailbox = ?", (request.mailbox,)
    ).fetchone()
    return limits.fits(letters=letters, size=size, more=len(request.letter))


def _drop_expired(db: sqlite3.Connection, mailbox: bytes, today: date) -> None:
    db.execute("DELETE FROM letters WHERE mailbox = ? AND expires < ?", (mailbox, _number(today)))


def _collect(db: sqlite3.Connection, mailbox: bytes, today: date) -> Answer:
    (stale,) = db.execute("SELECT stale FROM mailboxes WHERE mailbox = ?", (mailbox,)).fetchone()
    rows = db.execute(
        "SELECT letter_id, letter FROM letters WHERE mailbox = ? AND expires >= ?"
        " ORDER BY number LIMIT ?",
        (mailbox, _number(today), COLLECT_LETTERS),
    )
    letters, size = [], 0
    for letter_id, letter in rows:
        size += len(letter)
        if size > COLLECT_BYTES:
            break
        letters.append((letter_id, letter))
    return Collected(letters=tuple(letters), stale_attempts=stale)


def _forget(db: sqlite3.Connection, request: Forget) -> Answer:
    db.executemany(
        "DELETE FROM letters WHERE mailbox = ? AND letter_id = ?",
        [(request.mailbox, letter_id) for letter_id in request.letter_ids],
    )
    return Forgotten()


def _rotate(db: sqlite3.Connection, request: Rotate, limits: Limits) -> Answer:
    mailbox, side = request.mailbox, request.side.value
    (last,) = db.execute(
        "SELECT coalesce(max(number), 0) FROM retired WHERE mailbox = ? AND side = ?",
        (mailbox, side),
    ).fetchone()
    db.execute(
        "INSERT INTO retired (mailbox, side, number, hash) VALUES (?, ?, ?, ?)",
        (mailbox, side, last + 1, hashed(request.old_secret)),
    )
    db.execute(
        "DELETE FROM retired WHERE mailbox = ? AND side = ? AND number <= ?",
        (mailbox, side, last + 1 - limits.retired),
    )
    db.execute(_SET_HASH[side], (request.new_hash, mailbox))
    return Rotated()


def _close(db: sqlite3.Connection, mailbox: bytes) -> Answer:
    for table in ("letters", "bundles", "retired", "mailboxes"):
        db.execute(f"DELETE FROM {table} WHERE mailbox = ?", (mailbox,))  # noqa: S608 - our names
    return Closed()


def _number(day: date) -> int:
    return (day - _EPOCH).days


def _day(number: int) -> date:
    return _EPOCH + timedelta(days=number)
