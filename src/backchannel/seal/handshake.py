"""How two desks that share an invitation come to share a session: X3DH with an ML-KEM mix-in.

The party starts from the mediator's bundle, the mediator answers from what it kept of its offer.
The session's secret comes from four: X3DH's, ML-KEM-768's, the invitation's and the spoken code's,
by HKDF-SHA256 over the transcript (version and suites, both identities, both prekeys, the ephemeral
key, hashes of KEM key and ciphertext). So it holds against a relay without the invitation, against
a later quantum computer that has recorded everything, and against a holder of the invitation
without the code.

Promised: deniability offline (either side could have made every message alone; the exploration key
signs its own prekey and nothing else); identification by classical cryptography only. This is not
PQXDH: the KEM key is bound by the transcript, not signed.

    32 bundle id | 32 party's identity | 32 ephemeral key | 1088 KEM ciphertext | 32 confirmation

Source: signal.org/docs/specifications/x3dh (revision 1); FIPS 203.
"""

import hashlib
import hmac
import struct
from dataclasses import dataclass
from typing import Final

import x3dh
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from x3dh.identity_key_pair import IdentityKeyPairSeed
from x3dh.types import SecretType

from backchannel.seal.bundle import Bundle, bundle_id
from backchannel.seal.driving import REFUSALS, drive
from backchannel.seal.errors import OldBundleError, UnauthenticError, WrongCodeError
from backchannel.seal.frame import SUITES, VERSION
from backchannel.seal.wrapping import KEY_BYTES, derive

