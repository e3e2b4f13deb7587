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
(True, Opening(package=(1,), utilities=(3, 1), concessions=(0, 1), share=0.333..., gap=0.0))

Source: Raiffa, The Art and Science of Negotiation (1982), chapter 4.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from backchannel.bargain.blocks import Values, package
from backchannel.bargain.frontier import Frontier, ranges
from backchannel.bargain.model import Number, Package, Space

_BLUR = 1e-12  # what floating-point sums can be off by, and more

Measure = Callable[[Iterable[Fraction]], Fraction | int]
_SUM: Measure = sum
_GREATEST: Measure = max


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The smallest concession that opens an empty zone.

    `concessions`: by how much each party's reservation value would have to be lower, in its units.
    `share`: what was made smallest, each concession as a share of what lies between that party's
    worst and best package. `gap`: by how much a smaller one could do; 0 where that is proved.
    """

    package: Package
    utilities: tuple[Number, ...]
    concessions: tuple[Number, ...]
    share: float
    gap: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Zopa:
    """The zone, as far as efficient packages show it.

    `places`: of the frontier's points that are acceptable to all. `lowest`, `highest`: for each
    party, what it gets among them, in its units; empty where there are none. `above`: by how much
    more each could get in the zone, with a bounded frontier. `empty`: None where a bounded frontier
    leaves it open. Unless the zone is surely empty, None: `opening`, the smallest sum of
    concessions; `evenest`, the smallest greatest concession, and of these the smallest sum.
    """

    empty: bool | None
    places: tuple[int, ...]
    lowest: tuple[Number, ...]
    highest: tuple[Number, ...]
    opening: Opening | None
    evenest: Opening | None = None
    above: tuple[Number, ...] = ()


def zopa(space: Space, found: Frontier) -> Zopa:
    """Return the zone of possible agreement on a frontier of the space."""
    floor = reservations(space)
    raised = found.points + np.array(found.bound)
    places = _inside(space, found, floor)
    if not places:
        if not found.exact and (raised >= floor).all(axis=1).any():
            return Zopa(empty=None, places=(), lowest=(), highest=(), opening=None)
        opening, evenest = (_opening(space, found, floor, by) for by in (_SUM, _GREATEST))
        return Zopa(empty=True, places=(), lowest=(), highest=(), opening=opening, evenest=evenest)
    points = found.points[list(places)]
    highest = points.max(axis=0)
    able = (raised >= floor).all(axis=1)
    able[list(places)] = True
    most = raised[able].max(axis=0)
    return Zopa(
        empty=False,
        places=places,
        lowest=tuple(points.min(axis=0).tolist()),
        highest=tuple(highest.tolist()),
        opening=None,
        above=tuple((most - highest).tolist()),
    )


def _inside(space: Space, found: Frontier, floor: Values) -> tuple[int, ...]:
    """Return the places of the points that are acceptable to all."""
    if space.whole:
        return tuple(np.flatnonzero((found.points >= floor).all(axis=1)).tolist())
    # Sums of floating-point numbers differ by their order. What meets a reservation value exactly
    # is judged as the model does it, in the order of the issues.
    blur = (np.abs(floor) + np.abs(found.points)) * _BLUR
    near = np.flatnonzero((found.points >= floor - blur).all(axis=1)).tolist()
    sure = np.all(found.points >= floor + blur, axis=1).tolist()
    return tuple(
        place for place in near if sure[place] or space.acceptable(package(found.packages[place]))
    )


def reservations(space: Space) -> Values:
    """Return the reservation values, (parties,), in the units of the profiles."""
    kind = np.int64 if space.whole else np.float64
    return np.array([profile.reservation for profile in space.profiles], dtype=kind)


def _opening(space: Space, found: Frontier, floor: Values, by: Measure) -> Opening:
    # A party to which all packages are alike has no range: its units are counted as they are.
    widths = [Fraction(width) or Fraction(1) for width in ranges(space).tolist()]
    lacks = np.maximum(floor - found.points, 0)
    scaled = lacks / np.array(widths, dtype=np.float64)
    # Floating-point numbers choose the few that may be the smallest; fractions choose among them.
    rough = scaled.max(axis=1) if by is _GREATEST else scaled.sum(axis=1)
    close = np.flatnonzero(rough <= rough.min() * (1 + _BLUR)).tolist()
    shares = {
        place: [Fraction(x) / w for x, w in zip(lacks[place].tolist(), widths, strict=True)]
        for place in close
    }
    place = min(shares, key=lambda each: (by(shares[each]), sum(shares[each]), each))
    possible = np.maximum(floor - found.points - np.array(found.bound), 0)
    scaled = possible / np.array(widths, dtype=np.float64)
    least = scaled.max(axis=1).min() if by is _GREATEST else scaled.sum(axis=1).min()
    share = float(by(shares[place]))
    return Opening(
        package=package(found.packages[place]),
        utilities=tuple(found.points[place].tolist()),
        concessions=tuple(lacks[place].tolist()),
        share=share,
        gap=0.0 if found.exact else max(0.0, share - float(least)),
    )
