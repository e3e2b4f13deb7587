"""What moves an outlook: an outlet that is left out, and the most that one planted claim can.

Promises: the bound of a planted claim is computed, not guessed: it is the largest change over all
ages that one more claim, whatever it says and whenever it is said to be published, can give the
case; it is nought where the user names the first day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from backchannel.channel.folding import fold
from backchannel.watch.beginning import Beginning, Known, beginning, reach
from backchannel.watch.claims import Claim
from backchannel.watch.episodes import WEEK, Episode
from backchannel.watch.hazards import Life, Shares, ahead, of_ages
from backchannel.watch.outlook import change, known_lives, published, require_askable


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """An outlet left out. Without it: the first day, the age, by how much the outlook changes.

    All three are None if nothing is left without it.
    """

    outlet: str
    claims: int
    first: date | None
    age: int | None
    change: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """The outlets by how much they move, and the bound of one claim.

    `bound` is a difference of probabilities, of any week and any of the three; `youngest` and
    `oldest` are the ages one claim can give the case, `oldest` None for any at all.
    """

    dropped: tuple[Dropped, ...]
    bound: float
    youngest: int
    oldest: int | None


def sensitivity(
    claims: Iterable[Claim],
    episodes: Iterable[Episode],
    *,
    on: date,
    weeks: int,
    case: str = "",
    since: date | None = None,
) -> Sensitivity:
    """Return what moves the outlook that is asked for with the same. Raises: TooLittleError."""
    told = published(claims, on)
    others, _ = known_lives(episodes, on, case)
    first = beginning(told, since)
    require_askable(others, first.day, on, weeks)
    courses = _Courses(others, on, weeks)
    ages = _ages(told, first, courses)
    here = courses.age(first.day)
    lone = first.known is Known.LONE
    return Sensitivity(
        dropped=_dropped(told, since, first, courses),
        bound=max(courses.change(here, each) for each in {min(n, courses.oldest) for n in ages}),
        youngest=min(ages),
        oldest=None if lone else max(ages),
    )


class _Courses:
    """What is probable at each age, computed once."""

    def __init__(self, known: Sequence[Life], on: date, weeks: int) -> None:
        self._on, self._weeks = on, weeks
        # No episode was older: all ages from here on are alike.
        self.oldest = max((each.exposed for each in known), default=0)
        self._hazards = of_ages(known, range(self.oldest + weeks))

    def age(self, day: date) -> int:
        return (self._on - day).days // WEEK

    def change(self, one: int, other: int) -> float:
        return change(self._of(one), self._of(other))

    def _of(self, age: int) -> list[Shares]:
        youngest = min(age, self.oldest)
        return ahead(self._hazards[youngest : youngest + self._weeks])


def _ages(told: Sequence[Claim], first: Beginning, courses: _Courses) -> set[int]:
    spans = reach(told, first)
    if spans is None:
        return set(range(max(courses.oldest, courses.age(first.day)) + 1))
    return {
        age
        for earliest, latest in spans
        for age in range(courses.age(latest), courses.age(earliest) + 1)
    }


def _dropped(
    told: Sequence[Claim], since: date | None, first: Beginning, courses: _Courses
) -> tuple[Dropped, ...]:
    outlets: dict[str, list[Claim]] = {}
    for each in told:
        outlets.setdefault(fold(each.outlet), []).append(each)

    def without(name: str) -> Dropped:
        rest = [each for key, of in outlets.items() if key != name for each in of]
        shown = min(each.outlet for each in outlets[name])
        if not rest:
            return Dropped(
                outlet=shown, claims=len(outlets[name]), first=None, age=None, change=None
            )
        day = beginning(rest, since).day
        return Dropped(
            outlet=shown,
            claims=len(outlets[name]),
            first=day,
            age=courses.age(day),
            change=courses.change(courses.age(first.day), courses.age(day)),
        )

    made = map(without, outlets)
    # Nothing left is more than any change.
    return tuple(sorted(made, key=lambda each: (-_size(each), each.outlet)))


def _size(dropped: Dropped) -> float:
    return 1.0 if dropped.change is None else dropped.change
