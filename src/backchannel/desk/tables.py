"""The rows of a vault that the desk works with, and the statements that read and write them."""

from dataclasses import dataclass, fields

from backchannel.desk.errors import NoDeskError
from backchannel.desk.vault_database import Connection

QUARANTINED = 64  # letters kept of each caucus that were not its peer's
QUIET = 86_400  # seconds in which the same sentence is not written into the journal again


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRow:
    """A mediation this desk takes part in."""

    channel: str
    role: str
    title: str
    relay: str
    pin: bytes
    proxy: str
    signing_key: bytes

    @property
    def mediates(self) -> bool:
        """Whether this desk is the mediator's."""
        return self.role == "mediator"


@dataclass(slots=True, kw_only=True)
class CaucusRow:
    """A caucus with its session and counters; changed and stored inside one transaction."""

    caucus: str
    channel: str
    name: str
    state: str
    session: bytes
    needs_code: int
    expires: int
    verified: int = 0
    send_box: bytes
    send_secret: bytes
    read_box: bytes
    read_secret: bytes
    new_send_secret: bytes | None = None
    new_read_secret: bytes | None = None
    queued: int = 0
    sent: int = 0
    acknowledged: int = 0
    applied: int = 0
    told: int = -1
    receipt: bytes | None = None
    receipt_id: bytes | None = None
    receipt_due: int = 0
    receipts: int = 0
    heard: bytes | None = None
    stale_attempts: int = 0
    epoch: int = 0
    repair: str = ""
    carried: int = 0


_CHANNEL = tuple(f.name for f in fields(ChannelRow))
_CAUCUS = tuple(f.name for f in fields(CaucusRow))
_SELECT_CHANNELS = f"SELECT {', '.join(_CHANNEL)} FROM channels"  # noqa: S608 - our own names
_SELECT_CAUCUSES = f"SELECT {', '.join(_CAUCUS)} FROM caucuses"  # noqa: S608 - as above
_ADD_CAUCUS = (
    f"INSERT INTO caucuses ({', '.join(_CAUCUS)}) VALUES ({', '.join('?' * len(_CAUCUS))})"  # noqa: S608 - as above
)
_CHANGING = tuple(name for name in _CAUCUS if name not in {"caucus", "channel"})
_STORE_CAUCUS = (
    f"UPDATE caucuses SET {', '.join(f'{name} = ?' for name in _CHANGING)} WHERE caucus = ?"  # noqa: S608 - as above
)


def channels(connection: Connection) -> list[ChannelRow]:
    """Return all channels of this desk, by title."""
    rows = connection.execute(f"{_SELECT_CHANNELS} ORDER BY title, channel").fetchall()
    return [ChannelRow(**dict(zip(_CHANNEL, row, strict=True))) for row in rows]


def channel(connection: Connection, key: str) -> ChannelRow:
    """Return one channel."""
    (row,) = connection.execute(f"{_SELECT_CHANNELS} WHERE channel = ?", (key,)).fetchall()
    return ChannelRow(**dict(zip(_CHANNEL, row, strict=True)))


def mediates(connection: Connection, key: str) -> bool:
    """Return whether this desk is the mediator's in a channel."""
    ((role,),) = connection.execute(
        "SELECT role FROM channels WHERE channel = ?", (key,)
    ).fetchall()
    return bool(role == "mediator")


def add_channel(connection: Connection, row: ChannelRow) -> None:
    """Store a new channel."""
    values = tuple(getattr(row, name) for name in _CHANNEL)
    connection.execute("INSERT INTO channels VALUES (?, ?, ?, ?, ?, ?, ?)", values)


def set_relay(connection: Connection, row: ChannelRow) -> None:
    """Store by which relay the letters of a channel go."""
    connection.execute(
        "UPDATE channels SET relay = ?, pin = ?, proxy = ? WHERE channel = ?",
        (row.relay, row.pin, row.proxy, row.channel),
    )


def rename_channel(connection: Connection, key: str, title: str) -> None:
    """Give a channel the title that the mediator's welcome names."""
    connection.execute("UPDATE channels SET title = ? WHERE channel = ?", (title, key))


def caucuses(connection: Connection, channel_key: str | None = None) -> list[CaucusRow]:
    """Return the caucuses of a channel, or of all."""
    if channel_key is None:
        rows = connection.execute(f"{_SELECT_CAUCUSES} ORDER BY channel, name").fetchall()
    else:
        rows = connection.execute(
            f"{_SELECT_CAUCUSES} WHERE channel = ? ORDER BY name", (channel_key,)
        ).fetchall()
    return [CaucusRow(**dict(zip(_CAUCUS, row, strict=True))) for row in rows]


def caucus(connection: Connection, key: str) -> CaucusRow:
    """Return one caucus as it stands in this transaction.

    Raises:
        NoDeskError: the seat has no desk, and so no caucus that letters could go through.
    """
    row = caucus_if_any(connection, key)
    if row is None:
        raise NoDeskError(
            "a party that this concerns has no desk: tell it by mouth and record that with "
            "`backchannel told`, or give it a desk with `backchannel invite`"
        )
    return row


