"""The smallest concession that opens an empty zone, for a program of whole numbers.

Source: as in `zopa`.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction

from backchannel.bargain.errors import MalformedError
from backchannel.bargain.leximin import gains_of, weighed
from backchannel.bargain.model import Package, Space
from backchannel.bargain.program import Answer, Clock, Program
from backchannel.bargain.zopa import Opening

_PART, _HALF = 0.1, 0.5  # of the time that is left

Measure = Callable[[Iterable[Fraction]], Fraction | int]


def openings(space: Space, clock: Clock) -> tuple[Opening, Opening] | None:
    """Return the concessions with the smallest sum, and with the smallest greatest one.

    None: the time ran out before a package was looked at.

    Raises:
        MalformedError: the rules leave no package.
    """
    program = Program(space, clock, zone=False)
    widths = _widths(program)
    if widths is None:
        return None
    weights = [1 / width for width in widths]
    shares = weighed(program, list(enumerate(weights)))
    longest = max(0, -shares.low)
    lacks = [program.model.new_int_var(0, longest, "") for _ in weights]
    greatest = program.model.new_int_var(0, longest, "")
    for number, off, lack in zip(shares.numbers, shares.off, lacks, strict=True):
        program.model.add(lack >= -number - off)
        program.model.add(greatest >= lack)
    total = sum(lacks)
    smallest = program.best(-total, share=_HALF)
    even = program.best(-greatest, share=_HALF)
    if smallest.package is None or even.package is None:
        return None
    program.model.add(greatest <= -even.value)
    package = program.best(-total).package or even.package
    return (
        _made(space, smallest.package, weights, (sum, smallest, shares.scale)),
        _made(space, package, weights, (max, even, shares.scale)),
    )


def _widths(program: Program) -> list[Fraction] | None:
    """Return what lies between each party's worst and best package; None: not found in time."""
    widths = []
    for party, gain in enumerate(program.gains):
        ends = [program.best(sign * gain.expression, share=_PART) for sign in (1, -1)]
        if not all(end.proved for end in ends):
            return None
        found = [gains_of(program.space, end.package)[party] for end in ends if end.package]
        if not found:
            raise MalformedError("the rules leave no package at all; loosen one of them")
        best, worst = found
        # A party to which all packages are alike has no range: its units are counted as they are.
        widths.append((best - worst) or Fraction(1))
    return widths


def _made(
    space: Space, package: Package, weights: list[Fraction], by: tuple[Measure, Answer, Fraction]
) -> Opening:
    measure, answer, scale = by
    lacks = [max(-gain, Fraction(0)) for gain in gains_of(space, package)]
    share = measure([lack * weight for lack, weight in zip(lacks, weights, strict=True)])
    pairs = zip(space.profiles, weights, strict=True)
    # Between the places of a grid that stands for real numbers a package may be better.
    missed = measure([Fraction(profile.rounding) * weight for profile, weight in pairs])
    least = -Fraction(answer.bound) / scale - missed
    return Opening(
        package=package,
        utilities=space.utilities(package),
        concessions=tuple(int(x) if space.whole else float(x) for x in lacks),
        share=float(share),
        gap=float(max(Fraction(0), share - max(least, Fraction(0)))),
    )
