"""Joined readings: the circles that the sides' readings make, against all circles there are."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.channel.steps import events
from backchannel.plan.files import read_file
from backchannel.plan.model import Plan
from backchannel.plan.readings import Wait, circles, waits
from ordering import plan_of, step
from planning import plans

CASES = Path(__file__).parent.parent / "cases"


def case(name: str) -> Plan:
    return read_file((CASES / f"{name}.json").read_bytes(), name)[0]


@st.composite
def read_plans(draw: st.DrawFn) -> Plan:
    """Draw a plan into which each side reads conditions at random."""
    plan = draw(plans(most=6))
    names = [each.id for each in plan.steps]
    pairs = st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=6)
    readings: dict[str, dict[str, tuple[str, ...]]] = {}
    for side in plan.sides:
        for then, first in draw(pairs):
            if then != first:
                own = readings.setdefault(side, {})
                own[then] = tuple(dict.fromkeys((*own.get(then, ()), first)))
    return replace(plan, readings=readings)


def all_circles(plan: Plan) -> dict[int, int]:
    """Return for each event on a circle the length of the shortest through it, by trying all."""
    place = {each.id: at for at, event in enumerate(events(plan.steps)) for each in event}
    onward: dict[int, set[int]] = {at: set() for at in place.values()}
    for wait in waits(plan):
        if place[wait.then] != place[wait.first]:
            onward[place[wait.then]].add(place[wait.first])
    shortest: dict[int, int] = {}

    def go(path: tuple[int, ...]) -> None:
        for to in onward[path[-1]]:
            if to == path[0]:
                shortest[to] = min(shortest.get(to, len(path)), len(path))
            elif to not in path:
                go((*path, to))

    for at in onward:
        go((at,))
    return shortest


@settings(max_examples=300, deadline=None)
@given(read_plans())
def test_the_first_circle_is_a_shortest_and_each_event_on_one_is_on_one_that_is_told(
    plan: Plan,
) -> None:
    found, lengths = circles(plan), all_circles(plan)
    assert bool(found) == bool(lengths)
    if found:
        assert len(found[0].waits) == min(lengths.values())
    place = {each.id: at for at, event in enumerate(events(plan.steps)) for each in event}
    told: dict[int, int] = {}
    for each in found:
        for at in {place[name] for name in each.steps}:
            told[at] = min(told.get(at, len(each.waits)), len(each.waits))
    assert told == lengths


@settings(max_examples=100, deadline=None)
@given(read_plans())
def test_a_circle_is_of_conditions_that_are_agreed_or_read_by_the_sides_named(plan: Plan) -> None:
    place = {each.id: at for at, event in enumerate(events(plan.steps)) for each in event}
    for found in circles(plan):
        for wait, following in zip(found.waits, found.waits[1:] + found.waits[:1], strict=True):
            assert place[wait.first] == place[following.then]
            agreed = wait.first in plan.by_id[wait.then].requires
            assert agreed == (not wait.readers)
            for side in wait.readers:
                assert wait.first in plan.readings[side][wait.then]
        assert found.sides, "what is agreed alone is never a circle"


@pytest.mark.parametrize(
    ("name", "steps", "sides"),
    [
        ("minsk2_2015", {"m14", "m10"}, {"Ukraine", "Russia side"}),
        ("us_iran_mou_2026", {"i10", "i15"}, {"US", "Iran"}),
    ],
)
def test_the_circles_of_minsk_and_islamabad_are_found_in_ten_milliseconds(
    name: str, steps: set[str], sides: set[str]
) -> None:
    plan = case(name)
    took = []
    for _ in range(5):
        began = time.perf_counter()
        found = circles(plan)
        took.append(time.perf_counter() - began)
    assert set(found[0].steps) == steps
    assert set(found[0].sides) == sides
    assert min(took) <= 0.010


def test_a_side_that_reads_against_the_text_is_a_circle_with_the_text() -> None:
    found = circles(case("minsk2_2015"))[1]
    assert found.sentence == (
        "Read together, m12 waits for m15, as Ukraine reads it, and m15 waits for m12, as agreed: "
        "none of them can come first."
    )


def test_conditions_inside_one_event_are_no_circle() -> None:
    steps = (
        step("s1", simultaneous_with=("s2",)),
        step("s2", "South", simultaneous_with=("s1",), requires=("s1",)),
    )
    assert circles(plan_of(steps, {}, readings={"North": {"s1": ("s2",)}})) == ()


def test_a_condition_that_several_sides_read_names_them_all() -> None:
    plan = plan_of(
        (step("s1"), step("s2", "South", requires=("s1",))),
        {},
        readings={"North": {"s1": ("s2",), "s2": ("s1",)}, "South": {"s1": ("s2",)}},
    )
    assert waits(plan) == (
        Wait(first="s1", then="s2"),
        Wait(first="s2", then="s1", readers=("North", "South")),
    )
    assert "s1 waits for s2, as North and South read it" in circles(plan)[0].sentence
