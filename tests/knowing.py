"""Hidden preferences, what is heard of them, and plain arithmetic as an oracle of statements."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from backchannel.bargain.model import Choices, Issue, Package
from backchannel.bargain.polytope import Polytope, polytope
from backchannel.bargain.statements import (
    GRAIN,
    Accepted,
    Ends,
    Knowledge,
    MattersMore,
    Order,
    Prefers,
    PrefersPackage,
    Refused,
    Reservation,
    Statement,
    Value,
    Weight,
    Worth,
)

Vector = NDArray[np.float64]
CLEAR = 0.01  # what a difference must be to be told: statements then leave some room
TOLD = 0.05  # how far a range that is told goes to either side of the truth


def issues_of(*sizes: int) -> tuple[Issue, ...]:
    return tuple(
        Issue(issue=f"i{place}", options=tuple(f"o{option}" for option in range(size)))
        for place, size in enumerate(sizes)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """True preferences: weights, values within the issues, reservation value."""

    issues: tuple[Issue, ...]
    weights: Vector
    values: tuple[Vector, ...]
    reservation: float

    def option(self, issue: str, option: str) -> float:
        place = [i.issue for i in self.issues].index(issue)
        return float(self.values[place][self.issues[place].options.index(option)])

    def weight(self, issue: str) -> float:
        return float(self.weights[[i.issue for i in self.issues].index(issue)])

    def worth(self, package: Choices) -> float:
        return sum(self.weight(issue) * self.option(issue, option) for issue, option in package)


def hidden(issues: tuple[Issue, ...], chance: np.random.Generator) -> Hidden:
    """Return true preferences; each issue's best option is worth 1, its worst 0."""
    values = []
    for issue in issues:
        row = chance.random(len(issue.options))
        if len(row) > 1:
            row = (row - row.min()) / (row.max() - row.min())
        values.append(row)
    return Hidden(
        issues=issues,
        weights=chance.dirichlet(np.ones(len(issues))),
        values=tuple(values),
        reservation=float(chance.random()),
    )


def choices_of(issues: Sequence[Issue], package: Package) -> Choices:
    return tuple((i.issue, i.options[o]) for i, o in zip(issues, package, strict=True))


def heard(true: Hidden, chance: np.random.Generator, count: int) -> tuple[Statement, ...]:
    """Return that many statements, or fewer, all of them true of hidden preferences."""
    found = (_heard(true, chance, kind) for kind in chance.integers(0, 10, count))
    return tuple(said for said in found if said is not None)


def _heard(true: Hidden, chance: np.random.Generator, kind: int) -> Statement | None:
    if kind >= 6:  # on packages, or nothing in particular
        return _of_packages(true, chance, kind)
    issue = true.issues[chance.integers(len(true.issues))]
    name, row = issue.issue, true.values[[i.issue for i in true.issues].index(issue.issue)]
    order = np.argsort(-row)
    spaced = len(row) > 1 and true.weight(name) * np.min(-np.diff(row[order])) > CLEAR
    match kind:
        case 0 if spaced:
            one, other = sorted(chance.choice(len(row), 2, replace=False))
            better, worse = issue.options[order[one]], issue.options[order[other]]
            return Prefers(issue=name, option=better, to=worse)
        case 1 if spaced:
            return Order(issue=name, options=tuple(issue.options[o] for o in order))
        case 2 if spaced:
            return Ends(issue=name, best=issue.options[order[0]], worst=issue.options[order[-1]])
        case 3:
            low, high = around(true.weight(name))
            return Weight(issue=name, low=low, high=high)
        case 4:
            option = issue.options[chance.integers(len(row))]
            low, high = around(true.option(name, option))
            return Value(issue=name, option=option, low=low, high=high)
        case 5 if len(true.issues) > 1:
            more, less = np.argsort(-true.weights)[:2]
            if true.weights[more] - true.weights[less] > CLEAR:
                return MattersMore(issue=true.issues[more].issue, than=true.issues[less].issue)
    return None


