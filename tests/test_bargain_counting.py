"""The number of packages that all could accept, in spaces that nobody can list."""

import numpy as np
import pytest
from hypothesis import given, settings

from backchannel.bargain.counting import acceptable
from backchannel.bargain.model import Profile, Space
from bargaining import all_packages, large_space, spaces


@settings(max_examples=300, deadline=None)
@given(spaces(parties=(1, 4)))
def test_halves_held_against_each_other_count_as_trying_all_does(space: Space) -> None:
    counted = acceptable(space, most=0)
    if counted is None:
        assert len(space.profiles) > 3  # tables of four scales can be too large to lay out
        return
    assert counted == sum(map(space.acceptable, all_packages(space)))


@pytest.mark.parametrize(("parties", "scale"), [(2, 1_000), (3, 150)])
def test_of_1e20_packages_each_is_counted_once(parties: int, scale: int) -> None:
    space = large_space(np.random.default_rng(4), parties=parties, scale=scale)
    low = Space(issues=space.issues, profiles=tuple(_asking(p, 0) for p in space.profiles))
    assert acceptable(low) == 10**20
    assert acceptable(space) in range(1, 10**20)


def test_counts_grow_beyond_a_machine_word() -> None:
    space = large_space(np.random.default_rng(4), issues=40, scale=300)
    low = Space(issues=space.issues, profiles=tuple(_asking(p, 0) for p in space.profiles))
    assert acceptable(low) == 10**40


def test_what_can_be_neither_listed_nor_counted_is_not_guessed() -> None:
    assert acceptable(large_space(np.random.default_rng(4), scale=10**6)) is None
    assert acceptable(large_space(np.random.default_rng(4), whole=False)) is None


def _asking(profile: Profile, least: int) -> Profile:
    return Profile(party=profile.party, values=profile.values, reservation=least)
