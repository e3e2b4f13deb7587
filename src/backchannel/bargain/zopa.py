"""The zone of possible agreement: whether there is one, and if not, what would open it.

Everything is read off the frontier: whatever is acceptable to all is dominated by, or is, an
efficient package that is acceptable to all. With a bounded frontier it can stay open whether there
is a zone at all (`empty` None); that is said, never guessed.

>>> from backchannel.bargain.frontier import frontier
>>> from backchannel.bargain.model import Issue, Profile, Space
>>> issue = Issue(issue="pause", options=("no", "yes"))
>>> north = Profile(party="north", values=((0, 3),), reservation=2)
>>> south = Profile(party="south", values=((4, 1),), reservation=2)
>>> space = Space(issues=(issue,), profiles=(north, south))
>>> found = zopa(space, frontier(space))
>>> found.empty, found.opening
(True, Opening(package=(1,), utilities=(3, 1), concessions=(0, 1), share=0.333...))

Source: Raiffa, The Art and Science of Negotiation (1982), chapter 4.
"""

from dataclasses import dataclass

import numpy as np

from backchannel.bargain.blocks import Values, package
from backchannel.bargain.frontier import Frontier, ranges
from backchannel.bargain.model import Number, Package, Space


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The smallest concession that opens an empty zone.

    `concessions`: by how much each party's reservation value would have to be lower, in its units.
    `share`: their sum, each as a share of what lies between that party's worst and best package.
    """

    package: Package
    utilities: tuple[Number, ...]
    concessions: tuple[Number, ...]
    share: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Zopa:
    """The zone, as far as efficient packages show it.

    `places`: of the frontier's points that are acceptable to all. `lowest`, `highest`: for each
    party, what it gets among them, in its units; empty where there are none. `empty`: None where a
    bounded frontier leaves it open. `opening`: None unless the zone is surely empty.
    """

    empty: bool | None
    places: tuple[int, ...]
    lowest: tuple[Number, ...]
    highest: tuple[Number, ...]
    opening: Opening | None


def zopa(space: Space, found: Frontier) -> Zopa:
    """Return the zone of possible agreement on a frontier of the space."""
    floor = reservations(space)
    inside = (found.points >= floor).all(axis=1)
    places = tuple(int(place) for place in np.flatnonzero(inside))
    if not places:
        near = (found.points + np.array(found.bound) >= floor).all(axis=1).any()
        opening = None if near else _opening(space, found, floor)
        return Zopa(empty=None if near else True, places=(), lowest=(), highest=(), opening=opening)
    points = found.points[inside]
    return Zopa(
        empty=False,
        places=places,
        lowest=tuple(points.min(axis=0).tolist()),
        highest=tuple(points.max(axis=0).tolist()),
        opening=None,
    )


def reservations(space: Space) -> Values:
    """Return the reservation values, (parties,), in the units of the profiles."""
    kind = np.int64 if space.whole else np.float64
    return np.array([profile.reservation for profile in space.profiles], dtype=kind)


def _opening(space: Space, found: Frontier, floor: Values) -> Opening:
    lacks = np.maximum(floor - found.points, 0)
    widths = ranges(space)
    # A party to which all packages are alike has no range: its units are counted as they are.
    shares = (lacks / np.where(widths > 0, widths, 1)).sum(axis=1)
    place = int(shares.argmin())
    return Opening(
        package=package(found.packages[place]),
        utilities=tuple(found.points[place].tolist()),
        concessions=tuple(lacks[place].tolist()),
        share=float(shares[place]),
    )
