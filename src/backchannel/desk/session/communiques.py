"""Communiques at a desk: put by the mediator, agreed to by each party, released when all agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backchannel.channel.caucus import Caucus
from backchannel.channel.communique import (
    CommuniqueAnswered,
    CommuniquePutting,
    CommuniqueRelease,
    CommuniqueWithdrawal,
    HoldingLine,
)
from backchannel.channel.names import CommuniqueId, normalised
from backchannel.desk import tables
from backchannel.desk.desk import Desk
from backchannel.desk.ledger import load_channel, record_entry
from backchannel.desk.session.finding import find_channel, find_key
from backchannel.desk.session.mediating import require_verified, seat_names
from backchannel.desk.session.saying import When, speak


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What is put: the text, whom it credits, the line if something leaks, from when (UTC)."""

    text: str
    credit: str = ""
    holding_line: str = ""
    not_before: datetime | None = None


def put_communique(
    desk: Desk,
    channel: str,
    parties: Sequence[str],
    wording: Wording,
    *,
    override_unverified: str = "",
) -> str:
    """Put a communique to parties, and return its identifier.

    Raises:
        UnverifiedError: one of the caucuses was not verified, and no reason to go on is given.
    """
    key = CommuniqueId(desk.new_id())
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        seats = seat_names(load_channel(desk, connection, row.channel), parties)
        for seat in seats:
            caucus = tables.caucus(connection, seat)
            require_verified(desk, connection, caucus, override=override_unverified)
        entry = CommuniquePutting(
            at=desk.minute(),
            by=desk.person,
            communique=key,
            seats=seats,
            # It may rest on words of several parties: no invisible mark of one goes to another.
            text=normalised(wording.text),
            credit=normalised(wording.credit),
            holding_line=normalised(wording.holding_line),
            not_before=wording.not_before,
        )
        record_entry(desk, connection, row, entry)
    return key


def answer_communique(
    desk: Desk, channel: str, communique: str, *, agrees: bool, text: str = ""
) -> None:
    """Agree, as a party, to a communique as it stands, or say what stands in the way."""

    def make(state: Caucus, when: When) -> CommuniqueAnswered:
        key = CommuniqueId(find_key(communique, state.communiques, "communique"))
        return CommuniqueAnswered(**when, communique=key, agrees=agrees, text=text)

    speak(desk, channel, make)


def release_communique(desk: Desk, channel: str, communique: str) -> None:
    """Tell all that it may be said in public: all have agreed, and its time has come."""
    _on(desk, channel, communique, CommuniqueRelease)


def use_holding_line(desk: Desk, channel: str, communique: str) -> None:
    """Tell all that something has leaked and the holding line is what everybody says."""
    _on(desk, channel, communique, HoldingLine)


def withdraw_communique(desk: Desk, channel: str, communique: str) -> None:
    """Put a communique no longer. Why is not told."""
    _on(desk, channel, communique, CommuniqueWithdrawal)


def _on(
    desk: Desk,
    channel: str,
    communique: str,
    kind: type[CommuniqueRelease] | type[HoldingLine] | type[CommuniqueWithdrawal],
) -> None:
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        known = load_channel(desk, connection, row.channel).communiques
        key = CommuniqueId(find_key(communique, known, "communique"))
        record_entry(desk, connection, row, kind(at=desk.minute(), by=desk.person, communique=key))
