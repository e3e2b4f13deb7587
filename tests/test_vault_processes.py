"""The promises of a vault among processes: nothing lost, nothing half done, whoever is killed.

This file is also the program of those processes: `python test_vault_processes.py TASK FOLDER ...`.
A process writes to a journal outside the vault what it is about to do and what it has done; the
journal is what the vault is compared with after a kill.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from backchannel.desk.errors import DeskError, WrongPassphraseError
from backchannel.desk.vault import change_passphrase, create, open_vault
from backchannel.desk.vault_files import alone
from backchannel.desk.vault_key import Cost

pytestmark = pytest.mark.processes

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
OLD, NEW = "a long walk", "a longer walk"
KILLS = 21
WRITERS, ROUNDS = 2, 60


# The processes


def announce(what: str) -> None:
    """Tell the parent, and wait for a line from it."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()
    sys.stdin.readline()


def keep_writing(folder: Path, journal: Path) -> None:
    """Write pairs of rows, one pair a transaction, stopping before and after each commit."""
    descriptor = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    with open_vault(folder, OLD) as vault:
        with vault.read() as connection:
            (last,) = connection.execute("SELECT coalesce(max(n), 0) FROM pairs").fetchone() or (0,)
        for n in range(last + 1, last + 1000):
            os.write(descriptor, f"began {n}\n".encode())
            with vault.transaction() as connection:
                connection.execute("INSERT INTO pairs VALUES (?, 'left', ?)", (n, "x" * 3000))
                connection.execute("INSERT INTO pairs VALUES (?, 'right', ?)", (n, "x" * 3000))
                announce("before")
            os.write(descriptor, f"kept {n}\n".encode())
            announce("after")


def count_up(folder: Path, name: str) -> None:
    """Read a number and write it one higher, opening the vault each time as a command does."""
    announce("ready")
    for n in range(ROUNDS):
        with open_vault(folder, OLD) as vault, vault.transaction() as connection:
            (total,) = connection.execute("SELECT total FROM tally").fetchone() or (0,)
            connection.execute("UPDATE tally SET total = ?", (total + 1,))
            connection.execute("INSERT INTO counted VALUES (?, ?)", (name, n))


def stop_at(step: int, home: Path, act: Callable[[Callable[[int], bytes]], None]) -> None:
    """Act, and stop at the given step: a file touched inside the home, or randomness drawn."""
    seen = 0

    def count() -> None:
        nonlocal seen
        seen += 1
        if seen == step:
            announce("stopped")

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event.startswith(("open", "os.")) and str(arguments[0]).startswith(str(home)):
            count()

    def draw(number: int) -> bytes:
        count()
        return os.urandom(number)

    sys.addaudithook(watch)
    act(draw)
    announce("finished")


def fill_the_disk(folder: Path) -> None:
    """Write, and create, under a limit on the size of files; tell what was answered."""
    with open_vault(folder, OLD) as vault:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            with vault.transaction() as connection:
                for n in range(100):
                    connection.execute("INSERT INTO pairs VALUES (?, 'left', ?)", (n, "x" * 9000))
        except DeskError as error:
            announce(type(error).__name__)
        with vault.transaction() as connection:
            connection.execute("INSERT INTO counted VALUES ('small', 1)")
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
    try:
        create(folder.parent / "south", OLD, cost=CHEAP)
    except DeskError as error:
        announce(type(error).__name__)


def open_and_tell(folder: Path) -> None:
    """Open a vault that is not in order."""
    try:
        open_vault(folder, OLD)
    except DeskError as error:
        announce(type(error).__name__)


def main(task: str, folder: Path, *more: str) -> None:
    match task:
        case "keep_writing":
            keep_writing(folder, Path(more[0]))
        case "count_up":
            count_up(folder, more[0])
        case "create":
            stop_at(
                int(more[0]),
                folder.parent,
                lambda draw: create(folder, OLD, cost=CHEAP, randomness=draw),
            )
        case "change":
            stop_at(
                int(more[0]),
                folder,
                lambda draw: change_passphrase(folder, OLD, NEW, randomness=draw),
            )
        case "fill_the_disk":
            fill_the_disk(folder)
        case "open_and_tell":
            open_and_tell(folder)


# The tests


