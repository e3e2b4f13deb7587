"""Opening a channel, inviting, accepting the rules, making sure who is at the other end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from backchannel.channel.names import SeatId, check_name
from backchannel.channel.record import Frozen, Opened, SeatAdded, SeatClosed, Thawed
from backchannel.channel.said import RulesAccepted
from backchannel.desk import tables
from backchannel.desk.desk import ID_BYTES, Desk
from backchannel.desk.errors import DeskError, UsageError
from backchannel.desk.ledger import load_caucus, load_channel, record_entry, record_said
from backchannel.desk.receiving import welcome
from backchannel.desk.session.finding import find_caucus, find_channel
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
from backchannel.seal.errors import SealError
from backchannel.seal.invitation import Invitation, encode
from backchannel.seal.session import offer, safety_number
from backchannel.seal.session import safety_words as words_of
from backchannel.seal.signatures import new_signing_key, public_key

SECRET_BYTES = 32
WEEK = 168  # hours
MAX_HOURS = 24 * 60
MAX_RULES = 50_000  # bytes: the welcome that carries them must fit one letter
DEFAULT_RULES = (
    "What you say is kept on your desk and on the mediator's, and nowhere else. It is used only as "
    "its handling allows; a handling binds an honest mediator's desk. Exploring is not signed; an "
    "accord is. What is said by telephone or in person may be recorded by the mediator in its own "
    "words. Each side may erase its own notes; what was conveyed before stays conveyed."
)


class MismatchError(DeskError):
    """The safety words heard are not those of this caucus: somebody may stand between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyWords:
    """What is compared over another way; the words and the number are the same bits."""

    party: str
    words: tuple[str, ...]
    number: str
    verified: bool


def open_channel(
    desk: Desk,
    *,
    title: str,
    mediator: str,
    relay: str,
    pin: bytes,
    rules: str = DEFAULT_RULES,
    vouchers: Sequence[str] = (),
    proxy: str = "",
) -> str:
    """Open a channel as its mediator and return its identifier."""
    if len(rules.encode("utf-8", "surrogatepass")) > MAX_RULES:
        raise UsageError(f"the rules of a channel have at most {MAX_RULES:,} bytes; shorten them")
    key = new_signing_key()
    row = ChannelRow(
        channel=desk.new_id(),
        role="mediator",
        title=title,
        relay=relay,
        pin=pin,
        proxy=proxy,
        signing_key=key,
    )
    opened = Opened(
        at=desk.minute(),
        by=desk.person,
        title=title,
        mediator=mediator,
        mediator_key=public_key(key),
        rules=rules,
    )
    # Built and thrown away: an address that no invitation could carry is refused here and now.
    _invitation(
        row,
        _random_boxes(desk),
        bytes(SECRET_BYTES),
        expires=datetime(2026, 1, 1, tzinfo=UTC),
        needs_code=False,
    )
    with desk.transaction() as connection:
        if title in {known.title for known in tables.channels(connection)}:
            raise UsageError(f"this desk has a channel {title} already; choose another title")
        tables.add_channel(connection, row)
        record_entry(desk, connection, row, opened)
        _store_vouchers(connection, row, vouchers)
    return row.channel


def add_vouchers(desk: Desk, channel: str, vouchers: Sequence[str]) -> int:
    """Store vouchers from the relay's operator; return how many are there now."""
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        _store_vouchers(connection, row, vouchers)
        ((count,),) = connection.execute(
            "SELECT count(*) FROM vouchers WHERE channel = ?", (row.channel,)
        ).fetchall()
    return int(count)


