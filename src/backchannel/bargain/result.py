"""What was computed on one space, held together: what pictures are drawn and files are written of.

Source: the parts tell it: `frontier`, `zopa`, `solutions`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from backchannel.bargain.frontier import Frontier, frontier
from backchannel.bargain.model import Number, Package, Space
from backchannel.bargain.own_file import SpaceFile
from backchannel.bargain.solutions import Solution, solve
from backchannel.bargain.zopa import Zopa, zopa

TITLES: Mapping[str, str] = {
    "nash": "Nash",
    "kalai_smorodinsky": "Kalai-Smorodinsky",
    "egalitarian": "egalitarian",
    "utilitarian": "utilitarian",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Result:
    """A space with its frontier, zone and solutions.

    `scale`: what a point is, and whose estimate. `table`: the package on the table, if any.
    """

    space: Space
    frontier: Frontier
    zone: Zopa
    solutions: Mapping[str, Solution]
    scale: str = ""
    table: Package | None = None

    def points(self, utilities: tuple[Number, ...]) -> tuple[Number, ...]:
        """Return utilities in points of each party's scale, whole numbers as such."""
        pairs = zip(self.space.profiles, utilities, strict=True)
        return tuple(plain(profile.points(utility)) for profile, utility in pairs)


def computed(file: SpaceFile, *, progress: Callable[[float], None] | None = None) -> Result:
    """Return all of it for the space of a file. Raises: TooLargeError, MalformedError."""
    found = frontier(file.space, progress=progress)
    zone = zopa(file.space, found)
    return Result(
        space=file.space,
        frontier=found,
        zone=zone,
        solutions=solve(file.space, found, zone),
        scale=file.scale,
        table=file.table,
    )


def plain(value: Number) -> Number:
    """Return a number without a fraction where it has none."""
    return int(value) if value == int(value) else value
