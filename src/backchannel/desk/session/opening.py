"""Opening a channel, its relay, accepting the rules, making sure who is at the other end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from backchannel.channel.record import Opened
from backchannel.channel.said import RulesAccepted
from backchannel.desk import tables
from backchannel.desk.desk import Desk
from backchannel.desk.errors import DeskError, UsageError
from backchannel.desk.ledger import load_caucus, load_channel, record_entry, record_said
from backchannel.desk.repairs import RETURNING, require_whole
from backchannel.desk.session.finding import find_caucus, find_channel
from backchannel.desk.session.inviting import check_address, store_vouchers
from backchannel.desk.tables import ChannelRow
from backchannel.seal.errors import SealError
from backchannel.seal.session import safety_number
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
    relay: str = "",
    pin: bytes = b"",
    rules: str = DEFAULT_RULES,
    vouchers: Sequence[str] = (),
    proxy: str = "",
) -> str:
    """Open a channel as its mediator and return its identifier.

    Without a relay it is for what is spoken, until `set_relay` lets desks be invited.
    """
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
    if relay:
        check_address(desk, row)
    elif pin or proxy or any(line.strip() for line in vouchers):
        raise UsageError("a pin, a proxy and vouchers belong to a relay: name the relay too")
    with desk.transaction() as connection:
        if title in {known.title for known in tables.channels(connection)}:
            raise UsageError(f"this desk has a channel {title} already; choose another title")
        tables.add_channel(connection, row)
        record_entry(desk, connection, row, opened)
        store_vouchers(connection, row, vouchers)
    return row.channel


def set_relay(
    desk: Desk,
    channel: str,
    *,
    relay: str,
    pin: bytes = b"",
    proxy: str = "",
    vouchers: Sequence[str] = (),
) -> None:
    """Give a channel that was opened without one the relay its desks will use.

    Raises:
        UsageError: parties were invited over another relay, where their mailboxes are.
    """
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        if tables.caucuses(connection, row.channel):
            raise UsageError(
                f"desks of this channel were invited over {row.relay}, where their mailboxes are: "
                "the relay of a channel cannot be changed then"
            )
        row = replace(row, relay=relay, pin=pin, proxy=proxy)
        check_address(desk, row)
        tables.set_relay(connection, row)
        store_vouchers(connection, row, vouchers)


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
        state = load_channel(desk, connection, row.channel) if row.mediates else None
        caucus = find_caucus(connection, row.channel, seat, state)
    if caucus.repair != RETURNING:  # by then the new session is there
        require_whole(caucus, mediates=row.mediates)
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
