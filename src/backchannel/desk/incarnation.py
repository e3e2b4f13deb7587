"""What a desk remembers outside its vault: that this is the desk itself, and not an old copy of it.

Sealing twice from one state of a session would use keys twice and show who reads along which letter
belongs to which. So a vault that was put back to an earlier state, or copied, must not seal. A
small file beside the desk's folder says which desk it is, its incarnation (how often it was
restored, and once more) and its generation (how many transactions have written); the vault says the
same. A vault that is behind its file is an earlier state; a vault without its file, or with a copy
of it (the file names its own inode), was copied or moved.

It is written after each commit and not synced: a power cut may leave it behind the vault, which
raises no alarm, and never ahead of it. It is not noticed when a machine's whole disk is put back,
as with a snapshot: then the other side's letters tell (repairing.py).

>>> import tempfile
>>> with tempfile.TemporaryDirectory() as home:
...     write(Path(home, "north"), Mark(desk=bytes(16), incarnation=1, generation=7))
...     found = read(Path(home, "north"))
>>> found is not None and (found.incarnation, found.generation)
(1, 7)
"""

import os
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from backchannel.desk.errors import OldCopyError
from backchannel.desk.vault_database import Connection

_FORM: Final = (
    "backchannel incarnation 1\ndesk {}\nincarnation {:020}\ngeneration {:020}\nhere {:020}\n"
)
_READ: Final = re.compile(
    rb"backchannel incarnation 1\ndesk ([0-9a-f]{32})\n"
    rb"incarnation (\d{20})\ngeneration (\d{20})\nhere (\d{20})\n"
)
_INSIDE: Final = (
    "SELECT (SELECT value FROM meta WHERE name = 'desk'), "
    "(SELECT value FROM meta WHERE name = 'incarnation'), "
    "(SELECT value FROM meta WHERE name = 'generation')"
)
_ADVICE: Final = (
    "it can be read, but says and takes nothing, since keys must not be used twice; if no other "
    "copy is in use, `backchannel desk reclaim` takes it back into use and repairs its caucuses, "
    "else use the other one"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Which desk (16 bytes), which incarnation of it, and how many transactions it has written."""

    desk: bytes
    incarnation: int
    generation: int


def path_of(folder: Path) -> Path:
    """Return the file of this desk: beside its folder, so that who copies the folder has it not."""
    return folder.with_name(f".{folder.name}.incarnation")


def read(folder: Path) -> Mark | None:
    """Return what is remembered outside the vault; None if nothing is, or in a copy of the file."""
    try:
        descriptor = os.open(path_of(folder), os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        return _read(descriptor)
    finally:
        os.close(descriptor)


def write(folder: Path, mark: Mark) -> None:
    """Remember this, in place: the file stays the same file, which is what tells it from a copy."""
    descriptor = os.open(path_of(folder), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.ftruncate(descriptor, _write(descriptor, mark))
    finally:
        os.close(descriptor)


def _read(descriptor: int) -> Mark | None:
    match = _READ.fullmatch(os.pread(descriptor, 4096, 0))
    if match is None or int(match[4]) != os.fstat(descriptor).st_ino:
        return None
    return Mark(
        desk=bytes.fromhex(match[1].decode()), incarnation=int(match[2]), generation=int(match[3])
    )


def _write(descriptor: int, mark: Mark) -> int:
    inode = os.fstat(descriptor).st_ino
    text = _FORM.format(mark.desk.hex(), mark.incarnation, mark.generation, inode)
    return os.pwrite(descriptor, text.encode(), 0)


def inside(connection: Connection) -> Mark:
    """Return what the vault says of itself."""
    # As one row: a list of names would be looked up by way of a table made for it, which takes
    # longer than all the rest here, once for each transaction.
    ((desk, incarnation, generation),) = connection.execute(_INSIDE).fetchall()
    return Mark(desk=desk, incarnation=incarnation, generation=generation)


def say(connection: Connection, mark: Mark) -> None:
    """Have the vault say this of itself."""
    for name in ("desk", "incarnation", "generation"):
        connection.execute("UPDATE meta SET value = ? WHERE name = ?", (getattr(mark, name), name))


def above(mark: Mark, there: Mark | None) -> Mark:
    """Return the mark of another incarnation, above this one and what its place remembers."""
    known = (mark, there) if there and there.desk == mark.desk else (mark,)
    return Mark(
        desk=mark.desk,
        incarnation=max(m.incarnation for m in known) + 1,
        generation=max(m.generation for m in known) + 1,
    )


def check(folder: Path, connection: Connection) -> Mark:
    """Return what the vault says of itself, if it is the desk and no old copy of it.

    To be called inside a transaction that may write: what others commit they remember only
    afterwards, so that the file is never ahead of a vault that is looked at then.

    Raises:
        OldCopyError: it is one.
    """
    mark, outside = inside(connection), read(folder)
    if outside is None or outside.desk != mark.desk:
        # A vault that never wrote has sealed nothing. So begin a new desk, one from before there
        # was such a file, and one made where another desk of the same name had been.
        if mark.generation:
            raise OldCopyError(
                f"the desk in {folder} was copied or moved here from elsewhere: {_ADVICE}"
            )
        write(folder, mark)
    elif (outside.incarnation, outside.generation) > (mark.incarnation, mark.generation):
        raise OldCopyError(
            f"the desk in {folder} is an earlier state of itself, put back from a copy: {_ADVICE}"
        )
    return mark


def advance(connection: Connection, mark: Mark) -> Mark:
    """Count this transaction, as one that writes, and return the mark as it is then."""
    ((incarnation,),) = connection.execute(
        "SELECT value FROM meta WHERE name = 'incarnation'"
    ).fetchall()
    mark = replace(mark, incarnation=incarnation, generation=mark.generation + 1)
    connection.execute("UPDATE meta SET value = ? WHERE name = 'generation'", (mark.generation,))
    return mark


def remember(folder: Path, mark: Mark) -> None:
    """Remember outside what was committed inside. What fails here is made good the next time."""
    with suppress(OSError):
        descriptor = os.open(path_of(folder), os.O_RDWR)
        try:
            outside = _read(descriptor)
            # Another process may have committed later, and remembered that already.
            if outside is None or outside.generation < mark.generation:
                _write(descriptor, mark)
        finally:
            os.close(descriptor)


def raise_above(connection: Connection, known: int) -> None:
    """Begin another incarnation of this desk, above its own and the one that is known elsewhere."""
    connection.execute(
        "UPDATE meta SET value = max(value, ?) + 1 WHERE name = 'incarnation'", (known,)
    )
