"""The greatest product of gains, for a program of whole numbers: by straight lines over logarithms.

A product is a sum of logarithms, and a logarithm lies below each line that touches it. The sum of
the lowest lines is maximised and lines that touch at the gains found are added, until what was
found is as good as what is proved. Only whole gains count, so a line is as low as it can be there.

Where no package lets all gain, the most parties that can, and the product of their gains.

Source: lines for a concave function: Kelley, The cutting-plane method for solving convex programs
(1960).
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from backchannel.bargain.leximin import gains_of
from backchannel.bargain.model import Number, Package, Space
from backchannel.bargain.program import Gain, Program

# Parts of one, for logarithms. Coarse ones first: with fine ones alone the solver's bound can stay
# far off for minutes, even in small spaces. Sums of ten of the finest stay exact as floats.
FINE = (2**24, 2**34, 2**44)
STEEP = 2**59  # the greatest product of a line's slope and a gain
LINES = 16  # for each party's logarithm, to begin with
BLUR = 4 / FINE[-1]  # what floating-point logarithms of products are off by, and more
_HALF = 0.5  # of the time that is left

Product = tuple[int, Fraction]  # how many gain, and the product of their gains


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Logarithm:
    """The logarithm of a gain in points, as a variable, and whether there is a gain (None: always).

    `fine`: parts of one. `start`: the logarithm of the least gain that the solver can tell.
    `touched`: gains at which lines touch, as the solver counts them.
    """

    value: Any
    gains: Any
    of: Gain
    fine: int
    start: int
    touched: set[int]

    @property
    def top(self) -> int:
        """The highest gain, as the solver counts it."""
        return max(1, self.of.high + self.of.off)


def product(space: Space, package: Package) -> Product:
    """Return how many parties gain, and the product of their gains, in points."""
    pairs = zip(gains_of(space, package), space.profiles, strict=True)
    positive = [gain / profile.unit for gain, profile in pairs if gain > 0]
    return len(positive), math.prod(positive, start=Fraction(1))


def greatest_product(program: Program, start: Package) -> tuple[Package, Fraction | Number]:
    """Return the package with the greatest product, and a product that no package is above.

    The bound is infinite where it stayed open whether a package lets more parties gain.
    """
    bound: Fraction | Number = math.inf
    gaining = [program.model.new_bool_var("") for _ in program.gains]
    for gain, gains in zip(program.gains, gaining, strict=True):
        program.model.add(gain.expression + gain.off >= 1).only_enforce_if(gains)
    answer = program.best(sum(gaining), share=_HALF)
    best = max(start, answer.package or start, key=lambda each: product(program.space, each))
    count = product(program.space, best)[0]
    program.model.add(sum(gaining) >= count)
    # Lines that hold whatever is chosen bound the solver's relaxation, others hardly do.
    asked = gaining if count < len(gaining) else [None] * count
    for fine in FINE:
        logs = [_logarithm(program, party, each, fine) for party, each in enumerate(asked)]
        best, bound = _narrowed(program, logs, (best, bound))
        if bound == product(program.space, best)[1]:
            break
    able = min(answer.bound, len(gaining))
    return best, bound if product(program.space, best)[0] >= able else math.inf


def _narrowed(
    program: Program, logs: list[_Logarithm], known: tuple[Package, Fraction | Number]
) -> tuple[Package, Fraction | Number]:
    """Return a better package and a lower bound, as far as logarithms in such parts tell."""
    (best, bound), new = known, True
    program.hint(best)
    while new and bound != product(program.space, best)[1]:
        answer = program.best(sum(log.value for log in logs), share=_HALF)
        if answer.package is not None:
            best = max(best, answer.package, key=lambda each: product(program.space, each))
        if math.isfinite(answer.bound):
            reached = product(program.space, best)[1]
            bound = min(bound, _product_below(program, answer.bound / logs[0].fine, reached))
        new = bool(answer.proved and answer.package and _touch(program, logs, answer.package))
    return best, bound


def _logarithm(program: Program, party: int, gains: Any, fine: int) -> _Logarithm:  # noqa: ANN401 - untyped
    gain, unit = program.gains[party], program.space.profiles[party].unit
    start = -math.floor(fine * math.log(gain.factor * unit)) + 1
    top = start + math.ceil(fine * math.log(max(1, gain.high + gain.off))) + 2
    log = _Logarithm(
        value=program.model.new_int_var(min(0, start), max(0, top), ""),
        gains=gains,
        of=gain,
        fine=fine,
        start=start,
        touched=set(),
    )
    if log.gains is not None:
        program.model.add(log.value == 0).only_enforce_if(~log.gains)
    for step in range(LINES + 1):
        _line(program, log, round(log.top ** (step / LINES)))
    return log


def _touch(program: Program, logs: list[_Logarithm], package: Package) -> bool:
    """Add lines that touch at a package's gains; whether there are any new ones."""
    before = sum(len(log.touched) for log in logs)
    for log, gain in zip(logs, gains_of(program.space, package), strict=True):
        at = math.floor(gain * log.of.factor) + log.of.off
        for touching in (at - 1, at):
            _line(program, log, touching)
    return sum(len(log.touched) for log in logs) > before


def _line(program: Program, log: _Logarithm, at: int) -> None:
    """Keep the logarithm below the line through two neighbouring whole gains."""
    if at in log.touched or not 1 <= at <= log.top:
        return
    log.touched.add(at)
    slope = min(round(log.fine * math.log1p(1 / at)), STEEP // max(log.top, log.top - log.of.low))
    # With its slope rounded the line is lifted until it is above the logarithm of each whole gain.
    near = min(log.top, max(1, log.fine // slope)) if slope else log.top
    ends = (near, min(near + 1, log.top))
    height = log.start + math.ceil(max(log.fine * math.log(end) - slope * end for end in ends)) + 1
    line = slope * (log.of.expression + log.of.off) + height
    bounded = program.model.add(log.value <= line)
    if log.gains is not None:
        bounded.only_enforce_if(log.gains)


def _product_below(program: Program, bound: float, reached: Fraction) -> Fraction:
    """Return a product that none is above, from a bound on the sum of logarithms."""
    if not any(gain.off for gain in program.gains):
        # All products are multiples of one number: there is none between this and the next.
        pairs = zip(program.gains, program.space.profiles, strict=True)
        grain = 1 / math.prod((g.factor * p.unit for g, p in pairs), start=Fraction(1))
        if bound < math.log(reached) + math.log1p(grain / reached) - BLUR:
            return reached
    return max(reached, Fraction(math.exp(bound)) * (1 + Fraction(BLUR)))
