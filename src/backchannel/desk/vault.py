"""The encrypted database of one desk, and the one way to read and write it.

A desk is a folder (mode 0700) with `vault.db`, encrypted page by page by SQLCipher, and
`vault.key`, its key under a passphrase. Promised:

- `transaction()` keeps everything or nothing: after an exception, a full disk or kill -9 too.
  Ratchet state is loaded, used and stored inside one and never kept beyond it. Processes that
  write at once wait for one another.
- `read()` shows one moment, whatever others write meanwhile.
- Nothing is on the disk in plain text, in no file of the folder, deleted rows included.
- `create` makes a whole desk or none; `change_passphrase` leaves the old or the new one.
- What can go wrong with files and disks raises a `DeskError` with a sentence. Faults in SQL raise
  what they are: they are mistakes in this software.

A vault belongs to the thread that opened it; every process and thread opens its own. That a whole
folder was put back to an earlier state, or is a copy, is noticed by `incarnation`.

>>> import tempfile
>>> cheap = Cost(memory_kib=64, passes=1, lanes=1)
>>> with tempfile.TemporaryDirectory() as home:
...     create(Path(home, "north"), "a long walk", cost=cheap)
...     with open_vault(Path(home, "north"), "a long walk") as vault:
...         with vault.transaction() as connection:
...             _ = connection.execute("INSERT INTO meta VALUES ('name', 'north')")
...         with vault.read() as connection:
...             connection.execute("SELECT value FROM meta WHERE name = 'name'").fetchone()
('north',)

Source: SQLite on isolation in WAL mode (sqlite.org/isolation.html).
"""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlcipher3 import dbapi2

from backchannel.desk import lease
from backchannel.desk.vault_database import (
    MIGRATIONS,
    Connection,
    build,
    connect,
    database_in_words,
    migrate,
    refuse_newer,
    schema_version,
)
from backchannel.desk.vault_files import (
    DATABASE,
    KEY_FILE,
    alone,
    damaged,
    files_in_words,
    require_free,
    require_vault,
    sync_folder,
    write_durably,
)
from backchannel.desk.vault_key import (
    DEFAULT_COST,
    Cost,
    Randomness,
    cost_of,
    new_vault_key,
    unwrap,
    wrap,
)


