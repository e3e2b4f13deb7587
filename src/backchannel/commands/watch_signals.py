"""`backchannel watch signals`, `leaks`, `credit`, `pairs`, `alerts`: what the claims show.

Everything is shown with its claims, and nothing of it enters the outlook.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum
from typing import Annotated, Any, Final

import typer

from backchannel.commands.ledgers import DAY, Case, day, opened_ledger, require_known, today
from backchannel.commands.plans import AsJson
from backchannel.commands.watch_claims import Since, Until
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.paper import Paper
from backchannel.watch.alerts import THRESHOLD, Alert
from backchannel.watch.alerts import alerts as changed
from backchannel.watch.claims import Claim
from backchannel.watch.credit import Part
from backchannel.watch.credit import credit as shares
from backchannel.watch.errors import TooLittleError
from backchannel.watch.leaks import episodes
from backchannel.watch.ledger import DEFAULT_CASE, Wanted
from backchannel.watch.pairs import pairs as suggested
from backchannel.watch.signals import DAY as ONE_DAY
from backchannel.watch.signals import WEEK, Signal
from backchannel.watch.signals import signals as series

NOT_WEIGHED: Final = "Shown, and weighed in nothing: no signal moves the outlook."
_SHORT: Final = 8  # of a digest

On = Annotated[
    datetime | None, typer.Option("--on", formats=DAY, help="As of this day; else today.")
]


class By(Enum):
    """How long a point is."""

    DAY = "day"
    WEEK = "week"


def signals(
    ctx: typer.Context,
    *,
    case: Case = DEFAULT_CASE,
    name: Annotated[
        str, typer.Option("--signal", help="Only signals with this in their name, with claims.")
    ] = "",
    by: Annotated[By, typer.Option(help="How long a point is.")] = By.WEEK,
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,
) -> None:
    """Show the four signals. Example: backchannel watch signals --by week --from 2026-06-01."""
    claims = _claims(ctx, case, Wanted(since=day(since), until=day(until)))
    length = ONE_DAY if by is By.DAY else WEEK
    found = series(claims, days=length, since=day(since), until=day(until))
    if as_json:
        Paper().json({"case": case, "by": by.value, "signals": [_signal(each) for each in found]})
        return
    paper = Paper()
    for each in found:
        if name and name not in each.name:
            continue
        _show(paper, each)
        if name:
            _show_claims(paper, each)
    if name and not any(name in each.name for each in found):
        raise UsageError(f"no signal is called {name[:40]!r}: {'; '.join(e.name for e in found)}")
    paper.line(f"From {found[0].points[0].start}, one figure for each {by.value}: pages. ~ stands")
    paper.line("where no claim of any kind was published, which may be where nobody looked.")
    paper.warn(NOT_WEIGHED)


def _show(paper: Paper, signal: Signal) -> None:
    figures = " ".join(
        str(point.reports) if point.reports else "." if point.covered else "~"
        for point in signal.points
    )
    pages = sum(point.reports for point in signal.points)
    paper.head(f"{signal.name}: {len(signal.claims)} claims, {pages} pages")
    paper.line(f"  {figures}")


def _show_claims(paper: Paper, signal: Signal) -> None:
    for each in signal.claims:
        paper.quote(f"{each.published} {each.speaker}: {each.paraphrase} [{_short(each)}]")


def _signal(signal: Signal) -> dict[str, Any]:
    return {
        "name": signal.name,
        "points": [
            {
                "from": point.start.isoformat(),
                "claims": [each.digest for each in point.claims],
                "pages": point.reports,
                "covered": point.covered,
            }
            for point in signal.points
        ],
    }


def leaks(ctx: typer.Context, *, case: Case = DEFAULT_CASE, as_json: AsJson = False) -> None:
    """Show runs of leaks, and what was denied. Example: backchannel watch leaks."""
    claims = _claims(ctx, case)
    found = episodes(claims)
    if as_json:
        rows = [
            {
                "first": each.first.isoformat(),
                "last": each.last.isoformat(),
                "leaks": _digests(each.leaks),
                "pages": each.reports,
                "expected": each.expected,
                "tail": each.tail,
                "denials": _digests(each.denials),
            }
            for each in found
        ]
        Paper().json({"case": case, "episodes": rows})
        return
    paper = Paper()
    paper.table(
        ("from", "to", "leaks", "pages", "at the usual rate", "so many or more", "denials"),
        [
            (
                f"{each.first}",
                f"{each.last}",
                f"{len(each.leaks)}",
                f"{each.reports}",
                f"{each.expected:.2f}",
                f"{100 * each.tail:.1f} %",
                f"{len(each.denials)}",
            )
            for each in found
        ],
    )
    paper.line(
        "At the usual rate: pages in as many days, over the whole record. So many or more: how "
        "probable by chance alone; runs were picked for being dense, so it looks rarer than it is."
    )
    paper.warn(NOT_WEIGHED)


def credit(
    ctx: typer.Context,
    *,
    case: Case = DEFAULT_CASE,
    turn: Annotated[
        datetime | None,
        typer.Option("--turn", formats=DAY, help="Before and from this day; else the middle."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show who is credited, before and since. Example: backchannel watch credit."""
    claims = _claims(ctx, case)
    first, last = claims[0].published, claims[-1].published
    at = day(turn) or first + timedelta(days=((last - first).days + 1) // 2)
    found = shares(claims, turn=at)
    if as_json:
        rows = [
            {
                "name": each.name,
                "before": _part(each.before),
                "since": _part(each.after),
                "shifted": each.shifted,
                "claims": _digests(each.claims),
            }
            for each in found
        ]
        Paper().json({"case": case, "turn": at.isoformat(), "credited": rows})
        return
    paper = Paper()
    rows_ = [
        (each.name, _share(each.before), _share(each.after), "yes" if each.shifted else "no")
        for each in found
    ]
    paper.table(("credited", f"before {at}", f"from {at}", "shifted"), rows_)
    paper.line("Shares of all credit given, with intervals of 95 %; shifted: these do not touch.")
    paper.warn(NOT_WEIGHED)


def _share(part: Part) -> str:
    if not part.among:
        return "none given"
    low, high = 100 * part.low, 100 * part.high
    return f"{part.times} of {part.among}: {100 * part.value:.0f} % ({low:.0f} to {high:.0f})"


def _part(part: Part) -> dict[str, float]:
    return {"times": part.times, "among": part.among, "low": part.low, "high": part.high}


def pairs(ctx: typer.Context, *, case: Case = DEFAULT_CASE, as_json: AsJson = False) -> None:
    """Suggest pairs of claims about one fact. Example: backchannel watch pairs."""
    found = suggested(_claims(ctx, case))
    if as_json:
        rows = [
            {
                "relation": each.relation.value,
                "first": each.first.digest,
                "second": each.second.digest,
                "overlap": each.overlap,
                "shared": list(each.shared),
            }
            for each in found
        ]
        Paper().json({"case": case, "pairs": rows})
        return
    paper = Paper()
    for each in found:
        paper.head(f"{each.relation.value}? They share: {', '.join(each.shared[:6])}")
        for claim in (each.first, each.second):
            paper.quote(f"{claim.published} {claim.speaker}: {claim.paraphrase} [{_short(claim)}]")
    paper.line(f"{len(found)} pairs.")
    paper.warn("Suggestions, by types, days and words alone: many are wrong. Judge each yourself.")


def alerts(
    ctx: typer.Context,
    *,
    case: Case = DEFAULT_CASE,
    on: On = None,
    threshold: Annotated[
        float, typer.Option(min=0.05, max=0.99, help="How probable a change must be.")
    ] = THRESHOLD,
    as_json: AsJson = False,
) -> None:
    """Tell when a rate has changed, and which claims say so. Example: backchannel watch alerts."""
    at = day(on) or today(ctx)
    found = [
        alert
        for signal in series(_claims(ctx, case, Wanted(until=at)), until=at)
        for alert in changed(signal, threshold=threshold)
    ]
    found.sort(key=lambda alert: (alert.week, alert.signal), reverse=True)
    if as_json:
        Paper().json({"case": case, "on": at.isoformat(), "alerts": [_alert(a) for a in found]})
        return
    paper = Paper()
    for each in found:
        paper.head(
            f"Week of {each.week}, {each.signal}: from {each.before:.1f} pages a week to "
            f"{each.after:.1f}; that it changed is {100 * each.probability:.0f} % probable, "
            f"{100 * each.chance:.0f} % by chance alone."
        )
        for claim in each.claims:
            paper.quote(f"{claim.published} {claim.speaker}: {claim.paraphrase} [{_short(claim)}]")
    paper.line(f"{len(found)} alerts up to {at}.")
    paper.warn(NOT_WEIGHED)


def _alert(alert: Alert) -> dict[str, Any]:
    return {
        "signal": alert.signal,
        "week": alert.week.isoformat(),
        "probability": alert.probability,
        "chance": alert.chance,
        "before": alert.before,
        "after": alert.after,
        "claims": _digests(alert.claims),
    }


def _claims(ctx: typer.Context, case: str, wanted: Wanted | None = None) -> tuple[Claim, ...]:
    with opened_ledger(ctx) as ledger:
        require_known(ledger, case)
        found = ledger.claims(wanted or Wanted(), case=case)
    if not found:
        raise TooLittleError("no claim was published in these days: add claims, or name others")
    return found


def _digests(claims: Iterable[Claim]) -> list[str]:
    return [each.digest for each in claims]


def _short(claim: Claim) -> str:
    return claim.digest[:_SHORT]
