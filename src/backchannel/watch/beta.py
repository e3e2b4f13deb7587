"""Intervals for a share that was seen few times: the Beta distribution, in plain arithmetic.

Promises: quantiles to 1e-9; the interval of Jeffreys holds for no case at all as for many.

>>> low, high = jeffreys(3, 10)
>>> f"{low:.3f} to {high:.3f}"
'0.093 to 0.606'

Source: Brown, Cai, DasGupta, "Interval Estimation for a Binomial Proportion" (2001);
Press and others, Numerical Recipes (continued fraction of the incomplete Beta function).
"""

import math
from typing import Final

LEVEL: Final = 0.95
_ROUNDS: Final = 500
_HALVINGS: Final = 60
_TINY: Final = 1e-300
_CLOSE: Final = 1e-14
_LEAST: Final = 1e-9  # a share below is as good as none


def jeffreys(successes: int, tries: int, level: float = LEVEL) -> tuple[float, float]:
    """Return both ends of the share. The lowest end of none, the highest of all, is the limit."""
    tail = (1 - level) / 2
    first, second = successes + 0.5, tries - successes + 0.5
    low = 0.0 if successes == 0 else quantile(tail, first, second)
    high = 1.0 if successes == tries else quantile(1 - tail, first, second)
    return low, high


def around(share: float, tries: int, level: float = LEVEL) -> tuple[float, float]:
    """Return both ends of a share that is known as well as if it had been seen in so many tries.

    One more try is counted, spread as the share is: without any, next to nothing is known.
    """
    weight, tail = tries + 1, (1 - level) / 2
    if not _LEAST < share < 1 - _LEAST:
        return jeffreys(round(share * tries), tries, level)
    first, second = weight * share, weight * (1 - share)
    return quantile(tail, first, second), quantile(1 - tail, first, second)


def quantile(probability: float, first: float, second: float) -> float:
    """Return where the distribution function of Beta(first, second) reaches the probability."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if distribution(middle, first, second) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def distribution(at: float, first: float, second: float) -> float:
    """Return the probability of Beta(first, second) up to `at`, which is within 0 and 1."""
    if at <= 0 or at >= 1:
        return float(at >= 1)
    # The fraction converges fast on this side only; the other is its mirror.
    if at > (first + 1) / (first + second + 2):
        return 1 - distribution(1 - at, second, first)
    scale = math.lgamma(first + second) - math.lgamma(first) - math.lgamma(second)
    front = math.exp(scale + first * math.log(at) + second * math.log1p(-at)) / first
    return front * _fraction(at, first, second)


def _fraction(at: float, first: float, second: float) -> float:
    ratio, upper = 0.0, 1.0
    value = 1.0
    for step in range(_ROUNDS):
        half = step // 2
        if step == 0:
            part = 1.0
        elif step % 2 == 0:
            part = half * (second - half) * at / ((first + step - 1) * (first + step))
        else:
            part = -(first + half) * (first + second + half) * at
            part /= (first + step - 1) * (first + step)
        ratio = 1 / _not_zero(1 + part * ratio)
        upper = _not_zero(1 + part / upper)
        value *= ratio * upper
        if step and abs(ratio * upper - 1) < _CLOSE:
            break
    return value - 1


def _not_zero(number: float) -> float:
    return number if abs(number) > _TINY else _TINY
