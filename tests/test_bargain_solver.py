"""Solutions with a proof where packages are too many for a frontier, against trying them all."""

import itertools
import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.bargain import leximin, products, program
from backchannel.bargain.errors import MalformedError, TooLargeError
from backchannel.bargain.frontier import frontier
from backchannel.bargain.model import Forbidden, Issue, Number, Package, Profile, Space, Term
from backchannel.bargain.opening import openings
from backchannel.bargain.products import product
from backchannel.bargain.program import Clock, Program
from backchannel.bargain.solutions import MEASURES
from backchannel.bargain.solutions import solve as read_off
from backchannel.bargain.solver import Solved, solve
from bargaining import all_packages, large_space, spaces

many = settings(max_examples=80, deadline=None)
some = settings(max_examples=30, deadline=None)
SECONDS = 60.0
Gains = list[Fraction]


def gains_of(space: Space, package: Package) -> Gains:
    pairs = zip(space.utilities(package), space.profiles, strict=True)
    return [Fraction(utility) - Fraction(profile.reservation) for utility, profile in pairs]


def measures(space: Space, gains: Gains, ideals: Gains) -> dict[str, tuple[Fraction, ...]]:
    """Return what each solution makes greatest, so that tuples compare as the solutions do."""
    points = [gain / p.unit for gain, p in zip(gains, space.profiles, strict=True)]
    positive = [point for point in points if point > 0]
    shares = [gain / ideal for gain, ideal in zip(gains, ideals, strict=True) if ideal]
    return {
        "nash": (Fraction(len(positive)), math.prod(positive, start=Fraction(1))),
        "kalai_smorodinsky": (*sorted(shares), *sorted(points)),
        "egalitarian": tuple(sorted(points)),
        "utilitarian": (sum(points, Fraction(0)), *sorted(points)),
    }


def best_of_all(space: Space) -> dict[str, tuple[Fraction, ...]]:
    """Return the best there is by each measure, by trying all packages; empty without a zone."""
    inside = [gains_of(space, each) for each in all_packages(space) if space.acceptable(each)]
    if not inside:
        return {}
    ideals = [max(column) for column in zip(*inside, strict=True)]
    tried = [measures(space, gains, ideals) for gains in inside]
    return {name: max(each[name] for each in tried) for name in MEASURES}


def check_against_all(space: Space, found: Solved) -> None:
    inside = [space.utilities(each) for each in all_packages(space) if space.acceptable(each)]
    assert found.empty is (not inside)
    best = best_of_all(space)
    assert set(found.solutions) == set(best)
    columns = list(zip(*inside, strict=True))
    assert [(end.lowest, end.highest) for end in found.extents] == [
        (min(column), max(column)) for column in columns
    ]
    assert all(end.below == end.above == 0 for end in found.extents)
    ideals = [
        Fraction(max(column)) - Fraction(profile.reservation)
        for column, profile in zip(columns, space.profiles, strict=False)
    ]
    for name, solution in found.solutions.items():
        assert space.possible(solution.package)
        assert space.acceptable(solution.package)
        assert space.utilities(solution.package) == solution.utilities
        assert solution.exact
        assert measures(space, gains_of(space, solution.package), ideals)[name] == best[name]


@many
@given(spaces(parties=(1, 4)), st.data())
def test_each_solution_is_the_best_of_all_packages_with_a_proof(
    space: Space, data: st.DataObject
) -> None:
    units = [data.draw(st.sampled_from([1, 2, 10])) for _ in space.profiles]
    profiles = tuple(replace(p, unit=u) for p, u in zip(space.profiles, units, strict=True))
    mixed = replace(space, profiles=profiles)
    check_against_all(mixed, solve(mixed, time_limit=SECONDS))


@some
@given(spaces(parties=(2, 3), whole=False))
def test_real_numbers_with_a_common_denominator_are_solved_exactly(space: Space) -> None:
    check_against_all(space, solve(space, time_limit=SECONDS))


