"""The first pages: unlock, the channels of this desk, an invitation, the safety words."""

import re

from starlette.responses import Response

from backchannel.desk import session
from backchannel.desk.errors import DeskError, WrongPassphraseError
from backchannel.desk.web.visit import Address, Visit, attempt
from backchannel.seal.invitation import decode

_OWN = re.compile(r"/[\w/-]*")  # an address of this desk, and of no other


async def unlock(visit: Visit) -> Response:
    """Show the door; open the vault with the passphrase typed."""
    if visit.site.keeper.unlocked:
        return visit.go("/")
    if visit.request.method == "POST":
        return await attempt(visit, _unlock, _door, "passphrase")
    return await _door(visit)


async def _door(visit: Visit) -> Response:
    return visit.page("unlock.html")


async def _unlock(visit: Visit) -> Response:
    try:
        await visit.site.keeper.unlock(visit.field("passphrase"))
    except WrongPassphraseError:
        raise WrongPassphraseError(
            "this is not the passphrase of this desk; nothing is lost, try again"
        ) from None
    page, _ = visit.session.kept
    return visit.go(page if _OWN.fullmatch(page) else "/")


async def lock(visit: Visit) -> Response:
    """Close the vault."""
    if visit.request.method == "POST":
        await visit.site.keeper.lock()
    return visit.go("/unlock", visit.gettext("The desk is locked."))


async def home(visit: Visit) -> Response:
    """Show the channels of this desk, and the place for an invitation."""
    return visit.page("home.html", channels=await visit.run(session.channels))


async def join(visit: Visit) -> Response:
    """Join with an invitation that was pasted."""
    if visit.request.method == "POST":
        return await attempt(visit, _join, home, "invitation")
    return visit.go("/")


async def _join(visit: Visit) -> Response:
    line, code = visit.field("invitation").strip(), visit.field("code").strip()
    if decode(line).needs_code and not code:
        visit.faults["code"] = "This invitation needs the short code that the mediator says to you."
        return await home(visit)
    ports = visit.site.keeper.outside.ports
    key = await visit.run(lambda desk: session.join(desk, line, ports, spoken_code=code))
    return visit.go(f"/c/{key}/verify", visit.gettext("Joined. Now compare the safety words."))


async def verify(visit: Visit) -> Response:
    """Show the safety words in large type; record that they were heard and fit."""
    if visit.request.method == "POST":
        return await attempt(visit, _verify, _words, "heard")
    return await _words(visit)


async def _words(visit: Visit) -> Response:
    channel, seat = visit.path("channel"), visit.request.path_params.get("seat", "")
    role = await visit.run(lambda desk: session.role(desk, channel))
    try:
        words = await visit.run(lambda desk: session.safety_words(desk, channel, seat))
    except DeskError as fault:
        visit.faults[""] = str(fault)
        return visit.page("fault.html")
    return visit.page("verify.html", channel=channel, words=words, mediates=role == "mediator")


async def _verify(visit: Visit) -> Response:
    channel, seat = visit.path("channel"), visit.request.path_params.get("seat", "")
    heard = visit.field("heard")
    await visit.run(lambda desk: session.verify(desk, channel, seat, heard=heard))
    way = f"/c/{channel}/with/{seat}" if seat else f"/c/{channel}"
    return visit.go(
        way, visit.gettext("The words fit: nobody stands between the two desks. This is recorded.")
    )


async def rules(visit: Visit) -> Response:
    """Accept the rules of a channel."""
    if visit.request.method == "POST":
        return await attempt(visit, _accept, home)
    return visit.go(f"/c/{visit.path('channel')}")


async def _accept(visit: Visit) -> Response:
    channel = visit.path("channel")
    await visit.run(lambda desk: session.accept_rules(desk, channel))
    return visit.go(
        f"/c/{channel}", visit.gettext("The rules are accepted. You can speak to the mediator now.")
    )


ROUTES: list[Address] = [
    ("/", home, False),
    ("/unlock", unlock, True),
    ("/lock", lock, True),
    ("/join", join, False),
    ("/c/{channel}/verify", verify, False),
    ("/c/{channel}/rules", rules, False),
    ("/c/{channel}/with/{seat}/verify", verify, False),
]
