"""A plan with one thing changed: what else is said stays true."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from backchannel.channel.steps import Category
from backchannel.plan.errors import MalformedError
from backchannel.plan.model import Plan, Value
from backchannel.plan.order import least_exposure
from backchannel.plan.real import plan_of as real_plan
from backchannel.plan.redrafting import escrowed, joined, opened, split
from ordering import plan_of, step, whole

CASES = Path(__file__).parent.parent / "cases"


def swap() -> Plan:
    """Return a plan in which everything refers to s2."""
    steps = (
        step("s1", triggers=("s2",)),
        step("s2", "South", requires=("s1",), bargained=("s1",), within_days=3),
        step("s3", requires=("s2",), bargained=("s2",)),
        step("s4", "South", requires=("s2",)),
    )
    return plan_of(
        steps,
        {"s1": (1, 2), "s2": (4, 6), "s3": (1, 1), "s4": (1, 1)},
        fixed=(("s1", "s2"), ("s2", "s4"), ("s1", "s3")),
        escrow={"s2": "Bank", "s1": "Bank"},
        readings={"North": {"s1": ("s2",), "s2": ("s3",)}},
    )


def test_a_step_is_split_and_what_refers_to_it_refers_to_its_parts() -> None:
    made = split(swap(), "s2", 2)
    by_id = made.by_id
    assert list(by_id) == ["s1", "s2.1", "s2.2", "s3", "s4"]
    assert by_id["s1"].triggers == by_id["s2.2"].requires == ("s2.1",)
    assert (by_id["s2.1"].requires, by_id["s2.1"].bargained) == (("s1",), ("s1",))
    assert by_id["s2.2"].bargained == ()
    assert by_id["s3"].requires == by_id["s3"].bargained == by_id["s4"].requires == ("s2.2",)
    assert made.fixed == (("s1", "s2.1"), ("s2.2", "s4"), ("s1", "s3"))
    assert made.escrow == {"s1": "Bank", "s2.1": "Bank", "s2.2": "Bank"}
    assert made.readings == {"North": {"s1": ("s2.2",), "s2.1": ("s3",)}}
    assert made.values["s2.1"] == made.values["s2.2"] == Value(cost=whole(2), worth=whole(3))


def test_parts_of_what_can_be_taken_back_can_be_taken_back() -> None:
    plan = replace(plan_of((step("s1"),), {}), values={"s1": Value(cost=whole(4), loss=whole(2))})
    assert split(plan, "s1", 2).values["s1.2"].loss == whole(1)
    assert split(plan_of((step("s1"),), {}), "s1", 2).values["s1.1"] == Value()


def test_two_steps_become_one_event_and_an_event_is_taken_apart_again() -> None:
    plan = swap()
    made = joined(plan, "s3", "s4")
    assert [len(event) for event in made.planned] == [1, 1, 2]
    assert opened(made, "s4") == plan


def test_an_event_that_would_wait_for_itself_is_refused() -> None:
    with pytest.raises(MalformedError, match="wait for one another"):
        joined(swap(), "s1", "s4")


def test_what_is_deposited_costs_nothing_until_it_is_released() -> None:
    made = escrowed(swap(), "s2", "s3", "the bank")
    by_id = made.by_id
    assert by_id["s2.deposit"].requires == ("s1",)
    assert by_id["s1"].triggers == ("s2.deposit",)
    assert by_id["s2.deposit"].category is Category.ESCROW
    assert by_id["s2"].requires == ("s2.deposit",)
    assert by_id["s2"].simultaneous_with == ("s3",)
    assert made.escrow["s2"] == "the bank"
    assert made.values["s2.deposit"] == Value()
    assert made.values["s2"] == swap().values["s2"]


@pytest.mark.parametrize("chosen", ["s9", "s3"])
def test_only_a_step_that_stands_by_itself_is_split_or_deposited(chosen: str) -> None:
    plan = joined(swap(), "s3", "s4")
    with pytest.raises(MalformedError, match="stands by itself"):
        split(plan, chosen, 2)
    with pytest.raises(MalformedError, match="stands by itself"):
        escrowed(plan, chosen, "s1", "the bank")


def test_a_part_never_takes_the_name_of_a_step_that_is_there() -> None:
    with pytest.raises(MalformedError, match="already"):
        split(plan_of((step("s1"), step("s1.2")), {}), "s1", 2)


@pytest.mark.parametrize(("parts", "peak"), [(1, 5), (2, Fraction(5, 2)), (4, Fraction(5, 4))])
def test_the_exchange_of_2023_opened_and_split_exposes_less_with_more_parts(
    parts: int, peak: Fraction
) -> None:
    plan = opened(real_plan((CASES / "us_iran_swap_2023.json").read_bytes(), "swap")[0], "s10")
    if parts > 1:
        plan = split(split(plan, "s10", parts), "s11", parts)
    # Part against part, the prisoners of Iran first; all else as it was planned.
    early, late, seen = list[str](), list[str](), list[str]()
    for (each,) in plan.planned:
        (seen if each.split(".")[0] in {"s10", "s11"} else late if seen else early).append(each)
    half = len(seen) // 2
    pairs = [each for pair in zip(seen[:half], seen[half:], strict=True) for each in pair]
    order = tuple((each,) for each in (*early, *pairs, *late))
    found = least_exposure(plan, present=order, drop=True)
    assert found.present is not None
    assert found.present.greatest == peak
    assert found.best.greatest <= peak
