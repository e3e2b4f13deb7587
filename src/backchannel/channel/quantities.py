"""All numbers and dates of a text, with their places, in the order of the text.

Promises: whatever has a digit in it is found, as a number, as (part of) a date, or as a doubt that
says how to write it; so are the numbers written in words of the languages in number_lexicon.py.
"ten (10)" is one number. A soft one may be no number at all: it can pair, and need not.

>>> [(one.sort.value, one.value) for one in quantities("Ten (10) days from 10 March 2026.", "en")]
[('number', '10'), ('date', '2026-03-10')]
>>> [one.value for one in quantities("خلال ١٠٪ من ٢٫٥ مليون", "ar")]
['10%', '2500000']
"""

# ruff: noqa: RUF002 - the digits and separators of several scripts

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from backchannel.channel.figures import Doubt, shifted, value_of
from backchannel.channel.number_words import number_at, zeros_at
from backchannel.channel.tokens import Kind, Token, folded, tokens, words_at
from backchannel.channel.written_dates import date_at

_PERCENT_MARKS: Mapping[str, str] = {"%": "%", "٪": "%", "‰": "‰", "؉": "‰"}
_PERCENT_ROWS: Mapping[str, str] = {
    "en": "percent|per cent",
    "fr": "pour cent",
    "es": "por ciento|por cien",
    "ru": "процент|процента|процентов|проценты|проценту|процентам|процентами|процентах",
    "ar": "بالمئة|بالمائة|في المئة|في المائة",
    "fa": "درصد|در صد",
    "he": "אחוז|אחוזים|אחוזי",
}
_HALF_ROWS: Mapping[str, str] = {
    "en": "half",
    "fr": "moitié|demi|demie",
    "es": "mitad",
    "ru": "половина|половину|половины|половине|половиной",
    "ar": "نصف|النصف",
    "fa": "نصف|نیم|نیمی",
    "he": "חצי|מחצית|מחציתם",
}
_PERCENT_PHRASES = {
    language: tuple(tuple(folded(phrase).split()) for phrase in row.split("|"))
    for language, row in _PERCENT_ROWS.items()
}
_HALVES = {language: frozenset(folded(row).split("|")) for language, row in _HALF_ROWS.items()}
_ROMAN = re.compile(r"(?=[IVXL])(?:X{0,3}|XL|LX{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES: Mapping[str, int] = {"I": 1, "V": 5, "X": 10, "L": 50}
_SOFT_ROMAN = frozenset({"V", "X"})  # one letter may be a name; "I" and "L" are words too often
_MINUS = frozenset("-\u2212")
_OPENING = frozenset("([|")
_WRITE_DIGITS = Doubt("is a number in signs of its own; write it in digits")


class Sort(Enum):
    """What was found."""

    NUMBER = "number"
    DATE = "date"
    DOUBT = "doubt"
    PERCENT = "percent"  # the word or sign alone; never given out


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number, a date or a doubt, from `start` to before `end`; of a doubt `value` is advice."""

    sort: Sort
    value: str
    start: int
    end: int
    soft: bool = False


def quantities(text: str, language: str) -> tuple[Quantity, ...]:
    """Return what was found in a text in the language (a tag such as fa or zh-Hant)."""
    spoken = language.partition("-")[0].casefold()
    found = list(_raw(tokens(text), spoken))
    together = _with_percents(_said_once(_with_percents(found, text), text), text)
    return tuple(one for one in together if one.sort is not Sort.PERCENT)


def _raw(found: Sequence[Token], language: str) -> Iterator[Quantity]:
    index = 0
    while index < len(found):
        read = _read(found, index, language)
        if read is None:
            index += 1
        else:
            quantity, index = read
            yield quantity


def _read(found: Sequence[Token], index: int, language: str) -> tuple[Quantity, int] | None:
    for reader in (_percent, _date, _number, _sign):
        if read := reader(found, index, language):
            return read
    return None


def _made(
    found: Sequence[Token], index: int, end: int, *, value: str | Doubt, soft: bool = False
) -> tuple[Quantity, int]:
    start, last = found[index].start, found[end - 1].end
    if isinstance(value, Doubt):
        return Quantity(sort=Sort.DOUBT, value=value.advice, start=start, end=last), end
    return Quantity(sort=Sort.NUMBER, value=value, start=start, end=last, soft=soft), end


def _percent(found: Sequence[Token], index: int, language: str) -> tuple[Quantity, int] | None:
    token = found[index]
    end, mark = index + 1, _PERCENT_MARKS.get(token.written, "")
    for words in _PERCENT_PHRASES.get(language, ()):
        if words_at(found, index, words):
            end, mark = index + len(words), "%"
    if not mark:
        return None
    start, last = token.start, found[end - 1].end
    return Quantity(sort=Sort.PERCENT, value=mark, start=start, end=last), end


def _date(found: Sequence[Token], index: int, language: str) -> tuple[Quantity, int] | None:
    written = date_at(found, index, language)
    if written is None:
        return None
    made, end = _made(found, index, written.end, value=written.value, soft=written.soft)
    return (made if made.sort is Sort.DOUBT else replace(made, sort=Sort.DATE)), end


def _number(found: Sequence[Token], index: int, language: str) -> tuple[Quantity, int] | None:
    token = found[index]
    if token.kind is Kind.FIGURE:
        return _figure(found, index, language)
    if spelt := number_at(found, index, language):
        return _made(found, index, spelt.end, value=str(spelt.value), soft=spelt.soft)
    if token.folded in _HALVES.get(language, ()):
        return _made(found, index, index + 1, value="1/2")
    if _ROMAN.fullmatch(token.written) and token.written not in {"I", "L"}:
        soft = token.written in _SOFT_ROMAN
        return _made(found, index, index + 1, value=str(_roman(token.written)), soft=soft)
    return None


def _figure(found: Sequence[Token], index: int, language: str) -> tuple[Quantity, int]:
    value, end = value_of(found[index].folded, language), index + 1
    if isinstance(value, Doubt):
        return _made(found, index, end, value=value)
    while value.replace(".", "", 1).isdecimal() and (zeros := zeros_at(found, end, language)):
        value, end = shifted(value, zeros), end + 1
    return _made(found, index, end, value=f"-{value}" if _negative(found, index) else value)


def _negative(found: Sequence[Token], index: int) -> bool:
    """Return whether a minus goes before the figure; a hyphen behind something makes a range."""
    if not index or found[index - 1].written not in _MINUS:
        return False
    minus = found[index - 1]
    before = found[index - 2] if index > 1 else None
    free = before is None or before.end < minus.start or before.written in _OPENING
    return free and minus.end == found[index].start


def _sign(found: Sequence[Token], index: int, _: str) -> tuple[Quantity, int] | None:
    written = found[index].written
    if unicodedata.category(written[0]) not in {"No", "Nl"}:
        return None
    decomposition = unicodedata.decomposition(written)
    if decomposition.startswith(("<super>", "<sub>")):  # square kilometres, footnotes
        return None
    if decomposition.startswith("<fraction>"):
        fraction = unicodedata.normalize("NFKC", written).replace("\u2044", "/")
        return _made(found, index, index + 1, value=fraction)
    return _made(found, index, index + 1, value=_WRITE_DIGITS)


def _roman(written: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in written]
    following = [*values[1:], 0]
    return sum(-a if a < b else a for a, b in zip(values, following, strict=True))


def _with_percents(found: Sequence[Quantity], text: str) -> tuple[Quantity, ...]:
    """Return the numbers with the per cent that stands beside them."""
    done = list[Quantity]()
    for one in found:
        last = done[-1] if done else one
        gap = text[last.end : one.start]
        if one.sort is Sort.PERCENT and _plain(last) and not gap.strip():
            done[-1] = replace(last, value=last.value + one.value, end=one.end, soft=False)
        elif last.sort is Sort.PERCENT and _plain(one) and not gap:
            done[-1] = replace(one, value=one.value + last.value, start=last.start, soft=False)
        else:
            done.append(one)
    return tuple(done)


def _plain(one: Quantity) -> bool:
    return one.sort is Sort.NUMBER and one.value[-1] not in _PERCENT_MARKS


def _said_once(found: Sequence[Quantity], text: str) -> tuple[Quantity, ...]:
    """Return "ten (10)", and a date given in two calendars, as one."""
    done = list[Quantity]()
    for one in found:
        last = done[-1] if done else None
        behind = text[one.end :].lstrip()
        if (
            last is not None
            and (last.sort, last.value) == (one.sort, one.value)
            and text[last.end : one.start].strip() == "("
            and behind.startswith(")")
        ):
            closed = len(text) - len(behind) + 1
            done[-1] = replace(last, end=closed, soft=last.soft and one.soft)
        else:
            done.append(one)
    return tuple(done)
