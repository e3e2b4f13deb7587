"""Rounds at a desk: the mediator calls, moves, cancels, records; a party says whether it comes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from backchannel.channel.caucus import Caucus
from backchannel.channel.channel import Channel
from backchannel.channel.channel_rounds import Round
from backchannel.channel.events import Entry
from backchannel.channel.names import RoundId
from backchannel.channel.rounds import RoundAnswered, RoundCall, RoundCancel, RoundHeld
from backchannel.desk.desk import Desk
from backchannel.desk.ledger import load_channel, record_entry
from backchannel.desk.session.finding import find, find_channel
from backchannel.desk.session.mediating import seat_names
from backchannel.desk.session.saying import When, speak


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """When (UTC) and where a round is, and a word beside it."""

    begins: datetime
    place: str
    text: str = ""


def call_round(desk: Desk, channel: str, parties: Sequence[str], meeting: Meeting) -> str:
    """Call parties to a round, each by itself; return the round's identifier."""
    key = RoundId(desk.new_id())
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        state = load_channel(desk, connection, row.channel)
        entry = RoundCall(
            at=desk.minute(),
            by=desk.person,
            round=key,
            seats=seat_names(state, parties),
            begins=meeting.begins,
            place=meeting.place,
            text=meeting.text,
        )
        record_entry(desk, connection, row, entry)
    return key


def move_round(
    desk: Desk, channel: str, reference: str, change: Callable[[Meeting], Meeting]
) -> None:
    """Move a round to another time or place, for all who were called and are still there."""

    def make(state: Channel, known: Round) -> Entry:
        call = known.call
        meeting = change(Meeting(begins=call.begins, place=call.place, text=call.text))
        return RoundCall(
            at=desk.minute(),
            by=desk.person,
            round=call.round,
            seats=tuple(seat for seat in call.seats if not state.seats[seat].closed),
            begins=meeting.begins,
            place=meeting.place,
            text=meeting.text,
        )

    _on(desk, channel, reference, make)


def cancel_round(desk: Desk, channel: str, reference: str, *, text: str = "") -> None:
    """Cancel a round; those called are told, with the same words."""
    _on(
        desk,
        channel,
        reference,
        lambda _, known: RoundCancel(
            at=desk.minute(), by=desk.person, round=known.call.round, text=text
        ),
    )


def hold_round(
    desk: Desk, channel: str, reference: str, *, attendance: Sequence[str], debrief: str = ""
) -> None:
    """Record who came to a round and what was made of it. Nobody is told."""
    _on(
        desk,
        channel,
        reference,
        lambda _, known: RoundHeld(
            at=desk.minute(),
            by=desk.person,
            round=known.call.round,
            attendance=tuple(attendance),
            debrief=debrief,
        ),
    )


def answer_round(
    desk: Desk,
    channel: str,
    reference: str,
    *,
    coming: bool,
    people: Sequence[str] = (),
    text: str = "",
) -> None:
    """Say, as a party, whether it comes to a round, and who."""

    def make(state: Caucus, when: When) -> RoundAnswered:
        triples = ((key, known.called.place, key) for key, known in state.rounds.items())
        key = find(reference, triples, "round")
        return RoundAnswered(**when, round=key, coming=coming, people=tuple(people), text=text)

    speak(desk, channel, make)


def _on(desk: Desk, channel: str, reference: str, make: Callable[[Channel, Round], Entry]) -> None:
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        state = load_channel(desk, connection, row.channel)
        triples = ((key, known.call.place, known) for key, known in state.rounds.items())
        record_entry(desk, connection, row, make(state, find(reference, triples, "round")))
