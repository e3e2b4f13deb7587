"""Rounds on the page: called, moved, cancelled, recorded by the mediator; answered by a party.

Promised: whoever is called is called by itself, after a second look, confirmed by name; a party's
page says nothing of who else is called, who came, or what was made of it.
"""

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from backchannel.channel.names import check_name, check_text
from backchannel.channel.rounds import check_people
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.rounds_page import RoundShown, rounds
from backchannel.desk.session import Meeting
from backchannel.desk.web.fields import lines_in, moment_in, standing
from backchannel.desk.web.holding import confirming, hold, release
from backchannel.desk.web.reaching import Reach, reach, twice
from backchannel.desk.web.searching import part
from backchannel.desk.web.visit import Address, Visit, beside, mediated, posted

COMING = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Calling:
    """What those called are about to read; `begins` is None: the round does not take place."""

    reaches: Reach
    begins: datetime | None
    place: str
    text: str


async def listed(visit: Visit) -> Response:
    """Show the rounds; at the mediator's desk, with the form that calls one."""
    key = visit.path("channel")
    known = await visit.run(lambda desk: rounds(desk, key))
    return visit.page(
        "rounds.html",
        channel=key,
        part=part(visit, known, newest_last=True),
        **await mediated(visit),
    )


async def round_(visit: Visit) -> Response:
    """Show one round, and what can be done about it at this desk."""
    each, at = await visit.run(lambda desk: _found(visit, desk)), await mediated(visit)
    if at["mediates"]:
        begins = each.begins.strftime("%Y-%m-%dT%H:%MZ")
        standing(visit, "begins", {"begins": [begins], "place": [each.place], "text": [each.text]})
        came = {"attendance": ["\n".join(each.attendance)], "debrief": [each.debrief]}
        standing(visit, "debrief", came)
    else:
        standing(visit, "say", _answered(each))
    return visit.page(
        "rounds_one.html", channel=visit.path("channel"), each=each, page=_way(visit), **at
    )


def _answered(each: RoundShown) -> dict[str, list[str]]:
    answer = each.guests[0].answer
    if answer is None:
        return {}
    coming = next(key for key, comes in COMING.items() if comes is answer.coming)
    return {"coming": [coming], "people": ["\n".join(answer.people)], "say": [answer.text]}


async def _look(visit: Visit) -> Response:
    calling = await visit.run(lambda desk: _calling(visit, desk))
    return hold(
        visit,
        "rounds_look.html",
        channel=visit.path("channel"),
        mediates=True,
        calling=calling,
        moves="round" in visit.request.path_params,
        action=visit.request.url.path,
        back=_way(visit),
        confirm=confirming(calling.reaches.parties),
    )


async def _call(visit: Visit) -> Response:
    key = visit.path("channel")
    calling = await visit.run(lambda desk: _calling(visit, desk))
    names = calling.reaches.parties
    release(visit, confirming(names))
    made = await visit.run(lambda desk: session.call_round(desk, key, names, _meeting(calling)))
    notice = visit.gettext("Called: %(names)s, each by itself.", names=", ".join(names))
    return visit.go(f"/c/{key}/rounds/{made}", notice)


async def _move(visit: Visit) -> Response:
    key, which = visit.path("channel"), visit.path("round")
    calling = await visit.run(lambda desk: _calling(visit, desk))
    release(visit, confirming(calling.reaches.parties))
    meeting = _meeting(calling)
    await visit.run(lambda desk: session.move_round(desk, key, which, lambda _: meeting))
    notice = visit.gettext("The round is moved; whoever had answered is asked again.")
    return visit.go(_way(visit), notice)


async def _cancel(visit: Visit) -> Response:
    key, which = visit.path("channel"), visit.path("round")
    calling = await visit.run(lambda desk: _calling(visit, desk))
    release(visit, confirming(calling.reaches.parties))
    await visit.run(lambda desk: session.cancel_round(desk, key, which, text=calling.text))
    return visit.go(_way(visit), visit.gettext("The round is cancelled; those called are told."))