@many
@given(spaces(parties=(2, 3)))
def test_frontier_and_solver_find_the_same(space: Space) -> None:
    one, other = read_off(space, frontier(space)), solve(space, time_limit=SECONDS).solutions
    assert set(one) == set(other)
    for name, solution in one.items():
        assert other[name].measure == pytest.approx(solution.measure)
        if name != "nash":
            assert sorted(other[name].utilities) == sorted(solution.utilities) or (
                # Shares alike, and gains alike in points: the parties may be other ones.
                name == "kalai_smorodinsky"
            )


def thirds(space: Space) -> Space:
    """Return the space with values that no common denominator fits."""
    profiles = tuple(
        replace(
            profile,
            values=tuple(tuple(value / 3 + 0.1 for value in row) for row in profile.values),
            reservation=profile.reservation / 3,
            terms=tuple(
                replace(term, values={k: v / 7 for k, v in term.values.items()})
                for term in profile.terms
            ),
        )
        for profile in space.profiles
    )
    return replace(space, profiles=profiles)


@many
@given(spaces(parties=(2, 3)), st.data())
def test_gaps_hold_for_real_numbers_that_have_to_be_rounded(
    space: Space, data: st.DataObject
) -> None:
    real = thirds(space)
    # A reservation value that a package meets exactly, or misses by the last bit.
    met = data.draw(st.sampled_from(list(all_packages(real))))
    profiles = tuple(
        replace(profile, reservation=min(profile.reservation, utility))
        for profile, utility in zip(real.profiles, real.utilities(met), strict=True)
    )
    real = replace(real, profiles=profiles)
    # Little time: as long as there is some, products of real gains are proved ever more finely.
    found, best = solve(real, time_limit=5.0), best_of_all(real)
    assert found.empty is False
    for name, solution in found.solutions.items():
        assert real.acceptable(solution.package)
        greatest = float(best[name][1 if name == "nash" else 0])
        if name == "nash" and product(real, solution.package)[0] < best[name][0]:
            assert solution.gap == math.inf
            continue  # a gain in the last bit, which rounding cannot tell from none
        if name == "kalai_smorodinsky" and not any(ideals_of(real)):
            greatest = 1.0  # nobody can gain: all have all of their share
        assert solution.measure <= greatest + 1e-9
        assert solution.measure + solution.gap >= greatest - 1e-9
        if all(ideal > 1e-6 for ideal in ideals_of(real)) and name != "nash":
            # Else it stays open whether a party can gain anything, which is all of its share.
            assert solution.gap <= 1e-4 * max(1.0, abs(solution.measure))


def ideals_of(space: Space) -> Gains:
    inside = [gains_of(space, each) for each in all_packages(space) if space.acceptable(each)]
    return [max(column) for column in zip(*inside, strict=True)]


def smallest_openings(space: Space) -> tuple[Fraction, tuple[Fraction, Fraction]]:
    """Return the smallest sum of concessions, and the smallest greatest one with its sum."""
    points = [[Fraction(u) for u in space.utilities(each)] for each in all_packages(space)]
    widths = [(max(column) - min(column)) or 1 for column in zip(*points, strict=True)]
    floors = [Fraction(profile.reservation) for profile in space.profiles]
    shares = [
        [max(Fraction(0), f - u) / w for f, u, w in zip(floors, point, widths, strict=True)]
        for point in points
    ]
    sums = [sum(each, Fraction(0)) for each in shares]
    return min(sums), min((max(each), total) for each, total in zip(shares, sums, strict=True))


@many
@given(spaces(parties=(1, 4)), st.integers(1, 40))
def test_an_empty_zone_is_said_with_the_smallest_concessions(space: Space, more: int) -> None:
    profiles = tuple(replace(p, reservation=p.reservation + more) for p in space.profiles)
    asking = replace(space, profiles=profiles)
    found = solve(asking, time_limit=SECONDS)
    if any(map(asking.acceptable, all_packages(asking))):
        assert (found.empty, found.opening, found.evenest) == (False, None, None)
        return
    assert found.empty is True
    assert found.solutions == {}
    total, (greatest, with_sum) = smallest_openings(asking)
    assert found.opening is not None
    assert found.evenest is not None
    assert (found.opening.share, found.opening.gap) == (float(total), 0.0)
    assert (found.evenest.share, found.evenest.gap) == (float(greatest), 0.0)
    for each in (found.opening, found.evenest):
        opened = tuple(
            replace(profile, reservation=profile.reservation - concession)
            for profile, concession in zip(asking.profiles, each.concessions, strict=True)
        )
        assert replace(asking, profiles=opened).acceptable(each.package)
        assert asking.possible(each.package)
    inside = map(asking.utilities, all_packages(asking))
    widths = [max(c) - min(c) or 1 for c in zip(*inside, strict=True)]
    shares = [Fraction(c) / w for c, w in zip(found.evenest.concessions, widths, strict=True)]
    assert sum(shares) == with_sum


