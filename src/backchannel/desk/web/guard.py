"""What stands before every page: who may ask at all, how much, and what a browser is told to allow.

Promised: a request is answered only under the one name the desk has on this machine (so a foreign
name that was pointed at it reads nothing), and a request that could change anything only if the
browser says that it comes from the desk's own page; to say nothing is not a pass. No page of
another origin may show, embed, script or read the desk. Nothing is kept by the browser. Sockets
are refused: live news comes as plain responses.

Source: OWASP, "Cross-Site Request Forgery Prevention" (checking Origin); W3C, "Fetch Metadata
Request Headers"; W3C, "Content Security Policy Level 3".
"""

import re
from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY: Final = 2_000_000  # bytes of a form
_LENGTH: Final = re.compile("[0-9]{1,9}")
SAFE: Final = frozenset({"GET", "HEAD"})
# Of the desk itself, or typed and opened from outside any page. A page on another port of this
# machine is "same-site" to the browser, and no friend.
_OURS: Final = frozenset({"same-origin", "none"})
# Opened from a file on this machine, which no browser takes for the desk: the token is the pass.
LAUNCH: Final = "/enter"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": a browser would then call the origin of our own forms "null".
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), clipboard-read=()",
}


class Guard:
    """The outermost layer of the application. `address`: where the desk is, as `127.0.0.1:8731`."""

    def __init__(self, app: ASGIApp, address: str) -> None:
        self._app, self._address = app, address
        self._origin = f"http://{address}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "no sockets here"})
            return
        answer = _with_headers(send)
        if refused := self._refusal(scope):
            status, words = refused
            await PlainTextResponse(f"{words}\n", status_code=status)(scope, receive, answer)
            return
        await self._app(scope, _bounded(receive), answer)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers, method = Headers(scope=scope), scope["method"]
        if headers.getlist("host") != [self._address]:
            return 421, f"this desk is at http://{self._address} and under no other name"
        foreign = headers.get("sec-fetch-site", "none") not in _OURS
        if foreign and scope["path"] != LAUNCH:
            return 403, "a page of another origin asked for this; the desk answers its own alone"
        if method in SAFE:
            return None
        if method != "POST":
            return 405, "only GET and POST are understood"
        if headers.getlist("origin") != [self._origin]:
            return 403, "this did not come from the desk's own page"
        length = headers.get("content-length", "")
        if not _LENGTH.fullmatch(length) or int(length) > MAX_BODY:
            return 413, f"a form has at most {MAX_BODY:,} bytes"
        return None


def _bounded(receive: Receive) -> Receive:
    """Return a way to read the body that ends where the limit is, whatever length was announced."""
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        return {"type": "http.disconnect"} if taken > MAX_BODY else message

    return bounded


def _with_headers(send: Send) -> Send:
    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return answer
