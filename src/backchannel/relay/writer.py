"""One thread that writes, and commits in one go whatever has come to wait meanwhile.

A commit costs one sync of the disk however much it holds. While one is under way the next requests
queue up; the thread then takes all of them into one transaction, and answers them after its commit.
So the relay keeps up with many senders at once without answering anyone before the letter is safe.

If anything in a transaction fails, all of it is rolled back and done again one by one, so that only
what fails by itself is refused.

Whoever waits is told from the writer's thread, once for all of a transaction: waking an event loop
costs more than most of what it is woken for.
"""

import asyncio
import queue
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from backchannel.relay.errors import StoreError

_AT_ONCE = 256  # works in one transaction: bounds how much has to be done again

_T = TypeVar("_T")
Act = Callable[[sqlite3.Connection], Any]


@dataclass(slots=True)
class _Work:
    act: Act
    done: "Future[Any] | asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop | None = None  # of an asker that awaits it

    def begins(self) -> bool:
        """Tell whether it is still wanted: one whose asker has left is not begun."""
        if isinstance(self.done, Future):
            return self.done.set_running_or_notify_cancel()
        return not self.done.cancelled()


def one_by_one(db: sqlite3.Connection, acts: Sequence[Act]) -> list[Any]:
    """Carry out what waits in the order in which it came, and return the results."""
    return [act(db) for act in acts]


class Writer:
    """The only writer of this process. May be asked from any thread.

    Args:
        db: a connection that is the writer's from now on; closed with it.
        carry_out: what is done with the acts of one transaction.
    """

    def __init__(
        self,
        db: sqlite3.Connection,
        carry_out: Callable[[sqlite3.Connection, Sequence[Act]], list[Any]] = one_by_one,
    ) -> None:
        self._db = db
        self._carry_out = carry_out
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
        done: Future[_T] = Future()
        self._put(_Work(act, done))
        return done

    def ask(self, act: Callable[[sqlite3.Connection], _T]) -> "asyncio.Future[_T]":
        """Do as `submit` does, for a coroutine: its event loop is woken once a transaction."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[_T] = loop.create_future()
        self._put(_Work(act, done, loop))
        return done

    def close(self) -> None:
        """Do all that was submitted, then end the thread and close the database."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
        self._thread.join()

    def _put(self, work: _Work) -> None:
        if self._closed:
            raise StoreError("the store is closed")
        self._queue.put(work)

    def _run(self) -> None:
        going_on = True
        while going_on:
            waiting = [self._queue.get()]
            while len(waiting) < _AT_ONCE and not self._queue.empty():
                waiting.append(self._queue.get())
            going_on = None not in waiting
            _tell(self._write([work for work in waiting if work and work.begins()]))
        self._db.close()

    def _write(self, works: list[_Work]) -> "list[tuple[_Work, partial[None]]]":
        """Carry out in one transaction, else each in its own; return what is to be told to whom."""
        try:
            results = self._transact([work.act for work in works])
        except Exception as error:  # noqa: BLE001 - whatever it is belongs to who asked
            if len(works) == 1:
                return [(works[0], partial(works[0].done.set_exception, error))]
            return [told for work in works for told in self._write([work])]
        told = zip(works, results, strict=True)
        return [(work, partial(work.done.set_result, result)) for work, result in told]

    def _transact(self, acts: list[Act]) -> list[Any]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            results = self._carry_out(self._db, acts)
            self._db.execute("COMMIT")
        except BaseException:
            # A full disk may have rolled it back already.
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        return results


def _tell(told: "list[tuple[_Work, partial[None]]]") -> None:
    """Give everybody their result, coroutines in the thread of their event loop."""
    awaited: defaultdict[asyncio.AbstractEventLoop, list[Any]] = defaultdict(list)
    for work, give in told:
        if work.loop is None:
            give()
        else:
            awaited[work.loop].append((work.done, give))
    for loop, gifts in awaited.items():
        with suppress(RuntimeError):  # the loop is closed: nobody is left to be told
            loop.call_soon_threadsafe(_give, gifts)


def _give(gifts: "list[tuple[asyncio.Future[Any], partial[None]]]") -> None:
    for done, give in gifts:
        if not done.done():  # its asker has left meanwhile
            give()
