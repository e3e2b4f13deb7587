"""Who knows what: for each thing said, who was told it, as what, when, resting on which note.

For the mediator only. It says what was *conveyed*; what a party may have guessed, heard elsewhere
or been told by telephone is not here unless it was recorded.
"""

from dataclasses import dataclass
from datetime import datetime

from backchannel.channel.channel import Channel
from backchannel.channel.handling import Attribution
from backchannel.channel.names import ConveyanceId, NoteId, SeatId
from backchannel.channel.record import Conveyance


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAs:
    """One time a party was told of a note."""

    conveyance: ConveyanceId
    at: datetime
    attribution: Attribution
    text: str
    reworded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What one seat was told of one note of another seat; empty `told` means: nothing."""

    author: SeatId
    note: NoteId
    seat: SeatId
    told: tuple[ToldAs, ...]


def who_knows_what(channel: Channel) -> tuple[Known, ...]:
    """Return a row for each note and each party other than its author, in the order of seats."""
    return tuple(
        Known(author=author, note=note, seat=seat, told=_told(channel, author, note, seat))
        for author, caucus in channel.caucuses.items()
        for note in caucus.notes
        for seat in channel.seats
        if seat != author
    )


def _told(channel: Channel, author: SeatId, note: NoteId, seat: SeatId) -> tuple[ToldAs, ...]:
    return tuple(
        ToldAs(
            conveyance=conveyance.conveyance,
            at=conveyance.at,
            attribution=conveyance.attribution,
            text=conveyance.text,
            reworded=conveyance.text != channel.caucuses[author].notes[note].said.text,
        )
        for conveyance in channel.conveyances.values()
        if conveyance.seat == seat and _rests_on(conveyance, author, note)
    )


def _rests_on(conveyance: Conveyance, author: SeatId, note: NoteId) -> bool:
    return any(basis.seat == author and basis.note == note for basis in conveyance.rests_on)
