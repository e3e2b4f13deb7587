"""`backchannel watch outlook`: where a case may go, beside how seldom anybody could know it."""

from datetime import datetime
from importlib import resources
from typing import Annotated

import typer

from backchannel.commands.ledgers import DAY, Case, day, opened_ledger, require_known, today
from backchannel.commands.plans import AsJson
from backchannel.desk.screen.paper import Paper
from backchannel.watch.episodes import Episode, read_episodes
from backchannel.watch.ledger import DEFAULT_CASE, Wanted
from backchannel.watch.outlook import Outlook, Week
from backchannel.watch.outlook import outlook as computed
from backchannel.watch.outlook_words import caveats, for_programs, in_short

On = Annotated[
    datetime | None,
    typer.Option("--on", formats=DAY, help="As it could be known on this day; else today."),
]
Weeks = Annotated[int, typer.Option(min=1, max=260, help="How many weeks ahead.")]


def outlook(
    ctx: typer.Context,
    *,
    case: Case = DEFAULT_CASE,
    on: On = None,
    weeks: Weeks = 8,
    as_json: AsJson = False,
) -> None:
    """Tell where a case may go. Example: backchannel watch outlook --weeks 4."""
    at = day(on) or today(ctx)
    with opened_ledger(ctx) as ledger:
        require_known(ledger, case)
        claims = ledger.claims(Wanted(until=at), case=case)
    found = computed(claims, decided_episodes(), on=at, weeks=weeks, case=case)
    if as_json:
        Paper().json(for_programs(found, case=case))
    else:
        _show(found, case)


def decided_episodes() -> tuple[Episode, ...]:
    """Return the episodes that come with the program."""
    data = resources.files("backchannel.watch").joinpath("data", "outcomes.json").read_bytes()
    return read_episodes(data)


def _show(found: Outlook, case: str) -> None:
    paper = Paper()
    paper.head(
        f"Case {case} on {found.on}: {found.age} weeks since the first claim ({found.first}); "
        f"{found.claims:,} claims from {found.pages:,} pages."
    )
    paper.line(f"Base rate of agreement at the end of an episode: {in_short(found.base_rate)}.")
    paper.line("By the end of each week ahead; below each, the base rate of all ages alike, in %:")
    heads = ("week", "agreement", "breakdown", "goes on")
    paper.table(heads, map(_cells, found.weeks))
    seen = found.hazards[0]
    paper.line(
        f"{seen.at_risk} of {found.decided} decided episodes reached this age (week {seen.week}); "
        f"in that week {seen.agreements} ended in agreement, {seen.breakdowns} in breakdown."
    )
    for each in caveats(found):
        paper.warn(each)


def _cells(week: Week) -> tuple[str, ...]:
    pairs = (
        (week.agreement, week.base_agreement),
        (week.breakdown, week.base_breakdown),
        (week.goes_on, week.base_goes_on),
    )
    return (str(week.ahead), *(f"{in_short(own)}\nbase {in_short(base)}" for own, base in pairs))
