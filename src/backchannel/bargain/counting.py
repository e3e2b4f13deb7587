"""How many packages all could accept, counted exactly where they can be listed.

Partial packages that cannot reach some reservation value whatever is added are dropped on the way,
so that far larger spaces than `most` can be counted where few packages are acceptable.

>>> from backchannel.bargain.model import Issue, Profile, Space
>>> issue = Issue(issue="days", options=("10", "20", "30"))
>>> north = Profile(party="north", values=((1, 2, 3),), reservation=2)
>>> acceptable(Space(issues=(issue,), profiles=(north,)))
2
"""

import numpy as np

from backchannel.bargain.blocks import blocks
from backchannel.bargain.model import Space
from backchannel.bargain.zopa import reservations

MOST = 2_000_000  # partial packages at a time


def acceptable(space: Space, *, most: int = MOST) -> int | None:
    """Return the number of packages at or above every reservation value; None: too many to list."""
    parts = sorted(blocks(space), key=lambda block: block.values.shape[1])
    rest = np.sum([block.values.max(axis=1) for block in parts], axis=0)
    sums = np.zeros((len(space.profiles), 1), dtype=parts[0].values.dtype)
    floor = reservations(space)
    for block in parts:
        if sums.shape[1] * block.values.shape[1] > most:
            return None
        rest = rest - block.values.max(axis=1)
        sums = (sums[:, :, None] + block.values[:, None, :]).reshape(len(floor), -1)
        sums = sums[:, (sums + rest[:, None] >= floor[:, None]).all(axis=0)]
    return int(sums.shape[1])
