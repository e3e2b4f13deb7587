"""What a party says on the command line, and does about it later."""

import io
import json
from pathlib import Path

import pytest

from backchannel.desk.commands import writing
from desk_terminal import Terminal, contents, plain, talks


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return talks(tmp_path / "home", [("Iran", "iran")])


def notes(terminal: Terminal) -> list[dict[str, object]]:
    entries = json.loads(terminal.do("iran", "caucus", "--json"))["entries"]
    return [entry for entry in entries if entry["kind"] == "Said"]


def test_without_a_use_a_note_is_for_the_mediator_only_and_says_so(terminal: Terminal) -> None:
    assert "for the mediator only." in terminal.do("iran", "say", "A word in private")


def test_every_limit_that_is_typed_is_kept_and_told(terminal: Terminal) -> None:
    said = terminal.do(
        "iran", "--as", "Leila", "say", "Four first",
        "--may", "as-ours", "--may", "non-paper", "--ask-first", "--only-if", "funds move",
        "--not-before", "2023-10-01 12:00+03:30", "--expires", "2024-01-01",
    )  # fmt: skip
    assert "may be used from 2023-10-01 08:30 UTC" in said
    assert "expires 2024-01-01 00:00 UTC" in said
    (note,) = notes(terminal)
    assert note["by"] == "Leila"
    assert note["handling"] == {
        "uses": ["author", "nobody"],
        "ask_first": True,
        "only_if": "funds move",
        "words": (
            "may be conveyed as ours or may be conveyed without attribution; ask us before use; "
            "only if they first say: funds move"
        ),
    }
    page = plain(terminal.do("iran", "caucus"))
    assert "Iran (Leila): note, may be conveyed as ours" in page
    assert "may be used from 2023-10-01 08:30 UTC on expires 2024-01-01 00:00 UTC" in page


def test_words_come_from_the_line_a_file_or_a_pipe(terminal: Terminal) -> None:
    file = terminal.write("note.txt", "\ufeffFrom a file\r\nwith two lines\n\n")
    terminal.do("iran", "say", "--from", str(file))
    terminal.do("iran", "say", typed="From a pipe\n")
    terminal.do("iran", "say", "--from", "-", typed="From a pipe too\n")
    assert [note["text"] for note in notes(terminal)] == [
        "From a file\nwith two lines",
        "From a pipe",
        "From a pipe too",
    ]


def test_a_list_goes_with_a_note(terminal: Terminal) -> None:
    rows = terminal.write("rows.csv", 'name,place\n"Doe, Jane",Evin\n\n')
    terminal.do("iran", "say", "The list", "--rows", str(rows))
    (note,) = notes(terminal)
    assert note["rows"] == [["name", "place"], ["Doe, Jane", "Evin"]]
    page = terminal.do("iran", "caucus")
    assert "Doe, Jane" in page


def test_a_question_is_asked_and_answered(terminal: Terminal) -> None:
    asked = terminal.id_of("iran", "ask", "What of the funds?")
    back = terminal.id_of("qatar", "ask", "--to", "Iran", "Which banks?")
    terminal.sync("iran", "qatar")
    waiting = terminal.do("iran", "requests")
    assert "What of the funds?" in waiting
    assert "Which banks?" in waiting
    terminal.do("iran", "say", "The two we named.", "--answers", back)
    terminal.do("qatar", "tell", "Iran", "They are ready.", "--answers", asked)
    terminal.sync("iran", "qatar")
    assert "Nothing waits" in terminal.do("iran", "requests")
    page = plain(terminal.do("iran", "caucus"))
    assert f"says, answering {asked}" in page
    assert f"note, for the mediator only; answers {back}" in page


def test_a_handling_is_widened_and_never_narrowed(terminal: Terminal) -> None:
    note = terminal.id_of("iran", "say", "x", "--ask-first", "--only-if", "y")
    terminal.do("iran", "widen", note, "--may", "non-paper")
    assert "may be conveyed without attribution" in terminal.do(
        "iran", "widen", note, "--may", "as-ours", "--without-asking", "--without-condition"
    )
    before = contents(terminal, "iran")
    terminal.refused("iran", "widen", note)
    terminal.refused("qatar", "widen", note, code=2)
    assert contents(terminal, "iran") == before
    assert notes(terminal)[0]["handling"] == {
        "uses": ["author", "nobody"],
        "ask_first": False,
        "only_if": "",
        "words": "may be conveyed as ours or may be conveyed without attribution",
    }


def test_a_note_is_withdrawn_and_erased_after_a_yes(terminal: Terminal) -> None:
    note = terminal.id_of("iran", "say", "Said in haste")
    terminal.do("iran", "withdraw", note)
    assert "WITHDRAWN" in terminal.do("iran", "caucus")
    before = contents(terminal, "iran")
    assert "nothing was done" in terminal.refused("iran", "erase", note, typed="no\n")
    assert "give --yes" in terminal.refused("iran", "erase", note, code=2)
    assert contents(terminal, "iran") == before
    terminal.do("iran", "erase", note, typed="yes\n")
    terminal.sync("iran", "qatar")
    for desk, party in (("iran", ()), ("qatar", ("Iran",))):
        page = terminal.do(desk, "caucus", *party)
        assert "haste" not in page
        assert "ERASED" in page


def test_a_use_is_asked_for_and_answered(terminal: Terminal) -> None:
    note = terminal.id_of("iran", "say", "Four first", "--may", "non-paper", "--ask-first")
    other = terminal.id_of("iran", "say", "Five later", "--may", "as-ours", "--ask-first")
    terminal.sync("iran", "qatar")
    one = terminal.id_of("qatar", "request-use", note, "--as", "nobody", "--text", "Some first")
    two = terminal.id_of("qatar", "request-use", other, "--as", "author")
    terminal.sync("qatar", "iran")
    assert "Some first" in terminal.do("iran", "requests")
    terminal.do("iran", "allow", one, "--text", "Gladly")
    terminal.do("iran", "deny", two)
    page = plain(terminal.do("iran", "requests"))
    assert f"use of note {note} without attribution (non-paper): allowed" in page
    assert "Gladly" in page
    assert f"use of note {other} as the author's words: denied" in page
    caucus = plain(terminal.do("iran", "caucus"))
    assert f"allows the use asked for in {one}" in caucus
    assert f"denies the use asked for in {two}" in caucus
    assert f"asks to use note {note} without attribution (non-paper) (allowed)" in caucus


class Typing(io.TextIOWrapper):
    """Somebody at a terminal."""

    def isatty(self) -> bool:
        return True


def test_at_a_terminal_the_words_are_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", Typing(io.BytesIO(b"Typed\n")))
    assert writing.written(None, None, "note") == "Typed"
    assert "Write the note; end with Ctrl-D" in capsys.readouterr().err
