"""The declaration that is put: made from the case, in neutral words, with all its steps.

>>> from demo.cases import find_case
>>> case = find_case("us_iran_swap_2023")
>>> seat_of_mediators(case)
'Qatar, Oman and Switzerland'
>>> affected(case)[-1]
('South Korea (banks holding funds)', False)
>>> says_it_is_unsigned(case)
True
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from backchannel.channel.sequence import Sequence
from backchannel.channel.steps import Category, Step

MAX_NAME = 120  # characters of a seat's name
MAX_WHO = 200  # characters of those affected


def seat_of_mediators(case: Sequence) -> str:
    """Return the name of the one seat on which all the mediators sit."""
    # A seat's name is shorter than a title may be, and must not be a side's.
    name = _listed(case.mediators)[:MAX_NAME].strip()
    return name if name.casefold() not in {s.casefold() for s in case.sides} else "Mediators"


def says_it_is_unsigned(case: Sequence) -> bool:
    """Tell whether the real text was signed by nobody."""
    return "unsigned" in case.form.casefold()


def truth_about_signing(case: Sequence) -> str:
    """Return what must be known of the signatures that the demo shows."""
    if says_it_is_unsigned(case):
        return (
            "The signed adherence shown here is invented: the real text was an unsigned "
            "understanding."
        )
    return (
        "Every signature shown here is made by this demo, with keys made a moment ago; the real "
        f"form was: {case.form}."
    )


def declaration(case: Sequence) -> dict[str, Any]:
    """Return the draft as `accord draft` reads it."""
    return {
        "title": case.title[:MAX_WHO],
        "form": "declaration",
        "parties": list(case.sides),
        "editions": [{"language": "en", "text": text(case)}],
        "steps": [as_draft(step) for step in case.plan],
        "affected": [{"who": who, "heard": heard} for who, heard in affected(case)],
        "credit": f"Mediated by {_listed(case.mediators)}"[:MAX_WHO].strip(),
    }


def text(case: Sequence) -> str:
    """Return the wording: who undertakes what, side by side, nothing else."""
    return "\n".join(_lines(case))


def _lines(case: Sequence) -> Iterator[str]:
    yield f"Written by a demo from the public record of: {case.title}."
    yield truth_about_signing(case)
    yield (
        f"The mediator, {_listed(case.mediators)}, declares what follows. Each party adheres to it "
        "separately and signs nothing with the other."
    )
    for side in case.sides:
        yield from _undertakings(f"{side} undertakes:", case, side)
    yield from _undertakings("The mediators and others are to do their part:", case, None)
    yield ""
    yield "Order, conditions and days are those of the steps below."


def _undertakings(heading: str, case: Sequence, side: str | None) -> Iterator[str]:
    steps = [step for step in case.plan if case.side(step.actor) == side]
    if steps:
        yield from ("", heading)
        yield from (f"- {step.id}: {step.actor} {step.action}" for step in steps)


def as_draft(step: Step) -> dict[str, Any]:
    """Return a step as it stands in a draft."""
    return {
        "id": step.id,
        "actor": step.actor,
        "action": step.action,
        "beneficiary": step.beneficiary,
        "category": step.category.value,
        "requires": list(step.requires),
        "bargained": list(step.bargained),
        "simultaneous_with": list(step.simultaneous_with),
        "verifier": step.verifier,
        "deadline": step.deadline,
        "planned": _day(step.planned),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def affected(case: Sequence) -> tuple[tuple[str, bool], ...]:
    """Return whom the accord concerns though they have no seat, and whether they were heard.

    In this demo nobody without a seat is heard; what really happened the case does not say.
    """
    return tuple((who[:MAX_WHO].strip(), False) for who in _without_seat(case))


def _without_seat(case: Sequence) -> Iterator[str]:
    held = [step.id for step in case.plan if step.category is Category.PRISONER]
    if held:
        yield f"The persons whose release is promised ({', '.join(held)})"
    # A government may be bound by steps through another's seat: then the case names it apart.
    apart = {entry.partition(" (")[0]: entry for entry in case.third_parties}
    seated = {*case.mediators, *(m.partition(" (")[0] for m in case.mediators)}
    seen: set[str] = set()
    for actor in (step.actor for step in case.plan):
        without = actor in apart or case.side(actor) is None
        if without and actor not in seated | seen:
            seen.add(actor)
            yield apart.get(actor, actor)


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
