"""How the talks stand, what is due next and from whom, and who waited: talks, calendar, timing."""

from pathlib import Path
from typing import Annotated

import typer

from backchannel.channel.deadlines import ahead
from backchannel.desk import session
from backchannel.desk.calendar_file import calendar_file
from backchannel.desk.commands.setting import opened, setting
from backchannel.desk.commands.writing import write_new
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.due_page import due_json, matching, show_due
from backchannel.desk.screen.json_form import plain
from backchannel.desk.screen.paper import Paper
from backchannel.desk.screen.talks_page import show_talks, talks_of
from backchannel.desk.screen.timing_page import show_timing, timing_json

app = typer.Typer()
Json = Annotated[bool, typer.Option("--json", help="For other programs; times in UTC.")]
A_YEAR = 366 * 24 * 60  # minutes


@app.command()
def talks(ctx: typer.Context, *, as_json: Json = False) -> None:
    """Show how the talks stand, and the phase of each topic and accord."""
    with opened(ctx) as desk:
        known = talks_of(desk, setting(ctx).channel)
    if as_json:
        Paper().json(plain(known))
    else:
        show_talks(Paper(), known)


@app.command()
def calendar(
    ctx: typer.Context,
    channel: Annotated[str, typer.Argument(help="Which channel, if there are several.")] = "",
    *,
    out: Annotated[Path | None, typer.Option(metavar="FILE.ics", help="A new file.")] = None,
    discreet: Annotated[
        bool, typer.Option("--discreet", help="With --out: neutral titles, no names, no places.")
    ] = False,
    alarm: Annotated[
        int | None,
        typer.Option(
            min=0, max=A_YEAR, metavar="MINUTES", help="With --out: remind so long before."
        ),
    ] = None,
    find: Annotated[str, typer.Option(metavar="WORDS", help="Only what holds these words.")] = "",
    as_json: Json = False,
) -> None:
    """Show what is due next and from whom, or write it as a file for a calendar program."""
    if out is None and (discreet or alarm is not None):
        raise UsageError("--discreet and --alarm are for a file: name one with --out")
    if out is not None and (find or as_json):
        raise UsageError("--find and --json are for the screen: leave them out with --out")
    given, paper = setting(ctx), Paper()
    with opened(ctx) as desk:
        due = session.due(desk, channel or given.channel)
    found = ahead(due.deadlines, due.at)
    if out is not None:
        data = calendar_file(found, channel=due.channel, at=due.at, discreet=discreet, alarm=alarm)
        write_new(out, data)
        _warn(paper, out, discreet=discreet)
    elif as_json:
        paper.json(due_json(matching(found, find, zone=given.world.zone)))
    else:
        show_due(paper, due, matching(found, find, zone=given.world.zone), zone=given.world.zone)


def _warn(paper: Paper, out: Path, *, discreet: bool) -> None:
    says = "the dates" if discreet else "the dates, who takes part, and where you meet"
    paper.aside(
        f"{out} is written. It leaves this desk and is not encrypted: a calendar program may copy "
        f"it to telephones and servers, and whoever reads it learns {says}."
    )
    if not discreet:
        paper.aside("With --discreet it has neutral titles and no names.")


@app.command()
def timing(ctx: typer.Context, *, as_json: Json = False) -> None:
    """Show who set the agenda and who waited how long for whom. For the mediator."""
    given = setting(ctx)
    with opened(ctx) as desk:
        info = session.timing(desk, given.channel)
    if as_json:
        Paper().json(timing_json(info))
    else:
        show_timing(Paper(), info, zone=given.world.zone)
