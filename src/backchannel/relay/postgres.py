"""The store in a PostgreSQL database, which several relay processes may use at once.

It answers as the store in SQLite does, by the same rules. What one relay has acknowledged every
other one sees at once; what two decide about the same mailbox or voucher, they decide one after the
other. A relay that is killed takes nothing with it but what it had not yet answered.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import TypeVar

import psycopg

from backchannel.post.messages import (
    Answer,
    Closed,
    Collect,
    GetBundle,
    Open,
    Reason,
    Request,
    Rotated,
    Stored,
    hashed,
    refuse,
)
from backchannel.relay import rules
from backchannel.relay.limits import Limits
from backchannel.relay.postgres_bells import Hearing
from backchannel.relay.postgres_database import Adapted, Connection, connect, create
from backchannel.relay.postgres_writer import PostgresWriter, Transaction
from backchannel.relay.sql import Sql
from backchannel.relay.sqlite import today_utc

_READERS = 4  # threads, each with its connection: reading waits for the server
_SWEPT_AT_ONCE = 64  # mailboxes
# The same answers after which the application rings the bells of this process.
RINGING = (Stored, Rotated, Closed)

_T = TypeVar("_T")


class PostgresStore:
    """A store in the database at `url`, whose tables are made if they are not there.

    Args:
        url: as PostgreSQL's own programs take it, `postgresql://...`.
        limits: what a mailbox may hold.
        today: the day (UTC) when asked.

    Raises:
        StoreError: the database cannot be used.
    """

    def __init__(
        self, url: str, *, limits: Limits | None = None, today: Callable[[], date] = today_utc
    ) -> None:
        create(url)
        self._connect = partial(connect, url)
        self._limits = limits or Limits()
        self._today = today
        self._writer = PostgresWriter(self._connect)
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="relay reader")
        self._own = threading.local()
        self._opened: list[Connection] = []
        self._hearing: Hearing | None = None

    async def ask(self, request: Request) -> Answer:
        """Carry the request out; see `Store.ask`."""
        try:
            if isinstance(request, Collect | GetBundle):
                outcome = await self._read(lambda db: self._perform(request, db))
            else:
                act = partial(self._perform_and_ring, request)
                writing = self._writer.submit(_names(request), act)
                outcome = await asyncio.wrap_future(writing)
        except psycopg.errors.DiskFull:
            return refuse(Reason.DISK_FULL)
        if outcome.afterwards is not None:
            self._writer.submit([request.mailbox], outcome.afterwards)
        return outcome.answer

    async def check(self) -> None:
        """Read something; see `Store.check`."""
        await self._read(lambda db: db.execute("SELECT count(*) FROM vouchers").fetchone())

    async def sweep(self) -> int:
        """Sweep in steps, between which the writers go on; see `Store.sweep`."""
        return await asyncio.to_thread(self._sweep)

    def listen(self, ring: Callable[[bytes], None]) -> None:
        """See `Shared.listen`. Raises: StoreError."""
        self._hearing = Hearing(self._connect, ring, self._writer.is_ours)

    def add_vouchers(self, hashes: list[bytes]) -> None:
        """Make vouchers valid, given as their hashes, and return when they are."""
        self._writer.submit(hashes[:1], lambda db: rules.add_vouchers(db, hashes)).result()

    def close(self) -> None:
        """Finish what was begun; see `Store.close`."""
        if self._hearing is not None:
            self._hearing.close()
        self._writer.close()
        self._readers.shutdown()
        for db in self._opened:
            db.close()

    def _perform(self, request: Request, db: Sql) -> rules.Outcome:
        return rules.perform(db, request, self._today(), self._limits)

    def _perform_and_ring(self, request: Request, db: Transaction) -> rules.Outcome:
        outcome = self._perform(request, db)
        if isinstance(outcome.answer, RINGING):
            db.ring(request.mailbox)
        return outcome

    async def _read(self, act: Callable[[Sql], _T]) -> _T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read_here, act)

    def _read_here(self, act: Callable[[Sql], _T]) -> _T:
        db = self._reader()
        try:
            return _read(db, act)
        except psycopg.OperationalError:
            if not db.closed:
                raise
        # The server was lost, perhaps long ago, and may be there again.
        return _read(self._reader(), act)

    def _reader(self) -> Connection:
        """Return this thread's connection, a new one if the server was lost."""
        db: Connection | None = getattr(self._own, "db", None)
        if db is None or db.closed:
            self._own.db = db = self._connect(read_only=True)
            self._opened.append(db)
        return db

    def _sweep(self) -> int:
        """Delete mailbox by mailbox: a lock is held on one alone, and the writers do the rest."""
        swept = 0
        while mailboxes := self._read_here(self._overdue):
            works = [
                self._writer.submit([mailbox], partial(self._sweep_mailbox, mailbox))
                for mailbox in mailboxes
            ]
            swept += sum(work.result() for work in works)
        return swept

    def _overdue(self, db: Sql) -> list[bytes]:
        return rules.overdue(db, self._today(), self._limits, at_most=_SWEPT_AT_ONCE)

    def _sweep_mailbox(self, mailbox: bytes, db: Sql) -> int:
        return rules.sweep_mailbox(db, mailbox, self._today(), self._limits)


def _read(db: Connection, act: Callable[[Sql], _T]) -> _T:
    with db.transaction():  # so that all it reads is of one moment
        return act(Adapted(db))


def _names(request: Request) -> list[bytes]:
    """Return what the request decides about: a mailbox, and the voucher it costs."""
    if isinstance(request, Open):
        return [request.mailbox, hashed(request.voucher)]
    return [request.mailbox]
