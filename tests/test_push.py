"""The desk's end of a push: only to the pinned relay, by the chosen way, and fooled by nothing."""

import base64
import hashlib
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol, Side

from backchannel.desk import push as push_module
from backchannel.desk.carrier import Carrier
from backchannel.desk.listening import Listening, Way
from backchannel.post.codec import MAX_ANSWER, decode_request, encode_answer
from backchannel.post.errors import NotPushedError, RelayDownError, WrongRelayError
from backchannel.post.messages import Collected, Reason, refuse
from backchannel.relay.certificate import context, own_certificate
from listeners import (
    Listener,
    Serve,
    answers,
    forwards,
    http,
    http_connect,
    loopback,
    request_of,
    socks5,
)
from relays import Box, ProcessRelay, drawn

PIN = bytes(32)
NOT_ADMITTED = refuse(Reason.NOT_ADMITTED)
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
LETTERS = Collected(letters=((bytes(16), b"a letter"), (bytes(16), b"a letter")))


@pytest.fixture
def listening() -> Iterator[Callable[[Serve], Listener]]:
    with loopback() as listen:
        yield listen


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProcessRelay]:
    running = ProcessRelay(tmp_path_factory.mktemp("relay"))
    yield running
    running.kill()


class End:
    """The relay's end of one socket, for relays that say what a test has them say."""

    def __init__(self, client: socket.socket) -> None:
        self.client = client
        self.frames = Protocol(Side.SERVER)
        self.come: list[Frame] = []

    def frame(self) -> Frame:
        while not self.come:
            data = self.client.recv(65_536)
            if not data:
                raise OSError("the desk has left")
            self.frames.receive_data(data)
            self.come += [e for e in self.frames.events_received() if isinstance(e, Frame)]
            for out in self.frames.data_to_send():
                self.client.sendall(out)
        return self.come.pop(0)

    def asked(self) -> bytes:
        while (frame := self.frame()).opcode is not Opcode.BINARY:
            pass
        return bytes(frame.data)

    def send(self, opcode: Opcode, data: bytes, *, fin: bool = True) -> None:
        self.client.sendall(Frame(opcode, data, fin).serialize(mask=False))


def accepted(client: socket.socket) -> bytes:
    """Read the request for a WebSocket, and return the head that agrees to it."""
    key = re.search(rb"(?i)sec-websocket-key: (\S+)", request_of(client))
    assert key is not None
    digest = hashlib.sha1(key[1] + GUID, usedforsecurity=False).digest()
    lines = (
        b"HTTP/1.1 101 Switching Protocols",
        b"Upgrade: websocket",
        b"Connection: Upgrade",
        b"Sec-WebSocket-Accept: " + base64.b64encode(digest),
        b"\r\n",
    )
    return b"\r\n".join(lines)


def pushes(say: Callable[[End], None]) -> Serve:
    """Return a relay that agrees to push, and then says this to whatever it is asked."""

    def serve(client: socket.socket) -> None:
        client.sendall(accepted(client))
        end = End(client)
        end.asked()
        say(end)
        while True:
            end.frame()

    return serve


@pytest.mark.processes
@pytest.mark.parametrize(
    ("scheme", "talk"), [("socks5", socks5), ("socks5h", socks5), ("http", http_connect)]
)
def test_through_a_proxy_letters_are_pushed_and_the_relay_is_pinned_as_well(
    relay: ProcessRelay,
    listening: Callable[[Serve], Listener],
    scheme: str,
    talk: Callable[[socket.socket], tuple[str, int]],
) -> None:
    listener = listening(forwards(talk))
    proxy = f"{scheme}://127.0.0.1:{listener.port}"
    url = f"https://relay.example:{relay.port}"
    box = Box().opened(relay)
    relay.ask(box.put(b"pushed"))
    with Carrier(url, relay.pin, proxy) as carrier:
        ways = Listening(carrier)
        assert ways.ask(box.collect()) == relay.ask(box.collect())
        assert ways.way is Way.PUSH
    with Carrier(url, PIN, proxy) as carrier, pytest.raises(WrongRelayError):
        carrier.push()
    assert listener.connections == 2


def test_not_a_byte_of_a_push_is_sent_to_a_relay_with_another_certificate(
    tmp_path: Path, listening: Callable[[Serve], Listener]
) -> None:
    tls = context(*own_certificate(tmp_path))
    received: list[bytes] = []

    def serve(client: socket.socket) -> None:
        with tls.wrap_socket(client, server_side=True) as encrypted:
            received.append(encrypted.recv(65_536))

    listener = listening(serve)
    with (
        Carrier(f"https://127.0.0.1:{listener.port}", PIN) as carrier,
        pytest.raises(WrongRelayError),
    ):
        Listening(carrier).ask(Box().collect())
    listener.close()
    assert b"".join(received) == b""


def test_the_address_and_the_headers_of_a_push_tell_nothing(
    listening: Callable[[Serve], Listener],
) -> None:
    heads: list[bytes] = []
    asked: list[bytes] = []

    def serve(client: socket.socket) -> None:
        class Recording:
            def recv(self, size: int) -> bytes:
                heads.append(client.recv(size))
                return heads[-1]

        client.sendall(accepted(Recording()))  # type: ignore[arg-type]
        end = End(client)
        asked.append(end.asked())
        end.send(Opcode.BINARY, encode_answer(LETTERS))

    box = Box()
    with Carrier(listening(serve).url, b"") as carrier:
        push = carrier.push()
        assert push.ask(box.collect()) == LETTERS
        push.close()
    assert decode_request(asked[0]) == box.collect()
    names = {line.partition(b":")[0].lower() for line in heads[0].split(b"\r\n")[1:]}
    assert heads[0].startswith(b"GET /1/push HTTP/1.1\r\n")
    assert not names & {b"user-agent", b"origin", b"cookie", b"authorization"}
    for secret in (box.mailbox, box.read):
        for written in (secret, secret.hex().encode(), base64.b64encode(secret)):
            assert written not in heads[0]


