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

from backchannel.channel import said, told
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
    AccordLife.ENDED: "ended",
}


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


State = Standing | NoteState | RequestState | AccordLife | Stance | StepState
Cause = type | told.Mark | bool

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
}

_THINGS = {
    Standing: "the channel",
    NoteState: "the note",
    RequestState: "the request",
    AccordLife: "the accord",
    Stance: "your answer to the accord",
    StepState: "the step",
}

S = TypeVar("S", Standing, NoteState, RequestState, AccordLife, Stance, StepState)


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
