"""Rings of other relays on the same PostgreSQL, heard by one thread.

A ring carries the id of a mailbox, and reaches nobody but who may connect to the database. It is a
hint: whoever was woken looks into the store. Rings are lost while the server is; a long poll then
ends with its time, and a socket looks again within a minute.
"""

import selectors
import socket
import threading
from collections.abc import Callable
from contextlib import closing, suppress

import psycopg

from backchannel.relay.errors import StoreError
from backchannel.relay.postgres_database import Connection

CHANNEL = "backchannel_relay"
_AGAIN_SECONDS = 1.0  # between two tries to reach a server that is gone


class Hearing:
    """Listens until it is closed.

    Args:
        connect: gives a connection to listen with; called again when one was lost.
        ring: called in the listening thread with the mailbox of each ring.
        is_ours: tells by its number whether a server process works for this relay.

    Raises:
        StoreError: the server is not there.
    """

    def __init__(
        self,
        connect: Callable[[], Connection],
        ring: Callable[[bytes], None],
        is_ours: Callable[[int], bool],
    ) -> None:
        self._connect = connect
        self._ring = ring
        self._is_ours = is_ours
        self._waker, self._woken = socket.socketpair()
        try:
            listening = self._listening()
        except BaseException:
            self._end()
            raise
        self._thread = threading.Thread(target=self._run, args=(listening,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening, and return once it has stopped."""
        self._waker.send(b"x")
        self._thread.join()
        self._end()

    def _run(self, listening: Connection | None) -> None:
        while listening is not None:
            with closing(listening), suppress(psycopg.OperationalError):
                self._hear(listening)
                return
            listening = self._again()

    def _hear(self, listening: Connection) -> None:
        """Pass rings on until told to stop. Raises: OperationalError, when the server is gone."""
        while not self._is_told_to_stop(listening):
            for ring in listening.notifies(timeout=0):
                # A letter put here has rung the bells here already.
                if not self._is_ours(ring.pid):
                    self._ring(bytes.fromhex(ring.payload))

    def _again(self) -> Connection | None:
        """Return a new connection once the server is there; None when told to stop."""
        while not self._is_told_to_stop(seconds=_AGAIN_SECONDS):
            with suppress(StoreError):
                return self._listening()
        return None

    def _listening(self) -> Connection:
        listening = self._connect()
        try:
            listening.execute(f"LISTEN {CHANNEL}".encode())
        except psycopg.Error as error:
            listening.close()
            raise StoreError("the PostgreSQL server was lost") from error
        return listening

    def _is_told_to_stop(self, *also: Connection, seconds: float | None = None) -> bool:
        """Wait for that, for something to read, or for so long; tell whether it was that."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._woken, selectors.EVENT_READ)
            for readable in also:
                selector.register(readable, selectors.EVENT_READ)
            ready = [key.fileobj for key, _ in selector.select(seconds)]
        return self._woken in ready

    def _end(self) -> None:
        self._waker.close()
        self._woken.close()
