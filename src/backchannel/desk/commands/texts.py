"""`text`: the single negotiating text, edited by the mediator, judged clause by clause."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from backchannel.channel.accord import AccordForm
from backchannel.channel.clauses_file import read_text as read_clauses
from backchannel.channel.clauses_file import write_text as write_clauses
from backchannel.channel.handling import Attribution, Handling
from backchannel.channel.oral import How
from backchannel.channel.texts import Judgement
from backchannel.desk import session
from backchannel.desk.commands.draft_file import read_draft
from backchannel.desk.commands.holding import Hold, Yes
from backchannel.desk.commands.holding import hold as held
from backchannel.desk.commands.proposals import By
from backchannel.desk.commands.saying import QUEUED, From, May, Text, Uses
from backchannel.desk.commands.setting import opened, setting
from backchannel.desk.commands.writing import read_bytes, read_text, written
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.json_form import plain
from backchannel.desk.screen.moments import read_moment
from backchannel.desk.screen.paper import Paper
from backchannel.desk.screen.text_page import list_texts, show_changes, show_text
from backchannel.desk.session.finding import SHOWN, find
from backchannel.desk.session.negotiating import TextPage

app = typer.Typer(name="text", help="The single negotiating text.", no_args_is_help=True)

Which = Annotated[str, typer.Argument(metavar="TEXT", help="Its title or identifier.")]
OfClause = Annotated[str, typer.Argument(metavar="CLAUSE", help="Its number, such as 2.1.")]
Json = Annotated[bool, typer.Option("--json", help="For other programs.")]
Rests = Annotated[
    list[str] | None,
    typer.Option(
        "--rests-on",
        metavar="NOTE=USE",
        help="A note it uses, as-ours, non-paper or mediators-idea; once for each.",
    ),
]


class Says(Enum):
    """A judgement, as it is typed."""

    OBJECTS = "objects"
    CAN_LIVE_WITH = "can-live-with"
    AGREED = "agreed"

    @property
    def judgement(self) -> Judgement:
        """The judgement that is meant."""
        return Judgement(self.value.replace("-", " "))


@app.command()
def write(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The text; - is stdin. `text file` gives it back.")],
    *,
    again: Annotated[
        str, typer.Option(metavar="TEXT", help="A new version of this text, not a new one.")
    ] = "",
    rests_on: Rests = None,
) -> None:
    """Write a version of a text at your desk, as the mediator. Nobody is shown it by this."""
    words = read_clauses(read_text(file))
    with opened(ctx) as desk:
        key, version = session.write_text(
            desk,
            setting(ctx).channel,
            words,
            text=again,
            rests_on=[_resting(each) for each in rests_on or ()],
        )
        page = _page(desk, setting(ctx).channel, key)
    paper = Paper()
    paper.line(f"Version {version} of text {key[:SHOWN]} is written; nobody has been shown it.")
    for obstacle in page.obstacles:
        paper.warn(obstacle)


def _resting(written_: str) -> tuple[str, Attribution]:
    note, _, use = written_.partition("=")
    uses = {each.value: each.use for each in May}
    if not note or use not in uses:
        raise UsageError(
            f"--rests-on {written_!r} is not understood; write a note and its use, such as "
            f"1a2b3c4d={next(iter(uses))}; the uses are {', '.join(uses)}"
        )
    return note, uses[use]


def _page(desk: Desk, channel: str, reference: str) -> TextPage:
    known = session.texts(desk, channel)
    return find(reference, ((p.key, p.words.title, p) for p in known), "text")


@app.command()
def settle(
    ctx: typer.Context,
    which: Which,
    clause: OfClause,
    *,
    choose: Annotated[int, typer.Option(min=1, help="Which alternative, from 1.")],
    bracket: Annotated[int, typer.Option(min=1, help="Which bracket of the clause.")] = 1,
) -> None:
    """Settle a bracket in every language at once, in a new version at your desk."""
    with opened(ctx) as desk:
        version = session.settle_bracket(
            desk, setting(ctx).channel, which, clause, bracket=bracket, alternative=choose
        )
    Paper().line(f"Version {version} is written, with that bracket settled; nobody has seen it.")


@app.command()
def put(
    ctx: typer.Context,
    which: Which = "",
    *,
    to: Annotated[list[str], typer.Option(metavar="PARTY", help="Whom; once for each.")],
    version: Annotated[int, typer.Option(min=0, help="Which; else the last.")] = 0,
    override: Annotated[
        str, typer.Option(metavar="REASON", help="Although not verified; recorded.")
    ] = "",
    hold: Hold = 5,
    yes: Yes = False,
) -> None:
    """Show a version to parties, as the mediator; each sees its own judgements only."""
    given = setting(ctx)
    names = ", ".join(to)
    held(ctx, names, "show", seconds=hold, yes=yes)
    with opened(ctx) as desk:
        shown = session.show_text(
            desk, given.channel, which, to, version=version, override_unverified=override
        )
    Paper().head(f"Version {shown} is shown to {names}. {QUEUED}")


@app.command()
def show(ctx: typer.Context, which: Which = "", *, json: Json = False) -> None:
    """Show a text with its brackets, and who stands where as far as this desk may know."""
    with opened(ctx) as desk:
        page = _page(desk, setting(ctx).channel, which)
    if json:
        Paper().json(plain(page))
        return
    show_text(Paper(), page)


@app.command(name="list")
def list_(ctx: typer.Context, *, json: Json = False) -> None:
    """List the texts of the channel."""
    with opened(ctx) as desk:
        known = session.texts(desk, setting(ctx).channel)
    if json:
        Paper().json(plain(known))
        return
    list_texts(Paper(), known)


@app.command()
def changes(
    ctx: typer.Context,
    which: Which = "",
    *,
    since: Annotated[int, typer.Option(min=0, help="This version; else the one before.")] = 0,
) -> None:
    """Show what changed between two versions, word by word."""
    with opened(ctx) as desk:
        page = _page(desk, setting(ctx).channel, which)
    last = len(page.versions)
    before = since or last - 1
    if not 1 <= before < last:
        raise UsageError(
            f"there is nothing to compare: this desk has {last} version"
            f"{'s' if last > 1 else ''} of the text; --since takes 1 to {max(1, last - 1)}"
        )
    show_changes(Paper(), page.versions[before - 1], page.words)


@app.command()
def file(ctx: typer.Context, which: Which = "") -> None:
    """Print a text as a file to edit and to write again."""
    with opened(ctx) as desk:
        page = _page(desk, setting(ctx).channel, which)
    Paper().file(write_clauses(page.words))


@app.command()
def judge(ctx: typer.Context, which: Which, clause: OfClause, says: Says) -> None:
    """Say, as a party, where you stand on a clause. The mediator alone is told."""
    with opened(ctx) as desk:
        session.judge_clause(desk, setting(ctx).channel, which, clause, judgement=says.judgement)
    Paper().head(f"Clause {clause}: {says.judgement.value}; the mediator alone is told. {QUEUED}")


@app.command()
def comment(
    ctx: typer.Context,
    which: Which,
    clause: OfClause,
    text: Text = None,
    *,
    may: Uses = None,
    ask_first: Annotated[bool, typer.Option("--ask-first", help="Ask us before use.")] = False,
    from_: From = None,
) -> None:
    """Comment, as a party, on a clause. Without --may it is for the mediator only."""
    handling = Handling(uses=frozenset(each.use for each in may or ()), ask_first=ask_first)
    words = written(text, from_, "comment")
    with opened(ctx) as desk:
        note = session.comment_on_clause(
            desk, setting(ctx).channel, which, clause, comment=words, handling=handling
        )
    Paper().head(f"Note {note[:SHOWN]} on clause {clause}: {handling.words}. {QUEUED}")


@app.command()
def heard(
    ctx: typer.Context,
    which: Which,
    clause: OfClause,
    says: Says,
    *,
    party: Annotated[str, typer.Option(help="Who said so; a party without a desk.")],
    how: Annotated[By, typer.Option(help="How it was said.")] = By.IN_PERSON,
    spoken: Annotated[str, typer.Option(metavar="WHEN", help="When; else now.")] = "",
    person: Annotated[str, typer.Option(help="The person who spoke.")] = "",
) -> None:
    """Enter what a party without a desk says of a clause."""
    given = setting(ctx)
    with opened(ctx) as desk:
        said = session.SpokenJudgement(
            party=party,
            clause=clause,
            judgement=says.judgement,
            how=How[how.name],
            spoken=read_moment(spoken, given.world.zone) if spoken else desk.minute(),
            person=person,
        )
        session.hear_judgement(desk, given.channel, which, said)
    Paper().head(f"Entered for {party}: clause {clause}, {says.judgement.value}.")


@app.command()
def drop(ctx: typer.Context, which: Which = "") -> None:
    """Work on a text no longer. Whoever was shown it is told that, and not why."""
    with opened(ctx) as desk:
        session.drop_text(desk, setting(ctx).channel, which)
    Paper().line(f"The text is dropped. {QUEUED}")


@app.command()
def accord(
    ctx: typer.Context,
    which: Which = "",
    *,
    steps: Annotated[
        Path | None, typer.Option(metavar="JSON", help="A draft file whose steps are taken.")
    ] = None,
    parties: Annotated[str, typer.Option(help="Names of seats, with commas between.")] = "",
    form: Annotated[AccordForm, typer.Option(help="The accord's form.")] = AccordForm.DECLARATION,
) -> None:
    """Draft an accord from a text in which nothing is open and every clause is agreed."""
    channel = setting(ctx).channel
    taken = read_draft(read_bytes(steps)).steps if steps else ()
    names = tuple(name.strip() for name in parties.split(",") if name.strip())
    with opened(ctx) as desk:
        title, editions = session.editions_of(desk, channel, which)
        shown = tuple(name for name, _ in _page(desk, channel, which).shown)
        writing = session.AccordDraft(
            title=title, editions=editions, parties=names or shown, form=form, steps=taken
        )
        key = session.draft(desk, channel, writing)
    Paper().line(
        f"Accord {key[:SHOWN]} is drafted from it. Nobody is told before `backchannel accord put`."
    )
