"""Drawn values: what is drawn stays in its range, and what is counted is counted rightly."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.plan.exposure import exposure
from backchannel.plan.model import Plan, Value
from backchannel.plan.real import plan_of as real_plan
from backchannel.plan.sampled import Share, compared, draw, heights, sampled
from ordering import plan_of, step, whole
from planning import plans

DOHA = Path(__file__).parent.parent / "cases" / "us_taliban_doha_2020.json"
GIVES, GIVES_BACK = step("s1"), step("s2", "South")


def chance() -> np.random.Generator:
    return np.random.default_rng(1)


@settings(max_examples=80, deadline=None)
@given(plan=plans(ranges=False), apart=st.booleans())
def test_without_a_spread_known_values_give_what_is_exact(plan: Plan, apart: bool) -> None:  # noqa: FBT001 - drawn
    found = sampled(plan, draw(plan, chance(), samples=3, spread=0), apart=apart)
    exact = exposure(plan, apart=apart)
    for side, each in exact.sides.items():
        drawn = found.sides[side]
        assert drawn.worst.tolist() == [float(each.worst.middle)] * 3
        assert drawn.at.tolist() == [each.worst.at] * 3
        assert drawn.stake.tolist() == pytest.approx([float(each.stake.middle)] * 3)
        assert drawn.end.tolist() == pytest.approx([-float(each.surplus.middle)] * 3)
    assert found.greatest.tolist() == [float(exact.worst.worst.middle)] * 3


@settings(max_examples=80, deadline=None)
@given(plans())
def test_what_is_drawn_within_ranges_stays_within_what_is_exact(plan: Plan) -> None:
    found = sampled(plan, draw(plan, chance(), samples=50, spread=0))
    for side, each in exposure(plan).sides.items():
        drawn = found.sides[side]
        for points, peak in ((drawn.worst, each.worst), (drawn.stake, each.stake)):
            assert points.min() >= float(peak.low) - 1e-9
            assert points.max() <= float(peak.high) + 1e-9


def test_a_known_value_is_drawn_within_the_spread_and_a_range_within_itself() -> None:
    plan = plan_of((GIVES, GIVES_BACK), {"s1": (4, 0)})
    ranged = Plan(
        name="ranged",
        sides=plan.sides,
        side_of=plan.side_of,
        steps=plan.steps,
        values={**plan.values, "s2": Value(cost=whole(2, 3))},
    )
    drawn = draw(ranged, chance(), samples=2_000, spread=0.25)
    costs = drawn.costs
    assert (drawn.count, costs.shape) == (2_000, (2_000, 2))
    assert costs[:, 0].min() == pytest.approx(3, abs=0.01)
    assert costs[:, 0].max() == pytest.approx(5, abs=0.01)
    assert costs[:, 1].min() == pytest.approx(2, abs=0.01)
    assert costs[:, 1].max() == pytest.approx(3, abs=0.01)
    assert costs[:, 0].mean() == pytest.approx(4, abs=0.05)
    assert not drawn.worths.any()


def test_the_same_generator_gives_the_same_draws() -> None:
    plan = plan_of((GIVES, GIVES_BACK), {"s1": (4, 5), "s2": (3, 6)})
    one, other = (sampled(plan, draw(plan, chance())) for _ in range(2))
    assert one.quantiles("North") == other.quantiles("North")


def test_it_is_counted_who_is_most_exposed_and_after_what() -> None:
    plan = plan_of((GIVES, GIVES_BACK), {"s1": (4, 9), "s2": (3, 9)})
    found = sampled(plan, draw(plan, chance(), samples=400))
    sides = found.worst_side()
    assert (sides["North"].count, sides["South"].count) == (400, 0)
    assert found.worst_event("North") == {("s1",): Share(count=400, of=400)}
    assert found.worst_event("South") == {(): Share(count=400, of=400)}
    low, middle, high = found.quantiles("North")
    assert 2 <= low < middle < high <= 6
    assert middle == pytest.approx(4, abs=0.3)


def test_a_side_that_is_worst_in_no_draw_is_not_in_a_tie_of_nothing() -> None:
    plan = plan_of((GIVES, GIVES_BACK), {})
    found = sampled(plan, draw(plan, chance(), samples=10))
    assert {side: share.count for side, share in found.worst_side().items()} == {
        "North": 0,
        "South": 0,
    }


def test_two_orders_are_compared_under_the_same_draws() -> None:
    plan = plan_of((GIVES, GIVES_BACK), {"s1": (4, 9), "s2": (2, 9)})
    drawn = draw(plan, chance(), spread=0.9)
    planned, other = sampled(plan, drawn), sampled(plan, drawn, (("s2",), ("s1",)))
    found, turned = compared(other, planned), compared(planned, other)
    assert found.better.share > 0.7
    assert found.better.low < found.better.share < found.better.high
    assert (found.better, found.equal, found.worse) == (turned.worse, turned.equal, turned.better)
    assert found.better.count + found.equal.count + found.worse.count == drawn.count
    assert compared(planned, planned).equal.count == drawn.count


def test_a_real_accord_is_worst_where_its_coder_put_it_in_most_draws() -> None:
    plan, _ = real_plan(DOHA.read_bytes(), DOHA.name)
    found = sampled(plan, draw(plan, chance()), apart=True)
    assert found.worst_side()["US side"].share > 0.8
    assert sum(share.count for share in found.worst_event("US side").values()) == 1_000


def test_a_thousand_steps_and_draws_are_one_array() -> None:
    changes = chance().uniform(-1, 1, size=(1_000, 1_000))
    found = heights(changes)
    sums = np.cumsum(changes[7])
    assert found.worst[7] == max(0, sums.max())
    assert found.stake[7] == sums[-1] - min(0, sums.min())


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0.0, 0.0037), (1_000, 0.9963, 1.0), (500, 0.469, 0.531)],
)
def test_an_interval_is_never_empty(count: int, low: float, high: float) -> None:
    share = Share(count=count, of=1_000)
    assert [share.low, share.high] == pytest.approx([low, high], abs=1e-3)
    assert share.low < share.high
