"""What was spoken: most of a mediation is not written, and a seat may have no desk at all.

The mediator records what a party said in person or by telephone, with the handling the party
stated, and what it told a party by mouth. These are the mediator's own record: never shown as
written by a party, and told to nobody by a desk. What was said by mouth can be conveyed like a note
and under the same rules; what was told by mouth counts in who knows what.

A desk can refuse to send, but not unsay: what was told although a handling forbade it is recorded
as a breach, with a reason, or the record would say that it never happened (docs/adr/0012).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from backchannel.channel.errors import MalformedError
from backchannel.channel.handling import Attribution, Handling
from backchannel.channel.names import (
    NoteId,
    Rows,
    SeatId,
    check_id,
    check_name,
    check_rows,
    check_text,
    check_time,
)
from backchannel.channel.proposals import Answer, OnPutProposal
from backchannel.channel.record import Conveyance, Entered


class How(Enum):
    """How it was spoken."""

    IN_PERSON = "in person"
    BY_TELEPHONE = "by telephone"
    BY_MESSENGER = "through somebody else"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """The leave to use a note heard before, whose author wanted to be asked: in this wording."""

    note: NoteId
    attribution: Attribution
    text: str

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        check_id(self.note)
        check_text(self.text, what="wording")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard(Entered):
    """What a party said by mouth, in the mediator's words, with the handling the party stated.

    `spoken` is when (UTC); `person` who spoke. `leave`: by this the party allowed a use it wanted
    to be asked about; taken back like any note.
    """

    seat: SeatId
    note: NoteId
    text: str
    handling: Handling
    how: How
    spoken: datetime
    person: str = ""
    rows: Rows = ()
    not_before: datetime | None = None
    expires: datetime | None = None
    leave: Leave | None = None

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Entered.__post_init__(self)
        check_id(self.seat)
        check_id(self.note)
        check_text(self.text, what="note")
        check_rows(self.rows)
        check_spoken(self.spoken, self.at, self.person)
        for time in (self.not_before, self.expires):
            if time is not None:
                check_time(time)
        if self.not_before and self.expires and self.not_before >= self.expires:
            raise MalformedError("the note expires before it may be used; correct the two times")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardTakenBack(Entered):
    """The party took back what it had said by mouth: no further use; `erase`: nor kept."""

    note: NoteId
    erase: bool = False

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Entered.__post_init__(self)
        check_id(self.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldByMouth(Conveyance):
    """A conveyance that was spoken: recorded under the same rules, and told by no desk.

    `breach`: why it was told although its author had not allowed it; empty for what was allowed.
    """

    how: How
    spoken: datetime
    person: str = ""
    breach: str = ""

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Conveyance.__post_init__(self)
        check_spoken(self.spoken, self.at, self.person)
        check_text(self.breach, what="reason", empty=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardAnswer(OnPutProposal):
    """The answer of a seat without a desk to a mediator's proposal, given by mouth."""

    seat: SeatId
    answer: Answer
    how: How
    spoken: datetime
    person: str = ""

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        OnPutProposal.__post_init__(self)
        check_id(self.seat)
        check_spoken(self.spoken, self.at, self.person)


def check_spoken(spoken: datetime, at: datetime, person: str) -> None:
    """Raises: MalformedError, when it is entered before it was spoken."""
    check_time(spoken)
    if spoken > at:
        raise MalformedError("it is entered before it was spoken; correct the time")
    if person:
        check_name(person)
