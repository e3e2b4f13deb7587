"""The plan with one thing changed: a step split, steps made one event or taken apart, an escrow.

Promises: what is said of other steps stays true: what waited for a step that is split waits for its
last part, its first part waits for what the step waited for.

>>> from backchannel.channel.steps import Category
>>> from backchannel.plan.amounts import amount
>>> from backchannel.plan.model import Value
>>> pays = Step(id="s1", actor="North", action="pays", beneficiary="South",
...             category=Category.FUNDS)
>>> plan = Plan(name="swap", sides=("North", "South"), side_of={"North": "North"}, steps=(pays,),
...             values={"s1": Value(cost=amount(3), worth=amount(4))})
>>> [(step.id, step.requires) for step in split(plan, "s1", 2).steps]
[('s1.1', ()), ('s1.2', ('s1.1',))]
>>> split(plan, "s1", 2).values["s1.1"].cost.middle
Fraction(3, 2)
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from backchannel.channel.steps import MAX_ACTION, Category, Step, events
from backchannel.plan.amounts import Amount
from backchannel.plan.errors import MalformedError
from backchannel.plan.model import Plan, Value

T = TypeVar("T")

_LONGEST = 34  # characters of an id that leave room for what is added to it


def split(plan: Plan, chosen: str, parts: int) -> Plan:
    """Return the plan with a step in equal parts, one after another.

    Raises:
        MalformedError: it is no single step of the plan, or the parts are no plan.
    """
    step = _single(plan, chosen)
    names = _names(plan, chosen, tuple(str(number + 1) for number in range(parts)))
    made = tuple(
        replace(
            step,
            id=name,
            action=f"{step.action[: MAX_ACTION - 20]} (part {number + 1} of {parts})",
            requires=step.requires if number == 0 else (names[number - 1],),
            bargained=step.bargained if number == 0 else (),
            within_days=step.within_days if number == 0 else 0,
            triggers=step.triggers if number == parts - 1 else (),
        )
        for number, name in enumerate(names)
    )
    others = [_renamed(each, chosen, names[0], names[-1]) for each in plan.steps]
    place = plan.steps.index(step)
    value, escrow = plan.values.get(chosen, Value()), plan.escrow.get(chosen)
    part = _part(value, parts)
    return replace(
        plan,
        steps=(*others[:place], *made, *others[place + 1 :]),
        values={**_without(plan.values, chosen), **dict.fromkeys(names, part)},
        escrow={
            **_without(plan.escrow, chosen),
            **({} if escrow is None else dict.fromkeys(names, escrow)),
        },
        fixed=tuple(
            (names[-1] if one == chosen else one, names[0] if two == chosen else two)
            for one, two in plan.fixed
        ),
        readings={
            side: {
                (names[0] if each == chosen else each): _swapped(waits, chosen, names[-1])
                for each, waits in own.items()
            }
            for side, own in plan.readings.items()
        },
    )


def joined(plan: Plan, one: str, other: str) -> Plan:
    """Return the plan with two steps, and what is simultaneous with them, as one event.

    Raises:
        MalformedError: it would wait for itself, through a step between them.
    """
    links = {one: other, other: one}
    steps = tuple(
        replace(step, simultaneous_with=(*step.simultaneous_with, links[step.id]))
        if step.id in links
        else step
        for step in plan.steps
    )
    return replace(plan, steps=steps)


def opened(plan: Plan, chosen: str) -> Plan:
    """Return the plan with the event of a step taken apart."""
    event = next(each for each in events(plan.steps) if chosen in {step.id for step in each})
    steps = tuple(
        replace(step, simultaneous_with=()) if step in event else step for step in plan.steps
    )
    return replace(plan, steps=steps)


def escrowed(plan: Plan, chosen: str, against: str, holder: str) -> Plan:
    """Return the plan with what a step gives deposited first, and released against another step.

    The deposit waits for what the step waited for and costs nothing: it can go back. The release
    is the step: it costs its giver then, in one event with the step it is released against.

    Raises:
        MalformedError: it is no single step of the plan, or the event would wait for itself.
    """
    step = _single(plan, chosen)
    (name,) = _names(plan, chosen, ("deposit",))
    deposit = replace(
        step,
        id=name,
        action=f"{step.action[: MAX_ACTION - 40]} (deposited, to be released)",
        category=Category.ESCROW,
        triggers=(),
        verifier=holder,
    )
    release = replace(step, requires=(name,), bargained=(), within_days=0)
    # A certificate that triggered the step now triggers the deposit.
    others = [replace(each, triggers=_swapped(each.triggers, chosen, name)) for each in plan.steps]
    place = plan.steps.index(step)
    changed = replace(
        plan,
        steps=(*others[:place], deposit, release, *others[place + 1 :]),
        values={**plan.values, name: Value()},
        escrow={**plan.escrow, chosen: holder},
    )
    return joined(changed, chosen, against)


def _single(plan: Plan, chosen: str) -> Step:
    step = plan.by_id.get(chosen)
    if step is None or step.simultaneous_with:
        raise MalformedError(
            f"{chosen[:60]!r} is no step that stands by itself; name a step of the plan, and take "
            "an event apart before one of its steps is changed"
        )
    return step


def _names(plan: Plan, chosen: str, endings: tuple[str, ...]) -> tuple[str, ...]:
    base = chosen[:_LONGEST]
    names = tuple(f"{base}.{ending}"[:40] for ending in endings)
    if plan.by_id.keys() & set(names):
        raise MalformedError(f"step {chosen}: there are steps {', '.join(names)} already")
    return names


def _renamed(step: Step, chosen: str, first: str, last: str) -> Step:
    return replace(
        step,
        requires=_swapped(step.requires, chosen, last),
        bargained=_swapped(step.bargained, chosen, last),
        triggers=_swapped(step.triggers, chosen, first),
    )


def _swapped(ids: tuple[str, ...], chosen: str, new: str) -> tuple[str, ...]:
    return tuple(new if each == chosen else each for each in ids)


def _part(value: Value, parts: int) -> Value:
    cost, worth = (
        Amount(each.low / parts, each.high / parts) for each in (value.cost, value.worth)
    )
    loss = None if value.loss is None else Amount(value.loss.low / parts, value.loss.high / parts)
    return Value(cost=cost, worth=worth, loss=loss)


def _without(mapping: Mapping[str, T], chosen: str) -> dict[str, T]:
    return {each: value for each, value in mapping.items() if each != chosen}
