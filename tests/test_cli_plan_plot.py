"""Pictures of plans from the command line: nothing is lost, nothing left behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desk_terminal import Terminal, plain, talks
from test_plan_own_file import a_file

SWAP = Path(__file__).parent.parent / "cases" / "us_iran_swap_2023.json"
BEGINNINGS = {"svg": b"<?xml", "png": b"\x89PNG"}


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    return talks(tmp_path_factory.mktemp("home"), [])


@pytest.mark.parametrize("ending", ["svg", "png"])
@pytest.mark.parametrize("what", ["steps", "exposure", "actual"])
def test_a_picture_is_written_for_its_owner_alone(
    terminal: Terminal, tmp_path: Path, what: str, ending: str
) -> None:
    to = tmp_path / f"one.{ending}"
    given = ("plan", "plot", str(SWAP), "--to", str(to), "--what", what)
    assert "Keep it as safe as what it was made of" in plain(terminal.do("", *given))
    assert to.read_bytes().startswith(BEGINNINGS[ending])
    assert to.stat().st_mode & 0o777 == 0o600
    assert "is not written over" in terminal.refused("", *given, code=2)
    before = to.read_bytes()
    terminal.do("", *given, "--force")
    assert to.read_bytes() == before
    assert list(tmp_path.iterdir()) == [to]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("one.pdf", (2, "end it with .svg or .png")),
        ("one.svg --what weather", (2, "weather")),
        ("one.svg --what actual --apart", (2, "--apart changes nothing")),
        ("one.svg --what actual", (1, "does not tell what was done")),
    ],
)
def test_a_picture_that_cannot_be_is_refused(
    terminal: Terminal, tmp_path: Path, words: str, said: tuple[int, str]
) -> None:
    made = a_file()
    del made["done"]
    file = terminal.write("plan.json", json.dumps(made))
    name, *rest = words.split()
    given = ("plan", "plot", str(file), "--to", str(tmp_path / name), *rest)
    assert said[1] in terminal.refused("", *given, code=said[0])
    assert list(tmp_path.iterdir()) == []


def test_a_picture_leaves_nothing_else_on_the_machine(tmp_path: Path) -> None:
    home, scratch = tmp_path / "home", tmp_path / "scratch"
    for folder in (home, scratch):
        folder.mkdir()
    to = home / "one.svg"
    command = [sys.executable, "-W", "error", "-m", "backchannel", "plan", "plot", str(SWAP)]
    env = {**os.environ, "HOME": str(home), "TMPDIR": str(scratch), "XDG_CACHE_HOME": str(home)}
    env.pop("MPLCONFIGDIR", None)
    ran = subprocess.run(
        [*command, "--to", str(to)], env=env, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert list(home.iterdir()) == [to]
    assert list(scratch.iterdir()) == []
