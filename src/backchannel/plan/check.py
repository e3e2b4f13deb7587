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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from backchannel.channel.clauses import NegotiatingText
from backchannel.plan.faults import faults
from backchannel.plan.forms import of_form, of_text
from backchannel.plan.model import Plan
from backchannel.plan.patterns import Pattern
from backchannel.plan.signs import Sign, signs

MEET = 2  # patterns on one step that make a warning


class Severity(Enum):
    """How much a finding weighs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


# What is not one of the eight patterns has its weight by itself.
_SEVERITY: Mapping[Pattern, Severity] = {
    Pattern.DAYS: Severity.ERROR,
    Pattern.TOO_LATE: Severity.ERROR,
    Pattern.CONTRADICTION: Severity.ERROR,
    Pattern.EDITIONS: Severity.ERROR,
    Pattern.OWN_CERTIFICATE: Severity.WARNING,
    Pattern.UNBOUND: Severity.WARNING,
    Pattern.NO_CONTROL: Severity.WARNING,
    Pattern.NOBODY: Severity.NOTE,
    Pattern.NO_SIGNAL: Severity.NOTE,
    Pattern.TWO_DAYS: Severity.NOTE,
    Pattern.UNSIGNED: Severity.NOTE,
}


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


def check(plan: Plan, text: NegotiatingText | None = None) -> tuple[Finding, ...]:
    """Return what was found: errors, then warnings, then notes, each in the order of the steps.

    Args:
        plan: what is checked.
        text: its words in several languages, of which the clauses, numbers and dates are paired.
    """
    whole = (*faults(plan), *of_form(plan), *(of_text(text) if text else ()))
    found = [*(_finding(_SEVERITY[each.pattern], each) for each in whole), *_patterns(plan)]
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
