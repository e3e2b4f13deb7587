"""What a seat missed while it had no desk, or was frozen: its part of the agenda, rounds to come.

Both are entered again as they stand; `disclosure.tell` tells them only to whom they are new, so
that no other party can notice from its own letters that somebody has joined.
"""

from collections.abc import Iterator
from dataclasses import replace

from backchannel.channel.channel import Channel
from backchannel.channel.disclosure import tell
from backchannel.channel.events import Entry
from backchannel.channel.rules import RoundLife, Standing
from backchannel.desk.desk import Desk
from backchannel.desk.ledger import load_channel, record_entry
from backchannel.desk.tables import ChannelRow
from backchannel.desk.vault_database import Connection


def catch_up(desk: Desk, connection: Connection, row: ChannelRow) -> None:
    """Tell every seat that can be told what it has not been told yet."""
    state = load_channel(desk, connection, row.channel)
    if state.standing is Standing.CLOSED:
        return
    for entry in _standing(desk, state):
        if tell(state, entry):
            record_entry(desk, connection, row, entry)


def _standing(desk: Desk, state: Channel) -> Iterator[Entry]:
    at = desk.minute()
    if state.agenda is not None:
        yield replace(state.agenda, at=at, by="")
    for known in state.rounds.values():
        seats = [state.seats[seat] for seat in known.call.seats]
        # A frozen seat is called to nothing, and a round without it would be another round.
        missing = any(seat.frozen or seat.closed for seat in seats)
        to_come = known.life is RoundLife.CALLED and known.call.begins > at and known.held is None
        if to_come and not missing:
            yield replace(known.call, at=at, by="")
