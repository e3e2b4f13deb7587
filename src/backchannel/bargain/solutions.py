"""The four solutions of the field, each among packages that all would rather have than none.

- *Nash*: the greatest product of gains over the reservation values. Where no package lets all gain,
  the most parties that can, and the product of their gains.
- *Kalai-Smorodinsky*: the greatest least share of what each could gain at most within the zone; a
  party that can gain nothing there has all of its share.
- *Egalitarian*: the greatest least gain, in points. *Utilitarian*: the greatest sum of gains, in
  points. Both compare points of different parties, which says something only on a common scale.

Ties are broken by the greatest least gain, then the next least, then the first party's gain. All
four lie on the frontier: an exact frontier gives exact solutions; with a bounded one `gap` is how
much better, by the solution's own measure, any package could be. The shares of Kalai-Smorodinsky
are then of the highest gains found; that these may be too low is in its gap.

>>> from backchannel.bargain.frontier import frontier
>>> from backchannel.bargain.model import Issue, Profile, Space
>>> issues = tuple(Issue(issue=name, options=("no", "yes")) for name in ("pause", "funds"))
>>> north = Profile(party="north", values=((0, 3), (2, 0)), reservation=1)
>>> south = Profile(party="south", values=((1, 0), (0, 4)), reservation=1)
>>> space = Space(issues=issues, profiles=(north, south))
>>> nash = solve(space, frontier(space))["nash"]
>>> space.named(nash.package), nash.utilities, nash.measure, nash.exact
({'pause': 'yes', 'funds': 'yes'}, (3, 4), 6.0, True)

Source: Nash, The bargaining problem (1950); Kalai and Smorodinsky, Other solutions to Nash's
bargaining problem (1975); Kalai, Proportional solutions (1977), all on a finite set of packages.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from backchannel.bargain.blocks import package
from backchannel.bargain.frontier import Frontier
from backchannel.bargain.model import Number, Package, Space
from backchannel.bargain.zopa import Zopa, zopa

Gains = tuple[Number, ...]
Key = tuple[Number, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """One solution. `utilities` in the units of the profiles; `measure` and `gap` in its own.

    The measures of Nash, egalitarian and utilitarian are in points, that of Kalai-Smorodinsky is a
    share.

    `ties`: how many other efficient points are as good by the measure; None: not counted.
    """

    name: str
    package: Package
    utilities: tuple[Number, ...]
    measure: float
    gap: float
    ties: int | None

    @property
    def exact(self) -> bool:
        """Whether no package is better by the measure."""
        return self.gap == 0


@dataclass(frozen=True, slots=True)
class _Scale:
    """What turns gains into what can be compared: the units, and what each could gain at most."""

    units: tuple[int, ...]
    ideals: Gains
    above: Gains = ()


def solve(space: Space, found: Frontier, zone: Zopa | None = None) -> Mapping[str, Solution]:
    """Return the solutions by name: nash, kalai_smorodinsky, egalitarian, utilitarian.

    Empty where no package is known that is acceptable to all; `zopa` then says why.
    """
    zone = zone or zopa(space, found)
    if not zone.places:
        return {}
    floor = [profile.reservation for profile in space.profiles]
    gains = {
        place: tuple(u - r for u, r in zip(found.points[place].tolist(), floor, strict=True))
        for place in zone.places
    }
    ideals = tuple(h - r for h, r in zip(zone.highest, floor, strict=True))
    above = zone.above or (0,) * len(floor)
    scale = _Scale(tuple(profile.unit for profile in space.profiles), ideals, above)
    return {
        name: _best(name, gains, found, (measure, scale, _tops(found, floor)))
        for name, measure in MEASURES.items()
    }


Measure = Callable[[Gains, _Scale], Key]


def _nash(gains: Gains, scale: _Scale) -> Key:
    # On one scale: where not all gain, products of different parties are compared.
    positive = [gain for gain in _in_points(gains, scale) if gain > 0]
    return (len(positive), math.prod(positive))


def _kalai_smorodinsky(gains: Gains, scale: _Scale) -> Key:
    # Multiplied through by all ideals: whole numbers stay whole, and compare exactly.
    whole = math.prod(ideal for ideal in scale.ideals if ideal)
    able = [(g, i) for g, i in zip(gains, scale.ideals, strict=True) if i]
    return tuple(sorted(_divided(gain * whole, ideal) for gain, ideal in able))


def _egalitarian(gains: Gains, scale: _Scale) -> Key:
    return tuple(sorted(_in_points(gains, scale)))


def _utilitarian(gains: Gains, scale: _Scale) -> Key:
    return (sum(_in_points(gains, scale)),)


MEASURES: Mapping[str, Measure] = {
    "nash": _nash,
    "kalai_smorodinsky": _kalai_smorodinsky,
    "egalitarian": _egalitarian,
    "utilitarian": _utilitarian,
}


def _divided(value: Number, by: Number) -> Number:
    """Return a quotient that is known to be whole if both are."""
    return value // by if isinstance(value, int) and isinstance(by, int) else value / by


def _in_points(gains: Gains, scale: _Scale) -> list[Number]:
    whole = math.prod(scale.units)
    return [gain * (whole // unit) for gain, unit in zip(gains, scale.units, strict=True)]


def _leading(name: str, key: Key) -> Key:
    """Return what the measure itself is, without what breaks its ties."""
    return key if name == "nash" else key[:1]


def _shown(name: str, key: Key, scale: _Scale, gains: Gains) -> float:
    """Return the measure that people know, in points where the key is in units."""
    if name == "nash":
        pairs = zip(gains, scale.units, strict=True)
        return float(math.prod(gain / unit for gain, unit in pairs if gain > 0))
    if name == "kalai_smorodinsky":
        whole = math.prod(ideal for ideal in scale.ideals if ideal)
        return float(key[0] / whole) if key else 1.0
    return float(key[0] / math.prod(scale.units))


def choice(name: str, gains: Mapping[int, Gains], units: tuple[int, ...], ideals: Gains) -> int:
    """Return which of the places a solution is, by the gains there, with ties broken as above.

    `gains`, `ideals` (the most that each could gain) and `units`: as in the profiles, by party.
    """
    scale = _Scale(units, ideals)
    return _first({p: MEASURES[name](each, scale) for p, each in gains.items()}, gains, scale)


def _first(keys: Mapping[int, Key], gains: Mapping[int, Gains], scale: _Scale) -> int:
    return max(keys, key=lambda place: (keys[place], _egalitarian(gains[place], scale), -place))


def _best(
    name: str, gains: Mapping[int, Gains], found: Frontier, by: tuple[Measure, _Scale, list[Gains]]
) -> Solution:
    measure, scale, tops = by
    keys = {place: measure(each, scale) for place, each in gains.items()}
    first = _first(keys, gains, scale)
    value = _shown(name, keys[first], scale, gains[first])
    surely = value
    if name == "kalai_smorodinsky" and tops:
        surely = _least_share(gains[first], scale)
    higher = max(
        (_at_most(name, top, (measure, scale, keys[first])) for top in tops), default=value
    )
    return Solution(
        name=name,
        package=package(found.packages[first]),
        utilities=tuple(found.points[first].tolist()),
        measure=value,
        gap=max(0.0, higher - surely),
        ties=sum(_leading(name, key) == _leading(name, keys[first]) for key in keys.values()) - 1,
    )


def _least_share(gains: Gains, scale: _Scale) -> float:
    """Return the least share if what each could gain is as high as it may be."""
    most = [ideal + above for ideal, above in zip(scale.ideals, scale.above, strict=True)]
    return min((gain / top for gain, top in zip(gains, most, strict=True) if top), default=1.0)


def _at_most(name: str, top: Gains, by: tuple[Measure, _Scale, Key]) -> float:
    """Return a value of the measure that no package with these gains or less exceeds."""
    measure, scale, best = by
    if name == "nash" and best[0] < sum(gain > 0 for gain in top):
        return math.inf  # more parties may gain, which is better whatever the product
    shown = _shown(name, measure(top, scale), scale, top)
    return min(shown, 1.0) if name == "kalai_smorodinsky" else shown


def _tops(found: Frontier, floor: list[Number]) -> list[Gains]:
    """Return gains that no package exceeds, where the frontier is bounded; none where exact."""
    if found.exact:
        return []
    raised = [
        tuple(u + b - r for u, b, r in zip(point, found.bound, floor, strict=True))
        for point in found.points.tolist()
    ]
    return [gains for gains in raised if min(gains) >= 0]
