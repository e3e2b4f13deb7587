"""Opening a channel on the page, inviting parties, and what may become of their seats.

Promised: an invitation is shown once, on a page whose address says nothing of it; a second sending
of its form makes no second one. What all parties are told, and what cuts one off, is held first.
"""

import segno
from markupsafe import Markup
from starlette.responses import Response

from backchannel.channel.told import Closing
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.pins import read_pin
from backchannel.desk.web.channel_pages import channel as parties_page
from backchannel.desk.web.holding import confirming, hold, release
from backchannel.desk.web.visit import MARK, Address, Handler, Visit, attempt, beside, posted

_PICTURE_SCALE = 4  # pixels of a dot


async def opening(visit: Visit) -> Response:
    """Open a channel as its mediator."""
    if visit.request.method == "POST":
        return await attempt(visit, _open, _opening)
    return await _opening(visit)


async def _opening(visit: Visit) -> Response:
    return visit.page("opening.html", usual_rules=session.DEFAULT_RULES)


async def _open(visit: Visit) -> Response:
    with beside(visit, "pin"):
        pin = read_pin(visit.field("pin").strip())

    def act(desk: Desk) -> str:
        return session.open_channel(
            desk,
            title=visit.field("title").strip(),
            mediator=visit.field("mediator").strip(),
            relay=visit.field("relay").strip(),
            pin=pin,
            rules=visit.field("rules").rstrip("\n") or session.DEFAULT_RULES,
            vouchers=visit.field("vouchers").split("\n"),
            proxy=visit.field("proxy").strip(),
        )

    key = await visit.run(act)
    return visit.go(f"/c/{key}", visit.gettext("The channel is open. Now invite the parties."))


