"""The way to a relay: only to the pinned one, by the chosen way, and never without an end."""

import hashlib
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backchannel.desk import carrier as carrier_module
from backchannel.desk.carrier import Carrier, _PinnedContext
from backchannel.desk.errors import UsageError
from backchannel.post.codec import MAX_ANSWER, encode_answer
from backchannel.post.errors import RelayDownError, WrongRelayError
from backchannel.post.messages import Collected, Opened, Reason, Stored, refuse
from backchannel.relay.certificate import context, own_certificate, pin_of
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
from relays import Box, ProcessRelay

SECONDS = 20.0
PIN = bytes(32)
NOT_ADMITTED = refuse(Reason.NOT_ADMITTED)


@pytest.fixture
def listening() -> Iterator[Callable[[Serve], Listener]]:
    with loopback() as listen:
        yield listen


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProcessRelay]:
    running = ProcessRelay(tmp_path_factory.mktemp("relay"))
    yield running
    running.kill()


@pytest.mark.processes
def test_the_pinned_relay_is_asked_and_its_answer_comes_back(relay: ProcessRelay) -> None:
    with Carrier(relay.url, relay.pin) as carrier:
        box = Box()
        assert carrier.ask(box.opening(relay.issue())) == Opened()
        assert isinstance(carrier.ask(box.put(bytes(65_536))), Stored)
        assert carrier.ask(box.collect(wait=25)) != Collected(letters=())


@pytest.mark.processes
def test_a_relay_with_another_certificate_is_told_apart(relay: ProcessRelay) -> None:
    with Carrier(relay.url, PIN) as carrier, pytest.raises(WrongRelayError, match="invitation"):
        carrier.ask(Box().collect())


def test_not_a_byte_is_sent_to_a_relay_with_another_certificate(
    tmp_path: Path, listening: Callable[[Serve], Listener]
) -> None:
    """Somebody in between, with a certificate of their own, learns no mailbox and no secret."""
    tls = context(*own_certificate(tmp_path))
    received: list[bytes] = []

    def serve(client: socket.socket) -> None:
        with tls.wrap_socket(client, server_side=True) as encrypted:
            received.append(encrypted.recv(65_536))

    listener = listening(serve)
    with Carrier(f"https://127.0.0.1:{listener.port}", PIN) as carrier:
        with pytest.raises(WrongRelayError):
            carrier.ask(Box().collect())
        with pytest.raises(WrongRelayError):
            carrier.ask(Box().collect())
    listener.close()
    assert b"".join(received) == b""


def test_a_certificate_without_its_key_is_of_no_use(
    tmp_path: Path, listening: Callable[[Serve], Listener]
) -> None:
    """Showing the pinned certificate, which everybody can fetch, proves nothing by itself."""
    for name in ("real", "thief"):
        (tmp_path / name).mkdir()
    certificate, _ = own_certificate(tmp_path / "real")
    _, key = own_certificate(tmp_path / "thief")
    with pytest.raises(Exception, match="cannot be used for TLS together"):
        context(certificate, key)
    thief = context(*own_certificate(tmp_path / "thief"))

    def serve(client: socket.socket) -> None:
        thief.wrap_socket(client, server_side=True).close()

    listener = listening(serve)
    with (
        Carrier(f"https://127.0.0.1:{listener.port}", pin_of(certificate)) as carrier,
        pytest.raises(WrongRelayError),
    ):
        carrier.ask(Box().collect())


def test_where_no_tls_is_spoken_nothing_is_sent_in_the_clear(
    listening: Callable[[Serve], Listener],
) -> None:
    received: list[bytes] = []

    def serve(client: socket.socket) -> None:
        received.append(client.recv(65_536))
        client.sendall(http(encode_answer(NOT_ADMITTED)))

    listener = listening(serve)
    box = Box()
    with (
        Carrier(f"https://127.0.0.1:{listener.port}", PIN) as carrier,
        pytest.raises(RelayDownError, match="ConnectError"),
    ):
        carrier.ask(box.collect())
    assert box.mailbox not in received[0]


@pytest.mark.processes
@pytest.mark.parametrize(
    ("scheme", "talk"), [("socks5", socks5), ("socks5h", socks5), ("http", http_connect)]
)
def test_through_a_proxy_the_relay_is_pinned_as_well(
    relay: ProcessRelay,
    listening: Callable[[Serve], Listener],
    scheme: str,
    talk: Callable[[socket.socket], tuple[str, int]],
) -> None:
    listener = listening(forwards(talk))
    proxy = f"{scheme}://127.0.0.1:{listener.port}"
    url = f"https://relay.example:{relay.port}"
    with Carrier(url, relay.pin, proxy) as carrier:
        assert carrier.ask(Box().collect()) == NOT_ADMITTED
    with Carrier(url, PIN, proxy) as carrier, pytest.raises(WrongRelayError):
        carrier.ask(Box().collect())
    assert listener.connections == 2


