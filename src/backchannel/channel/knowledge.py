"""Who knows what: for each thing said, who was told it, as what, when, resting on which note.

For the mediator only. It says what was *conveyed*; what a party may have guessed, heard elsewhere
or been told by telephone is not here unless it was recorded.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from backchannel.channel.channel import Channel
from backchannel.channel.handling import Attribution
from backchannel.channel.names import ConveyanceId, NoteId, SeatId
from backchannel.channel.record import Basis, Conveyance


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAs:
    """One time a party was told of a note; `reworded`: in other words than the note's as it is."""

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
    told = _told(channel)
    return tuple(
        Known(
            author=author,
            note=note,
            seat=seat,
            told=tuple(told[Basis(seat=author, note=note), seat]),
        )
        for author, caucus in channel.caucuses.items()
        for note in caucus.notes
        for seat in channel.seats
        if seat != author
    )


def _told(channel: Channel) -> dict[tuple[Basis, SeatId], list[ToldAs]]:
    # Gathered once: to look through all conveyances for each note would be slow in a long channel.
    told: dict[tuple[Basis, SeatId], list[ToldAs]] = defaultdict(list)
    for conveyance in channel.conveyances.values():
        for basis in conveyance.rests_on:
            told[basis, conveyance.seat].append(_told_as(channel, conveyance, basis))
    return told


def _told_as(channel: Channel, conveyance: Conveyance, basis: Basis) -> ToldAs:
    return ToldAs(
        conveyance=conveyance.conveyance,
        at=conveyance.at,
        attribution=conveyance.attribution,
        text=conveyance.text,
        reworded=conveyance.text != channel.caucuses[basis.seat].notes[basis.note].said.text,
    )