class Vault:
    """An open vault. Made by `open_vault`; closed by `close` or at the end of a `with`."""

    __slots__ = ("_connection", "_erased", "_folder")

    def __init__(self, folder: Path, connection: Any) -> None:  # noqa: ANN401 - untyped library
        self._folder = folder
        self._connection = connection
        self._erased = False

    @property
    def folder(self) -> Path:
        """The folder of the desk."""
        return self._folder

    @property
    def changes(self) -> int:
        """How many rows this vault has changed since it was opened."""
        return int(self._connection.total_changes)

    def __repr__(self) -> str:
        return f"Vault({str(self._folder)!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Write: all of the block is kept when it ends, none of it when it raises anything.

        Raises:
            DiskFullError: nothing was kept.
            VaultBusyError: others wrote for 30 seconds on end.
            DamagedVaultError: a page that was needed cannot be read.
        """
        self._refuse_nesting()
        with database_in_words(self._folder):
            # IMMEDIATE, since a transaction that reads first and then finds another has written
            # cannot go on: what it read, a ratchet's state above all, would be stale.
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._commit()
            except BaseException:
                self._roll_back()
                raise
            if self._erased:
                self._empty_log()

    def leave_no_trace(self) -> None:
        """Have what the present transaction erases go from the log as well, once it is committed.

        Older pages stand there until others are written over them: for days, at a desk whose
        courier keeps the vault open. While somebody else reads they are needed, and the next
        transaction tries again.
        """
        self._erased = True

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Read: the block sees the vault as it was at its beginning, and cannot write.

        Raises:
            DamagedVaultError: a page that was needed cannot be read.
        """
        self._refuse_nesting()
        with database_in_words(self._folder):
            self._connection.execute("PRAGMA query_only = ON")
            try:
                self._connection.execute("BEGIN DEFERRED")
                # BEGIN alone fixes nothing: the moment is that of the first page read.
                self._connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
                yield self._connection
            finally:
                self._roll_back()
                self._connection.execute("PRAGMA query_only = OFF")

    def data_version(self) -> int:
        """Return a number that changes when others write, and not when this vault does."""
        with database_in_words(self._folder):
            (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(version)

    def check(self) -> None:
        """Authenticate every page on the disk; about 2 ms for a megabyte.

        Opening reads only what it needs. This finds damage where nobody has looked yet.

        Raises:
            DamagedVaultError: with the number of pages that cannot be read.
        """
        with database_in_words(self._folder):
            # The pages are read as they lie in the file, so nothing may wait beside it in the
            # log, and nobody may write meanwhile.
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        with self.transaction() as connection:
            faults = connection.execute("PRAGMA cipher_integrity_check").fetchall()
        if faults:
            raise damaged(self._folder, f"{len(faults)} of its pages cannot be read")

    def take_lease(self, holder: str, now: datetime, seconds: int) -> None:
        """Let this courier, and no other, carry for this vault until so many seconds from now.

        The holder's name must be one no other courier uses, and it is shown to people.

        Raises:
            CourierBusyError: another one holds the lease.
        """
        with self.transaction() as connection:
            lease.take(connection, holder, now, seconds)

    def renew_lease(self, holder: str, now: datetime, seconds: int) -> None:
        """Hold on to the lease for so many seconds from now.

        Raises:
            CourierBusyError: it was released, or another courier has taken it since.
        """
        with self.transaction() as connection:
            lease.renew(connection, holder, now, seconds)

    def release_lease(self, holder: str) -> None:
        """Give the lease back. Nothing happens if this courier does not hold it."""
        with self.transaction() as connection:
            lease.release(connection, holder)

    def close(self) -> None:
        """Close the vault; the last one to do so folds the log into the database."""
        self._connection.close()

    def _refuse_nesting(self) -> None:
        if self._connection.in_transaction:
            raise RuntimeError("a block of this vault is open already: blocks do not nest")

    def _commit(self) -> None:
        if not self._connection.in_transaction:
            raise RuntimeError("the block hid an error that had undone its transaction")
        self._connection.execute("COMMIT")

    def _empty_log(self) -> None:
        # What was asked for is committed: it must not be told as failed because of this.
        with suppress(dbapi2.Error):
            ((busy, *_),) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self._erased = bool(busy)

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            # When even this fails the database undoes the block at its next opening, and the
            # error that brought us here says more.
            with suppress(dbapi2.Error):
                self._connection.execute("ROLLBACK")


def create(
    folder: Path,
    passphrase: str,
    *,
    randomness: Randomness = secrets.token_bytes,
    cost: Cost = DEFAULT_COST,
) -> None:
    """Make a new desk in this folder, whole or not at all. An empty folder may be there.

    Raises:
        VaultExistsError: something is there; it was not touched.
        DiskFullError: there is no room.
    """
    with files_in_words(folder), database_in_words(folder):
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone(folder.parent):
            require_free(folder)
            partial = folder.with_name(f".{folder.name}.partial")
            shutil.rmtree(partial, ignore_errors=True)  # a crash left it: we are alone here
            try:
                key = new_vault_key(randomness)
                partial.mkdir(mode=0o700)
                build(partial / DATABASE, key)
                wrapped = wrap(key, passphrase, cost=cost, randomness=randomness)
                write_durably(partial / KEY_FILE, wrapped)
                partial.rename(folder)
            except BaseException:
                shutil.rmtree(partial, ignore_errors=True)
                raise
            sync_folder(folder.parent)


def open_vault(folder: Path, passphrase: str) -> Vault:
    """Open the vault of an existing desk; this takes a tenth of a second, for Argon2id.

    Raises:
        NoVaultError: there is no desk here.
        WrongPassphraseError: the passphrase is another.
        DamagedVaultError: a file is missing, cut short or altered.
        DeskError: it was written by a newer version of this software.
    """
    with files_in_words(folder), database_in_words(folder):
        require_vault(folder)
        key = unwrap((folder / KEY_FILE).read_bytes(), passphrase)
        vault = Vault(folder, connect(folder / DATABASE, key))
        try:
            _bring_up_to_date(vault, folder)
        except BaseException:
            vault.close()
            raise
        return vault


def change_passphrase(
    folder: Path, old: str, new: str, *, randomness: Randomness = secrets.token_bytes
) -> None:
    """Wrap the vault's key under a new passphrase, at the cost the desk was created with.

    Vaults that are open stay open. Copies of the old key file keep opening with the old one.

    Raises:
        WrongPassphraseError: `old` is not the passphrase; it stays as it is.
    """
    with files_in_words(folder):
        require_vault(folder)
        # Alone, or two changes at once would both be told that theirs is the one.
        with alone(folder):
            wrapped = (folder / KEY_FILE).read_bytes()
            key = unwrap(wrapped, old)
            wrapped = wrap(key, new, cost=cost_of(wrapped), randomness=randomness)
            write_durably(folder / KEY_FILE, wrapped)


def _bring_up_to_date(vault: Vault, folder: Path) -> None:
    newest = len(MIGRATIONS) + 1
    with vault.read() as connection:
        version = schema_version(connection, folder)
    refuse_newer(version, newest, folder)
    if version < newest:
        # It reads the version again: another process may have done it while this one waited.
        with vault.transaction() as connection:
            migrate(connection, folder)
