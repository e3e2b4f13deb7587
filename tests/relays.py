"""Relays to run tests against: the application in this process, and a process of its own.

Both are asked through `RelayPort`, as the relay in memory is (`hostile_relay.py`).
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol, Self

import httpx

from backchannel.desk.carrier import Carrier
from backchannel.post.codec import decode_answer, encode_request
from backchannel.post.messages import (
    VOUCHER_SIZE,
    Answer,
    Collect,
    Collected,
    Open,
    Put,
    Request,
    Rotate,
    Side,
    hashed,
)
from backchannel.post.relay_port import RelayPort
from backchannel.post.vouchers import read
from backchannel.relay.app import Relay
from backchannel.relay.directory import Directory
from backchannel.relay.issue import issue
from backchannel.relay.limits import Limits
from backchannel.relay.postgres import PostgresStore
from backchannel.relay.sqlite import SqliteStore, today_utc
from backchannel.relay.store import Store

READY_SECONDS = 20.0

# The command line has no options for these: an operator has no reason to choose milliseconds.
WITH_LIMITS = """
import json, pathlib, sys
from backchannel.relay.directory import Directory
from backchannel.relay.limits import Limits
from backchannel.relay.serve import Settings, serve
directory = Directory(pathlib.Path(sys.argv[1]))
serve(Settings(directory=directory, limits=Limits(**json.loads(sys.argv[2]))))
"""


class AnyRelay(RelayPort, Protocol):
    """A relay that also gives out vouchers."""

    def issue(self) -> bytes:
        """Return a voucher that has not been used."""
        ...


def drawn(size: int) -> bytes:
    return os.urandom(size)


@dataclass(slots=True)
class Box:
    """One mailbox, with what its opener knows."""

    mailbox: bytes = field(default_factory=lambda: drawn(16))
    read: bytes = field(default_factory=lambda: drawn(32))
    send: bytes = field(default_factory=lambda: drawn(32))

    def opening(self, voucher: bytes) -> Open:
        return Open(
            voucher=voucher,
            mailbox=self.mailbox,
            read_hash=hashed(self.read),
            send_hash=hashed(self.send),
        )

    def opened(self, relay: AnyRelay) -> Self:
        relay.ask(self.opening(relay.issue()))
        return self

    def put(self, letter: bytes, letter_id: bytes | None = None, days: int = 30) -> Put:
        return Put(
            mailbox=self.mailbox,
            send_secret=self.send,
            letter_id=letter_id or drawn(16),
            letter=letter,
            expires_days=days,
        )

    def collect(self, wait: int = 0) -> Collect:
        return Collect(mailbox=self.mailbox, read_secret=self.read, wait=wait)

    def rotate(self, side: Side, new: bytes) -> Rotate:
        old = self.read if side is Side.READ else self.send
        return Rotate(mailbox=self.mailbox, side=side, old_secret=old, new_hash=hashed(new))

    def letters(self, relay: RelayPort) -> list[bytes]:
        answer = relay.ask(self.collect())
        assert isinstance(answer, Collected), answer
        return [letter for _, letter in answer.letters]


class AppRelay:
    """The real application over the real store, without a network."""

    def __init__(
        self,
        path: Path,
        *,
        today: Callable[[], date] = today_utc,
        limits: Limits | None = None,
        max_pages: int | None = None,
    ) -> None:
        self.directory = Directory(path)
        self.directory.prepare()
        self.store = SqliteStore(
            self.directory.database, today=today, limits=limits, max_pages=max_pages
        )
        self._serve(self.store, limits or Limits())

    def _serve(self, store: Store, limits: Limits) -> None:
        self.relay = Relay(store, limits)
        self.runner = asyncio.Runner()
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.relay.app()), base_url="http://relay"
        )

    def issue(self) -> bytes:
        return read(issue(self.directory, 1)[0])

    async def asked(self, request: Request) -> Answer:
        response = await self.http.post("/1", content=encode_request(request))
        return decode_answer(response.content)

    def ask(self, request: Request) -> Answer:
        return self.runner.run(self.asked(request))

    def settle(self) -> None:
        """Return once all that nobody waits for is done."""
        self.store._writer.submit(lambda _: None).result()

    def sweep(self) -> int:
        return self.runner.run(self.store.sweep())

    def close(self) -> None:
        self.runner.run(self.http.aclose())
        self.runner.close()
        self.store.close()


class PostgresRelay(AppRelay):
    """The same over a PostgreSQL database."""

    def __init__(
        self,
        url: str,
        *,
        today: Callable[[], date] = today_utc,
        limits: Limits | None = None,
    ) -> None:
        self.postgres = PostgresStore(url, today=today, limits=limits)
        self._serve(self.postgres, limits or Limits())

    def issue(self) -> bytes:
        voucher = drawn(VOUCHER_SIZE)
        self.postgres.add_vouchers([hashed(voucher)])
        return voucher

    def settle(self) -> None:
        for name in (bytes(8), b"\1" * 8):  # for each of the two that write
            self.postgres._writer.submit([name], lambda _: None).result()

    def sweep(self) -> int:
        return self.runner.run(self.postgres.sweep())

    def close(self) -> None:
        self.runner.run(self.http.aclose())
        self.runner.close()
        self.postgres.close()


class ProcessRelay:
    """The relay as a process of its own, asked over TLS. Ends with SIGKILL unless stopped."""

    def __init__(self, path: Path, *options: str, limits: str = "") -> None:
        self.directory = Directory(path)
        self.directory.prepare()
        self.database = options[-1] if "--database" in options[-2:] else None
        self.error_file = path.with_suffix(".stderr")
        self.output = b""
        if limits:
            self.process = self._started("-c", WITH_LIMITS, str(path), limits)
        else:
            serve = ("-m", "backchannel.relay", "serve", "--data", str(path), "--port", "0")
            self.process = self._started(*serve, *options)
        self.url, self.pin = self._address()
        self.carrier = Carrier(self.url, self.pin)

    def _started(self, *arguments: str) -> subprocess.Popen[bytes]:
        with self.error_file.open("ab") as errors:
            command = [sys.executable, *arguments]
            return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors)

    @property
    def port(self) -> int:
        return httpx.URL(self.url).port or 0

    def _address(self) -> tuple[str, bytes]:
        assert self.process.stdout is not None
        self.output = self.process.stdout.readline()
        assert self.output.startswith(b"relay ready at "), self.errors()
        _, _, _, url, _, pin = self.output.decode().split()
        return url, b"" if pin == "none" else bytes.fromhex(pin)

    def errors(self) -> bytes:
        return self.error_file.read_bytes()

    def issue(self) -> bytes:
        return read(issue(self.directory, 1, self.database)[0])

    def ask(self, request: Request) -> Answer:
        return self.carrier.ask(request)

    def hang_up(self) -> None:
        """Close the connection; the next request makes another."""
        self.carrier.close()
        self.carrier = Carrier(self.url, self.pin)

    def stop(self) -> tuple[int, float]:
        """End it as an operator does; return the exit code and the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(READY_SECONDS)
        self.output += self.process.stdout.read() if self.process.stdout else b""
        return code, time.monotonic() - began

    def kill(self) -> None:
        """End it with SIGKILL, if it has not ended; a second time does nothing."""
        self.carrier.close()
        self.process.kill()
        self.process.wait(READY_SECONDS)
        if self.process.stdout is not None:
            self.process.stdout.close()
