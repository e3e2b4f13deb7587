"""What the operator of a relay asks and decides, with both databases: quotas, metrics, vouchers."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from backchannel.post.messages import Opened, Reason, Stored, refuse
from backchannel.post.vouchers import read
from backchannel.relay.commands import relay as commands
from backchannel.relay.database import connect
from backchannel.relay.databases import Place
from backchannel.relay.directory import Directory
from backchannel.relay.errors import RelayError, StoreError
from backchannel.relay.limits import Limits
from backchannel.relay.quotas import RANGES, Quotas
from postgres import server
from relays import Box, ProcessRelay, drawn

DEFAULTS = [
    "letters 1024 (default)",
    "bytes 33554432 (default)",
    "retention-days 400 (default)",
    "megabytes unlimited (default)",
]


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """Return exit code, standard output, standard error."""
    result = CliRunner().invoke(commands, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout, result.stderr


class Home:
    """A data directory with its relay, and the options that name its database."""

    def __init__(self, path: Path, *options: str) -> None:
        self.path = path
        self.options = options
        self.started: list[ProcessRelay] = []

    def run(self, command: str, *arguments: str) -> tuple[int, str, str]:
        return run(command, "--data", self.path, *arguments, *self.options)

    def lines(self, command: str, *arguments: str) -> list[str]:
        code, output, errors = self.run(command, *arguments)
        assert (code, errors) == (0, "")
        return output.splitlines()

    def start(self, *options: str) -> ProcessRelay:
        relay = ProcessRelay(self.path, *options, *self.options)
        self.started.append(relay)
        return relay


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.processes)])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    options = ("--database", server().fresh()) if request.param == "postgres" else ()
    home = Home(tmp_path / "relay", *options)
    yield home
    for relay in home.started:
        relay.kill()


def defaults_of(home: Home) -> list[str]:
    return DEFAULTS[:-1] if home.options else DEFAULTS


def test_quotas_are_shown_and_kept_as_they_were_set(home: Home) -> None:
    home.run("vouchers", "--count", "1")
    assert home.lines("quotas") == defaults_of(home)
    set_ = home.lines("quotas", "--letters", "500", "--retention-days", "90")
    assert set_[:3] == ["letters 500", "bytes 33554432 (default)", "retention-days 90"]
    assert home.lines("quotas", "--letters", "501")[:3] == ["letters 501", *set_[1:3]]
    assert home.lines("quotas") == ["letters 501", *set_[1:]]
    assert home.lines("quotas", "--defaults") == defaults_of(home)
    assert home.lines("quotas") == defaults_of(home)


@pytest.mark.processes
def test_a_relay_takes_the_quotas_when_it_starts(home: Home) -> None:
    home.lines("quotas", "--letters", "128", "--bytes", str(2**22))
    relay = home.start()
    box = Box().opened(relay)
    assert isinstance(relay.ask(box.put(drawn(65_536))), Stored)
    for _ in range(127):
        assert isinstance(relay.ask(box.put(b"x")), Stored)
    home.lines("quotas", "--letters", "129")
    assert relay.ask(box.put(b"x")) == refuse(Reason.QUOTA)  # it goes on with what it had
    relay.stop()
    again = home.start()
    assert isinstance(again.ask(box.put(b"x")), Stored)
    assert again.ask(box.put(b"x")) == refuse(Reason.QUOTA)


@pytest.mark.processes
def test_a_relay_takes_the_megabytes_that_were_set(tmp_path: Path) -> None:
    home = Home(tmp_path / "relay")
    home.lines("quotas", "--megabytes", "1")
    relay = home.start()
    box = Box().opened(relay)
    answers = [relay.ask(box.put(bytes(60_000))) for _ in range(20)]
    assert answers[-1] == refuse(Reason.DISK_FULL)
    relay.kill()
    larger = home.start("--megabytes", "2")
    assert isinstance(larger.ask(box.put(bytes(60_000))), Stored)
    larger.kill()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--letters", "127"],
        ["--letters", "many"],
        ["--bytes", "4194303"],
        ["--retention-days", "89"],
        ["--retention-days", "40000"],
        ["--letters", "500", "--retention-days", "0"],
        ["--defaults", "--letters", "500"],
    ],
)
def test_quotas_that_cannot_be_are_wrong_usage_and_change_nothing(
    home: Home, arguments: list[str]
) -> None:
    home.lines("quotas", "--letters", "600")
    before = home.lines("quotas")
    code, output, errors = home.run("quotas", *arguments)
    assert (code, output) == (2, "")
    assert errors
    assert home.lines("quotas") == before


def test_a_quota_that_cannot_be_says_what_can(tmp_path: Path) -> None:
    code, _, errors = run("quotas", "--data", tmp_path, "--retention-days", "3")
    assert code == 2
    assert "retention-days can be 90 to 36500, not 3" in " ".join(errors.split())


@pytest.mark.parametrize("name", RANGES)
def test_a_quota_can_be_all_of_its_range(name: str) -> None:
    lowest, highest = RANGES[name]
    for value in (lowest, highest):
        assert Quotas(**{name: value}).chosen() == {name: value}
    for value in (lowest - 1, highest + 1):
        with pytest.raises(RelayError, match="can be"):
            Quotas(**{name: value})


def test_what_was_not_decided_is_left_as_it_was() -> None:
    limits = Limits(letters=7, size=8, retention=9, waiting=3)
    assert Quotas().limits(limits) == limits
    assert Quotas(bytes=2**30).limits(limits) == Limits(
        letters=7, size=2**30, retention=9, waiting=3
    )


def test_numbers_that_somebody_wrote_into_the_database_are_refused(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.lines("quotas", "--letters", "500")
    with closing(connect(tmp_path / "relay.db")) as db:
        db.execute("UPDATE quotas SET value = 1")
        db.execute("INSERT INTO quotas VALUES ('of a later version', 1)")
    for command in (("quotas",), ("serve", "--port", "0")):
        assert home.run(*command)[::2] == (1, "letters can be 128 to 1000000, not 1\n")
    assert home.lines("quotas", "--defaults") == DEFAULTS


def test_metrics_are_sums_without_an_identity_and_without_a_moment(home: Home) -> None:
    vouchers = [read(line) for line in home.lines("vouchers", "--count", "3")]
    assert home.lines("metrics") == [
        *("mailboxes 0", "letters 0", "bytes 0", "vouchers-unused 3"),
        *("mailbox-unused-since none", "letter-expires-first none", "retention-days 400"),
    ]
    with Place(
        Directory(home.path), home.options[-1] if home.options else None
    ).transaction() as db:
        db.execute("DELETE FROM vouchers WHERE hash <> ?", (bytes(32),))
        for number in (1, 2):
            mailbox = bytes([number]) * 16
            db.execute(
                "INSERT INTO mailboxes (mailbox, read_hash, send_hash, used) VALUES (?, ?, ?, ?)",
                (mailbox, vouchers[0], vouchers[1], 20_000 + number),
            )
            db.execute(
                "INSERT INTO letters (mailbox, number, letter_id, expires, letter)"
                " VALUES (?, 1, ?, ?, ?)",
                (mailbox, mailbox, 20_010 + number, bytes(100)),
            )
    home.lines("quotas", "--retention-days", "365")
    assert home.lines("metrics") == [
        *("mailboxes 2", "letters 2", "bytes 200", "vouchers-unused 0"),
        *("mailbox-unused-since 2024-10-05", "letter-expires-first 2024-10-15"),
        "retention-days 365",
    ]


@pytest.mark.processes
def test_refusals_are_counted_by_reason_from_the_start_of_the_relay(home: Home) -> None:
    relay = home.start()
    box = Box().opened(relay)
    for _ in range(3):
        relay.ask(Box().collect())
    relay.ask(Box().opening(drawn(20)))
    letter_id = drawn(16)
    relay.ask(box.put(b"one", letter_id))
    relay.ask(box.put(b"other", letter_id))
    counted = [line for line in home.lines("metrics") if line.startswith("refused-")]
    assert counted == [
        *("refused-not-admitted 3", "refused-voucher 1", "refused-quota 0", "refused-too-large 0"),
        *("refused-disk-full 0", "refused-malformed 0", "refused-old-protocol 0"),
        "refused-conflict 1",
    ]
    assert (home.path / "refusals").stat().st_mode & 0o777 == 0o600
    relay.stop()
    assert not any(line.startswith("refused-") for line in home.lines("metrics"))
    relay = home.start()
    assert "refused-not-admitted 0" in home.lines("metrics")


@pytest.mark.processes
def test_vouchers_and_health_of_a_relay_with_either_database(home: Home) -> None:
    relay = home.start()
    for line in home.lines("vouchers", "--count", "2"):
        assert relay.ask(Box().opening(read(line))) == Opened()
    assert run("health", "--data", home.path)[:2] == (
        0,
        f"well: {relay.url} pin {relay.pin.hex()}\n",
    )


@pytest.mark.parametrize("command", ["quotas", "metrics"])
def test_looking_where_there_is_no_relay_makes_none(home: Home, command: str) -> None:
    code, output, errors = home.run(command)
    assert (code, output) == (1, "")
    assert errors.startswith("no relay keeps its mailboxes in ")
    assert errors.count("\n") == 1
    assert not home.path.exists()
    assert home.run(command)[0] == 1


@pytest.mark.processes
def test_a_relay_keeps_its_mailboxes_in_one_place(tmp_path: Path) -> None:
    url = server().fresh()
    here, there = Home(tmp_path / "here"), Home(tmp_path / "there", "--database", url)
    here.lines("vouchers", "--count", "1")
    there.lines("vouchers", "--count", "1")
    for command in (("vouchers",), ("quotas",), ("metrics",), ("serve", "--port", "0")):
        name, *arguments = command
        code, _, errors = run(name, "--data", here.path, *arguments, "--database", url)
        assert (code, errors) == (
            1,
            (
                f"the relay in {here.path} keeps its mailboxes in relay.db there; "
                "leave --database out, or take another directory\n"
            ),
        )
        code, _, errors = run(name, "--data", there.path, *arguments)
        assert (code, errors) == (
            1,
            (
                f"the relay in {there.path} keeps its mailboxes in PostgreSQL; "
                "name it with --database\n"
            ),
        )
    assert not (there.path / "relay.db").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["vouchers", "--database", "mysql://relay:secret@host/relay"],
        ["metrics", "--database", "relay:secret"],
        ["quotas", "--megabytes", "5", "--database", "postgresql://relay:secret@host/relay"],
        ["serve", "--megabytes", "5", "--database", "postgresql://relay:secret@host/relay"],
    ],
)
def test_a_database_put_wrongly_is_wrong_usage_and_its_password_is_not_repeated(
    tmp_path: Path, arguments: list[str]
) -> None:
    code, output, errors = run(*arguments, "--data", tmp_path / "relay")
    assert (code, output) == (2, "")
    assert "secret" not in errors
    assert not (tmp_path / "relay").exists()


def test_a_database_that_cannot_be_reached_is_said_so_in_one_sentence(tmp_path: Path) -> None:
    address = "postgresql://relay:secret@127.0.0.1:1/relay"
    for command in (("vouchers",), ("quotas",), ("metrics",), ("serve", "--port", "0")):
        code, output, errors = run(*command, "--data", tmp_path, "--database", address)
        assert (code, output) == (1, "")
        assert errors.startswith("the PostgreSQL server does not let us in")
        assert errors.count("\n") == 1
        assert "secret" not in errors


def test_without_the_driver_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys  # noqa: PLC0415 - only to stand in for a machine without the driver

    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "backchannel.relay.postgres_database", raising=False)
    monkeypatch.delattr("backchannel.relay.postgres_database", raising=False)
    with pytest.raises(StoreError, match=r"backchannel\[postgres\]"):
        Place(Directory(tmp_path), "postgresql://relay@host/relay").claim()


def test_a_database_that_is_held_by_somebody_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backchannel.relay.database._BUSY_SECONDS", 0.05)
    home = Home(tmp_path)
    home.lines("vouchers")
    with closing(connect(tmp_path / "relay.db")) as db:
        db.execute("BEGIN IMMEDIATE")
        code, _, errors = home.run("vouchers")
    assert (code, errors) == (1, f"{tmp_path / 'relay.db'} failed: database is locked\n")


def test_a_directory_that_takes_no_file_keeps_a_relay_from_starting(tmp_path: Path) -> None:
    (tmp_path / "refusals").mkdir()
    code, _, errors = run("serve", "--data", tmp_path, "--port", "0")
    assert (code, errors) == (1, f"{tmp_path / 'refusals'} cannot be written to: Is a directory\n")
