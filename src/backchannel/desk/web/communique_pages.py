"""Communiqués on the page: put and released by the mediator, agreed to or not by each party.

Promised: what is put, released or taken back was looked at once more, everybody it reaches
confirmed by name; a party answers beside the text, credit and holding line as they stand, and its
page says nothing of what another party answered.
"""

from collections.abc import Callable

from starlette.responses import Response

from backchannel.channel.names import check_text
from backchannel.channel.rules import CommuniqueLife, Consent
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.communiques_page import CommuniqueShown, communiques
from backchannel.desk.session import Wording
from backchannel.desk.web.fields import moment_if_any
from backchannel.desk.web.holding import confirming, hold, release
from backchannel.desk.web.reaching import Reach, reach, twice
from backchannel.desk.web.searching import part
from backchannel.desk.web.visit import Address, Visit, beside, mediated

ANSWERS = {"agree": True, "withhold": False}
DEEDS: dict[str, tuple[Callable[[Desk, str, str], None], str]] = {
    "release": (session.release_communique, "Released: it may be said in public."),
    "hold": (session.use_holding_line, "All are told to use the holding line."),
    "withdraw": (session.withdraw_communique, "It is put no longer. Why is not told."),
}


async def listed(visit: Visit) -> Response:
    """Show the communiqués; at the mediator's desk, with the form that puts one."""
    key = visit.path("channel")
    known = await visit.run(lambda desk: communiques(desk, key))
    return visit.page(
        "communiques.html",
        channel=key,
        part=part(visit, known, newest_last=True),
        **await mediated(visit),
    )


async def communique(visit: Visit) -> Response:
    """Show one communiqué, who agrees as far as this desk may know, and what can be done."""
    each = await visit.run(lambda desk: _found(visit, desk))
    return visit.page(
        "communiques_one.html",
        channel=visit.path("channel"),
        each=each,
        page=_way(visit),
        lives=CommuniqueLife,
        agreed=all(party.consent is Consent.AGREED for party in each.parties),
        answers=ANSWERS,
        **await mediated(visit),
    )


async def _look_put(visit: Visit) -> Response:
    wording, reaches = await visit.run(lambda desk: _put_to(visit, desk))
    return hold(
        visit,
        "communiques_put.html",
        channel=visit.path("channel"),
        mediates=True,
        each=wording,
        reaches=reaches,
        back=_list(visit),
        confirm=confirming(reaches.parties),
    )


async def _put(visit: Visit) -> Response:
    key, why = visit.path("channel"), visit.field("override").strip()
    wording, reaches = await visit.run(lambda desk: _put_to(visit, desk))
    names = reaches.parties
    release(visit, confirming(names))

    def act(desk: Desk) -> str:
        return session.put_communique(desk, key, names, wording, override_unverified=why)

    made = await visit.run(act)
    notice = visit.gettext(
        "Put to %(names)s. It goes out with the courier.", names=", ".join(names)
    )
    return visit.go(f"/c/{key}/communiques/{made}", notice)


def _put_to(visit: Visit, desk: Desk) -> tuple[Wording, Reach]:
    """Return what would be put to whom. Raises: UsageError or MalformedError, beside its field."""
    with beside(visit, "text"):
        text = check_text(visit.field("text"), what="communique")
    with beside(visit, "credit"):
        credit = check_text(visit.field("credit"), what="credit line", empty=True)
    with beside(visit, "holding_line"):
        line = check_text(visit.field("holding_line"), what="holding line", empty=True)
    begins = moment_if_any(visit, "not_before")
    wording = Wording(text=text, credit=credit, holding_line=line, not_before=begins)
    with beside(visit, "party"):
        reaches = reach(desk, visit.path("channel"), visit.fields("party"))
        if reaches.mute:
            raise UsageError(
                f"{', '.join(reaches.mute)} has no desk at which it could agree: leave it out, or "
                "give it a desk first"
            )
    with beside(visit, "override"):
        if reaches.unverified and not visit.field("override").strip():
            raise UsageError(
                f"the safety words of {', '.join(reaches.unverified)} were not compared: compare "
                "them, or say why it is put nevertheless"
            )
    return wording, reaches


