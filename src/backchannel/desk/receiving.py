"""Taking in one letter: unseal, decode, may, apply, record, acknowledge, in one transaction.

Promises: what is applied was written by the peer, once, in its order. An authentic letter that the
rules refuse is recorded as refused, acknowledged and shown, and never blocks what follows. A letter
that is not the peer's goes to a bounded quarantine and is no gap. Whatever happens, the caller may
have the relay forget the letter once this returns: it is either taken in or worth nothing.
"""

from enum import Enum
from hashlib import sha256

from backchannel.channel import caucus as caucuses
from backchannel.channel import caucus_rules, channel_rules
from backchannel.channel import channel as channels
from backchannel.channel.accord_statements import adherence_statement, declaration_statement
from backchannel.channel.accord_text import parse
from backchannel.channel.caucus import redacted
from backchannel.channel.caucus_communiques import check_agreed
from backchannel.channel.communique import CommuniqueReleased, HoldingLineUsed
from backchannel.channel.errors import ChannelError, RuleBrokenError
from backchannel.channel.events import FromParty, ToParty
from backchannel.channel.names import SeatId
from backchannel.channel.proposals import Answered
from backchannel.channel.record import Received, Welcome
from backchannel.channel.said import Adhered, Erased
from backchannel.channel.told import AccordReleased, UseRequested, Welcomed
from backchannel.desk import arrivals, regaining, repairing, tables
from backchannel.desk.catching_up import catch_up
from backchannel.desk.desk import Desk
from backchannel.desk.ledger import (
    add_folded,
    add_refused,
    erase_stored,
    is_erased,
    load_caucus,
    load_channel,
    record_entry,
    seal_waiting,
)
from backchannel.desk.repairing import AheadError, Took
from backchannel.desk.repairs import SILENT
from backchannel.desk.tables import CaucusRow, ChannelRow
from backchannel.desk.vault_database import Connection
from backchannel.post.order import Arrivals, Verdict, arrive
from backchannel.seal.errors import (
    AttemptError,
    OldBundleError,
    OldProtocolError,
    RepeatedLetterError,
    SealError,
    SecondJoinError,
)
from backchannel.seal.letters import Kind, Letter
from backchannel.seal.session import unseal
from backchannel.seal.signatures import verify
from backchannel.wire.codec import decode_from_party, decode_to_party, encode
from backchannel.wire.errors import WireError

MAX_TRIES = 3  # wrong spoken codes before an invitation is void
GRACE = 86_400  # seconds that two desks' clocks may differ when an invitation expires


class Taken(Enum):
    """What became of a letter."""

    APPLIED = "applied"
    HELD = "held"
    REPEATED = "repeated"
    RECEIPT = "receipt"
    STRANGE = "strange"
    LEFT = "left"  # of a session that is not the present one
    REPAIRED = "repaired"


def receive(desk: Desk, caucus: str, ciphertext: bytes) -> Taken:
    """Take in one letter as it came from the relay, and say what became of it."""
    with desk.transaction() as connection:
        row = tables.caucus(connection, caucus)
        if row.repair in SILENT:
            return Taken.LEFT
        try:
            _refuse_void(desk, row)
            session, letter = unseal(row.session, ciphertext)
            _check_ack(row, letter)
        except RepeatedLetterError:
            _receipt_again(connection, row, ciphertext)
            return Taken.REPEATED
        except SealError as error:
            return _refused_letter(desk, connection, row, ciphertext, error=error)
        row.session = session
        if row.state == "invited":
            _joined(desk, connection, row)
        if letter.kind is Kind.RECEIPT:
            row.heard = sha256(ciphertext).digest()
        taken = _take(desk, connection, row, letter)
        # After taking, so that what waited for the window acknowledges this letter, too. The
        # receipt is left to the courier: one for all that a collection brought.
        seal_waiting(connection, row)
        tables.store_caucus(connection, row)
    return taken


def _refused_letter(
    desk: Desk, connection: Connection, row: CaucusRow, ciphertext: bytes, *, error: SealError
) -> Taken:
    """Look whether a letter that the session refuses is of another session of this caucus."""
    match repairing.take(desk, connection, row, ciphertext, error=error):
        case Took.REPAIRED:
            return Taken.REPAIRED
        case Took.LEFT:
            return Taken.LEFT
        case _:
            _strange(desk, connection, row, ciphertext, error=error)
            return Taken.STRANGE


