"""The courier: brings letters to the relay and fetches what lies there, as often as it takes.

Promises: a letter is put again, as the same bytes, until the *peer* has acknowledged it; a letter
fetched is taken in before the relay is asked to forget it; errands (opening mailboxes, laying down
a bundle, replacing secrets) are stored before they are run and can all be run twice. So the courier
may be killed anywhere: it goes on where the vault says.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from backchannel.desk import arrivals, tables
from backchannel.desk.desk import Desk
from backchannel.desk.ledger import seal_receipt
from backchannel.desk.receiving import Taken, receive
from backchannel.desk.repairing import mend
from backchannel.desk.repairs import SILENT
from backchannel.desk.tables import CaucusRow, ChannelRow
from backchannel.desk.vault_database import Connection
from backchannel.post.codec import decode_request
from backchannel.post.errors import RelayDownError
from backchannel.post.messages import (
    Answer,
    BundleStored,
    Close,
    Closed,
    Collect,
    Collected,
    Forget,
    Open,
    Opened,
    Put,
    PutBundle,
    Reason,
    Refused,
    Request,
    Rotate,
    Rotated,
    Side,
    Stored,
)
from backchannel.post.relay_port import RelayPort
from backchannel.seal.session import is_established

FIRST_RETRY = 30  # seconds until a letter is put again if the peer has not acknowledged it
LAST_RETRY = 3600
FINAL = frozenset({Reason.NOT_ADMITTED, Reason.VOUCHER, Reason.CONFLICT})  # asking again is no use
MAX_PASSES = 200  # of one round: a relay that never runs dry must not keep a desk for ever

DONE: dict[type, type] = {Open: Opened, PutBundle: BundleStored, Rotate: Rotated, Close: Closed}

Ports = Callable[[ChannelRow], RelayPort]


@dataclass(slots=True)
class Report:
    """What one round has moved; `down` are sentences about relays that could not be used."""

    sent: int = 0
    received: int = 0
    waiting: int = 0
    down: list[str] = field(default_factory=list)


def sync(desk: Desk, ports: Ports, *, wait: int = 0) -> Report:
    """Go round all caucuses until nothing moves any more; `wait` seconds for the first letter."""
    report = Report()
    with desk.vault.read() as connection:
        rows = tables.caucuses(connection)
        places = {row.channel: row for row in tables.channels(connection)}
    for row in rows:
        try:
            visit(desk, ports(places[row.channel]), row.caucus, report, wait=wait)
        except RelayDownError as error:
            report.down = list(dict.fromkeys([*report.down, str(error)]))
    with desk.vault.read() as connection:
        ((report.waiting,),) = connection.execute(
            "SELECT count(*) FROM outbox JOIN caucuses USING (caucus) WHERE state != 'void'"
        ).fetchall()
    return report


def visit(desk: Desk, port: RelayPort, caucus: str, report: Report, *, wait: int = 0) -> None:
    """Run errands, deliver and collect for one caucus until nothing moves.

    Raises:
        RelayDownError: nobody answered; what was done is done, the rest waits.
    """
    if not run_errands(desk, port, caucus):
        return
    mend(desk, port, caucus)
    greet_again(desk, caucus)
    for _ in range(MAX_PASSES):
        with desk.vault.read() as connection:
            if is_silent(tables.caucus(connection, caucus)):
                return
        moved = deliver(desk, port, caucus, report)
        taken = collect(desk, port, caucus, report, wait=wait)
        if not moved and not taken:
            return
        wait = 0


def is_silent(row: CaucusRow) -> bool:
    """Tell whether nothing is carried for a caucus: it is closed, or its session lost or in doubt.

    What lies at the relay stays there meanwhile: it may be another copy of this desk that reads it.
    """
    return row.state == "void" or row.repair in SILENT


def run_errands(desk: Desk, port: RelayPort, caucus: str) -> bool:
    """Run what the relay is still to be asked; tell whether all of it is done."""
    with desk.vault.read() as connection:
        pending = tables.errands(connection, caucus)
    for errand, data in pending:
        request = decode_request(data)
        answer = port.ask(request)
        refused = isinstance(answer, Refused)
        if isinstance(answer, Refused) and answer.reason not in FINAL:
            _show_refusal(desk, caucus, answer)
            return False
        if not isinstance(answer, (Refused, DONE[type(request)])):
            raise RelayDownError("the relay answered an errand with something else")
        with desk.transaction() as connection:
            row = tables.caucus(connection, caucus)
            if refused:
                _errand_refused(desk, connection, row, request=request)
            elif isinstance(request, Rotate):
                _use_new_secret(row, request.side)
            tables.drop_errand(connection, errand)
            tables.store_caucus(connection, row)
    return True


def _use_new_secret(row: CaucusRow, side: Side) -> None:
    if side is Side.SEND and row.new_send_secret is not None:
        row.send_secret, row.new_send_secret = row.new_send_secret, None
    elif row.new_read_secret is not None:
        row.read_secret, row.new_read_secret = row.new_read_secret, None


def _errand_refused(
    desk: Desk, connection: Connection, row: CaucusRow, *, request: Request
) -> None:
    words = {
        "Open": "the relay refused to open a mailbox: the voucher is unknown or used; "
        "add vouchers and invite again",
        "PutBundle": "the relay refused the key bundle: invite again",
        "Rotate": "the relay refused to replace a secret: somebody else may have used this "
        "invitation before you; tell the mediator over another way",
    }.get(type(request).__name__)
    if words is not None:
        row.state = "void"
        at = desk.seconds()
        tables.write_journal(connection, row, at, kind="relay refused", words=words)


def deliver(desk: Desk, port: RelayPort, caucus: str, report: Report) -> bool:
    """Put what is due; tell whether anything was put."""
    moved = False
    _acknowledge(desk, caucus)
    with desk.vault.read() as connection:
        row = tables.caucus(connection, caucus)
        due = connection.execute(
            "SELECT counter, letter_id, letter FROM outbox "
            "WHERE caucus = ? AND letter IS NOT NULL AND due <= ? ORDER BY counter",
            (caucus, desk.seconds()),
        ).fetchall()
    if row.receipt_due and row.receipt is not None and row.receipt_id is not None:
        answer = port.ask(_put(row, row.receipt_id, row.receipt))
        moved = _stored(desk, caucus, answer, report=report)
        if moved:
            with desk.transaction() as connection:
                connection.execute(
                    "UPDATE caucuses SET receipt_due = 0 WHERE caucus = ? AND receipt_id = ?",
                    (caucus, row.receipt_id),
                )
    for counter, letter_id, letter in due:
        if not _stored(desk, caucus, port.ask(_put(row, letter_id, letter)), report=report):
            return moved
        report.sent += 1
        moved = True
        with desk.transaction() as connection:
            _put_off(desk, connection, caucus, counter)
    return moved


def _acknowledge(desk: Desk, caucus: str) -> None:
    """Seal one receipt for all that was applied since the last letter that said so.

    Here and not with each letter: of the receipts of a batch only the last would ever be put, and
    the peer would keep a key for each of the others.
    """
    with desk.vault.read() as connection:
        row = tables.caucus(connection, caucus)
    if row.state != "joined" or row.told >= row.applied:
        return
    with desk.transaction() as connection:
        row = tables.caucus(connection, caucus)
        seal_receipt(desk, row)
        tables.store_caucus(connection, row)


def _put(row: CaucusRow, letter_id: bytes, letter: bytes) -> Put:
    return Put(
        mailbox=row.send_box, send_secret=row.send_secret, letter_id=letter_id, letter=letter
    )


def _put_off(desk: Desk, connection: Connection, caucus: str, counter: int) -> None:
    ((tries,),) = connection.execute(
        "SELECT tries FROM outbox WHERE caucus = ? AND counter = ?", (caucus, counter)
    ).fetchall() or [(0,)]
    pause = min(FIRST_RETRY * 2**tries, LAST_RETRY)
    connection.execute(
        "UPDATE outbox SET due = ?, tries = ? WHERE caucus = ? AND counter = ?",
        (desk.seconds() + pause, min(tries + 1, 10), caucus, counter),
    )


def _stored(desk: Desk, caucus: str, answer: Answer, *, report: Report) -> bool:
    if isinstance(answer, Stored):
        return True
    if not isinstance(answer, Refused):
        raise RelayDownError("the relay answered a letter with something else")
    if answer.reason in {Reason.QUOTA, Reason.DISK_FULL}:
        # It passes by itself; said to whoever waits, and kept in no journal.
        report.down = list(dict.fromkeys([*report.down, answer.reason.words]))
    else:
        _show_refusal(desk, caucus, answer)
    return False


def _show_refusal(desk: Desk, caucus: str, answer: Refused) -> None:
    """Write a refusal of the relay into the journal, once and not at every try."""
    words = f"the relay refused: {answer.reason.words}"
    with desk.transaction() as connection:
        row = tables.caucus(connection, caucus)
        tables.write_once(connection, row, desk.seconds(), kind="relay refused", words=words)


def collect(desk: Desk, port: RelayPort, caucus: str, report: Report, *, wait: int = 0) -> bool:
    """Fetch what lies in the mailbox and take it in; tell whether anything lay there."""
    with desk.vault.read() as connection:
        row = tables.caucus(connection, caucus)
    begun = desk.seconds()
    answer = port.ask(Collect(mailbox=row.read_box, read_secret=row.read_secret, wait=wait))
    if isinstance(answer, Refused):
        _show_refusal(desk, caucus, answer)
        return False
    brought = take_in(desk, port, row, answer, report=report)
    if not brought:
        _note_empty(desk, row, begun)
    return brought


def _note_empty(desk: Desk, row: CaucusRow, begun: int) -> None:
    """Note, at the mediator's desk, that nothing more lay in a mailbox when this was begun.

    Not from a pushed or long awaited answer, which may have lain between the two for hours.
    """
    with desk.vault.read() as connection:
        known = arrivals.collected_at(connection, row.caucus) // arrivals.A_MINUTE
        mediates = tables.channel(connection, row.channel).mediates
    if mediates and begun // arrivals.A_MINUTE != known:
        with desk.vault.transaction() as connection:
            arrivals.note_collected(connection, row.caucus, begun)


def take_in(desk: Desk, port: RelayPort, row: CaucusRow, answer: Answer, *, report: Report) -> bool:
    """Take in what a collection brought, and have the relay forget it."""
    if not isinstance(answer, Collected):
        raise RelayDownError("the relay answered a collection with something else")
    if answer.stale_attempts > row.stale_attempts:
        _show_stale(desk, row, answer.stale_attempts)
    for _, letter in answer.letters:
        taken = receive(desk, row.caucus, letter)
        report.received += taken in {Taken.APPLIED, Taken.HELD}
    if answer.letters:
        forget = Forget(
            mailbox=row.read_box,
            read_secret=row.read_secret,
            letter_ids=tuple(dict.fromkeys(letter_id for letter_id, _ in answer.letters)),
        )
        port.ask(forget)
    return bool(answer.letters)


def _show_stale(desk: Desk, row: CaucusRow, attempts: int) -> None:
    with desk.transaction() as connection:
        fresh = tables.caucus(connection, row.caucus)
        fresh.stale_attempts = attempts
        tables.store_caucus(connection, fresh)
        tables.write_once(
            connection,
            fresh,
            desk.seconds(),
            kind="join attempt",
            words="a secret of this caucus that was already replaced has been tried at the relay: "
            "somebody else holds the invitation, or a copy of a desk; ask the other side",
        )


def greet_again(desk: Desk, caucus: str) -> None:
    """Have the party's greeting put again, as long as the mediator has not answered it."""
    with desk.transaction() as connection:
        row = tables.caucus(connection, caucus)
        if row.receipt is not None and not is_established(row.session):
            row.receipt_due = 1
            tables.store_caucus(connection, row)
