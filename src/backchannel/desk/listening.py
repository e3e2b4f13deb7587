"""How a desk waits at a mailbox: by push where the way to the relay allows it, else by long poll.

Both bring the same answers. A socket that has ended is replaced; where a proxy, or the relay, does
not do push, long polls take its place without a word, and push is tried again after some minutes.
One socket for each mailbox: two mailboxes asked for on one connection would tell the relay that
they belong to one desk, and so link caucuses of a channel.
"""

import contextlib
import time
from collections.abc import Callable
from enum import Enum
from typing import Protocol, runtime_checkable

from backchannel.post.errors import NotPushedError, RelayDownError
from backchannel.post.messages import Answer, Collect, Request
from backchannel.post.relay_port import RelayPort

PAUSE = 300.0  # seconds until push is tried again


class Way(Enum):
    """By which way the letters of a mailbox come in."""

    PUSH = "push"
    LONG_POLL = "long poll"


class Pushes(Protocol):
    """An open socket; see `PushSocket`."""

    close: Callable[[], None]

    def ask(self, request: Collect) -> Answer:
        """Return what is pushed. Raises: RelayDownError."""
        ...


@runtime_checkable
class PushPort(RelayPort, Protocol):
    """A way to a relay that may do push; see `Carrier`."""

    def push(self) -> Pushes:
        """Open a socket. Raises: NotPushedError, RelayDownError."""
        ...


class Listening:
    """The `RelayPort` of one listener. For one thread; `way` may be read by others.

    Args:
        port: the way to the relay.
        opened: called when the relay has agreed to push: letters may be long in coming.
        clock: gives seconds.
    """

    def __init__(
        self,
        port: RelayPort,
        opened: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._port = port
        self._opened = opened
        self._clock = clock
        self._again = 0.0
        self._socket: Pushes | None = None
        self.way: Way | None = None

    def ask(self, request: Request) -> Answer:
        """Return the answer, a collection's by push if that can be; see `RelayPort.ask`."""
        if isinstance(request, Collect):
            with contextlib.suppress(NotPushedError):
                return self._pushed(request)
            self.way = Way.LONG_POLL
        return self._port.ask(request)

    def _pushed(self, request: Collect) -> Answer:
        if self._socket is not None:
            # It may have been closed since it was last used: then another one, at once.
            with contextlib.suppress(RelayDownError):
                return self._asked(self._socket, request)
        if not isinstance(self._port, PushPort) or self._clock() < self._again:
            raise NotPushedError("push is not tried now")
        try:
            self._socket = self._port.push()
        except NotPushedError:
            self._again = self._clock() + PAUSE
            raise
        self._opened()
        return self._asked(self._socket, request)

    def _asked(self, socket: Pushes, request: Collect) -> Answer:
        self.way = Way.PUSH
        try:
            return socket.ask(request)
        except BaseException:
            self._socket = None
            socket.close()
            raise
