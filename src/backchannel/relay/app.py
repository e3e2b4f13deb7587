"""The relay as a web application: `POST /1` takes a request and gives an answer, `GET /health`.

What the relay says, refusals included, is in the body; the status is 200 unless the body of the
request could not be taken at all. Everything is in bodies and nothing in addresses or headers, so
that a proxy in front of the relay, which logs those, learns no mailbox.

Nothing of a request is logged. An error is logged as the name of its kind, for messages and
tracebacks can quote what was sent.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from backchannel.post.codec import MAX_REQUEST, decode_request, encode_answer
from backchannel.post.errors import MalformedError, OldProtocolError, TooLargeError
from backchannel.post.messages import (
    Answer,
    Collect,
    Collected,
    Put,
    Reason,
    Stored,
    refuse,
)
from backchannel.relay.bells import Bells
from backchannel.relay.limits import Limits
from backchannel.relay.store import Store

CONTENT_TYPE = "application/cbor"
OK = 200

Endpoint = Callable[[HttpRequest], Awaitable[Response]]
_SWEEP_SECONDS = 3_600
_log = logging.getLogger("backchannel.relay")


class Relay:
    """The two endpoints over a store, and the long polls between them."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self._store = store
        self._limits = limits
        self.bells = Bells(limits.waiting)

    def app(self) -> Starlette:
        """Return the application; while it runs, it sweeps every hour."""
        routes = [
            Route("/1", self._guarded(self.post), methods=["POST"]),
            Route("/health", self._guarded(self.health), methods=["GET"]),
        ]
        return Starlette(routes=routes, lifespan=self._sweeping)

    async def post(self, http: HttpRequest) -> Response:
        """Take a request and answer it."""
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                body = await _read_body(http)
        except TooLargeError:
            return _response(refuse(Reason.TOO_LARGE), status=413)
        except TimeoutError:
            return _response(refuse(Reason.MALFORMED), status=408)
        return _response(await self._answer(body, http))

    async def health(self, _: HttpRequest) -> Response:
        """Say whether the store can be read."""
        await self._store.check()
        return PlainTextResponse("ok\n")

    async def _answer(self, body: bytes, http: HttpRequest) -> Answer:
        try:
            request = decode_request(body)
        except OldProtocolError:
            return refuse(Reason.OLD_PROTOCOL)
        except TooLargeError:
            return refuse(Reason.TOO_LARGE)
        except MalformedError:
            return refuse(Reason.MALFORMED)
        answer = await self._store.ask(request)
        if isinstance(request, Put) and isinstance(answer, Stored):
            self.bells.ring(request.mailbox)
        if isinstance(request, Collect) and request.wait and _is_empty(answer):
            return await self._wait(request, http)
        return answer

    async def _wait(self, request: Collect, http: HttpRequest) -> Answer:
        """Ask again once a letter has come, time is up, the client has left, or the relay stops."""
        with self.bells.waiting(request.mailbox) as bell:
            if bell is None:
                return refuse(Reason.QUOTA)
            # One may have come since the mailbox was looked into, when no bell was here to ring.
            answer = await self._store.ask(request)
            if not _is_empty(answer):
                return answer
            await _first_of(request.wait, bell.wait(), http.receive())
        return await self._store.ask(request)

    def _guarded(self, endpoint: Endpoint) -> Endpoint:
        """Return the endpoint with its faults answered, and logged without what was sent."""

        async def guarded(http: HttpRequest) -> Response:
            try:
                return await endpoint(http)
            except ClientDisconnect:
                return Response(status_code=400)  # nobody is there to read it
            except Exception as error:  # noqa: BLE001 - whatever it is, its text stays here
                _log.error("a request could not be answered: %s", type(error).__name__)
                return PlainTextResponse("the relay failed\n", status_code=500)

        return guarded

    @asynccontextmanager
    async def _sweeping(self, _: Starlette) -> AsyncIterator[None]:
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


async def _read_body(http: HttpRequest) -> bytes:
    """Return the body, never holding more than a little over the limit.

    Raises:
        TooLargeError: the rest of it is left unread, and the connection closed.
    """
    body = bytearray()
    async for part in http.stream():
        body += part
        if len(body) > MAX_REQUEST:
            raise TooLargeError(f"a request has at most {MAX_REQUEST} bytes")
    return bytes(body)


async def _first_of(seconds: float, *events: Awaitable[object]) -> None:
    tasks = [asyncio.ensure_future(event) for event in events]
    try:
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


def _response(answer: Answer, status: int = OK) -> Response:
    # What was not read of a refused body would be taken for the next request.
    headers = {} if status == OK else {"connection": "close"}
    return Response(
        encode_answer(answer), status_code=status, headers=headers, media_type=CONTENT_TYPE
    )
