"""The relay as a process: it listens, says so in one line, and ends within seconds when told to.

On SIGTERM or SIGINT no new connection is taken, long polls are answered, and what was begun has
three seconds to finish; the exit code is 0. The process writes that one line, and to its log the
kinds of faults it met: no address of a client, no request, no time.
"""

import asyncio
import ipaddress
import logging
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn

from backchannel.relay import quotas
from backchannel.relay.app import Relay
from backchannel.relay.bells import Bells
from backchannel.relay.certificate import context, own_certificate, pin_of
from backchannel.relay.connection import Connection
from backchannel.relay.databases import Place
from backchannel.relay.directory import Address, Directory
from backchannel.relay.errors import RelayError
from backchannel.relay.limits import Limits
from backchannel.relay.push import MAX_ASKED
from backchannel.relay.socket import Socket
from backchannel.relay.sqlite import SqliteStore
from backchannel.relay.store import Shared, Store
from backchannel.relay.tally import Counted, Tally

_GRACE_SECONDS = 3
_SPARE_FILES = 64  # for the database, the log, and the process itself
_BACKLOG = 2_048
_SOCKETS_OF_FOUR = 3  # so many connections of four can be sockets; others are for requests
_PAGES_PER_MEGABYTE = 256
_log = logging.getLogger("backchannel.relay")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the operator decides."""

    directory: Directory
    host: str = "127.0.0.1"
    port: int = 0  # 0: a free one
    tls: tuple[Path, Path] | None = None  # certificate and key
    database: str | None = None  # address of a PostgreSQL database; None: SQLite in the directory
    megabytes: int | None = None  # that the file may grow to
    limits: Limits = field(default_factory=Limits)  # where the operator decided nothing


def tls_files(
    directory: Directory, kind: str, given: tuple[Path, Path] | None
) -> tuple[Path, Path] | None:
    """Return certificate and key for `--tls own`, `none` or `files`."""
    match kind:
        case "own":
            return own_certificate(directory.path)
        case "files":
            return given
        case _:
            return None


def serve(settings: Settings) -> None:
    """Run the relay until a signal ends it.

    Raises:
        RelayError: it cannot start: the directory is in use, the port taken, the certificate bad,
            the database not to be used.
    """
    if settings.tls is None and not _is_loopback(settings.host):
        raise RelayError(
            f"without TLS the relay listens on loopback alone, not on {settings.host}: "
            "leave `--tls none` out, or put a proxy or an onion service before it"
        )
    with settings.directory.held(), _listen(settings.host, settings.port) as listening:
        settings = _decided(settings)
        tally = Tally(settings.directory.refusals)
        with closing(tally), closing(_store(settings)) as store:
            try:
                _run(settings, store, tally, listening)
            finally:
                settings.directory.withdraw()


def _decided(settings: Settings) -> Settings:
    """Return the settings with what the operator keeps in the database: `quotas`."""
    with Place(settings.directory, settings.database).transaction() as db:
        kept = quotas.read(db)
    megabytes = settings.megabytes or kept.megabytes
    return replace(settings, limits=kept.limits(settings.limits), megabytes=megabytes)


def _store(settings: Settings) -> Store:
    limits = settings.limits
    if settings.database is None:
        pages = settings.megabytes and settings.megabytes * _PAGES_PER_MEGABYTE
        return SqliteStore(settings.directory.database, limits=limits, max_pages=pages)
    # Imported here: its driver is an extra, and was looked for by now.
    from backchannel.relay.postgres import PostgresStore  # noqa: PLC0415

    return PostgresStore(settings.database, limits=limits)


def _run(settings: Settings, store: Store, tally: Tally, listening: socket.socket) -> None:
    settings = replace(settings, limits=_within_files(settings.limits))
    relay = Relay(Counted(store, tally), settings.limits)
    server = Server(_config(relay, settings), relay)
    address = _address(settings, listening)

    def ready() -> None:
        if isinstance(store, Shared):
            store.listen(partial(_ring, asyncio.get_running_loop(), relay.bells))
        _ready(settings.directory, address)

    server.on_ready = ready
    server.run(sockets=[listening])


def _ring(loop: asyncio.AbstractEventLoop, bells: Bells, mailbox: bytes) -> None:
    """Ring from another thread."""
    with suppress(RuntimeError):  # the loop has ended, and nobody waits any more
        loop.call_soon_threadsafe(bells.ring, mailbox)


def _ready(directory: Directory, address: Address) -> None:
    directory.announce(address)
    sys.stdout.write(f"relay ready at {address.line}\n")
    sys.stdout.flush()


class Server(uvicorn.Server):
    """The web server, ended in our order: long polls first, and no signal raised once more."""

    def __init__(self, config: uvicorn.Config, relay: Relay) -> None:
        super().__init__(config)
        self._relay = relay
        self.on_ready: Any = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        asyncio.get_running_loop().set_exception_handler(_log_kind)
        await super().startup(sockets)
        if self.on_ready is not None:
            self.on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer the long polls, then end the connections."""
        self._relay.bells.close()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on a signal, and leave it at that: raised again it would end us with an error."""
        handled = (signal.SIGTERM, signal.SIGINT)
        before = {number: signal.signal(number, self.handle_exit) for number in handled}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _config(relay: Relay, settings: Settings) -> uvicorn.Config:
    Connection.limits = Socket.limits = limits = settings.limits
    tls = settings.tls
    return uvicorn.Config(
        relay.app(),
        http=Connection,
        loop="uvloop",
        ws=Socket,
        ws_max_size=MAX_ASKED,
        ws_ping_interval=limits.ping_seconds,
        ws_ping_timeout=limits.ping_seconds,
        # Letters are encrypted: nothing would get smaller, and every socket would keep a window.
        ws_per_message_deflate=False,
        lifespan="on",
        interface="asgi3",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        limit_concurrency=limits.connections,
        timeout_keep_alive=limits.idle_seconds,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        backlog=_BACKLOG,
        ssl_context_factory=None if tls is None else lambda *_: context(*tls),
    )


def _within_files(limits: Limits) -> Limits:
    """Return the limits with no more connections than the process may have, and room left."""
    connections = _connections(limits.connections)
    sockets = min(limits.sockets, connections * _SOCKETS_OF_FOUR // 4)
    return replace(limits, connections=connections, sockets=sockets)


def _connections(wanted: int) -> int:
    """Return how many connections the process may have, after asking for as many as wanted."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = wanted + _SPARE_FILES
    if soft < files:
        soft = files if hard == resource.RLIM_INFINITY else min(files, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return min(wanted, soft - _SPARE_FILES)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        why = (error.strerror or "").partition(" (")[0]
        raise RelayError(f"cannot listen on {host} port {port}: {why}") from error


def _address(settings: Settings, listening: socket.socket) -> Address:
    port = listening.getsockname()[1]
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    if settings.tls is None:
        return Address(f"http://{host}:{port}", b"")
    return Address(f"https://{host}:{port}", pin_of(settings.tls[0]))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _log_kind(_: asyncio.AbstractEventLoop, fault: dict[str, Any]) -> None:
    """Log what sort of fault the event loop met: the rest of it can name a client's address."""
    _log.warning("a connection failed: %s", type(fault.get("exception")).__name__)
