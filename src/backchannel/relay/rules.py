"""What the relay does with each request, inside a transaction that the caller holds.

Every request is either carried out or refused with nothing changed; every one can be repeated after
a lost answer. All is decided from the database, the day, and the limits. The SQL is what SQLite and
PostgreSQL both understand.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from backchannel.post.messages import (
    COLLECT_BYTES,
    COLLECT_LETTERS,
    MAX_COUNT,
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
from backchannel.relay.admission import Found, Standing, look_up, shown
from backchannel.relay.limits import Limits
from backchannel.relay.sql import Sql

_EPOCH = date(1970, 1, 1)

_SET_HASH = {
    "read": "UPDATE mailboxes SET read_hash = ? WHERE mailbox = ?",
    "send": "UPDATE mailboxes SET send_hash = ? WHERE mailbox = ?",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The answer, and what is still to be written down once it is given: nobody waits for that."""

    answer: Answer
    afterwards: Callable[[Sql], None] | None = None


def perform(db: Sql, request: Request, today: date, limits: Limits) -> Outcome:
    """Carry the request out. `Collect` and `GetBundle` only read."""
    showing = shown(request)
    if showing is None:  # an opening: its voucher is looked at instead
        return Outcome(answer=_carry_out(db, request, today, limits))
    new_hash = request.new_hash if isinstance(request, Rotate) else None
    found = look_up(db, showing, new_hash)
    match found.standing:
        case Standing.ADMITTED:
            answer = _carry_out(db, request, today, limits)
            return Outcome(answer=answer, afterwards=_use(found, request.mailbox, today))
        case Standing.REPEATED:
            return Outcome(answer=Rotated())
        case Standing.STALE:
            # A refusal takes as long for a replaced secret as for any: it is counted afterwards.
            count = partial(_count_stale, mailbox=request.mailbox)
            return Outcome(answer=refuse(Reason.NOT_ADMITTED), afterwards=count)
        case Standing.UNKNOWN:
            return Outcome(answer=refuse(Reason.NOT_ADMITTED))


def sweep(db: Sql, today: date, limits: Limits, *, at_most: int) -> int:
    """Delete letters whose last day has passed, and mailboxes not used for so long; count both."""
    letters = db.execute(
        "DELETE FROM letters WHERE (mailbox, number) IN"
        " (SELECT mailbox, number FROM letters WHERE expires < ? LIMIT ?)",
        (_number(today), at_most),
    ).rowcount
    mailboxes = db.execute(
        "DELETE FROM mailboxes WHERE mailbox IN"
        " (SELECT mailbox FROM mailboxes WHERE used < ? LIMIT ?)",
        (_kept_since(today, limits), at_most),
    ).rowcount
    return letters + mailboxes


def overdue(db: Sql, today: date, limits: Limits, *, at_most: int) -> list[bytes]:
    """Return mailboxes in which there is something to sweep, for stores that lock each."""
    rows = db.execute(
        "SELECT mailbox FROM letters WHERE expires < ?"
        " UNION SELECT mailbox FROM mailboxes WHERE used < ? LIMIT ?",
        (_number(today), _kept_since(today, limits), at_most),
    )
    return [mailbox for (mailbox,) in rows]


def sweep_mailbox(db: Sql, mailbox: bytes, today: date, limits: Limits) -> int:
    """Do in one mailbox what `sweep` does in all."""
    letters = _drop_expired(db, mailbox, today)
    mailboxes = db.execute(
        "DELETE FROM mailboxes WHERE mailbox = ? AND used < ?",
        (mailbox, _kept_since(today, limits)),
    ).rowcount
    return letters + mailboxes


def add_vouchers(db: Sql, hashes: list[bytes]) -> None:
    """Make vouchers valid, given as their hashes."""
    db.executemany("INSERT INTO vouchers (hash) VALUES (?)", [(hash_,) for hash_ in hashes])


