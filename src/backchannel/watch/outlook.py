"""The outlook of a case: how probable agreement and breakdown are by week, from its age alone.

The hazard of a week is that of episodes of this age, shrunk toward the hazard of all weeks by
`SHRINKAGE` weeks that count as if they had been seen. Episodes that go on are in it with the weeks
they have lasted (`hazards`); the age counts from the first day that is borne out (`beginning`).

Promises: the three probabilities of a week add up to one; every number has its base rate and an
interval; no claim moves anything but by its day, as one of the first. No signal is weighed: ten
decided episodes cannot tell a weight from none.

Source: Singer and Willett, Applied Longitudinal Data Analysis (2003), on discrete-time hazards.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from backchannel.watch.beginning import Known, beginning
from backchannel.watch.beta import around, jeffreys
from backchannel.watch.claims import Claim
from backchannel.watch.counting import reports
from backchannel.watch.episodes import WEEK, Ending, Episode
from backchannel.watch.errors import TooLittleError
from backchannel.watch.hazards import (
    Hazard,
    Life,
    Shares,
    ahead,
    count,
    course,
    flat,
    lives,
    of_ages,
)

MOST_WEEKS: Final = 260


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A probability with its interval of 95 %."""

    value: float
    low: float
    high: float


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
    """What can be said of a case on a day. `age` is in whole weeks since its first day.

    `decided` and `undecided` count episodes; `one_more` is agreement, then breakdown, in the last
    week asked for, had one more episode ended so at this age.
    """

    on: date
    first: date
    known: Known
    age: int
    claims: int
    pages: int
    decided: int
    undecided: int
    agreements: int
    left_out: int
    base_rate: Share
    hazards: tuple[Hazard, ...]
    weeks: tuple[Week, ...]
    one_more: tuple[float, float]


def outlook(
    claims: Iterable[Claim],
    episodes: Iterable[Episode],
    *,
    on: date,
    weeks: int,
    case: str = "",
    since: date | None = None,
) -> Outlook:
    """Return the outlook on a day, from what was published up to then.

    Episodes of the case itself, by its name, are left out: they would tell the outcome. `since` is
    the first day, where the user knows it; else it is found in the claims.

    Raises: TooLittleError.
    """
    told = published(claims, on)
    others, left_out = known_lives(episodes, on, case)
    first = beginning(told, since)
    require_askable(others, first.day, on, weeks)
    age = (on - first.day).days // WEEK
    good, bad = count(others, Ending.AGREEMENT), count(others, Ending.BREAKDOWN)
    low, high = jeffreys(good, good + bad)
    return Outlook(
        on=on,
        first=first.day,
        known=first.known,
        age=age,
        claims=len(told),
        pages=reports(told),
        decided=good + bad,
        undecided=len(others) - good - bad,
        agreements=good,
        left_out=left_out,
        base_rate=Share(value=good / (good + bad), low=low, high=high),
        hazards=of_ages(others, range(age, age + weeks)),
        weeks=_weeks(others, age, weeks),
        one_more=_one_more(others, age, weeks),
    )


def published(claims: Iterable[Claim], on: date) -> tuple[Claim, ...]:
    """Return what was published by a day. Raises: TooLittleError, if nothing was."""
    told = tuple(each for each in claims if each.published <= on)
    if not told:
        raise TooLittleError(f"no claim was published up to {on}: add claims, or name a later day")
    return told


def known_lives(episodes: Iterable[Episode], on: date, case: str) -> tuple[tuple[Life, ...], int]:
    """Return what is known on a day of other cases' episodes, and how many are the case's own."""
    # Only what was decided by then: a forecast for a day of the past must not know more.
    begun = [each for each in episodes if each.start < on]
    others = [each for each in begun if each.case != case]
    return lives(others, on), len(begun) - len(others)


def require_askable(known: Sequence[Life], first: date, on: date, weeks: int) -> None:
    """Refuse what nothing can be said on. Raises: TooLittleError."""
    if not 1 <= weeks <= MOST_WEEKS:
        raise TooLittleError(f"{weeks} weeks were asked for; 1 to {MOST_WEEKS} can be")
    if first > on:
        raise TooLittleError(f"the first day is {first}, after {on}; give one that is not")
    if not any(each.ending for each in known):
        raise TooLittleError(f"no episode was decided before {on}: name a later day")


def at_age(known: Sequence[Life], age: int, weeks: int) -> list[Shares]:
    """Return for each of the weeks ahead what is probable at an age, without intervals."""
    return ahead(of_ages(known, range(age, age + weeks)))


def change(one: Sequence[Shares], other: Sequence[Shares]) -> float:
    """Return by how much two outlooks differ at most, in any week and of any of the three."""
    pairs = zip(one, other, strict=True)
    return max(abs(a - b) for mine, yours in pairs for a, b in zip(mine, yours, strict=True))


def values(found: Outlook) -> list[Shares]:
    """Return the probabilities of an outlook without their intervals."""
    return [
        (each.agreement.value, each.breakdown.value, each.goes_on.value) for each in found.weeks
    ]


def _one_more(known: Sequence[Life], age: int, weeks: int) -> tuple[float, float]:
    def last(ending: Ending) -> Shares:
        return at_age((*known, Life(weeks=age, ending=ending)), age, weeks)[-1]

    return last(Ending.AGREEMENT)[0], last(Ending.BREAKDOWN)[1]


def _weeks(known: Sequence[Life], age: int, weeks: int) -> tuple[Week, ...]:
    of_age = of_ages(known, range(age, age + weeks))
    decided = sum(each.ending is not None for each in known)
    # As sure as if the episodes that were as old had been seen to go this way; for base, all
    # that were decided.
    made = []
    for number, (mine, other) in enumerate(
        zip(ahead(of_age), course([flat(known)] * weeks), strict=True), start=1
    ):
        shares = [_share(each, of_age[0].at_risk) for each in mine]
        bases = [_share(each, decided) for each in other]
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


def _share(value: float, tries: int) -> Share:
    low, high = around(value, tries)
    return Share(value=value, low=low, high=high)
