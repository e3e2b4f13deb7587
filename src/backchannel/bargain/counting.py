"""How many packages all could accept, counted exactly, also where they are too many to list.

Few packages are listed; partial ones that cannot reach some reservation value whatever is added are
dropped on the way. Many are counted where utilities are whole numbers on a scale that fits: each
half of the blocks becomes a table of how many of its combinations give each party how much, and the
two tables are held against each other. Counts have no greatest value.

>>> from backchannel.bargain.model import Issue, Profile, Space
>>> issues = tuple(Issue(issue=str(place), options=tuple("0123456789")) for place in range(20))
>>> north = Profile(party="north", values=(tuple(range(10)),) * 20, reservation=90)
>>> south = Profile(party="south", values=(tuple(range(9, -1, -1)),) * 20, reservation=90)
>>> acceptable(Space(issues=issues, profiles=(north, south)))  # of 10 to the power of 20
3081918923741896840

Source: halves held against each other: Horowitz and Sahni, Computing partitions with applications
to the knapsack problem (1974).
"""

import math

import numpy as np

from backchannel.bargain.blocks import Block, Values, blocks
from backchannel.bargain.model import Space
from backchannel.bargain.zopa import reservations

MOST = 2_000_000  # partial packages at a time
MAX_CELLS = 4_000_000  # of one half's table
MAX_WORK = 2_000_000_000  # cells times combinations of one half
SLOWER = 50  # times, where counts have more bits than a machine's word
WORD = 63  # bits without the sign


def acceptable(space: Space, *, most: int = MOST, cells: int = MAX_CELLS) -> int | None:
    """Return the number of packages at or above every reservation value.

    None: too many to list, and too long a scale (or real numbers) to count on.
    """
    parts = sorted(blocks(space), key=lambda block: block.values.shape[1])
    floor = reservations(space)
    listed = _listed(parts, floor, most)
    if listed is not None or not space.whole:
        return listed
    lowest = sum(block.values.min(axis=1) for block in parts)
    halves = parts[::2], parts[1::2]
    if any(_work(half) > MAX_WORK or math.prod(_shape(half)) > cells for half in halves):
        return None
    tables = [_table(half, len(floor)) for half in halves]
    return _matched(tables[0], tables[1], floor - lowest)


def _listed(parts: list[Block], floor: Values, most: int) -> int | None:
    rest = np.sum([block.values.max(axis=1) for block in parts], axis=0)
    sums = np.zeros((len(floor), 1), dtype=parts[0].values.dtype)
    for block in parts:
        if sums.shape[1] * block.values.shape[1] > most:
            return None
        rest = rest - block.values.max(axis=1)
        sums = (sums[:, :, None] + block.values[:, None, :]).reshape(len(floor), -1)
        sums = sums[:, (sums + rest[:, None] >= floor[:, None]).all(axis=0)]
    return int(sums.shape[1])


def _shape(half: list[Block]) -> tuple[int, ...]:
    spans = [(block.values.max(axis=1) - block.values.min(axis=1)).tolist() for block in half]
    return tuple(sum(each) + 1 for each in zip(*spans, strict=True))


def _long(half: list[Block]) -> bool:
    """Whether counts can have more bits than a word."""
    counts: list[int] = [block.values.shape[1] for block in half]
    return math.prod(counts).bit_length() >= WORD


def _work(half: list[Block]) -> int:
    combinations = sum(int(block.values.shape[1]) for block in half)
    return math.prod(_shape(half)) * combinations * (SLOWER if _long(half) else 1)


def _table(half: list[Block], parties: int) -> Values:
    """Return how many combinations give each party how much above its least, an axis for each."""
    kind = object if _long(half) else np.int64
    counts = np.ones((1,) * parties, dtype=kind)
    for block in half:
        shifts = (block.values - block.values.min(axis=1, keepdims=True)).T
        found = np.zeros(np.array(counts.shape) + shifts.max(axis=0), dtype=kind)
        for shift in shifts.tolist():
            pairs = zip(shift, counts.shape, strict=True)
            found[tuple(slice(at, at + length) for at, length in pairs)] += counts
        counts = found
    return counts


def _matched(one: Values, other: Values, needed: Values) -> int:
    """Return how many pairs of the two halves give each party as much as it needs."""
    for axis in range(other.ndim):
        # How many give at least so much: summed up from the top, along each axis.
        other = np.flip(np.cumsum(np.flip(other, axis), axis=axis), axis)
    there = np.argwhere(one > 0)
    lacking = np.maximum(needed - there, 0)
    fits = (lacking < other.shape).all(axis=1)
    counts, partners = one[tuple(there[fits].T)], other[tuple(lacking[fits].T)]
    # As Python's own numbers: 10 to the power of 20 packages do not fit into 64 bits.
    pairs = zip(counts.tolist(), partners.tolist(), strict=True)
    return sum(count * partner for count, partner in pairs)
