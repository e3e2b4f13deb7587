"""The preferences that are consistent with what is known, as linear inequalities.

With x = weight times value for each option, a package is worth a plain sum, and each statement is
linear in x, the weights w and the reservation value r: what is consistent is a convex polytope. So
whether something holds for every consistent preference, or for some, is a linear program. Points
are rows (x of each option, w of each issue, r).

>>> from backchannel.bargain.model import Issue
>>> from backchannel.bargain.statements import Ends, Knowledge, Weight
>>> issues = tuple(Issue(issue=name, options=("no", "yes")) for name in ("pause", "funds"))
>>> heard = tuple(Ends(issue=name, best="yes", worst="no") for name in ("pause", "funds"))
>>> known = Knowledge(issues=issues, parties={"north": (*heard, Weight(issue="pause", low=0.75))})
>>> shape = polytope(known, "north")
>>> round(Program(shape).least(shape.worth((1, 0))), 6)  # pause alone
0.75

Source: Hazen (1986), see `statements`; linear programs by GLOP of OR-Tools.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp

from backchannel.bargain.model import Choices, Issue, Package
from backchannel.bargain.statements import (
    GRAIN,
    MARGIN,
    Accepted,
    Ends,
    Knowledge,
    MattersMore,
    Order,
    Prefers,
    PrefersPackage,
    Reservation,
    Statement,
    Value,
    Weight,
    Worth,
    before,
)

# What the solver may be off by; `MARGIN` is a thousand times it, so no cycle can hide in rounding.
PRECISION = 1e-9
# Differences below it count as none where something is called proved, again between the two.
TOLERANCE = 1e-7

Vector = NDArray[np.float64]
Row = tuple[Vector, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Polytope:
    """What is consistent: rows @ point <= limits, with 0 <= x <= w of its issue and sum of w = 1.

    `first`: the place of each issue's first option, the number of options last. `best`, `worst`:
    (options,) which are known to be worth the whole weight of their issue, or nothing. `rank`:
    (options,) how many of its issue's options each is known to come before; -1 where no order is
    known of it. `reach`: the range of the reservation value.
    """

    first: tuple[int, ...]
    best: NDArray[np.bool_]
    worst: NDArray[np.bool_]
    rank: NDArray[np.int64]
    rows: Vector
    limits: Vector
    reach: tuple[float, float]

    @property
    def options(self) -> int:
        """How many options there are, over all issues."""
        return self.first[-1]

    @property
    def issues(self) -> int:
        """How many issues there are."""
        return len(self.first) - 1

    @property
    def issue_of(self) -> NDArray[np.int64]:
        """The issue of each option, (options,)."""
        return np.repeat(np.arange(self.issues), np.diff(self.first))

    def worth(self, package: Package) -> Vector:
        """Return the row that gives a package's worth."""
        row = np.zeros(self.options + self.issues + 1)
        row[[start + place for start, place in zip(self.first[:-1], package, strict=True)]] = 1
        return row

    def gain(self, package: Package) -> Vector:
        """Return the row that gives what a package is worth above the reservation value."""
        row = self.worth(package)
        row[-1] = -1
        return row


def polytope(known: Knowledge, party: str, only: Sequence[int] | None = None) -> Polytope:
    """Return what is consistent with a party's statements, or only with those at some places.

    Raises: MalformedError.
    """
    party = known.names[known.blank.party(party)]
    places = range(len(known.parties[party])) if only is None else only
    told = [known.parties[party][place] for place in places]
    width = known.first[-1] + len(known.issues) + 1
    found = [row for statement in told for row in _rows(known, statement)]
    best, worst, rank = _ordered(known, told)
    return Polytope(
        first=known.first,
        best=best,
        worst=worst,
        rank=rank,
        rows=np.array([row for row, _ in found]).reshape(-1, width),
        limits=np.array([limit for _, limit in found], dtype=np.float64),
        reach=(float(known.prior.low), float(known.prior.high)),
    )


