"""A space as a program for a solver of whole numbers: works on issues, so no block is ever listed.

Each option is a yes or no, one yes for each issue; rules and terms become clauses. A party's gain
over its reservation value is a sum of whole numbers: the exact one, where its values have a common
denominator that fits, else rounded down by less than `off` in all; so it is where sums of
floating-point numbers, as the model forms them, can differ from the exact ones. What the solver
proves of the rounded sums plus `off` holds for those of the model.

One worker and a fixed seed: the same space gives the same answer, unless the time runs out first.

>>> from backchannel.bargain.model import Issue, Profile, Space
>>> issue = Issue(issue="pause", options=("10 days", "30 days"))
>>> north = Profile(party="north", values=((0.5, 4.25),), reservation=1.0)
>>> made = Program(Space(issues=(issue,), profiles=(north,)), Clock(5.0))
>>> made.gains[0].factor, made.gains[0].off
(Fraction(4, 1), 0)
>>> made.best(made.gains[0].expression)
Answer(package=(1,), value=13, bound=13, proved=True)

Source: CP-SAT of OR-Tools, https://developers.google.com/optimization/cp/cp_solver.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ortools.sat.python import cp_model

from backchannel.bargain.model import Choices, Forbidden, Number, Package, Profile, Space

FINE = 2**32  # whole numbers that a party's range may need
# Where values have to be rounded anyway: with longer numbers the solver's bounds stay far off.
ROUGH = 2**22
FAR = 2**45  # and what lies between its range and its reservation value
BLUR = 2**16  # whole numbers by which sums may differ
EVERY = 2**53  # whole numbers up to here are floating-point numbers too
SEED = 20_261_123

_FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE)
_ENDED = (cp_model.OPTIMAL, cp_model.INFEASIBLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What a party gains, for the solver.

    The gain that the model tells, in units, times `factor`, is at least `expression` and at most
    `off` more. `low`, `high`: ends of the expression.
    """

    expression: Any
    factor: Fraction
    off: int
    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What a gain is the sum of, in units: the base and each part whose yes is chosen.

    `single` are of one option, `joint` of several. `highest`: sum of the best of each issue.
    `pieces`: how many add up in a package. `blurred`: how far the model's sum may be off.
    """

    base: Fraction
    single: list[tuple[Any, Fraction]]
    joint: list[tuple[Any, Fraction]]
    highest: Fraction
    pieces: int
    blurred: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was found, and what is proved: no package has an objective above `bound`.

    `package` None and `proved`: there is none. Neither: the time ran out first.
    """

    package: Package | None
    value: int
    bound: Number
    proved: bool


@dataclass(slots=True)
class Clock:
    """The seconds that are left for all programs together, as the solver measures them."""

    left: float


