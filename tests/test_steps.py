"""Steps, and what a plan of them must satisfy."""

from typing import Any

import pytest
from hypothesis import given

from accords import a_step, plans
from backchannel.channel.plain import AccordError
from backchannel.channel.steps import MAX_STEPS, Basis, Source, Step, check_plan, events


def ids(steps: tuple[Step, ...]) -> list[list[str]]:
    return [[step.id for step in event] for event in events(steps)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": "s 1"}, "step 's 1', id"),
        ({"id": ""}, "step '', id"),
        ({"id": "-s"}, "step '-s', id"),
        ({"id": "s" * 41}, "id: 1 to 40"),
        ({"actor": ""}, "step s1, actor: is empty"),
        ({"action": "a\nb"}, "step s1, action: character 2"),
        ({"beneficiary": " x"}, "step s1, beneficiary"),
        ({"verifier": "x" * 201}, "step s1, verifier"),
        ({"deadline": "\u202e"}, "step s1, deadline"),
        ({"requires": ("s2", "s2")}, "step s1, requires: names a step twice"),
        ({"simultaneous_with": ("s1",)}, "step s1, simultaneous_with: names the step itself"),
        ({"bargained": ("s2",)}, "step s1, bargained: s2 is not among"),
    ],
)
def test_a_wrong_step_cannot_be_built(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(AccordError, match=said):
        a_step("s1", **changes)


def test_an_id_stands_once_in_a_plan() -> None:
    with pytest.raises(AccordError, match="step s1, id: two steps have it"):
        check_plan((a_step("s1"), a_step("s1")))


@pytest.mark.parametrize("field", ["requires", "simultaneous_with"])
def test_a_step_refers_only_to_steps_that_exist(field: str) -> None:
    with pytest.raises(AccordError, match=f"step s1, {field}: there is no step 's9'"):
        check_plan((a_step("s1", **{field: ("s9",)}),))


def test_simultaneous_steps_name_each_other() -> None:
    with pytest.raises(AccordError, match="step s1, simultaneous_with: step s2 does not name s1"):
        check_plan((a_step("s1", simultaneous_with=("s2",)), a_step("s2")))


def test_a_plan_has_a_limit() -> None:
    with pytest.raises(AccordError, match=f"at most {MAX_STEPS}"):
        check_plan(tuple(a_step(f"s{n}") for n in range(MAX_STEPS + 1)))


def test_steps_that_wait_for_one_another_are_named_and_no_others() -> None:
    steps = (
        a_step("s0"),
        a_step("s1", requires=("s0", "s2")),
        a_step("s2", requires=("s3",)),
        a_step("s3", requires=("s1",)),
        a_step("s4", requires=("s3",)),
    )
    with pytest.raises(AccordError, match="the steps s1, s2, s3 wait for one another"):
        check_plan(steps)
    with pytest.raises(AccordError, match="the steps s3, s1, s2 wait for one another"):
        check_plan(steps[::-1])


def test_one_event_orders_its_own_steps_and_is_no_circle() -> None:
    steps = (
        a_step("s1", requires=("s2",), simultaneous_with=("s2",)),
        a_step("s2", requires=("s1",), simultaneous_with=("s1",)),
    )
    assert check_plan(steps) == steps


def test_two_events_that_wait_for_each_other_are_a_circle() -> None:
    with pytest.raises(AccordError, match="s1, s2, s3 wait"):
        check_plan(
            (
                a_step("s1", simultaneous_with=("s2",), requires=("s3",)),
                a_step("s2", simultaneous_with=("s1",)),
                a_step("s3", requires=("s2",)),
            )
        )


def test_simultaneity_is_followed_through() -> None:
    steps = (
        a_step("s1", simultaneous_with=("s4",)),
        a_step("s2"),
        a_step("s3", simultaneous_with=("s4",)),
        a_step("s4", simultaneous_with=("s1", "s3")),
    )
    assert ids(check_plan(steps)) == [["s1", "s3", "s4"], ["s2"]]


@given(plans())
def test_every_step_is_in_one_event(steps: tuple[Step, ...]) -> None:
    assert sorted(step.id for event in events(check_plan(steps)) for step in event) == sorted(
        step.id for step in steps
    )


def test_a_source_says_on_what_it_rests() -> None:
    with pytest.raises(AccordError, match="source: is empty"):
        Source(address="", basis=Basis.PAGE)
    assert "not verified" in Source(address="a book", basis=Basis.MEMORY).basis.words
    assert Basis.PAGE.words == "from a public page"
