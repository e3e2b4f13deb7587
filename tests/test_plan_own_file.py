"""The project's own file of a plan: read strictly, written back, its schema in step with it."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.channel.steps import Category
from backchannel.plan.amounts import Size, amount
from backchannel.plan.errors import FileFaultError, PlanError
from backchannel.plan.files import read_file
from backchannel.plan.model import Plan, Undoing, Value
from backchannel.plan.own_file import FORMAT, read_own
from backchannel.plan.own_writing import write_own
from backchannel.plan.real import plan_of as real_plan
from planning import plans
from schema_check import faults
from test_bargain_own_file import json_values

ROOT = Path(__file__).parent.parent
CASES = sorted((ROOT / "cases").glob("*.json"))
SCHEMA = json.loads((ROOT / "docs" / "schemas" / "plan-1.json").read_text(encoding="utf-8"))
Change = Callable[[dict[str, Any]], object]

# What no schema here says: it depends on other parts of the file, or on how a text is made.
ONLY_READER = (
    *("there is no step", "is no side", "is no step", "on no side", "two steps have it"),
    *("wait for one another", "does not name", "does not wait", "names a step twice"),
    *("names the step itself", "is not among what", "is before", "one event has one day"),
    *("is no amount", "six decimals", "stand there", "a part of the cost", "more is lost"),
    *("each named once", "is a side itself", "belongs to the side", "is neither a mediator"),
    *("two different steps", "half a character", "is not allowed", "are allowed", "is no date"),
    *("requires none", "blank", "none of 1900", "begins with", "combine", "spelling", "NFC"),
)


def a_file() -> dict[str, Any]:
    return {
        "format": FORMAT,
        "name": "swap",
        "title": "A swap",
        "form": "understanding",
        "scale": "points of the mediator",
        "sides": ["North", "South"],
        "side_of": {"Northern prisons": "North"},
        "mediators": ["Host"],
        "third_parties": ["Bank"],
        "steps": [
            {
                "id": "s1",
                "actor": "Northern prisons",
                "action": "free ten",
                "beneficiary": "South",
                "category": "prisoner",
                "planned": "2026-03-01",
                "triggers": ["s2"],
                "cost": 3,
                "worth": [4, 6.5],
                "reversible": "no",
            },
            {
                "id": "s2",
                "actor": "South",
                "action": "pays the fee",
                "beneficiary": "North",
                "category": "funds",
                "requires": ["s1"],
                "bargained": ["s1"],
                "simultaneous_with": ["s3"],
                "verifier": "Host",
                "deadline": "in a week",
                "within_days": 7,
                "planned": "2026-03-09",
                "cost": "small",
                "worth": "medium",
                "loss": 1,
                "escrow": "Bank",
            },
            {
                "id": "s3",
                "actor": "Bank",
                "action": "confirms",
                "beneficiary": "both",
                "category": "verification",
                "simultaneous_with": ["s2"],
                "planned": None,
            },
        ],
        "fixed": [["s1", "s3"]],
        "readings": {"North": {"s1": ["s3"]}},
        "done": {"s1": "2026-03-02"},
    }


def read(made: dict[str, Any]) -> Plan:
    return read_own(json.dumps(made).encode(), "swap.json")[0]


def test_what_stands_in_the_file_is_in_the_plan() -> None:
    plan, record = read_own(json.dumps(a_file()).encode(), "swap.json")
    first, second, third = plan.steps
    assert plan.values == {
        "s1": Value(cost=amount(3), worth=amount(4, 6.5)),
        "s2": Value(cost=Size.SMALL.amount, worth=Size.MEDIUM.amount, loss=amount(1)),
    }
    assert (plan.giver(first), plan.giver(second), plan.giver(third)) == ("North", "South", None)
    assert plan.undoing(first) == (Undoing.CANNOT, True)
    assert plan.undoing(second) == (Undoing.PARTLY, True)
    assert (second.within_days, second.planned) == (7, date(2026, 3, 9))
    assert (second.verifier, second.deadline) == ("Host", "in a week")
    assert (plan.escrow, plan.fixed) == ({"s2": "Bank"}, (("s1", "s3"),))
    assert plan.readings == {"North": {"s1": ("s3",)}}
    assert (plan.illustrative, plan.scale) == (False, "points of the mediator")
    assert (plan.title, plan.form, plan.mediators) == ("A swap", "understanding", ("Host",))
    assert record is not None
    assert record.done == {"s1": date(2026, 3, 2)}
    assert record.broke_at is None


def test_what_may_be_left_out_can_be_left_out() -> None:
    step = {"id": "s1", "actor": "A", "action": "acts", "beneficiary": "B", "category": "aid"}
    made = {"format": FORMAT, "name": "x", "sides": ["A", "B"], "steps": [step]}
    plan, record = read_own(json.dumps(made).encode(), "x.json")
    assert record is None
    assert (plan.illustrative, plan.scale, plan.unvalued) == (True, "", ("s1",))
    assert plan.side_of == {"A": "A", "B": "B"}


@pytest.mark.parametrize("category", list(Category))
def test_every_category_has_its_word(category: Category) -> None:
    made = a_file()
    made["steps"][2]["category"] = category.value
    assert read(made).steps[2].category is category
    assert list(faults(made, SCHEMA, SCHEMA)) == []


def test_a_plan_of_six_sides_is_read() -> None:
    made = a_file()
    made["sides"] += ["East", "West", "Hill", "Coast"]
    assert len(read(made).sides) == 6


def changed(*path: Any, to: Any) -> Change:  # noqa: ANN401 - any JSON
    def change(made: dict[str, Any]) -> None:
        inner: Any = made
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = to

    return change


def first(field: str, to: Any) -> Change:  # noqa: ANN401 - any JSON
    return changed("steps", 0, field, to=to)


def second(field: str, to: Any) -> Change:  # noqa: ANN401 - any JSON
    return changed("steps", 1, field, to=to)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (changed("format", to="backchannel-plan/9"), "format: 'backchannel-plan/1' is expected"),
        (changed("more", to=1), "'more' is no field of this; its fields are format, name, sides"),
        (changed("sides", to=["North"]), "sides: 2 to 6 sides are expected"),
        (changed("sides", to=["North", "both"]), "none named 'both'; here are 2"),
        (changed("sides", to=["North", "North"]), "each named once"),
        (changed("sides", to=list("ABCDEFG")), "here are 7"),
        (changed("side_of", "Host", to="East"), "side_of, Host: 'East' is no side; there are: N"),
        (changed("side_of", "North", to="South"), "side_of, North: 'North' is a side itself"),
        (changed("mediators", to=["North"]), "mediators: 'North' belongs to the side 'North' as"),
        (changed("third_parties", 0, to="South"), "third_parties: 'South' belongs to the side"),
        (changed("third_parties", to=[]), "step s3, actor: 'Bank' is on no side, and neither a m"),
        (changed("steps", to=[]), "steps: there is none; a plan has at least one step"),
        (changed("steps", 0, to=5), "steps, 1: an object is expected, not a number"),
        (changed("steps", 0, to={}), "steps, 1: the field 'id' is missing"),
        (changed("steps", 2, "id", to="s1"), "step s1, id: two steps have it; give each its own"),
        (first("actor", "Mars"), "step s1, actor: 'Mars' is on no side, and neither a mediator no"),
        (first("action", ""), "step s1, action: is empty"),
        (first("beneficiary", "Mars"), "step s1, beneficiary: 'Mars' is no side"),
        (first("category", "money"), "step s1, category: 'money' is no category; there are cease"),
        (first("cost", -1), "step s1, cost: -1 is not between 0 and 1e+09"),
        (first("cost", [4, 2]), "step s1, cost: from 4 to 2 is no amount"),
        (first("cost", [4]), "step s1, cost: a range has two numbers, the lower one first"),
        (first("cost", "huge"), "'huge' is no size; write a number, two numbers as a range, or"),
        (first("cost", 1e-7), "step s1, cost: an amount has at most six decimals"),
        (first("cost", to=True), "step s1, cost: a number is expected, not true or false"),
        (first("loss", 1), "step s1: reversible and loss both stand there"),
        (first("reversible", "maybe"), "step s1, reversible: 'maybe' is not allowed; write yes,"),
        (second("loss", 4), "step s2, loss: more is lost than the step costs"),
        (second("within_days", 0.5), "step s2, within_days: a whole number is expected, not 0.5"),
        (second("within_days", 4000), "step s2, within_days: 1 to 3,650 days are allowed"),
        (second("requires", ["s9"]), "step s2, bargained: s1 is not among what the step requires"),
        (first("requires", ["s9"]), "step s1, requires: there is no step 's9'"),
        (first("requires", ["s2"]), "requires: the steps s1, s2, s3 wait for one another"),
        (second("planned", "2026-02-09"), "step s2, planned: 2026-02-09 is before 2026-03-01, t"),
        (second("planned", "9 March"), "step s2, planned: '9 March' is no date; write it as 2023"),
        (changed("steps", 2, "planned", to="2026-03-10"), "s2 2026-03-09, s3 2026-03-10; give"),
        (second("escrow", "South"), "step s2, escrow: 'South' is neither a mediator nor a third"),
        (changed("fixed", to=[["s1", "s9"]]), "fixed, 1, 2: 's9' is no step; there are: s1, s2,"),
        (changed("fixed", to=[["s1", "s1"]]), "fixed, 1: two different steps are expected"),
        (changed("fixed", to=[["s1"]]), "fixed, 1: two different steps are expected"),
        (changed("readings", to={"East": {}}), "readings, East: 'East' is no side"),
        (changed("readings", "North", to={"s9": []}), "readings, North, s9: 's9' is no step"),
        (changed("readings", "North", "s1", to=["s9"]), "readings, North, s1, 1: 's9' is no step"),
        (changed("done", to={"s9": "2026-03-02"}), "done, s9: 's9' is no step"),
        (changed("done", to={"s1": "soon"}), "done, s1: 'soon' is no date"),
        (changed("name", to=""), "name: is empty"),
        (changed("scale", to="a\u202eb"), "scale: character 2, U+202E"),
    ],
)
def test_a_fault_is_told_with_file_place_what_came_and_what_was_expected(
    change: Change, said: str
) -> None:
    made = a_file()
    change(made)
    with pytest.raises(FileFaultError) as fault:
        read(made)
    assert str(fault.value).startswith("swap.json: ")
    assert said in str(fault.value)


def test_a_loss_needs_a_cost() -> None:
    made = a_file()
    del made["steps"][1]["cost"]
    with pytest.raises(FileFaultError, match="step s2, loss: what is lost is a part of the cost"):
        read(made)


def test_a_file_that_does_not_say_what_it_is_is_told_both_ways() -> None:
    with pytest.raises(FileFaultError, match=r"x\.json: neither 'format' .* nor 'schema'"):
        read_file(b"{}", "x.json")
    assert read_file(json.dumps(a_file()).encode(), "swap.json")[0].name == "swap"
    assert read_file(CASES[0].read_bytes(), CASES[0].name)[1] is not None


def test_what_was_read_is_written_and_read_again_as_the_same() -> None:
    given = read_own(json.dumps(a_file()).encode(), "swap.json")
    written = write_own(*given)
    assert read_own(written, "again.json") == given
    assert list(faults(json.loads(written), SCHEMA, SCHEMA)) == []


@settings(max_examples=80, deadline=None)
@given(plans(illustrative=False, scale="points", third_parties=("Bank",)))
def test_any_plan_is_written_and_read_again_as_the_same(plan: Plan) -> None:
    written = write_own(plan)
    assert list(faults(json.loads(written), SCHEMA, SCHEMA)) == []
    assert read_own(written, "again.json") == (plan, None)


@pytest.mark.parametrize("path", CASES, ids=lambda path: str(path.stem))
def test_a_real_accord_can_be_kept_as_a_plan(path: Path) -> None:
    plan, record = real_plan(path.read_bytes(), path.name)
    made = json.loads(write_own(plan, record))
    assert list(faults(made, SCHEMA, SCHEMA)) == []
    for step in made["steps"]:  # what a coder reads as days need not keep the order of the text
        step.pop("planned", None)
    again, told = read_own(json.dumps(made).encode(), "again.json")
    assert again.values == plan.values
    assert {s.id: s.requires for s in again.steps} == {s.id: s.requires for s in plan.steps}
    assert again.illustrative
    assert told is not None
    assert told.done == record.done


@settings(max_examples=200)
@given(st.binary(max_size=100) | st.text(max_size=60).map(str.encode))
def test_arbitrary_bytes_give_one_sentence(data: bytes) -> None:
    for reader in (read_own, read_file):
        with pytest.raises(PlanError):
            reader(data, "swap.json")


def spoiled(data: st.DataObject) -> dict[str, Any]:
    """Return a file with anything in the place of anything."""
    made = a_file()
    inner: Any = made
    while True:
        keys = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(inner[key], dict | list) or not inner[key] or data.draw(st.booleans()):
            break
        inner = inner[key]
    inner[key] = data.draw(json_values)
    return made


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_schema_and_reader_take_and_refuse_the_same_shapes(data: st.DataObject) -> None:
    made = spoiled(data)
    with suppress(FileFaultError):
        read(made)
        assert list(faults(made, SCHEMA, SCHEMA)) == []
        return
    with pytest.raises(FileFaultError) as fault:
        read(made)
    if not any(said in str(fault.value) for said in ONLY_READER):
        assert list(faults(made, SCHEMA, SCHEMA)) or "NaN" in str(fault.value), fault.value
