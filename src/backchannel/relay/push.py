"""Letters pushed to a desk that holds a socket open, as soon as they are durable.

A desk opens a WebSocket at `/1/push` and sends the `Collect` that it would post for a long poll,
its secret included; the address and the headers tell nothing. The answer comes once a letter lies
there, however long that takes, and is the answer to a long poll, byte for byte. Then the desk asks
again. So a relay sends nothing that was not asked for: a desk that hangs or reads slowly has one
answer waiting for it, and no more.

A socket tells the relay only what a long poll tells: desks open one for each mailbox, for two
mailboxes on one socket would show that they belong together.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.responses import PlainTextResponse
from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect

from backchannel.post.codec import decode_request, encode_answer
from backchannel.post.errors import MalformedError, OldProtocolError
from backchannel.post.messages import Answer, Collect, Collected, Reason, Refused, refuse
from backchannel.relay.bells import Bells
from backchannel.relay.limits import Limits
from backchannel.relay.store import Store

MAX_ASKED = 512  # bytes of a message to the relay: a `Collect` has about a hundred
# However a bell came not to ring, its letter is not late by more than this.
_LOOK_AGAIN_SECONDS = 60.0
_VIOLATION = 1008  # close code: a message that was not to be sent
_FAULT = 1011  # close code: the relay failed
_log = logging.getLogger("backchannel.relay")


class Push:
    """All sockets of one relay. Used from the event loop alone."""

    def __init__(self, store: Store, bells: Bells, limits: Limits) -> None:
        self._store = store
        self._bells = bells
        self._limits = limits
        self._open = 0

    def __len__(self) -> int:
        return self._open

    async def listen(self, socket: WebSocket) -> None:
        """Serve one socket until its desk leaves, breaks a rule, or is refused."""
        # Browsers name the page that asks, and desks are no pages. A page that could open sockets
        # here would lend its visitors' addresses to whoever guesses, or fills the relay.
        if "origin" in socket.headers:
            await _deny(socket, 403)
        elif self._open >= self._limits.sockets:
            await _deny(socket, 503)
        else:
            async with self._counted():
                await self._guarded(socket)

    @asynccontextmanager
    async def _counted(self) -> AsyncIterator[None]:
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1

    async def _guarded(self, socket: WebSocket) -> None:
        try:
            await socket.accept()
            await self._converse(socket)
        except WebSocketDisconnect:
            pass  # nobody is there to read it
        except Exception as error:  # noqa: BLE001 - whatever it is, its text stays here
            _log.error("a socket could not be served: %s", type(error).__name__)
            with suppress(WebSocketDisconnect, RuntimeError):  # it may be closed already
                await socket.close(_FAULT)

    async def _converse(self, socket: WebSocket) -> None:
        seconds = self._limits.head_seconds
        while True:
            try:
                async with asyncio.timeout(seconds):
                    asked = await _asked(socket)
            except TimeoutError:
                break
            answer = await self._answer(asked, socket) if isinstance(asked, Collect) else asked
            await socket.send_bytes(encode_answer(answer))
            if isinstance(answer, Refused):
                break
            seconds = self._limits.idle_seconds
        await socket.close()

    async def _answer(self, request: Collect, socket: WebSocket) -> Answer:
        """Return letters or a refusal. Raises: WebSocketDisconnect, when the desk has left."""
        # Before a place is taken: who is not admitted must not learn whether others wait here.
        answer = await self._store.ask(request)
        if not _is_empty(answer):
            return answer
        with self._bells.waiting(request.mailbox) as bell:
            if bell is None:
                return refuse(Reason.QUOTA)
            heard = asyncio.ensure_future(socket.receive())
            try:
                return await self._rung(request, bell, heard)
            finally:
                heard.cancel()

    async def _rung(
        self, request: Collect, bell: asyncio.Event, heard: "asyncio.Future[Message]"
    ) -> Answer:
        """Look into the mailbox at every ring until a letter lies there, or the desk is heard."""
        while True:
            bell.clear()  # before looking: what comes while we look rings again
            answer = await self._store.ask(request)
            if not _is_empty(answer):
                return answer
            await _first_of(bell, heard)
            if heard.done():
                # It has left, or it asks twice at a time, which would have us keep its questions.
                raise WebSocketDisconnect(_VIOLATION)


async def _asked(socket: WebSocket) -> Collect | Refused:
    """Return what the desk asks, or what it is to be told. Raises: WebSocketDisconnect."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message["code"])
    try:
        request = decode_request(message.get("bytes") or b"")
    except OldProtocolError:
        return refuse(Reason.OLD_PROTOCOL)
    except MalformedError:
        return refuse(Reason.MALFORMED)
    # All else is posted: it would have to wait here until the letter before it has come.
    return request if isinstance(request, Collect) else refuse(Reason.MALFORMED)


async def _first_of(bell: asyncio.Event, heard: "asyncio.Future[Message]") -> None:
    ringing = asyncio.ensure_future(bell.wait())
    try:
        await asyncio.wait(
            (ringing, heard), timeout=_LOOK_AGAIN_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
    finally:
        ringing.cancel()


async def _deny(socket: WebSocket, status: int) -> None:
    await socket.send_denial_response(PlainTextResponse(status_code=status))


def _is_empty(answer: Answer) -> bool:
    return isinstance(answer, Collected) and not answer.letters
