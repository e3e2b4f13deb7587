"""The store in one SQLite file: one writer that commits in groups, readers beside it.

Readers see what was committed and never wait for the writer. A letter that does not fit on the disk
is refused, and leaves nothing behind.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from backchannel.post.messages import (
    Answer,
    Collect,
    GetBundle,
    Put,
    Reason,
    Request,
    Stored,
    refuse,
)
from backchannel.relay import rules
from backchannel.relay.database import connect, create
from backchannel.relay.limits import Limits
from backchannel.relay.together import last_day, stored
from backchannel.relay.writer import Act, Writer

_READERS = 2  # threads: reading is short, and this is not where a relay waits
_CACHE_KIB = 16_384
_LOG_PAGES = 2_000  # until the log is written back: to as much it is cut anyway
_SWEPT_AT_ONCE = 200  # letters: the writer waits that long
# The disk or the allowed size is used up; or the disk failed. In both cases nothing was stored.
_NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
_PRIMARY = 0xFF  # the lowest byte of an error code names its sort

_T = TypeVar("_T")


def today_utc() -> date:
    """Return the day. The relay asks for no finer time to store."""
    return datetime.now(UTC).date()


def _with_room(db: sqlite3.Connection) -> sqlite3.Connection:
    """Have the writer keep the pages that it writes again and again, and copy them less often."""
    db.execute(f"PRAGMA cache_size = {-_CACHE_KIB:d}")
    db.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES:d}")
    return db


@dataclass(frozen=True, slots=True)
class _Performing:
    """One request, to be carried out inside a transaction."""

    request: Request
    store: "SqliteStore"

    def __call__(self, db: sqlite3.Connection) -> rules.Outcome:
        return self.store.perform(self.request, db)


class SqliteStore:
    """A store in the file at `path`, made if it is not there.

    Args:
        path: the database file.
        limits: what a mailbox may hold.
        today: the day (UTC) when asked.
        max_pages: pages of 4,096 bytes that the file may grow to; None for the disk's room.
    """

    def __init__(
        self,
        path: Path,
        *,
        limits: Limits | None = None,
        today: Callable[[], date] = today_utc,
        max_pages: int | None = None,
    ) -> None:
        create(path)
        self._path = path
        self._limits = limits or Limits()
        self._today = today
        self._connect = partial(connect, path, max_pages=max_pages)
        self._writer = Writer(_with_room(self._connect()), self._carry_out)
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="relay reader")
        self._own = threading.local()
        self._opened: list[sqlite3.Connection] = []

    async def ask(self, request: Request) -> Answer:
        """Carry the request out; see `Store.ask`."""
        perform = _Performing(request, self)
        reads = isinstance(request, Collect | GetBundle)
        try:
            outcome = await (self._read(perform) if reads else self._writer.ask(perform))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & _PRIMARY not in _NO_ROOM:
                raise
            return refuse(Reason.DISK_FULL)
        if outcome.afterwards is not None:
            self._writer.submit(outcome.afterwards)
        return outcome.answer

    async def check(self) -> None:
        """Read something; see `Store.check`."""
        await self._read(lambda db: db.execute("SELECT count(*) FROM vouchers").fetchone())

    async def sweep(self) -> int:
        """Sweep in steps, between which the writer goes on; see `Store.sweep`."""
        return await asyncio.to_thread(self._sweep)

    def add_vouchers(self, hashes: list[bytes]) -> None:
        """Make vouchers valid, given as their hashes, and return when they are."""
        self._writer.submit(lambda db: rules.add_vouchers(db, hashes)).result()

    def close(self) -> None:
        """Finish what was begun; see `Store.close`."""
        self._writer.close()
        self._readers.shutdown()
        for db in self._opened:
            db.close()

    def perform(self, request: Request, db: sqlite3.Connection) -> rules.Outcome:
        """Carry out one request inside a transaction."""
        return rules.perform(db, request, self._today(), self._limits)

    def _carry_out(self, db: sqlite3.Connection, acts: Sequence[Act]) -> list[Any]:
        """Carry out what one transaction holds, letters together where that can be."""
        today = self._today()
        # One for each mailbox; any more of the same mailbox are carried out by themselves.
        firsts: dict[bytes, tuple[int, Put]] = {}
        for number, act in enumerate(acts):
            if isinstance(act, _Performing) and isinstance(act.request, Put):
                firsts.setdefault(act.request.mailbox, (number, act.request))
        puts = [put for _, put in firsts.values()]
        kept = stored(db, puts, today, self._limits)
        answered = {
            number: rules.Outcome(answer=Stored(expires=last_day(put, today)))
            for (number, put), is_kept in zip(firsts.values(), kept, strict=True)
            if is_kept
        }
        return [answered.get(number) or act(db) for number, act in enumerate(acts)]

    async def _read(self, act: Callable[[sqlite3.Connection], _T]) -> _T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read_here, act)

    def _read_here(self, act: Callable[[sqlite3.Connection], _T]) -> _T:
        db = self._reader()
        db.execute("BEGIN")  # so that all it reads is of one moment
        try:
            return act(db)
        finally:
            db.execute("ROLLBACK")

    def _reader(self) -> sqlite3.Connection:
        """Return this thread's connection."""
        if not hasattr(self._own, "db"):
            self._own.db = connect(self._path)
            self._own.db.execute("PRAGMA query_only = ON")
            self._opened.append(self._own.db)
        db: sqlite3.Connection = self._own.db
        return db

    def _sweep(self) -> int:
        swept = 0
        with closing(self._connect()) as db:
            while count := rules.sweep(db, self._today(), self._limits, at_most=_SWEPT_AT_ONCE):
                swept += count
            # What was deleted still stands in the log until that is written back and cut.
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return swept
