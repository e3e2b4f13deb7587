"""Signatures on accords: made to be shown to anybody, unlike everything a session carries.

The signing key of a seat is apart from its exploration keys and is used for statements alone.
What is signed begins with a line of our own, so that no signature made here can pass for one made
elsewhere, nor the other way round. Comparing fingerprints is how people vouch for keys.

>>> private = bytes(range(32))  # from new_signing_key() in earnest
>>> signature = sign(private, b"We adhere to the accord.")
>>> verify(public_key(private), b"We adhere to the accord.", signature)
True
>>> verify(public_key(private), b"We adhere to nothing.", signature)
False
>>> fingerprint(public_key(private))
'WSVH MYMA QR45 4QTA 2ELL ZRUV YPCN B2UX'

Source: RFC 8032 (Ed25519).
"""

import base64
import hashlib
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from xeddsa import ed25519_pub_to_curve25519_pub
from xeddsa.bindings import XEdDSAException

from backchannel.seal.errors import SealError

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
_PREFIX: Final = b"backchannel signature 1\n"
_FINGERPRINT_BYTES: Final = 20  # 160 bits: 32 letters and digits without 0, 1, 8 and 9
_GROUP: Final = 4


def new_signing_key() -> bytes:
    """Return 32 random bytes, private."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_key(private: bytes) -> bytes:
    """Return the 32 public bytes of a private key.

    Raises:
        SealError: not a key.
    """
    return _private(private).public_key().public_bytes_raw()


def sign(private: bytes, statement: bytes) -> bytes:
    """Return the 64 bytes of the signature; the same statement gives the same ones.

    Raises:
        SealError: not a key.
    """
    return _private(private).sign(_PREFIX + statement)


def verify(public: bytes, statement: bytes, signature: bytes) -> bool:
    """Return whether the holder of the key signed exactly this statement."""
    if not is_public_key(public) or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _PREFIX + statement)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_public_key(public: bytes) -> bool:
    """Return whether these bytes are a key that binds its holder.

    A key of small order is none: one signature under it fits any number of statements, so that a
    signatory could say later that it had signed another text.
    """
    try:
        ed25519_pub_to_curve25519_pub(public)
    except (XEdDSAException, ValueError):
        return False
    return True


def fingerprint(public: bytes) -> str:
    """Return 160 bits of the key's hash in eight groups of four characters, to be read aloud.

    Raises:
        SealError: not 32 bytes.
    """
    # Any 32 bytes have one: a key that binds nobody must still be shown to be told from others.
    if len(public) != KEY_BYTES:
        raise SealError(f"a public signing key has {KEY_BYTES} bytes, not {len(public)}")
    digest = hashlib.sha256(b"backchannel fingerprint 1\n" + public).digest()
    letters = base64.b32encode(digest[:_FINGERPRINT_BYTES]).decode()
    return " ".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def _private(private: bytes) -> Ed25519PrivateKey:
    if len(private) != KEY_BYTES:
        raise SealError(f"a private signing key has {KEY_BYTES} bytes, not {len(private)}")
    return Ed25519PrivateKey.from_private_bytes(private)
