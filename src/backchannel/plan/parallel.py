"""One side's least greatest exposure where conditions are in series or parallel: quick, and exact.

Many plans are put together from parts that follow one another and parts that run beside one
another. For these, and for one track, the best order is made from the inside out. A part is a list
of runs of events that are best not interrupted; a run rises by some `hump` and ends at some `net`.
Runs that end lower come first, the lowest hump first; runs that end higher come last, the one that
falls furthest from its top first. Beside one another lists are merged by that rule; where one
follows another, runs that stand against it become one.

>>> order, height = lowest((0, 0b1, 0), (3, -4, 2))
>>> order, height
((0, 1, 2), 3)
>>> lowest((0, 0, 0b11, 0b10), (1, 1, 1, 1)) is None  # crossed: neither series nor parallel
True

Source: Abdel-Wahab and Kameda (1978), Operations Research 26(1); Monma and Sidney (1979),
Mathematics of Operations Research 4(3).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import chain

from backchannel.plan.task import transposed


class Way(Enum):
    """How the parts of a part hang together."""

    SERIES = "one after another"
    PARALLEL = "beside one another"


@dataclass(frozen=True, slots=True)
class Run:
    """Events that are best not interrupted: how far they rise, and where they end."""

    hump: int
    net: int
    places: tuple[int, ...]

    @property
    def key(self) -> tuple[bool, int]:
        """By what runs that may come in any order are put in order."""
        return (self.net > 0, self.net - self.hump if self.net > 0 else self.hump)

    def then(self, other: "Run") -> "Run":
        """Return both as one."""
        return Run(
            max(self.hump, self.net + other.hump),
            self.net + other.net,
            (*self.places, *other.places),
        )


Plain = int  # a single event
Node = tuple[Way, int]  # how, and how many of the parts made last


def lowest(before: Sequence[int], changes: Sequence[int]) -> tuple[tuple[int, ...], int] | None:
    """Return an order with the least greatest sum of changes, and that sum, 0 at the beginning.

    `before`: for each event all those it waits for, through others too, as bits. None: the
    conditions are not in series and parallel.
    """
    made: list[list[Run]] = []
    parts = decomposed(before)
    if parts is None:
        return None
    for part in parts:
        match part:
            case (way, count):
                inner = made[-count:]
                del made[-count:]
                made.append(_joined(inner) if way is Way.SERIES else _merged(inner))
            case place:
                change = changes[place]
                made.append([Run(max(0, change), change, (place,))])
    whole = Run(0, 0, ())
    for run in _joined(made):
        whole = whole.then(run)
    return whole.places, whole.hump


def decomposed(before: Sequence[int]) -> list[Plain | Node] | None:
    """Return events and how they are put together, inner parts first; None if they are not so."""
    after = transposed(before)
    near = [mask | later for mask, later in zip(before, after, strict=True)]
    found: list[Plain | Node] = []
    waiting: list[int] = [(1 << len(before)) - 1] if before else []
    # Built from the outside in and then turned round, without recursion: parts may be nested as
    # deep as there are events.
    while waiting:
        part = waiting.pop()
        if not part & (part - 1):
            found.append(part.bit_length() - 1)
            continue
        inner = list(_pieces(part, near, beside=True))
        way = Way.PARALLEL
        if len(inner) == 1:
            inner, way = list(_pieces(part, near, beside=False)), Way.SERIES
            if len(inner) == 1:
                return None
            inner.sort(key=lambda piece: (before[_first(piece)] & part).bit_count())
        found.append((way, len(inner)))
        waiting += inner
    return found[::-1]


def _pieces(part: int, near: Sequence[int], *, beside: bool) -> Iterator[int]:
    """Yield the pieces that nothing connects; `beside`: events connect if one waits for another."""
    left = part
    while left:
        piece, edge = 0, left & -left
        left ^= edge
        while edge:
            one = edge & -edge
            piece |= one
            edge ^= one
            place = one.bit_length() - 1
            reached = left & (near[place] if beside else ~near[place])
            edge |= reached
            left ^= reached
        yield piece


def _first(piece: int) -> int:
    return (piece & -piece).bit_length() - 1


def _joined(parts: Sequence[Sequence[Run]]) -> list[Run]:
    """Return parts one after another: runs that stand against the rule become one."""
    made: list[Run] = []
    for part in parts:
        for run in part:
            last = run
            while made and made[-1].key > last.key:
                last = made.pop().then(last)
            made.append(last)
    return made


def _merged(parts: Sequence[Sequence[Run]]) -> list[Run]:
    """Return parts beside one another, by the rule."""
    return sorted(chain(*parts), key=lambda run: run.key)
