"""Who gains leverage, against solving for each reservation value and listing all packages."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.bargain import steering as steering_
from backchannel.bargain.frontier import Frontier, frontier
from backchannel.bargain.leverage import leverage
from backchannel.bargain.model import Issue, Number, Profile, Space
from backchannel.bargain.responses import Then, certain, ends, responses
from backchannel.bargain.solutions import MEASURES, solve
from backchannel.bargain.steering import steering
from backchannel.bargain.zopa import zopa
from bargaining import all_packages, large_space, spaces

many = settings(max_examples=100, deadline=None)
NOT_ALWAYS = "kalai_smorodinsky"  # moves one way with two parties only

Outcome = tuple[Number, ...] | None


def with_reservation(space: Space, party: int, at: Number) -> Space:
    profiles = list(space.profiles)
    profiles[party] = replace(profiles[party], reservation=at)
    return replace(space, profiles=tuple(profiles))


def outcomes(space: Space, found: Frontier, party: int, at: Number) -> dict[str, Outcome]:
    """Return what each solution gives with another reservation value, by solving again."""
    solved = solve(with_reservation(space, party, at), found)
    return {name: solved[name].utilities if solved else None for name in MEASURES}


def scan(space: Space, found: Frontier, party: int) -> tuple[list[int], list[dict[str, Outcome]]]:
    """Return every whole reservation value from the lowest that matters, and what it leads to."""
    low, high = ends(space)[party]
    values = list(range(int(min(low, space.profiles[party].reservation)), int(high) + 2))
    return values, [outcomes(space, found, party, at) for at in values]


def told(then: Then | None) -> tuple[Number, Outcome] | None:
    return None if then is None else (then.reservation, then.utilities)


@many
@given(spaces(parties=(1, 4)))
def test_the_nearest_change_of_each_solution_is_what_trying_every_value_finds(space: Space) -> None:
    found = frontier(space)
    answered = responses(space, found)
    assert bool(answered) == (zopa(space, found).empty is False)
    for party in range(len(space.profiles)) if answered else ():
        now = int(space.profiles[party].reservation)
        values, scanned = scan(space, found, party)
        for name in MEASURES:
            response = answered[name][party]
            by_value = {at: each[name] for at, each in zip(values, scanned, strict=True)}
            other = [at for at in values if by_value[at] != by_value[now]]
            up = min(at for at in other if at > now)
            down = max((at for at in other if at < now), default=None)
            assert told(response.up) == (up, by_value[up])
            assert told(response.down) == (None if down is None else (down, by_value[down]))
            assert response.stays == (values[0] if down is None else down + 1, up - 1)


@many
@given(spaces(parties=(1, 3)))
def test_shifts_tell_what_solving_again_finds(space: Space) -> None:
    found = frontier(space)
    for name, answered in responses(space, found).items():
        for party, response in enumerate(answered):
            low, high = ends(space)[party]
            assert bool(response.shifts) == (low < high)
            for share, then in response.shifts.items():
                assert math.copysign(1, share) == math.copysign(
                    1, then.reservation - space.profiles[party].reservation
                )
                assert then.utilities == outcomes(space, found, party, then.reservation)[name]
                if then.package is not None:
                    at = with_reservation(space, party, then.reservation)
                    assert at.acceptable(then.package)


@many
@given(spaces(parties=(2, 4)))
def test_nobody_gets_less_for_a_better_alternative_of_its_own(space: Space) -> None:
    """Until there is no agreement; Kalai-Smorodinsky with two parties only, see below."""
    found = frontier(space)
    for party in range(len(space.profiles)):
        _, scanned = scan(space, found, party)
        for name in MEASURES:
            if name == NOT_ALWAYS and len(space.profiles) > 2:
                continue
            gets = [point[party] for each in scanned if (point := each[name]) is not None]
            assert gets == sorted(gets)


@many
@given(spaces(parties=(2, 2)))
def test_of_two_parties_one_never_gets_more_for_a_better_alternative_of_the_other(
    space: Space,
) -> None:
    found = frontier(space)
    for party in range(2):
        _, scanned = scan(space, found, party)
        for name in MEASURES:
            gets = [point[1 - party] for each in scanned if (point := each[name]) is not None]
            assert gets == sorted(gets, reverse=True)


@many
@given(spaces(parties=(2, 3), whole=False))
def test_real_reservation_values_are_found_closely(space: Space) -> None:
    found = frontier(space)
    for name, answered in responses(space, found).items():
        for party, response in enumerate(answered):
            low, high = response.stays
            now = outcomes(space, found, party, space.profiles[party].reservation)[name]
            assert outcomes(space, found, party, (low + high) / 2)[name] == now
            assert outcomes(space, found, party, response.up.reservation)[name] == pytest.approx(
                response.up.utilities
            )
            assert response.up.utilities != now
            width = ends(space)[party][1] - ends(space)[party][0]
            assert 0 < response.up.reservation - high <= max(1e-9 * width, 1e-9)
            if response.down is not None:
                assert 0 < low - response.down.reservation <= 1e-9 * width
                assert response.down.utilities != now


@many
@given(spaces(parties=(1, 4)))
def test_shares_and_steering_are_what_listing_all_packages_finds(space: Space) -> None:
    found = frontier(space)
    told_ = leverage(space, found, time_limit=20)
    listed = [space.utilities(each) for each in all_packages(space) if space.acceptable(each)]
    assert told_.empty == (not listed)
    if not listed:
        assert (told_.portions, told_.responses, told_.steering) == ({}, {}, ())
        assert told_.opening is not None
        return
    for party, column in enumerate(zip(*listed, strict=True)):
        steered = told_.steering[party]
        assert (steered.lowest, steered.highest) == (min(column), max(column))
        assert (steered.below, steered.above) == (0, 0)
        assert steered.lowest <= steered.efficient <= steered.highest
        assert 0 <= steered.efficient_share <= steered.share <= 1
    for name, portions in told_.portions.items():
        utilities = told_.solutions[name].utilities
        assert utilities in listed
        for party, portion in enumerate(portions):
            floor = space.profiles[party].reservation
            most = told_.steering[party].highest - floor
            assert 0 <= portion.share == portion.surely <= 1
            assert portion.share * most == pytest.approx(utilities[party] - floor)
            assert portion.place is None or 0 <= portion.place <= 1


@many
@given(spaces(parties=(1, 4)))
def test_the_ceiling_is_the_last_reservation_value_with_an_agreement(space: Space) -> None:
    found = frontier(space)
    for party, ceiling in enumerate(leverage(space, found).ceilings):
        assert ceiling.highest == ceiling.most
        if ceiling.highest is None:
            low = ends(space)[party][0]
            assert zopa(with_reservation(space, party, low), found).empty
            continue
        at = with_reservation(space, party, ceiling.highest)
        assert zopa(at, found).empty is False
        assert zopa(with_reservation(space, party, ceiling.highest + 1), found).empty is True


def lifted(space: Space, by: float) -> Space:
    """Return the space with all utilities and reservation values higher by as much."""
    return replace(
        space,
        profiles=tuple(
            replace(
                profile,
                values=(tuple(v + by for v in profile.values[0]), *profile.values[1:]),
                reservation=profile.reservation + by,
            )
            for profile in space.profiles
        ),
    )


@many
@given(spaces(parties=(2, 3), whole=False), st.sampled_from((0.0, 1e9)))
def test_what_real_numbers_are_steered_to_is_within_what_is_told(space: Space, by: float) -> None:
    space = lifted(space, by)
    listed = [space.utilities(each) for each in all_packages(space) if space.acceptable(each)]
    for party, each in enumerate(steering(space, frontier(space), time_limit=20)):
        least = min(point[party] for point in listed)
        assert each.lowest - each.below - 1e-6 <= least <= each.lowest + 1e-6
        assert each.below <= steering_.CLOSE * each.width + 1e-6


def coarse_space() -> tuple[Space, Frontier]:
    space = large_space(np.random.default_rng(4), parties=4, issues=6, options=5, scale=100)
    return space, frontier(space, cells=0, most=40)


def test_a_coarse_frontier_answers_no_more_than_it_is_sure_of() -> None:
    space, coarse = coarse_space()
    told_, exact = leverage(space, coarse), leverage(space, frontier(space))
    assert not certain(space, coarse)
    assert told_.responses == {}
    assert exact.responses
    for rough, sure in zip(told_.ceilings, exact.ceilings, strict=True):
        assert rough.highest is not None
        assert rough.most is not None
        assert sure.highest is not None
        assert rough.highest <= sure.highest <= rough.most
    for rough_, sure_ in zip(told_.steering, exact.steering, strict=True):
        assert rough_.highest <= sure_.highest <= rough_.highest + rough_.above
        assert rough_.lowest == sure_.lowest
    for portion in (each for row in told_.portions.values() for each in row):
        assert 0 <= portion.surely < portion.share <= 1


def test_without_time_the_lowest_is_told_with_how_much_lower_it_may_be() -> None:
    space = large_space(np.random.default_rng(1))
    for each, profile in zip(
        steering(space, frontier(space), time_limit=0), space.profiles, strict=True
    ):
        assert each.lowest == each.efficient
        assert each.lowest - each.below == profile.reservation


def one_issue(*points: tuple[int, ...], unit: int = 1) -> Space:
    """A space with one issue, an option for each point, and no reservation."""
    names = tuple(f"option {place}" for place in range(len(points)))
    profiles = tuple(
        Profile(party=f"party{party}", values=(values,), reservation=0, unit=unit)
        for party, values in enumerate(zip(*points, strict=True))
    )
    return Space(issues=(Issue(issue="x", options=names),), profiles=profiles)


def test_with_three_parties_a_better_alternative_can_cost_its_owner_at_kalai_smorodinsky() -> None:
    space = one_issue((7, 5, 2), (4, 2, 7), (0, 8, 7))
    response = responses(space, frontier(space))[NOT_ALWAYS][0]
    # Its own gain drives out the package that gave the second party most: that one is then content
    # with less.
    assert (response.stays, response.up.reservation, response.up.utilities) == (
        (0, 0),
        1,
        (4, 2, 7),
    )
    above = with_reservation(space, 0, 2)
    response = responses(above, frontier(above))[NOT_ALWAYS][0]
    assert told(response.up) == (3, (7, 5, 2))
    assert told(response.down) == (0, (7, 5, 2))


def test_real_numbers_far_from_nothing_are_told_apart_as_well_as_they_can_be() -> None:
    far = 1e9
    space = one_issue((0, 9), (6, 6), (9, 0))
    space = lifted(space, far)
    response = responses(space, frontier(space))["nash"][0]
    assert response.stays == (far, far + 6)
    assert response.up.reservation == math.nextafter(far + 6, math.inf)


def test_a_large_space_changes_where_it_is_told_to() -> None:
    space = large_space(np.random.default_rng(2), parties=3, scale=100)
    found = frontier(space)
    for name, answered in responses(space, found).items():
        for party, response in enumerate(answered):
            now = solve(space, found)[name].utilities
            for at in response.stays:
                assert outcomes(space, found, party, at)[name] == now
            for then in (response.up, response.down):
                if then is not None:
                    assert outcomes(space, found, party, then.reservation)[name] == then.utilities
                    assert then.utilities != now
