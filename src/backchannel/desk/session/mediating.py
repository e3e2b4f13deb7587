"""What the mediator does between parties: convey, correct, remark, ask for a use, suspend."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backchannel.channel.channel import Channel
from backchannel.channel.channel_rules import may
from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.handling import Attribution
from backchannel.channel.names import (
    ConveyanceId,
    NoteId,
    QuestionId,
    RequestId,
    Rows,
    SeatId,
    normalised,
)
from backchannel.channel.record import (
    Basis,
    Closure,
    Conveyance,
    Correction,
    Entry,
    Remark,
    Resumption,
    Suspension,
    UseRequest,
)
from backchannel.channel.told import Closing
from backchannel.desk import tables
from backchannel.desk.desk import Desk
from backchannel.desk.errors import DeskError, UsageError
from backchannel.desk.ledger import load_channel, record_entry, refuse_void
from backchannel.desk.receiving import welcome
from backchannel.desk.session.finding import find, find_caucus, find_channel, find_key
from backchannel.desk.tables import CaucusRow, ChannelRow
from backchannel.desk.vault_database import Connection

Make = Callable[[Channel, Connection, ChannelRow], Entry]


class UnverifiedError(DeskError):
    """The safety words of the caucus were not compared, and nobody decided to go on regardless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conveying:
    """What is to be conveyed, as the mediator asks for it.

    An empty text stands for the words of the one note it rests on. `override_unverified` is the
    reason for conveying although the safety words were not compared; it is recorded.
    """

    seat: str
    attribution: Attribution
    rests_on: Sequence[str] = ()
    text: str = ""
    rows: Rows = ()
    condition_met_by: str = ""
    override_unverified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConveyPreview:
    """What would be conveyed, for the mediator to look at once more."""

    party: str
    text: str
    rows: Rows
    attribution: Attribution
    rests_on: tuple[tuple[str, str, str], ...]
    verified: bool


def convey(desk: Desk, channel: str, conveying: Conveying) -> str:
    """Convey something to a party, and return the conveyance's identifier.

    Raises:
        HandlingForbidsError: an author has not allowed this use.
        UnverifiedError: the caucus was not verified, and no reason to go on is given.
    """
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        caucus, entry = _conveyance(desk, connection, row, conveying)
        require_verified(desk, connection, caucus, override=conveying.override_unverified)
        record_entry(desk, connection, row, entry)
    return entry.conveyance


def preview_convey(desk: Desk, channel: str, conveying: Conveying) -> ConveyPreview:
    """Return what would be conveyed; refuses what conveying would, and changes nothing."""
    with desk.vault.read() as connection:
        row = find_channel(connection, channel, role="mediator")
        caucus, entry = _conveyance(desk, connection, row, conveying)
        state = load_channel(desk, connection, row.channel)
    may(state, entry)
    notes = (
        (state.seats[b.seat].name, state.caucuses[b.seat].notes[b.note]) for b in entry.rests_on
    )
    return ConveyPreview(
        party=caucus.name,
        text=entry.text,
        rows=entry.rows,
        attribution=entry.attribution,
        rests_on=tuple((name, note.said.text, note.handling.words) for name, note in notes),
        verified=bool(caucus.verified),
    )


def _conveyance(
    desk: Desk, connection: Connection, row: ChannelRow, conveying: Conveying
) -> tuple[CaucusRow, Conveyance]:
    state = load_channel(desk, connection, row.channel)
    caucus = find_caucus(connection, row.channel, conveying.seat)
    bases = tuple(find_note(state, reference) for reference in conveying.rests_on)
    text, rows = conveying.text, conveying.rows
    if not text:
        if len(bases) != 1:
            raise UsageError("say in which words, or name exactly one note to convey as it is")
        said = state.caucuses[bases[0].seat].notes[bases[0].note].said
        text, rows = said.text, rows or said.rows
    if conveying.attribution is not Attribution.AUTHOR:
        text = normalised(text)
        rows = tuple(tuple(normalised(cell) for cell in cells) for cells in rows)
    met = conveying.condition_met_by
    notes = state.caucuses[SeatId(caucus.caucus)].notes
    return caucus, Conveyance(
        at=desk.minute(),
        by=desk.person,
        seat=SeatId(caucus.caucus),
        conveyance=ConveyanceId(desk.new_id()),
        text=text,
        rows=rows,
        attribution=conveying.attribution,
        rests_on=bases,
        condition_met_by=NoteId(find_key(met, notes, "note")) if met else None,
    )


def find_note(state: Channel, reference: str) -> Basis:
    """Return the note meant, of all caucuses. Raises: UsageError."""
    triples = (
        (note, "", Basis(seat=seat, note=note))
        for seat, caucus in state.caucuses.items()
        for note in caucus.notes
    )
    return find(reference, triples, "note")