def _rows(known: Knowledge, statement: Statement) -> Iterator[Row]:
    """Yield what a statement says as rows, each at most its limit."""
    worth = _Rows(known)
    match statement:
        case Prefers(issue=issue) | Order(issue=issue) | Ends(issue=issue):
            for better, worse in before(statement, worth.issue(issue).options):
                yield worth.option(issue, worse) - worth.option(issue, better), -MARGIN
        case MattersMore(issue=issue, than=than):
            yield worth.weight(than) - worth.weight(issue), -MARGIN
        case Weight(issue=issue, low=low, high=high):
            yield from _between(worth.weight(issue), low, high)
        case Value(issue=issue, option=option, low=low, high=high):
            low, high = _widened(low, high)
            yield worth.option(issue, option) - high * worth.weight(issue), 0.0
            yield low * worth.weight(issue) - worth.option(issue, option), 0.0
        case Worth(package=package, low=low, high=high):
            yield from _between(worth.package(package), low, high)
        case Reservation(low=low, high=high):
            yield from _between(worth.reservation(), low, high)
        case PrefersPackage(package=package, to=to):
            yield worth.package(to) - worth.package(package), -MARGIN
        case Accepted(package=package):
            yield worth.reservation() - worth.package(package), 0.0
        case _:  # refused
            yield worth.package(statement.package) - worth.reservation(), -MARGIN


def _between(row: Vector, low: float, high: float) -> Iterator[Row]:
    low, high = _widened(low, high)
    yield row, high
    yield -row, -low


def _widened(low: float, high: float) -> tuple[float, float]:
    lacks = max(0.0, GRAIN - (high - low) / 2)
    return max(0.0, low - lacks), min(1.0, high + lacks)


class _Rows:
    """Rows that give what is named."""

    def __init__(self, known: Knowledge) -> None:
        self._known, self._blank, self._first = known, known.blank, known.first

    def issue(self, issue: str) -> Issue:
        return self._known.issues[self._blank.place(issue)]

    def option(self, issue: str, option: str) -> Vector:
        start = self._first[self._blank.place(issue)]
        return self._unit([start + self._blank.option(issue, option)])

    def weight(self, issue: str) -> Vector:
        return self._unit([self._first[-1] + self._blank.place(issue)])

    def reservation(self) -> Vector:
        return self._unit([-1])

    def package(self, choices: Choices) -> Vector:
        package = self._known.package(choices)
        return self._unit([s + o for s, o in zip(self._first[:-1], package, strict=True)])

    def _unit(self, places: list[int]) -> Vector:
        row = np.zeros(self._first[-1] + len(self._first))
        row[places] = 1
        return row


def _ordered(
    known: Knowledge, told: list[Statement]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.int64]]:
    """Return which options come before, and after, all others of their issue, and their ranks."""
    best, worst = np.zeros(known.first[-1], dtype=bool), np.zeros(known.first[-1], dtype=bool)
    rank = np.full(known.first[-1], -1)
    for place, issue in enumerate(known.issues):
        said = [s for s in told if isinstance(s, Prefers | Order | Ends) and s.issue == issue.issue]
        # The only option of an issue is its best and its worst, which says nothing of its value.
        if not said or len(issue.options) == 1:
            continue
        part = slice(known.first[place], known.first[place + 1])
        over = np.eye(len(issue.options), dtype=bool)
        for better, worse in (pair for s in said for pair in before(s, issue.options)):
            over[issue.options.index(better), issue.options.index(worse)] = True
        over = _closed(over)
        best[part], worst[part] = over.all(axis=1), over.all(axis=0)
        above, below = over.sum(axis=1) - 1, over.sum(axis=0) - 1
        rank[part] = np.where(above + below > 0, above, -1)
    return best, worst, rank


