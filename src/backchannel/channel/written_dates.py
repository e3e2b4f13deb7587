"""Dates as people write them: in figures, or with the name of a month, in Gregorian days.

Promises: a date has a value only if no two readers could read it in two ways; otherwise it is a
Doubt that says how to write it. Jalali dates are converted; Islamic ones depend on the sighting of
the moon and Hebrew ones are not calculated here, so both are doubts.

>>> from backchannel.channel.tokens import tokens
>>> date_at(tokens("on 10 March 2026"), 1, "en")
WrittenDate(value='2026-03-10', end=4, soft=False)
>>> date_at(tokens("۲۹ اسفند ۱۴۰۴"), 0, "fa").value
'2026-03-20'

Source: ISO 8601-1:2019 for the values; without a year a date is `--03-10`, a month alone `--03`.
"""

# ruff: noqa: RUF001, RUF003 - the letters and digits of several scripts

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backchannel.channel import jalali
from backchannel.channel.figures import Doubt
from backchannel.channel.month_names import Month, is_ordinary_word, month_of
from backchannel.channel.number_words import number_at
from backchannel.channel.tokens import Kind, Token, folded


def _folded(row: str) -> frozenset[str]:
    return frozenset(map(folded, row.split("|")))


_DAYS, _MONTHS, _YEARS = range(1, 32), range(1, 13), range(1000, 3000)
# Years of Jalali and of Islamic dates: 1447 is 2068 in the one calendar and 2025 in the other.
_OTHER_YEARS = range(jalali.FIRST_YEAR, 1501)
_SURELY_JALALI = range(jalali.FIRST_YEAR, 1431)  # in Persian, where Islamic years are of these days

_IN_FIGURES = re.compile(r"(\d{1,4})([-./])(\d{1,2})\2(\d{1,4})")
_YEAR = re.compile(r"\d{4}")
_DAY = re.compile(r"\d{1,2}")
_SUFFIXES = _folded("st|nd|rd|th|er|re|e|ème|º|ª|го|ое|е|й|ام|م")
_BEFORE_MONTH = _folded("of|de|del|day|من|شهر|برج")
_AFTER_MONTH = _folded(",|،|of|de|del|year|من|سنة|عام|لعام|لسنة|ماه|سال|год|года|году|שנת")
_ERAS = _folded("هـ|هجري|هجرية|هجری|قمری|شمسی|AH|AP")

_NO_SUCH_DAY = Doubt("is no day that exists; write it as 2026-03-10")
_TWO_READINGS = Doubt("can be read in two ways; write it as 2026-03-10 or with the month's name")
_UNREADABLE = Doubt("is no date that can be read; write it as 2026-03-10")
_OTHER_CALENDAR = Doubt("is of a calendar that cannot be compared: write the Gregorian date")
_PART_OF_A_YEAR = Doubt("cannot be compared without day and year: write the Gregorian date")
_NO_JALALI_DAY = Doubt(
    f"is no day of the Jalali years {jalali.FIRST_YEAR} to {jalali.LAST_YEAR}: "
    "write the Gregorian date"
)


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date's value or the doubt about it; `end` is the index of the first token behind it."""

    value: str | Doubt
    end: int
    soft: bool = False


@dataclass(frozen=True, slots=True)
class _Parts:
    """What is written of a date; `ordinary`: the month's name may be another word."""

    month: Month
    ordinary: bool
    day: int | None = None
    year: int | None = None


def date_at(found: Sequence[Token], index: int, language: str) -> WrittenDate | None:
    """Return the date that begins at this token."""
    token = found[index]
    if parts := _IN_FIGURES.fullmatch(token.folded):
        value = _in_figures(parts, language)
        return None if value is None else WrittenDate(value, index + 1)
    if _YEAR.fullmatch(token.folded) and int(token.folded) in _OTHER_YEARS:
        if _folded_at(found, index + 1) in _ERAS:
            return WrittenDate(_OTHER_CALENDAR, index + 2)
    elif day := _day(found, index, language):
        date_there = _from_month(found, _past(found, day[1], _BEFORE_MONTH), language, day[0])
        if date_there is not None:
            return date_there
    return _from_month(found, index, language, None)


def _in_figures(parts: re.Match[str], language: str) -> str | Doubt | None:
    first, mark, second, last = parts.groups()
    middle = int(second)
    if len(first) == 4 and len(last) <= 2:  # noqa: PLR2004 - the digits of a year and a day
        return _on(int(first), middle, int(last), language=language)
    if len(last) == 4 and len(first) <= 2:  # noqa: PLR2004 - as above
        if int(first) in _MONTHS and middle in _MONTHS and int(first) != middle:
            return _TWO_READINGS
        day, month = (int(first), middle) if middle in _MONTHS else (middle, int(first))
        return _on(int(last), month, day, language=language)
    # 2.1.3 is the number of a clause.
    return None if mark == "." else _UNREADABLE


