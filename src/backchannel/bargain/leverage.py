"""Who gains leverage: what each party gets of what it could, what moves it, who could steer it.

- *Portions*: what each party gets at each solution, as a share of what it could get in the zone of
  possible agreement: 0 is its reservation value, 1 the highest that all would still accept.
- *Ceilings*: up to which reservation value of one party there is an agreement at all, the others'
  staying as they are: how far its alternative can improve, or be made to look better.
- *Responses*: how each solution moves with each reservation value (`responses`).
- *Steering*: what a mediator decides who only chooses among packages that all accept (`steering`).

A reservation value is what the mediator believes of a party's best alternative. All numbers are
about that belief: an alternative that is better, and one that only looks so, do the same to them.

>>> from backchannel.bargain.frontier import frontier
>>> from backchannel.bargain.model import Issue, Profile, Space
>>> issue = Issue(issue="funds", options=("none", "half", "all"))
>>> north = Profile(party="north", values=((0, 6, 9),), reservation=1)
>>> south = Profile(party="south", values=((9, 6, 0),), reservation=0)
>>> found = leverage(space := Space(issues=(issue,), profiles=(north, south)), frontier(space))
>>> found.portions["nash"][0]
Portion(party='north', utility=6, share=0.625, surely=0.625, place=0.0)
>>> found.ceilings[1]
Ceiling(party='south', highest=6, most=6)

Source: as in `solutions` and `responses`; a better alternative as power in a negotiation: Fisher
and Ury, Getting to Yes (1981), chapter 6.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from backchannel.bargain.blocks import Values
from backchannel.bargain.frontier import Frontier
from backchannel.bargain.model import Number, Space
from backchannel.bargain.responses import Response, responses, utilities
from backchannel.bargain.solutions import Solution, solve
from backchannel.bargain.steering import Steering, steering
from backchannel.bargain.zopa import Opening, Zopa, reservations, zopa

TIME_LIMIT = 10.0  # seconds, for the lowest that each could be steered to


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """What a party gets at one solution, in its units.

    `share`: of what lies between its reservation value and its highest in the zone; 1 where that is
    nothing. `surely`: the share if its highest is as high as a bounded frontier leaves open.
    `place`: between its lowest (0) and highest (1) among efficient packages in the zone; None where
    these are the same.
    """

    party: str
    utility: Number
    share: float
    surely: float
    place: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """The highest reservation value of a party with which there is an agreement, others as now.

    `highest`: known; None: no agreement is known whatever this party would settle for. `most`: with
    a higher one there is none for certain; other than `highest` only where the frontier is bounded.
    """

    party: str
    highest: Number | None
    most: Number | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leverage:
    """`empty`, `opening`: as in `Zopa`; without a zone there are ceilings alone.

    `portions`, `responses`: by solution, then in the parties' order. `responses` is empty too where
    the frontier is too coarse to tell at which reservation value a solution changes.
    """

    empty: bool | None
    opening: Opening | None
    solutions: Mapping[str, Solution]
    portions: Mapping[str, tuple[Portion, ...]]
    ceilings: tuple[Ceiling, ...]
    responses: Mapping[str, tuple[Response, ...]]
    steering: tuple[Steering, ...]


def leverage(
    space: Space, found: Frontier, zone: Zopa | None = None, *, time_limit: float = TIME_LIMIT
) -> Leverage:
    """Return who has how much, by a frontier of the space."""
    zone = zone or zopa(space, found)
    solutions = solve(space, found, zone)
    return Leverage(
        empty=zone.empty,
        opening=zone.opening,
        solutions=solutions,
        portions={name: _portions(space, zone, each) for name, each in solutions.items()},
        ceilings=_ceilings(space, found),
        responses=responses(space, found),
        steering=steering(space, found, zone, time_limit=time_limit),
    )


def _portions(space: Space, zone: Zopa, solution: Solution) -> tuple[Portion, ...]:
    made = []
    for party, utility in enumerate(solution.utilities):
        floor, highest = space.profiles[party].reservation, zone.highest[party]
        lowest = zone.lowest[party]
        made.append(
            Portion(
                party=space.parties[party],
                utility=utility,
                share=_part(utility - floor, highest - floor),
                surely=_part(utility - floor, highest + zone.above[party] - floor),
                place=(utility - lowest) / (highest - lowest) if highest > lowest else None,
            )
        )
    return tuple(made)


def _part(gain: Number, most: Number) -> float:
    # A real number may miss its own reservation value by rounding, in the order of a sum.
    return min(1.0, max(0.0, gain / most)) if most > 0 else 1.0


def _ceilings(space: Space, found: Frontier) -> tuple[Ceiling, ...]:
    points, floor = utilities(space, found), reservations(space)
    raised = points + np.array(found.bound)
    return tuple(
        Ceiling(
            party=name,
            highest=_highest(points, floor, party),
            most=_highest(raised, floor, party),
        )
        for party, name in enumerate(space.parties)
    )


def _highest(points: Values, floor: Values, party: int) -> Number | None:
    others = np.arange(len(floor)) != party
    able = points[(points[:, others] >= floor[others]).all(axis=1), party]
    return able.max().item() if len(able) else None
