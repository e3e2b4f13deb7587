"""Frontiers: equal to comparing all with all, or never worse than the bound they state."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.bargain import grid, merging
from backchannel.bargain.blocks import blocks, package
from backchannel.bargain.frontier import Frontier, frontier, share_of_range
from backchannel.bargain.model import Issue, Profile, Space
from backchannel.bargain.points import efficient
from bargaining import Point, all_packages, brute_frontier, large_space, spaces

many = settings(max_examples=300, deadline=None)


def points_of(found: Frontier) -> list[Point]:
    return [tuple(point) for point in found.points.tolist()]


def holds(space: Space, found: Frontier) -> None:
    """See that each point is that of its package, and that every package is possible."""
    for row, point in zip(found.packages, points_of(found), strict=True):
        assert space.possible(package(row))
        assert np.allclose(space.utilities(package(row)), point)


def covers(space: Space, found: Frontier) -> None:
    """See that for every package there is a point that is lower by the bound at most."""
    slack = np.array(found.bound) + (0 if space.whole else 1e-9)
    for each in all_packages(space):
        assert (found.points >= np.array(space.utilities(each)) - slack).all(axis=1).any()


@many
@given(spaces(parties=(1, 4)))
def test_a_frontier_is_what_comparing_all_with_all_finds(space: Space) -> None:
    found = frontier(space)
    assert found.exact
    assert share_of_range(space, found) == 0.0
    assert set(points_of(found)) == brute_frontier(space)
    assert len(found.points) == len(set(points_of(found)))
    assert all(one[0] >= other[0] for one, other in pairwise(points_of(found)))
    holds(space, found)


@many
@given(spaces(parties=(1, 4)))
def test_lists_find_what_the_grid_finds(space: Space) -> None:
    found = frontier(space, cells=0)
    assert found.exact
    assert set(points_of(found)) == brute_frontier(space)
    holds(space, found)


@many
@given(spaces(parties=(1, 4), whole=False))
def test_real_utilities_are_taken_as_they_are(space: Space) -> None:
    found = frontier(space)
    assert found.exact
    assert set(points_of(found)) == brute_frontier(space)
    holds(space, found)


@many
@given(space=spaces(parties=(2, 4), whole=False), cells=st.integers(4, 60))
def test_what_does_not_fit_is_bounded_and_the_bound_holds(space: Space, cells: int) -> None:
    found = frontier(space, cells=cells, most=1)
    holds(space, found)
    covers(space, found)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    parties=st.integers(2, 4),
    cells=st.integers(20, 3_000),
    opposed=st.booleans(),
)
def test_the_bound_holds_where_sums_and_differences_are_rounded(
    seed: int,
    parties: int,
    cells: int,
    opposed: bool,  # noqa: FBT001 - drawn
) -> None:
    # Thirds and the like: here a sum less a summand is not always the other summand.
    space = large_space(
        np.random.default_rng(seed),
        parties=parties,
        issues=4,
        options=4,
        opposed=opposed,
        whole=False,
    )
    found = frontier(space, cells=cells, most=1)
    holds(space, found)
    covers(space, found)
    assert share_of_range(space, found) <= 1 + 1e-9


@many
@given(space=spaces(parties=(4, 5)), most=st.integers(2, 6))
def test_thinned_lists_keep_their_bound(space: Space, most: int) -> None:
    found = frontier(space, cells=0, most=most)
    holds(space, found)
    covers(space, found)
    if not found.exact:
        assert share_of_range(space, found) > 0


def test_the_order_of_the_issues_changes_nothing() -> None:
    space = large_space(np.random.default_rng(3), issues=8)
    turned = Space(
        issues=space.issues[::-1],
        profiles=tuple(
            Profile(party=p.party, values=p.values[::-1], reservation=p.reservation)
            for p in space.profiles
        ),
    )
    assert points_of(frontier(space)) == points_of(frontier(turned))


@pytest.mark.parametrize("parties", [2, 3])
def test_a_space_of_1e20_packages_has_an_exact_frontier(parties: int) -> None:
    space = large_space(np.random.default_rng(1), parties=parties, scale=300)
    shares: list[float] = []
    found = frontier(space, progress=shares.append)
    assert found.exact
    assert space.count == 10**20
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    # The lists are another way to the same frontier.
    if parties == 2:
        assert points_of(frontier(space, cells=0)) == points_of(found)
    for row, point in zip(found.packages[::50], points_of(found)[::50], strict=True):
        assert space.utilities(package(row)) == point


def test_the_grid_of_a_real_range_is_part_of_the_bound() -> None:
    space = large_space(np.random.default_rng(1), issues=3)
    profiles = tuple(replace(profile, rounding=2) for profile in space.profiles)
    found = frontier(replace(space, profiles=profiles))
    assert found.bound == (2, 2)
    assert not found.exact
    assert points_of(found) == points_of(frontier(space))


def test_a_value_that_no_move_gives_is_no_reason_to_take_any_move() -> None:
    moves = (np.array([[0], [1]], dtype=np.int32), np.array([0.1, 0.2]))
    cells = np.array([[0], [1]], dtype=np.int32)
    assert grid._taken(np.zeros(1), cells, np.array([0.1, 0.2]), moves).tolist() == [0, 1]
    with pytest.raises(ArithmeticError, match="1 cells have values that no move gives"):
        grid._taken(np.zeros(1), cells, np.array([0.1, 0.3]), moves)


def test_an_issue_of_very_many_options_is_listed_rather_than_laid_out() -> None:
    # Cells times combinations would be thousands of millions.
    places = np.arange(30_000)
    rows = ((3 * places).tolist(), (places[::-1] * 2 + places % 2).tolist())
    issues = (
        Issue(issue="few", options=("a", "b")),
        Issue(issue="very many", options=tuple(map(str, places))),
    )
    profiles = tuple(
        Profile(party=name, values=(few, tuple(row)), reservation=0)
        for name, few, row in zip("ns", ((0, 7), (5, 0)), rows, strict=True)
    )
    found = frontier(Space(issues=issues, profiles=profiles))
    every = np.stack([np.add.outer(p.values[0], p.values[1]).ravel() for p in profiles], axis=1)
    assert found.exact
    assert found.points.tolist() == every[efficient(every)].tolist()


def test_opposed_real_preferences_are_bounded_within_a_thousandth() -> None:
    space = large_space(np.random.default_rng(2), whole=False, opposed=True)
    found = frontier(space)
    assert not found.exact
    assert 0 < share_of_range(space, found) <= 0.001


def test_a_party_to_which_all_is_alike_loses_nothing_to_a_coarse_grid() -> None:
    issues = tuple(Issue(issue=str(i), options=("a", "b", "c")) for i in range(3))
    alike = Profile(party="n", values=((0.5,) * 3,) * 3, reservation=0)
    other = Profile(party="s", values=((0.1, 0.2, 0.3),) * 3, reservation=0)
    space = Space(issues=issues, profiles=(alike, other))
    steps = grid.steps(blocks(space), 10)
    assert steps == (1.0,)
    listed = merging.choices(blocks(space), 1, lambda _: None, thin=False)
    assert listed is not None
    assert len(listed[0]) == 1
    assert share_of_range(space, frontier(space)) == 0.0
