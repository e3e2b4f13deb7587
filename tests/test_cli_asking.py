"""What to ask and to propose next, on the command line."""

import json
from pathlib import Path

import pytest

from desk_terminal import Terminal, plain, talks
from test_bargain_own_file import EXAMPLE
from test_bargain_schema import judged

PARTIAL = EXAMPLE.with_name("us_iran_swap_2023_partial.json")


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    return talks(tmp_path_factory.mktemp("home"), [])


def test_the_best_proposal_is_told_with_its_chance_and_its_reason(terminal: Terminal) -> None:
    shown = plain(terminal.do("", "bargain", "propose", str(PARTIAL)))
    assert "illustrative" in shown
    assert "Before anything is known" in shown
    assert "1. Propose detainees five for five" in shown
    assert "Least sure is US" in shown
    assert "give or take" in shown


def test_proposals_for_other_programs_have_chances_and_standings(terminal: Terminal) -> None:
    made = json.loads(terminal.do("", "bargain", "propose", str(PARTIAL), "--json"))
    assert made["draws"] == 1_000
    best, *others = made["proposals"]
    for other in others:
        assert other["all_accept"]["probability"] <= best["all_accept"]["probability"] + 0.05
    assert set(best["parties"]) == {"US", "Iran"}
    for party in best["parties"].values():
        assert 0 < party["standard_error"] < 0.1
        assert party["standing"] in {"necessarily", "possibly", "never"}
    # The same seed, the same answer; another, another.
    again = json.loads(terminal.do("", "bargain", "propose", str(PARTIAL), "--json"))
    other = json.loads(terminal.do("", "bargain", "propose", str(PARTIAL), "--json", "--seed", "2"))
    assert again == made
    assert other["proposals"][0]["all_accept"] != best["all_accept"]


def test_the_best_question_is_told_and_its_answer_kept(terminal: Terminal, tmp_path: Path) -> None:
    shown = plain(terminal.do("", "bargain", "ask", str(PARTIAL)))
    assert "1. Ask " in shown
    assert "of at most 1 bit" in shown
    first, *_ = json.loads(terminal.do("", "bargain", "ask", str(PARTIAL), "--json"))["questions"]
    to = tmp_path / "after.json"
    keep = ("--question", "1", "--answer", "yes", "--to", str(to))
    told = plain(terminal.do("", "bargain", "ask", str(PARTIAL), *keep))
    assert f"with this answer of {first['party']}" in told
    assert judged(json.loads(to.read_bytes())) == []
    assert to.stat().st_mode & 0o777 == 0o600  # what a party wants is nobody else's to read
    left = json.loads(terminal.do("", "bargain", "ask", str(to), "--json"))["questions"]
    assert first["wording"] not in {each["wording"] for each in left}
    refused = terminal.refused("", "bargain", "ask", str(PARTIAL), *keep, code=2)
    assert "is there already" in refused


@pytest.mark.parametrize(
    "given",
    [
        ("--question", "1"),
        ("--answer", "yes"),
        ("--question", "1", "--answer", "perhaps", "--to", "x.json"),
        ("--question", "1", "--answer", "yes"),
    ],
)
def test_an_answer_is_kept_whole_or_not_at_all(terminal: Terminal, given: tuple[str, ...]) -> None:
    assert "give all three" in terminal.refused("", "bargain", "ask", str(PARTIAL), *given, code=2)


def test_a_question_that_is_not_there_is_refused(terminal: Terminal, tmp_path: Path) -> None:
    keep = ("--question", "9000", "--answer", "no", "--to", str(tmp_path / "x.json"))
    assert "no number 9000" in terminal.refused("", "bargain", "ask", str(PARTIAL), *keep, code=2)


def test_where_all_is_known_no_question_is_left(terminal: Terminal, tmp_path: Path) -> None:
    known = json.loads(PARTIAL.read_bytes())
    values = json.loads(EXAMPLE.read_bytes())
    known["parties"] = [{**party, "terms": []} for party in values["parties"]]
    for party in known["parties"]:
        del party["terms"]
    file = tmp_path / "known.json"
    file.write_text(json.dumps(known))
    shown = plain(terminal.do("", "bargain", "ask", str(file)))
    assert "No question is left" in shown
    assert "makes it certain" in plain(terminal.do("", "bargain", "propose", str(file)))
