"""The four signals of a case, day by day or week by week, with the claims behind every point.

(1) pauses and exchanges that are announced; (2) who is credited; (3) leaks and denials beside the
broker's own words; (4) moves of the region and of legislatures, by direction.

Promises: the points of a series add up to all its claims; the order in which claims came changes
nothing; copies on one page add no report; a time in which nothing at all was published is marked,
for it may be a time at which nobody looked. They are shown, and weighed in nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from backchannel.watch.claims import Claim, ClaimType, Direction, SpeakerType
from backchannel.watch.counting import NO_STORIES, ordered, reports
from backchannel.watch.errors import TooLittleError

DAY: Final = 1
WEEK: Final = 7
MOST_POINTS: Final = 20_000
DENIALS: Final = frozenset({ClaimType.LEAK_DENIED, ClaimType.TALKS_DENIED, ClaimType.CONTRADICTION})
PAUSES: Final = frozenset({ClaimType.PAUSE_ANNOUNCED, ClaimType.EXCHANGE_ANNOUNCED})

Belongs = Callable[[Claim], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What belongs to a signal from a day on; `covered`: anything at all was published then."""

    start: date
    claims: tuple[Claim, ...]
    reports: int
    covered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A series: points that follow one another without a gap, each of `days` days."""

    name: str
    days: int
    points: tuple[Point, ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Return all claims of the series, in order."""
        return tuple(each for point in self.points for each in point.claims)


def _of(*types: ClaimType) -> Belongs:
    return lambda claim: claim.claim_type in types


def _move(kind: ClaimType, way: Direction) -> Belongs:
    return lambda claim: claim.claim_type is kind and claim.direction is way


SIGNALS: Final[Mapping[str, Belongs]] = {
    "pauses and exchanges": lambda claim: claim.claim_type in PAUSES,
    "credit given": lambda claim: bool(claim.credited_to),
    "the broker's words": lambda claim: claim.speaker_type is SpeakerType.BROKER,
    "leaks": _of(ClaimType.LEAK),
    "denials": lambda claim: claim.claim_type in DENIALS,
    **{
        f"{name}, {way.value}": _move(kind, way)
        for name, kind in (
            ("region", ClaimType.REGIONAL_MOVE),
            ("legislature", ClaimType.LEGISLATURE_MOVE),
        )
        for way in Direction
    },
}


def signals(
    claims: Iterable[Claim],
    *,
    days: int = WEEK,
    since: date | None = None,
    until: date | None = None,
    stories: Mapping[str, str] = NO_STORIES,
) -> tuple[Signal, ...]:
    """Return all signals of a case between two days, both included. Raises: TooLittleError.

    Weeks begin with the first day: the first claim's, or `since`.
    """
    known = ordered(
        each
        for each in claims
        if (since is None or each.published >= since) and (until is None or each.published <= until)
    )
    if not known:
        raise TooLittleError("no claim was published in these days: add claims, or name others")
    first, last = since or known[0].published, until or known[-1].published
    if (count := (last - first).days // days + 1) > MOST_POINTS:
        raise TooLittleError(f"{count:,} points were asked for; {MOST_POINTS:,} can be: take weeks")
    cut = _Cut(
        starts=tuple(first + timedelta(days=days * number) for number in range(count)),
        days=days,
        covered=frozenset((day - first).days // days for day in {each.published for each in known}),
        stories=stories,
    )
    found = _sorted_out(known)
    return tuple(Signal(name=name, days=days, points=_points(found[name], cut)) for name in SIGNALS)


def _sorted_out(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    """Return the claims of each signal. What belongs where depends on four fields alone."""
    found: dict[str, list[Claim]] = {name: [] for name in SIGNALS}
    places: dict[tuple[int, int, int, bool], list[list[Claim]]] = {}
    for each in claims:
        # By identity: members of an Enum are hashed in Python, four million times for a million.
        kind = (
            *(id(each.claim_type), id(each.speaker_type), id(each.direction)),
            bool(each.credited_to),
        )
        if kind not in places:
            places[kind] = [found[name] for name, belongs in SIGNALS.items() if belongs(each)]
        for place in places[kind]:
            place.append(each)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """How time is cut up, and in which parts anything at all was published."""

    starts: tuple[date, ...]
    days: int
    covered: frozenset[int]
    stories: Mapping[str, str]


def _points(claims: Iterable[Claim], cut: _Cut) -> tuple[Point, ...]:
    found: dict[int, list[Claim]] = {}
    for each in claims:
        found.setdefault((each.published - cut.starts[0]).days // cut.days, []).append(each)
    return tuple(
        Point(
            start=start,
            claims=tuple(found.get(number, ())),
            reports=reports(found.get(number, ()), cut.stories),
            covered=number in cut.covered,
        )
        for number, start in enumerate(cut.starts)
    )
