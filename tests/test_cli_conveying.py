"""Conveying from the command line: named, shown, confirmed, held; and stopped without a trace."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from desk_terminal import Terminal, contents, plain, talks

KEY = re.compile(r"\b[A-Z2-7]{4}(?: [A-Z2-7]{4}){7}\b")


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return talks(tmp_path / "home")


def noted(terminal: Terminal, text: str, *options: str) -> str:
    note = terminal.id_of("us", "say", text, *options)
    terminal.sync("us", "qatar")
    return note


def test_the_recipient_the_attribution_and_the_very_text_are_shown_first(
    terminal: Terminal,
) -> None:
    note = noted(terminal, "Four  may go first.", "--may", "non-paper")
    result = terminal.run("qatar", "convey", note, "--to", "Iran", "--as", "nobody", typed="iran\n")
    assert result.exit_code == 0
    page = plain(result.output)
    assert "To Iran, without attribution (non-paper): Four may go first." in page
    assert "It rests on a note of US (may be conveyed without attribution):" in page
    assert "Type Iran to convey this:" in page
    assert terminal.paused == [1, 1, 1, 1, 1]
    terminal.sync("qatar", "iran")
    assert "Four may go first." in terminal.do("iran", "caucus")
    # Of its own key, which is drawn at random, one in thirty holds these two letters.
    told, keys = KEY.subn("", plain(terminal.do("iran", "caucus")))
    assert keys == 1
    assert "US" not in told


def test_another_name_than_the_recipients_conveys_nothing(terminal: Terminal) -> None:
    note = noted(terminal, "x", "--may", "as-ours")
    before = contents(terminal, "qatar")
    convey = ("convey", note, "--to", "Iran", "--as", "author")
    assert "what was typed is not Iran" in terminal.refused("qatar", *convey, typed="US\n")
    assert "give --yes" in terminal.refused("qatar", *convey, code=2)
    assert contents(terminal, "qatar") == before
    assert terminal.paused == []


def test_stopped_within_the_hold_nothing_is_recorded(terminal: Terminal) -> None:
    note = noted(terminal, "x", "--may", "as-ours")
    before = contents(terminal, "qatar")
    left = iter([1, 2])

    def pause(_: float) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    world = replace(terminal.world, pause=pause)
    convey = ("convey", note, "--to", "Iran", "--as", "author", "--yes")
    result = terminal.run("qatar", *convey, world=world)
    assert result.exit_code == 130
    assert "nothing went out, nothing was recorded" in plain(result.output)
    assert "In 3 s it goes to Iran" in result.output
    assert contents(terminal, "qatar") == before


def test_words_of_the_mediators_own_can_rest_on_notes_or_on_none(terminal: Terminal) -> None:
    note = noted(terminal, "Four first", "--may", "mediators-idea")
    idea = terminal.write("idea.txt", "Why not begin with some?\n")
    given = ("--to", "Iran", "--as", "mediator", "--yes", "--hold", "0")
    terminal.do("qatar", "convey", note, *given, "--from", str(idea))
    said = terminal.do("qatar", "convey", *given, "--text", "A pause would help.")
    assert "rests on no note of anybody" in said
    assert terminal.paused == []
    terminal.sync("qatar", "iran")
    page = plain(terminal.do("iran", "caucus"))
    assert "conveys as the mediator's own idea Why not begin with some?" in page


def test_a_condition_is_met_by_the_recipients_own_note(terminal: Terminal) -> None:
    note = noted(terminal, "Then five", "--may", "as-ours", "--only-if", "the funds may move")
    given = ("convey", note, "--to", "Iran", "--as", "author", "--yes", "--hold", "0")
    assert "first says" in terminal.refused("qatar", *given)
    met = terminal.id_of("iran", "say", "The funds may move.")
    terminal.sync("iran", "qatar")
    terminal.do("qatar", *given, "--met-by", met)
    terminal.sync("qatar", "iran")
    assert "conveys as the words of US" in plain(terminal.do("iran", "caucus"))


def test_a_list_is_conveyed_and_shown_before(terminal: Terminal) -> None:
    rows = terminal.write("rows.csv", "Jane Doe,Evin\n")
    note = noted(terminal, "The list", "--may", "as-ours", "--rows", str(rows))
    given = ("--to", "Iran", "--as", "author", "--yes", "--hold", "0")
    assert "Jane Doe" in terminal.do("qatar", "convey", note, *given)
    terminal.sync("qatar", "iran")
    assert "Jane Doe" in terminal.do("iran", "caucus")


def test_an_unverified_caucus_needs_a_reason_which_is_recorded(tmp_path: Path) -> None:
    terminal = talks(tmp_path / "home", [("US", "us")])
    terminal.joined("Iran", "iran")
    note = noted(terminal, "x", "--may", "as-ours")
    before = contents(terminal, "qatar")
    given = ("convey", note, "--to", "Iran", "--as", "author", "--yes", "--hold", "0")
    assert "have not been compared" in terminal.refused("qatar", *given)
    assert "have not been compared" in terminal.refused("qatar", *given, "--override", " ")
    assert contents(terminal, "qatar") == before
    terminal.do("qatar", *given, "--override", "I know the voice")
    assert "I know the voice" in plain(terminal.do("qatar", "journal"))


def test_what_was_conveyed_wrongly_is_corrected_after_the_same_questions(
    terminal: Terminal,
) -> None:
    note = noted(terminal, "Four", "--may", "non-paper")
    given = ("convey", note, "--to", "Iran", "--as", "nobody", "--yes", "--hold", "0")
    printed = terminal.do("qatar", *given)
    conveyance = printed.partition("Conveyed to Iran: ")[2][:8]
    before = contents(terminal, "qatar")
    terminal.refused("qatar", "correct", conveyance, "Five", typed="US\n")
    assert contents(terminal, "qatar") == before
    result = terminal.run("qatar", "correct", conveyance, "Five", "--hold", "1", typed="Iran\n")
    assert result.exit_code == 0
    assert "To Iran, instead of: Four this: Five" in plain(result.stdout)
    terminal.sync("qatar", "iran")
    assert f"corrects {conveyance}; in its place stands: Five" in plain(
        terminal.do("iran", "caucus")
    )


def test_who_knows_what_shows_each_note_with_each_other_party(terminal: Terminal) -> None:
    told = noted(terminal, "Four first", "--may", "non-paper")
    noted(terminal, "We could live with less")
    words = ("--text", "Some could go first")
    given = ("--to", "Iran", "--as", "nobody", "--yes", "--hold", "0")
    terminal.do("qatar", "convey", told, *given, *words)
    page = plain(terminal.do("qatar", "knows"))
    assert "a note of US: Four first" in page
    assert "Some could go first" in plain(terminal.run("qatar", "knows", columns=140).stdout)
    assert "We could live with less party told when in which words" in page
    assert "nothing" in page
    rows = json.loads(terminal.do("qatar", "knows", "--json"))
    assert [(row["party"], bool(row["told"])) for row in rows] == [("Iran", True), ("Iran", False)]
    terminal.refused("iran", "knows", code=2)


def test_the_words_are_not_taken_from_two_places(terminal: Terminal) -> None:
    given = ("convey", "--to", "Iran", "--as", "mediator", "--text", "a", "--from", "b")
    assert "given twice" in terminal.refused("qatar", *given, code=2)
