"""Servers on loopback that say whatever a test has them say, and small proxies."""

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator

SECONDS = 20.0

Serve = Callable[[socket.socket], None]


class Listener:
    """Serves each connection on loopback in a thread of its own."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.connections = 0
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def _accept(self) -> None:
        threads = []
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                break
            self.connections += 1
            client.settimeout(SECONDS)
            threads.append(threading.Thread(target=self._serve_one, args=(client,)))
            threads[-1].start()
        for thread in threads:
            thread.join(SECONDS)

    def _serve_one(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            self._serve(client)

    def close(self) -> None:
        with contextlib.suppress(OSError):  # it was closed before
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(SECONDS)


@contextlib.contextmanager
def loopback() -> Iterator[Callable[[Serve], Listener]]:
    """Give what starts listeners; all of them are closed at the end."""
    listeners: list[Listener] = []

    def listen(serve: Serve) -> Listener:
        listeners.append(Listener(serve))
        return listeners[-1]

    yield listen
    for listener in listeners:
        listener.close()


def http(body: bytes, kind: str = "application/cbor", status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def request_of(client: socket.socket) -> bytes:
    """Read one request to its end."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += client.recv(65_536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    while length is not None and len(body) < int(length[1]):
        body += client.recv(65_536)
    return head


def answers(answer: bytes) -> Serve:
    def serve(client: socket.socket) -> None:
        request_of(client)
        client.sendall(answer)

    return serve


def forwards(connect: Callable[[socket.socket], tuple[str, int]]) -> Serve:
    """Return a proxy whose own part of the talk is `connect`, which says where the client goes."""

    def serve(client: socket.socket) -> None:
        host, port = connect(client)
        assert host == "relay.example"  # the name went to the proxy, and was looked up by nobody
        with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as target:
            back = threading.Thread(target=pump, args=(target, client))
            back.start()
            pump(client, target)
            with contextlib.suppress(OSError):  # the other end may have gone first
                target.shutdown(socket.SHUT_RDWR)
            back.join(SECONDS)

    return serve


def pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while part := source.recv(65_536):
            target.sendall(part)


def socks5(client: socket.socket) -> tuple[str, int]:
    client.recv(2 + 255)  # version, methods
    client.sendall(b"\x05\x00")
    request = client.recv(300)  # version, connect, reserved, 3 for a name, its length, it, port
    name = request[5 : 5 + request[4]]
    client.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
    return name.decode(), int.from_bytes(request[5 + request[4] :])


def http_connect(client: socket.socket) -> tuple[str, int]:
    target = request_of(client).split()[1].decode()
    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    host, _, port = target.rpartition(":")
    return host, int(port)
