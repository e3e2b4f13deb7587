"""Who is credited in public with progress, and how that shifts between two times.

Promises: each name's share has its interval and the number it comes from; a shift is called one
only where the intervals of the two shares do not touch.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from backchannel.channel.folding import fold
from backchannel.watch.beta import jeffreys
from backchannel.watch.claims import Claim
from backchannel.watch.counting import credited, ordered


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One name's share of all credit that was given: how often, of how many, with the interval."""

    times: int
    among: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """Return the share; 0 of none."""
        return self.times / self.among if self.among else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Credited:
    """A name, as first spelled, with its shares before a day and from that day on."""

    name: str
    before: Part
    after: Part
    claims: tuple[Claim, ...]

    @property
    def shifted(self) -> bool:
        """Return whether the shares differ by more than their intervals."""
        return self.before.high < self.after.low or self.after.high < self.before.low


def credit(claims: Iterable[Claim], *, turn: date) -> tuple[Credited, ...]:
    """Return who is credited before a day and since, the most often credited first."""
    known = ordered(claims)
    pairs = credited(known)
    spelled = {fold(name): name for name, _ in reversed(pairs)}
    sides = [
        Counter(fold(name) for name, each in pairs if (each.published >= turn) is late)
        for late in (False, True)
    ]
    order = sorted(spelled, key=lambda key: (-sides[0][key] - sides[1][key], key))
    return tuple(
        Credited(
            name=spelled[key],
            before=_part(sides[0], key),
            after=_part(sides[1], key),
            claims=tuple(each for name, each in pairs if fold(name) == key),
        )
        for key in order
    )


def _part(side: Counter[str], key: str) -> Part:
    times, among = side[key], side.total()
    low, high = jeffreys(times, among) if among else (0.0, 1.0)
    return Part(times=times, among=among, low=low, high=high)
