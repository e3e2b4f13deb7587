"""The file of a ledger: made, brought to the newest version, written to by one at a time.

Promises: a file that is not a ledger is left as it is; a ledger of an older version keeps all it
holds and is brought to the newest in one step that happens whole or not at all; what is written
is written whole or not at all, whoever is killed in the middle.

Source: SQLite, "PRAGMA user_version", "Write-Ahead Logging", "Transactions".
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Final

from backchannel.watch.errors import LedgerError

FILE: Final = "watch.sqlite3"  # in the folder that holds desks
_WAIT: Final = 10.0  # seconds for another program that writes
# What leads from one version to the next, from none at all.
_STEPS: Final = ("schema.sql", "schema_2.sql")
_VERSION: Final = len(_STEPS)
_TABLE_OF_EVERY_VERSION: Final = "corrections"


@contextmanager
def open_file(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the ledger in this file, made anew if there is none. Raises: LedgerError, OSError."""
    with faults_in_words(path), connected(path) as connection:
        _prepare(connection, path)
        yield connection


@contextmanager
def connected(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection to a file that its owner alone may read, made anew if there is none."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Made here and not by SQLite, which would let everybody read it.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Write all of it, or nothing. Raises: LedgerError."""
    with faults_in_words():
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


@contextmanager
def faults_in_words(path: Path | None = None) -> Iterator[None]:
    """Let what SQLite refuses be a LedgerError."""
    try:
        yield
    except sqlite3.Error as fault:
        where = f"{path} " if path else ""
        raise LedgerError(f"the ledger {where}was not changed or read: {fault}") from fault
    except UnicodeEncodeError as fault:
        raise LedgerError(
            "the ledger was not changed: a text holds half a character (a lone surrogate)"
        ) from fault


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    # In one transaction: another program may be making the tables at this moment.
    connection.execute("BEGIN")
    version = _version(connection, path)
    connection.execute("COMMIT")
    if version == _VERSION:
        return
    # After the look: what is no ledger is not even brought to another mode. The file keeps it.
    connection.execute("PRAGMA journal_mode = WAL")
    with writing(connection):
        for step in _STEPS[_version(connection, path) :]:
            for statement in _statements(step):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {_VERSION}")


def _version(connection: sqlite3.Connection, path: Path) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
    new = version == 0 and not names
    if not new and not (0 < version <= _VERSION and _TABLE_OF_EVERY_VERSION in names):
        raise LedgerError(
            f"{path} has version {version}, and 1 to {_VERSION} is what can be read: it is no "
            "ledger of claims, or newer software wrote it"
        )
    return version


def _statements(name: str) -> Iterator[str]:
    # Not by executescript, which commits first: a second program could come in between.
    script = resources.files("backchannel.watch").joinpath(name).read_text("utf-8")
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
