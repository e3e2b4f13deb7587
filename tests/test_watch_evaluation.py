"""The test of the outlook: what is known when, losses by hand, and what is said of the result."""

import json
import math
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.commands.watch_outlook import decided_episodes
from backchannel.watch.episodes import Ending, Episode
from backchannel.watch.errors import TooLittleError
from backchannel.watch.evaluation import (
    FEWEST,
    HORIZONS,
    Difference,
    Group,
    Knowing,
    Model,
    Scores,
    Weigh,
    brier,
    constant,
    evaluate,
    forecasts,
    group_of,
    interval,
    log_loss,
    outcome,
    shares,
)
from backchannel.watch.evaluation_words import caveats, skill_shown, verdict
from backchannel.watch.hazards import Life
from backchannel.watch.outlook_words import SKILL_SHOWN
from desk_terminal import Terminal, plain

START = date(2026, 1, 1)


def an_episode(case: str, *, after: int, lasted: int, ending: Ending | None) -> Episode:
    start = START + timedelta(weeks=after)
    last = start + timedelta(weeks=lasted)
    return Episode(
        case=case,
        name="only",
        start=start,
        ending=ending,
        decided=last if ending else None,
        seen_until=None if ending else last,
    )


EARLY = an_episode("early", after=0, lasted=2, ending=Ending.BREAKDOWN)
LATE = an_episode("late", after=4, lasted=1, ending=Ending.AGREEMENT)
GOING = an_episode("going", after=6, lasted=3, ending=None)


def seeded(seed: int) -> Callable[[int], int]:
    return Random(seed).randrange  # noqa: S311 - for intervals, nothing is secret


def evaluated(group: Group = Group.CONFLICT, weigh: Weigh = Weigh.WEEKS) -> tuple[Scores, ...]:
    return evaluate(decided_episodes(), draw=seeded(1), draws=500, group=group, weigh=weigh)


def test_how_it_stood_is_not_guessed_where_the_record_ends() -> None:
    ended, going = Life(weeks=3, ending=Ending.AGREEMENT), Life(weeks=3, ending=None)
    assert [outcome(ended, age, 2) for age in range(4)] == [2, 2, 0, 0]
    assert [outcome(going, age, 2) for age in range(3)] == [2, 2, None]


def test_a_rolling_forecast_knows_what_was_decided_before_its_day_alone() -> None:
    made = forecasts([EARLY, LATE, GOING], Knowing.THEN, horizons=(1,))
    # EARLY: nothing was decided before any of its weeks. LATE knows EARLY, GOING both.
    assert [(each.group, each.on, each.outcome) for each in made] == [
        ("late", date(2026, 1, 29), 2),
        ("late", date(2026, 2, 5), 0),
        ("going", date(2026, 2, 12), 2),
        ("going", date(2026, 2, 19), 2),
        ("going", date(2026, 2, 26), 2),
    ]
    # Three weeks of EARLY, of which one broke down; the half of each kind beside.
    assert made[0].shares[Model.BASE] == pytest.approx((0.5 / 4.5, 1.5 / 4.5, 2.5 / 4.5))
    assert made[0].shares[Model.CONSTANT] == pytest.approx((0.5 / 4.5, 1.5 / 4.5, 2.5 / 4.5))
    # In the first week of their lives none ended: the hazard is that of all weeks, 20 of 21 parts.
    assert made[0].shares[Model.AGE][1] == pytest.approx(1.5 / 4.5 * 20 / 21)


def test_with_hindsight_all_that_became_of_other_conflicts_is_known() -> None:
    made = forecasts([EARLY, LATE, GOING], Knowing.EVER, horizons=(1,))
    assert [each.group for each in made] == ["early"] * 3 + ["late"] * 2 + ["going"] * 3
    # LATE ended in its second week, GOING lasted three: five weeks, one agreement.
    assert made[0].shares[Model.BASE][0] == pytest.approx(1.5 / 6.5)


@pytest.mark.parametrize("knowing", Knowing)
@pytest.mark.parametrize("group", Group)
def test_nothing_of_its_own_conflict_is_in_a_forecast(knowing: Knowing, group: Group) -> None:
    episodes = decided_episodes()
    changed = [
        Episode(
            case=each.case,
            name=each.name,
            start=each.start,
            ending=Ending.AGREEMENT,
            decided=each.decided or date(2026, 6, 30),
        )
        if group_of(each, group) == group_of(episodes[0], group)
        else each
        for each in episodes
    ]
    mine = group_of(episodes[0], group)

    def said(given: list[Episode]) -> dict[tuple[str, date, int], object]:
        return {
            (each.episode, each.on, each.ahead): each.shares
            for each in forecasts(given, knowing, group)
            if each.group == mine
        }

    before, after = said(list(episodes)), said(changed)
    assert before
    assert all(after[key] == value for key, value in before.items() if key in after)


