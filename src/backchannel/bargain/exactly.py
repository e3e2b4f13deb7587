"""Numbers as a file writes them, brought to whole units where there are common ones.

A tenth is written 0.1 and meant exactly; as a binary number it is another one, and ties and sums
are wrong by a hair. Readers therefore hold fractions until a party's whole profile is known, and
then multiply all of it by one unit. Where no unit up to `MAX_UNIT` will do, the profile stays real.

>>> unit = common_unit([exact(0.1), exact("0.25"), exact(3)])
>>> unit, [in_units(value, unit) for value in (exact(0.1), exact("0.25"), exact(3))]
(20, [2, 5, 60])
>>> Draft(party="north", rows=[[exact(0), exact(0.5)]], reservation=exact(2)).off_scale()
'2 is off the scale: packages are worth 0 to 0.5 to this party; write it on the same scale as them'
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from backchannel.bargain.model import MAX_VALUE, Choices, Number, Profile, Term

MAX_UNIT = 10**6


def exact(value: float | str) -> Fraction:
    """Return a finite number as it is written, not its binary neighbour."""
    return Fraction(Decimal(value if isinstance(value, str) else repr(value)))


def common_unit(values: Iterable[Fraction]) -> int | None:
    """Return how many units make a point so that all is whole; None: too many, points it is."""
    unit, highest = 1, Fraction(0)
    for value in values:
        unit, highest = math.lcm(unit, value.denominator), max(highest, abs(value))
        if unit > MAX_UNIT:
            return None
    return unit if highest * unit <= MAX_VALUE else None


def in_units(value: Fraction, unit: int | None) -> Number:
    """Return a value in whole units, or as a floating-point number of points."""
    return float(value) if unit is None else int(value * unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a file says of one party, in points, before its unit is known.

    `rounding`: the most by which the grids of real ranges can misjudge a package, in points.
    """

    party: str
    rows: Sequence[Sequence[Fraction]]
    reservation: Fraction
    terms: Sequence[tuple[Choices, Fraction]] = ()
    rounding: Fraction = Fraction(0)

    @property
    def lowest(self) -> Fraction:
        """What no package can be worth less than."""
        return sum(map(min, self.rows), Fraction(0)) + sum(v for _, v in self.terms if v < 0)

    @property
    def highest(self) -> Fraction:
        """What no package can be worth more than."""
        return sum(map(max, self.rows), Fraction(0)) + sum(v for _, v in self.terms if v > 0)

    def off_scale(self) -> str | None:
        """Say why the reservation value was plainly written on another scale than the values."""
        if self.reservation > self.highest or self.reservation < min(self.lowest, Fraction(0)):
            return (
                f"{float(self.reservation):g} is off the scale: packages are worth "
                f"{float(self.lowest):g} to {float(self.highest):g} to this party; write it on "
                "the same scale as them"
            )
        return None

    def profile(self) -> Profile:
        """Return the profile, in whole units if there are any. Raises: MalformedError."""
        values = [value for row in self.rows for value in row]
        unit = common_unit([self.reservation, *values, *(value for _, value in self.terms)])
        rounding = self.rounding * (unit or 1)
        return Profile(
            party=self.party,
            values=tuple(tuple(in_units(value, unit) for value in row) for row in self.rows),
            reservation=in_units(self.reservation, unit),
            terms=tuple(_term(choices, in_units(value, unit)) for choices, value in self.terms),
            unit=unit or 1,
            rounding=float(rounding) if unit is None else math.ceil(rounding),
        )


def _term(choices: Choices, value: Number) -> Term:
    names, options = zip(*choices, strict=True) if choices else ((), ())
    return Term(issues=names, values={options: value})
