"""Reading a desk: caucus, knows, journal, status, export."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from backchannel.desk import export as exporting
from backchannel.desk import session
from backchannel.desk.commands.setting import opened, setting
from backchannel.desk.commands.writing import write_new
from backchannel.desk.desk import Desk
from backchannel.desk.screen import json_form
from backchannel.desk.screen.caucus_page import show_caucus
from backchannel.desk.screen.channel_page import show_status
from backchannel.desk.screen.journal_page import show_journal, show_knowledge
from backchannel.desk.screen.paper import Paper
from backchannel.desk.session.finding import find

app = typer.Typer()
Json = Annotated[bool, typer.Option("--json", help="For other programs; times in UTC.")]


class Format(Enum):
    """What an export is written as."""

    MARKDOWN = "markdown"
    JSON = "json"


@app.command()
def caucus(
    ctx: typer.Context,
    party: Annotated[str, typer.Argument(help="At the mediator's desk: which party.")] = "",
    *,
    as_json: Json = False,
) -> None:
    """Read a caucus: all that the party and the mediator said to each other."""
    given = setting(ctx)
    with opened(ctx) as desk:
        view = session.view(desk, given.channel, seat=party)
        info = _info(desk, given.channel, party)
    if as_json:
        Paper().json(json_form.view(view))
    else:
        show_caucus(Paper(), view, info, zone=given.world.zone)


def _info(desk: Desk, channel: str, party: str) -> session.CaucusInfo:
    known = find(channel, ((c.channel, c.title, c) for c in session.channels(desk)), "channel")
    reference = party if known.role == "mediator" else ""
    return find(reference, ((c.caucus, c.name, c) for c in known.caucuses), "party")


@app.command()
def knows(ctx: typer.Context, *, as_json: Json = False) -> None:
    """Show who was told what: each note, each other party. For the mediator."""
    given = setting(ctx)
    with opened(ctx) as desk:
        rows = session.knowledge(desk, given.channel)
    if as_json:
        Paper().json([json_form.plain(row) for row in rows])
    else:
        show_knowledge(Paper(), rows, zone=given.world.zone)


@app.command()
def journal(ctx: typer.Context, *, as_json: Json = False) -> None:
    """Show what the desk noted itself: verification, refusals, overrides, attempts to join."""
    given = setting(ctx)
    with opened(ctx) as desk:
        rows = session.journal(desk, given.channel)
    if as_json:
        Paper().json([json_form.plain(row) for row in rows])
    else:
        show_journal(Paper(), rows, zone=given.world.zone)


@app.command()
def status(ctx: typer.Context, *, as_json: Json = False) -> None:
    """Show how each caucus is connected: what waits, what is missing, what was not verified."""
    with opened(ctx) as desk:
        channels = session.channels(desk)
    if as_json:
        Paper().json([json_form.plain(known) for known in channels])
    else:
        show_status(Paper(), channels)


@app.command()
def export(
    ctx: typer.Context,
    *,
    format_: Annotated[Format, typer.Option("--format", help="Markdown for people.")],
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="A new file.")] = None,
) -> None:
    """Export this desk's side of the channel, readable for whoever has the file."""
    with opened(ctx) as desk:
        text = exporting.export(desk, setting(ctx).channel, fmt=format_.value)
    if out is None:
        Paper().file(text)
    else:
        write_new(out, text.encode())
        Paper().aside(f"{out} is written. It is not encrypted, and it proves nothing to others.")