async def _relay(visit: Visit) -> Response:
    """Give a channel its relay, or more vouchers."""
    key, lines = visit.path("channel"), visit.field("vouchers").split("\n")
    address = visit.field("relay").strip()
    with beside(visit, "pin"):
        pin = read_pin(visit.field("pin").strip())
    if address:
        proxy = visit.field("proxy").strip()
        await visit.run(
            lambda desk: session.set_relay(
                desk, key, relay=address, pin=pin, proxy=proxy, vouchers=lines
            )
        )
        return visit.go(f"/c/{key}", visit.gettext("The channel has a relay now."))
    with beside(visit, "vouchers"):  # where a relay is known there is no other field
        count = await visit.run(lambda desk: session.add_vouchers(desk, key, lines))
    return visit.go(
        f"/c/{key}",
        visit.gettext("There are vouchers for %(count)s invitations now.", count=count // 2),
    )


async def _invite(visit: Visit) -> Response:
    """Invite a party, and show the invitation once."""
    key, name = visit.path("channel"), visit.field("party").strip()
    hours = _hours(visit)

    def act(desk: Desk) -> tuple[str, str]:
        code = session.draw_code(desk) if visit.field("with_code") else ""
        return session.invite(desk, key, name, hours=hours, spoken_code=code), code

    line, code = await visit.run(act)
    visit.session.finish(visit.field(MARK), f"/c/{key}")
    return visit.page(
        "invitation.html",
        channel=key,
        mediates=True,
        name=name,
        line=line,
        code=code,
        hours=hours,
        picture=_picture(line),
    )


def _hours(visit: Visit) -> int:
    written = visit.field("hours").strip() or "168"
    if not (written.isascii() and written.isdigit() and len(written) < len("10000")):
        with beside(visit, "hours"):
            raise UsageError("write the hours as a whole number, such as 168 for a week")
    return int(written)


def _picture(line: str) -> Markup:
    # Made of the letters of the line alone, by a library that writes nothing but a path.
    code = segno.make(line, error="l", micro=False)
    return Markup(code.svg_inline(scale=_PICTURE_SCALE, light="#fff", dark="#000"))  # noqa: S704


async def _seat(visit: Visit) -> Response:
    """Add a seat for a party without a desk."""
    key, name = visit.path("channel"), visit.field("spoken_party").strip()
    await visit.run(lambda desk: session.add_seat(desk, key, name))
    return visit.go(f"/c/{key}", visit.gettext("It has a seat, and no desk."))


async def _freeze(visit: Visit) -> Response:
    """Let nothing go to a party for now, or let it take part again."""
    key, seat_ = visit.path("channel"), visit.path("seat")
    if visit.field("thaw"):
        await visit.run(lambda desk: session.thaw(desk, key, seat_))
        return visit.go(f"/c/{key}", visit.gettext("It takes part again."))
    await visit.run(lambda desk: session.freeze(desk, key, seat_))
    return visit.go(f"/c/{key}", visit.gettext("Nothing goes there until it is thawed."))


async def _revoke(visit: Visit) -> Response:
    """Void an invitation, or cut a party off, in two steps."""
    key, seat_ = visit.path("channel"), visit.path("seat")
    name = next((name for at, name in await _seated(visit) if at == seat_), None)
    if name is None:
        raise UsageError("there is no such party in this channel; go back to the channel's page")
    to = confirming([name])
    if not _released(visit, to):
        return _look(visit, "revoke_look.html", to, seat=seat_, name=name)
    await visit.run(lambda desk: session.revoke(desk, key, seat_))
    return visit.go(f"/c/{key}", visit.gettext("Its caucus is closed."))


async def _stand(visit: Visit) -> Response:
    """Suspend, resume or close the talks, in two steps: all parties are told."""
    key, how, text = visit.path("channel"), visit.field("standing"), visit.field("words")
    if how not in {"suspend", "resume", *(each.name for each in Closing)}:
        raise UsageError("choose whether the talks are suspended, go on, or end, and how")
    to = confirming(name for _, name in await _seated(visit))
    if not _released(visit, to):
        mute = await visit.run(lambda desk: session.without_desks(desk, key))
        shown = {"how": how, "endings": Closing, "words": text, "by_mouth": mute}
        return _look(visit, "standing_look.html", to, **shown)

    def act(desk: Desk) -> None:
        if how in {"suspend", "resume"}:
            (session.suspend if how == "suspend" else session.resume)(desk, key, text=text)
        else:
            session.close(desk, key, how=Closing[how], text=text)

    await visit.run(act)
    return visit.go(f"/c/{key}", visit.gettext("Done. All parties are told the same."))


def _released(visit: Visit, to: dict[str, str]) -> bool:
    """Whether the second step was taken; what is amiss with it stands on top of the page."""
    if visit.field("step") != "do":
        return False
    try:
        release(visit, to)
    except UsageError as fault:
        visit.faults[""] = str(fault)
        return False
    return True


def _look(visit: Visit, template: str, to: dict[str, str], **values: object) -> Response:
    key = visit.path("channel")
    return hold(visit, template, channel=key, mediates=True, confirm=to, **values)


async def _seated(visit: Visit) -> list[tuple[str, str]]:
    key = visit.path("channel")
    record = await visit.run(lambda desk: session.record(desk, key))
    return [(str(seat.seat), seat.name) for seat in record.seats.values() if not seat.closed]


def _here(visit: Visit) -> str:
    return f"/c/{visit.path('channel')}"


def _done(act: Handler, beside_: str = "") -> Handler:
    return posted(act, parties_page, _here, beside_)


ROUTES: list[Address] = [
    ("/open", opening, False),
    ("/c/{channel}/relay", _done(_relay, "relay"), False),
    ("/c/{channel}/invite", _done(_invite, "party"), False),
    ("/c/{channel}/seats", _done(_seat, "spoken_party"), False),
    ("/c/{channel}/standing", _done(_stand, "standing"), False),
    ("/c/{channel}/with/{seat}/freeze", _done(_freeze), False),
    ("/c/{channel}/with/{seat}/revoke", _done(_revoke), False),
]
