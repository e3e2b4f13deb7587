"""Reading a desk: caucus, knows, journal, status, export."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from backchannel.desk import caucus_export, session
from backchannel.desk import export as exporting
from backchannel.desk.commands.setting import opened, setting
from backchannel.desk.commands.writing import write_new
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.screen import json_form
from backchannel.desk.screen.caucus_page import show_caucus
from backchannel.desk.screen.channel_page import show_status
from backchannel.desk.screen.journal_page import show_journal
from backchannel.desk.screen.knowledge_page import show_knowledge
from backchannel.desk.screen.paper import Paper
from backchannel.desk.screen.spoken_page import show_spoken
from backchannel.desk.session.finding import find

app = typer.Typer()
Json = Annotated[bool, typer.Option("--json", help="For other programs; times in UTC.")]


class Format(Enum):
    """What an export is written as."""

    MARKDOWN = "markdown"
    JSON = "json"
    LETTERS = "letters"


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
        mediates = session.role(desk, given.channel) == "mediator"
        spoken = session.spoken(desk, given.channel, seat=party) if mediates else ()
    if as_json:
        by_mouth = {"spoken": json_form.spoken(spoken)} if mediates else {}
        Paper().json(json_form.view(view) | by_mouth)
    else:
        show_caucus(Paper(), view, info, zone=given.world.zone)
        show_spoken(Paper(), info.name, spoken, zone=given.world.zone)


def _info(desk: Desk, channel: str, party: str) -> session.CaucusInfo:
    known = find(channel, ((c.channel, c.title, c) for c in session.channels(desk)), "channel")
    reference = party if known.role == "mediator" else ""
    return find(reference, ((c.caucus, c.name, c) for c in known.caucuses), "party")


@app.command()
def knows(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(help="Only what holds all these words (or beginnings).")
    ] = None,
    *,
    party: Annotated[str, typer.Option(help="Only what this party was, or was not, told.")] = "",
    as_json: Json = False,
) -> None:
    """Show who was told what: each note, each other party. For the mediator."""
    given = setting(ctx)
    with opened(ctx) as desk:
        rows = session.knowledge(desk, given.channel, words=" ".join(words or ()), party=party)
    if as_json:
        Paper().json([json_form.plain(row) for row in rows])
    else:
        searched = bool(words or party)
        show_knowledge(Paper(), rows, zone=given.world.zone, searched=searched)


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
    format_: Annotated[
        Format, typer.Option("--format", help="Markdown for people; letters: of one caucus.")
    ],
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="A new file.")] = None,
    caucus: Annotated[
        str, typer.Option(metavar="PARTY", help="With letters, at the mediator's desk: whose.")
    ] = "",
) -> None:
    """Export this desk's side of the channel, readable for whoever has the file.

    As letters, it is one caucus, to be opened with `verify-export`, and proves no more than text.
    """
    channel = setting(ctx).channel
    _require_fitting(format_, out, caucus)
    with opened(ctx) as desk:
        if format_ is Format.LETTERS:
            data = caucus_export.export(desk, channel, caucus=caucus)
        else:
            data = exporting.export(desk, channel, fmt=format_.value).encode()
    if out is None:
        Paper().file(data.decode())
    else:
        write_new(out, data)
        Paper().aside(f"{out} is written. It is not encrypted, and it proves nothing to others.")


def _require_fitting(format_: Format, out: Path | None, caucus: str) -> None:
    if format_ is Format.LETTERS and out is None:
        raise UsageError("a caucus as letters is written to a file of its own: name it with --out")
    if format_ is not Format.LETTERS and caucus:
        raise UsageError("--caucus goes with --format letters: the other formats hold all of them")
