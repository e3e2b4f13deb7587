"""Hazards: of the episodes that reached a week of their life, how many ended in it, and how.

Each week that an episode lasts it ends in agreement, ends in breakdown, or goes on (competing
risks in discrete time). An episode that is not decided is censored: its whole weeks up to the last
day it is known to go on count as weeks without an ending.

Promises: nothing decided on or after a day is known on it; no hazard is nought or one, for
half an ending of either kind, and half a week without one, is counted as seen beside the weeks in
hand (Jeffreys).

>>> lives = [Life(weeks=2, ending=Ending.BREAKDOWN), Life(weeks=7, ending=None)]
>>> pooled(lives, Ending.BREAKDOWN) == (1 + 0.5) / (3 + 7 + 1.5)
True

Source: Singer and Willett, Applied Longitudinal Data Analysis (2003), on discrete-time hazards
and censoring; Jeffreys, Theory of Probability (1961).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from backchannel.watch.episodes import WEEK, Ending, Episode

# Most of the weeks in hand are of two long episodes: a hazard of one age is hardly known.
SHRINKAGE: Final = 20  # weeks
HALF: Final = 0.5  # of a kind of week, counted as seen
KINDS: Final = 3  # agreement, breakdown, neither

Shares = tuple[float, float, float]  # of agreement, breakdown, going on


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """An episode as it is known on a day: so many whole weeks without an ending, then perhaps one.

    An ending falls in week number `weeks`, from 0.
    """

    weeks: int
    ending: Ending | None

    @property
    def exposed(self) -> int:
        """Return in how many weeks it could be seen whether it ends."""
        return self.weeks + (self.ending is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """Of so many episodes that reached this week (from 0), how many ended in it, and how."""

    week: int
    at_risk: int
    agreements: int
    breakdowns: int
    agreement: float
    breakdown: float


def life(episode: Episode, on: date) -> Life:
    """Return what is known of an episode on a day: what happened before it."""
    if episode.decided is not None and episode.decided < on:
        return Life(weeks=episode.week, ending=episode.ending)
    until = on if episode.seen_until is None else min(on, episode.seen_until)
    return Life(weeks=max((until - episode.start).days // WEEK, 0), ending=None)


def lives(episodes: Iterable[Episode], on: date) -> tuple[Life, ...]:
    """Return what is known on a day of the episodes that have begun."""
    return tuple(life(each, on) for each in episodes if each.start < on)


def count(known: Iterable[Life], ending: Ending) -> int:
    """Return how many ended so."""
    return sum(each.ending is ending for each in known)


def pooled(known: Iterable[Life], ending: Ending) -> float:
    """Return the hazard of all weeks alike."""
    told = tuple(known)
    return (count(told, ending) + HALF) / (sum(each.exposed for each in told) + KINDS * HALF)


def flat(known: Sequence[Life]) -> tuple[float, float]:
    """Return the hazards of agreement and of breakdown, all weeks alike: the base rate."""
    return pooled(known, Ending.AGREEMENT), pooled(known, Ending.BREAKDOWN)


def hazard(known: Sequence[Life], week: int, base: tuple[float, float] | None = None) -> Hazard:
    """Return the hazards of a week, shrunk toward those of all weeks, with what they rest on.

    `base`: the latter, where they are known already.
    """
    good, bad = base or flat(known)
    now = [each for each in known if each.weeks == week]
    at_risk = sum(each.exposed > week for each in known)
    agreements, breakdowns = count(now, Ending.AGREEMENT), count(now, Ending.BREAKDOWN)
    return Hazard(
        week=week,
        at_risk=at_risk,
        agreements=agreements,
        breakdowns=breakdowns,
        agreement=(agreements + SHRINKAGE * good) / (at_risk + SHRINKAGE),
        breakdown=(breakdowns + SHRINKAGE * bad) / (at_risk + SHRINKAGE),
    )


def of_ages(known: Sequence[Life], ages: range) -> tuple[Hazard, ...]:
    """Return the hazards of these weeks of a life."""
    base = flat(known)
    return tuple(hazard(known, week, base) for week in ages)


def ahead(hazards: Iterable[Hazard]) -> list[Shares]:
    """Return the course of these hazards."""
    return course((each.agreement, each.breakdown) for each in hazards)


def course(hazards: Iterable[tuple[float, float]]) -> list[Shares]:
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
