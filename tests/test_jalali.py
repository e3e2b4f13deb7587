"""The Jalali calendar against published pairs of days."""

from datetime import date, timedelta

import pytest

from backchannel.channel.jalali import FIRST_YEAR, LAST_YEAR, gregorian

# Source: the tests of Unicode's ICU (PersianTest), year, month and day in both calendars.
PUBLISHED = [
    ((2011, 1, 11), (1389, 10, 21)),
    ((1986, 2, 25), (1364, 12, 6)),
    ((1934, 3, 14), (1312, 12, 23)),
    ((2090, 3, 19), (1468, 12, 29)),
    ((2007, 2, 22), (1385, 12, 3)),
    ((1969, 12, 31), (1348, 10, 10)),
    ((1945, 11, 12), (1324, 8, 21)),
    ((1925, 3, 31), (1304, 1, 11)),
    ((1996, 3, 19), (1374, 12, 29)),
    ((1996, 3, 20), (1375, 1, 1)),
    ((1997, 3, 20), (1375, 12, 30)),
    ((2005, 9, 22), (1384, 6, 31)),
    ((2005, 9, 23), (1384, 7, 1)),
    ((2006, 3, 20), (1384, 12, 29)),
    ((2025, 3, 20), (1403, 12, 30)),
    ((2038, 11, 10), (1417, 8, 19)),
    ((2091, 3, 20), (1469, 12, 30)),
    ((2091, 3, 21), (1470, 1, 1)),
    ((2094, 7, 18), (1473, 4, 28)),
    ((2025, 3, 21), (1404, 1, 1)),  # the cycle of 2820 years would be a day late
]
# Source: University of Tehran, table of leap years 1206 to 1498; these of 1304 to 1408.
LEAP_YEARS = [
    *(1304, 1309, 1313, 1317, 1321, 1325, 1329, 1333, 1337, 1342, 1346, 1350, 1354, 1358),
    *(1362, 1366, 1370, 1375, 1379, 1383, 1387, 1391, 1395, 1399, 1403, 1408),
]


@pytest.mark.parametrize(("day", "jalali"), PUBLISHED)
def test_published_days_are_converted(
    day: tuple[int, int, int], jalali: tuple[int, int, int]
) -> None:
    assert gregorian(*jalali) == date(*day)


def test_the_leap_years_are_those_of_the_published_table() -> None:
    assert [year for year in range(1304, 1409) if gregorian(year, 12, 30)] == LEAP_YEARS


def test_each_day_follows_the_one_before() -> None:
    days = [
        day
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
        for month in range(1, 13)
        for number in range(1, 32)
        if (day := gregorian(year, month, number))
    ]
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
    assert (days[0], days[-1]) == (date(1925, 3, 21), date(2120, 3, 20))


@pytest.mark.parametrize(
    "jalali",
    [
        *((1303, 12, 1), (1499, 1, 1), (1404, 0, 1), (1404, 13, 1), (1404, 1, 0), (1404, 6, 32)),
        *((1404, 7, 31), (1404, 12, 30)),
    ],
)
def test_a_day_that_does_not_exist_or_is_not_certain_is_none(jalali: tuple[int, int, int]) -> None:
    assert gregorian(*jalali) is None
