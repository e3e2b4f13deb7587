"""Accords on the page: drafted and put by the mediator, read whole and signed by a party."""

from typing import Any

from starlette.responses import Response

from backchannel.channel.accord import AccordForm, Edition, lookalikes
from backchannel.channel.deadlines import done
from backchannel.channel.due import Due, due
from backchannel.channel.rules import AccordLife
from backchannel.channel.steps import check_plan
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.accord_page import AccordShown, accords
from backchannel.desk.session import AccordDraft
from backchannel.desk.web.holding import confirming, hold, release
from backchannel.desk.web.step_lines import EXAMPLE, read_steps
from backchannel.desk.web.visit import Address, Visit, attempt, beside, mediated
from backchannel.seal.signatures import fingerprint

_STEPS_SHOWN = frozenset({AccordLife.IN_FORCE, AccordLife.AMENDED, AccordLife.ENDED})
_SIGN = "sign"


async def listed(visit: Visit) -> Response:
    """Show the accords of a channel; at the mediator's desk, with the form for a draft."""
    key = visit.path("channel")
    return visit.page(
        "accords.html",
        channel=key,
        known=await visit.run(lambda desk: accords(desk, key)),
        **await mediated(visit),
        forms_=list(AccordForm),
        example=EXAMPLE,
    )


async def draft(visit: Visit) -> Response:
    """Draft an accord."""
    return await attempt(visit, _draft, listed)


async def _draft(visit: Visit) -> Response:
    key = visit.path("channel")
    with beside(visit, "steps"):
        steps = check_plan(read_steps(visit.field("steps")))
    editions = [
        Edition(language=visit.field(f"language{place}").strip(), text=visit.field(f"text{place}"))
        for place in ("1", "2")
        if visit.field(f"text{place}").strip()
    ]
    writing = AccordDraft(
        title=visit.field("title").strip(),
        editions=editions,
        parties=visit.fields("party"),
        form=AccordForm(visit.field("form") or AccordForm.DECLARATION.value),
        steps=steps,
    )
    made = await visit.run(lambda desk: session.draft(desk, key, writing))
    return visit.go(
        f"/c/{key}/accords/{made}", visit.gettext("Drafted. Nobody is told before you put it.")
    )


async def accord(visit: Visit) -> Response:
    """Show an accord as it is signed, keys and steps beside it, and what can be done here."""
    key = visit.path("channel")
    shown = await visit.run(lambda desk: _find(desk, key, visit.path("accord")))
    role = await visit.run(lambda desk: session.role(desk, key))
    return visit.page("accord.html", **_parts(visit, shown), mediates=role == "mediator")


def _parts(visit: Visit, shown: AccordShown) -> dict[str, Any]:
    text = shown.accord
    keys = [(text.mediator, text.mediator_key), *((p.name, p.key) for p in text.parties)]
    ready = [
        each
        for each in due(text.steps, done(shown.steps))
        if each.state is Due.READY and shown.life is AccordLife.IN_FORCE
    ]
    return {
        "channel": visit.path("channel"),
        "each": shown,
        "warnings": lookalikes(text),
        "keys": [(name, fingerprint(key)) for name, key in keys if key],
        "steps": text.steps if shown.life in _STEPS_SHOWN else (),
        "ready": ready,
    }


async def sign(visit: Visit) -> Response:
    """Sign, as a party: the whole text once more, held, and the party's own name typed."""
    if visit.request.method == "GET":
        return visit.go(f"/c/{visit.path('channel')}/accords/{visit.path('accord')}")
    if visit.field("step") == "do":
        return await attempt(visit, _sign, _look)
    return await attempt(visit, _look, accord)


async def _look(visit: Visit) -> Response:
    key = visit.path("channel")
    shown = await visit.run(lambda desk: _find(desk, key, visit.path("accord")))
    party = await visit.run(lambda desk: _own_name(desk, key))
    return hold(visit, "accord_sign.html", **_parts(visit, shown), party=party)


async def _sign(visit: Visit) -> Response:
    key, which = visit.path("channel"), visit.path("accord")
    party = await visit.run(lambda desk: _own_name(desk, key))
    release(visit, {})
    if visit.field(_SIGN).strip() != party:
        visit.faults[_SIGN] = f"Type {party}, to sign this text for it. Nothing was signed."
        return await _look(visit)
    await visit.run(lambda desk: session.adhere(desk, key, which))
    return visit.go(
        f"/c/{key}/accords/{which}",
        visit.gettext("%(party)s adheres. A signature cannot be taken back.", party=party),
    )


async def decline(visit: Visit) -> Response:
    """Do not adhere; the mediator alone is told."""
    return await attempt(visit, _decline, accord)


async def _decline(visit: Visit) -> Response:
    key, which, why = visit.path("channel"), visit.path("accord"), visit.field("why")
    await visit.run(lambda desk: session.decline(desk, key, which, text=why))
    return visit.go(
        f"/c/{key}/accords/{which}", visit.gettext("Declined. Only the mediator is told.")
    )


async def put(visit: Visit) -> Response:
    """Put an accord to the parties that it names: looked at once more, held."""
    if visit.field("step") == "do":
        return await attempt(visit, _put, _look_put)
    return await attempt(visit, _look_put, accord)


async def _look_put(visit: Visit) -> Response:
    key = visit.path("channel")
    shown = await visit.run(lambda desk: _find(desk, key, visit.path("accord")))
    confirm = confirming(party.name for party in shown.accord.parties)
    return hold(visit, "accord_put.html", **_parts(visit, shown), mediates=True, confirm=confirm)


async def _put(visit: Visit) -> Response:
    key, which = visit.path("channel"), visit.path("accord")
    shown = await visit.run(lambda desk: _find(desk, key, which))
    names = confirming(party.name for party in shown.accord.parties)
    release(visit, names)
    reason = visit.field("override").strip()
    await visit.run(lambda desk: session.put(desk, key, which, override_unverified=reason))
    return visit.go(
        f"/c/{key}/accords/{which}",
        visit.gettext("Put to %(names)s.", names=", ".join(names.values())),
    )


async def release_accord(visit: Visit) -> Response:
    """Release every signature to all parties: the accord is in force."""
    return await attempt(visit, _release, accord)


async def _release(visit: Visit) -> Response:
    key, which = visit.path("channel"), visit.path("accord")
    await visit.run(lambda desk: session.release(desk, key, which))
    return visit.go(f"/c/{key}/accords/{which}", visit.gettext("Released: the accord is in force."))


def _find(desk: Desk, channel: str, key: str) -> AccordShown:
    for each in accords(desk, channel):
        if each.key == key:
            return each
    raise UsageError("there is no such accord here; go back to the accords")


def _own_name(desk: Desk, channel: str) -> str:
    welcome = session.view(desk, channel).welcome
    if session.role(desk, channel) == "mediator" or welcome is None:
        raise UsageError("an accord is signed at the desk of a party that was welcomed")
    return welcome.party


ROUTES: list[Address] = [
    ("/c/{channel}/accords", listed, False),
    ("/c/{channel}/accords/draft", draft, False),
    ("/c/{channel}/accords/{accord}", accord, False),
    ("/c/{channel}/accords/{accord}/put", put, False),
    ("/c/{channel}/accords/{accord}/release", release_accord, False),
    ("/c/{channel}/accords/{accord}/sign", sign, False),
    ("/c/{channel}/accords/{accord}/decline", decline, False),
]
