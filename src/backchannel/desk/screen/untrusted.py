r"""Text that others wrote, made fit for a terminal.

Promised: what comes out cannot move the cursor, colour, clear, ring, retitle, turn the direction of
reading, or hide anything: every character that would is shown by its number. Letters of all
scripts stay as they are; so do the joiners that Persian and Indic spelling needs, and the weak
marks of direction (LRM, RLM, ALM), which cannot turn a word.

>>> visible("ready\x1b[2J to\u202e talk")
'ready<U+001B>[2J to<U+202E> talk'
>>> one_line("two\nlines")
'two lines'

Source: Unicode Technical Standard 55, section on bidirectional text; Standard Annex 44.
"""

import json
import re
import unicodedata
from typing import Final

_UNSHOWN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BLANKS: Final = {ord("\n"): " ", ord("\t"): " "}
_JOINERS: Final = frozenset("\u200c\u200d")
# Weak marks of direction, and signs that are drawn although their category says "format".
_KEPT: Final = frozenset(
    "\n\t\u200e\u200f\u061c\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2"
    "\U000110bd\U000110cd"
)
# Letters and marks by category that are drawn as nothing: they would carry what nobody sees.
_DRAWN_AS_NOTHING: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)


def visible(text: str) -> str:
    """Return the text, of one or more lines, with nothing in it that a terminal would obey."""
    return "".join(c if _is_shown(text, i) else _number(c) for i, c in enumerate(text))


def one_line(text: str) -> str:
    """Return the text on one line: names, and sentences that quote somebody."""
    return visible(text).translate(_BLANKS)


def quiet_json(value: object) -> str:
    """Return JSON in which every character that a terminal might obey is escaped."""
    written = json.dumps(value, ensure_ascii=False, indent=1)
    return "".join(c if _is_shown(written, i) else _escaped(c) for i, c in enumerate(written))


def _is_shown(text: str, index: int) -> bool:
    character = text[index]
    if character in _JOINERS:
        around = text[max(index - 1, 0) : index] + text[index + 1 : index + 2]
        spelt = [unicodedata.category(c) in {"Lo", "Mn", "Mc"} for c in around]
        return spelt == [True, True]
    if character in _KEPT:
        return True
    drawn = unicodedata.category(character) not in _UNSHOWN
    return drawn and not _DRAWN_AS_NOTHING.match(character)


def _number(character: str) -> str:
    return f"<U+{ord(character):04X}>"


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1]
