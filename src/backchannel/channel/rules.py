"""The one table of what may follow what.

Each thing in a channel is in one state, and each event moves it to the next; what is not in
`TRANSITIONS` may not be. `ALLOWED_WHILE` says which events fit the standing of the talks. Every
machine is moved by one side only (a note and a stance by the party, all else by the mediator): so
events that cross on the way cannot contradict each other, and both desks end in the same state.

>>> follow(NoteState.LIVE, Withdrew)
<NoteState.WITHDRAWN: 'withdrawn'>
>>> follow(NoteState.ERASED, Withdrew)
Traceback (most recent call last):
...
backchannel.channel.errors.RuleBrokenError: the note is erased already: this cannot be done with it
"""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

from backchannel.channel import agenda, communique, proposals, rounds, said, texts, told
from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.said import Erased, HandlingWidened, Withdrew


class Standing(Enum):
    """How the talks stand."""

    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class NoteState(Enum):
    """What has become of a note."""

    LIVE = "live"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


class RequestState(Enum):
    """A request to use a note."""

    ASKED = "asked"
    ALLOWED = "allowed"
    DENIED = "denied"


class AccordLife(Enum):
    """The life of an accord; each accord of a channel has its own."""

    DRAFTED = "drafted"
    PUT = "put"
    WITHDRAWN = "withdrawn"
    IN_FORCE = "in force"
    AMENDED = "amended"
    ENDED = "ended"

    @property
    def phase(self) -> str:
        """The phase of a mediation that this accord is in."""
        return _PHASES[self]


_PHASES = {
    AccordLife.DRAFTED: "exploration",
    AccordLife.PUT: "accord",
    AccordLife.WITHDRAWN: "exploration",
    AccordLife.IN_FORCE: "implementation",
    AccordLife.AMENDED: "ended",
    AccordLife.ENDED: "ended",
}


class Amended:
    """No event: what the release of an amendment does to the accord whose place it takes."""


class Stance(Enum):
    """Where one party stands on an accord put to it."""

    UNDECIDED = "undecided"
    ADHERED = "adhered"
    DECLINED = "declined"


class StepState(Enum):
    """What the record says of a step."""

    PROMISED = "promised"
    REPORTED = "reported"
    VERIFIED = "verified"
    DISPUTED = "disputed"
    LAPSED = "lapsed"


class ProposalLife(Enum):
    """What has become of a mediator's proposal."""

    PUT = "put"
    CARRIED = "carried"
    NOT_CARRIED = "not carried"
    TAKEN_BACK = "taken back"
    SUPERSEDED = "superseded"


class AnswerState(Enum):
    """One party's answer to a mediator's proposal."""

    OPEN = "open"
    ANSWERED = "answered"


class RoundLife(Enum):
    """What has become of a round."""

    CALLED = "called"
    CANCELLED = "cancelled"


class TextLife(Enum):
    """Whether a negotiating text is worked on."""

    WORKED_ON = "worked on"
    DROPPED = "dropped"


class CommuniqueLife(Enum):
    """What has become of a communique."""

    PUT = "put"
    RELEASED = "released"
    HELD = "held by its holding line"
    TAKEN_BACK = "taken back"


class Consent(Enum):
    """Whether one party agrees to a communique."""

    UNDECIDED = "undecided"
    AGREED = "agreed"
    WITHHELD = "withheld"


State = (
    Standing
    | NoteState
    | RequestState
    | AccordLife
    | Stance
    | StepState
    | ProposalLife
    | AnswerState
    | RoundLife
    | TextLife
    | CommuniqueLife
    | Consent
)
Cause = type | told.Mark | bool | proposals.Result

