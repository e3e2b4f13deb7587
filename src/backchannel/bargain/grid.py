"""Frontiers on a grid: for each utility of all parties but the last, the best of the last one.

An array with one axis for each party but the last. A block adds each of its combinations: the array
shifted by what the combination gives the others, plus what it gives the last one; the higher value
stays. The arrays of all blocks are kept, and packages are found by walking back through them.

Real numbers are rounded to a grid first; the last party's are not. What a block can cost is known
from its own values: by how much more its worst combination was rounded up than its best one. These
add up to the bound, and what floating-point sums can be off by is added to it.
"""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from backchannel.bargain.blocks import Block, Places, Values
from backchannel.bargain.model import Number
from backchannel.bargain.points import efficient

EXACT: tuple[Number, ...] = ()
_NOTHING = -(2**60)  # no package: far below any value, and still there after any sum
_NOTHING_SMALL = -(2**30)  # the same where sums fit into 32 bits: half the memory, twice the speed
_COARSEST = 2  # steps


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
    # Each block can round up by half a step more than all together do.
    each = max(_COARSEST, int(cells ** (1 / len(widths))) - len(parts))
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


def bound(
    parts: tuple[Block, ...], coarse: tuple[Block, ...], by: tuple[float, ...]
) -> tuple[Number, ...]:
    """Return what rounding can cost each party, from the blocks before and after it."""
    found: list[Number] = []
    for party, step in enumerate(by):
        lost = largest = 0.0
        for block, rough in zip(parts, coarse, strict=True):
            off = block.values[party] - rough.values[party] * step
            lost += float(off.max() - off.min())
            largest += float(np.abs(block.values[party]).max())
        # Every sum of floating-point numbers is off by a part of the largest there can be.
        found.append(lost + 4 * len(parts) * largest * float(np.finfo(np.float64).eps))
    return (*found, 0)


Moves = tuple[Places, Values, Places]


def moves(parts: tuple[Block, ...]) -> list[Moves]:
    """Return, for each block, shifts (m, parties - 1), gains of the last party, combinations.

    Only of efficient combinations: with another one no package is efficient.
    """
    found = []
    for block in parts:
        kept = efficient(block.values.T).astype(np.int32)
        shifts = block.values[:-1, kept].T - block.values[:-1].min(axis=1)
        found.append((shifts.astype(np.int32), block.values[-1, kept], kept))
    return found


def choices(parts: list[Moves], told: Callable[[float], None]) -> Places:
    """Return, for each efficient cell, the combination chosen in each block: (n, blocks)."""
    parts = _narrowed(parts)
    stages = [np.zeros((1,) * parts[0][0].shape[1], dtype=parts[0][1].dtype)]
    for place, (shifts, gains, _) in enumerate(parts):
        stages.append(_added(stages[-1], shifts, gains))
        told((place + 1) / (len(parts) + 1))
    cells = _efficient(stages[-1])
    found = np.zeros((len(cells), len(parts)), dtype=np.int32)
    values = stages[-1][tuple(cells.T)]
    for place in range(len(parts) - 1, -1, -1):
        shifts, gains, kept = parts[place]
        taken = _taken(stages[place], cells, values, (shifts, gains))
        found[:, place] = kept[taken]
        cells, values = cells - shifts[taken], values - gains[taken]
        if values.dtype.kind == "f":
            # A difference of real numbers is not the very sum that was formed; the stage has it.
            values = stages[place][tuple(cells.T)]
    told(1.0)
    return found


def _narrowed(parts: list[Moves]) -> list[Moves]:
    """Return the moves with gains in 32 bits where all sums fit."""
    largest = sum(int(np.abs(gains).max()) for _, gains, _ in parts)
    if parts[0][1].dtype.kind != "i" or largest >= -_NOTHING_SMALL // 4:
        return parts
    return [(shifts, gains.astype(np.int32), kept) for shifts, gains, kept in parts]


def _nothing(dtype: np.dtype[np.generic]) -> int:
    return _NOTHING_SMALL if dtype == np.int32 else _NOTHING


def _added(best: Values, shifts: Places, gains: Values) -> Values:
    shape = tuple(np.array(best.shape) + shifts.max(axis=0))
    found = np.full(shape, _nothing(best.dtype), dtype=best.dtype)
    for shift, gain in zip(shifts.tolist(), gains, strict=True):
        pairs = zip(shift, best.shape, strict=True)
        part = found[tuple(slice(at, at + length) for at, length in pairs)]
        np.maximum(part, best + gain, out=part)
    return found


def _efficient(best: Values) -> Places:
    """Return the cells, (n, axes), that no cell with as much for all others dominates."""
    nothing = _nothing(best.dtype)
    highest = best
    for axis in range(best.ndim):
        highest = np.flip(np.maximum.accumulate(np.flip(highest, axis), axis=axis), axis)
    beyond = np.full_like(best, nothing)
    for axis in range(best.ndim):
        later, earlier = [slice(None)] * best.ndim, [slice(None)] * best.ndim
        later[axis], earlier[axis] = slice(1, None), slice(None, -1)
        part = beyond[tuple(earlier)]
        np.maximum(part, highest[tuple(later)], out=part)
    # What is unreachable has sums near nothing: half of it is below every value there is.
    return np.argwhere((best > beyond) & (best > nothing // 2)).astype(np.int32)


def _taken(before: Values, cells: Places, values: Values, by: tuple[Places, Values]) -> Places:
    """Return the move by which each cell got its value."""
    taken = np.full(len(cells), -1, dtype=np.int32)
    left = np.arange(len(cells))
    for place, (shift, gain) in enumerate(zip(*by, strict=True)):
        came = cells[left] - shift
        there = ((came >= 0) & (came < before.shape)).all(axis=1)
        # The very sum that was formed, so that real numbers compare as equal too.
        here = left[there]
        matched = before[tuple(came[there].T)] + gain == values[here]
        taken[here[matched]] = place
        left = left[taken[left] < 0]
    if len(left):
        # Any move taken instead would make the bound a false promise, without a word.
        raise ArithmeticError(f"{len(left)} cells have values that no move gives: a fault")
    return taken