def tangled(issues: int = 12, parties: int = 3) -> Space:
    """A space in which all issues hang together: more combinations than can be listed."""
    space = large_space(np.random.default_rng(7), parties=parties, issues=issues, scale=300)
    rules = tuple(
        Forbidden(choices=((one.issue, one.options[place]), (other.issue, other.options[place])))
        for one, other in itertools.pairwise(space.issues)
        for place in range(0, 10, 2)
    )
    ends = (space.issues[0], space.issues[-1])
    term = Term(
        issues=tuple(issue.issue for issue in ends),
        values={tuple(issue.options[1] for issue in ends): 40},
    )
    profiles = tuple(replace(profile, terms=(term,)) for profile in space.profiles)
    return replace(space, profiles=profiles, rules=rules)


def test_issues_that_hang_together_in_blocks_too_large_to_list_are_solved_with_a_proof() -> None:
    space = tangled()
    with pytest.raises(TooLargeError):
        frontier(space)
    found = solve(space, time_limit=SECONDS)
    assert found.empty is False
    for solution in found.solutions.values():
        assert solution.exact
        assert space.possible(solution.package)
        assert space.acceptable(solution.package)


def test_many_parties_at_1e20_packages_are_solved_with_a_proof() -> None:
    space = large_space(np.random.default_rng(1), parties=4)
    told: list[float] = []
    found = solve(space, time_limit=SECONDS, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert all(s.exact and space.acceptable(s.package) for s in found.solutions.values())
    assert len(found.solutions) == len(MEASURES)


def test_two_parties_at_1e20_packages_are_solved_as_the_exact_frontier_solves_them() -> None:
    space = large_space(np.random.default_rng(3))
    one, other = read_off(space, frontier(space)), solve(space, time_limit=SECONDS).solutions
    for name, solution in one.items():
        assert other[name].exact
        assert other[name].measure == solution.measure
        assert other[name].utilities == solution.utilities or name == "nash"


def test_the_same_space_gives_the_same_answer() -> None:
    space = tangled(issues=6)
    assert solve(space, time_limit=SECONDS) == solve(space, time_limit=SECONDS)


def test_without_time_nothing_is_claimed() -> None:
    found = solve(tangled(), time_limit=0.0)
    assert found == Solved(empty=None, extents=(), opening=None, evenest=None, solutions={})


def test_with_little_time_a_gap_is_stated_that_holds() -> None:
    space = large_space(np.random.default_rng(1), parties=4)
    best = solve(space, time_limit=SECONDS).solutions
    for seconds in (0.02, 0.1, 0.3, 1.0):
        hurried = solve(space, time_limit=seconds)
        assert hurried.empty is not True
        for name, solution in hurried.solutions.items():
            assert space.acceptable(solution.package)
            if name != "kalai_smorodinsky":  # its shares are of the highest gains found
                assert solution.measure <= best[name].measure
            assert solution.measure + solution.gap >= best[name].measure * (1 - 1e-12)


def test_a_clock_that_ran_out_between_two_programs_leaves_what_is_known() -> None:
    space = large_space(np.random.default_rng(1), parties=3, issues=6)
    clock = Clock(SECONDS)
    known = Program(space, clock).best(0).package
    assert known is not None
    clock.left = 0.0
    weights = [(party, Fraction(1)) for party in range(3)]
    assert leximin.leximin(Program(space, clock), known, weights) == (known, math.inf)
    assert leximin.greatest_sum(Program(space, clock), known, weights) == (known, math.inf)
    assert leximin.settle(Program(space, clock), known, weights) == known
    assert products.greatest_product(Program(space, clock), known) == (known, math.inf)


def grid_space(rounding: Number, reservation: Number) -> Space:
    """One range of real numbers, seen as a grid; each place can be off by `rounding`."""
    issue = Issue(issue="price", options=("0", "1", "2"), numbers=(0.0, 1.0, 2.0), spacing=1.0)
    seller = Profile(
        party="seller", values=((0, 4, 8),), reservation=reservation, rounding=rounding
    )
    buyer = Profile(party="buyer", values=((8, 4, 0),), reservation=2, rounding=rounding)
    return Space(issues=(issue,), profiles=(seller, buyer))


def test_between_the_places_of_a_grid_a_package_may_be_better_and_the_gap_says_so() -> None:
    found = solve(grid_space(2, 3), time_limit=SECONDS)
    # At a price of 1.125 the gains are 1.5 and 1.5; at 1.0 they are 1 and 2.
    assert found.solutions["egalitarian"].measure == 1.0
    assert found.solutions["egalitarian"].gap >= 0.5
    assert found.solutions["nash"].measure + found.solutions["nash"].gap >= 1.5 * 1.5
    assert found.extents[0].highest + found.extents[0].above >= 6
    assert not found.solutions["kalai_smorodinsky"].exact
    assert not found.solutions["utilitarian"].exact


def test_the_most_that_a_party_may_get_between_the_places_of_a_grid_is_no_less_than_it_can() -> (
    None
):
    issue = Issue(issue="price", options=("0", "1", "2"), numbers=(0.0, 1.0, 2.0), spacing=1.0)
    seller = Profile(party="seller", values=((0, 40, 80),), reservation=30, rounding=20)
    buyer = Profile(party="buyer", values=((80, 40, 0),), reservation=24, rounding=20)
    found = solve(Space(issues=(issue,), profiles=(seller, buyer)), time_limit=SECONDS)
    # At a price of 1.4 the seller gets 56 and the buyer its 24.
    assert found.extents[0].highest + found.extents[0].above >= 56
    assert found.extents[1].lowest - found.extents[1].below <= 24


def test_where_not_all_gain_on_a_grid_the_product_between_its_places_stays_open() -> None:
    found = solve(grid_space(2, 4), time_limit=SECONDS)
    assert found.solutions["nash"].utilities == (4, 4)
    assert found.solutions["nash"].gap == math.inf
    assert read_off(grid_space(2, 4), frontier(grid_space(2, 4)))["nash"].gap == math.inf


def test_rules_that_leave_no_package_are_said_to_do_so() -> None:
    rules = tuple(Forbidden(choices=(("price", option),)) for option in "012")
    with pytest.raises(MalformedError, match="leave no package"):
        solve(replace(grid_space(0, 0), rules=rules), time_limit=SECONDS)


def test_a_sum_of_floating_point_numbers_counts_as_the_model_forms_it() -> None:
    # Formed in the order of the issues it is 0.0; the exact sum of what is stored is below.
    issues = tuple(Issue(issue=name, options=("on",)) for name in "abc")
    values = ((1e12,), (-1e-5,), (-1e12 + 2**-14,))
    total = sum(row[0] for row in values)
    assert Fraction(total) != sum(Fraction(row[0]) for row in values)
    north = Profile(party="north", values=values, reservation=total)
    found = solve(Space(issues=issues, profiles=(north,)), time_limit=SECONDS)
    assert found.empty is False


def test_whether_there_is_a_zone_between_the_places_of_a_grid_is_left_open() -> None:
    assert solve(grid_space(2, 5), time_limit=SECONDS).empty is None
    shut = solve(grid_space(2, 12), time_limit=SECONDS)
    assert shut.empty is True
    assert shut.opening is not None
    assert shut.opening.gap > 0


def test_a_model_that_the_solver_refuses_is_a_fault_and_not_an_answer() -> None:
    made = Program(grid_space(0, 0), Clock(SECONDS))
    with pytest.raises(ArithmeticError, match="refuses the model"):
        made.best(made.gains[0].expression * 2**59)


def test_long_scales_are_rounded_and_the_gap_covers_it() -> None:
    space = large_space(np.random.default_rng(5), parties=2, issues=4, options=4, scale=10**9)
    long = replace(
        space,
        profiles=tuple(
            replace(p, values=tuple(tuple(v * 997 for v in row) for row in p.values))
            for p in space.profiles
        ),
    )
    one, other = read_off(long, frontier(long)), solve(long, time_limit=SECONDS).solutions
    assert program.FINE < 10**9 * 997
    for name, solution in one.items():
        assert long.acceptable(other[name].package)
        assert other[name].measure <= solution.measure * (1 + 1e-12)
        assert other[name].measure + other[name].gap >= solution.measure * (1 - 1e-12)
        assert other[name].gap <= 1e-5 * solution.measure


def test_the_best_is_found_where_a_step_of_the_solver_would_lose_it() -> None:
    # Found by trying all; the solver called (1, 0, 0) optimal, 0.33 below.
    issues = tuple(
        Issue(issue=str(place), options=tuple("abcd"[:count]))
        for place, count in enumerate((3, 4, 2))
    )
    rows = (
        (((-8, 3, -4), (6, 8, 0, 1), (-5, 0)), ((0, 0), -5)),
        (((3, 0, -6), (3, 0, -4, 0), (2, 0)), ((2, 3), 5)),
        (((0, 0, -1), (0, -9, 0, -4), (0, 0)), ((0, 0), 0)),
    )
    profiles = tuple(
        Profile(
            party=str(place),
            values=values,
            reservation=0,
            terms=(Term(issues=("0", "1"), values={("abcd"[one], "abcd"[other]): worth}),),
        )
        for place, (values, ((one, other), worth)) in enumerate(rows)
    )
    real = thirds(Space(issues=issues, profiles=profiles))
    floors = [min(0.0, utility) for utility in real.utilities((2, 3, 0))]
    pairs = zip(real.profiles, floors, strict=True)
    real = replace(real, profiles=tuple(replace(p, reservation=floor) for p, floor in pairs))
    best = max(filter(real.acceptable, all_packages(real)), key=lambda each: real.utility(1, each))
    assert solve(real, time_limit=SECONDS).extents[1].highest == real.utility(1, best)


class Ending(Clock):
    """A clock that runs out after so many answers, whatever the machine."""

    def __init__(self, answers: int) -> None:
        self.answers = answers

    @property
    def left(self) -> float:
        return SECONDS if self.answers > 0 else 0.0

    @left.setter
    def left(self, _: float) -> None:
        self.answers -= 1


def real_space(parties: int = 3) -> Space:
    chance = np.random.default_rng(11)
    return large_space(chance, parties=parties, issues=4, options=4, scale=100, whole=False)


def test_whenever_the_time_runs_out_a_share_that_none_is_above_is_told() -> None:
    # The tie of all packages but one for the first party is not told apart by rounded numbers.
    for space in (real_space(), thirds(tied())):
        inside = list(filter(space.acceptable, all_packages(space)))
        weights = [(party, Fraction(1)) for party in range(len(space.profiles))]
        best = max(leximin.least(space, each, weights) for each in inside)
        total = max(sum(gains_of(space, each)) for each in inside)
        product_ = max(product(space, each) for each in inside)[1]
        for answers in range(10):
            package, bound = leximin.leximin(Program(space, Ending(answers)), inside[0], weights)
            assert leximin.least(space, package, weights) <= best <= bound
            package, bound = leximin.greatest_sum(
                Program(space, Ending(answers)), inside[0], weights
            )
            assert sum(gains_of(space, package)) <= total <= bound
            package, bound = products.greatest_product(Program(space, Ending(answers)), inside[0])
            assert product(space, package)[1] <= product_ <= bound


def tied() -> Space:
    issues = tuple(Issue(issue=name, options=("a", "b", "c")) for name in "xy")
    north = Profile(party="north", values=((0, 1, 2), (2, 1, 0)), reservation=0)
    south = Profile(party="south", values=((0, 1, 2), (2, 1, 0)), reservation=0)
    return Space(issues=issues, profiles=(north, south))


def test_whenever_the_time_runs_out_a_concession_that_none_is_below_is_told_or_nothing() -> None:
    space = real_space()
    profiles = tuple(replace(p, reservation=p.reservation + 60) for p in space.profiles)
    asking = replace(space, profiles=profiles)
    total, (greatest, _) = smallest_openings(asking)
    found = [openings(asking, Ending(answers)) for answers in range(12)]
    assert found[0] is None
    assert found[6] is None
    for pair in filter(None, found):
        assert pair[0].share - pair[0].gap <= float(total) * (1 + 1e-9)
        assert pair[1].share - pair[1].gap <= float(greatest) * (1 + 1e-9)
    assert found[-1] is not None


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_what_rounded_gains_cannot_tell_apart_is_told_apart_by_exact_ones(
    order: tuple[int, ...],
) -> None:
    bits = [0.3, math.nextafter(0.3, 1), math.nextafter(0.3, 0)]
    issue = Issue(issue="x", options=("a", "b", "c"))
    values = (tuple(bits[place] for place in order),)
    north = Profile(party="north", values=values, reservation=0.0)
    space = Space(issues=(issue,), profiles=(north,))
    weights = [(0, Fraction(1))]
    made = Program(space, Clock(SECONDS))
    package, bound = leximin.leximin(made, (order.index(2),), weights)
    assert leximin.least(space, package, weights) <= Fraction(bits[1]) <= bound
    # Just below its reservation value a package is none that all accept, however it is rounded.
    wide = replace(issue, options=("a", "b", "c", "d"))
    asking = replace(north, values=((*values[0], 1000.0),), reservation=bits[1])
    made = Program(Space(issues=(wide,), profiles=(asking,)), Clock(SECONDS))
    assert made.best(-made.gains[0].expression).package == (order.index(1),)


@pytest.mark.parametrize(("first", "other"), [((3, 9), (9, 3)), ((9, 3), (3, 9))])
@pytest.mark.parametrize("place", [0, 1])
def test_shares_that_differ_by_less_than_the_solver_can_count_are_told_apart(
    first: tuple[int, int], other: tuple[int, int], place: int
) -> None:
    issue = Issue(issue="x", options=("a", "b"))
    north = Profile(party="north", values=((first[0], other[0]),), reservation=0)
    south = Profile(party="south", values=((first[1], other[1]),), reservation=0)
    space = Space(issues=(issue,), profiles=(north, south))
    weights = [(0, Fraction(1)), (1, Fraction(1))]
    weights[place] = (place, 1 + Fraction(1, 2**60))
    package, bound = leximin.leximin(Program(space, Clock(SECONDS)), (0,), weights)
    assert bound == leximin.least(space, package, weights) == 3 * weights[place][1]
    assert space.utilities(package)[place] == 3


def test_the_product_is_found_where_another_step_of_the_solver_would_lose_it() -> None:
    # With that step the answer was 0.036, and said to be proved.
    issues = tuple(
        Issue(issue=str(place), options=tuple("abcd"[:count]))
        for place, count in enumerate((4, 2, 1, 4))
    )
    rows = (
        ((0, 0, 1, 0), (0, 0), (-1,), (0, 0, 0, 0)),
        ((0, 0, 0, 1), (-1, 0), (0,), (0, 0, 0, 0)),
        ((0, 0, 0, 1), (1, 0), (0,), (0, 0, 0, 0)),
    )
    profiles = tuple(
        Profile(party=str(place), values=values, reservation=0) for place, values in enumerate(rows)
    )
    real = thirds(Space(issues=issues, profiles=profiles))
    floors = [min(0.0, utility) for utility in real.utilities((0, 0, 0, 0))]
    pairs = zip(real.profiles, floors, strict=True)
    real = replace(real, profiles=tuple(replace(p, reservation=floor) for p, floor in pairs))
    nash = solve(real, time_limit=SECONDS).solutions["nash"]
    assert nash.measure == pytest.approx(float(best_of_all(real)["nash"][1]))
