"""A communique: public wording agreed beforehand, whom it credits, and from when it may be said.

Each party agrees or not, to the mediator alone; it is released when all have agreed and its day has
come. The **holding line** is agreed with it: what everybody says if something leaks before.
"""

from dataclasses import dataclass
from datetime import datetime

from backchannel.channel.names import CommuniqueId, SeatId, check_id, check_text, check_time
from backchannel.channel.record import Entered
from backchannel.channel.rounds import check_seats
from backchannel.channel.said import Saying
from backchannel.channel.told import Telling


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuniqueAnswered(Saying):
    """The party agrees to the wording, credit and holding line, or says what stands in the way."""

    communique: CommuniqueId
    agrees: bool
    text: str = ""

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Saying.__post_init__(self)
        check_id(self.communique)
        check_text(self.text, what="text", empty=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldOfCommunique(Telling):
    """Something a party is told of a communique."""

    communique: CommuniqueId

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Telling.__post_init__(self)
        check_id(self.communique)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuniquePut(ToldOfCommunique):
    """The wording to agree to. `not_before` (UTC): from when it may be said in public."""

    text: str
    credit: str
    holding_line: str
    not_before: datetime | None = None

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        ToldOfCommunique.__post_init__(self)
        check_wording(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuniqueReleased(ToldOfCommunique):
    """All have agreed: from now on it may be said in public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingLineUsed(ToldOfCommunique):
    """Something has leaked: from now on the holding line is what everybody says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuniqueTakenBack(ToldOfCommunique):
    """The communique is no longer put."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCommunique(Entered):
    """An entry about one communique."""

    communique: CommuniqueId

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Entered.__post_init__(self)
        check_id(self.communique)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuniquePutting(OnCommunique):
    """The mediator puts a communique to these seats."""

    seats: tuple[SeatId, ...]
    text: str
    credit: str
    holding_line: str
    not_before: datetime | None = None

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        OnCommunique.__post_init__(self)
        check_wording(self)
        check_seats(self.seats)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuniqueRelease(OnCommunique):
    """All have agreed, and its time has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingLine(OnCommunique):
    """Something has leaked: the holding line is to be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuniqueWithdrawal(OnCommunique):
    """The communique is no longer put."""


def check_wording(event: CommuniquePut | CommuniquePutting) -> None:
    """Raises: MalformedError."""
    check_text(event.text, what="communique")
    check_text(event.credit, what="credit line", empty=True)
    check_text(event.holding_line, what="holding line", empty=True)
    if event.not_before is not None:
        check_time(event.not_before)