def test_proxies_of_the_environment_are_not_taken(
    listening: Callable[[Serve], Listener], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    listener = listening(answers(http(encode_answer(NOT_ADMITTED))))
    with Carrier(listener.url, b"") as carrier:
        assert carrier.ask(Box().collect()) == NOT_ADMITTED


def test_requests_do_not_say_what_sends_them(listening: Callable[[Serve], Listener]) -> None:
    heads: list[bytes] = []

    def serve(client: socket.socket) -> None:
        heads.append(request_of(client))
        client.sendall(http(encode_answer(NOT_ADMITTED)))

    box = Box()
    with Carrier(listening(serve).url, b"") as carrier:
        carrier.ask(box.collect())
    names = {line.partition(b":")[0].lower() for line in heads[0].split(b"\r\n")[1:]}
    assert b"user-agent" not in names
    assert b"POST /1 HTTP/1.1" in heads[0]
    assert box.mailbox not in heads[0]


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (http(b"<html>", "text/html"), "the relay failed .status 200"),
        (http(b"the relay failed", "text/plain", "500 Oops"), "the relay failed .status 500"),
        (http(b"\x81\x01"), "speaks as no relay"),
        (http(b""), "speaks as no relay"),
        (http(b"\x83\x02grefused"), "speaks as no relay"),
        (http(bytes(MAX_ANSWER + 1)), "sends more than"),
        (b"HTTP/1.1 302 Found\r\nLocation: https://elsewhere/\r\n\r\n", "status 302"),
        (http(b"cut")[:-1], "RemoteProtocolError"),
        (b"220 mail.example ESMTP\r\n", "RemoteProtocolError"),
        (b"", "RemoteProtocolError"),
    ],
)
def test_what_is_no_answer_of_a_relay_counts_as_none(
    listening: Callable[[Serve], Listener], answer: bytes, what: str
) -> None:
    with (
        Carrier(listening(answers(answer)).url, b"") as carrier,
        pytest.raises(RelayDownError, match=what),
    ):
        carrier.ask(Box().collect())


def test_a_relay_that_refuses_a_body_while_reading_is_heard(
    listening: Callable[[Serve], Listener],
) -> None:
    refusal = http(encode_answer(refuse(Reason.TOO_LARGE)), status="413 Too Large")
    with Carrier(listening(answers(refusal)).url, b"") as carrier:
        assert carrier.ask(Box().collect()) == refuse(Reason.TOO_LARGE)


def test_a_relay_that_answers_byte_by_byte_is_not_listened_to_for_ever(
    listening: Callable[[Serve], Listener], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrier_module, "_ANSWER_SECONDS", 0.05)
    monkeypatch.setattr(carrier_module, "_CONNECT_SECONDS", 0.05)

    def serve(client: socket.socket) -> None:
        request_of(client)
        client.sendall(http(bytes(1_000_000))[:100])
        while True:  # until the carrier hangs up
            client.sendall(b"\x00")

    with (
        Carrier(listening(serve).url, b"") as carrier,
        pytest.raises(RelayDownError, match=r"takes too long|cannot be reached|sends more"),
    ):
        carrier.ask(Box().collect())


def test_a_relay_that_is_not_there_is_down() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (
        Carrier(f"http://127.0.0.1:{port}", b"") as carrier,
        pytest.raises(RelayDownError, match=r"cannot be reached .ConnectError"),
    ):
        carrier.ask(Box().collect())


@pytest.mark.parametrize(
    ("url", "pin", "proxy", "what"),
    [
        ("http://relay.example", b"", None, "without TLS"),
        ("http://192.0.2.1:80", b"", None, "without TLS"),
        ("http://127.0.0.1.example:80", b"", None, "without TLS"),
        ("http://abcdef.onion", b"", None, "through a proxy"),
        ("http://127.0.0.1:1", PIN, None, "a pin goes with https"),
        ("https://127.0.0.1:1", b"", None, "the pin of a relay has 32 bytes, not 0"),
        ("https://127.0.0.1:1", bytes(31), None, "32 bytes, not 31"),
        ("ftp://127.0.0.1", b"", None, "https://host:port"),
        ("127.0.0.1:80", b"", None, "https://host:port"),
        ("https://", PIN, None, "https://host:port"),
        ("https://me:secret@127.0.0.1", PIN, None, "https://host:port"),
        ("https://127.0.0.1:1/path", PIN, None, "ends after its port"),
        ("https://127.0.0.1:1/?query", PIN, None, "ends after its port"),
        ("https://127.0.0.1:1/#part", PIN, None, "ends after its port"),
        ("https://127.0.0.1:port", PIN, None, "cannot be read"),
        ("https://127.0.0.1:1", PIN, "https://127.0.0.1:3128", "begins with one of"),
        ("https://127.0.0.1:1", PIN, "tor", "begins with one of"),
        ("https://127.0.0.1:1", PIN, "socks5://127.0.0.1:port", "cannot be read"),
    ],
)
def test_an_address_that_is_not_safe_to_use_is_refused_before_anything_is_sent(
    url: str, pin: bytes, proxy: str | None, what: str
) -> None:
    with pytest.raises(UsageError, match=what):
        Carrier(url, pin, proxy)


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("http://localhost:1", None),
        ("http://127.9.9.9:1", None),
        ("http://[::1]:1/", None),
        ("http://abcdef.onion", "socks5h://127.0.0.1:9050"),
    ],
)
def test_without_tls_loopback_and_onion_addresses_are_taken(url: str, proxy: str | None) -> None:
    Carrier(url, b"", proxy).close()


def test_a_handshake_whose_pin_would_not_be_compared_is_not_begun() -> None:
    tls = _PinnedContext(hashlib.sha256(b"").digest())
    with pytest.raises(WrongRelayError, match="TLS inside TLS"):
        tls.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO())
