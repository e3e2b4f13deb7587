"""What a restored desk takes back from the other side of a caucus, and what it does afterwards.

The other side sends, in the order of the caucus, what this desk lost of both directions. What the
other side had said comes as ever; what this desk had said itself is entered as such. Promised:

- What one side has acknowledged is there once, at both ends, afterwards.
- What a restored party had said and the mediator's desk never had is said again, if the rules still
  allow it, else shown; the mediator's desk sends again what the party never had.
- If a mediator's desk finds that it had told a party something else under the same number, the two
  records cannot be one again: the caucus stops, and that is shown.
- Of what comes back as this desk's own, the signatures are its own or it is refused. All else is
  taken on the other side's word: nothing said while exploring is signed.
"""

import struct
from contextlib import suppress
from dataclasses import replace
from typing import Final

from backchannel.channel import caucus_rules, channel_rules
from backchannel.channel.accord_statements import adherence_statement, declaration_statement
from backchannel.channel.caucus import Caucus
from backchannel.channel.errors import ChannelError, RuleBrokenError
from backchannel.channel.events import FromParty, ToParty
from backchannel.channel.names import SeatId
from backchannel.channel.returned import Returned
from backchannel.channel.said import Adhered, Erased, RulesAccepted, Saying
from backchannel.channel.told import AccordReleased, Telling, Welcomed
from backchannel.desk import repairs, returning, tables
from backchannel.desk.desk import Desk
from backchannel.desk.ledger import (
    REFUSED_OURS,
    add_event,
    add_refused,
    enqueue,
    erase_stored,
    load_caucus,
    load_channel,
    load_either,
)
from backchannel.desk.repairs import FORKED, RETURNING, STARTED
from backchannel.desk.tables import CaucusRow, ChannelRow
from backchannel.desk.vault_database import Connection
from backchannel.seal.signatures import public_key, verify
from backchannel.wire.codec import decode, decode_from_party, decode_to_party, encode
from backchannel.wire.errors import WireError

ANSWER: Final = struct.Struct(">Q")  # the number of the letter with which the return ends
# In the place of an event that was refused: of the reader's own, or of the writer's.
GAP: Final = b""
GAP_OF_THEIRS: Final = b"\x00"


def took(desk: Desk, connection: Connection, row: CaucusRow, body: bytes) -> bool:
    """Take a letter that belongs to a repair of our own, and tell whether it was one.

    `row.applied` counts it already.
    """
    if row.repair == FORKED:
        return True
    if row.repair == STARTED:
        _answered(desk, connection, row, body)
        return True
    if row.repair != RETURNING:
        return False
    if body == GAP_OF_THEIRS:
        add_refused(connection, row.channel, row.caucus)
        return True
    channel = tables.channel(connection, row.channel)
    if not _is_ours(body, Telling if channel.mediates else Saying):
        return False
    row.carried += 1
    try:
        if channel.mediates:
            _told_once(desk, connection, row, channel, body=body)
        else:
            _said_once(desk, connection, row, channel, body=body)
    except (ChannelError, WireError) as error:
        add_refused(connection, row.channel, row.caucus, refused=REFUSED_OURS)
        words = f"refused an event that was returned as this desk's own: {error}"
        tables.write_journal(connection, row, desk.seconds(), kind="refused", words=words)
    return True


def _answered(desk: Desk, connection: Connection, row: CaucusRow, body: bytes) -> None:
    kept = repairs.load(connection, row.caucus)
    if kept is None or len(body) != ANSWER.size:
        words = "the answer to a repair cannot be read: ask the other side which release it uses"
        tables.write_journal(connection, row, desk.seconds(), kind="refused", words=words)
        return
    (kept.last,) = ANSWER.unpack(body)
    row.repair = RETURNING
    # The letter that started this is acknowledged, and was no event.
    row.carried -= 1
    repairs.store(connection, kept)


def _is_ours(body: bytes, own: type) -> bool:
    with suppress(WireError):
        return body == GAP or isinstance(decode(body), own)
    return False


def _said_once(
    desk: Desk, connection: Connection, row: CaucusRow, channel: ChannelRow, *, body: bytes
) -> None:
    """Enter an event of this party's own, as the mediator's desk has it."""
    if body == GAP:
        add_refused(connection, row.channel, row.caucus, refused=REFUSED_OURS)
        return
    state, event = load_caucus(desk, connection, row.channel), decode_from_party(body)
    caucus_rules.may(state, event)
    _check_said(public_key(channel.signing_key), state, event)
    add_event(connection, row.channel, row.caucus, body)
    if isinstance(event, Erased):
        erase_stored(desk, connection, (row.channel, row.caucus), event.note)


