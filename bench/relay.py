"""How many letters a second the relay makes durable, beside what the disk and the server can do.

Three figures of one machine: syncs of 4 KiB a second (the disk), requests a second to an endpoint
that keeps nothing (the web server), and durable puts a second at the real relay, all with the same
number of clients over loopback without TLS. The clients run in processes of their own and speak
HTTP by hand, so that they cost less than what they measure. Takes less than a minute.

    python bench/relay.py [--clients 64] [--seconds 4] [--runs 3]
"""

import argparse
import asyncio
import importlib.metadata
import multiprocessing
import os
import platform
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from backchannel.desk.carrier import Carrier
from backchannel.post.codec import decode_answer, encode_request
from backchannel.post.messages import Open, Opened, Put, Stored, hashed
from backchannel.post.vouchers import read
from backchannel.relay.directory import Directory
from backchannel.relay.issue import issue

LETTER = 4_096  # bytes
PROCESSES = 2
SYNC_SECONDS = 2.0

BARE = """
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


@dataclass(frozen=True, slots=True)
class Load:
    """What one client process does."""

    port: int
    boxes: tuple[tuple[bytes, bytes], ...]  # mailbox and send secret, one for each client
    seconds: float
    durable: bool  # whether every answer must be a `Stored`


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured in one run."""

    per_second: float
    median_ms: float
    p99_ms: float


async def client(load: Load, box: tuple[bytes, bytes], until: float) -> list[float]:
    """Put letters one after the other; return the seconds that each took."""
    reader, writer = await asyncio.open_connection("127.0.0.1", load.port)
    taken = []
    while time.perf_counter() < until:
        body = encode_request(
            Put(
                mailbox=box[0],
                send_secret=box[1],
                letter_id=os.urandom(16),
                letter=os.urandom(LETTER),
            )
        )
        head = f"POST /1 HTTP/1.1\r\nHost: relay\r\nContent-Length: {len(body)}\r\n\r\n"
        began = time.perf_counter()
        writer.write(head.encode() + body)
        answer = await answer_of(reader)
        taken.append(time.perf_counter() - began)
        if load.durable and not isinstance(decode_answer(answer), Stored):
            raise RuntimeError(f"not stored: {decode_answer(answer)}")
    writer.close()
    return taken


async def answer_of(reader: asyncio.StreamReader) -> bytes:
    """Read one response, and return its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
    return await reader.readexactly(length)


def clients(load: Load) -> list[float]:
    """Run all clients of one process."""

    async def all_of_them() -> list[float]:
        until = time.perf_counter() + load.seconds
        taken = await asyncio.gather(*(client(load, box, until) for box in load.boxes))
        return [seconds for one in taken for seconds in one]

    return asyncio.run(all_of_them())


def measured(
    port: int, boxes: list[tuple[bytes, bytes]], seconds: float, *, durable: bool
) -> Figures:
    """Put letters from all clients for so many seconds."""
    loads = [Load(port, tuple(boxes[n::PROCESSES]), seconds, durable) for n in range(PROCESSES)]
    # Not forked: the parent holds connections and threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        taken = sorted(one for part in pool.map(clients, loads) for one in part)
    return Figures(
        len(taken) / seconds,
        1_000 * statistics.median(taken),
        1_000 * taken[int(len(taken) * 0.99)],
    )


def syncs(directory: Path) -> float:
    """Return how often a second the disk writes 4 KiB behind a file and syncs it."""
    count, ending = 0, time.perf_counter() + SYNC_SECONDS
    with (directory / "synced").open("wb", buffering=0) as file:
        block = os.urandom(LETTER)
        while time.perf_counter() < ending:
            file.write(block)
            os.fdatasync(file.fileno())
            count += 1
    return count / SYNC_SECONDS


def started(*arguments: str) -> tuple[subprocess.Popen[bytes], str]:
    """Start a server; return it and its address once it has said it."""
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE)
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    line = process.stdout.readline().decode()
    return process, line.partition(" at ")[2].split()[0]


def opened(directory: Directory, url: str, count: int) -> list[tuple[bytes, bytes]]:
    """Open mailboxes; return their ids and send secrets."""
    boxes = []
    with Carrier(url, b"") as carrier:
        for line in issue(directory, count):
            mailbox, secret = os.urandom(16), os.urandom(32)
            opening = Open(
                voucher=read(line),
                mailbox=mailbox,
                read_hash=hashed(os.urandom(32)),
                send_hash=hashed(secret),
            )
            if carrier.ask(opening) != Opened():
                raise RuntimeError("a mailbox could not be opened")
            boxes.append((mailbox, secret))
    return boxes


def bare(count: int, seconds: float) -> Figures:
    """Measure the web server alone."""
    process, url = started("-c", BARE)
    boxes = [(bytes(16), bytes(32))] * count
    try:
        return measured(int(url.rpartition(":")[2]), boxes, seconds, durable=False)
    finally:
        process.terminate()
        process.wait()


def relay(path: Path, count: int, seconds: float) -> Figures:
    """Measure the relay with its limits as they are, but for the letters a mailbox may hold."""
    directory = Directory(path)
    directory.prepare()
    code = (
        "import pathlib, sys\n"
        "from backchannel.relay.directory import Directory\n"
        "from backchannel.relay.limits import Limits\n"
        "from backchannel.relay.serve import Settings, serve\n"
        "limits = Limits(letters=10**6, size=10**11)\n"
        "serve(Settings(directory=Directory(pathlib.Path(sys.argv[1])), limits=limits))"
    )
    process, url = started("-c", code, str(path))
    try:
        boxes = opened(directory, url, count)
        return measured(int(url.rpartition(":")[2]), boxes, seconds, durable=True)
    finally:
        process.terminate()
        process.wait()


def machine() -> str:
    """Return what the figures were measured on."""
    names = ("uvicorn", "starlette", "uvloop", "httptools", "cbor2")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}\n"
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {versions}"
    )


def show(name: str, runs: list[Figures]) -> None:
    """Print one line of figures."""
    rates = sorted(run.per_second for run in runs)
    median, p99 = (
        statistics.median(getattr(run, field) for run in runs) for field in ("median_ms", "p99_ms")
    )
    print(
        f"{name:<34}{statistics.median(rates):>9,.0f} /s  ({rates[0]:,.0f} to {rates[-1]:,.0f})"
        f"   p50 {median:.1f} ms   p99 {p99:.1f} ms"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each run")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--directory", type=Path, default=None, help="on the disk to measure")
    chosen = parser.parse_args()
    print(machine())
    print(f"{chosen.clients} clients, letters of {LETTER:,} bytes, medians of {chosen.runs} runs")
    with tempfile.TemporaryDirectory(dir=chosen.directory) as name:
        path = Path(name)
        rates = sorted(syncs(path) for _ in range(chosen.runs))
        print(f"{'syncs of 4 KiB, one after another':<34}{statistics.median(rates):>9,.0f} /s")
        show("endpoint that keeps nothing", [bare(chosen.clients, chosen.seconds) for _ in rates])
        runs = [
            relay(path / f"relay{number}", chosen.clients, chosen.seconds)
            for number in range(chosen.runs)
        ]
        show("durable puts at the relay", runs)


if __name__ == "__main__":
    main()
