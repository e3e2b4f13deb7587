"""Who may use a mailbox: whoever shows the secret, and nobody learns more from being refused.

A wrong secret and a mailbox that does not exist take the same steps: the same rows are looked for,
the same number of hashes compared in constant time. A secret that has been replaced is refused in
the same words, and reported, so that the mailbox's reader can be told that somebody still tries it.
"""

import hmac
from dataclasses import dataclass
from enum import Enum

from backchannel.post.messages import (
    Close,
    Collect,
    Forget,
    GetBundle,
    Open,
    Put,
    PutBundle,
    Request,
    Rotate,
    Side,
    hashed,
)
from backchannel.relay.sql import Sql

_NOBODYS = bytes(32)  # compared with where there is no mailbox; the hash of no known secret
_COMPARED = 8  # replaced secrets, also where there are fewer: refusing takes equally long
_HASHES = {
    Side.READ: "SELECT read_hash, used FROM mailboxes WHERE mailbox = ?",
    Side.SEND: "SELECT send_hash, used FROM mailboxes WHERE mailbox = ?",
}
_RETIRED = "SELECT hash FROM retired WHERE mailbox = ? AND side = ? ORDER BY number DESC"


class Standing(Enum):
    """How a secret stands to a mailbox."""

    ADMITTED = "admitted"
    REPEATED = "repeated"  # a rotation that has been carried out already
    STALE = "stale"  # a secret that has been replaced
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Found:
    """How the secret stands, and on which day (by number) the mailbox was last used."""

    standing: Standing
    used: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """The secret that a request shows, and for which side of which mailbox."""

    mailbox: bytes
    side: Side
    secret: bytes


def shown(request: Request) -> Shown | None:
    """Return what the request shows; None for an opening, which shows a voucher instead."""
    match request:
        case Put(send_secret=secret) | PutBundle(send_secret=secret):
            return Shown(request.mailbox, Side.SEND, secret)
        case Collect() | Forget() | Close() | GetBundle():
            return Shown(request.mailbox, Side.READ, request.read_secret)
        case Rotate(side=side, old_secret=secret):
            return Shown(request.mailbox, side, secret)
        case Open():
            return None


def look_up(db: Sql, showing: Shown, new_hash: bytes | None = None) -> Found:
    """Return how the secret stands; `new_hash` is what a rotation asks for."""
    shown_hash = hashed(showing.secret)
    row = db.execute(_HASHES[showing.side], (showing.mailbox,)).fetchone()
    current, used = (_NOBODYS, 0) if row is None else row
    retired = [old for (old,) in db.execute(_RETIRED, (showing.mailbox, showing.side.value))]
    retired += [_NOBODYS] * (_COMPARED - len(retired))
    if hmac.compare_digest(current, shown_hash):
        return Found(Standing.ADMITTED, used)
    old = [hmac.compare_digest(hash_, shown_hash) for hash_ in retired]
    # Only the last rotation can be the one that is repeated.
    if old[:1] == [True] and new_hash is not None and hmac.compare_digest(current, new_hash):
        return Found(Standing.REPEATED)
    return Found(Standing.STALE if any(old) else Standing.UNKNOWN)
