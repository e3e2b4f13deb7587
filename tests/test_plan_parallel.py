"""One side's least greatest exposure in series and parallel: against all orders."""

from itertools import permutations

import numpy as np
import pytest

from backchannel.plan.parallel import lowest


def nested(rng: np.random.Generator, count: int) -> tuple[int, ...]:
    """Return conditions put together from parts in series and parallel, at random."""
    before, parts = [0] * count, [[place] for place in range(count)]
    while len(parts) > 1:
        one, two = (parts.pop(int(rng.integers(0, len(parts)))) for _ in range(2))
        if rng.random() < 0.5:
            mask = sum(1 << place for place in one)
            for place in two:
                before[place] |= mask
        parts.append(one + two)
    return tuple(before)


def height(before: tuple[int, ...], changes: list[int], order: tuple[int, ...]) -> int | None:
    seen = at = greatest = 0
    for place in order:
        if before[place] & ~seen:
            return None
        seen |= 1 << place
        at += changes[place]
        greatest = max(greatest, at)
    return greatest


@pytest.mark.parametrize("seed", range(4))
def test_no_order_has_a_lower_height(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(150):
        count = int(rng.integers(1, 7))
        before, changes = nested(rng, count), rng.integers(-4, 5, count).tolist()
        found = lowest(before, changes)
        assert found is not None
        heights = [height(before, changes, order) for order in permutations(range(count))]
        assert (
            height(before, changes, found[0])
            == found[1]
            == min(each for each in heights if each is not None)
        )


def test_crossed_conditions_are_recognised() -> None:
    assert lowest((0, 0, 0b11, 0b10), (0, 0, 0, 0)) is None
    assert lowest((0, 0, 0b11, 0b10, 0), (0, 0, 0, 0, 0)) is None


def test_nothing_to_order_has_no_height() -> None:
    assert lowest((), ()) == ((), 0)


def test_parts_may_be_nested_as_deep_as_there_are_events() -> None:
    count = 1_200
    before = tuple((1 << place) - 1 if place % 2 else 0 for place in range(count))
    changes = [1 if place % 3 else -1 for place in range(count)]
    found = lowest(before, changes)
    assert found is not None
    assert sorted(found[0]) == list(range(count))
