"""One desk's open socket, which ends when the desk is too slow, silent, or told that we stop.

The web server underneath speaks WebSocket; it waits without end for a client to take what was
written, answers any number of pings, and keeps any number of parts of one message. Here each of
these has its limit.
"""

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from backchannel.relay.limits import Limits

_AGREEING_SECONDS = 0.5
_PARTS = 8  # of one message: parts without content would not count towards its size


class Socket(WebSocketsSansIOProtocol):
    """A socket with a time for what the desk alone can finish."""

    limits: ClassVar[Limits] = Limits()

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the web server's own
        super().__init__(*args, **kwargs)
        self.close_timeout = self.limits.head_seconds
        self._timer: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        """Give the desk its time to take what waits."""
        super().pause_writing()
        self._end_in(self.limits.answer_seconds)

    def resume_writing(self) -> None:
        """Go on: the desk has taken it."""
        super().resume_writing()
        if not self.transport.is_closing():
            self._stop_timer()

    def handle_ping(self) -> None:
        """Answer a ping, unless the answers to others wait to be taken already."""
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.transport.abort()

    def handle_cont(self, event: Frame) -> None:
        """Take one more part of a message."""
        if len(self.frames) >= _PARTS:
            self.transport.abort()
            return
        super().handle_cont(event)

    def keepalive_timeout(self) -> None:
        """End it: a desk that does not answer a ping will not answer a farewell."""
        self.transport.abort()

    def on_task_complete(self, task: "asyncio.Task[None]") -> None:
        """Give the desk its time to take the last answer and agree to the end."""
        super().on_task_complete(task)
        self._end_in(self.limits.answer_seconds)

    def shutdown(self) -> None:
        """Say that we stop; do not wait for the desk to agree, as TLS does."""
        super().shutdown()
        self._end_in(_AGREEING_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timer."""
        self._stop_timer()
        super().connection_lost(exc)

    def _end_in(self, seconds: float) -> None:
        # Whatever comes first of two ends stays.
        when = self.loop.time() + seconds
        if self._timer is None or when < self._timer.when():
            self._stop_timer()
            self._timer = self.loop.call_at(when, self.transport.abort)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
