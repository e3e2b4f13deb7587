"""The bare problem behind an order: quantities that run along it, each held under a height.

A track starts somewhere and every event moves it, one way or the other. Some tracks have a cap that
no order may break; of the others the greatest height is to be as low as possible. Heights are whole
numbers: the exact ones times a common denominator where that fits, else rounded down, so that what
is proved of the rounded heights holds for the exact ones too, and no order is ever called better
than it is: what was found is measured exactly.

>>> task = whole((0, 0), [Track(start=Fraction(0), changes=(Fraction(1, 2), Fraction(-1, 4)))])
>>> task.changes, task.factor, task.heights((0, 1))
(((2,), (-1,)), Fraction(4, 1), (2,))

Source: sequencing to minimise the maximum cumulative cost, Garey and Johnson (1979), SS7.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

FAR = 2**50  # the greatest height as a whole number


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A quantity along the order. `cap`: it never stands above it; None: it is to be held low."""

    start: Fraction
    changes: tuple[Fraction, ...]
    cap: Fraction | None = None

    def height(self, places: Sequence[int]) -> Fraction:
        """Return its greatest height along an order, its start included."""
        at = highest = self.start
        for place in places:
            at += self.changes[place]
            highest = max(highest, at)
        return highest


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A problem in whole numbers: for each event its changes, by track.

    `before`: for each event those it waits for, through others too, as bits. `caps`: None for the
    tracks that are to be held low. `factor`: by what exact heights were multiplied.
    """

    before: tuple[int, ...]
    changes: tuple[tuple[int, ...], ...]
    starts: tuple[int, ...]
    caps: tuple[int | None, ...]
    factor: Fraction

    @property
    def ends(self) -> tuple[int, ...]:
        """Where the tracks stand when all is done."""
        return tuple(
            start + sum(change[track] for change in self.changes)
            for track, start in enumerate(self.starts)
        )

    @property
    def low(self) -> tuple[int, ...]:
        """The tracks that are to be held low."""
        return tuple(track for track, cap in enumerate(self.caps) if cap is None)

    def after(self) -> tuple[int, ...]:
        """Return for each event those that wait for it, as bits."""
        return transposed(self.before)

    def heights(self, places: Sequence[int]) -> tuple[int, ...]:
        """Return the greatest height of each track along an order."""
        at, highest = list(self.starts), list(self.starts)
        for place in places:
            for track, change in enumerate(self.changes[place]):
                at[track] += change
                highest[track] = max(highest[track], at[track])
        return tuple(highest)

    def height(self, places: Sequence[int]) -> int:
        """Return the greatest height of the tracks that are to be held low."""
        heights = self.heights(places)
        return max(heights[track] for track in self.low)


def whole(before: tuple[int, ...], tracks: Sequence[Track]) -> Task:
    """Return the problem in whole numbers."""
    factor = _factor(tracks)
    return Task(
        before=before,
        changes=tuple(
            tuple(math.floor(track.changes[place] * factor) for track in tracks)
            for place in range(len(before))
        ),
        starts=tuple(math.floor(track.start * factor) for track in tracks),
        caps=tuple(
            None if track.cap is None else math.floor(track.cap * factor) for track in tracks
        ),
        factor=factor,
    )


def transposed(before: Sequence[int]) -> tuple[int, ...]:
    """Return the relation the other way round.

    >>> transposed((0, 0b1, 0b11))
    (6, 4, 0)
    """
    after = [0] * len(before)
    for place, mask in enumerate(before):
        for other in range(len(before)):
            if mask >> other & 1:
                after[other] |= 1 << place
    return tuple(after)


def _factor(tracks: Sequence[Track]) -> Fraction:
    numbers = [number for track in tracks for number in (track.start, *track.changes)]
    common = math.lcm(*(number.denominator for number in numbers))
    size = max((abs(t.start) + sum(map(abs, t.changes)) for t in tracks), default=Fraction(0))
    if size * common > FAR:
        return FAR / size
    # By their common divisor too: no height lies between two whole numbers then, and a bound of
    # half the largest step is rounded up to one that can be reached.
    shared = math.gcd(*(int(number * common) for number in numbers))
    return Fraction(common, shared or 1)
