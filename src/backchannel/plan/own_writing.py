"""Writing a plan as the project's own file: a real accord, or a plan improved, is kept as ours.

Promises: what is written is read again as the same plan, with its numbers to six decimals; actors
that are on no side and no mediator are named as third parties, which the file demands; of what
became of it, the days on which steps were done are kept, not judgements. A plan that the reader
would refuse, because its days contradict its conditions, is written all the same.

>>> from backchannel.plan.own_file import read_own
>>> given = b'''{"format": "backchannel-plan/1", "name": "swap", "sides": ["North", "South"],
...  "steps": [{"id": "s1", "actor": "North", "action": "frees ten", "beneficiary": "South",
...             "category": "prisoner", "cost": [1, 2.5]}]}'''
>>> read_own(write_own(*read_own(given, "swap.json")), "again.json") == read_own(given, "swap.json")
True
"""

import json
from fractions import Fraction
from typing import Any

from backchannel.channel.steps import Step
from backchannel.plan.amounts import NOTHING, Amount
from backchannel.plan.model import Plan
from backchannel.plan.own_file import FORMAT
from backchannel.plan.own_steps import UNDOING
from backchannel.plan.real import Record

_DECIMALS = 6


def write_own(plan: Plan, record: Record | None = None) -> bytes:
    """Return the file's content."""
    made: dict[str, Any] = {"format": FORMAT, "name": plan.name}
    made |= {field: said for field in ("title", "form") if (said := getattr(plan, field))}
    if not plan.illustrative and plan.scale:
        made["scale"] = plan.scale
    made["sides"] = list(plan.sides)
    made["side_of"] = {a: side for a, side in plan.side_of.items() if a not in plan.sides}
    made["mediators"] = list(plan.mediators)
    made["third_parties"] = _third_parties(plan)
    made["steps"] = [_step(step, plan) for step in plan.steps]
    made["fixed"] = [list(pair) for pair in plan.fixed]
    made["readings"] = {
        side: {each: list(others) for each, others in own.items()}
        for side, own in plan.readings.items()
    }
    kept = {name: value for name, value in made.items() if value or name in {"sides", "steps"}}
    if record is not None:
        kept["done"] = {each: day.isoformat() for each, day in record.done.items()}
    return (json.dumps(kept, ensure_ascii=False, indent=1) + "\n").encode()


def _third_parties(plan: Plan) -> list[str]:
    named = (*plan.sides, *plan.side_of, *plan.mediators)
    unnamed = [step.actor for step in plan.steps] + list(plan.escrow.values())
    return list(dict.fromkeys([*plan.third_parties, *(a for a in unnamed if a not in named)]))


def _step(step: Step, plan: Plan) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": step.id,
        "actor": step.actor,
        "action": step.action,
        "beneficiary": step.beneficiary,
        "category": step.category.value,
    }
    optional: dict[str, Any] = {name: list(ids) for name, ids in step.relations.items()}
    optional |= {
        "verifier": step.verifier,
        "deadline": step.deadline,
        "within_days": step.within_days,
        "planned": step.planned and step.planned.isoformat(),
        "escrow": plan.escrow.get(step.id),
    }
    made |= {name: value for name, value in optional.items() if value}
    value = plan.values.get(step.id)
    if value is not None:
        made["cost"], made["worth"] = _amount(value.cost), _amount(value.worth)
        if value.loss is not None:
            made["loss"] = _amount(value.loss)
    if step.id in plan.told and "loss" not in made:
        words = {undoing: word for word, undoing in UNDOING.items()}
        made["reversible"] = words[plan.told[step.id]]
    return made


def _amount(value: Amount) -> Any:  # noqa: ANN401 - a number or two
    if value == NOTHING:
        return 0
    return _number(value.low) if value.known else [_number(value.low), _number(value.high)]


def _number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else round(float(value), _DECIMALS)
