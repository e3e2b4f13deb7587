"""The efficient ones among given points."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.bargain.points import efficient
from bargaining import dominates


def brute(points: list[tuple[float, ...]]) -> set[tuple[float, ...]]:
    return {p for p in points if not any(dominates(q, p) for q in points)}


@settings(max_examples=400)
@given(st.data(), st.integers(1, 4), st.booleans())
def test_the_efficient_points_are_those_that_no_other_dominates(
    data: st.DataObject,
    parties: int,
    real: bool,  # noqa: FBT001 - drawn
) -> None:
    value = st.floats(-3, 3, width=16) if real else st.integers(-3, 3)
    points = data.draw(st.lists(st.tuples(*[value] * parties), max_size=12))
    kind = np.float64 if real else np.int64
    found = efficient(np.array(points, dtype=kind).reshape(-1, parties))
    kept = [points[place] for place in found]
    assert set(kept) == brute(points)
    assert len(kept) == len(set(kept))
    assert all(points.index(point) == place for point, place in zip(kept, found, strict=True))


@pytest.mark.parametrize("shape", ["cloud", "line", "column", "rising"])
def test_many_points_are_thinned_beforehand_without_losing_any(shape: str) -> None:
    chance = np.random.default_rng(5)
    points = chance.random((30_000, 2))
    if shape == "line":
        points[:, 1] = 1 - points[:, 0]
    if shape == "column":
        points[:, 0] = 0.5
    if shape == "rising":
        points[:, 1] = points[:, 0]
    order = np.lexsort((-points[:, 1], -points[:, 0]))
    best, expected = -1.0, []
    for place in order.tolist():
        if points[place, 1] > best:
            best = points[place, 1]
            expected.append(place)
    assert efficient(points).tolist() == expected


@pytest.mark.parametrize("parties", [3, 4, 6])
@pytest.mark.parametrize("ties", [False, True])
def test_many_points_of_many_parties_are_compared_with_all(
    parties: int,
    ties: bool,  # noqa: FBT001 - drawn
) -> None:
    points = np.random.default_rng(parties).random((900, parties))
    points /= np.linalg.norm(points, axis=1)[:, None] ** 0.7
    if ties:
        points = np.rint(points * 8)
    found = efficient(points)
    listed = [tuple(point) for point in points.tolist()]
    assert {listed[place] for place in found} == brute(listed)
    assert len(found) == len({listed[place] for place in found})
    assert found.tolist() == sorted(found, key=lambda place: listed[place], reverse=True)


def test_a_sum_that_is_rounded_hides_nothing() -> None:
    # 1e16 + 1 is 1e16: the sums are equal, and the second point dominates the first.
    points = np.array([[1e16, 0.0, 0.0], [1e16, 1.0, 0.0]])
    assert efficient(points).tolist() == [1]
