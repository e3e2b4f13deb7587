"""What the mediator's desk knows beside the caucuses: who was told what, and what was spoken."""

from dataclasses import dataclass
from datetime import datetime

from backchannel.channel.channel import Channel
from backchannel.channel.handling import Attribution
from backchannel.channel.knowledge import (
    Corrected,
    Known,
    ToldAs,
    corrections,
    found,
    who_knows_what,
)
from backchannel.channel.names import Rows, SeatId
from backchannel.channel.oral import How, ToldByMouth
from backchannel.channel.record import Basis
from backchannel.desk.desk import Desk
from backchannel.desk.session.finding import find_seat
from backchannel.desk.session.reading import record


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRow:
    """What one party was told of one note of another; `how` it was heard, if by mouth."""

    author: str
    note: str
    at: datetime
    text: str
    rows: Rows
    handling: str
    state: str
    how: How | None
    person: str
    party: str
    told: tuple[ToldAs, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardRow:
    """What a party said by mouth, as the mediator recorded it; `leave` names the note allowed."""

    note: str
    spoken: datetime
    how: How
    person: str
    recorded: datetime
    by: str
    text: str
    rows: Rows
    handling: str
    not_before: datetime | None
    expires: datetime | None
    state: str
    leave: str
    attribution: Attribution | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldRow:
    """What a party was told by mouth, as the mediator recorded it."""

    conveyance: str
    spoken: datetime
    how: How
    person: str
    recorded: datetime
    by: str
    text: str
    rows: Rows
    attribution: Attribution
    rests_on: tuple[Basis, ...]
    breach: str
    corrections: tuple[Corrected, ...]


def knowledge(
    desk: Desk, channel: str = "", *, words: str = "", party: str = ""
) -> tuple[KnownRow, ...]:
    """Return who was told what, for the mediator: all, or what these words and this party fit."""
    state = record(desk, channel)
    seat = find_seat(state, party).seat if party else None
    rows = who_knows_what(state)
    if words:
        rows = found(rows, words)
    return tuple(_known_row(state, row) for row in rows if seat in {None, row.seat})


def _known_row(state: Channel, known: Known) -> KnownRow:
    fact = known.fact
    return KnownRow(
        author=state.seats[fact.author].name,
        note=fact.note,
        at=fact.at,
        text=fact.text,
        rows=fact.rows,
        handling=fact.handling.words,
        state=fact.state.value,
        how=fact.how,
        person=fact.person,
        party=state.seats[known.seat].name,
        told=known.told,
    )


def spoken(desk: Desk, channel: str = "", *, seat: str = "") -> tuple[HeardRow | ToldRow, ...]:
    """Return what was spoken with a party, oldest first: the mediator's own record of it."""
    state = record(desk, channel)
    key = find_seat(state, seat).seat
    rows: list[HeardRow | ToldRow] = [*_heard(state, key), *_told(state, key)]
    return tuple(sorted(rows, key=lambda row: row.spoken))


def _heard(state: Channel, seat: SeatId) -> list[HeardRow]:
    return [
        HeardRow(
            note=note,
            spoken=known.heard.spoken,
            how=known.heard.how,
            person=known.heard.person,
            recorded=known.heard.at,
            by=known.heard.by,
            text=known.heard.leave.text if known.heard.leave else known.heard.text,
            rows=known.heard.rows,
            handling=known.heard.handling.words,
            not_before=known.heard.not_before,
            expires=known.heard.expires,
            state=known.state.value,
            leave=known.heard.leave.note if known.heard.leave else "",
            attribution=known.heard.leave.attribution if known.heard.leave else None,
        )
        for note, known in state.heard.items()
        if known.heard.seat == seat
    ]


def _told(state: Channel, seat: SeatId) -> list[ToldRow]:
    corrected = corrections(state)
    return [
        ToldRow(
            conveyance=key,
            spoken=known.spoken,
            how=known.how,
            person=known.person,
            recorded=known.at,
            by=known.by,
            text=known.text,
            rows=known.rows,
            attribution=known.attribution,
            rests_on=known.rests_on,
            breach=known.breach,
            corrections=corrected.get(key, ()),
        )
        for key, known in state.conveyances.items()
        if isinstance(known, ToldByMouth) and known.seat == seat
    ]
