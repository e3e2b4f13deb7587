"""What pictures of a space share: marks, rows of numbers, the words above and below.

Shapes tell marks apart, not colours alone: pictures are printed in black and white, and one reader
in twenty sees fewer colours. The colours are far apart for them too, and in brightness.

Source: colours of Okabe and Ito, Color Universal Design (2008).
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from backchannel.bargain.cloud import Cloud
from backchannel.bargain.model import Number
from backchannel.bargain.result import TITLES, Result
from backchannel.drawing.lettering import Letters, fitted

BLUE, GREEN, RED, GREY, BLACK = "#0072b2", "#009e73", "#d55e00", "#b4b4b4", "#000000"
TABLE, OPENING = "table", "opening"
SHORT: Mapping[str, str] = {
    **TITLES,
    "kalai_smorodinsky": "Kalai-S.",
    TABLE: "on the table",
    OPENING: "least concession",
}
SMALL = 8.5  # points of type
NAMELESS = "A space of packages"
TIMES = "\N{MULTIPLICATION SIGN}"
UNTOLD = "not told in the file; points of each party by itself"
_NAME, _LINE = 0.25, 0.165  # inches from line to line
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# Growing, so that solutions at one place show as one shape within the other.
MARKS: Mapping[str, Mapping[str, Any]] = {
    "nash": {"marker": "o", "ms": 6, "mfc": BLACK, "mec": BLACK},
    "kalai_smorodinsky": {"marker": "s", "ms": 10, "mfc": "none", "mec": BLACK, "mew": 1.4},
    "egalitarian": {"marker": "D", "ms": 13, "mfc": "none", "mec": BLACK, "mew": 1.4},
    "utilitarian": {"marker": "^", "ms": 17, "mfc": "none", "mec": BLACK, "mew": 1.4},
    TABLE: {"marker": "X", "ms": 11, "mfc": RED, "mec": BLACK, "mew": 1.0},
    OPENING: {"marker": "*", "ms": 15, "mfc": RED, "mec": BLACK, "mew": 1.0},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One package that is marked: `points` of each party, in the parties' order."""

    name: str
    title: str
    points: tuple[Number, ...]


def rows(result: Result) -> tuple[Row, ...]:
    """Return what is marked: the solutions; what would open an empty zone; what is on the table."""
    found = [
        Row(name=name, title=TITLES[name], points=result.points(each.utilities))
        for name, each in result.solutions.items()
    ]
    opening = result.zone.opening
    if opening is not None:
        points = result.points(opening.utilities)
        found.append(Row(name=OPENING, title=SHORT[OPENING], points=points))
    if result.table is not None:
        points = result.points(result.space.utilities(result.table))
        found.append(Row(name=TABLE, title=SHORT[TABLE], points=points))
    return tuple(found)


def reservations(result: Result) -> tuple[Number, ...]:
    """Return each party's reservation value in points."""
    return result.points(tuple(profile.reservation for profile in result.space.profiles))


def shown(value: Number) -> str:
    """Return a number as people read it, short enough for its column."""
    if abs(value) < 10**6:
        return f"{value:,.6g}"
    return f"{value:,.0f}" if abs(value) < 10**10 else f"{value:.4g}"


def at_most(value: Number) -> str:
    """Return a bound as people read it: rounded to three digits, and never down."""
    digits = 2 - math.floor(math.log10(value)) if value else 0
    return f"{math.ceil(value * 10**digits) / 10**digits:.6g}"


def mark(axes: Axes, name: str, at: tuple[Number, Number], *, small: bool = False) -> None:
    """Draw the mark of a row; it may stand on the edge."""
    (made,) = axes.plot(*([each] for each in at), ls="none", clip_on=False, zorder=5, **MARKS[name])
    made.set_markersize(made.get_markersize() * (0.75 if small else 1))