def _closed(over: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the relation with everything that follows from it in several steps."""
    while True:
        further = (over.astype(np.float32) @ over.astype(np.float32)) > 0
        if (further == over).all():
            return over
        over = further


class Program:
    """Linear programs over one polytope; each further question starts where the last one ended."""

    def __init__(self, shape: Polytope) -> None:
        self._solver: Any = pywraplp.Solver.CreateSolver("GLOP")
        self._solver.SetSolverSpecificParametersAsString(
            f"primal_feasibility_tolerance: {PRECISION} dual_feasibility_tolerance: {PRECISION}"
        )
        shares = [self._solver.NumVar(0, 1, "") for _ in range(shape.options + shape.issues)]
        self._point = [*shares, self._solver.NumVar(*shape.reach, "")]
        self._solver.Add(sum(self._point[shape.options : -1]) == 1)
        for option, issue in enumerate(shape.issue_of.tolist()):
            self._tie(shape, option, shape.options + issue)
        self._conditions = [
            self._at_most(row, limit)
            for row, limit in zip(shape.rows, shape.limits.tolist(), strict=True)
        ]
        self._objective = self._solver.Objective()

    def _tie(self, shape: Polytope, option: int, weight: int) -> None:
        if shape.worst[option]:
            self._point[option].SetUb(0)
        least = 0.0 if shape.best[option] else -self._solver.infinity()
        tie = self._solver.Constraint(least, 0)
        tie.SetCoefficient(self._point[option], 1)
        tie.SetCoefficient(self._point[weight], -1)

    def _at_most(self, row: Vector, limit: float) -> Any:  # noqa: ANN401 - the solver has no types
        condition = self._solver.Constraint(-self._solver.infinity(), limit)
        for place in np.flatnonzero(row).tolist():
            condition.SetCoefficient(self._point[place], float(row[place]))
        return condition

    def least(self, row: Vector) -> float:
        """Return the least that a row gives over all consistent preferences.

        Minus infinity, which proves nothing, if the solver finds none.
        """
        return float(self._objective.Value()) if self._solved(row, most=False) else -math.inf

    def most(self, row: Vector) -> float:
        """Return the most that a row gives, as `least`."""
        return float(self._objective.Value()) if self._solved(row, most=True) else math.inf

    def _solved(self, row: Vector, *, most: bool) -> bool:
        self._objective.Clear()
        for place in np.flatnonzero(row).tolist():
            self._objective.SetCoefficient(self._point[place], float(row[place]))
        self._objective.SetOptimizationDirection(most)
        return bool(self._solver.Solve() == pywraplp.Solver.OPTIMAL)

    def vertex(self, row: Vector) -> Vector:
        """Return a consistent preference at which a row gives its most; there must be one."""
        self._solved(row, most=True)
        return np.array([variable.solution_value() for variable in self._point])


def feasible(shape: Polytope) -> bool:
    """Whether there is any consistent preference.

    Asks how much all conditions would have to give way: a solver that is asked for any solution at
    all may call a conflict as small as `MARGIN` none.
    """
    return _Yielding(shape).needed <= 10 * PRECISION


def inside(shape: Polytope) -> Vector:
    """Return a consistent preference as far from all limits as one number can say.

    On the limits themselves where what is known leaves no room. There must be one.
    """
    program = _Roomy(shape)
    return program.vertex(program.room)


class _Yielding(Program):
    """The same polytope with one more unknown: by how much all conditions give way."""

    def __init__(self, shape: Polytope) -> None:
        super().__init__(shape)
        given = self._solver.NumVar(0, 2, "")  # shares are at most 1 apart, so 2 is always enough
        for condition in self._conditions:
            condition.SetCoefficient(given, -1)
        self._point.append(given)

    @property
    def needed(self) -> float:
        """By how much conditions must give way; infinity where that would not help."""
        # In a circle, every option is the best and the worst, and nothing is left to have weight.
        given = np.eye(len(self._point))[-1]
        return float(self._objective.Value()) if self._solved(given, most=False) else math.inf


class _Roomy(Program):
    """The same polytope with one more unknown: what all conditions have to spare."""

    def __init__(self, shape: Polytope) -> None:
        super().__init__(shape)
        spare = self._solver.NumVar(-TOLERANCE, 1, "")  # a hair less than nothing is rounding
        for condition in self._conditions:
            condition.SetCoefficient(spare, 1)
        for option, issue in enumerate(shape.issue_of.tolist()):
            if not shape.worst[option]:
                self._spare(self._point[option], None, spare)
            if not shape.best[option]:
                self._spare(self._point[shape.options + issue], self._point[option], spare)
        low, high = shape.reach
        if low < high:  # else there is one reservation value, and it has nothing to spare
            self._solver.Add(self._point[-1] - spare >= low)
            self._solver.Add(self._point[-1] + spare <= high)
        self._point.append(spare)
        self.room = np.zeros(len(self._point))
        self.room[-1] = 1

    def _spare(self, more: Any, less: Any, spare: Any) -> None:  # noqa: ANN401 - as above
        room = self._solver.Constraint(0, self._solver.infinity())
        room.SetCoefficient(more, 1)
        room.SetCoefficient(spare, -1)
        if less is not None:
            room.SetCoefficient(less, -1)

    def vertex(self, row: Vector) -> Vector:
        """Return the point without the further unknown."""
        return super().vertex(row)[:-1]