def _of_packages(true: Hidden, chance: np.random.Generator, kind: int) -> Statement | None:
    drawn = [tuple(int(chance.integers(len(i.options))) for i in true.issues) for _ in range(2)]
    one, other = (choices_of(true.issues, package) for package in drawn)
    gain = true.worth(one) - true.reservation
    if kind == 6 and abs(gain) > CLEAR:
        return Accepted(package=one) if gain > 0 else Refused(package=one)
    if kind == 7 and abs(true.worth(one) - true.worth(other)) > CLEAR:
        one, other = sorted((one, other), key=true.worth, reverse=True)
        return PrefersPackage(package=one, to=other)
    low, high = around(true.worth(one) if kind == 8 else true.reservation)
    return Worth(package=one, low=low, high=high) if kind == 8 else Reservation(low=low, high=high)


def around(number: float) -> tuple[float, float]:
    return max(0.0, number - TOLD), min(1.0, number + TOLD)


def kept_draws(known: Knowledge, party: str, count: int) -> tuple[Polytope, Vector]:
    """Return draws from the prior that keep all statements, by throwing away the others.

    Each column is (x of each option, w of each issue, r). Nothing here is shared with the sampler.
    """
    shape, chance = polytope(known, party), np.random.default_rng(7)
    weights = chance.dirichlet(np.ones(shape.issues), count).T
    values = chance.random((shape.options, count))
    values[shape.best], values[shape.worst] = 1, 0
    reservations = chance.uniform(*shape.reach, count)
    points = np.vstack([values * weights[shape.issue_of], weights, reservations])
    return shape, points[:, (shape.rows @ points <= shape.limits[:, None]).all(axis=0)]


@st.composite
def tellings(
    draw: st.DrawFn, *, most: int = 8, issues: int = 3, options: int = 3
) -> tuple[Knowledge, Hidden]:
    """What is heard of one party's hidden preferences over a small space, all of it true."""
    sizes = draw(st.lists(st.integers(1, options), min_size=1, max_size=issues))
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    true = hidden(issues_of(*sizes), chance)
    said = heard(true, chance, draw(st.integers(0, most)))
    return Knowledge(issues=true.issues, parties={"north": said}), true


def true_of(said: Statement, one: Hidden) -> bool:  # noqa: PLR0911 - a row for each kind
    """Whether a statement is true of preferences, by its plain meaning; ranges up to the grain."""
    match said:
        case Prefers(issue=issue, option=option, to=to):
            return _more(one, (issue, option), (issue, to))
        case Order(issue=issue, options=options):
            pairs = itertools.pairwise(options)
            return all(_more(one, (issue, a), (issue, b)) for a, b in pairs)
        case Ends(issue=issue, best=best, worst=worst):
            return (best is None or one.option(issue, best) == 1) and (
                worst is None or one.option(issue, worst) == 0
            )
        case MattersMore(issue=issue, than=than):
            return one.weight(issue) > one.weight(than)
        case Weight(issue=issue, low=low, high=high):
            return _within(one.weight(issue), low, high)
        case Value(issue=issue, option=option, low=low, high=high):
            return _within(one.option(issue, option), low, high)
        case Worth(package=package, low=low, high=high):
            return _within(one.worth(package), low, high)
        case Reservation(low=low, high=high):
            return _within(one.reservation, low, high)
        case PrefersPackage(package=package, to=to):
            return one.worth(package) > one.worth(to)
        case Accepted(package=package):
            return one.worth(package) >= one.reservation - 1e-12
        case Refused(package=package):
            return one.worth(package) < one.reservation


def _more(one: Hidden, better: tuple[str, str], worse: tuple[str, str]) -> bool:
    return one.option(*better) > one.option(*worse)


def _within(number: float, low: float, high: float) -> bool:
    return low - GRAIN - 1e-9 <= number <= high + GRAIN + 1e-9