def test_cases_between_the_same_opponents_are_one_conflict() -> None:
    episodes = decided_episodes()
    assert len({group_of(each, Group.CASE) for each in episodes}) == 7
    assert len({group_of(each, Group.CONFLICT) for each in episodes}) == 4


def test_losses_are_those_by_hand() -> None:
    said = (0.2, 0.3, 0.5)
    assert log_loss(said, 1) == pytest.approx(-math.log(0.3))
    assert brier(said, 1) == pytest.approx(0.04 + 0.49 + 0.25)
    assert brier((0.0, 1.0, 0.0), 1) == 0


def test_the_constant_is_how_often_it_stood_so() -> None:
    # Two weeks ahead: from week 0 it goes on; from 1 and 2 it is over. The other: 2 known weeks.
    known = [Life(weeks=2, ending=Ending.BREAKDOWN), Life(weeks=3, ending=None)]
    assert constant(known, 2) == pytest.approx((0.5 / 6.5, 2.5 / 6.5, 3.5 / 6.5))


@given(
    st.lists(
        st.builds(Life, weeks=st.integers(0, 60), ending=st.sampled_from([*Ending, None])),
        min_size=1,
        max_size=10,
    ),
    st.integers(0, 80),
    st.sampled_from(HORIZONS),
)
def test_every_model_calls_nothing_impossible_and_adds_up_to_one(
    known: list[Life], age: int, ahead: int
) -> None:
    for said in shares(known, age, ahead).values():
        assert sum(said) == pytest.approx(1)
        assert min(said) > 0


def test_an_interval_comes_from_drawing_whole_groups() -> None:
    groups = {"a": (1.0, 2.0), "b": (9.0, 3.0)}
    # Each of the two twice, or both: the means of all that can be drawn.
    drawn = interval(groups, seeded(3), 400)
    assert drawn == Difference(value=2.0, low=0.5, high=3.0)
    assert interval(groups, lambda below: below - 1, 10) == Difference(value=2.0, low=3.0, high=3.0)


def test_the_same_seed_gives_the_same_figures() -> None:
    assert evaluated() == evaluated()


def test_episodes_count_alike_on_request() -> None:
    weeks, alike = evaluated()[0], evaluated(weigh=Weigh.EPISODES)[0]
    assert weeks.forecasts == alike.forecasts
    # The long episodes, which mostly go on, no longer drown the others.
    assert alike.log_loss[Model.AGE] > 2 * weeks.log_loss[Model.AGE]


def test_the_outlook_says_what_the_evaluation_found() -> None:
    for group in Group:
        for weigh in Weigh:
            assert skill_shown(evaluated(group, weigh)) is SKILL_SHOWN


def scores(low: float, high: float, *, groups: int = FEWEST, constant: float = 1.0) -> Scores:
    difference = Difference(value=(low + high) / 2, low=low, high=high)
    losses = {Model.CONSTANT: constant, Model.BASE: 0.6, Model.AGE: 0.5}
    return Scores(
        knowing=Knowing.THEN,
        ahead=4,
        forecasts=9,
        episodes=9,
        groups=groups,
        log_loss=losses,
        brier=losses,
        log_loss_difference=difference,
        brier_difference=difference,
    )


def test_skill_is_claimed_only_where_the_interval_lies_below_nought_from_enough_conflicts() -> None:
    better = scores(-0.3, -0.1)
    assert verdict([better]).startswith("Skill is shown")
    for doubtful in (scores(-0.3, 0.0), scores(-0.3, -0.1, groups=FEWEST - 1), scores(0.1, 0.2)):
        assert not skill_shown([better, doubtful])
        assert verdict([better, doubtful]).startswith("No skill is shown")
    assert not skill_shown([])


def test_harm_and_a_better_constant_are_said() -> None:
    assert "At 4 weeks ahead it was worse than the base rate." in verdict([scores(0.1, 0.2)])
    beaten = verdict([scores(-0.1, 0.2, constant=0.1)])
    assert "At 4 weeks ahead the constant had the lower logarithmic loss." in beaten
    assert "too narrow" in caveats([scores(0, 1, groups=4)], Group.CONFLICT)[0]
    assert "too narrow" not in caveats([scores(0, 1)], Group.CONFLICT)[0]


def test_a_single_conflict_is_too_little() -> None:
    with pytest.raises(TooLittleError, match="two are needed"):
        evaluate([EARLY, LATE], draw=seeded(1), draws=10)


def test_the_evaluation_is_printed_as_it_is(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "home")
    shown = plain(terminal.do("", "watch", "evaluate"))
    assert "No skill is shown" in shown
    assert "288 (11, 4)" in shown
    assert "An interval from 4 conflicts is too narrow" in shown
    told = json.loads(terminal.do("", "watch", "evaluate", "--seed", "1", "--json"))
    assert told["skill_shown"] is False
    assert {(each["knowing"], each["ahead"]) for each in told["scores"]} == {
        (knowing.value, ahead) for knowing in Knowing for ahead in HORIZONS
    }
