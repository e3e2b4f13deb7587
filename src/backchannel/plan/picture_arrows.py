"""Where an arrow between two boxes goes: the way, of a few, on which it meets the fewest others.

An arrow is a curve of Bezier with one point between, as Matplotlib's `arc3` draws it. It leaves a
box on its right, above or below, and arrives on the left, above or below.

>>> clearest((0.0, 0.0), (1.0, 0.0), np.array([(0.5, 0.0)]), within=(-1.0, 1.0))
((0.0, 0.115), (1.0, 0.115), -0.4)
"""

import math
from itertools import product

import numpy as np
from numpy.typing import NDArray

BOX, TALL = 0.42, 0.23  # inches: how wide and how high a box is
Place = tuple[float, float]  # inches

# How far the point between stands aside.
_BENDS = (0.0, 0.06, -0.06, 0.12, -0.12, 0.18, -0.18, 0.25, -0.25, 0.4, -0.4)
_SIDES = ((1, 0), (0, 1), (0, -1))  # right of a box, above, below
_TO_SIDES = ((-1, 0), (0, 1), (0, -1))  # left of a box, above, below
_ON_THE_WAY = np.linspace(0.0, 1.0, 41)[1:-1]
_NEAR = 0.03  # inches around a box that are a part of it for whoever looks
# What counts against a way: each part of it in a box; how far aside; its length in inches; how
# flatly it leaves and arrives, for a head along the edge of a box cannot be seen.
_IN_A_BOX, _ASIDE, _LONG, _FLAT = 3.0, 2.0, 0.5, 3.0


def clearest(
    start: Place, end: Place, others: NDArray[np.float64], *, within: tuple[float, float]
) -> tuple[Place, Place, float]:
    """Return from where to where an arrow goes, and how it bends.

    Args:
        start: the middle of the box that it leaves.
        end: the middle of the box at which it arrives.
        others: the middles of all other boxes, a row for each.
        within: the heights between which it should stay.
    """
    own = np.array([start, end])
    best, least = (start, end, 0.0), math.inf
    for one, other, bend in product(_SIDES, _TO_SIDES, _BENDS):
        from_, to = _edge(start, one), _edge(end, other)
        points, between = _curve(from_, to, bend)
        off = (points[:, 1] < within[0]) | (points[:, 1] > within[1])
        covered = off.sum() + _inside(points, others, _NEAR) + _inside(points, own, 0.0)
        turned = _flat(from_, between, one) + _flat(to, between, other)
        against = _IN_A_BOX * covered + _ASIDE * abs(bend) + _FLAT * turned
        against += _LONG * math.dist(from_, to)
        if against < least:
            best, least = (from_, to, bend), against
    return best


def _edge(box: Place, side: tuple[int, int]) -> Place:
    return box[0] + side[0] * BOX / 2, box[1] + side[1] * TALL / 2


def _curve(start: Place, end: Place, bend: float) -> tuple[NDArray[np.float64], Place]:
    """Return places on a curve, and the point between that draws it aside."""
    across, up = end[0] - start[0], end[1] - start[1]
    between = (
        (start[0] + end[0]) / 2 + bend * up,
        (start[1] + end[1]) / 2 - bend * across,
    )
    part = _ON_THE_WAY[:, None]
    points: NDArray[np.float64] = (
        (1 - part) ** 2 * np.array(start)
        + 2 * part * (1 - part) * np.array(between)
        + part**2 * np.array(end)
    )
    return points, between


def _inside(points: NDArray[np.float64], boxes: NDArray[np.float64], near: float) -> int:
    away = np.abs(points[:, None, :] - boxes[None, :, :])
    return int(((away[..., 0] < BOX / 2 + near) & (away[..., 1] < TALL / 2 + near)).sum())


def _flat(edge: Place, between: Place, side: tuple[int, int]) -> float:
    """Return from 0 to 2 how far a way turns from straight out of its edge."""
    across, up = between[0] - edge[0], between[1] - edge[1]
    return 1 - (across * side[0] + up * side[1]) / (math.hypot(across, up) or 1.0)
