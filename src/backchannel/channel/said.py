"""What a party may say in its caucus. Each of these goes to the mediator and to nobody else.

`at` is the author's clock (UTC, full minute). `seen` is how many of the mediator's events the
author's desk had applied when this was written: the mediator's desk judges the event by what its
author could know, and both desks order the caucus by it. `by` is the person of the delegation who
wrote it, shown to the mediator only; it may be empty.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from backchannel.channel.errors import MalformedError
from backchannel.channel.handling import Handling
from backchannel.channel.names import (
    AccordId,
    NoteId,
    QuestionId,
    ReportId,
    RequestId,
    Rows,
    check_date,
    check_id,
    check_name,
    check_rows,
    check_text,
    check_time,
)

KEY_BYTES = 32
SIGNATURE_BYTES = 64
MAX_STEP_ID = 40  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What all of a party's events have: when, having seen what, by which person."""

    at: datetime
    seen: int
    by: str = ""

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        check_time(self.at)
        if self.seen < 0:
            raise MalformedError("the number of events seen cannot be negative")
        if self.by:
            check_name(self.by)


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesAccepted(Saying):
    """The party accepts the rules of the channel and names the key it will sign accords with."""

    signing_key: bytes

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Saying.__post_init__(self)
        if len(self.signing_key) != KEY_BYTES:
            raise MalformedError(f"a signing key has {KEY_BYTES} bytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Saying):
    """A note: text, perhaps a list with rows, its handling, and when it may be used."""

    note: NoteId
    text: str
    handling: Handling
    rows: Rows = ()
    not_before: datetime | None = None
    expires: datetime | None = None
    answers: QuestionId | None = None

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Saying.__post_init__(self)
        check_id(self.note)
        check_text(self.text, what="note")
        check_rows(self.rows)
        if self.answers is not None:
            check_id(self.answers)
        for time in (self.not_before, self.expires):
            if time is not None:
                check_time(time)
        if self.not_before and self.expires and self.not_before >= self.expires:
            raise MalformedError(
                f"the note may be used from {self.not_before:%Y-%m-%d %H:%M} UTC but expires at "
                f"{self.expires:%Y-%m-%d %H:%M} UTC: it could never be used"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class OnNote(Saying):
    """Something its author does to a note of its own."""

    note: NoteId

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Saying.__post_init__(self)
        check_id(self.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrew(OnNote):
    """No further use of the note. What was conveyed before stays conveyed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased(OnNote):
    """The note's text is removed from both desks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlingWidened(OnNote):
    """The author allows more than before."""

    handling: Handling


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Saying):
    """A question of the party to the mediator."""

    question: QuestionId
    text: str

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Saying.__post_init__(self)
        check_id(self.question)
        check_text(self.text, what="question")


@dataclass(frozen=True, slots=True, kw_only=True)
class UseAnswered(Saying):
    """The author's answer to the mediator's request to use a note."""

    request: RequestId
    allowed: bool
    text: str = ""

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Saying.__post_init__(self)
        check_id(self.request)
        check_text(self.text, what="answer", empty=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnAccord(Saying):
    """Something about an accord that was put to the party."""

    accord: AccordId

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Saying.__post_init__(self)
        check_id(self.accord)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adhered(OnAccord):
    """The party's signature under its adherence, held by the mediator until all are there."""

    signature: bytes

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        OnAccord.__post_init__(self)
        if len(self.signature) != SIGNATURE_BYTES:
            raise MalformedError(f"a signature has {SIGNATURE_BYTES} bytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined(OnAccord):
    """The party does not adhere. Told to the mediator alone, with a reason if it likes."""

    text: str = ""

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        OnAccord.__post_init__(self)
        check_text(self.text, what="reason", empty=True)


class Doing(Enum):
    """How far a step was done, in the words of whoever reports it."""

    DONE = "done"
    PARTLY = "partly done"
    NOT_DONE = "not done"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnStep(OnAccord):
    """Something about one step of an accord in force."""

    step: str
    text: str = ""

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        OnAccord.__post_init__(self)
        if not 1 <= len(check_name(self.step)) <= MAX_STEP_ID:
            raise MalformedError(f"a step's id has 1 to {MAX_STEP_ID} characters")
        check_text(self.text, what="text", empty=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReported(OnStep):
    """The party says how far a step was done, and on which day; entered perhaps much later."""

    report: ReportId
    doing: Doing
    done_on: date | None = None

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        OnStep.__post_init__(self)
        check_id(self.report)
        check_day(self.doing, self.done_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepConfirmed(OnStep):
    """The party confirms that a step was done as reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDisputed(OnStep):
    """The party disputes that a step was done."""


def check_day(doing: Doing, done_on: date | None) -> None:
    """A step done has a day, one not done has none. Raises: MalformedError."""
    if doing is Doing.DONE and done_on is None:
        raise MalformedError("a step reported as done needs the day it was done")
    if doing is Doing.NOT_DONE and done_on is not None:
        raise MalformedError("a step not done has no day on which it was done")
    if done_on is not None:
        check_date(done_on)
