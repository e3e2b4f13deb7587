"""What a brief is made of: claims up to a day, since when they are new, who takes part, and more.

Promises: nothing after the day of the brief is in it; claims from one page count as one report; the
order in which claims came changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from backchannel.brief.cast import Cast, cast
from backchannel.brief.errors import BriefError
from backchannel.brief.said import counted
from backchannel.brief.series import Series
from backchannel.watch.claims import Claim
from backchannel.watch.counting import ordered, reports
from backchannel.watch.outlook import Outlook


@dataclass(frozen=True, slots=True, kw_only=True)
class Previous:
    """What the brief before rested on: claims by digest, and its outlook, by weeks ahead.

    `ahead` holds how probable agreement, breakdown and going on were.
    """

    on: date
    digests: frozenset[str]
    ahead: dict[int, tuple[float, float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What the user names: who mediates, the parties, who is affected without a seat, series."""

    brokers: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    affected: tuple[str, ...] = ()
    series: tuple[Series, ...] = ()


NOBODY: Final = Named()


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """`since` is None for a first brief: all is new. `affected`: who has no seat, as named.

    `new`: what was published since the brief before.
    """

    case: str
    on: date
    since: date | None
    claims: tuple[Claim, ...]
    new: tuple[Claim, ...]
    cast: Cast
    outlook: Outlook | None
    affected: tuple[str, ...] = ()
    series: tuple[Series, ...] = ()
    previous: Previous | None = None
    no_outlook: str = ""

    @property
    def gone(self) -> int:
        """Return how many claims the brief before rested on that stand no longer."""
        if self.previous is None:
            return 0
        return len(self.previous.digests - {each.digest for each in self.claims})

    @property
    def first(self) -> date:
        """Return the day of the first claim."""
        return self.claims[0].published


def material(
    case: str,
    claims: Iterable[Claim],
    *,
    on: date,
    since: date | None,
    named: Named = NOBODY,
    outlook: Outlook | None = None,
    no_outlook: str = "",
    previous: Previous | None = None,
) -> Material:
    """Return what a brief on this day is made of. Raises: BriefError."""
    known = ordered(each for each in claims if each.published <= on)
    if not known:
        raise BriefError(f"no claim was published up to {on}: add claims, or name a later day")
    if since is not None and since >= on:
        raise BriefError(f"the brief is of {on}, and {since} does not lie before it")
    if previous is not None and previous.on > on:
        raise BriefError(f"the brief before is of {previous.on}, after {on}: name the one before")
    return Material(
        case=case,
        on=on,
        since=previous.on if previous else since,
        claims=tuple(known),
        new=_new(known, since, previous),
        cast=cast(known, brokers=named.brokers, parties=named.parties),
        outlook=outlook,
        affected=named.affected,
        series=named.series,
        previous=previous,
        no_outlook=no_outlook,
    )


def _new(
    claims: Iterable[Claim], since: date | None, previous: Previous | None
) -> tuple[Claim, ...]:
    if previous is not None:
        # By digest: a report of last month that was read today is new to the reader.
        return tuple(each for each in claims if each.digest not in previous.digests)
    return tuple(each for each in claims if since is None or each.published > since)


def extent(claims: Iterable[Claim]) -> str:
    """Return how many claims these are, from how many pages."""
    found = tuple(claims)
    return f"{counted(len(found), 'claim')} from {counted(reports(found), 'page')}"


def by_page(claims: Iterable[Claim]) -> list[list[Claim]]:
    """Return claims page by page, the page of the newest first."""
    ordered = sorted(claims, key=lambda c: (c.published, c.url or c.digest, c.digest), reverse=True)
    return [list(found) for _, found in groupby(ordered, key=lambda c: c.url or c.digest)]
