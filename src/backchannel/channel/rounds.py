"""Rounds: when and where the mediator meets a party, who came, and what was made of it.

A round is called by the mediator with each party by itself; nobody is told who else is invited.
Attendance and debrief are the mediator's record and told to nobody.
"""

from dataclasses import dataclass
from datetime import datetime

from backchannel.channel.errors import MalformedError
from backchannel.channel.names import RoundId, SeatId, check_id, check_name, check_text, check_time
from backchannel.channel.record import Entered
from backchannel.channel.said import Saying
from backchannel.channel.told import Telling

MAX_PEOPLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundAnswered(Saying):
    """The party says whether it comes to a round, and who."""

    round: RoundId
    coming: bool
    people: tuple[str, ...] = ()
    text: str = ""

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Saying.__post_init__(self)
        check_id(self.round)
        check_people(self.people)
        check_text(self.text, what="text", empty=True)
        if self.people and not self.coming:
            raise MalformedError("who does not come sends nobody; leave the names out")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundCalled(Telling):
    """When (UTC) and where the mediator meets this party; a second call of a round moves it."""

    round: RoundId
    begins: datetime
    place: str
    text: str = ""

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Telling.__post_init__(self)
        check_round(self.round, self.begins, self.place, self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundCancelled(Telling):
    """The round does not take place."""

    round: RoundId
    text: str = ""

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Telling.__post_init__(self)
        check_id(self.round)
        check_text(self.text, what="text", empty=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnRound(Entered):
    """An entry about one round."""

    round: RoundId

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Entered.__post_init__(self)
        check_id(self.round)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundCall(OnRound):
    """The mediator calls these seats to a round, or moves it."""

    seats: tuple[SeatId, ...]
    begins: datetime
    place: str
    text: str = ""

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        OnRound.__post_init__(self)
        check_round(self.round, self.begins, self.place, self.text)
        check_seats(self.seats)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundCancel(OnRound):
    """The round does not take place; those called are told."""

    text: str = ""

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        OnRound.__post_init__(self)
        check_text(self.text, what="text", empty=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundHeld(OnRound):
    """Who came and what was made of it. Told to nobody."""

    attendance: tuple[str, ...]
    debrief: str

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        OnRound.__post_init__(self)
        check_people(self.attendance)
        check_text(self.debrief, what="debrief", empty=True)


def check_round(round_: RoundId, begins: datetime, place: str, text: str) -> None:
    """Raises: MalformedError."""
    check_id(round_)
    check_time(begins)
    check_name(place)
    check_text(text, what="text", empty=True)


def check_people(people: tuple[str, ...]) -> None:
    """Raises: MalformedError."""
    if len(people) > MAX_PEOPLE:
        raise MalformedError(f"at most {MAX_PEOPLE} names, not {len(people)}")
    for name in people:
        check_name(name)


def check_seats(seats: tuple[SeatId, ...]) -> None:
    """Raises: MalformedError, for no seat or one named twice."""
    for seat in seats:
        check_id(seat)
    if not seats or len(set(seats)) != len(seats):
        raise MalformedError("name one seat at least, and each once")
