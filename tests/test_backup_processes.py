"""Backup and restore among processes: killed at any step, a file or a desk is whole or not there.

This file is also the program of those processes: `python test_backup_processes.py TASK FOLDER ...`.
"""

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backchannel.desk import incarnation
from backchannel.desk.backup import backup, restore
from backchannel.desk.place import desks
from backchannel.desk.vault import create, open_vault
from backchannel.desk.vault_key import Cost
from test_vault_processes import stop_at

pytestmark = pytest.mark.processes

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
PASSPHRASE = "a long walk"  # noqa: S105 - of desks that live for one test
NOW = datetime(2026, 3, 1, tzinfo=UTC)
MOST_STEPS = 200


def main(task: str, folder: Path, file: Path, step: int) -> None:
    if task == "backup":
        stop_at(
            step,
            folder.parent,
            lambda draw: backup(folder, PASSPHRASE, file, now=NOW, randomness=draw, cost=CHEAP),
        )
    else:

        def act(draw: object) -> None:
            restore(file, folder, PASSPHRASE, now=NOW, randomness=draw, cost=CHEAP)  # type: ignore[arg-type]

        stop_at(step, folder.parent, act)


def killed_at(step: int, task: str, folder: Path, file: Path) -> str:
    """Run a task, kill it at a step, and return how far it came."""
    command = [sys.executable, __file__, task, str(folder), str(file), str(step)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        outcome = child.stdout.readline().strip()
        child.kill()
    return outcome


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "home" / "north"
    create(folder, PASSPHRASE, cost=CHEAP)
    with open_vault(folder, PASSPHRASE) as vault, vault.transaction() as connection:
        connection.execute("INSERT INTO channels VALUES ('c', 'party', 't', 'r', x'', '', x'')")
    return folder


def holds(folder: Path) -> bool:
    with open_vault(folder, PASSPHRASE) as vault, vault.read() as connection:
        return connection.execute("SELECT channel FROM channels").fetchall() == [("c",)]


def test_a_backup_killed_at_any_step_is_whole_or_not_there(desk: Path, tmp_path: Path) -> None:
    file = tmp_path / "home" / "file.backup"
    for step in range(1, MOST_STEPS):
        outcome = killed_at(step, "backup", desk, file)
        assert holds(desk)
        if not file.exists():
            # The next one does not stumble over what was left.
            backup(desk, PASSPHRASE, file, now=NOW, cost=CHEAP)
        restore(file, tmp_path / "elsewhere" / "north", PASSPHRASE, now=NOW, cost=CHEAP)
        assert holds(tmp_path / "elsewhere" / "north")
        shutil.rmtree(tmp_path / "elsewhere")
        file.unlink()
        if outcome == "finished":
            break
    assert outcome == "finished"
    assert step > 10


def test_a_restore_killed_at_any_step_leaves_a_whole_desk_or_none(
    desk: Path, tmp_path: Path
) -> None:
    file = tmp_path / "file.backup"
    backup(desk, PASSPHRASE, file, now=NOW, cost=CHEAP)
    shutil.rmtree(desk)
    last = 1
    for step in range(1, MOST_STEPS):
        outcome = killed_at(step, "restore", desk, file)
        if not desk.exists():
            assert desks(desk.parent) == []
            restore(file, desk, PASSPHRASE, now=NOW, cost=CHEAP)
        assert desks(desk.parent) == ["north"]
        assert holds(desk)
        with open_vault(desk, PASSPHRASE) as vault, vault.transaction() as connection:
            # It is no old copy of itself, wherever the kill was, and never the same one twice.
            mark = incarnation.check(desk, connection)
        assert mark.incarnation > last
        last = mark.incarnation
        shutil.rmtree(desk)
        if outcome == "finished":
            break
    assert outcome == "finished"
    assert step > 10


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
