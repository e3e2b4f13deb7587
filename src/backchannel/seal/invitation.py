"""The invitation: one line that brings a party's desk to the mediator's, by QR code or by hand.

It carries what the relay may know (addresses and secrets of two mailboxes) and the invitation
secret, which the relay never learns. Whoever reads it can join: it is for single use, expires, and
where `needs_code` is set is of no use without a code said over another way.

The line is `BACKCHANNEL1:` and base32, the characters a QR code holds most densely. Spaces, line
breaks and lower case, as copying brings them in, do no harm; every other slip is caught.

>>> from datetime import UTC
>>> invitation = Invitation(
...     relay="http://127.0.0.1:8000", pin=b"",
...     up_mailbox=bytes(16), up_send=bytes(32), down_mailbox=bytes(16), down_read=bytes(32),
...     secret=bytes(32), expires=datetime(2026, 3, 8, tzinfo=UTC), needs_code=False)
>>> line = encode(invitation)
>>> decode(line.lower().replace("a", " a")) == invitation
True
>>> decode(line[:100])
Traceback (most recent call last):
backchannel.seal.errors.InvitationError: this invitation is cut short: copy the whole line again
"""

import base64
import binascii
import hashlib
import ipaddress
import re
import struct
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from backchannel.seal.errors import InvitationError

