"""The folder of a vault: what is in it, how files get there durably, what their failures mean.

Promised: a file written by `write_durably` holds its old content or its new one, whatever happens
in between; `alone` lets one process at a time change a folder; a failure of the operating system
becomes a `DeskError` that says what to do. Everything is made for its owner only (0700, 0600).

>>> import tempfile
>>> folder = Path(tempfile.mkdtemp())
>>> write_durably(folder / KEY_FILE, b"wrapped")
>>> (folder / KEY_FILE).read_bytes(), oct((folder / KEY_FILE).stat().st_mode & 0o777)
(b'wrapped', '0o600')

Source: rename(2), fsync(2): a file's name is durable once its folder has been synced.
"""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from backchannel.desk.errors import (
    DamagedVaultError,
    DeskError,
    DiskFullError,
    NoVaultError,
    VaultExistsError,
)

DATABASE: Final = "vault.db"
KEY_FILE: Final = "vault.key"

_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def require_vault(folder: Path) -> None:
    """Do nothing if both files of a vault are there.

    Raises:
        NoVaultError: neither is.
        DamagedVaultError: one of the two is missing.
    """
    missing = [name for name in (DATABASE, KEY_FILE) if not (folder / name).is_file()]
    if len(missing) == 2:  # noqa: PLR2004 - both of the two
        raise NoVaultError(f"there is no desk in {folder}: check its name, or create it first")
    if missing:
        raise damaged(folder, f"{missing[0]} is missing")


def require_free(folder: Path) -> None:
    """Do nothing if a vault can be put here: nothing is in the way, or only an empty folder.

    Raises:
        VaultExistsError: something is.
    """
    if os.path.lexists(folder) and (not folder.is_dir() or any(folder.iterdir())):
        raise VaultExistsError(
            f"{folder} exists already and nothing was changed in it: use the desk that is there, "
            "or choose another name"
        )


def write_durably(path: Path, content: bytes) -> None:
    """Put the content under this name, so that it is there after a power cut, or the old one is."""
    partial = path.with_name(f".{path.name}.partial")
    # What a crash left is no obstacle. Unlinked, not truncated: it might be a link elsewhere.
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make durable which names the folder holds."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other process is inside this block for this folder, then be it.

    The lock ends with the process, so that what is found half made inside is known to be dead.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def files_in_words(folder: Path) -> Iterator[None]:
    """Turn the operating system's errors into sentences about this vault."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full(folder) from error
        raise DeskError(
            f"the desk in {folder} cannot be used here ({error.strerror}): check that the folder "
            "is yours and may be read and written"
        ) from error


def damaged(folder: Path, what: str) -> DamagedVaultError:
    """Return the error that says what is wrong with this vault's files."""
    return DamagedVaultError(
        f"the desk in {folder} is damaged ({what}): move the folder away, restore the desk with "
        "`backchannel desk restore` from a backup, and keep the damaged one until that works"
    )


def disk_full(folder: Path) -> DiskFullError:
    """Return the error that says there is no room for what was to be stored."""
    return DiskFullError(
        f"the disk took no more for the desk in {folder}, and nothing was changed: free some "
        "space, check the disk, and try again"
    )
