"""What a brief says, sentence by sentence: as a fact, as inferred, or as not known.

Promises: a fact without a claim that it rests on cannot be written; what is inferred says from
what; what is not known names nobody as its source.

>>> fact("Nobody said so.", [])
Traceback (most recent call last):
    ...
backchannel.brief.errors.BriefError: 'Nobody said so.' is told as a fact and rests on no claim
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from backchannel.brief.errors import BriefError
from backchannel.watch.claims import Claim


class Standing(Enum):
    """How a sentence is known."""

    FACT = "reported"
    INFERRED = "inferred"
    UNKNOWN = "not known"
    NOTE = "on the method"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence. `claims`: what it rests on; `because`: from what it is inferred, in words."""

    standing: Standing
    text: str
    claims: tuple[Claim, ...] = ()
    because: str = ""

    def __post_init__(self) -> None:
        if self.standing is Standing.FACT and not self.claims:
            raise BriefError(f"{self.text[:60]!r} is told as a fact and rests on no claim")
        if self.standing is Standing.INFERRED and not self.because:
            raise BriefError(f"{self.text[:60]!r} is inferred, and does not say from what")
        if self.standing in {Standing.UNKNOWN, Standing.NOTE} and self.claims:
            raise BriefError(f"{self.text[:60]!r} is no report, and has a source")


def fact(text: str, claims: Iterable[Claim]) -> Statement:
    """Return what was reported. Raises: BriefError, without a claim."""
    return Statement(standing=Standing.FACT, text=text, claims=tuple(claims))


def inferred(text: str, because: str, claims: Iterable[Claim] = ()) -> Statement:
    """Return a conclusion with its reason."""
    reason = because.rstrip(".")
    return Statement(standing=Standing.INFERRED, text=text, because=reason, claims=tuple(claims))


def unknown(text: str) -> Statement:
    """Return what nobody knows here."""
    return Statement(standing=Standing.UNKNOWN, text=text)


def note(text: str) -> Statement:
    """Return how something was counted, and what it does not claim."""
    return Statement(standing=Standing.NOTE, text=text)


def counted(number: int, name: str) -> str:
    """Return a number with what it counts.

    >>> counted(1, "page"), counted(2, "page")
    ('1 page', '2 pages')
    """
    return f"{number:,} {name}" if number == 1 else f"{number:,} {name}s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Figures: the first cell of a row is its head. `caption` says what is counted, over what."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Sentences under a heading of their own, as those on one actor are."""

    title: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The answer to one of the five questions. `pictures` names those that stand with it."""

    title: str
    parts: tuple[Part, ...]
    tables: tuple[Table, ...] = ()
    pictures: tuple[str, ...] = ()

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Return all sentences, in order."""
        return tuple(each for part in self.parts for each in part.statements)
