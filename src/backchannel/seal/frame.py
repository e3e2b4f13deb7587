"""What stands around a letter inside its wrapping: version, suite, handshake, ratchet header.

Every frame of one bucket has the same layout, with or without a handshake, so that how much a
letter can hold, and with it the size the relay sees, depends on the letter's body alone.

    1 version | 1 suite | 1 has handshake | 1216 handshake or zeros | 40 ratchet header | ciphertext

>>> frame = Frame(handshake=b"", header=bytes(HEADER_BYTES), ciphertext=b"sealed")
>>> decode(encode(frame)) == frame
True
"""

from dataclasses import dataclass
from typing import Final

from backchannel.seal.errors import OldProtocolError, UnauthenticError

VERSION: Final = 1
# X3DH over Curve25519, ML-KEM-768 mixed in, Double Ratchet, AES-256-GCM-SIV, SHA-256.
SUITE: Final = 1
# All that this version would speak. It stands in the transcript: a peer that was shown another
# list ends up with other keys.
SUITES: Final = bytes([SUITE])

HANDSHAKE_BYTES: Final = 32 + 32 + 32 + 1088 + 32  # as handshake.py fills them
HEADER_BYTES: Final = 32 + 4 + 4  # as ratchet.py fills them
_PREFIX_BYTES: Final = 3
_WRAPPING_BYTES: Final = 12 + 16  # nonce and tag of wrapping.py
_TAG_BYTES: Final = 16  # of the ratchet's own cipher
# What a letter costs beside itself, between its packed form and the bytes the relay stores.
OVERHEAD: Final = _WRAPPING_BYTES + _PREFIX_BYTES + HANDSHAKE_BYTES + HEADER_BYTES + _TAG_BYTES

_NO_HANDSHAKE: Final = bytes(HANDSHAKE_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The parts of one letter as it travels; `handshake` is empty once the peer has answered."""

    handshake: bytes
    header: bytes
    ciphertext: bytes


def encode(frame: Frame) -> bytes:
    """Return the frame in its one layout."""
    prefix = bytes([VERSION, SUITE, bool(frame.handshake)])
    return prefix + (frame.handshake or _NO_HANDSHAKE) + frame.header + frame.ciphertext


def decode(data: bytes) -> Frame:
    """Return the frame that was encoded.

    Raises:
        OldProtocolError: another version or suite. Only a holder of the invitation can claim that:
            the wrapping has been opened by then.
        UnauthenticError: not a frame.
    """
    check_protocol(data, what="letter")
    handshake_end = _PREFIX_BYTES + HANDSHAKE_BYTES
    header_end = handshake_end + HEADER_BYTES
    handshake = data[_PREFIX_BYTES:handshake_end]
    frame = Frame(
        handshake=handshake if data[2:_PREFIX_BYTES] != b"\0" else b"",
        header=data[handshake_end:header_end],
        ciphertext=data[header_end:],
    )
    # One frame, one spelling: a flag that is neither 0 nor 1, or bytes hidden in the empty place
    # of a handshake, would be room for signals and for confusion.
    if len(data) < header_end or encode(frame) != data:
        raise UnauthenticError("the wrapping opened, but what is in it is not laid out as a letter")
    return frame


def check_protocol(data: bytes, *, what: str) -> None:
    """Refuse what does not begin with the version and suite spoken here.

    Raises:
        OldProtocolError: it names another version or suite, or none.
    """
    if data[:2] != bytes([VERSION, SUITE]):
        raise OldProtocolError(
            f"this {what} is written in protocol {list(data[:2])}, this desk reads "
            f"[{VERSION}, {SUITE}] (version, suite): one of the two desks needs a newer release"
        )
