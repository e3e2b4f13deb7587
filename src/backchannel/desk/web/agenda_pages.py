"""The agenda on the page: the mediator's whole, changed item by item, or a party's part of it.

Promised: what parties are shown of an item, or no longer shown, is looked at once more and
confirmed by the name of each; a party's page is made from what that party was shown.
"""

import re
from dataclasses import dataclass, replace

from starlette.responses import Response

from backchannel.channel.agenda import Item, Phase
from backchannel.channel.names import check_name, check_text
from backchannel.channel.terms import MAX_ISSUES, check_options
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.session import Topic
from backchannel.desk.web.fields import lines_in, standing
from backchannel.desk.web.holding import confirming, hold, release
from backchannel.desk.web.reaching import Reach, reach, twice
from backchannel.desk.web.visit import Address, Visit, beside, mediated, posted

PHASES = {each.value.replace(" ", "-"): each for each in Phase}
_NOBODY = Reach(parties=(), mute=(), unverified=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An item as it stands (None: a new one) and as it is to stand, and who notices.

    `place`: of a new one, counted from 1; 0: the last.
    """

    before: Topic | None
    after: Topic
    reaches: Reach
    place: int


async def agenda(visit: Visit) -> Response:
    """Show the agenda; to the mediator with the form for an item, to a party for a topic."""
    key, at = visit.path("channel"), await mediated(visit)
    if not at["mediates"]:
        view = await visit.run(lambda desk: session.view(desk, key))
        return visit.page("agenda.html", channel=key, items=view.agenda, **at)
    topics = await visit.run(lambda desk: session.agenda(desk, key))
    return visit.page(
        "agenda.html", channel=key, topics=topics, address=address, phases=PHASES, **at
    )


async def item(visit: Visit) -> Response:
    """Show the mediator one item, and what can be changed about it."""
    at = await mediated(visit)
    topics, topic = await visit.run(lambda desk: _found(visit, desk))
    now = topic.item
    stands = {
        "title": [now.title],
        "options": ["\n".join(now.options)],
        "text": [now.text],
        "raised_by": [topic.raised_by],
        "party": list(topic.shown_to),
    }
    standing(visit, "title", stands)
    standing(visit, "phase", {"phase": [now.phase.value.replace(" ", "-")]})
    standing(visit, "place", {"place": [str(topics.index(topic) + 1)]})
    return visit.page(
        "agenda_item.html",
        channel=visit.path("channel"),
        topic=topic,
        places=len(topics),
        phases=PHASES,
        page=_way(visit),
        **at,
    )


async def _look(visit: Visit) -> Response:
    wanted = await visit.run(lambda desk: _wanted(visit, desk))
    if not wanted.reaches.parties:
        return await _done(visit, wanted)
    return hold(
        visit,
        "agenda_look.html",
        channel=visit.path("channel"),
        mediates=True,
        wanted=wanted,
        action=visit.request.url.path,
        back=_way(visit),
        confirm=confirming(wanted.reaches.parties),
    )


async def _do(visit: Visit) -> Response:
    wanted = await visit.run(lambda desk: _wanted(visit, desk))
    release(visit, confirming(wanted.reaches.parties))
    return await _done(visit, wanted)


async def _done(visit: Visit, wanted: Wanted) -> Response:
    key, now = visit.path("channel"), wanted.after

    def act(desk: Desk) -> tuple[str, ...]:
        if wanted.before is None:
            return session.add_item(desk, key, now, place=wanted.place)
        return session.change_item(desk, key, now.item.item, lambda _: now)

    names = await visit.run(act)
    return _told(visit, names, address(key, now.item.item) if wanted.before else "")


def _wanted(visit: Visit, desk: Desk) -> Wanted:
    key = visit.path("channel")
    topics = session.agenda(desk, key)
    old = _found(visit, desk)[1] if "item" in visit.request.path_params else None
    after, place = _topic(visit, old), 0 if old else _place(visit, len(topics) + 1)
    if old is None and any(topic.item.item == after.item.item for topic in topics):
        with beside(visit, "item"):
            raise UsageError("an item of this short name stands there; change it, or name another")
    if after == old:
        raise UsageError("the item is just so already: nothing was changed")
    # A frozen seat is shown its part when it is thawed: nothing goes there now.
    seats = session.record(desk, key).seats.values()
    there = {seat.name for seat in seats if not (seat.closed or seat.frozen)}
    names = [name for name in _noticing(old, after) if name in there]
    reaches = reach(desk, key, names) if names else _NOBODY
    return Wanted(before=old, after=after, reaches=reaches, place=place)


def _noticing(old: Topic | None, after: Topic) -> tuple[str, ...]:
    """Return whose part of the agenda an item changes: everybody's, if its words do."""
    were = old.shown_to if old else ()
    both = dict.fromkeys((*were, *after.shown_to))
    if old is None or old.item != after.item:
        return tuple(both)
    return tuple(name for name in both if (name in were) != (name in after.shown_to))


def _topic(visit: Visit, old: Topic | None) -> Topic:
    with beside(visit, "title"):
        title = check_name(visit.field("title").strip())
    with beside(visit, "options"):
        check_options(options := lines_in(visit, "options"))
    with beside(visit, "text"):
        text = check_text(visit.field("text"), what="text of an item", empty=True)
    if old is None:
        phase, name = _phase(visit), visit.field("item").strip()
        with beside(visit, "item"):
            made = Item(item=name, title=title, phase=phase, options=options, text=text)
    else:
        made = replace(old.item, title=title, options=options, text=text)
    return Topic(
        item=made, shown_to=tuple(visit.fields("party")), raised_by=visit.field("raised_by")
    )


async def _set_phase(visit: Visit) -> Response:
    key, phase = visit.path("channel"), _phase(visit)
    names = await visit.run(lambda desk: session.set_phase(desk, key, _name(visit), phase))
    return _told(visit, names, _way(visit))


async def _move(visit: Visit) -> Response:
    key, place = visit.path("channel"), _place(visit, MAX_ISSUES)
    names = await visit.run(lambda desk: session.move_item(desk, key, _name(visit), place=place))
    return _told(visit, names)


async def _remove(visit: Visit) -> Response:
    key = visit.path("channel")
    with beside(visit, "sure"):
        if not visit.field("sure"):
            raise UsageError("tick that you want to take it off; nothing was done")
    names = await visit.run(lambda desk: session.remove_item(desk, key, _name(visit)))
    return _told(visit, names)


async def _raise(visit: Visit) -> Response:
    key, title, text = visit.path("channel"), visit.field("title").strip(), visit.field("text")
    with beside(visit, "title"):
        check_name(title)
    await visit.run(lambda desk: session.raise_item(desk, key, title=title, text=text))
    notice = visit.gettext("The mediator is asked to put it on the agenda.")
    return visit.go(f"/c/{key}/agenda", notice)


def _told(visit: Visit, names: tuple[str, ...], where: str = "") -> Response:
    notice = visit.gettext("Done. No party is shown anything new.")
    if names:
        notice = visit.gettext(
            "Done. Shown anew to %(names)s; it goes out with the courier.", names=", ".join(names)
        )
    return visit.go(where or f"/c/{visit.path('channel')}/agenda", notice)


def address(channel: str, item: str) -> str:
    """Return where an item is; its short name may hold what no address can."""
    return f"/c/{channel}/agenda/{item.encode().hex()}"


def _name(visit: Visit) -> str:
    try:
        return bytes.fromhex(visit.path("item")).decode()
    except ValueError as error:
        raise UsageError("there is no such item here; go back to the agenda") from error


def _found(visit: Visit, desk: Desk) -> tuple[tuple[Topic, ...], Topic]:
    topics, name = session.agenda(desk, visit.path("channel")), _name(visit)
    for topic in topics:
        if topic.item.item == name:
            return topics, topic
    raise UsageError("this item is not on the agenda any more; go back to the agenda")


def _way(visit: Visit) -> str:
    key = visit.path("channel")
    return address(key, _name(visit)) if "item" in visit.request.path_params else _list(visit)


def _list(visit: Visit) -> str:
    return f"/c/{visit.path('channel')}/agenda"


def _phase(visit: Visit) -> Phase:
    with beside(visit, "phase"):
        if (phase := PHASES.get(visit.field("phase"))) is None:
            raise UsageError("choose how far it has come")
    return phase


def _place(visit: Visit, places: int) -> int:
    """Return the place typed, counted from 1; 0 if none was. Raises: UsageError."""
    written = visit.field("place").strip()
    number = int(written) if re.fullmatch("[0-9]{1,3}", written) else 0
    with beside(visit, "place"):
        if written and not 1 <= number <= places:
            raise UsageError(f"the agenda has the places 1 to {places}, not {written[:20]!r}")
    return number


ROUTES: list[Address] = [
    ("/c/{channel}/agenda", agenda, False),
    ("/c/{channel}/agenda/add", twice(_look, _do, agenda, _list), False),
    ("/c/{channel}/agenda/raise", posted(_raise, agenda, _list), False),
    ("/c/{channel}/agenda/{item}", item, False),
    ("/c/{channel}/agenda/{item}/change", twice(_look, _do, item, _way), False),
    ("/c/{channel}/agenda/{item}/phase", posted(_set_phase, item, _way), False),
    ("/c/{channel}/agenda/{item}/move", posted(_move, item, _way), False),
    ("/c/{channel}/agenda/{item}/remove", posted(_remove, item, _way), False),
]
