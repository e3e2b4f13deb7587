"""The greatest least share, then the next least: for a program of whole numbers.

A share is a gain times a weight, both fractions. Where the weights have no common denominator that
fits, shares are compared to a part in 2 to the power of 50 of the greatest; the least share itself
is made exact by asking for a package where every share is above it, until there is none.

For the k-th least, k - 1 parties are spared, whichever: the program chooses them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from backchannel.bargain.model import Number, Package, Space
from backchannel.bargain.program import Gain, Program

LONG = 2**50  # the greatest weighed gain
SHORT = 2**30  # and where gains are rounded

Weights = Sequence[tuple[int, Fraction]]  # by the parties' places, for units; all above 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """Shares as whole numbers: each is at least `numbers` over `scale`, and `off` more at most."""

    numbers: list[Any]
    off: list[int]
    scale: Fraction
    low: int
    high: int


def gains_of(space: Space, package: Package) -> list[Fraction]:
    """Return what each party gains over its reservation value, in units."""
    pairs = zip(space.utilities(package), space.profiles, strict=True)
    return [Fraction(utility) - Fraction(profile.reservation) for utility, profile in pairs]


def least(space: Space, package: Package, weights: Weights) -> Fraction:
    """Return the least share; 1 where nobody is weighed."""
    gains = gains_of(space, package)
    return min((gains[party] * weight for party, weight in weights), default=Fraction(1))


def leximin(
    program: Program, start: Package, weights: Weights
) -> tuple[Package, Number | Fraction]:
    """Return the package with the greatest least share, and a share that no package is above.

    Ties are broken by the next least. Narrows the program to packages as good by the least share.
    """
    shares = weighed(program, weights)
    lowest = program.model.new_int_var(min(0, shares.low), max(0, shares.high), "")
    for number, off in zip(shares.numbers, shares.off, strict=True):
        program.model.add(lowest <= number + off)
    answer = program.best(lowest)
    package = answer.package or start
    bound: Number | Fraction = math.inf
    if math.isfinite(answer.bound):
        bound = Fraction(answer.bound) / shares.scale
    if any(shares.off) and answer.proved:
        package, bound = _raised(program, (package, bound), weights)
    reached = least(program.space, package, weights)
    for party, weight in weights:
        gain = program.gains[party]
        need = reached * gain.factor / weight
        program.model.add(gain.expression + gain.off >= math.ceil(need))
    if not answer.proved:
        return package, bound
    return _onwards(program, package, shares, first=2), bound


def greatest_sum(
    program: Program, start: Package, weights: Weights
) -> tuple[Package, Number | Fraction]:
    """Return the package with the greatest sum of shares, and a sum that none is above.

    Narrows the program to packages with as great a sum.
    """
    shares = weighed(program, weights)
    total = sum(shares.numbers)
    answer = program.best(total)
    if answer.package is None:
        return start, math.inf
    program.model.add(total >= answer.value)
    return answer.package, Fraction(answer.bound + sum(shares.off)) / shares.scale


def settle(program: Program, package: Package, weights: Weights) -> Package:
    """Break ties in a narrowed program: by the least shares, then by the first party's gain."""
    package = _onwards(program, package, weighed(program, weights), first=1)
    return program.best(program.gains[0].expression).package or package


def _raised(
    program: Program, best: tuple[Package, Number | Fraction], weights: Weights
) -> tuple[Package, Number | Fraction]:
    """Return the package after which no package has every share above its least, if that ends."""
    package, bound = best
    while True:
        reached = least(program.space, package, weights)
        above = program.model.new_bool_var("")
        for party, weight in weights:
            gain = program.gains[party]
            need = math.floor(reached * gain.factor / weight) + 1
            program.model.add(gain.expression + gain.off >= need).only_enforce_if(above)
        answer = program.best(above)
        if answer.proved and not answer.value:
            return package, reached
        if answer.package is None or least(program.space, answer.package, weights) <= reached:
            return package, bound
        package = answer.package


def _onwards(program: Program, package: Package, shares: Weighed, *, first: int) -> Package:
    """Maximise the least share but `first` - 1, the next least, ..., each within the earlier ones.

    Not the sums of the k least, which are linear without a yes or no for who is spared: the solver
    approaches their wide variables one by one, for hours and until no memory is left.
    """
    for spares in range(first - 1, len(shares.numbers)):
        spared = [program.model.new_bool_var("") for _ in shares.numbers]
        program.model.add(sum(spared) == spares)
        lowest = program.model.new_int_var(shares.low, shares.high, "")
        for number, spare in zip(shares.numbers, spared, strict=True):
            program.model.add(lowest <= number).only_enforce_if(~spare)
        answer = program.best(lowest)
        if answer.package is None:
            return package
        package = answer.package
        if not answer.proved:
            return package
        for number, spare in zip(shares.numbers, spared, strict=True):
            program.model.add(number >= answer.value).only_enforce_if(~spare)
    return package


def weighed(program: Program, weights: Weights) -> Weighed:
    """Return the parties' shares as whole numbers: exact ones, if they fit."""
    gains = [program.gains[party] for party, _ in weights]
    pairs = [(weight / gain.factor, gain) for gain, (_, weight) in zip(gains, weights, strict=True)]
    common = Fraction(math.lcm(*(each.denominator for each, _ in pairs)))
    common /= math.gcd(*(int(each * common) for each, _ in pairs)) or 1
    longest = max((weight * _longest(gain) for weight, gain in pairs), default=Fraction(0))
    scale = common if longest * common <= LONG else LONG / longest
    # Not the rounded gains times a rounded weight, which would be coarser than either.
    shares = [program.weighed(party, weight * scale) for party, weight in weights]
    return Weighed(
        numbers=[share.expression for share in shares],
        off=[share.off for share in shares],
        scale=scale,
        low=min((share.low for share in shares), default=0),
        high=max((share.high + share.off for share in shares), default=0),
    )


def _longest(gain: Gain) -> int:
    return max(abs(gain.low), abs(gain.high)) + gain.off
