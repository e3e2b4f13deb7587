"""A session between two exploration identities, made by one hand with both its ends.

All that a session draws (ephemeral key, prekeys, KEM, ratchet keys, wrapping keys) is drawn here by
one. X3DH then needs no private identity: each of its four agreements has a drawn key on one side.
So whoever knows two public identities, as both desks of a caucus do, has a session between them in
which each end opens what the other sealed, and can have them write whatever it likes.

Promised: both ends are ordinary sessions for `seal` and `unseal`; the handshake in the party's
letters is one that the mediator's ordinary `answer` finds right; the same secrets and context make
the same two ends, byte for byte, and other ones make others. No private identity goes in or comes
out, nothing is signed, and no secret of the caucus that is talked in is used: who is given a
re-enactment can neither read nor write there.

>>> ends = Ends(party=xeddsa.seed_to_ed25519_pub(bytes(32)),
...             mediator=xeddsa.seed_to_ed25519_pub(bytes(range(32))))
>>> both = reenact(ends, draw(b"Talks"), b"Talks")
>>> letter = Letter(epoch=0, counter=1, ack=0, kind=Kind.EVENT, body=b"We give in.")
>>> unseal(both.mediator, seal(both.party, letter)[1])[1].body
b'We give in.'
>>> unseal(both.party, seal(both.mediator, letter)[1])[1].body
b'We give in.'

Source: signal.org/docs/specifications/x3dh (revision 1), 4.4, on deniability; docs/adr/0008.
"""

from dataclasses import dataclass
from secrets import token_bytes
from typing import Final

import xeddsa
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backchannel.seal import ratchet
from backchannel.seal.bundle import Bundle, bundle_id
from backchannel.seal.driving import REFUSALS
from backchannel.seal.errors import UnauthenticError
from backchannel.seal.handshake import (
    LAYOUT,
    X3DH_INFO,
    Agreed,
    Shared,
    agree,
    attempt_of,
    transcript_of,
)
from backchannel.seal.letters import Kind, Letter
from backchannel.seal.session import seal, unseal
from backchannel.seal.spoken_code import NO_CODE
from backchannel.seal.state import Running, Side, dump
from backchannel.seal.wrapping import KEY_BYTES, derive

__all__ = ["Both", "Drawn", "Ends", "Kind", "Letter", "draw", "reenact", "seal", "unseal"]

_KEM_SEED_BYTES: Final = 64
_NO_SIGNATURE: Final = bytes(64)
# What a session keeps its own identity for is a repair, and nobody shall repair this one.
_NO_IDENTITY: Final = bytes(32)
_NO_COUNTS: Final = bytes(8)
_X3DH_SALT: Final = bytes(32)
_X3DH_PADDING: Final = b"\xff" * 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """The two exploration identities, public (Ed25519, 32 bytes each)."""

    party: bytes
    mediator: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """All that was drawn: 32 bytes from which every key is made, and a KEM ciphertext."""

    seed: bytes
    kem_ciphertext: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """The two ends of one session, as they are before the first letter."""

    party: bytes
    mediator: bytes


@dataclass(frozen=True, slots=True)
class _Keys:
    """The private keys that are made from the seed, by their purpose, in this context."""

    seed: bytes
    context: bytes

    def bytes_for(self, purpose: bytes, length: int = KEY_BYTES) -> bytes:
        return derive(self.seed, b"re-enacted " + purpose, salt=self.context, length=length)

    def key_for(self, purpose: bytes) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(self.bytes_for(purpose))

    def public_for(self, purpose: bytes) -> bytes:
        return self.key_for(purpose).public_key().public_bytes_raw()

    @property
    def kem(self) -> MLKEM768PrivateKey:
        return MLKEM768PrivateKey.from_seed_bytes(self.bytes_for(b"KEM", _KEM_SEED_BYTES))


def draw(context: bytes) -> Drawn:
    """Draw a session; `context` is what it shall be bound to, so that it fits nothing else."""
    seed = token_bytes(KEY_BYTES)
    _, kem_ciphertext = _Keys(seed, context).kem.public_key().encapsulate()
    return Drawn(seed=seed, kem_ciphertext=kem_ciphertext)


