"""Public claims on the command line: into the ledger, out of it, and the outlook."""

import csv
import io
import json
from pathlib import Path

import pytest

from claiming import RECORD, a_line, written
from desk_terminal import Terminal, plain


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "home")


def a_file(tmp_path: Path, *lines: object, name: str = "x.jsonl") -> str:
    path = tmp_path / name
    path.write_bytes(written(*lines))
    return str(path)


OLD = "2023-01-05"  # before the clock of a test's world


def test_claims_are_added_once_and_refused_lines_are_told(
    terminal: Terminal, tmp_path: Path
) -> None:
    good = a_line(published=OLD)
    path = a_file(tmp_path, good, a_line(published=OLD, claim_type="leek"))
    shown = plain(terminal.do("", "watch", "add", path))
    assert "line 2: claim_type: 'leek' came, one of" in shown
    assert "1 claims read, 1 of them new in the case default; 1 lines refused." in shown
    told = json.loads(terminal.do("", "watch", "add", path, "--json"))
    assert [(each["read"], each["new"]) for each in told["files"]] == [(1, 0)]
    assert told["files"][0]["refused"][0]["line"] == 2


def test_a_file_of_nothing_but_refused_lines_ends_with_one(
    terminal: Terminal, tmp_path: Path
) -> None:
    path = a_file(tmp_path, *[{"n": n} for n in range(30)])
    result = terminal.run("", "watch", "add", path)
    assert result.exit_code == 1
    assert "10 more lines" in plain(result.stdout)
    assert "0 claims read" in plain(result.stdout)


def test_a_name_with_a_slip_in_it_stores_nothing(terminal: Terminal, tmp_path: Path) -> None:
    path = a_file(tmp_path, a_line(published=OLD))
    assert "is no file" in terminal.refused("", "watch", "add", path, "nothing.jsonl", code=2)
    assert "there is no claim in the case default" in terminal.refused("", "watch", "list", code=2)


def test_claims_are_listed_by_what_is_wanted(terminal: Terminal, tmp_path: Path) -> None:
    lines = [
        a_line(published=OLD, claim_type="leak", paraphrase="About Hormuz.", actor="US"),
        a_line(published="2023-02-01", published_basis="inferred", paraphrase="Another."),
    ]
    terminal.do("", "watch", "add", a_file(tmp_path, *lines), "--case", "gulf")
    shown = plain(terminal.do("", "watch", "list", "--case", "gulf"))
    assert "2023-02-01 (day inferred) progress_claimed, toward" in shown
    assert "2 claims." in shown
    given = ("--words", "horm", "--type", "leak", "--to", OLD, "--speaker-type", "broker")
    found = json.loads(terminal.do("", "watch", "list", "--case", "gulf", *given, "--json"))
    assert [each["paraphrase"] for each in found["claims"]] == ["About Hormuz."]
    later = ("--from", "2023-01-06", "--outlet", "gazette", "--actor", "qatar", "--json")
    found = json.loads(terminal.do("", "watch", "list", "--case", "gulf", *later))
    assert [each["paraphrase"] for each in found["claims"]] == ["Another."]
    terminal.do("", "watch", "merge", "actor", "US", "Qatar")
    assert "2 claims." in terminal.do("", "watch", "list", "--case", "gulf", "--actor", "qatar")


def test_what_a_claim_says_cannot_move_the_cursor(terminal: Terminal, tmp_path: Path) -> None:
    line = a_line(published=OLD, paraphrase="\x1b[2J gone", speaker="a\u202eb")
    terminal.do("", "watch", "add", a_file(tmp_path, line))
    shown = terminal.do("", "watch", "list")
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_an_export_holds_no_formula_and_is_read_again(terminal: Terminal, tmp_path: Path) -> None:
    line = a_line(published=OLD, paraphrase='=HYPERLINK("https://x.example")', speaker="@x")
    terminal.do("", "watch", "add", a_file(tmp_path, line))
    out = tmp_path / "claims.csv"
    terminal.do("", "watch", "export", "--format", "csv", "--out", str(out))
    (row,) = csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"), newline=""))
    assert row["paraphrase"] == '\'=HYPERLINK("https://x.example")'
    assert row["speaker"] == "'@x"
    refused = terminal.refused("", "watch", "export", "--format", "csv", "--out", str(out), code=2)
    assert "is there already" in refused
    out = tmp_path / "claims.json"
    terminal.do("", "watch", "export", "--format", "json", "--out", str(out))
    made = json.loads(out.read_bytes())
    assert (made["format"], made["case"]) == ("backchannel-claims/1", "default")
    again = [{k: v for k, v in each.items() if k != "digest"} for each in made["claims"]]
    told = json.loads(terminal.do("", "watch", "add", a_file(tmp_path, *again), "--json"))
    assert (told["files"][0]["read"], told["files"][0]["new"]) == (1, 0)


def test_the_outlook_says_how_little_it_rests_on(terminal: Terminal, tmp_path: Path) -> None:
    terminal.do("", "watch", "add", a_file(tmp_path, a_line(published=OLD)))
    given = ("watch", "outlook", "--on", "2026-07-02", "--weeks", "2")
    shown = plain(terminal.do("", *given))
    assert "n = 10 decided episodes, 3 of them agreements" in shown
    assert "No skill is shown" in shown
    assert "30 % (9 to 61)" in shown
    told = json.loads(terminal.do("", *given, "--json"))
    assert told["skill_shown"] is False
    assert len(told["weeks"]) == 2


def test_an_outlook_before_the_first_claim_is_refused(terminal: Terminal, tmp_path: Path) -> None:
    terminal.do("", "watch", "add", a_file(tmp_path, a_line(published=OLD)))
    refused = terminal.refused("", "watch", "outlook", "--on", "2022-12-01")
    assert "no claim was published up to 2022-12-01" in refused


def test_a_file_that_is_no_ledger_is_told_in_one_sentence(terminal: Terminal) -> None:
    (terminal.home / "watch.sqlite3").write_text("no database " * 200, encoding="utf-8")
    assert "not a database" in terminal.refused("", "watch", "list")


@pytest.mark.shared
def test_the_record_of_2026_says_something_with_no_option_at_all(terminal: Terminal) -> None:
    if not RECORD.is_dir():
        pytest.skip(f"the public record is not at {RECORD}")
    terminal.clock.now = terminal.clock.now.replace(year=2026, month=7, day=2)
    terminal.do("", "watch", "add", str(RECORD / "us_iran_2026.jsonl"))
    shown = plain(terminal.do("", "watch", "outlook"))
    assert "12 weeks since the first day of two independent reports (2026-04-07); 45" in shown
    assert "claims from 29 pages" in shown
