"""What a party is told. These types are all that ever leaves the mediator's desk for a party.

They are types of their own, not the mediator's record with fields left out: `Conveyed` has no
field that could name a source, so no slip of code can fill it in. Only `ConveyedAsTheirs` names an
author, for what its author allowed to be conveyed as its own words. `seen` is how many of this
party's own events the mediator's desk had applied: a number of this caucus and no other.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from backchannel.channel.errors import MalformedError
from backchannel.channel.handling import Attribution
from backchannel.channel.names import (
    AccordId,
    ConveyanceId,
    NoteId,
    QuestionId,
    RequestId,
    Rows,
    check_date,
    check_id,
    check_name,
    check_rows,
    check_text,
    check_time,
    normalised,
)
from backchannel.channel.said import KEY_BYTES, SIGNATURE_BYTES

MAX_ACCORD_TEXT = 48_000  # bytes: one letter of the largest bucket holds it


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What all that is told has: when (UTC, full minute), and how much of this caucus was seen."""

    at: datetime
    seen: int

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        check_time(self.at)
        if self.seen < 0:
            raise MalformedError("the number of events seen cannot be negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcomed(Telling):
    """The first thing a party is told: what this channel is, and its rules to accept."""

    title: str
    mediator: str
    mediator_key: bytes
    party: str
    rules: str

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Telling.__post_init__(self)
        for name in (self.title, self.mediator, self.party):
            check_name(name)
        check_text(self.rules, what="rules")
        if len(self.mediator_key) != KEY_BYTES:
            raise MalformedError(f"a signing key has {KEY_BYTES} bytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conveyed(Telling):
    """Something conveyed without naming an author: a non-paper, or the mediator's own idea."""

    conveyance: ConveyanceId
    attribution: Attribution
    text: str
    rows: Rows = ()

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Telling.__post_init__(self)
        check_id(self.conveyance)
        check_text(self.text, what="text")
        check_rows(self.rows)
        if self.attribution is Attribution.AUTHOR:
            raise MalformedError("what names its author is of another kind")
        if self.text != normalised(self.text) or any(
            c != normalised(c) for r in self.rows for c in r
        ):
            raise MalformedError("text without attribution must not hold what the eye cannot see")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConveyedAsTheirs(Telling):
    """Something conveyed as the words of another party, which allowed that."""

    conveyance: ConveyanceId
    author: str
    text: str
    rows: Rows = ()

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Telling.__post_init__(self)
        check_id(self.conveyance)
        check_name(self.author)
        check_text(self.text, what="text")
        check_rows(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConveyanceCorrected(Telling):
    """What was conveyed before was wrong; this stands in its place. The old text stays readable."""

    conveyance: ConveyanceId
    text: str
    rows: Rows = ()

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Telling.__post_init__(self)
        check_id(self.conveyance)
        check_text(self.text, what="correction")
        check_rows(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediatorSaid(Telling):
    """Something the mediator says for itself, perhaps in answer to a question of the party."""

    text: str
    answers: QuestionId | None = None

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Telling.__post_init__(self)
        check_text(self.text, what="text")
        if self.answers is not None:
            check_id(self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediatorAsked(Telling):
    """A question of the mediator to this party."""

    question: QuestionId
    text: str

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Telling.__post_init__(self)
        check_id(self.question)
        check_text(self.text, what="question")


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRequested(Telling):
    """The mediator asks the author before using a note: as whose words, and in which wording."""

    request: RequestId
    note: NoteId
    attribution: Attribution
    text: str

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Telling.__post_init__(self)
        check_id(self.request)
        check_id(self.note)
        check_text(self.text, what="wording")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldOfAccord(Telling):
    """Something about an accord this party is asked to adhere to."""

    accord: AccordId

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Telling.__post_init__(self)
        check_id(self.accord)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccordPut(ToldOfAccord):
    """The canonical text of an accord: what is shown is what is signed."""

    text: str

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        ToldOfAccord.__post_init__(self)
        size = len(self.text.encode("utf-8", "surrogatepass"))
        if size > MAX_ACCORD_TEXT:
            raise MalformedError(
                f"the accord has {size:,} bytes; at most {MAX_ACCORD_TEXT:,} are allowed"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One party's signature under its adherence."""

    party: str
    signature: bytes

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        check_name(self.party)
        if len(self.signature) != SIGNATURE_BYTES:
            raise MalformedError(f"a signature has {SIGNATURE_BYTES} bytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccordReleased(ToldOfAccord):
    """All have adhered: every signature, and the mediator's under its declaration.

    For an understanding, which nobody signs, both are empty.
    """

    signatures: tuple[Signature, ...]
    declaration: bytes

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        ToldOfAccord.__post_init__(self)
        if len(self.declaration) not in {0, SIGNATURE_BYTES}:
            raise MalformedError(f"a signature has {SIGNATURE_BYTES} bytes")
        if bool(self.signatures) != bool(self.declaration):
            raise MalformedError("a declaration and its adherences are released together")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccordWithdrawn(ToldOfAccord):
    """The accord is no longer put. Why is not told: the reason may be another party's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccordEnded(ToldOfAccord):
    """An accord that was in force has ended, and how."""

    text: str

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        ToldOfAccord.__post_init__(self)
        check_text(self.text, what="text")


class Mark(Enum):
    """What the record says of a step."""

    REPORTED = "reported"
    VERIFIED = "verified"
    DISPUTED = "disputed"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMarked(ToldOfAccord):
    """What the mediator enters of a step, for all parties of the accord alike.

    `who` reported, verified or disputed it; `source` is a public address or document, if any.
    """

    step: str
    mark: Mark
    who: str
    done_on: date | None = None
    text: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        ToldOfAccord.__post_init__(self)
        check_name(self.step)
        check_name(self.who)
        check_text(self.text, what="text", empty=True)
        check_text(self.source, what="source", empty=True)
        if self.mark is Mark.LAPSED and self.done_on is not None:
            raise MalformedError("a step that lapsed has no day on which it was done")
        if self.done_on is not None:
            check_date(self.done_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelNotice(Telling):
    """Something about the channel as a whole, told to every party alike."""

    text: str = ""

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Telling.__post_init__(self)
        check_text(self.text, what="text", empty=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspended(ChannelNotice):
    """The talks are suspended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(ChannelNotice):
    """The talks go on."""


class Closing(Enum):
    """How a channel ends."""

    CONCLUDED = "concluded"
    BROKEN_DOWN = "broken down"
    FORMAL_TALKS = "handed to formal talks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(ChannelNotice):
    """The channel is closed; steps of accords in force are still reported in it."""

    how: Closing