def reenact(ends: Ends, drawn: Drawn, context: bytes) -> Both:
    """Return both ends of the session that was drawn.

    Raises:
        UnauthenticError: an identity or the KEM ciphertext is none.
    """
    keys = _Keys(drawn.seed, context)
    try:
        agreed = _agreed(ends, keys, drawn.kem_ciphertext)
    except REFUSALS as refused:
        raise UnauthenticError("these are no identities between which a session is") from refused
    return Both(
        party=dump(_party(ends, keys, agreed)), mediator=dump(_mediator(ends, keys, agreed))
    )


def _agreed(ends: Ends, keys: _Keys, kem_ciphertext: bytes) -> Agreed:
    bundle = Bundle(
        identity=ends.mediator,
        signed_prekey=keys.public_for(b"signed prekey"),
        # A signature could be made at the mediator's desk alone: it would tell whose hand this is.
        signature=_NO_SIGNATURE,
        one_time_prekey=keys.public_for(b"one-time prekey"),
        kem=keys.kem.public_key().public_bytes_raw(),
    )
    ephemeral = keys.public_for(b"ephemeral key")
    # Before the transcript, which has room for what has the right size alone.
    x3dh_secret, kem_secret = _x3dh(ends, keys, bundle), keys.kem.decapsulate(kem_ciphertext)
    transcript = transcript_of(bundle, ends.party, ephemeral, kem_ciphertext)
    shared = Shared(mix=keys.bytes_for(b"mix"), code=NO_CODE)
    secret, confirmation = agree(x3dh_secret, kem_secret, shared, transcript)
    handshake = LAYOUT.pack(bundle_id(bundle), ends.party, ephemeral, kem_ciphertext, confirmation)
    return Agreed(
        secret=secret, transcript=transcript, peer_identity=ends.mediator, handshake=handshake
    )


def _x3dh(ends: Ends, keys: _Keys, bundle: Bundle) -> bytes:
    """Return X3DH's secret, with a drawn private key in each of its four agreements."""
    ephemeral = keys.key_for(b"ephemeral key")
    agreements = (
        (keys.key_for(b"signed prekey"), xeddsa.ed25519_pub_to_curve25519_pub(ends.party)),
        (ephemeral, xeddsa.ed25519_pub_to_curve25519_pub(ends.mediator)),
        (ephemeral, bundle.signed_prekey),
        (ephemeral, bundle.one_time_prekey),
    )
    shared = (own.exchange(X25519PublicKey.from_public_bytes(peer)) for own, peer in agreements)
    key = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=_X3DH_SALT, info=X3DH_INFO)
    return key.derive(_X3DH_PADDING + b"".join(shared))


def _party(ends: Ends, keys: _Keys, agreed: Agreed) -> Running:
    return Running(
        side=Side.PARTY,
        send_key=keys.bytes_for(b"wrapping, up"),
        receive_key=keys.bytes_for(b"wrapping, down"),
        identity_seed=_NO_IDENTITY,
        peer_identity=ends.mediator,
        transcript=agreed.transcript,
        attempt=attempt_of(agreed.handshake),
        handshake=agreed.handshake,
        opened=b"",
        ratchet=ratchet.started(
            agreed.secret,
            keys.public_for(b"signed prekey"),
            turn=keys.bytes_for(b"party's turn"),
        ),
    )


def _mediator(ends: Ends, keys: _Keys, agreed: Agreed) -> Running:
    return Running(
        side=Side.MEDIATOR,
        send_key=keys.bytes_for(b"wrapping, down"),
        receive_key=keys.bytes_for(b"wrapping, up"),
        identity_seed=_NO_IDENTITY,
        peer_identity=ends.party,
        transcript=agreed.transcript,
        attempt=attempt_of(agreed.handshake),
        handshake=b"",
        opened=b"",
        ratchet=ratchet.answered(
            agreed.secret,
            keys.bytes_for(b"signed prekey"),
            keys.public_for(b"party's turn") + _NO_COUNTS,
            turn=keys.bytes_for(b"mediator's turn"),
        ),
    )
