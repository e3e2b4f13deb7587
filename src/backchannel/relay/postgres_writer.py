"""Threads that write to PostgreSQL, and commit in one go whatever has come to wait meanwhile.

Other relays write to the same database. So each work names what it decides about, a mailbox or a
voucher, and a transaction first takes a lock on everything that its works name, always in the same
order: no two transactions ever wait for each other. The locks are on names, not on rows, for what
is decided is also that there is no such row; and a mailbox that does not exist takes as long.

All works of one mailbox go to one thread, and are done in the order in which they came. The other
relays are told of the mailboxes whose waiting readers shall look again, with the commit itself.

If anything in a transaction fails, all of it is rolled back and done again one by one. If the
server was lost, nothing is: whoever asked will ask again, and every request can be repeated.

Source: PostgreSQL documentation, "Explicit Locking: Advisory Locks"; "NOTIFY".
"""

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from backchannel.relay.errors import StoreError
from backchannel.relay.postgres_bells import CHANNEL
from backchannel.relay.postgres_database import Adapted, Connection

_HANDS = 2  # threads: while one waits for the disk, the other goes on
_AT_ONCE = 128  # works in one transaction; each takes a lock or two of the server's few thousand
_LOCK = "SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS names (key)"
_RING = "SELECT pg_notify(%s, mailbox) FROM unnest(%s::text[]) AS rung (mailbox)"
_KEY_BYTES = 8  # names are random: the first of their bytes tell them apart well enough

_T = TypeVar("_T")


class Transaction(Adapted):
    """What a work is done with."""

    def __init__(self, db: Connection) -> None:
        super().__init__(db)
        self.rung: set[bytes] = set()

    def ring(self, mailbox: bytes) -> None:
        """Have the readers who wait there at other relays told, once this is committed."""
        self.rung.add(mailbox)


@dataclass(slots=True)
class _Work:
    names: Sequence[bytes]
    act: Callable[[Transaction], Any]
    done: Future[Any] = field(default_factory=Future)


class PostgresWriter:
    """All writing of this process. `submit` may be called from any thread.

    Args:
        connect: gives a connection to write with; called again when one was lost.
    """

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._closed = False
        self._hands = [_Hand(connect) for _ in range(_HANDS)]
        # What is not yet answered when the process ends was promised to nobody.
        self._threads = [threading.Thread(target=hand.run, daemon=True) for hand in self._hands]
        for thread in self._threads:
            thread.start()

    def submit(self, names: Sequence[bytes], act: Callable[[Transaction], _T]) -> Future[_T]:
        """Have this done inside a transaction; the result is there once it is committed.

        Args:
            names: what it decides about, the mailbox first; each 8 bytes or longer.
            act: what is done. It may be done twice, the first time rolled back.

        Raises:
            StoreError: the writer was closed.
        """
        if self._closed:
            raise StoreError("the store is closed")
        work = _Work(names, act)
        self._hands[names[0][0] % _HANDS].works.put(work)
        return work.done

    def is_ours(self, number: int) -> bool:
        """Tell whether the process of the server with this number works for this writer."""
        return any(hand.served_by == number for hand in self._hands)

    def close(self) -> None:
        """Do all that was submitted, then end the threads and close their connections."""
        if not self._closed:
            self._closed = True
            for hand in self._hands:
                hand.works.put(None)
        for thread in self._threads:
            thread.join()


class _Hand:
    """One thread's work, and its connection."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self.works: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self.served_by = 0
        self._connect = connect
        self._db: Connection | None = None

    def run(self) -> None:
        """Work until told that nothing more will come."""
        going_on = True
        while going_on:
            waiting = [self.works.get()]
            while len(waiting) < _AT_ONCE and not self.works.empty():
                waiting.append(self.works.get())
            going_on = None not in waiting
            # One whose asker has left is not begun.
            works = [w for w in waiting if w and w.done.set_running_or_notify_cancel()]
            if works:
                self._write(works)
        if self._db is not None:
            self._db.close()

    def _write(self, works: list[_Work]) -> None:
        try:
            results = _transact(self._connected(), works)
        except Exception as error:  # noqa: BLE001 - whatever it is belongs to who asked
            if len(works) == 1 or self._is_lost():
                for work in works:
                    work.done.set_exception(error)
                return
            for work in works:
                self._write([work])
        else:
            for work, result in zip(works, results, strict=True):
                work.done.set_result(result)

    def _connected(self) -> Connection:
        if self._db is None or self._db.closed:
            self._db = None  # if there can be no other, these works fail and the next ones try
            self._db = self._connect()
            self.served_by = self._db.info.backend_pid
        return self._db

    def _is_lost(self) -> bool:
        return self._db is None or self._db.closed


def _transact(db: Connection, works: list[_Work]) -> list[Any]:
    with db.transaction():
        db.execute(_LOCK, (_keys(works),))
        transaction = Transaction(db)
        results = [work.act(transaction) for work in works]
        if transaction.rung:
            db.execute(_RING, (CHANNEL, [mailbox.hex() for mailbox in sorted(transaction.rung)]))
    return results


def _keys(works: list[_Work]) -> list[int]:
    """Return the locks to take. Sorted: this is what keeps two transactions out of a deadlock."""
    names = {name[:_KEY_BYTES] for work in works for name in work.names}
    return sorted(int.from_bytes(name, signed=True) for name in names)
