"""What the pictures of a plan share: the page with its words above and below, lines of sides.

All places on a page are in inches from its lower left corner, so that text has the room it needs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from backchannel.drawing.lettering import Letters, fitted
from backchannel.drawing.sheet import BLACK, BLUE, GREEN, ORANGE, PURPLE, RED
from backchannel.plan.model import Plan

SMALL, TINY = 8.5, 7.5  # points of type
LINE = 0.165  # inches from line to line of small type
MARGIN = 0.15  # inches
_NAME = 0.25  # inches from line to line of the title
_PER_INCH = {13: 10.0, SMALL: 15.5, TINY: 18.0}  # breadth of type, in small letters
# A line and a mark for each side: pictures are printed in black and white.
STYLES: Sequence[Mapping[str, Any]] = (
    {"color": BLUE, "ls": "-", "marker": "o", "ms": 5},
    {"color": RED, "ls": "--", "marker": "s", "ms": 4.5},
    {"color": GREEN, "ls": "-.", "marker": "^", "ms": 5.5},
    {"color": PURPLE, "ls": ":", "marker": "D", "ms": 4.5},
    {"color": BLACK, "ls": (0, (6, 1, 1, 1, 1, 1)), "marker": "v", "ms": 5.5},
    {"color": ORANGE, "ls": (0, (1, 3)), "marker": "X", "ms": 6},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page with its words written; what is drawn stands between `bottom` and `top`."""

    figure: Figure
    width: float
    height: float
    bottom: float
    top: float

    def axes(self, left: float, bottom: float, width: float, height: float) -> Axes:
        """Return axes at a place of the page."""
        share = (left / self.width, bottom / self.height, width / self.width, height / self.height)
        return self.figure.add_axes(share)

    def canvas(self) -> Axes:
        """Return axes over the whole page on which places are inches, for boxes and arrows."""
        axes = self.axes(0, 0, self.width, self.height)
        axes.set_axis_off()
        axes.set_xlim(0, self.width)
        axes.set_ylim(0, self.height)
        return axes

    def write(self, lines: Iterable[str], at: tuple[float, float], size: float = SMALL) -> None:
        """Write lines downwards from a place."""
        for place, line in enumerate(lines):
            y = at[1] - place * (_NAME if size > SMALL else LINE)
            self.figure.text(at[0] / self.width, y / self.height, line, va="top", size=size)


def breadth_of(inches: float, size: float = SMALL) -> int:
    """Return how many small letters there is room for."""
    return max(4, int(inches * _PER_INCH[size]))


def page(
    plan: Plan, letters: Letters, *, size: tuple[float, float], said: str, foot: str = ""
) -> Page:
    """Return a page around a drawing of some width and height, with its title and its notes."""
    width, body = size
    room = width - 2 * MARGIN
    name = fitted(letters(plan.title or plan.name), width=breadth_of(room, 13), lines=2)
    above = fitted(letters(said), width=breadth_of(room), lines=3)
    missing = f" Characters that no font of this machine has: {len(letters.missing)}."
    below = fitted(
        letters(foot) + (missing if letters.missing else ""), width=breadth_of(room), lines=3
    )
    bottom = LINE * len(below) + 2 * MARGIN
    top = bottom + body
    height = top + MARGIN + _NAME * len(name) + LINE * len(above) + MARGIN
    made = Page(
        figure=Figure(figsize=(width, height)), width=width, height=height, bottom=bottom, top=top
    )
    made.write(name, (MARGIN, height - MARGIN), 13)
    made.write(above, (MARGIN, height - MARGIN - _NAME * len(name)))
    made.write(below, (MARGIN, bottom - MARGIN))
    return made
