"""What people mean by "Iran", "3fa2" or nothing at all: references to channels, seats and notes.

A reference is a name, or the beginning of an identifier, or empty where there is only one thing it
can mean. What fits none or several is refused with the things that were possible.
"""

from collections.abc import Iterable
from typing import TypeVar

from backchannel.desk import tables
from backchannel.desk.errors import UsageError
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


def find_caucus(connection: Connection, channel: str, reference: str) -> CaucusRow:
    """Return the caucus meant. Raises: UsageError."""
    rows = tables.caucuses(connection, channel)
    return find(reference, ((r.caucus, r.name, r) for r in rows), "party")


def find_key(reference: str, known: Iterable[str], what: str) -> str:
    """Return the identifier meant among those known. Raises: UsageError."""
    return find(reference, ((key, "", key) for key in known), what)
