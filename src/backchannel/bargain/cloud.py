"""The packages of a space as a cloud of points: all of them, or some drawn at random, never cut.

>>> from backchannel.bargain.model import Issue, Profile, Space
>>> issues = tuple(Issue(issue=name, options=("no", "yes")) for name in ("pause", "funds"))
>>> north = Profile(party="north", values=((0, 3), (2, 0)), reservation=0)
>>> found = cloud(Space(issues=issues, profiles=(north,)), None)
>>> found.points.tolist(), found.of, found.all
([[2], [0], [5], [3]], 4, True)
"""

import math
from dataclasses import dataclass

import numpy as np

from backchannel.bargain.blocks import Block, Values, blocks
from backchannel.bargain.model import Space

MOST = 50_000  # packages that are all listed
SAMPLE = 10_000  # packages drawn where they are more


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cloud:
    """`points`: (n, parties) in the units of the profiles; `of`: how many packages there are."""

    points: Values
    of: int

    @property
    def all(self) -> bool:
        """Whether this is every package that the rules leave."""
        return len(self.points) == self.of


def cloud(space: Space, chance: np.random.Generator | None, *, most: int = MOST) -> Cloud:
    """Return every package that the rules leave; where they are more than `most`, some of them.

    Those are drawn with equal chances, one by one; without a generator there are none.

    Raises:
        TooLargeError: issues that hang together have too many combinations to be listed.
        MalformedError: the rules leave no package.
    """
    parts = blocks(space)
    of = math.prod(len(block.combinations) for block in parts)
    if of <= most:
        return Cloud(points=_all(parts), of=of)
    if chance is None:
        return Cloud(points=parts[0].values[:, :0].T, of=of)
    # Blocks have nothing to do with each other: one combination of each, all with equal chances,
    # is one package, all with equal chances.
    drawn = (
        block.values[:, chance.integers(0, len(block.combinations), SAMPLE)] for block in parts
    )
    points: Values = sum(drawn, start=np.zeros((), dtype=parts[0].values.dtype))
    return Cloud(points=points.T, of=of)


def _all(parts: tuple[Block, ...]) -> Values:
    total = parts[0].values
    for block in parts[1:]:
        total = (total[:, :, None] + block.values[:, None, :]).reshape(len(total), -1)
    return total.T
