"""One note of a party's own on the page: allow more with it, withdraw it, erase it.

Promised: a note is erased only after a second look that says what erasing does and what it cannot;
nothing here is shown at another desk than that of the note's author.
"""

from dataclasses import replace

from starlette.responses import Response

from backchannel.channel.caucus import Note
from backchannel.channel.disclosure import View
from backchannel.channel.proposals import words_of
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.web.channel_pages import USES, uses_in
from backchannel.desk.web.holding import hold, release
from backchannel.desk.web.visit import Address, Visit, attempt


async def note(visit: Visit) -> Response:
    """Show a note as it stands, and what its author may still do with it."""
    view, found = await _found(visit)
    key = visit.path("note")
    return visit.page(
        "note.html",
        channel=visit.path("channel"),
        note=key,
        found=found,
        text=words_of(found.said),
        uses={name: use for name, use in USES.items() if use[0] not in found.handling.uses},
        asked=[each for each in view.requests.values() if each.asked.note == key],
    )


async def widen(visit: Visit) -> Response:
    """Allow more than the note's handling did."""
    if visit.request.method == "GET":
        return visit.go(_way(visit))
    return await attempt(visit, _widen, note, "may")


async def _widen(visit: Visit) -> Response:
    key, which = visit.path("channel"), visit.path("note")
    old = (await _found(visit))[1].handling
    new = replace(
        old,
        uses=old.uses | uses_in(visit),
        ask_first=old.ask_first and not visit.field("without_asking"),
        only_if="" if visit.field("without_condition") else old.only_if,
    )
    if new == old:
        raise UsageError("tick what you allow beyond what the note allows already")
    await visit.run(lambda desk: session.widen(desk, key, which, new))
    done = visit.gettext(
        "The note now: %(handling)s. It goes out with the courier.", handling=visit.ours(new.words)
    )
    return visit.go(_way(visit), done)


async def withdraw(visit: Visit) -> Response:
    """Withdraw the note: no further use."""
    if visit.request.method == "GET":
        return visit.go(_way(visit))
    return await attempt(visit, _withdraw, note)


async def _withdraw(visit: Visit) -> Response:
    key, which = visit.path("channel"), visit.path("note")
    await visit.run(lambda desk: session.withdraw(desk, key, which))
    return visit.go(
        _way(visit), visit.gettext("Withdrawn. What was conveyed before stays conveyed.")
    )


async def erase(visit: Visit) -> Response:
    """Erase the note, here and at the mediator's desk: looked at once more, and held."""
    if visit.request.method == "GET":
        return visit.go(_way(visit))
    if visit.field("step") == "do":
        return await attempt(visit, _erase, _look)
    return await attempt(visit, _look, note)


async def _look(visit: Visit) -> Response:
    _, found = await _found(visit)
    return hold(
        visit,
        "note_erase.html",
        channel=visit.path("channel"),
        note=visit.path("note"),
        text=words_of(found.said),
        rows=found.said.rows,
    )


async def _erase(visit: Visit) -> Response:
    key, which = visit.path("channel"), visit.path("note")
    release(visit, {})
    await visit.run(lambda desk: session.erase(desk, key, which))
    return visit.go(
        f"/c/{key}",
        visit.gettext(
            "Erased from this desk; from the mediator's once the word is there. "
            "What was conveyed before stays conveyed."
        ),
    )


async def _found(visit: Visit) -> tuple[View, Note]:
    """Return the caucus of a party's desk, and its note. Raises: UsageError."""
    view = await visit.run(lambda desk: own(desk, visit.path("channel")))
    found = next((each for key, each in view.notes.items() if key == visit.path("note")), None)
    if found is None:
        raise UsageError("there is no such note of yours here; go back to the caucus")
    return view, found


def own(desk: Desk, key: str) -> View:
    """Return the caucus at a party's own desk. Raises: UsageError, at the mediator's."""
    # Not left to `session.view`: the mediator's desk with one party would answer with its caucus.
    if session.role(desk, key) == "mediator":
        raise UsageError("this is done by the author of a note, at its own desk")
    return session.view(desk, key)


def _way(visit: Visit) -> str:
    return f"/c/{visit.path('channel')}/note/{visit.path('note')}"


ROUTES: list[Address] = [
    ("/c/{channel}/note/{note}", note, False),
    ("/c/{channel}/note/{note}/widen", widen, False),
    ("/c/{channel}/note/{note}/withdraw", withdraw, False),
    ("/c/{channel}/note/{note}/erase", erase, False),
]
