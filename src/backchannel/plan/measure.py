"""What is compared between orders: exposures by side in one unit, the stake, and the rounds.

In `POINTS` exposures are compared as they stand in the plan, which claims one scale for all sides.
In `SHARE` each side's are divided by all that the side is to receive (by all that it gives, if it
receives nothing): no common scale is needed, and 1 is everything it was promised.

Source: exposure E as cost given less worth received; temptation to stop E(end) - E(t), where it is
above 0; the stake is its maximum. Sandholm and Lesser (1995).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from backchannel.plan.course import Course
from backchannel.plan.model import Change, Plan
from backchannel.plan.rounds import NOBODY, SEVERAL, rounds
from backchannel.plan.task import Track

ZERO = Fraction(0)


class Measure(Enum):
    """In what the exposures of several sides are compared."""

    POINTS = "points"
    SHARE = "share"

    @property
    def words(self) -> str:
        """As it is said on the screen."""
        return "points" if self is Measure.POINTS else "of all that the side is to receive"


class By(Enum):
    """What a range counts as."""

    MIDDLE = "middle"
    HIGH = "high"

    def of(self, change: Change) -> Fraction:
        """Return the number a change of exposure counts as."""
        return change.middle if self is By.MIDDLE else change.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What an order comes to: by side the greatest exposure and the stake, and the rounds."""

    exposures: Mapping[str, Fraction]
    stakes: Mapping[str, Fraction]
    rounds: int

    @property
    def greatest(self) -> Fraction:
        """The greatest exposure of any side."""
        return max(self.exposures.values())

    @property
    def stake(self) -> Fraction:
        """The greatest stake of any side."""
        return max(self.stakes.values())

    @property
    def key(self) -> tuple[Fraction, Fraction, int]:
        """By what orders are compared: less is better."""
        return self.greatest, self.stake, self.rounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Scales:
    """The exposures of all sides as tracks over the events still to come, in one unit.

    `hands`: by event, the place of the side that gives.
    """

    sides: tuple[str, ...]
    tracks: tuple[Track, ...]
    hands: tuple[int, ...]

    @property
    def temptations(self) -> tuple[Track, ...]:
        """What each side would save by stopping, as tracks."""
        return tuple(
            Track(
                start=track.start + sum(track.changes),
                changes=tuple(-change for change in track.changes),
            )
            for track in self.tracks
        )

    def standing(self, places: Sequence[int]) -> Standing:
        """Return what an order comes to, exactly."""
        pairs = zip(self.sides, self.tracks, self.temptations, strict=True)
        heights = [(side, one.height(places), two.height(places)) for side, one, two in pairs]
        return Standing(
            exposures={side: exposure for side, exposure, _ in heights},
            stakes={side: max(ZERO, stake) for side, _, stake in heights},
            rounds=rounds(self.hands, places),
        )


def scales(plan: Plan, way: Course, measure: Measure, by: By) -> Scales:
    """Return the exposures of what is still to come; they start from what was done."""
    done = [plan.change(plan.by_id[each]) for each in way.done]
    moves = [[plan.change(plan.by_id[each]) for each in event] for event in way.events]
    tracks = []
    for side in plan.sides:
        unit = _unit(plan, side, by) if measure is Measure.SHARE else Fraction(1)
        tracks.append(
            Track(
                start=_sum(done, side, by) / unit,
                changes=tuple(_sum(event, side, by) / unit for event in moves),
            )
        )
    return Scales(sides=plan.sides, tracks=tuple(tracks), hands=_hands(plan, way))


def _sum(changes: Sequence[Mapping[str, Change]], side: str, by: By) -> Fraction:
    return sum((by.of(change[side]) for change in changes), ZERO)


def _unit(plan: Plan, side: str, by: By) -> Fraction:
    moved = [by.of(plan.change(step)[side]) for step in plan.steps]
    received = -sum((each for each in moved if each < 0), ZERO)
    return received or sum(moved, ZERO) or Fraction(1)


def _hands(plan: Plan, way: Course) -> tuple[int, ...]:
    hands = []
    for event in way.events:
        givers = {plan.giver(plan.by_id[each]) for each in event} - {None}
        sides = [place for place, side in enumerate(plan.sides) if side in givers]
        hands.append(SEVERAL if len(sides) > 1 else sides[0] if sides else NOBODY)
    return tuple(hands)
