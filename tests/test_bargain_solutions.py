"""The zone of possible agreement and the four solutions, against counting all packages."""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings

from backchannel.bargain.blocks import Values
from backchannel.bargain.frontier import Frontier, frontier
from backchannel.bargain.model import Issue, Number, Profile, Space
from backchannel.bargain.solutions import MEASURES, solve
from backchannel.bargain.zopa import zopa
from bargaining import all_packages, large_space, spaces

many = settings(max_examples=150, deadline=None)
Gains = tuple[Number, ...]


def gains_of(space: Space) -> list[Gains]:
    """Return what every acceptable package gives each party above its reservation value."""
    found = []
    for each in all_packages(space):
        if space.acceptable(each):
            pairs = zip(space.utilities(each), space.profiles, strict=True)
            found.append(tuple(utility - profile.reservation for utility, profile in pairs))
    return found


def brute(name: str, all_gains: list[Gains]) -> float:
    """Return the best measure there is, by trying all packages."""
    ideals = [max(column) for column in zip(*all_gains, strict=True)]

    def shares(gains: Gains) -> Fraction:
        pairs = zip(gains, ideals, strict=True)
        return min((Fraction(g) / Fraction(i) for g, i in pairs if i), default=Fraction(1))

    if name == "nash":
        most = max(sum(g > 0 for g in gains) for gains in all_gains)
        able = [gains for gains in all_gains if sum(g > 0 for g in gains) == most]
        return float(max(math.prod(g for g in gains if g > 0) for gains in able))
    if name == "kalai_smorodinsky":
        return float(max(map(shares, all_gains)))
    by = min if name == "egalitarian" else sum
    return float(max(by(gains) for gains in all_gains))


@many
@given(spaces(parties=(1, 4)))
def test_each_solution_is_the_best_of_all_packages_by_its_measure(space: Space) -> None:
    all_gains = gains_of(space)
    found = solve(space, frontier(space))
    assert set(found) == (set(MEASURES) if all_gains else set())
    for name, solution in found.items():
        assert solution.exact
        assert solution.measure == pytest.approx(brute(name, all_gains))
        assert space.acceptable(solution.package)
        assert space.possible(solution.package)
        assert space.utilities(solution.package) == solution.utilities


@many
@given(spaces(parties=(2, 3), whole=False))
def test_real_utilities_are_solved_too(space: Space) -> None:
    all_gains = gains_of(space)
    for name, solution in solve(space, frontier(space)).items():
        assert solution.measure == pytest.approx(brute(name, all_gains))
        assert space.acceptable(solution.package)


@many
@given(spaces(parties=(2, 4)))
def test_a_bounded_frontier_gives_a_gap_that_holds(space: Space) -> None:
    all_gains = gains_of(space)
    coarse = frontier(space, cells=0, most=2)
    zone = zopa(space, coarse)
    found = solve(space, coarse, zone)
    assert (zone.empty is False) == bool(found)
    if zone.empty:
        assert not all_gains
    for name, solution in found.items():
        assert space.acceptable(solution.package)
        # The shares of Kalai-Smorodinsky are of what is known to be possible.
        if name != "kalai_smorodinsky" and not (name == "nash" and 0 in solution.utilities):
            assert brute(name, all_gains) <= solution.measure + solution.gap + 1e-9 or (
                name == "nash" and any(0 in gains for gains in all_gains)
            )


@many
@given(spaces(parties=(2, 3)))
def test_an_empty_zone_is_said_with_the_smallest_concession_that_opens_it(space: Space) -> None:
    zone = zopa(space, frontier(space))
    packages = [space.utilities(each) for each in all_packages(space)]
    if gains_of(space):
        assert zone.empty is False
        assert zone.opening is None
        for party, column in enumerate(zip(*gains_of(space), strict=True)):
            floor = space.profiles[party].reservation
            assert zone.highest[party] == max(column) + floor
            assert zone.lowest[party] >= floor
        return
    assert zone.empty is True
    assert zone.opening is not None
    floors = [profile.reservation for profile in space.profiles]
    widths = [max(column) - min(column) for column in zip(*packages, strict=True)]
    lacks = [[max(0, f - u) for u, f in zip(p, floors, strict=True)] for p in packages]
    able = [
        sum(lack / (width or 1) for lack, width in zip(each, widths, strict=True)) for each in lacks
    ]
    assert zone.opening.share == pytest.approx(min(able))
    opened = tuple(
        replace(profile, reservation=profile.reservation - concession)
        for profile, concession in zip(space.profiles, zone.opening.concessions, strict=True)
    )
    assert replace(space, profiles=opened).acceptable(zone.opening.package)


