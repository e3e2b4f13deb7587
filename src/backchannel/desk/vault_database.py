"""The SQLCipher database of a vault: opening it under a key, its tables, its errors in words.

Promised: no connection leaves this module that does not encrypt, that waits for nobody, or that
could lose a commit; the library writes nothing to stderr; an older set of tables is brought up to
date in one transaction, a newer one is refused. Errors that tell of disks, files and other
processes become a `DeskError`; faults in SQL raise what they are, since they are ours.

>>> import secrets, tempfile
>>> from backchannel.desk.vault_key import new_vault_key
>>> key = new_vault_key(secrets.token_bytes)
>>> with tempfile.TemporaryDirectory() as folder:
...     build(Path(folder, "vault.db"), key)
...     connection = connect(Path(folder, "vault.db"), key)
...     schema_version(connection, Path(folder))
...     connection.close()
4

Source: SQLCipher's API pages (raw keys, logging); SQLite on write-ahead logging, `PRAGMA`, and its
result codes (sqlite.org/rescode.html).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from itertools import chain
from pathlib import Path
from typing import Any, Final, Protocol

from sqlcipher3 import dbapi2

from backchannel.desk.errors import DeskError, VaultBusyError
from backchannel.desk.vault_files import damaged, disk_full
from backchannel.desk.vault_key import VaultKey

# One entry for each version after the first: the statements that make its tables out of those of
# the version before. They run inside one transaction when an older vault is opened.
MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    (  # 2: what tells a copy from the desk itself, and what a repair needs
        "INSERT INTO meta VALUES ('desk', randomblob(16)), ('incarnation', 1), ('generation', 0)",
        "ALTER TABLE caucuses ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE caucuses ADD COLUMN repair TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE caucuses ADD COLUMN carried INTEGER NOT NULL DEFAULT 0",
        """CREATE TABLE repairs (
            caucus    TEXT    PRIMARY KEY REFERENCES caucuses,
            lasting   BLOB    NOT NULL,
            offer     BLOB,
            laid      INTEGER NOT NULL DEFAULT 0,
            known     INTEGER NOT NULL DEFAULT 0,
            accepted  INTEGER NOT NULL DEFAULT 0,
            allowed   INTEGER NOT NULL DEFAULT 0,
            tried     BLOB,
            ahead     INTEGER NOT NULL DEFAULT 0,
            last      INTEGER NOT NULL DEFAULT 0,
            due       INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE unsaid (
            place   INTEGER PRIMARY KEY AUTOINCREMENT,
            caucus  TEXT    NOT NULL REFERENCES caucuses,
            body    BLOB    NOT NULL
        ) STRICT""",
    ),
    (  # 3: whether an answer was confirmed in time, and whether all answers must have come
        """CREATE TABLE confirmed (
            caucus  TEXT    NOT NULL REFERENCES caucuses,
            upto    INTEGER NOT NULL,
            at      INTEGER NOT NULL,
            PRIMARY KEY (caucus, upto)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE collected (
            caucus  TEXT    PRIMARY KEY REFERENCES caucuses,
            at      INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""",
    ),
    (  # 4: what was typed into a page and not sent yet
        """CREATE TABLE drafts (
            page    TEXT    NOT NULL,
            form    TEXT    NOT NULL,
            at      INTEGER NOT NULL,
            fields  TEXT    NOT NULL,
            PRIMARY KEY (page, form)
        ) STRICT, WITHOUT ROWID""",
    ),
)

_BUSY_SECONDS: Final = 30.0
_BEFORE_THE_KEY: Final = (
    # SQLCipher reports a page that fails its authentication on stderr, over the program's own
    # sentence. The level holds for the whole process; errors still reach us as exceptions.
    "PRAGMA cipher_log_level = NONE",
    # Wipe and lock what the database library allocates, so that no plain page reaches swap.
    "PRAGMA cipher_memory_security = ON",
)
_AFTER_THE_KEY: Final = (
    "PRAGMA synchronous = FULL",  # in WAL mode NORMAL would lose the last commits in a power cut
    "PRAGMA temp_store = MEMORY",  # temporary files would not be encrypted
    "PRAGMA secure_delete = ON",
    "PRAGMA foreign_keys = ON",
)

# SQLite's primary result codes that tell of disks, files and other processes. The rest tell of
# faulty SQL and are left as they are. PROTOCOL is WAL's word for busy too long. IOERR counts as a
# full disk because a quota and a limit on file sizes reach us as one; the advice is the same.
_BUSY: Final = {dbapi2.SQLITE_BUSY, dbapi2.SQLITE_LOCKED, dbapi2.SQLITE_PROTOCOL}
_NOT_OURS: Final = {dbapi2.SQLITE_READONLY, dbapi2.SQLITE_CANTOPEN}
_NO_SPACE: Final = {dbapi2.SQLITE_FULL, dbapi2.SQLITE_IOERR}
_UNREADABLE: Final = {dbapi2.SQLITE_CORRUPT, dbapi2.SQLITE_NOTADB}


class Rows(Protocol):
    """What a statement answers: tuples, one for each row."""

    rowcount: int
    lastrowid: int

    def __iter__(self) -> Iterator[tuple[Any, ...]]: ...

    def fetchone(self) -> tuple[Any, ...] | None:
        """Return the next row, or None after the last."""
        ...

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return the rows that are left."""
        ...


class Connection(Protocol):
    """The open database inside a block: statements, but no way to end the transaction.

    An error of a statement must leave the block: after some (a full disk) the transaction is
    already undone, and what followed would be kept by itself.
    """

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> Rows:
        """Run one statement, its values given apart from its text."""
        ...

    def executemany(self, sql: str, parameters: Iterable[Sequence[object]], /) -> Rows:
        """Run one statement for each of the sets of values."""
        ...


def build(database: Path, key: VaultKey) -> None:
    """Make a new database with the tables of schema.sql, at their newest version."""
    # Made by us, since SQLite would let others read it; its log takes over these rights.
    database.touch(mode=0o600, exist_ok=False)
    connection = connect(database, key)
    try:
        schema = resources.files("backchannel.desk").joinpath("schema.sql").read_text("utf-8")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(f"BEGIN;\n{schema}")
        version = len(MIGRATIONS) + 1
        connection.execute("INSERT INTO meta VALUES ('schema_version', ?)", (version,))
        connection.execute("COMMIT")
    finally:
        connection.close()


def connect(database: Path, key: VaultKey) -> Any:  # noqa: ANN401 - the library has no types
    """Return an encrypted connection to an existing file; the key has not been tried yet."""
    # mode=rw: a database that vanished must not be replaced by an empty one. isolation_level
    # None: the library would otherwise begin and commit by itself.
    connection = dbapi2.connect(
        f"{database.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
    )
    try:
        for statement in _BEFORE_THE_KEY:
            connection.execute(statement).fetchall()
        connection.set_key(key.for_sqlcipher())  # as PRAGMA key, but in no statement's text
        for statement in _AFTER_THE_KEY:
            connection.execute(statement).fetchall()
        _require_cipher(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def schema_version(connection: Connection, folder: Path) -> int:
    """Return the version of the tables, 1 or more.

    Raises:
        DamagedVaultError: there is none.
    """
    # A database cut to nothing counts as a new and empty one, with any key.
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").fetchone() is None:
        raise damaged(folder, "its database is empty")
    row = connection.execute("SELECT value FROM meta WHERE name = 'schema_version'").fetchone()
    if row is None or not isinstance(row[0], int) or row[0] < 1:
        raise damaged(folder, "it does not say which version its tables have")
    return row[0]


def refuse_newer(version: int, newest: int, folder: Path) -> None:
    """Do nothing if this software knows tables of this version.

    Raises:
        DeskError: it does not.
    """
    if version > newest:
        raise DeskError(
            f"the desk in {folder} was written by a newer version of backchannel (its tables have "
            f"version {version}, known here are those up to {newest}): use the newer one"
        )


def migrate(
    connection: Connection, folder: Path, migrations: tuple[tuple[str, ...], ...] = MIGRATIONS
) -> None:
    """Make the newest tables out of the present ones. To be called inside a transaction."""
    version = schema_version(connection, folder)
    for statement in chain.from_iterable(migrations[version - 1 :]):
        connection.execute(statement)
    newest = len(migrations) + 1
    connection.execute("UPDATE meta SET value = ? WHERE name = 'schema_version'", (newest,))


@contextmanager
def database_in_words(folder: Path) -> Iterator[None]:
    """Turn the database's errors about disks, files and other processes into sentences."""
    try:
        yield
    except dbapi2.Error as error:
        known = _from_code(getattr(error, "sqlite_errorcode", 0) & 0xFF, folder)
        if known is None:
            raise
        raise known from error


def _from_code(code: int, folder: Path) -> DeskError | None:
    if code in _BUSY:
        return VaultBusyError(
            f"another process has kept the desk in {folder} busy for too long: wait until it is "
            "done, or end it, and try again"
        )
    if code in _NOT_OURS:
        return DeskError(
            f"the desk in {folder} cannot be opened for writing: check that the folder is yours "
            "and may be written"
        )
    if code in _NO_SPACE:
        return disk_full(folder)
    if code in _UNREADABLE:
        return damaged(folder, "its database cannot be read with its key")
    return None


def _require_cipher(connection: Any) -> None:  # noqa: ANN401 - the library has no types
    # A module of the same name could stand in for the real one, and would store plain text.
    if connection.execute("PRAGMA cipher_status").fetchone() != ("1",):
        raise DeskError(
            "the installed sqlcipher3 does not encrypt, and nothing was written: install the "
            "version that is pinned in the requirements"
        )