def _meeting(calling: Calling) -> Meeting:
    if calling.begins is None:
        raise UsageError("say when the round begins")
    return Meeting(begins=calling.begins, place=calling.place, text=calling.text)


def _calling(visit: Visit, desk: Desk) -> Calling:
    """Return what would be told to whom. Raises: UsageError or MalformedError, beside its field."""
    key = visit.path("channel")
    if visit.request.url.path.endswith("/cancel"):
        each = _found(visit, desk)
        with beside(visit, "why"):
            text = check_text(visit.field("why"), what="text", empty=True)
        reaches = reach(desk, key, _called(desk, key, each))
        return Calling(reaches=reaches, begins=None, place=each.place, text=text)
    begins = moment_in(visit, "begins")
    with beside(visit, "begins"):
        if begins <= desk.minute():
            raise UsageError("the round would have begun already; name a time to come")
    with beside(visit, "place"):
        place = check_name(visit.field("place").strip())
    with beside(visit, "text"):
        text = check_text(visit.field("text"), what="text", empty=True)
    moves = "round" in visit.request.path_params
    with beside(visit, "" if moves else "party"):
        names = _called(desk, key, _found(visit, desk)) if moves else visit.fields("party")
        reaches = reach(desk, key, names)
    return Calling(reaches=reaches, begins=begins, place=place, text=text)


def _called(desk: Desk, key: str, each: RoundShown) -> list[str]:
    """Return who was called to a round, and is still there."""
    there = {s.name for s in session.record(desk, key).seats.values() if not s.closed}
    return [guest.name for guest in each.guests if guest.name in there]


async def _held(visit: Visit) -> Response:
    key, which, words = visit.path("channel"), visit.path("round"), visit.field("debrief")
    with beside(visit, "attendance"):
        check_people(came := lines_in(visit, "attendance"))
    with beside(visit, "debrief"):
        check_text(words, what="debrief", empty=True)

    def act(desk: Desk) -> None:
        session.hold_round(desk, key, which, attendance=came, debrief=words)

    await visit.run(act)
    return visit.go(_way(visit), visit.gettext("Recorded. Nobody is told."))


async def _answer(visit: Visit) -> Response:
    key, which, say = visit.path("channel"), visit.path("round"), visit.field("say")
    with beside(visit, "coming"):
        if (coming := COMING.get(visit.field("coming"))) is None:
            raise UsageError("choose whether you come")
    with beside(visit, "people"):
        check_people(people := lines_in(visit, "people"))
        if people and not coming:
            raise UsageError("who does not come sends nobody; leave the names out")
    with beside(visit, "say"):
        check_text(say, what="text", empty=True)

    def act(desk: Desk) -> None:
        session.answer_round(desk, key, which, coming=coming, people=people, text=say)

    await visit.run(act)
    come, stay = "The mediator is told that you come.", "The mediator is told that you do not come."
    return visit.go(_way(visit), visit.gettext(come if coming else stay))


def _found(visit: Visit, desk: Desk) -> RoundShown:
    for each in rounds(desk, visit.path("channel")):
        if each.key == visit.path("round"):
            return each
    raise UsageError("there is no such round here; go back to the rounds")


def _list(visit: Visit) -> str:
    return f"/c/{visit.path('channel')}/rounds"


def _way(visit: Visit) -> str:
    which = visit.request.path_params.get("round", "")
    return f"{_list(visit)}/{which}" if which else _list(visit)


ROUTES: list[Address] = [
    ("/c/{channel}/rounds", listed, False),
    ("/c/{channel}/rounds/call", twice(_look, _call, listed, _list), False),
    ("/c/{channel}/rounds/{round}", round_, False),
    ("/c/{channel}/rounds/{round}/move", twice(_look, _move, round_, _way), False),
    ("/c/{channel}/rounds/{round}/cancel", twice(_look, _cancel, round_, _way), False),
    ("/c/{channel}/rounds/{round}/held", posted(_held, round_, _way), False),
    ("/c/{channel}/rounds/{round}/answer", posted(_answer, round_, _way), False),
]