class Program:
    """The packages that the rules leave; with `zone`, those that all accept. Can be narrowed.

    `share`: of the time on the clock, for this program.
    """

    def __init__(
        self, space: Space, clock: Clock, *, share: float = 1.0, zone: bool = True
    ) -> None:
        self.space, self.clock, self._zone = space, clock, zone
        self._until = clock.left * (1 - share)
        self.model: Any = cp_model.CpModel()
        self._chosen = [
            [self.model.new_bool_var("") for _ in issue.options] for issue in space.issues
        ]
        for row in self._chosen:
            self.model.add_exactly_one(row)
        for rule in space.rules:
            if isinstance(rule, Forbidden):
                self.model.add_bool_or(self._not_all(rule.choices))
                continue
            for then in self._all(rule.then):
                self.model.add_bool_or([then, *self._not_all(rule.when)])
        self._parts = [self._part(profile) for profile in space.profiles]
        self.gains = tuple(
            self.weighed(party, _factor(parts)) for party, parts in enumerate(self._parts)
        )
        for gain in self.gains if zone else ():
            self.model.add(gain.expression >= -gain.off)

    def best(self, objective: Any, *, share: float = 1.0) -> Answer:  # noqa: ANN401 - untyped
        """Return a package with the greatest objective, within a share of its time left."""
        self.model.maximize(objective)
        until = self._until + (self.clock.left - self._until) * (1 - share)
        while self.clock.left > until:
            solver: Any = cp_model.CpSolver()
            solver.parameters.num_workers = 1
            solver.parameters.random_seed = SEED
            # Simplified first, 9.15 calls worse packages optimal than there are, where numbers are
            # beyond 2**31: https://github.com/google/or-tools/issues/5293. Switching off the one
            # step that is named there leaves other wrong ones; tests hold cases of both.
            solver.parameters.cp_model_presolve = False
            solver.parameters.max_time_in_seconds = self.clock.left - until
            status = solver.solve(self.model)
            self.clock.left -= solver.wall_time
            if status == cp_model.MODEL_INVALID:
                raise ArithmeticError(f"the solver refuses the model: {self.model.validate()}")
            if status not in _FOUND:
                bound = -math.inf if status in _ENDED else math.inf
                return Answer(package=None, value=0, bound=bound, proved=status in _ENDED)
            package = tuple(
                next(place for place, yes in enumerate(row) if solver.boolean_value(yes))
                for row in self._chosen
            )
            if self._zone and not self.space.acceptable(package):
                # Only where values are rounded: within `off` of a reservation value, but below it.
                self._without(package)
                continue
            self.hint(package)
            value, proved = solver.value(objective), status == cp_model.OPTIMAL
            # The solver tells its bound as a floating-point number.
            told = math.ceil(math.nextafter(solver.best_objective_bound, math.inf))
            bound = value if proved else max(value, told)
            return Answer(package=package, value=value, bound=bound, proved=proved)
        return Answer(package=None, value=0, bound=math.inf, proved=False)

    def hint(self, package: Package) -> None:
        """Let the solver begin with a package."""
        self.model.clear_hints()
        for row, kept in zip(self._chosen, package, strict=True):
            for place, yes in enumerate(row):
                self.model.add_hint(yes, place == kept)

    def _without(self, package: Package) -> None:
        chosen = (row[place] for row, place in zip(self._chosen, package, strict=True))
        self.model.add_bool_or([~yes for yes in chosen])

    def _all(self, choices: Choices) -> list[Any]:
        space = self.space
        return [self._chosen[space.place(i)][space.option(i, o)] for i, o in choices]

    def _not_all(self, choices: Choices) -> list[Any]:
        return [~yes for yes in self._all(choices)]

    def _together(self, choices: Choices) -> Any:  # noqa: ANN401 - the solver has no types
        """Return a yes or no that stands for all of these choices."""
        both = self.model.new_bool_var("")
        self.model.add_bool_or([both, *self._not_all(choices)])
        for yes in self._all(choices):
            self.model.add_implication(both, yes)
        return both

    def weighed(self, party: int, factor: Fraction) -> Gain:
        """Return a party's gain, times a factor: as fine as the factor makes it."""
        parts = self._parts[party]
        blur = math.ceil(parts.blurred * factor)
        start = math.floor(parts.base * factor) - blur
        ends = [math.floor(value * factor) for _, value in parts.joint]
        values = [value for _, value in parts.single + parts.joint]
        exact = all((value * factor).denominator == 1 for value in (parts.base, *values))
        return Gain(
            expression=start
            + sum(math.floor(value * factor) * yes for yes, value in parts.single + parts.joint),
            factor=factor,
            off=2 * blur + (0 if exact else parts.pieces),
            low=start + sum(end for end in ends if end < 0),
            high=start + math.floor(parts.highest * factor) + sum(end for end in ends if end > 0),
        )

    def _part(self, profile: Profile) -> _Parts:
        rows = [[Fraction(value) for value in row] for row in profile.values]
        return _Parts(
            # Only differences within an issue are for the solver: a common height would outgrow it.
            base=sum(map(min, rows)) - Fraction(profile.reservation),
            single=[
                (yes, value - min(row))
                for chosen, row in zip(self._chosen, rows, strict=True)
                for yes, value in zip(chosen, row, strict=True)
            ],
            joint=[
                (self._together(tuple(zip(term.issues, options, strict=True))), Fraction(value))
                for term in profile.terms
                for options, value in term.values.items()
            ],
            highest=sum((max(row) - min(row) for row in rows), Fraction(0)),
            pieces=1 + len(rows) + len(profile.terms),
            blurred=_blurred(profile),
        )


def _factor(parts: _Parts) -> Fraction:
    """Return by what values are multiplied: to become whole, if numbers that fit can do that."""
    values = [parts.base, *(value for _, value in parts.single + parts.joint)]
    size = parts.highest + sum(abs(value) for _, value in parts.joint)
    common = Fraction(math.lcm(*(value.denominator for value in values)))
    if size * common > FINE or abs(parts.base) * common > FAR:
        common = 1 / max(size / FINE, abs(parts.base) / FAR)
    return min(common, BLUR / parts.blurred) if parts.blurred else common


def _blurred(profile: Profile) -> Fraction:
    """Return by how much the model's sums can differ from the exact ones, in units."""
    if profile.whole:
        return Fraction(0)
    terms = [max(map(abs, term.values.values()), default=0) for term in profile.terms]
    summed = [Fraction(max(map(abs, row))) for row in profile.values] + [*map(Fraction, terms)]
    longest = sum(summed, Fraction(0))
    finest = max(Fraction(value).denominator for value in _numbers(profile))
    if longest * finest <= EVERY:
        return Fraction(0)  # no sum on the way has more digits than a floating-point number
    return (longest + abs(Fraction(profile.reservation))) * (len(summed) + 2) / EVERY


def _numbers(profile: Profile) -> Iterator[Number]:
    yield from (value for row in profile.values for value in row)
    yield from (value for term in profile.terms for value in term.values.values())
