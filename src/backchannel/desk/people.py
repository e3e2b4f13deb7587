"""Who writes at a desk: the people of a delegation, or of a team, that share it by turns.

Once they are named, nothing is said to the mediator without one of the names, so that nobody writes
under the name of whoever sat there before; where there is only one name, it need not be given.
Nobody proves to be who they say: whoever has the passphrase can take any name.
"""

from collections.abc import Sequence

from backchannel.channel.names import check_name
from backchannel.desk.errors import UsageError
from backchannel.desk.vault_database import Connection

_NAME = "people"  # in `meta`: the names, one a line


def people(connection: Connection) -> tuple[str, ...]:
    """Return the names of those who write at this desk; none if anybody may."""
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (_NAME,)).fetchone()
    return () if row is None else tuple(str(row[0]).split("\n"))


def set_people(connection: Connection, names: Sequence[str]) -> None:
    """Name those who write at this desk; with no names, anybody may under any name or none."""
    if len(set(names)) != len(names):
        raise UsageError("a name is given twice: give two people two names")
    connection.execute("DELETE FROM meta WHERE name = ?", (_NAME,))
    if names:
        written = "\n".join(check_name(name) for name in names)
        connection.execute("INSERT INTO meta VALUES (?, ?)", (_NAME, written))


def who_writes(connection: Connection, given: str) -> str:
    """Return who writes now: the name given, or the only one there is, or nobody.

    Raises:
        UsageError: the name is none of those who write at this desk.
    """
    known = people(connection)
    if given and known and given not in known:
        raise UsageError(
            f"{given} does not write at this desk; there are: {', '.join(known)} "
            "(`backchannel desk people` names them)"
        )
    return known[0] if len(known) == 1 else given


def require_person(connection: Connection, person: str) -> None:
    """Raises: UsageError, where several people write and none is named."""
    known = people(connection)
    if known and not person:
        raise UsageError(
            f"several people write at this desk: say who, with `backchannel --as NAME ...`, one "
            f"of: {', '.join(known)}"
        )
