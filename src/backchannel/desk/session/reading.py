"""Reading a desk: its channels, a caucus, who knows what, what the desk itself has noted."""

from dataclasses import dataclass
from datetime import UTC, datetime

from backchannel.channel.channel import Channel
from backchannel.channel.disclosure import View
from backchannel.channel.disclosure import view as view_of
from backchannel.channel.knowledge import ToldAs, who_knows_what
from backchannel.channel.names import SeatId
from backchannel.desk import tables
from backchannel.desk.desk import Desk
from backchannel.desk.ledger import load_caucus, load_channel
from backchannel.desk.session.finding import find_caucus, find_channel
from backchannel.desk.tables import CaucusRow
from backchannel.desk.vault_database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class CaucusInfo:
    """How a caucus stands: connection, verification, what is on its way."""

    caucus: str
    name: str
    state: str
    verified: bool
    frozen: bool
    welcomed: bool
    waiting: int
    gap: str
    stale_attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelInfo:
    """A mediation this desk takes part in."""

    channel: str
    title: str
    role: str
    relay: str
    standing: str
    caucuses: tuple[CaucusInfo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRow:
    """What one party was told of one note of another."""

    author: str
    note: str
    text: str
    party: str
    told: tuple[ToldAs, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """What the desk noted beside what was said."""

    at: datetime
    caucus: str
    kind: str
    words: str


def channels(desk: Desk) -> tuple[ChannelInfo, ...]:
    """Return all channels of this desk with how their caucuses stand."""
    with desk.vault.read() as connection:
        return tuple(_info(desk, connection, row.channel) for row in tables.channels(connection))


def _info(desk: Desk, connection: Connection, key: str) -> ChannelInfo:
    row = tables.channel(connection, key)
    frozen: set[str] = set()
    welcomed: set[str] = set()
    caucuses = tables.caucuses(connection, key)
    if row.mediates:
        state = load_channel(desk, connection, key)
        standing = state.standing
        frozen = {seat for seat, known in state.seats.items() if known.frozen}
        welcomed = {seat for seat, known in state.caucuses.items() if known.welcome}
    else:
        own = load_caucus(desk, connection, key)
        standing = own.standing
        welcomed = {c.caucus for c in caucuses if own.welcome}
    return ChannelInfo(
        channel=key,
        title=row.title,
        role=row.role,
        relay=row.relay,
        standing=standing.value,
        caucuses=tuple(
            _caucus_info(
                desk, connection, c, frozen=c.caucus in frozen, welcomed=c.caucus in welcomed
            )
            for c in caucuses
        ),
    )


def _caucus_info(
    desk: Desk, connection: Connection, row: CaucusRow, *, frozen: bool, welcomed: bool
) -> CaucusInfo:
    held = tables.held(connection, row.caucus)
    gap = ""
    if held:
        minutes = (desk.seconds() - min(since for _, since in held.values())) // 60
        gap = f"letter {row.applied + 1} is missing for {minutes} min, {len(held)} wait behind it"
    return CaucusInfo(
        caucus=row.caucus,
        name=row.name,
        state=row.state,
        verified=bool(row.verified),
        frozen=frozen,
        welcomed=welcomed,
        waiting=row.queued - row.acknowledged,
        gap=gap,
        stale_attempts=row.stale_attempts,
    )


def role(desk: Desk, channel: str = "") -> str:
    """Return "mediator" or "party"."""
    with desk.vault.read() as connection:
        return find_channel(connection, channel).role


def view(desk: Desk, channel: str = "", *, seat: str = "") -> View:
    """Return what a party sees; at the mediator's desk, what it sees of a seat's caucus."""
    with desk.vault.read() as connection:
        row = find_channel(connection, channel)
        if not row.mediates:
            return view_of(load_caucus(desk, connection, row.channel))
        caucus = find_caucus(connection, row.channel, seat)
        state = load_channel(desk, connection, row.channel)
    return view_of(state.caucuses[SeatId(caucus.caucus)])


def record(desk: Desk, channel: str = "") -> Channel:
    """Return the mediator's whole record. Raises: UsageError, at a party's desk."""
    with desk.vault.read() as connection:
        row = find_channel(connection, channel, role="mediator")
        return load_channel(desk, connection, row.channel)


def knowledge(desk: Desk, channel: str = "") -> tuple[KnownRow, ...]:
    """Return who was told what, for the mediator."""
    state = record(desk, channel)
    return tuple(
        KnownRow(
            author=state.seats[known.author].name,
            note=known.note,
            text=state.caucuses[known.author].notes[known.note].said.text,
            party=state.seats[known.seat].name,
            told=known.told,
        )
        for known in who_knows_what(state)
    )


def journal(desk: Desk, channel: str = "") -> tuple[JournalRow, ...]:
    """Return what the desk noted: verification, refusals, overrides, attempts to join."""
    with desk.vault.read() as connection:
        row = find_channel(connection, channel)
        names = {c.caucus: c.name for c in tables.caucuses(connection, row.channel)}
        rows = connection.execute(
            "SELECT at, caucus, kind, words FROM journal WHERE channel = ? ORDER BY place",
            (row.channel,),
        ).fetchall()
    return tuple(
        JournalRow(
            at=datetime.fromtimestamp(at, UTC), caucus=names.get(key, ""), kind=kind, words=words
        )
        for at, key, kind, words in rows
    )
