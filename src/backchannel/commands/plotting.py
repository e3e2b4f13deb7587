"""`backchannel bargain plot` and `export`: results on packages as files, for people and programs.

Promises: a file that is there is written over only with `--force`, and then whole or not at all; a
file that is read is never written over; what is written only its owner may read, for it shows what
a mediator knows of parties. Nothing else is left on the machine.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from backchannel.commands.packages import Files, need_numbers, read_given
from backchannel.desk.commands.writing import write_new
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.paper import Paper

_SETTINGS = "MPLCONFIGDIR"
_SEED = 0  # the same file gives the same picture

Force = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]
To = Annotated[
    Path, typer.Option("--to", "--out", metavar="FILE", help="Where to; its ending says how.")
]


def plot(file: Files, to: To, *, force: Force = False) -> None:
    """Draw packages and solutions. Example: backchannel bargain plot talks.json --to talks.svg."""
    kind = _kind(to, ("svg", "png"))
    _require_free(to, file, force=force)
    read = read_given(file)
    with _no_traces():
        import numpy as np  # noqa: PLC0415 - see need_numbers

        from backchannel.bargain.picture import picture  # noqa: PLC0415 - as above
        from backchannel.bargain.result import computed  # noqa: PLC0415 - as above

        data = picture(
            computed(read),
            "svg" if kind == "svg" else "png",
            chance=np.random.default_rng(_SEED),
        )
    _save(to, data, force=force)


def export(file: Files, to: To, *, force: Force = False) -> None:
    """Write all as CSV or JSON. Example: backchannel bargain export talks.json --to talks.csv."""
    kind = _kind(to, ("csv", "json"))
    _require_free(to, file, force=force)
    read = read_given(file)
    from backchannel.bargain.export import to_csv, to_json  # noqa: PLC0415 - see need_numbers
    from backchannel.bargain.result import computed  # noqa: PLC0415 - as above

    write = to_csv if kind == "csv" else to_json
    _save(to, write(computed(read)), force=force)


def _kind(to: Path, kinds: tuple[str, ...]) -> str:
    kind = to.suffix.lower().removeprefix(".")
    if kind not in kinds:
        wanted = " or ".join(f".{each}" for each in kinds)
        raise UsageError(f"the name {to} does not say which sort of file: end it with {wanted}")
    return kind


def _require_free(to: Path, given: list[Path], *, force: bool) -> None:
    """Refuse before any work is done. Raises: UsageError."""
    need_numbers()
    if not os.path.lexists(to):
        return
    if not force:
        raise UsageError(
            f"{to} is there already and is not written over: name another, or give --force"
        )
    if to.is_dir() or any(to.resolve().is_relative_to(path.resolve()) for path in given):
        raise UsageError(f"{to} is a folder, or one of the files that are read: name another")


def _save(to: Path, data: bytes, *, force: bool) -> None:
    if force:
        partial = to.with_name(f".{to.name}.partial")
        partial.unlink(missing_ok=True)
        write_new(partial, data)
        partial.replace(to)
    else:
        write_new(to, data)
    Paper().head(f"Wrote {to}. Keep it as safe as what it was made of.")


@contextmanager
def _no_traces() -> Iterator[None]:
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
