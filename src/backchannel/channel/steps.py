"""Steps: the single acts an accord promises, and what a plan of them must satisfy.

Promises: a step that exists names its actor, act and beneficiary in plain text; a plan that passes
`check_plan` has no id twice, refers to no step that is not in it, and can be carried out in some
order. Steps that are one event order themselves inside it: that is no cycle.

>>> first = Step(id="s1", actor="North", action="frees ten", beneficiary="South",
...              category=Category.PRISONER)
>>> second = Step(id="s2", actor="South", action="lifts the ban", beneficiary="North",
...               category=Category.SANCTIONS, requires=("s1",), bargained=("s1",))
>>> [[step.id for step in event] for event in events(check_plan((first, second)))]
[['s1'], ['s2']]

Source: the categories and relations are those of the schema backchannel-sequence/1; the certificate
that triggers several steps is that of the depositary in the Algiers Accords, 1981.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from backchannel.channel.plain import AccordError, plain_day, plain_line

MAX_STEPS = 200
MAX_ACTOR = 120  # characters, as a name
MAX_ACTION = 600  # characters
MAX_REMARK = 200  # characters of a verifier or a deadline
MAX_ADDRESS = 600  # characters
MAX_DAYS = 3_650

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


class Category(Enum):
    """What kind of act a step is."""

    CEASEFIRE = "ceasefire"
    PRISONER = "prisoner"
    FUNDS = "funds"
    SANCTIONS = "sanctions"
    WITHDRAWAL = "withdrawal"
    NUCLEAR = "nuclear"
    AID = "aid"
    RECOGNITION = "recognition"
    LEGISLATION = "legislation"
    VERIFICATION = "verification"
    ESCROW = "escrow"
    OTHER = "other"


class Basis(Enum):
    """What supports a step of a real case."""

    PAGE = "page"
    MEMORY = "memory"

    @property
    def words(self) -> str:
        """As it is said on the screen.

        >>> Basis.MEMORY.words
        'from memory, not verified'
        """
        return "from a public page" if self is Basis.PAGE else "from memory, not verified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a step of a real case was read. Kept apart from the step: no accord contains it."""

    address: str
    basis: Basis

    def __post_init__(self) -> None:
        """Raises: AccordError."""
        plain_line(self.address, what="source", limit=MAX_ADDRESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One act: who does what for whom, after what, checked by whom, until when.

    `bargained` is the part of `requires` that was a negotiated condition, not a need. Steps in
    `simultaneous_with` are one event. A certificate `triggers` several steps, each of which waits
    for it. `within_days` are counted from the day the last step it waits for was done; 0: none
    agreed. An empty verifier or deadline: there is none.
    """

    id: str
    actor: str
    action: str
    beneficiary: str
    category: Category
    requires: tuple[str, ...] = ()
    bargained: tuple[str, ...] = ()
    simultaneous_with: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()
    verifier: str = ""
    deadline: str = ""
    within_days: int = 0
    planned: date | None = None

    def __post_init__(self) -> None:
        """Raises: AccordError."""
        if not _ID.fullmatch(self.id):
            raise AccordError(
                f"step {self.id[:60]!r}, id: 1 to 40 Latin letters, digits, '.', '_' and '-' are "
                "allowed, beginning with a letter or digit"
            )
        self._line("actor", self.actor, MAX_ACTOR)
        self._line("action", self.action, MAX_ACTION)
        self._line("beneficiary", self.beneficiary, MAX_ACTOR)
        self._line("verifier", self.verifier, MAX_REMARK, empty=True)
        self._line("deadline", self.deadline, MAX_REMARK, empty=True)
        plain_day(self.planned, what=f"step {self.id}, planned")
        if not 0 <= self.within_days <= MAX_DAYS:
            raise AccordError(
                f"step {self.id}, within_days: 1 to {MAX_DAYS:,} days are allowed, or 0 for none"
            )
        if self.within_days and not self.requires:
            raise AccordError(
                f"step {self.id}, within_days: the days are counted from the steps it requires, "
                "and it requires none; name them, or write a deadline"
            )
        self._check_relations()

    def _line(self, field: str, value: str, limit: int, *, empty: bool = False) -> None:
        plain_line(value, what=f"step {self.id}, {field}", limit=limit, empty=empty)

    def _check_relations(self) -> None:
        for field, ids in self.relations.items():
            if len(set(ids)) != len(ids):
                raise AccordError(f"step {self.id}, {field}: names a step twice; name each once")
            if self.id in ids:
                raise AccordError(f"step {self.id}, {field}: names the step itself; leave it out")
        surplus = set(self.bargained) - set(self.requires)
        if surplus:
            raise AccordError(
                f"step {self.id}, bargained: {', '.join(sorted(surplus))} is not among what the "
                "step requires; bargained is a part of requires"
            )

    @property
    def relations(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of other steps, by the name of the field that holds them."""
        return {
            "requires": self.requires,
            "bargained": self.bargained,
            "simultaneous_with": self.simultaneous_with,
            "triggers": self.triggers,
        }


def check_plan(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps if together they are a plan. Raises: AccordError."""
    if len(steps) > MAX_STEPS:
        raise AccordError(f"steps: there are {len(steps)}; at most {MAX_STEPS} are allowed")
    known: dict[str, Step] = {}
    for step in steps:
        if step.id in known:
            raise AccordError(f"step {step.id}, id: two steps have it; give each its own")
        known[step.id] = step
    for step in steps:
        _check_references(step, known)
    if circle := _circle(events(steps)):
        raise AccordError(
            f"step {circle[0]}, requires: the steps {', '.join(circle)} wait for one another; "
            "drop a condition or make them one event (simultaneous_with)"
        )
    return steps


def _check_references(step: Step, known: Mapping[str, Step]) -> None:
    for field, ids in step.relations.items():
        for other in ids:
            if other not in known:
                raise AccordError(f"step {step.id}, {field}: there is no step {other[:60]!r}")
    for other in step.triggers:
        if step.id not in known[other].requires:
            raise AccordError(
                f"step {step.id}, triggers: step {other} does not wait for it; name {step.id} in "
                "what it requires"
            )
    for other in step.simultaneous_with:
        if step.id not in known[other].simultaneous_with:
            raise AccordError(
                f"step {step.id}, simultaneous_with: step {other} does not name {step.id} in "
                "return; name each in the other"
            )


def events(steps: Iterable[Step]) -> tuple[tuple[Step, ...], ...]:
    """Return the steps as events, in the order given; simultaneous ones are one event.

    The relation is followed through: with a-b and b-c together, a, b and c are one event.
    """
    steps = tuple(steps)
    joined: dict[str, list[Step]] = {step.id: [step] for step in steps}
    for step in steps:
        for other in step.simultaneous_with:
            if joined[other] is not joined[step.id]:
                joined[step.id].extend(joined[other])
                joined.update((member.id, joined[step.id]) for member in joined[other])
    order = {step.id: place for place, step in enumerate(steps)}
    firsts = [step.id for step in steps if min(joined[step.id], key=lambda s: order[s.id]) is step]
    return tuple(tuple(sorted(joined[first], key=lambda s: order[s.id])) for first in firsts)


def _circle(together: tuple[tuple[Step, ...], ...]) -> tuple[str, ...]:
    """Return the ids of the steps of events that wait for one another in a circle, if any."""
    event_of = {step.id: number for number, event in enumerate(together) for step in event}
    # An event's own steps may order themselves inside it, so it never waits for itself.
    waits = {
        number: {event_of[other] for step in event for other in step.requires} - {number}
        for number, event in enumerate(together)
    }
    while free := [number for number, others in waits.items() if not others & waits.keys()]:
        for number in free:
            del waits[number]
    if not waits:
        return ()
    path = [min(waits)]
    while (following := min(waits[path[-1]] & waits.keys())) not in path:
        path.append(following)
    return tuple(step.id for number in path[path.index(following) :] for step in together[number])
