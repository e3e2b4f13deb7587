r"""What a text in an accord may contain: what is shown is what is signed.

Promises: a text that passes is in Unicode's normal form NFC, holds nothing that cannot be seen and
nothing that turns the direction of reading, and has no second spelling that looks the same by its
blanks alone. The zero-width joiners pass only between letters of a script that spells with them.

>>> plain_line("ready to talk", what="title", limit=40)
'ready to talk'
>>> plain_line("pay\u200b 5", what="title", limit=40)
Traceback (most recent call last):
...
backchannel.channel.plain.AccordError: title: character 4, U+200B ZERO WIDTH SPACE, is not allowed

Source: Unicode Standard Annex 44, property Default_Ignorable_Code_Point; Annex 9 for direction.
"""

import re
import unicodedata
from datetime import date

from backchannel.channel.errors import MalformedError


class AccordError(MalformedError):
    """An accord, a step, or the text of one, that cannot stand. Says what, where, what may be."""


FIRST_YEAR, LAST_YEAR = 1900, 2999

_JOINERS = frozenset("\u200c\u200d")
_JOINING_SCRIPTS = frozenset(
    {
        "ARABIC", "SYRIAC", "MONGOLIAN", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA",
        "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "KHMER", "MYANMAR",
    }
)  # fmt: skip
# Shown as nothing, or as a blank, though their category is that of a letter, mark or symbol.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
_NO_TEXT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def plain_line(value: str, *, what: str, limit: int, empty: bool = False) -> str:
    """Return the one line of text, of at most `limit` characters. Raises: AccordError."""
    if not value and not empty:
        raise AccordError(f"{what}: is empty; write 1 to {limit:,} characters")
    if len(value) > limit:
        raise AccordError(f"{what}: has {len(value):,} characters; at most {limit:,} are allowed")
    _check_characters(value, what)
    _check_blanks(value, what)
    return value


def plain_prose(value: str, *, what: str, limit: int) -> str:
    r"""Return a text of one or more lines with "\n" between them. Raises: AccordError."""
    lines = value.split("\n")
    if not lines[0] or not lines[-1]:
        raise AccordError(f"{what}: is empty, or begins or ends with an empty line; write the text")
    if len(value) > limit:
        raise AccordError(f"{what}: has {len(value):,} characters; at most {limit:,} are allowed")
    for number, line in enumerate(lines, start=1):
        plain_line(line, what=f"{what}, line {number}", limit=limit, empty=True)
    return value


def plain_day(value: date | None, *, what: str) -> date | None:
    """Return the day, if there is one and it is within the years. Raises: AccordError."""
    if value is not None and not within_years(value):
        raise AccordError(
            f"{what}: the year {value.year} is none of {FIRST_YEAR} to {LAST_YEAR}; correct it"
        )
    return value


def within_years(day: date) -> bool:
    """Tell whether a day can be counted from and shown.

    At the ends of the calendar a reader's time zone, or a day added, would go beyond it: one letter
    dated so would keep its reader from seeing all the others.

    >>> within_years(date(2026, 3, 1)), within_years(date.max)
    (True, False)
    """
    return FIRST_YEAR <= day.year <= LAST_YEAR


def script(character: str) -> str:
    """Return the first word of the character's Unicode name: for letters, that of its script.

    >>> script("p"), script("ж"), script("پ"), script("漢")
    ('LATIN', 'CYRILLIC', 'ARABIC', 'CJK')
    """
    return unicodedata.name(character, "").split(" ")[0]


def _check_characters(value: str, what: str) -> None:
    for index, character in enumerate(value):
        if not _shown(value, index):
            name = unicodedata.name(character, "no name")
            raise AccordError(
                f"{what}: character {index + 1}, U+{ord(character):04X} {name}, is not allowed"
            )
    if not unicodedata.is_normalized("NFC", value):
        raise AccordError(f"{what}: is not in Unicode's normal form NFC; normalise it")
    # Such a mark would sit upon what stands before the field and is not part of it.
    if value and unicodedata.category(value[0]).startswith("M"):
        raise AccordError(f"{what}: begins with a combining mark; begin with a letter")


def _shown(value: str, index: int) -> bool:
    character = value[index]
    if character in _JOINERS:
        around = value[max(index - 1, 0) : index] + value[index + 1 : index + 2]
        scripts = {script(neighbour) for neighbour in around}
        return len(around) == 2 and len(scripts) == 1 and scripts <= _JOINING_SCRIPTS  # noqa: PLR2004 - both sides
    return unicodedata.category(character) not in _NO_TEXT and not _UNSEEN.match(character)


def _check_blanks(value: str, what: str) -> None:
    # A page shows two blanks as one, and every sort of blank alike.
    if any(unicodedata.category(c) == "Zs" and c != " " for c in value):
        raise AccordError(f"{what}: holds a blank of a special kind; use ordinary ones")
    if value != value.strip(" ") or "  " in value:
        raise AccordError(f"{what}: has blanks at an end or two in a row; leave single ones inside")
