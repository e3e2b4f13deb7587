"""A check of an accord before it is signed: what cannot be kept, and what broke others like it.

An *error* cannot be kept as it is written. A *warning* stands on steps on which two or more of the
eight patterns meet, or on a circle that the sides' readings make together; a *note* on a step with
one pattern. One pattern alone stands on many a step that was done: it is where they meet that
accords broke. On the five real accords of `cases` that broke at a known step it warns on that step
every time, and on no more than three steps in ten of any accord (one in three with the errors). The
rules and the words they look for were made with these accords in view: a prior, no forecast.

>>> from datetime import date
>>> from backchannel.channel.steps import Category, Step
>>> first = Step(id="s1", actor="A", action="pays", beneficiary="B", category=Category.FUNDS,
...              planned=date(2026, 3, 9), verifier="the bank")
>>> second = Step(id="s2", actor="B", action="leaves the town", beneficiary="A", requires=("s1",),
...               category=Category.WITHDRAWAL, planned=date(2026, 3, 2), verifier="observers")
>>> plan = Plan(name="x", sides=("A", "B"), side_of={"A": "A", "B": "B"}, steps=(first, second))
>>> [(finding.severity.value, finding.words) for finding in check(plan)]
[('error', 's2 is planned for 2026-03-02, before s1 (2026-03-09), which it waits for.')]

Source: the patterns are those of `patterns`.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from backchannel.channel.steps import events
from backchannel.plan.model import Plan
from backchannel.plan.patterns import Pattern
from backchannel.plan.signs import Sign, signs

MEET = 2  # patterns on one step that make a warning


class Severity(Enum):
    """How much a finding weighs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found: on which steps, what, why it matters and what could be done."""

    severity: Severity
    pattern: Pattern
    steps: tuple[str, ...]
    words: str

    @property
    def why(self) -> str:
        """Why it matters, with the real case that shows it."""
        return self.pattern.why

    @property
    def remedy(self) -> str:
        """What could be done about it."""
        return self.pattern.remedy


def check(plan: Plan) -> tuple[Finding, ...]:
    """Return what was found: errors, then warnings, then notes, each in the order of the steps."""
    found = [*_days(plan), *_two_days(plan), *_patterns(plan)]
    order = {severity: number for number, severity in enumerate(Severity)}
    return tuple(sorted(found, key=lambda each: order[each.severity]))


def warned(plan: Plan, *, least: int = MEET) -> frozenset[str]:
    """Return the steps on which so many patterns meet, or a circle of readings lies."""
    found = signs(plan)
    counts = Counter(step for each in found for step in set(each.steps))
    strong = {step for each in found if each.pattern is Pattern.READINGS for step in each.steps}
    return frozenset(strong | {step for step, count in counts.items() if count >= least})


def _patterns(plan: Plan) -> Iterator[Finding]:
    heavy = warned(plan)
    for each in signs(plan):
        severity = Severity.WARNING if heavy & set(each.steps) else Severity.NOTE
        yield _finding(severity, each)


def _finding(severity: Severity, of: Sign) -> Finding:
    return Finding(severity=severity, pattern=of.pattern, steps=of.steps, words=of.words)


def _days(plan: Plan) -> Iterator[Finding]:
    for step in plan.steps:
        for other in map(plan.by_id.__getitem__, step.requires):
            together = other.id in step.simultaneous_with
            if step.planned is None or other.planned is None or together:
                continue
            if step.planned < other.planned:
                yield Finding(
                    severity=Severity.ERROR,
                    pattern=Pattern.DAYS,
                    steps=(step.id, other.id),
                    words=(
                        f"{step.id} is planned for {step.planned}, before {other.id} "
                        f"({other.planned}), which it waits for."
                    ),
                )


def _two_days(plan: Plan) -> Iterator[Finding]:
    for event in events(plan.steps):
        days = {step.planned for step in event if step.planned is not None}
        if len(days) > 1:
            named = ", ".join(f"{step.id} ({step.planned})" for step in event)
            yield Finding(
                severity=Severity.NOTE,
                pattern=Pattern.TWO_DAYS,
                steps=tuple(step.id for step in event),
                words=f"One event, and not one day: {named}.",
            )
