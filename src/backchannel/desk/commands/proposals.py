"""`proposal`: a mediator's proposal, put and decided at its desk, answered in secret at a party's.

Before a proposal is put, all it goes to are named by whoever puts it, and a hold counts down. To
answer is a step of its own: the proposal and its deadline are shown, then the answer is typed.
"""

from enum import Enum
from typing import Annotated

import typer

from backchannel.channel.oral import How
from backchannel.channel.proposals import Answer, Reply
from backchannel.channel.terms import chosen
from backchannel.desk import session
from backchannel.desk.commands.holding import Hold, Yes
from backchannel.desk.commands.holding import hold as held
from backchannel.desk.commands.relays import relays
from backchannel.desk.commands.saying import QUEUED, From, Text
from backchannel.desk.commands.setting import opened, setting
from backchannel.desk.commands.writing import ask, confirm, written
from backchannel.desk.courier import sync
from backchannel.desk.desk import Desk
from backchannel.desk.errors import DeskError, UsageError
from backchannel.desk.screen.json_form import plain
from backchannel.desk.screen.moments import read_moment, shown
from backchannel.desk.screen.offer_lines import read_choice
from backchannel.desk.screen.paper import Paper
from backchannel.desk.screen.proposals_page import (
    list_proposals,
    show_at_mediator,
    show_at_party,
    show_put,
)
from backchannel.desk.session.finding import SHOWN, find
from backchannel.desk.session.putting import GRACE

app = typer.Typer(
    name="proposal", help="A mediator's proposal, answered in secret.", no_args_is_help=True
)

Which = Annotated[str, typer.Argument(metavar="PROPOSAL", help="Its identifier.")]
Json = Annotated[bool, typer.Option("--json", help="For other programs; times in UTC.")]


class Needs(Enum):
    """What a party needs before it answers, as it is typed."""

    INSTRUCTIONS = "instructions"
    CLARIFICATION = "clarification"
    TIME = "time"

    @property
    def reply(self) -> Reply:
        """The reply that is meant."""
        return _REPLIES[self]


_REPLIES = {
    Needs.INSTRUCTIONS: Reply.AWAITING_INSTRUCTIONS,
    Needs.CLARIFICATION: Reply.CLARIFICATION,
    Needs.TIME: Reply.MORE_TIME,
}


class By(Enum):
    """How an answer was given by mouth, as it is typed."""

    IN_PERSON = "in-person"
    BY_TELEPHONE = "telephone"
    BY_MESSENGER = "messenger"


@app.command()
def put(  # noqa: PLR0913 - one option each
    ctx: typer.Context,
    text: Text = None,
    *,
    to: Annotated[list[str], typer.Option(metavar="PARTY", help="Whom; once for each.")],
    deadline: Annotated[str, typer.Option(metavar="WHEN", help="2026-03-01 12:00, or ...T12:00Z")],
    choose: Annotated[
        list[str] | None,
        typer.Option("--choose", metavar="ISSUE=OPTION", help="An option for an issue."),
    ] = None,
    grace: Annotated[
        int, typer.Option(min=0, help="Minutes after it for answers on their way.")
    ] = GRACE,
    instead_of: Annotated[
        str, typer.Option(metavar="PROPOSAL", help="Put no longer once this is put.")
    ] = "",
    from_: From = None,
    override: Annotated[
        str, typer.Option(metavar="REASON", help="Although not verified; recorded.")
    ] = "",
    hold: Hold = 5,
    yes: Yes = False,
) -> None:
    """Put a proposal of yours to parties. Each answers in secret; the others learn the outcome."""
    given, paper = setting(ctx), Paper()
    draft = session.ProposalDraft(
        parties=to,
        text=written(text, from_, "proposal"),
        deadline=read_moment(deadline, given.world.zone),
        choices=tuple(read_choice(each) for each in choose or ()),
        grace=grace,
        supersedes=instead_of,
        override_unverified=override,
    )
    with opened(ctx) as desk:
        preview = session.preview_put(desk, given.channel, draft)
        _refuse_unverified(preview, override)
        names = ", ".join(preview.parties)
        paper.head(f"To {names}, until {shown(draft.deadline, given.world.zone)}:", style="bold")
        paper.quote(preview.text)
        if draft.choices:
            paper.head(f"It chooses {chosen(draft.choices)}.")
        held(ctx, names, "put", seconds=hold, yes=yes)
        key = session.put_proposal(desk, given.channel, draft)
    paper.head(f"Proposal {key[:SHOWN]} is put to {names}. {QUEUED}")
    if preview.by_mouth:
        paper.head(
            f"Without a desk: {', '.join(preview.by_mouth)}. Say it there by mouth, and enter the "
            "answer with `backchannel proposal heard`."
        )


def _refuse_unverified(preview: session.PutPreview, override: str) -> None:
    # Said before anybody types a name; `session.put_proposal` holds it in any case.
    if preview.unverified and not override.strip():
        raise session.UnverifiedError(
            f"the safety words of {', '.join(preview.unverified)} have not been compared: do so "
            "with `backchannel verify`, or give a reason with --override, which is recorded"
        )


