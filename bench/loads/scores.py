"""How good forecasts were: proper scores with standard errors by profile, and reliability.

Both scores are better when lower, and best, on average, for who says what it believes. The Brier
score is the mean square of what was foretold less what came (0 or 1); always saying 0.5 has 0.25.
The log score is minus the natural logarithm of the chance given to what came; 0.69 for 0.5.

>>> round(wilson(8, 10)[0], 3), round(wilson(8, 10)[1], 3)
(0.49, 0.943)

Source: Brier, Monthly Weather Review 78 (1950); Gneiting and Raftery, Strictly proper scoring
rules, J. of the American Statistical Association 102 (2007); Wilson, J. of the ASA 22 (1927).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10
AGAIN = 2_000  # times that profiles are drawn anew
Z = 1.959964  # a 95 % interval's half width, in standard errors

Vector = NDArray[np.float64]
Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Forecasts of about the same chance: how many, of how many profiles, and what came.

    `wilson` takes all forecasts as independent; `by_profile` draws whole profiles anew, since
    packages of one profile stand and fall together.
    """

    count: int
    profiles: int
    predicted: float
    observed: float
    wilson: tuple[float, float]
    by_profile: tuple[float, float]


def brier(predicted: Vector, observed: Marks) -> float:
    """Return the mean Brier score."""
    return float(np.mean((predicted - observed) ** 2))


def log_score(predicted: Vector, observed: Marks) -> float:
    """Return the mean log score; no chance may be 0 or 1."""
    return float(-np.mean(np.log(np.where(observed, predicted, 1 - predicted))))


def pulled(shares: Vector, draws: int) -> Vector:
    """Return shares of draws such that none is 0 or 1: one more draw may come out either way."""
    return (shares * draws + 1) / (draws + 2)


def mean_and_error(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean over profiles, and its standard error."""
    return float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share by Wilson's formula."""
    share, spread = hits / count, Z**2 / count
    middle = share + spread / 2
    half = Z * np.sqrt(share * (1 - share) / count + spread / (4 * count))
    return float((middle - half) / (1 + spread)), float((middle + half) / (1 + spread))


def reliability(
    profiles: Sequence[tuple[Vector, Marks]], chance: np.random.Generator
) -> tuple[Bin | None, ...]:
    """Return what was foretold against what came, in bins of equal width; None where nothing is.

    `profiles`: for each what was foretold of its packages, and what is true of them.
    """
    sums = np.stack([_sums(*profile) for profile in profiles])  # (profiles, 3, bins)
    drawn = chance.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=AGAIN)
    counts, hits, _ = np.moveaxis(np.tensordot(drawn, sums, axes=1), 1, 0)
    rows: list[Bin | None] = []
    for place in range(BINS):
        count, hit, said = sums[:, :, place].sum(axis=0)
        if count == 0:
            rows.append(None)
            continue
        there = counts[:, place] > 0
        low, high = np.quantile(hits[there, place] / counts[there, place], (0.025, 0.975))
        rows.append(
            Bin(
                count=int(count),
                profiles=int((sums[:, 0, place] > 0).sum()),
                predicted=said / count,
                observed=hit / count,
                wilson=wilson(int(hit), int(count)),
                by_profile=(float(low), float(high)),
            )
        )
    return tuple(rows)


def calibration_error(rows: Sequence[Bin | None]) -> float:
    """Return the mean distance of what was foretold from what came, over all forecasts."""
    full = [row for row in rows if row is not None]
    apart = sum(row.count * abs(row.predicted - row.observed) for row in full)
    return apart / sum(row.count for row in full)


def _sums(predicted: Vector, observed: Marks) -> Vector:
    """Return the number of forecasts, of those that came, and their sum, in each bin."""
    place = np.minimum((predicted * BINS).astype(int), BINS - 1)
    weights = (None, observed.astype(float), predicted)
    return np.stack([np.bincount(place, w, BINS).astype(float) for w in weights])
