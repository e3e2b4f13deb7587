"""What the rules ask of a database, whichever it is: statements with `?`, and rows.

A connection of `sqlite3` is one as it stands; one of `psycopg` is made one in `postgres_database`.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

Value = bytes | int | str


class Rows(Protocol):
    """What a statement gave."""

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        ...

    def fetchone(self) -> Any:  # noqa: ANN401 - a row is a tuple of whatever was selected
        """Return the next row, or None."""
        ...

    def __iter__(self) -> Iterator[Any]: ...


class Sql(Protocol):
    """A database inside a transaction that somebody else began and will end."""

    def execute(self, sql: str, parameters: Sequence[Value] = ..., /) -> Rows:
        """Carry out one statement, with a value for each `?`."""
        ...

    def executemany(self, sql: str, parameters: Iterable[Sequence[Value]], /) -> Rows:
        """Carry it out for each of these."""
        ...