class Child:
    """A process of this file, spoken to in lines."""

    def __init__(self, task: str, folder: Path, *more: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__, task, str(folder), *more],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def hears(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def go_on(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def end(self) -> str:
        """Wait for its end and return what it wrote to stderr."""
        _, errors = self.process.communicate(timeout=60)
        return errors


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "home" / "north"
    create(folder, OLD, cost=CHEAP)
    with open_vault(folder, OLD) as vault, vault.transaction() as connection:
        connection.execute("CREATE TABLE pairs (n INTEGER, side TEXT, filling TEXT)")
        connection.execute("CREATE TABLE counted (name TEXT, n INTEGER, PRIMARY KEY (name, n))")
        connection.execute("CREATE TABLE tally (total INTEGER)")
        connection.execute("INSERT INTO tally VALUES (0)")
    return folder


def test_two_processes_that_write_at_once_lose_nothing(desk: Path) -> None:
    writers = [Child("count_up", desk, str(number)) for number in range(WRITERS)]
    for writer in writers:
        assert writer.hears() == "ready"
    for writer in writers:
        writer.go_on()
    assert [writer.end() for writer in writers] == [""] * WRITERS
    with open_vault(desk, OLD) as vault, vault.read() as connection:
        assert connection.execute("SELECT total FROM tally").fetchone() == (WRITERS * ROUNDS,)
        assert connection.execute("SELECT count(*) FROM counted").fetchone() == (WRITERS * ROUNDS,)


def kill_in_the_middle(child: Child, number: int) -> None:
    """Kill right before a commit, right after one, or while one is under way."""
    for _ in range(number % 4):
        assert child.hears() == "before"
        child.go_on()
        assert child.hears() == "after"
        child.go_on()
    assert child.hears() == "before"
    match number % 3:
        case 1:
            child.go_on()
            assert child.hears() == "after"
        case 2:
            child.go_on()
    child.kill()


def entries(journal: Path, word: str) -> set[int]:
    lines = [line.split() for line in journal.read_text().splitlines()]
    return {int(number) for said, number in lines if said == word}


def test_kill_9_leaves_a_vault_that_opens_with_all_or_nothing(desk: Path, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    for number in range(KILLS):
        kill_in_the_middle(Child("keep_writing", desk, str(journal)), number)
        with open_vault(desk, OLD) as vault:
            vault.check()
            with vault.read() as connection:
                rows = connection.execute("SELECT n, side FROM pairs ORDER BY n, side").fetchall()
        present = {n for n, _ in rows}
        assert rows == [(n, side) for n in sorted(present) for side in ("left", "right")]
        assert entries(journal, "kept") <= present <= entries(journal, "began")
        if number % 3 == 0:  # killed before the commit: the last one begun must not be there
            assert max(entries(journal, "began")) not in present
    assert len(present) >= KILLS


def desks_in(home: Path) -> list[str]:
    return sorted(path.name for path in home.iterdir()) if home.exists() else []


def test_a_creation_killed_at_any_step_leaves_a_whole_desk_or_none(tmp_path: Path) -> None:
    for step in range(1, 100):
        folder = tmp_path / str(step) / "north"
        child = Child("create", folder, str(step))
        outcome = child.hears()
        child.kill()
        if not folder.exists():
            create(folder, OLD, cost=CHEAP)
        open_vault(folder, OLD).close()
        assert desks_in(folder.parent) == ["north"]
        if outcome == "finished":
            break
    assert outcome == "finished"
    assert step > 10


def opens(folder: Path, passphrase: str) -> bool:
    try:
        open_vault(folder, passphrase).close()
    except WrongPassphraseError:
        return False
    return True


def test_a_change_killed_at_any_step_leaves_the_old_or_the_new_passphrase(desk: Path) -> None:
    for step in range(1, 100):
        child = Child("change", desk, str(step))
        outcome = child.hears()
        child.kill()
        assert opens(desk, OLD) != opens(desk, NEW)
        if opens(desk, NEW):
            change_passphrase(desk, NEW, OLD)
        assert sorted(path.name for path in desk.iterdir()) == ["vault.db", "vault.key"] or (
            outcome == "stopped"
        )
        if outcome == "finished":
            break
    assert outcome == "finished"
    assert step > 5


def test_a_limit_on_files_is_a_full_disk_and_changes_nothing(desk: Path) -> None:
    child = Child("fill_the_disk", desk)
    assert child.hears() == "DiskFullError"
    child.go_on()
    assert child.hears() == "DiskFullError"
    child.go_on()
    assert child.end() == ""
    with open_vault(desk, OLD) as vault, vault.read() as connection:
        assert connection.execute("SELECT count(*) FROM pairs").fetchone() == (0,)
        assert connection.execute("SELECT name FROM counted").fetchall() == [("small",)]
    assert desks_in(desk.parent) == ["north"]


def test_the_database_library_says_nothing_on_stderr(desk: Path) -> None:
    content = bytearray((desk / "vault.db").read_bytes())
    content[100] ^= 1
    (desk / "vault.db").write_bytes(content)
    child = Child("open_and_tell", desk)
    assert child.hears() == "DamagedVaultError"
    child.go_on()
    assert child.end() == ""


def test_the_database_library_would_say_it_if_it_were_let(
    desk: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    connection = dbapi2.connect(str(desk / "vault.db"))
    connection.execute("PRAGMA cipher_log_level = ERROR")
    connection.execute("PRAGMA key = 'another'")
    with pytest.raises(dbapi2.DatabaseError):
        connection.execute("SELECT count(*) FROM sqlite_schema")
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.close()
    assert "hmac check failed" in capfd.readouterr().err


def test_one_creation_at_a_time_in_a_home(tmp_path: Path) -> None:
    with alone(tmp_path):
        children = [Child("create", tmp_path / "north", "0") for _ in range(2)]
    outcomes = []
    for child in children:
        outcomes.append(child.hears())
        child.process.communicate(input="\n")
    assert sorted(outcomes) == ["", "finished"]  # the other was refused
    assert opens(tmp_path / "north", OLD)
    assert desks_in(tmp_path) == ["north"]


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
