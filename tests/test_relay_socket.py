"""Sockets of a relay served from this very process: what ends each of them."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from websockets.frames import Frame, Opcode

from backchannel.desk.carrier import Carrier
from backchannel.desk.listening import Listening
from backchannel.post.messages import Collected, Opened, Reason, refuse
from backchannel.post.vouchers import read
from backchannel.relay.directory import Address, Directory
from backchannel.relay.issue import issue
from backchannel.relay.limits import Limits
from backchannel.relay.serve import Settings, _within_files
from raw_socket import RawSocket
from relays import Box, drawn
from serving import while_serving

NOT_ADMITTED = refuse(Reason.NOT_ADMITTED)
Act = Callable[[RawSocket, Box, Carrier], None]


def port_of(address: Address) -> int:
    return int(address.url.rpartition(":")[2])


def with_a_socket(path: Path, limits: Limits, act: Act) -> None:
    """Serve with these limits; act with a socket that waits at a mailbox."""
    directory = Directory(path)

    def acting(address: Address) -> None:
        box = Box()
        with Carrier(address.url, address.pin) as carrier:
            assert carrier.ask(box.opening(read(issue(directory, 1)[0]))) == Opened()
            raw = RawSocket(port_of(address))
            try:
                raw.ask(box)
                act(raw, box, carrier)
            finally:
                raw.close()
            assert carrier.ask(Box().collect()) == NOT_ADMITTED  # and the relay goes on

    while_serving(Settings(directory=directory, limits=limits), acting)


def test_letters_are_pushed_and_the_socket_closes_when_the_relay_stops(tmp_path: Path) -> None:
    kept: list[RawSocket] = []

    def act(address: Address) -> None:
        box = Box()
        with Carrier(address.url, address.pin) as carrier:
            carrier.ask(box.opening(read(issue(directory, 1)[0])))
            raw = RawSocket(port_of(address))
            kept.append(raw)
            raw.ask(box)
            carrier.ask(box.put(b"news"))
            assert (
                raw.answer() == carrier.ask(box.collect()) == Listening(carrier).ask(box.collect())
            )

    directory = Directory(tmp_path)
    while_serving(Settings(directory=directory), act)
    assert kept[0].ended()
    kept[0].close()


def test_one_that_answers_no_ping_is_cut_off(tmp_path: Path) -> None:
    def act(raw: RawSocket, _box: Box, _carrier: Carrier) -> None:
        assert raw.frame().opcode is Opcode.PING
        assert raw.ended()

    with_a_socket(tmp_path, Limits(ping_seconds=0.05), act)


def test_one_that_does_not_read_is_cut_off(tmp_path: Path) -> None:
    def act(raw: RawSocket, box: Box, carrier: Carrier) -> None:
        for _ in range(16):
            carrier.ask(box.put(drawn(65_536)))
        assert isinstance(raw.answer(), Collected)
        with pytest.raises(OSError, match=r"."):
            ask_for_ever(raw, box)

    with_a_socket(tmp_path, Limits(answer_seconds=0.1), act)


def ask_for_ever(raw: RawSocket, box: Box) -> None:
    raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    while True:  # letters it never reads, until the buffers of the network are full
        raw.ask(box)


def test_one_that_reads_late_gets_all_of_it(tmp_path: Path) -> None:
    def act(raw: RawSocket, box: Box, carrier: Carrier) -> None:
        for _ in range(16):
            carrier.ask(box.put(drawn(65_536)))
        assert isinstance(raw.answer(), Collected)
        for _ in range(8):
            raw.ask(box)
        whole = carrier.ask(box.collect())
        assert [raw.answer() for _ in range(8)] == [whole] * 8

    with_a_socket(tmp_path, Limits(answer_seconds=20), act)


def test_one_that_pings_and_does_not_read_is_cut_off(tmp_path: Path) -> None:
    def act(raw: RawSocket, _box: Box, _carrier: Carrier) -> None:
        with pytest.raises(OSError, match=r"."):
            ping_for_ever(raw)

    with_a_socket(tmp_path, Limits(answer_seconds=20), act)


def ping_for_ever(raw: RawSocket) -> None:
    pings = Frame(Opcode.PING, bytes(125)).serialize(mask=True) * 100
    while True:
        raw.socket.sendall(pings)


def test_a_ping_is_answered_and_many_parts_are_not_kept(tmp_path: Path) -> None:
    def act(raw: RawSocket, _box: Box, _carrier: Carrier) -> None:
        raw.send(Opcode.PING, b"are you there")
        assert bytes(raw.frame().data) == b"are you there"
        raw.send(Opcode.BINARY, b"", fin=False)
        for _ in range(8):
            raw.send(Opcode.CONT, b"", fin=False)
        assert raw.ended()

    with_a_socket(tmp_path, Limits(), act)


def test_no_more_sockets_are_taken_than_leave_room_for_requests(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import resource  # noqa: PLC0415 - only to stand in for another system's limits

    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (464, 464))
    limits = _within_files(Limits())
    assert (limits.connections, limits.sockets) == (400, 300)
