"""`round`: call, move, cancel, record at the mediator's desk; answer at a party's; list at both."""

from dataclasses import replace
from typing import Annotated

import typer

from backchannel.desk import session
from backchannel.desk.commands.saying import QUEUED, From
from backchannel.desk.commands.setting import opened, setting
from backchannel.desk.commands.writing import read_text
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.json_form import plain
from backchannel.desk.screen.moments import read_moment, shown
from backchannel.desk.screen.paper import Paper
from backchannel.desk.screen.rounds_page import rounds, show_rounds
from backchannel.desk.session.finding import SHOWN

app = typer.Typer(name="round", help="When and where the mediator meets.", no_args_is_help=True)

Which = Annotated[str, typer.Argument(metavar="ROUND", help="Its identifier, or its place.")]
Words = Annotated[str, typer.Option("--text", help="A word to those called.")]
WHEN = "2026-03-01 12:00, or ...T12:00Z"


@app.command()
def call(
    ctx: typer.Context,
    parties: Annotated[list[str], typer.Argument(help="Whom; nobody learns who else is called.")],
    *,
    at: Annotated[str, typer.Option(metavar="WHEN", help=WHEN)],
    place: Annotated[str, typer.Option(help="Where.")],
    text: Words = "",
) -> None:
    """Call parties to a round, each by itself."""
    given = setting(ctx)
    begins = read_moment(at, given.world.zone)
    meeting = session.Meeting(begins=begins, place=place, text=text)
    with opened(ctx) as desk:
        key = session.call_round(desk, given.channel, parties, meeting)
    when = shown(begins, given.world.zone)
    Paper().head(f"Round {key[:SHOWN]} is called: {', '.join(parties)}, {when}, {place}. {QUEUED}")


@app.command()
def move(
    ctx: typer.Context,
    which: Which = "",
    *,
    at: Annotated[str, typer.Option(metavar="WHEN", help=WHEN)] = "",
    place: Annotated[str, typer.Option(help="Where, if elsewhere.")] = "",
    text: Words = "",
) -> None:
    """Move a round to another time or place, for all who were called."""
    if not (at or place or text):
        raise UsageError("say with --at, --place or --text what is to change")
    given = setting(ctx)
    begins = read_moment(at, given.world.zone) if at else None

    def change(before: session.Meeting) -> session.Meeting:
        return replace(
            before,
            begins=begins or before.begins,
            place=place or before.place,
            text=text or before.text,
        )

    with opened(ctx) as desk:
        session.move_round(desk, given.channel, which, change)
    Paper().line(f"The round is moved; whoever had answered is asked again. {QUEUED}")


@app.command()
def cancel(ctx: typer.Context, which: Which = "", *, text: Words = "") -> None:
    """Cancel a round. All who were called read the same words."""
    with opened(ctx) as desk:
        session.cancel_round(desk, setting(ctx).channel, which, text=text)
    Paper().line(f"The round is cancelled. {QUEUED}")


@app.command()
def answer(
    ctx: typer.Context,
    which: Which = "",
    *,
    coming: Annotated[bool, typer.Option("--coming/--not-coming", help="Whether you come.")],
    person: Annotated[list[str] | None, typer.Option(help="Who comes; once for each.")] = None,
    text: Annotated[str, typer.Option(help="A word to the mediator.")] = "",
) -> None:
    """Say, as a party, whether you come to a round, and who."""
    with opened(ctx) as desk:
        session.answer_round(
            desk,
            setting(ctx).channel,
            which,
            coming=coming,
            people=tuple(person or ()),
            text=text,
        )
    Paper().line(f"The mediator is told that you {'come' if coming else 'do not come'}. {QUEUED}")


@app.command()
def held(
    ctx: typer.Context,
    which: Which = "",
    *,
    attended: Annotated[list[str] | None, typer.Option(help="Who came; once for each.")] = None,
    debrief: Annotated[str, typer.Option(help="What was made of it.")] = "",
    from_: From = None,
) -> None:
    """Record who came and what was made of it: for the mediator, and told to nobody."""
    if debrief and from_:
        raise UsageError("the debrief is given twice: write it on the line or name a file")
    words = read_text(from_).rstrip("\n") if from_ else debrief
    with opened(ctx) as desk:
        session.hold_round(
            desk, setting(ctx).channel, which, attendance=tuple(attended or ()), debrief=words
        )
    Paper().line("Recorded. Nobody is told.")


@app.command("list")
def list_(
    ctx: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For other programs; UTC.")] = False,
) -> None:
    """List the rounds, with who comes; at the mediator's desk also who came, and the debrief."""
    given = setting(ctx)
    with opened(ctx) as desk:
        known = rounds(desk, given.channel)
    if as_json:
        Paper().json(plain(known))
    else:
        show_rounds(Paper(), known, zone=given.world.zone)
