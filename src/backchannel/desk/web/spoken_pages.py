"""What a party said by mouth, recorded on the mediator's page: heard, allowed, taken back.

Promised: it is the mediator's own record, goes to no desk, and is never shown as written by a
party; words leave it only after a second look.
"""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from backchannel.channel.handling import Attribution
from backchannel.channel.oral import How
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.session import Aloud, HeardRow, Hearing, ToldRow
from backchannel.desk.web.channel_pages import USES, handling_in
from backchannel.desk.web.correction_pages import read_rows
from backchannel.desk.web.fields import moment_if_any
from backchannel.desk.web.holding import hold, release
from backchannel.desk.web.request_pages import seat_name
from backchannel.desk.web.searching import part
from backchannel.desk.web.visit import Address, Visit, attempt

Spoken = HeardRow | ToldRow
WAYS = {how.name: how for how in How}


async def spoken(visit: Visit) -> Response:
    """Show what was spoken with a party, the newest first; record what it said."""
    if visit.request.method == "POST":
        return await attempt(visit, _hear, _spoken, "text")
    return await _spoken(visit)


async def _spoken(visit: Visit) -> Response:
    name, rows = await visit.run(lambda desk: _rows(desk, *_at(visit)))
    lines = [(isinstance(row, HeardRow), row) for row in reversed(rows)]
    return visit.page(
        "spoken.html", **where(visit), name=name, part=part(visit, lines), ways=WAYS, uses=USES
    )


async def _hear(visit: Visit) -> Response:
    (key, seat), way = _at(visit), aloud(visit)
    hearing = Hearing(
        text=visit.field("text"),
        handling=handling_in(visit),
        rows=read_rows(visit, "rows"),
        not_before=moment_if_any(visit, "not_before"),
        expires=moment_if_any(visit, "expires"),
    )
    await visit.run(lambda desk: session.heard(desk, key, seat, hearing, aloud=way))
    done = visit.gettext(
        "Recorded as heard: %(handling)s. It goes to no desk.", handling=hearing.handling.words
    )
    return visit.go(_way(visit), done)


async def heard(visit: Visit) -> Response:
    """Show one note that was heard, and what its author may have said of it since."""
    name, row = await _row(visit)
    return visit.page(
        "heard.html",
        **where(visit),
        name=name,
        row=row,
        ways=WAYS,
        attributions=list(Attribution),
    )


async def leave(visit: Visit) -> Response:
    """Record that the author allowed a use by mouth."""
    if visit.request.method == "GET":
        return visit.go(_way(visit, "note"))
    return await attempt(visit, _leave, heard, "attribution")


async def _leave(visit: Visit) -> Response:
    (key, _), which, text = _at(visit), visit.path("note"), visit.field("text")
    await _row(visit)
    attribution, way = attribution_of(visit), aloud(visit)

    def act(desk: Desk) -> str:
        return session.heard_leave(desk, key, which, attribution=attribution, aloud=way, text=text)

    await visit.run(act)
    done = visit.gettext("Leave recorded: %(use)s, in just these words.", use=attribution.words)
    return visit.go(_way(visit), done)


async def take_back(visit: Visit) -> Response:
    """Record that the author took it back; to erase its words, after a second look."""
    if visit.request.method == "GET":
        return visit.go(_way(visit, "note"))
    if visit.field("step") == "do":
        return await attempt(visit, _erase, _look)
    return await attempt(visit, _look if visit.field("erase") else _take_back, heard)


async def _take_back(visit: Visit) -> Response:
    (key, _), which = _at(visit), visit.path("note")
    await _row(visit)
    await visit.run(lambda desk: session.take_back_heard(desk, key, which))
    return visit.go(
        _way(visit), visit.gettext("Taken back. What was conveyed before stays conveyed.")
    )


async def _look(visit: Visit) -> Response:
    name, row = await _row(visit)
    return hold(visit, "heard_erase.html", **where(visit), name=name, row=row)


async def _erase(visit: Visit) -> Response:
    (key, _), which = _at(visit), visit.path("note")
    await _row(visit)
    release(visit, {})
    await visit.run(lambda desk: session.take_back_heard(desk, key, which, erase=True))
    return visit.go(
        _way(visit),
        visit.gettext("Erased from this desk. What was conveyed before stays conveyed."),
    )


def aloud(visit: Visit) -> Aloud:
    """Return how something was spoken, as the form says. Raises: UsageError, beside its field."""
    how = WAYS.get(visit.field("how"))
    if how is None:
        visit.faults["how"] = "choose how it was spoken"
        raise UsageError(visit.faults["how"])
    now = visit.site.keeper.outside.now().replace(second=0, microsecond=0)
    at = moment_if_any(visit, "spoken") or now
    if at > now:
        visit.faults["spoken"] = "this is still to come: give the time at which it was spoken"
        raise UsageError(visit.faults["spoken"])
    return Aloud(how=how, spoken=at, person=visit.field("person").strip())


def attribution_of(visit: Visit) -> Attribution:
    """Return as whose words, as the form says. Raises: UsageError, beside its field."""
    try:
        return Attribution(visit.field("attribution"))
    except ValueError as error:
        visit.faults["attribution"] = "choose as whose words"
        raise UsageError(visit.faults["attribution"]) from error


def where(visit: Visit) -> dict[str, Any]:
    """Return what all templates of the mediator's pages with one party are given."""
    key, seat = _at(visit)
    return {"channel": key, "seat": seat, "mediates": True}


def _rows(desk: Desk, key: str, seat: str) -> tuple[str, Sequence[Spoken]]:
    return seat_name(desk, key, seat), session.spoken(desk, key, seat=seat)


async def _row(visit: Visit) -> tuple[str, HeardRow]:
    """Return the party's name, and the note it said by mouth. Raises: UsageError."""
    name, rows = await visit.run(lambda desk: _rows(desk, *_at(visit)))
    for row in rows:
        if isinstance(row, HeardRow) and row.note == visit.path("note"):
            return name, row
    raise UsageError(f"nothing of this kind was heard from {name}; look at the list again")


def _at(visit: Visit) -> tuple[str, str]:
    return visit.path("channel"), visit.path("seat")


def _way(visit: Visit, *parts: str) -> str:
    key, seat = _at(visit)
    return "/".join((f"/c/{key}/with/{seat}/spoken", *(visit.path(each) for each in parts)))


ROUTES: list[Address] = [
    ("/c/{channel}/with/{seat}/spoken", spoken, False),
    ("/c/{channel}/with/{seat}/spoken/{note}", heard, False),
    ("/c/{channel}/with/{seat}/spoken/{note}/allow", leave, False),
    ("/c/{channel}/with/{seat}/spoken/{note}/back", take_back, False),
]
