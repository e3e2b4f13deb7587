"""How a solution moves when one party's reservation value moves and all others stay.

There are finitely many packages, so what a solution gives does not move at all for most changes of
a reservation value, and then jumps: a derivative would be 0 nearly everywhere and say nothing.
Told are finite shifts (so much of the party's range, up and down), and the nearest reservation
values, up and down, at which the solution is another package: in whole units they are exact, with
real numbers found within a billionth of the party's range.

They are found by halving, which is right because of this. Of two packages, let the first give the
party more. If the first is chosen over the second at some reservation value of that party, so it is
at every higher one: the ratio of the party's two gains rises (Nash); the smaller of them loses more
of its weight (egalitarian: the limit of sums of strictly concave functions); nothing changes but
that the second drops out of the zone first (utilitarian). Where both give the party the same, the
order of the two never changes. So what the party gets never falls as its reservation value rises,
until there is no agreement, and the solution changes where that does. For Kalai-Smorodinsky it
holds while what the others could gain at most stays the same, and with two parties throughout;
with more, each such stretch is searched by itself.

>>> from backchannel.bargain.frontier import frontier
>>> from backchannel.bargain.model import Issue, Profile, Space
>>> issue = Issue(issue="funds", options=("none", "half", "all"))
>>> north = Profile(party="north", values=((0, 6, 9),), reservation=0)
>>> south = Profile(party="south", values=((9, 6, 0),), reservation=0)
>>> space = Space(issues=(issue,), profiles=(north, south))
>>> found = responses(space, frontier(space))["nash"][0]
>>> found.stays, found.up
((0, 6), Then(reservation=7, package=(2,), utilities=(9, 0)))

Source: that a party gains by a better alternative: Thomson, Monotonicity of bargaining solutions
with respect to the disagreement point (1987), on convex problems; here on a finite set.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from backchannel.bargain.blocks import Values, blocks, package
from backchannel.bargain.frontier import Frontier
from backchannel.bargain.model import Number, Package, Space
from backchannel.bargain.solutions import MEASURES, choice
from backchannel.bargain.zopa import reservations

SHIFTS = (0.01, 0.05, 0.1)  # of the party's range, up and down
FINE = 1e-9  # of the party's range: how well a reservation value is found among real numbers
_NEAR = 1e-12  # of a measure: more than floating-point numbers can be off by
_TWO = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """Another reservation value, and what the solution is with it; None: there is no agreement."""

    reservation: Number
    package: Package | None
    utilities: tuple[Number, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """How one solution answers to the reservation value of `party`, all others staying.

    `stays`: the lowest and the highest reservation value with which the solution is surely the same
    package. `up`, `down`: the nearest with which it is another, or none; `down` is None where even
    at the worth of the party's worst package nothing changes. `shifts`: by their share of the
    party's range, below 0 for a lower reservation value; none for a party to which all are alike.
    """

    party: str
    stays: tuple[Number, Number]
    up: Then
    down: Then | None
    shifts: Mapping[float, Then]


def certain(space: Space, found: Frontier) -> bool:
    """Whether the frontier is exact among the options there are, grids of real ranges included."""
    pairs = zip(found.bound, space.profiles, strict=True)
    return all(bound <= profile.rounding for bound, profile in pairs)


def responses(space: Space, found: Frontier) -> Mapping[str, tuple[Response, ...]]:
    """Return, for each solution, how it answers to each party's reservation value.

    Empty where there is no zone, or where the frontier is too coarse to tell (see `certain`).
    """
    points = utilities(space, found)
    floor = reservations(space)
    if not certain(space, found) or not (points >= floor).all(axis=1).any():
        return {}
    sweeps = [_Sweep.of(space, points, party) for party in range(len(space.profiles))]
    return {
        name: tuple(_response(space, found, sweep, name) for sweep in sweeps) for name in MEASURES
    }


def utilities(space: Space, found: Frontier) -> Values:
    """Return the frontier's utilities as the model adds them up, (n, parties).

    Sums of floating-point numbers differ by their order; one that meets a reservation value exactly
    must not be judged otherwise here than in `Space.acceptable`.
    """
    if space.whole:
        return found.points
    return np.array([space.utilities(package(row)) for row in found.packages])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sweep:
    """The points that all but one party accept, the least for that party first.

    `places`: of the points on the frontier. `ends`: the party's worst and best package.
    """

    party: int
    points: Values
    places: NDArray[np.int64]
    floor: Values
    units: tuple[int, ...]
    ends: tuple[Number, Number]
    whole: bool

    @classmethod
    def of(cls, space: Space, points: Values, party: int) -> "_Sweep":
        """Return the sweep of one party over a frontier's points."""
        floor = reservations(space)
        others = np.arange(len(floor)) != party
        kept = np.flatnonzero((points[:, others] >= floor[others]).all(axis=1))
        kept = kept[np.argsort(points[kept, party], kind="stable")]
        worst, best = ends(space)[party]
        return cls(
            party=party,
            points=points[kept],
            places=kept,
            floor=floor,
            units=tuple(profile.unit for profile in space.profiles),
            ends=(worst, best),
            whole=space.whole,
        )

    @property
    def top(self) -> Number:
        """The highest reservation value with an agreement."""
        return self.points[-1, self.party].item()  # type: ignore[no-any-return]

    @property
    def present(self) -> Number:
        """The party's reservation value."""
        return self.floor[self.party].item()  # type: ignore[no-any-return]

    def chosen(self, name: str, at: Number) -> int | None:
        """Return the place of the solution with a reservation value; None: no agreement."""
        start = int(np.searchsorted(self.points[:, self.party], at))
        if start == len(self.points):
            return None
        floor = self.floor.copy()
        floor[self.party] = at
        gains = self.points[start:] - floor
        ideals = gains.max(axis=0)
        able = {
            int(self.places[start + row]): tuple(gains[row].tolist())
            for row in _near(name, gains / np.array(self.units), ideals / np.array(self.units))
        }
        return choice(name, able, self.units, tuple(ideals.tolist()))

    def after(self, at: Number) -> Number:
        """Return the next reservation value there is."""
        return int(at) + 1 if self.whole else math.nextafter(at, math.inf)

    def stretches(self, name: str) -> list[Number]:
        """Return the upper ends of stretches within which the solution can be found by halving."""
        if name != "kalai_smorodinsky" or len(self.floor) <= _TWO:
            return [self.top]
        others = np.arange(len(self.floor)) != self.party
        most = np.maximum.accumulate(self.points[::-1, others])[::-1].tolist()
        rows = zip(self.points[:, self.party].tolist(), most, strict=True)
        # Of equal points only the first sees what all of them, and those above, can give.
        firsts = [next(group) for _, group in groupby(rows, key=lambda row: row[0])]
        return [list(group)[-1][0] for _, group in groupby(firsts, key=lambda row: row[1])]

    def upwards(self, name: str) -> Iterator[Number]:
        """Yield reservation values from the present one to the highest: the ends of stretches."""
        start = self.present
        for end in self.stretches(name):
            if end >= start:
                yield from (start, end)
                start = self.after(end)

    def downwards(self, name: str) -> Iterator[Number]:
        """Yield reservation values below the present one, to the worth of the worst package."""
        lowest = min(self.present, self.ends[0])
        for end in reversed(self.stretches(name)):
            if lowest <= end < self.present:
                yield from (self.after(end), end)
        yield lowest

    def halved(
        self, same: Callable[[Number], bool], last: Number, other: Number
    ) -> tuple[Number, Number]:
        """Return neighbours: the last reservation value with the same, the first with another."""
        close: Number = 1 if self.whole else FINE * (self.ends[1] - self.ends[0])
        while abs(other - last) > close:
            middle = (last + other) // 2 if self.whole else (last + other) / 2
            if middle in (last, other):
                break
            last, other = (middle, other) if same(middle) else (last, middle)
        return last, other


