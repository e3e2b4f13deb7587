"""Numbers in figures: what value digits and separators have, if they have one for every reader.

`1,000` is a thousand in English and one in French; `2/5` is two and a half in Persian. What two
readers could read in two ways is no value but a Doubt, with the sentence that says how to write it.
Values keep their decimals (`2.50` is not `2.5`): clause 1.10 is not clause 1.1.

>>> value_of("10,000", "en"), value_of("10 000", "fr"), value_of("1,5", "ru")
('10000', '10000', '1.5')
>>> value_of("1,000", "es")
Doubt(advice='can be read as 1000 or as 1.000; write it without a separator of thousands')

Source: Unicode CLDR, symbols of numbers, for which mark is whose.
"""

# ruff: noqa: RUF001 - the separators of several scripts

import re
from dataclasses import dataclass

# Which of comma and full stop parts decimals. The others, and languages not named, use both ways.
_DECIMAL = {"en": ".", "he": ".", "fr": ",", "ru": ",", "ar": "٫", "fa": "٫"}
_GROUPING_COMMA = frozenset({"ar", "fa"})

_GROUPED = re.compile(r"(\d{1,3}(?:([,.' ٬])\d{3})(?:\2\d{3})*)(?:(?!\2)[.,٫](\d+))?")
_DECIMALS = re.compile(r"(\d+)[.,٫](\d+)")
_REFERENCE = re.compile(r"\d+(?:\.\d+){2,}")
_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
_FRACTION = re.compile(r"\d+/\d+")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why something written has no one value, and how to write it."""

    advice: str


def value_of(figure: str, language: str) -> str | Doubt:
    """Return the value of a figure (in digits 0 to 9), or the doubt about it."""
    if figure.isdecimal():
        return _whole(figure)
    if grouped := _GROUPED.fullmatch(figure):
        return _grouped_value(grouped, language)
    if decimals := _DECIMALS.fullmatch(figure):
        return f"{_whole(decimals[1])}.{decimals[2]}"
    if _REFERENCE.fullmatch(figure) or _TIME.fullmatch(figure):
        return figure
    if _FRACTION.fullmatch(figure) and language != "fa":
        return figure
    if _FRACTION.fullmatch(figure):
        return Doubt(
            "can be a fraction or have decimals; write the decimals after ٫ or a full stop"
        )
    return Doubt(
        "is no number that can be read; write it without separators, or with blanks around"
    )


def shifted(value: str, places: int) -> str:
    """Return the value times ten to the power of `places`, exactly.

    >>> shifted("2.5", 6)
    '2500000'
    """
    whole, _, decimals = value.partition(".")
    moved = decimals[:places].ljust(places, "0")
    rest = decimals[places:]
    return _whole(whole + moved) + (f".{rest}" if rest else "")


def _whole(digits: str) -> str:
    # As text, for int() refuses the thousands of digits that a hostile text may hold.
    return digits.lstrip("0") or "0"


def _grouped_value(grouped: re.Match[str], language: str) -> str | Doubt:
    digits, mark = re.sub(r"\D", "", grouped[1]), grouped[2]
    if grouped[3]:
        return f"{_whole(digits)}.{grouped[3]}"
    # Only "1,000" and "1.000" are in doubt: "1,000,000" has no other reading, nor has "0.125".
    if mark not in ",." or len(grouped[1]) > len("000,000"):
        return _whole(digits)
    whole, decimals = digits[:-3], digits[-3:]
    if whole.startswith("0") or _DECIMAL.get(language) == mark:
        return f"{_whole(whole)}.{decimals}"
    if _DECIMAL.get(language) in {",", "."} or (mark == "," and language in _GROUPING_COMMA):
        return digits
    return Doubt(
        f"can be read as {digits} or as {whole}.{decimals}; "
        "write it without a separator of thousands"
    )
