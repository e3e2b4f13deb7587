"""Text folded for search: the same word however it was typed.

Promises: letters that differ in case, accents, vowel signs, width or invisible joiners are the
same; so are the Arabic and Persian forms of yeh and kaf, and the digits of all scripts; folding
what is folded changes nothing.

>>> fold("Irán"), fold("\u0643\u062a\u0627\u0628\u064a") == fold("\u06a9\u062a\u0627\u0628\u06cc")
('iran', True)
>>> fold("\u06f1\u06f4 \uff35\uff33")
'14 us'

Source: Unicode Standard Annex 15 (NFKD) and section 3.13 (caseless matching).
"""

import unicodedata
from typing import Final

# Drawn alike at the end of a word and typed for one another; so are the two apostrophes.
_ALIKE: Final = str.maketrans(
    {"\u064a": "\u06cc", "\u0649": "\u06cc", "\u0643": "\u06a9", "\u2019": "'"}
)
_TATWEEL: Final = "\u0640"
_LEFT_OUT: Final = frozenset({"Mn", "Cf"})


def fold(text: str) -> str:
    """Return the text as it is compared, its white space made single blanks."""
    # Twice: folding case can make new marks, as it does of the dotted capital I.
    spelt = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = "".join(_plain(each) for each in spelt if not _is_left_out(each))
    return " ".join(kept.translate(_ALIKE).split())


def _is_left_out(character: str) -> bool:
    return character == _TATWEEL or unicodedata.category(character) in _LEFT_OUT


def _plain(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character
