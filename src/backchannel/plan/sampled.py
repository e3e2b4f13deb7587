"""Exposure under values that are drawn: how far it can go, and how often a conclusion holds.

A value that is a range is drawn uniformly within it. A value that is one number is drawn within a
spread of it, plus or minus a half if nothing else is said, for one number is rarely meant to the
last digit. All values are drawn by themselves; one that is 0 stays 0, and a step without a value
counts for nothing. Two orders are compared under the same draws.

Promises: the same state of the generator gives the same result; a share of draws comes with its
interval of 95 %, which is never empty: that all draws agree is not certainty.

>>> Share(count=1_000, of=1_000).low < 1
True

Source: of the interval, Wilson (1927), "Probable Inference, the Law of Succession, and Statistical
Inference", Journal of the American Statistical Association 22.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backchannel.plan.amounts import Amount
from backchannel.plan.model import Order, Plan, Value

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]
SAMPLES = 1_000
SPREAD = 0.5  # of a value that is one number: from a half of it to one and a half
QUANTILES = (0.05, 0.5, 0.95)
_NORMAL = 1.959964  # quantile of the normal distribution for an interval of 95 %
_ROUNDING = 1e-9  # share of the greatest value below which two sums count as equal


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """In how many draws something holds."""

    count: int
    of: int

    @property
    def share(self) -> float:
        """As a share of all draws."""
        return self.count / self.of

    @property
    def low(self) -> float:
        """The lower end of its interval of 95 %."""
        return max(0.0, self._middle - self._half)

    @property
    def high(self) -> float:
        """The upper end of its interval of 95 %."""
        return min(1.0, self._middle + self._half)

    @property
    def _middle(self) -> float:
        return (self.count + _NORMAL**2 / 2) / (self.of + _NORMAL**2)

    @property
    def _half(self) -> float:
        inside = self.share * (1 - self.share) * self.of + _NORMAL**2 / 4
        return _NORMAL * math.sqrt(inside) / (self.of + _NORMAL**2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """Drawn values: a row for each draw, a column for each step in the order of the plan."""

    costs: Numbers
    worths: Numbers

    @property
    def count(self) -> int:
        """How many draws there are."""
        return len(self.costs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heights:
    """What one side's exposure comes to in each draw.

    `worst`: the greatest; `at`: after how many events it is first reached, 0 for the start;
    `stake`: the greatest temptation to stop; `end`: where the exposure stands at the end.
    """

    worst: Numbers
    at: Places
    stake: Numbers
    end: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """All sides' heights under the same draws. `events`: the order they were measured in."""

    events: Order
    sides: Mapping[str, Heights]

    @property
    def greatest(self) -> Numbers:
        """The greatest exposure of any side, by draw; in points, on one scale for all sides."""
        found: Numbers = np.max([each.worst for each in self.sides.values()], axis=0)
        return found

    def quantiles(self, side: str, shares: Sequence[float] = QUANTILES) -> tuple[float, ...]:
        """Return below what the worst exposure of a side stays in such shares of the draws."""
        return tuple(np.quantile(self.sides[side].worst, shares).tolist())

    def worst_side(self) -> dict[str, Share]:
        """Return how often each side is the one most exposed; in a tie, each of them."""
        greatest = self.greatest
        level = greatest - _ROUNDING * np.abs(greatest)
        return {
            side: _share((each.worst >= level) & (greatest > 0))
            for side, each in self.sides.items()
        }

    def worst_event(self, side: str) -> dict[tuple[str, ...], Share]:
        """Return after which event a side is most exposed, the most frequent first; () is never."""
        at = self.sides[side].at
        counts = np.bincount(at, minlength=1 + len(self.events))
        return {
            self.events[place - 1] if place else (): Share(count=int(counts[place]), of=len(at))
            for place in np.argsort(-counts, kind="stable").tolist()
            if counts[place]
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """How often one order exposes less than another at the worst, as much, or more."""

    better: Share
    equal: Share
    worse: Share


def draw(
    plan: Plan, chance: np.random.Generator, *, samples: int = SAMPLES, spread: float = SPREAD
) -> Draws:
    """Return drawn values of all steps.

    Args:
        plan: whose steps they are.
        chance: what they are drawn with.
        samples: how many draws.
        spread: by what share, 0 to 1, a value that is one number can be lower or higher.
    """
    values = [plan.values.get(step.id, Value()) for step in plan.steps]
    return Draws(
        costs=_uniform([value.cost for value in values], chance, samples, spread),
        worths=_uniform([value.worth for value in values], chance, samples, spread),
    )


def sampled(
    plan: Plan, draws: Draws, order: Order | None = None, *, apart: bool = False
) -> Sampled:
    """Return what the exposures come to in an order, or as planned. `apart`: step by step.

    Raises:
        MalformedError: the order does not have each step once.
    """
    events = tuple(tuple(step.id for step in move.steps) for move in plan.moves(order, apart=apart))
    place = {step.id: number for number, step in enumerate(plan.steps)}
    columns = np.array([place[each] for event in events for each in event])
    starts = np.cumsum([0, *(len(event) for event in events[:-1])])
    sides = {}
    for side in plan.sides:
        gives = np.array([float(plan.giver(step) == side) for step in plan.steps])
        gets = np.array([float(side in plan.receivers(step)) for step in plan.steps])
        changes = draws.costs * gives - draws.worths * gets
        sides[side] = heights(np.add.reduceat(changes[:, columns], starts, axis=1))
    return Sampled(events=events, sides=sides)


def heights(changes: Numbers) -> Heights:
    """Return what an exposure comes to that changes so, event by event: a row for each draw."""
    sums = np.cumsum(changes, axis=1)
    highest = sums.argmax(axis=1)
    top = np.take_along_axis(sums, highest[:, None], axis=1)[:, 0]
    end, lowest = sums[:, -1], np.minimum(0.0, sums.min(axis=1))
    return Heights(
        worst=np.maximum(0.0, top),
        at=np.where(top > 0, highest + 1, 0),
        stake=end - lowest,
        end=end,
    )


def compared(one: Sampled, other: Sampled) -> Compared:
    """Return how often the first exposes whoever is most exposed less; under the same draws."""
    difference = one.greatest - other.greatest
    close = np.abs(difference) <= _ROUNDING * np.maximum(one.greatest, other.greatest)
    return Compared(
        better=_share((difference < 0) & ~close),
        equal=_share(close),
        worse=_share((difference > 0) & ~close),
    )


def _uniform(
    amounts: Sequence[Amount], chance: np.random.Generator, samples: int, spread: float
) -> Numbers:
    lows = np.array([float(a.low) * (1 - spread if a.known else 1) for a in amounts])
    highs = np.array([float(a.high) * (1 + spread if a.known else 1) for a in amounts])
    return chance.uniform(lows, highs, size=(samples, len(amounts)))


def _share(holds: Any) -> Share:  # noqa: ANN401 - an array of true and false
    return Share(count=int(np.count_nonzero(holds)), of=len(holds))
