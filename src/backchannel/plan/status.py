"""Where a plan stands on a day: what is done, what can be done, what is due, and what waits.

A step can be taken when all that it waits for is done and not disputed; steps that are one event
wait together. Each step that is not done has an `earliest` day: not before today, not before its
agreed or announced day, not before the earliest day of what it waits for.

Promises: no step counts as done before the day it was reported for; a step that is disputed does
not count as done for those who wait for it.

>>> from backchannel.channel.steps import Category
>>> frees = Step(id="s1", actor="North", action="frees ten", beneficiary="South",
...              category=Category.PRISONER, planned=date(2026, 3, 2))
>>> pays = Step(id="s2", actor="South", action="pays", beneficiary="North",
...             category=Category.FUNDS, requires=("s1",), planned=date(2026, 3, 4))
>>> plan = Plan(name="swap", sides=("North", "South"), side_of={"North": "North", "South": "South"},
...             steps=(frees, pays))
>>> found = status(plan, Reports(on=date(2026, 3, 5)))
>>> [(each.step.id, each.state.value, each.days_late) for each in found.steps]
[('s1', 'can be taken', 3), ('s2', 'waits', 1)]
>>> found.overdue[0].holds_up
('s2',)
"""

from collections.abc import KeysView, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from backchannel.channel.steps import Step, events
from backchannel.plan.days import agreed_day, due_days
from backchannel.plan.model import Plan
from backchannel.plan.reports import Reports


class State(Enum):
    """What has become of a step so far."""

    DONE = "done"
    DISPUTED = "disputed"
    READY = "can be taken"
    WAITING = "waits"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStatus:
    """A step on a day.

    `due`: the day agreed, None if there is none. `earliest`: the first day on which it can be done;
    None if it is done. `waits_for`: what it waits for and what is not done (of a step that is done:
    what it did not wait for). `holds_up`: the steps not done that wait for it, directly or not.
    """

    step: Step
    state: State
    on: date
    done_on: date | None
    due: date | None
    earliest: date | None
    waits_for: tuple[str, ...]
    holds_up: tuple[str, ...]

    @property
    def open(self) -> bool:
        """Whether it is not done, or not done as those see it who were to have it."""
        return self.state is not State.DONE

    @property
    def days_late(self) -> int:
        """How many days after its day it was done, or is not done by now; 0 if it is not late."""
        if self.due is None:
            return 0
        until = self.on if self.open else self.done_on
        return max(0, ((until or self.on) - self.due).days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """All steps of a plan on a day, in the order of the plan."""

    on: date
    steps: tuple[StepStatus, ...]

    @property
    def by_id(self) -> Mapping[str, StepStatus]:
        """The steps by their ids."""
        return {each.step.id: each for each in self.steps}

    @property
    def done(self) -> tuple[StepStatus, ...]:
        """What is done and not disputed."""
        return tuple(each for each in self.steps if not each.open)

    @property
    def overdue(self) -> tuple[StepStatus, ...]:
        """What is not done although its day is over, the longest overdue first."""
        found = (each for each in self.steps if each.open and each.days_late)
        return tuple(sorted(found, key=lambda each: -each.days_late))

    @property
    def ahead(self) -> tuple[StepStatus, ...]:
        """What has a day that is today or later, and is not done, the next first."""
        found = [(e.due, e) for e in self.steps if e.open and e.due and e.due >= self.on]
        return tuple(each for _, each in sorted(found, key=lambda pair: pair[0]))

    @property
    def without_day(self) -> tuple[StepStatus, ...]:
        """What can be taken now and has no day: it is never late."""
        return tuple(each for each in self.steps if each.state is State.READY and each.due is None)


def status(plan: Plan, reports: Reports) -> Status:
    """Return where the plan stands. Raises: MalformedError, if a report names no step of it."""
    reports.check(plan)
    settled = reports.settled
    days, first = due_days(plan, settled), earliest(plan, reports)
    together = events(plan.steps)
    ready = {
        step.id for event in together for step in event if not _outside(event) - settled.keys()
    }
    return Status(
        on=reports.on,
        steps=tuple(
            StepStatus(
                step=step,
                state=_state(step, reports, ready=step.id in ready),
                on=reports.on,
                done_on=reports.done.get(step.id),
                due=agreed_day(step, settled) if step.id in settled else days.get(step.id),
                earliest=first.get(step.id),
                waits_for=tuple(each for each in step.requires if _missing(each, step, settled)),
                holds_up=_held_up(together, step, settled.keys()),
            )
            for step in plan.steps
        ),
    )


def held_up(plan: Plan, first: str) -> tuple[str, ...]:
    """Return the steps that cannot be without a step: that wait for it or for its event."""
    return _held_up(events(plan.steps), plan.by_id[first], frozenset())


def _held_up(
    together: tuple[tuple[Step, ...], ...], first: Step, settled: frozenset[str] | KeysView[str]
) -> tuple[str, ...]:
    named = next(_ids(event) for event in together if first in event)
    waits = [(_ids(event), _outside(event)) for event in together]
    # An event waits as a whole: if one of its steps cannot be, it does not happen as agreed.
    while more := [ids for ids, needs in waits if needs & named and not ids <= named]:
        named = named.union(*more)
    found = (step.id for event in together for step in event if step.id in named)
    return tuple(each for each in found if each != first.id and each not in settled)


def earliest(plan: Plan, reports: Reports) -> dict[str, date]:
    """Return the first day on which each step can be done that is not done and settled."""
    settled = reports.settled
    days, found = due_days(plan, settled), dict[str, date]()
    waiting = [
        tuple(step for step in event if step.id not in settled) for event in events(plan.steps)
    ]
    while waiting := [event for event in waiting if not _ids(event) <= found.keys()]:
        for event in waiting:
            needs = _outside(event) - settled.keys()
            if needs <= found.keys():
                own = [reports.late.get(s.id, days.get(s.id, reports.on)) for s in event]
                day = max([reports.on, *own, *(found[each] for each in needs)])
                found.update(dict.fromkeys(_ids(event), day))
    return found


def _ids(event: tuple[Step, ...]) -> set[str]:
    return {step.id for step in event}


def _outside(event: tuple[Step, ...]) -> set[str]:
    """Return what the steps of an event wait for, without what is in it."""
    return {each for step in event for each in step.requires} - _ids(event)


def _state(step: Step, reports: Reports, *, ready: bool) -> State:
    if step.id in reports.disputed:
        return State.DISPUTED
    if step.id in reports.done:
        return State.DONE
    return State.READY if ready else State.WAITING


def _missing(first: str, then: Step, settled: Mapping[str, date]) -> bool:
    """Return whether a step did not come before one that waits for it, or has not yet."""
    if first not in settled:
        return True
    return then.id in settled and settled[then.id] < settled[first]
