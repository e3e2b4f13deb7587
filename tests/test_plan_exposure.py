"""Exposure, stake and surplus: against sums written out, and against the figures that are known."""

from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.plan.amounts import Amount
from backchannel.plan.errors import MalformedError
from backchannel.plan.exposure import Exposure, Level, exposure
from backchannel.plan.model import Plan, Value
from backchannel.plan.real import plan_of as real_plan
from ordering import plan_of, step, whole
from planning import plans

CASES = Path(__file__).parent.parent / "cases"
Fixed = dict[str, tuple[Fraction, Fraction]]  # by step, its cost and its worth


def points(*exact: Fraction) -> list[float]:
    return [float(each) for each in exact]


def case(name: str) -> Plan:
    path = CASES / f"{name}.json"
    return real_plan(path.read_bytes(), path.name)[0]


def by_hand(plan: Plan, fixed: Fixed, side: str) -> list[Fraction]:
    """Return a side's exposure after each event, with values that are fixed."""
    stands = [Fraction(0)]
    for event in plan.planned:
        at = stands[-1]
        for each in event:
            done = plan.by_id[each]
            cost, worth = fixed[each]
            if plan.side_of.get(done.actor) == side:
                at += cost
            elif done.beneficiary in (side, "both"):
                at -= worth
        stands.append(at)
    return stands


def corners(plan: Plan, pick: st.DataObject) -> Fixed:
    """Draw values at the ends of their ranges, or between."""
    fixed = {}
    for each in plan.by_id:
        value = plan.values.get(each, Value())
        chosen = []
        for amount in (value.cost, value.worth):
            part = pick.draw(st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1)]))
            chosen.append(amount.low + part * (amount.high - amount.low))
        fixed[each] = (chosen[0], chosen[1])
    return fixed


@settings(max_examples=150, deadline=None)
@given(plans(ranges=False))
def test_known_values_give_what_sums_written_out_give(plan: Plan) -> None:
    values = {each: plan.values.get(each, Value()) for each in plan.by_id}
    fixed = {each: (value.cost.low, value.worth.low) for each, value in values.items()}
    found = exposure(plan)
    for side in plan.sides:
        stands = by_hand(plan, fixed, side)
        each = found.sides[side]
        assert each.exposure.levels == tuple(Level(p, p, p) for p in stands)
        assert each.worst.middle == max(stands)
        assert stands[each.worst.at] == max(stands)
        assert stands[: each.worst.at].count(max(stands)) == 0
        saved = [max(Fraction(0), stands[-1] - p) for p in stands]
        assert each.temptation.levels == tuple(Level(s, s, s) for s in saved)
        assert each.stake.middle == max(saved)
        assert each.surplus == Level(-stands[-1], -stands[-1], -stands[-1])
    stakes = [each.stake.middle for each in found.sides.values()]
    assert found.self_enforcing is (max(stakes) == 0)
    assert found.worst.worst.middle == max(each.worst.middle for each in found.sides.values())


@settings(max_examples=150, deadline=None)
@given(plan=plans(), pick=st.data())
def test_values_within_their_ranges_stay_within_what_is_told(
    plan: Plan, pick: st.DataObject
) -> None:
    found, fixed = exposure(plan), corners(plan, pick)
    for side in plan.sides:
        stands = by_hand(plan, fixed, side)
        each = found.sides[side]
        for level, point in zip(each.exposure.levels, stands, strict=True):
            assert level.low <= point <= level.high
        for level, point in zip(each.temptation.levels, stands, strict=True):
            assert level.low <= max(Fraction(0), stands[-1] - point) <= level.high
        assert each.worst.low <= max(stands) <= each.worst.high
        saved = max(stands[-1] - point for point in stands)
        assert each.stake.low <= saved <= each.stake.high
        assert each.surplus.low <= -stands[-1] <= each.surplus.high
        if found.self_enforcing is not None:
            assert found.self_enforcing is False or saved == 0


@settings(max_examples=40, deadline=None)
@given(plans(most=3))
def test_the_ends_of_what_is_told_are_reached(plan: Plan) -> None:
    found = exposure(plan)
    values = [plan.values.get(each, Value()) for each in plan.by_id]
    ends = [((v.cost.low, v.cost.high), (v.worth.low, v.worth.high)) for v in values]
    every = [
        dict(zip(plan.by_id, chosen, strict=True))
        for chosen in product(*(tuple(product(*each)) for each in ends))
    ]
    for side in plan.sides:
        each = found.sides[side]
        stands = [by_hand(plan, fixed, side) for fixed in every]
        worst, stakes = [max(p) for p in stands], [max(p[-1] - q for q in p) for p in stands]
        assert (each.worst.low, each.worst.high) == (min(worst), max(worst))
        assert (each.stake.low, each.stake.high) == (min(stakes), max(stakes))
        for at, level in enumerate(each.temptation.levels):
            saved = [max(Fraction(0), p[-1] - p[at]) for p in stands]
            assert (level.low, level.high) == (min(saved), max(saved))


