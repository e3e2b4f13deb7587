"""The store in one SQLite file: one writer that commits in groups, readers beside it.

Readers see what was committed and never wait for the writer. A letter that does not fit on the disk
is refused, and leaves nothing behind.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from backchannel.post.messages import Answer, Collect, GetBundle, Reason, Request, refuse
from backchannel.relay import rules
from backchannel.relay.database import connect, create
from backchannel.relay.limits import Limits
from backchannel.relay.writer import Writer

_READERS = 2  # threads: reading is short, and this is not where a relay waits
_SWEPT_AT_ONCE = 200  # letters: the writer waits that long
# The disk or the allowed size is used up; or the disk failed. In both cases nothing was stored.
_NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
_PRIMARY = 0xFF  # the lowest byte of an error code names its sort

_T = TypeVar("_T")


def today_utc() -> date:
    """Return the day. The relay asks for no finer time to store."""
    return datetime.now(UTC).date()


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
        self._writer = Writer(self._connect())
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="relay reader")
        self._own = threading.local()
        self._opened: list[sqlite3.Connection] = []

    async def ask(self, request: Request) -> Answer:
        """Carry the request out; see `Store.ask`."""
        perform = partial(self._perform, request)
        reads = isinstance(request, Collect | GetBundle)
        try:
            outcome = await (self._read(perform) if reads else self._write(perform))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & _PRIMARY not in _NO_ROOM:
                raise
            return refuse(Reason.DISK_FULL)
        if outcome.stale:
            # Nobody waits for this: a refusal takes as long for a replaced secret as for any.
            self._writer.submit(lambda db: rules.count_stale(db, request.mailbox))
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

    def _perform(self, request: Request, db: sqlite3.Connection) -> rules.Outcome:
        return rules.perform(db, request, self._today(), self._limits)

    async def _write(self, act: Callable[[sqlite3.Connection], _T]) -> _T:
        return await asyncio.wrap_future(self._writer.submit(act))

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
            while count := rules.sweep(db, self._today(), at_most=_SWEPT_AT_ONCE):
                swept += count
            # What was deleted still stands in the log until that is written back and cut.
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return swept
