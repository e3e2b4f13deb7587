"""`backchannel brief`: the five questions about a case, as a page, Markdown, PDF or JSON."""

from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Annotated, Final

import typer

from backchannel.brief.markdown import to_markdown
from backchannel.brief.material import Named, Previous, material
from backchannel.brief.page import to_html
from backchannel.brief.said import Standing, Statement, Table
from backchannel.brief.series import MOST_BYTES, Series, read_series
from backchannel.brief.whole import Brief
from backchannel.brief.whole import brief as written_brief
from backchannel.brief.written import read_previous, to_json
from backchannel.commands.ledgers import DAY, Case, day, opened_ledger, require_known, today
from backchannel.commands.printing import to_pdf
from backchannel.commands.saving import Force, kind_of, require_free, save
from backchannel.commands.watch_outlook import Weeks, decided_episodes
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.paper import Paper
from backchannel.watch.claims import Claim
from backchannel.watch.errors import TooLittleError
from backchannel.watch.ledger import DEFAULT_CASE, Wanted
from backchannel.watch.outlook import Outlook
from backchannel.watch.outlook import outlook as computed

app = typer.Typer()
KINDS: Final = ("html", "md", "pdf", "json")

Targets = Annotated[
    list[Path] | None,
    typer.Option(
        "--to", "--out", metavar="FILE", help="Where to, as .html, .md, .pdf or .json; repeatable."
    ),
]
On = Annotated[
    datetime | None, typer.Option("--on", formats=DAY, help="As of this day; else today.")
]
Since = Annotated[
    datetime | None,
    typer.Option("--since", formats=DAY, help="What is new was published after this day."),
]
Before = Annotated[
    Path | None,
    typer.Option("--previous", metavar="FILE", help="The brief before, as .json: what is new."),
]
Brokers = Annotated[list[str] | None, typer.Option("--broker", help="Who mediates; repeatable.")]
Parties = Annotated[list[str] | None, typer.Option("--party", help="A party; repeatable.")]
Affected = Annotated[
    list[str] | None, typer.Option("--affected", help="Affected, without a seat; repeatable.")
]
Beside = Annotated[
    list[Path] | None,
    typer.Option("--series", metavar="FILE", help="A dated series, as CSV; repeatable."),
]


@app.command()
def brief(  # noqa: PLR0913 - each is an option
    ctx: typer.Context,
    *,
    case: Case = DEFAULT_CASE,
    to: Targets = None,
    on: On = None,
    since: Since = None,
    previous: Before = None,
    broker: Brokers = None,
    party: Parties = None,
    affected: Affected = None,
    series: Beside = None,
    weeks: Weeks = 8,
    force: Force = False,
) -> None:
    """Answer the five questions. Example: backchannel brief --to brief.html --since 2026-06-01.

    Without --to it is written here. A .json is what --previous of the next brief takes.
    """
    kinds = {each: kind_of(each, KINDS) for each in to or ()}
    given = [*(series or ()), *([previous] if previous else [])]
    for each in kinds:
        require_free(each, given, force=force)
    if since is not None and previous is not None:
        raise UsageError("give --since or --previous: a brief before has its own day")
    at = day(on) or today(ctx)
    claims = _claims(ctx, case, at)
    found, why = _outlook(claims, at, weeks, case)
    made = written_brief(
        material(
            case,
            claims,
            on=at,
            since=day(since),
            named=Named(
                brokers=tuple(broker or ()),
                parties=tuple(party or ()),
                affected=tuple(affected or ()),
                series=tuple(map(_series, series or ())),
            ),
            outlook=found,
            no_outlook=why,
            previous=_previous(previous),
        )
    )
    for path, kind in kinds.items():
        save(path, _as(made, kind), force=force)
    if not kinds:
        _show(made)


def _claims(ctx: typer.Context, case: str, at: date) -> tuple[Claim, ...]:
    with opened_ledger(ctx) as ledger:
        require_known(ledger, case)
        return ledger.claims(Wanted(until=at), case=case)


def _outlook(
    claims: tuple[Claim, ...], at: date, weeks: int, case: str
) -> tuple[Outlook | None, str]:
    try:
        return computed(claims, decided_episodes(), on=at, weeks=weeks, case=case), ""
    except TooLittleError as fault:
        return None, f"There is no outlook: {fault}."


def _series(path: Path) -> Series:
    with _there(path).open("rb") as file:
        return read_series(file.read(MOST_BYTES + 1), path.name)


def _previous(path: Path | None) -> Previous | None:
    return read_previous(_there(path).read_bytes(), path.name) if path else None


def _there(path: Path) -> Path:
    if not path.is_file():
        raise UsageError(f"{path} is no file; name one that is there")
    return path


def _as(made: Brief, kind: str) -> bytes:
    match kind:
        case "json":
            return to_json(made)
        case "md":
            return to_markdown(made).encode()
        case "html":
            return _page(made).encode()
        case _:
            return to_pdf(_page(made))


def _page(made: Brief) -> str:
    style = resources.files("backchannel.brief").joinpath("brief.css").read_text("utf-8")
    return to_html(made, style=style)


def _show(made: Brief) -> None:
    paper = Paper()
    paper.head(made.title)
    for each in made.notes:
        paper.warn(each)
    for number, section in enumerate(made.sections, start=1):
        paper.head(f"\n{number}. {section.title}")
        for part in section.parts:
            paper.head(f"\n{part.title}")
            for statement in part.statements:
                paper.quote(_line(made, statement))
        for table in section.tables:
            _show_table(paper, table)
    paper.head("\nSources")
    for number, claim in enumerate(made.sources, start=1):
        paper.quote(f"{number}. {claim.published} {claim.outlet} {claim.url}")


def _line(made: Brief, statement: Statement) -> str:
    known = statement.standing is Standing.FACT
    mark = "" if known else f"({statement.standing.value}) "
    because = f" From: {statement.because}." if statement.because else ""
    numbers = ", ".join(map(str, made.numbers(statement)))
    return f"{mark}{statement.text}{because}" + (f" [{numbers}]" if numbers else "")


def _show_table(paper: Paper, table: Table) -> None:
    if table.rows:
        paper.head(f"\n{table.caption}:")
        paper.table(table.heads, table.rows)
