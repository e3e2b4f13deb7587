"""A proposal: a claim that a method found in a report, which is no claim before a person decides.

Promises: a proposal lies within its sentence; the same report gives the same proposals with the
same names whenever it is gone through by the same method; `content` is the same for two methods
that propose the same, so that nobody is asked twice.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from backchannel.watch.errors import MalformedError
from backchannel.watch.finding import Extractor, Found
from backchannel.watch.reports import Report

_FORMAT: Final = "backchannel-proposal/1"

# A text in, where its sentences begin and end.
Cut = Callable[[str], Iterable[tuple[int, int]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How claims are found: where a text is cut, what finds claims, and a name with a version."""

    name: str
    cut: Cut
    extract: Extractor


class Verdict(Enum):
    """What a person said of a proposal."""

    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One claim found in one sentence of a report.

    `report` is the report's digest; `sentence` counts characters of its text, the end not included;
    `method` names the extractor and its version.
    """

    report: str
    method: str
    sentence: tuple[int, int]
    found: Found

    def __post_init__(self) -> None:
        (start, end), (first, last) = self.sentence, self.found.span
        if not 0 <= start < end or not 0 <= first < last <= end - start:
            raise MalformedError(
                f"{self.method} proposes a claim in the characters {first} to {last} of a sentence "
                f"of {end - start}; a span within the sentence is expected"
            )

    @property
    def span(self) -> tuple[int, int]:
        """Return where the words it rests on stand in the report's text."""
        start = self.sentence[0]
        return start + self.found.span[0], start + self.found.span[1]

    @property
    def digest(self) -> str:
        """Return what names it, in hexadecimal."""
        return _hashed(_FORMAT, self.method, *self.sentence, self.content)

    @property
    def content(self) -> str:
        """Return what is the same for whichever method proposes it, in hexadecimal."""
        return _hashed(_FORMAT, self.report, *self.span, *_fields(self.found))


def _fields(found: Found) -> tuple[str | int, ...]:
    kinds: tuple[Enum, ...] = (found.speaker_type, found.claim_type, found.direction)
    names = (found.speaker, found.actor, found.credited_to)
    return (*(str(each.value) for each in kinds), *names, int(found.quoted), int(found.hedged))


def _hashed(*told: str | int) -> str:
    return hashlib.sha256(json.dumps(told, ensure_ascii=True).encode()).hexdigest()


def proposed(report: Report, method: Method) -> tuple[Proposal, ...]:
    """Return what a method finds in a report, each once, in the order of the text."""
    found = (
        Proposal(report=report.digest, method=method.name, sentence=(start, end), found=each)
        for start, end in method.cut(report.text)
        for each in method.extract(report.text[start:end])
    )
    return tuple({each.digest: each for each in found}.values())
