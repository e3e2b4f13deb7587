"""The efficient ones among given points: those that no other point dominates.

One point dominates another if it gives everybody as much and somebody more. Of equal points the
first is kept. Two parties: sorting, after a table has thrown out what is plainly dominated. Three:
sorting and halving, each better half held against its worse half at once for all halves of a size.
More: each point is compared with all that are kept.

>>> efficient(np.array([[1, 5], [3, 3], [2, 2], [4, 1], [3, 3]])).tolist()
[3, 1, 0]

Source: Kung, Luccio and Preparata, On finding the maxima of a set of vectors (1975).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Points = NDArray[Any]  # (n, parties)
Indices = NDArray[np.int64]
Marks = NDArray[np.bool_]

_STEPS = 4_096  # of the table that throws out most points before any sorting
_FEW = 20_000  # points that are sorted straight away
_STRONG = 32  # points with the greatest sums, which every other one must stand up to first
_CHUNK = 256  # points compared at once with all that are kept


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
    kept = _standing(points)
    # By the first party, then the second, ...: nobody is dominated by what comes later. That holds
    # for real numbers too, where sums could be rounded to equal ones.
    order = kept[np.lexsort((kept, *-points[kept].T[::-1]))]
    rows = points[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (rows[1:] != rows[:-1]).any(axis=1)
    order, rows = order[new], rows[new, 1:]
    found: Indices = order[~(_behind_two(rows) if rows.shape[1] == 2 else _behind(rows))]  # noqa: PLR2004
    return found


def _standing(points: Points) -> Indices:
    """Return the places of the points that a few strong ones do not dominate."""
    kept = np.arange(len(points))
    if len(points) <= _STRONG:
        return kept
    spread = points.max(axis=0) - points.min(axis=0)
    # Each party counts alike: on the largest scale alone the strong ones would be of one corner.
    sums = (points / np.where(spread > 0, spread, 1)).sum(axis=1)
    for place in np.argpartition(-sums, _STRONG)[:_STRONG]:
        one, rest = points[place], points[kept]
        kept = kept[(rest > one).any(axis=1) | (rest == one).all(axis=1)]
    return kept


def _behind_two(rows: Points) -> Marks:
    """Whether an earlier row is as high in both columns, for each row.

    Halves of one row, two, four, ...: within each pair of halves, in the order of the first column,
    the running best of the earlier half's second column meets each row of the later half.
    """
    size = 1 << max(0, len(rows) - 1).bit_length()
    ranks = np.unique(-rows[:, 0], return_inverse=True)[1]
    heights = np.unique(rows[:, 1], return_inverse=True)[1]
    key = np.full(size, size, dtype=np.int64)
    height = np.full(size, -1, dtype=np.int64)
    key[: len(rows)], height[: len(rows)] = ranks, heights
    behind = np.zeros(size, dtype=bool)
    order, half = np.arange(size), 1
    while half < size:
        # What is in order within each half is two runs here, which a stable sort only merges; of
        # equal ranks the earlier half comes first.
        pairs = order.reshape(-1, 2 * half)
        pairs = np.take_along_axis(pairs, np.argsort(key[pairs], axis=1, kind="stable"), axis=1)
        late = (pairs & half) > 0
        best = np.maximum.accumulate(np.where(late, -1, height[pairs]), axis=1)
        behind[pairs[late & (best >= height[pairs])]] = True
        order, half = pairs.ravel(), 2 * half
    return behind[: len(rows)]


def _behind(rows: Points) -> Marks:
    """Whether an earlier row is as high in every column, for each row."""
    behind = np.zeros(len(rows), dtype=bool)
    kept = rows[:0]
    for start in range(0, len(rows), _CHUNK):
        part = rows[start : start + _CHUNK]
        left = np.flatnonzero(~_under(part, kept))
        among = _under(part[left], part[left], earlier=True)
        alive = left[~among]
        behind[start : start + len(part)] = True
        behind[start + alive] = False
        kept = np.concatenate([kept, part[alive]])
    return behind


def _under(rows: Points, others: Points, *, earlier: bool = False) -> Marks:
    """Whether one of the others, or of the others before it, is as high in every column."""
    high = np.ones((len(others), len(rows)), dtype=bool)
    for column in range(rows.shape[1]):
        high &= others[:, column, None] >= rows[None, :, column]
    if earlier:
        high &= np.arange(len(others))[:, None] < np.arange(len(rows))[None, :]
    found: Marks = np.logical_or.reduce(high, axis=0)
    return found
