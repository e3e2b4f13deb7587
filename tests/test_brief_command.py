"""`backchannel brief` and `make watch-demo`: files that are written, and what is refused."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from demo.public import RECORD, commands

from backchannel.commands import printing
from backchannel.desk.errors import UsageError
from claiming import a_line, written
from desk_terminal import Terminal, plain

ROOT = Path(__file__).parent.parent
OLD = "2023-01-05"  # before the clock of a test's world


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    made = Terminal(tmp_path / "home")
    path = tmp_path / "x.jsonl"
    path.write_bytes(written(a_line(published=OLD), a_line(published="2023-02-01", speaker="Oman")))
    made.do("", "watch", "add", str(path))
    return made


def test_without_a_file_the_brief_is_written_on_the_screen(terminal: Terminal) -> None:
    shown = plain(terminal.do("", "brief"))
    for title in ("1. What happened", "2. Who gains leverage", "5. What to watch next"):
        assert title in shown
    assert "2 claims from 1 page" in shown
    assert "https://gazette.example/1" in shown


def test_each_ending_gives_its_form(terminal: Terminal, tmp_path: Path) -> None:
    files = {kind: tmp_path / f"b.{kind}" for kind in ("html", "md", "json")}
    targets = [word for path in files.values() for word in ("--to", str(path))]
    terminal.do("", "brief", "--on", "2023-03-01", "--since", "2023-01-10", *targets)
    assert files["html"].read_text("utf-8").startswith("<!doctype html>")
    assert files["md"].read_text("utf-8").startswith("# Brief on default")
    whole = json.loads(files["json"].read_bytes())
    assert (whole["format"], whole["since"]) == ("backchannel-brief/1", "2023-01-10")
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in files.values())
    # A second brief begins where the first ended.
    again = plain(terminal.do("", "brief", "--previous", str(files["json"])))
    assert "Nothing that was published since 2023-03-01 is in the record." in again


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--to", "brief.doc"), "end it with .html or .md or .pdf or .json"),
        (("--previous", "nowhere.json"), "nowhere.json is no file"),
        (("--series", "nowhere.csv"), "nowhere.csv is no file"),
        (("--since", "2023-01-01", "--previous", "x.json"), "give --since or --previous"),
        (("--case", "nothing"), "there is no claim in the case nothing"),
        (("--on", "2020-01-01"), "no claim was published up to 2020-01-01"),
    ],
)
def test_what_cannot_be_done_is_said(
    terminal: Terminal, words: tuple[str, ...], reason: str
) -> None:
    result = terminal.run("", "brief", *words)
    assert result.exit_code in {1, 2}
    assert reason in plain(result.stderr)


def test_a_file_that_is_there_is_not_written_over(terminal: Terminal, tmp_path: Path) -> None:
    there = tmp_path / "there.html"
    there.write_text("mine", encoding="utf-8")
    assert terminal.run("", "brief", "--to", str(there)).exit_code
    assert there.read_text("utf-8") == "mine"


def test_without_a_browser_a_pdf_is_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match=r"write \.html and print it"):
        printing.to_pdf("<p>x</p>")


def test_a_browser_that_prints_nothing_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    broken.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="chromium printed no PDF"):
        printing.to_pdf("<p>x</p>")


@pytest.mark.processes
def test_the_demo_of_the_public_record_ends_with_the_brief(tmp_path: Path) -> None:
    for _, words in commands(tmp_path):
        start = [sys.executable, "-m", "backchannel", "--home", str(tmp_path / "desks"), *words]
        ran = subprocess.run(start, capture_output=True, text=True, check=False, timeout=60)
        assert ran.returncode == 0, ran.stderr
    page = (tmp_path / "brief.html").read_text("utf-8")
    assert "New since 2026-05-31: 23 claims from 16 pages." in page
    assert len(RECORD.read_bytes().splitlines()) == 45
