"""What a party returned to a mediator's desk that had lost it: what that desk once told the party.

Of a conveyance the party knows the words and the attribution, and neither the notes it rested on
nor to whom else it went: those are lost with the record. What the channel can be told again of is
put back: conveyances, accords, how the talks stand. The rest shows in the caucus alone.

>>> from datetime import UTC, datetime
>>> from backchannel.channel.told import MediatorSaid
>>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
>>> Returned(at=noon, seat=SeatId("ab" * 16), event=MediatorSaid(at=noon, seen=1, text="Yes."))
... # doctest: +ELLIPSIS
Returned(at=...)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backchannel.channel.handling import Attribution
from backchannel.channel.names import SeatId, check_id
from backchannel.channel.record import Conveyance, Correction, Entered
from backchannel.channel.rules import AccordLife
from backchannel.channel.told import ChannelNotice, ConveyanceCorrected, Conveyed, ConveyedAsTheirs

if TYPE_CHECKING:
    from backchannel.channel.events import ToParty

_FURTHER = (
    AccordLife.DRAFTED,
    AccordLife.PUT,
    AccordLife.WITHDRAWN,
    AccordLife.IN_FORCE,
    AccordLife.AMENDED,
    AccordLife.ENDED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned(Entered):
    """An event that this desk had told the seat, as that desk gave it back; `at` is our clock."""

    seat: SeatId
    event: "ToParty"

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Entered.__post_init__(self)
        check_id(self.seat)


def conveyance(seat: SeatId, event: Conveyed | ConveyedAsTheirs) -> Conveyance:
    """Return the entry of the record that told this, without the notes it rested on."""
    named = Attribution.AUTHOR
    return Conveyance(
        at=event.at,
        seat=seat,
        conveyance=event.conveyance,
        text=event.text,
        attribution=named if isinstance(event, ConveyedAsTheirs) else event.attribution,
        rows=event.rows,
    )


def correction(event: ConveyanceCorrected) -> Correction:
    """Return the entry of the record that told this."""
    return Correction(at=event.at, conveyance=event.conveyance, text=event.text, rows=event.rows)


def further(one: AccordLife, other: AccordLife) -> AccordLife:
    """Return the later of two states of an accord: parties return what they saw one by one.

    >>> further(AccordLife.IN_FORCE, AccordLife.PUT).value
    'in force'
    """
    return max(one, other, key=_FURTHER.index)


def is_newest(notice: ChannelNotice, told: Iterable[object]) -> bool:
    """Tell whether no notice about the channel that any party was told is later than this."""
    return all(notice.at >= e.at for e in told if isinstance(e, ChannelNotice))
