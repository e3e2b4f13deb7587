"""Bringing a party's desk in and cutting it off: vouchers, invite, freeze, revoke.

An invitation is for a seat. If there is none of that name, one is added; a seat that had no desk so
far gets one, and stays what it was: the mediator's own record of what was spoken is not touched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from backchannel.channel.names import SeatId, check_name
from backchannel.channel.record import Frozen, SeatAdded, SeatClosed, Thawed
from backchannel.desk import tables
from backchannel.desk.catching_up import catch_up
from backchannel.desk.desk import ID_BYTES, Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.ledger import load_channel, record_entry
from backchannel.desk.receiving import welcome
from backchannel.desk.session.finding import find_channel, find_seat, without_desk
from backchannel.desk.tables import CaucusRow, ChannelRow
from backchannel.desk.vault_database import Connection
from backchannel.post import vouchers as written
from backchannel.post.codec import encode_request
from backchannel.post.messages import (
    Close,
    Open,
    PutBundle,
    Request,
    hashed,
)
from backchannel.seal.invitation import Invitation, encode
from backchannel.seal.session import offer

SECRET_BYTES = 32
WEEK = 168  # hours
MAX_HOURS = 24 * 60
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)
CODE_DIGITS = 8  # 10^8 codes, of which three can be tried
_EVEN = 250  # bytes below it give every digit equally often


def check_address(desk: Desk, row: ChannelRow) -> None:
    """Refuse here and now an address that no invitation could carry. Raises: SealError."""
    secret = bytes(SECRET_BYTES)
    _invitation(row, _random_boxes(desk), secret, expires=_ANY_TIME, needs_code=False)


def add_vouchers(desk: Desk, channel: str, vouchers: Sequence[str]) -> int:
    """Store vouchers from the relay's operator; return how many are there now."""
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        store_vouchers(connection, row, vouchers)
        ((count,),) = connection.execute(
            "SELECT count(*) FROM vouchers WHERE channel = ?", (row.channel,)
        ).fetchall()
    return int(count)


def store_vouchers(connection: Connection, row: ChannelRow, lines: Sequence[str]) -> None:
    """Store vouchers, one a line, each once. Raises: PostError."""
    for line in lines:
        if line.strip():
            connection.execute(
                "INSERT OR IGNORE INTO vouchers VALUES (?, ?)", (row.channel, written.read(line))
            )


@dataclass(frozen=True, slots=True)
class _Boxes:
    """The two mailboxes of a caucus with the four secrets."""

    up: bytes
    up_send: bytes
    up_read: bytes
    down: bytes
    down_send: bytes
    down_read: bytes


def _random_boxes(desk: Desk) -> _Boxes:
    draw = desk.draw
    return _Boxes(
        up=draw(ID_BYTES),
        up_send=draw(SECRET_BYTES),
        up_read=draw(SECRET_BYTES),
        down=draw(ID_BYTES),
        down_send=draw(SECRET_BYTES),
        down_read=draw(SECRET_BYTES),
    )


def invite(desk: Desk, channel: str, name: str, *, hours: int = WEEK, spoken_code: str = "") -> str:
    """Invite a party to its seat and return the invitation line. The relay is asked later.

    Raises:
        UsageError: no relay, too few vouchers, or hours out of range.
        RuleBrokenError: there is such a seat already, and it has a desk.
    """
    if not 1 <= hours <= MAX_HOURS:
        raise UsageError(f"an invitation is valid for 1 to {MAX_HOURS} hours, not {hours}")
    check_name(name)
    secret, boxes = desk.draw(SECRET_BYTES), _random_boxes(desk)
    session, bundle = offer(invitation_secret=secret, spoken_code=spoken_code)
    expires = desk.minute().astimezone(UTC) + timedelta(hours=hours)
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        _require_relay(row)
        seat = _seat_for(desk, connection, row, name)
        caucus = CaucusRow(
            caucus=seat,
            channel=row.channel,
            name=name,
            state="invited",
            session=session,
            needs_code=int(bool(spoken_code)),
            expires=int(expires.timestamp()),
            send_box=boxes.down,
            send_secret=boxes.down_send,
            read_box=boxes.up,
            read_secret=boxes.up_read,
        )
        tables.add_caucus(connection, caucus)
        for request in _opening(_take_vouchers(connection, row), boxes, bundle):
            tables.add_errand(connection, seat, encode_request(request))
    return encode(_invitation(row, boxes, secret, expires=expires, needs_code=bool(spoken_code)))


def draw_code(desk: Desk) -> str:
    """Return a short code to be said over another way, every digit equally likely."""
    found = b""
    while len(found) < CODE_DIGITS:
        found += bytes(byte for byte in desk.draw(2 * CODE_DIGITS) if byte < _EVEN)
    digits = "".join(str(byte % 10) for byte in found[:CODE_DIGITS])
    return f"{digits[:4]} {digits[4:]}"


def _require_relay(row: ChannelRow) -> None:
    if not row.relay:
        raise UsageError(
            "the channel has no relay yet, and a desk needs one: give it one with `backchannel "
            "channel relay URL --vouchers FILE`"
        )


