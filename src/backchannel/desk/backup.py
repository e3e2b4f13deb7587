"""Backup of a desk as one encrypted file, and restoring it into an empty place.

A backup holds identities, signing keys, mailbox secrets, the journal of each channel and what the
desk noted; it holds no state of a session and no prekey, since both must not be used twice. So a
restored desk reads everything at once, and makes its sessions anew with the other sides
(repairing.py), which also give back what came after the backup. Promised:

- A backup shows one moment of the vault; whoever writes meanwhile is not kept waiting.
- The file is whole or not there; nothing in it, and nothing beside it, is in plain text.
- A file that is damaged, no backup, or opens with another passphrase is told in one sentence. So is
  a restore over a desk, of another desk than the place remembers, or of one that is in use here.
- A restored desk is another incarnation, above all those this place or the backup knows.

    "backchannel backup 1" | key under a passphrase, as vault.key | SHA-256 of the rest | database
"""

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from backchannel.desk import incarnation, repairs, tables
from backchannel.desk.errors import DeskError, UsageError, WrongPassphraseError
from backchannel.desk.incarnation import Mark
from backchannel.desk.place import desks
from backchannel.desk.vault import open_vault
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
    files_in_words,
    require_free,
    sync_folder,
    write_durably,
)
from backchannel.desk.vault_key import (
    DEFAULT_COST,
    WRAPPED_BYTES,
    Cost,
    Randomness,
    VaultKey,
    new_vault_key,
    unwrap,
    wrap,
)
from backchannel.post.codec import decode_request
from backchannel.post.messages import Close, Rotate

_MAGIC: Final = b"backchannel backup 1\n"
_SUM_BYTES: Final = 32
_PIECE: Final = 1 << 20  # bytes copied at a time
# Letters are sealed by the session that is left out; a lease is a courier's of the moment.
_LEFT_OUT: Final = frozenset({"lease", "outbox", "held", "quarantine"})
_APART: Final = frozenset({"meta", "caucuses", "repairs", "errands"})


def backup(
    folder: Path,
    passphrase: str,
    file: Path,
    *,
    under: str = "",
    now: datetime,
    randomness: Randomness = secrets.token_bytes,
    cost: Cost = DEFAULT_COST,
) -> None:
    """Write a backup of the desk into a new file, under a passphrase of its own or the desk's.

    Raises:
        UsageError: the file is there already.
        DeskError: the desk cannot be read, or there is no room.
    """
    with files_in_words(folder), open_vault(folder, passphrase) as vault, alone(folder):
        _require_new(file)
        scratch = folder.with_name(f".{folder.name}.backup")
        with _scratch(scratch), database_in_words(folder):
            key = new_vault_key(randomness)
            with _built(scratch / DATABASE, key) as copy, vault.read() as connection:
                _copy(connection, copy)
                _copy_apart(connection, copy)
                moment = int(now.timestamp())
                copy.execute("INSERT INTO meta VALUES ('backup', ?)", (moment,))
            head = _MAGIC + wrap(key, under or passphrase, cost=cost, randomness=randomness)
            _write(file, head, scratch / DATABASE)


def restore(
    file: Path,
    folder: Path,
    passphrase: str,
    *,
    now: datetime,
    randomness: Randomness = secrets.token_bytes,
    cost: Cost = DEFAULT_COST,
) -> datetime:
    """Make a desk of a backup, under the passphrase the backup has; return when that was made.

    Raises:
        VaultExistsError, UsageError: there is a desk already, or the place remembers another.
        WrongPassphraseError: the backup opens with another passphrase.
        DeskError: it is damaged, or no backup, or there is no room.
    """
    with files_in_words(folder), database_in_words(folder):
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone(folder.parent):
            require_free(folder)
            partial = folder.with_name(f".{folder.name}.partial")
            with _scratch(partial):
                key = new_vault_key(randomness)
                with _extracted(file, partial, passphrase) as old:
                    mark = _next(folder, incarnation.inside(old))
                    made = _rebuild(old, partial / DATABASE, key, mark, now=now)
                wrapped = wrap(key, passphrase, cost=cost, randomness=randomness)
                write_durably(partial / KEY_FILE, wrapped)
                # The mark first: a crash in between leaves a number that is above the vault's, and
                # the next restore goes above it.
                incarnation.write(folder, mark)
                partial.rename(folder)
            sync_folder(folder.parent)
    return made


def _require_new(file: Path) -> None:
    if os.path.lexists(file):
        raise UsageError(f"{file} is there already and is not written over: name another")