def _receipt_again(connection: Connection, row: CaucusRow, ciphertext: bytes) -> None:
    # The peer may have missed our receipt: the same bytes go out again. Not in answer to its own
    # last receipt, or one receipt that a relay doubles would go to and fro for ever.
    if row.receipt is not None and sha256(ciphertext).digest() != row.heard:
        row.receipt_due = 1
        tables.store_caucus(connection, row)


def _refuse_void(desk: Desk, row: CaucusRow) -> None:
    if row.state == "void":
        raise SealError("this caucus is closed: invite the party again")
    if row.state == "invited" and row.expires and desk.seconds() > row.expires + GRACE:
        raise SealError("a party joined after the invitation had expired: invite it again")


def _check_ack(row: CaucusRow, letter: Letter) -> None:
    if letter.epoch != row.epoch:
        raise SealError("the peer counts its sessions otherwise than this desk: speak to it")
    if letter.ack > row.sent:
        raise AheadError("the peer acknowledges letters that were never sent: speak to it")


def _take(desk: Desk, connection: Connection, row: CaucusRow, letter: Letter) -> Taken:
    if letter.ack > row.acknowledged:
        row.acknowledged = letter.ack
        connection.execute(
            "DELETE FROM outbox WHERE caucus = ? AND counter <= ?", (row.caucus, letter.ack)
        )
        if not tables.mediates(connection, row.channel):
            arrivals.note_confirmed(connection, row, desk.seconds())
    if letter.kind is Kind.RECEIPT:
        return Taken.RECEIPT
    if letter.counter < 1:
        _refused(desk, connection, row, words="a letter came without a number; it was not kept")
        return Taken.REPEATED
    held = tables.held_counters(connection, row.caucus)
    arrived, verdict = arrive(Arrivals(row.applied, held), letter.counter)
    if verdict is Verdict.NEXT:
        bodies = [letter.body]
        if arrived.applied > letter.counter:
            upto = arrived.applied
            bodies += tables.take_held(connection, row.caucus, letter.counter, upto)
        for body in bodies:
            row.applied += 1
            if not regaining.took(desk, connection, row, body):
                _apply(desk, connection, row, body)
            regaining.finish(desk, connection, row)
        return Taken.APPLIED
    if verdict is Verdict.HELD:
        connection.execute(
            "INSERT INTO held VALUES (?, ?, ?, ?)",
            (row.caucus, letter.counter, letter.body, desk.seconds()),
        )
        return Taken.HELD
    if verdict is Verdict.BEYOND:
        words = "a letter came from further ahead than an honest desk sends; it was not kept"
        _refused(desk, connection, row, words=words)
    return Taken.REPEATED


def _refused(desk: Desk, connection: Connection, row: CaucusRow, *, words: str) -> None:
    tables.write_journal(connection, row, desk.seconds(), kind="refused", words=words)


def _apply(desk: Desk, connection: Connection, row: CaucusRow, body: bytes) -> None:
    event: FromParty | ToParty | None = None
    try:
        if tables.mediates(connection, row.channel):
            event = decode_from_party(body)
            _apply_said(desk, connection, row, event)
        else:
            event = decode_to_party(body)
            _apply_told(desk, connection, row, event)
    except (ChannelError, WireError) as error:
        # Poison: it counts, it is shown, and what follows is taken as ever. Nobody is to see that
        # it was an answer to a proposal: "answered already" would say that one has come.
        why = "it breaks the rules" if isinstance(event, Answered) else str(error)
        add_refused(connection, row.channel, row.caucus)
        _refused(desk, connection, row, words=f"refused a letter: {why}")


def _apply_said(desk: Desk, connection: Connection, row: CaucusRow, event: FromParty) -> None:
    state = load_channel(desk, connection, row.channel)
    entry = Received(at=desk.minute(), seat=SeatId(row.caucus), event=event)
    channel_rules.may(state, entry)
    if isinstance(event, Adhered):
        _check_adherence(state.accords[event.accord].text, row.name, event.signature)
    after = channels.apply(state, entry)
    add_folded(desk, connection, (row.channel, ""), body=encode(entry), state=after)
    if isinstance(event, Erased):
        erase_stored(desk, connection, (row.channel, row.caucus), event.note)


