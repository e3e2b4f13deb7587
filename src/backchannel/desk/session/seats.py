"""Seats without a desk: most of a mediation is spoken, and it can begin before any desk joins.

A seat is added by its name alone; what its party says and is told is recorded by the mediator
(`speaking`), and `opening.invite` gives it a desk later: the same seat, under the same rules.
"""

from collections.abc import Iterable

from backchannel.channel.names import SeatId, check_name
from backchannel.channel.record import SeatAdded
from backchannel.desk.desk import Desk
from backchannel.desk.ledger import load_channel, record_entry
from backchannel.desk.session.finding import find_channel, without_desk


def add_seat(desk: Desk, channel: str, name: str) -> str:
    """Add a seat for a party that has no desk, and return its identifier.

    Raises:
        RuleBrokenError: there is such a seat already.
    """
    check_name(name)
    seat = SeatId(desk.new_id())
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        entry = SeatAdded(at=desk.minute(), by=desk.person, seat=seat, name=name)
        record_entry(desk, connection, row, entry)
    return seat


def without_desks(desk: Desk, channel: str, among: Iterable[str] | None = None) -> tuple[str, ...]:
    """Return the names of the parties that no desk tells anything (of those named, if any are)."""
    with desk.vault.read() as connection:
        row = find_channel(connection, channel, role="mediator")
        state = load_channel(desk, connection, row.channel)
        seats = without_desk(connection, state)
    wanted = None if among is None else set(among)
    return tuple(seat.name for seat in seats if wanted is None or seat.name in wanted)
