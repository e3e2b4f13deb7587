"""The relay served from this very process, ended by a signal as an operator ends it."""

import signal
import socket
import threading
import time
from pathlib import Path

import pytest

from backchannel.desk.carrier import Carrier
from backchannel.post.codec import encode_request
from backchannel.post.messages import Collected, Opened, Reason, refuse
from backchannel.post.vouchers import read
from backchannel.relay.directory import Address, Directory
from backchannel.relay.errors import RelayError
from backchannel.relay.health import check
from backchannel.relay.issue import issue
from backchannel.relay.limits import Limits
from backchannel.relay.serve import Settings, _connections, _log_kind, tls_files
from relays import Box, drawn
from serving import told_in_time, while_serving

SECONDS = 20.0


@pytest.fixture
def directory(tmp_path: Path) -> Directory:
    return Directory(tmp_path)


@pytest.mark.parametrize("tls", ["own", "none"])
def test_a_relay_serves_until_a_signal_ends_it_and_leaves_no_address(
    directory: Directory, tls: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines: list[str] = []

    def act(address: Address) -> None:
        assert check(directory) == address.line
        lines.append(address.line)
        with Carrier(address.url, address.pin) as carrier:
            box = Box()
            assert carrier.ask(box.opening(read(issue(directory, 1)[0]))) == Opened()
            assert carrier.ask(box.collect(wait=1)) == Collected(letters=())

    before = signal.getsignal(signal.SIGTERM)
    while_serving(Settings(directory=directory, tls=tls_files(directory, tls, None)), act)
    assert capsys.readouterr().out == f"relay ready at {lines[0]}\n"
    assert signal.getsignal(signal.SIGTERM) is before
    with pytest.raises(RelayError, match="no relay runs"):
        directory.address()


def test_clients_that_are_too_slow_are_cut_off(directory: Directory) -> None:
    limits = Limits(head_seconds=0.1, answer_seconds=0.1, connections=3)

    def act(address: Address) -> None:
        port = int(address.url.rpartition(":")[2])
        with Carrier(address.url, b"") as carrier:
            box = Box()
            carrier.ask(box.opening(read(issue(directory, 1)[0])))
            for _ in range(16):
                carrier.ask(box.put(drawn(65_536)))
        collect = encode_request(box.collect())
        head = f"POST /1 HTTP/1.1\r\nHost: relay\r\nContent-Length: {len(collect)}\r\n\r\n"
        with (
            socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as silent,
            socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as greedy,
        ):
            greedy.sendall((head.encode() + collect) * 20)
            assert silent.recv(1) == b""
            told_in_time(lambda: check(directory))
            with Carrier(address.url, b"") as carrier:
                assert carrier.ask(Box().collect()) == refuse(Reason.NOT_ADMITTED)

    while_serving(Settings(directory=directory, limits=limits), act)


def test_a_client_still_sending_is_not_waited_for_when_the_relay_stops(
    directory: Directory,
) -> None:
    clients: list[socket.socket] = []
    began: list[float] = []

    def act(address: Address) -> None:
        port = int(address.url.rpartition(":")[2])
        client = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        client.sendall(b"POST /1 HTTP/1.1\r\nHost: relay\r\nContent-Length: 100\r\n\r\nhalf")
        clients.append(client)
        check(directory)
        began.append(time.monotonic())

    while_serving(Settings(directory=directory), act)
    assert time.monotonic() - began[0] < 5
    for client in clients:
        client.close()


def test_a_fault_of_a_connection_is_logged_as_its_kind_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    _log_kind(None, {"message": "at 203.0.113.7", "exception": OSError("203.0.113.7")})  # type: ignore[arg-type]
    assert caplog.messages == ["a connection failed: OSError"]


def test_no_more_connections_are_taken_than_the_process_may_have_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import resource  # noqa: PLC0415 - only to stand in for another system's limits

    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: asked.append(limits))
    for hard in (resource.RLIM_INFINITY, 500):
        monkeypatch.setattr(resource, "getrlimit", lambda _, hard=hard: (256, hard))
        asked.append((_connections(2_000), hard))
    monkeypatch.setattr(resource, "getrlimit", lambda _: (9_000, 9_000))
    assert _connections(2_000) == 2_000
    unlimited = resource.RLIM_INFINITY
    assert asked == [(2_064, unlimited), (2_000, unlimited), (500, 500), (436, 500)]


def test_the_threads_of_a_relay_end_with_it(directory: Directory) -> None:
    before = threading.active_count()
    while_serving(Settings(directory=directory), lambda _: None)
    assert threading.active_count() == before
    assert {path.name for path in directory.path.iterdir()} == {"lock", "relay.db"}
