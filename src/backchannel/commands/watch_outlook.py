"""`backchannel watch outlook`, `durations`: where a case may go, and how little anybody knows."""

from dataclasses import asdict
from datetime import date, datetime
from importlib import resources
from typing import Annotated

import typer

from backchannel.commands.ledgers import DAY, Case, day, opened_ledger, require_known, today
from backchannel.commands.plans import AsJson
from backchannel.desk.screen.paper import Paper
from backchannel.watch.claims import Claim
from backchannel.watch.durations import CAVEAT, DURATIONS
from backchannel.watch.episodes import Episode, read_episodes
from backchannel.watch.ledger import DEFAULT_CASE, Wanted
from backchannel.watch.outlook import Outlook, Week
from backchannel.watch.outlook import outlook as computed
from backchannel.watch.outlook_words import (
    FIRST_DAYS,
    bound_in_words,
    caveats,
    dropped_in_words,
    durations_in_words,
    for_programs,
    in_short,
    what_would_change,
)
from backchannel.watch.sensitivity import Sensitivity
from backchannel.watch.sensitivity import sensitivity as moved

On = Annotated[
    datetime | None,
    typer.Option("--on", formats=DAY, help="As it could be known on this day; else today."),
]
Weeks = Annotated[int, typer.Option(min=1, max=260, help="How many weeks ahead.")]
Since = Annotated[
    datetime | None,
    typer.Option("--since", formats=DAY, help="The first day, if you know it: no claim moves it."),
]
Moves = Annotated[
    bool,
    typer.Option("--sensitivity", help="What each outlet moves, and one planted claim at most."),
]


def outlook(
    ctx: typer.Context,
    *,
    case: Case = DEFAULT_CASE,
    on: On = None,
    since: Since = None,
    weeks: Weeks = 8,
    sensitivity: Moves = False,
    as_json: AsJson = False,
) -> None:
    """Tell where a case may go. Example: backchannel watch outlook --weeks 4 --sensitivity."""
    at = day(on) or today(ctx)
    claims = claims_until(ctx, case, at)
    first, episodes = day(since), decided_episodes()
    found = computed(claims, episodes, on=at, weeks=weeks, case=case, since=first)
    moves = None
    if sensitivity:
        moves = moved(claims, episodes, on=at, weeks=weeks, case=case, since=first)
    if as_json:
        Paper().json(for_programs(found, case=case, moves=moves))
        return
    _show(found, case, claims)
    if moves:
        _show_moves(moves)


def claims_until(ctx: typer.Context, case: str, at: date) -> tuple[Claim, ...]:
    """Return the claims of a case published by a day."""
    with opened_ledger(ctx) as ledger:
        require_known(ledger, case)
        return ledger.claims(Wanted(until=at), case=case)


def decided_episodes() -> tuple[Episode, ...]:
    """Return the episodes that come with the program, decided or not."""
    data = resources.files("backchannel.watch").joinpath("data", "outcomes.json").read_bytes()
    return read_episodes(data)


def _show(found: Outlook, case: str, claims: tuple[Claim, ...]) -> None:
    paper = Paper()
    paper.head(
        f"Case {case} on {found.on}: {found.age} weeks since {FIRST_DAYS[found.known]} "
        f"({found.first}); {found.claims:,} claims from {found.pages:,} pages."
    )
    paper.line(f"Base rate of agreement at the end of an episode: {in_short(found.base_rate)}.")
    paper.line("By the end of each week ahead; below each, the base rate of all ages alike, in %:")
    heads = ("week", "agreement", "breakdown", "goes on")
    paper.table(heads, map(_cells, found.weeks))
    seen = found.hazards[0]
    paper.line(
        f"{seen.at_risk} of {found.decided + found.undecided} episodes reached this age (week "
        f"{seen.week}); in that week {seen.agreements} ended in agreement, {seen.breakdowns} in "
        "breakdown."
    )
    paper.line("What would change it:")
    for each in what_would_change(found):
        paper.line(f"- {each}")
    for each in durations_in_words(claims):
        paper.line(each)
    for each in caveats(found):
        paper.warn(each)


def _cells(week: Week) -> tuple[str, ...]:
    pairs = (
        (week.agreement, week.base_agreement),
        (week.breakdown, week.base_breakdown),
        (week.goes_on, week.base_goes_on),
    )
    return (str(week.ahead), *(f"{in_short(own)}\nbase {in_short(base)}" for own, base in pairs))


def _show_moves(moves: Sensitivity) -> None:
    paper = Paper()
    most = moves.dropped[0]
    paper.head(
        f"Without any one of {len(moves.dropped)} outlets; the largest change is that without "
        f"{most.outlet}. Changes in percentage points, of any week and any of the three:"
    )
    heads = ("without", "claims", "first day", "change")
    paper.table(heads, map(dropped_in_words, moves.dropped))
    paper.warn(bound_in_words(moves))


def durations(*, as_json: AsJson = False) -> None:
    """Tell how long agreements stay in force. Example: backchannel watch durations."""
    paper = Paper()
    if as_json:
        paper.json(
            {
                "format": "backchannel-durations/1",
                "durations": [asdict(each) for each in DURATIONS],
                "caveat": CAVEAT,
            }
        )
        return
    for each in DURATIONS:
        paper.line(f"In force after {each.days} days: {in_short(each.share)}.")
    paper.warn(CAVEAT)
