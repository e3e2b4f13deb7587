"""What a machine can compare of two texts in any script: words, numbers, dates, denial, names.

It reads no meaning. Two texts that it finds alike may differ in what matters, and the reverse: what
it finds is worth a look, and no more. The language is guessed from the letters.

>>> words("Four may go, by 3\u00a0March.")
('four', 'may', 'go', 'by', '3', 'march')
>>> sorted(figures("Four of 1,500 by 3 March 2026"))
['1500', '2026-03-03', '4']
>>> figures("six billion")
{'6000000000': 'six billion'}
>>> sorted(names("They met Jane Doe in Evin."))
['doe', 'evin', 'jane']
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence

from backchannel.channel.plain import script
from backchannel.channel.quantities import Quantity, Sort, quantities
from backchannel.channel.tokens import Kind, folded, in_ascii, tokens

MAX_REPEATED = 64  # places of the same words in one text that are looked at

_LANGUAGES = {"ARABIC": "ar", "HEBREW": "he", "CYRILLIC": "ru"}
_PERSIAN = frozenset("پچژگکی")
# Written with what follows as one word: "and", "to", "in", "from", "the".
_CLITICS = {"ar": "وفبلكک", "fa": "و", "he": "ובלכמשה"}
_ARTICLE = "ال"
_DENIALS = {
    "en": "no not never none nor neither cannot without nothing nobody refuse refuses refused",
    "fr": "ne pas non jamais sans aucun aucune ni rien",
    "es": "no nunca sin ningun ninguna ni nada jamas",
    "ru": "не нет ни без никогда нельзя никто",
    "ar": "لا لن لم ليس ليست غير بدون دون ولا ولن ولم",
    "fa": "نه نیست نیستند بدون هرگز نباید نمی هیچ",
    "he": "לא אין אינו אינה אינם בלי ללא אסור",
}
_ANY_DENIAL = frozenset(folded(word) for known in _DENIALS.values() for word in known.split())
_SHORT_DENIAL = re.compile(r"n['\u2019]t\b")
_SENTENCE_ENDS = frozenset('.!?:;\u061f\u06d4\u2026"\u201c\u201d\u00ab\u2018(-\u2013\u2014')


def language_of(text: str) -> str:
    """Return the language that most of the letters point to; of Latin ones, English."""
    found = Counter(_LANGUAGES.get(script(c), "en") for c in text if c.isalpha())
    most = found.most_common(1)[0][0] if found else "en"
    return "fa" if most == "ar" and _PERSIAN & set(text) else most


def has_capitals(text: str) -> bool:
    """Tell whether the text is in a script that writes names with a capital."""
    return any(unicodedata.category(c) in {"Lu", "Lt", "Ll"} for c in text)


def words(text: str) -> tuple[str, ...]:
    """Return the words and figures of a text in order, as they are compared."""
    # Persian writes one word with a joiner, with a blank, or in one: the first two are made one.
    spaced = text.replace("\u200c", " ")
    return tuple(t.folded for t in tokens(spaced) if t.kind is not Kind.MARK)


def figures(text: str) -> dict[str, str]:
    """Return the numbers and dates of a text by their values, each as it is written there."""
    return {_value(text, one): text[one.start : one.end] for one in _figures(text) if not one.soft}


def _figures(text: str) -> tuple[Quantity, ...]:
    return quantities(text, language_of(text))


def _value(text: str, one: Quantity) -> str:
    # What can be read in two ways is at least the same if it is written the same.
    return in_ascii(text[one.start : one.end]) if one.sort is Sort.DOUBT else one.value


def denies(text: str) -> bool:
    """Tell whether a text holds a word of denial."""
    return bool(_ANY_DENIAL & set(words(text)) or _SHORT_DENIAL.search(text.casefold()))


def without_denials(text: str) -> frozenset[str]:
    """Return the different words of a text but for those of denial."""
    return frozenset(words(text)) - _ANY_DENIAL


def names(text: str) -> frozenset[str]:
    """Return the words written with a capital inside a sentence, as they are compared.

    Of scripts without capitals, none: there only lists and the names of seats tell a name.
    """
    dates = [one for one in _figures(text) if one.sort is Sort.DATE]
    found, begins = set(), True
    for token in tokens(text):
        letters = token.written
        capital = unicodedata.category(letters[0]) in {"Lu", "Lt"}
        dated = any(one.start <= token.start < one.end for one in dates)
        # One letter is an initial, or "I".
        if token.kind is Kind.WORD and capital and not begins and not dated and len(letters) > 1:
            found.add(token.folded)
        begins = letters in _SENTENCE_ENDS
    return frozenset(found)


def holds(inside: Sequence[str], phrase: Sequence[str]) -> bool:
    """Tell whether these words stand there one after the other."""
    size = len(phrase)
    wanted = tuple(phrase)
    return bool(size) and any(
        tuple(inside[i : i + size]) == wanted for i in range(len(inside) - size + 1)
    )


def mentions(text: str, name: str) -> bool:
    """Tell whether a text names somebody, also with an article or preposition written to it.

    >>> mentions("سنتحدث مع الإيرانيين وإيران", "إيران"), mentions("Let us go.", "US")
    (True, False)
    """
    # "US" is no "us": a name in capitals is looked for in capitals.
    if has_capitals(name) and name == name.upper():
        text = "".join(c if c.isupper() or not c.isalpha() else "." for c in text)
    there, (first, *rest) = words(text), words(name) or ("",)
    clitics = _CLITICS.get(language_of(name), "")
    bare = {first, _ARTICLE + first} if clitics else {first}
    starts = (i for i, word in enumerate(there) if first and _bare(word, clitics, bare))
    return any(list(there[i + 1 : i + 1 + len(rest)]) == rest for i in starts)


def _bare(word: str, clitics: str, wanted: Collection[str]) -> bool:
    while word not in wanted:
        if not word or word[0] not in clitics:
            return False
        word = word[1:]
    return True


def common_runs(one: Sequence[str], other: Sequence[str], least: int) -> list[tuple[str, ...]]:
    """Return the longest runs of words that stand in both, of at least that many words each.

    >>> common_runs(["a", "b", "c", "d"], ["x", "b", "c", "d"], 2)
    [('b', 'c', 'd')]
    """
    starts: dict[tuple[str, ...], list[int]] = {}
    for i in range(len(other) - least + 1):
        there = starts.setdefault(tuple(other[i : i + least]), [])
        # A text that repeats a few words thousands of times would take minutes to compare.
        if len(there) < MAX_REPEATED:
            there.append(i)
    runs, at = [], 0
    while at <= len(one) - least:
        length = max(
            (_along(one, other, at, i) for i in starts.get(tuple(one[at : at + least]), ())),
            default=0,
        )
        if length:
            runs.append(tuple(one[at : at + length]))
        at += length or 1
    return runs


def _along(one: Sequence[str], other: Sequence[str], at: int, i: int) -> int:
    length, most = 0, min(len(one) - at, len(other) - i)
    while length < most and one[at + length] == other[i + length]:
        length += 1
    return length
