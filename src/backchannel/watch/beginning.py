"""Since when a case is followed: the first day that two independent reports speak of.

The age of a case is all that moves its outlook, so whoever can move the first day moves it. A lone
claim cannot: the first day is that of the earliest claim beside which another of a different page,
outlet and wording was published within `WINDOW` days. Or the user names the day.

Promises: copies of one story, word for word, never bear one another out, however many and wherever;
the order of arrival does not matter; `reach` holds every first day that one more claim can lead to.

Rejected: the first claim of all (one planted claim moves it to any day); the second page of all (a
lone claim, planted early, gives a later one the same power); a median day (talks are reported
thickest where they end, so it says little about when they began).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from itertools import islice
from typing import Final

from backchannel.channel.folding import fold
from backchannel.watch.claims import Claim
from backchannel.watch.counting import report_of

WINDOW: Final = 14  # days
_WINDOW: Final = timedelta(days=WINDOW)
_EARLIEST: Final = date.min + _WINDOW


class Known(Enum):
    """How the first day is known."""

    GIVEN = "given"  # by the user
    BORNE_OUT = "borne_out"  # by two independent reports
    LONE = "lone"  # the first claim, which none bears out


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """The first day, and how it is known."""

    day: date
    known: Known


def beginning(claims: Iterable[Claim], since: date | None = None) -> Beginning:
    """Return the first day of these claims, of which there is at least one."""
    if since is not None:
        return Beginning(day=since, known=Known.GIVEN)
    told = _distinct(claims)
    found = _borne_out(told)
    if found is None:
        return Beginning(day=told[0].published, known=Known.LONE)
    return Beginning(day=found, known=Known.BORNE_OUT)


def reach(claims: Iterable[Claim], found: Beginning) -> tuple[tuple[date, date], ...] | None:
    """Return the spans of days that the first day can come to lie in by one more claim.

    None: any day, for a lone first claim is followed by whatever comes.
    """
    if found.known is Known.GIVEN:
        return ((found.day, found.day),)
    if found.known is Known.LONE:
        return None
    # A claim and the one beside it lie within the window; a later first day cannot come about,
    # for the two that made this one still stand.
    days = {each.published for each in claims if each.published - found.day <= _WINDOW}
    return tuple((max(day, _EARLIEST) - _WINDOW, min(day, found.day)) for day in sorted(days))


def independent(one: Claim, other: Claim) -> bool:
    """Return whether two claims differ in page, outlet and wording.

    A story in other words is not known for the same: wording is all that is looked at.
    """
    return (
        report_of(one) != report_of(other)
        and fold(one.outlet) != fold(other.outlet)
        and fold(one.paraphrase) != fold(other.paraphrase)
    )


def _distinct(claims: Iterable[Claim]) -> list[Claim]:
    # A thousand copies in one place would be compared with each other for nothing.
    first: dict[tuple[date, str, str, str], Claim] = {}
    for each in claims:
        first.setdefault((each.published, each.url, each.outlet, each.paraphrase), each)
    return sorted(first.values(), key=lambda each: each.published)


def _borne_out(told: Sequence[Claim]) -> date | None:
    if len({each.paraphrase for each in told}) == 1 or len({each.outlet for each in told}) == 1:
        return None
    for number, one in enumerate(told, start=1):
        for other in islice(told, number, None):
            if other.published - one.published > _WINDOW:
                break
            if independent(one, other):
                return one.published
    return None
