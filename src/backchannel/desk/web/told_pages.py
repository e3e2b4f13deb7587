"""What a party was told by mouth, recorded on the mediator's page under the rules of conveying.

Promised: what a handling forbids is refused, or recorded as the breach it was, with the reason;
it is shown once more, held, and who was told is confirmed by name before it stands in the record.
"""

from dataclasses import dataclass

from starlette.responses import Response

from backchannel.channel.handling import Attribution
from backchannel.channel.knowledge import Fact, who_knows_what
from backchannel.channel.rules import NoteState
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.screen.preview_page import heard_words
from backchannel.desk.session import Conveying
from backchannel.desk.web.correction_pages import read_rows
from backchannel.desk.web.holding import confirming, hold, release
from backchannel.desk.web.request_pages import seat_name
from backchannel.desk.web.spoken_pages import WAYS, aloud, attribution_of, where
from backchannel.desk.web.visit import Address, Visit, attempt

FIRST = 50  # notes that stand openly; older ones fold away, all in one form


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A live note of another party that a telling can rest on."""

    author: str
    fact: Fact


async def told(visit: Visit) -> Response:
    """Record what a party was told: chosen, looked at once more, recorded."""
    if visit.request.method == "GET":
        return await _choose(visit)
    if visit.field("step") == "do":
        return await attempt(visit, _do, _look)
    return await attempt(visit, _look, _choose)


async def _choose(visit: Visit) -> Response:
    key, seat = visit.path("channel"), visit.path("seat")
    name, grounds = await visit.run(lambda desk: _grounds(desk, key, seat))
    return visit.page(
        "told.html",
        **where(visit),
        name=name,
        newest=grounds[:FIRST],
        older=grounds[FIRST:],
        ways=WAYS,
        attributions=list(Attribution),
        heard_words=heard_words,
    )


async def _look(visit: Visit) -> Response:
    key, telling, way = visit.path("channel"), _telling(visit), aloud(visit)
    breach = visit.field("breach").strip()
    preview = await visit.run(
        lambda desk: session.preview_told(desk, key, telling, aloud=way, breach=breach)
    )
    return hold(
        visit,
        "told_look.html",
        **where(visit),
        preview=preview,
        way=way,
        reason=breach,
        confirm=confirming([preview.party]),
    )


async def _do(visit: Visit) -> Response:
    key, telling, way = visit.path("channel"), _telling(visit), aloud(visit)
    name = await visit.run(lambda desk: seat_name(desk, key, telling.seat))
    breach = visit.field("breach").strip()
    release(visit, confirming([name]))
    await visit.run(
        lambda desk: session.told_by_mouth(desk, key, telling, aloud=way, breach=breach)
    )
    done = visit.gettext("Recorded: %(name)s was told %(how)s.", name=name, how=way.how.value)
    return visit.go(f"/c/{key}/with/{telling.seat}/spoken", done)


def _telling(visit: Visit) -> Conveying:
    return Conveying(
        seat=visit.path("seat"),
        attribution=attribution_of(visit),
        rests_on=visit.fields("note"),
        text=visit.field("text"),
        rows=read_rows(visit, "rows"),
        condition_met_by=visit.field("condition_met_by").strip(),
    )


def _grounds(desk: Desk, key: str, seat: str) -> tuple[str, list[Ground]]:
    """Return the party's name, and the live notes of the others, the newest first."""
    name, state = seat_name(desk, key, seat), session.record(desk, key)
    found = [
        Ground(author=state.seats[known.fact.author].name, fact=known.fact)
        for known in who_knows_what(state)
        if known.seat == seat and known.fact.state is NoteState.LIVE
    ]
    return name, sorted(found, key=lambda each: each.fact.at, reverse=True)


ROUTES: list[Address] = [
    ("/c/{channel}/with/{seat}/told", told, False),
]
