"""The negotiating text on the command line: from a file to its settled clauses; what is refused."""

from pathlib import Path

import pytest

from desk_terminal import Terminal, contents, talks

TEXT = """\
# Grain
languages: en, fr

## 1 operative
en: Grain passes for [10 | 30] days.
fr: Le blé passe pendant [10 | 30] jours.
"""
NOW = ("--yes", "--hold", "0")


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return talks(tmp_path / "home")


def put(terminal: Terminal) -> None:
    file = terminal.write("grain.md", TEXT)
    terminal.do("qatar", "text", "write", str(file))
    terminal.do("qatar", "text", "put", "Grain", "--to", "US", "--to", "Iran", *NOW)
    terminal.sync("qatar", "us", "iran")


def test_a_text_is_written_shown_settled_and_judged(terminal: Terminal) -> None:
    put(terminal)
    assert "[10 | 30]" in terminal.do("us", "text", "show", "Grain")
    terminal.do("qatar", "text", "settle", "Grain", "1", "--choose", "2")
    terminal.do("qatar", "text", "put", "Grain", "--to", "US", *NOW)
    terminal.sync("qatar", "us")
    assert "{+30+}" in terminal.do("us", "text", "changes", "Grain")
    assert "agreed" in terminal.do("us", "text", "judge", "Grain", "1", "agreed")
    terminal.sync("us", "qatar")
    assert "US agreed" in terminal.do("qatar", "text", "show", "Grain")
    assert "30 days" in terminal.do("qatar", "text", "file", "Grain")


@pytest.mark.parametrize(
    ("desk", "words", "sentence"),
    [
        ("us", ("text", "judge", "Grain", "1", "agreed"), "still has brackets"),
        ("us", ("text", "judge", "Grain", "9", "objects"), "no clause 9"),
        ("us", ("text", "show", "Corn"), "there is no text 'Corn'"),
        ("us", ("text", "changes", "Grain"), "there is nothing to compare"),
        ("qatar", ("text", "settle", "Grain", "1", "--choose", "7"), "there is no number 7"),
        ("qatar", ("text", "accord", "Grain"), "is not ready to be an accord"),
    ],
)
def test_a_wrong_word_is_answered_in_one_sentence_and_nothing_changes(
    terminal: Terminal, desk: str, words: tuple[str, ...], sentence: str
) -> None:
    put(terminal)
    before = contents(terminal, desk)
    result = terminal.run(desk, *words)
    assert result.exit_code != 0
    assert sentence in " ".join(result.output.split())
    assert "Traceback" not in result.output
    assert contents(terminal, desk) == before


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (TEXT.replace("[10 | 30] days", "[10] days"), "bracket"),
        (TEXT.replace("30] days", "30 days"), "bracket"),
        ("", "the file ends where"),
        ("Dear all", "line 1"),
    ],
)
def test_a_file_that_is_no_text_is_refused_with_its_line(
    terminal: Terminal, source: str, sentence: str
) -> None:
    file = terminal.write("wrong.md", source)
    before = contents(terminal, "qatar")
    result = terminal.run("qatar", "text", "write", str(file))
    assert result.exit_code != 0
    assert sentence in " ".join(result.output.split())
    assert contents(terminal, "qatar") == before
