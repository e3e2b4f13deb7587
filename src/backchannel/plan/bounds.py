"""How low the greatest height of any order can be: what holds of all orders, found at once.

None needs a search:

- Every order begins and ends at the same heights.
- When an event has happened, all it waits for has happened, and nothing that waits for it. What
  else has happened can at best lower the track.
- After the event on one track, before it on each other: these heights add up to the sum of all
  tracks before it and its own rise, and the greatest is at least their mean. For equal values of
  two sides it is half of the largest single step.
- A track by itself, without the others, where the conditions are in series and parallel.

>>> from fractions import Fraction
>>> task = Task(before=(0, 0), changes=((4, -4), (-2, 2)), starts=(0, 0), caps=(None, None),
...             factor=Fraction(1))
>>> bound(task)
2
"""

from collections.abc import Iterator, Sequence

from backchannel.plan.parallel import lowest
from backchannel.plan.task import Task


def bound(task: Task) -> int:
    """Return a height that no order stays below, on the tracks that are to be held low."""
    ends = task.ends
    found = [max(task.starts[track], ends[track]) for track in task.low]
    found += _alone(task)
    after = task.after()
    for place in range(len(task.before)):
        surely, never = task.before[place], after[place] | 1 << place
        lowest = {
            track: task.starts[track] + _lowest([c[track] for c in task.changes], surely, never)
            for track in task.low
        }
        found += [lowest[track] + task.changes[place][track] for track in task.low]
        sums = [sum(change[track] for track in task.low) for change in task.changes]
        start = sum(task.starts[track] for track in task.low)
        rise = max(task.changes[place][track] for track in task.low)
        whole = start + _lowest(sums, surely, never) + rise
        found.append(-(-whole // len(task.low)))
    return max(found)


def _alone(task: Task) -> Iterator[int]:
    for track in task.low:
        single = lowest(task.before, [change[track] for change in task.changes])
        if single is not None:
            yield task.starts[track] + single[1]


def _lowest(changes: Sequence[int], surely: int, never: int) -> int:
    """Return the least sum where some events are in it surely and some never."""
    return sum(_part(change, place, surely, never) for place, change in enumerate(changes))


def _part(change: int, place: int, surely: int, never: int) -> int:
    if never >> place & 1:
        return 0
    return change if surely >> place & 1 else min(change, 0)
