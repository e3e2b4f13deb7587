"""What can be reached event by event without a height above its cap: sets of events that are done.

What a track stands at depends only on which events are done, not on their order. So the search
goes through such sets, layer by layer, one event more in each, and keeps of equal sets one. While
no layer is wider than `width`, nothing is left out: if the last set is not reached then, no order
keeps the caps, and some order has to allow the least height that stopped the search. Wider layers
are cut to the sets with the most room left, and prove nothing.

An event that raises nothing is taken as soon as it may be: what follows only stands lower.

>>> from fractions import Fraction
>>> task = Task(before=(0, 0), changes=((2,), (-1,)), starts=(0,), caps=(None,), factor=Fraction(1))
>>> Reach(task).within(0, width=9, effort=Effort(1.0))
Trial(path=None, complete=True, next=1)
>>> Reach(task).within(1, width=9, effort=Effort(1.0)).path
(1, 0)
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backchannel.plan.task import Task

CELLS = 25_000_000  # that a second of work goes through, on a machine that is shared
WORD = 64

Bits = NDArray[np.uint64]
Numbers = NDArray[np.int64]


@dataclass(slots=True)
class Effort:
    """What work may still be spent, in seconds.

    The search counts what it does instead of reading a clock: the same plan gives the same answer.
    `go_on` is asked between layers; a caller with a clock, or one that was interrupted, says no.
    """

    left: float
    go_on: Callable[[], bool] = lambda: True

    def spend(self, seconds: float) -> bool:
        """Return whether there is any left."""
        self.left -= seconds
        if not self.go_on():
            self.left = 0.0
        return self.left > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """An order that keeps the caps, if one was found. `complete`: nothing was left out.

    `next`: the least height above the caps that was met on the way; None: only fixed caps were.
    """

    path: tuple[int, ...] | None
    complete: bool
    next: int | None


@dataclass(slots=True)
class Layer:
    """Sets of as many events: as bits, what the tracks stand at, a mark, and what was risked."""

    sets: Bits
    at: Numbers
    marks: Bits
    early: NDArray[np.float64]

    def of(self, rows: Any) -> "Layer":  # noqa: ANN401 - an index or a mask
        """Return some of the rows."""
        return Layer(self.sets[rows], self.at[rows], self.marks[rows], self.early[rows])


class Reach:
    """The sets of events of a problem. `backwards`: from all done to none, along the same sets."""

    def __init__(self, task: Task, *, backwards: bool = False) -> None:
        count = len(task.before)
        sign, first = (-1, task.ends) if backwards else (1, task.starts)
        self.count, self._backwards = count, backwards
        self._words = max(1, -(-count // WORD))
        self._need = self._bits(task.after() if backwards else task.before)
        self._own = self._bits(tuple(1 << place for place in range(count)))
        self._mask = self._need | self._own
        self._marks = _marks(count)
        self.changes = sign * np.array(task.changes, dtype=np.int64).reshape(
            count, len(task.starts)
        )
        self._first = np.array(first, dtype=np.int64)
        self._low = np.array([cap is None for cap in task.caps])
        self._caps = np.array([cap or 0 for cap in task.caps], dtype=np.int64)
        self.free = (self.changes <= 0).all(axis=1)
        largest = max(1, int(self.changes.max(initial=0)))
        self._scale = float(largest)
        self._risks = (np.maximum(self.changes, 0).sum(axis=1) / largest) ** 2

    def within(self, cap: int, *, width: int, effort: Effort) -> Trial:
        """Look for an order in which no track that is to be held low stands above the cap."""
        caps = np.where(self._low, cap, self._caps)
        layer, back, complete = self.start(), [], True
        told: int | None = None
        if (layer.at > caps).any():
            return Trial(path=None, complete=True, next=self._above(layer.at, caps))
        for _ in range(self.count):
            if not effort.spend(len(layer.sets) * self.count / CELLS):
                return Trial(path=None, complete=False, next=None)
            rows, chosen = self.forced(self.open(layer.sets))
            at = layer.at[rows] + self.changes[chosen]
            kept = (at <= caps).all(axis=1)
            told = _least(told, self._above(at[~kept], caps))
            layer, rows, chosen = self._joined(layer, rows[kept], chosen[kept])
            if not len(rows):
                return Trial(path=None, complete=complete, next=told)
            if len(rows) > width:
                complete = False
                best = np.argpartition(self._room(layer, caps), width)[:width]
                layer, rows, chosen = layer.of(best), rows[best], chosen[best]
            back.append((rows, chosen))
        path = tuple(walked(back))
        return Trial(path=path if self._backwards else path[::-1], complete=complete, next=told)

    def start(self) -> Layer:
        """Return the layer with which the search begins."""
        return Layer(
            np.zeros((1, self._words), dtype=np.uint64),
            self._first[None, :],
            np.zeros(1, dtype=np.uint64),
            np.zeros(1),
        )

    def open(self, sets: Bits) -> NDArray[np.bool_]:
        """Return for each set which events may follow."""
        able = np.ones((len(sets), self.count), dtype=bool)
        for word in range(self._words):
            able &= (sets[:, word, None] & self._mask[:, word]) == self._need[:, word]
        return able

    def child(self, layer: Layer, rows: Numbers, chosen: Numbers) -> Layer:
        """Return sets with one event more."""
        return Layer(
            layer.sets[rows] | self._own[chosen],
            layer.at[rows] + self.changes[chosen],
            layer.marks[rows] ^ self._marks[chosen],
            layer.early[rows] + self._risks[chosen],
        )

    def _bits(self, masks: tuple[int, ...]) -> Bits:
        word = 2**WORD - 1
        rows = [[mask >> (WORD * part) & word for part in range(self._words)] for mask in masks]
        return np.array(rows, dtype=np.uint64).reshape(len(masks), self._words)

    def forced(self, able: NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
        """Return rows and events to follow: where an event raises nothing, only that one."""
        free = able & self.free
        forced = free.any(axis=1)
        able[forced] = False
        able[forced, free[forced].argmax(axis=1)] = True
        rows, chosen = np.nonzero(able)
        return rows, chosen

    def _joined(
        self, layer: Layer, rows: Numbers, chosen: Numbers
    ) -> tuple[Layer, Numbers, Numbers]:
        marks = layer.marks[rows] ^ self._marks[chosen]
        order = np.argsort(marks)
        marks, rows, chosen = marks[order], rows[order], chosen[order]
        fresh = np.ones(len(order), dtype=bool)
        fresh[1:] = marks[1:] != marks[:-1]
        # A mark may be the same by chance: only sets that are equal bit by bit are one.
        same = np.flatnonzero(~fresh)
        sets = [layer.sets[rows[at]] | self._own[chosen[at]] for at in (same, same - 1)]
        fresh[same] = (sets[0] != sets[1]).any(axis=1)
        rows, chosen = rows[fresh], chosen[fresh]
        return self.child(layer, rows, chosen), rows, chosen

    def _room(self, layer: Layer, caps: Numbers) -> NDArray[np.float64]:
        """Return what is kept first: far below the caps, and the large steps already taken."""
        near: NDArray[np.float64] = (layer.at - caps).max(axis=1) / self._scale
        return near if self._backwards else near - layer.early / 10

    def _above(self, at: Numbers, caps: Numbers) -> int | None:
        fixed = ~self._low
        held = (at[:, fixed] <= caps[fixed]).all(axis=1)
        highest = at[held][:, self._low].max(axis=1)
        return int(highest.min()) if len(highest) else None


def walked(back: list[tuple[Numbers, Numbers]], row: int = 0) -> Iterator[int]:
    """Yield the events from a set of the last layer back to the beginning."""
    for rows, chosen in reversed(back):
        yield int(chosen[row])
        row = int(rows[row])


def _least(one: int | None, other: int | None) -> int | None:
    return min((each for each in (one, other) if each is not None), default=None)


def _marks(count: int) -> Bits:
    """Return a number for each event, by which equal sets are found without comparing all."""
    marks = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        marks = (marks ^ (marks >> np.uint64(shift))) * np.uint64(factor)
    return marks
