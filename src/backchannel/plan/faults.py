"""Faults: what of a plan cannot be carried out as it is written, or not be relied on.

Days that contradict one another or the conditions, conditions that no order keeps, steps owed by
somebody the plan does not name, certificates that a side issues itself, and events that nothing
sets off.

Promises: each is told in a sentence with the steps it is about; which is an error and which a
remark is told by `check`.

>>> from datetime import date
>>> from backchannel.channel.steps import Category
>>> first, second = (Step(id=name, actor="West", action="acts", beneficiary="East",
...                       category=Category.OTHER, planned=date(2026, 3, day), requires=after,
...                       within_days=days)
...                  for name, day, after, days in (("s1", 2, (), 0), ("s2", 20, ("s1",), 10)))
>>> plan = Plan(name="swap", sides=("West", "East"), side_of={"West": "West"},
...             steps=(first, second))
>>> print(faults(plan)[0].words)
s2 is planned for 2026-03-20, and due within 10 days of what it waits for: by 2026-03-12.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from backchannel.channel.steps import Step, events
from backchannel.plan.course import conditions, course
from backchannel.plan.errors import InfeasibleError
from backchannel.plan.model import Plan
from backchannel.plan.patterns import Pattern
from backchannel.plan.signs import Sign, names_of


def faults(plan: Plan) -> tuple[Sign, ...]:
    """Return what was found, each kind in the order of the steps."""
    return (
        *_before(plan),
        *_too_late(plan),
        *_circle(plan),
        *_two_days(plan),
        *_nobody(plan),
        *_own_certificates(plan),
        *_without_signal(plan),
    )


def _before(plan: Plan) -> Iterator[Sign]:
    for step in plan.steps:
        for other in map(plan.by_id.__getitem__, step.requires):
            if other.id not in step.simultaneous_with and _earlier(step, other):
                yield _days(step, other, "which it waits for")
    for first, then in plan.fixed:
        step, other = plan.by_id[then], plan.by_id[first]
        if other.id not in step.requires and _earlier(step, other):
            yield _days(step, other, "which is fixed before it")


def _earlier(step: Step, other: Step) -> bool:
    """Return whether both have a day and the first has the earlier one."""
    return step.planned is not None and other.planned is not None and step.planned < other.planned


def _days(step: Step, other: Step, why: str) -> Sign:
    words = f"{step.id} is planned for {step.planned}, before {other.id} ({other.planned}), {why}."
    return Sign(pattern=Pattern.DAYS, steps=(step.id, other.id), words=words)


def _too_late(plan: Plan) -> Iterator[Sign]:
    for step in plan.steps:
        days: list[date | None] = [plan.by_id[each].planned for each in step.requires]
        known = [day for day in days if day is not None]
        if step.planned is None or not step.within_days or len(known) < len(days):
            continue
        until = max(known) + timedelta(days=step.within_days)
        if step.planned > until:
            words = (
                f"{step.id} is planned for {step.planned}, and due within {step.within_days} days "
                f"of what it waits for: by {until}."
            )
            yield Sign(pattern=Pattern.TOO_LATE, steps=(step.id,), words=words)


def _circle(plan: Plan) -> Iterator[Sign]:
    try:
        course(plan)
    except InfeasibleError as fault:
        # What is required is in no circle, or there would be no plan: a fixed pair makes it one.
        told = [each for each in conditions(plan) if each.words in fault.conditions]
        steps = tuple(dict.fromkeys(step for each in told for step in (each.first, each.then)))
        words = f"No order keeps these conditions together: {'; '.join(fault.conditions)}."
        yield Sign(pattern=Pattern.CONTRADICTION, steps=steps, words=words)


def _two_days(plan: Plan) -> Iterator[Sign]:
    for event in events(plan.steps):
        days = {step.planned for step in event if step.planned is not None}
        if len(days) > 1:
            named = ", ".join(f"{step.id} ({step.planned})" for step in event)
            yield Sign(
                pattern=Pattern.TWO_DAYS,
                steps=tuple(step.id for step in event),
                words=f"One event, and not one day: {named}.",
            )


def _nobody(plan: Plan) -> Iterator[Sign]:
    # By words in common, for third parties are named in many ways: "Qatar", "Qatar (banks)".
    named = (*plan.side_of, *plan.sides, *plan.mediators, *plan.third_parties)
    known = {word for name in named for word in names_of(name)}
    for step in plan.steps:
        if step.actor not in plan.side_of and not names_of(step.actor) & known:
            words = f"{step.id} is owed by {step.actor}, whom the plan names nowhere else."
            yield Sign(pattern=Pattern.NOBODY, steps=(step.id,), words=words)


def _own_certificates(plan: Plan) -> Iterator[Sign]:
    for step in plan.steps:
        side = plan.giver(step)
        if step.triggers and side is not None:
            words = f"{step.id} sets off {', '.join(step.triggers)}, and {side} issues it itself."
            yield Sign(pattern=Pattern.OWN_CERTIFICATE, steps=(step.id,), words=words)


def _without_signal(plan: Plan) -> Iterator[Sign]:
    for event in events(plan.steps):
        givers = {plan.giver(step) for step in event} - {None}
        if len(givers) > 1 and not _signalled(event):
            ids = tuple(step.id for step in event)
            words = (
                f"{', '.join(ids)} are one event of several sides: neither a step that they all "
                "wait for nor one verifier tells them when."
            )
            yield Sign(pattern=Pattern.NO_SIGNAL, steps=ids, words=words)


def _signalled(event: tuple[Step, ...]) -> bool:
    """Return whether all steps of an event wait for one step, or have one verifier."""
    ids = {step.id for step in event}
    # What waits for another step of the event waits for what that one waits for.
    outside = [set(step.requires) - ids for step in event if not ids & set(step.requires)]
    verifiers = [names_of(step.verifier) for step in event]
    return bool(set.intersection(*outside) if outside else ()) or bool(
        frozenset.intersection(*verifiers)
    )