def test_where_no_package_lets_all_gain_as_many_as_can_do() -> None:
    issue = Issue(issue="x", options=("a", "b", "c"))
    north = Profile(party="north", values=((5, 0, 0),), reservation=0)
    south = Profile(party="south", values=((0, 3, 1),), reservation=0)
    space = Space(issues=(issue,), profiles=(north, south))
    found = solve(space, frontier(space))
    assert found["nash"].utilities == (5, 0)
    assert found["nash"].ties == 0
    assert found["egalitarian"].ties == 1


def test_units_are_brought_to_points_before_parties_are_compared() -> None:
    issue = Issue(issue="x", options=("a", "b"))
    north = Profile(party="north", values=((2, 30),), reservation=0, unit=10)
    south = Profile(party="south", values=((2, 1),), reservation=0)
    space = Space(issues=(issue,), profiles=(north, south))
    found = solve(space, frontier(space))
    assert found["egalitarian"].measure == 1.0
    assert found["utilitarian"].measure == 4.0
    assert found["utilitarian"].utilities == (30, 1)
    assert found["nash"].measure == 3.0


def test_bill_and_jack_trade_as_nash_worked_out() -> None:
    """Nash (1950), page 161: Bill gives book, whip, ball and bat, Jack pen, toy and knife."""
    worth = {
        "book": (2, 4), "whip": (2, 2), "ball": (2, 1), "bat": (2, 2), "box": (4, 1),
        "pen": (10, 1), "toy": (4, 1), "knife": (6, 2), "hat": (2, 2),
    }  # fmt: skip
    his = list(worth)[:5]
    issues = tuple(Issue(issue=name, options=("kept", "given")) for name in worth)
    bill = Profile(
        party="Bill",
        values=tuple((b, 0) if name in his else (0, b) for name, (b, _) in worth.items()),
        reservation=12,
    )
    jack = Profile(
        party="Jack",
        values=tuple((0, j) if name in his else (j, 0) for name, (_, j) in worth.items()),
        reservation=6,
    )
    space = Space(issues=issues, profiles=(bill, jack))
    nash = solve(space, frontier(space))["nash"]
    given_ = {name for name, option in space.named(nash.package).items() if option == "given"}
    assert given_ == {"book", "whip", "ball", "bat", "pen", "toy", "knife"}
    assert nash.utilities == (24, 11)
    assert nash.measure == 60.0


def test_a_bounded_frontier_can_leave_open_whether_there_is_a_zone() -> None:
    space = large_space(np.random.default_rng(4), parties=4, issues=6, options=5, scale=100)
    coarse = frontier(space, cells=0, most=4)
    # Just above the last point for each, where no other point is, and within the bound of it.
    assert min(coarse.bound) > 1
    outside = [point + 1 for point in coarse.points if not _any_reaches(coarse, point + 1)]
    profiles = tuple(
        replace(profile, reservation=int(value))
        for profile, value in zip(space.profiles, outside[0], strict=True)
    )
    zone = zopa(replace(space, profiles=profiles), coarse)
    assert zone.empty is None
    assert zone.opening is None


def _any_reaches(found: Frontier, point: Values) -> bool:
    return bool((found.points >= point).all(axis=1).any())


def test_three_parties_at_1e20_packages_have_an_exact_nash_solution() -> None:
    space = large_space(np.random.default_rng(1), parties=3, scale=300)
    found = solve(space, frontier(space))
    assert all(solution.exact and space.acceptable(solution.package) for solution in found.values())
    assert len(found) == 4