LAYOUT: Final = struct.Struct(">32s32s32s1088s32s")
_KEY_KIND: Final = {
    x3dh.IdentityKeyFormat.ED_25519: b"\x01",
    x3dh.IdentityKeyFormat.CURVE_25519: b"\x02",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferKeys:
    """The private halves of a bundle, with its signature."""

    identity_seed: bytes
    signed_prekey: bytes
    signature: bytes
    one_time_prekey: bytes
    kem_seed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What both sides hold that neither sends: the invitation's part and the spoken code's."""

    mix: bytes
    code: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What one side has after the handshake; both have the same secret and transcript."""

    secret: bytes
    transcript: bytes
    peer_identity: bytes
    handshake: bytes


class _Exchange(x3dh.BaseState):
    """X3DH with a byte before each key that says of which kind it is."""

    @staticmethod
    def _encode_public_key(key_format: x3dh.IdentityKeyFormat, pub: bytes) -> bytes:
        return _KEY_KIND[key_format] + pub


X3DH_INFO: Final = b"backchannel/1 x3dh"
_SETTINGS: Final = (
    x3dh.IdentityKeyFormat.ED_25519,
    x3dh.HashFunction.SHA_256,
    X3DH_INFO,
)


def new_offer(identity_seed: bytes | None = None) -> OfferKeys:
    """Draw prekeys, which are the one thing an exploration identity ever signs; and it, if new."""
    exchange = _Exchange.create(*_SETTINGS, identity_key_pair=_pair(identity_seed))
    exchange.generate_pre_keys(1)
    drawn = exchange.model
    (one_time_prekey,) = drawn.pre_keys
    return OfferKeys(
        identity_seed=drawn.identity_key.secret,
        signed_prekey=drawn.signed_pre_key.priv,
        signature=drawn.signed_pre_key.sig,
        one_time_prekey=one_time_prekey,
        kem_seed=MLKEM768PrivateKey.generate().private_bytes_raw(),
    )


def bundle_of(keys: OfferKeys) -> Bundle:
    """Return the public halves."""
    public = _exchange_of(keys).bundle
    (one_time_prekey,) = public.pre_keys
    return Bundle(
        identity=public.identity_key,
        signed_prekey=public.signed_pre_key,
        signature=public.signed_pre_key_sig,
        one_time_prekey=one_time_prekey,
        kem=MLKEM768PrivateKey.from_seed_bytes(keys.kem_seed).public_key().public_bytes_raw(),
    )


def start(
    bundle: Bundle, shared: Shared, identity_seed: bytes | None = None
) -> tuple[Agreed, bytes]:
    """Return what the party has agreed to, and the seed of its exploration identity, new or given.

    Raises:
        UnauthenticError: the bundle's signature or one of its keys is no good.
    """
    exchange = _Exchange.create(*_SETTINGS, identity_key_pair=_pair(identity_seed))
    public = x3dh.Bundle(
        identity_key=bundle.identity,
        signed_pre_key=bundle.signed_prekey,
        signed_pre_key_sig=bundle.signature,
        pre_keys=frozenset({bundle.one_time_prekey}),
    )
    try:
        x3dh_secret, _, header = drive(exchange.get_shared_secret_active(public))
        kem_secret, kem_ciphertext = MLKEM768PublicKey.from_public_bytes(bundle.kem).encapsulate()
    except REFUSALS as refused:
        raise UnauthenticError("the mediator's bundle holds keys that do not fit") from refused
    transcript = transcript_of(bundle, header.identity_key, header.ephemeral_key, kem_ciphertext)
    secret, confirmation = agree(x3dh_secret, kem_secret, shared, transcript)
    handshake = LAYOUT.pack(
        bundle_id(bundle), header.identity_key, header.ephemeral_key, kem_ciphertext, confirmation
    )
    agreed = Agreed(
        secret=secret, transcript=transcript, peer_identity=bundle.identity, handshake=handshake
    )
    return agreed, exchange.model.identity_key.secret


def answer(keys: OfferKeys, shared: Shared, handshake: bytes) -> Agreed:
    """Return what the mediator has agreed to.

    Raises:
        OldBundleError: made with another bundle than this offer's.
        WrongCodeError: made without the spoken code, or with keys that do not fit.
    """
    named, identity, ephemeral, kem_ciphertext, confirmation = LAYOUT.unpack(handshake)
    bundle = bundle_of(keys)
    if not hmac.compare_digest(named, bundle_id(bundle)):
        raise OldBundleError(
            "a party joined with another key bundle than this offer's: an older one, which was "
            "replaced, or one that a stranger put in its place; invite the party again"
        )
    try:
        x3dh_secret = _x3dh_answer(keys, bundle, identity, ephemeral)
        kem_secret = MLKEM768PrivateKey.from_seed_bytes(keys.kem_seed).decapsulate(kem_ciphertext)
    except REFUSALS as refused:
        raise _wrong_code(handshake) from refused
    transcript = transcript_of(bundle, identity, ephemeral, kem_ciphertext)
    secret, expected = agree(x3dh_secret, kem_secret, shared, transcript)
    if not hmac.compare_digest(confirmation, expected):
        raise _wrong_code(handshake)
    return Agreed(secret=secret, transcript=transcript, peer_identity=identity, handshake=handshake)


def agree(
    x3dh_secret: bytes, kem_secret: bytes, shared: Shared, transcript: bytes
) -> tuple[bytes, bytes]:
    """Return the session's secret, and the confirmation that the party holds all four parts.

    The confirmation makes each guess of a code visible as an attempt of its own: without it, one
    handshake could carry many guesses, one in the first letter's encryption each.
    """
    parts = (x3dh_secret, kem_secret, shared.mix, shared.code)
    derived = derive(b"".join(parts), b"session", salt=transcript, length=2 * KEY_BYTES)
    secret, confirmation_key = derived[:KEY_BYTES], derived[KEY_BYTES:]
    return secret, hmac.digest(confirmation_key, b"the party confirms" + transcript, "sha256")


def attempt_of(handshake: bytes) -> bytes:
    """Return the 32 bytes by which one try to join is told from another."""
    return hashlib.sha256(b"backchannel/1 attempt" + handshake).digest()


def _wrong_code(handshake: bytes) -> WrongCodeError:
    return WrongCodeError(
        "somebody who has the invitation tried to join with another spoken code than the one that "
        "was set: ask over another way who it was, and say the code again",
        attempt=attempt_of(handshake),
    )


def _pair(identity_seed: bytes | None) -> IdentityKeyPairSeed | None:
    return None if identity_seed is None else IdentityKeyPairSeed(identity_seed)


def _exchange_of(keys: OfferKeys) -> _Exchange:
    # The library wants the age of the signed prekey; an offer is used once and never rotated.
    signed = x3dh.SignedPreKeyPairModel(priv=keys.signed_prekey, sig=keys.signature, timestamp=0)
    identity = x3dh.IdentityKeyPairModel(secret=keys.identity_seed, secret_type=SecretType.SEED)
    model = x3dh.BaseStateModel(
        identity_key=identity,
        signed_pre_key=signed,
        old_signed_pre_key=None,
        pre_keys=frozenset({keys.one_time_prekey}),
    )
    return _Exchange.from_model(model, *_SETTINGS)


def _x3dh_answer(keys: OfferKeys, bundle: Bundle, identity: bytes, ephemeral: bytes) -> bytes:
    header = x3dh.Header(
        identity_key=identity,
        ephemeral_key=ephemeral,
        signed_pre_key=bundle.signed_prekey,
        pre_key=bundle.one_time_prekey,
    )
    secret, _, _ = drive(_exchange_of(keys).get_shared_secret_passive(header))
    return secret


def transcript_of(
    bundle: Bundle, party_identity: bytes, ephemeral: bytes, kem_ciphertext: bytes
) -> bytes:
    """Return the 32 bytes that stand for all that both sides showed each other."""
    fields = (
        bytes([VERSION]),
        SUITES,
        party_identity,
        bundle.identity,
        bundle.signed_prekey,
        bundle.one_time_prekey,
        ephemeral,
        hashlib.sha256(bundle.kem).digest(),
        hashlib.sha256(kem_ciphertext).digest(),
    )
    # Each field with its length, or two lists of suites could be cut into the same bytes.
    told = b"".join(struct.pack(">H", len(field)) + field for field in fields)
    return hashlib.sha256(b"backchannel/1 transcript" + told).digest()
