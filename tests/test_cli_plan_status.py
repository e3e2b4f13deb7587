"""Follow-up and planned against actual, on the command line."""

import json
from pathlib import Path

import pytest

from desk_terminal import Terminal, plain, talks
from test_plan_own_file import a_file

CASES = Path(__file__).parent.parent / "cases"
SWAP, DOHA, JPOA = (
    str(CASES / f"{name}.json")
    for name in ("us_iran_swap_2023", "us_taliban_doha_2020", "jpoa_2013")
)
ILLUSTRATIVE = "Values are illustrative: one coder's rough guess, 0 to 10."


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    return talks(tmp_path_factory.mktemp("home"), [])


def status(terminal: Terminal, *args: str) -> str:
    return plain(terminal.do("", "plan", "status", *args))


def test_a_real_accord_is_followed_up_to_a_day_and_nothing_later_is_told(
    terminal: Terminal,
) -> None:
    shown = status(terminal, SWAP, "--on", "2023-09-17")
    assert ILLUSTRATIVE in shown
    assert "On 2023-09-17: 6 of 15 steps done, 1 of them late." in shown
    assert "Due next, on 2023-09-18: s7 from Switzerland; s8 from Qatar, waits for s7;" in shown
    assert "2023-10-01" not in shown
    made = json.loads(terminal.do("", "plan", "status", SWAP, "--on", "2023-09-17", "--json"))
    assert made["illustrative"] is True
    assert made["overdue"] == []
    assert made["due_next"][0] == "s7"
    assert all((row["done_on"] or "") <= "2023-09-17" for row in made["steps"])
    assert made["sides"]["Iran"]["exposure"] == made["sides"]["Iran"]["as_others_see_it"]


def test_what_is_reported_is_added_to_what_the_file_tells(terminal: Terminal) -> None:
    args = ("--done", "s7=2023-09-17", "--late", "s8=2023-09-25", "--disputed", "s4")
    shown = status(terminal, SWAP, "--on", "2023-09-17", *args)
    assert "s8 is 7 days late" in shown
    assert "s4 is disputed: for US it is done, for Iran it is not." in shown
    assert "as it sees it" in shown


def test_a_step_of_an_event_is_safe_with_the_others_and_not_before_them(
    terminal: Terminal, tmp_path: Path
) -> None:
    steps = a_file()["steps"]
    path = tmp_path / "talks.json"
    path.write_text(json.dumps({**a_file(), "steps": steps}), encoding="utf-8")
    made = json.loads(terminal.do("", "plan", "status", str(path), "--on", "2026-03-01", "--json"))
    assert {row["step"] for row in made["safe"]} <= {step["id"] for step in steps}
    shown = status(terminal, SWAP, "--on", "2023-09-18", "--cap", "Iran=0.5")
    assert "cap 0.5" not in shown  # the exchange was over that day
    early = ("--on", "2023-09-14", "--done", "s7=2023-09-14", "--done", "s8=2023-09-14")
    shown = status(terminal, SWAP, *early, "--done", "s9=2023-09-14", "--cap", "Iran=2")
    assert "s10 is safe to take as one event with s11, s12" in shown


