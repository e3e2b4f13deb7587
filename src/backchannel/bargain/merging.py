"""Frontiers as lists: efficient partial packages, block by block, thinned where they are too many.

Adding a block pairs every efficient partial package with every combination and keeps the efficient
sums. Where more than `most` are left, they are thinned: of those in one cell of a grid the first is
kept, which costs each party less than the cell's width; what is added afterwards is the same for
both, so that the widths of all thinnings add up to the bound.
"""

from collections.abc import Callable

import numpy as np

from backchannel.bargain.blocks import Block, Places, Values
from backchannel.bargain.model import Number
from backchannel.bargain.points import Indices, efficient

_FINEST = 2.0**-24  # share of a party's range: the first width that is tried


def choices(
    parts: tuple[Block, ...], most: int, told: Callable[[float], None], *, thin: bool
) -> tuple[Places, tuple[Number, ...]] | None:
    """Return the combinations chosen in each block, (n, blocks), and the bound for each party.

    None: more than `most` would be kept, and they are not to be thinned.
    """
    ranges = sum(block.values.max(axis=1) - block.values.min(axis=1) for block in parts)
    points = np.zeros((1, len(ranges)), dtype=parts[0].values.dtype)
    bound = np.zeros(len(ranges))
    ways: list[tuple[Places, Places]] = []
    for place, block in enumerate(parts):
        sums = (points[:, None, :] + block.values.T[None, :, :]).reshape(-1, len(ranges))
        kept = efficient(sums)
        if len(kept) > most and not thin:
            return None
        if len(kept) > most:
            kept, widths = _thinned(sums, kept, ranges, most)
            bound += widths
        points = sums[kept]
        width = block.values.shape[1]
        ways.append(((kept // width).astype(np.int32), (kept % width).astype(np.int32)))
        told((place + 1) / len(parts))
    return _walked(ways), tuple(float(each) for each in bound)


def _thinned(sums: Values, kept: Indices, ranges: Values, most: int) -> tuple[Indices, Values]:
    """Return those to keep, and the width of a cell for each party."""
    share, lowest = _FINEST, sums[kept].min(axis=0)
    while True:
        widths = np.maximum(ranges * share, np.finfo(np.float64).tiny)
        # Counted from the lowest: cells that begin at 0 would part what stands on its two sides.
        cells = np.floor((sums[kept] - lowest) / widths)
        _, first = np.unique(cells, axis=0, return_index=True)
        if len(first) <= max(1, most // 2):
            return kept[np.sort(first)], widths
        share *= 2


def _walked(ways: list[tuple[Places, Places]]) -> Places:
    at = np.arange(len(ways[-1][0]), dtype=np.int32)
    found = np.zeros((len(at), len(ways)), dtype=np.int32)
    for place in range(len(ways) - 1, -1, -1):
        came, chosen = ways[place]
        found[:, place] = chosen[at]
        at = came[at]
    return found
