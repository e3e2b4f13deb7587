"""Reading reports and reviewing what is proposed, on the command line."""

import codecs
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.commands.report_readers import Given, Source, read_source
from claiming import NOON, TODAY, a_line, written
from desk_terminal import Terminal, plain

DAY = "2023-01-05"  # before the clock of a test's world
TEXT = (
    "Qatar's mediators said the two sides had narrowed the gaps. It rained in Doha.\n"
    "A source familiar with the talks said the list has nine names."
)
PAGE = ("--outlet", "Gazette", "--published", DAY, "--url", "https://gazette.example/1")


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "home")


@pytest.fixture
def read(terminal: Terminal) -> Terminal:
    terminal.do("", "watch", "read", str(terminal.write("page.txt", TEXT)), *PAGE)
    return terminal


def listed(terminal: Terminal) -> list[dict[str, Any]]:
    shown = json.loads(terminal.do("", "watch", "review", "--list", "--json"))
    found: list[dict[str, Any]] = shown["proposals"]
    assert shown["waiting"] == len(found)
    return found


def claims(terminal: Terminal) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(terminal.do("", "watch", "list", "--json"))["claims"]
    return found


def decide(terminal: Terminal, *given: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(
        terminal.do("", "watch", "review", "--by", "Amira", *given, "--json")
    )
    return made


def test_a_text_is_read_once_and_proposes_without_claiming(terminal: Terminal) -> None:
    page = str(terminal.write("page.txt", TEXT))
    first = json.loads(terminal.do("", "watch", "read", page, *PAGE, "--json"))
    assert (first["reports"], first["new"], first["proposed"], first["waiting"]) == (1, 1, 2, 2)
    again = json.loads(terminal.do("", "watch", "read", page, *PAGE, "--json"))
    assert (again["reports"], again["new"], again["proposed"], again["waiting"]) == (1, 0, 0, 2)
    assert "there is no claim" in terminal.refused("", "watch", "list", code=2)


def test_a_text_that_is_pasted_is_read(terminal: Terminal) -> None:
    shown = plain(terminal.do("", "watch", "read", "-", "--outlet", "Gazette", typed=TEXT))
    assert "1 reports read, 1 of them new in the case default; 2 claims proposed" in shown
    assert "none is a claim before" in shown


def test_what_cannot_be_read_is_told_and_the_rest_goes_on(
    terminal: Terminal, tmp_path: Path
) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    (folder / "b.txt").write_bytes(b" \n")
    told = json.loads(terminal.do("", "watch", "read", str(folder), *PAGE, "--json"))
    assert told["reports"] == 1
    assert len(told["refused"]) == 1
    result = terminal.run("", "watch", "read", str(folder / "b.txt"), *PAGE)
    assert result.exit_code == 1
    assert "is no file or folder" in terminal.refused("", "watch", "read", "gone", code=2)


def test_a_proposal_is_confirmed_by_name(read: Terminal) -> None:
    gaps, names = listed(read)
    assert gaps["words"] in TEXT
    assert "say who decides" in read.refused("", "watch", "review", "--confirm", gaps["id"], code=2)
    given = ("--confirm", gaps["id"][:12], "--set", "actor=Qatar")
    decision = decide(read, *given)
    assert decision["who"] == "Amira"
    (claim,) = claims(read)
    assert claim["digest"] == decision["claim"]["digest"]
    assert (claim["published"], claim["outlet"], claim["reports"], claim["stories"]) == (
        *(DAY, "Gazette"),
        *(1, 1),
    )
    assert [each["id"] for each in listed(read)] == [names["id"]]
    again = read.refused("", "watch", "review", "--by", "B", *given)
    assert "Amira has" in again
    told = read.do("", "watch", "review", "--by", "B", "--reject", names["id"], "--reason", "no")
    assert "rejected." in told
    shown = plain(read.do("", "watch", "list"))
    assert "It rests on 1 reports that tell 1 stories." in shown
    assert "Behind them stand 1 reports that tell 1 stories." in shown


def test_a_rejection_needs_a_reason_and_the_score_counts_all(read: Terminal) -> None:
    gaps, names = listed(read)
    refused = read.refused("", "watch", "review", "--by", "A", "--reject", gaps["id"])
    assert "without a reason" in refused
    decide(read, "--reject", gaps["id"], "--reason", "weather")
    decide(read, "--correct", names["id"], "--set", "actor=Iran", "--set", "speaker=aide")
    told = json.loads(read.do("", "watch", "review", "--score", "--json"))
    (method,) = told["methods"]
    assert (method["confirmed"], method["corrected"], method["rejected"]) == (0, 1, 1)
    assert method["interval"][0] == 0
    assert plain(read.do("", "watch", "review", "--by", "A")) == "0 wait in the case default."
    shown = plain(read.do("", "watch", "review", "--score"))
    assert "0 % confirmed as proposed (0 to" in shown
    assert "n = 2" in shown
    decided = json.loads(read.do("", "watch", "review", "--decided"))["decisions"]
    assert {each["verdict"] for each in decided} == {"corrected", "rejected"}


def test_proposals_are_decided_one_after_another(read: Terminal) -> None:
    typed = "dance\n\nreject\ncorrect\ncorrect actor=the two sides speaker=Qatar\nskip\n"
    result = read.run("", "watch", "review", "--by", "Amira", typed=typed)
    assert result.exit_code == 0
    shown = plain(result.stdout)
    assert "'dance' came; one of these is expected" in shown
    assert "without a reason" in shown
    assert "\u27e6" in shown
    assert "1 wait in the case default." in shown
    assert [each["actor"] for each in claims(read)] == ["the two sides"]


def test_a_report_without_a_day_says_so_and_needs_one(terminal: Terminal) -> None:
    terminal.do("", "watch", "read", "-", "--outlet", "Gazette", typed=TEXT)
    assert "no day Gazette" in plain(terminal.do("", "watch", "review", "--list"))
    gaps, _ = listed(terminal)
    typed = f"confirm\nconfirm published={DAY} actor=Qatar\nquit\n"
    result = terminal.run("", "watch", "review", "--by", "Amira", typed=typed)
    assert "has no day of publication" in plain(result.stdout)
    (claim,) = claims(terminal)
    assert (claim["published"], claim["published_basis"]) == (DAY, "inferred")
    assert claim["paraphrase"] == gaps["words"]


@pytest.mark.parametrize("typed", ["", "quit\n", "skip\nskip\n"])
def test_whoever_says_nothing_has_decided_nothing(read: Terminal, typed: str) -> None:
    read.do("", "watch", "review", "--by", "Amira", typed=typed)
    assert len(listed(read)) == 2


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (("--confirm", "a" * 12, "--reject", "b" * 12), "several things"),
        (("--set", "actor=x"), "--set goes with"),
        (("--correct", "a" * 12), "without a field"),
    ],
)
def test_what_is_put_wrongly_is_refused(
    read: Terminal, given: tuple[str, ...], refusal: str
) -> None:
    assert refusal in read.refused("", "watch", "review", "--by", "A", *given, code=2)
    assert len(listed(read)) == 2


