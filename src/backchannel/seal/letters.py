"""Letters: what two desks of a caucus tell each other, padded so that only a size class shows.

A packed letter has one of three lengths, so that what the relay stores is one of `BUCKETS`,
whatever the body; a receipt always has the smallest. Packing is canonical: `pack(unpack(b)) == b`,
and nothing else unpacks. Content longer than `MAX_BODY` is for the caller to split.

    1 version | 1 suite | 4 epoch | 8 counter | 8 ack | 1 kind | 4 length | body | zeros

>>> letter = Letter(epoch=0, counter=1, ack=0, kind=Kind.EVENT, body=b"We can move on timing.")
>>> unpack(pack(letter)) == letter
True
>>> receipt = Letter(epoch=0, counter=1, ack=7, kind=Kind.RECEIPT, body=b"")
>>> len(pack(receipt)) == len(pack(letter)) == BUCKETS[0] - OVERHEAD
True
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from backchannel.seal.errors import OldProtocolError, SealError, UnauthenticError
from backchannel.seal.frame import OVERHEAD, SUITE, VERSION, check_protocol

# Sizes in bytes of what goes to the relay, as it goes there.
BUCKETS: Final = (4096, 16384, 65536)

_FIXED: Final = struct.Struct(">BBIQQBI")
_SIZES: Final = tuple(bucket - OVERHEAD for bucket in BUCKETS)
MAX_SMALL_BODY: Final = _SIZES[0] - _FIXED.size  # bytes that still travel in the smallest bucket
MAX_BODY: Final = _SIZES[-1] - _FIXED.size  # bytes
_MAX_EPOCH: Final = 2**32 - 1
_MAX_COUNT: Final = 2**63 - 1  # what SQLite can store


class Kind(IntEnum):
    """What a letter is for. A receipt acknowledges and uses up no counter."""

    EVENT = 1
    RECEIPT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter of one direction of a caucus.

    `counter` counts the letters of its direction, `ack` is the highest counter of the other
    direction below which nothing is missing. The body is opaque here.
    """

    epoch: int
    counter: int
    ack: int
    kind: Kind
    body: bytes

    def __post_init__(self) -> None:
        if not (
            0 <= self.epoch <= _MAX_EPOCH
            and 0 <= self.counter <= _MAX_COUNT
            and 0 <= self.ack <= _MAX_COUNT
        ):
            raise SealError(
                f"a letter with epoch {self.epoch}, counter {self.counter}, ack {self.ack}: "
                f"these are counts from 0 to {_MAX_EPOCH}, {_MAX_COUNT}, {_MAX_COUNT}"
            )
        most = MAX_SMALL_BODY if self.kind is Kind.RECEIPT else MAX_BODY
        if len(self.body) > most:
            raise SealError(
                f"a letter of kind {self.kind.name} with {len(self.body)} bytes: at most {most} "
                "fit, split the content"
            )


def pack(letter: Letter) -> bytes:
    """Return the letter in its canonical form, padded with zeros to the next of three lengths."""
    fixed = _FIXED.pack(
        VERSION,
        SUITE,
        letter.epoch,
        letter.counter,
        letter.ack,
        letter.kind,
        len(letter.body),
    )
    packed = fixed + letter.body
    return packed.ljust(min(size for size in _SIZES if size >= len(packed)), b"\0")


def unpack(packed: bytes) -> Letter:
    """Return the letter that was packed.

    Raises:
        OldProtocolError: a version, suite or kind not known here.
        UnauthenticError: not the canonical form of any letter.
    """
    check_protocol(packed, what="letter")
    if len(packed) not in _SIZES:
        raise UnauthenticError(f"a packed letter of {len(packed)} bytes: it has one of {_SIZES}")
    _, _, epoch, counter, ack, kind, length = _FIXED.unpack_from(packed)
    if kind not in list(Kind):
        raise OldProtocolError(f"a letter of kind {kind}: this desk knows {[*map(int, Kind)]}")
    body = packed[_FIXED.size : _FIXED.size + length]
    letter = _built(epoch=epoch, counter=counter, ack=ack, kind=Kind(kind), body=body)
    # Covers a false length, padding that is not zero, and a bucket larger than needed.
    if pack(letter) != packed:
        raise UnauthenticError("a letter that is not in its canonical form")
    return letter


def _built(*, epoch: int, counter: int, ack: int, kind: Kind, body: bytes) -> Letter:
    """Return the letter; what our own code may not build, the peer may not send."""
    try:
        return Letter(epoch=epoch, counter=counter, ack=ack, kind=kind, body=body)
    except SealError as wrong:
        raise UnauthenticError(str(wrong)) from wrong
