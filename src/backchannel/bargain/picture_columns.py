"""The picture of one party, or of three and more: a column for each, with marks and their numbers.

Heights are shares of what lies between a party's worst and best package, so that parties with
different scales can stand side by side; they say nothing about who gains more. What is below a
reservation value is hatched: no package there is acceptable to that party. The bar beside the marks
is what the party gets among efficient packages that all can accept.
"""

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from backchannel.bargain.blocks import Values, blocks
from backchannel.bargain.model import Number
from backchannel.bargain.picture_parts import (
    BLACK,
    GREEN,
    RED,
    SMALL,
    Row,
    concession,
    mark,
    reservations,
    rows,
    sentences,
    shown,
    words,
    write,
)
from backchannel.bargain.result import Result
from backchannel.drawing.lettering import Letters, fitted

_COLUMN = 1.2  # inches
_SIDE = 1.75  # inches, for what stands left of the columns
_LINE = 0.26  # inches, between rows of numbers
_NARROWEST = 8.0  # inches
_KEY, _PLOT = 0.85, 3.4  # inches: the signs and the parties' names; the columns
_ENDS = (-3.0, 104.0)  # per cent
_NOTE = "Heights are shares of each party's own range; they do not compare parties."


def columns(result: Result, letters: Letters) -> Figure:
    """Return the picture of one party, or of more than two."""
    count, marked, less = len(result.space.profiles), rows(result), dict(concession(result))
    column = min(max(_COLUMN, (_NARROWEST - _SIDE) / count), 2 * _COLUMN)
    width = max(_NARROWEST, _SIDE + column * count + 0.2)
    said = words(result, sentences(result, None), letters, width=width, note=_NOTE)
    table = _LINE * (len(marked) + 1 + bool(less)) + 0.4
    height = said.above + _KEY + _PLOT + table + said.below
    figure = Figure(figsize=(width, height))
    share = (column * count) / width
    axes = figure.add_axes((_SIDE / width, (said.below + table) / height, share, _PLOT / height))
    axes.set(xlim=(-0.5, count - 0.5), ylim=_ENDS, xticks=[])
    axes.set_ylabel("% of the party's range")
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    ends = _ends(result)
    for place, party in enumerate(result.space.parties):
        _column(axes, place, result, ends)
        _head(axes, place, fitted(letters(party), width=int(column * 13), lines=3))
    _marks(axes, marked, ends)
    below = figure.add_axes((0, said.below / height, 1, table / height))
    below.set(xlim=(0, width), ylim=(0, table))
    below.axis("off")
    _numbers(below, result, marked, column)
    _legend(figure, result, y=1 - (said.above + 0.1) / height)
    write(figure, said)
    return figure


def _ends(result: Result) -> Values:
    """Return each party's worst and best package, (2, parties), in points."""
    parts = blocks(result.space)
    units = np.array([profile.unit for profile in result.space.profiles], dtype=np.float64)
    worst = sum(block.values.min(axis=1) for block in parts)
    best = sum(block.values.max(axis=1) for block in parts)
    found: Values = np.array([worst, best]) / units
    return found


def _share(ends: Values, place: int, points: Number) -> float:
    low, high = ends[:, place].tolist()
    # A party to which all packages are alike has no range: it is drawn as if it had all of it.
    return 100 * (points - low) / (high - low) if high > low else 100.0


def _column(axes: Axes, place: int, result: Result, ends: Values) -> None:
    floor = _share(ends, place, reservations(result)[place])
    left, right = place - 0.45, place + 0.45
    # A reservation value that no package reaches is drawn at the edge; its number tells it.
    floor = min(max(floor, _ENDS[0]), _ENDS[1])
    axes.fill_between([left, right], _ENDS[0], floor, fc="none", ec="#999999", hatch="///", lw=0)
    axes.plot([left, right], [floor, floor], color=BLACK, lw=2, solid_capstyle="butt")
    less = dict(concession(result)).get(result.space.parties[place])
    if less is not None:
        to = _share(ends, place, reservations(result)[place] - less)
        axes.annotate("", xy=(left + 0.05, to), xytext=(left + 0.05, floor),
                      arrowprops={"arrowstyle": "-|>", "color": RED, "lw": 2})  # fmt: skip
    zone = result.zone
    if zone.places:
        low, high = (
            _share(ends, place, result.points(side)[place]) for side in (zone.lowest, zone.highest)
        )
        axes.plot([left, left], [low, high], color=GREEN, lw=5, solid_capstyle="butt")


def _head(axes: Axes, place: int, name: tuple[str, ...]) -> None:
    axes.annotate("\n".join(name), (place, 1), xytext=(0, 4), textcoords="offset points",
                  xycoords=axes.get_xaxis_transform(), ha="center", va="bottom",
                  size=SMALL + 0.5)  # fmt: skip


def _marks(axes: Axes, marked: tuple[Row, ...], ends: Values) -> None:
    for number, row in enumerate(marked):
        # Beside each other, in the same order in each column: what is equal stays visible.
        shift = 0.8 * ((number + 0.5) / len(marked) - 0.5)
        for place, points in enumerate(row.points):
            mark(axes, row.name, (place + shift, _share(ends, place, points)), small=True)


def _numbers(axes: Axes, result: Result, marked: Iterable[Row], column: float) -> None:
    """Write the points of each row below the columns; `axes` and `column` are in inches."""
    floor, less = reservations(result), dict(concession(result))
    lines = [(row.title, [shown(value) for value in row.points]) for row in marked]
    lines.append(("reservation value", [shown(value) for value in floor]))
    if less:
        told = [shown(less[party]) if party in less else "" for party in result.space.parties]
        lines.append(("settles for less by", told))
    top = axes.get_ylim()[1] - _LINE
    for number, row in enumerate(marked):
        mark(axes, row.name, (0.22, top - number * _LINE), small=True)
    for number, (title, values) in enumerate(lines):
        y = top - number * _LINE
        axes.text(0.4, y, title, size=SMALL, va="center")
        for place, value in enumerate(values):
            x = _SIDE + column * (place + 0.5)
            axes.text(x, y, value, size=SMALL, va="center", ha="center")


def _legend(figure: Figure, result: Result, *, y: float) -> None:
    signs: list[Line2D | Patch] = [
        Line2D([], [], color=BLACK, lw=2, label="reservation value"),
        Patch(fc="none", ec="#999999", hatch="///", lw=0, label="not acceptable to the party"),
    ]
    if result.zone.places:
        signs.append(Line2D([], [], color=GREEN, lw=5, label="efficient, acceptable to all"))
    if result.zone.opening is not None:
        signs.append(Line2D([], [], color=RED, lw=2, marker="v", label="least concession"))
    figure.legend(handles=signs, loc="center", bbox_to_anchor=(0.5, y), ncols=len(signs),
                  fontsize=SMALL, frameon=False)  # fmt: skip
