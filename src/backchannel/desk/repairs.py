"""What a vault keeps for repairs: the row of each caucus, and what becomes of a lost session.

`row.repair` says how far a repair of this side's own session is:

- empty: all is well;
- NEEDED: the session is gone, as after a restore; the courier starts a repair by itself;
- DOUBTED: the other side's letters show that this desk is an old copy; a person decides;
- STARTED: the first letter of the new session is on its way;
- RETURNING: the other side gives back what was lost;
- LOST: there is nothing to repair with (nobody had joined yet): the party is invited again;
- FORKED: the two desks hold different things under one number: so, too.

While it is not empty, nothing is said or told in that caucus.
"""

from dataclasses import dataclass, fields
from typing import Final

from backchannel.desk.errors import NeedsRepairError
from backchannel.desk.tables import CaucusRow
from backchannel.desk.vault_database import Connection
from backchannel.seal import repair
from backchannel.seal.errors import SealError

NEEDED: Final = "needed"
DOUBTED: Final = "doubted"
STARTED: Final = "started"
RETURNING: Final = "returning"
LOST: Final = "lost"
FORKED: Final = "forked"
SILENT: Final = frozenset({NEEDED, DOUBTED, LOST, FORKED})  # nothing is sealed, nothing is opened

_WORDS: Final = {
    NEEDED: "this desk was restored, and the session with {whom} is made anew once both desks have "
    "connected: let the courier run, then try again",
    DOUBTED: "what comes from {whom} shows that this desk is an old copy of itself: if no other "
    "copy is in use, `backchannel repair` makes the session anew, else use the other one",
    STARTED: "the session with {whom} is being made anew: it goes on once the other desk has "
    "answered; let the courier run, then try again",
    RETURNING: "{whom} is returning what this desk lost: let the courier run, then try again",
    LOST: "nobody had joined with the invitation of {whom} when the backup was made: revoke it and "
    "invite again",
    FORKED: "this desk and that of {whom} remember different things, since an old copy of this one "
    "was used: revoke the caucus and invite the party again",
}


@dataclass(slots=True, kw_only=True)
class RepairRow:
    """What a caucus needs for a repair on either side; see the schema for each field."""

    caucus: str
    lasting: bytes
    offer: bytes | None = None
    laid: int = 0
    known: int = 0
    accepted: int = 0
    allowed: int = 0
    tried: bytes | None = None
    ahead: int = 0
    last: int = 0
    due: int = 0


_NAMES = tuple(f.name for f in fields(RepairRow))
_SELECT = f"SELECT {', '.join(_NAMES)} FROM repairs WHERE caucus = ?"  # noqa: S608 - our own names
_STORE = f"REPLACE INTO repairs ({', '.join(_NAMES)}) VALUES ({', '.join('?' * len(_NAMES))})"  # noqa: S608 - as above


def load(connection: Connection, caucus: str) -> RepairRow | None:
    """Return the row of a caucus, if it has one."""
    row = connection.execute(_SELECT, (caucus,)).fetchone()
    return None if row is None else RepairRow(**dict(zip(_NAMES, row, strict=True)))


def store(connection: Connection, kept: RepairRow) -> None:
    """Store a row, new or changed."""
    connection.execute(_STORE, tuple(getattr(kept, name) for name in _NAMES))


def of_session(row: CaucusRow) -> RepairRow | None:
    """Return a first row, made from the session of an established caucus; None if it has none."""
    try:
        return RepairRow(caucus=row.caucus, lasting=repair.lasting_of(row.session))
    except SealError:
        return None


def confirmed(row: CaucusRow) -> int:
    """Return how many events of this side the other is known to have applied."""
    return max(0, row.acknowledged + row.carried)


def require_whole(row: CaucusRow, *, mediates: bool) -> None:
    """Do nothing if the caucus has its session.

    Raises:
        NeedsRepairError: it is lost, or not yet whole again.
    """
    if row.repair:
        raise NeedsRepairError(words(row, mediates=mediates))


def words(row: CaucusRow, *, mediates: bool) -> str:
    """Return one sentence on how far the repair is, and what to do; none if all is well."""
    # A party's desk knows its one caucus by the party's own name.
    whom = row.name if mediates else "the mediator"
    return _WORDS[row.repair].format(whom=whom) if row.repair else ""


def shed(row: CaucusRow, kept: RepairRow | None) -> RepairRow | None:
    """Let go of all of a session that must not be used twice, and keep what lasts.

    What becomes of the letters in the outbox and behind a gap is the caller's: they are worth
    nothing without the session, and what they held is in the journal or with the other side.
    """
    kept = kept or of_session(row)
    row.carried = confirmed(row)
    if row.repair == STARTED:
        # Not answered yet: perhaps no session of this epoch ever came about.
        row.epoch -= 1
    if row.state != "void":
        row.repair = NEEDED if kept else LOST
    row.session = b""
    row.verified = 0
    row.queued = row.sent = row.acknowledged = row.applied = row.receipts = row.receipt_due = 0
    row.told = -1
    row.receipt = row.receipt_id = row.heard = None
    if kept is not None:
        # Prekeys are used once: two copies of a desk must not hold the same ones.
        kept.offer, kept.laid, kept.tried, kept.last, kept.due = None, 0, None, 0, 0
    return kept
