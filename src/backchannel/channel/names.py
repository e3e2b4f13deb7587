"""Identifiers, and the checks that every text, name and time in an event must pass.

Identifiers are 128 random bits in hexadecimal, drawn by the caller: never sequential, never a hash
of content, so that no id tells how much was said elsewhere or can be matched against a guess.

>>> check_id("0123456789abcdef0123456789abcdef")
'0123456789abcdef0123456789abcdef'
>>> check_name("  ")
Traceback (most recent call last):
...
backchannel.channel.errors.MalformedError: a name is empty; write 1 to 120 visible characters
"""

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import NewType

from backchannel.channel.errors import MalformedError
from backchannel.channel.plain import FIRST_YEAR, LAST_YEAR, script, within_years

SeatId = NewType("SeatId", str)
NoteId = NewType("NoteId", str)
QuestionId = NewType("QuestionId", str)
RequestId = NewType("RequestId", str)
ConveyanceId = NewType("ConveyanceId", str)
AccordId = NewType("AccordId", str)
ReportId = NewType("ReportId", str)
ProposalId = NewType("ProposalId", str)
TextId = NewType("TextId", str)
CommuniqueId = NewType("CommuniqueId", str)
RoundId = NewType("RoundId", str)

MAX_NAME = 120  # characters
MAX_TEXT = 16_000  # characters of a note, a conveyance, a remark
MAX_ROWS = 500
MAX_CELLS = 12
MAX_CELL = 300  # characters

Rows = tuple[tuple[str, ...], ...]

_ID = re.compile(r"[0-9a-f]{32}")
_JOINERS = frozenset("\u200c\u200d")
_JOINING_SCRIPTS = frozenset(
    {
        "ARABIC", "SYRIAC", "MONGOLIAN", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA",
        "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "KHMER", "MYANMAR",
    }
)  # fmt: skip
# Of categories Cc and Cs, which no version of Unicode changes, all but newline and tab.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Shown as nothing, or as a blank, though their category is that of a letter, mark or symbol.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)


def check_id(value: str) -> str:
    """Return the identifier. Raises: MalformedError."""
    if not _ID.fullmatch(value):
        raise MalformedError("an identifier is 32 hexadecimal digits")
    return value


def check_name(value: str) -> str:
    """Return a name as it may stand in an event: one line, NFC, nothing invisible."""
    if not value.strip():
        raise MalformedError(f"a name is empty; write 1 to {MAX_NAME} visible characters")
    if len(value) > MAX_NAME:
        raise MalformedError(f"a name has {len(value)} characters; {MAX_NAME} are allowed")
    if unicodedata.normalize("NFC", value) != value or value != value.strip():
        raise MalformedError("a name must be in normal form (NFC) without blanks around it")
    if any(unicodedata.category(c) in {"Cc", "Zl", "Zp"} for c in value):
        raise MalformedError("a name contains control characters; write it on one line")
    # Two seats whose names look the same could be taken for one another.
    if normalised(value) != value:
        raise MalformedError("a name contains what the eye cannot see; write visible characters")
    return value


def check_text(value: str, *, what: str, empty: bool = False) -> str:
    """Return a text within the limit and without control characters but newline and tab."""
    if not empty and not value.strip():
        raise MalformedError(f"the {what} is empty; write something")
    if len(value) > MAX_TEXT:
        raise MalformedError(
            f"the {what} has {len(value):,} characters; at most {MAX_TEXT:,} are allowed: "
            "shorten it or send it as several"
        )
    if _CONTROL.search(value):
        raise MalformedError(f"the {what} contains control characters; remove them")
    return value


def check_rows(rows: Rows) -> Rows:
    """Return a list with rows (prisoners, places) whose rows all have the same number of cells."""
    if len(rows) > MAX_ROWS:
        raise MalformedError(f"a list has {len(rows)} rows; at most {MAX_ROWS} are allowed")
    if len({len(row) for row in rows}) > 1:
        raise MalformedError("the rows of a list must all have the same number of cells")
    for row in rows:
        if not 1 <= len(row) <= MAX_CELLS:
            raise MalformedError(f"a row has 1 to {MAX_CELLS} cells, not {len(row)}")
        for cell in row:
            check_text(cell, what="cell", empty=True)
            if len(cell) > MAX_CELL:
                raise MalformedError(f"a cell has at most {MAX_CELL} characters, not {len(cell)}")
    return rows


def check_time(value: datetime) -> datetime:
    """Return a UTC time on a full minute: seconds would tell more than a party needs to know."""
    if value.utcoffset() != timedelta(0):
        raise MalformedError("a time must be in UTC")
    if value.second or value.microsecond:
        raise MalformedError("a time must be on a full minute")
    check_date(value)
    return value


def check_date(value: date) -> date:
    """Return a day. Raises: MalformedError."""
    if not within_years(value):
        raise MalformedError(
            f"the year {value.year} is none of {FIRST_YEAR} to {LAST_YEAR}; correct the date"
        )
    return value


def normalised(text: str) -> str:
    r"""Return the text without what its eye cannot see, so that copying it carries no mark.

    NFC; format characters removed, but for the joiners between two letters of a script that spells
    with them; runs of blanks made one; no blanks at the ends of lines.

    >>> normalised("ready\u200b to  talk \n")
    'ready to talk'

    Source: Unicode Standard Annex 44, property Default_Ignorable_Code_Point.
    """
    plain = unicodedata.normalize("NFC", text)
    kept = [c for i, c in enumerate(plain) if _visible(plain, i)]
    lines = [" ".join(line.split()) for line in "".join(kept).split("\n")]
    return unicodedata.normalize("NFC", "\n".join(lines).strip())


def _visible(text: str, index: int) -> bool:
    character = text[index]
    if character in _JOINERS:
        around = text[index - 1 : index] + text[index + 1 : index + 2]
        scripts = {script(c) if _is_letter(c) else "" for c in around}
        return len(around) == 2 and len(scripts) == 1 and scripts <= _JOINING_SCRIPTS  # noqa: PLR2004 - both sides
    return unicodedata.category(character) not in {"Cf", "Co", "Cn", "Cs"} and not _UNSEEN.match(
        character
    )


def _is_letter(character: str) -> bool:
    return unicodedata.category(character) in {"Lo", "Mn", "Mc"} and not _UNSEEN.match(character)
