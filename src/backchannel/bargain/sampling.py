"""Preferences drawn from those that are consistent with what is known, under the stated prior.

The parties are independent of each other: the s-th preferences of one stand beside the s-th of
another only to make up a whole picture. The same knowledge, number and seed give the same draws.
How well they mixed is measured and said, for each party.

>>> from backchannel.bargain.model import Issue
>>> from backchannel.bargain.statements import Accepted, Knowledge
>>> pause = Issue(issue="pause", options=("no", "yes"))
>>> known = Knowledge(issues=(pause,), parties={"north": (Accepted(package=(("pause", "no"),)),)})
>>> drawn = sample(known, 2_000, np.random.default_rng(1))
>>> drawn.values.shape, drawn.weights.shape, drawn.reservations.shape
((1, 2000, 2), (1, 2000, 1), (1, 2000))
>>> round(float(drawn.reservations.mean()), 1)  # a half, if it had accepted nothing
0.3

Source: see `chains`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from backchannel.bargain.blocks import Places
from backchannel.bargain.chains import Chains
from backchannel.bargain.conflict import consistent
from backchannel.bargain.model import Profile, Space
from backchannel.bargain.polytope import Vector, polytope
from backchannel.bargain.statements import Knowledge

STARTS = 32  # different starting points
EACH = 8  # chains from each
CHAINS = STARTS * EACH
BLOCK = 20  # sweeps, after which chains are looked at
MOST_BLOCKS = 15  # before the first draw
GAP = 8  # sweeps from draw to draw
SETTLED = 1.1  # the greatest ratio that counts as settled
SAME = 0.3  # as much may means move from block to block, in standard deviations

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostics:
    """How well one party's draws stand for all that is consistent.

    `ratio`: the greatest nested R-hat of what is watched; 1 once starting points are forgotten.
    `effective`: how many independent draws these are worth, at the worst of what is watched.
    """

    party: str
    ratio: float
    effective: float
    sweeps: int
    settled: bool

    @property
    def words(self) -> str:
        """In words."""
        worth = f"{self.party}: worth {self.effective:,.0f} independent draws"
        if self.settled:
            return f"{worth}, settled after {self.sweeps} sweeps"
        return (
            f"{worth}, not settled after {self.sweeps} sweeps (ratio {self.ratio:.2f}): what is "
            "known leaves so narrow a room that shares drawn from it can be off by more than said"
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Samples:
    """Preferences that are consistent with what is known; n of each party.

    `values`: (parties, n, options over all issues) what each option adds to a package's worth.
    `weights`: (parties, n, issues). `reservations`: (parties, n). All as shares of the party's
    scale. `chains`: draw s came from chain s modulo this number.
    """

    known: Knowledge
    values: Vector
    weights: Vector
    reservations: Vector
    diagnostics: tuple[Diagnostics, ...]
    chains: int = CHAINS

    def __len__(self) -> int:
        """How many of each party."""
        return int(self.reservations.shape[1])

    def worth(self, packages: Places) -> Vector:
        """Return what packages (m, issues) are worth: (parties, n, m), shares of the scale."""
        chosen = np.zeros((self.values.shape[2], len(packages)))
        first = np.array(self.known.first[:-1])
        chosen[(np.asarray(packages) + first).T, np.arange(len(packages))] = 1
        worth: Vector = self.values @ chosen
        return worth

    def space(self, place: int) -> Space:
        """Return the space as it is if the preferences at one place are the true ones."""
        first, issues = self.known.first, self.known.issues
        profiles = tuple(
            Profile(
                party=party,
                values=tuple(tuple(values[start:end].tolist()) for start, end in pairwise(first)),
                reservation=float(reservation),
            )
            for party, values, reservation in zip(
                self.known.names, self.values[:, place], self.reservations[:, place], strict=True
            )
        )
        return Space(issues=issues, profiles=profiles, rules=self.known.rules)


def sample(
    known: Knowledge,
    count: int,
    chance: np.random.Generator,
    *,
    patience: int = MOST_BLOCKS,
    progress: Progress | None = None,
) -> Samples:
    """Return draws of every party's preferences.

    Each party has a stream of chance of its own: what is heard of one moves no draw of another.
    `patience`: blocks of sweeps after which drawing begins even if chains have not settled.
    `progress` is called with the share that is done, 0 to 1.

    Raises: ContradictionError, with a smallest set of statements that conflict.
    """
    consistent(known)
    told = progress or (lambda _: None)
    draws = []
    for place, (party, own) in enumerate(
        zip(known.names, chance.spawn(len(known.names)), strict=True)
    ):
        draws.append(_party(known, party, (count, patience), own))
        told((place + 1) / len(known.names))
    points = np.stack([points for points, _ in draws])
    options, issues = known.first[-1], len(known.issues)
    return Samples(
        known=known,
        values=points[:, :, :options],
        weights=points[:, :, options : options + issues],
        reservations=points[:, :, -1],
        diagnostics=tuple(found for _, found in draws),
    )


def _party(
    known: Knowledge, party: str, size: tuple[int, int], chance: np.random.Generator
) -> tuple[Vector, Diagnostics]:
    """Return draws, (count, x of each option, w of each issue, r), and how well they mixed."""
    shape, (count, patience) = polytope(known, party), size
    chains = Chains(shape, chance, starts=STARTS, each=EACH)
    sweeps, ratio, settled = _settle(chains, patience)
    rounds = -(-count // CHAINS)
    points = np.empty((rounds, shape.options + shape.issues + 1, CHAINS))
    watched = []
    for place in range(rounds):
        for _ in range(GAP if place else 0):
            chains.sweep()
        amounts = chains.values * chains.weights[shape.issue_of]
        points[place] = np.vstack([amounts, chains.weights, chains.reservations])
        watched.append(chains.watched())
    worth = min(effective(np.stack(watched)), float(count))
    drawn = points.transpose(0, 2, 1).reshape(-1, points.shape[1])[:count]
    return drawn, Diagnostics(
        party=party, ratio=ratio, effective=worth, sweeps=sweeps, settled=settled
    )


def _settle(chains: Chains, patience: int) -> tuple[int, float, bool]:
    """Sweep until starting points are forgotten and nothing drifts; or as long as is allowed."""
    before, ratio = chains.watched(), np.inf
    for block in range(1, patience + 1):
        for _ in range(BLOCK):
            chains.sweep()
        now = chains.watched()
        ratio = nested_ratio(now)
        if block > 1 and ratio <= SETTLED and drift(before, now) <= SAME:
            return block * BLOCK, ratio, True
        before = now
    return patience * BLOCK, ratio, False


def nested_ratio(watched: Vector) -> float:
    """Return the greatest nested R-hat of numbers (k, chains) that started from `STARTS` points.

    What differs between starting points beyond chance, against what differs within.
    """
    groups = watched.reshape(len(watched), EACH, STARTS)
    within = groups.var(axis=1, ddof=1).mean(axis=1)
    between = groups.mean(axis=1).var(axis=1, ddof=1) - within / EACH
    # Numbers that hardly move at all are rounding, not a difference.
    moving = watched.var(axis=1) > np.finfo(float).eps
    ratios = np.sqrt(1 + np.maximum(between, 0)[moving] / np.maximum(within[moving], 1e-300))
    return float(ratios.max(initial=1.0))


def drift(before: Vector, now: Vector) -> float:
    """Return the most by which means (k, chains) have moved, in their standard deviations.

    Or by which numbers have spread, by their mean distance from the mean: room that is left under a
    statement has a long tail, and of two hundred such some standard deviation always jumps.
    """
    scale = np.sqrt((before.var(axis=1) + now.var(axis=1)) / 2)
    moved = np.abs(now.mean(axis=1) - before.mean(axis=1))
    grown = np.abs(_distance(now) - _distance(before))
    moving = scale > np.finfo(float).eps
    return float((np.maximum(moved, grown)[moving] / scale[moving]).max(initial=0.0))


def _distance(watched: Vector) -> Vector:
    """Return the mean distance from the mean, (k,)."""
    apart: Vector = np.abs(watched - watched.mean(axis=1, keepdims=True)).mean(axis=1)
    return apart


def effective(watched: Vector) -> float:
    """Return the least number of independent draws that numbers (draws, k, chains) are worth.

    From how far the chains' means differ: chains are independent once starts are forgotten.
    """
    whole = watched.var(axis=(0, 2), ddof=1)
    means = watched.mean(axis=0).var(axis=1, ddof=1)
    moving = (whole > np.finfo(float).eps) & (means > 0)
    worth = watched.shape[2] * whole[moving] / means[moving]
    return float(worth.min(initial=watched.shape[0] * watched.shape[2]))
