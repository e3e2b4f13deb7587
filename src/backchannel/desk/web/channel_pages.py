"""A channel on the page: a party's caucus with the mediator, or the mediator's with each party."""

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from backchannel.channel.disclosure import Shown, View
from backchannel.channel.handling import Attribution, Handling
from backchannel.channel.rules import NoteState
from backchannel.channel.said import Said
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.caucus_page import author
from backchannel.desk.screen.entry_words import identifier, text_of, what
from backchannel.desk.session import CaucusInfo, ChannelInfo
from backchannel.desk.web.fields import moment_if_any
from backchannel.desk.web.searching import part
from backchannel.desk.web.visit import Address, Visit, attempt

USES = {
    "as-ours": (
        Attribution.AUTHOR,
        "May be conveyed as ours",
        "The mediator may tell the other side, with our name.",
    ),
    "non-paper": (
        Attribution.NOBODY,
        "May be conveyed without attribution",
        "The mediator may tell the other side, without saying whose it is.",
    ),
    "mediators-idea": (
        Attribution.MEDIATOR,
        "May be used as the mediator's own idea",
        "The mediator may put it forward as its own.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry as it stands on the page. `mine`: from the side that sits at this desk."""

    key: str
    author: str
    what: str
    text: str
    at: datetime
    mine: bool
    note: str
    rows: tuple[tuple[str, ...], ...]
    not_before: datetime | None
    expires: datetime | None


async def channel(visit: Visit) -> Response:
    """Show a channel: to a party its caucus, to the mediator everybody it speaks with."""
    key = visit.path("channel")
    info = await visit.run(lambda desk: _info(desk, key))
    if info.role == "mediator":
        record = await visit.run(lambda desk: session.record(desk, key))
        return visit.page("seats.html", info=info, record=record, channel=key, mediates=True)
    return await _caucus(visit, info, info.caucuses[0], "")


async def seat(visit: Visit) -> Response:
    """Show the mediator's caucus with one party."""
    key, seat_ = visit.path("channel"), visit.path("seat")
    info = await visit.run(lambda desk: _info(desk, key))
    known = {each.caucus: each for each in info.caucuses}
    if info.role != "mediator" or seat_ not in known:
        raise UsageError("there is no such party in this channel; go back to the channel's page")
    return await _caucus(visit, info, known[seat_], seat_)


async def _caucus(visit: Visit, info: ChannelInfo, with_: CaucusInfo, seat_: str) -> Response:
    view = await visit.run(lambda desk: session.view(desk, info.channel, seat=seat_))
    shown = part(visit, view.entries, newest_last=True)
    return visit.page(
        "caucus.html",
        info=info,
        channel=info.channel,
        mediates=bool(seat_),
        caucus=with_,
        seat=seat_,
        view=view,
        lines=[_line(each, view, mediates=bool(seat_)) for each in shown.things],
        number=shown.number,
        last=shown.last,
        uses=USES,
        questions=_open_questions(view, mediates=bool(seat_)),
    )


def uses_in(visit: Visit) -> frozenset[Attribution]:
    """Return the uses that were ticked."""
    return frozenset(USES[each][0] for each in visit.fields("may") if each in USES)


def handling_in(visit: Visit) -> Handling:
    """Return the handling as the form says."""
    return Handling(
        uses=uses_in(visit),
        ask_first=bool(visit.field("ask_first")),
        only_if=visit.field("only_if").strip(),
    )


async def say(visit: Visit) -> Response:
    """Say something to the mediator, under the handling that was ticked."""
    return await attempt(visit, _say, channel, "text")


async def _say(visit: Visit) -> Response:
    key, text = visit.path("channel"), visit.field("text")
    handling = handling_in(visit)
    begins, ends = moment_if_any(visit, "not_before"), moment_if_any(visit, "expires")

    def act(desk: Desk) -> str:
        return session.say(
            desk,
            key,
            text=text,
            handling=handling,
            not_before=begins,
            expires=ends,
            answers=visit.field("answers"),
        )

    await visit.run(act)
    return visit.go(
        f"/c/{key}",
        visit.gettext(
            "Said, %(handling)s. It goes out with the courier.", handling=visit.ours(handling.words)
        ),
    )


async def ask(visit: Visit) -> Response:
    """Ask the mediator; at the mediator's desk, a party."""
    return await attempt(visit, _ask, _back, "question")


async def _ask(visit: Visit) -> Response:
    key, seat_ = visit.path("channel"), visit.request.path_params.get("seat", "")
    text = visit.field("question")
    await visit.run(lambda desk: session.ask(desk, key, text=text, seat=seat_))
    return visit.go(_way(visit), visit.gettext("Asked."))


async def withdraw(visit: Visit) -> Response:
    """Withdraw a note: no further use."""
    return await attempt(visit, _withdraw, channel)


async def _withdraw(visit: Visit) -> Response:
    key, note = visit.path("channel"), visit.path("note")
    await visit.run(lambda desk: session.withdraw(desk, key, note))
    return visit.go(
        f"/c/{key}", visit.gettext("Withdrawn. What was conveyed before stays conveyed.")
    )


async def tell(visit: Visit) -> Response:
    """Say something to a party as the mediator."""
    return await attempt(visit, _tell, seat, "text")


async def _tell(visit: Visit) -> Response:
    key, seat_, text = visit.path("channel"), visit.path("seat"), visit.field("text")
    answers = visit.field("answers")
    await visit.run(lambda desk: session.remark(desk, key, seat_, text=text, answers=answers))
    return visit.go(
        _way(visit), visit.gettext("Said as the mediator. It goes out with the courier.")
    )


async def _back(visit: Visit) -> Response:
    return await (seat(visit) if "seat" in visit.request.path_params else channel(visit))


def _way(visit: Visit) -> str:
    key, seat_ = visit.path("channel"), visit.request.path_params.get("seat", "")
    return f"/c/{key}/with/{seat_}" if seat_ else f"/c/{key}"


def _info(desk: Desk, key: str) -> ChannelInfo:
    for each in session.channels(desk):
        if each.channel == key:
            return each
    raise UsageError("there is no such channel at this desk; go back to the list of channels")


def _line(entry: Shown, view: View, *, mediates: bool) -> Line:
    event = entry.event
    said = event if isinstance(event, Said) else None
    live = entry.note is not None and entry.note.state is NoteState.LIVE
    return Line(
        key=identifier(event),
        author=author(entry, view),
        what=what(entry, view),
        text=text_of(event),
        at=event.at,
        mine=entry.from_party != mediates,
        note=said.note if said and live and not mediates else "",
        rows=getattr(event, "rows", ()),
        not_before=said.not_before if said else None,
        expires=said.expires if said else None,
    )


def _open_questions(view: View, *, mediates: bool) -> list[tuple[str, str]]:
    """Return the other side's questions that are not answered: identifier and words."""
    waiting = {
        key
        for key, question in view.questions.items()
        if question.from_party == mediates and not question.answered
    }
    if not waiting:
        return []
    texts = {identifier(entry.event): text_of(entry.event) for entry in view.entries}
    return [(key, texts.get(key, "")) for key in view.questions if key in waiting]


ROUTES: list[Address] = [
    ("/c/{channel}", channel, False),
    ("/c/{channel}/say", say, False),
    ("/c/{channel}/ask", ask, False),
    ("/c/{channel}/withdraw/{note}", withdraw, False),
    ("/c/{channel}/with/{seat}", seat, False),
    ("/c/{channel}/with/{seat}/tell", tell, False),
    ("/c/{channel}/with/{seat}/ask", ask, False),
]
