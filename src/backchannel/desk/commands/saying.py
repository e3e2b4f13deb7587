"""What a party says, and may do about it later: say, withdraw, widen, erase, ask, allow, deny."""

from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from backchannel.channel.handling import Attribution, Handling
from backchannel.desk import session
from backchannel.desk.commands.setting import opened, setting
from backchannel.desk.commands.writing import confirm, read_rows, written
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.moments import read_moment, shown
from backchannel.desk.screen.paper import Paper
from backchannel.desk.screen.requests_page import show_requests
from backchannel.desk.session.finding import SHOWN, find_key

app = typer.Typer()

QUEUED = "It goes out with the courier, or with `backchannel sync`."
Text = Annotated[str | None, typer.Argument(help="The words; else they are read from stdin.")]
From = Annotated[Path | None, typer.Option("--from", metavar="FILE", help="Read the words there.")]
Note = Annotated[str, typer.Argument(help="The note: the beginning of its identifier.")]


class May(Enum):
    """A use that the author allows, as it is typed."""

    AS_OURS = "as-ours"
    NON_PAPER = "non-paper"
    MEDIATORS_IDEA = "mediators-idea"

    @property
    def use(self) -> Attribution:
        """The use that is meant."""
        return _USES[self]


_USES = {
    May.AS_OURS: Attribution.AUTHOR,
    May.NON_PAPER: Attribution.NOBODY,
    May.MEDIATORS_IDEA: Attribution.MEDIATOR,
}
Uses = Annotated[
    list[May] | None, typer.Option("--may", help="A use you allow; can be given more than once.")
]
When = Annotated[str, typer.Option(metavar="WHEN", help="2026-03-01 12:00, or ...T12:00Z")]


@app.command()
def say(  # noqa: PLR0913 - one option each
    ctx: typer.Context,
    text: Text = None,
    *,
    may: Uses = None,
    ask_first: Annotated[bool, typer.Option("--ask-first", help="Ask us before use.")] = False,
    only_if: Annotated[str, typer.Option(help="Only if they first say this.")] = "",
    not_before: When = "",
    expires: When = "",
    rows: Annotated[Path | None, typer.Option(metavar="CSV", help="A list to go with it.")] = None,
    answers: Annotated[str, typer.Option(metavar="QUESTION", help="What it answers.")] = "",
    from_: From = None,
) -> None:
    """Say something to the mediator. Without --may it is for the mediator only."""
    given = setting(ctx)
    zone = given.world.zone
    uses = frozenset(each.use for each in may or ())
    handling = Handling(uses=uses, ask_first=ask_first, only_if=only_if)
    begins = read_moment(not_before, zone) if not_before else None
    ends = read_moment(expires, zone) if expires else None
    words, listed = written(text, from_, "note"), read_rows(rows)
    with opened(ctx) as desk:
        note = session.say(
            desk,
            given.channel,
            text=words,
            handling=handling,
            rows=listed,
            not_before=begins,
            expires=ends,
            answers=answers,
        )
    paper = Paper()
    paper.line(f"Note {note[:SHOWN]}: {handling.words}.")
    if begins:
        paper.line(f"It may be used from {shown(begins, zone)} on.")
    if ends:
        paper.line(f"It expires {shown(ends, zone)}.")
    paper.line(QUEUED)


@app.command()
def withdraw(ctx: typer.Context, note: Note) -> None:
    """Withdraw a note: no further use. What was conveyed stays conveyed."""
    with opened(ctx) as desk:
        session.withdraw(desk, setting(ctx).channel, note)
    Paper().line(f"Note {note} is withdrawn. What was conveyed before stays conveyed. {QUEUED}")


@app.command()
def widen(
    ctx: typer.Context,
    note: Note,
    *,
    may: Uses = None,
    without_asking: Annotated[
        bool, typer.Option("--without-asking", help="No longer ask us before use.")
    ] = False,
    without_condition: Annotated[
        bool, typer.Option("--without-condition", help="Drop what they had to say first.")
    ] = False,
) -> None:
    """Allow more than a note's handling did. It cannot be narrowed again."""
    with opened(ctx) as desk:
        channel = setting(ctx).channel
        if session.role(desk, channel) == "mediator":
            raise UsageError("only the author of a note can widen its handling, at its own desk")
        notes = session.view(desk, channel).notes
        old = notes[find_key(note, notes, "note")].handling  # type: ignore[index]
        new = replace(
            old,
            uses=old.uses | {each.use for each in may or ()},
            ask_first=old.ask_first and not without_asking,
            only_if="" if without_condition else old.only_if,
        )
        session.widen(desk, channel, note, new)
    Paper().line(f"Note {note} {new.words}. {QUEUED}")


@app.command()
def erase(
    ctx: typer.Context,
    note: Note,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a note from this desk, and from the mediator's once the word is there."""
    if not yes:
        confirm(f"erase note {note}, here and at the mediator's desk")
    with opened(ctx) as desk:
        session.erase(desk, setting(ctx).channel, note)
    Paper().line(f"Note {note} is erased. What was conveyed before stays conveyed. {QUEUED}")


@app.command("ask")
def ask_question(
    ctx: typer.Context,
    text: Text = None,
    *,
    to: Annotated[str, typer.Option(metavar="PARTY", help="At the mediator's desk: whom.")] = "",
    from_: From = None,
) -> None:
    """Ask the mediator; at the mediator's desk, ask a party."""
    words = written(text, from_, "question")
    with opened(ctx) as desk:
        question = session.ask(desk, setting(ctx).channel, text=words, seat=to)
    Paper().line(f"Question {question[:SHOWN]}. {QUEUED}")


@app.command()
def requests(
    ctx: typer.Context,
    party: Annotated[str, typer.Argument(help="At the mediator's desk: which party.")] = "",
) -> None:
    """List what waits for an answer: uses that the mediator asks for, and open questions."""
    with opened(ctx) as desk:
        view = session.view(desk, setting(ctx).channel, seat=party)
    show_requests(Paper(), view)


@app.command()
def allow(
    ctx: typer.Context,
    request: Annotated[str, typer.Argument(help="The request.")],
    *,
    text: Annotated[str, typer.Option(help="A word beside it.")] = "",
) -> None:
    """Allow the use that the mediator asked for, in just that wording."""
    with opened(ctx) as desk:
        session.answer_use(desk, setting(ctx).channel, request, allowed=True, text=text)
    Paper().line(f"The use asked for in {request} is allowed. {QUEUED}")


@app.command()
def deny(
    ctx: typer.Context,
    request: Annotated[str, typer.Argument(help="The request.")],
    *,
    text: Annotated[str, typer.Option(help="A word beside it.")] = "",
) -> None:
    """Deny the use that the mediator asked for."""
    with opened(ctx) as desk:
        session.answer_use(desk, setting(ctx).channel, request, allowed=False, text=text)
    Paper().line(f"The use asked for in {request} is denied. {QUEUED}")
