"""The single negotiating text: clauses, each in one or more languages, brackets where it is open.

Promises: a text that exists has a title, languages and clauses whose ids nobody can take for one
another; every wording is plain, in normal form, and its brackets can be read. A clause may lack a
language while it is being drafted: pairing.py tells. Only operative clauses bind; the others are
recitals.

>>> clause = Clause(id=ClauseId("1"), operative=True, wordings=(
...     Wording(language="en", text="The pause lasts [ten | thirty] days."),
...     Wording(language="fr", text="La pause dure [dix | trente] jours.")))
>>> resolve(clause, bracket=0, alternative=1).wordings[1].text
'La pause dure trente jours.'

Source: the single negotiating text as at Camp David, 1978 (Fisher, Ury and Patton, Getting to Yes).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NewType

from backchannel.channel.brackets import Alternative, Bracket, Part, parse_brackets, show_brackets
from backchannel.channel.errors import MalformedError
from backchannel.channel.names import check_text, normalised

ClauseId = NewType("ClauseId", str)

MAX_CLAUSES = 200
MAX_LANGUAGES = 10
MAX_TITLE = 200  # characters
MAX_BYTES = 40_000  # of the whole text in UTF-8: with its surroundings it fits one letter

_ID = re.compile(r"\S{1,20}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
# What may follow a place where nothing was chosen without the blank that stood before it.
_CLOSING = re.compile(r"[\s.,;:!?)»”…،؛؟]|\\\]|\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A clause in one language (a tag such as en, fa or zh-Hant), perhaps with brackets."""

    language: str
    text: str

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        check_language(self.language)
        what = f"wording in {self.language}"
        check_text(self.text, what=what)
        if normalised(self.text) != self.text:
            raise MalformedError(
                f"the {what} contains what the eye cannot see, or is not in normal form (NFC); "
                "write visible characters, single blanks and no blanks around a line"
            )
        try:
            parse_brackets(self.text)
        except MalformedError as error:
            raise MalformedError(f"the {what}, {error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One clause; `operative` says that it binds, else it is a recital."""

    id: ClauseId
    operative: bool
    wordings: tuple[Wording, ...]

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        # A mark at the beginning would sit upon whatever stands before the id.
        if (
            not _ID.fullmatch(self.id)
            or normalised(self.id) != self.id
            or unicodedata.category(self.id[0]).startswith("M")
        ):
            raise MalformedError(
                f"{self.id[:20]!r} is no id of a clause; write 1 to 20 visible characters without "
                "blanks, such as 1 or 2.1"
            )
        if not self.wordings:
            raise MalformedError(f"clause {self.id} has no wording; write it in one language")
        if twice := _twice(wording.language for wording in self.wordings):
            raise MalformedError(f"clause {self.id} has two wordings in {twice}; keep one")


@dataclass(frozen=True, slots=True, kw_only=True)
class NegotiatingText:
    """The whole draft; the order of clauses is theirs in the text."""

    title: str
    languages: tuple[str, ...]
    clauses: tuple[Clause, ...]

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        check_title(self.title)
        check_languages(self.languages)
        _check_clauses(self)
        size = sum(len(piece.encode()) for piece in _pieces(self))
        if size > MAX_BYTES:
            raise MalformedError(
                f"the text has {size:,} bytes; at most {MAX_BYTES:,} are allowed: shorten it or "
                "make two texts of it"
            )


def check_language(tag: str) -> str:
    """Return the tag of a language. Raises: MalformedError."""
    if not _LANGUAGE.fullmatch(tag):
        raise MalformedError(
            f"{tag[:40]!r} is no code of a language; write one such as en, fa or zh-Hant"
        )
    return tag


def check_title(title: str) -> None:
    """Raises: MalformedError."""
    check_text(title, what="title")
    if len(title) > MAX_TITLE:
        raise MalformedError(
            f"the title has {len(title):,} characters; at most {MAX_TITLE} are allowed"
        )
    if "\n" in title or normalised(title) != title:
        raise MalformedError("the title must be one line of visible characters and single blanks")


def check_languages(languages: tuple[str, ...]) -> None:
    """Raises: MalformedError."""
    if not 1 <= len(languages) <= MAX_LANGUAGES:
        raise MalformedError(f"a text has 1 to {MAX_LANGUAGES} languages, not {len(languages)}")
    for tag in languages:
        check_language(tag)
    if twice := _twice(languages):
        raise MalformedError(f"the language {twice} is named twice; name it once")


def wording_in(clause: Clause, language: str) -> Wording | None:
    """Return the clause's wording in the language, if there is one."""
    return next((w for w in clause.wordings if w.language == language), None)


def brackets_of(text: NegotiatingText) -> tuple[ClauseId, ...]:
    """Return which clauses still have a bracket in some language."""
    return tuple(c.id for c in text.clauses if any(_brackets(w) for w in c.wordings))


def resolve(clause: Clause, *, bracket: int, alternative: int) -> Clause:
    """Return the clause with one bracket settled, in each of its languages at once.

    Both are counted from 0, in the order of the text.

    Raises:
        MalformedError: the languages' brackets do not correspond, or there is none at this place.
    """
    counts = {w.language: len(_brackets(w)) for w in clause.wordings}
    if len(set(counts.values())) > 1:
        raise MalformedError(
            f"clause {clause.id} has {_list(counts)} brackets: write as many in each language"
        )
    if not 0 <= bracket < min(counts.values()):
        raise MalformedError(
            f"clause {clause.id} has {min(counts.values())} brackets; there is no number "
            f"{bracket + 1}"
        )
    choices = {w.language: len(_brackets(w)[bracket].alternatives) for w in clause.wordings}
    if len(set(choices.values())) > 1:
        raise MalformedError(
            f"clause {clause.id}, bracket {bracket + 1}, has {_list(choices)} alternatives: write "
            "as many in each language, in the same order"
        )
    if not 0 <= alternative < min(choices.values()):
        raise MalformedError(
            f"clause {clause.id}, bracket {bracket + 1}, has {min(choices.values())} "
            f"alternatives; there is no number {alternative + 1}"
        )
    settled = (_settled(wording, bracket, alternative) for wording in clause.wordings)
    return replace(clause, wordings=tuple(settled))


def _settled(wording: Wording, bracket: int, alternative: int) -> Wording:
    parts = parse_brackets(wording.text)
    place = [i for i, part in enumerate(parts) if isinstance(part, Bracket)][bracket]
    chosen = _brackets(wording)[bracket].alternatives[alternative].text
    before, after = show_brackets(parts[:place]), show_brackets(parts[place + 1 :])
    if not chosen and _CLOSING.match(after):
        before = before.removesuffix(" ")
    text = normalised(before + show_brackets((chosen,)) + after)
    if not text:
        raise MalformedError(
            f"nothing would be left of the wording in {wording.language}; remove the clause instead"
        )
    return replace(wording, text=text)


def _brackets(wording: Wording) -> tuple[Bracket, ...]:
    return tuple(part for part in parse_brackets(wording.text) if isinstance(part, Bracket))


def _check_clauses(text: NegotiatingText) -> None:
    if not 1 <= len(text.clauses) <= MAX_CLAUSES:
        raise MalformedError(f"a text has 1 to {MAX_CLAUSES} clauses, not {len(text.clauses)}")
    if twice := _twice(clause.id for clause in text.clauses):
        raise MalformedError(f"two clauses could be taken for {twice}; give each an id of its own")
    for clause in text.clauses:
        for wording in clause.wordings:
            if wording.language not in text.languages:
                raise MalformedError(
                    f"clause {clause.id} has a wording in {wording.language}, and the text's "
                    f"languages are {', '.join(text.languages)}; add it to them or leave it out"
                )


def _pieces(text: NegotiatingText) -> Iterable[str]:
    yield from (text.title, *text.languages)
    for clause in text.clauses:
        yield clause.id
        for wording in clause.wordings:
            yield from (wording.language, wording.text)


def _twice(names: Iterable[str]) -> str:
    seen = set[str]()
    for name in names:
        folded = unicodedata.normalize("NFKC", name).casefold()
        if folded in seen:
            return name
        seen.add(folded)
    return ""


def _list(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} in {language}" for language, count in counts.items())


__all__ = [  # the notation belongs to a text's types, whichever module reads it
    "Alternative",
    "Bracket",
    "Clause",
    "ClauseId",
    "NegotiatingText",
    "Part",
    "Wording",
    "brackets_of",
    "check_language",
    "check_languages",
    "check_title",
    "parse_brackets",
    "resolve",
    "show_brackets",
    "wording_in",
]
