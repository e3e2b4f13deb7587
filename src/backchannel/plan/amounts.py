"""What a step costs its giver and is worth to its receiver: numbers, ranges, or only sizes.

Sums are exact: every number is a fraction of whole numbers, as it was written. A size stands for
a range on a scale from 0 to 10; which one is a convention: what rests on it is illustrative.

>>> amount("2.5"), Size.MEDIUM.amount
(Amount(low=Fraction(5, 2), high=Fraction(5, 2)), Amount(low=Fraction(4, 1), high=Fraction(6, 1)))
>>> (amount("1", "3") + amount("2")).middle
Fraction(4, 1)
"""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from backchannel.plan.errors import MalformedError

MAX_AMOUNT = 10**9
MAX_DENOMINATOR = 10**6


@dataclass(frozen=True, slots=True, order=True)
class Amount:
    """From `low` to `high`; one number where both are the same."""

    low: Fraction
    high: Fraction

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        if not 0 <= self.low <= self.high <= MAX_AMOUNT:
            raise MalformedError(
                f"from {float(self.low):g} to {float(self.high):g} is no amount; the first is 0 or "
                f"more, the second is not below it, and neither is above {MAX_AMOUNT:,}"
            )
        if max(self.low.denominator, self.high.denominator) > MAX_DENOMINATOR:
            raise MalformedError("an amount has at most six decimals")

    def __add__(self, other: "Amount") -> "Amount":
        """The sum, if each can be anywhere in its range."""
        return Amount(self.low + other.low, self.high + other.high)

    @property
    def middle(self) -> Fraction:
        """Half way between the ends."""
        return (self.low + self.high) / 2

    @property
    def known(self) -> bool:
        """Whether it is one number."""
        return self.low == self.high


def amount(low: str | float, high: str | float | None = None) -> Amount:
    """Return an amount from numbers as they are written. Raises: MalformedError."""
    return Amount(_exact(low), _exact(low if high is None else high))


def _exact(value: str | float) -> Fraction:
    try:
        # By way of its shortest decimal: 0.1 is a tenth, as it was meant.
        return Fraction(str(value))
    except (ValueError, ZeroDivisionError) as error:
        raise MalformedError(f"{str(value)[:40]!r} is no number") from error


NOTHING = amount(0)


class Size(Enum):
    """A size where no number is given: which part of a scale from 0 to 10 it stands for."""

    NONE = (0, 0)
    SMALL = (1, 3)
    MEDIUM = (4, 6)
    LARGE = (7, 10)

    @property
    def amount(self) -> Amount:
        """The range it stands for."""
        return amount(*self.value)
