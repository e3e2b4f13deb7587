"""Draws from what is consistent: true to what is known, to the prior, and to the seed."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from backchannel.bargain.errors import ContradictionError
from backchannel.bargain.sampling import SAME, Samples, drift, effective, nested_ratio, sample
from backchannel.bargain.statements import (
    Accepted,
    Ends,
    Knowledge,
    MattersMore,
    Order,
    Prefers,
    PrefersPackage,
    Prior,
    Refused,
    Reservation,
    Value,
    Weight,
    Worth,
)
from knowing import Hidden, Vector, heard, hidden, issues_of, kept_draws, tellings, true_of

Telling = tuple[Knowledge, Hidden]
COUNT = 4_000


def draws(known: Knowledge, count: int = COUNT, seed: int = 1) -> Samples:
    return sample(known, count, np.random.default_rng(seed))


def preferences(samples: Samples, place: int) -> Hidden:
    """Return one draw of the first party as preferences to check statements with."""
    first, issues = samples.known.first, samples.known.issues
    weights: Vector = samples.weights[0, place]
    amounts: Vector = samples.values[0, place]
    values = tuple(
        amounts[first[i] : first[i + 1]] / (weight or 1) for i, weight in enumerate(weights)
    )
    reservation = float(samples.reservations[0, place])
    return Hidden(issues=issues, weights=weights, values=values, reservation=reservation)


@settings(max_examples=100, deadline=None)
@given(telling=tellings())
def test_every_draw_keeps_every_statement(telling: Telling) -> None:
    known, _ = telling
    samples = draws(known, 40)
    for place in range(40):
        one = preferences(samples, place)
        assert abs(one.weights.sum() - 1) < 1e-9
        assert all(row.min() >= 0 and row.max() <= 1 + 1e-9 for row in one.values)
        for said in known.parties["north"]:
            assert true_of(said, one), said.words


def near(numbers: NDArray[Any], expected: float, *, deviation: float, worth: float = COUNT) -> bool:
    """Whether a mean is as expected, within five standard errors."""
    return bool(abs(numbers.mean() - expected) < 5 * deviation / np.sqrt(worth))


def test_without_statements_draws_follow_the_prior() -> None:
    samples = draws(Knowledge(issues=issues_of(3, 1, 2, 4), parties={"north": (), "south": ()}))
    for party in range(2):
        weights, reservations = samples.weights[party], samples.reservations[party]
        for issue, first in enumerate(samples.known.first[:-1]):
            # Of four weights that sum to 1, each follows Beta(1, 3).
            assert near(weights[:, issue], 1 / 4, deviation=np.sqrt(3 / 80))
            assert near(weights[:, issue] <= 0.1, 1 - 0.9**3, deviation=0.44)
            values: Vector = samples.values[party, :, first] / weights[:, issue]
            assert near(values, 0.5, deviation=np.sqrt(1 / 12))
            assert near(np.less_equal(values, 0.2), 0.2, deviation=0.4)
        assert near(reservations, 0.5, deviation=np.sqrt(1 / 12))
        assert near(reservations <= 0.9, 0.9, deviation=0.3)
    north, south = samples.reservations
    assert near(north * south, 1 / 4, deviation=np.sqrt(1 / 9 - 1 / 16))


def test_the_range_of_reservation_values_is_part_of_the_prior() -> None:
    prior = Prior(low=0.4, high=0.6)
    samples = draws(Knowledge(issues=issues_of(2), parties={"north": ()}, prior=prior))
    assert samples.reservations.min() >= 0.4
    assert samples.reservations.max() <= 0.6
    assert near(samples.reservations, 0.5, deviation=0.2 / np.sqrt(12))


def test_with_an_order_the_inner_values_follow_those_of_sorted_numbers() -> None:
    said = Order(issue="i0", options=("o0", "o1", "o2", "o3", "o4"))
    samples = draws(Knowledge(issues=issues_of(5, 2), parties={"north": (said,)}))
    values: Vector = samples.values[0, :, :5] / samples.weights[0, :, :1]
    assert np.allclose(values[:, 0], 1)
    assert np.allclose(values[:, 4], 0)
    worth = samples.diagnostics[0].effective
    for place, mean in ((1, 3 / 4), (2, 2 / 4), (3, 1 / 4)):
        # The k-th of three uniform numbers has mean k / 4.
        assert near(values[:, place], mean, deviation=0.23, worth=worth)


CASES = [
    (
        Accepted(package=(("i0", "o1"), ("i1", "o2"))),
        Refused(package=(("i0", "o0"), ("i1", "o0"))),
    ),
    (
        MattersMore(issue="i1", than="i0"),
        Prefers(issue="i1", option="o1", to="o0"),
        PrefersPackage(
            package=(("i0", "o1"), ("i1", "o0")), to=(("i0", "o0"), ("i1", "o1"))
        ),
    ),
    (
        Ends(issue="i0", best="o0", worst="o1"),
        Worth(package=(("i0", "o0"), ("i1", "o1")), low=0.3, high=0.7),
        Weight(issue="i1", low=0.1, high=0.6),
        Value(issue="i1", option="o1", high=0.8),
        Reservation(low=0.2, high=0.9),
        Accepted(package=(("i0", "o0"), ("i1", "o2"))),
    ),
]  # fmt: skip


@pytest.mark.parametrize("said", CASES)
def test_draws_are_those_of_the_prior_that_keep_the_statements(said: tuple[Accepted, ...]) -> None:
    known = Knowledge(issues=issues_of(2, 3), parties={"north": said})
    _, points = kept_draws(known, "north", 400_000)
    samples = draws(known)
    ours = np.vstack([samples.values[0].T, samples.weights[0].T, samples.reservations])
    worth = min(samples.diagnostics[0].effective, points.shape[1]) / 2  # two estimates
    for row, expected in zip(ours, points, strict=True):
        for one, other in ((row, expected), (row**2, expected**2)):
            assert near(one, other.mean(), deviation=other.std() + 1e-9, worth=worth)


def test_the_same_seed_gives_the_same_draws() -> None:
    known = Knowledge(issues=issues_of(2, 3), parties={"north": CASES[0], "south": CASES[1]})
    one, same, other = draws(known, 300), draws(known, 300), draws(known, 300, seed=2)
    assert np.array_equal(one.values, same.values)
    assert np.array_equal(one.weights, same.weights)
    assert np.array_equal(one.reservations, same.reservations)
    assert one.diagnostics == same.diagnostics
    assert not np.array_equal(one.values, other.values)


def test_what_is_heard_of_one_party_moves_no_draw_of_another() -> None:
    known = Knowledge(issues=issues_of(2, 3), parties={"north": CASES[0], "south": CASES[1]})
    more = known.told("north", Reservation(high=0.5))
    assert np.array_equal(draws(known, 300).values[1], draws(more, 300).values[1])
    assert not np.array_equal(draws(known, 300).values[0], draws(more, 300).values[0])


def test_contradictions_are_refused_before_anything_is_drawn() -> None:
    said = (Reservation(high=0.2), Reservation(low=0.8))
    with pytest.raises(ContradictionError, match="of north contradicts itself"):
        draws(Knowledge(issues=issues_of(2), parties={"north": said}))


def test_what_leaves_no_room_at_all_is_drawn_as_it_is() -> None:
    halves = (Weight(issue="i0", low=0.5), Weight(issue="i1", low=0.5))
    known = Knowledge(issues=issues_of(2, 2, 2), parties={"north": halves})
    samples = draws(known, 50)
    assert np.allclose(samples.weights[0], [0.5, 0.5, 0], atol=1e-7)
    assert samples.diagnostics[0].settled


def test_a_draw_makes_a_space_with_its_utilities() -> None:
    known = Knowledge(issues=issues_of(2, 3), parties={"north": CASES[0], "south": CASES[1]})
    samples = draws(known, 20)
    assert len(samples) == 20
    packages = np.array([(0, 0), (1, 2)])
    for place in (0, 19):
        space = samples.space(place)
        for column, package in enumerate(((0, 0), (1, 2))):
            assert np.allclose(space.utilities(package), samples.worth(packages)[:, place, column])
        assert [p.reservation for p in space.profiles] == samples.reservations[:, place].tolist()


def test_progress_is_told_party_by_party() -> None:
    told: list[float] = []
    known = Knowledge(issues=issues_of(2), parties={"north": (), "south": ()})
    sample(known, 10, np.random.default_rng(1), progress=told.append)
    assert told == [0.5, 1.0]


def test_chains_that_were_not_given_time_are_said_not_to_have_settled() -> None:
    known = Knowledge(issues=issues_of(2, 3), parties={"north": CASES[0]})
    found = sample(known, 100, np.random.default_rng(1), patience=1).diagnostics[0]
    assert not found.settled
    assert "not settled after 20 sweeps" in found.words
    found = draws(known, 1_000).diagnostics[0]
    assert found.settled
    assert found.words.endswith(f"draws, settled after {found.sweeps} sweeps")
    assert 500 < found.effective <= 1_000


def test_starting_points_that_are_not_forgotten_are_seen() -> None:
    chance = np.random.default_rng(1)
    forgotten = chance.normal(size=(3, 256))
    assert nested_ratio(forgotten) < 1.1
    remembered = forgotten + np.tile(chance.normal(size=(3, 32)), 8)
    assert nested_ratio(remembered) > 1.3
    assert nested_ratio(np.ones((3, 256))) == 1


def test_what_still_moves_is_seen() -> None:
    chance = np.random.default_rng(1)
    before = chance.normal(size=(3, 256))
    assert drift(before, chance.normal(size=(3, 256))) < 0.3
    assert drift(before, before + 1) > 0.9
    assert drift(before, before * 2) > 0.4
    assert drift(np.ones((3, 256)), np.ones((3, 256))) == 0


def test_long_tails_that_stay_as_they_are_are_no_drift() -> None:
    # What twenty orders of ten options leave room for, looked at again and again.
    chance = np.random.default_rng(1)
    found = [drift(*chance.exponential(size=(2, 180, 256))) for _ in range(50)]
    assert np.quantile(found, 0.5) < SAME


def test_draws_that_repeat_themselves_are_worth_less() -> None:
    chance = np.random.default_rng(1)
    fresh = chance.normal(size=(4, 2, 256))
    assert effective(fresh) > 700
    repeated = np.repeat(fresh[:1], 4, axis=0)
    assert 250 < effective(repeated) < 260
    assert effective(np.ones((4, 2, 256))) == 1024


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 99))
def test_large_spaces_settle(seed: int) -> None:
    chance = np.random.default_rng(seed)
    true = hidden(issues_of(*[10] * 20), chance)
    known = Knowledge(issues=true.issues, parties={"north": heard(true, chance, 15)})
    found = draws(known, 256).diagnostics[0]
    assert found.settled
    assert found.effective > 100