def _check_said(ours: bytes, state: Caucus, event: FromParty) -> None:
    if isinstance(event, RulesAccepted) and event.signing_key != ours:
        raise RuleBrokenError("it names another signing key than this desk's")
    if isinstance(event, Adhered):
        party = state.welcome.party if state.welcome else ""
        statement = adherence_statement(state.accords[event.accord].text, party)
        if not verify(ours, statement, event.signature):
            raise RuleBrokenError("its signature was not made with this desk's key")


def _told_once(
    desk: Desk, connection: Connection, row: CaucusRow, channel: ChannelRow, *, body: bytes
) -> None:
    """Enter what this mediator's desk had told the party, as the party's desk has it."""
    state = load_channel(desk, connection, row.channel)
    caucus = state.caucuses[SeatId(row.caucus)]
    number = repairs.confirmed(row)
    if number <= caucus.told_count:
        ours = returning.told_as(caucus, number)
        if body != GAP and (ours is None or not returning.is_same(ours, decode_to_party(body))):
            _fork(desk, connection, row)
        return
    if body == GAP:
        add_refused(connection, row.channel, row.caucus, refused=REFUSED_OURS)
        return
    event = decode_to_party(body)
    entry = Returned(at=desk.minute(), seat=SeatId(row.caucus), event=event)
    channel_rules.may(state, entry)
    _check_told(public_key(channel.signing_key), caucus, event)
    add_event(connection, row.channel, "", encode(entry))


def _check_told(ours: bytes, caucus: Caucus, event: ToParty) -> None:
    if isinstance(event, Welcomed) and event.mediator_key != ours:
        raise RuleBrokenError("it names another signing key than this desk's")
    if isinstance(event, AccordReleased) and event.declaration:
        statement = declaration_statement(caucus.accords[event.accord].text)
        if not verify(ours, statement, event.declaration):
            raise RuleBrokenError("its declaration was not made with this desk's key")


def _fork(desk: Desk, connection: Connection, row: CaucusRow) -> None:
    row.repair = FORKED
    words = (
        f"as an old copy of itself, this desk told {row.name} something else than it remembers: "
        "the two records cannot be one again; revoke the caucus and invite the party again"
    )
    tables.write_journal(connection, row, desk.seconds(), kind="old copy", words=words)


def finish(desk: Desk, connection: Connection, row: CaucusRow) -> None:
    """Take the caucus into use again once the last letter of the return has been applied."""
    kept = repairs.load(connection, row.caucus) if row.repair == RETURNING else None
    if kept is None or row.applied < kept.last:
        return
    row.repair = ""
    caucus, mediates = load_either(desk, connection, row)
    if mediates:
        again = returning.told_beyond(caucus, repairs.confirmed(row))
        for event in again:
            enqueue(desk, connection, row, encode(event))
        sent = len(again)
    else:
        sent = _say_again(desk, connection, row)
    # Not at the mediator's desk: answers of which nothing may be shown yet would count in it.
    counted = "" if mediates else f" ({kept.last - 1} events; {sent} are sent again)"
    words = (
        "this caucus has a new session and all that the other side could return"
        f"{counted}: compare the safety words, which are new"
    )
    tables.write_journal(connection, row, desk.seconds(), kind="repaired", words=words)


def _say_again(desk: Desk, connection: Connection, row: CaucusRow) -> int:
    """Say what had not arrived before the loss, in its order, as far as the rules allow it now."""
    rows = connection.execute(
        "SELECT body FROM unsaid WHERE caucus = ? ORDER BY place", (row.caucus,)
    ).fetchall()
    connection.execute("DELETE FROM unsaid WHERE caucus = ?", (row.caucus,))
    sent = 0
    for (body,) in rows:
        state, event = load_caucus(desk, connection, row.channel), decode_from_party(body)
        if any(returning.is_same(event, there) for there in state.entries.values()):
            continue
        # What it answers has not changed for its author; the order alone must hold.
        event = replace(event, seen=max(event.seen, state.seen_by_party))
        try:
            caucus_rules.may(state, event)
        except RuleBrokenError as error:
            words = f"something said before the restore never arrived and was not kept: {error}"
            tables.write_journal(connection, row, desk.seconds(), kind="not said", words=words)
            continue
        add_event(connection, row.channel, row.caucus, encode(event))
        if isinstance(event, Erased):
            erase_stored(desk, connection, (row.channel, row.caucus), event.note)
        enqueue(desk, connection, row, encode(event))
        sent += 1
    return sent