def _store_vouchers(connection: Connection, row: ChannelRow, lines: Sequence[str]) -> None:
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
    """Add a seat for a party and return its invitation line. The relay is asked later.

    Raises:
        UsageError: too few vouchers, or hours out of range.
        RuleBrokenError: there is such a seat already.
    """
    if not 1 <= hours <= MAX_HOURS:
        raise UsageError(f"an invitation is valid for 1 to {MAX_HOURS} hours, not {hours}")
    check_name(name)
    secret, boxes = desk.draw(SECRET_BYTES), _random_boxes(desk)
    session, bundle = offer(invitation_secret=secret, spoken_code=spoken_code)
    expires = desk.minute().astimezone(UTC) + timedelta(hours=hours)
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        seat = SeatId(desk.new_id())
        record_entry(
            desk,
            connection,
            row,
            SeatAdded(at=desk.minute(), by=desk.person, seat=seat, name=name),
        )
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
        tables.store_caucus(connection, caucus)
        for request in _opening(_take_vouchers(connection, row), boxes, bundle):
            tables.add_errand(connection, seat, encode_request(request))
    return encode(_invitation(row, boxes, secret, expires=expires, needs_code=bool(spoken_code)))


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
    """Close a caucus: an invitation not used is void, a party that joined is cut off."""
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        caucus = find_caucus(connection, row.channel, seat)
        if caucus.state == "void":
            raise UsageError(f"the caucus with {caucus.name} is closed already")
        seat_key = SeatId(caucus.caucus)
        entry = SeatClosed(at=desk.minute(), by=desk.person, seat=seat_key)
        record_entry(desk, connection, row, entry)
        name = caucus.name
        caucus.name = load_channel(desk, connection, row.channel).seats[seat_key].name
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
        at = desk.seconds()
        words = f"the caucus with {name} was closed by this desk; the name can be invited again"
        tables.write_journal(connection, caucus, at, kind="revoked", words=words)


def accept_rules(desk: Desk, channel: str = "") -> None:
    """Accept the rules of the channel, as this desk was told them, and name the signing key."""
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="party")
        state = load_caucus(desk, connection, row.channel)
        event = RulesAccepted(
            at=desk.minute(),
            seen=state.told_count,
            by=desk.person,
            signing_key=public_key(row.signing_key),
        )
        record_said(desk, connection, row, event)


def safety_words(desk: Desk, channel: str = "", seat: str = "") -> SafetyWords:
    """Return the words of a caucus, to be compared over another way. Raises: DeskError."""
    with desk.vault.read() as connection:
        row = find_channel(connection, channel)
        caucus = find_caucus(connection, row.channel, seat)
    try:
        return SafetyWords(
            party=caucus.name,
            words=words_of(caucus.session),
            number=safety_number(caucus.session),
            verified=bool(caucus.verified),
        )
    except SealError as error:
        raise DeskError(f"{caucus.name} has not joined yet: there are no safety words") from error


def verify(desk: Desk, channel: str = "", seat: str = "", *, heard: str) -> None:
    """Record that the words, or the number, heard over another way are those of this caucus.

    Raises:
        MismatchError: they are not. This is recorded, and a caucus verified before is so no more.
    """
    expected = safety_words(desk, channel, seat)
    digits = "".join(c for c in heard if c.isdigit())
    fits = tuple(heard.lower().split()) == expected.words or (
        bool(digits) and digits == "".join(c for c in expected.number if c.isdigit())
    )
    with desk.transaction() as connection:
        row = find_channel(connection, channel)
        caucus = find_caucus(connection, row.channel, seat)
        caucus.verified = desk.seconds() if fits else 0
        tables.store_caucus(connection, caucus)
        words = "the safety words were compared and fit" if fits else "the safety words do NOT fit"
        kind = "verified" if fits else "mismatch"
        tables.write_journal(connection, caucus, desk.seconds(), kind=kind, words=words)
    if not fits:
        raise MismatchError(
            "these are not the safety words of this caucus: somebody may stand between; hear them "
            "again, and if they still differ, close the caucus and invite again over a safe way"
        )


def freeze(desk: Desk, channel: str, seat: str) -> None:
    """Let nothing go to a seat for now: its desk may be lost or stolen."""
    _set_frozen(desk, channel, seat, kind=Frozen)


def thaw(desk: Desk, channel: str, seat: str) -> None:
    """Let a frozen seat take part again, and welcome it if it joined meanwhile."""
    _set_frozen(desk, channel, seat, kind=Thawed)


def _set_frozen(desk: Desk, channel: str, seat: str, *, kind: type[Frozen] | type[Thawed]) -> None:
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        caucus = find_caucus(connection, row.channel, seat)
        key = SeatId(caucus.caucus)
        record_entry(desk, connection, row, kind(at=desk.minute(), by=desk.person, seat=key))
        known = load_channel(desk, connection, row.channel).caucuses[key]
        if kind is Thawed and caucus.state == "joined" and known.welcome is None:
            welcome(desk, connection, row, caucus)
