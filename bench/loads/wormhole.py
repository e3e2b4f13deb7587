"""The same work at magic-wormhole's mailbox server: messages into mailboxes, over its WebSocket.

A message counts when the server sends it back to those who have the mailbox open, which it does
once it has committed it to its SQLite database, each by itself; that is as durable as a letter at
the relay. (Its `ack` comes before anything is done.) Messages travel in hexadecimal there.

The clients are as lean as those of `putting`: frames made beforehand, masked with zeros, and of
what comes only the lengths of the frames are looked at.

Source: magic-wormhole-protocols, "mailbox server protocol"; RFC 6455.
"""

import base64
import json
import os
import select
import socket
import struct
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from bench.loads.figures import Figures, figures

PROCESSES = 2
_WARM_SECONDS = 0.5
_TEXT, _LAST, _MASKED = 0x1, 0x80, 0x80
_SHORT, _MEDIUM = 126, 127  # lengths below the first stand by themselves


class _Client:
    """One connection with one mailbox open."""

    def __init__(self, port: int, size: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._came = b""
        self._size = 2 * size  # of an echo at least; acks and the welcome are shorter
        self._upgrade(port)
        side, mailbox = os.urandom(5).hex(), os.urandom(8).hex()
        self._say(type="bind", appid="bench", side=side)
        self._say(type="open", mailbox=mailbox)
        self._add = _frame(type="add", phase="0", body=os.urandom(size).hex(), id="x")
        self.began = 0.0

    def put(self) -> None:
        """Send one message."""
        self.began = time.perf_counter()
        self.socket.sendall(self._add)

    def answered(self) -> bool:
        """Read what has come; tell whether the message has come back."""
        self._came += self.socket.recv(65_536)
        back = False
        while (frame := _length(self._came)) is not None:
            head, length = frame
            if len(self._came) < head + length:
                break
            self._came = self._came[head + length :]
            back |= length > self._size
        return back

    def _say(self, **message: str) -> None:
        self.socket.sendall(_frame(**message))

    def _upgrade(self, port: int) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        lines = (
            *("GET /v1 HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket"),
            *("Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"),
        )
        self.socket.sendall("\r\n".join([*lines, "\r\n"]).encode())
        while b"\r\n\r\n" not in self._came:
            self._came += self.socket.recv(65_536)
        self._came = self._came.partition(b"\r\n\r\n")[2]


def _frame(**message: str) -> bytes:
    data = json.dumps(message).encode()
    if len(data) < _SHORT:
        head = struct.pack("!BB", _LAST | _TEXT, _MASKED | len(data))
    else:
        head = struct.pack("!BBH", _LAST | _TEXT, _MASKED | _SHORT, len(data))
    return head + bytes(4) + data  # a mask of zeros leaves the data as it is


def _length(data: bytes) -> tuple[int, int] | None:
    """Return the lengths of a frame's head and content; None while they cannot be told."""
    if len(data) < 2:
        return None
    short = data[1] & 0x7F
    if short < _SHORT:
        return 2, short
    size = 2 if short < _MEDIUM else 8
    return (2 + size, int.from_bytes(data[2 : 2 + size])) if len(data) >= 2 + size else None


def put_from_one_process(port: int, clients: int, size: int, seconds: float) -> list[float]:
    """Run all clients of one process; return the seconds that each message took."""
    made = [_Client(port, size) for _ in range(clients)]
    known = {client.socket.fileno(): client for client in made}
    poll = select.epoll()
    for number, client in known.items():
        poll.register(number, select.EPOLLIN)
        client.put()
    counted_from = time.perf_counter() + _WARM_SECONDS
    taken: list[float] = []
    now = 0.0
    while now < counted_from + seconds:
        for number, _ in poll.poll():
            client = known[number]
            if client.answered():
                now = time.perf_counter()
                if now > counted_from:
                    taken.append(now - client.began)
                client.put()
    for client in made:
        client.socket.close()
    return taken


def put_from_all(port: int, clients: int, size: int, seconds: float) -> Figures:
    """Put messages from all clients, shared out over the processes."""
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        parts = [
            pool.submit(put_from_one_process, port, clients // PROCESSES, size, seconds)
            for _ in range(PROCESSES)
        ]
        return figures([one for part in parts for one in part.result()], seconds)
