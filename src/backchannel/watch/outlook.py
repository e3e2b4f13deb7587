"""The outlook of a case: how probable agreement and breakdown are by week, from its age alone.

Each week that an episode lasts it ends in agreement, ends in breakdown, or goes on (competing
risks in discrete time). The hazard of a week is the count among decided episodes of that age,
shrunk toward the hazard of all weeks by `SHRINKAGE` weeks that count as if they had been seen.

Promises: the three probabilities of a week add up to one; every number has its base rate and an
interval; no claim moves anything but by its day, as the first. No signal is weighed yet: what is
not in here is not in the number.

Source: Singer and Willett, Applied Longitudinal Data Analysis (2003), on discrete-time hazards.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from backchannel.watch.beta import around, jeffreys
from backchannel.watch.claims import Claim
from backchannel.watch.episodes import WEEK, Ending, Episode
from backchannel.watch.errors import TooLittleError

# Of 170 weeks in hand 107 are of one episode: a hazard of one age is hardly known.
SHRINKAGE: Final = 20  # weeks
MOST_WEEKS: Final = 260


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A probability with its interval of 95 %."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """Of so many episodes that reached this week (from 0), how many ended in it, and how."""

    week: int
    at_risk: int
    agreements: int
    breakdowns: int
    agreement: float
    breakdown: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Where it stands so many weeks ahead; beside each, the same from all ages alike."""

    ahead: int
    agreement: Share
    breakdown: Share
    goes_on: Share
    base_agreement: Share
    base_breakdown: Share
    base_goes_on: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What can be said of a case on a day. `age` is in whole weeks since the first claim."""

    on: date
    first: date
    age: int
    claims: int
    pages: int
    decided: int
    agreements: int
    left_out: int
    base_rate: Share
    hazards: tuple[Hazard, ...]
    weeks: tuple[Week, ...]


def outlook(
    claims: Iterable[Claim], episodes: Iterable[Episode], *, on: date, weeks: int, case: str = ""
) -> Outlook:
    """Return the outlook on a day, from what was published up to then.

    Episodes of the case itself, by its name, are left out: they would tell the outcome.

    Raises: TooLittleError.
    """
    if not 1 <= weeks <= MOST_WEEKS:
        raise TooLittleError(f"{weeks} weeks were asked for; 1 to {MOST_WEEKS} can be")
    known = [each for each in claims if each.published <= on]
    if not known:
        raise TooLittleError(f"no claim was published up to {on}: add claims, or name a later day")
    before, left_out = _decided(episodes, on, case)
    if not before:
        raise TooLittleError(f"no episode was decided before {on}: name a later day")
    first = min(each.published for each in known)
    age = (on - first).days // WEEK
    good = sum(each.ending is Ending.AGREEMENT for each in before)
    low, high = jeffreys(good, len(before))
    hazards = tuple(hazard(before, week) for week in range(age, age + weeks))
    return Outlook(
        on=on,
        first=first,
        age=age,
        claims=len(known),
        pages=len({each.url or each.digest for each in known}),
        decided=len(before),
        agreements=good,
        left_out=left_out,
        base_rate=Share(value=good / len(before), low=low, high=high),
        hazards=hazards,
        weeks=_weeks(before, hazards),
    )


def _decided(episodes: Iterable[Episode], on: date, case: str) -> tuple[list[Episode], int]:
    # Only what was decided by then: a forecast for a day of the past must not know more.
    before = [each for each in episodes if each.decided is not None and each.decided < on]
    others = [each for each in before if each.case != case]
    return others, len(before) - len(others)


def pooled(episodes: Sequence[Episode], ending: Ending) -> float:
    """Return the hazard of all weeks alike."""
    return _count(episodes, ending) / sum(each.week + 1 for each in episodes)


def hazard(episodes: Sequence[Episode], week: int) -> Hazard:
    """Return the hazards of a week, shrunk, with the counts they rest on."""
    now = [each for each in episodes if each.week == week]
    at_risk = sum(each.week >= week for each in episodes)

    def shrunk(ending: Ending) -> float:
        expected = SHRINKAGE * pooled(episodes, ending)
        return (_count(now, ending) + expected) / (at_risk + SHRINKAGE)

    return Hazard(
        week=week,
        at_risk=at_risk,
        agreements=_count(now, Ending.AGREEMENT),
        breakdowns=_count(now, Ending.BREAKDOWN),
        agreement=shrunk(Ending.AGREEMENT),
        breakdown=shrunk(Ending.BREAKDOWN),
    )


def _count(episodes: Iterable[Episode], ending: Ending) -> int:
    return sum(each.ending is ending for each in episodes)


def _weeks(episodes: Sequence[Episode], of_age: Sequence[Hazard]) -> tuple[Week, ...]:
    flat = (pooled(episodes, Ending.AGREEMENT), pooled(episodes, Ending.BREAKDOWN))
    ahead = course((each.agreement, each.breakdown) for each in of_age)
    base = course([flat] * len(of_age))
    # As sure as if the episodes that were as old had been seen to go this way; for base, all.
    made = []
    for number, (mine, other) in enumerate(zip(ahead, base, strict=True), start=1):
        shares = [_share(each, of_age[0].at_risk) for each in mine]
        bases = [_share(each, len(episodes)) for each in other]
        made.append(
            Week(
                ahead=number,
                agreement=shares[0],
                breakdown=shares[1],
                goes_on=shares[2],
                base_agreement=bases[0],
                base_breakdown=bases[1],
                base_goes_on=bases[2],
            )
        )
    return tuple(made)


def course(hazards: Iterable[tuple[float, float]]) -> list[tuple[float, float, float]]:
    """Return for each week how probable it is to have ended in either way by its end, or to go on.

    >>> course([(0.5, 0.25), (0.5, 0.25)])
    [(0.5, 0.25, 0.25), (0.625, 0.3125, 0.0625)]
    """
    agreement, breakdown, goes_on = 0.0, 0.0, 1.0
    made = []
    for good, bad in hazards:
        agreement += goes_on * good
        breakdown += goes_on * bad
        goes_on *= 1 - good - bad
        made.append((agreement, breakdown, goes_on))
    return made


def _share(value: float, tries: int) -> Share:
    low, high = around(value, tries)
    return Share(value=value, low=low, high=high)
