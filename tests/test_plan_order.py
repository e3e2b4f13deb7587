"""The order of least exposure: against all orders, and what theory says of it."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from backchannel.plan.amounts import Amount
from backchannel.plan.course import Condition, Kind, broken
from backchannel.plan.errors import InfeasibleError, MalformedError
from backchannel.plan.exposure import exposure
from backchannel.plan.measure import By, Measure
from backchannel.plan.model import Plan, Value
from backchannel.plan.order import Goal, least_exposure
from backchannel.plan.real import plan_of as real_plan
from ordering import SIDES, all_orders, best_key, key_of, plan_of, random_plan, step, whole

CASES = Path(__file__).parent.parent / "cases"


def case(name: str) -> Plan:
    path = CASES / f"{name}.json"
    return real_plan(path.read_bytes(), path.name)[0]


@pytest.mark.parametrize("seed", range(12))
def test_no_order_of_a_small_plan_is_better_by_exposure_then_stake_then_rounds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for number in range(200):
        most = 7 if number % 50 == 0 else 5
        plan = random_plan(rng, most, sides=2 + number % 3, waits=0.1 + 0.2 * (number % 2))
        drop, by = bool(number % 3), (By.MIDDLE, By.HIGH)[number % 2]
        best = best_key(plan, drop=drop, by=by)
        if best is None:
            with pytest.raises(InfeasibleError):
                least_exposure(plan, drop=drop)
            continue
        found = least_exposure(plan, drop=drop, by=by)
        assert found.best.key == key_of(plan, found.order, by) == best
        assert found.rounds_proved
        assert set(broken(plan, found.order)) == set(found.dropped)
        assert all(each.kind is Kind.BARGAINED for each in found.dropped)


def test_up_to_six_sides_are_ordered_too() -> None:
    rng = np.random.default_rng(6)
    for sides in (5, 6):
        for _ in range(40):
            plan = random_plan(rng, 5, sides=sides)
            if (best := best_key(plan)) is not None:
                assert least_exposure(plan).best.key == best


def test_a_share_is_of_all_that_a_side_is_to_receive() -> None:
    rng = np.random.default_rng(7)
    for _ in range(150):
        plan = random_plan(rng, 5)
        moves = plan.moves()
        units = {
            side: -sum(
                min(Fraction(0), plan.change(each)[side].middle)
                for move in moves
                for each in move.steps
            )
            for side in plan.sides
        }
        if not all(units.values()):
            continue
        found = least_exposure(plan, measure=Measure.SHARE, until=Goal.EXPOSURE)
        greatest = []
        for order in all_orders(plan):
            points = {
                side: [
                    sum((m.changes[side].middle for m in plan.moves(order)[:k]), Fraction(0))
                    for k in range(len(order) + 1)
                ]
                for side in plan.sides
            }
            greatest.append(max(max(points[side]) / units[side] for side in plan.sides))
        assert found.best.greatest == min(greatest)


def test_a_side_that_receives_nothing_is_measured_by_what_it_gives() -> None:
    plan = plan_of((step("s1"), step("s2")), {"s1": (3, 5), "s2": (1, 5)})
    assert least_exposure(plan, measure=Measure.SHARE).best.exposures == {
        "North": 1,
        "South": 0,
    }


def test_splitting_a_step_never_raises_the_least_exposure() -> None:
    rng = np.random.default_rng(8)
    for _ in range(150):
        plan = random_plan(rng, 5, equal=True)
        chosen = plan.steps[int(rng.integers(0, len(plan.steps)))]
        parts = (
            replace(chosen, id="part1"),
            replace(chosen, id="part2", requires=("part1",), bargained=()),
        )
        steps = tuple(
            replace(
                each,
                requires=tuple("part2" if x == chosen.id else x for x in each.requires),
                bargained=(),
            )
            for each in plan.steps
            if each is not chosen
        )
        value = plan.values[chosen.id]
        half = Value(cost=_half(value.cost), worth=_half(value.worth))
        values = {each: v for each, v in plan.values.items() if each != chosen.id}
        split = replace(
            plan, steps=(*parts, *steps), values={**values, "part1": half, "part2": half}, fixed=()
        )
        before = least_exposure(replace(plan, fixed=()), until=Goal.EXPOSURE).best.greatest
        assert least_exposure(split, until=Goal.EXPOSURE).best.greatest <= before


def _half(value: Amount) -> Amount:
    return Amount(value.low / 2, value.high / 2)


def test_one_precondition_more_never_lowers_the_least_exposure() -> None:
    rng = np.random.default_rng(9)
    for _ in range(150):
        plan = random_plan(rng, 6)
        before = least_exposure(plan, until=Goal.EXPOSURE).best.greatest
        first, then = (plan.steps[int(each)].id for each in rng.integers(0, len(plan.steps), 2))
        if first == then:
            continue
        try:
            more = least_exposure(
                replace(plan, fixed=(*plan.fixed, (first, then))), until=Goal.EXPOSURE
            )
        except InfeasibleError:
            continue
        assert more.best.greatest >= before


def test_with_equal_values_and_no_conditions_the_bounds_of_theory_hold() -> None:
    rng = np.random.default_rng(10)
    for _ in range(200):
        plan = random_plan(rng, 9, equal=True, waits=0.0)
        largest = max(value.cost.high for value in plan.values.values())
        ends = [sum(m.changes[side].middle for m in plan.moves()) for side in plan.sides]
        found = least_exposure(plan, time_limit=0.0)
        # Without time there is only the rule of thumb and the present order.
        assert found.best.greatest <= max(largest, *ends)
        assert found.bound >= largest / 2
        assert least_exposure(plan).best.greatest >= max(largest / 2, *ends)


@pytest.mark.parametrize(
    ("name", "planned", "best"),
    [
        ("algiers_1981", 7, 2),
        ("jpoa_2013", 4, 1),
        ("us_taliban_doha_2020", 6, 1),
        ("us_iran_swap_2023", 1, 1),
    ],
)
def test_real_accords_could_have_exposed_less(name: str, planned: int, best: int) -> None:
    found = least_exposure(case(name), drop=True, until=Goal.EXPOSURE)
    assert found.present is not None
    assert found.present.greatest == planned
    assert found.best.greatest == found.bound == best


def test_exposures_and_stakes_are_those_of_the_curves() -> None:
    rng = np.random.default_rng(11)
    for number in range(40):
        plan = random_plan(rng, 6, sides=2 + number % 3)
        try:
            found = least_exposure(plan)
        except InfeasibleError:
            continue
        curves = exposure(plan, found.order).sides
        assert found.best.exposures == {s: each.worst.middle for s, each in curves.items()}
        assert found.best.stakes == {s: each.stake.middle for s, each in curves.items()}


def test_a_planned_order_that_breaks_conditions_is_told_and_not_started_from() -> None:
    found = least_exposure(case("black_sea_grain_2022"))
    assert [(each.first, each.then) for each in found.present_breaks] == [
        ("b5", "b7"),
        ("b10", "b11"),
    ]
    assert found.present is not None
    assert found.best.greatest == 0 < found.present.greatest


def test_what_was_done_stands_first_and_exposures_start_from_there() -> None:
    steps = (step("s1"), step("s2"), step("s3", "South"), step("s4", "South"))
    plan = plan_of(steps, {"s1": (2, 2), "s2": (2, 2), "s3": (2, 2), "s4": (2, 2)})
    found = least_exposure(plan, done=("s2",))
    assert found.order[0] == ("s2",)
    assert found.order[1][0] in {"s3", "s4"}
    assert found.best.greatest == 2
    assert least_exposure(plan, done=("s2", "s1")).best.greatest == 4
    assert least_exposure(plan, done=("s1", "s3", "s2", "s4")).order == (
        *(("s1",), ("s3",), ("s2",), ("s4",)),
    )


def test_a_step_that_was_done_leaves_the_rest_of_its_event_to_come() -> None:
    steps = (step("s1", simultaneous_with=("s2",)), step("s2", "South", simultaneous_with=("s1",)))
    plan = plan_of(steps, {"s1": (3, 3), "s2": (3, 3)})
    found = least_exposure(plan, done=("s1",))
    assert found.order == (("s1",), ("s2",))
    assert found.best.greatest == 3


@pytest.mark.parametrize("done", [("s1", "s1"), ("nobody",)])
def test_what_was_done_names_each_step_of_the_plan_once(done: tuple[str, ...]) -> None:
    with pytest.raises(MalformedError, match="named once"):
        least_exposure(plan_of((step("s1"),), {}), done=done)


def test_conditions_that_contradict_one_another_are_named_and_they_are_the_fewest() -> None:
    steps = (step("s1"), step("s2", requires=("s1",)), step("s3", requires=("s2",)), step("s4"))
    plan = plan_of(steps, {}, fixed=(("s3", "s1"), ("s3", "s4"), ("s3", "s2")))
    with pytest.raises(InfeasibleError) as caught:
        least_exposure(plan)
    assert sorted(caught.value.conditions) == ["s2 before s3 (needed)", "s3 before s2 (fixed)"]


def test_bargained_conditions_are_dropped_on_request_and_named_and_others_never() -> None:
    steps = (
        step("s1", requires=()),
        step("s2", "South", requires=("s1",), bargained=("s1",)),
        step("s3", "South", requires=("s1",)),
    )
    plan = plan_of(steps, {"s1": (4, 4), "s2": (2, 2), "s3": (2, 2)})
    assert least_exposure(plan).best.greatest == 4
    dropped = least_exposure(plan, drop=True)
    assert dropped.order == (("s2",), ("s1",), ("s3",))
    assert dropped.best.greatest == 2
    assert dropped.dropped == (Condition(first="s1", then="s2", kind=Kind.BARGAINED),)


def test_what_a_side_reads_into_the_text_holds_nothing_up() -> None:
    steps = (step("s1"), step("s2", "South"))
    plan = plan_of(steps, {"s1": (1, 3), "s2": (2, 2)}, readings={"South": {"s1": ("s2",)}})
    assert least_exposure(plan).order == (("s1",), ("s2",))


def test_a_present_order_is_compared_with_and_may_take_events_apart() -> None:
    steps = (step("s1", simultaneous_with=("s2",)), step("s2", "South", simultaneous_with=("s1",)))
    plan = plan_of(steps, {"s1": (3, 3), "s2": (3, 3)})
    assert least_exposure(plan, present=(("s1",), ("s2",))).present is None
    same = least_exposure(plan, present=(("s1", "s2"),))
    assert same.present == same.best


def test_the_search_can_be_stopped_and_is_then_no_worse_than_it_began() -> None:
    plan = _large(np.random.default_rng(1), 60)
    heard: list[tuple[Goal, Fraction, Fraction]] = []

    def progress(goal: Goal, best: Fraction, bound: Fraction) -> bool:
        heard.append((goal, best, bound))
        return len(heard) < 20

    found = least_exposure(plan, progress=progress)
    assert len(heard) < 30
    assert found.present is not None
    assert found.best.key <= found.present.key
    assert all(bound <= best for _, best, bound in heard)
    assert not found.stake_proved


def _large(rng: np.random.Generator, count: int) -> Plan:
    """Return a plan of two sides with equal values of two decimals: hard to prove."""
    steps, values = [], {}
    for number in range(count):
        name = f"s{number}"
        steps.append(step(name, SIDES[number % 2]))
        value = Fraction(int(rng.integers(100, 1000)), 100)
        values[name] = Value(cost=Amount(value, value), worth=Amount(value, value))
    sides = SIDES[:2]
    return Plan(
        name="large", sides=sides, side_of={s: s for s in sides}, steps=tuple(steps), values=values
    )


def test_what_is_said_of_a_measure_and_of_a_condition() -> None:
    assert Measure.POINTS.words == "points"
    assert Measure.SHARE.words == "of all that the side is to receive"
    assert Condition(first="s1", then="s2", kind=Kind.FIXED).words == "s1 before s2 (fixed)"


def test_values_without_a_fitting_common_denominator_are_rounded_and_still_told_exactly() -> None:
    primes = (999_983, 999_979, 999_961, 999_959, 999_953)
    names = [f"s{number}" for number in range(len(primes))]
    values = {
        name: Value(cost=Amount(Fraction(1, p), Fraction(1, p)), worth=whole(number + 1))
        for number, (name, p) in enumerate(zip(names, primes, strict=True))
    }
    plan = replace(
        plan_of(tuple(step(name, SIDES[n % 2]) for n, name in enumerate(names)), {}),
        values=values,
    )
    best = min(key_of(plan, order) for order in all_orders(plan))
    found = least_exposure(plan)
    assert found.best.key[:1] == best[:1]
    assert 0 <= found.best.greatest - found.bound < Fraction(1, 10**9)
