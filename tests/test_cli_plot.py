"""Pictures and files of results, from the command line: nothing is lost, nothing left behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desk_terminal import Terminal, plain, talks
from test_bargain_own_file import EXAMPLE

COMMANDS = [("plot", "svg"), ("plot", "png"), ("export", "csv"), ("export", "json")]
BEGINNINGS = {"svg": b"<?xml", "png": b"\x89PNG", "csv": b"package,", "json": b"{"}


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    return talks(tmp_path_factory.mktemp("home"), [])


@pytest.mark.parametrize(("command", "ending"), COMMANDS)
def test_a_file_is_written_for_its_owner_alone_and_the_same_each_time(
    terminal: Terminal, tmp_path: Path, command: str, ending: str
) -> None:
    to, again = tmp_path / f"one.{ending}", tmp_path / f"two.{ending.upper()}"
    said = terminal.do("", "bargain", command, str(EXAMPLE), "--to", str(to))
    assert "Keep it as safe as what it was made of" in plain(said)
    terminal.do("", "bargain", command, str(EXAMPLE), "--out", str(again))
    assert to.read_bytes() == again.read_bytes()
    assert to.read_bytes().startswith(BEGINNINGS[ending])
    assert to.stat().st_mode & 0o777 == 0o600
    assert sorted(tmp_path.iterdir()) == [to, again]


@pytest.mark.parametrize(("command", "ending"), COMMANDS)
def test_what_is_there_is_written_over_only_when_told_to(
    terminal: Terminal, tmp_path: Path, command: str, ending: str
) -> None:
    to = tmp_path / f"one.{ending}"
    to.write_bytes(b"mine")
    given = ("bargain", command, str(EXAMPLE), "--to", str(to))
    assert "is not written over" in terminal.refused("", *given, code=2)
    assert to.read_bytes() == b"mine"
    terminal.do("", *given, "--force")
    assert to.read_bytes().startswith(BEGINNINGS[ending])
    assert list(tmp_path.iterdir()) == [to]
    fresh = tmp_path / f"fresh.{ending}"
    terminal.do("", "bargain", command, str(EXAMPLE), "--to", str(fresh), "--force")
    assert fresh.read_bytes() == to.read_bytes()


def test_a_file_that_is_read_is_never_written_over(terminal: Terminal, tmp_path: Path) -> None:
    source = tmp_path / "talks.json"
    source.write_bytes(EXAMPLE.read_bytes())
    link = tmp_path / "link.json"
    link.symlink_to(source)
    folder = tmp_path / "folder.json"
    folder.mkdir()
    for to in (source, link, folder):
        given = ("bargain", "export", str(source), "--to", str(to), "--force")
        assert "is a folder, or one of the files that are read" in terminal.refused(
            "", *given, code=2
        )
    assert source.read_bytes() == EXAMPLE.read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("plot one.pdf", "end it with .svg or .png"),
        ("plot one", "end it with .svg or .png"),
        ("export one.svg", "end it with .csv or .json"),
        ("plot nowhere/one.svg", "cannot be written"),
    ],
)
def test_a_name_that_will_not_do_is_refused(
    terminal: Terminal, tmp_path: Path, words: str, said: str
) -> None:
    command, name = words.split()
    given = ("bargain", command, str(EXAMPLE), "--to", str(tmp_path / name))
    assert said in terminal.refused("", *given, code=2)
    assert list(tmp_path.iterdir()) == []


def test_the_document_is_of_its_own_format(terminal: Terminal, tmp_path: Path) -> None:
    to = tmp_path / "result.json"
    terminal.do("", "bargain", "export", str(EXAMPLE), "--to", str(to))
    made = json.loads(to.read_bytes())
    assert made["format"] == "backchannel-bargain-result/1"
    assert made["solutions"]["nash"]["utilities"] == {"US": 76, "Iran": 82}


@pytest.mark.parametrize("own", [False, True])
def test_a_picture_leaves_nothing_else_on_the_machine(tmp_path: Path, own: bool) -> None:  # noqa: FBT001 - a row
    home, scratch, fonts = (tmp_path / name for name in ("home", "scratch", "fonts"))
    for folder in (home, scratch, fonts):
        folder.mkdir()
    to = home / "one.svg"
    command = [sys.executable, "-W", "error", "-m", "backchannel", "bargain", "plot", str(EXAMPLE)]
    env = {**os.environ, "HOME": str(home), "TMPDIR": str(scratch), "XDG_CACHE_HOME": str(home)}
    env.pop("MPLCONFIGDIR", None)
    if own:
        env["MPLCONFIGDIR"] = str(fonts)
    ran = subprocess.run(
        [*command, "--to", str(to)], env=env, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert list(home.iterdir()) == [to]
    assert list(scratch.iterdir()) == []
    assert bool(list(fonts.iterdir())) is own


def test_a_folder_that_was_chosen_for_fonts_stays_chosen(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path))
    to = str(tmp_path / "one.svg")
    terminal.do("", "bargain", "plot", str(EXAMPLE), "--to", to)
    assert os.environ["MPLCONFIGDIR"] == str(tmp_path)
