"""In which database a relay keeps its mailboxes, and one transaction on it for its operator.

A relay keeps them in one place: SQLite in its directory, or PostgreSQL. Which of them is noted in
the directory, so that vouchers are not made for one and shown to the other.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from types import ModuleType

from backchannel.relay import database
from backchannel.relay.directory import Directory
from backchannel.relay.errors import StoreError
from backchannel.relay.sql import Sql


@dataclass(frozen=True, slots=True)
class Place:
    """Where the mailboxes are.

    Args:
        directory: the relay's own.
        url: of the PostgreSQL database; None for SQLite in the directory.
    """

    directory: Directory
    url: str | None = None

    def claim(self) -> None:
        """Note that the mailboxes are here, and make their tables if there are none.

        Raises:
            StoreError: they are in another place, or the database cannot be used.
        """
        self._check()
        if self.url is None:
            database.create(self.directory.database)
        else:
            postgres_database().create(self.url)
            self.directory.shared.touch(mode=0o600)

    def is_claimed(self) -> bool:
        """Tell whether a relay keeps mailboxes here. Raises: StoreError, as above."""
        self._check()
        if self.url is None:
            return self.directory.database.exists()
        return bool(postgres_database().is_laid_out(self.url))

    @contextmanager
    def transaction(self) -> Iterator[Sql]:
        """Give the database inside a transaction, which is committed at the end.

        Raises:
            StoreError: the mailboxes are in another place, or the database cannot be used; nothing
                was changed.
        """
        self.claim()
        if self.url is not None:
            with postgres_database().transaction(self.url) as db:
                yield db
            return
        with closing(database.connect(self.directory.database)) as db:
            try:
                db.execute("BEGIN IMMEDIATE")
                yield db  # an error closes the connection, and with it undoes what was done
                db.execute("COMMIT")
            except sqlite3.Error as error:
                raise StoreError(f"{self.directory.database} failed: {error}") from error

    def _check(self) -> None:
        """Raises: StoreError, when the mailboxes are known to be in another place."""
        path = self.directory.path
        if self.url is None and self.directory.shared.exists():
            raise StoreError(
                f"the relay in {path} keeps its mailboxes in PostgreSQL; name it with --database"
            )
        if self.url is not None and self.directory.database.exists():
            raise StoreError(
                f"the relay in {path} keeps its mailboxes in {self.directory.database.name} there; "
                "leave --database out, or take another directory"
            )


def postgres_database() -> ModuleType:
    """Return the module, loaded when it is needed: its driver is an extra.

    Raises:
        StoreError: the driver is not installed.
    """
    try:
        from backchannel.relay import postgres_database  # noqa: PLC0415 - as said above
    except ImportError as error:
        raise StoreError(
            "PostgreSQL needs a driver that is not installed here; "
            "install backchannel with its extra: backchannel[postgres]"
        ) from error
    return postgres_database
