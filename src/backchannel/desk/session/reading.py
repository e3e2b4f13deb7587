"""Reading a desk: its channels, a caucus, who knows what, what the desk itself has noted."""

from dataclasses import dataclass
from datetime import UTC, datetime

from backchannel.channel.channel import Channel, Seat
from backchannel.channel.disclosure import View
from backchannel.channel.disclosure import view as view_of
from backchannel.channel.veil import veiled, veiled_channel
from backchannel.desk import repairs, tables, ways
from backchannel.desk.desk import Desk
from backchannel.desk.ledger import load_caucus, load_channel
from backchannel.desk.session.finding import find_channel, find_seat, without_desk
from backchannel.desk.tables import CaucusRow
from backchannel.desk.vault_database import Connection

NO_DESK = "no desk"  # the state of a seat that is spoken with only


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
    repair: str = ""  # what to do about a session that is lost or in doubt
    way: str = ""  # by which its letters come in: "push", "long poll"; empty without a courier


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
    spoken_with: tuple[Seat, ...] = ()
    caucuses = tables.caucuses(connection, key)
    if row.mediates:
        state = load_channel(desk, connection, key)
        standing = state.standing
        frozen = {seat for seat, known in state.seats.items() if known.frozen}
        welcomed = {seat for seat, known in state.caucuses.items() if known.welcome}
        spoken_with = without_desk(connection, state, closed=True)
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
        )
        + tuple(_without_desk(seat) for seat in spoken_with),
    )


def _caucus_info(
    desk: Desk, connection: Connection, row: CaucusRow, *, frozen: bool, welcomed: bool
) -> CaucusInfo:
    held = tables.held(connection, row.caucus)
    gap = ""
    if held:
        minutes = (desk.seconds() - min(since for _, since in held.values())) // 60
        gap = f"letter {row.applied + 1} is missing for {minutes} min, {len(held)} wait behind it"
        if tables.channel(connection, row.channel).mediates:
            # With numbers, it would show that an answer has come of which nothing is shown.
            gap = f"something is missing for {minutes} min, and later letters wait behind it"
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
        repair=repairs.words(row, mediates=tables.channel(connection, row.channel).mediates),
        way=ways.ways(connection, desk.seconds()).get(row.caucus, ""),
    )


def _without_desk(seat: Seat) -> CaucusInfo:
    return CaucusInfo(
        caucus=seat.seat,
        name=seat.name,
        state="void" if seat.closed else NO_DESK,
        verified=False,
        frozen=seat.frozen,
        welcomed=False,
        waiting=0,
        gap="",
        stale_attempts=0,
    )


def role(desk: Desk, channel: str = "") -> str:
    """Return "mediator" or "party"."""
    with desk.vault.read() as connection:
        return find_channel(connection, channel).role


def view(desk: Desk, channel: str = "", *, seat: str = "") -> View:
    """Return what a party sees; at the mediator's desk, a seat's caucus without veiled answers."""
    with desk.vault.read() as connection:
        row = find_channel(connection, channel)
        if not row.mediates:
            return view_of(load_caucus(desk, connection, row.channel))
        state = load_channel(desk, connection, row.channel)
    return view_of(veiled(state.caucuses[find_seat(state, seat).seat]))


def record(desk: Desk, channel: str = "") -> Channel:
    """Return the mediator's record as its desk may show it. Raises: UsageError, at a party's."""
    with desk.vault.read() as connection:
        row = find_channel(connection, channel, role="mediator")
        return veiled_channel(load_channel(desk, connection, row.channel))


def journal(desk: Desk, channel: str = "") -> tuple[JournalRow, ...]:
    """Return what the desk noted: verification, refusals, overrides, attempts to join."""
    with desk.vault.read() as connection:
        row = find_channel(connection, channel)
        names = {c.caucus: c.name for c in tables.caucuses(connection, row.channel)}
        if row.mediates:
            state = load_channel(desk, connection, row.channel)
            names = {str(key): seat.name for key, seat in state.seats.items()}
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
