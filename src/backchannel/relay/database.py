"""Connections to the relay's database, each set up the same way.

What is committed is on the disk (`synchronous=FULL`: the write-ahead log is synced with every
commit), and what is deleted is overwritten (`secure_delete`).

Source: sqlite.org, "Write-Ahead Logging"; "PRAGMA synchronous"; "PRAGMA secure_delete".
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib import resources
from pathlib import Path

from backchannel.relay.errors import StoreError

SCHEMA_VERSION = 2  # there is a file in schema/ for each step up to it
_BUSY_SECONDS = 10.0  # another process may issue vouchers meanwhile
_WAL_BYTES = 8 * 1_048_576  # the log is cut to this once it has been written back


def connect(path: Path, *, max_pages: int | None = None) -> sqlite3.Connection:
    """Return a connection in autocommit mode, for the use of one thread at a time.

    Args:
        path: the database; it is there already (`create`).
        max_pages: pages of 4,096 bytes that the database may grow to.
    """
    # Made by one thread, used by another, closed by a third: never by two at once.
    db = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA secure_delete = ON")
    db.execute(f"PRAGMA journal_size_limit = {_WAL_BYTES}")
    db.execute("PRAGMA temp_store = MEMORY")
    if max_pages is not None:
        db.execute(f"PRAGMA max_page_count = {max_pages:d}")
    return db


def create(path: Path) -> None:
    """Make the database if there is none, readable by its owner alone.

    Raises:
        StoreError: there is a file that is no database of a relay of this version, or none can be
            made there.
    """
    try:
        # Before SQLite does, which would leave it to the umask who may read it; the log and the
        # index beside it get the same permissions from SQLite.
        path.touch(mode=0o600)
        with closing(connect(path)) as db:
            _lay_out(db)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{path} cannot be used as the relay's database: {error}") from error


def _lay_out(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    if _version(db) == SCHEMA_VERSION:
        return
    db.execute("BEGIN IMMEDIATE")
    # Read once more: another process may have laid it out while we waited for it.
    version = _version(db)
    if version > SCHEMA_VERSION:
        raise StoreError(f"the database has version {version}; this relay reads {SCHEMA_VERSION}")
    for step in range(version + 1, SCHEMA_VERSION + 1):
        for statement in _statements(_schema(step)):
            db.execute(statement)
    db.execute("COMMIT")


def _version(db: sqlite3.Connection) -> int:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return int(version)


def _schema(step: int) -> str:
    return resources.files("backchannel.relay").joinpath(f"schema/{step}.sql").read_text("utf-8")


def _statements(script: str) -> Iterator[str]:
    """Yield them one by one: `executescript` would commit before the first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
