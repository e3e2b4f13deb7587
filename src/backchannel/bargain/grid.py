"""Frontiers on a grid: for each utility of all parties but the last, the best of the last one.

An array with one axis for each party but the last. A block adds each of its combinations: the array
shifted by what the combination gives the others, plus what it gives the last one; the higher value
stays. The arrays of all blocks are kept, and packages are found by walking back through them.

Real numbers are rounded to a grid first. Each block is off by half a step at most, twice (what is
found, and what it stands for), so a package found is lower by one step for each block at most; the
last party's numbers are not rounded.
"""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from backchannel.bargain.blocks import Block, Places, Values
from backchannel.bargain.model import Number

EXACT: tuple[Number, ...] = ()
_NOTHING = -(2**60)  # no package: far below any value, and still there after any sum


def size(parts: tuple[Block, ...]) -> int:
    """Return the number of cells that whole values need."""
    widths = _widths(parts)
    return math.prod(int(width) + 1 for width in widths)


def _widths(parts: tuple[Block, ...]) -> list[Number]:
    spans = [block.values.max(axis=1) - block.values.min(axis=1) for block in parts]
    return [sum(span[party].item() for span in spans) for party in range(len(spans[0]) - 1)]


def steps(parts: tuple[Block, ...], cells: int) -> tuple[float, ...]:
    """Return the width of a step for each party but the last, so that the cells suffice."""
    widths = _widths(parts)
    each = max(2, int(cells ** (1 / len(widths))) - len(parts))
    return tuple(float(width) / each or 1.0 for width in widths)


def rounded(parts: tuple[Block, ...], by: tuple[float, ...]) -> tuple[Block, ...]:
    """Return the blocks with the values of all parties but the last as whole numbers of steps."""
    found = []
    for block in parts:
        values = block.values.astype(np.float64)
        for party, step in enumerate(by):
            values[party] = np.rint((values[party] - values[party].min()) / step)
        found.append(replace(block, values=values))
    return tuple(found)


def bound(parts: tuple[Block, ...], by: tuple[float, ...]) -> tuple[Number, ...]:
    """Return what rounding can cost each party."""
    return (*(step * len(parts) for step in by), 0)


def choices(parts: tuple[Block, ...], told: Callable[[float], None]) -> Places:
    """Return, for each efficient cell, the combination chosen in each block: (n, blocks)."""
    moves = [_moves(block) for block in parts]
    stages = [_start(moves)]
    for place, (shifts, gains, _) in enumerate(moves):
        stages.append(_added(stages[-1], shifts, gains))
        told((place + 1) / (len(moves) + 1))
    cells = _efficient(stages[-1])
    found = np.zeros((len(cells), len(parts)), dtype=np.int32)
    values = stages[-1][tuple(cells.T)]
    for place in range(len(parts) - 1, -1, -1):
        shifts, gains, kept = moves[place]
        taken = _taken(stages[place], cells, values, (shifts, gains))
        found[:, place] = kept[taken]
        cells, values = cells - shifts[taken], values - gains[taken]
    told(1.0)
    return found


Moves = tuple[Places, Values, Places]


def _moves(block: Block) -> Moves:
    """Return shifts (m, parties - 1), gains of the last party (m,), and their combinations."""
    shifts = block.values[:-1].T
    shifts = (shifts - shifts.min(axis=0)).astype(np.int32)
    gains = block.values[-1]
    # Of several that give the others the same, the one that gives the last party most.
    order = np.lexsort((-gains, *shifts.T))
    sorted_ = shifts[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (sorted_[1:] != sorted_[:-1]).any(axis=1)
    kept = order[first].astype(np.int32)
    return shifts[kept], gains[kept], kept


def _start(moves: list[Moves]) -> Values:
    axes = moves[0][0].shape[1]
    return np.zeros((1,) * axes, dtype=moves[0][1].dtype)


def _added(best: Values, shifts: Places, gains: Values) -> Values:
    shape = tuple(np.array(best.shape) + shifts.max(axis=0))
    found = np.full(shape, _NOTHING, dtype=best.dtype)
    for shift, gain in zip(shifts.tolist(), gains, strict=True):
        pairs = zip(shift, best.shape, strict=True)
        part = found[tuple(slice(at, at + length) for at, length in pairs)]
        np.maximum(part, best + gain, out=part)
    return found


def _efficient(best: Values) -> Places:
    """Return the cells, (n, axes), that no cell with as much for all others dominates."""
    highest = best
    for axis in range(best.ndim):
        highest = np.flip(np.maximum.accumulate(np.flip(highest, axis), axis=axis), axis)
    beyond = np.full_like(best, _NOTHING)
    for axis in range(best.ndim):
        later, earlier = [slice(None)] * best.ndim, [slice(None)] * best.ndim
        later[axis], earlier[axis] = slice(1, None), slice(None, -1)
        part = beyond[tuple(earlier)]
        np.maximum(part, highest[tuple(later)], out=part)
    # What is unreachable has sums near _NOTHING: half of it is below every value there is.
    return np.argwhere((best > beyond) & (best > _NOTHING // 2)).astype(np.int32)


def _taken(before: Values, cells: Places, values: Values, moves: tuple[Places, Values]) -> Places:
    """Return the move by which each cell got its value."""
    taken = np.full(len(cells), -1, dtype=np.int32)
    for place, (shift, gain) in enumerate(zip(*moves, strict=True)):
        came = cells - shift
        there = (came >= 0).all(axis=1) & (came < before.shape).all(axis=1) & (taken < 0)
        # The very sum that was formed, so that real numbers compare as equal too.
        sums = before[tuple(came[there].T)] + gain
        taken[np.flatnonzero(there)[sums == values[there]]] = place
    return taken
