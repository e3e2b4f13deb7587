"""Conveying on the mediator's page: notes are chosen, worded, shown once more, held, and sent."""

from dataclasses import dataclass

from starlette.responses import Response

from backchannel.channel.handling import Attribution
from backchannel.channel.knowledge import Fact, who_knows_what
from backchannel.channel.rules import NoteState
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.session import Conveying, ConveyPreview
from backchannel.desk.web.holding import confirming, hold, release
from backchannel.desk.web.visit import Address, Visit, attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A note of another party; `told`: this one has been told of it already."""

    author: str
    fact: Fact
    told: bool


async def convey(visit: Visit) -> Response:
    """Choose what to convey to a party; look at it once more; convey it."""
    if visit.request.method == "GET":
        return await _choose(visit)
    if visit.field("step") == "do":
        return await attempt(visit, _do, _look)
    return await attempt(visit, _look, _choose)


async def _choose(visit: Visit) -> Response:
    key, seat = visit.path("channel"), visit.path("seat")
    name, choices = await visit.run(lambda desk: _choices(desk, key, seat))
    return visit.page(
        "convey.html",
        channel=key,
        mediates=True,
        seat=seat,
        name=name,
        choices=choices,
        attributions=list(Attribution),
    )


async def _look(visit: Visit) -> Response:
    key, asked = visit.path("channel"), _asked(visit)
    preview = await visit.run(lambda desk: session.preview_convey(desk, key, asked))
    return hold(
        visit,
        "convey_look.html",
        channel=key,
        mediates=True,
        seat=asked.seat,
        asked=asked,
        preview=preview,
        confirm=confirming([preview.party]),
    )


async def _do(visit: Visit) -> Response:
    key, asked = visit.path("channel"), _asked(visit)
    preview = await visit.run(lambda desk: session.preview_convey(desk, key, asked))
    release(visit, confirming([preview.party]))
    await visit.run(lambda desk: session.convey(desk, key, asked))
    return visit.go(f"/c/{key}/with/{asked.seat}", _said(visit, preview))


def _said(visit: Visit, preview: ConveyPreview) -> str:
    return visit.gettext(
        "Conveyed to %(name)s, %(attribution)s. It goes out with the courier.",
        name=preview.party,
        attribution=visit.ours(preview.attribution.words),
    )


def _asked(visit: Visit) -> Conveying:
    try:
        attribution = Attribution(visit.field("attribution"))
    except ValueError as error:
        raise UsageError("say as whose words it is conveyed") from error
    return Conveying(
        seat=visit.path("seat"),
        attribution=attribution,
        rests_on=visit.fields("note"),
        text=visit.field("text"),
        condition_met_by=visit.field("condition_met_by"),
        override_unverified=visit.field("override").strip(),
    )


def _choices(desk: Desk, key: str, seat: str) -> tuple[str, list[Choice]]:
    """Return the party's name, and the live notes of the others, the newest first."""
    state = session.record(desk, key)
    names = {str(each): known.name for each, known in state.seats.items()}
    if seat not in names:
        raise UsageError("there is no such party in this channel; go back to the channel's page")
    choices = [
        Choice(
            author=names[known.fact.author],
            fact=known.fact,
            told=bool(known.told),
        )
        for known in who_knows_what(state)
        if known.seat == seat and known.fact.state is NoteState.LIVE
    ]
    return names[seat], sorted(choices, key=lambda each: each.fact.at, reverse=True)


ROUTES: list[Address] = [
    ("/c/{channel}/with/{seat}/convey", convey, False),
]
