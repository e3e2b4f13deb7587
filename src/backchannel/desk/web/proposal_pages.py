"""The mediator's proposals on the page: put with a second look, answered in two steps."""

from collections.abc import Sequence

from starlette.responses import Response

from backchannel.channel.names import check_name
from backchannel.channel.proposals import Answer, Reply
from backchannel.channel.terms import Choice
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.proposals_page import standing_words
from backchannel.desk.session import ProposalDraft, ProposalShown
from backchannel.desk.web.fields import moment_in
from backchannel.desk.web.holding import confirming, hold, release
from backchannel.desk.web.visit import Address, Visit, attempt, mediated

REPLIES = {"instructions": Reply.AWAITING_INSTRUCTIONS, "clarification": Reply.CLARIFICATION,
           "time": Reply.MORE_TIME}  # fmt: skip
ANSWERS = {each.value: each for each in Answer}


async def proposals(visit: Visit) -> Response:
    """Show all that were put; at the mediator's desk, with the form for a new one."""
    key = visit.path("channel")
    return visit.page(
        "proposals.html",
        channel=key,
        known=await visit.run(lambda desk: session.proposals(desk, key)),
        **await mediated(visit),
    )


async def put(visit: Visit) -> Response:
    """Put a proposal: look at it once more, confirm everybody it goes to, hold, put."""
    if visit.request.method == "GET":
        return visit.go(f"/c/{visit.path('channel')}/proposals")
    if visit.field("step") == "do":
        return await attempt(visit, _put, _look)
    return await attempt(visit, _look, proposals)


async def _look(visit: Visit) -> Response:
    key, draft = visit.path("channel"), _draft(visit)
    preview = await visit.run(lambda desk: session.preview_put(desk, key, draft))
    return hold(
        visit,
        "proposal_look.html",
        channel=key,
        mediates=True,
        draft=draft,
        preview=preview,
        confirm=confirming(preview.parties),
    )


async def _put(visit: Visit) -> Response:
    key, draft = visit.path("channel"), _draft(visit)
    preview = await visit.run(lambda desk: session.preview_put(desk, key, draft))
    release(visit, confirming(preview.parties))
    await visit.run(lambda desk: session.put_proposal(desk, key, draft))
    names = ", ".join(preview.parties)
    return visit.go(
        f"/c/{key}/proposals",
        visit.gettext("Put to %(names)s. It goes out with the courier.", names=names),
    )


def _draft(visit: Visit) -> ProposalDraft:
    return ProposalDraft(
        parties=visit.fields("party"),
        text=visit.field("text"),
        deadline=moment_in(visit, "deadline"),
        choices=_chosen(visit.field("choices")),
        override_unverified=visit.field("override").strip(),
    )


def _chosen(written: str) -> Sequence[Choice]:
    """Return the options chosen, one `issue = option` a line. Raises: UsageError."""
    found = []
    for line in filter(None, map(str.strip, written.split("\n"))):
        issue, sign, option = line.partition("=")
        if not sign or not issue.strip() or not option.strip():
            raise UsageError(f"{line[:60]!r} chooses nothing; write each as: issue = option")
        found.append(Choice(issue=check_name(issue.strip()), option=check_name(option.strip())))
    return tuple(found)


async def proposal(visit: Visit) -> Response:
    """Show one proposal, and what can be done about it at this desk."""
    key = visit.path("channel")
    role, known = await visit.run(lambda desk: _known(desk, key))
    shown = next((each for each in known if each.proposal == visit.path("proposal")), None)
    if shown is None:
        raise UsageError("there is no such proposal here; go back to the proposals")
    outside = visit.site.keeper.outside
    standing = (
        "" if shown.standing is None else standing_words(shown, outside.now(), visit.site.zone)
    )
    return visit.page(
        "proposal.html",
        channel=key,
        mediates=role == "mediator",
        each=shown,
        standing=standing,
        answers=ANSWERS,
        replies=REPLIES,
        asked=visit.field("answer"),
    )


async def answer(visit: Visit) -> Response:
    """Answer finally and in secret: first chosen, then confirmed."""
    if visit.request.method == "POST" and visit.field("step") == "do":
        return await attempt(visit, _answer, proposal, "answer")
    return await proposal(visit)


async def _answer(visit: Visit) -> Response:
    key, which = visit.path("channel"), visit.path("proposal")
    given = ANSWERS.get(visit.field("answer"))
    if given is None:
        raise UsageError("choose whether you accept or refuse")
    await visit.run(lambda desk: session.answer_proposal(desk, key, which, given))
    return visit.go(
        f"/c/{key}/proposals/{which}",
        visit.gettext("Your answer: %(answer)s. It is final.", answer=visit.gettext(given.value)),
    )


async def reply(visit: Visit) -> Response:
    """Tell the mediator alone what is needed before an answer."""
    return await attempt(visit, _reply, proposal, "needs")


async def _reply(visit: Visit) -> Response:
    key, which = visit.path("channel"), visit.path("proposal")
    needs = REPLIES.get(visit.field("needs"))
    if needs is None:
        raise UsageError("choose what you need before you can answer")
    text = visit.field("why")
    await visit.run(lambda desk: session.reply_to_proposal(desk, key, which, needs, text=text))
    return visit.go(
        f"/c/{key}/proposals/{which}", visit.gettext("Told to the mediator. You have not answered.")
    )


async def outcome(visit: Visit) -> Response:
    """Open the answers and tell everybody the outcome, once that is allowed."""
    return await attempt(visit, _outcome, proposal)


async def _outcome(visit: Visit) -> Response:
    key, which = visit.path("channel"), visit.path("proposal")
    if not visit.field("sure"):
        raise UsageError("tick that you want to open the answers; nothing was opened")
    result = await visit.run(lambda desk: session.outcome(desk, key, which))
    return visit.go(
        f"/c/{key}/proposals/{which}",
        visit.gettext("The proposal is %(result)s.", result=visit.gettext(result.value)),
    )


async def withdraw(visit: Visit) -> Response:
    """Put a proposal no longer; its answers are never opened."""
    return await attempt(visit, _withdraw, proposal)


async def _withdraw(visit: Visit) -> Response:
    key, which = visit.path("channel"), visit.path("proposal")
    if not visit.field("sure"):
        raise UsageError("tick that you want to put it no longer; nothing was done")
    await visit.run(lambda desk: session.withdraw_proposal(desk, key, which))
    return visit.go(
        f"/c/{key}/proposals", visit.gettext("It is put no longer; its answers are never opened.")
    )


def _known(desk: Desk, key: str) -> tuple[str, tuple[ProposalShown, ...]]:
    return session.role(desk, key), session.proposals(desk, key)


ROUTES: list[Address] = [
    ("/c/{channel}/proposals", proposals, False),
    ("/c/{channel}/proposals/put", put, False),
    ("/c/{channel}/proposals/{proposal}", proposal, False),
    ("/c/{channel}/proposals/{proposal}/answer", answer, False),
    ("/c/{channel}/proposals/{proposal}/reply", reply, False),
    ("/c/{channel}/proposals/{proposal}/outcome", outcome, False),
    ("/c/{channel}/proposals/{proposal}/withdraw", withdraw, False),
]
