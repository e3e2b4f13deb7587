"""The servers that are measured, each a process of its own on loopback."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from backchannel.post.messages import Answer, Open, Opened, hashed
from backchannel.post.vouchers import read
from backchannel.relay.directory import Directory
from backchannel.relay.issue import issue
from backchannel.relay.sqlite import SqliteStore

# As fast as this web server can be: a body is read, twelve bytes are answered, nothing is kept.
_BARE = """
import sys, uvicorn
async def app(scope, receive, send):
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": [
        (b"content-type", b"application/cbor"), (b"content-length", b"12")]})
    await send({"type": "http.response.body", "body": b"x" * 12})
import socket
listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
print("ready at", f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
config = uvicorn.Config(app, loop="uvloop", http="httptools", access_log=False,
                        log_level="critical", server_header=False, date_header=False, ws="none",
                        lifespan="off")
uvicorn.Server(config).run(sockets=[listening])
"""

# The relay as it is, but for the letters that one mailbox may hold: a run puts more than that.
_RELAY = """
import pathlib, sys
from backchannel.relay.directory import Directory
from backchannel.relay.limits import Limits
from backchannel.relay.serve import Settings, serve
limits = Limits(letters=10**7, size=10**12)
serve(Settings(directory=Directory(pathlib.Path(sys.argv[1])), limits=limits))
"""

_START_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers."""

    pid: int
    url: str

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rpartition(":")[2])

    def kilobytes(self) -> int:
        """Return the memory that the process holds."""
        status = Path(f"/proc/{self.pid}/status").read_text("ascii")
        return int(status.partition("VmRSS:")[2].split()[0])


@contextmanager
def _started(code: str, *arguments: str) -> Iterator[Running]:
    command = [sys.executable, "-c", code, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        try:
            line = process.stdout.readline().decode()
            yield Running(process.pid, line.partition(" at ")[2].split()[0])
        finally:
            process.terminate()
            process.wait()


@contextmanager
def bare() -> Iterator[Running]:
    """Run the web server alone."""
    with _started(_BARE) as running:
        yield running


@contextmanager
def relay(path: Path) -> Iterator[Running]:
    """Run a relay in this directory."""
    with _started(_RELAY, str(path)) as running:
        yield running


@contextmanager
def wormhole(environment: Path, database: Path) -> Iterator[Running]:
    """Run the mailbox server of magic-wormhole that is installed in this virtual environment."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        *(str(environment / "bin" / "twist"), "--log-level=error", "wormhole-mailbox"),
        *(f"--port=tcp:{port}:interface=127.0.0.1", f"--channel-db={database}"),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            yield Running(process.pid, f"ws://127.0.0.1:{port}")
        finally:
            process.terminate()
            process.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on port {port}")


@dataclass(frozen=True, slots=True)
class Box:
    """One mailbox, with what its opener knows."""

    mailbox: bytes
    read: bytes
    send: bytes


def opened(path: Path, count: int) -> tuple[Box, ...]:
    """Open mailboxes in this directory, in which no relay runs yet."""
    directory = Directory(path)
    directory.prepare()
    boxes = tuple(Box(os.urandom(16), os.urandom(32), os.urandom(32)) for _ in range(count))
    openings = [
        Open(
            voucher=read(line),
            mailbox=box.mailbox,
            read_hash=hashed(box.read),
            send_hash=hashed(box.send),
        )
        for line, box in zip(issue(directory, count), boxes, strict=True)
    ]

    async def asked() -> list[Answer]:
        return await asyncio.gather(*(store.ask(opening) for opening in openings))

    with closing(SqliteStore(directory.database)) as store:
        if set(asyncio.run(asked())) != {Opened()}:
            raise RuntimeError("a mailbox could not be opened")
    return boxes
