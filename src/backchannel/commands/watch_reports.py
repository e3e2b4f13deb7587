"""`backchannel watch read`: reports into the ledger, and what may be claimed in them for review.

Promises: a page is data and never obeyed; each report is stored with what is proposed from it, or
not at all, so a read that was cut off is finished by the same command; what a method has gone
through is not gone through again.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import track

from backchannel.commands.ledgers import DAY, Case, day, opened_ledger, today
from backchannel.commands.plans import AsJson
from backchannel.commands.report_readers import MAX_SOURCE, Given, Source, read_source
from backchannel.desk.commands.setting import setting
from backchannel.desk.commands.writing import STDIN, read_bytes
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.paper import Paper
from backchannel.watch.errors import WatchError
from backchannel.watch.extraction.rules import RULES
from backchannel.watch.ledger import DEFAULT_CASE, Ledger
from backchannel.watch.proposals import Method, proposed
from backchannel.watch.reports import Report
from backchannel.watch.stories import stories

MAX_SHOWN: Final = 20  # refusals; the others are counted

Paths = Annotated[
    list[Path],
    typer.Argument(metavar="FILE|FOLDER|-...", help="Pages, texts, or reports as JSON Lines."),
]
Outlet = Annotated[str, typer.Option("--outlet", help="Where it was published.")]
Url = Annotated[str, typer.Option("--url", help="Its address.")]
Title = Annotated[str, typer.Option("--title", help="Its title.")]
Published = Annotated[
    datetime | None, typer.Option("--published", formats=DAY, help="The day printed on it.")
]


@dataclass(slots=True, kw_only=True)
class Tally:
    """What became of what was read, counted as it goes."""

    reports: int = 0
    new: int = 0
    proposals: int = 0
    other: int = 0  # in a language that the method does not know


def read(
    ctx: typer.Context,
    paths: Paths,
    *,
    case: Case = DEFAULT_CASE,
    outlet: Outlet = "",
    url: Url = "",
    title: Title = "",
    published: Published = None,
    as_json: AsJson = False,
) -> None:
    """Read reports and propose claims. Example: backchannel watch read pages/ --outlet Gazette.

    Nothing becomes a claim by this: `backchannel watch review` is where a person decides.
    """
    given = Given(outlet=outlet, url=url, title=title, published=day(published))
    files = list(_files(paths))
    refusals, tally = list[str](), Tally()
    with opened_ledger(ctx) as ledger:
        taking = Taking(ledger=ledger, case=case, method=RULES, now=setting(ctx).world.now)
        for path in _followed(files):
            source = _source(path, setting(ctx).world.now())
            found = read_source(source, given, today=today(ctx))
            refusals += [f"{path}: {each}" for each in found.refusals]
            taking = replace(taking, raw_hash=hashlib.sha256(source.data).hexdigest())
            refusals += [f"{path}: {each}" for each in take(taking, found.reports, tally)]
        if tally.new:
            filed = stories(ledger.reports.texts(case=case))
            ledger.reports.file_stories(filed, case=case, at=setting(ctx).world.now())
        waiting = ledger.proposals.waiting(case=case)
    _tell(taking, tally, refusals, waiting=waiting, as_json=as_json)
    if not tally.reports:
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """What taking a report needs: where it goes, what proposes claims from it, and the clock."""

    ledger: Ledger
    case: str
    method: Method
    now: Callable[[], datetime]
    raw_hash: str = ""  # of the bytes that hold the reports


def take(taking: Taking, reports: Iterable[Report], tally: Tally) -> Iterator[str]:
    """Store reports one by one with what is proposed, and yield why one was not taken."""
    for report in reports:
        try:
            _take(taking, report, tally)
        except WatchError as fault:
            yield str(fault)


def _take(taking: Taking, report: Report, tally: Tally) -> None:
    store, method, case = taking.ledger.reports, taking.method.name, taking.case
    # Rules know English alone: what is known to be another language is for coding by hand.
    other = report.language.partition("-")[0] not in {"", "en"}
    skipped = other or store.is_extracted(report.digest, method, case=case)
    found = () if skipped else proposed(report, taking.method)
    name = "" if skipped else method
    new = store.add(
        report,
        case=case,
        at=taking.now(),
        raw_hash=taking.raw_hash,
        method=name,
        proposals=found,
    )
    tally.reports += 1
    tally.new += new
    tally.other += other
    tally.proposals += len(found)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.is_file())
        elif path == STDIN or path.is_file():
            yield path
        else:
            raise UsageError(f"{path} is no file or folder; name pages, texts or reports")


def _followed(files: list[Path]) -> Iterable[Path]:
    console = Console(stderr=True)
    quiet = len(files) < 2 or not console.is_terminal  # noqa: PLR2004 - one is soon done
    return track(files, "Reading", console=console, transient=True, disable=quiet)


def _source(path: Path, now: datetime) -> Source:
    data = read_bytes(path, most=MAX_SOURCE)
    if path == STDIN:
        return Source(name="", data=data, retrieved=now)
    # The file's own time, so that a page that is read again is the same reading.
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Source(name=path.name, data=data, retrieved=at)


def _tell(
    taking: Taking, tally: Tally, refusals: list[str], *, waiting: int, as_json: bool
) -> None:
    paper = Paper()
    if as_json:
        paper.json(
            {
                "case": taking.case,
                "method": taking.method.name,
                "reports": tally.reports,
                "new": tally.new,
                "in_other_languages": tally.other,
                "proposed": tally.proposals,
                "refused": refusals,
                "waiting": waiting,
            }
        )
        return
    for each in refusals[:MAX_SHOWN]:
        paper.warn(each)
    if len(refusals) > MAX_SHOWN:
        paper.warn(f"{len(refusals) - MAX_SHOWN:,} more were refused; --json shows them all")
    paper.head(
        f"{tally.reports:,} reports read, {tally.new:,} of them new in the case {taking.case}; "
        f"{tally.proposals:,} claims proposed by {taking.method.name}; {len(refusals):,} refused."
    )
    if tally.other:
        paper.warn(f"{tally.other:,} are not in English: they are stored, for coding by hand.")
    paper.line(f"{waiting:,} wait for `backchannel watch review`; none is a claim before.")
