"""The mediator's key bundle: what a party needs in order to join while the mediator is away.

It lies in the mailbox wrapped under a key from the invitation secret, so that the relay can
neither read it nor put another in its place. Not under the spoken code: that one is short, and a
bundle under it could be tried at leisure. Its id is a hash of all of it, so that a handshake names
the very keys it was made with.

>>> bundle = Bundle(identity=bytes(32), signed_prekey=bytes(32), signature=bytes(64),
...                 one_time_prekey=bytes(32), kem=bytes(1184))
>>> decode(encode(bundle)) == bundle
True
"""

import hashlib
import struct
from dataclasses import dataclass
from typing import Final

from backchannel.seal.errors import UnauthenticError
from backchannel.seal.frame import SUITE, VERSION, check_protocol

_LAYOUT: Final = struct.Struct(">BB32s32s64s32s1184s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Public keys: Ed25519 identity, two Curve25519 prekeys (one signed), ML-KEM-768."""

    identity: bytes
    signed_prekey: bytes
    signature: bytes
    one_time_prekey: bytes
    kem: bytes


def encode(bundle: Bundle) -> bytes:
    """Return the bundle in its one layout."""
    return _LAYOUT.pack(
        VERSION,
        SUITE,
        bundle.identity,
        bundle.signed_prekey,
        bundle.signature,
        bundle.one_time_prekey,
        bundle.kem,
    )


def decode(data: bytes) -> Bundle:
    """Return the bundle that was encoded; whether its signature holds, X3DH will say.

    Raises:
        OldProtocolError: another version or suite.
        UnauthenticError: not a bundle.
    """
    check_protocol(data, what="bundle")
    if len(data) != _LAYOUT.size:
        raise UnauthenticError(f"a bundle has {_LAYOUT.size} bytes, this one {len(data)}")
    _, _, identity, signed_prekey, signature, one_time_prekey, kem = _LAYOUT.unpack(data)
    return Bundle(
        identity=identity,
        signed_prekey=signed_prekey,
        signature=signature,
        one_time_prekey=one_time_prekey,
        kem=kem,
    )


def bundle_id(bundle: Bundle) -> bytes:
    """Return the 32 bytes by which a handshake names the bundle it was made with."""
    return hashlib.sha256(b"backchannel/1 bundle id" + encode(bundle)).digest()
