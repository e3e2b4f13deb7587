"""Dates of the Jalali (Solar Hijri) calendar, as Iran and Afghanistan use it, in Gregorian ones.

Exact from 1304, when the calendar became Iran's, to 1498, the last year of the University of
Tehran's table of leap years. In between the leap years follow a cycle of 33 years; outside, the
calendar is a matter of astronomy, and the answer is None, as it is for a day that does not exist.

>>> gregorian(1404, 1, 1)
datetime.date(2025, 3, 21)
>>> gregorian(1404, 12, 30) is None
True

Source: Borkowski, The Persian Calendar for 3000 Years, Earth, Moon and Planets 74 (1996), on the
33-year cycle being valid for 1178 to 1634; the table as published with Unicode's ICU tests.
"""

from datetime import date

FIRST_YEAR, LAST_YEAR = 1304, 1498

_LONG_MONTHS, _LONG, _SHORT = 6, 31, 30
_LAST_MONTH = 12
_EPOCH_YEAR = 622
_EPOCH = date(622, 3, 21).toordinal()  # 1 Farvardin of the year 1, as the cycle reckons it


def gregorian(year: int, month: int, day: int) -> date | None:
    """Return the day in the Gregorian calendar, None if there is no such day or year here."""
    if not FIRST_YEAR <= year <= LAST_YEAR or not 1 <= month <= _LAST_MONTH:
        return None
    before = (month - 1) * _SHORT + min(month - 1, _LONG_MONTHS)
    longest = _LONG if month <= _LONG_MONTHS else _SHORT
    if month == _LAST_MONTH:
        longest = _nowruz(year + 1) - _nowruz(year) - before
    if not 1 <= day <= longest:
        return None
    return date.fromordinal(_nowruz(year) + before + day - 1)


def of(day: date) -> tuple[int, int, int] | None:
    """Return year, month and day of a Gregorian day, None outside of the years known here.

    >>> of(date(2025, 3, 20)), of(date(2025, 3, 21)), of(date(1925, 3, 20))
    ((1403, 12, 30), (1404, 1, 1), None)
    """
    year = day.year - _EPOCH_YEAR + (day.toordinal() >= _nowruz(day.year - _EPOCH_YEAR + 1))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    passed = day.toordinal() - _nowruz(year)
    if passed < _LONG_MONTHS * _LONG:
        return year, passed // _LONG + 1, passed % _LONG + 1
    passed -= _LONG_MONTHS * _LONG
    return year, _LONG_MONTHS + passed // _SHORT + 1, passed % _SHORT + 1


def _nowruz(year: int) -> int:
    # Eight leap years in each 33: those whose remainder is 1, 5, 9, 13, 17, 22, 26 or 30.
    return _EPOCH + (year - 1) * 365 + (8 * year + 21) // 33
