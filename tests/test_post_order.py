"""The order of letters and the sender's window, as properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.post.errors import OrderError
from backchannel.post.order import (
    LIMIT,
    Arrivals,
    Verdict,
    Window,
    acknowledge,
    arrive,
    gap,
    may_send,
    send,
)


@given(order=st.integers(1, LIMIT).flatmap(lambda n: st.permutations(range(1, n + 1))))
def test_in_whatever_order_letters_come_all_count_once_and_in_order(order: list[int]) -> None:
    arrivals = Arrivals()
    applied: list[int] = []
    for counter in order:
        before = arrivals.applied
        arrivals, verdict = arrive(arrivals, counter)
        applied += range(before + 1, arrivals.applied + 1)
        assert (verdict is Verdict.NEXT) == (arrivals.applied > before)
    assert applied == sorted(order)
    assert arrivals == Arrivals(len(order))


@given(counters=st.lists(st.integers(1, 100), max_size=60))
def test_a_letter_that_came_before_changes_nothing(counters: list[int]) -> None:
    arrivals = Arrivals()
    for counter in counters:
        after, verdict = arrive(arrivals, counter)
        again, second = arrive(after, counter)
        assert again == after
        assert second is (Verdict.BEYOND if verdict is Verdict.BEYOND else Verdict.DUPLICATE)
        arrivals = after
    came = {counter for counter in counters if counter <= arrivals.applied} | arrivals.held
    assert set(range(1, arrivals.applied + 1)) | arrivals.held == came
    assert len(arrivals.held) < LIMIT


@given(missing=st.integers(1, LIMIT - 1))
def test_the_gap_is_the_first_letter_that_is_missing(missing: int) -> None:
    arrivals = Arrivals()
    for counter in range(1, LIMIT + 1):
        if counter != missing:
            arrivals, _ = arrive(arrivals, counter)
    assert gap(arrivals) == missing
    arrivals, _ = arrive(arrivals, missing)
    assert gap(arrivals) is None


def test_a_letter_further_ahead_than_the_window_is_not_kept() -> None:
    arrivals = Arrivals(10)
    assert arrive(arrivals, 10 + LIMIT) == (Arrivals(10, frozenset({74})), Verdict.HELD)
    assert arrive(arrivals, 11 + LIMIT) == (arrivals, Verdict.BEYOND)


@pytest.mark.parametrize("counter", [0, -1])
def test_letters_are_counted_from_one(counter: int) -> None:
    with pytest.raises(OrderError, match="counted from 1"):
        arrive(Arrivals(), counter)


@pytest.mark.parametrize(
    ("applied", "held"), [(-1, set()), (3, {4}), (3, {3}), (3, {2, 6}), (0, {LIMIT + 1})]
)
def test_arrivals_that_cannot_be_are_not_built(applied: int, held: set[int]) -> None:
    with pytest.raises(OrderError, match="cannot be held"):
        Arrivals(applied, frozenset(held))


@given(acknowledgements=st.lists(st.integers(0, 200), max_size=30))
def test_no_more_than_the_limit_is_ever_on_the_way(acknowledgements: list[int]) -> None:
    window = Window()
    for upto in acknowledgements:
        while may_send(window):
            window = send(window)
        assert window.sent - window.acknowledged == LIMIT
        if window.acknowledged <= upto <= window.sent:
            window = acknowledge(window, upto)
            assert window.acknowledged == upto
        else:
            with pytest.raises(OrderError, match="cannot be acknowledged"):
                acknowledge(window, upto)


def test_a_full_window_sends_nothing_more() -> None:
    with pytest.raises(OrderError, match="64 letters wait"):
        send(Window(LIMIT))


@pytest.mark.parametrize(("sent", "acknowledged"), [(1, 2), (LIMIT + 1, 0), (0, -1)])
def test_a_window_that_cannot_be_is_not_built(sent: int, acknowledged: int) -> None:
    with pytest.raises(OrderError, match="cannot be"):
        Window(sent, acknowledged)
