"""Plans on the command line: who is exposed when, and a plan as a file for other programs."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from backchannel.channel.steps import Category, Step
from backchannel.plan.days import due_days
from backchannel.plan.files import read_file
from backchannel.plan.model import Plan
from desk_terminal import Terminal, plain, talks
from test_plan_own_file import a_file

CASES = Path(__file__).parent.parent / "cases"
SWAP, ALGIERS, DOHA = (
    str(CASES / f"{name}.json")
    for name in ("us_iran_swap_2023", "algiers_1981", "us_taliban_doha_2020")
)


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    return talks(tmp_path_factory.mktemp("home"), [])


def written(tmp_path: Path, name: str = "talks.json", **fields: object) -> Path:
    path = tmp_path / name
    path.write_text(json.dumps({**a_file(), **fields}), encoding="utf-8")
    return path


def test_who_is_exposed_when_is_shown_with_whose_values_they_are(terminal: Terminal) -> None:
    shown = plain(terminal.do("", "plan", "exposure", ALGIERS, "--apart"))
    assert "Values are illustrative: one coder's rough guess, 0 to 10." in shown
    assert "Iran is most exposed after a9" in shown
    assert ": 7, if the others stop there." in shown
    assert "Not self-enforcing" in shown
    together = plain(terminal.do("", "plan", "exposure", SWAP))
    assert "US is never exposed." in together
    assert "Iran is most exposed after s1 (event 1 of 13): 1" in together


def test_a_bad_deal_is_called_one(terminal: Terminal, tmp_path: Path) -> None:
    steps = [{**step, "worth": 0} for step in a_file()["steps"]]
    shown = plain(terminal.do("", "plan", "exposure", str(written(tmp_path, steps=steps))))
    assert "The end is its worst point: no order repairs a bad deal." in shown
    assert "it gives more than it receives, in whatever order" in shown


def test_ranges_are_shown_with_both_ends(terminal: Terminal, tmp_path: Path) -> None:
    shown = plain(terminal.do("", "plan", "exposure", str(written(tmp_path))))
    assert "Values: points of the mediator." in shown
    assert " to " in shown
    assert "(middle " in shown


def free(**value: object) -> list[dict[str, object]]:
    """Return the steps with other values."""
    return [
        {**{k: v for k, v in step.items() if k not in {"loss", "reversible"}}, **value}
        for step in a_file()["steps"]
    ]


def test_a_plan_that_nobody_would_save_by_stopping_is_called_self_enforcing(
    terminal: Terminal, tmp_path: Path
) -> None:
    given = str(written(tmp_path, steps=free(cost=0, worth=1)))
    assert "Self-enforcing" in plain(terminal.do("", "plan", "exposure", given))
    given = str(written(tmp_path, steps=free(cost=[0, 1], worth=0)))
    shown = plain(terminal.do("", "plan", "exposure", given))
    assert "depends on where in their ranges" in shown


def test_for_other_programs_everything_is_there(terminal: Terminal) -> None:
    made = json.loads(terminal.do("", "plan", "exposure", DOHA, "--apart", "--json"))
    assert made["illustrative"] is True
    assert made["worst"] == "US side"
    assert made["sides"]["US side"]["worst"]["steps"] == ["d14"]
    assert made["sides"]["US side"]["worst"]["middle"] == 6
    assert len(made["events"]) == 22
    for event in made["events"]:
        for side in event["sides"].values():
            assert side["temptation"]["low"] >= 0


def test_a_table_is_written_without_formulas_and_read_again(
    terminal: Terminal, tmp_path: Path
) -> None:
    steps = a_file()["steps"]
    steps[0]["action"] = "=cmd()"
    to = tmp_path / "steps.csv"
    plan = written(tmp_path, steps=steps)
    terminal.do("", "plan", "export", str(plan), "--to", str(to))
    rows = list(csv.DictReader(io.StringIO(to.read_text("utf-8-sig"))))
    assert [row["step"] for row in rows] == ["s1", "s2", "s3"]
    assert rows[0]["action"] == "'=cmd()"
    assert (rows[0]["worth_low"], rows[0]["worth_high"]) == ("4", "6.5")
    assert rows[0]["event"] == "1"
    assert rows[0]["exposure of North, low"] == "3"
    apart = tmp_path / "apart.csv"
    terminal.do("", "plan", "export", SWAP, "--to", str(apart), "--apart")
    lines = list(csv.DictReader(io.StringIO(apart.read_text("utf-8-sig"))))
    assert [row["event"] for row in lines] == [str(number) for number in range(1, 16)]


def test_a_real_accord_is_written_in_the_projects_own_form(
    terminal: Terminal, tmp_path: Path
) -> None:
    to = tmp_path / "swap.json"
    terminal.do("", "plan", "export", SWAP, "--to", str(to))
    plan, record = read_file(to.read_bytes(), to.name)
    old, done = read_file(Path(SWAP).read_bytes(), "swap")
    assert (plan.steps, plan.values, plan.side_of) == (old.steps, old.values, old.side_of)
    assert record is not None
    assert done is not None
    assert record.done == done.done


def test_days_that_are_due_are_written_as_a_calendar_discreetly_if_asked(
    terminal: Terminal, tmp_path: Path
) -> None:
    plan = written(tmp_path)
    for discreet in (False, True):
        to = tmp_path / f"days-{discreet}.ics"
        terminal.do("", "plan", "export", str(plan), "--to", str(to), *["--discreet"] * discreet)
        events = Calendar.from_ical(to.read_bytes()).walk("VEVENT")
        assert b"20260309" in to.read_bytes()
        titles = {str(event["SUMMARY"]) for event in events}
        assert len({str(event["UID"]) for event in events}) == len(events)
        if discreet:
            assert titles == {"Deadline"}
            assert b"North" not in to.read_bytes()
        else:
            assert "Step s2 is due: South" in titles


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--to", "x.txt"), "does not say which sort of file"),
        (("--to", "x.csv", "--discreet"), "--discreet is for a calendar"),
        (("--to", "x.json", "--apart"), "--apart is for a table"),
    ],
)
def test_an_export_that_cannot_be_is_refused(
    terminal: Terminal, given: tuple[str, ...], said: str
) -> None:
    assert said in terminal.refused("", "plan", "export", SWAP, *given, code=2)


def test_no_file_is_written_over_and_none_that_is_read(terminal: Terminal, tmp_path: Path) -> None:
    plan = written(tmp_path)
    before = plan.read_bytes()
    export = ("plan", "export", str(plan), "--to", str(plan))
    assert "is there already" in terminal.refused("", *export, code=2)
    assert "one of the files that are read" in terminal.refused("", *export, "--force", code=2)
    assert plan.read_bytes() == before
    other = tmp_path / "other.json"
    other.write_text("kept")
    terminal.do("", "plan", "export", str(plan), "--to", str(other), "--force")
    assert json.loads(other.read_text())["name"] == "swap"


def test_what_is_no_plan_is_refused_in_a_sentence(terminal: Terminal, tmp_path: Path) -> None:
    assert "is no file" in terminal.refused("", "plan", "exposure", str(tmp_path), code=2)
    large = tmp_path / "large.json"
    large.write_bytes(b" " * 2_000_001)
    assert "larger than" in terminal.refused("", "plan", "exposure", str(large), code=2)
    empty = tmp_path / "empty.json"
    empty.write_text("{}")
    assert "neither 'format'" in terminal.refused("", "plan", "exposure", str(empty))


def test_steps_without_a_value_are_named(terminal: Terminal, tmp_path: Path) -> None:
    steps = a_file()["steps"]
    del steps[0]["cost"], steps[0]["worth"]
    shown = plain(terminal.do("", "plan", "exposure", str(written(tmp_path, steps=steps))))
    assert "Without a value, and counted as nothing: s1" in shown


def plan_of(*steps: Step) -> Plan:
    return Plan(name="x", sides=("A", "B"), side_of={"A": "A", "B": "B"}, steps=steps)


def step(key: str, *, after: tuple[str, ...] = (), days: int = 0, on: date | None = None) -> Step:
    return Step(
        id=key,
        actor="A",
        action="acts",
        beneficiary="B",
        category=Category.OTHER,
        requires=after,
        within_days=days,
        planned=on,
    )


def test_what_is_due_is_counted_from_what_was_done_or_is_due_itself() -> None:
    first, second = date(2026, 3, 1), date(2026, 3, 20)
    plan = plan_of(
        step("s1", on=first),
        step("s2", after=("s1",), days=3, on=second),
        step("s3", after=("s2",), days=4),
        step("s4", after=("s3",)),
        step("s5", after=("s4",), days=2, on=second),
    )
    assert due_days(plan, {}) == {
        "s1": first,
        "s2": date(2026, 3, 4),
        "s3": date(2026, 3, 8),
        "s5": second,
    }
    late = {"s1": date(2026, 3, 10)}
    assert due_days(plan, late)["s3"] == date(2026, 3, 17)
    assert "s1" not in due_days(plan, late)


def test_steps_of_one_event_that_wait_for_each_other_have_their_days() -> None:
    on = date(2026, 3, 1)
    one = Step(
        id="s1",
        actor="A",
        action="acts",
        beneficiary="B",
        category=Category.OTHER,
        requires=("s2",),
        simultaneous_with=("s2",),
        planned=on,
    )
    other = Step(
        id="s2",
        actor="B",
        action="acts",
        beneficiary="A",
        category=Category.OTHER,
        requires=("s1",),
        simultaneous_with=("s1",),
        planned=on,
    )
    assert due_days(plan_of(one, other), {}) == {"s1": on, "s2": on}


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=30))
def test_any_text_of_a_step_stays_in_its_cell(text: str) -> None:
    from backchannel.drawing.cells import table  # noqa: PLC0415 - one test of another package

    read = list(csv.reader(io.StringIO(table([[text, "1"]]).decode("utf-8-sig"), newline="")))
    assert len(read) == 1
    assert read[0][0].removeprefix("'") in {text, text.removeprefix("'")} or not text.isprintable()
    assert read[0][1] == "1"
