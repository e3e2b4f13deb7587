"""How often a side must wait for another: the rounds of an order, and the fewest.

A round is a stretch in which only one side gives. Its steps can be under way together: in a round
one side's exposure only rises and the others' only fall, so nobody's greatest exposure changes by
it. What a third party does belongs to the round it falls in. An event in which several sides give
is a round by itself.

The search is that of `reach`, with whose round it is beside each set; of equal ones that with the
fewest rounds is kept. A layer that was cut proves nothing.

>>> rounds((0, NOBODY, 0, 1, SEVERAL, 1), (0, 1, 2, 3, 4, 5))
4
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backchannel.plan.reach import CELLS, Effort, Layer, Numbers, Reach, walked
from backchannel.plan.task import Task

NOBODY = -1  # a third party acts
SEVERAL = -2  # several sides give in one event
WIDTHS = (200, 1_600, 12_800)


@dataclass(slots=True, kw_only=True)
class Fewest:
    """The order with the fewest rounds that is known, and how many any order has at least."""

    places: tuple[int, ...]
    rounds: int
    bound: int


@dataclass(slots=True)
class _Layer:
    """Sets of events, whose round it is after each, and how many there were."""

    layer: Layer
    hand: Numbers
    rounds: Numbers

    def of(self, rows: Any) -> "_Layer":  # noqa: ANN401 - an index or a mask
        return _Layer(self.layer.of(rows), self.hand[rows], self.rounds[rows])


def rounds(hands: Sequence[int], places: Sequence[int]) -> int:
    """Return the rounds of an order; `hands`: who gives, by event."""
    count, hand = 0, NOBODY
    for place in places:
        if hands[place] != NOBODY:
            count += hands[place] != hand or hands[place] == SEVERAL
            hand = hands[place]
    return count


def fewest(task: Task, hands: Sequence[int], known: tuple[int, ...], effort: Effort) -> Fewest:
    """Return the order with the fewest rounds of those within the caps; all tracks have one."""
    given = [hand for hand in hands if hand != NOBODY]
    sides = {hand for hand in given if hand != SEVERAL}
    best = Fewest(
        places=known,
        rounds=rounds(hands, known),
        bound=len(sides) + given.count(SEVERAL),
    )
    for width in WIDTHS:
        if best.rounds > best.bound:
            _search(task, hands, (best, width), effort)
    return best


def _search(task: Task, hands: Sequence[int], at: tuple[Fewest, int], effort: Effort) -> None:
    best, width = at
    reach, whose = Reach(task), np.array(hands, dtype=np.int64)
    reach.free &= whose == NOBODY
    caps = np.array(task.caps, dtype=np.int64)
    now = _Layer(reach.start(), np.full(1, NOBODY), np.zeros(1, dtype=np.int64))
    back, complete = [], True
    for _ in range(reach.count):
        if not effort.spend(len(now.hand) * reach.count / CELLS):
            return
        rows, chosen = reach.forced(reach.open(now.layer.sets))
        kept = (now.layer.at[rows] + reach.changes[chosen] <= caps).all(axis=1)
        now, rows, chosen = _joined(reach, now, whose, (rows[kept], chosen[kept]))
        # An order with as many rounds as the best is no gain.
        kept = now.rounds < best.rounds
        now, rows, chosen = now.of(kept), rows[kept], chosen[kept]
        if len(rows) > width:
            complete = False
            order = np.argsort(now.rounds, kind="stable")[:width]
            now, rows, chosen = now.of(order), rows[order], chosen[order]
        back.append((rows, chosen))
    if len(now.rounds):
        last = int(now.rounds.argmin())
        best.places = tuple(walked(back, last))[::-1]
        best.rounds = int(now.rounds[last])
    if complete:
        best.bound = best.rounds


def _joined(
    reach: Reach, now: _Layer, whose: Numbers, by: tuple[Numbers, Numbers]
) -> tuple[_Layer, Numbers, Numbers]:
    """Return the next layer: of equal sets in the same hand that with the fewest rounds."""
    rows, chosen = by
    hand = np.where(whose[chosen] == NOBODY, now.hand[rows], whose[chosen])
    new = (whose[chosen] != NOBODY) & ((hand != now.hand[rows]) | (hand == SEVERAL))
    grown = _Layer(reach.child(now.layer, rows, chosen), hand, now.rounds[rows] + new)
    order = np.lexsort((grown.rounds, hand, grown.layer.marks))
    grown = grown.of(order)
    fresh: NDArray[np.bool_] = np.ones(len(order), dtype=bool)
    fresh[1:] = grown.hand[1:] != grown.hand[:-1]
    fresh[1:] |= (grown.layer.sets[1:] != grown.layer.sets[:-1]).any(axis=1)
    return grown.of(fresh), rows[order][fresh], chosen[order][fresh]
