"""`POST /1`: one request in the body, one answer back, with as little as can be in between.

Every letter takes this way, so it speaks to the web server itself: routes, request and response
objects took longer than understanding a letter and answering it. What the relay says, refusals
included, is in the body; the status is 200 unless the body could not be taken at all.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from starlette.types import Receive, Scope, Send

from backchannel.post.codec import MAX_REQUEST, encode_answer
from backchannel.post.errors import TooLargeError
from backchannel.post.messages import Answer, Reason, refuse

CONTENT_TYPE = b"application/cbor"
OK, GONE, TOO_SLOW, TOO_LARGE, FAILED = 200, 400, 408, 413, 500
_log = logging.getLogger("backchannel.relay")

# Gives the answer to a body; may wait for the message with which a client leaves.
Answering = Callable[[bytes, Receive], Awaitable[Answer]]


class Posting:
    """The endpoint, as the web server calls it."""

    def __init__(self, answering: Answering, body_seconds: float) -> None:
        self._answering = answering
        self._body_seconds = body_seconds

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        """Take a request and answer it; log faults without what was sent."""
        try:
            status, body = await self._answered(receive)
        except Exception as error:  # noqa: BLE001 - whatever it is, its text stays here
            _log.error("a request could not be answered: %s", type(error).__name__)
            await _respond(send, FAILED, b"the relay failed\n", b"text/plain; charset=utf-8")
        else:
            await _respond(send, status, body, CONTENT_TYPE)

    async def _answered(self, receive: Receive) -> tuple[int, bytes]:
        try:
            async with asyncio.timeout(self._body_seconds):
                body = await _read(receive)
        except TooLargeError:
            return TOO_LARGE, encode_answer(refuse(Reason.TOO_LARGE))
        except TimeoutError:
            return TOO_SLOW, encode_answer(refuse(Reason.MALFORMED))
        if body is None:
            return GONE, b""  # nobody is there to read it
        return OK, encode_answer(await self._answering(body, receive))


async def _read(receive: Receive) -> bytes | None:
    """Return the body, never holding more than a little over the limit; None if the client left.

    Raises:
        TooLargeError: the rest of it is left unread, and the connection closed.
    """
    body: bytes | bytearray = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        # Most come in one part; of many small ones none is copied more than once.
        body = _joined(body, part) if body else part
        if len(body) > MAX_REQUEST:
            raise TooLargeError(f"a request has at most {MAX_REQUEST} bytes")
        if not message.get("more_body"):
            return bytes(body)


def _joined(body: bytes | bytearray, part: bytes) -> bytearray:
    joined = body if isinstance(body, bytearray) else bytearray(body)
    joined += part
    return joined


async def _respond(send: Send, status: int, body: bytes, kind: bytes) -> None:
    headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body))]
    if status not in {OK, FAILED}:
        # What was not read of a refused body would be taken for the next request.
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