def test_what_a_page_says_cannot_move_the_cursor_or_act(terminal: Terminal) -> None:
    text = "Qatar said \x1b[2J the talks\u202e go on <script>alert(1)</script> in Doha."
    page = str(terminal.write("page.txt", text))
    terminal.do("", "watch", "read", page, *PAGE[:4], "--title", "\x1b]0;x\x07")
    for asked in (("--list",), ("--list", "--json")):
        shown = terminal.do("", "watch", "review", *asked)
        assert "<script>" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown


def test_a_claim_is_corrected_and_withdrawn(read: Terminal) -> None:
    gaps, _ = listed(read)
    old = decide(read, "--confirm", gaps["id"], "--set", "actor=Qatar")["claim"]["digest"]
    refused = read.refused("", "watch", "correct", old, "--reason", "x", code=2)
    assert "one of the two" in refused
    shown = read.do(
        "", "watch", "correct", old[:8], "--set", "direction=away", "--reason", "misread"
    )
    assert "stands in its place" in plain(shown)
    (claim,) = claims(read)
    assert (claim["direction"], claim["reports"]) == ("away", 1)
    told = json.loads(
        read.do("", "watch", "correct", claim["digest"], "--withdraw", "--reason", "no", "--json")
    )
    assert told["new"] is None
    assert "there is no claim" in read.refused("", "watch", "list", code=2)
    gone = read.refused("", "watch", "correct", old, "--withdraw", "--reason", "no")
    assert "no claims that stand" in gone


