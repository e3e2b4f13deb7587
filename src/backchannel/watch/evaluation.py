"""Whether the outlook is any better than the base rate, tested on what became of episodes.

For each episode and each week of its life a forecast is made as the outlook makes it, from episodes
of other conflicts alone, and scored when it is known how it stood so many weeks later. The origin
rolls: on a day only what was decided before it is known. The same with all that became known later
is reported apart, for few episodes were decided before most days.

Promises: nothing of an episode's own conflict is in its forecast; how it stood is never guessed: if
the record ends before, the forecast is not scored; draws come from the caller, and the same draws
give the same figures.

Source: Gneiting and Raftery, "Strictly Proper Scoring Rules, Prediction, and Estimation" (2007);
Cameron, Gelbach, Miller, "Bootstrap-Based Improvements for Inference with Clustered Errors" (2008),
on how little an interval from few groups is worth.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Final

from backchannel.watch.episodes import RECORD_ENDS, WEEK, Ending, Episode
from backchannel.watch.errors import TooLittleError
from backchannel.watch.hazards import HALF, KINDS, Life, Shares, course, flat, life, lives
from backchannel.watch.outlook import at_age

HORIZONS: Final = (1, 4, 8)  # weeks
DRAWS: Final = 2_000
# With five conflicts that all point one way, chance alone does so one time in sixteen.
FEWEST: Final = 6  # conflicts
_TAIL: Final = 0.025
_ENDS: Final = RECORD_ENDS + timedelta(days=1)  # what was decided on the last day is known
_AGREEMENT, _BREAKDOWN, _GOES_ON = range(KINDS)
_OUTCOMES: Final = {Ending.AGREEMENT: _AGREEMENT, Ending.BREAKDOWN: _BREAKDOWN}

# Cases between the same opponents: what is learned of one may be known from the other.
CONFLICTS: Final[Mapping[str, str]] = {
    "us_iran_2026": "us_iran",
    "us_iran_oman_2025_2026": "us_iran",
    "us_iran_swap_2023": "us_iran",
    "ukraine_russia_exchanges": "ukraine_russia",
    "black_sea_grain_2022_2023": "ukraine_russia",
}


class Knowing(Enum):
    """What a forecast may know of other conflicts."""

    THEN = "then"  # what was decided before its day: rolling origin
    EVER = "ever"  # all that became of them


class Group(Enum):
    """What is left out as a whole, and drawn as a whole."""

    CONFLICT = "conflict"
    CASE = "case"


class Weigh(Enum):
    """What counts alike: each week forecast from, or each episode."""

    WEEKS = "weeks"
    EPISODES = "episodes"


class Model(Enum):
    """Who forecasts."""

    CONSTANT = "constant"  # how often it stood so after so many weeks, whatever else
    BASE = "base"  # a hazard, all weeks alike
    AGE = "age"  # the outlook: base and age


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecasted:
    """What was forecast of an episode on a day, so many weeks ahead, and how it stood then.

    `outcome`: 0 agreement, 1 breakdown, 2 goes on, as in the shares.
    """

    group: str
    episode: str
    on: date
    ahead: int
    outcome: int
    shares: Mapping[Model, Shares]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A mean difference of losses, below nought if the first is better, and its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """How the models did, so many weeks ahead.

    `log_loss` and `brier` are means (natural logarithm; sum over the three). The differences are of
    age less base, with an interval of 95 % from drawing whole groups.
    """

    knowing: Knowing
    ahead: int
    forecasts: int
    episodes: int
    groups: int
    log_loss: Mapping[Model, float]
    brier: Mapping[Model, float]
    log_loss_difference: Difference
    brier_difference: Difference

    @property
    def better(self) -> bool:
        """Return whether skill is shown: the interval is below nought, from enough groups."""
        return self.groups >= FEWEST and self.log_loss_difference.high < 0

    @property
    def worse(self) -> bool:
        """Return whether age does harm, as far as the interval tells."""
        return self.log_loss_difference.low > 0


def group_of(episode: Episode, group: Group) -> str:
    """Return what an episode is left out with."""
    return CONFLICTS.get(episode.case, episode.case) if group is Group.CONFLICT else episode.case


def outcome(whole: Life, age: int, ahead: int) -> int | None:
    """Return how an episode of this age stood so many weeks later; None if that is not known.

    >>> [outcome(Life(weeks=2, ending=Ending.BREAKDOWN), age, 2) for age in (0, 1, 2)]
    [2, 1, 1]
    >>> [outcome(Life(weeks=2, ending=None), age, 2) for age in (0, 1)]
    [2, None]
    """
    if whole.weeks >= age + ahead:
        return _GOES_ON
    return None if whole.ending is None else _OUTCOMES[whole.ending]


def forecasts(
    episodes: Sequence[Episode],
    knowing: Knowing,
    group: Group = Group.CONFLICT,
    horizons: Sequence[int] = HORIZONS,
) -> tuple[Forecasted, ...]:
    """Return every forecast that can be made and scored."""
    made: list[Forecasted] = []
    for episode in episodes:
        name, whole = group_of(episode, group), life(episode, _ENDS)
        others = [each for each in episodes if group_of(each, group) != name]
        for age in range(whole.exposed):
            on = episode.start + timedelta(days=WEEK * age)
            known = lives(others, on if knowing is Knowing.THEN else _ENDS)
            # As the outlook does: where nothing was decided, nothing is forecast.
            if any(each.ending for each in known):
                made += [
                    Forecasted(
                        group=name,
                        episode=f"{episode.case}: {episode.name}",
                        on=on,
                        ahead=ahead,
                        outcome=stood,
                        shares=shares(known, age, ahead),
                    )
                    for ahead in horizons
                    if (stood := outcome(whole, age, ahead)) is not None
                ]
    return tuple(made)


def shares(known: Sequence[Life], age: int, ahead: int) -> dict[Model, Shares]:
    """Return what each model says so many weeks ahead."""
    return {
        Model.CONSTANT: constant(known, ahead),
        Model.BASE: course([flat(known)] * ahead)[-1],
        Model.AGE: at_age(known, age, ahead)[-1],
    }


def constant(known: Iterable[Life], ahead: int) -> Shares:
    """Return how often episodes stood so after so many weeks, from every week of their lives."""
    counts = [HALF] * KINDS
    for each in known:
        for age in range(each.exposed):
            stood = outcome(each, age, ahead)
            if stood is not None:
                counts[stood] += 1
    agreement, breakdown, goes_on = (each / sum(counts) for each in counts)
    return agreement, breakdown, goes_on


def log_loss(said: Shares, stood: int) -> float:
    """Return the logarithmic loss: nought for what was held certain and came.

    >>> round(log_loss((0.5, 0.25, 0.25), 0), 3)
    0.693
    """
    return -math.log(said[stood])


def brier(said: Shares, stood: int) -> float:
    """Return the squares of what was wrong, added over the three: nought to two.

    >>> brier((0.5, 0.25, 0.25), 0)
    0.375
    """
    return sum((value - (number == stood)) ** 2 for number, value in enumerate(said))


def evaluate(
    episodes: Sequence[Episode],
    *,
    draw: Callable[[int], int],
    draws: int = DRAWS,
    group: Group = Group.CONFLICT,
    weigh: Weigh = Weigh.WEEKS,
) -> tuple[Scores, ...]:
    """Return how the models did, rolling and with all known, for each horizon.

    `draw` returns a number from 0 below the one it is given, as `Random.randrange` does.

    Raises: TooLittleError, if forecasts of fewer than two groups can be scored.
    """
    found = []
    for knowing in Knowing:
        made = forecasts(episodes, knowing, group)
        for ahead in HORIZONS:
            ours = [each for each in made if each.ahead == ahead]
            found.append(_scores(knowing, ours, weigh, lambda of: interval(of, draw, draws)))
    return tuple(found)


def _scores(
    knowing: Knowing,
    made: Sequence[Forecasted],
    weigh: Weigh,
    of: Callable[[Mapping[str, tuple[float, float]]], Difference],
) -> Scores:
    groups = {each.group for each in made}
    if len(groups) <= 1:
        raise TooLittleError("forecasts of one conflict at most can be scored; two are needed")
    weights = _weights(made, weigh)

    def means(loss: Callable[[Shares, int], float]) -> dict[Model, float]:
        return {
            model: math.fsum(
                weight * loss(each.shares[model], each.outcome)
                for each, weight in zip(made, weights, strict=True)
            )
            / math.fsum(weights)
            for model in Model
        }

    return Scores(
        knowing=knowing,
        ahead=made[0].ahead,
        forecasts=len(made),
        episodes=len({each.episode for each in made}),
        groups=len(groups),
        log_loss=means(log_loss),
        brier=means(brier),
        log_loss_difference=of(_by_group(made, weights, log_loss)),
        brier_difference=of(_by_group(made, weights, brier)),
    )


def _weights(made: Sequence[Forecasted], weigh: Weigh) -> list[float]:
    if weigh is Weigh.WEEKS:
        return [1.0] * len(made)
    of = Counter(each.episode for each in made)
    return [1 / of[each.episode] for each in made]


def _by_group(
    made: Sequence[Forecasted], weights: Sequence[float], loss: Callable[[Shares, int], float]
) -> dict[str, tuple[float, float]]:
    """Return for each group its weighed difference of losses, age less base, and its weight."""
    sums: dict[str, tuple[float, float]] = {}
    for each, weight in zip(made, weights, strict=True):
        mine, base = each.shares[Model.AGE], each.shares[Model.BASE]
        more = weight * (loss(mine, each.outcome) - loss(base, each.outcome))
        total, all_weight = sums.get(each.group, (0.0, 0.0))
        sums[each.group] = (total + more, all_weight + weight)
    return sums


def interval(
    groups: Mapping[str, tuple[float, float]], draw: Callable[[int], int], draws: int = DRAWS
) -> Difference:
    """Return the mean of sums over weights, and where 95 % of it lies when groups are drawn."""
    told = [groups[name] for name in sorted(groups)]
    drawn = sorted(_mean([told[draw(len(told))] for _ in told]) for _ in range(draws))
    last = len(drawn) - 1
    low, high = drawn[math.floor(_TAIL * last)], drawn[math.ceil((1 - _TAIL) * last)]
    return Difference(value=_mean(told), low=low, high=high)


def _mean(told: Sequence[tuple[float, float]]) -> float:
    return math.fsum(total for total, _ in told) / math.fsum(weight for _, weight in told)
