"""Joined readings: what each side reads into the text, put together, and where it runs in a circle.

Each side may read conditions into a text besides those agreed: "you move when the funds are free".
Each reading by itself can be an order in which everything gets done; together they can be a circle
in which each step waits for another, and none ever comes first. Conditions between steps of one
simultaneous event order them inside it and are no circle.

Promises: what is told first is a shortest circle; each step that lies on some circle is on one that
is told; each condition says whether it is agreed or who reads it in.

>>> from backchannel.channel.steps import Category
>>> funds, visit = (Step(id=name, actor=side, action=act, beneficiary=other, category=kind)
...     for name, side, act, other, kind in (
...         ("funds", "West", "releases the funds", "East", Category.FUNDS),
...         ("visit", "East", "lets inspectors in", "West", Category.VERIFICATION)))
>>> plan = Plan(name="pause", sides=("West", "East"), side_of={"West": "West", "East": "East"},
...             steps=(funds, visit),
...             readings={"West": {"funds": ("visit",)}, "East": {"visit": ("funds",)}})
>>> print(circles(plan)[0].sentence)
Read together, funds waits for visit, as West reads it, and visit waits for funds, as East reads \
it: none of them can come first.

Source: Minsk II, 2015 (control of the border and elections); Islamabad, 2026 (funds and
inspectors).
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from backchannel.channel.steps import Step, events
from backchannel.plan.model import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """The step `then` waits for the step `first`. `readers`: whose reading; none if agreed."""

    first: str
    then: str
    readers: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """As it is said on the screen."""
        verb = "read" if len(self.readers) > 1 else "reads"
        whose = f"as {' and '.join(self.readers)} {verb} it" if self.readers else "as agreed"
        return f"{self.then} waits for {self.first}, {whose}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Conditions of which each waits for what the next one is about, and the last for the first.

    From one condition to the next it goes on from another step of the same event, if the two are
    not the same step.
    """

    waits: tuple[Wait, ...]

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps named, each once."""
        return tuple(dict.fromkeys(each for wait in self.waits for each in (wait.then, wait.first)))

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides whose readings make it."""
        return tuple(dict.fromkeys(each for wait in self.waits for each in wait.readers))

    @property
    def sentence(self) -> str:
        """What is wrong, in a sentence."""
        *others, last = (wait.words for wait in self.waits)
        return f"Read together, {', '.join(others)}, and {last}: none of them can come first."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Web:
    """Which event waits for which: by the event that waits, then by the one it waits for."""

    waits: Mapping[int, Mapping[int, Wait]]
    count: int


def circles(plan: Plan) -> tuple[Circle, ...]:
    """Return the circles that the readings make, a shortest first.

    For each event on some circle, a shortest one through it is among them.
    """
    web = _web(plan)
    found: dict[frozenset[int], tuple[int, ...]] = {}
    for path in _shortest(web):
        found.setdefault(frozenset(path), path)
    made = (
        Circle(
            waits=tuple(web.waits[at][to] for at, to in zip(path, path[1:] + path[:1], strict=True))
        )
        for path in found.values()
    )
    # Of equally short ones first the one to which most sides contribute: it shows what is wrong
    # between them, not what one of them reads against the text.
    return tuple(sorted(made, key=lambda each: (len(each.waits), -len(each.sides))))


def waits(plan: Plan) -> tuple[Wait, ...]:
    """Return all conditions, those agreed and those read in by some side; each pair once."""
    readers: dict[tuple[str, str], list[str]] = {
        (other, step.id): [] for step in plan.steps for other in step.requires
    }
    agreed = frozenset(readers)
    for side, own in plan.readings.items():
        for then, others in own.items():
            for first in others:
                if (first, then) not in agreed:
                    readers.setdefault((first, then), []).append(side)
    return tuple(
        Wait(first=first, then=then, readers=tuple(sides))
        for (first, then), sides in readers.items()
    )


def _web(plan: Plan) -> _Web:
    together = events(plan.steps)
    place = _places(together)
    found: dict[int, dict[int, Wait]] = {number: {} for number in range(len(together))}
    for wait in waits(plan):
        at, to = place[wait.then], place[wait.first]
        if at != to:
            # Agreed conditions come first, and stand for readings between the same two events.
            found[at].setdefault(to, wait)
    return _Web(waits=found, count=len(together))


def _places(together: tuple[tuple[Step, ...], ...]) -> dict[str, int]:
    return {step.id: number for number, event in enumerate(together) for step in event}


def _shortest(web: _Web) -> Iterator[tuple[int, ...]]:
    """Yield for each event on a circle a shortest path from it back to it, without the end."""
    for start in range(web.count):
        if path := _back(web, start):
            yield path


def _back(web: _Web, start: int) -> tuple[int, ...]:
    paths: dict[int, tuple[int, ...]] = {}
    waiting: deque[tuple[int, tuple[int, ...]]] = deque([(start, (start,))])
    while waiting:
        at, path = waiting.popleft()
        for to in web.waits[at]:
            if to == start:
                return path
            if to not in paths:
                paths[to] = (*path, to)
                waiting.append((to, paths[to]))
    return ()
