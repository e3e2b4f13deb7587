"""Many chains at once through the preferences that are consistent with what is known.

One sweep moves every value within what its weights allow, then weight from issue to issue within
what the values allow, then the reservation value: each move draws uniformly from the whole interval
that the statements leave (Gibbs sampling), which leaves the prior, cut down to what is consistent,
as it is. Statements are bilinear in values and weights, so each such interval has two plain ends.
Values that share no statement move together, and all chains move side by side in one array.

Why not hit-and-run in x = weight times value: there the prior is not uniform, and in 200 dimensions
a random line through the polytope hardly moves along any statement that is narrow.

Source: Gibbs sampling on convex bodies, e.g. Laddha and Vempala (2021); starting points that are
shared by several chains, to see when they are forgotten: Margossian et al., Nested R-hat (2024).
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from backchannel.bargain.polytope import Polytope, Vector, inside

Places = NDArray[np.int64]
# Chains never start on a limit, where one coordinate after the other would be held fast.
NEARLY = 0.999
SMALL = 200_000  # multiplications that a matrix product does on one processor


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Group:
    """Values that share no statement: they can move at once.

    `options`, `issues`: (g,) whose. `rows`, `coefficients`: (g, k) the rows that each takes part
    in, filled up with a row that limits nothing.
    """

    options: Places
    issues: Places
    rows: Places
    coefficients: Vector


class Chains:
    """The states of all chains: `values` (options, chains), `weights`, `reservations` (chains,)."""

    def __init__(
        self, shape: Polytope, chance: np.random.Generator, *, starts: int, each: int
    ) -> None:
        self._shape, self._chance = shape, chance
        self._groups = grouped(shape)
        moved = [group.options for group in self._groups]
        fixed = np.flatnonzero(shape.best | shape.worst)
        self._free = np.setdiff1d(np.arange(shape.options), np.concatenate([fixed, *moved]))
        values, weights, reservations = started(shape, chance, starts)
        self.values = np.tile(values, each)
        self.weights = np.tile(weights, each)
        self.reservations = np.tile(reservations, each)
        self._slack = self._spare(self._rates())

    def sweep(self) -> None:
        """Move everything once."""
        # Afresh each time, so that rounding cannot add up.
        self._slack = self._spare(self._rates())
        for group in self._groups:
            self._move_values(group)
        # What no statement speaks of is drawn afresh, as the prior has it.
        self.values[self._free] = self._chance.random((len(self._free), len(self.reservations)))
        self._move_weights()
        self._move_reservations()

    def watched(self) -> Vector:
        """Return what is watched to see whether chains have settled, (numbers, chains)."""
        return np.vstack([self.reservations, self.weights, self._spare(self._rates())[:-1]])

    def _rates(self) -> Vector:
        """Return what one unit of each issue's weight adds to each row, (issues, rows, chains)."""
        shape, first = self._shape, self._shape.first
        rates = np.empty((shape.issues, len(shape.rows), len(self.reservations)))
        for issue in range(shape.issues):
            part = slice(first[issue], first[issue + 1])
            own = shape.rows[:, shape.options + issue, None]
            rates[issue] = _product(shape.rows[:, part], self.values[part]) + own
        return rates

    def _spare(self, rates: Vector) -> Vector:
        """Return what each row has to spare, (rows + 1, chains): the last limits nothing."""
        used = (rates * self.weights[:, None]).sum(axis=0)
        used += self._shape.rows[:, -1:] * self.reservations
        spare = np.maximum(self._shape.limits[:, None] - used, 0)
        return np.vstack([spare, np.full(spare.shape[1], np.inf)])

    def _move_values(self, group: Group) -> None:
        rates = group.coefficients[:, :, None] * self.weights[group.issues][:, None, :]
        down, up = reach(self._slack[group.rows], rates)
        values = self.values[group.options]
        low = np.maximum(values + down, 0)
        high = np.minimum(values + up, 1)
        moved = low + (high - low) * self._chance.random(low.shape)
        self._slack[group.rows] -= rates * (moved - values)[:, None, :]
        self.values[group.options] = moved

    def _move_weights(self) -> None:
        rates = self._rates()
        rates = np.pad(rates, ((0, 0), (0, 1), (0, 0)))  # for the row that limits nothing
        ring = self._chance.permutation(len(self.weights))
        for one, other in zip(ring, np.roll(ring, 1), strict=True):
            if one != other:
                self._shift(one, other, rates[one] - rates[other])

    def _shift(self, one: int, other: int, rates: Vector) -> None:
        down, up = reach(self._slack[None], rates[None])
        low = np.maximum(down[0], -self.weights[one])
        high = np.minimum(up[0], self.weights[other])
        shift = low + (high - low) * self._chance.random(len(low))
        # Rounding must not leave a weight a hair below nothing.
        shift = np.clip(shift, -self.weights[one], self.weights[other])
        self.weights[one] += shift
        self.weights[other] -= shift
        self._slack -= rates * shift

    def _move_reservations(self) -> None:
        rates = np.append(self._shape.rows[:, -1], 0)[None, :, None]
        down, up = reach(self._slack[None], np.broadcast_to(rates, (1, *self._slack.shape)))
        low = np.maximum(self.reservations + down[0], self._shape.reach[0])
        high = np.minimum(self.reservations + up[0], self._shape.reach[1])
        moved = low + (high - low) * self._chance.random(len(low))
        self._slack -= rates[0] * (moved - self.reservations)
        self.reservations = moved


