"""What the mediator does towards parties: remark, suspend, resume, close; who was verified."""

from collections.abc import Callable, Sequence

from backchannel.channel.channel import Channel
from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.events import Entry
from backchannel.channel.names import (
    QuestionId,
    SeatId,
)
from backchannel.channel.record import (
    Closure,
    Remark,
    Resumption,
    Suspension,
)
from backchannel.channel.told import Closing
from backchannel.desk import tables
from backchannel.desk.desk import Desk
from backchannel.desk.errors import DeskError
from backchannel.desk.ledger import load_channel, record_entry, refuse_void
from backchannel.desk.receiving import welcome
from backchannel.desk.session.finding import find_caucus, find_channel, find_key
from backchannel.desk.tables import CaucusRow, ChannelRow
from backchannel.desk.vault_database import Connection

Make = Callable[[Channel, Connection, ChannelRow], Entry]


class UnverifiedError(DeskError):
    """The safety words of the caucus were not compared, and nobody decided to go on regardless."""


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


def enter(desk: Desk, channel: str, make: Make) -> None:
    """Make an entry from the channel as it stands, and record it, in one transaction."""
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        entry = make(load_channel(desk, connection, row.channel), connection, row)
        record_entry(desk, connection, row, entry)


def remark(desk: Desk, channel: str, seat: str, *, text: str, answers: str = "") -> None:
    """Say something to a party as the mediator, perhaps in answer to its question."""

    def make(state: Channel, connection: Connection, row: ChannelRow) -> Entry:
        to = SeatId(find_caucus(connection, row.channel, seat, state).caucus)
        theirs = {k: q for k, q in state.caucuses[to].questions.items() if q.from_party}
        return Remark(
            at=desk.minute(),
            by=desk.person,
            seat=to,
            text=text,
            answers=QuestionId(find_key(answers, theirs, "question")) if answers else None,
        )

    enter(desk, channel, make)


def suspend(desk: Desk, channel: str, *, text: str = "") -> None:
    """Suspend the talks; every party is told the same."""
    enter(desk, channel, lambda *_: Suspension(at=desk.minute(), by=desk.person, text=text))


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
    enter(desk, channel, lambda *_: Closure(at=desk.minute(), by=desk.person, text=text, how=how))


def seat_names(state: Channel, names: Sequence[str]) -> tuple[SeatId, ...]:
    """Return the seats of these names. Raises: RuleBrokenError."""
    by_name = {seat.name: seat.seat for seat in state.seats.values()}
    unknown = [name for name in names if name not in by_name]
    if unknown:
        raise RuleBrokenError(
            f"no seat is named {', '.join(unknown)}; there are: {', '.join(by_name) or 'none'}"
        )
    return tuple(by_name[name] for name in names)
