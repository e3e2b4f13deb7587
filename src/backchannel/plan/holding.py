"""How often a better order would have been better: history and plan against the best, under draws.

The best order is found for the values as they stand; then all values are drawn anew many times, and
the greatest exposure of any side is compared under the same draws: the best order against the
planned one, and against history as far as it went. History has only the steps that were done, the
best order has them all: it is compared with what was, not with what could have been.

Promises: the same state of the generator gives the same answer; in points, as if one scale held
for all sides.
"""

from dataclasses import dataclass

import numpy as np

from backchannel.plan.compare import history
from backchannel.plan.model import Plan
from backchannel.plan.order import Ordered, least_exposure
from backchannel.plan.real import Record
from backchannel.plan.sampled import SAMPLES, SPREAD, Compared, Draws, compared, draw, sampled

SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """The best order, and how often it exposes less than the planned one and than history.

    `worst`: the median over the draws of the greatest exposure of any side.
    """

    best: Ordered
    over_planned: Compared
    over_history: Compared
    worst: dict[str, float]
    samples: int


def holding(
    plan: Plan,
    record: Record,
    chance: np.random.Generator,
    *,
    drop: bool = False,
    samples: int = SAMPLES,
    spread: float = SPREAD,
    time_limit: float = SECONDS,
) -> Holding:
    """Return how often the best order is better, under drawn values.

    Args:
        plan: the steps and their values.
        record: what became of them.
        chance: what values are drawn with.
        drop: whether the best order may drop conditions that were bargained.
        samples: how many draws.
        spread: of a value that is one number: see `sampled.draw`.
        time_limit: seconds of the search for the best order.

    Raises:
        InfeasibleError: the conditions contradict one another.
    """
    best = least_exposure(plan, drop=drop, time_limit=time_limit)
    draws = draw(plan, chance, samples=samples, spread=spread)
    planned, ideal = sampled(plan, draws), sampled(plan, draws, best.order)
    went = history(plan, record)
    rest = tuple((step.id,) for step in plan.steps if step.id not in record.done)
    actual = sampled(plan, _only(plan, record, draws), (*went, *rest))
    runs = {"planned": planned, "history": actual, "best": ideal}
    return Holding(
        best=best,
        over_planned=compared(ideal, planned),
        over_history=compared(ideal, actual),
        worst={name: float(np.median(each.greatest)) for name, each in runs.items()},
        samples=samples,
    )


def _only(plan: Plan, record: Record, draws: Draws) -> Draws:
    """Return the draws with steps that were not done counting as nothing."""
    done = np.array([float(step.id in record.done) for step in plan.steps])
    return Draws(costs=draws.costs * done, worths=draws.worths * done)
