"""`backchannel watch forecast`, `forecasts`, `score`: forecasts on record, and how they did."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from statistics import fmean
from typing import Annotated, Final

import typer

from backchannel import __version__
from backchannel.commands.ledgers import DAY, Case, day, today
from backchannel.commands.plans import AsJson
from backchannel.commands.watch_outlook import Since, Weeks, claims_until, decided_episodes
from backchannel.desk.commands.setting import setting
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.paper import Paper
from backchannel.watch.episodes import Ending
from backchannel.watch.errors import MalformedError
from backchannel.watch.forecast_log import FILE, ForecastLog, open_log
from backchannel.watch.forecasts import (
    Entry,
    Outcome,
    Score,
    forecast_body,
    outcome_body,
    read_entry,
    scores,
    to_score,
    verified,
)
from backchannel.watch.ledger import DEFAULT_CASE
from backchannel.watch.outlook import outlook

_LIMITS: Final = (
    "The chain shows what was changed, removed in the middle or moved. That the end was cut off, "
    "or all hashed anew, shows only with --head HASH, a hash you noted elsewhere; and days are "
    "those of this machine's clock."
)
Note = Annotated[str, typer.Option(help="Words of yours, entered with it.")]
Verify = Annotated[bool, typer.Option("--verify", help="Check the chain. Exit 1 if it is broken.")]
Head = Annotated[str, typer.Option(metavar="HASH", help="A hash that was noted before.")]
Ended = Annotated[datetime, typer.Option("--on", formats=DAY, help="The day it was decided.")]


def forecast(
    ctx: typer.Context,
    *,
    case: Case = DEFAULT_CASE,
    weeks: Weeks = 26,
    since: Since = None,
    note: Note = "",
    as_json: AsJson = False,
) -> None:
    """Enter today's outlook in the log. Example: backchannel watch forecast --note "weekly"."""
    at = today(ctx)
    claims = claims_until(ctx, case, at)
    found = outlook(claims, decided_episodes(), on=at, weeks=weeks, case=case, since=day(since))
    body = forecast_body(found, case=case, claims=claims, version=__version__, note=note)
    with _opened(ctx) as log:
        entry = log.append(lambda _: body)
    paper = Paper()
    if as_json:
        paper.json(_plain(entry))
        return
    paper.head(f"Entry {entry.number}: the outlook of the case {case} on {at}, {weeks} weeks.")
    paper.whole(entry.hash)
    paper.line("Note this hash elsewhere: it holds this entry and all before it.")


def forecasts(
    ctx: typer.Context, *, verify: Verify = False, head: Head = "", as_json: AsJson = False
) -> None:
    """List the log, or check it. Example: backchannel watch forecasts --verify --head 3f9a..."""
    with _opened(ctx) as log:
        entries = log.entries()
    checked = verify or bool(head)
    faults = verified(entries, head.strip().lower()) if checked else ()
    if as_json:
        more = {"faults": list(faults), "limits": _LIMITS} if checked else {}
        Paper().json({"entries": [_plain(each) for each in entries], **more})
    elif checked:
        _show_checked(entries, faults)
    else:
        _show(entries)
    if faults:
        raise typer.Exit(1)


def score(
    ctx: typer.Context,
    *,
    outcome: Annotated[Ending, typer.Option(help="How it ended.")],
    on: Ended,
    case: Case = DEFAULT_CASE,
    as_json: AsJson = False,
) -> None:
    """Enter how a case ended. Example: backchannel watch score --outcome breakdown --on 2026-07-20.

    All forecasts of it before that day, and after an earlier outcome, are scored.
    """
    at = today(ctx)
    if on.date() > at:
        raise UsageError(f"{on.date()} is yet to come; name the day on which it was decided")
    made: list[Score] = []

    def body(before: Sequence[Entry]) -> str:
        _require_whole(before)
        read = [read_entry(each) for each in before]
        ended = Outcome(number=len(before) + 1, case=case, ending=outcome, on=on.date())
        told = to_score(read, ended)
        if not told:
            raise UsageError(
                f"there is no forecast of the case {case} from before {on.date()} to score: make "
                "some with `backchannel watch forecast`, or look at `watch forecasts`"
            )
        made.extend(each for forecast in told for each in scores(forecast, ended))
        return outcome_body(case=case, ending=outcome, on=on.date(), made=at)

    with _opened(ctx) as log:
        entry = log.append(body)
    if as_json:
        Paper().json({"entry": _plain(entry), "scores": [asdict(each) for each in made]})
    else:
        _show_scores(made, entry)


@contextmanager
def _opened(ctx: typer.Context) -> Iterator[ForecastLog]:
    with open_log(setting(ctx).home_folder() / FILE) as log:
        yield log


def _require_whole(entries: Sequence[Entry]) -> None:
    faults = verified(entries)
    if faults:
        raise UsageError(f"the log is not what was entered, nothing is scored: {faults[0]}")


def _plain(entry: Entry) -> dict[str, object]:
    return asdict(entry)


def _show(entries: Sequence[Entry]) -> None:
    paper = Paper()
    for each in entries:
        paper.head(f"{each.number} {_in_short(each)} [{each.hash[:12]}]")
    paper.line(f"{len(entries):,} entries.")


def _in_short(entry: Entry) -> str:
    try:
        said = read_entry(entry)
    except MalformedError as fault:
        return f"cannot be read, see --verify: {fault}"
    where = f"{said.on} {said.case}:"
    if isinstance(said, Outcome):
        return f"{where} ended in {said.ending.value}"
    (agreement, breakdown, goes_on), base = said.weeks[-1], said.base[-1]
    return (
        f"{where} by week {len(said.weeks)} agreement {agreement:.0%} (base {base[0]:.0%}), "
        f"breakdown {breakdown:.0%} (base {base[1]:.0%}), goes on {goes_on:.0%} (base "
        f"{base[2]:.0%})"
    )


def _show_checked(entries: Sequence[Entry], faults: Sequence[str]) -> None:
    paper = Paper()
    for each in faults:
        paper.warn(each)
    if not faults:
        paper.line(f"The chain of {len(entries):,} entries holds.")
    if entries:
        paper.line("Its last hash:")
        paper.whole(entries[-1].hash)
    paper.line(_LIMITS)


def _show_scores(made: Sequence[Score], entry: Entry) -> None:
    paper = Paper()
    rows = [
        (str(each), *_losses([one for one in made if one.number == each]))
        for each in sorted({one.number for one in made})
    ]
    paper.line("Losses of each forecast, means over its weeks ahead; less is better:")
    heads = ("entry", "weeks", "log", "base", "Brier", "base")
    paper.table(heads, [*rows, ("all", *_losses(made))])
    paper.warn(
        "Weeks of one forecast, and forecasts of one case, are not independent: one outcome shows "
        "no skill, whatever the figures are."
    )
    paper.line(f"Entered as {entry.number}:")
    paper.whole(entry.hash)


def _losses(made: Sequence[Score]) -> tuple[str, ...]:
    means = (
        fmean(each.log_loss for each in made),
        fmean(each.base_log_loss for each in made),
        fmean(each.brier for each in made),
        fmean(each.base_brier for each in made),
    )
    return (str(len(made)), *(f"{each:.3f}" for each in means))
