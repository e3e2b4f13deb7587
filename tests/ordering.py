"""Small random plans, and all their orders tried one by one: what the search is held against."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

import numpy as np

from backchannel.channel.plain import AccordError
from backchannel.channel.steps import Category, Step, events
from backchannel.plan.amounts import Amount
from backchannel.plan.course import Kind, conditions
from backchannel.plan.errors import MalformedError
from backchannel.plan.measure import By
from backchannel.plan.model import BOTH, Order, Plan, Value

SIDES = ("North", "South", "East", "West", "Hill", "Coast")
THIRD = "Bank"

Key = tuple[Fraction, Fraction, int]


def step(name: str, side: str = "North", **fields: object) -> Step:
    """Return a step of a side for the other of two sides."""
    wanted: dict[str, object] = {
        "action": "acts",
        "category": Category.OTHER,
        "beneficiary": "South" if side == "North" else "North",
        **fields,
    }
    return Step(id=name, actor=side, **wanted)  # type: ignore[arg-type]


def plan_of(steps: tuple[Step, ...], values: dict[str, tuple[int, int]], **fields: object) -> Plan:
    """Return a plan of two sides with whole values: cost, worth."""
    sides = SIDES[:2]
    return Plan(
        name="plan",
        sides=sides,
        side_of={side: side for side in sides},
        steps=steps,
        values={
            each: Value(cost=whole(cost), worth=whole(worth))
            for each, (cost, worth) in values.items()
        },
        **fields,  # type: ignore[arg-type]
    )


def whole(low: int, high: int | None = None) -> Amount:
    """Return an amount of whole points."""
    return Amount(Fraction(low), Fraction(low if high is None else high))


def random_plan(
    rng: np.random.Generator, most: int, *, sides: int = 2, equal: bool = False, waits: float = 0.2
) -> Plan:
    """Return a plan of at most so many steps; with `equal`, of two sides and equal known values."""
    while True:
        try:
            return _drawn(rng, int(rng.integers(1, most + 1)), SIDES[:sides], (equal, waits))
        except (AccordError, MalformedError):
            continue  # steps that are one event waited for one another in a circle


def _drawn(
    rng: np.random.Generator, count: int, sides: tuple[str, ...], how: tuple[bool, float]
) -> Plan:
    equal, waits = how
    names = [f"s{number}" for number in range(count)]
    steps, values, together = [], {}, _pairs(rng, names, 0.0 if equal else 0.05)
    for number, name in enumerate(names):
        actor = str(rng.choice(sides if equal else (*sides, THIRD)))
        others = [side for side in sides if side != actor]
        meant = others if equal else [*others, BOTH]
        requires = tuple(each for each in names[:number] if rng.random() < waits)
        low, more = (int(each) for each in rng.integers(0, 5, 2))
        cost = whole(low, low if equal else low + int(rng.integers(0, 2)))
        steps.append(
            step(
                name,
                actor,
                beneficiary=str(rng.choice(meant)),
                requires=requires,
                bargained=tuple(each for each in requires if rng.random() < 0.5),
                simultaneous_with=tuple(together[name]),
            )
        )
        values[name] = Value(cost=cost, worth=cost if equal else whole(more, more + low % 2))
    return Plan(
        name="random",
        sides=sides,
        side_of={side: side for side in sides},
        steps=tuple(steps),
        values=values,
        fixed=tuple(pair for pair in combinations(names, 2) if rng.random() < waits / 8),
    )


def _pairs(rng: np.random.Generator, names: list[str], chance: float) -> dict[str, list[str]]:
    together: dict[str, list[str]] = {name: [] for name in names}
    for one, other in combinations(names, 2):
        if rng.random() < chance:
            together[one].append(other)
            together[other].append(one)
    return together


def all_orders(plan: Plan, *, drop: bool = False) -> Iterator[Order]:
    """Yield each order that keeps the conditions."""
    together, pairs = _held(plan, drop=drop)
    yield from _extended(together, pairs, ())


def _held(plan: Plan, *, drop: bool) -> tuple[Order, set[tuple[int, int]]]:
    """Return the events, and the pairs of them of which the first comes before the second."""
    together = tuple(tuple(each.id for each in event) for event in events(plan.steps))
    place = {each: number for number, event in enumerate(together) for each in event}
    return together, {
        (place[each.first], place[each.then])
        for each in conditions(plan)
        if not (drop and each.kind is Kind.BARGAINED) and place[each.first] != place[each.then]
    }


def _extended(
    events_: Order, pairs: set[tuple[int, int]], given: tuple[int, ...]
) -> Iterator[Order]:
    if len(given) == len(events_):
        yield tuple(events_[number] for number in given)
    for number in range(len(events_)):
        if number not in given and all(first in given for first, then in pairs if then == number):
            yield from _extended(events_, pairs, (*given, number))


def best_key(plan: Plan, *, drop: bool = False, by: By = By.MIDDLE) -> Key | None:
    """Return the least greatest exposure, then stake, then rounds of all orders; None: no order."""
    together, pairs = _held(plan, drop=drop)
    moves = plan.moves(together)
    changes = [[by.of(move.changes[side]) for side in plan.sides] for move in moves]
    givers = [frozenset({plan.giver(each) for each in move.steps} - {None}) for move in moves]
    ends = [sum(column, Fraction(0)) for column in zip(*changes, strict=True)]
    keys = []

    def go(
        given: tuple[int, ...], at: list[Fraction], so_far: Key, hand: frozenset[object]
    ) -> None:
        if len(given) == len(moves):
            keys.append(so_far)
        for number in range(len(moves)):
            if number in given or any(b == number and a not in given for a, b in pairs):
                continue
            new = [one + two for one, two in zip(at, changes[number], strict=True)]
            turns = givers[number] and (givers[number] != hand or len(givers[number]) > 1)
            key = (
                max(so_far[0], *new),
                max(so_far[1], *(end - one for end, one in zip(ends, new, strict=True))),
                so_far[2] + bool(turns),
            )
            go((*given, number), new, key, givers[number] or hand)

    go((), [Fraction(0)] * len(plan.sides), (Fraction(0), max(Fraction(0), *ends), 0), frozenset())
    return min(keys, default=None)


def key_of(plan: Plan, order: Order, by: By = By.MIDDLE) -> Key:
    """Return greatest exposure, stake and rounds of an order, from the moves alone."""
    moves = plan.moves(order)
    greatest = stake = Fraction(0)
    for side in plan.sides:
        at, points = Fraction(0), [Fraction(0)]
        for move in moves:
            at += by.of(move.changes[side])
            points.append(at)
        greatest, stake = max(greatest, *points), max(stake, *(at - each for each in points))
    return greatest, stake, _rounds(plan, order)


def _rounds(plan: Plan, order: Order) -> int:
    count, hand = 0, set[str | None]()
    for event in order:
        givers = {plan.giver(plan.by_id[each]) for each in event} - {None}
        if givers:
            count += givers != hand or len(givers) > 1
            hand = givers
    return count