@app.command("list")
def list_(ctx: typer.Context, *, as_json: Json = False) -> None:
    """List the mediator's proposals: at its desk all, at a party's those put to it."""
    given = setting(ctx)
    with opened(ctx) as desk:
        known = session.proposals(desk, given.channel)
        mediates = session.role(desk, given.channel) == "mediator"
    if as_json:
        Paper().json(plain(known))
    else:
        list_proposals(Paper(), known, mediates=mediates, zone=given.world.zone)


@app.command()
def show(ctx: typer.Context, which: Which = "", *, as_json: Json = False) -> None:
    """Show a proposal: to a party with its own answer, to the mediator with the outcome."""
    given, paper = setting(ctx), Paper()
    with opened(ctx) as desk:
        known = _find(desk, given.channel, which)
        now = desk.now()
    if as_json:
        paper.json(plain(known))
    elif known.standing is None:
        show_at_mediator(paper, known, zone=given.world.zone)
    else:
        show_at_party(paper, known, now, zone=given.world.zone)


def _find(desk: Desk, channel: str, which: str) -> session.ProposalShown:
    known = session.proposals(desk, channel)
    waiting = [p for p in known if p.waits]
    meant = waiting if waiting and not which else known
    return find(which, ((p.proposal, "", p) for p in meant), "proposal")


@app.command()
def answer(
    ctx: typer.Context,
    which: Which = "",
    *,
    given_: Annotated[
        Answer | None, typer.Option("--answer", help="The answer; else it is asked for.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for the answer again.")] = False,
) -> None:
    """Answer, as a party, finally and in secret: accept or refuse."""
    if yes and given_ is None:
        raise UsageError("say which answer, with --answer, when it is not to be asked for")
    given, paper = setting(ctx), Paper()
    with opened(ctx) as desk:
        if session.role(desk, given.channel) == "mediator":
            raise UsageError("a proposal is answered at the desk of a party")
        known = _find(desk, given.channel, which)
        show_put(paper, known, zone=given.world.zone)
        paper.line(
            "An answer is final. Nobody is shown it before the outcome, nor that you gave one."
        )
        typed = given_ if yes and given_ is not None else _typed(given_)
        session.answer_proposal(desk, given.channel, known.proposal, typed)
    paper.line(
        f"Your answer: {typed.value}. {QUEUED} `backchannel proposal show` says whether it was "
        "confirmed in time."
    )


def _typed(expected: Answer | None) -> Answer:
    words = " or ".join(a.value for a in Answer) if expected is None else expected.value
    line = ask(f"Type {words}:").casefold()
    fitting = [a for a in Answer if a.value == line and expected in {None, a}]
    if not fitting:
        raise DeskError(f"what was typed is not {words}: nothing was done")
    return fitting[0]


@app.command()
def reply(
    ctx: typer.Context,
    which: Which = "",
    text: Text = "",
    *,
    needs: Annotated[Needs, typer.Option(help="What you need before you can answer.")],
) -> None:
    """Tell the mediator alone what is needed before an answer; it is no answer."""
    with opened(ctx) as desk:
        session.reply_to_proposal(desk, setting(ctx).channel, which, needs.reply, text=text or "")
    Paper().line(f"Told to the mediator: {needs.reply.value}. You have not answered. {QUEUED}")


@app.command()
def outcome(
    ctx: typer.Context,
    which: Which = "",
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Open the answers and tell all parties the outcome; mailboxes are emptied first if need be."""
    if not yes:
        confirm("open the answers, and tell all parties the outcome")
    channel, paper = setting(ctx).channel, Paper()
    with opened(ctx) as desk:
        try:
            result = session.outcome(desk, channel, which)
        except session.NotCollectedError:
            with relays(ctx) as port_for:
                sync(desk, port_for)
            result = session.outcome(desk, channel, which)
    paper.line(f"The proposal is {result.value}; all it was put to are told so. {QUEUED}")


@app.command()
def withdraw(
    ctx: typer.Context,
    which: Which = "",
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put a proposal no longer. Its answers are never opened, and why is not told."""
    if not yes:
        confirm("put the proposal no longer")
    with opened(ctx) as desk:
        session.withdraw_proposal(desk, setting(ctx).channel, which)
    Paper().line(f"The proposal is put no longer; its answers are never opened. {QUEUED}")


@app.command()
def heard(
    ctx: typer.Context,
    which: Which,
    party: Annotated[str, typer.Argument(help="The party without a desk.")],
    *,
    given_: Annotated[Answer, typer.Option("--answer", help="What it answered.")],
    how: Annotated[By, typer.Option(help="How it was said.")],
    at: Annotated[str, typer.Option(metavar="WHEN", help="When it was said; else now.")] = "",
    person: Annotated[str, typer.Option(help="Who said it.")] = "",
) -> None:
    """Enter the answer that a party without a desk has given by mouth. It is final."""
    given = setting(ctx)
    with opened(ctx) as desk:
        session.hear_answer(
            desk,
            given.channel,
            which,
            party,
            answer=given_,
            how=How[how.name],
            spoken=read_moment(at, given.world.zone) if at else desk.minute(),
            person=person,
        )
    Paper().head(f"Entered for {party}: {given_.value}. Only this desk knows.")