def test_the_rest_is_ordered_again_on_request(terminal: Terminal) -> None:
    args = ("plan", "status", DOHA, "--on", "2020-07-20", "--replan")
    shown = plain(terminal.do("", *args))
    assert "If it is never done, the rest exposes US side up to 9 (as agreed 6)." in shown
    assert "Proved: no order that keeps the conditions exposes a side less." in shown
    made = json.loads(terminal.do("", *args, "--json"))
    assert made["replanned"]["order"][:2] == [["d1"], ["d2"]]
    assert made["replanned"]["proved"] is True
    late = {row["step"]: row for row in made["delays"]}
    assert late["d9"]["worst_if_never"]["US side"] == 9


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--on", "20230917"), "--on: '20230917' is no day; write it as 2026-03-09"),
        (("--on", "soon"), "--on: 'soon' is no day"),
        (("--on", "2023-09-17", "--done", "s7"), "--done: 's7' is not understood; write it as"),
        (("--on", "2023-09-17", "--late", "=2023-09-17"), "--late: '=2023-09-17' is not"),
        (("--on", "2023-09-17", "--cap", "Qatar=3"), "--cap: 'Qatar' is no side; there are US"),
    ],
)
def test_what_is_not_understood_is_refused(
    terminal: Terminal, args: tuple[str, ...], said: str
) -> None:
    assert said in plain(terminal.refused("", "plan", "status", SWAP, *args, code=2))


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--done", "s7=2023-09-20"), "which is after 2023-09-17"),
        (("--done", "s99=2023-09-10"), "done: there is no step 's99' in the plan"),
        (("--cap", "Iran=much"), "'much' is no number"),
    ],
)
def test_reports_that_cannot_be_are_refused(
    terminal: Terminal, args: tuple[str, ...], said: str
) -> None:
    given = ("plan", "status", SWAP, "--on", "2023-09-17", *args)
    assert said in plain(terminal.refused("", *given))


def test_planned_is_compared_with_actual_and_what_rests_on_memory_is_marked(
    terminal: Terminal,
) -> None:
    shown = plain(terminal.do("", "plan", "compare", DOHA, "--drop-bargained"))
    assert ILLUSTRATIVE in shown
    assert "d1* Taliban" in shown
    assert "d3 US" in shown
    assert "* from memory, not verified" in shown
    assert "177 days late" in shown
    assert "It broke at d13, as the coder judges" in shown
    assert "The check warns about d13" in shown
    assert "17 (after d20); it ended at 17" in shown
    assert "in points as if one scale held for all sides" in shown
    assert "exposes less than history as far as it went in 100% of the draws" in shown


def test_a_comparison_for_other_programs_has_sources_and_shares_with_intervals(
    terminal: Terminal,
) -> None:
    made = json.loads(terminal.do("", "plan", "compare", DOHA, "--draws", "100", "--json"))
    rows = {row["step"]: row for row in made["steps"]}
    assert rows["d1"]["basis"] == "from memory, not verified"
    assert rows["d7"]["days_late"] == 177
    assert made["sides"]["US side"]["worst_actual"] == {"after": ["d20"], "low": 17, "high": 17}
    assert made["most_exposed"] == "US side"
    share = made["best"]["than_history"]["less"]
    assert share["low"] < share["share"] == 1


def test_an_accord_that_was_kept_is_compared_without_drawing_on_request(
    terminal: Terminal,
) -> None:
    shown = plain(terminal.do("", "plan", "compare", JPOA, "--draws", "0"))
    assert "29 of 29 steps were done, the last on 2015-06-30." in shown
    assert "draws" not in shown
    assert "The check" not in shown
    made = json.loads(terminal.do("", "plan", "compare", JPOA, "--draws", "0", "--json"))
    assert (made["most_exposed"], made["not_done"]) == (None, [])
    assert "best" not in made


def test_an_own_plan_is_compared_if_it_tells_what_was_done(
    terminal: Terminal, tmp_path: Path
) -> None:
    path = tmp_path / "own.json"
    given = {key: value for key, value in a_file().items() if key != "done"}
    path.write_text(json.dumps(given), encoding="utf-8")
    refused = terminal.refused("", "plan", "compare", str(path), code=2)
    assert "does not tell what was done" in plain(refused)
    first = given["steps"][0]["id"]
    path.write_text(json.dumps({**given, "done": {first: "2026-03-05"}}), encoding="utf-8")
    shown = plain(terminal.do("", "plan", "compare", str(path)))
    assert "1 of 3 steps were done, the last on 2026-03-05." in shown
    assert "as the coder judges" not in shown
    assert "not verified" not in shown