@contextmanager
def _scratch(folder: Path) -> Iterator[None]:
    """Have an empty folder for the block, and none afterwards, whatever a crash had left."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _built(database: Path, key: Any) -> Iterator[Any]:  # noqa: ANN401 - the library has no types
    """Build a database, fill it in the block as one transaction, and leave one whole file."""
    build(database, key)
    with closing(connect(database, key)) as copy:
        copy.execute("PRAGMA foreign_keys = OFF")  # rows come table by table
        copy.execute("BEGIN IMMEDIATE")
        yield copy
        copy.execute("COMMIT")
        if copy.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError("rows of the copy refer to rows that were left out")
        copy.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _copy(connection: Connection, copy: Connection) -> None:
    """Copy every table that is neither left out nor looked at row by row."""
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    for (name,) in names:
        if name in _LEFT_OUT | _APART or name.startswith("sqlite_"):
            continue
        columns = [column[1] for column in connection.execute(f"PRAGMA table_info({name})")]
        listed, marks = ", ".join(columns), ", ".join("?" * len(columns))
        copy.executemany(
            f"INSERT INTO {name} ({listed}) VALUES ({marks})",  # noqa: S608 - names of our tables
            connection.execute(f"SELECT {listed} FROM {name}"),  # noqa: S608 - as above
        )


def _copy_apart(connection: Connection, copy: Connection) -> None:
    incarnation.say(copy, incarnation.inside(connection))
    for row in tables.caucuses(connection):
        kept = repairs.shed(row, repairs.load(connection, row.caucus))
        tables.add_caucus(copy, row)
        if kept is not None:
            repairs.store(copy, kept)
        for _, request in tables.errands(connection, row.caucus):
            # A bundle that was still to be laid down holds keys that are not here.
            if isinstance(decode_request(request), Rotate | Close):
                tables.add_errand(copy, row.caucus, request)


def _write(file: Path, head: bytes, database: Path) -> None:
    """Write head, checksum and database under the file's name, whole or not at all."""
    partial = file.with_name(f".{file.name}.partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as written, database.open("rb") as content:
            written.write(head + hashlib.file_digest(content, "sha256").digest())
            content.seek(0)
            shutil.copyfileobj(content, written, _PIECE)
            written.flush()
            os.fsync(written.fileno())
        _require_new(file)
        partial.rename(file)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync_folder(file.parent)


@contextmanager
def _extracted(file: Path, partial: Path, passphrase: str) -> Iterator[Any]:
    """Open the database of a backup, copied into the folder, and remove it afterwards."""
    database = partial / "backup.db"
    try:
        with file.open("rb") as content:
            key = _key_in(content, file, passphrase)
            with database.open("xb") as written:
                expected = content.read(_SUM_BYTES)
                shutil.copyfileobj(content, written, _PIECE)
    except OSError as error:
        raise DeskError(f"{file} cannot be read ({error.strerror}): name a backup") from error
    with database.open("rb") as copied:
        if hashlib.file_digest(copied, "sha256").digest() != expected:
            raise _damaged(file)
    with closing(connect(database, key)) as old:
        old.execute("BEGIN IMMEDIATE")
        _check_pages(old, file)
        refuse_newer(schema_version(old, file), len(MIGRATIONS) + 1, file)
        migrate(old, file)
        old.execute("COMMIT")
        yield old
    for leftover in partial.glob("backup.db*"):
        leftover.unlink()


def _key_in(content: IO[bytes], file: Path, passphrase: str) -> VaultKey:
    if content.read(len(_MAGIC)) != _MAGIC:
        raise DeskError(f"{file} is no backup of a desk: name a file that `desk backup` has made")
    try:
        return unwrap(content.read(WRAPPED_BYTES), passphrase)
    except WrongPassphraseError:
        raise WrongPassphraseError(
            "this passphrase does not open the backup: enter the one that it was made with, which "
            "is the desk's of that time if no other was given"
        ) from None
    except DeskError as error:
        raise _damaged(file) from error


def _check_pages(old: Any, file: Path) -> None:  # noqa: ANN401 - as above
    with database_in_words(file):
        if old.execute("PRAGMA cipher_integrity_check").fetchall():
            raise _damaged(file)


def _damaged(file: Path) -> DeskError:
    return DeskError(
        f"the backup {file} is damaged or cut short, and nothing was restored: use another copy"
    )


def _rebuild(old: Any, database: Path, key: VaultKey, mark: Mark, *, now: datetime) -> datetime:  # noqa: ANN401 - as above
    """Make a database of the backup under a key of its own, and return when that was made."""
    ((seconds,),) = old.execute("SELECT value FROM meta WHERE name = 'backup'").fetchall()
    made = datetime.fromtimestamp(seconds, UTC)
    words = (
        f"this desk was restored from a backup of {made:%Y-%m-%d %H:%M} UTC; the other side "
        "returns what came later, once both desks have connected"
    )
    with _built(database, key) as copy:
        _copy(old, copy)
        _copy_apart(old, copy)
        incarnation.say(copy, mark)
        for row in tables.caucuses(copy):
            tables.write_journal(copy, row, int(now.timestamp()), kind="restored", words=words)
    return made


def _next(folder: Path, mark: Mark) -> Mark:
    """Return the mark of the restored desk.

    Raises:
        UsageError: another desk was here, or this one is in use here under another name.
    """
    there = incarnation.read(folder)
    if there is not None and there.desk != mark.desk:
        raise UsageError(
            f"this is a backup of another desk than the one that was called {folder.name} here: "
            "restore it under another name"
        )
    for name in desks(folder.parent):
        other = incarnation.read(folder.with_name(name))
        if other is not None and other.desk == mark.desk:
            raise UsageError(
                f"the desk of this backup is here already, under the name {name}: use it; two "
                "copies of a desk cannot both be used"
            )
    return incarnation.above(mark, there)
