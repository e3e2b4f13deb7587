"""Leave to use a note, on the page: the mediator asks its author, who allows or denies it.

Promised: a party sees what was asked of it alone; what it allows is the very wording it is shown.
"""

from dataclasses import dataclass

from starlette.responses import Response

from backchannel.channel.caucus import Note, Question, Request
from backchannel.channel.disclosure import View
from backchannel.channel.handling import Attribution
from backchannel.channel.names import NoteId
from backchannel.channel.proposals import words_of
from backchannel.channel.rules import NoteState, RequestState
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.web.note_pages import own
from backchannel.desk.web.searching import part
from backchannel.desk.web.visit import Address, Visit, attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A request as it stands on the page, with the note it is about as that reads today."""

    key: str
    request: Request
    note: str
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Usable:
    """A live note of a party whose author can be asked for a use of it."""

    key: str
    text: str
    handling: str


async def requests(visit: Visit) -> Response:
    """Show a party what the mediator asks leave for, what waits first."""
    key = visit.path("channel")
    view = await visit.run(lambda desk: own(desk, key))
    return visit.page(
        "requests.html",
        channel=key,
        mediates=False,
        part=part(visit, _askings(view)),
        questions=_unanswered(view, from_party=False),
    )


async def answer(visit: Visit) -> Response:
    """Allow or deny a use."""
    if visit.request.method == "GET":
        return visit.go(f"/c/{visit.path('channel')}/requests")
    return await attempt(visit, _answer, requests, f"why-{visit.path('request')}")


async def _answer(visit: Visit) -> Response:
    key, which = visit.path("channel"), visit.path("request")
    given, text = visit.field("answer"), visit.field(f"why-{which}")
    if given not in {"allow", "deny"}:
        raise UsageError("choose whether you allow or deny it")
    allowed = given == "allow"

    def act(desk: Desk) -> None:
        if which not in own(desk, key).requests:
            raise UsageError("there is no such request here; look at the list again")
        session.answer_use(desk, key, which, allowed=allowed, text=text)

    await visit.run(act)
    done = (
        visit.gettext("Allowed, in just that wording. It goes out with the courier.")
        if allowed
        else visit.gettext("Denied. It goes out with the courier.")
    )
    return visit.go(f"/c/{key}/requests", done)


async def ask_use(visit: Visit) -> Response:
    """Show the mediator what it asked of a party, and ask for a use of one of its notes."""
    if visit.request.method == "POST":
        return await attempt(visit, _ask_use, _asked_of, "note")
    return await _asked_of(visit)


async def _asked_of(visit: Visit) -> Response:
    key, seat = visit.path("channel"), visit.path("seat")
    name = await visit.run(lambda desk: seat_name(desk, key, seat))
    view = await visit.run(lambda desk: session.view(desk, key, seat=seat))
    number = visit.request.query_params.get("page", "")
    return visit.page(
        "requests_ask.html",
        channel=key,
        seat=seat,
        name=name,
        mediates=True,
        # One number for both lists would turn them together: what was asked folds away unpaged.
        asked=_askings(view)[:50],
        asked_count=len(view.requests),
        part=part(visit, _usable(view, visit.field("note"), first=not number)),
        attributions=list(Attribution),
        questions=_unanswered(view, from_party=True),
    )


async def _ask_use(visit: Visit) -> Response:
    key, seat, which = visit.path("channel"), visit.path("seat"), visit.field("note")
    text = visit.field("text")
    try:
        attribution = Attribution(visit.field("attribution"))
    except ValueError as error:
        visit.faults["attribution"] = "say as whose words you would use it"
        raise UsageError(visit.faults["attribution"]) from error

    def act(desk: Desk) -> str:
        name = seat_name(desk, key, seat)
        # A note of another party would be asked of that one, from this one's page.
        if which not in session.view(desk, key, seat=seat).notes:
            raise UsageError(f"choose a note of {name} that you would use")
        session.request_use(desk, key, which, attribution=attribution, text=text)
        return name

    name = await visit.run(act)
    done = visit.gettext("Asked %(name)s. It goes out with the courier.", name=name)
    return visit.go(f"/c/{key}/with/{seat}/requests", done)


def seat_name(desk: Desk, key: str, seat: str) -> str:
    """Return the name of a party at the mediator's desk. Raises: UsageError."""
    for each, known in session.record(desk, key).seats.items():
        if each == seat:
            return known.name
    raise UsageError("there is no such party in this channel; go back to the channel's page")


def _askings(view: View) -> list[Asking]:
    """Return all requests, the newest first, but before them those that wait for an answer."""
    found = [
        Asking(
            key=key,
            request=each,
            note=words_of(view.notes[each.asked.note].said),
            open=each.state is RequestState.ASKED,
        )
        for key, each in reversed(list(view.requests.items()))
    ]
    return sorted(found, key=lambda each: not each.open)


def _usable(view: View, chosen: str, *, first: bool) -> list[Usable]:
    """Return the live notes with a use, newest first; `first`: before them the chosen one."""

    def shown(key: NoteId, note: Note) -> Usable:
        return Usable(key=key, text=words_of(note.said), handling=note.handling.words)

    # A use that the author has not ticked cannot be asked for: the rules refuse it.
    found = [
        shown(key, note)
        for key, note in reversed(list(view.notes.items()))
        if note.state is NoteState.LIVE and note.handling.uses
    ]
    return sorted(found, key=lambda each: each.key != chosen) if first else found


def _unanswered(view: View, *, from_party: bool) -> list[Question]:
    return [q for q in view.questions.values() if q.from_party == from_party and not q.answered]


ROUTES: list[Address] = [
    ("/c/{channel}/requests", requests, False),
    ("/c/{channel}/requests/{request}", answer, False),
    ("/c/{channel}/with/{seat}/requests", ask_use, False),
]