def _on(year: int, month: int, day: int, *, language: str) -> str | Doubt:
    if year in _OTHER_YEARS:
        if language != "fa" or year not in _SURELY_JALALI:
            return _OTHER_CALENDAR
        there = jalali.gregorian(year, month, day)
        return _NO_JALALI_DAY if there is None else there.isoformat()
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return _NO_SUCH_DAY


def _from_month(
    found: Sequence[Token], index: int, language: str, day: int | None
) -> WrittenDate | None:
    """Return the date whose month's name stands at the index."""
    named = _month(found, index, language)
    if named is None:
        return None
    month, end = named
    word = found[index]
    ordinary = is_ordinary_word(word.folded, language)
    if ordinary and language == "en" and word.written[0].islower():
        return None
    end = _named_again(found, end, language, month)
    if day is None and language == "en" and (after := _day_in_figures(found, end)):
        day, end = after
    year, end = _year(found, end, language)
    parts = _Parts(month, ordinary, day, year)
    in_figures = found[end - 1].kind is Kind.FIGURE
    if day is None and not in_figures and number_at(found, index, language):  # "sept", seven
        return None
    value = _gregorian(parts, language) if month.calendar == "gregorian" else _other(parts)
    soft = ordinary and day is None and year is None
    return None if value is None else WrittenDate(value, end, soft)


def _gregorian(parts: _Parts, language: str) -> str | Doubt | None:
    month = f"{parts.month.number:02}"
    if parts.year is None:
        if parts.ordinary and parts.day and language == "fa":  # "۱۰ می شود", it becomes 10
            return None
        return f"--{month}" + (f"-{parts.day:02}" if parts.day else "")
    if parts.day is None:
        return f"{parts.year}-{month}"
    return _on(parts.year, parts.month.number, parts.day, language="")


def _other(parts: _Parts) -> str | Doubt | None:
    jalali_month = parts.month.calendar == "jalali"
    if not jalali_month:
        return _OTHER_CALENDAR if parts.day or parts.year else None
    if parts.ordinary and parts.year is None:
        return None
    if parts.day is None or parts.year is None:
        return _PART_OF_A_YEAR
    there = jalali.gregorian(parts.year, parts.month.number, parts.day)
    return _NO_JALALI_DAY if there is None else there.isoformat()


def _month(found: Sequence[Token], index: int, language: str) -> tuple[Month, int] | None:
    for width in (2, 1):
        words = found[index : index + width]
        if len(words) == width and all(word.kind is Kind.WORD for word in words):
            month = month_of(" ".join(word.folded for word in words), language)
            if month is not None:
                return month, index + width
    return None


def _named_again(found: Sequence[Token], index: int, language: str, month: Month) -> int:
    """Return the index behind a second name: "آذار/مارس", "آذار (مارس)"."""
    mark = _folded_at(found, index)
    again = _month(found, index + 1, language) if mark in {"/", "("} else None
    if again is None or again[0] != month:
        return index
    closes = mark == "(" and _folded_at(found, again[1]) == ")"
    return again[1] + closes


def _day(found: Sequence[Token], index: int, language: str) -> tuple[int, int] | None:
    in_words = number_at(found, index, language)
    if in_words is not None and in_words.value in _DAYS:
        return in_words.value, in_words.end
    return _day_in_figures(found, index)


def _day_in_figures(found: Sequence[Token], index: int) -> tuple[int, int] | None:
    figure = _folded_at(found, index)
    if not _DAY.fullmatch(figure) or int(figure) not in _DAYS:
        return None
    end = index + 1
    if _folded_at(found, end) == "-" and _folded_at(found, end + 1) in _SUFFIXES:
        return int(figure), end + 2
    return int(figure), end + (_folded_at(found, end) in _SUFFIXES)


def _year(found: Sequence[Token], index: int, language: str) -> tuple[int | None, int]:
    at = _past(found, index, _AFTER_MONTH)
    if _YEAR.fullmatch(_folded_at(found, at)) and int(found[at].folded) in _YEARS:
        return int(found[at].folded), at + 1
    in_words = number_at(found, at, language)
    if in_words is not None and in_words.value in _YEARS:
        return in_words.value, in_words.end
    return None, index


def _past(found: Sequence[Token], index: int, words: frozenset[str]) -> int:
    while _folded_at(found, index) in words:
        index += 1
    return index


def _folded_at(found: Sequence[Token], index: int) -> str:
    return found[index].folded if index < len(found) else ""
