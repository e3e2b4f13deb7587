"""The rule of thumb: hand the next move to the side that is ahead.

Of the events that may follow, the one after which the greatest height is least. Where nothing waits
for anything and values are equal, no height passes the largest single step that way.

>>> from fractions import Fraction
>>> task = Task(before=(0, 0, 0), changes=((3, -3), (2, -2), (-4, 4)), starts=(0, 0),
...             caps=(None, None), factor=Fraction(1))
>>> greedy(task)
(1, 2, 0)
"""

from backchannel.plan.task import Task


def greedy(task: Task) -> tuple[int, ...]:
    """Return the order that the rule gives; caps are not looked at."""
    at, seen, order = list(task.starts), 0, []
    left = set(range(len(task.before)))
    while left:
        able = (place for place in left if not task.before[place] & ~seen)
        chosen = min(
            able,
            key=lambda place: (
                max(at[track] + task.changes[place][track] for track in task.low),
                place,
            ),
        )
        left.discard(chosen)
        order.append(chosen)
        seen |= 1 << chosen
        at = [value + change for value, change in zip(at, task.changes[chosen], strict=True)]
    return tuple(order)
