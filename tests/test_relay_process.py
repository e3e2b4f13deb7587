"""The relay as a process: killed, stopped, flooded, and searched for what it must not keep."""

import json
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from backchannel.desk.carrier import Carrier
from backchannel.post.codec import MAX_REQUEST, decode_answer, encode_request
from backchannel.post.errors import RelayDownError
from backchannel.post.messages import Answer, Collected, Reason, Side, Stored, refuse
from relays import Box, ProcessRelay, drawn

pytestmark = pytest.mark.processes
SECONDS = 20.0  # after which a test that hangs has failed


class Home:
    """A data directory, and all relays that were started in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.started: list[ProcessRelay] = []

    def start(self, **limits: float) -> ProcessRelay:
        """Start a relay as operators do; with limits, one without TLS that has them."""
        relay = ProcessRelay(self.path, limits=json.dumps(limits) if limits else "")
        self.started.append(relay)
        return relay


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "relay")
    yield home
    for relay in home.started:
        relay.kill()


@pytest.fixture
def relay(home: Home) -> ProcessRelay:
    return home.start()


def connected(relay: ProcessRelay) -> socket.socket:
    return socket.create_connection(("127.0.0.1", relay.port), timeout=SECONDS)


def http(body: bytes, *headers: str) -> bytes:
    lines = ["POST /1 HTTP/1.1", "Host: relay", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "\r\n"]).encode() + body


def test_an_acknowledged_letter_survives_the_kill_of_the_process(home: Home) -> None:
    for number in range(3):
        relay = home.start()
        box = Box().opened(relay)
        letter = drawn(4_096)
        assert isinstance(relay.ask(box.put(letter)), Stored)
        relay.kill()
        again = home.start()
        assert box.letters(again) == [letter], number
        again.kill()


def test_of_many_putting_at_once_every_acknowledged_letter_survives_the_kill(home: Home) -> None:
    relay = home.start()
    boxes = [Box().opened(relay) for _ in range(8)]
    acknowledged: list[list[bytes]] = [[] for _ in boxes]
    enough = threading.Semaphore(0)

    def put_until_it_is_gone(number: int) -> None:
        with Carrier(relay.url, relay.pin) as carrier:
            for _ in range(10_000):
                letter = drawn(1_000)
                try:
                    carrier.ask(boxes[number].put(letter))
                except RelayDownError:
                    return
                acknowledged[number].append(letter)
                enough.release()

    with ThreadPoolExecutor(len(boxes)) as pool:
        futures = [pool.submit(put_until_it_is_gone, number) for number in range(len(boxes))]
        for _ in range(100):
            assert enough.acquire(timeout=SECONDS)
        relay.kill()
        for future in futures:
            future.result(SECONDS)
    again = home.start()
    for box, letters in zip(boxes, acknowledged, strict=True):
        # One more may have been stored whose answer was cut off; none is missing or doubled.
        assert box.letters(again)[: len(letters)] == letters[:64]


def test_a_rotation_cut_off_by_a_kill_locks_nobody_out(home: Home) -> None:
    relay = home.start()
    box = Box().opened(relay)
    rotation = box.rotate(Side.READ, drawn(32))
    relay.ask(rotation)  # carried out; suppose that the desk never saw the answer
    relay.kill()
    again = home.start()
    assert again.ask(rotation) != refuse(Reason.NOT_ADMITTED)


def test_told_to_stop_it_ends_cleanly_with_long_polls_open(relay: ProcessRelay) -> None:
    boxes = [Box().opened(relay) for _ in range(5)]
    asked = threading.Barrier(len(boxes) + 1)

    def poll(box: Box) -> Answer:
        with Carrier(relay.url, relay.pin) as carrier:
            carrier.ask(box.collect())  # connected now
            asked.wait(SECONDS)
            return carrier.ask(box.collect(wait=25))

    with ThreadPoolExecutor(len(boxes)) as pool:
        polls = [pool.submit(poll, box) for box in boxes]
        asked.wait(SECONDS)
        for _ in range(20):  # requests that were sent later are answered: the polls have arrived
            relay.ask(boxes[0].put(b"x"))
            relay.ask(boxes[0].collect())
        code, seconds = relay.stop()
        for poll_ in polls:
            with suppress(RelayDownError):  # one that had not arrived yet
                assert isinstance(poll_.result(SECONDS), Collected)
    assert code == 0
    assert seconds < 5
    assert relay.errors() == b""
    assert not (relay.directory.path / "address").exists()


def test_told_to_stop_it_does_not_wait_for_a_client_that_sends_nothing(home: Home) -> None:
    relay = home.start(head_seconds=5)
    with connected(relay) as half, connected(relay):
        half.sendall(b"POST /1 HTTP/1.1\r\nHost: relay\r\nContent-Length: 100\r\n\r\nhalf")
        relay.ask(Box().collect())
        code, seconds = relay.stop()
    assert code == 0
    assert seconds < 5
    assert relay.errors() == b""


def test_interrupted_from_the_keyboard_it_ends_cleanly_too(relay: ProcessRelay) -> None:
    relay.process.send_signal(2)
    assert relay.process.wait(SECONDS) == 0
    assert relay.errors() == b""


def test_a_client_that_never_finishes_its_head_is_cut_off(home: Home) -> None:
    relay = home.start(head_seconds=0.2)
    with connected(relay) as silent, connected(relay) as slow, connected(relay) as later:
        slow.sendall(b"POST /1 HTTP/1.1\r\nHost:")
        later.sendall(http(encode_request(Box().collect())))
        assert later.recv(4_096).startswith(b"HTTP/1.1 200")
        later.sendall(b"POST /1 HT")
        assert [cut_off(client) for client in (silent, slow, later)] == [True] * 3


def cut_off(client: socket.socket) -> bool:
    """Read until the other end closes; False if it says anything."""
    try:
        return client.recv(4_096) == b""
    except ConnectionResetError:
        return True


def test_a_client_that_does_not_take_its_answers_is_cut_off(home: Home) -> None:
    relay = home.start(answer_seconds=0.2, connections=2)
    box = Box().opened(relay)
    for _ in range(16):
        relay.ask(box.put(drawn(65_536)))
    with connected(relay) as client:
        relay.hang_up()
        client.sendall(http(encode_request(box.collect())) * 20)
        # With its connection and ours the relay has as many as it takes.
        assert refused_until(relay, time.monotonic() + SECONDS) > 0
    assert len(box.letters(relay)) == 16


def refused_until(relay: ProcessRelay, deadline: float) -> int:
    """Ask until the relay answers; return how often it had too many connections for that."""
    with httpx.Client() as http_client:
        refused = 0
        while http_client.get(relay.url + "/health").status_code != 200:
            assert time.monotonic() < deadline
            refused += 1
        return refused


def test_a_body_without_end_is_refused_and_the_connection_closed(home: Home) -> None:
    relay = home.start(head_seconds=5)
    with connected(relay) as client:
        client.sendall(b"POST /1 HTTP/1.1\r\nHost: relay\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"8000\r\n" + bytes(0x8000) + b"\r\n"
        sent = 0
        try:
            while sent < 200 * len(chunk):
                client.sendall(chunk)
                sent += len(chunk)
        except (ConnectionResetError, BrokenPipeError):
            pass
        # What the buffers of the network took, and not the 6 MB that were meant for it.
        assert MAX_REQUEST < sent < 200 * len(chunk)
    assert relay.ask(Box().collect()) == refuse(Reason.NOT_ADMITTED)


def test_a_body_announced_too_large_is_answered_with_the_reason(home: Home) -> None:
    relay = home.start(head_seconds=5)
    with httpx.Client() as client:
        response = client.post(relay.url + "/1", content=bytes(MAX_REQUEST + 1))
    assert response.status_code == 413
    assert decode_answer(response.content) == refuse(Reason.TOO_LARGE)


def test_many_idle_connections_keep_nobody_out(home: Home) -> None:
    relay = home.start(head_seconds=0.5, connections=100)
    idle = [connected(relay) for _ in range(100)]
    with connected(relay) as turned_away:
        turned_away.sendall(http(encode_request(Box().collect())))
        assert turned_away.recv(4_096).startswith(b"HTTP/1.1 503")
    assert all(cut_off(client) for client in idle)
    assert relay.ask(Box().collect()) == refuse(Reason.NOT_ADMITTED)
    for client in idle:
        client.close()


def test_nonsense_and_broken_handshakes_are_not_logged(relay: ProcessRelay) -> None:
    with connected(relay) as client:
        client.sendall(b"this is no TLS at all\r\n\r\n")
        cut_off(client)
    plain = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with connected(relay) as client, pytest.raises(ssl.SSLError):
        plain.wrap_socket(client, server_hostname="relay")  # it does not trust the certificate
    assert relay.ask(Box().collect()) == refuse(Reason.NOT_ADMITTED)
    relay.stop()
    assert b"127.0.0.1" not in relay.errors()
    assert b"Traceback" not in relay.errors()


def test_a_second_relay_in_the_same_directory_is_refused(relay: ProcessRelay) -> None:
    data = str(relay.directory.path)
    second = subprocess.run(
        [sys.executable, "-m", "backchannel.relay", "serve", "--data", data, "--port", "0"],
        capture_output=True,
        check=False,
        timeout=SECONDS,
    )
    assert (second.returncode, second.stdout) == (1, b"")
    assert b"another relay runs in" in second.stderr
    assert relay.ask(Box().collect()) == refuse(Reason.NOT_ADMITTED)


def test_no_address_no_user_agent_and_no_exact_time_is_kept_anywhere(home: Home) -> None:
    began = datetime.now(UTC) - timedelta(seconds=1)
    relay = home.start()
    box = Box().opened(relay)
    agent = "a-very-special-agent/1.0"
    marked = {"user-agent": agent, "x-forwarded-for": "203.0.113.77", "referer": "from-here"}
    with httpx.Client(verify=False, headers=marked) as client:  # noqa: S501 - the test's own relay
        for request in (box.put(drawn(3_000)), box.collect(), Box().put(b"x"), box.collect()):
            response = client.post(relay.url + "/1", content=encode_request(request))
            assert set(response.headers) <= {"content-type", "content-length"}
        client.get(relay.url + "/nothing-here?secret-in-an-address")
        client.post(relay.url + "/1", content=b"no request")
    relay.ask(box.rotate(Side.SEND, drawn(32)))
    relay.ask(box.put(b"with a stale secret"))
    code, _ = relay.stop()
    ended = datetime.now(UTC) + timedelta(seconds=1)
    output = re.sub(rb"relay ready at \S+ pin \S+\n", b"", relay.output) + relay.errors()
    files = b"".join(path.read_bytes() for path in home.path.iterdir())
    assert (code, output) == (0, b"")
    for trace in (b"127.0.0.1", socket.inet_aton("127.0.0.1"), b"203.0.113.77", b"secret-in"):
        assert trace not in files
    assert agent.encode() not in files
    assert [trace for trace in times(began, ended) if trace in files] == []


def times(began: datetime, ended: datetime) -> Iterator[bytes]:
    """Yield every second between, in the ways in which a program may write it."""
    moment = began
    while moment <= ended:
        seconds = int(moment.timestamp())
        yield seconds.to_bytes(4)
        yield seconds.to_bytes(4, "little")
        yield str(seconds).encode()
        yield moment.strftime("%H:%M:%S").encode()
        yield moment.strftime("%y%m%d%H%M%SZ").encode()
        moment += timedelta(seconds=1)


def test_files_can_be_read_by_their_owner_alone(relay: ProcessRelay) -> None:
    relay.ask(Box().opening(relay.issue()))
    assert relay.directory.path.stat().st_mode & 0o777 == 0o700
    names = {path.name for path in relay.directory.path.iterdir()}
    private = {"relay.db", "relay.db-wal", "relay.db-shm", "tls-key.pem", "tls-certificate.pem"}
    assert private <= names
    for name in private:
        assert (relay.directory.path / name).stat().st_mode & 0o777 == 0o600


def test_the_certificate_stays_the_same_from_start_to_start(home: Home) -> None:
    pins = set()
    for _ in range(2):
        relay = home.start()
        pins.add(relay.pin)
        relay.stop()
    assert len(pins) == 1


@pytest.mark.parametrize(
    "module",
    ["commands", "serve", "app", "sqlite", "postgres", "operator", "issue", "health"],
)
def test_the_relay_loads_nothing_of_ours_but_post(module: str) -> None:
    code = (
        "import importlib, sys\n"
        f"importlib.import_module('backchannel.relay.{module}')\n"
        "ours = [m for m in sys.modules if m.startswith('backchannel.')]\n"
        "print(*sorted({m.split('.')[1] for m in ours}))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, timeout=SECONDS
    )
    assert set(loaded.stdout.decode().split()) <= {"relay", "post"}


def test_a_refusal_takes_as_long_for_a_mailbox_that_is_there_as_for_one_that_is_not(
    relay: ProcessRelay,
) -> None:
    box = Box().opened(relay)
    there, nowhere = Box(box.mailbox).put(bytes(4_096)), Box().put(bytes(4_096))
    seconds: dict[bytes, list[float]] = {there.mailbox: [], nowhere.mailbox: []}
    for _ in range(150):
        for put in (there, nowhere):
            began = time.perf_counter()
            relay.ask(put)
            seconds[put.mailbox].append(time.perf_counter() - began)
    medians = [sorted(taken)[len(taken) // 2] for taken in seconds.values()]
    # Far below what a sync of the disk takes: a coarse guard against a step that only one takes.
    assert abs(medians[0] - medians[1]) < max(0.25 * min(medians), 0.0005)
