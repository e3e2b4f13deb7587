"""Which case is played: a name in `cases/`, or the path of any file of the schema.

Promises: what is returned can be played; a fault is one sentence, and nothing has been started.

>>> find_case("algiers_1981").sides
('US', 'Iran')
"""

from pathlib import Path

from backchannel.channel.sequence import Sequence, SequenceError, read_sequence

FOLDER = Path(__file__).resolve().parent.parent / "cases"
LARGEST = 4 * 1024 * 1024  # bytes: a file larger than this is no case


class CaseError(Exception):
    """No case can be played. Says in one sentence what is wrong."""


def known_cases(folder: Path = FOLDER) -> tuple[str, ...]:
    """Return the names of the cases that come with the project."""
    return tuple(sorted(path.stem for path in folder.glob("*.json")))


def find_case(reference: str, folder: Path = FOLDER) -> Sequence:
    """Return the case of this name or path. Raises: CaseError."""
    if reference in known_cases(folder):
        return read_case(folder / f"{reference}.json")
    path = Path(reference).expanduser()
    if path.is_file():
        return read_case(path)
    raise CaseError(
        f"there is no case {reference[:200]!r}, by name or as a file; the cases are: "
        f"{', '.join(known_cases(folder))}"
    )


def read_case(path: Path) -> Sequence:
    """Return the case in this file. Raises: CaseError."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise CaseError(f"the case file {path} cannot be read ({error.strerror})") from error
    if len(data) > LARGEST:
        raise CaseError(f"the case file {path} is larger than {LARGEST:,} bytes: it is no case")
    try:
        return read_sequence(data)
    except SequenceError as error:
        raise CaseError(f"the case file {path} cannot be played: {error}") from error
