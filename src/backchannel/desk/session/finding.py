"""What people mean by "Iran", "3fa2" or nothing at all: references to channels, seats and notes.

A reference is a name, or the beginning of an identifier, or empty where there is only one thing it
can mean. What fits none or several is refused with the things that were possible.
"""

from collections.abc import Iterable
from typing import TypeVar

from backchannel.channel.channel import Channel, Seat
from backchannel.desk import tables
from backchannel.desk.errors import NoDeskError, UsageError
from backchannel.desk.tables import CaucusRow, ChannelRow
from backchannel.desk.vault_database import Connection

MIN_PREFIX = 4  # characters of an identifier that are enough if nothing else begins so
SHOWN = 8  # characters of an identifier on the screen
T = TypeVar("T")


def find(reference: str, things: Iterable[tuple[str, str, T]], what: str) -> T:
    """Return the one thing meant, of triples (identifier, name, thing).

    Raises:
        UsageError: none, or several.
    """
    known = list(things)
    if not known:
        raise UsageError(f"there is no {what} here yet")
    fitting = [thing for key, name, thing in known if reference in {key, name}]
    if not fitting and len(reference) >= MIN_PREFIX:
        fitting = [thing for key, _, thing in known if key.startswith(reference.lower())]
    if not reference and len(known) == 1:
        fitting = [known[0][2]]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(f"{name or what} ({key[:SHOWN]})" for key, name, _ in known[:12])
    problem = (
        "there are several" if not reference or fitting else f"there is no {what} {reference!r}"
    )
    raise UsageError(f"{problem}: name one {what} of: {names}")


def find_channel(connection: Connection, reference: str, *, role: str = "") -> ChannelRow:
    """Return the channel meant, of those in which this desk has that role. Raises: UsageError."""
    rows = tables.channels(connection)
    row = find(reference, ((r.channel, r.title, r) for r in rows), "channel")
    if role and row.role != role:
        whose = "mediator" if role == "mediator" else "party"
        raise UsageError(
            f"this is done at the desk of a {whose}; in the channel {row.title} this desk is the "
            f"{row.role}'s"
        )
    return row


def find_caucus(
    connection: Connection, channel: str, reference: str, state: Channel | None = None
) -> CaucusRow:
    """Return the caucus meant; with the mediator's `state`, seats without a desk are known too.

    Raises:
        UsageError: none or several fit.
        NoDeskError: the one meant is a seat without a desk.
    """
    known: dict[str, tuple[str, CaucusRow | None]] = {
        row.caucus: (row.name, row) for row in tables.caucuses(connection, channel)
    }
    for seat in without_desk(connection, state) if state is not None else ():
        known[seat.seat] = (seat.name, None)
    name, row = find(reference, ((k, n, (n, row)) for k, (n, row) in known.items()), "party")
    if row is None:
        raise NoDeskError(
            f"{name} has no desk: what it is told is told by mouth and recorded with "
            "`backchannel told`; `backchannel invite` gives it a desk"
        )
    return row


def find_seat(state: Channel, reference: str) -> Seat:
    """Return the seat meant, with or without a desk. Raises: UsageError."""
    return find(reference, ((s.seat, s.name, s) for s in state.seats.values()), "party")


def without_desk(
    connection: Connection, state: Channel, *, closed: bool = False
) -> tuple[Seat, ...]:
    """Return the seats of a channel that have no desk; those that are closed only if asked for."""
    return tuple(
        seat
        for key, seat in state.seats.items()
        if (closed or not seat.closed) and tables.caucus_if_any(connection, key) is None
    )


def find_key(reference: str, known: Iterable[str], what: str) -> str:
    """Return the identifier meant among those known. Raises: UsageError."""
    return find(reference, ((key, "", key) for key in known), what)
