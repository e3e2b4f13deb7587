"""The page as an application: its addresses, who may pass, and the file server for its own parts.

Promised: without the cookie of this launch nothing of the desk is shown; with it, and the desk
locked, only the way to unlock it. A fault of this software shows its kind and nothing else.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from backchannel.desk.errors import UsageError
from backchannel.desk.web.entry import Entry
from backchannel.desk.web.guard import LAUNCH, Guard
from backchannel.desk.web.keeper import LockedError
from backchannel.desk.web.visit import (
    HERE,
    KNOWN_FAULTS,
    MARK,
    Address,
    Handler,
    Site,
    Visit,
    typed,
)

NEWS_SECONDS: Final = 20.0  # between signs of life on a quiet line
_STATIC: Final = Path(__file__).parent / "static"
NOT_OPENED: Final = (
    "This page is opened with `backchannel desk open`, in the browser of the person who sits at "
    "the desk. The address alone opens nothing.\n"
)
TWICE: Final = "This was sent before and was not done a second time."
ENTERED: Final = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>backchannel</title>'
    '<meta http-equiv="refresh" content="0;url=/"></head>'
    '<body><p><a href="/">To the desk</a></p></body></html>'
)


Endpoint = Callable[[Request], Awaitable[Response]]


class Doors:
    """The ways in: the launch, and a check of the cookie before every page."""

    def __init__(self, site: Site, entry: Entry) -> None:
        self.site, self.entry = site, entry
        # Cookies know no ports: another desk's page on this machine must not overwrite ours.
        self.cookie = f"backchannel_{site.address.rpartition(':')[2]}"

    async def enter(self, request: Request) -> Response:
        """Exchange the token of the launch for a cookie."""
        cookie = self.entry.exchange(request.query_params.get("token", ""))
        if cookie is None:
            return PlainTextResponse(NOT_OPENED, status_code=403)
        # A page, no redirect: to the browser the whole chain would come from outside, and a strict
        # cookie would not be sent at its end.
        answer = HTMLResponse(ENTERED)
        answer.set_cookie(self.cookie, cookie, httponly=True, samesite="strict", path="/")
        return answer

    def guarded(self, handler: Handler, *, locked: bool = False) -> Endpoint:
        """Return an endpoint for a handler; `locked`: it answers while the desk is locked too."""

        async def endpoint(request: Request) -> Response:
            session = self.entry.session(request.cookies.get(self.cookie, ""))
            if session is None:
                return PlainTextResponse(NOT_OPENED, status_code=403)
            visit = Visit(self.site, request, session)
            if request.method == "POST" and (answer := await _sent(visit)) is not None:
                return answer
            if not self.site.keeper.unlocked and not locked:
                return _to_unlock(visit)
            try:
                return await _done(visit, handler)
            except LockedError:
                return _to_unlock(visit)
            except KNOWN_FAULTS as fault:
                visit.faults[""] = str(fault)
                return visit.page("fault.html")

        return endpoint

    async def news(self, request: Request) -> Response:
        """Return a stream that says when something at the desk has changed; never what."""
        if self.entry.session(request.cookies.get(self.cookie, "")) is None:
            return PlainTextResponse(NOT_OPENED, status_code=403)
        return StreamingResponse(self._changes(), media_type="text/event-stream")

    async def _changes(self) -> AsyncIterator[str]:
        keeper = self.site.keeper
        yield ": here\n\n"
        told = (keeper.stamp, keeper.unlocked)
        while True:
            async with keeper.news:
                # What changed while the line was slow is told now, not with the next change.
                if (keeper.stamp, keeper.unlocked) == told:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(keeper.news.wait(), NEWS_SECONDS)
            now = (keeper.stamp, keeper.unlocked)
            yield ": here\n\n" if now == told else "event: changed\ndata: \n\n"
            told = now


async def _done(visit: Visit, handler: Handler) -> Response:
    """Return what a page's handler answers; a draft is shown before it and goes with its deed."""
    await visit.recall()
    answer = await handler(visit)
    await visit.forget(answer)
    return answer


async def _sent(visit: Visit) -> Response | None:
    """Take in a form; return an answer if it is none of ours, or was sent before."""
    try:
        visit.typed = await typed(visit.request)
    except UsageError as fault:
        return PlainTextResponse(f"{fault}\n", status_code=400)
    if not visit.session.is_ours(visit.field(MARK)):
        return PlainTextResponse("this form is not of this session\n", status_code=403)
    before = visit.session.led_to(visit.field(MARK))
    if before is None:
        return None
    if visit.unattended:  # a draft that was on its way when its form was sent
        return Response(status_code=204)
    visit.session.notice = visit.gettext(TWICE)
    return RedirectResponse(before, status_code=303)


def _to_unlock(visit: Visit) -> Response:
    if visit.request.method == "POST":
        kept = {name: values for name, values in visit.typed.items() if name != MARK}
        visit.session.kept = (visit.field(HERE), kept)
    if visit.unattended:  # an open page that looked for news: it must not go on showing old ones
        return Response(headers={"HX-Redirect": "/unlock"})
    return RedirectResponse("/unlock", status_code=303)


def application(site: Site, entry: Entry, routes: list[Address]) -> ASGIApp:
    """Return the whole: guard, doors, pages. Each route: address, handler, open while locked."""
    doors = Doors(site, entry)

    @asynccontextmanager
    async def living(_: Starlette) -> AsyncIterator[None]:
        watching = asyncio.create_task(site.keeper.watch())
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            await site.keeper.lock()

    pages = [
        Route(address, doors.guarded(handler, locked=locked), methods=["GET", "POST"])
        for address, handler, locked in routes
    ]
    whole = Starlette(
        routes=[
            Route(LAUNCH, doors.enter),
            Route("/news", doors.news),
            Mount("/static", StaticFiles(directory=_STATIC)),
            *pages,
        ],
        lifespan=living,
    )
    return Guard(whole, site.address)
