"""`propose`: what a party offers, over the issues it is shown."""

from pathlib import Path
from typing import Annotated

import typer

from backchannel.channel.handling import Handling
from backchannel.desk import session
from backchannel.desk.commands.saying import QUEUED, From, Text, Uses, When
from backchannel.desk.commands.setting import opened, setting
from backchannel.desk.commands.writing import read_text, written
from backchannel.desk.screen.moments import read_moment
from backchannel.desk.screen.offer_lines import read_offer, read_offers_file
from backchannel.desk.screen.paper import Paper
from backchannel.desk.session.finding import SHOWN

app = typer.Typer()


@app.command()
def propose(  # noqa: PLR0913 - one option each
    ctx: typer.Context,
    text: Text = None,
    *,
    offer: Annotated[
        list[str] | None,
        typer.Option(
            "--offer",
            metavar="OFFER",
            help="'pause=30 days; funds=half if visits=weekly'; once for each alternative.",
        ),
    ] = None,
    offers: Annotated[
        Path | None, typer.Option(metavar="JSON", help="Offers from a file; - is stdin.")
    ] = None,
    may: Uses = None,
    ask_first: Annotated[bool, typer.Option("--ask-first", help="Ask us before use.")] = False,
    only_if: Annotated[str, typer.Option(help="Only if they first say this.")] = "",
    not_before: When = "",
    expires: When = "",
    answers: Annotated[str, typer.Option(metavar="QUESTION", help="What it answers.")] = "",
    from_: From = None,
) -> None:
    """Offer something over issues of the agenda. Without --may it is for the mediator only."""
    given = setting(ctx)
    zone = given.world.zone
    uses = frozenset(each.use for each in may or ())
    handling = Handling(uses=uses, ask_first=ask_first, only_if=only_if)
    in_file = read_offers_file(read_text(offers), str(offers)) if offers else ()
    made = (*(read_offer(each) for each in offer or ()), *in_file)
    words = written(text, from_, "proposal")
    with opened(ctx) as desk:
        note = session.propose(
            desk,
            given.channel,
            text=words,
            offers=made,
            handling=handling,
            not_before=read_moment(not_before, zone) if not_before else None,
            expires=read_moment(expires, zone) if expires else None,
            answers=answers,
        )
    paper = Paper()
    paper.line(f"Proposal, note {note[:SHOWN]}: {handling.words}.")
    for each in made:
        paper.head(f"- {each.words}")
    paper.line(QUEUED)
