"""Push from a relay that runs as a process: sockets in number, silent, greedy, and hostile ones."""

import json
import os
import resource
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from websockets.frames import Frame, Opcode

from backchannel.desk.carrier import Carrier
from backchannel.desk.listening import Listening, Way
from backchannel.post.errors import NotPushedError, RelayDownError
from backchannel.post.messages import Answer, Collected, Forget, Opened, Reason, Stored, refuse
from backchannel.post.vouchers import read
from backchannel.relay.issue import issue
from raw_socket import RawSocket
from relays import Box, ProcessRelay, drawn

pytestmark = pytest.mark.processes
SECONDS = 20.0  # after which a test that hangs has failed
SOCKETS = 1_000
NOT_ADMITTED = refuse(Reason.NOT_ADMITTED)


class Home:
    """A data directory, and the relays that were started in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.started: list[ProcessRelay] = []
        self.closing = ExitStack()

    def dial(self, relay: ProcessRelay, *headers: str) -> RawSocket:
        raw = RawSocket(relay.port, *headers, tls=bool(relay.pin))
        self.closing.callback(raw.close)
        return raw

    def start(self, **limits: float) -> ProcessRelay:
        relay = ProcessRelay(self.path, limits=json.dumps(limits) if limits else "")
        self.started.append(relay)
        return relay


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "relay")
    with home.closing:
        yield home
    for relay in home.started:
        relay.kill()


def opened_boxes(relay: ProcessRelay, count: int) -> list[Box]:
    boxes = [Box() for _ in range(count)]
    for box, line in zip(boxes, issue(relay.directory, count), strict=True):
        assert relay.ask(box.opening(read(line))) == Opened()
    return boxes


def files_for(count: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))


def test_told_to_stop_it_ends_within_five_seconds_with_a_thousand_sockets_open(home: Home) -> None:
    files_for(SOCKETS + 200)
    relay = home.start()
    boxes = opened_boxes(relay, SOCKETS // 4)
    sockets = [home.dial(relay) for _ in range(SOCKETS)]
    for number, raw in enumerate(sockets):
        raw.ask(boxes[number // 4])
    # The last mailbox's four sockets are served, so all that asked before are, too.
    assert isinstance(relay.ask(boxes[-1].put(b"news")), Stored)
    assert [raw.answer() for raw in sockets[-4:]] == [relay.ask(boxes[-1].collect())] * 4
    assert relay.ask(Box().collect()) == NOT_ADMITTED  # and requests are answered beside them
    code, seconds = relay.stop()
    assert all(raw.ended() for raw in sockets)
    assert (code, relay.errors()) == (0, b"")
    assert seconds < 5


def test_a_letter_is_pushed_over_the_pinned_way_and_others_after_it(home: Home) -> None:
    relay = home.start()
    box = Box().opened(relay)
    with Carrier(relay.url, relay.pin) as carrier, ThreadPoolExecutor(1) as pool:
        listening = Listening(carrier)
        for number in range(5):
            pushed = pool.submit(listening.ask, box.collect())
            letter = drawn(65_536)
            relay.ask(box.put(letter))
            answer = pushed.result(SECONDS)
            assert isinstance(answer, Collected)
            assert [text for _, text in answer.letters] == [letter], number
            ids = tuple(letter_id for letter_id, _ in answer.letters)
            forget = Forget(mailbox=box.mailbox, read_secret=box.read, letter_ids=ids)
            relay.ask(forget)
        assert listening.way is Way.PUSH


def test_whoever_is_not_admitted_is_told_so_over_push_too(home: Home) -> None:
    relay = home.start()
    with Carrier(relay.url, relay.pin) as carrier:
        listening = Listening(carrier)
        assert listening.ask(Box().collect()) == NOT_ADMITTED
        assert listening.way is Way.PUSH


def test_a_relay_started_again_is_found_again_and_what_it_keeps_is_pushed(home: Home) -> None:
    relay = home.start(connections=100)
    box = Box().opened(relay)
    socket_ = Carrier(relay.url, relay.pin).push()
    waits = threading.Event()

    def ask() -> Answer:
        waits.set()
        return socket_.ask(box.collect())

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask)
        assert waits.wait(SECONDS)
        relay.kill()
        with pytest.raises(RelayDownError, match="push"):
            asked.result(SECONDS)
    socket_.close()
    again = home.start()
    again.ask(box.put(b"kept"))
    with Carrier(again.url, again.pin) as carrier:
        answer = Listening(carrier).ask(box.collect())
    assert isinstance(answer, Collected)
    assert len(answer.letters) == 1


def test_a_page_in_a_browser_is_refused_before_a_socket_is_made(home: Home) -> None:
    relay = home.start(connections=10)
    assert home.dial(relay, "Origin: https://a-page.example").head.startswith(b"HTTP/1.1 403")
    assert home.dial(relay).head.startswith(b"HTTP/1.1 101")


def test_where_there_are_too_many_sockets_a_desk_polls(home: Home) -> None:
    relay = home.start(sockets=0)
    box = Box().opened(relay)
    relay.ask(box.put(b"x"))
    with Carrier(relay.url, relay.pin) as carrier:
        with pytest.raises(NotPushedError, match="503"):
            carrier.push()
        listening = Listening(carrier)
        assert listening.ask(box.collect(wait=25)) == relay.ask(box.collect())
        assert listening.way is Way.LONG_POLL


def test_sockets_leave_room_for_requests(home: Home) -> None:
    relay = home.start(connections=8)
    boxes = opened_boxes(relay, 2)
    relay.hang_up()
    waiting = [home.dial(relay) for _ in range(6)]
    for number, raw in enumerate(waiting):
        raw.ask(boxes[number // 4])
    assert home.dial(relay).head.startswith(b"HTTP/1.1 503")
    assert isinstance(relay.ask(boxes[0].put(b"x")), Stored)
    assert isinstance(waiting[0].answer(), Collected)


def test_a_desk_that_answers_no_ping_is_cut_off(home: Home) -> None:
    relay = home.start(ping_seconds=0.1)
    box = Box().opened(relay)
    raw = home.dial(relay)
    raw.ask(box)
    assert raw.frame().opcode is Opcode.PING
    assert raw.ended()


def test_a_socket_that_says_nothing_is_cut_off(home: Home) -> None:
    relay = home.start(head_seconds=0.2)
    assert home.dial(relay).ended()


def test_a_desk_that_does_not_take_what_is_pushed_is_cut_off(home: Home) -> None:
    relay = home.start(answer_seconds=0.2)
    box = Box().opened(relay)
    for _ in range(16):
        relay.ask(box.put(drawn(65_536)))
    raw = home.dial(relay)
    raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    try:
        while True:  # letters it never reads, until the buffers of the network are full
            raw.ask(box)
    except OSError:
        pass
    assert relay.ask(Box().collect()) == NOT_ADMITTED


def test_whoever_pings_and_reads_no_answer_is_cut_off(home: Home) -> None:
    relay = home.start(answer_seconds=5)
    box = Box().opened(relay)
    raw = home.dial(relay)
    raw.ask(box)
    pings = Frame(Opcode.PING, bytes(125)).serialize(mask=True) * 100
    try:
        while True:
            raw.socket.sendall(pings)
    except TimeoutError:
        pytest.fail("it reads no more pings, and keeps the answers")
    except OSError:
        pass
    assert relay.ask(Box().collect()) == NOT_ADMITTED


@pytest.mark.parametrize("attack", ["large", "parts", "unmasked", "nonsense"])
def test_a_message_that_is_too_large_or_broken_ends_the_socket(home: Home, attack: str) -> None:
    relay = home.start(head_seconds=5)
    raw = home.dial(relay)
    match attack:
        case "large":
            raw.send(Opcode.BINARY, bytes(513))
        case "parts":
            raw.send(Opcode.BINARY, b"", fin=False)
            for _ in range(8):
                raw.send(Opcode.CONT, b"", fin=False)
        case "unmasked":
            raw.socket.sendall(Frame(Opcode.BINARY, b"x").serialize(mask=False))
        case _:
            raw.socket.sendall(os.urandom(1_000))
    assert raw.ended()
    assert relay.ask(Box().collect()) == NOT_ADMITTED
    relay.stop()
    assert relay.errors() == b""


def test_nothing_about_a_socket_is_logged_or_kept(home: Home) -> None:
    relay = home.start()
    box = Box().opened(relay)
    marked = ("User-Agent: a-very-special-agent", "X-Forwarded-For: 203.0.113.77")
    raw = home.dial(relay, *marked)
    raw.ask(box)
    relay.ask(box.put(b"x"))
    raw.answer()
    raw.close()
    head = raw.head.lower()
    assert b"server" not in head
    assert b"date" not in head
    code, _ = relay.stop()
    assert (code, relay.errors()) == (0, b"")
    files = b"".join(path.read_bytes() for path in home.path.iterdir())
    for trace in (b"a-very-special-agent", b"203.0.113.77"):
        assert trace not in files