_VERSION: Final = 1
_NAME: Final = "BACKCHANNEL"
_START: Final = re.compile(rf"{_NAME}(\d{{1,6}}):(.*)", re.ASCII | re.DOTALL)
_LENGTH: Final = struct.Struct(">H")  # of all that follows it, but the checksum
# expires in seconds since 1970, needs a code, up mailbox, its send secret, down mailbox, its read
# secret, invitation secret, has a pin, pin; the relay's address is the rest
_FIXED: Final = struct.Struct(">Q?16s32s16s32s32s?32s")
_CHECKSUM_BYTES: Final = 8
_PIN_BYTES: Final = 32
_MAX_RELAY: Final = 200
_MAX_LINE: Final = 4_000  # characters; a valid one has at most 660
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LENGTHS: Final = (
    ("up_mailbox", 16),
    ("up_send", 32),
    ("down_mailbox", 16),
    ("down_read", 32),
    ("secret", 32),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What a party's desk needs in order to join.

    `relay` is its URL; `pin` the SHA-256 of its TLS certificate (DER), empty for plain http, which
    only loopback and onion addresses may use. `up` is party to mediator. `expires` is in UTC, in
    whole seconds; whether that is over, the caller's clock decides.
    """

    relay: str
    pin: bytes
    up_mailbox: bytes
    up_send: bytes = field(repr=False)
    down_mailbox: bytes
    down_read: bytes = field(repr=False)
    secret: bytes = field(repr=False)
    expires: datetime
    needs_code: bool

    def __post_init__(self) -> None:
        for name, length in _LENGTHS:
            if len(getattr(self, name)) != length:
                raise InvitationError(f"the invitation's {name} must have {length} bytes")
        _check_relay(self.relay, self.pin)
        if self.expires.utcoffset() != timedelta(0) or self.expires.microsecond:
            raise InvitationError("an invitation expires at a time in UTC, in whole seconds")
        if self.expires < _EPOCH:
            raise InvitationError("an invitation cannot expire before 1970")


def encode(invitation: Invitation) -> str:
    """Return the line."""
    fixed = _FIXED.pack(
        (invitation.expires - _EPOCH) // timedelta(seconds=1),
        invitation.needs_code,
        invitation.up_mailbox,
        invitation.up_send,
        invitation.down_mailbox,
        invitation.down_read,
        invitation.secret,
        bool(invitation.pin),
        invitation.pin,
    )
    content = fixed + invitation.relay.encode("ascii")
    body = _LENGTH.pack(len(content)) + content
    return f"{_NAME}{_VERSION}:" + _base32(body + _checksum(body))


def decode(line: str) -> Invitation:
    """Return the invitation of a line.

    Raises:
        InvitationError: one sentence: no invitation, another version, cut short, or mistyped.
    """
    visible = _visible(line)
    content = _content(_bytes_of(visible))
    if len(content) < _FIXED.size:
        raise InvitationError("this invitation has not all its parts: ask for another one")
    seconds, needs_code, up, up_send, down, down_read, secret, has_pin, pin = _FIXED.unpack_from(
        content
    )
    try:
        invitation = Invitation(
            relay=content[_FIXED.size :].decode("ascii"),
            pin=pin if has_pin else b"",
            up_mailbox=up,
            up_send=up_send,
            down_mailbox=down,
            down_read=down_read,
            secret=secret,
            expires=_EPOCH + timedelta(seconds=seconds),
            needs_code=needs_code,
        )
    except (OverflowError, UnicodeDecodeError) as wrong:
        raise InvitationError(
            "this invitation holds a time or an address that cannot be: ask for another one"
        ) from wrong
    # One invitation, one line: covers flags that are neither 0 nor 1 and bits that say nothing.
    if encode(invitation) != visible:
        raise InvitationError("this invitation is mistyped or has too much in it: copy it again")
    return invitation


def _visible(line: str) -> str:
    if len(line) > _MAX_LINE:
        raise InvitationError(f"an invitation has at most {_MAX_LINE} characters: copy one line")
    return "".join(c for c in line if not _is_blank(c)).upper()


def _bytes_of(visible: str) -> bytes:
    match = _START.fullmatch(visible)
    if match is None:
        raise InvitationError(f"this is no invitation: one begins with {_NAME}{_VERSION}:")
    version, letters = match.groups()
    if version != str(_VERSION):
        raise InvitationError(
            f"this invitation is of version {version}, this desk reads {_VERSION}: "
            "one of the two desks needs a newer release"
        )
    try:
        # Whole bytes of what is there: a line cut anywhere is told as cut, not as mistyped.
        whole = letters[: len(letters) - len(letters) % 8 + _whole(len(letters) % 8)]
        return base64.b32decode(whole + "=" * (-len(whole) % 8))
    except (binascii.Error, ValueError) as wrong:
        raise InvitationError(
            "this invitation holds a character that none has (A to Z and 2 to 7): copy it again"
        ) from wrong


def _whole(letters: int) -> int:
    """Return how many of the last letters (0 to 7) make whole bytes."""
    return max(count for count in (0, 2, 4, 5, 7) if count <= letters)


def _content(data: bytes) -> bytes:
    start = _LENGTH.size
    end = start + (_LENGTH.unpack_from(data)[0] if len(data) >= start else 0)
    if len(data) < end + _CHECKSUM_BYTES:
        raise InvitationError("this invitation is cut short: copy the whole line again")
    body, rest = data[:end], data[end:]
    if rest != _checksum(body):
        raise InvitationError("this invitation is mistyped or has too much in it: copy it again")
    return body[start:]


def _checksum(body: bytes) -> bytes:
    """Return what tells a slip of the pen. Against intent the line has no protection."""
    return hashlib.sha256(b"backchannel/1 invitation" + body).digest()[:_CHECKSUM_BYTES]


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=")


def _is_blank(character: str) -> bool:
    """Return whether copying may have put it there: white space, or a mark that nobody sees."""
    return character.isspace() or unicodedata.category(character) in ("Cf", "Cc")


def _check_relay(relay: str, pin: bytes) -> None:
    if not (relay.isascii() and relay.isprintable() and len(relay) <= _MAX_RELAY):
        raise InvitationError(f"a relay's address has at most {_MAX_RELAY} plain ASCII characters")
    try:
        url = urlsplit(relay)
        host, _ = url.hostname or "", url.port
    except ValueError as wrong:
        raise InvitationError("the relay's address is no URL: https://HOST:PORT") from wrong
    if url.scheme == "https" and host and len(pin) == _PIN_BYTES:
        return
    if url.scheme == "http" and _needs_no_tls(host) and not pin:
        return
    raise InvitationError(
        "a relay is reached by https with the pin of its certificate (32 bytes), or by http "
        "without one on loopback or at an onion address"
    )


def _needs_no_tls(host: str) -> bool:
    if host == "localhost" or host.endswith(".onion"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