def ends(space: Space) -> list[tuple[Number, Number]]:
    """Return what each party's worst and best package are worth, in its units."""
    parts = blocks(space)
    low = np.sum([block.values.min(axis=1) for block in parts], axis=0).tolist()
    high = np.sum([block.values.max(axis=1) for block in parts], axis=0).tolist()
    return list(zip(low, high, strict=True))


def _response(space: Space, found: Frontier, sweep: _Sweep, name: str) -> Response:
    place = sweep.chosen(name, sweep.present)

    def same(at: Number) -> bool:
        return sweep.chosen(name, at) == place

    def then(at: Number) -> Then:
        return _then(space, found, sweep.chosen(name, at), at)

    highest, above = _change(sweep, same, sweep.upwards(name))
    lowest, below = _change(sweep, same, sweep.downwards(name))
    return Response(
        party=space.parties[sweep.party],
        stays=(lowest, highest),
        up=then(sweep.after(sweep.top) if above is None else above),  # there is no agreement then
        down=None if below is None else then(below),
        shifts={share: then(at) for share, at in _shifts(sweep)},
    )


def _change(
    sweep: _Sweep, same: Callable[[Number], bool], probes: Iterable[Number]
) -> tuple[Number, Number | None]:
    """Return the last reservation value on the way with the same solution, the first without."""
    last = sweep.present
    for probe in probes:
        if not same(probe):
            return sweep.halved(same, last, probe)
        last = probe
    return last, None


def _shifts(sweep: _Sweep) -> Iterator[tuple[float, Number]]:
    width = sweep.ends[1] - sweep.ends[0]
    for share in (*(-share for share in reversed(SHIFTS)), *SHIFTS) if width else ():
        by = width * share
        at = sweep.present + (round(by) or int(math.copysign(1, share)) if sweep.whole else by)
        yield share, at


def _then(space: Space, found: Frontier, place: int | None, at: Number) -> Then:
    if place is None:
        return Then(reservation=at, package=None, utilities=None)
    chosen = package(found.packages[place])
    return Then(reservation=at, package=chosen, utilities=space.utilities(chosen))


def _near(name: str, gains: Values, ideals: Values) -> list[int]:
    """Return the rows that may be the solution: all others are worse by more than rounding."""
    if name == "nash":
        gaining = (gains > 0).sum(axis=1)
        values = np.where(gains > 0, gains, 1).prod(axis=1)
        values[gaining < gaining.max()] = -1
    elif name == "kalai_smorodinsky":
        values = (gains[:, ideals > 0] / ideals[ideals > 0]).min(axis=1, initial=1)
    else:
        values = gains.min(axis=1) if name == "egalitarian" else gains.sum(axis=1)
    found: list[int] = np.flatnonzero(values >= values.max() * (1 - _NEAR)).tolist()
    return found
