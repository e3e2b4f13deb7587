"""Numbers written in words, in the languages that pairing reads.

Promises: a number in words has the value that its figures have, or it is not read at all. Read are
0 to 20, tens, hundreds, thousands, millions and milliards, their compounds, and ordinals as the
same numbers. `soft` are words that may be no number: "one", an article, "second", a weekday.

>>> from backchannel.channel.tokens import tokens
>>> number_at(tokens("within twenty-five days"), 1, "en")
Spelt(value=25, end=4, soft=False)
>>> number_at(tokens("خلال خمسة وعشرين يوما"), 1, "ar")
Spelt(value=25, end=3, soft=False)

Source: Unicode CLDR 45, rule-based number formats (rbnf) of each language.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from backchannel.channel.number_lexicon import LEXICONS, Lexicon
from backchannel.channel.tokens import Kind, Token

ZEROS: Mapping[int, int] = {10**3: 3, 10**6: 6, 10**9: 9, 10**12: 12}

_HYPHENS = frozenset("-\u2010\u2011\u05be")
_TEN, _TWENTY, _SIXTY, _EIGHTY, _HUNDRED, _THOUSAND = 10, 20, 60, 80, 100, 1000
_UNITS, _TEENS, _TENS = range(1, 10), range(10, 20), range(20, 100, 10)
_WEEKDAY = "شنبه"  # "سه شنبه", Tuesday, is no three
_NOT_SIX = "لست"  # "I am not", not "for six"


@dataclass(frozen=True, slots=True)
class Spelt:
    """A number read from words; `end` is the index of the first token behind it."""

    value: int
    end: int
    soft: bool


@dataclass(frozen=True, slots=True)
class _Word:
    """One word's value, the index of the token behind it; `linked`: an "and" goes before it."""

    value: int
    end: int
    soft: bool
    linked: bool = False


@dataclass(frozen=True, slots=True)
class _Sum:
    """What has been read: what a scale was applied to, what is below a thousand, that scale."""

    total: int
    group: int
    scale: int

    @property
    def value(self) -> int:
        return self.total + self.group


def number_at(found: Sequence[Token], index: int, language: str) -> Spelt | None:
    """Return the number whose words begin at this token, as long as it goes on."""
    lexicon = LEXICONS.get(language)
    if lexicon is None or (first := _word(found, index, lexicon)) is None:
        return None
    small = first.value < _THOUSAND
    read = _Sum(0, first.value, 0) if small else _Sum(first.value, 0, _scale(first.value))
    end = first.end
    while step := _next(found, end, lexicon):
        more = _joined(read, step, lexicon)
        if more is None:
            break
        read, end = more, step.end
    alone = end == first.end
    weekday = index > 0 and found[index - 1].folded in lexicon.days
    return Spelt(read.value, end, alone and (weekday or first.soft))


def zeros_at(found: Sequence[Token], index: int, language: str) -> int:
    """Return how many zeros a word such as "million" adds to the figure before it."""
    lexicon = LEXICONS.get(language)
    word = None if lexicon is None else _word(found, index, lexicon)
    return 0 if word is None or word.linked else ZEROS.get(word.value, 0)


def _word(found: Sequence[Token], index: int, lexicon: Lexicon) -> _Word | None:
    if index >= len(found) or found[index].kind is not Kind.WORD:
        return None
    name, end = found[index].folded, index + 1
    after = found[end].folded if end < len(found) else ""
    head, _, tail = name.partition("\u200c")
    if _WEEKDAY in {after, tail} or name == _NOT_SIX:
        return None
    if (pair := f"{name} {after}") in lexicon.words:
        return _Word(lexicon.words[pair], end + 1, soft=False)
    for word in (name.replace("\u200c", ""), head):
        if word in lexicon.words:
            return _Word(lexicon.words[word], end, word in lexicon.soft)
    for prefix in lexicon.prefixes:
        word = name[len(prefix) :]
        if name.startswith(prefix) and word in lexicon.words:
            linked = prefix.startswith(lexicon.conjunction)
            return _Word(lexicon.words[word], end, word in lexicon.soft, linked)
    return None


def _next(found: Sequence[Token], index: int, lexicon: Lexicon) -> _Word | None:
    """Return the word that may go on with the number, past a hyphen and an "and"."""
    linked = False
    while index < len(found):
        token = found[index]
        if token.folded in lexicon.joiners and not linked:
            linked = True
        elif token.folded not in _HYPHENS or token.start > found[index - 1].end:
            break
        index += 1
    word = _word(found, index, lexicon)
    return word and replace(word, linked=linked or word.linked)


def _joined(read: _Sum, word: _Word, lexicon: Lexicon) -> _Sum | None:
    if not read.value:  # nothing goes on from zero
        return None
    if word.value >= _THOUSAND:
        return _scaled(read, word)
    if word.value >= _HUNDRED:
        return _hundreds(read, word, lexicon)
    if _adds(read.group % _HUNDRED, word, lexicon):
        return replace(read, group=read.group + word.value)
    if lexicon.scores and read.group % _HUNDRED == _EIGHTY // _TWENTY and word.value == _TWENTY:
        return replace(read, group=read.group - _EIGHTY // _TWENTY + _EIGHTY)
    return None


def _scaled(read: _Sum, word: _Word) -> _Sum | None:
    scale = _scale(word.value)
    below = not read.scale or scale < read.scale
    if word.value == scale and not word.linked and read.group and below:
        return _Sum(read.total + read.group * scale, 0, scale)
    # "Mil millones" is a thousand million.
    if word.value == scale and not word.linked and not below and scale > read.scale:
        return _Sum(read.value * scale, 0, scale)
    if not read.group and below:  # "a million and a thousand", or two thousand in one word
        return _Sum(read.total + word.value, 0, scale)
    return None


def _hundreds(read: _Sum, word: _Word, lexicon: Lexicon) -> _Sum | None:
    if word.value == _HUNDRED and read.group in _UNITS and not word.linked:
        return replace(read, group=read.group * _HUNDRED)
    if not read.group and word.linked in lexicon.high:
        return replace(read, group=word.value)
    return None


def _adds(tens: int, word: _Word, lexicon: Lexicon) -> bool:
    """Return whether the word is added to what has been read below a hundred."""
    value, linked = word.value, word.linked
    if not value:
        return False
    if not tens:
        return linked in lexicon.high
    if tens in _TENS and value in _UNITS and linked in lexicon.low:
        return True
    if tens in _UNITS and value == _TEN:
        return lexicon.teens and not linked
    if tens in _UNITS and value in _TENS:
        return lexicon.units_first and linked
    return lexicon.scores and _adds_in_french(tens, value, linked=linked)


def _adds_in_french(tens: int, value: int, *, linked: bool) -> bool:
    if linked:  # vingt et un, soixante et onze
        return (tens in _TENS and value == 1) or (tens == _SIXTY and value == _TEN + 1)
    if tens in {_SIXTY, _EIGHTY}:
        return value in _TEENS
    return tens == _TEN and value in _UNITS[6:]


def _scale(value: int) -> int:
    return max(scale for scale in ZEROS if scale <= value)
