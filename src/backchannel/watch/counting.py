"""Counting claims: by type, by class of speaker, who is credited, and from how many reports.

Promises: claims from one page are one report, and so are claims from pages that are copies of one
story, if it is told which these are; order changes nothing.
"""

from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import attrgetter
from typing import Final

from backchannel.watch.claims import Claim, ClaimType, SpeakerType

NO_STORIES: Final[Mapping[str, str]] = {}


_ORDER: Final = attrgetter(
    "published", "url", "paraphrase", "speaker", "actor", "outlet", "credited_to"
)


def ordered(claims: Iterable[Claim]) -> list[Claim]:
    """Return claims by day, always in the same order, whatever the order in which they came."""
    known = sorted(claims, key=_ORDER)
    found: list[Claim] = []
    for _, group in groupby(known, key=_ORDER):
        run = list(group)
        # A digest orders what these fields do not; of all claims it would take most of the time.
        found += sorted(run, key=attrgetter("digest")) if len(run) > 1 else run
    return found


def reports(claims: Iterable[Claim], stories: Mapping[str, str] = NO_STORIES) -> int:
    """Return from how many reports claims come; `stories`: the story of a page, by its address."""
    return len({report_of(each, stories) for each in claims})


def report_of(claim: Claim, stories: Mapping[str, str] = NO_STORIES) -> str:
    """Return what names the report of a claim: its story, its page, or itself."""
    return stories.get(claim.url, claim.url) if claim.url else claim.digest


def of_types(claims: Iterable[Claim], *types: ClaimType) -> tuple[Claim, ...]:
    """Return the claims of these types."""
    return tuple(each for each in claims if each.claim_type in types)


def by_speakers(claims: Iterable[Claim], *types: SpeakerType) -> tuple[Claim, ...]:
    """Return the claims of these classes of speakers."""
    return tuple(each for each in claims if each.speaker_type in types)


def leaked(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Return the leaks by whoever is not named."""
    return of_types(by_speakers(claims, SpeakerType.ANONYMOUS_SOURCE), ClaimType.LEAK)


def credited(claims: Iterable[Claim]) -> list[tuple[str, Claim]]:
    """Return who is credited, a pair for each name and claim.

    What stands in brackets is who spoke for it, and "UAE; US" are two.
    """
    return [
        (name, each)
        for each in claims
        for part in each.credited_to.split(";")
        if (name := part.partition("(")[0].strip())
    ]
