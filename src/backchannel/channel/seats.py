"""Whether anything may go to a seat: it is there, not closed, not frozen."""

from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.names import SeatId
from backchannel.channel.tellable import Tellable


def may_go_to(channel: Tellable, seat: SeatId) -> None:
    """Raises: RuleBrokenError."""
    if seat not in channel.seats:
        raise RuleBrokenError("there is no such seat in this channel")
    known = channel.seats[seat]
    if known.closed:
        raise RuleBrokenError(f"the seat {known.name} is closed: nothing goes to it any more")
    if known.frozen:
        raise RuleBrokenError(
            f"the seat {known.name} is frozen: nothing goes to it until it is thawed"
        )
