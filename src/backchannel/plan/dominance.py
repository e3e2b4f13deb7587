"""Conditions that cost nothing: of two events, which may come first in some best order.

If one event moves every track at most as far up as another, waits for nothing that the other does
not wait for, and all that waits for the other waits for it too, then in any order in which it comes
later the two can change places: the order still keeps the conditions, and in between every track
stands at most as high. So one can be said to come before the other, and of many orders that are no
better only one is looked at. Each such condition is added to those before it, never against them.

>>> from fractions import Fraction
>>> task = Task(before=(0, 0, 0), changes=((2,), (1,), (2,)), starts=(0,), caps=(None,),
...             factor=Fraction(1))
>>> narrowed(task).before
(2, 0, 3)
"""

from collections.abc import Sequence
from dataclasses import replace

from backchannel.plan.task import Task


def narrowed(task: Task) -> Task:
    """Return the problem with such conditions; the least height is the same."""
    before, after = list(task.before), list(task.after())
    # By what they change: an event is never put after one that lowers less and was placed earlier.
    ranked = sorted(range(len(before)), key=lambda place: (sum(task.changes[place]), place))
    for number, one in enumerate(ranked):
        for other in ranked[number + 1 :]:
            if (
                not (before[one] | after[one]) >> other & 1
                and not before[one] & ~before[other]
                and not after[other] & ~after[one]
                and _below(task.changes[one], task.changes[other])
            ):
                _add(before, after, one, other)
    return replace(task, before=tuple(before))


def _below(one: Sequence[int], other: Sequence[int]) -> bool:
    return all(low <= high for low, high in zip(one, other, strict=True))


def _add(before: list[int], after: list[int], one: int, other: int) -> None:
    """Let one come before the other, with all that follows from it."""
    first, then = before[one] | 1 << one, after[other] | 1 << other
    for place in range(len(before)):
        if then >> place & 1:
            before[place] |= first
        if first >> place & 1:
            after[place] |= then
