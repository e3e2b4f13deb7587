"""Follow-up: what is done, due, late or disputed on a day, and what that puts at risk."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.channel.steps import Category, Step, events
from backchannel.plan.amounts import amount
from backchannel.plan.balance import balance
from backchannel.plan.errors import MalformedError
from backchannel.plan.exposure import exposure
from backchannel.plan.model import Plan, Value
from backchannel.plan.outlook import Delay, Safety, caps_of, delays, safeties
from backchannel.plan.real import Record, plan_of
from backchannel.plan.reports import Reports, so_far
from backchannel.plan.status import State, Status, held_up, status
from backchannel.plan.status_words import delayed, exposed, safety, sentences
from planning import plans

CASES = sorted((Path(__file__).parent.parent / "cases").glob("*.json"))
DAY = timedelta(days=1)
FIRST = date(2026, 3, 2)


def case(name: str) -> tuple[Plan, Record]:
    path = CASES[0].with_name(f"{name}.json")
    return plan_of(path.read_bytes(), path.name)


def days_of(plan: Plan, record: Record) -> Iterator[date]:
    known = {step.planned for step in plan.steps if step.planned} | set(record.done.values())
    day = min(known)
    while day <= max(known) + DAY:
        yield day
        day += DAY


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_real_accord_is_replayed_day_by_day_and_no_step_is_done_before_its_date(
    path: Path,
) -> None:
    plan, record = plan_of(path.read_bytes(), path.name)
    for on in days_of(plan, record):
        found = status(plan, Reports(on=on, done=so_far(record.done, on)))
        done = {each.step.id for each in found.done}
        assert done == {step for step, day in record.done.items() if day <= on}
        check_lists(found, {step.id: step.planned for step in plan.steps}, done)


def check_lists(found: Status, planned: dict[str, date | None], done: set[str]) -> None:
    """What is due are all steps that are not done and have a day; the day is the planned one."""
    for each in found.steps:
        assert each.due == planned[each.step.id]
        if each.open:
            assert each.earliest is not None
            assert each.earliest >= max(found.on, each.due or found.on)
    late = {step for step, day in planned.items() if day and day < found.on} - done
    assert {each.step.id for each in found.overdue} == late
    ahead = {step for step, day in planned.items() if day and day >= found.on} - done
    assert {each.step.id for each in found.ahead} == ahead
    assert [e.due for e in found.ahead if e.due] == sorted(e.due for e in found.ahead if e.due)
    partner = {step.id: event for event in events(e.step for e in found.steps) for step in event}
    for each in found.steps:
        if each.state is State.READY:
            assert set(each.waits_for) <= {other.id for other in partner[each.step.id]}


def step(key: str, **fields: object) -> Step:
    whole = {
        "actor": "West",
        "action": "acts",
        "beneficiary": "East",
        "category": Category.OTHER,
        "planned": FIRST,
        **fields,
    }
    return Step(id=key, **whole)  # type: ignore[arg-type]


def plan_with(*steps: Step, values: dict[str, tuple[float, float]] | None = None) -> Plan:
    return Plan(
        name="x",
        sides=("West", "East"),
        side_of={"West": "West", "East": "East"},
        steps=steps,
        values={
            each: Value(cost=amount(cost), worth=amount(worth))
            for each, (cost, worth) in (values or {}).items()
        },
    )


def swap() -> Plan:
    """West pays, East frees, and a third step that has no day; each for the one before."""
    return plan_with(
        step("s1"),
        step("s2", actor="East", beneficiary="West", requires=("s1",), planned=FIRST + 2 * DAY),
        step("s3", requires=("s2",), planned=None),
        values={"s1": (3, 4), "s2": (4, 5), "s3": (1, 1)},
    )


def test_days_that_are_counted_run_from_what_was_done() -> None:
    counted = plan_with(step("s1"), step("s2", requires=("s1",), within_days=5, planned=None))
    found = status(counted, Reports(on=FIRST + 9 * DAY, done={"s1": FIRST + 3 * DAY}))
    assert found.by_id["s2"].due == FIRST + 8 * DAY
    assert found.by_id["s1"].days_late == 3
    assert found.by_id["s2"].days_late == 1
    done = {"s1": FIRST + 3 * DAY, "s2": FIRST + 9 * DAY}
    assert status(counted, Reports(on=FIRST + 9 * DAY, done=done)).by_id["s2"].days_late == 1


def test_what_is_announced_late_moves_what_waits_for_it() -> None:
    found = status(swap(), Reports(on=FIRST, late={"s1": FIRST + 7 * DAY}))
    assert [each.earliest for each in found.steps] == [FIRST + 7 * DAY] * 3
    assert [each.step.id for each in found.ahead] == ["s1", "s2"]
    (late,) = delays(swap(), Reports(on=FIRST, late={"s1": FIRST + 7 * DAY}))
    assert late.days == 7
    assert delayed(late).startswith("s1 is 7 days late, which exposes East by 4 more than agreed.")


def test_a_step_without_a_day_is_never_late_and_can_be_announced_late() -> None:
    undated = plan_with(step("s1", planned=None))
    (late,) = delays(undated, Reports(on=FIRST, late={"s1": FIRST + DAY}))
    assert late.days == 0
    assert delayed(late) == "s1 is announced to be late."
    west = balance(undated, Reports(on=FIRST))["West"]
    assert exposed(west) == "West is exposed by 0; by 0 if all had been done on its day."
    found = status(undated, Reports(on=FIRST))
    assert (found.overdue, found.ahead) == ((), ())
    assert [each.step.id for each in found.without_day] == ["s1"]
    assert "Can be done now, and has no day: s1 from West." in list(sentences(found))


def test_a_disputed_step_is_done_for_its_giver_and_not_for_who_was_to_have_it() -> None:
    reports = Reports(on=FIRST + DAY, disputed=frozenset({"s1"}))
    found = status(swap(), reports)
    assert [each.state for each in found.steps] == [State.DISPUTED, State.WAITING, State.WAITING]
    assert found.done == ()
    sides = balance(swap(), reports)
    assert [sides["West"].own.middle, sides["West"].others.middle] == [3, 0]
    assert [sides["East"].own.middle, sides["East"].others.middle] == [0, -4]
    assert sides["West"].disputed
    assert exposed(sides["West"]) == (
        "West is exposed by 3 as it sees it, 0 as the others do; by 3 if all had been done on its "
        "day."
    )
    (late,) = delays(swap(), reports)
    assert late.missing == {"West": 0, "East": 4}
    assert "s1 is disputed: for West it is done, for East it is not." in list(sentences(found))


def test_the_same_step_reported_done_and_disputed_counts_as_disputed() -> None:
    reports = Reports(on=FIRST, done={"s1": FIRST}, disputed=frozenset({"s1"}))
    assert reports.settled == {}
    assert status(swap(), reports).by_id["s1"].state is State.DISPUTED


def test_a_step_done_before_what_it_waits_for_is_told() -> None:
    reports = Reports(on=FIRST + DAY, done={"s2": FIRST, "s1": FIRST + DAY})
    assert "s2 was done without waiting for s1." in list(sentences(status(swap(), reports)))
    assert reports.in_order(swap()) == ("s2", "s1")


def test_what_is_due_next_is_told_with_from_whom() -> None:
    told = list(sentences(status(swap(), Reports(on=FIRST))))
    assert told == [
        "On 2026-03-02: 0 of 3 steps done.",
        "Due next, on 2026-03-02: s1 from West.",
    ]
    told = list(sentences(status(swap(), Reports(on=FIRST + 3 * DAY, done={"s1": FIRST + DAY}))))
    assert told == [
        "On 2026-03-05: 1 of 3 steps done, 1 of them late.",
        "Overdue: s2 from East (1 day).",
    ]


def test_a_step_that_is_one_event_with_another_is_safe_with_it_and_not_alone() -> None:
    both = plan_with(
        step("s1", simultaneous_with=("s2",)),
        step("s2", actor="East", beneficiary="West", simultaneous_with=("s1",)),
        values={"s1": (5, 6), "s2": (5, 6)},
    )
    one, other = safeties(both, Reports(on=FIRST))
    assert [one.safe, one.safe_alone, one.alone, one.together] == [True, False, 5, -1]
    assert safety(other) == (
        "s2 is safe to take as one event with s1: East would be exposed by -1, its cap is 0; alone "
        "by 5."
    )
    # The other side has done its part: now there is nothing to fear.
    (left,) = safeties(both, Reports(on=FIRST, done={"s1": FIRST}))
    assert (left.step.id, left.safe_alone) == ("s2", True)
    assert safety(left) == "s2 is safe to take: East would be exposed by -1, its cap is 0."


def test_a_cap_that_is_given_is_the_one_that_holds() -> None:
    (first,) = safeties(swap(), Reports(on=FIRST))
    assert [first.cap, first.safe] == [3, True]
    (first,) = safeties(swap(), Reports(on=FIRST), {"West": Fraction(2)})
    assert safety(first) == "s1 is not safe to take: West would be exposed by 3, its cap is 2."


def test_who_goes_on_while_another_is_late_can_be_exposed_more_than_agreed() -> None:
    plan, record = case("us_taliban_doha_2020")
    on = date(2020, 7, 20)
    reports = Reports(on=on, done=so_far(record.done, on))
    found = {each.late.step.id: each for each in delays(plan, reports)}
    assert found["d9"].as_agreed["US side"] == 6
    assert found["d9"].if_never["US side"] == 9
    assert "If it is never done, the rest exposes US side up to 9 (as agreed 6)." in delayed(
        found["d9"]
    )
    assert {each.step.id for each in safeties(plan, reports) if not each.safe_alone} == {"d7"}


def test_a_step_may_stand_before_what_it_waits_for() -> None:
    plan = plan_with(step("s1", requires=("s2",)), step("s2", planned=FIRST + 4 * DAY))
    found = status(plan, Reports(on=FIRST))
    assert [each.earliest for each in found.steps] == [FIRST + 4 * DAY] * 2


def test_what_cannot_be_without_a_step_is_found_through_events() -> None:
    plan = plan_with(
        step("s1"),
        step("s2", requires=("s1",), simultaneous_with=("s3",)),
        step("s3", simultaneous_with=("s2",)),
        step("s4", requires=("s3",)),
        step("s5"),
    )
    assert held_up(plan, "s1") == ("s2", "s3", "s4")
    assert held_up(plan, "s5") == ()
    assert [each.state for each in status(plan, Reports(on=FIRST)).steps] == [
        *(State.READY, State.WAITING, State.WAITING, State.WAITING, State.READY),
    ]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"done": {"s9": FIRST}}, "done: there is no step 's9' in the plan"),
        ({"late": {"s9": FIRST}}, "late: there is no step 's9'"),
        ({"disputed": frozenset({"s9"})}, "disputed: there is no step 's9'"),
    ],
)
def test_a_report_of_a_step_that_is_not_there_is_refused(
    fields: dict[str, object], said: str
) -> None:
    with pytest.raises(MalformedError, match=said):
        status(swap(), Reports(on=FIRST, **fields))  # type: ignore[arg-type]


def test_reports_that_contradict_themselves_are_refused() -> None:
    with pytest.raises(MalformedError, match="which is after 2026-03-02"):
        Reports(on=FIRST, done={"s1": FIRST + DAY})
    with pytest.raises(MalformedError, match="late: s1 is told to be done as well"):
        Reports(on=FIRST, done={"s1": FIRST}, late={"s1": FIRST})


@settings(max_examples=80, deadline=None)
@given(plans())
def test_a_plan_that_is_kept_to_the_letter_is_safe_at_each_step(plan: Plan) -> None:
    done: dict[str, date] = {}
    worst, caps = exposure(plan), caps_of(plan)
    for at, event in enumerate(plan.planned):
        reports = Reports(on=FIRST, done=dict(done))
        safe = {each.step.id: each for each in safeties(plan, reports)}
        givers = {each for each in event if plan.giver(plan.by_id[each])}
        assert givers <= safe.keys()
        assert all(safe[each].safe for each in givers)
        for side, each in balance(plan, reports).items():
            assert each.own == each.others
            level = worst.sides[side].exposure.levels[at]
            assert (each.own.low, each.own.high) == (level.low, level.high)
            assert level.high <= caps[side]
        done |= dict.fromkeys(event, FIRST)
    assert status(plan, Reports(on=FIRST, done=done)).overdue == ()


@settings(max_examples=80, deadline=None)
@given(plans(), st.data())
def test_whatever_is_reported_every_step_has_one_state_and_lists_agree(
    plan: Plan, data: st.DataObject
) -> None:
    ids = sorted(plan.by_id)
    days = st.dates(FIRST, FIRST + 9 * DAY)
    steps = tuple(replace(s, planned=data.draw(st.none() | days)) for s in plan.steps)
    plan = replace(plan, steps=steps)
    done = data.draw(st.dictionaries(st.sampled_from(ids), days))
    disputed = frozenset(data.draw(st.sets(st.sampled_from(ids))))
    free = sorted(set(ids) - done.keys() - disputed)
    late = data.draw(st.dictionaries(st.sampled_from(free), days)) if free else {}
    reports = Reports(on=FIRST + 9 * DAY, done=done, late=late, disputed=disputed)
    found = status(plan, reports)
    assert [each.step for each in found.steps] == list(plan.steps)
    assert {each.step.id for each in found.done} == done.keys() - disputed
    told: list[Delay | Safety] = [*delays(plan, reports), *safeties(plan, reports)]
    for each in told:
        assert delayed(each) if isinstance(each, Delay) else safety(each)
    assert {each.late.step.id for each in delays(plan, reports)} >= late.keys()
    for side in balance(plan, reports).values():
        assert side.own.low >= side.others.low
        assert side.own.high >= side.others.high
