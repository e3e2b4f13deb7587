"""What the mediator tells a party, and passes on from another: tell, request-use, convey, correct.

Before anything is conveyed the recipient, the attribution and the very text are shown, the
recipient's name is typed, and a hold counts down: until its end nothing has been recorded.
"""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from backchannel.channel.handling import Attribution
from backchannel.channel.oral import ToldByMouth
from backchannel.desk import session
from backchannel.desk.commands.holding import Hold, Yes
from backchannel.desk.commands.holding import hold as held
from backchannel.desk.commands.saying import QUEUED, From, Note, Text
from backchannel.desk.commands.setting import opened, setting
from backchannel.desk.commands.writing import read_rows, read_text, written
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.paper import Paper
from backchannel.desk.screen.preview_page import show_preview, show_warnings
from backchannel.desk.session.finding import SHOWN

app = typer.Typer()

As = Annotated[Attribution, typer.Option("--as", help="As whose words.")]
Rows = Annotated[Path | None, typer.Option(metavar="CSV", help="A list to go with it.")]


@app.command()
def tell(
    ctx: typer.Context,
    party: Annotated[str, typer.Argument(help="To whom.")],
    text: Text = None,
    *,
    answers: Annotated[str, typer.Option(metavar="QUESTION", help="What it answers.")] = "",
    from_: From = None,
) -> None:
    """Say something to a party as the mediator, for yourself."""
    words = written(text, from_, "remark")
    with opened(ctx) as desk:
        session.remark(desk, setting(ctx).channel, party, text=words, answers=answers)
    Paper().line(f"Told to {party}. {QUEUED}")


@app.command("request-use")
def request_use(
    ctx: typer.Context,
    note: Note,
    *,
    as_: As,
    text: Annotated[str, typer.Option(help="In these words; else in the note's own.")] = "",
) -> None:
    """Ask the author of a note for a use of it."""
    with opened(ctx) as desk:
        request = session.request_use(desk, setting(ctx).channel, note, attribution=as_, text=text)
    Paper().line(f"Request {request[:SHOWN]}. {QUEUED}")


Override = Annotated[
    str, typer.Option(metavar="REASON", help="Convey although not verified; recorded.")
]


@app.command()
def convey(  # noqa: PLR0913 - one option each
    ctx: typer.Context,
    notes: Annotated[list[str] | None, typer.Argument(help="The notes it rests on.")] = None,
    *,
    to: Annotated[str, typer.Option(metavar="PARTY", help="The recipient.")],
    as_: As,
    text: Annotated[str, typer.Option(help="In these words; else in the note's own.")] = "",
    from_: From = None,
    rows: Rows = None,
    met_by: Annotated[
        str, typer.Option(metavar="NOTE", help="The recipient's note that meets the condition.")
    ] = "",
    override: Override = "",
    hold: Hold = 5,
    yes: Yes = False,
) -> None:
    """Convey something to a party, resting on notes of others."""
    if text and from_:
        raise UsageError("the words are given twice: with --text and with --from")
    conveying = session.Conveying(
        seat=to,
        attribution=as_,
        rests_on=tuple(notes or ()),
        text=read_text(from_).rstrip("\n") if from_ else text,
        rows=read_rows(rows),
        condition_met_by=met_by,
        override_unverified=override,
    )
    channel, paper = setting(ctx).channel, Paper()
    with opened(ctx) as desk:
        preview = session.preview_convey(desk, channel, conveying)
        _refuse_unverified(preview, override)
        show_preview(paper, preview, zone=setting(ctx).world.zone)
        held(ctx, preview.party, "convey", seconds=hold, yes=yes)
        # In the words that were shown, whatever has become of the note meanwhile.
        shown = replace(conveying, text=preview.text, rows=preview.rows)
        conveyance = session.convey(desk, channel, shown)
    paper.line(f"Conveyed to {preview.party}: {conveyance[:SHOWN]}. {QUEUED}")


def _refuse_unverified(preview: session.ConveyPreview, override: str) -> None:
    # Said before anybody types a name; `session.convey` holds it in any case.
    if not preview.verified and not override.strip():
        raise session.UnverifiedError(
            f"the safety words of {preview.party} have not been compared: do so with `backchannel "
            f"verify {preview.party}`, or give a reason with --override, which is recorded"
        )


@app.command()
def correct(
    ctx: typer.Context,
    conveyance: Annotated[str, typer.Argument(help="The conveyance.")],
    text: Text = None,
    *,
    from_: From = None,
    rows: Rows = None,
    override: Override = "",
    hold: Hold = 5,
    yes: Yes = False,
) -> None:
    """Tell the recipient what stands in the place of something conveyed wrongly."""
    words, listed = written(text, from_, "correction"), read_rows(rows)
    channel, paper = setting(ctx).channel, Paper()
    with opened(ctx) as desk:
        wrong, found = session.preview_correct(desk, channel, conveyance, text=words, rows=listed)
        party = session.record(desk, channel).seats[wrong.seat].name
        by_mouth = isinstance(wrong, ToldByMouth)
        paper.head(f"To {party}, instead of:", style="bold")
        paper.quote(wrong.text)
        paper.line("this:", style="bold")
        paper.quote(words)
        paper.rows(listed)
        show_warnings(paper, found)
        if not by_mouth:
            held(ctx, party, "convey", seconds=hold, yes=yes)
        session.correct(
            desk, channel, conveyance, text=words, rows=listed, override_unverified=override
        )
    if by_mouth:
        paper.line(f"The correction is recorded. No desk tells it: {party} must hear it from you.")
        return
    paper.line(f"Corrected. What {party} was told before stays readable there. {QUEUED}")
