"""The single negotiating text in events: versions shown, clauses judged and commented on.

Only the mediator edits. Each party is shown versions numbered in its own caucus, so that no number
tells how many there were elsewhere. A party says of each clause that it objects, can live with it,
or agrees; only the mediator sees what all say. A comment is a note, under a handling like any note.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from backchannel.channel.clauses import ClauseId, NegotiatingText
from backchannel.channel.errors import MalformedError
from backchannel.channel.handling import Attribution
from backchannel.channel.names import SeatId, TextId, check_id, check_name
from backchannel.channel.oral import How, check_spoken
from backchannel.channel.record import Basis, Entered
from backchannel.channel.rounds import check_seats
from backchannel.channel.said import Said, Saying
from backchannel.channel.told import Telling


class Judgement(Enum):
    """What a party says of a clause."""

    OBJECTS = "objects"
    CAN_LIVE_WITH = "can live with"
    AGREED = "agreed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseJudged(Saying):
    """The party's judgement of a clause, as it stands in a version shown to it."""

    of_text: TextId
    version: int
    clause: ClauseId
    judgement: Judgement

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Saying.__post_init__(self)
        check_clause(self.of_text, self.version, self.clause)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commented(Said):
    """A note on a clause of a version."""

    of_text: TextId
    version: int
    clause: ClauseId

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Said.__post_init__(self)
        check_clause(self.of_text, self.version, self.clause)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldOfText(Telling):
    """Something a party is told of a negotiating text."""

    of_text: TextId

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Telling.__post_init__(self)
        check_id(self.of_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextShown(ToldOfText):
    """A version of the text; `version` counts those shown to this party, from 1."""

    version: int
    words: NegotiatingText

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        ToldOfText.__post_init__(self)
        check_version(self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDropped(ToldOfText):
    """The text is no longer worked on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resting:
    """A note that a text rests on, and as whose words it goes into it."""

    basis: Basis
    attribution: Attribution


@dataclass(frozen=True, slots=True, kw_only=True)
class OnText(Entered):
    """An entry about one negotiating text."""

    of_text: TextId

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Entered.__post_init__(self)
        check_id(self.of_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextVersion(OnText):
    """A version on the mediator's desk; `version` counts the mediator's own, from 1."""

    version: int
    words: NegotiatingText
    rests_on: tuple[Resting, ...] = ()

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        OnText.__post_init__(self)
        check_version(self.version)
        if len({each.basis for each in self.rests_on}) != len(self.rests_on):
            raise MalformedError("a text rests on each note once")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextShowing(OnText):
    """A version is shown to these seats; to one without a desk, by the mediator in person."""

    version: int
    seats: tuple[SeatId, ...]

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        OnText.__post_init__(self)
        check_version(self.version)
        check_seats(self.seats)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDropping(OnText):
    """The text is no longer worked on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardJudgement(OnText):
    """The judgement of a seat without a desk, given by mouth; `version` is the mediator's."""

    seat: SeatId
    version: int
    clause: ClauseId
    judgement: Judgement
    how: How
    spoken: datetime
    person: str = ""

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        OnText.__post_init__(self)
        check_id(self.seat)
        check_clause(self.of_text, self.version, self.clause)
        check_spoken(self.spoken, self.at, self.person)


def check_clause(of_text: TextId, version: int, clause: ClauseId) -> None:
    """Raises: MalformedError."""
    check_id(of_text)
    check_version(version)
    check_name(clause)


def check_version(version: int) -> None:
    """Raises: MalformedError."""
    if version < 1:
        raise MalformedError("versions are counted from 1")
