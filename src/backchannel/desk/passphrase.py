"""Getting a desk's passphrase: from a file for scripts, or from the person at the terminal.

Promised: a passphrase is never shown, never logged, and never taken from the command line, where
other users could read it. A file that others may read is refused. A new passphrase has at least
eight characters and, at a terminal, is entered twice. A passphrase keeps its spaces.

>>> answers = iter(["a long walk", "a long walk"])
>>> from_prompt(creating=True, ask=lambda question: next(answers))
'a long walk'

Source: NIST SP 800-63B section 5.1.1 (length counts, rules about kinds of characters do not).
"""

import os
import shlex
import stat
import unicodedata
import warnings
from collections.abc import Callable
from getpass import GetPassWarning, getpass
from pathlib import Path
from typing import Final

from backchannel.desk.errors import UsageError

SHORTEST: Final = 8  # characters, when a passphrase is chosen
LONGEST: Final = 1024  # bytes

Ask = Callable[[str], str]  # a question -> what was typed, unseen


def from_file(path: Path, *, creating: bool = False) -> str:
    """Return the first line of the file without its line end.

    A pipe or a device is read without looking at its rights: nothing of it stays on the disk.

    Raises:
        UsageError: it cannot be read, others may read it, or its first line cannot be used.
    """
    try:
        with path.open("rb") as file:
            _refuse_readable_by_others(path, os.fstat(file.fileno()).st_mode)
            line = file.readline(LONGEST + 2)
    except OSError as error:
        raise UsageError(
            f"the passphrase cannot be read from {path} ({error.strerror}): name a file that "
            "you may read"
        ) from error
    return _checked(_decoded(line, path), creating=creating)


def from_prompt(*, creating: bool = False, ask: Ask = getpass) -> str:
    """Return what is typed at the terminal; when creating, what is typed twice alike.

    Raises:
        UsageError: there is no terminal, or what was typed cannot be used.
    """
    passphrase = _checked(_asked(ask, "Passphrase of this desk: "), creating=creating)
    if creating and _asked(ask, "The same once more: ") != passphrase:
        raise UsageError("the two passphrases differ: nothing was created, start again")
    return passphrase


def _asked(ask: Ask, question: str) -> str:
    try:
        with warnings.catch_warnings():
            # Without a terminal getpass would warn and then show what is typed.
            warnings.simplefilter("error", GetPassWarning)
            return ask(question)
    except (GetPassWarning, EOFError) as error:
        raise UsageError(
            "there is no terminal to ask for the passphrase: give it in a file that only you can "
            "read"
        ) from error


def _refuse_readable_by_others(path: Path, mode: int) -> None:
    # Asked of the open file, so that it cannot be exchanged between the question and the reading.
    if stat.S_ISREG(mode) and mode & 0o077:
        name = shlex.quote(str(path))
        raise UsageError(f"other users may read the passphrase in {path}: run chmod 600 {name}")


def _decoded(line: bytes, path: Path) -> str:
    if len(line.rstrip(b"\r\n")) > LONGEST:
        raise UsageError(f"the first line of {path} is longer than {LONGEST} bytes: shorten it")
    try:
        # An editor may have put a byte order mark in front; it is no part of what people type.
        return line.rstrip(b"\r\n").decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"the first line of {path} is not UTF-8 text: save it as such") from error


def _checked(passphrase: str, *, creating: bool) -> str:
    if not passphrase:
        raise UsageError("the passphrase is empty: enter the one the desk was created with")
    if creating and len(unicodedata.normalize("NFC", passphrase)) < SHORTEST:
        raise UsageError(
            f"the passphrase is too short: take {SHORTEST} characters or more, several words best"
        )
    return passphrase
