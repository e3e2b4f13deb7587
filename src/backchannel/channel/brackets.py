r"""Brackets: what the sides have not settled, inside a wording of the single negotiating text.

`[Northland: ten days | Southland: thirty days]` is a bracket with two alternatives; an alternative
may be nobody's (`[ten days | thirty days]`) or nothing at all, written `—`. A bracket or bar that
is meant literally has a backslash before it, and so has a colon that would make a name of what
stands before it.

Promises: `show_brackets` and `parse_brackets` undo each other, both ways, so that a wording has one
spelling only; what cannot be read is told in one sentence with its place.

>>> parse_brackets("It lasts [Northland: ten days | —].")[1]
Bracket(alternatives=(Alternative(by='Northland', text='ten days'), Alternative(by='', text='')))

Source: bracketed text as drafters of multilateral treaties use it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from backchannel.channel.errors import MalformedError
from backchannel.channel.names import check_name

NOTHING = "—"
MIN_ALTERNATIVES = 2
_SHOWN = 16  # characters on each side of a fault that its sentence repeats

_MARK = re.compile(r"\\(.?)|[\[|\]]", re.DOTALL)
_ESCAPABLE = frozenset(rf"\[|]:{NOTHING}")
# A colon makes a name of what stands before it if a blank or the alternative's end follows.
_NAMED = re.compile(r"((?:\\.|[^\\:]|:(?=\S))*):(?=\s|\Z)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One wording that would settle the bracket; `by` may be empty, and so may the text."""

    by: str = ""
    text: str

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        if self.by:
            check_name(self.by)
        if self.text != self.text.strip():
            raise MalformedError("an alternative has blanks around it; leave them out")


@dataclass(frozen=True, slots=True)
class Bracket:
    """A place where the sides have not settled on a wording."""

    alternatives: tuple[Alternative, ...]

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        if len(self.alternatives) < MIN_ALTERNATIVES:
            raise MalformedError(
                f"a bracket has {MIN_ALTERNATIVES} alternatives or more; write [one | other], or "
                rf"[one | {NOTHING}] for one or nothing, or \[ for a bracket that is only written"
            )


Part = str | Bracket


def parse_brackets(text: str) -> tuple[Part, ...]:
    """Return the plain texts and the brackets in their order. Raises: MalformedError."""
    parts = _read(text)
    shown = show_brackets(parts)
    if shown != text:
        # Two spellings of one wording would show as a change where nothing has changed.
        at = next((i for i, (a, b) in enumerate(zip(shown, text, strict=False)) if a != b), 0)
        raise _fault(text, at, f"write it as {_excerpt(shown, at)!r}")
    return parts


def show_brackets(parts: Sequence[Part]) -> str:
    """Return the text of the parts, the inverse of `parse_brackets`."""
    return "".join(_escaped(p, r"[\\\[|\]]") if isinstance(p, str) else _shown(p) for p in parts)


def tidied(text: str) -> str:
    """Return the text with its brackets spelt in the one way. Raises: MalformedError."""
    return show_brackets(_read(text))


def _read(text: str) -> tuple[Part, ...]:
    parts: list[Part] = []
    start, bars = 0, list[int]()
    for index, mark in _marks(text):
        if mark == "[" and not bars:
            parts.append(_literal(text[start:index]))
            bars = [index]
        elif mark == "[":
            raise _fault(
                text, index, "a bracket opens within another; close the first, or write \\["
            )
        elif not bars:
            raise _fault(text, index, f"a {mark} stands outside any bracket; write \\{mark}")
        else:
            bars.append(index)
        if mark == "]":
            parts.append(_bracket(text, bars))
            start, bars = index + 1, []
    if bars:
        raise _fault(text, bars[0], "the bracket is never closed; write ] where it ends")
    parts.append(_literal(text[start:]))
    return tuple(part for part in parts if part)


def _marks(text: str) -> Iterator[tuple[int, str]]:
    for found in _MARK.finditer(text):
        if found[1] is None:
            yield found.start(), found[0]
        elif found[1] not in _ESCAPABLE:
            raise _fault(text, found.start(), "a backslash stands before nothing it could mark")


def _bracket(text: str, bars: Sequence[int]) -> Bracket:
    try:
        return Bracket(tuple(_alternative(text[a + 1 : b].strip()) for a, b in pairwise(bars)))
    except MalformedError as error:
        raise _fault(text, bars[0], str(error)) from error


def _alternative(raw: str) -> Alternative:
    by, words = "", raw
    if named := _NAMED.fullmatch(raw):
        by, words = _literal(named[1].strip()), named[2].strip()
        if not by:
            raise MalformedError("a name is missing before the colon; write it, or \\:")
    if not words:
        raise MalformedError(f"an alternative is empty; write {NOTHING} for nothing")
    return Alternative(by=by, text="" if words == NOTHING else _literal(words))


def _shown(bracket: Bracket) -> str:
    return f"[{' | '.join(_shown_alternative(a) for a in bracket.alternatives)}]"


def _shown_alternative(alternative: Alternative) -> str:
    words = _escaped(alternative.text, r"[\\\[|\]]") or NOTHING
    if alternative.text == NOTHING:
        words = f"\\{NOTHING}"
    if alternative.by:
        by = _escaped(alternative.by, r"[:\\\[|\]]")
        return f"{by}: {words}"
    return _escaped(words, r":(?=\s|\Z)")


def _escaped(text: str, marks: str) -> str:
    return re.sub(marks, lambda found: f"\\{found[0]}", text)


def _literal(raw: str) -> str:
    return re.sub(r"\\(.)", r"\1", raw, flags=re.DOTALL)


def _fault(text: str, index: int, sentence: str) -> MalformedError:
    return MalformedError(f"character {index + 1}, at {_excerpt(text, index)!r}: {sentence}")


def _excerpt(text: str, index: int) -> str:
    return text[max(index - _SHOWN, 0) : index + _SHOWN]
