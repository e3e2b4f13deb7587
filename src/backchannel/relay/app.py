"""The relay as a web application: `POST /1`, a socket at `/1/push`, `GET /health`.

Everything is in bodies and messages and nothing in addresses or headers, so that a proxy in front
of the relay, which logs those, learns no mailbox.

Nothing of a request is logged. An error is logged as the name of its kind, for messages and
tracebacks can quote what was sent.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from backchannel.post.codec import decode_request
from backchannel.post.errors import MalformedError, OldProtocolError, TooLargeError
from backchannel.post.messages import (
    Answer,
    Closed,
    Collect,
    Collected,
    Reason,
    Rotated,
    Stored,
    refuse,
)
from backchannel.relay.bells import Bells
from backchannel.relay.limits import Limits
from backchannel.relay.posting import Posting
from backchannel.relay.push import Push
from backchannel.relay.store import Store

_SWEEP_SECONDS = 3_600
# After these, whoever waits at the mailbox looks again: a letter has come, or what was shown there
# holds no longer.
_RINGING = (Stored, Rotated, Closed)
_log = logging.getLogger("backchannel.relay")


class _App(Starlette):
    """The application. Requests go straight to their endpoint, past all that finds one."""

    def __init__(self, relay: "Relay") -> None:
        self._posting = Posting(relay.answer, relay.limits.body_seconds)
        routes = [
            Route("/1", self._posting, methods=["POST"]),
            WebSocketRoute("/1/push", relay.push.listen),
            Route("/health", relay.health, methods=["GET"]),
        ]
        super().__init__(routes=routes, lifespan=relay.sweeping)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, one socket, or the life of the server."""
        if scope.get("path") == "/1" and scope.get("method") == "POST":
            await self._posting(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


class Relay:
    """The endpoints over a store, and the long polls between them."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self._store = store
        self.limits = limits
        self.bells = Bells(limits.waiting)
        self.push = Push(store, self.bells, limits)

    def app(self) -> Starlette:
        """Return the application; while it runs, it sweeps every hour."""
        return _App(self)

    async def health(self, _: HttpRequest) -> Response:
        """Say whether the store can be read."""
        try:
            await self._store.check()
        except Exception as error:  # noqa: BLE001 - whatever it is, its text stays here
            _log.error("the store could not be read: %s", type(error).__name__)
            return PlainTextResponse("the relay failed\n", status_code=500)
        return PlainTextResponse("ok\n")

    async def answer(self, body: bytes, receive: Receive) -> Answer:
        """Return the answer to a request, a collection's when its long poll is over."""
        try:
            request = decode_request(body)
        except OldProtocolError:
            return refuse(Reason.OLD_PROTOCOL)
        except TooLargeError:
            return refuse(Reason.TOO_LARGE)
        except MalformedError:
            return refuse(Reason.MALFORMED)
        answer = await self._store.ask(request)
        if isinstance(answer, _RINGING):
            self.bells.ring(request.mailbox)
        if isinstance(request, Collect) and request.wait and _is_empty(answer):
            return await self._wait(request, receive)
        return answer

    async def _wait(self, request: Collect, receive: Receive) -> Answer:
        """Ask again once a letter has come, time is up, the client has left, or the relay stops."""
        with self.bells.waiting(request.mailbox) as bell:
            if bell is None:
                return refuse(Reason.QUOTA)
            # One may have come since the mailbox was looked into, when no bell was here to ring.
            answer = await self._store.ask(request)
            if not _is_empty(answer):
                return answer
            await _first_of(request.wait, bell.wait(), receive())
        return await self._store.ask(request)

    @asynccontextmanager
    async def sweeping(self, _: Starlette) -> AsyncIterator[None]:
        """Sweep every hour for as long as this holds."""
        task = asyncio.create_task(self._sweep_hourly())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _sweep_hourly(self) -> None:
        while True:
            try:
                await self._store.sweep()
            except Exception as error:  # noqa: BLE001 - a full disk must not end the sweeping
                _log.error("expired letters were not deleted: %s", type(error).__name__)
            await asyncio.sleep(_SWEEP_SECONDS)


def _is_empty(answer: Answer) -> bool:
    return isinstance(answer, Collected) and not answer.letters


async def _first_of(seconds: float, *events: Awaitable[object]) -> None:
    tasks = [asyncio.ensure_future(event) for event in events]
    try:
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
