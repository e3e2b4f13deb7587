"""Looking for fragments of what was said where it must not be.

A text leaks not only whole: in what is shown every run of `WIDTH` characters of it is looked for,
in files a run at every `STRIDE`, so that none of `WIDTH + STRIDE - 1` or more stays unseen. Blanks
count as one, so that a text that was wrapped into lines is still found.

>>> found_in("the day is open to us", b"... xx the day is open to them")
True
>>> found_in("the day is open to us", b"sealed")
False
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

WIDTH = 16  # characters: short enough to find a half sentence, too long to occur by chance
STRIDE = 8  # characters: files are large, and each run is a search through all of them
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")


def fragments(text: str, *, known: Iterable[str] = ()) -> frozenset[str]:
    """Return every run of the text, but for those that stand in `known` texts as well.

    A secret note may name a step that everybody knows: only what it says beyond that is secret.
    """
    public = {run for other in known for run in _runs(other)}
    return frozenset(run for run in _runs(text) if run not in public)


def _runs(text: str, *, stride: int = 1) -> Iterator[str]:
    plain = " ".join(text.split())
    last = max(len(plain) - WIDTH, 0)
    yield from (plain[i : i + WIDTH] for i in (*range(0, last, stride), last))


def shown_in(runs: Iterable[str], text: str) -> bool:
    """Tell whether a text that is shown holds any of these runs."""
    plain = " ".join(text.split())
    return any(run in plain for run in runs)


def found_in(text: str, data: bytes) -> bool:
    """Tell whether bytes hold a fragment of the text, in any common encoding."""
    return any(run.encode(code) in data for run in _runs(text, stride=STRIDE) for code in ENCODINGS)


def files_with(texts: Iterable[str], folder: Path) -> tuple[int, int, tuple[Path, ...]]:
    """Look through all files of a folder; return how many, of how many bytes, and where found."""
    wanted = tuple(texts)
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    held = {path: path.read_bytes() for path in paths}
    where = tuple(p for p, data in held.items() if any(found_in(text, data) for text in wanted))
    return len(held), sum(map(len, held.values())), where
