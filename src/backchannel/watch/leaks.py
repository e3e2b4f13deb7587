"""Leak episodes: leaks that follow one another closely, how dense they are, how often denied.

Promises: every leak is in one episode; nothing is said of whether leaking helps or harms; the
figure beside an episode says that it was picked for being dense.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from backchannel.watch.claims import Claim, ClaimType
from backchannel.watch.counting import NO_STORIES, of_types, ordered, reports
from backchannel.watch.signals import DENIALS

GAP: Final = 7  # days without a leak that end an episode


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A run of leaks. `expected`: reports in as many days at the rate of the whole record.

    `denials` were published from its first day to `GAP` days after its last.
    """

    first: date
    last: date
    leaks: tuple[Claim, ...]
    reports: int
    expected: float
    tail: float
    denials: tuple[Claim, ...]

    @property
    def days(self) -> int:
        """Return how many days it lasted."""
        return (self.last - self.first).days + 1


def episodes(
    claims: Iterable[Claim], *, stories: Mapping[str, str] = NO_STORIES, gap: int = GAP
) -> tuple[Episode, ...]:
    """Return the leak episodes of a case, the first first."""
    known = ordered(claims)
    leaks = of_types(known, ClaimType.LEAK)
    if not leaks:
        return ()
    rate = reports(leaks, stories) / ((known[-1].published - known[0].published).days + 1)
    runs: list[list[Claim]] = []
    for each in leaks:
        if runs and (each.published - runs[-1][-1].published).days <= gap:
            runs[-1].append(each)
        else:
            runs.append([each])
    denials = [each for each in known if each.claim_type in DENIALS]
    return tuple(_episode(run, rate, denials, stories) for run in runs)


def _episode(
    run: list[Claim], rate: float, denials: list[Claim], stories: Mapping[str, str]
) -> Episode:
    first, last = run[0].published, run[-1].published
    expected, found = rate * ((last - first).days + 1), reports(run, stories)
    return Episode(
        first=first,
        last=last,
        leaks=tuple(run),
        reports=found,
        expected=expected,
        tail=at_least(found, expected),
        denials=tuple(
            each
            for each in denials
            if each.published >= first and (each.published - last).days <= GAP
        ),
    )


def at_least(count: int, expected: float) -> float:
    """Return how probable so many or more are if they come at random (Poisson).

    >>> round(at_least(1, 0.5), 4)
    0.3935
    """
    below = math.fsum(
        math.exp(n * math.log(expected) - expected - math.lgamma(n + 1)) for n in range(count)
    )
    return max(0.0, 1 - below)
