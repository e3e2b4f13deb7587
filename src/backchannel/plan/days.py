"""When what is still to be done is due: by the days agreed, counted from what was done.

A step with so many days after others is due that long after the last of them was done, or is due
itself; where no such day can be told, and for all others, it is due on its planned day. A deadline
in words alone has no day.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from backchannel.channel.steps import Step
from backchannel.plan.model import Plan


def due_days(plan: Plan, done: Mapping[str, date]) -> dict[str, date]:
    """Return for each step that is not done and has a day the day on which it is due."""
    days = dict(done)
    waiting = [step for step in plan.steps if step.id not in days]
    while waiting:
        left = {step.id for step in waiting}
        # The steps of one event may order themselves in a circle: then the first of them begins.
        ready = [step for step in waiting if not left & set(step.requires)] or waiting[:1]
        for step in ready:
            day = agreed_day(step, days)
            if day is not None:
                days[step.id] = day
        waiting = [step for step in waiting if step not in ready]
    return {step.id: days[step.id] for step in plan.steps if step.id in days.keys() - done.keys()}


def agreed_day(step: Step, days: Mapping[str, date]) -> date | None:
    """Return the day on which a step is due, if those that it waits for have these days."""
    return _counted(step, days) or step.planned


def _counted(step: Step, days: Mapping[str, date]) -> date | None:
    if not step.within_days or not days.keys() >= set(step.requires):
        return None
    return max(days[each] for each in step.requires) + timedelta(days=step.within_days)