def day_of(number: int) -> date:
    """Return the day that is stored as this number: days since 1970-01-01 (UTC)."""
    return _EPOCH + timedelta(days=number)


def _use(found: Found, mailbox: bytes, today: date) -> Callable[[Sql], None] | None:
    """Return how to write down that the mailbox was used today; None if that is known."""
    return None if found.used >= _number(today) else partial(_used, mailbox=mailbox, today=today)


def _used(db: Sql, *, mailbox: bytes, today: date) -> None:
    day = _number(today)
    db.execute("UPDATE mailboxes SET used = ? WHERE mailbox = ? AND used < ?", (day, mailbox, day))


def _count_stale(db: Sql, *, mailbox: bytes) -> None:
    """Count that a replaced secret was tried, up to a number that fits any answer."""
    db.execute(
        "UPDATE mailboxes SET stale = stale + 1 WHERE mailbox = ? AND stale < ?",
        (mailbox, MAX_COUNT),
    )


def _carry_out(db: Sql, request: Request, today: date, limits: Limits) -> Answer:
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
            return _put_bundle(db, mailbox, bundle)
        case GetBundle(mailbox=mailbox):
            row = db.execute("SELECT bundle FROM bundles WHERE mailbox = ?", (mailbox,)).fetchone()
            return BundleIs(bundle=row[0] if row else None)
        case Close():
            return _close(db, request.mailbox)
        case Open():
            return _open(db, request, today)


def _open(db: Sql, request: Open, today: date) -> Answer:
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
        "INSERT INTO mailboxes (mailbox, read_hash, send_hash, used) VALUES (?, ?, ?, ?)",
        (request.mailbox, *hashes, _number(today)),
    )
    return Opened()


def _put(db: Sql, request: Put, today: date, limits: Limits) -> Answer:
    there = db.execute(
        "SELECT expires, letter = ?, number FROM letters WHERE mailbox = ? AND letter_id = ?",
        (request.letter, request.mailbox, request.letter_id),
    ).fetchone()
    if there is not None:
        expires, same, _ = there
        if expires >= _number(today):
            return Stored(expires=day_of(expires)) if same else refuse(Reason.CONFLICT)
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


def _fits(db: Sql, request: Put, limits: Limits) -> bool:
    letters, size = db.execute(
        "SELECT letters, size FROM mailboxes WHERE mailbox = ?", (request.mailbox,)
    ).fetchone()
    return limits.fits(letters=letters, size=size, more=len(request.letter))


def _drop_expired(db: Sql, mailbox: bytes, today: date) -> int:
    return db.execute(
        "DELETE FROM letters WHERE mailbox = ? AND expires < ?", (mailbox, _number(today))
    ).rowcount


def _put_bundle(db: Sql, mailbox: bytes, bundle: bytes) -> Answer:
    db.execute(
        "INSERT INTO bundles (mailbox, bundle) VALUES (?, ?)"
        " ON CONFLICT (mailbox) DO UPDATE SET bundle = excluded.bundle",
        (mailbox, bundle),
    )
    return BundleStored()


def _collect(db: Sql, mailbox: bytes, today: date) -> Answer:
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


def _forget(db: Sql, request: Forget) -> Answer:
    db.executemany(
        "DELETE FROM letters WHERE mailbox = ? AND letter_id = ?",
        [(request.mailbox, letter_id) for letter_id in request.letter_ids],
    )
    return Forgotten()


def _rotate(db: Sql, request: Rotate, limits: Limits) -> Answer:
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


def _close(db: Sql, mailbox: bytes) -> Answer:
    # What it holds goes with it: the schema sees to that.
    db.execute("DELETE FROM mailboxes WHERE mailbox = ?", (mailbox,))
    return Closed()


def _number(day: date) -> int:
    return (day - _EPOCH).days


def _kept_since(today: date, limits: Limits) -> int:
    """Return the earliest day of last use with which a mailbox is still kept."""
    return _number(today) - limits.retention
