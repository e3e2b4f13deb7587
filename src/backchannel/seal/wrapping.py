"""The outer wrapping: what the relay stores shows nothing but its size.

From the invitation secret, which the relay never sees, come one key for each direction, one for the
mediator's bundle and one that is mixed into the session. A wrapped letter is indistinguishable from
random bytes without them: no identity, prekey, ratchet key or count shows, not even a version.

The wrapping keys do not change during a session. Who steals a desk *and* has the relay's old
letters can therefore read old headers; old contents stay closed, they are the ratchet's.

>>> keys = InvitationKeys.of(bytes(32))
>>> unwrap(keys.up, wrap(keys.up, b"frame", purpose=b"letter"), purpose=b"letter")
b'frame'

Source: RFC 5869 (HKDF), RFC 8452 (AES-GCM-SIV).
"""

from dataclasses import dataclass
from secrets import token_bytes
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backchannel.seal.errors import SealError, UnauthenticError

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
_LABEL: Final = b"backchannel/1 "


def derive(secret: bytes, purpose: bytes, *, salt: bytes = b"", length: int = KEY_BYTES) -> bytes:
    """Return `length` bytes for one purpose (HKDF-SHA256); another purpose gives unrelated ones."""
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=_LABEL + purpose).derive(secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationKeys:
    """What the invitation secret is used for, 32 bytes each: up is party to mediator."""

    up: bytes
    down: bytes
    bundle: bytes
    mix: bytes
    code_salt: bytes

    @classmethod
    def of(cls, secret: bytes) -> Self:
        """Derive them.

        Raises:
            SealError: the secret is not 32 bytes.
        """
        if len(secret) != KEY_BYTES:
            raise SealError(f"an invitation secret has {KEY_BYTES} bytes, not {len(secret)}")
        return cls(
            up=derive(secret, b"wrapping, party to mediator"),
            down=derive(secret, b"wrapping, mediator to party"),
            bundle=derive(secret, b"bundle"),
            mix=derive(secret, b"mixed into the session"),
            code_salt=derive(secret, b"salt of the spoken code"),
        )


def wrap(key: bytes, content: bytes, *, purpose: bytes) -> bytes:
    """Return nonce, ciphertext and tag: 28 bytes more than the content."""
    nonce = token_bytes(NONCE_BYTES)
    return nonce + AESGCMSIV(key).encrypt(nonce, content, _LABEL + purpose)


def unwrap(key: bytes, wrapped: bytes, *, purpose: bytes) -> bytes:
    """Return what was wrapped.

    Raises:
        UnauthenticError: wrapped under another key or for another purpose, or altered.
    """
    nonce, ciphertext = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
    try:
        return AESGCMSIV(key).decrypt(nonce, ciphertext, _LABEL + purpose)
    except (InvalidTag, ValueError) as refused:
        raise UnauthenticError(
            f"this {purpose.decode()} was not made by a holder of the invitation, "
            "or was altered on the way"
        ) from refused
