"""Who is exposed when, by how much, and what must stand behind a plan so that it is kept.

- Exposure E_X(t): what side X has given after t events, at its cost, less what it has received, at
  its worth. It is what X regrets if the others stop now. Its greatest value is the *worst*.
- Surplus of X: -E_X(end), what X has of the whole plan.
- Temptation T_X(t) = max(0, E_X(end) - E_X(t)): what X saves by stopping now. Its greatest value is
  the *stake*: what X must lose by stopping (a deposit, a reputation) so that it does not stop.
- Self-enforcing: no side is ever tempted, so that no stake is needed.

Ranges are exact, not merely safe: E(t) is a sum of changes that have happened, T(t) of those that
are still to come, and each change is in it once; the greatest over t is lowest where every change
is at its low end, and highest where every change is at its high end. If a side gives more than the
whole is worth to it, it ends exposed: no order repairs that.

>>> from backchannel.plan.model import Change
>>> curve([Change(Fraction(3), Fraction(5)), Change(Fraction(-4), Fraction(-4))]).peak
Peak(at=1, low=Fraction(3, 1), middle=Fraction(4, 1), high=Fraction(5, 1))

Source: Sandholm and Lesser (1995), "Equilibrium analysis of the possibilities of unenforced
exchange in multiagent systems", IJCAI: an exchange is safe if no party is ever better off by
leaving it. The stake as a hostage: Williamson (1983), "Credible Commitments: Using Hostages to
Support Exchange", American Economic Review 73.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from backchannel.plan.model import STILL, Change, Move, Order, Plan

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Level:
    """Where a curve stands: at least, at most, and half way between."""

    low: Fraction
    middle: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """The greatest value of a curve, and after how many events it is first reached.

    `at` is where the middles are highest; `low` and `high` are the range of the greatest value,
    which can be reached elsewhere when values are at an end of their ranges.
    """

    at: int
    low: Fraction
    middle: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A value over a plan: `levels[t]` after t events, so one more than there are events."""

    levels: tuple[Level, ...]

    @property
    def peak(self) -> Peak:
        """The greatest value, the first of equal ones."""
        middles = [level.middle for level in self.levels]
        highest = max(middles)
        return Peak(
            at=middles.index(highest),
            low=max(level.low for level in self.levels),
            middle=highest,
            high=max(level.high for level in self.levels),
        )

    @property
    def end(self) -> Level:
        """Where it stands after the last event."""
        return self.levels[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideExposure:
    """One side over a plan."""

    side: str
    exposure: Curve
    temptation: Curve

    @property
    def worst(self) -> Peak:
        """The moment at which it would lose most if the others stopped."""
        return self.exposure.peak

    @property
    def stake(self) -> Peak:
        """The moment at which it would save most by stopping, and how much."""
        return self.temptation.peak

    @property
    def surplus(self) -> Level:
        """What it has of the whole plan: below 0 if it gives more than it receives."""
        end = self.exposure.end
        return Level(-end.high, -end.middle, -end.low)

    @property
    def ends_worst(self) -> bool:
        """Whether it surely gives more than it receives, and the end is its worst point.

        That no order is better: in every order the whole has been given and received at the end.
        """
        end = self.exposure.end
        return end.low > 0 and end.middle == self.worst.middle


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """All sides over a plan, event by event. `unvalued`: the steps that count for nothing."""

    moves: tuple[Move, ...]
    sides: Mapping[str, SideExposure]
    unvalued: tuple[str, ...]

    @property
    def worst(self) -> SideExposure:
        """The side whose worst moment is the worst of all; the first named of equal ones.

        It compares points of several sides, which only one scale for all of them allows.
        """
        return max(self.sides.values(), key=lambda each: each.worst.middle)

    @property
    def self_enforcing(self) -> bool | None:
        """Whether no side is ever tempted to stop; None where that depends on the ranges."""
        stakes = [each.stake for each in self.sides.values()]
        if not any(stake.high for stake in stakes):
            return True
        # All sides are least tempted at one and the same place of the ranges, where every cost is
        # lowest and every worth highest: so all can be at their lowest together.
        return False if any(stake.low for stake in stakes) else None

    def event(self, at: int) -> tuple[str, ...]:
        """Return the steps of the event that ends at a moment; none at the start."""
        return tuple(step.id for step in self.moves[at - 1].steps) if at else ()


def exposure(plan: Plan, order: Order | None = None, *, apart: bool = False) -> Exposure:
    """Return the exposures in an order, or as planned. `apart`: every step by itself.

    Raises:
        MalformedError: the order does not have each step once.
    """
    moves = plan.moves(order, apart=apart)
    return Exposure(
        moves=moves,
        sides={side: _side(side, [move.changes[side] for move in moves]) for side in plan.sides},
        unvalued=plan.unvalued,
    )


def curve(changes: Iterable[Change]) -> Curve:
    """Return the exposure over some events, from 0: the sums of what each changes."""
    at, levels = STILL, [_level(STILL)]
    for change in changes:
        at += change
        levels.append(_level(at))
    return Curve(levels=tuple(levels))


def temptation(changes: Sequence[Change]) -> Curve:
    """Return what would be saved by stopping: the sum of what is still to come, if above 0."""
    later = curve(reversed(changes)).levels
    return Curve(
        levels=tuple(
            Level(max(_ZERO, each.low), max(_ZERO, each.middle), max(_ZERO, each.high))
            for each in reversed(later)
        )
    )


def _side(side: str, changes: list[Change]) -> SideExposure:
    return SideExposure(side=side, exposure=curve(changes), temptation=temptation(changes))


def _level(change: Change) -> Level:
    return Level(change.low, change.middle, change.high)
