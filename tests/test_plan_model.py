"""The plan itself: what can be built, what a step changes, what it reads from real accords."""

import json
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.channel.steps import Category, Step
from backchannel.plan.amounts import MAX_AMOUNT, Amount, Size, amount
from backchannel.plan.errors import FileFaultError, InfeasibleError, MalformedError
from backchannel.plan.model import BOTH, Plan, Undoing, Value
from backchannel.plan.real import plan_of as real_plan
from ordering import step, whole
from planning import plans

CASES = Path(__file__).parent.parent / "cases"
SWAP = CASES / "us_iran_swap_2023.json"


def plan(**fields: Any) -> Plan:  # noqa: ANN401 - of Plan
    given: dict[str, Any] = {
        "name": "swap",
        "sides": ("North", "South"),
        "side_of": {"North": "North", "South": "South"},
        "steps": (step("s1"), step("s2", "South", requires=("s1",))),
        "values": {"s1": Value(cost=whole(2, 4), worth=whole(3))},
        **fields,
    }
    return Plan(**given)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-1, None, "from -1 to -1 is no amount"),
        (3, 2, "from 3 to 2 is no amount"),
        (0, MAX_AMOUNT + 1, "neither is above 1,000,000,000"),
        ("0.0000001", None, "at most six decimals"),
        ("three", None, "'three' is no number"),
        ("1/0", None, "'1/0' is no number"),
    ],
)
def test_what_is_no_amount_is_refused(low: str | float, high: float | None, said: str) -> None:
    with pytest.raises(MalformedError, match=said):
        amount(low, high)


def test_amounts_are_exact_and_add_up_at_both_ends() -> None:
    assert amount(0.1) + amount(0.2, 0.3) == Amount(Fraction(3, 10), Fraction(4, 10))
    assert (amount(1).known, amount(1, 2).known) == (True, False)
    assert amount(1, 2).middle == Fraction(3, 2)


