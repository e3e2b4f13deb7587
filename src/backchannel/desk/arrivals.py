"""What is known of letters on their way: when ours was confirmed, when a mailbox was last emptied.

A party is shown whether its answer was confirmed before a deadline; the mediator may say that a
proposal is not carried only once all that was sent in time must have come. Times are seconds since
1970 UTC by this desk's clock. Every function wants a connection of the vault; those that write,
inside a transaction.
"""

from backchannel.desk.repairs import confirmed
from backchannel.desk.tables import CaucusRow
from backchannel.desk.vault_database import Connection

A_MINUTE = 60  # seconds; deadlines are on full minutes, so no finer time of a collection is needed


def note_confirmed(connection: Connection, row: CaucusRow, at: int) -> None:
    """Note that the peer has confirmed this side's events so far."""
    connection.execute(
        "INSERT OR IGNORE INTO confirmed VALUES (?, ?, ?)", (row.caucus, confirmed(row), at)
    )


def confirmed_at(connection: Connection, caucus: str, number: int) -> int | None:
    """Return when this side's event of this number was confirmed, if that is known."""
    ((at,),) = connection.execute(
        "SELECT min(at) FROM confirmed WHERE caucus = ? AND upto >= ?", (caucus, number)
    ).fetchall()
    return None if at is None else int(at)


def note_collected(connection: Connection, caucus: str, at: int) -> None:
    """Note that a mailbox was found empty by a collection that began then."""
    connection.execute("REPLACE INTO collected VALUES (?, ?)", (caucus, at))


def collected_at(connection: Connection, caucus: str) -> int:
    """Return when the last collection began that left nothing in the mailbox; 0 for never."""
    row = connection.execute("SELECT at FROM collected WHERE caucus = ?", (caucus,)).fetchone()
    return 0 if row is None else int(row[0])
