"""Zone, extent and solutions where packages are too many for a frontier: with a proof, or a gap.

For many parties and for issues that hang together in blocks too large to list. The same solutions
as in `solutions`, with the same ties broken the same way; only that of several packages with the
greatest product any one is Nash's. All are found as programs of whole numbers (`program`):

- leximin (egalitarian, Kalai-Smorodinsky): the greatest least share, then the next least, and so
  on, each step within what the earlier ones left.
- Nash: a product is a sum of logarithms, and each of these lies below straight lines. The sum of
  lines is maximised; lines that touch at what was found are added until nothing better is left.

`gap` is how much better any package could be; 0 is a proof. Where the time runs out it is not 0.

>>> from backchannel.bargain.model import Issue, Profile, Space
>>> issues = tuple(Issue(issue=name, options=("no", "yes")) for name in ("pause", "funds"))
>>> north = Profile(party="north", values=((0, 3), (2, 0)), reservation=1)
>>> south = Profile(party="south", values=((1, 0), (0, 4)), reservation=1)
>>> found = solve(Space(issues=issues, profiles=(north, south)), time_limit=5)
>>> found.empty, found.solutions["nash"].utilities, found.solutions["nash"].exact
(False, (3, 4), True)
>>> found.extents[0]
Extent(lowest=2, highest=3, below=0, above=0)

Source: as in `solutions`; the methods in `leximin` and `products`.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from backchannel.bargain.leximin import Weights, gains_of, greatest_sum, least, leximin, settle
from backchannel.bargain.model import Number, Package, Space
from backchannel.bargain.opening import openings
from backchannel.bargain.products import greatest_product, product
from backchannel.bargain.program import Answer, Clock, Program
from backchannel.bargain.solutions import MEASURES, Solution
from backchannel.bargain.zopa import Opening

_HALF, _PART = 0.5, 0.05  # of the time that is left
_BEYOND = 2**60  # units that no party can gain

Progress = Callable[[float], None]
Found = tuple[Package, Fraction | Number]  # with a value of the measure that none is above


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What a party gets at least and at most among packages that all accept, in its units.

    `below`, `above`: by how much the true ends may lie further out; 0 where that is proved.
    """

    lowest: Number
    highest: Number
    below: Number
    above: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """`empty`: None if it stayed open in the time. `opening`, `evenest`: as in `Zopa`, if found."""

    empty: bool | None
    extents: tuple[Extent, ...]
    opening: Opening | None
    evenest: Opening | None
    solutions: Mapping[str, Solution]


def solve(space: Space, *, time_limit: float, progress: Progress | None = None) -> Solved:
    """Return the zone's extent and the solutions; `time_limit` in seconds, for all together.

    Raises:
        MalformedError: the rules leave no package.
    """
    told, clock, wide = progress or (lambda _: None), Clock(time_limit), _widened(space)
    program = Program(space, clock)
    first = program.best(program.gains[0].expression, share=_HALF)
    if first.package is None:
        return _without_zone(space, wide, first, clock)
    around = program if wide is space else Program(wide, clock)
    ends = [_extent(program, around, party, first.package) for party in range(len(space.profiles))]
    ideals, found = _of_ideals(space, ends), dict[str, Solution]()
    known: list[Package] = []
    for place, (name, way) in enumerate(_WAYS.items()):
        told((place + 1) / (len(_WAYS) + 1))
        share = 1 / (len(_WAYS) - place)
        start = max([first.package, *known], key=lambda each: product(space, each))
        package, bound = way(Program(space, clock, share=share), start, ideals)
        if wide is not space:
            bound = _around(name, space, Program(wide, clock, share=share), (package, ideals))
        found[name] = _solution(space, name, (package, bound), ends)
        known.append(package)
    told(1.0)
    # Shown in the order of the field.
    found = {name: found[name] for name in MEASURES}
    return Solved(empty=False, extents=tuple(ends), opening=None, evenest=None, solutions=found)


def _widened(space: Space) -> Space:
    """Return a space where each party gains what it could if ranges were no grids."""
    if not any(profile.rounding for profile in space.profiles):
        return space
    profiles = tuple(
        replace(profile, reservation=profile.reservation - profile.rounding)
        for profile in space.profiles
    )
    return replace(space, profiles=profiles)


def _around(
    name: str, space: Space, program: Program, found: tuple[Package, Weights]
) -> Fraction | Number:
    """Return what no package between the places of a grid is above."""
    package, ideals = found
    if name == "nash" and product(space, package)[0] < len(space.profiles):
        return math.inf  # between them more parties may gain than can be told from here
    return _WAYS[name](program, package, ideals)[1]