@pytest.mark.parametrize(
    ("name", "side", "peak", "at"),
    [
        ("algiers_1981", "Iran", 7, "a9"),
        ("jpoa_2013", "Iran", 4, "p5"),
        ("us_taliban_doha_2020", "US side", 6, "d14"),
        ("us_iran_swap_2023", "Iran", 5, "s10"),
        ("minsk2_2015", "Ukraine", 6, "m9b"),
        ("us_iran_mou_2026", "US", 6, "i3"),
    ],
)
def test_the_planned_peaks_of_real_accords_are_those_known(
    name: str, side: str, peak: int, at: str
) -> None:
    found = exposure(case(name), apart=True)
    worst = found.worst
    assert worst.side == side
    assert worst.worst.middle == peak
    assert found.event(worst.worst.at) == (at,)


def test_an_exchange_at_one_moment_exposes_less_than_one_step_after_the_other() -> None:
    swap = case("us_iran_swap_2023")
    assert exposure(swap, apart=True).worst.worst.middle == 5
    assert exposure(swap).worst.worst.middle == 1


GIVES, GIVES_BACK = step("s1"), step("s2", "South")


def swapped(first: tuple[int, int], second: tuple[int, int]) -> Exposure:
    return exposure(plan_of((GIVES, GIVES_BACK), {"s1": first, "s2": second}))


def test_who_gives_first_is_exposed_and_who_gives_last_needs_a_stake() -> None:
    found = swapped((3, 5), (2, 4))
    north, south = found.sides["North"], found.sides["South"]
    assert points(north.worst.middle, south.worst.middle) == [3, 0]
    assert found.event(north.worst.at) == ("s1",)
    assert found.event(south.worst.at) == ()
    assert points(north.stake.middle, south.stake.middle) == [0, 2]
    assert found.event(south.stake.at) == ("s1",)
    assert points(north.surplus.middle, south.surplus.middle) == [1, 3]
    assert found.self_enforcing is False
    assert found.worst is north


def test_a_plan_that_nobody_is_tempted_to_leave_enforces_itself() -> None:
    assert swapped((1, 5), (0, 4)).self_enforcing is True


def test_ranges_can_leave_open_whether_a_plan_enforces_itself() -> None:
    steps = (GIVES, GIVES_BACK)
    plan = plan_of(steps, {"s1": (1, 5)})
    unsure = Plan(
        name="unsure",
        sides=plan.sides,
        side_of=plan.side_of,
        steps=steps,
        values={**plan.values, "s2": Value(cost=whole(0, 1), worth=whole(4))},
    )
    assert exposure(unsure).self_enforcing is None


def test_no_order_repairs_a_bad_deal() -> None:
    found = swapped((5, 5), (1, 3))
    north = found.sides["North"]
    assert not north.ends_worst
    again = exposure(
        plan_of((GIVES, GIVES_BACK), {"s1": (5, 5), "s2": (1, 3)}), (("s2",), ("s1",))
    ).sides["North"]
    assert again.ends_worst
    assert again.worst.middle == 2 == -again.surplus.middle
    assert not found.sides["South"].ends_worst


def test_what_has_no_value_is_named() -> None:
    assert exposure(plan_of((GIVES, GIVES_BACK), {"s1": (1, 1)})).unvalued == ("s2",)


def test_an_order_has_each_step_once() -> None:
    plan = plan_of((GIVES, GIVES_BACK), {})
    for order in ((("s1",),), (("s1",), ("s2",), ("s1",)), (("s1",), ("s3",))):
        with pytest.raises(MalformedError, match="each step of the plan once"):
            exposure(plan, order)


def test_a_size_is_a_range() -> None:
    amount = Amount(Fraction(1), Fraction(3))
    plan = Plan(
        name="sizes",
        sides=("North", "South"),
        side_of={"North": "North"},
        steps=(GIVES,),
        values={"s1": Value(cost=amount)},
    )
    worst = exposure(plan).worst.worst
    assert points(worst.low, worst.middle, worst.high) == [1, 2, 3]
