"""The order whose greatest height is least: found by search in layers, proved by it or by a solver.

Between a bound and the best known order, heights are tried: an order within one lowers the best, a
complete search that finds none raises the bound. The bound itself is tried first, for it is very
often the answer. Forwards and backwards have turns, the one that was cheaper first, each time with
wider layers; what the widest leave open, a solver of whole numbers works on.
"""

from collections.abc import Callable
from dataclasses import dataclass

from backchannel.plan.bounds import bound
from backchannel.plan.dominance import narrowed
from backchannel.plan.order_model import decide
from backchannel.plan.reach import Effort, Reach
from backchannel.plan.task import Task

WIDTHS = (200, 800, 3_200, 12_800, 51_200)

Told = Callable[[int, int], None]


@dataclass(slots=True, kw_only=True)
class Found:
    """The best order known, its height, and a height that no order stays below."""

    places: tuple[int, ...]
    height: int
    bound: int

    @property
    def open(self) -> bool:
        """Whether a better order is not excluded."""
        return self.bound < self.height


@dataclass(slots=True)
class _Way:
    """A direction: how many turns it had, and the seconds its last look at the bound took."""

    reach: Reach
    turns: int = 0
    cost: float = 0.0


def least(
    task: Task,
    known: tuple[int, ...],
    effort: Effort,
    told: Told,
    *,
    widths: tuple[int, ...] = WIDTHS,
) -> Found:
    """Return the best order that keeps the caps; `known` is one that does."""
    height = task.height(known)
    found = Found(places=known, height=height, bound=min(height, bound(task)))
    task = narrowed(task)
    ways = [_Way(Reach(task)), _Way(Reach(task, backwards=True))]
    told(found.height, found.bound)
    while found.open and effort.left > 0 and (way := _next(ways, len(widths))) is not None:
        way.turns += 1
        _narrow(task, found, (way, widths[way.turns - 1]), effort)
        told(found.height, found.bound)
    if found.open and effort.left > 0:
        _solve(task, found, effort)
        told(found.height, found.bound)
    return found


def _next(ways: list[_Way], turns: int) -> _Way | None:
    return min((way for way in ways if way.turns < turns), key=lambda way: way.cost, default=None)


def _narrow(task: Task, found: Found, turn: tuple[_Way, int], effort: Effort) -> None:
    """Try heights between the bound and the best, the bound first, in layers of some width."""
    way, width = turn
    low = middle = found.bound
    costs = []
    while low < found.height and effort.left > 0:
        began = effort.left
        trial = way.reach.within(middle, width=width, effort=effort)
        costs.append(began - effort.left)
        if trial.path is not None:
            found.places, found.height = trial.path, task.height(trial.path)
        else:
            low = middle + 1
            if trial.complete:
                # No order is within `middle`; the next height that was met is the least possible.
                found.bound = low = min(found.height, trial.next or low)
        middle = (low + found.height) // 2
    way.cost = costs[0]


def _solve(task: Task, found: Found, effort: Effort) -> None:
    places, proved, spent = decide(task, found.places, found.bound, effort.left)
    effort.spend(spent)
    if task.height(places) < found.height:
        found.places, found.height = places, task.height(places)
    found.bound = max(found.bound, min(proved, found.height))