def _without_zone(space: Space, wide: Space, first: Answer, clock: Clock) -> Solved:
    empty = first.proved
    if empty and wide is not space:
        program = Program(wide, clock, share=_HALF)
        again = program.best(program.gains[0].expression)
        empty = again.proved and again.package is None
    least_, even = (openings(space, clock) if empty else None) or (None, None)
    return Solved(empty=empty or None, extents=(), opening=least_, evenest=even, solutions={})


def _extent(program: Program, around: Program, party: int, known: Package) -> Extent:
    """Return what a program finds, and how far what is around it goes beyond that."""
    profile = program.space.profiles[party]
    floor, rounding = Fraction(profile.reservation), Fraction(profile.rounding)
    found, bounds = [], []
    for sign in (1, -1):
        answer = program.best(sign * program.gains[party].expression, share=_PART)
        found.append(program.space.utility(party, answer.package or known))
        if around is not program:
            answer = around.best(sign * around.gains[party].expression, share=_PART)
        bounds.append(answer.bound)
    gain = around.gains[party]
    # What is around gains `rounding` more already; what it gets least may be less by as much.
    most = floor + _units(gain.factor, bounds[0] + gain.off)
    fewest = floor - rounding + _units(gain.factor, -bounds[1]) - rounding
    return Extent(
        lowest=found[1],
        highest=found[0],
        below=_gap(Fraction(found[1]) - max(floor, fewest)),
        above=_gap(most - Fraction(found[0])),
    )


def _units(factor: Fraction, value: Number) -> Fraction | Number:
    return Fraction(value) / factor if math.isfinite(value) else value


def _gap(value: Fraction | Number) -> Number:
    return 0 if value <= 0 else float(value)


def _solution(space: Space, name: str, found: Found, ends: Sequence[Extent]) -> Solution:
    package, bound = found
    measure = surely = _measure(space, name, package, _of_ideals(space, ends))
    if name == "kalai_smorodinsky":
        # Where an ideal may be higher than what was found, a share may be less than it looks.
        surely = least(space, package, _of_ideals(space, ends, highest=True))
    return Solution(
        name=name,
        package=package,
        utilities=space.utilities(package),
        measure=float(measure),
        gap=float(_gap(bound - surely)),
        ties=None,
    )


def _measure(space: Space, name: str, package: Package, ideals: Weights) -> Fraction:
    if name == "nash":
        return product(space, package)[1]
    if name == "kalai_smorodinsky":
        return least(space, package, ideals)
    if name == "egalitarian":
        return least(space, package, _in_points(space))
    gains = gains_of(space, package)
    return sum((gains[party] * weight for party, weight in _in_points(space)), Fraction(0))


def _nash(program: Program, known: Package, _: Weights) -> Found:
    return greatest_product(program, known)


def _kalai_smorodinsky(program: Program, known: Package, ideals: Weights) -> Found:
    package, bound = leximin(program, known, ideals) if ideals else (known, 1)
    return settle(program, package, _in_points(program.space)), min(bound, 1)


def _egalitarian(program: Program, known: Package, _: Weights) -> Found:
    package, bound = leximin(program, known, _in_points(program.space))
    return program.best(program.gains[0].expression).package or package, bound


def _utilitarian(program: Program, known: Package, _: Weights) -> Found:
    weights = _in_points(program.space)
    package, bound = greatest_sum(program, known, weights)
    return settle(program, package, weights), bound


def _in_points(space: Space) -> Weights:
    return [(party, Fraction(1, profile.unit)) for party, profile in enumerate(space.profiles)]


def _of_ideals(space: Space, ends: Sequence[Extent], *, highest: bool = False) -> Weights:
    """Return by what gains become shares of the highest gain, for those who can gain.

    `highest`: the highest gain that is not excluded, instead of the highest that was found.
    """
    weights = []
    for party, (end, profile) in enumerate(zip(ends, space.profiles, strict=True)):
        ideal = Fraction(end.highest) - Fraction(profile.reservation)
        if highest and end.above:
            ideal = ideal + Fraction(end.above) if math.isfinite(end.above) else Fraction(_BEYOND)
        if ideal > 0:
            weights.append((party, 1 / ideal))
    return weights


_WAYS: Mapping[str, Callable[[Program, Package, Weights], Found]] = {
    "kalai_smorodinsky": _kalai_smorodinsky,
    "egalitarian": _egalitarian,
    "utilitarian": _utilitarian,
    # Last: the hardest takes what time the others leave, and begins with the best of theirs.
    "nash": _nash,
}
