"""What has changed between two versions of the single negotiating text, to be read by people.

Promises: what is kept and added is the new wording, what is kept and removed the old one, letter by
letter. A number, a date and a bracket are each one piece: from 10 to 11 is no change of a digit. A
clause is unchanged only if it binds as before and says the same in all its languages.

>>> for run in word_changes("It lasts ten days.", "It lasts twenty days.", "en"):
...     print(run.kind.value, repr(run.text))
kept 'It lasts '
removed 'ten'
added 'twenty'
kept ' days.'

Source: Ratcliff and Obershelp's matching, as in the standard library's difflib.
"""

import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from itertools import groupby

from backchannel.channel.brackets import Bracket, parse_brackets, show_brackets
from backchannel.channel.clauses import Clause, ClauseId, NegotiatingText, wording_in
from backchannel.channel.quantities import quantities

MAX_PAIRS = 2_000_000  # of equal words: beyond, the search would take minutes


class Change(Enum):
    """What happened to a clause."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    REWORDED = "reworded"
    MADE_OPERATIVE = "made operative"
    MADE_RECITAL = "made a recital"


class Run(Enum):
    """What happened to some words."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class WordChange:
    """Words beside one another with one fate, blanks and all."""

    kind: Run
    text: str


@dataclass(frozen=True, slots=True)
class Rewording:
    """The changes in one language; all added or all removed where it is new or gone."""

    language: str
    runs: tuple[WordChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseChange:
    """One change; a clause that is moved and reworded has two. Wordings: of reworded ones only."""

    clause: ClauseId
    kind: Change
    rewordings: tuple[Rewording, ...] = ()


def differences(old: NegotiatingText, new: NegotiatingText) -> tuple[ClauseChange, ...]:
    """Return the changes: of the new text's clauses in their order, then what was removed."""
    before = {clause.id: clause for clause in old.clauses}
    moved = _moved([c.id for c in old.clauses], [c.id for c in new.clauses])
    changes = list[ClauseChange]()
    for clause in new.clauses:
        if clause.id not in before:
            changes.append(ClauseChange(clause=clause.id, kind=Change.ADDED))
            continue
        if clause.id in moved:
            changes.append(ClauseChange(clause=clause.id, kind=Change.MOVED))
        changes.extend(_changes(before[clause.id], clause))
    kept = {clause.id for clause in new.clauses}
    gone = (c.id for c in old.clauses if c.id not in kept)
    return (*changes, *(ClauseChange(clause=id_, kind=Change.REMOVED) for id_ in gone))


def unchanged_clauses(old: NegotiatingText, new: NegotiatingText) -> frozenset[ClauseId]:
    """Return the clauses on which a party need not look again, wherever they stand now."""
    before = {clause.id: clause for clause in old.clauses}
    return frozenset(
        clause.id
        for clause in new.clauses
        if clause.id in before and not any(_changes(before[clause.id], clause))
    )


def word_changes(old: str, new: str, language: str) -> tuple[WordChange, ...]:
    """Return what became of the words of a wording, in the order of the text."""
    pieces = (_pieces(old, language), _pieces(new, language))
    runs = _runs(*pieces) if _pairs(*pieces) <= MAX_PAIRS else _replaced(*pieces)
    together = groupby(runs, key=lambda run: run.kind)
    return tuple(WordChange(kind, "".join(r.text for r in same)) for kind, same in together)


def _changes(old: Clause, new: Clause) -> Iterator[ClauseChange]:
    if old.operative != new.operative:
        kind = Change.MADE_OPERATIVE if new.operative else Change.MADE_RECITAL
        yield ClauseChange(clause=new.id, kind=kind)
    if rewordings := tuple(_rewordings(old, new)):
        yield ClauseChange(clause=new.id, kind=Change.REWORDED, rewordings=rewordings)


def _rewordings(old: Clause, new: Clause) -> Iterator[Rewording]:
    languages = dict.fromkeys(w.language for w in (*new.wordings, *old.wordings))
    for language in languages:
        before, after = wording_in(old, language), wording_in(new, language)
        if before != after:
            texts = (before.text if before else "", after.text if after else "")
            yield Rewording(language, word_changes(*texts, language))


def _moved(old: Sequence[ClauseId], new: Sequence[ClauseId]) -> frozenset[ClauseId]:
    """Return the fewest clauses whose moving makes the one order of the other."""
    places = {id_: place for place, id_ in enumerate(old)}
    both = [id_ for id_ in new if id_ in places]
    # The longest run of places that only rises stays; each entry is the best one of its length.
    ends = list[int]()
    stays = list[tuple[ClauseId, ...]]()
    for id_ in both:
        length = bisect_left(ends, places[id_])
        chain = (*(stays[length - 1] if length else ()), id_)
        ends[length : length + 1] = [places[id_]]
        stays[length : length + 1] = [chain]
    return frozenset(both) - frozenset(stays[-1] if stays else ())


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[WordChange]:
    # Blanks alone are no likeness: "a b" and "c d" have nothing in common.
    matcher = SequenceMatcher(str.isspace, old, new, autojunk=False)
    for tag, start, end, there, until in matcher.get_opcodes():
        if tag == "equal":
            yield from (WordChange(Run.KEPT, piece) for piece in new[there:until])
        else:
            yield from _replaced(old[start:end], new[there:until])


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[WordChange]:
    yield from (WordChange(Run.REMOVED, piece) for piece in old)
    yield from (WordChange(Run.ADDED, piece) for piece in new)


def _pairs(old: Sequence[str], new: Sequence[str]) -> int:
    olds, news = (Counter(p for p in pieces if not p.isspace()) for pieces in (old, new))
    return sum(count * news[piece] for piece, count in olds.items())


def _pieces(text: str, language: str) -> tuple[str, ...]:
    pieces = list[str]()
    for part in parse_brackets(text):
        if isinstance(part, Bracket):
            pieces.append(show_brackets((part,)))
        else:
            shown = show_brackets((part,))
            pieces.extend(_words(shown, language))
    return tuple(pieces)


def _words(text: str, language: str) -> Iterator[str]:
    at = 0
    for quantity in quantities(text, language):
        yield from _plain_words(text[at : quantity.start])
        yield text[quantity.start : quantity.end]
        at = quantity.end
    yield from _plain_words(text[at:])


def _plain_words(text: str) -> Iterator[str]:
    for _, run in groupby(text, key=_class):
        yield "".join(run)


def _class(character: str) -> str:
    """Return what makes a piece go on: letters with letters, a mark with the same mark."""
    if character.isspace():
        return " "
    spells = unicodedata.category(character)[0] in "LMN" or character in "\u200c\u200d"
    return "word" if spells else character