def test_sizes_are_ranges_that_do_not_overlap() -> None:
    ends = [end for size in Size for end in (size.amount.low, size.amount.high)]
    assert ends == sorted(ends)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"sides": ("North",)}, "2 to 6 sides"),
        ({"sides": ("North", "North")}, "each named once"),
        ({"steps": ()}, "at least one step"),
        ({"steps": (step("s1"), step("s1"))}, "two steps have it"),
        ({"steps": (step("s2", requires=("s9",)),)}, "there is no step 's9'"),
        ({"side_of": {"North": "East"}}, "side_of North: 'East' is no side"),
        ({"readings": {"East": {}}}, "readings: 'East' is no side"),
        ({"readings": {"North": {"s9": ()}}}, "readings of North: there is no step 's9'"),
        ({"readings": {"North": {"s1": ("s9",)}}}, "readings of North, s1: there is no step"),
        ({"steps": (step("s1", beneficiary="East"),)}, "step s1, beneficiary: 'East' is no side"),
        ({"values": {"s9": Value()}}, "values: there is no step 's9'"),
        ({"escrow": {"s9": "Bank"}}, "escrow: there is no step 's9'"),
        ({"told": {"s9": Undoing.CAN}}, "told: there is no step 's9'"),
        ({"fixed": (("s1", "s9"),)}, "fixed: there is no step 's9'"),
    ],
)
def test_what_is_no_plan_cannot_be_built(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(MalformedError, match=said):
        plan(**fields)


def test_a_step_costs_its_giver_and_is_worth_something_to_others_only() -> None:
    made = plan(steps=(step("s1", beneficiary=BOTH), step("s2", "Bank", beneficiary=BOTH)))
    value = made.values["s1"]
    made = plan(steps=made.steps, values={"s1": value, "s2": value})
    one, other = (move.changes for move in made.moves())
    assert [(float(c.low), float(c.high)) for c in one.values()] == [(2, 4), (-3, -3)]
    assert [(float(c.low), float(c.high)) for c in other.values()] == [(-3, -3), (-3, -3)]
    assert one["North"].middle == 3


def test_the_planned_order_is_by_day_then_as_written_and_undated_last() -> None:
    first, second = date(2026, 3, 1), date(2026, 3, 2)
    steps = (
        step("s1"),
        step("s2", planned=second),
        step("s3", planned=first, simultaneous_with=("s5",)),
        step("s4", planned=first),
        step("s5", simultaneous_with=("s3",)),
    )
    made = plan(steps=steps, values={})
    assert made.planned == (("s3", "s5"), ("s4",), ("s2",), ("s1",))
    assert [len(move.steps) for move in made.moves()] == [2, 1, 1, 1]
    assert [move.steps[0].id for move in made.moves(apart=True)] == ["s3", "s4", "s2", "s1", "s5"]
    given = made.moves(made.planned, apart=True)
    assert [move.steps[0].id for move in given] == ["s3", "s5", "s4", "s2", "s1"]


def test_whether_a_step_can_be_taken_back_is_told_or_only_usual() -> None:
    freed = step("s1", category=Category.PRISONER)
    for loss, undoing in (
        (whole(0), Undoing.CAN),
        (whole(4), Undoing.CANNOT),
        (whole(1), Undoing.PARTLY),
    ):
        made = plan(steps=(freed,), values={"s1": Value(cost=whole(2, 4), loss=loss)})
        assert made.undoing(freed) == (undoing, True)
    told = {"s1": Undoing.PARTLY}
    assert plan(steps=(freed,), values={}, told=told).undoing(freed) == (Undoing.PARTLY, True)
    assert made.with_steps((step("s2"),)).told == {}
    assert plan(steps=(freed,)).undoing(freed) == (Undoing.CANNOT, False)
    assert plan(steps=(freed,), values={}).undoing(freed) == (Undoing.CANNOT, False)


@given(st.sampled_from(Category))
def test_every_kind_of_step_is_usually_something(category: Category) -> None:
    made = step("s1", category=category)
    assert plan(steps=(made,)).undoing(made)[1] is False


def test_what_was_said_of_steps_that_are_gone_goes_with_them() -> None:
    made = plan(
        escrow={"s1": "Bank", "s2": "Bank"},
        fixed=(("s1", "s2"),),
        readings={"North": {"s2": ("s1",), "s1": ("s2",)}},
    )
    left = made.with_steps((step("s1"),))
    assert (left.values, left.escrow) == (made.values, {"s1": "Bank"})
    assert (left.fixed, left.readings) == ((), {"North": {"s1": ()}})


@given(plans())
def test_a_plan_that_keeps_all_its_steps_is_the_same(made: Plan) -> None:
    assert made.with_steps(made.steps) == made


def test_conditions_that_contradict_are_told_in_words() -> None:
    error = InfeasibleError(("s1 before s2", "s2 before s1"))
    assert "s1 before s2; s2 before s1" in str(error)


def test_a_real_accord_is_a_plan_with_its_record() -> None:
    made, record = real_plan(SWAP.read_bytes(), SWAP.name)
    assert (made.sides, made.illustrative) == (("US", "Iran"), True)
    assert made.values["s10"] == Value(cost=amount(7), worth=amount(9))
    assert record.broke_at == "s15"
    assert record.actual(made)[0] == ("s1",)
    days = [record.done[each] for (each,) in record.actual(made)]
    assert days == sorted(days)
    assert set(record.done) == {each for (each,) in record.actual(made)}


def change(field: str, value: object) -> Callable[[dict[str, Any]], None]:
    return lambda made: made["steps"][0].update({field: value})


@pytest.mark.parametrize(
    "altered", [change("requires", ["s99"]), change("actor", ""), change("beneficiary", "Mars")]
)
def test_a_fault_in_the_file_is_told_with_its_name(
    altered: Callable[[dict[str, Any]], None],
) -> None:
    made = json.loads(SWAP.read_text(encoding="utf-8"))
    altered(made)
    with pytest.raises(FileFaultError, match=r"^swap\.json: "):
        real_plan(json.dumps(made).encode(), "swap.json")


def test_the_plan_of_a_model_names_its_sides_by_their_actors() -> None:
    made = Step(id="s1", actor="US", action="pays", beneficiary="South", category=Category.FUNDS)
    assert plan(side_of={"US": "North"}, steps=(made,)).giver(made) == "North"
    assert plan(side_of={}, steps=(made,)).receivers(made) == ("South",)
