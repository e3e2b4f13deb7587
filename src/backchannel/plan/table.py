"""A plan as a table for spreadsheets: a row for each step in its order, with all exposures.

The exposures are those after the event of the step, in points; both ends of what ranges leave open.
Text is guarded against being read as a formula (`drawing.cells`).
"""

from collections.abc import Iterator
from fractions import Fraction

from backchannel.channel.steps import Step
from backchannel.drawing.cells import table
from backchannel.plan.amounts import Amount
from backchannel.plan.exposure import Exposure, Level, exposure
from backchannel.plan.model import Order, Plan

_DECIMALS = 6
ENDS = ("low", "high")
HEADS = (
    *("event", "step", "actor", "side", "action", "beneficiary", "category", "requires"),
    *("bargained", "verifier", "escrow", "deadline", "within_days", "planned"),
    *("cost_low", "cost_high", "worth_low", "worth_high"),
)


def to_csv(plan: Plan, order: Order | None = None, *, apart: bool = False) -> bytes:
    """Return the plan in an order, or as planned. Raises: MalformedError."""
    found = exposure(plan, order, apart=apart)
    heads = list(HEADS)
    for side in plan.sides:
        heads += [f"{what} of {side}, {end}" for what in ("exposure", "temptation") for end in ENDS]
    rows = [
        [str(at), *_step(plan, step), *_levels(found, at)]
        for at, move in enumerate(found.moves, start=1)
        for step in move.steps
    ]
    return table([heads, *rows])


def _step(plan: Plan, step: Step) -> list[str]:
    value = plan.values.get(step.id)
    return [
        step.id,
        step.actor,
        plan.giver(step) or "",
        step.action,
        step.beneficiary,
        step.category.value,
        " ".join(step.requires),
        " ".join(step.bargained),
        step.verifier,
        plan.escrow.get(step.id, ""),
        step.deadline,
        str(step.within_days or ""),
        step.planned.isoformat() if step.planned else "",
        *(_ends(value.cost) if value else ("", "")),
        *(_ends(value.worth) if value else ("", "")),
    ]


def _ends(level: Level | Amount) -> tuple[str, str]:
    return _number(level.low), _number(level.high)


def _number(value: Fraction) -> str:
    return str(int(value) if value.denominator == 1 else round(float(value), _DECIMALS))


def _levels(found: Exposure, at: int) -> Iterator[str]:
    for each in found.sides.values():
        yield from _ends(each.exposure.levels[at])
        yield from _ends(each.temptation.levels[at])
