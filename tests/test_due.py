"""What is due of an accord: what a certificate triggers, and days counted from what was done."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accords import plans
from backchannel.channel.due import Due, due
from backchannel.channel.plain import AccordError
from backchannel.channel.steps import MAX_DAYS, Category, Step, check_plan

MARCH = date(2026, 3, 1)


def step(id_: str, **given: Any) -> Step:  # noqa: ANN401 - any field of a step
    content = {"actor": "East", "action": "acts", "beneficiary": "West", **given}
    return Step(id=id_, category=Category.OTHER, **content)


CERTIFICATE = step("c", actor="Bank", triggers=("a", "b"))
PLAN = (
    CERTIFICATE,
    step("a", requires=("c",), within_days=2),
    step("b", requires=("c", "a"), within_days=5, planned=date(2026, 3, 4)),
)


def test_a_certificate_makes_due_all_the_steps_that_wait_for_it_alone() -> None:
    plan = (CERTIFICATE, step("a", requires=("c",)), step("b", requires=("c",)))
    assert [d.state for d in due(plan, {})] == [Due.READY, Due.WAITING, Due.WAITING]
    assert [d.state for d in due(plan, {"c": MARCH})] == [Due.DONE, Due.READY, Due.READY]


def test_days_run_from_the_last_day_of_what_a_step_waits_for() -> None:
    done = {"c": MARCH, "a": date(2026, 3, 2)}
    assert [d.until for d in due(PLAN, done)] == [None, date(2026, 3, 3), date(2026, 3, 4)]


def test_no_day_is_counted_from_a_day_that_is_not_known() -> None:
    assert due(PLAN, {"c": None})[1].until is None
    assert due(PLAN, {"c": MARCH})[2].until == date(2026, 3, 4)


def test_what_a_step_still_waits_for_is_named() -> None:
    assert [d.waits_for for d in due(PLAN, {"c": MARCH})] == [(), (), ("a",)]


@given(plan=plans())
def test_some_step_can_be_taken_until_all_are_done(plan: tuple[Step, ...]) -> None:
    done: dict[str, date | None] = {}
    for _ in plan:
        ready = [d.step.id for d in due(plan, done) if d.state is Due.READY]
        assert ready
        done[ready[0]] = MARCH
    assert all(d.state is Due.DONE for d in due(plan, done))


@given(plan=plans(), data=st.data())
def test_a_step_done_never_makes_another_wait(plan: tuple[Step, ...], data: st.DataObject) -> None:
    ids = st.sets(st.sampled_from([s.id for s in plan])) if plan else st.just(set())
    before = dict.fromkeys(data.draw(ids), MARCH)
    after = before | dict.fromkeys(data.draw(ids), MARCH)
    waiting = {d.step.id for d in due(plan, after) if d.state is Due.WAITING}
    assert waiting <= {d.step.id for d in due(plan, before) if d.state is Due.WAITING}


@pytest.mark.parametrize("days", [-1, 4_000])
def test_a_number_of_days_out_of_reason_is_refused(days: int) -> None:
    with pytest.raises(AccordError, match="1 to 3,650 days"):
        step("a", requires=("c",), within_days=days)


@pytest.mark.parametrize("day", [date.min, date(1899, 12, 31), date(3000, 1, 1), date.max])
def test_no_step_is_planned_at_the_ends_of_the_calendar(day: date) -> None:
    with pytest.raises(AccordError, match="step c, planned: the year"):
        step("c", planned=day)


def test_days_can_be_counted_from_the_last_day_that_there_is() -> None:
    last = date(2999, 12, 31)
    (_, waiting) = due((step("c"), step("a", requires=("c",), within_days=MAX_DAYS)), {"c": last})
    assert waiting.until == last + timedelta(days=MAX_DAYS)


def test_days_are_counted_from_something() -> None:
    with pytest.raises(AccordError, match="requires none"):
        step("a", within_days=3)


def test_what_a_certificate_triggers_waits_for_it() -> None:
    with pytest.raises(AccordError, match="step a does not wait for it"):
        check_plan((step("c", triggers=("a",)), step("a")))
