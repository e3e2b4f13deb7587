"""Fifth question: what to watch next. The outlook beside its base rate, and what is open.

Promises: no probability without its base rate, its interval and the count of reports it rests on;
what would change it is said, and that no skill is shown.
"""

from datetime import date
from typing import Final

from backchannel.brief.material import Material
from backchannel.brief.said import (
    Part,
    Section,
    Statement,
    Table,
    counted,
    fact,
    inferred,
    note,
    unknown,
)
from backchannel.watch.claims import Claim
from backchannel.watch.counting import of_types
from backchannel.watch.outlook import Outlook, Week
from backchannel.watch.outlook_words import caveats, in_short
from backchannel.watch.signals import DENIALS

CHANGES: Final = (
    "What would change it: time, as the case grows older; an older first claim; another mediation "
    "that is decided. What anybody says does not."
)
_DAYS: Final = 28  # a denial older than this is not called open


def next_(of: Material) -> Section:
    """Return where it may go, and what to look for."""
    parts = [
        Part(title="Outlook", statements=_outlook(of)),
        Part(title="Announced for later", statements=_announced(of)),
        Part(title="In dispute", statements=_disputed(of)),
    ]
    tables = (_weeks(of.outlook),) if of.outlook else ()
    pictures = ("outlook",) if of.outlook else ()
    return Section(title="What to watch next", parts=tuple(parts), tables=tables, pictures=pictures)


def _outlook(of: Material) -> tuple[Statement, ...]:
    found = of.outlook
    if found is None:
        return (unknown(of.no_outlook or "There is no outlook for this case."),)
    last = found.weeks[-1]
    because = (
        f"{found.decided} decided episodes and the age of this case, {found.age} weeks; the record "
        f"holds {counted(found.claims, 'claim')} from {counted(found.pages, 'page')}, and none of "
        "them moves the figure but the first by its day"
    )
    made = [
        inferred(
            f"Within {last.ahead} weeks: agreement {in_short(last.agreement)}, base rate "
            f"{in_short(last.base_agreement)}; breakdown {in_short(last.breakdown)}, base rate "
            f"{in_short(last.base_breakdown)}; it goes on {in_short(last.goes_on)}, base rate "
            f"{in_short(last.base_goes_on)}.",
            because,
        ),
        *_moved(of, found),
    ]
    return (*made, note(CHANGES), *map(note, caveats(found)))


def _moved(of: Material, found: Outlook) -> list[Statement]:
    if of.previous is None:
        return []
    for week in reversed(found.weeks):
        if week.ahead in of.previous.ahead:
            then = of.previous.ahead[week.ahead]
            now = (week.agreement.value, week.breakdown.value, week.goes_on.value)
            return [inferred(_from_to(week.ahead, then, now), f"the brief of {of.previous.on}")]
    return []


def _from_to(weeks: int, then: tuple[float, float, float], now: tuple[float, float, float]) -> str:
    names = ("agreement", "breakdown", "going on")
    moves = ", ".join(
        f"{name} from {100 * old:.0f} to {100 * new:.0f} %"
        for name, old, new in zip(names, then, now, strict=True)
    )
    return f"Since the brief before, for {weeks} weeks ahead: {moves}."


def _weeks(found: Outlook) -> Table:
    def row(week: Week) -> tuple[str, ...]:
        shares = (
            *(week.agreement, week.base_agreement),
            *(week.breakdown, week.base_breakdown),
            *(week.goes_on, week.base_goes_on),
        )
        return (str(week.ahead), *map(in_short, shares))

    return Table(
        caption="By the end of each week ahead, with intervals of 95 %, each beside its base rate",
        heads=("week", "agreement", "base", "breakdown", "base", "goes on", "base"),
        rows=tuple(map(row, found.weeks)),
    )


def _announced(of: Material) -> tuple[Statement, ...]:
    ahead = [each for each in of.claims if each.event_date and each.event_date > of.on]
    if not ahead:
        return (unknown(f"No claim names a day after {of.on}."),)
    return tuple(
        fact(f"{each.event_date}: {each.speaker}, on {each.published}: {each.paraphrase}", [each])
        for each in sorted(ahead, key=lambda c: (c.event_date or date.max, c.digest))
    )


def _disputed(of: Material) -> tuple[Statement, ...]:
    doubted = [
        each for each in of_types(of.claims, *DENIALS) if (of.on - each.published).days <= _DAYS
    ]
    if not doubted:
        return (unknown(f"Nothing was denied or contradicted in the last {_DAYS} days."),)
    return tuple(map(_doubt, reversed(doubted)))


def _doubt(claim: Claim) -> Statement:
    return fact(f"{claim.published}: {claim.speaker}: {claim.paraphrase}", [claim])