TRANSITIONS: Mapping[tuple[State, Cause], State] = {
    (Standing.OPEN, told.Suspended): Standing.SUSPENDED,
    (Standing.SUSPENDED, told.Resumed): Standing.OPEN,
    (Standing.OPEN, told.Closed): Standing.CLOSED,
    (Standing.SUSPENDED, told.Closed): Standing.CLOSED,
    (NoteState.LIVE, HandlingWidened): NoteState.LIVE,
    (NoteState.LIVE, Withdrew): NoteState.WITHDRAWN,
    (NoteState.LIVE, Erased): NoteState.ERASED,
    (NoteState.WITHDRAWN, Erased): NoteState.ERASED,
    (RequestState.ASKED, True): RequestState.ALLOWED,
    (RequestState.ASKED, False): RequestState.DENIED,
    (AccordLife.DRAFTED, told.AccordPut): AccordLife.PUT,
    (AccordLife.PUT, told.AccordReleased): AccordLife.IN_FORCE,
    (AccordLife.PUT, told.AccordWithdrawn): AccordLife.WITHDRAWN,
    (AccordLife.IN_FORCE, told.AccordEnded): AccordLife.ENDED,
    (AccordLife.IN_FORCE, Amended): AccordLife.AMENDED,
    (Stance.UNDECIDED, said.Adhered): Stance.ADHERED,
    (Stance.UNDECIDED, said.Declined): Stance.DECLINED,
    # A party that declined may think again while the accord is still put; a signature is final.
    (Stance.DECLINED, said.Adhered): Stance.ADHERED,
    (StepState.PROMISED, told.Mark.REPORTED): StepState.REPORTED,
    (StepState.PROMISED, told.Mark.LAPSED): StepState.LAPSED,
    (StepState.REPORTED, told.Mark.REPORTED): StepState.REPORTED,
    (StepState.REPORTED, told.Mark.VERIFIED): StepState.VERIFIED,
    (StepState.REPORTED, told.Mark.DISPUTED): StepState.DISPUTED,
    (StepState.REPORTED, told.Mark.LAPSED): StepState.LAPSED,
    (StepState.DISPUTED, told.Mark.REPORTED): StepState.REPORTED,
    (StepState.DISPUTED, told.Mark.VERIFIED): StepState.VERIFIED,
    (StepState.DISPUTED, told.Mark.LAPSED): StepState.LAPSED,
    (StepState.VERIFIED, told.Mark.DISPUTED): StepState.DISPUTED,
    (StepState.LAPSED, told.Mark.REPORTED): StepState.REPORTED,
    (ProposalLife.PUT, proposals.Result.CARRIED): ProposalLife.CARRIED,
    (ProposalLife.PUT, proposals.Result.NOT_CARRIED): ProposalLife.NOT_CARRIED,
    (ProposalLife.PUT, proposals.ProposalTakenBack): ProposalLife.TAKEN_BACK,
    (ProposalLife.PUT, proposals.ProposalPut): ProposalLife.SUPERSEDED,
    (AnswerState.OPEN, proposals.Answered): AnswerState.ANSWERED,
    (RoundLife.CALLED, rounds.RoundCalled): RoundLife.CALLED,
    (RoundLife.CALLED, rounds.RoundCancelled): RoundLife.CANCELLED,
    (TextLife.WORKED_ON, texts.TextShown): TextLife.WORKED_ON,
    (TextLife.WORKED_ON, texts.TextDropped): TextLife.DROPPED,
    (CommuniqueLife.PUT, communique.CommuniqueReleased): CommuniqueLife.RELEASED,
    (CommuniqueLife.PUT, communique.HoldingLineUsed): CommuniqueLife.HELD,
    (CommuniqueLife.PUT, communique.CommuniqueTakenBack): CommuniqueLife.TAKEN_BACK,
    (CommuniqueLife.HELD, communique.CommuniqueReleased): CommuniqueLife.RELEASED,
    (CommuniqueLife.HELD, communique.CommuniqueTakenBack): CommuniqueLife.TAKEN_BACK,
    (Consent.UNDECIDED, True): Consent.AGREED,
    (Consent.UNDECIDED, False): Consent.WITHHELD,
    (Consent.WITHHELD, True): Consent.AGREED,
    (Consent.AGREED, False): Consent.WITHHELD,
}

