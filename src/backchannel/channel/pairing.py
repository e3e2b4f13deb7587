"""Whether the language editions of a text say the same: clauses, brackets, numbers and dates.

Promises: an operative clause that a language lacks, a bracket without its counterpart, a number or
date of one language without its equal in another, and one that could be read in two ways are each
told in a sentence that says how to write it. Order is free, for word order differs; that a number
stands beside the right noun is for the reader.

>>> for fault in faults_of_editions({"en": "It lasts ten days.", "fr": "Elle dure 11 jours."}):
...     print(fault.words)
en has the number 10 ("ten") where fr has 11 ("11"); write the same number in both

Source: the two editions of Islamabad, 2026, that differ in two articles and neither controls.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import combinations, zip_longest

from backchannel.channel.brackets import NOTHING, Alternative, Bracket, parse_brackets
from backchannel.channel.clauses import Clause, ClauseId, NegotiatingText, wording_in
from backchannel.channel.number_lexicon import LEXICONS
from backchannel.channel.quantities import Quantity, Sort, quantities

# In other languages a number in words is not found: a caller may say so.
LANGUAGES_IN_WORDS = frozenset(LEXICONS)
_IN_DIGITS = {Sort.NUMBER: "in digits", Sort.DATE: "as 2026-03-10"}
_GAP = " | "  # where a bracket stood: nothing is read across it


class What(Enum):
    """What is unpaired."""

    CLAUSE = "clause"
    BRACKET = "bracket"
    NUMBER = "number"
    DATE = "date"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaired:
    """One fault, of a clause (or of a free text: None), in these languages; `words` say what to do.

    The words repeat what the mediator has written, and may be shown to the mediator only.
    """

    clause: ClauseId | None
    languages: tuple[str, ...]
    what: What
    words: str


@dataclass(frozen=True, slots=True)
class _Said:
    """What one language says in one place: its quantities, with the words they were read from."""

    language: str
    text: str
    found: tuple[Quantity, ...]

    def words(self, one: Quantity) -> str:
        return " ".join(self.text[one.start : one.end].split())

    def shown(self, one: Quantity) -> str:
        # Without a year, a date's value is a notation that few readers know.
        value = "" if one.value.startswith("--") else f"{one.value} "
        return f'{value}("{self.words(one)}")'


def faults(text: NegotiatingText) -> tuple[Unpaired, ...]:
    """Return all that keeps the text from saying the same in each of its languages."""
    return tuple(
        fault for clause in text.clauses for fault in _clause_faults(clause, text.languages)
    )


def faults_of_editions(editions: Mapping[str, str]) -> tuple[Unpaired, ...]:
    """Return the faults in numbers and dates of free texts, by language; brackets are no matter."""
    return tuple(_place_faults(None, editions))


def _clause_faults(clause: Clause, languages: Sequence[str]) -> Iterator[Unpaired]:
    missing = tuple(tag for tag in languages if wording_in(clause, tag) is None)
    if missing and clause.operative:
        yield Unpaired(
            clause=clause.id,
            languages=missing,
            what=What.CLAUSE,
            words=f"the clause has no wording in {', '.join(missing)}; write it there too",
        )
    parsed = {w.language: parse_brackets(w.text) for w in clause.wordings}
    outside = {tag: _GAP.join(p for p in ps if isinstance(p, str)) for tag, ps in parsed.items()}
    yield from _place_faults(clause.id, outside)
    brackets = {tag: [p for p in ps if isinstance(p, Bracket)] for tag, ps in parsed.items()}
    yield from _bracket_faults(clause.id, brackets)


def _bracket_faults(
    clause: ClauseId, brackets: Mapping[str, Sequence[Bracket]]
) -> Iterator[Unpaired]:
    counts = {tag: len(there) for tag, there in brackets.items()}
    if len(set(counts.values())) > 1:
        yield _unequal(clause, counts, "brackets")
        return
    for number, place in enumerate(zip(*brackets.values(), strict=True), start=1):
        choices = {tag: b.alternatives for tag, b in zip(brackets, place, strict=True)}
        yield from _choice_faults(clause, choices, number)


def _choice_faults(
    clause: ClauseId, choices: Mapping[str, Sequence[Alternative]], number: int
) -> Iterator[Unpaired]:
    counts = {tag: len(there) for tag, there in choices.items()}
    if len(set(counts.values())) > 1:
        yield _unequal(clause, counts, f"alternatives in bracket {number}")
        return
    for order, place in enumerate(zip(*choices.values(), strict=True), start=1):
        where = f"bracket {number}, alternative {order}: "
        texts = {tag: alternative.text for tag, alternative in zip(choices, place, strict=True)}
        if "" in texts.values() and any(texts.values()):
            empty = ", ".join(tag for tag, text in texts.items() if not text)
            yield Unpaired(
                clause=clause,
                languages=tuple(texts),
                what=What.BRACKET,
                words=f"{where}it is {NOTHING}, nothing, in {empty} only; write all or none so",
            )
        yield from _place_faults(clause, texts, where)


def _unequal(clause: ClauseId, counts: Mapping[str, int], what: str) -> Unpaired:
    listed = ", ".join(f"{count} in {tag}" for tag, count in counts.items())
    words = f"there are {listed} {what}; write as many in each language, in the same order"
    return Unpaired(clause=clause, languages=tuple(counts), what=What.BRACKET, words=words)


def _place_faults(
    clause: ClauseId | None, texts: Mapping[str, str], where: str = ""
) -> Iterator[Unpaired]:
    """Yield the faults between texts that are to say the same, by language."""
    said = [_Said(tag, text, quantities(text, tag)) for tag, text in texts.items()]
    for one in said if len(said) > 1 else ():
        for doubt in (q for q in one.found if q.sort is Sort.DOUBT):
            words = f'{where}in {one.language}, "{one.words(doubt)}" {doubt.value}'
            yield Unpaired(clause=clause, languages=(one.language,), what=What.DOUBT, words=words)
    # Each with each, not each with the first: a soft "one" pairs with all and would hide the rest.
    for ours, theirs in combinations(said, 2):
        for sort, what in ((Sort.NUMBER, What.NUMBER), (Sort.DATE, What.DATE)):
            for words in _differences(ours, theirs, sort):
                languages = (ours.language, theirs.language)
                yield Unpaired(clause=clause, languages=languages, what=what, words=where + words)


def _differences(ours: _Said, theirs: _Said, sort: Sort) -> Iterator[str]:
    for mine, other in zip_longest(_unmatched(ours, theirs, sort), _unmatched(theirs, ours, sort)):
        if mine is None or other is None:
            side, lacking = (theirs, ours) if mine is None else (ours, theirs)
            yield (
                f"{side.language} has the {sort.value} {side.shown(mine or other)}, and "
                f"{lacking.language} has none for it; write it in both, "
                f"{_IN_DIGITS[sort]} where it is in words"
            )
        else:
            yield (
                f"{ours.language} has the {sort.value} {ours.shown(mine)} where "
                f"{theirs.language} has {theirs.shown(other)}; write the same {sort.value} in both"
            )


def _unmatched(ours: _Said, theirs: _Said, sort: Sort) -> list[Quantity]:
    """Return what of ours must have a partner in theirs and has none."""
    firm = [one for one in ours.found if one.sort is sort and not one.soft]
    left = Counter(one.value for one in firm)
    left -= Counter(one.value for one in theirs.found if one.sort is sort)
    lonely = list[Quantity]()
    for one in firm:
        if left[one.value]:
            left[one.value] -= 1
            lonely.append(one)
    return lonely
