"""The steps of a `backchannel-plan/1` file, one by one: the format is told in `own_file`.

Faults are raised with their place by `Part.fault`, as every strict reader of the project does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from backchannel.channel.plain import AccordError
from backchannel.channel.steps import Category, Step
from backchannel.channel.strict_json import Part
from backchannel.plan.amounts import MAX_AMOUNT, NOTHING, Amount, Size, amount
from backchannel.plan.errors import MalformedError
from backchannel.plan.model import Undoing, Value

REQUIRED = ("id", "actor", "action", "beneficiary", "category")
RELATIONS = ("requires", "bargained", "simultaneous_with", "triggers")
VALUES = ("cost", "worth", "loss")
OPTIONAL = (
    *(*RELATIONS, "verifier", "deadline", "within_days", "planned"),
    *(*VALUES, "reversible", "escrow"),
)
UNDOING: Mapping[str, Undoing] = {
    "yes": Undoing.CAN,
    "partly": Undoing.PARTLY,
    "no": Undoing.CANNOT,
}
_SIZES: Mapping[str, Size] = {size.name.lower(): size for size in Size}
_ENDS = 2  # of a range
_MOST_DAYS = 10**6  # beyond what a step allows, which tells better what it does


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A step of a file with what stands beside it; None where the file says nothing."""

    step: Step
    value: Value | None
    undoing: Undoing | None
    holder: Part | None


def read_step(item: Part) -> Read:
    """Return a step. Raises: the error of the part."""
    # A step is called by its id, where it has one that can be read, and else by its place.
    named = item.mapping().get("id")
    where = f"step {named.value}" if named and isinstance(named.value, str) else item.where
    part = Part(item.value, where[:60], item.error)
    parts = part.fields(*REQUIRED, optional=OPTIONAL)
    try:
        step = _step(parts)
    except AccordError as fault:
        raise item.error(str(fault)) from fault
    if "reversible" in parts and "loss" in parts:
        raise part.fault("reversible and loss both stand there; the loss alone says more")
    return Read(
        step=step,
        value=_value(parts),
        undoing=_undoing(parts["reversible"]) if "reversible" in parts else None,
        holder=parts.get("escrow"),
    )


def _step(parts: Mapping[str, Part]) -> Step:
    given: dict[str, Any] = {f: parts[f].texts() for f in RELATIONS if f in parts}
    given |= {field: parts[field].text() for field in ("verifier", "deadline") if field in parts}
    planned = parts.get("planned")
    return Step(
        id=parts["id"].text(),
        actor=parts["actor"].text(),
        action=parts["action"].text(),
        beneficiary=parts["beneficiary"].text(),
        category=_one_of(parts["category"], {each.value: each for each in Category}),
        within_days=_whole(parts["within_days"]) if "within_days" in parts else 0,
        planned=None if planned is None or planned.value is None else planned.day(),
        **given,
    )


def _one_of(part: Part, kinds: Mapping[str, Category]) -> Category:
    found = kinds.get(part.text())
    if found is None:
        raise part.fault(f"{part.text()[:60]!r} is no category; there are {', '.join(kinds)}")
    return found


def _undoing(part: Part) -> Undoing:
    found = UNDOING.get(part.text())
    if found is None:
        raise part.fault(f"{part.text()[:60]!r} is not allowed; write yes, partly or no")
    return found


def _whole(part: Part) -> int:
    value = part.number(0, _MOST_DAYS)
    if value != int(value):
        raise part.fault(f"a whole number is expected, not {value:g}")
    return int(value)


def _value(parts: Mapping[str, Part]) -> Value | None:
    if "loss" in parts and "cost" not in parts:
        raise parts["loss"].fault("what is lost is a part of the cost; give the cost too")
    given = {field: _amount(parts[field]) for field in VALUES if field in parts}
    if not given:
        return None
    cost, loss = given.get("cost", NOTHING), given.get("loss")
    if loss is not None and loss.high > cost.high:
        raise parts["loss"].fault("more is lost than the step costs")
    return Value(cost=cost, worth=given.get("worth", NOTHING), loss=loss)


def _amount(part: Part) -> Amount:
    try:
        match part.value:
            case str():
                return _size(part)
            case list():
                ends = tuple(_number(item) for item in part.items())
                if len(ends) != _ENDS:
                    raise part.fault("a range has two numbers, the lower one first")
                return Amount(*ends)
            case _:
                number = _number(part)
                return Amount(number, number)
    except MalformedError as fault:
        raise part.fault(str(fault)) from fault


def _number(part: Part) -> Fraction:
    return amount(part.number(0, MAX_AMOUNT)).low


def _size(part: Part) -> Amount:
    size = _SIZES.get(part.text())
    if size is None:
        raise part.fault(
            f"{part.text()[:60]!r} is no size; write a number, two numbers as a range, or one of "
            f"{', '.join(_SIZES)}"
        )
    return size.amount
