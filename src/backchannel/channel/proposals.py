"""Proposals: a party's offers, and the mediator's proposal, answered double-blind.

A party's proposal is a note with offers, under a handling like any note. The mediator's proposal is
put to some or all parties, with a deadline; each answers once, in secret. An answer travels in an
**envelope**, which says yes or no to nobody but a holder of its key: the mediator's desk draws one
key for each seat and opens the envelopes only with the outcome, so that no screen, list or file of
an honest desk shows an answer before. (A desk that was tampered with holds the key and could look;
docs/security says so.) Whoever needs instructions, a word of explanation or more time says that
openly, to the mediator alone, and answers later.

>>> key, proposal = bytes(32), ProposalId("ab" * 16)
>>> envelope = seal_answer(key, proposal, Answer.ACCEPT)
>>> open_answer(key, proposal, envelope)
<Answer.ACCEPT: 'accept'>

Source: HMAC as a commitment under a secret key, RFC 2104; the key is used for one answer.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from backchannel.channel.errors import MalformedError
from backchannel.channel.names import ProposalId, SeatId, check_id, check_text, check_time
from backchannel.channel.record import Entered
from backchannel.channel.said import Said, Saying
from backchannel.channel.terms import MAX_OFFERS, Choice, Offer, check_once
from backchannel.channel.told import Telling

ENVELOPE_BYTES = 32
MAX_GRACE = 7 * 24 * 60  # minutes


class Answer(Enum):
    """The two answers to a mediator's proposal. Both are final."""

    ACCEPT = "accept"
    REFUSE = "refuse"


class Reply(Enum):
    """What a party may tell the mediator of a proposal without answering it."""

    AWAITING_INSTRUCTIONS = "awaiting instructions"
    CLARIFICATION = "asks for clarification"
    MORE_TIME = "asks for time"


class Result(Enum):
    """The outcome of a mediator's proposal. Who refused or kept silent is told to nobody."""

    CARRIED = "carried"
    NOT_CARRIED = "not carried"


def seal_answer(key: bytes, proposal: ProposalId, answer: Answer) -> bytes:
    """Return the envelope of an answer."""
    words = b"backchannel/1 answer" + bytes.fromhex(proposal) + answer.value.encode()
    return hmac.digest(key, words, "sha256")


def open_answer(key: bytes, proposal: ProposalId, envelope: bytes) -> Answer | None:
    """Return the answer in an envelope; None if it holds none that this key opens."""
    for answer in Answer:
        if hmac.compare_digest(seal_answer(key, proposal, answer), envelope):
            return answer
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed(Said):
    """A note with offers over issues: a package, or a part of one, perhaps on conditions."""

    offers: tuple[Offer, ...]

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Said.__post_init__(self)
        # An erased proposal keeps its place, without its offers.
        if len(self.offers) > MAX_OFFERS:
            raise MalformedError(
                f"a proposal holds at most {MAX_OFFERS} offers, not {len(self.offers)}: "
                "make several proposals"
            )


def words_of(said: Said) -> str:
    """Return a note's words as they are read and conveyed: a proposal's with its offers.

    In the text and not as a list with rows: so a wording can be asked for and allowed as a whole.
    """
    if not isinstance(said, Proposed):
        return said.text
    return "\n".join((said.text, *(f"- {offer.words}" for offer in said.offers)))


@dataclass(frozen=True, slots=True, kw_only=True)
class OnProposal(Saying):
    """Something a party says of a mediator's proposal put to it."""

    proposal: ProposalId

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Saying.__post_init__(self)
        check_id(self.proposal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(OnProposal):
    """The party's answer, in its envelope. Final."""

    envelope: bytes

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        OnProposal.__post_init__(self)
        check_envelope(self.envelope)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replied(OnProposal):
    """Not an answer: what the party needs before it can give one. For the mediator alone."""

    reply: Reply
    text: str = ""

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        OnProposal.__post_init__(self)
        check_text(self.text, what="text", empty=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldOfProposal(Telling):
    """Something a party is told of a mediator's proposal."""

    proposal: ProposalId

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Telling.__post_init__(self)
        check_id(self.proposal)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalPut(ToldOfProposal):
    """A mediator's proposal, to be answered until the deadline (UTC) in its envelope.

    To whom else it is put is not told. `grace` is in minutes: how long after the deadline the
    mediator waits for answers given in time that are still on their way.
    """

    text: str
    choices: tuple[Choice, ...]
    deadline: datetime
    grace: int
    key: bytes
    supersedes: ProposalId | None = None

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        ToldOfProposal.__post_init__(self)
        check_put(self)
        check_envelope(self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeTold(ToldOfProposal):
    """What became of the proposal, and whether this party's own answer was counted."""

    result: Result
    counted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalTakenBack(ToldOfProposal):
    """The proposal is no longer put, and its answers are never opened. Why is not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeKey:
    """The key of one seat's envelope."""

    seat: SeatId
    key: bytes

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        check_id(self.seat)
        check_envelope(self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedAnswer:
    """One seat's answer as the outcome opened it; None: it gave none that counts."""

    seat: SeatId
    answer: Answer | None

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        check_id(self.seat)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPutProposal(Entered):
    """An entry about one mediator's proposal."""

    proposal: ProposalId

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Entered.__post_init__(self)
        check_id(self.proposal)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalPutting(OnPutProposal):
    """The mediator puts its proposal to these seats. A seat without a desk is told by mouth."""

    seats: tuple[EnvelopeKey, ...]
    text: str
    choices: tuple[Choice, ...]
    deadline: datetime
    grace: int
    supersedes: ProposalId | None = None

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        OnPutProposal.__post_init__(self)
        check_put(self)
        if not self.seats or len({key.seat for key in self.seats}) != len(self.seats):
            raise MalformedError("a proposal is put to one party at least, and to each once")
        if len({key.key for key in self.seats}) != len(self.seats):
            raise MalformedError("each seat has an envelope key of its own")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeEntered(OnPutProposal):
    """The envelopes are opened: carried if all have accepted, otherwise not carried."""

    result: Result
    answers: tuple[OpenedAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalWithdrawal(OnPutProposal):
    """The proposal is no longer put."""


def check_envelope(value: bytes) -> None:
    """Raises: MalformedError."""
    if len(value) != ENVELOPE_BYTES:
        raise MalformedError(
            f"an envelope and its key have {ENVELOPE_BYTES} bytes each, not {len(value)}"
        )


def check_put(event: ProposalPut | ProposalPutting) -> None:
    """Raises: MalformedError, for a proposal that could not be answered."""
    check_text(event.text, what="proposal")
    check_once(event.choices)
    check_time(event.deadline)
    if not 0 <= event.grace <= MAX_GRACE:
        raise MalformedError(f"the grace is 0 to {MAX_GRACE:,} minutes, not {event.grace:,}")
    if event.deadline <= event.at:
        raise MalformedError(
            f"the deadline, {event.deadline:%Y-%m-%d %H:%M} UTC, is not later than now: name a "
            "later one"
        )
    if event.supersedes is not None:
        check_id(event.supersedes)
    if event.supersedes == event.proposal:
        raise MalformedError("a proposal does not supersede itself")


def closes(event: ProposalPut | ProposalPutting) -> datetime:
    """Return when the deadline and the grace after it have passed (UTC)."""
    return event.deadline + timedelta(minutes=event.grace)
