"""What the follow-up of a plan says, in sentences.

>>> counted(1, "day"), counted(3, "day")
('1 day', '3 days')
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from backchannel.plan.balance import Balance
from backchannel.plan.exposure_words import shown, spanned
from backchannel.plan.outlook import Delay, Safety
from backchannel.plan.status import State, Status, StepStatus


def counted(number: int, what: str) -> str:
    """Return a number with its noun."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def sentences(found: Status) -> Iterator[str]:
    """Yield where the plan stands: what was done, what is due next and from whom."""
    late = sum(1 for each in found.done if each.days_late)
    said = f", {late} of them late" if late else ""
    yield f"On {found.on}: {len(found.done)} of {len(found.steps)} steps done{said}."
    if found.ahead:
        day = found.ahead[0].due
        named = (_owed(each) for each in found.ahead if each.due == day)
        yield f"Due next, on {day}: {'; '.join(named)}."
    if found.overdue:
        yield f"Overdue: {'; '.join(_overdue(each) for each in found.overdue)}."
    if found.without_day:
        named = (_owed(each) for each in found.without_day)
        yield f"Can be done now, and has no day: {'; '.join(named)}."
    for each in found.steps:
        if each.state is State.DISPUTED:
            yield (
                f"{each.step.id} is disputed: for {each.step.actor} it is done, for "
                f"{each.step.beneficiary} it is not."
            )
        elif not each.open and each.waits_for:
            yield f"{each.step.id} was done without waiting for {', '.join(each.waits_for)}."


def exposed(each: Balance) -> str:
    """Return how far a side is exposed now."""
    agreed = spanned(each.agreed.low, each.agreed.high)
    own = spanned(each.own.low, each.own.high)
    if each.disputed:
        others = spanned(each.others.low, each.others.high)
        own = f"{own} as it sees it, {others} as the others do"
    return f"{each.side} is exposed by {own}; by {agreed} if all had been done on its day."


def delayed(each: Delay) -> str:
    """Return what a delay puts at risk."""
    days = f"is {counted(each.days, 'day')} late" if each.days else "is announced to be late"
    missing = _sides((side, value) for side, value in each.missing.items() if value > 0)
    more = f", which exposes {missing} more than agreed" if missing else ""
    higher = [
        f"{side} up to {shown(each.if_never[side])} (as agreed {shown(cap)})"
        for side, cap in each.as_agreed.items()
        if each.if_never[side] > cap
    ]
    held = each.late.holds_up
    also = f" {', '.join(held)} {'wait' if len(held) > 1 else 'waits'} for it." if held else ""
    never = f" If it is never done, the rest exposes {' and '.join(higher)}." if higher else ""
    return f"{each.late.step.id} {days}{more}.{also}{never}"


def safety(each: Safety) -> str:
    """Return whether a step is safe to take."""
    then = f"{each.side} would be exposed by {shown(each.together)}, its cap is {shown(each.cap)}"
    if not each.safe:
        return f"{each.step.id} is not safe to take: {then}."
    if not each.safe_alone:
        return (
            f"{each.step.id} is safe to take as one event with {', '.join(each.partners)}: {then}; "
            f"alone by {shown(each.alone)}."
        )
    return f"{each.step.id} is safe to take: {then}."


def _owed(each: StepStatus) -> str:
    waits = f", waits for {', '.join(each.waits_for)}" if each.waits_for else ""
    return f"{each.step.id} from {each.step.actor}{waits}"


def _overdue(each: StepStatus) -> str:
    return f"{_owed(each)} ({counted(each.days_late, 'day')})"


def _sides(pairs: Iterable[tuple[str, Fraction]]) -> str:
    return " and ".join(f"{side} by {shown(value)}" for side, value in pairs)