def _product(one: Vector, other: Vector) -> Vector:
    """Return a matrix product, in pieces too small to be spread over several processors.

    To wait for the others costs many times what they save here, above all on a busy machine; and
    the result is the same on all.
    """
    rows = max(1, SMALL // max(1, other.size))
    pieces = [one[start : start + rows] @ other for start in range(0, len(one), rows)]
    return np.concatenate(pieces) if pieces else one @ other


def reach(slack: Vector, rates: Vector) -> tuple[Vector, Vector]:
    """Return how far down and up (g, chains) one can go: slack and rates are (g, rows, chains)."""
    slack = np.maximum(slack, 0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        limits = slack / rates
    # A rate of nothing divides to infinity or to nothing at all, and limits neither way.
    up = np.where(rates > 0, limits, np.inf).min(axis=1)
    down = np.where(rates < 0, limits, -np.inf).max(axis=1)
    return down, up


def grouped(shape: Polytope) -> tuple[Group, ...]:
    """Return the values that statements speak of, in groups of values that share no statement."""
    fixed = shape.best | shape.worst
    touched = shape.rows[:, : shape.options] != 0
    groups: list[list[int]] = []
    taken: list[NDArray[np.bool_]] = []
    for option in np.flatnonzero(touched.any(axis=0) & ~fixed).tolist():
        rows = touched[:, option]
        place = next((p for p, used in enumerate(taken) if not (used & rows).any()), None)
        if place is None:
            groups.append([option])
            taken.append(rows.copy())
        else:
            groups[place].append(option)
            taken[place] |= rows
    return tuple(_group(shape, np.array(options)) for options in groups)


def _group(shape: Polytope, options: Places) -> Group:
    lists = [np.flatnonzero(shape.rows[:, option]) for option in options]
    width = max(len(rows) for rows in lists)
    rows = np.full((len(options), width), len(shape.rows))
    coefficients = np.zeros((len(options), width))
    for place, (option, some) in enumerate(zip(options, lists, strict=True)):
        rows[place, : len(some)] = some
        coefficients[place, : len(some)] = shape.rows[some, option]
    return Group(
        options=options, issues=shape.issue_of[options], rows=rows, coefficients=coefficients
    )


def started(
    shape: Polytope, chance: np.random.Generator, starts: int
) -> tuple[Vector, Vector, Vector]:
    """Return starting points: drawn from the prior, moved towards the inside until consistent."""
    values, weights, reservations = drawn(shape, chance, starts)
    if not len(shape.rows):
        return values, weights, reservations
    issue_of = shape.issue_of
    middle = inside(shape)[:, None]
    away = np.vstack([values * weights[issue_of], weights, reservations]) - middle
    _, up = reach((shape.limits[:, None] - shape.rows @ middle)[None], (shape.rows @ away)[None])
    point = middle + away * np.where(up[0] >= 1, 1, NEARLY * up[0])
    amounts, weights, reservations = np.split(point, [shape.options, len(point) - 1])
    weights = np.maximum(weights, 0)
    weights /= weights.sum(axis=0)
    held = weights[issue_of]
    values = np.where(held > 0, amounts / np.where(held > 0, held, 1), values)
    values = np.clip(values, 0, 1)
    values[shape.best], values[shape.worst] = 1, 0
    return values, weights, reservations[0]


def drawn(
    shape: Polytope, chance: np.random.Generator, count: int
) -> tuple[Vector, Vector, Vector]:
    """Return values, weights and reservation values to start towards.

    Draws from the prior, with the values of options put into what order is known. Where the order
    is partial, that favours one way of completing it: good enough to start from, no more.
    """
    weights = chance.exponential(size=(shape.issues, count))
    weights /= weights.sum(axis=0)
    values = chance.random((shape.options, count))
    for start, end in pairwise(shape.first):
        known = start + np.flatnonzero(shape.rank[start:end] >= 0)
        by_rank = known[np.argsort(shape.rank[known], kind="stable")]
        values[by_rank] = np.sort(values[by_rank], axis=0)
    values[shape.best], values[shape.worst] = 1, 0
    low, high = shape.reach
    return values, weights, low + (high - low) * chance.random(count)
