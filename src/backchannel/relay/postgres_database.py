"""Connections to a relay's PostgreSQL database, each set up the same way.

A commit is on the server's disk before it returns, whatever the server's own settings say; and no
session keeps its locks for long if this process stands still.

Source: PostgreSQL documentation, "Write Ahead Log: Settings"; "Client Connection Defaults".
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from importlib import resources
from typing import Any

import psycopg
from psycopg import IsolationLevel

from backchannel.relay.errors import StoreError
from backchannel.relay.sql import Rows, Value

SCHEMA_VERSION = 1
_CONNECT_SECONDS = 5
_SESSION = (
    # A transaction that waits this long for another relay, or is left open by one that stands
    # still, is given up: its clients ask again, and the others go on.
    "SET lock_timeout = '10s'",
    "SET statement_timeout = '30s'",
    "SET idle_in_transaction_session_timeout = '10s'",
)
_LAYING_OUT = 0x6261636B_6368616E  # the lock under which one process at a time makes the tables
_STATEMENTS = 512
_TAKEN = "42"  # class of errors: a name is taken, or it is not ours to make one

# The driver's warnings name the database, its user, and what it was about to do.
logging.getLogger("psycopg").setLevel(logging.CRITICAL)

Connection = psycopg.Connection[tuple[Any, ...]]


class Adapted:
    """A connection that is asked as the rules ask: `?` where a value belongs."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def execute(self, sql: str, parameters: Sequence[Value] = (), /) -> Rows:
        """See `Sql.execute`."""
        # Without values the server takes several statements at once, as a schema has.
        return self._db.execute(_translated(sql), parameters or None)

    def executemany(self, sql: str, parameters: Iterable[Sequence[Value]], /) -> Rows:
        """See `Sql.executemany`."""
        cursor = self._db.cursor()
        cursor.executemany(_translated(sql), parameters)
        return cursor


def connect(url: str, *, read_only: bool = False) -> Connection:
    """Return a connection in autocommit mode, for the use of one thread at a time.

    Args:
        url: as PostgreSQL's own programs take it, `postgresql://...`.
        read_only: for one that only reads, and reads all of one moment in a transaction.

    Raises:
        StoreError: the server is not there, does not let us in, or could lose what it committed.
    """
    try:
        db = psycopg.connect(
            url,
            autocommit=True,
            connect_timeout=_CONNECT_SECONDS,
            application_name="backchannel-relay",
        )
    except psycopg.ProgrammingError as error:
        # Its words can quote the password.
        raise StoreError(
            "the address of the database cannot be read; "
            "it is written postgresql://user@host:port/name"
        ) from error
    except psycopg.Error as error:
        raise StoreError(f"the PostgreSQL server does not let us in: {told(error)}") from error
    try:
        _set_up(db, read_only=read_only)
    except BaseException:
        db.close()
        raise
    return db


def told(error: psycopg.Error) -> str:
    """Return the first line of what went wrong: the lines after it can quote a row."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def create(url: str) -> None:
    """Make the tables if there are none.

    Raises:
        StoreError: the database cannot be used, or holds something else.
    """
    try:
        with transaction(url) as db:
            _lay_out(db)
    except StoreError as error:
        cause = error.__cause__
        if not (isinstance(cause, psycopg.Error) and (cause.sqlstate or "").startswith(_TAKEN)):
            raise
        raise StoreError(
            f"{error}; give the relay an empty database that belongs to its user"
        ) from error


def is_laid_out(url: str) -> bool:
    """Tell whether the database has a relay's tables. Raises: StoreError."""
    with transaction(url) as db:
        return _is_laid_out(db)


@contextmanager
def transaction(url: str) -> Iterator[Adapted]:
    """Give the database inside a transaction, which is committed at the end.

    Raises:
        StoreError: it cannot be used; nothing was changed.
    """
    with closing(connect(url)) as db:
        try:
            with db.transaction():
                yield Adapted(db)
        except psycopg.Error as error:
            raise StoreError(f"the database {db.info.dbname} failed: {told(error)}") from error


def _set_up(db: Connection, *, read_only: bool) -> None:
    for statement in _SESSION:
        db.execute(statement.encode())
    if _shown(db, "fsync") == "off":
        raise StoreError("the PostgreSQL server has fsync off and would lose letters; turn it on")
    # Raised alone: a server that waits for its standbys goes on to do so.
    if _shown(db, "synchronous_commit") == "off":
        db.execute("SET synchronous_commit = on")
    db.isolation_level = (
        IsolationLevel.REPEATABLE_READ if read_only else IsolationLevel.READ_COMMITTED
    )
    db.read_only = read_only


def _shown(db: Connection, name: str) -> str:
    row = db.execute("SELECT current_setting(%s)", (name,)).fetchone()
    return "" if row is None else str(row[0])


def _lay_out(db: Adapted) -> None:
    db.execute("SELECT pg_advisory_xact_lock(?)", (_LAYING_OUT,))
    if not _is_laid_out(db):
        schema = resources.files("backchannel.relay").joinpath("schema/postgres_1.sql")
        db.execute(schema.read_text("utf-8"))
        return
    (version,) = db.execute("SELECT max(version) FROM backchannel_relay").fetchone()
    if version != SCHEMA_VERSION:
        raise StoreError(f"the database has version {version}; this relay reads {SCHEMA_VERSION}")


def _is_laid_out(db: Adapted) -> bool:
    (table,) = db.execute("SELECT to_regclass('backchannel_relay')").fetchone()
    return table is not None


@lru_cache(_STATEMENTS)
def _translated(sql: str) -> bytes:
    return sql.replace("?", "%s").encode()