def caucus_if_any(connection: Connection, key: str) -> CaucusRow | None:
    """Return the caucus of a seat, or nothing for a seat without a desk."""
    rows = connection.execute(f"{_SELECT_CAUCUSES} WHERE caucus = ?", (key,)).fetchall()
    return CaucusRow(**dict(zip(_CAUCUS, rows[0], strict=True))) if rows else None


def add_caucus(connection: Connection, row: CaucusRow) -> None:
    """Store a new caucus."""
    connection.execute(_ADD_CAUCUS, tuple(getattr(row, name) for name in _CAUCUS))


def store_caucus(connection: Connection, row: CaucusRow) -> None:
    """Store a caucus that has changed."""
    # Not both in one statement (INSERT, on conflict UPDATE): that takes twice as long, and this is
    # run for each letter.
    values = (*(getattr(row, name) for name in _CHANGING), row.caucus)
    if connection.execute(_STORE_CAUCUS, values).rowcount != 1:
        raise LookupError("a caucus was to be stored that was never added")


def write_journal(
    connection: Connection, row: CaucusRow, at: int, *, kind: str, words: str
) -> None:
    """Write what people should see of this caucus beside what was said in it."""
    write_journal_of(connection, (row.channel, row.caucus), at, kind=kind, words=words)


def write_journal_of(
    connection: Connection, of: tuple[str, str], at: int, *, kind: str, words: str
) -> None:
    """Write the same of a channel and a seat of it, which may be without a desk."""
    connection.execute(
        "INSERT INTO journal (at, channel, caucus, kind, words) VALUES (?, ?, ?, ?, ?)",
        (at, *of, kind, words),
    )


def write_once(connection: Connection, row: CaucusRow, at: int, *, kind: str, words: str) -> None:
    """Write into the journal unless it says the same of this caucus within the last day.

    What a relay can bring about at will must not fill the disk.
    """
    ((known,),) = connection.execute(
        "SELECT count(*) FROM journal WHERE caucus = ? AND words = ? AND at > ?",
        (row.caucus, words, at - QUIET),
    ).fetchall()
    if not known:
        write_journal(connection, row, at, kind=kind, words=words)


def quarantine(connection: Connection, row: CaucusRow, at: int, letter: bytes) -> None:
    """Keep a letter that was not the peer's, and let go of the oldest beyond the bound."""
    connection.execute(
        "DELETE FROM quarantine WHERE caucus = ? AND letter = ?", (row.caucus, letter)
    )
    connection.execute(
        "INSERT INTO quarantine (caucus, at, letter) VALUES (?, ?, ?)", (row.caucus, at, letter)
    )
    connection.execute(
        "DELETE FROM quarantine WHERE caucus = ?1 AND place NOT IN "
        "(SELECT place FROM quarantine WHERE caucus = ?1 ORDER BY place DESC LIMIT ?2)",
        (row.caucus, QUARANTINED),
    )


def held(connection: Connection, key: str) -> dict[int, tuple[bytes, int]]:
    """Return the letters that wait behind a gap: counter to body and time of arrival."""
    rows = connection.execute(
        "SELECT counter, body, since FROM held WHERE caucus = ?", (key,)
    ).fetchall()
    return {counter: (body, since) for counter, body, since in rows}


def held_counters(connection: Connection, key: str) -> frozenset[int]:
    """Return which letters wait behind a gap."""
    rows = connection.execute("SELECT counter FROM held WHERE caucus = ?", (key,)).fetchall()
    return frozenset(counter for (counter,) in rows)


def take_held(connection: Connection, key: str, after: int, upto: int) -> list[bytes]:
    """Take out the letters that waited after one number up to another, in their order."""
    rows = connection.execute(
        "SELECT body FROM held WHERE caucus = ? AND counter > ? AND counter <= ? ORDER BY counter",
        (key, after, upto),
    ).fetchall()
    connection.execute("DELETE FROM held WHERE caucus = ? AND counter <= ?", (key, upto))
    return [body for (body,) in rows]


def add_errand(connection: Connection, key: str, request: bytes) -> None:
    """Note what the relay is still to be asked for a caucus."""
    connection.execute("INSERT INTO errands (caucus, request) VALUES (?, ?)", (key, request))


def errands(connection: Connection, key: str) -> list[tuple[int, bytes]]:
    """Return what is still to be asked for a caucus, in order."""
    rows = connection.execute(
        "SELECT errand, request FROM errands WHERE caucus = ? ORDER BY errand", (key,)
    ).fetchall()
    return [(errand, request) for errand, request in rows]


def drop_errand(connection: Connection, errand: int) -> None:
    """Forget an errand that was run."""
    connection.execute("DELETE FROM errands WHERE errand = ?", (errand,))
