"""Packages that are worth the same to everybody."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.bargain.errors import MalformedError
from backchannel.bargain.frontier import frontier
from backchannel.bargain.model import Profile, Space
from backchannel.bargain.ties import ties
from bargaining import all_packages, large_space, spaces


@settings(max_examples=300, deadline=None)
@given(space=spaces(parties=(1, 4)), data=st.data())
def test_the_packages_behind_a_point_are_those_that_trying_all_finds(
    space: Space, data: st.DataObject
) -> None:
    point = tuple(data.draw(st.sampled_from(frontier(space).points.tolist())))
    found = ties(space, point)
    same = [each for each in all_packages(space) if space.utilities(each) == point]
    assert found is not None
    assert found.packages == tuple(sorted(same))
    assert found.count == len(same)


def test_of_very_many_ties_all_are_counted_and_some_are_shown() -> None:
    space = large_space(np.random.default_rng(1), issues=30, options=4)
    alike = tuple((1,) * 4 for _ in space.issues)
    still = tuple(Profile(party=p, values=alike, reservation=0) for p in space.parties)
    found = ties(Space(issues=space.issues, profiles=still), (30, 30), shown=7)
    assert found is not None
    assert found.count == 4**30
    assert len(set(found.packages)) == 7


def test_every_point_of_a_large_frontier_has_its_package_among_its_ties() -> None:
    space = large_space(np.random.default_rng(1), opposed=True, issues=10, scale=200)
    found = frontier(space)
    for row, point in zip(found.packages[::40], found.points.tolist()[::40], strict=True):
        tied = ties(space, tuple(point), shown=2_000)
        assert tied is not None
        assert tied.count >= len(tied.packages) >= 1
        assert tuple(row.tolist()) in tied.packages or tied.count > len(tied.packages)
        assert {space.utilities(package) for package in tied.packages[:20]} == {tuple(point)}


def test_too_many_partial_packages_are_not_searched() -> None:
    space = large_space(np.random.default_rng(1), opposed=True, whole=False)
    assert ties(space, (1.0, 1.0), most=100) is None


def test_a_point_that_is_not_efficient_is_refused() -> None:
    space = large_space(np.random.default_rng(1), issues=3)
    with pytest.raises(MalformedError, match="not an efficient point"):
        ties(space, (0, 0))
