"""Where desks live on this machine, and what they may be called.

Promised: a name that is accepted is one plain folder directly inside the home folder, looks like
what it is (no invisible characters), and is the same name however its accents were typed. Several
desks live side by side; what is half made or not a desk is not listed.

>>> desk_folder(Path("/srv/desks"), "doha-2023").as_posix()
'/srv/desks/doha-2023'
>>> desk_folder(Path("/srv/desks"), "../elsewhere")  # doctest: +ELLIPSIS
Traceback (most recent call last):
    ...
backchannel.desk.errors.UsageError: '../elsewhere' cannot name a desk: ...

Source: XDG Base Directory Specification 0.8 (a relative XDG_DATA_HOME is to be ignored); Unicode
Standard Annex 44 (general categories).
"""

import os
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from backchannel.desk.errors import UsageError
from backchannel.desk.vault_files import DATABASE, KEY_FILE, files_in_words

LONGEST_NAME: Final = 64  # characters
# File systems allow 255 bytes, and a desk being created has a longer name for a moment.
_LONGEST_FILE_NAME: Final = 200
# Letters and marks by category that are drawn as nothing: two names could look the same.
_INVISIBLE: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
    + "".join(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))
)


def home_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder that holds this person's desks. It need not exist yet.

    BACKCHANNEL_HOME if set, else `backchannel` in XDG_DATA_HOME, else in ~/.local/share.

    Raises:
        UsageError: none of them says where.
    """
    if chosen := environment.get("BACKCHANNEL_HOME"):
        return _absolute(chosen)
    data = environment.get("XDG_DATA_HOME", "")
    if data.startswith("/"):
        return Path(data, "backchannel")
    home = environment.get("HOME", "")
    if home.startswith("/"):
        return Path(home, ".local", "share", "backchannel")
    raise UsageError("it is not known where desks are kept: set BACKCHANNEL_HOME to a folder")


def desk_folder(home: Path, name: str) -> Path:
    """Return the folder of the desk with this name, whether it exists or not.

    Raises:
        UsageError: no desk can have this name.
    """
    same = unicodedata.normalize("NFC", name)
    if not _is_name(same):
        raise UsageError(
            f"{name!r} cannot name a desk: use 1 to {LONGEST_NAME} letters of any script, digits, "
            "'-' and '_', and begin with a letter, a digit or '_'"
        )
    return home / same


def desks(home: Path) -> list[str]:
    """Return the names of the desks in this folder, sorted; none if there is no such folder."""
    if not home.is_dir():
        return []
    with files_in_words(home):
        return sorted(entry.name for entry in home.iterdir() if _is_desk(entry))


def _absolute(chosen: str) -> Path:
    try:
        return Path(chosen).expanduser().absolute()
    except RuntimeError as error:
        raise UsageError(
            f"BACKCHANNEL_HOME is {chosen!r}, and there is no such home: set it to a whole path"
        ) from error


def _is_desk(entry: Path) -> bool:
    # Either file is enough: a damaged desk must be seen, or its owner would think it gone.
    return _is_name(entry.name) and any((entry / name).is_file() for name in (DATABASE, KEY_FILE))


def _is_name(text: str) -> bool:
    return (
        0 < len(text) <= LONGEST_NAME
        and all(_is_allowed(character) for character in text)
        # A leading '-' would be read as an option; a leading mark has nothing to stand on.
        and (text[0] == "_" or text[0].isalnum())
        and len(text.encode()) <= _LONGEST_FILE_NAME
        and unicodedata.is_normalized("NFC", text)
    )


def _is_allowed(character: str) -> bool:
    # Marks belong to the letters of most Indic scripts, Thai, Hebrew and Arabic with vowels.
    category = unicodedata.category(character)
    visible = character not in _INVISIBLE
    return character in "-_" or ((category[0] in "LM" or category == "Nd") and visible)