def _seat_for(desk: Desk, connection: Connection, row: ChannelRow, name: str) -> SeatId:
    """Return the seat of that name that has no desk, or a new one. Raises: RuleBrokenError."""
    state = load_channel(desk, connection, row.channel)
    for known in without_desk(connection, state):
        if known.name == name:
            return known.seat
    seat = SeatId(desk.new_id())
    entry = SeatAdded(at=desk.minute(), by=desk.person, seat=seat, name=name)
    record_entry(desk, connection, row, entry)
    return seat


def _take_vouchers(connection: Connection, row: ChannelRow) -> tuple[bytes, bytes]:
    rows = connection.execute(
        "SELECT voucher FROM vouchers WHERE channel = ? ORDER BY voucher LIMIT 2", (row.channel,)
    ).fetchall()
    if len(rows) < 2:  # noqa: PLR2004 - one for each mailbox
        raise UsageError(
            f"an invitation needs two vouchers of the relay and {len(rows)} are left: ask the "
            "relay's operator for more and add them to the channel"
        )
    for (voucher,) in rows:
        connection.execute(
            "DELETE FROM vouchers WHERE channel = ? AND voucher = ?", (row.channel, voucher)
        )
    return rows[0][0], rows[1][0]


def _opening(vouchers: tuple[bytes, bytes], boxes: _Boxes, bundle: bytes) -> list[Request]:
    return [
        Open(
            voucher=vouchers[0],
            mailbox=boxes.up,
            read_hash=hashed(boxes.up_read),
            send_hash=hashed(boxes.up_send),
        ),
        Open(
            voucher=vouchers[1],
            mailbox=boxes.down,
            read_hash=hashed(boxes.down_read),
            send_hash=hashed(boxes.down_send),
        ),
        PutBundle(mailbox=boxes.down, send_secret=boxes.down_send, bundle=bundle),
    ]


def _invitation(
    row: ChannelRow, boxes: _Boxes, secret: bytes, *, expires: datetime, needs_code: bool
) -> Invitation:
    return Invitation(
        relay=row.relay,
        pin=row.pin,
        up_mailbox=boxes.up,
        up_send=boxes.up_send,
        down_mailbox=boxes.down,
        down_read=boxes.down_read,
        secret=secret,
        expires=expires,
        needs_code=needs_code,
    )


def revoke(desk: Desk, channel: str, seat: str) -> None:
    """Close a seat: an invitation not used is void, a party that joined is cut off."""
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        known = find_seat(load_channel(desk, connection, row.channel), seat)
        if known.closed:
            raise UsageError(f"the caucus with {known.name} is closed already")
        entry = SeatClosed(at=desk.minute(), by=desk.person, seat=known.seat)
        record_entry(desk, connection, row, entry)
        caucus = tables.caucus_if_any(connection, known.seat)
        if caucus is not None:
            caucus.name = load_channel(desk, connection, row.channel).seats[known.seat].name
            _cut_off(desk, connection, caucus)
        words = (
            f"the caucus with {known.name} was closed by this desk; the name can be invited again"
        )
        of = (row.channel, known.seat)
        tables.write_journal_of(connection, of, desk.seconds(), kind="revoked", words=words)


def _cut_off(desk: Desk, connection: Connection, caucus: CaucusRow) -> None:
    caucus.state = "void"
    tables.store_caucus(connection, caucus)
    # Its own mailbox is closed; in the other lies the bundle, where one that no invitation
    # opens takes its place: whoever still tries to join is told so at once.
    _, other = offer(invitation_secret=desk.draw(SECRET_BYTES))
    for request in (
        PutBundle(mailbox=caucus.send_box, send_secret=caucus.send_secret, bundle=other),
        Close(mailbox=caucus.read_box, read_secret=caucus.read_secret),
    ):
        tables.add_errand(connection, caucus.caucus, encode_request(request))


def freeze(desk: Desk, channel: str, seat: str) -> None:
    """Let nothing go to a seat for now: its desk may be lost or stolen."""
    _set_frozen(desk, channel, seat, kind=Frozen)


def thaw(desk: Desk, channel: str, seat: str) -> None:
    """Let a frozen seat take part again, and welcome it if it joined meanwhile."""
    _set_frozen(desk, channel, seat, kind=Thawed)


def _set_frozen(desk: Desk, channel: str, seat: str, *, kind: type[Frozen] | type[Thawed]) -> None:
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        key = find_seat(load_channel(desk, connection, row.channel), seat).seat
        record_entry(desk, connection, row, kind(at=desk.minute(), by=desk.person, seat=key))
        known = load_channel(desk, connection, row.channel).caucuses[key]
        caucus = tables.caucus_if_any(connection, key)
        joined = caucus if caucus is not None and caucus.state == "joined" else None
        if kind is Thawed and joined is not None and known.welcome is None:
            welcome(desk, connection, row, joined)
        elif kind is Thawed:
            catch_up(desk, connection, row)
