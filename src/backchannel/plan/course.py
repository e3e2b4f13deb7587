"""What may come before what: the events of a plan that are still to come, and their conditions.

A condition between steps of one event orders them inside it and holds nothing up. Conditions that
were bargained may be left out on request; needs (physical, legal) and fixed pairs never. What a
side merely reads into the text is no condition. If the conditions run in a circle, a smallest set
of them that contradict one another is named.

>>> from backchannel.channel.steps import Category
>>> frees, pays = (Step(id=name, actor=name, action="acts", beneficiary="North",
...                     category=Category.OTHER, requires=after, bargained=after)
...                for name, after in (("s1", ()), ("s2", ("s1",))))
>>> plan = Plan(name="swap", sides=("North", "South"), side_of={}, steps=(frees, pays))
>>> course(plan).before, course(plan, drop=True).before
((0, 1), (0, 0))
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from backchannel.channel.steps import Step, events
from backchannel.plan.errors import InfeasibleError, MalformedError
from backchannel.plan.model import Order, Plan


class Kind(Enum):
    """Why one step waits for another."""

    NEED = "needed"
    BARGAINED = "bargained"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """The step `then` waits for the step `first`."""

    first: str
    then: str
    kind: Kind

    @property
    def words(self) -> str:
        """As it is said on the screen."""
        return f"{self.first} before {self.then} ({self.kind.value})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The events still to come, in the order of the plan's steps, and which wait for which.

    `before`: for each event the set of all events that it waits for, as bits. `done`: the steps
    that were done already, in their order.
    """

    events: Order
    before: tuple[int, ...]
    done: tuple[str, ...] = ()

    def places(self, order: Order) -> tuple[int, ...] | None:
        """Return an order as places of events; None if it has not these events, each once."""
        place = {each: number for number, event in enumerate(self.events) for each in event}
        given: list[int] = []
        for event in order:
            left = {each for each in event if each in place}
            if left:
                given.append(place[min(left)])
                if left != set(self.events[given[-1]]):
                    return None
        return tuple(given) if sorted(given) == list(range(len(self.events))) else None

    def keeps(self, places: Iterable[int]) -> bool:
        """Return whether an order keeps all conditions."""
        seen = 0
        for number in places:
            if self.before[number] & ~seen:
                return False
            seen |= 1 << number
        return True

    def order(self, places: Iterable[int]) -> Order:
        """Return the order, what was done at its head."""
        return (*((each,) for each in self.done), *(self.events[place] for place in places))


def conditions(plan: Plan) -> tuple[Condition, ...]:
    """Return all conditions of a plan, those that were bargained among them."""
    found = [
        Condition(
            first=other,
            then=step.id,
            kind=Kind.BARGAINED if other in step.bargained else Kind.NEED,
        )
        for step in plan.steps
        for other in step.requires
    ]
    found += [Condition(first=first, then=then, kind=Kind.FIXED) for first, then in plan.fixed]
    return tuple(found)


def course(plan: Plan, *, drop: bool = False, done: Sequence[str] = ()) -> Course:
    """Return what is still to come. `drop`: without the conditions that were bargained.

    Raises:
        InfeasibleError: conditions contradict one another.
        MalformedError: `done` names a step twice, or one that is not in the plan.
    """
    if len(set(done)) < len(done) or not plan.by_id.keys() >= set(done):
        raise MalformedError("done: each step that was done is named once, and is in the plan")
    together = _left(plan.steps, frozenset(done))
    place = {each: number for number, event in enumerate(together) for each in event}
    holding = [
        each
        for each in conditions(plan)
        if not (drop and each.kind is Kind.BARGAINED)
        and {each.first, each.then} <= place.keys()
        and place[each.first] != place[each.then]
    ]
    if circle := _shortest_circle(holding, place):
        raise InfeasibleError(tuple(each.words for each in circle))
    return Course(events=together, before=_closed(holding, place), done=tuple(done))


def broken(plan: Plan, order: Order) -> tuple[Condition, ...]:
    """Return the conditions that an order does not keep; inside an event none is broken."""
    place = {each: number for number, event in enumerate(order) for each in event}
    return tuple(each for each in conditions(plan) if place[each.first] > place[each.then])


def _left(steps: tuple[Step, ...], done: frozenset[str]) -> Order:
    """Return the events without the steps that were done, and without events that are empty."""
    kept = (tuple(step.id for step in event if step.id not in done) for event in events(steps))
    return tuple(event for event in kept if event)


def _closed(holding: Iterable[Condition], place: Mapping[str, int]) -> tuple[int, ...]:
    """Return for each event all that it waits for, directly or through others."""
    before = [0] * (1 + max(place.values(), default=-1))
    for each in holding:
        before[place[each.then]] |= 1 << place[each.first]
    for middle, mask in enumerate(before):
        # Warshall's order: `mask` is final for paths through the events up to `middle`.
        for number in range(len(before)):
            if before[number] >> middle & 1:
                before[number] |= mask
    return tuple(before)


def _shortest_circle(
    holding: Sequence[Condition], place: Mapping[str, int]
) -> tuple[Condition, ...]:
    """Return the fewest conditions that contradict one another: a shortest circle, if any."""
    onward: dict[int, list[Condition]] = {number: [] for number in place.values()}
    for each in holding:
        onward[place[each.first]].append(each)
    circles = (_circle_at(start, onward, place) for start in sorted(onward))
    return min((each for each in circles if each), key=len, default=())


def _circle_at(
    start: int, onward: Mapping[int, Sequence[Condition]], place: Mapping[str, int]
) -> tuple[Condition, ...]:
    paths: dict[int, tuple[Condition, ...]] = {}
    waiting: deque[tuple[int, tuple[Condition, ...]]] = deque([(start, ())])
    while waiting:
        at, path = waiting.popleft()
        for each in onward[at]:
            target = place[each.then]
            if target not in paths:
                paths[target] = (*path, each)
                waiting.append((target, paths[target]))
    return paths.get(start, ())
