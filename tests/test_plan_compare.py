"""Planned against actual: slips, exposures at the end, and the best order under draws."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.channel.steps import Basis, Source
from backchannel.plan.compare import compare, history
from backchannel.plan.compare_words import middle, sentences, side, slip
from backchannel.plan.exposure import exposure
from backchannel.plan.exposure_words import shown
from backchannel.plan.holding import holding
from backchannel.plan.model import Plan
from backchannel.plan.real import Record, plan_of
from planning import plans
from test_plan_status import DAY, FIRST, case, plan_with, step, swap

CASES = sorted((Path(__file__).parent.parent / "cases").glob("*.json"))


def record(**done: date) -> Record:
    return Record(done=done, broke_at=None, status="", why="")


def test_a_slip_is_counted_from_the_day_agreed_and_each_actor_has_a_median() -> None:
    plan = plan_with(
        step("s1"),
        step("s2"),
        step("s3", requires=("s2",), within_days=5, planned=None),
        step("s4", actor="East", beneficiary="West", planned=None),
        step("s5", actor="East", beneficiary="West"),
    )
    found = compare(
        plan, record(s1=FIRST, s2=FIRST + 4 * DAY, s3=FIRST + 8 * DAY, s4=FIRST + 2 * DAY)
    )
    assert [each.days for each in found.slips] == [0, 4, -1, None, None]
    west, east = found.actors
    assert (west.owed, west.done, west.days) == (3, 3, (0, 4, -1))
    assert west.median == 0
    assert (east.owed, east.done, east.days, east.median) == (2, 1, (), None)
    assert (found.not_done, found.last) == (("s5",), FIRST + 8 * DAY)
    assert found.median == 0


def test_what_was_agreed_as_one_event_is_one_in_history_if_it_was_done_on_one_day() -> None:
    both = plan_with(
        step("s1", simultaneous_with=("s2",)),
        step("s2", actor="East", beneficiary="West", simultaneous_with=("s1",)),
        step("s3"),
    )
    together = record(s1=FIRST, s3=FIRST, s2=FIRST)
    assert history(both, together) == (("s1", "s2"), ("s3",))
    assert history(both, record(s1=FIRST, s2=FIRST + DAY)) == (("s1",), ("s2",))


def test_history_that_ends_early_leaves_the_side_that_gave_exposed() -> None:
    found = compare(swap(), record(s1=FIRST))
    west = found.sides["West"]
    assert [west.end.middle, west.agreed_then.middle, west.planned.middle] == [3, 3, 3]
    assert found.most_exposed is west
    assert (
        "West was to be exposed by at most 3 (after s1) and was by at most 3 (after s1); it "
        in (side(west))
    )
    done = compare(swap(), record(s1=FIRST, s2=FIRST + 2 * DAY, s3=FIRST + 3 * DAY))
    assert done.most_exposed is None
    assert not done.not_done
    assert "Never done" not in " ".join(sentences(done))


def test_nothing_done_compares_as_nothing() -> None:
    found = compare(swap(), record())
    assert (found.last, found.median, found.most_exposed) == (None, None, None)
    assert next(sentences(found)) == "0 of 3 steps were done."
    assert "s1, s2, s3" in " ".join(sentences(found))
    assert middle(found.median) == ""


def test_doha_left_the_us_side_at_17_where_by_its_days_it_would_have_stood_below_nothing() -> None:
    plan, known = case("us_taliban_doha_2020")
    found = compare(plan, known)
    us = found.sides["US side"]
    assert [us.planned.middle, us.actual.middle, us.end.middle, us.agreed_then.middle] == [
        *(6, 17, 17, -2),
    ]
    assert us.actual_after == ("d20",)
    assert found.most_exposed is us
    kabul = next(each for each in found.actors if each.actor == "Afghan government")
    assert kabul.median == 177
    told = " ".join(sentences(found))
    assert "It broke at d13, as the coder judges: Taliban keeps freed prisoners" in told
    assert "Left most exposed, if points of one side are points of another: US side." in told


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_real_accord_compares_and_its_end_is_that_of_what_was_done(path: Path) -> None:
    plan, known = plan_of(path.read_bytes(), path.name)
    found = compare(plan, known)
    assert len(found.slips) == len(plan.steps)
    assert sum(each.owed for each in found.actors) == len(plan.steps)
    assert {step for event in found.history for step in event} == known.done.keys()
    for each in found.sides.values():
        assert each.end.middle == sum(
            plan.change(plan.by_id[step])[each.side].middle for step in known.done
        )
    assert set(known.unverified) <= plan.by_id.keys()


@settings(max_examples=60, deadline=None)
@given(plans(), st.data())
def test_a_plan_kept_to_its_days_ends_as_planned(plan: Plan, data: st.DataObject) -> None:
    steps = []
    for at, event in enumerate(plan.planned):
        steps += [replace(plan.by_id[each], planned=FIRST + at * DAY) for each in event]
    kept = replace(plan, steps=tuple(steps))
    late = timedelta(days=data.draw(st.integers(0, 5)))
    done = {step.id: step.planned + late for step in kept.steps if step.planned}
    found = compare(kept, record(**done))
    assert {each.days for each in found.slips} == {late.days}
    whole = exposure(kept)
    for name, each in found.sides.items():
        assert each.actual == whole.sides[name].worst
        assert each.end == each.agreed_then
        assert each.end.middle == whole.sides[name].exposure.end.middle


def test_how_often_the_best_order_is_better_is_told_for_plan_and_history() -> None:
    plan, known = case("us_taliban_doha_2020")
    found = holding(plan, known, np.random.default_rng(1), drop=True, samples=200)
    assert found.best.best.greatest == 1
    assert found.over_history.better.share == 1
    assert found.over_history.better.low < 1
    assert found.over_planned.better.share > 0.6
    assert found.worst["history"] > found.worst["planned"] > found.worst["best"]
    again = holding(plan, known, np.random.default_rng(1), drop=True, samples=200)
    assert again.worst == found.worst


def test_steps_that_rest_on_memory_are_known() -> None:
    sources = {
        "s1": Source(address="a page", basis=Basis.PAGE),
        "s2": Source(address="nowhere", basis=Basis.MEMORY),
    }
    assert replace(record(), sources=sources).unverified == ("s2",)


def test_a_middle_of_one_is_one_day() -> None:
    assert slip(Fraction(1)) == "1 day"
    assert slip(Fraction(1, 2)) == "0.5 days"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_page_tells_what_became_of_each_accord(path: Path) -> None:
    plan, known = plan_of(path.read_bytes(), path.name)
    found = compare(plan, known)
    left = found.most_exposed
    planned, went = (
        shown(max(Fraction(0), *(peak.middle for peak in peaks)))
        for peaks in (
            [each.planned for each in found.sides.values()],
            [each.actual for each in found.sides.values()],
        )
    )
    row = (
        f"| {path.stem} | {len(known.done)} of {len(plan.steps)} | {middle(found.median)} | "
        f"{planned} | {went} | "
        f"{f'{left.side}, {shown(left.end.middle)}' if left else 'nobody'} |"
    )
    assert row in (path.parent.parent / "docs" / "plan.md").read_text(encoding="utf-8")
