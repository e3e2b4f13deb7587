"""What is spoken, in the terminal: the first day of a mediator, and inputs that cannot be."""

import json
import re
from pathlib import Path

import pytest

from desk_terminal import Terminal, contents, plain

NOTE = re.compile(r"Note ([0-9a-f]{8})")
NON_PAPER = ("--may", "non-paper")
TOLD = ("--to", "Iran", "--as", "nobody", "--how", "telephone")


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A mediator alone: a channel without a relay, and two seats without desks."""
    terminal = Terminal(tmp_path / "home")
    terminal.do("", "desk", "create", "qatar")
    terminal.do("qatar", "channel", "open", "Talks", "--as-mediator", "Qatar")
    for party in ("US", "Iran"):
        terminal.do("qatar", "seat", "add", party)
    return terminal


def heard(terminal: Terminal, text: str, *options: str, party: str = "US") -> str:
    printed = terminal.do("qatar", "heard", party, text, "--how", "in-person", *options)
    found = NOTE.search(printed)
    assert found is not None
    return found[1]


def test_day_one_begins_with_no_relay_and_says_what_comes_next(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "home")
    terminal.do("", "desk", "create", "qatar")
    opened = plain(terminal.do("qatar", "channel", "open", "Talks", "--as-mediator", "Qatar"))
    assert "Next: `backchannel seat add PARTY`" in opened
    assert "Every party has a desk, or there is none yet." in terminal.do("qatar", "seat", "list")
    assert "`backchannel heard`" in plain(terminal.do("qatar", "seat", "add", "US"))
    status = plain(terminal.do("qatar", "status"))
    assert "Relay: none yet" in status
    assert "US no desk by mouth" in status
    assert terminal.do("qatar", "seat", "list").strip() == "US"


def test_what_was_heard_is_marked_so_on_every_screen(terminal: Terminal) -> None:
    rows = terminal.write("rows.csv", "Jane Doe,Evin\n")
    options = ("--person", "the envoy", "--at", "2023-09-17 08:00", "--rows", str(rows))
    times = ("--not-before", "2023-09-17 09:00", "--expires", "2023-10-01")
    note = heard(terminal, "Four may move.", *options, *times, *NON_PAPER)
    page = plain(terminal.do("qatar", "caucus", "US"))
    assert "US has no desk: all is spoken, and recorded here alone." in page
    assert f"{note} 2023-09-17 08:00 UTC heard in person (the envoy) from US" in page
    assert "recorded by the mediator; may be conveyed without attribution" in page
    assert "may be used from 2023-09-17 09:00 UTC on expires 2023-10-01 00:00 UTC" in page
    assert "Jane Doe" in page
    assert "safety words" not in page
    written = json.loads(terminal.do("qatar", "caucus", "US", "--json"))
    assert written["entries"] == []
    (row,) = written["spoken"]
    assert row["what"] == "heard in person, recorded by the mediator"
    assert (row["how"], row["person"]) == ("in person", "the envoy")
    for fmt in ("markdown", "json"):
        assert "recorded by the mediator" in terminal.do("qatar", "export", "--format", fmt)


def test_what_is_told_is_shown_confirmed_and_recorded(terminal: Terminal) -> None:
    note = heard(terminal, "Four may move.", *NON_PAPER)
    told = ("told", note, *TOLD, "--person", "the minister")
    before = contents(terminal, "qatar")
    looked = plain(terminal.do("qatar", *told, "--look"))
    assert "It rests on what US said (in person 2023-09-18 09:00 UTC, recorded by the" in looked
    assert "Nothing is recorded." in looked
    assert "what was typed is not Iran" in terminal.refused("qatar", *told, typed="US\n")
    assert contents(terminal, "qatar") == before
    assert "Recorded: Iran was told by telephone" in terminal.do("qatar", *told, typed="iran\n")
    page = plain(terminal.do("qatar", "caucus", "Iran"))
    assert "told Iran by telephone (the minister), without attribution (non-paper)" in page
    assert f"rests on {note}" in page
    knows = plain(terminal.run("qatar", "knows", columns=160).stdout)
    assert "heard from US (in person 2023-09-18 09:00 UTC, recorded by the mediator)" in knows
    assert "by mouth (by telephone, the minister)" in knows
    (row,) = json.loads(terminal.do("qatar", "knows", "four", "--party", "Iran", "--json"))
    assert row["told"][0]["mouth"]["how"] == "by telephone"
    assert "Nothing that was said fits" in terminal.do("qatar", "knows", "seven")


def test_warnings_stand_before_the_question_and_do_not_block(terminal: Terminal) -> None:
    heard(terminal, "We could live with two billion.")
    note = heard(terminal, "Four may move.", *NON_PAPER)
    text = ("--text", "The US says: four, for two billion.")
    result = terminal.run("qatar", "told", note, *TOLD, *text, typed="Iran\n")
    assert result.exit_code == 0
    page = plain(result.output)
    warned = page.index("! Gives away a note whose handling forbids it")
    assert warned < page.index("! Names a party without attribution") < page.index("Type Iran to")
    journal = plain(terminal.run("qatar", "journal", columns=160).stdout)
    assert "went on although warned: gives away a note whose handling forbids it" in journal
    assert "billion" not in journal


def test_a_breach_is_told_as_such_on_every_screen(terminal: Terminal) -> None:
    note = heard(terminal, "We could live with less.")
    told = ("told", note, *TOLD, "--yes")
    assert "record it as a breach with --breach" in terminal.refused("qatar", *told)
    printed = plain(terminal.do("qatar", *told, "--breach", "It slipped out"))
    assert "! It is recorded as a BREACH: the handling forbids it" in printed
    assert "! in BREACH of a handling, because: It slipped out" in plain(
        terminal.do("qatar", "caucus", "Iran")
    )
    assert "in BREACH of the handling, because: It slipped out" in plain(
        terminal.run("qatar", "knows", columns=240).stdout
    )
    assert "although a handling forbade it: It slipped out" in plain(
        terminal.run("qatar", "journal", columns=240).stdout
    )
    assert "in breach of a handling" in terminal.do("qatar", "export", "--format", "markdown")


def test_leave_is_given_and_notes_are_taken_back_by_mouth(terminal: Terminal) -> None:
    note = heard(terminal, "Four may move.", *NON_PAPER, "--ask-first")
    told = ("told", note, *TOLD, "--yes")
    assert "wants to be asked" in terminal.refused("qatar", *told)
    leave = ("heard-allow", note, "--as", "nobody", "--how", "messenger")
    key = terminal.id_of("qatar", *leave)
    terminal.do("qatar", *told)
    page = plain(terminal.do("qatar", "caucus", "US"))
    assert f"allows note {note} without attribution (non-paper), in these words" in page
    assert "is taken back" in terminal.do("qatar", "taken-back", key)
    assert "WITHDRAWN" in terminal.do("qatar", "caucus", "US")
    assert "not yes" in terminal.refused("qatar", "taken-back", note, "--erase", typed="no\n")
    terminal.do("qatar", "taken-back", note, "--erase", typed="yes\n")
    page = plain(terminal.do("qatar", "caucus", "US"))
    assert "Four" not in page
    assert "ERASED" in page
    assert "ERASED" in terminal.do("qatar", "knows")


def test_what_was_told_by_mouth_is_corrected_by_mouth(terminal: Terminal) -> None:
    note = heard(terminal, "Four may move.", *NON_PAPER)
    printed = terminal.do("qatar", "told", note, *TOLD, "--yes")
    told = printed.strip().rpartition(": ")[2][:8]
    corrected = terminal.do("qatar", "correct", told, "Five may move.")
    assert "Iran must hear it from you" in plain(corrected)
    assert "Contradicts" in corrected
    assert terminal.paused == []
    knows = plain(terminal.run("qatar", "knows", columns=160).stdout)
    assert "corrected to" in knows
    assert "Five may move." in knows
    assert "corrected 2023-09-18" in plain(terminal.do("qatar", "caucus", "Iran"))


def test_what_goes_to_all_names_those_who_must_hear_it_by_mouth(terminal: Terminal) -> None:
    words = "Without a desk, and to be told by mouth: US, Iran."
    assert words in plain(terminal.do("qatar", "channel", "suspend"))
    assert words in plain(terminal.do("qatar", "channel", "resume"))
    assert words in plain(terminal.do("qatar", "channel", "close", "--how", "concluded"))


def test_a_relay_comes_later_and_a_seat_gets_its_desk(terminal: Terminal) -> None:
    heard(terminal, "We are ready.", party="Iran")
    lines = str(terminal.vouchers(2))
    relay = ("channel", "relay", "http://127.0.0.1:1", "--vouchers", lines)
    assert "Next: `backchannel invite PARTY`" in plain(terminal.do("qatar", *relay))
    terminal.joined("Iran", "iran")
    assert "We are ready." in terminal.do("qatar", "caucus", "Iran")
    assert "We are ready." not in terminal.do("iran", "caucus")
    assert terminal.do("qatar", "seat", "list").strip() == "US"
    assert "spoken" not in json.loads(terminal.do("iran", "caucus", "--json"))


@pytest.mark.parametrize(
    ("command", "code", "sentence"),
    [
        (("heard", "Oman", "x", "--how", "in-person"), 2, "there is no party 'Oman'"),
        (("heard", "US", "x"), 2, "Missing option '--how'"),
        (("heard", "US", "x", "--how", "by-smoke"), 2, "'by-smoke'"),
        (("heard", "US", " ", "--how", "in-person"), 1, "the note is empty"),
        (
            ("heard", "US", "x", "--how", "in-person", "--at", "2031-01-01"),
            2,
            "2031-01-01 00:00 UTC is still to come",
        ),
        (("heard", "US", "x", "--how", "in-person", "--at", "soon"), 2, "'soon' is no time"),
        (("heard", "US", "x", "--how", "in-person", "--person", "a\nb"), 1, "on one line"),
        (("heard-allow", "0000", "--as", "nobody", "--how", "telephone"), 2, "no note heard"),
        (("taken-back", "0000"), 2, "no note heard by mouth"),
        (("told", *TOLD, "--yes"), 2, "say in which words"),
        (("told", *TOLD, "--text", "a", "--from", "b"), 2, "given twice"),
        (("told", "0000", *TOLD), 2, "no note"),
        (("seat", "add", "us"), 1, "there is a seat us already"),
        (("seat", "add", "Qatar"), 1, "is the mediator"),
        (("seat", "add", " "), 1, "a name is empty"),
        (("invite", "US"), 2, "the channel has no relay yet"),
        (("channel", "relay", "nonsense"), 1, ""),
        (("tell", "Iran", "Hello"), 1, "Iran has no desk"),
        (("knows", "--party", "Oman"), 2, "no party 'Oman'"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence_and_changes_nothing(
    terminal: Terminal, command: tuple[str, ...], code: int, sentence: str
) -> None:
    heard(terminal, "Something.", party="Iran")
    before = contents(terminal, "qatar")
    assert sentence in terminal.refused("qatar", *command, code=code)
    assert contents(terminal, "qatar") == before


def test_a_partys_desk_records_nothing_by_mouth(terminal: Terminal) -> None:
    lines = str(terminal.vouchers(2))
    terminal.do("qatar", "channel", "relay", "http://127.0.0.1:1", "--vouchers", lines)
    terminal.joined("Iran", "iran")
    before = contents(terminal, "iran")
    for command in (
        ("heard", "Iran", "x", "--how", "in-person"),
        ("seat", "add", "Oman"),
        ("told", *TOLD, "--text", "x"),
        ("seat", "list"),
    ):
        assert "at the desk of a mediator" in terminal.refused("iran", *command, code=2)
    assert contents(terminal, "iran") == before