@pytest.mark.parametrize(
    "answer",
    [
        http(b"no such thing", "text/plain", "404 Not Found"),
        http(b"upgrade", "text/plain", "426 Upgrade Required"),
        http(b"denied by policy", "text/html", "403 Forbidden"),
        http(encode_answer(NOT_ADMITTED)),
        b"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: kept-by-a-cache\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"220 mail.example ESMTP\r\n",
        b"",
    ],
)
def test_where_push_is_not_done_a_desk_polls_without_a_word(
    listening: Callable[[Serve], Listener], answer: bytes
) -> None:
    polled = answers(http(encode_answer(NOT_ADMITTED)))

    def serve(client: socket.socket) -> None:
        if client.recv(4, socket.MSG_PEEK) == b"GET ":
            answers(answer)(client)
        else:
            polled(client)

    with Carrier(listening(serve).url, b"") as carrier:
        ways = Listening(carrier)
        assert ways.ask(Box().collect(wait=25)) == NOT_ADMITTED
        assert ways.way is Way.LONG_POLL


def test_a_proxy_that_agrees_and_lets_nothing_through_is_found_out_at_once(
    listening: Callable[[Serve], Listener], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push_module, "_ECHO_SECONDS", 0.05)

    def serve(client: socket.socket) -> None:
        if client.recv(4, socket.MSG_PEEK) == b"GET ":
            client.sendall(accepted(client))
            while client.recv(65_536):
                pass
        else:
            answers(http(encode_answer(NOT_ADMITTED)))(client)

    with Carrier(listening(serve).url, b"") as carrier:
        ways = Listening(carrier)
        assert ways.ask(Box().collect()) == NOT_ADMITTED
        assert ways.way is Way.LONG_POLL


def in_parts(end: End) -> None:
    whole = encode_answer(LETTERS)
    end.send(Opcode.BINARY, whole[:3], fin=False)
    end.send(Opcode.PING, b"are you there")
    end.send(Opcode.CONT, b"", fin=False)
    end.send(Opcode.PONG, b"nobody asked")
    end.send(Opcode.CONT, whole[3:])


def test_an_answer_in_parts_with_pings_between_is_read(
    listening: Callable[[Serve], Listener],
) -> None:
    with Carrier(listening(pushes(in_parts)).url, b"") as carrier:
        push = carrier.push()
        assert push.ask(Box().collect()) == LETTERS
        push.close()


@pytest.mark.parametrize(
    ("say", "what"),
    [
        (lambda end: end.send(Opcode.BINARY, drawn(100)), "speaks as no relay"),
        (lambda end: end.send(Opcode.BINARY, b""), "speaks as no relay"),
        (lambda end: end.send(Opcode.TEXT, b"hello"), "ended the push"),
        (lambda end: end.send(Opcode.CLOSE, b"\x03\xe8bye"), "ended the push"),
        (lambda end: end.send(Opcode.BINARY, bytes(MAX_ANSWER + 1)), "speaks as no relay"),
        (lambda end: end.send(Opcode.CONT, b"of nothing"), "speaks as no relay"),
        (lambda end: end.client.sendall(b"\xff" * 1_000), "speaks as no relay"),
        (lambda end: end.client.sendall(Frame(Opcode.BINARY, b"x").serialize(mask=True)), "no rel"),
        (lambda end: end.client.shutdown(socket.SHUT_RDWR), "cut off"),
    ],
)
def test_whatever_else_is_pushed_ends_the_socket_with_our_own_error(
    listening: Callable[[Serve], Listener], say: Callable[[End], None], what: str
) -> None:
    with Carrier(listening(pushes(say)).url, b"") as carrier:
        push = carrier.push()
        with pytest.raises(RelayDownError, match=what):
            push.ask(Box().collect())
        push.close()


def test_parts_without_end_are_read_up_to_the_size_of_an_answer(
    listening: Callable[[Serve], Listener],
) -> None:
    def without_end(end: End) -> None:
        end.send(Opcode.BINARY, bytes(65_536), fin=False)
        while True:
            end.send(Opcode.CONT, bytes(65_536), fin=False)

    with Carrier(listening(pushes(without_end)).url, b"") as carrier:
        push = carrier.push()
        with pytest.raises(RelayDownError, match="speaks as no relay"):
            push.ask(Box().collect())
        push.close()


def test_a_relay_that_gives_no_sign_of_life_is_left(
    listening: Callable[[Serve], Listener], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push_module, "_SILENCE_SECONDS", 0.05)
    with Carrier(listening(pushes(lambda _: None)).url, b"") as carrier:
        push = carrier.push()
        with pytest.raises(RelayDownError, match="fell silent"):
            push.ask(Box().collect())
        push.close()


def test_a_socket_that_was_closed_meanwhile_says_so_when_it_is_used(
    listening: Callable[[Serve], Listener],
) -> None:
    with Carrier(listening(pushes(lambda _: None)).url, b"") as carrier:
        push = carrier.push()
        push.close()
        with pytest.raises(RelayDownError, match="cut off"):
            push.ask(Box().collect())


def test_a_relay_that_is_not_there_is_down_and_not_asked_twice() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with Carrier(f"http://127.0.0.1:{port}", b"") as carrier:
        with pytest.raises(RelayDownError, match="ConnectError") as caught:
            Listening(carrier).ask(Box().collect())
        assert not isinstance(caught.value, NotPushedError)
