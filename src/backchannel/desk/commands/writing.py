"""Getting words, lists and confirmations from people, and giving them files.

Promised: a text is taken from exactly one place; a file that is not text is refused by name; no
file is ever written over; what asks for a confirmation does nothing without it.
"""

import csv
import io
import os
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from backchannel.channel.names import Rows
from backchannel.desk.errors import DeskError, UsageError
from backchannel.desk.screen.untrusted import one_line

STDIN: Final = Path("-")
LARGEST: Final = 2_000_000  # bytes of a file that is read


def written(text: str | None, file: Path | None, what: str) -> str:
    """Return the text given, or that of the file, or what is typed (or piped) in.

    Raises:
        UsageError: two places, or a file that cannot be read.
    """
    if text is not None and file is not None:
        raise UsageError(
            f"the {what} is given twice: write it on the line or name a file, not both"
        )
    if text is not None:
        return text
    if file is None and sys.stdin.isatty():
        sys.stderr.write(f"Write the {what}; end with Ctrl-D on a line of its own.\n")
    return read_text(file or STDIN).rstrip("\n")


def read_bytes(file: Path, *, most: int = LARGEST) -> bytes:
    """Return a file's bytes; `-` is what is piped in. Raises: UsageError."""
    try:
        if file == STDIN:
            data = sys.stdin.buffer.read(most + 1)
        else:
            with file.open("rb") as opened:
                data = opened.read(most + 1)
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read ({error.strerror}): name a file that you may read"
        ) from error
    if len(data) > most:
        raise UsageError(f"{file} has more than {most:,} bytes: name a smaller file")
    return data


def read_text(file: Path) -> str:
    """Return a file's text, its line ends made one sort. Raises: UsageError."""
    try:
        text = read_bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{file} is not UTF-8 text (byte {error.start + 1}): save it as such"
        ) from error
    return text.replace("\r\n", "\n")


def read_rows(file: Path | None) -> Rows:
    """Return the rows of a CSV file, empty lines left out. Raises: UsageError."""
    if file is None:
        return ()
    reader = csv.reader(io.StringIO(read_text(file), newline=""), strict=True)
    try:
        return tuple(tuple(row) for row in reader if row)
    except csv.Error as error:
        raise UsageError(f"{file}, line {reader.line_num}: this is no CSV ({error})") from error


@contextmanager
def new_file(file: Path) -> Iterator[BinaryIO]:
    """Open a file that was not there, for its owner alone; it goes again if the block raises.

    Raises:
        UsageError: it is there already, or cannot be made.
        DeskError: what was written did not fit.
    """
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise UsageError(
            f"{file} is there already and is not written over: name another"
        ) from error
    except OSError as error:
        raise UsageError(f"{file} cannot be written ({error.strerror}): name another") from error
    try:
        with os.fdopen(handle, "wb") as opened:
            yield opened
    except BaseException as error:
        file.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise DeskError(f"{file} could not be written ({error.strerror}): make room") from error
        raise


def write_new(file: Path, data: bytes) -> None:
    """Write a file that only its owner may read, and that was not there. Raises: DeskError."""
    with new_file(file) as opened:
        opened.write(data)


def ask(question: str) -> str:
    """Return the line typed after the question, which goes to stderr. Raises: UsageError."""
    sys.stderr.write(f"{one_line(question)} ")
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not sys.stdin.isatty():
        sys.stderr.write("\n")  # at a terminal, whoever types ends the line
    if not line:
        raise UsageError("nothing was typed, and nothing was done: in a script, give --yes")
    return line.strip()


def confirm_name(name: str, deed: str) -> None:
    """Go on only if this name is typed. Raises: DeskError."""
    typed = ask(f"Type {name} to {deed}:")
    if _folded(typed) != _folded(name):
        raise DeskError(f"what was typed is not {name}: nothing was done")


def confirm(deed: str) -> None:
    """Go on only if yes is typed. Raises: DeskError."""
    if _folded(ask(f"Type yes to {deed}:")) not in {"yes", "y"}:
        raise DeskError("what was typed is not yes: nothing was done")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().strip()
