"""One request at the desk's page: who asks, what was typed, and the ways to answer.

Promised: a form does something only with a mark of this session, and once; whatever is refused is
answered with the same page, what was typed still in it, and the reason beside it. What was typed
into a form that met a locked desk is there again after unlocking. Errors of this software say
nothing of what was typed.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from backchannel.channel.errors import ChannelError
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.errors import DeskError, UsageError
from backchannel.desk.web.entry import MARK_BYTES, Session
from backchannel.desk.web.keeper import Keeper, LockedError
from backchannel.desk.web.languages import COOKIE, Language, chosen
from backchannel.desk.web.painting import Painting
from backchannel.post.errors import PostError
from backchannel.seal.errors import SealError
from backchannel.wire.errors import WireError

MARK: Final = "mark"
HERE: Final = "here"  # the field of every form that names the page it stands on
KNOWN_FAULTS: Final = (DeskError, ChannelError, SealError, PostError, WireError)
MAX_FIELDS: Final = 1_000
SEE_OTHER: Final = 303

T = TypeVar("T")
Handler = Callable[["Visit"], Awaitable[Response]]
Address = tuple[str, Handler, bool]  # the third: it answers while the desk is locked too
Act = Callable[[Desk], T]


@dataclass(slots=True)
class Site:
    """What all requests share. `address`: 127.0.0.1 and the port. `zone`: the reader's, or None."""

    keeper: Keeper
    painting: Painting
    address: str
    zone: tzinfo | None


@dataclass(slots=True)
class Visit:
    """One request of a known browser. `typed`: a form's fields; `faults`: by field, in words.

    `recalled`: what stands in the forms was typed earlier and not sent.
    """

    site: Site
    request: Request
    session: Session
    typed: Mapping[str, list[str]] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    recalled: bool = False

    def field(self, name: str) -> str:
        """Return what was typed into a field, lines ending as they do here; empty if nothing."""
        values = self.typed.get(name, [""])
        return values[0].replace("\r\n", "\n")

    def fields(self, name: str) -> list[str]:
        """Return everything that was chosen under a name."""
        return list(self.typed.get(name, []))

    def gettext(self, message: str, **values: object) -> str:
        """Return words of the page itself, with `%(name)s` filled in."""
        return self.language.gettext(message, **values)

    @property
    def language(self) -> Language:
        """Return the language in which this browser is answered."""
        asked = self.request.headers.get("accept-language", "")
        return chosen(self.request.cookies.get(COOKIE, ""), asked)

    def ours(self, text: str) -> str:
        """Return a sentence made below the page in the reader's language, if it is known."""
        return self.language.sentence(text) or text

    def path(self, name: str) -> str:
        """Return a part of the address."""
        return str(self.request.path_params[name])

    @property
    def unattended(self) -> bool:
        """Whether an open page asks by itself, for news: nobody sees the answer as a new page."""
        return "hx-request" in self.request.headers

    async def recall(self) -> None:
        """Take what was typed into this page's forms and not sent: kept, or met a locked desk."""
        if self.request.method != "GET" or self.unattended or not self.site.keeper.unlocked:
            return
        here = self.request.url.path
        typed = await self.run(lambda desk: session.drafts_of(desk, here))
        page, kept = self.session.kept
        if page == here:
            typed, self.session.kept = {**typed, **kept}, ("", {})
        self.typed, self.recalled = typed, bool(typed)

    async def forget(self, answer: Response) -> None:
        """Drop the draft of a form that has done what it says."""
        if self.request.method == "POST" and answer.status_code == SEE_OTHER:
            where = (self.field(HERE), self.request.url.path)
            with suppress(LockedError):
                await self.run(lambda desk: session.drop_draft(desk, *where))

    async def run(self, use: Act[T]) -> T:
        """Do something with the desk. Raises: LockedError, DeskError, ChannelError."""
        return await self.site.keeper.run(use, unattended=self.unattended)

    def page(self, template: str, **values: Any) -> Response:  # noqa: ANN401 - for a template
        """Return a page; status 422 if something that was typed is refused in it."""
        notice = ""
        # A page that looks for news by itself shows none of it, and must not use it up.
        if not self.unattended:
            notice, self.session.notice = self.session.notice, ""
        text = self.site.painting.page(
            template,
            self.language.code,
            visit=self,
            here=self.request.url.path,
            notice=notice,
            unlocked=self.site.keeper.unlocked,
            courier=self.site.keeper.courier,
            desk_name=self.site.keeper.folder.name,
            **values,
        )
        return HTMLResponse(text, status_code=422 if self.faults else 200)

    def mark(self) -> str:
        """Return a mark for a form of this page."""
        return self.session.mark(self.site.keeper.outside.draw(MARK_BYTES))

    def go(self, address: str, notice: str = "") -> Response:
        """Return the way to another page, which says what was done."""
        self.session.notice = notice
        if self.request.method == "POST":
            self.session.finish(self.field(MARK), address)
        return RedirectResponse(address, status_code=SEE_OTHER)


async def typed(request: Request) -> dict[str, list[str]]:
    """Return the fields of a form. Raises: UsageError, for a body that is none."""
    try:
        text = (await request.body()).decode()
        return parse_qs(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except (ValueError, ClientDisconnect) as error:
        raise UsageError("this is no form that a page of the desk has sent") from error


async def attempt(visit: Visit, act: Handler, again: Handler, beside: str = "") -> Response:
    """Return what an action answers; if it is refused, its page again with the reason.

    `beside`: the field beside which the reason stands if the action names none; empty: on top.
    """
    try:
        return await act(visit)
    except LockedError:
        raise
    except KNOWN_FAULTS as fault:
        visit.faults.setdefault(beside, str(fault))
    return await again(visit)


@contextmanager
def beside(visit: Visit, name: str) -> Iterator[None]:
    """Let what is refused stand beside a field too, not only on top of the page."""
    try:
        yield
    except KNOWN_FAULTS as fault:
        visit.faults.setdefault(name, str(fault))
        raise


def posted(act: Handler, again: Handler, way: Callable[[Visit], str], beside_: str = "") -> Handler:
    """Return what does something when its form is sent; whoever only asks is led to the page.

    `again`: the page itself; `way`: its address. `beside_`: as `attempt` takes it.
    """

    async def handler(visit: Visit) -> Response:
        if visit.request.method != "POST":
            return visit.go(way(visit))
        return await attempt(visit, act, again, beside_)

    return handler


async def mediated(visit: Visit) -> dict[str, Any]:
    """Return whether this desk mediates the channel of a page, and the parties that are seated."""
    key = visit.path("channel")
    if await visit.run(lambda desk: session.role(desk, key)) != "mediator":
        return {"mediates": False, "parties": []}
    record = await visit.run(lambda desk: session.record(desk, key))
    seated = [seat.name for seat in record.seats.values() if not seat.closed]
    return {"mediates": True, "parties": seated}
