"""What is due at this desk, and, for the mediator, what the record says of time."""

from dataclasses import dataclass
from datetime import UTC, datetime

from backchannel.channel.deadlines import Deadline, of_mediator, of_party
from backchannel.channel.names import SeatId
from backchannel.channel.timing import Timing
from backchannel.channel.timing import timing as timing_of
from backchannel.desk import tables
from backchannel.desk.desk import Desk
from backchannel.desk.ledger import load_caucus, load_channel
from backchannel.desk.session.finding import find_channel
from backchannel.desk.vault_database import Connection
from backchannel.wire.codec import decode_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class DueList:
    """The deadlines of one channel, earliest first, as they stood at `at` (UTC)."""

    channel: str
    title: str
    mediates: bool
    at: datetime
    deadlines: tuple[Deadline, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimingInfo:
    """What the record says of time, and the names of the seats in it."""

    timing: Timing
    names: dict[SeatId, str]


def due(desk: Desk, channel: str = "") -> DueList:
    """Return what this desk knows to be due; invitations, too, at the mediator's."""
    with desk.vault.read() as connection:
        row = find_channel(connection, channel)
        if row.mediates:
            state = load_channel(desk, connection, row.channel)
            found = of_mediator(state, _invitations(connection, row.channel))
        else:
            found = of_party(load_caucus(desk, connection, row.channel))
    return DueList(
        channel=row.channel,
        title=row.title,
        mediates=bool(row.mediates),
        at=desk.minute(),
        deadlines=found,
    )


def _invitations(connection: Connection, channel: str) -> dict[SeatId, datetime]:
    return {
        SeatId(caucus.caucus): datetime.fromtimestamp(caucus.expires, UTC)
        for caucus in tables.caucuses(connection, channel)
        if caucus.state == "invited" and caucus.expires
    }


def timing(desk: Desk, channel: str = "") -> TimingInfo:
    """Return what the mediator's record says of time. Raises: UsageError, at a party's desk."""
    with desk.vault.read() as connection:
        row = find_channel(connection, channel, role="mediator")
        state = load_channel(desk, connection, row.channel)
        rows = connection.execute(
            "SELECT body FROM events WHERE channel = ? AND refused = 0 ORDER BY place",
            (row.channel,),
        ).fetchall()
    found = timing_of(decode_entry(body) for (body,) in rows)
    return TimingInfo(timing=found, names={seat: s.name for seat, s in state.seats.items()})