def _apply_told(desk: Desk, connection: Connection, row: CaucusRow, event: ToParty) -> None:
    state = load_caucus(desk, connection, row.channel)
    caucus_rules.may(state, event)
    if isinstance(event, AccordReleased):
        _check_released(state.accords[event.accord].text, event)
    if isinstance(event, CommuniqueReleased | HoldingLineUsed):
        check_agreed(state.communiques, event)
    if isinstance(event, UseRequested) and is_erased(state, event.note):
        event = redacted(event, event.note)
    after = caucuses.apply(state, event)
    if isinstance(event, Welcomed):
        tables.rename_channel(connection, row.channel, event.title)
        row.name = event.party
    add_folded(desk, connection, (row.channel, row.caucus), body=encode(event), state=after)


def _check_adherence(text: str, party: str, signature: bytes) -> None:
    key = next(p.key for p in parse(text).parties if p.name == party)
    if not verify(key, adherence_statement(text, party), signature):
        raise RuleBrokenError(f"the signature of {party} does not hold for the accord's text")


def _check_released(text: str, event: AccordReleased) -> None:
    for signature in event.signatures:
        _check_adherence(text, signature.party, signature.signature)
    accord = parse(text)
    if event.declaration and not verify(
        accord.mediator_key, declaration_statement(text), event.declaration
    ):
        raise RuleBrokenError("the mediator's signature does not hold for the accord's text")


def _joined(desk: Desk, connection: Connection, row: CaucusRow) -> None:
    row.state = "joined"
    tables.write_journal(
        connection,
        row,
        desk.seconds(),
        kind="joined",
        words=f"{row.name} joined; compare the safety words over another way before conveying",
    )
    tables.store_caucus(connection, row)
    welcome(desk, connection, tables.channel(connection, row.channel), row)


def welcome(desk: Desk, connection: Connection, channel_row: ChannelRow, row: CaucusRow) -> None:
    """Tell a party that has joined what this channel is, or later when the talks go on."""
    entry = Welcome(at=desk.minute(), by="", seat=SeatId(row.caucus))
    try:
        record_entry(desk, connection, channel_row, entry)
    except RuleBrokenError as error:
        tables.write_journal(
            connection, row, desk.seconds(), kind="waiting", words=f"not welcomed yet: {error}"
        )
        return
    catch_up(desk, connection, channel_row)
    stored = tables.caucus(connection, row.caucus)
    row.queued, row.sent, row.session, row.told = (
        stored.queued,
        stored.sent,
        stored.session,
        stored.told,
    )


def _strange(
    desk: Desk, connection: Connection, row: CaucusRow, letter: bytes, *, error: SealError
) -> None:
    at = desk.seconds()
    if isinstance(error, AttemptError):
        known = connection.execute(
            "SELECT count(*) FROM attempts WHERE caucus = ? AND attempt = ?",
            (row.caucus, error.attempt),
        ).fetchall()[0][0]
        if known:
            return
        connection.execute("INSERT INTO attempts VALUES (?, ?)", (row.caucus, error.attempt))
        _count_try(desk, connection, row, error)
        return
    kind = "old protocol" if isinstance(error, OldProtocolError) else "strange letter"
    if isinstance(error, OldBundleError):
        kind = "join attempt"
    tables.quarantine(connection, row, at, letter)
    tables.write_once(connection, row, at, kind=kind, words=str(error))


def _count_try(desk: Desk, connection: Connection, row: CaucusRow, error: AttemptError) -> None:
    at = desk.seconds()
    if isinstance(error, SecondJoinError):
        words = (
            f"somebody tried to join as {row.name} a second time with its invitation and was "
            "refused: the invitation was copied, or the party tried again from another desk; ask it"
        )
        tables.write_once(connection, row, at, kind="join attempt", words=words)
        return
    ((tries,),) = connection.execute(
        "SELECT count(*) FROM attempts WHERE caucus = ?", (row.caucus,)
    ).fetchall()
    left = MAX_TRIES - tries
    words = f"somebody tried to join as {row.name} without the right spoken code; {left} tries left"
    if left <= 0:
        row.state = "void"
        tables.store_caucus(connection, row)
        words = f"three wrong spoken codes for {row.name}: the invitation is void, invite again"
    tables.write_journal(connection, row, at, kind="join attempt", words=words)
