"""Whether chances of acceptance come true: on profiles from the prior, and on public ones."""

import numpy as np
import pytest
from bench.calibration import base_rates
from bench.loads.foretelling import FORETOLD, STEPS, Forecast, Step, chosen, forecasts, order
from bench.loads.scenarios import GAMES, HALF, Scenario, Sheet, games, scenario
from bench.loads.scores import brier, log_score, pulled, reliability, wilson

from backchannel.bargain.model import Profile, Space
from backchannel.bargain.statements import Order, Prefers, Weight
from knowing import hidden, issues_of

PROFILES = 160
LARGE = (10,) * 6  # options; more packages than are listed


def drawn(seed: int) -> Scenario:
    """Return one party with preferences drawn from the prior.

    Drawn without looking at the engine; the prior speaks of ordered options, so orders are told.
    """
    issues = issues_of(3, 2, 4)
    true = hidden(issues, np.random.default_rng(seed))
    amounts = tuple(w * row for w, row in zip(true.weights, true.values, strict=True))
    sheet = Sheet(party="north", amounts=amounts, reservation=true.reservation)
    return Scenario(name=str(seed), issues=issues, sheets=(sheet,))


def foretold(step: Step) -> tuple[Forecast, ...]:
    """Return forecasts of many drawn profiles, each of all its packages."""
    return tuple(forecasts(drawn(seed), step, (1, seed))[0][0] for seed in range(PROFILES))


@pytest.mark.parametrize("step", [STEPS[0], STEPS[2], STEPS[5]], ids=lambda step: step.name)
def test_chances_come_true_where_profiles_are_drawn_from_the_prior(step: Step) -> None:
    found = foretold(step)
    # Packages of one profile stand together: the profile is what is independent.
    off = np.array([np.mean(one.predicted - one.observed) for one in found])
    assert abs(off.mean()) < 3 * off.std(ddof=1) / np.sqrt(PROFILES)
    pairs = [(one.predicted, one.observed) for one in found]
    for row in reliability(pairs, np.random.default_rng(1)):
        if row is not None and row.profiles >= 40:
            low, high = row.by_profile
            spread = max((high - low) / 4, 0.01)
            assert abs(row.predicted - row.observed) < 3 * spread, row
    # Whoever knows the chances expects this score; a sampler that is wrong misses it.
    expected = np.array([np.mean(one.predicted * (1 - one.predicted)) for one in found])
    scored = np.array([brier(one.predicted, one.observed) for one in found])
    apart = scored - expected
    assert abs(apart.mean()) < 3 * apart.std(ddof=1) / np.sqrt(PROFILES)


@pytest.mark.shared
def test_on_public_games_the_engine_is_better_than_the_base_rate() -> None:
    if not GAMES.is_dir():
        pytest.skip(f"the public games are not at {GAMES}")
    true = [scenario(space) for space in games()]
    for step in (STEPS[0], STEPS[2]):
        found = tuple(
            one for place, each in enumerate(true) for one in forecasts(each, step, (1, place))[0]
        )
        rates = base_rates(found)
        for score in (brier, log_score):
            engine = [score(pulled(one.predicted, 1_024), one.observed) for one in found]
            naive = [
                score(np.full(len(one.observed), rates[one.scenario]), one.observed)
                for one in found
            ]
            gained = np.subtract(naive, engine)
            assert gained.mean() > 3 * gained.std(ddof=1) / np.sqrt(len(found))


def test_the_base_rate_of_a_scenario_knows_nothing_of_it() -> None:
    shares = np.zeros(4)
    taken, refused = np.ones(4, dtype=bool), np.zeros(4, dtype=bool)
    one, other = (
        Forecast(scenario=name, predicted=shares, observed=marks, accepted=0, asked=0, settled=True)
        for name, marks in (("one", taken), ("other", refused))
    )
    assert base_rates((one, other, one)) == {"one": 1 / 6, "other": 9 / 10}


def test_scores_and_intervals_are_those_of_their_sources() -> None:
    predicted, observed = np.array([0.9, 0.2]), np.array([True, False])
    assert brier(predicted, observed) == pytest.approx((0.01 + 0.04) / 2)
    assert log_score(predicted, observed) == pytest.approx(-np.log([0.9, 0.8]).mean())
    # Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263, and 0 of 20.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0, 0.1611), abs=5e-5)


def test_packages_to_ask_about_and_to_foretell_are_different_ones() -> None:
    for sizes in ((2, 3), (4, 5, 6), LARGE):
        found = chosen(issues_of(*sizes), np.random.default_rng(1))
        assert len(np.unique(found, axis=0)) == len(found)
        assert len(found) == min(np.prod(sizes), 6 + FORETOLD)


def test_of_options_that_are_alike_no_order_is_told() -> None:
    (issue,) = issues_of(3)
    assert list(order(issue, np.array([0.0, 0.0, 0.0]))) == [Weight(issue="i0", high=0)]
    assert list(order(issue, np.array([0.0, 0.3, 0.1]))) == [
        Order(issue="i0", options=("o1", "o2", "o0"))
    ]
    assert list(order(issue, np.array([0.2, 0.0, 0.2]))) == [
        Prefers(issue="i0", option="o0", to="o1"),
        Prefers(issue="i0", option="o2", to="o1"),
    ]


def test_a_reservation_value_that_refuses_nothing_gives_way_to_the_convention() -> None:
    issues = issues_of(2, 3)
    for given, share in ((4, 0.25), (2, HALF), (-5, HALF)):
        profile = Profile(party="north", values=((1, 5), (3, 1, 5)), reservation=given)
        (sheet,) = scenario(Space(issues=issues, profiles=(profile,))).sheets
        assert sheet.reservation == share
        packages = np.array([(0, 1), (1, 2), (0, 0)], dtype=np.int32)
        assert sheet.worth(packages).tolist() == [0, 1, 0.25]


def test_profiles_that_are_not_additive_are_not_foretold() -> None:
    profile = Profile(party="north", values=((1, 1),), reservation=0)
    with pytest.raises(ValueError, match="all is alike"):
        scenario(Space(issues=issues_of(2), profiles=(profile,)))
