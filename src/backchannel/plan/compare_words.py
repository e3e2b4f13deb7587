"""Planned against actual, in sentences.

>>> slipped(0), slipped(1), slipped(-3), slipped(None)
('on its day', '1 day late', '3 days early', '')
"""

from collections.abc import Iterator
from fractions import Fraction

from backchannel.plan.compare import Comparison, SideCompared
from backchannel.plan.exposure import Peak
from backchannel.plan.exposure_words import shown, spanned
from backchannel.plan.status_words import counted


def slipped(days: int | None) -> str:
    """Return how late a step was; nothing where that cannot be told."""
    if days is None:
        return ""
    if not days:
        return "on its day"
    return f"{counted(abs(days), 'day')} {'late' if days > 0 else 'early'}"


def middle(days: Fraction | None) -> str:
    """Return a median of slips."""
    return "" if days is None else shown(days)


def sentences(found: Comparison) -> Iterator[str]:
    """Yield what was kept, where it broke, and who was left exposed."""
    done = len(found.slips) - len(found.not_done)
    last = f", the last on {found.last}" if found.last else ""
    yield f"{done} of {len(found.slips)} steps were done{last}."
    if found.median is not None:
        yield f"The middle of all slips, of steps with a day that were done: {slip(found.median)}."
    if found.not_done:
        yield f"Never done: {', '.join(found.not_done)}."
    if found.broke_at is not None:
        step = next(each.step for each in found.slips if each.step.id == found.broke_at)
        yield f"It broke at {step.id}, as the coder judges: {step.actor} {step.action}."
    for each in found.sides.values():
        yield side(each)
    if found.most_exposed is not None:
        yield (
            f"Left most exposed, if points of one side are points of another: "
            f"{found.most_exposed.side}."
        )


def slip(days: Fraction) -> str:
    """Return a slip that need not be whole days."""
    return f"{shown(days)} days" if days != 1 else "1 day"


def side(each: SideCompared) -> str:
    """Return how far a side was exposed, as planned and as it went."""
    end = spanned(each.end.low, each.end.high)
    agreed = spanned(each.agreed_then.low, each.agreed_then.high)
    return (
        f"{each.side} was to be exposed by at most {_peak(each.planned, each.planned_after)} and "
        f"was by at most {_peak(each.actual, each.actual_after)}; it ended at {end}, where by the "
        f"days agreed it would have stood at {agreed}."
    )


def _peak(peak: Peak, after: tuple[str, ...]) -> str:
    named = f" (after {', '.join(after)})" if after else ""
    return f"{spanned(max(Fraction(0), peak.low), peak.high)}{named}"
