"""The order whose greatest height is least: search, solver and bound against all orders."""

from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest

from backchannel.plan.bounds import bound
from backchannel.plan.greedy import greedy
from backchannel.plan.least import least
from backchannel.plan.order_model import decide, reduced
from backchannel.plan.reach import Effort, Reach
from backchannel.plan.rounds import NOBODY, SEVERAL, fewest, rounds
from backchannel.plan.task import Task


def drawn(rng: np.random.Generator, count: int, tracks: int, *, capped: bool = False) -> Task:
    """Return a random problem; with `capped`, its last track has a cap that some order keeps."""
    before: list[int] = []
    for place in range(count):
        mask = 0
        for other in range(place):
            if rng.random() < 0.25:
                mask |= before[other] | 1 << other
        before.append(mask)
    changes = rng.integers(-4, 5, (count, tracks)).tolist()
    task = Task(
        before=tuple(before),
        changes=tuple(map(tuple, changes)),
        starts=tuple(int(each) for each in rng.integers(-2, 3, tracks)),
        caps=(None,) * tracks,
        factor=Fraction(1),
    )
    if not capped:
        return task
    cap = task.heights(greedy(task))[-1]
    return Task(
        before=task.before,
        changes=task.changes,
        starts=task.starts,
        caps=(None,) * (tracks - 1) + (cap,),
        factor=task.factor,
    )


def orders(task: Task) -> list[tuple[int, ...]]:
    """Return all orders that keep what waits for what, and the caps."""
    return [
        order
        for order in permutations(range(len(task.before)))
        if all(task.before[p] & ~sum(1 << q for q in order[:k]) == 0 for k, p in enumerate(order))
        and all(
            cap is None or height <= cap
            for cap, height in zip(task.caps, task.heights(order), strict=True)
        )
    ]


def problems(seed: int, times: int) -> list[Task]:
    rng = np.random.default_rng(seed)
    return [
        drawn(rng, int(rng.integers(1, 6)), 1 + number % 3, capped=number % 3 == 2)
        for number in range(times)
    ]


def test_the_search_finds_the_least_height_forwards_and_backwards() -> None:
    for task in problems(1, 300):
        best = min(task.height(order) for order in orders(task))
        for backwards in (False, True):
            reach = Reach(task, backwards=backwards)
            short = reach.within(best - 1, width=10**6, effort=Effort(9.0))
            assert short.path is None
            assert short.complete
            assert short.next is not None
            assert best - 1 < short.next <= best
            path = reach.within(best, width=10**6, effort=Effort(9.0)).path
            assert path in orders(task)
            assert task.height(path) == best


def test_narrow_layers_and_the_solver_together_find_the_least_height() -> None:
    rng = np.random.default_rng(2)
    for number in range(30):
        task = drawn(rng, 10, 2, capped=number % 2 == 0)
        known = greedy(replace(task, caps=(None, None)))  # the cap was drawn from this one
        wide = least(task, known, Effort(20.0), lambda *_: None)
        found = least(task, known, Effort(20.0), lambda *_: None, widths=(1,))
        assert wide.bound == wide.height == found.bound == found.height
        assert task.height(found.places) == found.height
        again = least(task, wide.places, Effort(20.0), lambda *_: None, widths=())
        assert again.bound == again.height == wide.height
        assert all(
            cap is None or height <= cap
            for cap, height in zip(task.caps, task.heights(found.places), strict=True)
        )


def test_whoever_watches_is_told_of_the_best_and_the_bound() -> None:
    task, told = drawn(np.random.default_rng(31), 12, 2), list[tuple[int, int]]()
    found = least(task, tuple(range(12)), Effort(20.0), lambda *at: told.append(at))
    assert told[0][0] == task.height(range(12))
    assert told[-1] == (found.height, found.bound)


def test_without_time_the_known_order_stays_and_the_bound_is_that_of_theory() -> None:
    task = drawn(np.random.default_rng(30), 10, 2)
    found = least(task, greedy(task), Effort(0.0), lambda *_: None)
    assert found.places == greedy(task)
    assert found.bound == min(found.height, bound(task))


def test_the_solver_alone_finds_and_proves_the_least_height() -> None:
    for task in problems(3, 60):
        allowed = orders(task)
        places, proved, _ = decide(task, allowed[-1], -(10**6), 10.0)
        assert places in allowed
        assert task.height(places) == proved == min(task.height(order) for order in allowed)


def test_a_solver_without_time_returns_what_was_known() -> None:
    task = drawn(np.random.default_rng(4), 40, 2)
    known = greedy(task)
    places, proved, _ = decide(task, known, -999, 0.0)
    assert (places, proved) == (known, -999)


def test_no_order_stays_below_the_bound() -> None:
    for task in problems(5, 400):
        assert bound(task) <= min(task.height(order) for order in orders(task))


def test_a_cap_that_is_broken_from_the_start_leaves_no_order() -> None:
    task = Task(before=(0,), changes=((1, 1),), starts=(0, 5), caps=(None, 3), factor=Fraction(1))
    trial = Reach(task).within(9, width=9, effort=Effort(1.0))
    assert (trial.path, trial.complete, trial.next) == (None, True, None)


def test_a_search_that_ran_out_of_time_proves_nothing() -> None:
    task = problems(6, 1)[0]
    assert not Reach(task).within(99, width=9, effort=Effort(0.0)).complete


def test_what_follows_from_other_conditions_is_left_out() -> None:
    assert reduced((0, 0b1, 0b11, 0b111)) == (0, 0b1, 0b10, 0b100)


@pytest.mark.parametrize("seed", range(4))
def test_no_order_within_the_caps_has_fewer_rounds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for task in problems(10 + seed, 60):
        hands = [int(each) for each in rng.integers(SEVERAL, 3, len(task.before))]
        caps = task.heights(greedy(task))
        held = Task(
            before=task.before,
            changes=task.changes,
            starts=task.starts,
            caps=caps,
            factor=task.factor,
        )
        allowed = orders(held)
        found = fewest(held, hands, allowed[-1], Effort(9.0))
        assert found.places in allowed
        assert found.bound == found.rounds == min(rounds(hands, order) for order in allowed)


def test_layers_that_were_cut_prove_nothing_of_rounds() -> None:
    rng = np.random.default_rng(20)
    count = 40
    changes = tuple((0,) for _ in range(count))
    task = Task(before=(0,) * count, changes=changes, starts=(0,), caps=(0,), factor=Fraction(1))
    hands = [int(each) for each in rng.integers(NOBODY, 2, count)]
    known = tuple(range(count))
    found = fewest(task, hands, known, Effort(1.0))
    assert found.bound <= found.rounds < rounds(hands, known)
    assert fewest(task, hands, known, Effort(0.0)).places == known
