"""What would be accepted, and what is efficient: shares, and what is certain."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.bargain.acceptance import (
    Standing,
    acceptance,
    accepts,
    preference,
    standard_error,
    standings,
)
from backchannel.bargain.blocks import Places
from backchannel.bargain.efficiency import LISTED, PROVABLE, dominated, efficiency, verdict
from backchannel.bargain.model import Forbidden
from backchannel.bargain.sampling import Samples, sample
from backchannel.bargain.statements import (
    Accepted,
    Ends,
    Knowledge,
    MattersMore,
    PrefersPackage,
    Refused,
    Statement,
)
from bargaining import brute_frontier, dominates
from knowing import Hidden, choices_of, heard, hidden, issues_of, kept_draws, tellings

Telling = tuple[Knowledge, Hidden]


def draws(known: Knowledge, count: int = 500, seed: int = 1) -> Samples:
    return sample(known, count, np.random.default_rng(seed))


def every_package(known: Knowledge) -> Places:
    return np.array(list(product(*(range(len(issue.options)) for issue in known.issues))))


@settings(max_examples=60, deadline=None)
@given(telling=tellings())
def test_what_is_certain_holds_in_every_draw(telling: Telling) -> None:
    known, _ = telling
    samples, packages = draws(known, 256), every_package(known)
    taken = accepts(samples, packages)[0]
    for column, (standing,) in enumerate(standings(known, packages)):
        if standing is Standing.NECESSARILY:
            assert taken[:, column].all()
        if standing is Standing.NEVER:
            assert not taken[:, column].any()
    assert standings(known, packages) == standings(known, packages, samples)


@settings(max_examples=60, deadline=None)
@given(telling=tellings())
def test_a_true_answer_never_contradicts_what_was_certain(telling: Telling) -> None:
    known, true = telling
    packages = every_package(known)
    for row, (standing,) in zip(packages, standings(known, packages), strict=True):
        accepted = true.worth(choices_of(known.issues, tuple(row))) >= true.reservation
        assert standing is not (Standing.NEVER if accepted else Standing.NECESSARILY)


@settings(max_examples=40, deadline=None)
@given(telling=tellings(), seed=st.integers(0, 99))
def test_a_certain_preference_holds_in_every_draw(telling: Telling, seed: int) -> None:
    known, _ = telling
    packages = every_package(known)
    pair = np.random.default_rng(seed).choice(packages, 2)
    worth = draws(known, 256).worth(pair)[0]
    prefers = worth[:, 0] > worth[:, 1] + 1e-7
    standing = preference(known, "north", *pair)
    if standing is Standing.NECESSARILY:
        assert prefers.all()
    if standing is Standing.NEVER:
        assert not prefers.any()
    if prefers.any() and not prefers.all():
        assert standing is Standing.POSSIBLY


def test_preferences_that_were_told_are_certain() -> None:
    one, other = (("i0", "o0"), ("i1", "o1")), (("i0", "o1"), ("i1", "o0"))
    said = (PrefersPackage(package=one, to=other),)
    known = Knowledge(issues=issues_of(2, 2), parties={"north": said})
    first, second = np.array((0, 1)), np.array((1, 0))
    assert preference(known, "north", first, second) is Standing.NECESSARILY
    assert preference(known, "north", second, first) is Standing.NEVER
    assert preference(known, "north", first, first) is Standing.NEVER
    assert preference(known, "north", first, np.array((0, 0))) is Standing.POSSIBLY


def test_packages_that_were_answered_have_their_answer() -> None:
    yes, no = (("i0", "o0"), ("i1", "o1")), (("i0", "o1"), ("i1", "o0"))
    said = (Accepted(package=yes), Refused(package=no))
    known = Knowledge(issues=issues_of(2, 2), parties={"north": said, "south": ()})
    packages = np.array([(0, 1), (1, 0)])
    found = standings(known, packages)
    assert found == (
        (Standing.NECESSARILY, Standing.POSSIBLY),
        (Standing.NEVER, Standing.POSSIBLY),
    )
    assert acceptance(draws(known), packages).shares[0].tolist() == [1, 0]


@pytest.mark.parametrize(
    "said",
    [
        (Accepted(package=(("i0", "o1"), ("i1", "o2"))),),
        (Refused(package=(("i0", "o1"), ("i1", "o2"))), MattersMore(issue="i1", than="i0")),
        (Ends(issue="i1", best="o2"), Accepted(package=(("i0", "o0"), ("i1", "o1")))),
    ],
)
def test_chances_are_those_of_the_prior_cut_down_to_what_is_known(
    said: tuple[Statement, ...],
) -> None:
    known = Knowledge(issues=issues_of(2, 3), parties={"north": said})
    packages = every_package(known)
    shape, points = kept_draws(known, "north", 200_000)
    gains = np.array([shape.gain(tuple(row)) for row in packages.tolist()])
    expected = (gains @ points >= 0).mean(axis=1)
    found = acceptance(draws(known, 4_000), packages)
    own = np.sqrt(expected * (1 - expected) / points.shape[1])
    assert (np.abs(found.shares[0] - expected) < 4 * np.hypot(found.errors[0], own)).all()


def test_all_accept_as_often_as_parties_that_know_nothing_of_each_other() -> None:
    said = (Ends(issue="i1", best="o2"),)
    known = Knowledge(issues=issues_of(2, 3), parties={"north": said, "south": (), "east": ()})
    samples = draws(known, 2_000)
    packages = every_package(known)
    found = acceptance(samples, packages)
    assert np.allclose(found.together, found.shares.prod(axis=0))
    counted = accepts(samples, packages).all(axis=0).mean(axis=0)
    assert (np.abs(found.together - counted) < 5 * np.sqrt(0.25 / 2_000)).all()
    assert (found.together_errors > 0).all()
    assert (found.together_errors < found.errors.max(axis=0)).all()


def test_errors_are_as_large_as_the_differences_between_seeds() -> None:
    said = (Accepted(package=(("i0", "o1"), ("i1", "o2"))), MattersMore(issue="i0", than="i1"))
    known = Knowledge(issues=issues_of(2, 3), parties={"north": said})
    packages = every_package(known)
    found = [acceptance(draws(known, 600, seed), packages) for seed in range(20)]
    spread = np.std([one.shares[0] for one in found], axis=0, ddof=1)
    said_to_be = np.mean([one.errors[0] for one in found], axis=0)
    assert (spread < 1.7 * said_to_be).all()
    assert spread.mean() > 0.6 * said_to_be.mean()


def test_that_all_draws_agree_is_not_taken_for_certainty() -> None:
    samples = draws(Knowledge(issues=issues_of(2), parties={"north": ()}), 1_024)
    agreed = np.ones((1_024, 1), dtype=bool)
    assert 0 < standard_error(samples, agreed, 1_000)[0] < 0.002
    # Chains that each stick to one answer are worth one draw each, not four.
    stuck = np.tile(np.arange(256) % 2 == 0, 4)[:, None]
    assert abs(standard_error(samples, stuck, 1_000)[0] - 0.5 / 16) < 0.001


def test_many_packages_are_judged_as_few_are() -> None:
    known = Knowledge(issues=issues_of(50, 50), parties={"north": (), "south": ()})
    samples, packages = draws(known, 100), every_package(known)
    found, few = acceptance(samples, packages), acceptance(samples, packages[2_100:2_110])
    assert found.parties == ("north", "south")
    assert np.allclose(found.shares[:, 2_100:2_110], few.shares)


# Efficiency


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Knowledge, tuple[Hidden, ...]]:
    """What is heard of two or three parties over a small space, sometimes with a rule."""
    issues = issues_of(*draw(st.lists(st.integers(2, 3), min_size=1, max_size=3)))
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    names = ("north", "south", "east")[: draw(st.integers(2, 3))]
    true = tuple(hidden(issues, chance) for _ in names)
    said = {n: heard(t, chance, draw(st.integers(0, 6))) for n, t in zip(names, true, strict=True)}
    rules = (Forbidden(choices=((issues[0].issue, "o0"),)),) if draw(st.booleans()) else ()
    return Knowledge(issues=issues, parties=said, rules=rules), true


@settings(max_examples=25, deadline=None)
@given(pair=pairs())
def test_a_draw_decides_efficiency_as_comparing_all_packages_does(
    pair: tuple[Knowledge, tuple[Hidden, ...]],
) -> None:
    known, _ = pair
    samples = draws(known, 20)
    asked = np.array([row for row in every_package(known) if known.blank.possible(tuple(row))])
    counted = np.zeros(len(asked))
    for place in range(20):
        space = samples.space(place)
        front = brute_frontier(space)
        for column, row in enumerate(asked):
            point = space.utilities(tuple(row))
            counted[column] += not any(
                dominates(better, point) and max(np.subtract(better, point)) > 1e-7
                for better in front
            )
    found = efficiency(samples, asked)
    assert np.allclose(found.shares, counted / 20)
    assert (found.bound, found.draws) == (0, 20)
    assert (found.errors > 0).all()


@settings(max_examples=40, deadline=None)
@given(pair=pairs())
def test_what_is_proved_of_efficiency_is_true_of_hidden_preferences(
    pair: tuple[Knowledge, tuple[Hidden, ...]],
) -> None:
    known, true = pair
    samples = draws(known, 64)
    listed = [tuple(row) for row in every_package(known).tolist()]
    listed = [row for row in listed if known.blank.possible(row)]
    points = {p: tuple(t.worth(known.choices(p)) for t in true) for p in listed}
    for asked in listed[:4]:
        found = verdict(samples, asked)
        is_so = not any(dominates(points[other], points[asked]) for other in listed)
        if found.proved and found.standing is Standing.NECESSARILY:
            assert is_so
            assert found.efficient_in == found.draws
        if found.proved and found.standing is Standing.NEVER:
            assert not is_so
            assert found.better is not None
            assert dominates(points[found.better], points[asked])
        assert found.words


ENDS = tuple(Ends(issue=f"i{place}", best="o1", worst="o0") for place in range(2))
OPPOSED = tuple(Ends(issue=f"i{place}", best="o0", worst="o1") for place in range(2))


def test_what_all_want_is_necessarily_efficient_and_the_rest_never() -> None:
    known = Knowledge(issues=issues_of(2, 2), parties={"north": ENDS, "south": ENDS})
    samples = draws(known)
    found = verdict(samples, (1, 1))
    assert (found.standing, found.proved) == (Standing.NECESSARILY, True)
    assert found.words.startswith("efficient with every preference")
    found = verdict(samples, (0, 0))
    assert (found.standing, found.proved, found.better) == (Standing.NEVER, True, (1, 1))
    assert found.words.startswith("never efficient")


def test_what_depends_on_weights_is_possibly_efficient() -> None:
    known = Knowledge(issues=issues_of(2, 2), parties={"north": ENDS, "south": OPPOSED})
    samples = draws(known)
    # Each party gives one issue and gains the other; with other weights both lose.
    found = verdict(samples, (0, 1))
    assert (found.standing, found.proved) == (Standing.POSSIBLY, True)
    assert "with some preferences, not with others" in found.words
    found = verdict(samples, (0, 0))
    assert (found.standing, found.proved) == (Standing.NECESSARILY, True)


def test_rare_preferences_that_no_draw_has_shown_are_not_forgotten() -> None:
    # One draw in which it is efficient; programs find the weights with which it is dominated.
    known = Knowledge(issues=issues_of(2, 2), parties={"north": ENDS, "south": OPPOSED})
    found = [verdict(draws(known, 1, seed), (0, 1)) for seed in range(8)]
    shown = [one for one in found if one.efficient_in == 1]
    assert shown
    assert all((one.standing, one.proved) == (Standing.POSSIBLY, True) for one in shown)


def test_being_never_efficient_without_a_single_better_package_is_left_unproved() -> None:
    # With one draw, one that dominates there need not do so always.
    known = Knowledge(issues=issues_of(2, 2), parties={"north": (), "south": ()})
    found = [verdict(draws(known, 1, seed), (0, 0)) for seed in range(12)]
    unproved = [one for one in found if one.standing is Standing.NEVER]
    assert unproved
    assert not any(one.proved for one in unproved)
    assert unproved[0].words == "efficient in 0 of 1 drawn preferences; nothing further is proved"


@pytest.mark.parametrize("size", [45, 142])
def test_in_large_spaces_efficiency_is_counted_but_not_exhausted(size: int) -> None:
    assert PROVABLE < 45**2
    assert LISTED < 142**2
    ends = tuple(Ends(issue=f"i{i}", best="o1", worst="o0") for i in range(2))
    known = Knowledge(issues=issues_of(size, size), parties={"north": ends, "south": ends})
    samples = draws(known, 30)
    found = verdict(samples, (1, 1))
    assert (found.standing, found.proved) == (Standing.NECESSARILY, False)
    assert found.efficient_in == found.draws == 30
    found = verdict(samples, (0, 0))
    assert (found.standing, found.proved) == (Standing.NEVER, True)
    assert efficiency(samples, np.array([(1, 1), (0, 0)]), draws=5).shares.tolist() == [1, 0]


def test_differences_of_rounding_dominate_nothing() -> None:
    point = np.array([[0.3, 0.6]])
    assert not dominated(point, np.array([[0.3 + 1e-13, 0.6]])).any()
    assert not dominated(point, np.array([[0.4, 0.6 - 1e-9]])).any()
    assert dominated(point, np.array([[0.4, 0.6 - 1e-15]])).all()
