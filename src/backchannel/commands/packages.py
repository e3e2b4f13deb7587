"""What the commands on packages share: reading files, and packages as rows for people and programs.

Promises: no file larger than `MAX_FILE` bytes is read, and no more than `MOST_FILES`; where the
libraries for numbers are missing, it is said how to install them.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backchannel.desk.errors import UsageError

if TYPE_CHECKING:
    from backchannel.bargain.frontier import Frontier
    from backchannel.bargain.model import Space
    from backchannel.bargain.own_file import SpaceFile
    from backchannel.bargain.zopa import Zopa

Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...",
        help="A space as JSON; a GENIUS domain and its profiles; or the folder of a NegMAS "
        "scenario or a scored game. See docs/bargain.md.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="For other programs.")]
MAX_FILE = 20_000_000  # bytes
MOST_FILES = 100
_ENDINGS = (".json", ".xml", ".yml", ".yaml", ".txt")


def read_given(given: list[Path]) -> "SpaceFile":
    """Return the space of the files that were named. Raises: UsageError, FileFaultError."""
    need_numbers()
    from backchannel.bargain.files import read_files  # noqa: PLC0415

    return read_files(data_of(given))


def read_with_frontier(given: list[Path]) -> "tuple[SpaceFile, Frontier, Zopa]":
    """Return the space, its frontier and its zone. Raises: UsageError, FileFaultError."""
    read = read_given(given)
    from backchannel.bargain.frontier import frontier  # noqa: PLC0415
    from backchannel.bargain.zopa import zopa  # noqa: PLC0415

    found = frontier(read.space)
    return read, found, zopa(read.space, found)


def need_numbers() -> None:
    """Say how to install the libraries for numbers if they are missing. Raises: UsageError.

    Every command on packages begins with it and imports `bargain` only then: numpy is large, comes
    with an extra alone, and no other command needs it.
    """
    try:
        import numpy as np  # noqa: F401, PLC0415
    except ImportError as error:
        raise UsageError(
            f"numbers on packages need the library {error.name}: install the extra with "
            "`make numbers`, or `pip install backchannel[numbers]`"
        ) from error


def data_of(given: list[Path]) -> dict[str, bytes]:
    """Return what the files hold, by name, those of a folder in its place. Raises: UsageError."""
    return {path.name: _bytes(path) for path in _listed(given)}


def _listed(given: list[Path]) -> list[Path]:
    """Return the files, with those of a folder (and of the folders in it) in its place."""
    listed: list[Path] = []
    for path in given:
        inside = sorted(each for each in path.rglob("*") if each.suffix in _ENDINGS)
        listed += [path] if not path.is_dir() else inside[: MOST_FILES + 1]
    if not listed or len(listed) > MOST_FILES:
        raise UsageError(
            f"{len(listed) or 'no'} files to read in {given[0]}; 1 to {MOST_FILES} are possible, "
            f"in a folder those that end with {', '.join(_ENDINGS)}"
        )
    return listed


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > MAX_FILE:
        raise UsageError(f"{path} is larger than {MAX_FILE:,} bytes")
    return path.read_bytes()


def package_row(space_: "Space", package: "tuple[int, ...]", point: Any) -> dict[str, Any]:  # noqa: ANN401 - numbers by party
    """Return a package by names, and what each party makes of it in points."""
    utilities = zip(space_.profiles, point, strict=True)
    return {
        "package": space_.named(package),
        "utilities": {profile.party: profile.points(value) for profile, value in utilities},
    }


def bound_row(space_: "Space", found: "Frontier") -> dict[str, float]:
    """Return by how much a package may be better than what was found, in points."""
    pairs = zip(space_.profiles, found.bound, strict=True)
    return {profile.party: profile.points(value) for profile, value in pairs}
