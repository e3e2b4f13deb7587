"""One client's connection, which ends when the client is too slow.

The web server underneath waits without end for the head of a request, and for a client to take an
answer; a few thousand such clients would keep everybody else out. Here the head of a request, and
the taking of an answer, have their time; the body has its own in the application.
"""

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from backchannel.relay.limits import Limits

_AGREEING_SECONDS = 0.5
_HEAD = b"HTTP/1.1 200 "  # of an answer; the application sends its body next, and nothing between


class _Joining:
    """A transport that sends the head of an answer together with its body.

    The web server writes them one after the other, and each would be a call of the system here and
    a wake-up of the client there: together a tenth of what a letter costs.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self.joined = transport
        self._head = b""

    def write(self, data: bytes) -> None:
        """Send it, or keep it until what follows it is written."""
        if not self._head and data.startswith(_HEAD):
            self._head = data
            return
        self.joined.write(self._head + data)
        self._head = b""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a transport has
        return getattr(self.joined, name)


class Connection(HttpToolsProtocol):
    """A connection with a time for each thing that the client alone can finish."""

    limits: ClassVar[Limits] = Limits()

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the web server's own
        super().__init__(*args, **kwargs)
        self._head_timer: asyncio.TimerHandle | None = None
        self._answer_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._joining = _Joining(transport)
        self.transport = self._joining  # type: ignore[assignment]
        self._expect_head()

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over as it was: a socket writes each message at once."""
        self.transport = self._joining.joined
        super().handle_websocket_upgrade()

    def on_message_begin(self) -> None:
        """Begin to wait for the head of this request, unless that has begun already."""
        super().on_message_begin()
        self._expect_head()

    def on_headers_complete(self) -> None:
        """Stop waiting: the head is here."""
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Give the client its time to take what does not fit into the network's buffers."""
        if self.transport.get_write_buffer_size() and self._answer_timer is None:
            seconds = self.limits.answer_seconds
            self._answer_timer = self.loop.call_later(seconds, self._give_up)
        super().on_response_complete()

    def shutdown(self) -> None:
        """Close when what was begun is done; do not wait for the client to agree, as TLS does."""
        super().shutdown()
        self.loop.call_later(_AGREEING_SECONDS, self._end)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop all timers."""
        for timer in (self._head_timer, self._answer_timer):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        if self._head_timer is None:
            seconds = self.limits.head_seconds
            self._head_timer = self.loop.call_later(seconds, self.transport.abort)

    def _end(self) -> None:
        if self.transport.is_closing() and not self.transport.get_write_buffer_size():
            self.transport.abort()

    def _give_up(self) -> None:
        self._answer_timer = None
        if self.transport.get_write_buffer_size():
            self.transport.abort()
