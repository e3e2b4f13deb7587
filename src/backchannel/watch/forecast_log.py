"""The log of forecasts in a file of its own beside the ledger, which takes entries and keeps them.

Promises: an entry follows the last one or is refused; triggers refuse every change to whoever opens
the file with SQLite. They do not stop somebody who means to forge it: the chain of hashes shows
that (`forecasts.verified`), as far as it can.

Source: SQLite, "CREATE TRIGGER" (RAISE), "STRICT Tables".
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from backchannel.watch.errors import LedgerError
from backchannel.watch.forecasts import FIRST, Entry, link
from backchannel.watch.ledger_file import connected

FILE: Final = "forecasts.sqlite3"  # in the folder that holds desks
_VERSION: Final = 1
_SCHEMA: Final = (
    """CREATE TABLE entries (
        number   INTEGER PRIMARY KEY,
        previous TEXT NOT NULL,
        body     TEXT NOT NULL,
        hash     TEXT NOT NULL UNIQUE
    ) STRICT""",
    """CREATE TRIGGER entries_stay BEFORE UPDATE ON entries BEGIN
        SELECT RAISE (ABORT, 'an entry of the log of forecasts is never changed');
    END""",
    """CREATE TRIGGER entries_remain BEFORE DELETE ON entries BEGIN
        SELECT RAISE (ABORT, 'an entry of the log of forecasts is never deleted');
    END""",
    """CREATE TRIGGER entries_follow BEFORE INSERT ON entries
    WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM entries) BEGIN
        SELECT RAISE (ABORT, 'an entry of the log of forecasts follows the last');
    END""",
)


class ForecastLog:
    """An open log. Made by `open_log`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def entries(self) -> tuple[Entry, ...]:
        """Return all rows by number, whatever stands in them."""
        rows = self._connection.execute(
            "SELECT number, previous, body, hash FROM entries ORDER BY number"
        )
        return tuple(_entry(row) for row in rows)

    def append(self, made: Callable[[tuple[Entry, ...]], str]) -> Entry:
        """Enter the body that is made from what stands there, and return the entry."""
        with _faults_in_words():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                entry = self._append(made)
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
            return entry

    def _append(self, made: Callable[[tuple[Entry, ...]], str]) -> Entry:
        before = self.entries()
        number, previous = (before[-1].number, before[-1].hash) if before else (0, FIRST)
        entry = link(number + 1, previous, made(before))
        self._connection.execute(
            "INSERT INTO entries (number, previous, body, hash) VALUES (?, ?, ?, ?)",
            (entry.number, entry.previous, entry.body, entry.hash),
        )
        return entry


def _entry(row: Sequence[object]) -> Entry:
    number, *texts = row
    # A table that somebody put in the place of ours may hold anything.
    if not isinstance(number, int):
        raise LedgerError("the log of forecasts has rows without a number: it is not ours any more")
    previous, body, hashed = map(str, texts)
    return Entry(number=number, previous=previous, body=body, hash=hashed)


@contextmanager
def open_log(path: Path) -> Iterator[ForecastLog]:
    """Open the log in this file, made anew if there is none. Raises: LedgerError, OSError."""
    with _faults_in_words(path), connected(path) as connection:
        _prepare(connection, path)
        yield ForecastLog(connection)


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("BEGIN IMMEDIATE")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if version == 0 and tables == 0:
        for statement in _SCHEMA:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {_VERSION}")
    elif version != _VERSION:
        raise LedgerError(
            f"{path} has version {version}, and {_VERSION} is what can be read: it is no log of "
            "forecasts, or newer software wrote it"
        )
    connection.execute("COMMIT")


@contextmanager
def _faults_in_words(path: Path | None = None) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as fault:
        where = f"{path} " if path else ""
        raise LedgerError(f"the log of forecasts {where}was not changed: {fault}") from fault
