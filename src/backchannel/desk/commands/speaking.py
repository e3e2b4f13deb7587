"""What was spoken: heard, heard-allow, taken-back, told. The mediator's own record, at its desk."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from backchannel.channel.handling import Handling
from backchannel.channel.oral import How
from backchannel.desk import session
from backchannel.desk.commands.conveying import As
from backchannel.desk.commands.holding import Yes
from backchannel.desk.commands.proposals import By
from backchannel.desk.commands.saying import From, Note, Text, Uses, When
from backchannel.desk.commands.setting import opened, setting
from backchannel.desk.commands.writing import confirm, confirm_name, read_rows, read_text, written
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.moments import read_moment, shown
from backchannel.desk.screen.paper import Paper
from backchannel.desk.screen.preview_page import show_preview
from backchannel.desk.session.finding import SHOWN

app = typer.Typer()


Way = Annotated[By, typer.Option("--how", help="How it was spoken.")]
At = Annotated[str, typer.Option("--at", metavar="WHEN", help="When it was spoken; else now.")]
Person = Annotated[str, typer.Option(help="Who of the party spoke, or was spoken to.")]
Rows = Annotated[Path | None, typer.Option(metavar="CSV", help="A list that goes with it.")]


def aloud(ctx: typer.Context, how: By, at: str, person: str) -> session.Aloud:
    """Return how something was spoken. Raises: UsageError."""
    world = setting(ctx).world
    now = world.now().replace(second=0, microsecond=0)
    moment = read_moment(at, world.zone) if at else now
    if moment > now:
        raise UsageError(
            f"{shown(moment, world.zone)} is still to come: give the time at which it was spoken"
        )
    return session.Aloud(how=How[how.name], spoken=moment, person=person)


@app.command()
def heard(  # noqa: PLR0913 - one option each
    ctx: typer.Context,
    party: Annotated[str, typer.Argument(help="Who said it.")],
    text: Text = None,
    *,
    how: Way,
    at: At = "",
    person: Person = "",
    may: Uses = None,
    ask_first: Annotated[bool, typer.Option("--ask-first", help="They want to be asked.")] = False,
    only_if: Annotated[str, typer.Option(help="Only if the others first say this.")] = "",
    not_before: When = "",
    expires: When = "",
    rows: Rows = None,
    from_: From = None,
) -> None:
    """Record what a party said by mouth, with the handling it stated; without --may: none."""
    given = setting(ctx)
    zone = given.world.zone
    uses = frozenset(each.use for each in may or ())
    hearing = session.Hearing(
        text=written(text, from_, "note"),
        handling=Handling(uses=uses, ask_first=ask_first, only_if=only_if),
        rows=read_rows(rows),
        not_before=_moment(not_before, zone=zone),
        expires=_moment(expires, zone=zone),
    )
    way = aloud(ctx, how, at, person)
    with opened(ctx) as desk:
        note = session.heard(desk, given.channel, party, hearing, aloud=way)
    paper = Paper()
    paper.line(f"Note {note[:SHOWN]}, heard {way.how.value}: {hearing.handling.words}.")
    paper.line("It is your own record, and goes to no desk.")


def _moment(written_: str, *, zone: object) -> datetime | None:
    return read_moment(written_, zone) if written_ else None  # type: ignore[arg-type]


@app.command("heard-allow")
def heard_allow(
    ctx: typer.Context,
    note: Note,
    *,
    as_: As,
    how: Way,
    text: Annotated[str, typer.Option(help="In these words; else in the note's own.")] = "",
    at: At = "",
    person: Person = "",
) -> None:
    """Record that a party allowed, by mouth, a use of what it had said by mouth."""
    way = aloud(ctx, how, at, person)
    with opened(ctx) as desk:
        leave = session.heard_leave(
            desk, setting(ctx).channel, note, attribution=as_, aloud=way, text=text
        )
    Paper().line(f"Leave {leave[:SHOWN]}, heard {way.how.value}: {as_.words}, in just these words.")


@app.command("taken-back")
def taken_back(
    ctx: typer.Context,
    note: Note,
    *,
    erase: Annotated[bool, typer.Option("--erase", help="Its words leave this desk.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before erasing.")] = False,
) -> None:
    """Record that a party took back what it had said by mouth: a note, or a leave."""
    if erase and not yes:
        confirm(f"erase note {note} from this desk")
    with opened(ctx) as desk:
        session.take_back_heard(desk, setting(ctx).channel, note, erase=erase)
    what = "erased" if erase else "taken back"
    Paper().line(f"Note {note} is {what}. What was conveyed before stays conveyed.")


@app.command()
def told(  # noqa: PLR0913 - one option each
    ctx: typer.Context,
    notes: Annotated[list[str] | None, typer.Argument(help="The notes it rests on.")] = None,
    *,
    to: Annotated[str, typer.Option(metavar="PARTY", help="Who was told.")],
    as_: As,
    how: Way,
    at: At = "",
    person: Person = "",
    text: Annotated[str, typer.Option(help="In these words; else in the note's own.")] = "",
    from_: From = None,
    rows: Rows = None,
    met_by: Annotated[
        str, typer.Option(metavar="NOTE", help="Their note that meets the condition.")
    ] = "",
    breach: Annotated[
        str, typer.Option(metavar="REASON", help="It was told although a handling forbade it.")
    ] = "",
    look: Annotated[
        bool,
        typer.Option("--look", help="Before you speak: show what may be told; record nothing."),
    ] = False,
    yes: Yes = False,
) -> None:
    """Record what a party was told by mouth, under the rules of conveying."""
    if text and from_:
        raise UsageError("the words are given twice: with --text and with --from")
    conveying = session.Conveying(
        seat=to,
        attribution=as_,
        rests_on=tuple(notes or ()),
        text=read_text(from_).rstrip("\n") if from_ else text,
        rows=read_rows(rows),
        condition_met_by=met_by,
    )
    channel, paper, way = setting(ctx).channel, Paper(), aloud(ctx, how, at, person)
    with opened(ctx) as desk:
        preview = session.preview_told(desk, channel, conveying, aloud=way, breach=breach)
        show_preview(paper, preview, zone=setting(ctx).world.zone)
        if look:
            paper.line("Nothing is recorded.")
            return
        if not yes:
            confirm_name(preview.party, "record that they were told this")
        conveyance = session.told_by_mouth(desk, channel, conveying, aloud=way, breach=breach)
    paper.line(f"Recorded: {preview.party} was told {way.how.value}: {conveyance[:SHOWN]}.")
