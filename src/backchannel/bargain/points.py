"""The efficient ones among given points: those that no other point dominates.

One point dominates another if it gives everybody as much and somebody more. Of equal points the
first is kept. Two parties: sorting, after a table has thrown out what is plainly dominated.

>>> efficient(np.array([[1, 5], [3, 3], [2, 2], [4, 1], [3, 3]])).tolist()
[3, 1, 0]
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Points = NDArray[Any]  # (n, parties)
Indices = NDArray[np.int64]

_STEPS = 4_096  # of the table that throws out most points before any sorting
_FEW = 20_000  # points that are sorted straight away


def efficient(points: Points) -> Indices:
    """Return the places of the efficient points, the first party's best first.

    `points`: (n, parties) of whole or real numbers; n may be 0.
    """
    if points.shape[1] == 1:
        return np.array([int(points[:, 0].argmax())] if len(points) else [], dtype=np.int64)
    if points.shape[1] == 2:  # noqa: PLR2004 - two parties
        return _of_two(points)
    return _of_many(points)


def _of_two(points: Points) -> Indices:
    kept = _plausible(points) if len(points) > _FEW else np.arange(len(points))
    first, second = points[kept, 0], points[kept, 1]
    order = np.lexsort((kept, -second, -first))
    best_before = np.maximum.accumulate(second[order])
    higher = np.ones(len(order), dtype=bool)
    higher[1:] = second[order][1:] > best_before[:-1]
    found: Indices = kept[order[higher]]
    return found


def _plausible(points: Points) -> Indices:
    """Return the places of the points that no other point dominates at the table's coarseness."""
    first, second = points[:, 0], points[:, 1]
    low, high = float(first.min()), float(first.max())
    if low == high:
        return np.arange(len(points))
    steps = ((first - low) * ((_STEPS - 1) / (high - low))).astype(np.int32)
    # The best of a part of the points is a floor for all: it need not be the very best.
    best = np.full(_STEPS + 1, second.min())
    part = slice(None, None, max(1, len(points) // 200_000))
    np.maximum.at(best, steps[part], second[part])
    floor = np.maximum.accumulate(best[::-1])[::-1]
    # Only what a strictly higher step offers is surely at least as good for the first party.
    return np.flatnonzero(second >= floor[steps + 1])


def _of_many(points: Points) -> Indices:
    """Sort by the sum: nobody is dominated by what comes later; each one kept clears the rest."""
    order = np.argsort(-points.sum(axis=1, dtype=np.float64), kind="stable")
    kept = []
    while len(order):
        one = points[order[0]]
        kept.append(order[0])
        order = order[(points[order] > one).any(axis=1)]
    found = np.array(kept, dtype=np.int64)
    if points.dtype.kind == "f":
        # Real sums can be rounded to equal ones: what was kept before its better goes now.
        better = [_dominated(points[found], point) for point in points[found]]
        found = found[~np.array(better, dtype=bool)]
    ordered: Indices = found[np.argsort(-points[found, 0], kind="stable")]
    return ordered


def _dominated(points: Points, point: Points) -> bool:
    return bool(((points >= point).all(axis=1) & (points > point).any(axis=1)).any())