_ALWAYS = frozenset(Standing)
_TALKING = frozenset({Standing.OPEN, Standing.SUSPENDED})
_OPEN = frozenset({Standing.OPEN})

ALLOWED_WHILE: Mapping[type, frozenset[Standing]] = {
    said.RulesAccepted: _TALKING,
    said.Said: _TALKING,
    said.Withdrew: _ALWAYS,
    said.Erased: _ALWAYS,
    said.HandlingWidened: _TALKING,
    said.Asked: _TALKING,
    said.UseAnswered: _TALKING,
    said.Adhered: _OPEN,
    said.Declined: _TALKING,
    said.StepReported: _ALWAYS,
    said.StepConfirmed: _ALWAYS,
    said.StepDisputed: _ALWAYS,
    proposals.Proposed: _TALKING,
    proposals.Answered: _TALKING,
    proposals.Replied: _TALKING,
    agenda.ItemRaised: _TALKING,
    rounds.RoundAnswered: _TALKING,
    texts.ClauseJudged: _TALKING,
    texts.Commented: _TALKING,
    communique.CommuniqueAnswered: _TALKING,
    told.Welcomed: _TALKING,
    told.Conveyed: _OPEN,
    told.ConveyedAsTheirs: _OPEN,
    told.ConveyanceCorrected: _ALWAYS,
    told.MediatorSaid: _TALKING,
    told.MediatorAsked: _TALKING,
    told.UseRequested: _TALKING,
    told.AccordPut: _OPEN,
    told.AccordReleased: _OPEN,
    told.AccordWithdrawn: _ALWAYS,
    told.AccordEnded: _ALWAYS,
    told.StepMarked: _ALWAYS,
    told.Suspended: _ALWAYS,
    told.Resumed: _ALWAYS,
    told.Closed: _ALWAYS,
    agenda.AgendaShown: _TALKING,
    proposals.ProposalPut: _OPEN,
    proposals.OutcomeTold: _TALKING,
    proposals.ProposalTakenBack: _ALWAYS,
    rounds.RoundCalled: _TALKING,
    texts.TextShown: _OPEN,
    texts.TextDropped: _ALWAYS,
    rounds.RoundCancelled: _ALWAYS,
    communique.CommuniquePut: _TALKING,
    communique.CommuniqueReleased: _ALWAYS,
    communique.HoldingLineUsed: _ALWAYS,
    communique.CommuniqueTakenBack: _ALWAYS,
}

_THINGS = {
    Standing: "the channel",
    NoteState: "the note",
    RequestState: "the request",
    AccordLife: "the accord",
    Stance: "your answer to the accord",
    StepState: "the step",
    ProposalLife: "the proposal",
    AnswerState: "your answer to the proposal",
    RoundLife: "the round",
    TextLife: "the text",
    CommuniqueLife: "the communique",
    Consent: "your consent to the communique",
}

S = TypeVar("S", bound=State)


def follow(state: S, cause: Cause) -> S:
    """Return the state that follows.

    Raises:
        RuleBrokenError: the table has no such row.
    """
    following = TRANSITIONS.get((state, cause))
    if not isinstance(following, type(state)):
        raise RuleBrokenError(
            f"{_THINGS[type(state)]} is {state.value} already: this cannot be done with it"
        )
    return following


def check_standing(standing: Standing, kind: type) -> None:
    """Raises: RuleBrokenError, when this kind of event does not fit the standing of the talks."""
    allowed = ALLOWED_WHILE[kind]
    if standing not in allowed:
        fitting = " or ".join(s.value for s in Standing if s in allowed)
        raise RuleBrokenError(
            f"the channel is {standing.value}; this can be done only while it is {fitting}"
        )
