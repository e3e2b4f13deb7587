"""Backup, restore, reclaim and repair on the command line, each refusal in one sentence."""

import shutil
from pathlib import Path

import pytest

from desk_terminal import Terminal, contents, talks

ONE = (("Iran", "iran"),)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return talks(tmp_path / "home", ONE)


def said(terminal: Terminal, desk: str = "iran", *party: str) -> str:
    return terminal.do(desk, "caucus", *party)


def say(terminal: Terminal, text: str) -> None:
    terminal.do("iran", "say", text)


def settle(terminal: Terminal) -> None:
    for _ in range(4):
        terminal.clock.move(seconds=4000)
        terminal.sync("iran", "qatar")


def lose_and_restore(terminal: Terminal, file: Path) -> str:
    shutil.rmtree(terminal.home / "iran")
    return terminal.do("", "desk", "restore", str(file), "iran")


def test_a_desk_is_backed_up_restored_and_repaired(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "iran.backup"
    assert "backed up" in terminal.do("iran", "desk", "backup", str(file))
    say(terminal, "After the backup.")
    terminal.sync("iran", "qatar")
    assert "restored from a backup of 2023-09-18 09:00 UTC" in lose_and_restore(terminal, file)
    assert "After the backup." not in said(terminal)
    assert "let the courier run" in " ".join(terminal.do("iran", "status").split())
    assert "let the courier run" in terminal.refused("iran", "say", "Too early.")
    settle(terminal)
    assert "After the backup." in said(terminal)
    assert "restored from a backup" in terminal.do("qatar", "journal")
    assert "NO" in terminal.do("qatar", "status")
    terminal.verified("Iran", "iran")
    assert "NO" not in terminal.do("qatar", "status")


def test_a_backup_under_its_own_passphrase(terminal: Terminal, tmp_path: Path) -> None:
    own = terminal.write("own", "quite another walk\n")
    own.chmod(0o600)
    file = tmp_path / "iran.backup"
    told = terminal.do("iran", "desk", "backup", str(file), "--backup-passphrase-file", str(own))
    assert "its own passphrase" in told
    shutil.rmtree(terminal.home / "iran")
    refused = terminal.refused("", "desk", "restore", str(file), "iran")
    assert "does not open the backup" in refused
    assert not (terminal.home / "iran").exists()
    terminal.passphrase = own
    terminal.do("", "desk", "restore", str(file), "iran")


def test_wrong_files_and_places_are_refused_in_one_sentence(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "iran.backup"
    terminal.do("iran", "desk", "backup", str(file))
    before = contents(terminal, "iran")
    assert "not written over" in terminal.refused("iran", "desk", "backup", str(file), code=2)
    nowhere = str(tmp_path / "nowhere" / "file")
    assert "cannot be used here" in terminal.refused("iran", "desk", "backup", nowhere)
    restore = ("desk", "restore")
    assert "exists already" in terminal.refused("", *restore, str(file), "iran")
    assert "here already, under the name iran" in terminal.refused(
        "", *restore, str(file), "second", code=2
    )
    assert "cannot be read" in terminal.refused("", *restore, nowhere, "other")
    text = terminal.write("text", "no backup at all")
    assert "is no backup" in terminal.refused("", *restore, str(text), "other")
    file.write_bytes(file.read_bytes()[:-1000])
    assert "damaged or cut short" in terminal.refused("", *restore, str(file), "other")
    assert "cannot name a desk" in terminal.refused("", *restore, str(file), "../x", code=2)
    assert contents(terminal, "iran") == before
    assert not (terminal.home / "other").exists()


def test_an_old_copy_is_refused_and_can_be_taken_back_into_use(
    terminal: Terminal, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    shutil.copytree(terminal.home / "iran", kept)
    assert "no old copy" in terminal.refused("iran", "desk", "reclaim", code=2)
    say(terminal, "Lost from here.")
    terminal.sync("iran", "qatar")
    shutil.rmtree(terminal.home / "iran")
    shutil.copytree(kept, terminal.home / "iran")
    for command in (("say", "New."), ("sync",)):
        assert "earlier state of itself" in terminal.refused("iran", *command)
    said(terminal)  # reading goes on
    assert "in use again" in terminal.do("iran", "desk", "reclaim")
    settle(terminal)
    assert "Lost from here." in said(terminal)
    say(terminal, "New.")


def test_what_a_person_decides_about_repairs_is_refused_where_there_is_nothing(
    terminal: Terminal,
) -> None:
    assert "in order" in terminal.refused("iran", "repair", code=2)
    assert "needs no leave" in terminal.refused("qatar", "repair", "Iran", "--allow", code=2)


def test_a_second_repair_within_a_day_is_allowed_by_a_person(
    terminal: Terminal, tmp_path: Path
) -> None:
    for number in range(2):
        file = tmp_path / f"iran{number}.backup"
        terminal.do("iran", "desk", "backup", str(file))
        lose_and_restore(terminal, file)
        settle(terminal)
    assert "within a day" in terminal.do("qatar", "journal")
    assert "being made anew" in " ".join(terminal.do("iran", "status").split())
    assert "once more" in terminal.do("qatar", "repair", "Iran", "--allow")
    settle(terminal)
    say(terminal, "Whole again.")
    terminal.sync("iran", "qatar")
    assert "Whole again." in said(terminal, "qatar", "Iran")
