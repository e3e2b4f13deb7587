"""Letting go of sessions that may have been used elsewhere, without a backup.

A desk that is an old copy of itself, or was moved, is taken back into use as if it were restored
from a backup made at that moment. So is one caucus whose other side shows that it knows more.
"""

from contextlib import suppress
from datetime import datetime

from backchannel.desk import incarnation, repairs, tables
from backchannel.desk.errors import OldCopyError, UsageError
from backchannel.desk.tables import CaucusRow
from backchannel.desk.vault import Vault
from backchannel.desk.vault_database import Connection


def reclaim(vault: Vault, now: datetime) -> None:
    """Take a desk back into use that is an old copy, or was moved: another incarnation, repaired.

    It is as if it were restored from a backup made at this state of it.

    Raises:
        UsageError: it is no old copy.
    """
    with vault.transaction() as connection:
        with suppress(OldCopyError):
            incarnation.check(vault.folder, connection)
            raise UsageError("this desk is no old copy: there is nothing to take back into use")
        mark = incarnation.above(incarnation.inside(connection), incarnation.read(vault.folder))
        incarnation.say(connection, mark)
        for row in tables.caucuses(connection):
            lose(connection, row)
            words = "this desk was an old copy, and was taken back into use"
            at = int(now.timestamp())
            tables.write_journal(connection, row, at, kind="restored", words=words)
    incarnation.write(vault.folder, mark)


def lose(connection: Connection, row: CaucusRow) -> None:
    """Let go of the session of a caucus, in the vault itself."""
    kept = repairs.shed(row, repairs.load(connection, row.caucus))
    for table in ("outbox", "held"):
        connection.execute(f"DELETE FROM {table} WHERE caucus = ?", (row.caucus,))  # noqa: S608
    tables.store_caucus(connection, row)
    if kept is not None:
        repairs.store(connection, kept)
