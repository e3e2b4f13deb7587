"""The efficient frontier of a space: packages that nobody's gain is left in, with a guarantee.

Exact, or bounded: then for every package there is one in the result that is at most `bound` units
lower for each party. Packages are built up block by block and never listed. Where the grid is small
enough, an array holds for each utility of all parties but the last the best that the last one can
have (`grid`); else partial packages are kept as a list of efficient points (`merging`). Never cut
silently: what does not fit is made coarser, and the bound says by how much.

>>> from backchannel.bargain.model import Issue, Profile, Space
>>> issues = tuple(Issue(issue=name, options=("no", "yes")) for name in ("pause", "funds"))
>>> north = Profile(party="north", values=((0, 3), (2, 0)), reservation=0)
>>> south = Profile(party="south", values=((1, 0), (0, 4)), reservation=0)
>>> found = frontier(Space(issues=issues, profiles=(north, south)))
>>> found.points.tolist(), found.packages.tolist(), found.exact
([[5, 0], [3, 4], [0, 5]], [[1, 0], [1, 1], [0, 1]], True)

Source: partial sums that are dominated stay dominated whatever is added: Nemhauser and Ullmann,
Discrete dynamic programming and capital allocation (1969), on sums instead of a knapsack; grids
with a guarantee: Papadimitriou and Yannakakis, On the approximability of trade-offs (2000).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from backchannel.bargain import grid, merging
from backchannel.bargain.blocks import Block, Places, Values, blocks, packages
from backchannel.bargain.model import Number, Space
from backchannel.bargain.points import efficient

MOST = 20_000  # points kept while merging, with two parties
MOST_OF_MANY = 8_000  # as above, divided by them, with four or more: comparing all with all costs
MAX_CELLS = 4_000_000  # of a grid; each block keeps one for the way back
MAX_WORK = 2_000_000_000  # cells times combinations
# Cells of a grid that stands for real numbers, by its axes. With three axes it would be too coarse
# to be of use, and its efficient cells too many: a thinned list is finer.
FINE = {1: 30_000, 2: 2_000_000}
MOST_AXES = max(FINE)

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frontier:
    """Efficient points, the first party's best first, and one package for each.

    `points`: (n, parties) in the units of the profiles. `packages`: (n, issues) places of options.
    `bound`: for each party, in units; all 0 if the frontier is exact.
    """

    parties: tuple[str, ...]
    points: Values
    packages: Places
    bound: tuple[Number, ...]

    @property
    def exact(self) -> bool:
        """Whether these are all efficient points, and nothing else."""
        return not any(self.bound)


def frontier(
    space: Space,
    *,
    cells: int = MAX_CELLS,
    most: int | None = None,
    progress: Progress | None = None,
) -> Frontier:
    """Return the frontier, exact where that fits into `cells` or `most` points, else bounded.

    `progress` is called with the share that is done, 0 to 1.

    Raises:
        TooLargeError: issues that hang together have too many combinations to be listed.
        MalformedError: the rules leave no package.
    """
    parts = blocks(space)
    many = len(space.profiles) > MOST_AXES + 1
    most = most or (MOST_OF_MANY // len(space.profiles) if many else MOST)
    told = progress or (lambda _: None)
    if space.whole and len(space.profiles) > 1 and grid.size(parts) <= cells:
        moves = grid.moves(parts)
        if _work(moves) * grid.size(parts) <= MAX_WORK:
            return _made(space, parts, grid.choices(moves, told), bound=grid.EXACT)
    listed = merging.choices(parts, most, told, thin=many)
    if listed is not None:
        return _made(space, parts, listed[0], bound=listed[1])
    return _coarse(space, parts, cells, told)


def _coarse(space: Space, parts: tuple[Block, ...], cells: int, told: Progress) -> Frontier:
    """Return a bounded frontier: with two or three parties a grid is the best way to be coarse."""
    fits = MAX_WORK // _work(grid.moves(parts))
    steps = grid.steps(parts, min(FINE[len(space.profiles) - 1], cells, fits))
    coarse = grid.rounded(parts, steps)
    chosen = grid.choices(grid.moves(coarse), told)
    return _made(space, parts, chosen, bound=grid.bound(parts, coarse, steps))


def _work(moves: list[grid.Moves]) -> int:
    return sum(len(shifts) for shifts, _, _ in moves)


def _made(
    space: Space, parts: tuple[Block, ...], choices: Places, *, bound: tuple[Number, ...]
) -> Frontier:
    points = utilities(parts, choices)
    # A grid of whole numbers has told efficient cells from others already.
    kept = np.argsort(-points[:, 0], kind="stable") if bound == grid.EXACT else efficient(points)
    points = points[kept]
    # No package gives more than the best of each block: what is found cannot be lower by more.
    room = sum(block.values.max(axis=1) for block in parts) - points.min(axis=0)
    pairs = zip(bound or (0,) * len(room), room.tolist(), strict=True)
    missed = [min(each, most) if each else 0 for each, most in pairs]
    return Frontier(
        parties=space.parties,
        points=points,
        packages=packages(parts, choices[kept]),
        # A range of real numbers stands as a grid: between its places a package may be better.
        bound=tuple(
            each + profile.rounding for each, profile in zip(missed, space.profiles, strict=True)
        ),
    )


def utilities(parts: tuple[Block, ...], choices: Places) -> Values:
    """Return what packages are worth, (n, parties), from the combination chosen in each block."""
    total = parts[0].values[:, choices[:, 0]]
    for column, block in enumerate(parts[1:], start=1):
        total = total + block.values[:, choices[:, column]]
    return total.T


def share_of_range(space: Space, found: Frontier) -> float:
    """Return the greatest bound as a share of what lies between a party's worst and best package.

    0 if the frontier is exact. A party to which all packages are alike can lose nothing.
    """
    pairs = zip(found.bound, ranges(space).tolist(), strict=True)
    return max(float(bound) / width if width else 0.0 for bound, width in pairs)


def ranges(space: Space) -> Values:
    """Return what lies between each party's worst and best package, (parties,), in its units."""
    spans = [block.values.max(axis=1) - block.values.min(axis=1) for block in blocks(space)]
    total: Values = np.sum(spans, axis=0)
    return total