def sentences(result: Result, cloud: Cloud | None) -> Iterator[str]:
    """Yield what the picture shows, in words, with its bounds: what its description says too."""
    found, zone = result.frontier, result.zone
    if cloud is None:
        yield f"Packages before the rules: {_many(result.space.count)}."
    else:
        yield _of_cloud(cloud)
    if found.exact:
        yield f"Efficient: {len(found.points):,}, these and no others."
    else:
        pairs = zip(result.space.parties, result.points(found.bound), strict=True)
        told = ", ".join(
            f"{at_most(points)} points for {party}" for party, points in pairs if points
        )
        yield f"Efficient, as far as found: {len(found.points):,}."
        yield f"Not exact: some package may be better by up to {told}."
    if zone.empty is None:
        yield "Whether all can agree is left open by this bound."
    elif zone.empty:
        yield "No package is at or above every reservation value: there is no zone of agreement."
    else:
        yield f"Of these, {len(zone.places):,} are at or above every reservation value."
    unsure = [SHORT[name] for name, each in result.solutions.items() if not each.exact]
    if unsure:
        yield f"Found, but not proved to be the best: {', '.join(unsure)}."


def _of_cloud(cloud: Cloud) -> str:
    if cloud.all:
        return f"Packages: {cloud.of:,}, each a grey dot."
    if len(cloud.points):
        return f"Packages: {_many(cloud.of)}; {len(cloud.points):,} drawn at random are grey dots."
    return f"Packages: {_many(cloud.of)}, too many for dots."


def _many(count: int) -> str:
    digits = str(count)
    if len(digits) <= 12:  # noqa: PLR2004 - digits that people still read
        return f"{count:,}"
    # No floating-point number: 200 issues can have more packages than any of these.
    return f"{digits[0]}.{digits[1]} {TIMES} 10{str(len(digits) - 1).translate(_RAISED)}"


def concession(result: Result) -> Iterator[tuple[str, Number]]:
    """Yield who would have to settle for less to open an empty zone, and by how many points."""
    opening = result.zone.opening
    if opening is not None:
        less = result.points(opening.concessions)
        yield from ((p, n) for p, n in zip(result.space.parties, less, strict=True) if n)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The lines above and below a picture: its name, what it shows, what a point is."""

    name: tuple[str, ...]
    said: tuple[str, ...]
    foot: tuple[str, ...]

    @property
    def above(self) -> float:
        """How much room the lines above take, in inches."""
        return 0.4 + _NAME * len(self.name) + _LINE * len(self.said)

    @property
    def below(self) -> float:
        """How much room the lines below take, in inches."""
        return 0.2 + _LINE * len(self.foot)


def words(
    result: Result, said: Iterable[str], letters: Letters, *, width: float, note: str = ""
) -> Words:
    """Return the words for a picture of this width, in inches."""
    small = int((width - 0.3) * 14)
    scale = letters(result.scale) or UNTOLD
    missing = f"Characters that no font of this machine has: {len(letters.missing)}."
    foot = [*fitted(f"Scale: {scale}", width=small, lines=4)]
    foot += [line for line in (note, missing if letters.missing else "") if line]
    return Words(
        name=fitted(letters(result.space.name) or NAMELESS, width=int((width - 0.3) * 9), lines=2),
        said=fitted(letters(" ".join(said)), width=small, lines=6),
        foot=tuple(foot),
    )


def write(figure: Figure, said: Words) -> None:
    """Write the words above and below."""
    height = figure.get_size_inches()[1]
    _down(figure, said.name, top=height - 0.15, line=_NAME, size=13)
    _down(figure, said.said, top=height - 0.25 - _NAME * len(said.name), line=_LINE, size=SMALL)
    _down(figure, said.foot, top=said.below - 0.1, line=_LINE, size=SMALL)


def _down(
    figure: Figure,
    lines: Iterable[str],
    *,
    top: float,
    line: float,
    size: float,
) -> None:
    width, height = figure.get_size_inches()
    for place, text in enumerate(lines):
        figure.text(0.15 / width, (top - place * line) / height, text, va="top", size=size)
