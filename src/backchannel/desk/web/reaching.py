"""Forms whose deed reaches parties: whom it would reach, and the second look before it is done.

Promised: what is about to reach parties says which of them have no desk and whose safety words were
not compared, before it is confirmed; a party that was not called, or has no open seat, is no party
that anything here goes to.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.web.visit import Handler, Visit, attempt

Way = Callable[[Visit], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whom something reaches: all, those without a desk, those never verified; names of seats."""

    parties: tuple[str, ...]
    mute: tuple[str, ...]
    unverified: tuple[str, ...]


def reach(desk: Desk, channel: str, names: Sequence[str]) -> Reach:
    """Return whom something that goes to these parties reaches. Raises: UsageError."""
    record = session.record(desk, channel)  # refused at the desk of a party
    seats = {seat.name: seat for seat in record.seats.values() if not seat.closed}
    if not names:
        raise UsageError("choose the parties that it goes to")
    if unknown := [name for name in names if name not in seats]:
        raise UsageError(f"{unknown[0][:60]!r} has no open seat here; choose parties of it")
    if frozen := [name for name in names if seats[name].frozen]:
        raise UsageError(f"the seat of {frozen[0]} is frozen: nothing goes there; leave it out")
    mute, unverified = mute_and_unverified(desk, channel, names)
    return Reach(parties=tuple(names), mute=mute, unverified=unverified)


def mute_and_unverified(
    desk: Desk, channel: str, names: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which of these parties have no desk, and which have one that was never verified."""
    mute = session.without_desks(desk, channel, names)
    verified = {
        caucus.name
        for known in session.channels(desk)
        if known.channel == channel
        for caucus in known.caucuses
        if caucus.verified
    }
    return mute, tuple(name for name in names if name not in {*verified, *mute})


def twice(look: Handler, act: Handler, again: Handler, back: Way) -> Handler:
    """Return what is looked at first, and done from there only."""

    async def shown_again(visit: Visit) -> Response:
        return await attempt(visit, look, again)

    async def handler(visit: Visit) -> Response:
        if visit.request.method == "GET":
            return visit.go(back(visit))
        if visit.field("step") == "do":
            return await attempt(visit, act, shown_again)
        return await shown_again(visit)

    return handler
