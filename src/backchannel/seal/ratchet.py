"""The double ratchet of a session: a new key for each letter, and new keys after each turn.

`encrypt` and `decrypt` take a ratchet's model and return the next one, so that a refusal changes
nothing. Letters may come in any order: keys of letters passed over are kept, the newest `KEPT_KEYS`
of them (some 70 bytes each). A gap of more than `GAP_LIMIT` letters is refused before any work is
done. The library knows no age of a key; the caller's window of 64 letters keeps their number small.

    header: 32 ratchet key | 4 length of the sender's previous chain | 4 number in its chain

Source: signal.org/docs/specifications/doubleratchet (revision 1); RFC 8452.
"""

import struct
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from doubleratchet import (
    AEAD,
    AuthenticationFailedException,
    DoubleRatchet,
    DoubleRatchetModel,
    EncryptedMessage,
    Header,
)
from doubleratchet.recommended import (
    HashFunction,
    diffie_hellman_ratchet_curve25519,
    kdf_hkdf,
    kdf_separate_hmacs,
)

from backchannel.seal.driving import REFUSALS, drive
from backchannel.seal.errors import UnauthenticError

KEPT_KEYS: Final = 1_000
# A relay can swallow letters in numbers no window bounds (receipts are in none). Refusing short
# gaps would let it end a session for good; a gap of this size costs a fraction of a second once.
GAP_LIMIT: Final = 10_000

_HEADER: Final = struct.Struct(">32sII")
_ZERO_NONCE: Final = bytes(12)  # each message key encrypts one letter
_CHAIN_CONSTANT: Final = b"\x01\x02"


class _Cipher(AEAD):
    """AES-256-GCM-SIV: the supplied class compares its MAC with `!=`."""

    @staticmethod
    async def encrypt(plaintext: bytes, key: bytes, associated_data: bytes) -> bytes:
        return AESGCMSIV(key).encrypt(_ZERO_NONCE, plaintext, associated_data)

    @staticmethod
    async def decrypt(ciphertext: bytes, key: bytes, associated_data: bytes) -> bytes:
        try:
            return AESGCMSIV(key).decrypt(_ZERO_NONCE, ciphertext, associated_data)
        except InvalidTag as refused:
            raise AuthenticationFailedException from refused


class _RootKdf(kdf_hkdf.KDF):
    @staticmethod
    def _get_hash_function() -> HashFunction:
        return HashFunction.SHA_256

    @staticmethod
    def _get_info() -> bytes:
        return b"backchannel/1 ratchet root"


class _ChainKdf(kdf_separate_hmacs.KDF):
    @staticmethod
    def _get_hash_function() -> HashFunction:
        return HashFunction.SHA_256


class _Ratchet(DoubleRatchet):
    @staticmethod
    def _build_associated_data(associated_data: bytes, header: Header) -> bytes:
        return struct.pack(">I", len(associated_data)) + associated_data + _HEADER.pack(*header)


class _DiffieHellman(diffie_hellman_ratchet_curve25519.DiffieHellmanRatchet):
    """The library's, under a name of ours."""


def started(secret: bytes, peer_key: bytes, *, turn: bytes | None = None) -> DoubleRatchetModel:
    """Return the ratchet of the side that writes first; the peer's signed prekey is its key.

    `turn` is the private key of its first turn, which is drawn unless given.
    """
    return _begun(secret, None, peer_key, turn)


def answered(
    secret: bytes, own_key: bytes, header: bytes, *, turn: bytes | None = None
) -> DoubleRatchetModel:
    """Return the ratchet of the side that was written to, from any letter of the first chain.

    Raises:
        UnauthenticError: the header names a key that is none.
    """
    try:
        return _begun(secret, own_key, _HEADER.unpack(header)[0], turn)
    except REFUSALS as refused:
        raise UnauthenticError("the letter's header names a key that is none") from refused


def encrypt(
    ratchet: DoubleRatchetModel, letter: bytes, context: bytes
) -> tuple[DoubleRatchetModel, bytes, bytes]:
    """Return the next ratchet, the header and the ciphertext (16 bytes longer than the letter)."""
    running = _running(ratchet)
    sealed = drive(running.encrypt_message(letter, context))
    return running.model, _HEADER.pack(*sealed.header), sealed.ciphertext


def decrypt(
    ratchet: DoubleRatchetModel, header: bytes, ciphertext: bytes, context: bytes
) -> tuple[DoubleRatchetModel, bytes]:
    """Return the next ratchet and the letter.

    Raises:
        UnauthenticError: not from the peer, altered, opened before, or after too long a gap.
    """
    named = Header(*_HEADER.unpack(header))
    if _gap(ratchet, named) > GAP_LIMIT:
        raise UnauthenticError(f"more than {GAP_LIMIT} letters would be missing before this one")
    running = _running(ratchet)
    try:
        letter = drive(
            running.decrypt_message(EncryptedMessage(header=named, ciphertext=ciphertext), context)
        )
    except REFUSALS as refused:
        raise UnauthenticError(
            "the letter is not from the peer of this session, or was altered, or its key is used up"
        ) from refused
    model = running.model
    # Oldest first, as the library orders them: the newest stay.
    del model.skipped_message_keys[:-KEPT_KEYS]
    return model, letter


def _begun(
    secret: bytes, own_key: bytes | None, peer_key: bytes, turn: bytes | None
) -> DoubleRatchetModel:
    turning = drive(
        _turning_with(turn).create(
            own_key, peer_key, _RootKdf, secret, _ChainKdf, _CHAIN_CONSTANT, GAP_LIMIT
        )
    )
    return DoubleRatchetModel(diffie_hellman_ratchet=turning.model, skipped_message_keys=[])


def _turning_with(turn: bytes | None) -> type[_DiffieHellman]:
    """Return the kind of ratchet that begins with this key, so that it can be made again."""
    if turn is None:
        return _DiffieHellman
    private = turn

    class Again(_DiffieHellman):
        @staticmethod
        def _generate_priv() -> bytes:
            return private

    return Again


def _running(ratchet: DoubleRatchetModel) -> _Ratchet:
    return _Ratchet.from_model(
        ratchet, _DiffieHellman, _RootKdf, _ChainKdf, _CHAIN_CONSTANT, GAP_LIMIT, GAP_LIMIT, _Cipher
    )


def _gap(ratchet: DoubleRatchetModel, header: Header) -> int:
    """Return how many keys would have to be passed over, in the longer of the two chains.

    Asked before the library is: it warns of a gap in the previous chain and goes on, and a warning
    is an exception or nothing, as the process happens to be set up.
    """
    kept = {(key.ratchet_pub, key.index) for key in ratchet.skipped_message_keys}
    if (header.ratchet_pub, header.sending_chain_length) in kept:
        return 0
    turning = ratchet.diffie_hellman_ratchet
    receiving = turning.symmetric_key_ratchet.receiving_chain
    had = receiving.length if receiving else 0
    if header.ratchet_pub == turning.other_ratchet_pub:
        return header.sending_chain_length - had
    before = header.previous_sending_chain_length - had if receiving else 0
    return max(before, header.sending_chain_length)
