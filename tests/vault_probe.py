"""Looking into a desk's vault, at what people are not shown."""

from backchannel.desk import tables
from backchannel.desk.session import Desk
from backchannel.desk.tables import CaucusRow


def select(desk: Desk, statement: str, *values: object) -> list[tuple[object, ...]]:
    """Return the rows of a statement."""
    with desk.vault.read() as connection:
        return connection.execute(statement, values).fetchall()


def number(desk: Desk, statement: str, *values: object) -> int:
    """Return the one number that a statement answers."""
    ((value,),) = select(desk, statement, *values)
    assert isinstance(value, int)
    return value


def caucus_row(desk: Desk, name: str = "") -> CaucusRow:
    """Return the row of a caucus by the party's name; of a party's desk the only one."""
    with desk.vault.read() as connection:
        rows = tables.caucuses(connection)
    (row,) = [row for row in rows if name in {"", row.name}]
    return row


def everything_in(desk: Desk) -> bytes:
    """Return all that stands in all tables, decrypted, as one run of bytes."""
    found = bytearray()
    names = [
        name for (name,) in select(desk, "SELECT name FROM sqlite_schema WHERE type = 'table'")
    ]
    for name in names:
        for row in select(desk, f"SELECT * FROM {name}"):  # noqa: S608 - names of our own tables
            for value in row:
                found += value if isinstance(value, bytes) else str(value).encode()
                found += b"|"
    return bytes(found)


def journal_kinds(desk: Desk) -> list[str]:
    """Return the kinds of all journal rows, in order."""
    return [str(kind) for (kind,) in select(desk, "SELECT kind FROM journal ORDER BY place")]
