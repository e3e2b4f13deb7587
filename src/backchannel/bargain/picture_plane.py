"""The picture of two parties: what each package is worth to one, across, and to the other, up.

Grey dots are packages, the line is the frontier: where it goes straight down nothing lies between
its corners. Dashed lines are the reservation values; what is above both, under the frontier, is the
zone. Where there is none, an arrow goes from where both lines meet to where they would have to.
"""

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

from backchannel.bargain.blocks import Values
from backchannel.bargain.cloud import Cloud
from backchannel.bargain.picture_parts import (
    BLUE,
    GREEN,
    GREY,
    RED,
    SHORT,
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

_WIDTH, _PLOT = 10.0, 4.8  # inches
_BELOW = 0.75  # inches for the numbers and the name below the axis
_SIDE, _BESIDE = 0.1, (0.69, 0.295)  # shares of the width: what stands left and right of the plot
_FEW = 60  # corners of a frontier that are drawn as dots of their own
_HAIRS = 2_000  # in the width of a line's picture: what is closer cannot be seen
_MANY = 2_000  # dots that are drawn as shapes; more become an image within the picture
# Beyond the frontier there are no packages: room for the words.
_ROOM = (0.06, 0.24)
_COLUMNS = (0.7, 1.0)  # right ends of the two columns of numbers


def plane(result: Result, cloud: Cloud, letters: Letters) -> Figure:
    """Return the picture of two parties."""
    said = words(result, sentences(result, cloud), letters, width=_WIDTH)
    height = said.above + _PLOT + _BELOW + said.below
    bottom, high = (said.below + _BELOW) / height, _PLOT / height
    figure = Figure(figsize=(_WIDTH, height))
    axes = figure.add_axes((_SIDE, bottom, 0.56, high))
    marked, names = rows(result), [letters(party) for party in result.space.parties]
    _limits(axes, result, cloud, marked)
    _cloud(axes, _in_points(result, cloud.points))
    _zone(axes, result)
    _frontier(axes, result)
    _reservations(axes, result)
    for row in marked:
        mark(axes, row.name, (row.points[0], row.points[1]))
    _labels(axes, marked, reservations(result))
    _axes(axes, names)
    beside = figure.add_axes((_BESIDE[0], bottom + high * 0.35, _BESIDE[1], high * 0.65))
    _numbers(beside, result, marked, names)
    _legend(figure, result, cloud, y=bottom)
    write(figure, said)
    return figure


def _axes(axes: Axes, names: list[str]) -> None:
    # Words of people and of ours on lines of their own: in one line, scripts that run from right to
    # left would change places with the rest.
    axes.set_xlabel("\n".join((*fitted(names[0], width=56, lines=1), "(points)")), size=10)
    axes.set_ylabel("\n".join((*fitted(names[1], width=55, lines=1), "(points)")), size=10)
    axes.yaxis.set_label_coords(-0.115, 0.5)
    axes.tick_params(labelsize=SMALL + 0.5)
    axes.spines[["top", "right"]].set_visible(False)


def _in_points(result: Result, utilities: Values) -> Values:
    units = [profile.unit for profile in result.space.profiles]
    found: Values = utilities / np.array(units, dtype=np.float64)
    return found


def _limits(axes: Axes, result: Result, cloud: Cloud, marked: Iterable[Row]) -> None:
    frontier = _in_points(result, result.frontier.points)
    listed = [row.points for row in marked]
    every = np.vstack([frontier, _in_points(result, cloud.points), [reservations(result), *listed]])
    low, high = every.min(axis=0), every.max(axis=0)
    width = np.where(high > low, high - low, 1.0)
    axes.set_xlim(low[0] - _ROOM[0] * width[0], high[0] + _ROOM[1] * width[0])
    axes.set_ylim(low[1] - _ROOM[0] * width[1], high[1] + _ROOM[1] * width[1])


def _cloud(axes: Axes, points: Values) -> None:
    points = np.unique(points, axis=0)
    image = len(points) > _MANY
    axes.plot(points[:, 0], points[:, 1], ls="none", marker=".", color=GREY, ms=4, zorder=1,
              mew=0, rasterized=image)  # fmt: skip


def _corners(points: Values) -> Values:
    """Return the corners of a line, first to last; those within a hair of each other as one."""
    low, high = points.min(axis=0), points.max(axis=0)
    steps = np.rint((points - low) / np.where(high > low, high - low, 1) * _HAIRS)
    apart = (np.diff(steps, axis=0) != 0).any(axis=1)
    corners: Values = points[np.append(True, apart)][::-1]
    return corners


def _frontier(axes: Axes, result: Result) -> None:
    points = _corners(_in_points(result, result.frontier.points))
    dots = "." if len(points) <= _FEW else None
    axes.step(*points.T, where="pre", color=BLUE, lw=1.6, marker=dots, ms=7, zorder=3)
    if not result.frontier.exact:
        beyond = points + _in_points(result, np.array(result.frontier.bound))
        axes.step(*beyond.T, where="pre", color=BLUE, lw=1, ls=":", zorder=3)


def _zone(axes: Axes, result: Result) -> None:
    if not result.zone.places:
        return
    inside = _corners(_in_points(result, result.frontier.points[list(result.zone.places)]))
    first, second = reservations(result)
    across = [first, *inside[:, 0]]
    axes.fill_between(across, second, [inside[0, 1], *inside[:, 1]], step="pre", fc=GREEN, lw=0,
                      alpha=0.18, zorder=0)  # fmt: skip


def _reservations(axes: Axes, result: Result) -> None:
    first, second = reservations(result)
    axes.axvline(first, color="#444444", lw=1.1, ls="--", zorder=2)
    axes.axhline(second, color="#444444", lw=1.1, ls="--", zorder=2)
    less = _less(result)
    if any(less):
        axes.annotate("", xy=(first - less[0], second - less[1]), xytext=(first, second), zorder=4,
                      arrowprops={"arrowstyle": "-|>", "color": RED, "lw": 2})  # fmt: skip


def _labels(axes: Axes, marked: Iterable[Row], floor: tuple[float, ...]) -> None:
    """Write each mark's name beside it: one label for marks at one place, none over another."""
    right, top = axes.get_xlim()[1], axes.get_ylim()[1]
    taken = [
        _edge(axes, floor[0], (floor[0], top), ("left", "top")),
        _edge(axes, floor[1], (right, floor[1]), ("right", "bottom")),
    ]
    at: dict[tuple[float, ...], list[str]] = {}
    for row in marked:
        at.setdefault(row.points, []).append(SHORT[row.name])
    for point in at:
        x, y = axes.transData.transform(point)
        taken.append(Bbox.from_bounds(x - 9, y - 9, 18, 18))
    for point, names in at.items():
        taken.append(_label(axes, point, ",\n".join(names), taken))


def _edge(axes: Axes, floor: float, at: tuple[float, float], to: tuple[str, str]) -> Bbox:
    text = f"reservation\nvalue {shown(floor)}"
    shift = (4 if to[0] == "left" else -2, -2 if to[1] == "top" else 3)
    made = axes.annotate(text, at, xytext=shift, textcoords="offset points", ha=to[0], va=to[1],
                         size=SMALL, color="#444444")  # fmt: skip
    return _box(axes, made)


def _label(axes: Axes, point: tuple[float, ...], text: str, taken: list[Bbox]) -> Bbox:
    x, y = point
    made = axes.annotate(text, (x, y), xytext=(0, 0), textcoords="offset points", size=SMALL + 0.5,
                         zorder=6, va="center", bbox={"fc": "white", "ec": "none", "pad": 0.6},
                         arrowprops={"arrowstyle": "-", "color": "#444444", "lw": 0.7,
                                     "shrinkB": 7})  # fmt: skip
    frame = axes.get_window_extent()

    def lost(shift: tuple[float, float]) -> float:
        made.set_position(shift)
        box = _box(axes, made)
        return _outside(box, frame) + sum(_overlap(box, other) for other in taken)

    made.set_position(min(_SHIFTS, key=lost))
    return _box(axes, made)


# Where a label can stand, in points of type from its mark, the best first: outward, then inward.
_SHIFTS = [
    (across, up)
    for reach in range(1, 7)
    for across, up in (
        (14 * reach, 9 * reach),
        (14, 17 * reach),
        (24 * reach, 0),
        (14, -17 * reach),
    )
] + [(-80, -14 * reach) for reach in range(1, 9)]


def _box(axes: Axes, made: Annotation) -> Bbox:
    renderer = FigureCanvasAgg(axes.get_figure(root=True)).get_renderer()  # type: ignore[no-untyped-call]
    made.update_positions(renderer)
    # Without the arrow, which may cross what the words may not.
    return Text.get_window_extent(made, renderer)


def _overlap(one: Bbox, other: Bbox) -> float:
    both = Bbox.intersection(one.padded(1), other)
    return both.width * both.height if both is not None else 0.0


def _outside(box: Bbox, frame: Bbox) -> float:
    within = Bbox.intersection(box, frame)
    return box.width * box.height - (within.width * within.height if within is not None else 0.0)


def _numbers(axes: Axes, result: Result, marked: Iterable[Row], names: list[str]) -> None:
    """Write what each marked package is worth to both, in columns, beside the picture."""
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.axis("off")
    for column, name in zip(_COLUMNS, names, strict=True):
        head = "\n".join(fitted(name, width=12, lines=3))
        axes.text(column, 1, head, ha="right", va="top", size=SMALL)
    y = 0.8
    for row in marked:
        mark(axes, row.name, (0.03, y), small=True)
        _row(axes, y, row.title, row.points)
        y -= 0.11
    _row(axes, y, "reservation value", reservations(result))
    for party, points in zip(names, _less(result), strict=True):
        if points:
            y -= 0.11
            axes.text(0.1, y, f"less by {shown(points)}:", size=SMALL, va="center", color=RED)
            axes.text(0.44, y, fitted(party, width=22, lines=1)[0], size=SMALL, va="center")


def _row(axes: Axes, y: float, title: str, points: tuple[float, ...]) -> None:
    axes.text(0.1, y, title, size=SMALL, va="center")
    for column, value in zip(_COLUMNS, points, strict=True):
        axes.text(column, y, shown(value), ha="right", size=SMALL, va="center")


def _less(result: Result) -> tuple[float, ...]:
    less = dict(concession(result))
    return tuple(less.get(party, 0) for party in result.space.parties)


def _legend(figure: Figure, result: Result, cloud: Cloud, *, y: float) -> None:
    signs: list[tuple[Line2D | Patch, str]] = [
        (Line2D([], [], color=BLUE, lw=1.6, marker="."), "efficient packages"),
        (Line2D([], [], color="#444444", lw=1.1, ls="--"), "reservation values"),
    ]
    if len(cloud.points):
        signs.insert(0, (Line2D([], [], ls="none", marker=".", color=GREY), "packages"))
    if not result.frontier.exact:
        signs.append((Line2D([], [], color=BLUE, lw=1, ls=":"), "no package is beyond this"))
    if result.zone.places:
        signs.append((Patch(fc=GREEN, alpha=0.18), "zone of possible agreement"))
    if result.zone.opening is not None:
        signs.append((Line2D([], [], color=RED, lw=2, marker=">"), "least that would open a zone"))
    figure.legend(*zip(*signs, strict=True), loc="lower left", bbox_to_anchor=(0.68, y - 0.02),
                  fontsize=SMALL, frameon=False)  # fmt: skip
