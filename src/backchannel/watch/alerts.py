"""Alerts: when the rate of a signal has changed, how sure that is, and which claims say so.

Reports come at a rate that holds for some time and then jumps (Poisson counts, a Gamma prior for
each stretch, changes at random). Week by week it is computed how probable it is that the present
stretch began within the last weeks.

Promises: an alert of a day rests on nothing published later; beside each probability stands that
of a change by chance alone; weeks in which nothing at all was published count as not looked at.

Source: Adams and MacKay, "Bayesian Online Changepoint Detection" (2007), section 2.3.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from backchannel.watch.claims import Claim
from backchannel.watch.signals import Signal

STRETCH: Final = 26.0  # weeks that a rate holds on average, before anything is seen
SHAPE, RATE = 1.0, 1.0  # of the prior: about one report a week, anything from none to four
LATELY: Final = 3  # weeks
THRESHOLD: Final = 0.5
_LEAST: Final = 1e-9  # stretches less probable than this are dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A rate that has changed. `before` and `after` are reports a week; `chance`: the base rate."""

    signal: str
    week: date
    probability: float
    chance: float
    before: float
    after: float
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """That the present stretch has lasted so many weeks: how probable, and what was counted."""

    weeks: int
    probability: float
    shape: float
    rate: float


def alerts(signal: Signal, *, threshold: float = THRESHOLD) -> tuple[Alert, ...]:
    """Return the weeks in which a signal's rate has probably changed, of each change the first."""
    found, stretches, standing = [], [_Stretch(0, 1.0, SHAPE, RATE)], False
    rates = [_mean(stretches)]  # as it was known after so many weeks
    for number, point in enumerate(signal.points):
        stretches = _step(stretches, point.reports if point.covered else None)
        rates.append(_mean(stretches))
        probability = math.fsum(each.probability for each in stretches if each.weeks <= LATELY)
        # In the first weeks every stretch is young: there is no rate yet that could change.
        changed = number >= 2 * LATELY and probability > threshold
        if changed and not standing:
            young = [each for each in stretches if each.weeks <= LATELY]
            began = max(young, key=lambda each: each.probability).weeks
            found.append(
                Alert(
                    signal=signal.name,
                    week=point.start,
                    probability=probability,
                    chance=chance(),
                    before=rates[number + 1 - began],
                    after=_mean(young),
                    claims=_lately(signal, number),
                )
            )
        standing = changed
    return tuple(found)


def chance() -> float:
    """Return how probable a change within the last weeks is, before anything is seen.

    >>> f"{chance():.2f}"
    '0.11'
    """
    return 1 - (1 - 1 / STRETCH) ** LATELY


def _step(stretches: Sequence[_Stretch], count: int | None) -> list[_Stretch]:
    """Return the stretches after one more week; of None nothing is learnt."""
    grown, hazard = [], 1 / STRETCH
    begun = 0.0
    for each in stretches:
        seen = 1.0 if count is None else predictive(count, each.shape, each.rate)
        begun += (
            each.probability * hazard * (1.0 if count is None else predictive(count, SHAPE, RATE))
        )
        grown.append(
            _Stretch(
                each.weeks + 1,
                each.probability * (1 - hazard) * seen,
                each.shape + (count or 0),
                each.rate + (count is not None),
            )
        )
    grown.append(_Stretch(1, begun, SHAPE + (count or 0), RATE + (count is not None)))
    whole = math.fsum(each.probability for each in grown)
    return [
        _Stretch(each.weeks, each.probability / whole, each.shape, each.rate)
        for each in grown
        if each.probability > _LEAST * whole
    ]


def predictive(count: int, shape: float, rate: float) -> float:
    """Return how probable a count is where the rate has this Gamma distribution.

    >>> round(sum(predictive(count, 2.0, 1.0) for count in range(200)), 9)
    1.0
    """
    return math.exp(
        math.lgamma(count + shape)
        - math.lgamma(shape)
        - math.lgamma(count + 1)
        + shape * math.log(rate / (rate + 1))
        - count * math.log(rate + 1)
    )


def _lately(signal: Signal, number: int) -> tuple[Claim, ...]:
    points = signal.points[max(0, number + 1 - LATELY) : number + 1]
    return tuple(each for point in points for each in point.claims)


def _mean(stretches: Sequence[_Stretch]) -> float:
    """Return the rate a week, over all stretches that may be."""
    whole = math.fsum(each.probability for each in stretches)
    return math.fsum(each.probability * each.shape / each.rate for each in stretches) / whole
