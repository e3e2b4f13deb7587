"""How far a mediator could steer what each party gets, choosing only what all would accept.

Each party's lowest and highest among all packages that all accept, and among the efficient ones of
them. The highest is read off the frontier. The lowest is not, since a package may be bad for this
party for nobody's good: it is found by a program of whole numbers (`program`), with a proof or with
how much lower it might be.

>>> from backchannel.bargain.frontier import frontier
>>> from backchannel.bargain.model import Issue, Profile, Space
>>> issues = tuple(Issue(issue=name, options=("no", "yes")) for name in ("pause", "funds"))
>>> north = Profile(party="north", values=((0, 3), (2, 0)), reservation=0)
>>> south = Profile(party="south", values=((1, 0), (0, 4)), reservation=1)
>>> space = Space(issues=issues, profiles=(north, south))
>>> steering(space, frontier(space), time_limit=5)[0]
Steering(party='north', lowest=0, below=0, efficient=0, highest=3, above=0, width=5)

Source: a mediator with an interest of its own: Zartman and Touval, International mediation:
conflict resolution and power politics (1985); the reckoning is ours.
"""

import math
from dataclasses import dataclass, replace

from backchannel.bargain.frontier import Frontier, ranges
from backchannel.bargain.model import MAX_VALUE, Number, Profile, Space
from backchannel.bargain.program import Answer, Clock, Program
from backchannel.bargain.zopa import Zopa, zopa

PARTS = 100_000  # of a party's range, where values are no whole numbers
CLOSE = 1e-3  # of a party's range: no more is asked of real numbers
_HALF = 0.5  # of the time


@dataclass(frozen=True, slots=True, kw_only=True)
class Steering:
    """Between what ends a party's result can be chosen, in its units.

    `lowest`, `highest`: among packages that all accept; the lowest may be lower by `below` at most,
    the highest higher by `above`; 0 where that is proved. `efficient`: the lowest among efficient
    packages that all accept, as far as the frontier shows them. `width`: what lies between the
    party's worst and best package, acceptable or not.
    """

    party: str
    lowest: Number
    below: Number
    efficient: Number
    highest: Number
    above: Number
    width: Number

    @property
    def share(self) -> float:
        """What a mediator decides over, as a share of the party's range; 0 without a range."""
        return (self.highest - self.lowest) / self.width if self.width else 0.0

    @property
    def efficient_share(self) -> float:
        """The same among efficient packages alone."""
        return (self.highest - self.efficient) / self.width if self.width else 0.0


def steering(
    space: Space, found: Frontier, zone: Zopa | None = None, *, time_limit: float
) -> tuple[Steering, ...]:
    """Return how far each party's result can be steered; empty where no zone is known.

    `time_limit`: seconds for all parties together.
    """
    zone = zone or zopa(space, found)
    if not zone.places:
        return ()
    clock = Clock(time_limit)
    # Among real numbers ever better packages by next to nothing turn up until the time is gone; in
    # whole numbers one that is close enough is found soon.
    ways = [Program(space, clock)]
    if not space.whole:
        ways.insert(0, Program(_rounded(space), clock, share=_HALF))
    count = len(space.profiles)
    return tuple(_steering(zone, ways, party, 1 / (count - party)) for party in range(count))


def _steering(zone: Zopa, ways: list[Program], party: int, share: float) -> Steering:
    space = ways[-1].space
    lowest, below = _lowest(ways, party, zone.lowest[party], share)
    return Steering(
        party=space.parties[party],
        lowest=lowest,
        below=below,
        efficient=zone.lowest[party],
        highest=zone.highest[party],
        above=zone.above[party],
        width=ranges(space).tolist()[party],
    )


def _lowest(ways: list[Program], party: int, known: Number, share: float) -> tuple[Number, Number]:
    """Return the least that a party gets where all accept, and how much lower it might be."""
    space = ways[-1].space
    floor = space.profiles[party].reservation
    close = 0 if space.whole else CLOSE * ranges(space).tolist()[party]
    least: Number = floor  # nobody accepts less
    for program in ways:
        if known - floor <= close:
            break
        gain = program.gains[party]
        answer = program.best(-gain.expression, share=share)
        if answer.package is not None and space.acceptable(answer.package):
            known = min(known, space.utility(party, answer.package))
        if program.space is space:
            least = _least(program, party, answer, known)
    return known, max(0, known - least)


def _least(program: Program, party: int, answer: Answer, known: Number) -> Number:
    """Return what no package that all accept is below, as far as the program has proved it."""
    gain, profile = program.gains[party], program.space.profiles[party]
    if answer.proved and not gain.off and not profile.rounding:
        return known
    proved = float(-answer.bound / gain.factor) - float(profile.rounding)
    return profile.reservation + max(0, proved)


def _rounded(space: Space) -> Space:
    """Return a space in whole numbers where nobody accepts what it does not accept in truth."""
    return replace(
        space,
        profiles=tuple(
            _in_parts(profile, _scale(profile, width))
            for profile, width in zip(space.profiles, ranges(space).tolist(), strict=True)
        ),
    )


def _scale(profile: Profile, width: float) -> float:
    inner = (value for term in profile.terms for value in term.values.values())
    values = (profile.reservation, *(v for row in profile.values for v in row), *inner)
    # What lies far from 0 with little between must stay what a profile can hold.
    return min(PARTS / (width or 1), MAX_VALUE / (1 + max(map(abs, values))))


def _in_parts(profile: Profile, scale: float) -> Profile:
    return replace(
        profile,
        values=tuple(tuple(math.floor(value * scale) for value in row) for row in profile.values),
        terms=tuple(
            replace(term, values={o: math.floor(v * scale) for o, v in term.values.items()})
            for term in profile.terms
        ),
        reservation=math.ceil(profile.reservation * scale),
    )
