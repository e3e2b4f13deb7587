"""Writing what was computed as a file: pictures, tables, calendars.

Promises: a file that is there is written over only with `--force`, and then whole or not at all; a
file that is read is never written over; what is written only its owner may read. Nothing else is
left on the machine.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from backchannel.desk.commands.writing import write_new
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.paper import Paper

_SETTINGS = "MPLCONFIGDIR"

Force = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]
To = Annotated[
    Path, typer.Option("--to", "--out", metavar="FILE", help="Where to; its ending says how.")
]


def kind_of(to: Path, kinds: Sequence[str]) -> str:
    """Return which sort of file is wanted, by its ending. Raises: UsageError."""
    kind = to.suffix.lower().removeprefix(".")
    if kind not in kinds:
        wanted = " or ".join(f".{each}" for each in kinds)
        raise UsageError(f"the name {to} does not say which sort of file: end it with {wanted}")
    return kind


def require_free(to: Path, given: Sequence[Path], *, force: bool) -> None:
    """Refuse before any work is done. Raises: UsageError."""
    if not os.path.lexists(to):
        return
    if not force:
        raise UsageError(
            f"{to} is there already and is not written over: name another, or give --force"
        )
    if to.is_dir() or any(to.resolve().is_relative_to(path.resolve()) for path in given):
        raise UsageError(f"{to} is a folder, or one of the files that are read: name another")


def save(to: Path, data: bytes, *, force: bool) -> None:
    """Write the file, and say so."""
    if force:
        partial = to.with_name(f".{to.name}.partial")
        partial.unlink(missing_ok=True)
        write_new(partial, data)
        partial.replace(to)
    else:
        write_new(to, data)
    Paper().head(f"Wrote {to}. Keep it as safe as what it was made of.")


@contextmanager
def no_traces() -> Iterator[None]:
    """Let Matplotlib keep its list of fonts in a folder that goes again, not in the user's."""
    if _SETTINGS in os.environ:
        yield
        return
    with TemporaryDirectory(prefix="backchannel-") as folder:
        os.environ[_SETTINGS] = folder
        try:
            yield
        finally:
            del os.environ[_SETTINGS]