def require_verified(
    desk: Desk, connection: Connection, caucus: CaucusRow, *, override: str
) -> None:
    """Let nothing go to an unverified caucus without a deliberate override, which is recorded.

    Raises:
        RuleBrokenError: the caucus is closed.
        UnverifiedError: not verified, and no reason given.
    """
    refuse_void(caucus)
    if caucus.verified:
        return
    if not override.strip():
        raise UnverifiedError(
            f"the safety words of {caucus.name} have not been compared: compare them over another "
            "way first, or give a reason for going on without, which is recorded"
        )
    words = f"went on although {caucus.name} was not verified: {override.strip()}"
    tables.write_journal(connection, caucus, desk.seconds(), kind="override", words=words)


def _enter(desk: Desk, channel: str, make: Make) -> None:
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        entry = make(load_channel(desk, connection, row.channel), connection, row)
        record_entry(desk, connection, row, entry)


def correct(
    desk: Desk,
    channel: str,
    conveyance: str,
    *,
    text: str,
    rows: Rows = (),
    override_unverified: str = "",
) -> None:
    """Tell a recipient what stands in the place of something conveyed wrongly.

    Raises:
        UnverifiedError: the caucus is not verified (any more), and no reason to go on is given.
    """

    def make(state: Channel, connection: Connection, _: ChannelRow) -> Entry:
        key = ConveyanceId(find_key(conveyance, state.conveyances, "conveyance"))
        # It carries words of others as the conveyance itself did.
        caucus = tables.caucus(connection, state.conveyances[key].seat)
        require_verified(desk, connection, caucus, override=override_unverified)
        plain = state.conveyances[key].attribution is not Attribution.AUTHOR
        return Correction(
            at=desk.minute(),
            by=desk.person,
            conveyance=key,
            text=normalised(text) if plain else text,
            rows=tuple(tuple(normalised(cell) for cell in cells) for cells in rows)
            if plain
            else rows,
        )

    _enter(desk, channel, make)


def remark(desk: Desk, channel: str, seat: str, *, text: str, answers: str = "") -> None:
    """Say something to a party as the mediator, perhaps in answer to its question."""

    def make(state: Channel, connection: Connection, row: ChannelRow) -> Entry:
        to = SeatId(find_caucus(connection, row.channel, seat).caucus)
        theirs = {k: q for k, q in state.caucuses[to].questions.items() if q.from_party}
        return Remark(
            at=desk.minute(),
            by=desk.person,
            seat=to,
            text=text,
            answers=QuestionId(find_key(answers, theirs, "question")) if answers else None,
        )

    _enter(desk, channel, make)


def request_use(
    desk: Desk, channel: str, note: str, *, attribution: Attribution, text: str = ""
) -> str:
    """Ask the author of a note for a use of it, in its own or in this wording."""
    request = RequestId(desk.new_id())

    def make(state: Channel, *_: object) -> Entry:
        basis = find_note(state, note)
        said = state.caucuses[basis.seat].notes[basis.note].said
        return UseRequest(
            at=desk.minute(),
            by=desk.person,
            seat=basis.seat,
            request=request,
            note=basis.note,
            attribution=attribution,
            text=text or said.text,
        )

    _enter(desk, channel, make)
    return request


def suspend(desk: Desk, channel: str, *, text: str = "") -> None:
    """Suspend the talks; every party is told the same."""
    _enter(desk, channel, lambda *_: Suspension(at=desk.minute(), by=desk.person, text=text))


def resume(desk: Desk, channel: str, *, text: str = "") -> None:
    """Let the talks go on, and welcome whoever joined meanwhile."""
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        record_entry(desk, connection, row, Resumption(at=desk.minute(), by=desk.person, text=text))
        state = load_channel(desk, connection, row.channel)
        for caucus in tables.caucuses(connection, row.channel):
            known = state.caucuses[SeatId(caucus.caucus)]
            if caucus.state == "joined" and known.welcome is None:
                welcome(desk, connection, row, caucus)


def close(desk: Desk, channel: str, *, how: Closing, text: str = "") -> None:
    """Close the channel. Steps of accords in force are still reported in it."""
    _enter(desk, channel, lambda *_: Closure(at=desk.minute(), by=desk.person, text=text, how=how))


def seat_names(state: Channel, names: Sequence[str]) -> tuple[SeatId, ...]:
    """Return the seats of these names. Raises: RuleBrokenError."""
    by_name = {seat.name: seat.seat for seat in state.seats.values()}
    unknown = [name for name in names if name not in by_name]
    if unknown:
        raise RuleBrokenError(
            f"no seat is named {', '.join(unknown)}; there are: {', '.join(by_name) or 'none'}"
        )
    return tuple(by_name[name] for name in names)
