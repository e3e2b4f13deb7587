"""What a party offers over the issues it is shown, on its own page: alternatives, with a handling.

Promised: an offer goes to the mediator alone, under the handling that was ticked, like any note.
"""

from starlette.responses import Response

from backchannel.channel.agenda import issues
from backchannel.channel.errors import ChannelError
from backchannel.channel.terms import Offer
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.offer_lines import read_offer
from backchannel.desk.web.channel_pages import USES, handling_in
from backchannel.desk.web.fields import moment_if_any
from backchannel.desk.web.note_pages import own
from backchannel.desk.web.visit import Address, Visit, attempt


async def offer(visit: Visit) -> Response:
    """Show the issues and the form; make the offer."""
    if visit.request.method == "POST":
        return await attempt(visit, _offer, _form, "text")
    return await _form(visit)


async def _form(visit: Visit) -> Response:
    key = visit.path("channel")
    view = await visit.run(lambda desk: own(desk, key))
    asked = [
        (which, each.text)
        for which, each in view.questions.items()
        if not each.from_party and not each.answered
    ]
    return visit.page(
        "offer.html",
        channel=key,
        mediates=False,
        issues=issues(view.agenda),
        uses=USES,
        questions=asked,
        accepted=view.rules_accepted,
    )


async def _offer(visit: Visit) -> Response:
    key, text, offers = visit.path("channel"), visit.field("text"), _offers(visit)
    handling = handling_in(visit)
    begins, ends = moment_if_any(visit, "not_before"), moment_if_any(visit, "expires")

    def act(desk: Desk) -> str:
        return session.propose(
            desk,
            key,
            text=text,
            offers=offers,
            handling=handling,
            not_before=begins,
            expires=ends,
            answers=visit.field("answers"),
        )

    await visit.run(act)
    done = visit.gettext(
        "Offered to the mediator, %(handling)s. It goes out with the courier.",
        handling=visit.ours(handling.words),
    )
    return visit.go(f"/c/{key}", done)


def _offers(visit: Visit) -> tuple[Offer, ...]:
    """Return the alternatives, one a line. Raises: UsageError, beside their field."""
    lines = [line.strip() for line in visit.field("offers").split("\n") if line.strip()]
    if not lines:
        visit.faults["offers"] = "write one offer at least: an option of an issue"
        raise UsageError(visit.faults["offers"])
    try:
        return tuple(read_offer(line) for line in lines)
    except (UsageError, ChannelError) as fault:
        visit.faults["offers"] = str(fault)
        raise


ROUTES: list[Address] = [
    ("/c/{channel}/offer", offer, False),
]