async def _look(visit: Visit) -> Response:
    deed = _deed(visit)
    each, reaches = await visit.run(lambda desk: _reaching(visit, desk))
    return hold(
        visit,
        "communiques_look.html",
        channel=visit.path("channel"),
        mediates=True,
        each=each,
        deed=deed,
        reaches=reaches,
        action=visit.request.url.path,
        back=_way(visit),
        confirm=confirming(reaches.parties),
    )


async def _do(visit: Visit) -> Response:
    act, done = DEEDS[_deed(visit)]
    each, reaches = await visit.run(lambda desk: _reaching(visit, desk))
    release(visit, confirming(reaches.parties))
    await visit.run(lambda desk: act(desk, visit.path("channel"), each.key))
    return visit.go(_way(visit), visit.gettext(done))


def _reaching(visit: Visit, desk: Desk) -> tuple[CommuniqueShown, Reach]:
    """Return the communiqué, and everybody to whom it was put. Raises: UsageError."""
    key, each = visit.path("channel"), _found(visit, desk)
    record = session.record(desk, key)  # refused at the desk of a party
    there = {seat.name for seat in record.seats.values() if not seat.closed}
    names = tuple(party.name for party in each.parties if party.name in there)
    return each, Reach(parties=names, mute=(), unverified=())


async def _look_answer(visit: Visit) -> Response:
    each, agrees = await visit.run(lambda desk: _found(visit, desk)), _agrees(visit)
    at = await mediated(visit)
    if at["mediates"]:
        raise UsageError("a party agrees at its own desk, not the mediator")
    with beside(visit, "say"):
        check_text(visit.field("say"), what="text", empty=True)
    return hold(
        visit,
        "communiques_answer.html",
        channel=visit.path("channel"),
        each=each,
        agrees=agrees,
        back=_way(visit),
        **at,
    )


async def _answer(visit: Visit) -> Response:
    key, which, say = visit.path("channel"), visit.path("communique"), visit.field("say")
    agrees = _agrees(visit)
    release(visit, {})

    def act(desk: Desk) -> None:
        session.answer_communique(desk, key, which, agrees=agrees, text=say)

    await visit.run(act)
    yes = "You agree, and can think again until it is released."
    no = "You do not agree; only the mediator is told."
    return visit.go(_way(visit), visit.gettext(yes if agrees else no))


def _agrees(visit: Visit) -> bool:
    with beside(visit, "answer"):
        if (agrees := ANSWERS.get(visit.field("answer"))) is None:
            raise UsageError("choose whether you agree")
    return agrees


def _found(visit: Visit, desk: Desk) -> CommuniqueShown:
    for each in communiques(desk, visit.path("channel")):
        if each.key == visit.path("communique"):
            return each
    raise UsageError("there is no such communique here; go back to the communiques")


def _deed(visit: Visit) -> str:
    return visit.request.url.path.rsplit("/", 1)[-1]


def _list(visit: Visit) -> str:
    return f"/c/{visit.path('channel')}/communiques"


def _way(visit: Visit) -> str:
    return f"{_list(visit)}/{visit.path('communique')}"


ROUTES: list[Address] = [
    ("/c/{channel}/communiques", listed, False),
    ("/c/{channel}/communiques/put", twice(_look_put, _put, listed, _list), False),
    ("/c/{channel}/communiques/{communique}", communique, False),
    (
        "/c/{channel}/communiques/{communique}/answer",
        twice(_look_answer, _answer, communique, _way),
        False,
    ),
    *(
        (
            f"/c/{{channel}}/communiques/{{communique}}/{deed}",
            twice(_look, _do, communique, _way),
            False,
        )
        for deed in DEEDS
    ),
]
