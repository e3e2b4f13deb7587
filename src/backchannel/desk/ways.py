"""By which way each caucus's letters come in while a courier carries: shown, and relied on nowhere.

What a courier that died has left is not shown once its lease has lapsed. Every function wants a
connection of the vault; those that write, inside a transaction.
"""

from backchannel.desk.vault_database import Connection

_NAME = "way of "  # before the caucus: a name in `meta`, which is kept in no other way than this


def note(connection: Connection, caucus: str, way: str) -> None:
    """Write down the way of one caucus, in place of the one before."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_NAME + caucus, way))


def clear(connection: Connection) -> None:
    """Take all of it back: the courier has ended."""
    connection.execute("DELETE FROM meta WHERE name GLOB ?", (_NAME + "*",))


def ways(connection: Connection, now: int) -> dict[str, str]:
    """Return the way of each caucus; nothing when no courier carries now (seconds since 1970)."""
    rows = connection.execute(
        "SELECT substr(name, ?), value FROM meta WHERE name GLOB ?"
        " AND EXISTS (SELECT 1 FROM lease WHERE expires > ?)",
        (len(_NAME) + 1, _NAME + "*", now),
    ).fetchall()
    return {str(caucus): str(way) for caucus, way in rows}
