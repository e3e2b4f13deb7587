"""Ranges of numbers, and numbers as they are written: exact where a file is."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.bargain.errors import MalformedError
from backchannel.bargain.exactly import MAX_UNIT, Draft, common_unit, exact, in_units
from backchannel.bargain.model import MAX_OPTIONS, MAX_VALUE, Issue
from backchannel.bargain.ranges import along, half_step, integers_issue, numbers_issue

TENTHS = st.integers(-500, 500).map(lambda tenths: Fraction(tenths, 10))


@given(st.decimals(-1000, 1000, places=3))
def test_a_number_is_what_is_written_as_text_or_not(number: object) -> None:
    assert exact(str(number)) == exact(float(str(number))) == Fraction(str(number))


@given(st.lists(st.fractions(-9, 9, max_denominator=40), min_size=1, max_size=5))
def test_a_unit_makes_all_whole_or_there_is_none(values: list[Fraction]) -> None:
    unit = common_unit(values)
    if unit is None:
        assert any(value.denominator > 1 for value in values)
        return
    assert unit <= MAX_UNIT
    assert [Fraction(in_units(value, unit)) / unit for value in values] == values


def test_values_that_would_not_fit_in_units_stay_real() -> None:
    assert common_unit([Fraction(MAX_VALUE), Fraction(1, 2)]) is None
    assert in_units(Fraction(1, 3), None) == 1 / 3


def test_rounding_is_never_told_too_small() -> None:
    draft = Draft(
        party="north", rows=[[Fraction(0), Fraction(1)]], reservation=Fraction(0),
        rounding=Fraction(1, 3),
    )  # fmt: skip
    assert draft.profile().rounding == 1  # of whole units
    third = Draft(
        party="north", rows=[[Fraction(1, 10**7)]], reservation=Fraction(0),
        rounding=Fraction(1, 4),
    )  # fmt: skip
    assert third.profile().rounding == 0.25


@given(TENTHS, TENTHS, st.lists(st.tuples(TENTHS, TENTHS), max_size=3), st.integers(1, 30))
def test_no_number_of_a_range_is_further_off_than_is_said(
    low: Fraction, high: Fraction, between: list[tuple[Fraction, Fraction]], parts: int
) -> None:
    if low >= high:
        return
    issue = numbers_issue("fee", low, high, parts=parts)
    corners = {low: Fraction(1), high: Fraction(-2)}
    corners |= {at: value for at, value in between if low < at < high}
    row = along(issue, corners)
    numbers = [exact(number) for number in issue.numbers or ()]
    fine = along(numbers_issue("fee", low, high, parts=parts * 7), corners)
    for place, value in enumerate(fine.values):
        at = low + (high - low) * place / (parts * 7)
        nearest = min(range(len(numbers)), key=lambda n: abs(numbers[n] - at))
        assert abs(row.values[nearest] - value) <= row.rounding + Fraction(1, 10**9)


def test_integers_are_not_judged_between_each_other() -> None:
    issue = integers_issue("berths", (1, 9), step=4)
    row = along(issue, {Fraction(1): Fraction(0), Fraction(9): Fraction(2)})
    assert list(map(int, row.values)) == [0, 1, 2]
    assert not row.rounding
    assert not half_step(issue)


def test_a_range_of_one_number_has_one_value() -> None:
    row = along(integers_issue("berths", (3, 3)), {Fraction(3): Fraction(7)})
    assert list(row.values) == [7]


@pytest.mark.parametrize(
    "corners",
    [
        {},
        {Fraction(0): Fraction(0)},
        {Fraction(0): Fraction(0), Fraction(3): Fraction(0)},
        {Fraction(-1): Fraction(0), Fraction(2): Fraction(0)},
    ],
)
def test_values_along_a_range_run_from_end_to_end(corners: dict[Fraction, Fraction]) -> None:
    with pytest.raises(MalformedError, match="run from 0 to 2; both ends are expected"):
        along(numbers_issue("fee", Fraction(0), Fraction(2), parts=4), corners)


def test_what_is_no_range_is_refused() -> None:
    for step, ends in ((0, (0, 1)), (1, (1, 0)), (1, (0, MAX_OPTIONS))):
        with pytest.raises(MalformedError, match="is no range: it goes up"):
            integers_issue("berths", ends, step=step)
    for parts in (0, MAX_OPTIONS):
        with pytest.raises(MalformedError, match="parts is no range"):
            numbers_issue("fee", Fraction(0), Fraction(1), parts=parts)
    with pytest.raises(MalformedError, match="'flag' is no range; give each option a number"):
        along(Issue(issue="flag", options=("a",)), {})
