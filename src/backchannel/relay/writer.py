"""One thread that writes, and commits in one go whatever has come to wait meanwhile.

A commit costs one sync of the disk however much it holds. While one is under way the next requests
queue up; the thread then takes all of them into one transaction, and answers them after its commit.
So the relay keeps up with many senders at once without answering anyone before the letter is safe.

If anything in a transaction fails, all of it is rolled back and done again one by one, so that only
what fails by itself is refused.
"""

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from backchannel.relay.errors import StoreError

_AT_ONCE = 256  # works in one transaction: bounds how much has to be done again

_T = TypeVar("_T")


@dataclass(slots=True)
class _Work:
    act: Callable[[sqlite3.Connection], Any]
    done: Future[Any] = field(default_factory=Future)


class Writer:
    """The only writer of this process. `submit` may be called from any thread."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db  # the thread's from now on; closed with it
        self._queue: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._closed = False
        # What is not yet answered when the process ends was promised to nobody.
        self._thread = threading.Thread(target=self._run, name="relay writer", daemon=True)
        self._thread.start()

    def submit(self, act: Callable[[sqlite3.Connection], _T]) -> Future[_T]:
        """Have this done inside a transaction; the result is there once it is committed.

        The future raises what `act` or the commit raised; nothing of it was stored then.

        Raises:
            StoreError: the writer was closed.
        """
        if self._closed:
            raise StoreError("the store is closed")
        work = _Work(act)
        self._queue.put(work)
        return work.done

    def close(self) -> None:
        """Do all that was submitted, then end the thread and close the database."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        going_on = True
        while going_on:
            waiting = [self._queue.get()]
            while len(waiting) < _AT_ONCE and not self._queue.empty():
                waiting.append(self._queue.get())
            going_on = None not in waiting
            # One whose asker has left is not begun.
            works = [w for w in waiting if w and w.done.set_running_or_notify_cancel()]
            _write(self._db, works)
        self._db.close()


def _write(db: sqlite3.Connection, works: list[_Work]) -> None:
    try:
        results = _transact(db, works)
    except Exception as error:  # noqa: BLE001 - whatever it is belongs to who asked
        if len(works) == 1:
            works[0].done.set_exception(error)
            return
        for work in works:
            _write(db, [work])
    else:
        for work, result in zip(works, results, strict=True):
            work.done.set_result(result)


def _transact(db: sqlite3.Connection, works: list[_Work]) -> list[Any]:
    try:
        db.execute("BEGIN IMMEDIATE")
        results = [work.act(db) for work in works]
        db.execute("COMMIT")
    except BaseException:
        # A full disk may have rolled it back already.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return results
