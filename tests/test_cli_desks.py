"""The command itself: it starts lightly, names its desks, and tells every fault in one sentence."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from backchannel import cli
from backchannel.cli import COMMANDS, app, load
from backchannel.desk import vault
from backchannel.desk.commands.setting import World, setting
from desk_terminal import Terminal, refusal

NAMES = [name for panel in COMMANDS.values() for _, names in panel for name in names]


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "home")


def test_help_names_every_command_and_loads_none_of_them() -> None:
    script = (
        "import sys; sys.argv = ['backchannel', '--help']\n"
        "from backchannel.cli import main\n"
        "try: main()\n"
        "finally: print(*sorted(m for m in sys.modules if m.startswith('backchannel')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    *page, loaded = done.stdout.strip().split("\n")
    assert all(any(f"│ {name} " in line for line in page) for name in NAMES)
    heavy = ("session", "vault", "carrier", "seal.session", "relay.app", "commands")
    assert not [m for m in loaded.split() if m.endswith(heavy)]


@pytest.mark.parametrize("name", NAMES)
def test_every_command_can_be_loaded_and_explains_itself(terminal: Terminal, name: str) -> None:
    assert load(name).name == name
    assert load(name).help
    assert terminal.run("", name, "--help").exit_code == 0


def test_no_command_at_all_shows_the_help(terminal: Terminal) -> None:
    result = CliRunner().invoke(app, [])
    assert "Usage: backchannel" in result.output
    assert "Traceback" not in result.output
    assert "Missing command" in terminal.refused("", code=2)


def test_the_version_is_told(terminal: Terminal) -> None:
    assert terminal.do("", "--version") == "backchannel 0.1.0\n"


def test_desks_live_side_by_side(terminal: Terminal) -> None:
    assert "There is no desk" in terminal.run("", "desk", "list").stderr
    terminal.do("", "desk", "create", "qatar")
    terminal.do("", "desk", "create", "ایران")
    assert terminal.do("", "desk", "list").split() == ["qatar", "ایران"]
    assert stat.S_IMODE((terminal.home / "qatar").stat().st_mode) == 0o700


def test_the_only_desk_need_not_be_named(terminal: Terminal) -> None:
    assert "create one with" in terminal.refused("", "status")
    terminal.do("", "desk", "create", "qatar")
    assert "no channel yet" in terminal.do("", "status")
    terminal.do("", "desk", "create", "iran")
    assert "one of: iran, qatar" in terminal.refused("", "status", code=2)
    assert "iran, qatar" in terminal.refused("oman", "status")


def test_a_desk_is_never_made_over_another(terminal: Terminal) -> None:
    terminal.do("", "desk", "create", "qatar")
    before = (terminal.home / "qatar" / "vault.key").read_bytes()
    terminal.refused("", "desk", "create", "qatar")
    assert (terminal.home / "qatar" / "vault.key").read_bytes() == before
    assert "cannot name a desk" in terminal.refused("", "desk", "create", "../x", code=2)


def test_a_passphrase_is_changed_and_the_old_one_opens_no_more(terminal: Terminal) -> None:
    terminal.do("", "desk", "create", "qatar")
    new = terminal.write("new", "another long walk\n")
    new.chmod(0o600)
    terminal.do("qatar", "desk", "passphrase", "--new-passphrase-file", str(new))
    assert "passphrase" in terminal.refused("qatar", "status")
    vault.open_vault(terminal.home / "qatar", "another long walk").close()


def test_without_a_terminal_a_passphrase_is_not_waited_for(terminal: Terminal) -> None:
    terminal.do("", "desk", "create", "qatar")
    command = [sys.executable, "-m", "backchannel", "--home", str(terminal.home), "status"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("backchannel: there is no terminal to ask")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("nothing",), "No such command 'nothing'"),
        (("statsu",), "Did you mean 'status'"),
        (("accord", "nothing"), "No such command"),
        (("status", "--nothing"), "No such option"),
        (("status", "--channel", "x"), "It stands before the command"),
        (("convey", "abcd"), "Missing option"),
        (("say", "x", "--may", "shouting"), "--may"),
        (("invite", "Iran", "--hours", "many"), "--hours"),
    ],
)
def test_what_is_put_wrongly_is_one_sentence_and_exit_code_2(
    terminal: Terminal, args: tuple[str, ...], said: str
) -> None:
    assert said in terminal.refused("", *args, code=2)


class Broken(dict[str, str]):
    """A value with a mistake in it."""

    def __str__(self) -> str:
        raise KeyError("what was said in caucus")


def test_a_fault_of_the_program_is_one_sentence_without_what_was_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BACKCHANNEL_DEBUG", raising=False)
    assert cli.told(lambda: str(Broken())) == 1
    said = capsys.readouterr().err
    assert "a fault of the program (KeyError in test_cli_desks.py, line" in said
    assert "said in caucus" not in said
    assert said.count("\n") == 1
    monkeypatch.setenv("BACKCHANNEL_DEBUG", "1")
    assert cli.told(lambda: str(Broken())) == 1
    assert "Traceback" in capsys.readouterr().err


def raising(error: BaseException) -> int:
    def run() -> None:
        raise error

    return cli.told(run)


def test_every_way_to_end_has_its_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert raising(KeyboardInterrupt()) == 130
    assert raising(FileNotFoundError(2, "No such file", "rules.txt")) == 1
    assert "backchannel: rules.txt: No such file\n" in capsys.readouterr().err
    assert raising(OSError()) == 1
    assert cli.told(lambda: None) == 0
    assert cli.told(lambda: 3) == 3


def test_whoever_reads_may_stop_reading(terminal: Terminal) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "backchannel", "--home", str(terminal.home), "--version"]
    with os.fdopen(write, "wb") as closed:
        done = subprocess.run(command, stdout=closed, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1
    assert done.stderr == b""


def test_an_interrupted_command_ends_with_130(terminal: Terminal) -> None:
    def interrupted() -> object:
        raise KeyboardInterrupt

    terminal.do("", "desk", "create", "qatar")
    world = World(now=interrupted)  # type: ignore[arg-type]
    ask = ("channel", "open", "T", "--as-mediator", "Q", "--relay", "http://127.0.0.1:1")
    result = terminal.run("qatar", *ask, "--vouchers", "-", world=world)
    assert result.exit_code == 130
    assert "Traceback" not in result.output


def test_a_command_outside_backchannel_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="not started by"):
        setting(type("Context", (), {"obj": None})())


def test_a_refusal_is_recognised_only_when_it_is_one(terminal: Terminal) -> None:
    with pytest.raises(AssertionError):
        refusal(terminal.run("", "--version"), 1)
