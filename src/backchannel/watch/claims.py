"""A claim: what somebody said in public about a negotiation, as it was reported and coded.

Promises: a wrong claim cannot be built; two claims with the same fields have the same digest, and
two that differ in any field have different ones; an address is of the web or is not there.

>>> told = Claim(published=date(2023, 9, 18), published_basis=Basis.PRINTED, outlet="Gazette",
...              url="", speaker_type=SpeakerType.BROKER, speaker="Qatar", actor="Qatar",
...              claim_type=ClaimType.EXCHANGE_ANNOUNCED, direction=Direction.TOWARD,
...              paraphrase="Five prisoners are on their way.")
>>> told.digest[:8]
'0a0339b2'

Source: the code book of `watch/*.jsonl`, and `rejection` besides.
"""

import hashlib
import json
from dataclasses import dataclass, fields
from datetime import date
from enum import Enum
from typing import Final

from backchannel.watch.errors import MalformedError

LONGEST: Final = 2_000  # characters of a text
LONGEST_ADDRESS: Final = 4_000  # characters
_FORMAT: Final = "backchannel-claim/1"
_TEXTS: Final = ("outlet", "speaker", "actor", "paraphrase")


class Basis(Enum):
    """How the day of publication is known."""

    PRINTED = "printed"
    INFERRED = "inferred"


class SpeakerType(Enum):
    """In which capacity somebody speaks."""

    NAMED_OFFICIAL = "named_official"
    ANONYMOUS_SOURCE = "anonymous_source"
    BROKER = "broker"
    PARTY = "party"
    THIRD = "third"


class ClaimType(Enum):
    """What is claimed. `breakdown` is of talks or of a deal, `rejection` of terms alone."""

    TALKS_ANNOUNCED = "talks_announced"
    TALKS_DENIED = "talks_denied"
    PAUSE_ANNOUNCED = "pause_announced"
    EXCHANGE_ANNOUNCED = "exchange_announced"
    PROGRESS_CLAIMED = "progress_claimed"
    CREDIT_GIVEN = "credit_given"
    LEAK = "leak"
    LEAK_DENIED = "leak_denied"
    CONTRADICTION = "contradiction"
    LEGISLATURE_MOVE = "legislature_move"
    REGIONAL_MOVE = "regional_move"
    ESCALATION = "escalation"
    FORMAL_TALKS = "formal_talks"
    AGREEMENT = "agreement"
    BREAKDOWN = "breakdown"
    REJECTION = "rejection"
    IMPLEMENTATION_REPORT = "implementation_report"


class Direction(Enum):
    """Whether what is claimed leads toward a deal or away from one."""

    TOWARD = "toward"
    AWAY = "away"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim. Days are as the source gives them; no `credited_to`, no `url`: empty."""

    published: date
    published_basis: Basis
    event_date: date | None = None
    outlet: str
    url: str
    speaker_type: SpeakerType
    speaker: str
    actor: str
    claim_type: ClaimType
    credited_to: str = ""
    direction: Direction
    paraphrase: str

    def __post_init__(self) -> None:
        for name in _TEXTS:
            require_text(name, getattr(self, name))
        require_short("credited_to", self.credited_to)
        require_address(self.url)

    @property
    def digest(self) -> str:
        """Return what names this claim: SHA-256 over all its fields, in hexadecimal."""
        written = json.dumps([_FORMAT, *as_texts(self).values()], ensure_ascii=False)
        return hashlib.sha256(written.encode()).hexdigest()


COLUMNS: Final = tuple(field.name for field in fields(Claim))


def as_texts(claim: Claim) -> dict[str, str]:
    """Return the fields as they are written in files, those that are not there empty."""
    return {name: _text(getattr(claim, name)) for name in COLUMNS}


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case Enum():
            return str(value.value)
        case date():
            return value.isoformat()
        case _:
            return str(value)


def require_text(name: str, text: str) -> None:
    """Raise MalformedError unless the text says something and is short enough."""
    if not text.strip():
        raise MalformedError(f"{name} is empty; a text is expected")
    require_short(name, text)


def require_short(name: str, text: str) -> None:
    """Raise MalformedError if the text is too long, or cannot be written."""
    if len(text) > LONGEST:
        raise MalformedError(
            f"{name} has {len(text):,} characters; at most {LONGEST:,} are expected"
        )
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise MalformedError(
            f"{name} holds half a character (a lone surrogate); a text is expected"
        )


def require_address(url: str) -> None:
    """Raise MalformedError unless it is an address of the web, or empty."""
    require_short("url", url[:LONGEST])
    # Brief and page make links of it: `javascript:` must not come so far.
    known = not url or url.lower().startswith(("https://", "http://"))
    if not known or len(url) > LONGEST_ADDRESS or any(each.isspace() for each in url):
        raise MalformedError(
            f"url is {url[:60]!r}; an address that begins with https:// or http://, without "
            f"blanks and of at most {LONGEST_ADDRESS:,} characters is expected, or null"
        )