def test_claims_are_listed_page_by_page(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(written(*[a_line(published=DAY, paraphrase=f"word {n}") for n in range(7)]))
    terminal.do("", "watch", "add", str(path))
    seen: list[str] = []
    for page, more in ((1, True), (2, True), (3, False), (4, False)):
        given = ("--words", "word", "--limit", "3", "--page", str(page), "--json")
        shown = json.loads(terminal.do("", "watch", "list", *given))
        assert shown["more"] is more
        seen += [each["digest"] for each in shown["claims"]]
    assert len(seen) == len(set(seen)) == 7
    told = plain(terminal.do("", "watch", "list", "--limit", "3", "--page", "2"))
    assert "Claims 4 to 6. There are more: --page 3." in told
    assert "7 claims." in terminal.do("", "watch", "list")


def test_a_page_that_was_not_touched_since_is_the_same_reading(terminal: Terminal) -> None:
    page = terminal.write("page.txt", TEXT)
    os.utime(page, (1_600_000_000, 1_600_000_000))
    terminal.do("", "watch", "read", str(page), *PAGE)
    ledger = (terminal.home / "watch.sqlite3").stat().st_size
    terminal.do("", "watch", "read", str(page), *PAGE)
    assert (terminal.home / "watch.sqlite3").stat().st_size == ledger


def test_reports_come_as_lines_and_a_wrong_one_does_not_keep_the_others_out(
    terminal: Terminal, tmp_path: Path
) -> None:
    good = {"outlet": "Gazette", "text": TEXT, "published": DAY, "published_basis": "printed"}
    lines: list[object] = [
        good,
        {**good, "text": 7},
        {**good, "published": "2999-01-01"},
        {**good, "published": "soon"},
        {**good, "retrieved": "soon"},
        {**good, "retrieved": "2023-01-05T12:00:00"},
        {**good, "text": " "},
        {**good, "url": "javascript:alert(1)"},
        {**good, "text": "half \ud800"},
        {"text": TEXT},
        [],
        {**good, "text": "Katar sagt, es geht voran.", "language": "de"},
    ]
    path = tmp_path / "x.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)) + "\n{\n" + "[" * 5_000, encoding="utf-8")
    told = json.loads(terminal.do("", "watch", "read", str(path), "--json"))
    assert (told["reports"], told["proposed"], told["in_other_languages"]) == (2, 2, 1)
    assert len(told["refused"]) == 12
    assert "line 3: published is 2999-01-01, yet to come" in told["refused"][1]
    (gaps, _) = listed(terminal)
    assert (gaps["published"], gaps["published_basis"]) == (DAY, "printed")
    shown = plain(terminal.do("", "watch", "read", str(path)))
    assert "1 are not in English" in shown


@given(data=st.binary(max_size=200), name=st.sampled_from(["", "x.txt", "x.jsonl", "x.html"]))
def test_whatever_bytes_come_they_are_reports_or_refused(data: bytes, name: str) -> None:
    told = Given(outlet="Gazette", url="", title="", published=None)
    source = Source(name=name, data=data, retrieved=NOON)
    found = read_source(source, told, today=TODAY)
    empty = not data.removeprefix(codecs.BOM_UTF8).strip()
    assert found.reports or found.refusals or empty
