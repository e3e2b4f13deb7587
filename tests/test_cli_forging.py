"""`export --format letters`, `forge` and `verify-export` on the command line."""

import json
import stat
from pathlib import Path

import pytest

from desk_terminal import Terminal, contents, plain, talks

TRUE = "We could live with four."
FALSE = "We could live with none."
PERSIAN = "ما منتظر پاسخ شما می‌مانیم."
NOTHING_PROVED = "This proves nothing about who wrote them."


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    terminal = talks(tmp_path_factory.mktemp("forging") / "home")
    terminal.do("iran", "say", TRUE)
    terminal.do("iran", "say", PERSIAN)
    terminal.sync("iran", "qatar")
    terminal.do("qatar", "tell", "Iran", "I have \u202eunderstood.")
    terminal.sync("qatar", "iran")
    return terminal


def export(terminal: Terminal, desk: str, file: Path) -> None:
    caucus = ("--caucus", "Iran") if desk == "qatar" else ()
    terminal.do(desk, "export", "--format", "letters", "--out", str(file), *caucus)


def forge(terminal: Terminal, desk: str, words: str, file: Path) -> None:
    caucus = ("--caucus", "Iran") if desk == "qatar" else ()
    script = str(terminal.write("script", words))
    terminal.do(desk, "forge", "--script", script, "--out", str(file), *caucus)


@pytest.mark.parametrize("desk", ["qatar", "iran"])
def test_a_true_export_with_one_word_changed_is_shown_just_the_same(
    terminal: Terminal, tmp_path: Path, desk: str
) -> None:
    true, false = tmp_path / "true", tmp_path / "false"
    export(terminal, desk, true)
    written = terminal.do("", "verify-export", str(true), "--json")
    assert PERSIAN in written
    forge(terminal, desk, written.replace(TRUE, FALSE), false)
    pages = [terminal.do("", "verify-export", str(file)) for file in (true, false)]
    assert pages[0].replace(TRUE, FALSE) == pages[1]
    assert TRUE in pages[0]
    assert all(NOTHING_PROVED in plain(page) for page in pages)
    assert "I have <U+202E>understood." in pages[0]
    assert true.stat().st_size == false.stat().st_size


def test_what_opens_proves_nothing_and_every_form_says_so(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "forged"
    forge(terminal, "iran", f"party: {FALSE}\nmediator: I know.\n", file)
    shown = terminal.run("", "verify-export", str(file))
    assert NOTHING_PROVED in plain(shown.stdout)
    assert "Iran: said" in shown.stdout
    assert "Qatar: mediator said" in shown.stdout
    as_json = terminal.run("", "verify-export", str(file), "--json")
    assert NOTHING_PROVED in plain(as_json.stderr)
    assert [each["text"] for each in json.loads(as_json.stdout)["letters"]] == [FALSE, "I know."]
    # And the file says it of itself, to whoever has nothing else.
    assert NOTHING_PROVED in json.loads(file.read_bytes())["says"]


def test_exports_are_new_files_of_their_owner_with_a_warning(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "export"
    script = str(terminal.write("script", "party: Yes."))
    export_args = ("export", "--format", "letters", "--out", str(file))
    forge_args = ("forge", "--script", script, "--out", str(file))
    for args in (export_args, forge_args):
        made = terminal.run("iran", *args)
        assert made.exit_code == 0
        assert "not encrypted" in plain(made.stderr)
        assert made.stdout == ""
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        before = file.read_bytes()
        assert "is not written over" in terminal.refused("iran", *args, code=2)
        assert file.read_bytes() == before
        file.unlink()


def test_forging_changes_nothing_at_the_desk(terminal: Terminal, tmp_path: Path) -> None:
    before = contents(terminal, "iran")
    export(terminal, "iran", tmp_path / "true")
    forge(terminal, "iran", "party: Yes.", tmp_path / "false")
    assert contents(terminal, "iran") == before


def test_wrong_requests_are_answered_in_one_sentence(terminal: Terminal, tmp_path: Path) -> None:
    out = ("--out", str(tmp_path / "new"))
    letters = ("export", "--format", "letters")
    assert "name it with --out" in terminal.refused("iran", *letters, code=2)
    assert "name one party of" in terminal.refused("qatar", *letters, *out, code=2)
    assert "goes with --format letters" in terminal.refused(
        "qatar", "export", "--format", "json", "--caucus", "Iran", code=2
    )
    wrong = str(terminal.write("wrong", "Iran: We give in."))
    said = terminal.refused("iran", "forge", "--script", wrong, *out)
    assert "line 1: a message begins with 'party:' or 'mediator:'" in said
    empty = str(terminal.write("empty", ""))
    assert "no message" in terminal.refused("iran", "forge", "--script", empty, *out)
    for text in ("", "hello", "{}", '{"format": "backchannel-export/1"}', "[" * 100_000):
        file = str(terminal.write("no-export", text))
        terminal.refused("", "verify-export", file)
    assert not (tmp_path / "new").exists()


def test_a_desk_that_nobody_has_welcomed_has_nothing_to_export(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "home")
    terminal.open_channel()
    terminal.do("qatar", "invite", "Iran")
    args = ("--format", "letters", "--out", str(tmp_path / "new"))
    assert "nothing was said in the caucus of Iran yet" in terminal.refused(
        "qatar", "export", *args
    )
