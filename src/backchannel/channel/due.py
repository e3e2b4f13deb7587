"""What is due of an accord: which steps can be taken, which wait, and by which day.

A step waits until all it requires is done, as its actor reports or a verifier confirms; so a
certificate, once entered, makes due all the steps that it triggers. What a step promises is not
judged here: only the order and the days.

>>> from backchannel.channel.steps import Category
>>> receipt = Step(id="c", actor="Bank", action="certifies receipt", beneficiary="all",
...     category=Category.ESCROW, triggers=("s1",))
>>> release = Step(id="s1", actor="East", action="frees ten", beneficiary="West",
...     category=Category.PRISONER, requires=("c",), within_days=2)
>>> [d.state.value for d in due((receipt, release), {})]
['ready', 'waiting']
>>> due((receipt, release), {"c": date(2026, 3, 1)})[1].until
datetime.date(2026, 3, 3)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from backchannel.channel.steps import Step


class Due(Enum):
    """Whether a step can be taken."""

    WAITING = "waiting"
    READY = "ready"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDue:
    """A step, whether it can be taken, what it still waits for, and its last day, if it has one."""

    step: Step
    state: Due
    waits_for: tuple[str, ...] = ()
    until: date | None = None


def due(steps: tuple[Step, ...], done: Mapping[str, date | None]) -> tuple[StepDue, ...]:
    """Return the steps in their order.

    Args:
        steps: the plan.
        done: the steps that are done, each with the day, where one is known.
    """
    return tuple(_due(step, done) for step in steps)


def _due(step: Step, done: Mapping[str, date | None]) -> StepDue:
    waits_for = tuple(other for other in step.requires if other not in done)
    state = Due.DONE if step.id in done else Due.WAITING if waits_for else Due.READY
    return StepDue(step=step, state=state, waits_for=waits_for, until=_until(step, done))


def _until(step: Step, done: Mapping[str, date | None]) -> date | None:
    """Return the earlier of the planned day and the days counted from what it waited for."""
    days = [done[other] for other in step.requires if other in done]
    known = [day for day in days if day is not None]
    counted = None
    # The days run once all it waits for is done, and only if each of those days is known.
    if step.within_days and len(known) == len(step.requires):
        counted = max(known) + timedelta(days=step.within_days)
    given = [day for day in (step.planned, counted) if day is not None]
    return min(given, default=None)
