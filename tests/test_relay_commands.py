"""The relay's command line: what it prints, and what it says when something is wrong."""

import re
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from backchannel.post.messages import Opened
from backchannel.post.vouchers import read
from backchannel.relay.certificate import context, own_certificate, pin_of
from backchannel.relay.commands import relay as commands
from backchannel.relay.directory import Address, Directory
from backchannel.relay.errors import RelayError
from backchannel.relay.serve import Settings, _is_loopback, serve
from relays import Box, ProcessRelay


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """Return exit code, standard output, standard error."""
    result = CliRunner().invoke(commands, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[ProcessRelay]:
    running = ProcessRelay(tmp_path / "relay")
    yield running
    running.kill()


def test_vouchers_are_printed_one_a_line_and_all_different(tmp_path: Path) -> None:
    code, output, _ = run("vouchers", "--data", tmp_path / "new", "--count", "50")
    assert code == 0
    assert len({read(line) for line in output.splitlines()}) == 50
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


@pytest.mark.processes
def test_vouchers_made_while_the_relay_runs_hold_at_once(relay: ProcessRelay) -> None:
    _, output, _ = run("vouchers", "--data", relay.directory.path, "--count", "2")
    for line in output.splitlines():
        assert relay.ask(Box().opening(read(line))) == Opened()


@pytest.mark.processes
def test_health_tells_a_relay_that_is_well_from_one_that_is_gone(relay: ProcessRelay) -> None:
    path = relay.directory.path
    code, output, _ = run("health", "--data", path)
    assert (code, output) == (0, f"well: {relay.url} pin {relay.pin.hex()}\n")
    relay.kill()
    code, output, errors = run("health", "--data", path)
    assert (code, output) == (1, "")
    assert errors == f"the relay at {relay.url} does not answer\n"


@pytest.mark.processes
def test_health_is_not_taken_in_by_another_server_at_the_address(relay: ProcessRelay) -> None:
    relay.directory.announce(Address(relay.url, bytes(32)))
    code, _, errors = run("health", "--data", relay.directory.path)
    assert (code, errors) == (1, f"another server answers at {relay.url}\n")


@pytest.mark.processes
def test_a_relay_without_tls_says_so_and_is_well(tmp_path: Path) -> None:
    running = ProcessRelay(tmp_path / "relay", "--tls", "none", "--megabytes", "1")
    assert re.fullmatch(rb"relay ready at http://127.0.0.1:\d+ pin none\n", running.output)
    assert run("health", "--data", tmp_path / "relay")[0] == 0
    box = Box().opened(running)
    puts = [running.ask(box.put(bytes(60_000))) for _ in range(20)]
    assert len(set(puts)) == 2  # some stored, and some refused: a megabyte is full by then
    running.kill()


@pytest.mark.processes
def test_a_given_certificate_is_shown_and_its_pin_printed(tmp_path: Path) -> None:
    certificate, key = own_certificate(tmp_path)
    options = ("--tls", "files", "--certificate", str(certificate), "--key", str(key))
    running = ProcessRelay(tmp_path / "relay", *options)
    assert running.pin == pin_of(certificate)
    assert running.ask(Box().opening(running.issue())) == Opened()
    assert not (tmp_path / "relay" / "tls-key.pem").exists()
    running.kill()


def test_where_no_relay_runs_health_says_how_to_start_one(tmp_path: Path) -> None:
    code, _, errors = run("health", "--data", tmp_path)
    assert (code, errors) == (1, f"no relay runs in {tmp_path}; start one with `serve`\n")


@pytest.mark.parametrize(
    "options",
    [
        ["--tls", "files"],
        ["--tls", "files", "--certificate", __file__],
        ["--tls", "own", "--certificate", __file__, "--key", __file__],
        ["--tls", "both"],
        ["--port", "65536"],
        ["--megabytes", "0"],
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(
    tmp_path: Path, options: list[str]
) -> None:
    assert run("serve", "--data", tmp_path / "relay", *options)[0] == 2
    assert not (tmp_path / "relay").exists()


def test_without_tls_the_relay_listens_on_loopback_alone(tmp_path: Path) -> None:
    code, _, errors = run("serve", "--data", tmp_path, "--tls", "none", "--host", "0.0.0.0")  # noqa: S104 - refused
    assert code == 1
    assert errors.startswith("without TLS the relay listens on loopback alone")
    hosts = ("127.0.0.1", "::1", "localhost", "192.0.2.1", "relay.example")
    assert [_is_loopback(host) for host in hosts] == [True, True, True, False, False]


def test_a_port_that_is_taken_is_said_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, _, errors = run("serve", "--data", tmp_path, "--port", str(port))
    assert (code, errors) == (
        1,
        f"cannot listen on 127.0.0.1 port {port}: Address already in use\n",
    )


def test_a_database_that_is_none_is_said_so_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "relay.db").write_bytes(b"not a database " * 1_000)
    for command in (("serve", "--port", "0"), ("vouchers",)):
        code, _, errors = run(*command, "--data", tmp_path)
        assert code == 1
        assert errors.count("\n") == 1
        assert "cannot be used as the relay's database" in errors


def test_a_directory_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    code, _, errors = run("vouchers", "--data", tmp_path / "file" / "relay")
    assert code == 1
    assert "cannot be made" in errors


def test_a_directory_that_is_gone_cannot_be_held(tmp_path: Path) -> None:
    with pytest.raises(RelayError, match="cannot be written to"):
        serve(Settings(directory=Directory(tmp_path / "gone")))


def test_certificate_and_key_of_different_pairs_are_refused(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    certificate, _ = own_certificate(tmp_path / "one")
    _, key = own_certificate(tmp_path / "other")
    with pytest.raises(RelayError, match="cannot be used for TLS together"):
        context(certificate, key)
    with pytest.raises(RelayError, match="holds no certificate"):
        pin_of(key)
    with pytest.raises(RelayError, match="holds no certificate"):
        pin_of(tmp_path / "nothing")


def test_an_address_is_read_as_it_was_written(tmp_path: Path) -> None:
    directory = Directory(tmp_path)
    for address in (Address("https://[::1]:1", bytes(range(32))), Address("http://[::1]:1", b"")):
        directory.announce(address)
        assert directory.address() == address
    directory.withdraw()
    directory.withdraw()
    with pytest.raises(RelayError, match="no relay runs"):
        directory.address()
