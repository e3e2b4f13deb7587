"""Frontiers as lists: efficient partial packages, block by block, thinned where they are too many.

Adding a block pairs every efficient partial package with every efficient combination and keeps the
efficient sums. Where more than `most` are left before another block comes, they are thinned: of
those in one cell of a grid the first is kept, which costs each party less than the cell's width;
what is added afterwards is the same for both, so that the widths of all thinnings add up to the
bound.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from backchannel.bargain.blocks import Block, Places, Values
from backchannel.bargain.model import Number
from backchannel.bargain.points import Indices, efficient

_FINEST, _COARSEST = -40.0, 1.0  # widths of cells, as powers of 2 of a party's range
_TRIES = 16  # widths tried: each halves what is left between too fine and coarse enough
PAIRS = 20_000_000  # sums formed at once for an exact list
PAIRS_THINNED = 40_000  # as above where it may be thinned: comparing all with all costs more


@dataclass(slots=True, kw_only=True, eq=False)
class _Thinning:
    """How coarse it has become. `ranges`, `lost`: (parties,) in units."""

    ranges: Values
    lost: Values = field(init=False)

    def __post_init__(self) -> None:
        self.lost = np.zeros(len(self.ranges))

    def to(self, points: Values, most: int) -> Indices:
        """Return the places of at most so many points that stand for all, and note the loss."""
        fine, coarse = _FINEST, _COARSEST
        kept = _first_of_each(points, self.ranges * 2.0**coarse)
        for _ in range(_TRIES):
            middle = (fine + coarse) / 2
            tried = _first_of_each(points, self.ranges * 2.0**middle)
            if len(tried) <= most:
                coarse, kept = middle, tried
            else:
                fine = middle
        widths = self.ranges * 2.0**coarse
        # Whole numbers in one cell differ by less than its width: by a whole number less.
        self.lost += np.ceil(widths) - 1 if points.dtype.kind == "i" else widths
        return kept


def choices(
    parts: tuple[Block, ...], most: int, told: Callable[[float], None], *, thin: bool
) -> tuple[Places, tuple[Number, ...]] | None:
    """Return the combinations chosen in each block, (n, blocks), and the bound for each party.

    None: more than `most` would have to be kept, and they are not to be thinned.
    """
    thinning = _Thinning(ranges=sum(b.values.max(axis=1) - b.values.min(axis=1) for b in parts))
    points = np.zeros((1, len(parts[0].values)), dtype=parts[0].values.dtype)
    ways: list[tuple[Places, Places]] = []
    for place, block in enumerate(parts):
        options = efficient(block.values.T)
        held = np.arange(len(points))
        if not thin and (len(points) > most or len(points) * len(options) > PAIRS):
            return None
        if thin:
            options, held = _fitting(thinning, (block.values.T[options], options), points, most)
        sums = (points[held, None, :] + block.values.T[None, options, :]).reshape(-1, len(points.T))
        kept = efficient(sums)
        points = sums[kept]
        came, chosen = np.divmod(kept, len(options))
        ways.append((held[came].astype(np.int32), options[chosen].astype(np.int32)))
        told((place + 1) / len(parts))
    return _walked(ways), tuple(x.item() for x in _lost(thinning, parts))


def stages(parts: tuple[Block, ...], most: int) -> list[Values] | None:
    """Return the efficient partial packages before the first block and after each, as points.

    None: more than `most` would have to be kept.
    """
    found = [np.zeros((1, len(parts[0].values)), dtype=parts[0].values.dtype)]
    for block in parts:
        options = block.values.T[efficient(block.values.T)]
        if len(found[-1]) > most or len(found[-1]) * len(options) > PAIRS:
            return None
        sums = (found[-1][:, None, :] + options[None, :, :]).reshape(-1, options.shape[1])
        found.append(sums[efficient(sums)])
    return found


def _fitting(
    thinning: _Thinning, options: tuple[Values, Indices], points: Values, most: int
) -> tuple[Indices, Indices]:
    """Return the places of combinations and of points so that not too many pairs are formed."""
    values, places = options
    # A single point is no list to thin: it can meet any number of combinations.
    if len(points) > 1 and len(values) > most:
        places = places[thinning.to(values, most)]
    fitting = max(1, min(most, PAIRS_THINNED // len(places)))
    held = np.arange(len(points)) if len(points) <= fitting else thinning.to(points, fitting)
    return places, held


def _lost(thinning: _Thinning, parts: tuple[Block, ...]) -> Values:
    """Return the bound: what thinning cost, and what floating-point sums can be off by."""
    if not thinning.lost.any():
        return np.zeros(len(thinning.lost), dtype=np.int64)
    if parts[0].values.dtype.kind == "i":
        return thinning.lost.astype(np.int64)
    largest = sum(np.abs(block.values).max(axis=1) for block in parts)
    lost: Values = thinning.lost + 4 * len(parts) * largest * np.finfo(np.float64).eps
    return lost


def _first_of_each(points: Values, widths: Values) -> Indices:
    """Return the place of the first point in each cell of a grid of these widths, ascending."""
    # Counted from the lowest: cells that begin at 0 would part what stands on its two sides.
    lifted = points - points.min(axis=0)
    cells = np.floor(lifted / np.where(widths > 0, widths, 1)).astype(np.int64)
    key = np.zeros(len(points), dtype=np.int64)
    for column in cells.T:
        # Numbered anew after each column, so that no key outgrows 64 bits.
        key = np.unique(key * (int(column.max()) + 1) + column, return_inverse=True)[1]
    found: Indices = np.sort(np.unique(key, return_index=True)[1])
    return found


def _walked(ways: list[tuple[Places, Places]]) -> Places:
    at = np.arange(len(ways[-1][0]), dtype=np.int32)
    found = np.zeros((len(at), len(ways)), dtype=np.int32)
    for place in range(len(ways) - 1, -1, -1):
        came, chosen = ways[place]
        found[:, place] = chosen[at]
        at = came[at]
    return found
