r"""Words, figures and marks of a text in any script, each with its place in it.

A figure is a run of digits with the separators between them, its digits turned into 0 to 9. A word
is folded for looking it up: small letters, no accents, points or vowel signs, one yeh and one kaf.

>>> [token.folded for token in tokens("Dès 10 000 \u06f5\u066a")]
['des', '10 000', '5', '٪']

Source: Unicode Standard Annex 15 (NFD), for the folding.
"""

# ruff: noqa: RUF001 - the separators of several scripts

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

_JOINERS = "\u200c\u200d"
_SAME = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ـ": "", "\u200d": "", "’": "'"})
# Blanks between digits group them by three only: "10 000", but not "5 10". A hyphen belongs to a
# date; between two figures it is a range.
_FIGURE = re.compile(
    r"\d{1,3}(?: \d{3})+(?!\d)(?:[.,٫]\d+)?|\d{1,4}-\d{1,2}-\d{1,4}(?![\d-])|\d+(?:[.,:/'’٬٫]\d+)*"
)


class Kind(Enum):
    """What a token is."""

    WORD = "word"
    FIGURE = "figure"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a text from `start` to before `end`, as it is looked up."""

    kind: Kind
    written: str
    folded: str
    start: int
    end: int


def tokens(text: str) -> tuple[Token, ...]:
    """Return the tokens of the text: between one and the next there are only blanks."""
    found = list[Token]()
    at = 0
    while at < len(text):
        kind, end = _piece(text, at)
        written = text[at:end]
        if not written.isspace():
            plain = in_ascii(written) if kind is Kind.FIGURE else folded(written)
            found.append(Token(kind, written, plain, at, end))
        at = end
    return tuple(found)


def _piece(text: str, at: int) -> tuple[Kind, int]:
    if figure := _FIGURE.match(text, at):
        return Kind.FIGURE, figure.end()
    end = at + 1
    if not _spells(text[at]):
        return Kind.MARK, end
    while end < len(text) and (_spells(text[end]) or text[end] in _JOINERS):
        end += 1
    return Kind.WORD, end


def folded(word: str) -> str:
    """Return the word as it is looked up.

    >>> folded("Zéro"), folded("أَلْف")
    ('zero', 'الف')
    """
    bare = (c for c in unicodedata.normalize("NFD", word) if unicodedata.category(c) != "Mn")
    return "".join(bare).casefold().translate(_SAME)


def in_ascii(figure: str) -> str:
    """Return the figure with the digits 0 to 9, of whichever script they were."""
    plain = (str(int(c)) if c.isdecimal() else c for c in figure)
    return "".join(plain).translate(_SAME)


def words_at(found: Sequence[Token], index: int, phrase: Sequence[str]) -> bool:
    """Return whether the words of the phrase stand there, one beside the other."""
    return [token.folded for token in found[index : index + len(phrase)]] == list(phrase)


def _spells(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM"
