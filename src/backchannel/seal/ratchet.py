"""The double ratchet of a session: a new key for each letter, and new keys after each turn.

`encrypt` and `decrypt` take a ratchet and return the next one, so that a refusal changes nothing.
Letters may come in any order: keys of letters passed over are kept, the newest `KEPT_KEYS` of them
(68 bytes each). A gap of more than `GAP_LIMIT` letters is refused before any work is done. The
library knows no age of a key; the caller's window of 64 letters keeps their number small.

    header: 32 ratchet key | 4 length of the sender's previous chain | 4 number in its chain

Source: signal.org/docs/specifications/doubleratchet (revision 1); RFC 8452.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from doubleratchet import (
    AEAD,
    AuthenticationFailedException,
    DiffieHellmanRatchetModel,
    DoubleRatchet,
    DoubleRatchetModel,
    EncryptedMessage,
    Header,
)
from doubleratchet.models import SkippedMessageKeyModel
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
_NAME: Final = struct.Struct(">32sI")
_ZERO_NONCE: Final = bytes(12)  # each message key encrypts one letter
_CHAIN_CONSTANT: Final = b"\x01\x02"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratchet:
    """A ratchet between two letters.

    `passed` holds the keys of letters passed over, oldest first, each under the ratchet key (32
    bytes) and the number (4) of its letter.
    """

    turning: DiffieHellmanRatchetModel
    passed: Mapping[bytes, bytes]


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
    """The library's, which copies it before each letter that it opens, in case it is refused.

    Here a refusal throws the whole away: it is made from the stored ratchet for one letter alone.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


def started(secret: bytes, peer_key: bytes, *, turn: bytes | None = None) -> Ratchet:
    """Return the ratchet of the side that writes first; the peer's signed prekey is its key.

    `turn` is the private key of its first turn, which is drawn unless given.
    """
    return _begun(secret, None, peer_key, turn)


def answered(secret: bytes, own_key: bytes, header: bytes, *, turn: bytes | None = None) -> Ratchet:
    """Return the ratchet of the side that was written to, from any letter of the first chain.

    Raises:
        UnauthenticError: the header names a key that is none.
    """
    try:
        return _begun(secret, own_key, _HEADER.unpack(header)[0], turn)
    except REFUSALS as refused:
        raise UnauthenticError("the letter's header names a key that is none") from refused


def encrypt(ratchet: Ratchet, letter: bytes, context: bytes) -> tuple[Ratchet, bytes, bytes]:
    """Return the next ratchet, the header and the ciphertext (16 bytes longer than the letter)."""
    running = _running(ratchet.turning, [])
    sealed = drive(running.encrypt_message(letter, context))
    turned = Ratchet(turning=running.model.diffie_hellman_ratchet, passed=ratchet.passed)
    return turned, _HEADER.pack(*sealed.header), sealed.ciphertext


def decrypt(
    ratchet: Ratchet, header: bytes, ciphertext: bytes, context: bytes
) -> tuple[Ratchet, bytes]:
    """Return the next ratchet and the letter.

    Raises:
        UnauthenticError: not from the peer, altered, opened before, or after too long a gap.
    """
    named = Header(*_HEADER.unpack(header))
    name = _NAME.pack(named.ratchet_pub, named.sending_chain_length)
    kept = ratchet.passed.get(name)
    if kept is None and _gap(ratchet.turning, named) > GAP_LIMIT:
        raise UnauthenticError(f"more than {GAP_LIMIT} letters would be missing before this one")
    # Of the keys passed over, the library is given this letter's alone: it would take a thousand
    # apart and put them together again for each letter.
    running = _running(ratchet.turning, [] if kept is None else [_model(name, kept)])
    try:
        letter = drive(
            running.decrypt_message(EncryptedMessage(header=named, ciphertext=ciphertext), context)
        )
    except REFUSALS as refused:
        raise UnauthenticError(
            "the letter is not from the peer of this session, or was altered, or its key is used up"
        ) from refused
    model = running.model
    passed = _passed(ratchet.passed, name, model.skipped_message_keys)
    return Ratchet(turning=model.diffie_hellman_ratchet, passed=passed), letter


def _passed(
    before: Mapping[bytes, bytes], used: bytes, more: list[SkippedMessageKeyModel]
) -> dict[bytes, bytes]:
    """Return the keys passed over without the one used, oldest first: the newest stay."""
    passed = dict(before)
    passed.pop(used, None)
    passed.update((_NAME.pack(key.ratchet_pub, key.index), key.message_key) for key in more)
    for name in list(passed)[:-KEPT_KEYS]:
        del passed[name]
    return passed


def _begun(secret: bytes, own_key: bytes | None, peer_key: bytes, turn: bytes | None) -> Ratchet:
    turning = drive(
        _turning_with(turn).create(
            own_key, peer_key, _RootKdf, secret, _ChainKdf, _CHAIN_CONSTANT, GAP_LIMIT
        )
    )
    return Ratchet(turning=turning.model, passed={})


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


def _running(turning: DiffieHellmanRatchetModel, passed: list[SkippedMessageKeyModel]) -> _Ratchet:
    model = DoubleRatchetModel(diffie_hellman_ratchet=turning, skipped_message_keys=passed)
    return _Ratchet.from_model(
        model, _DiffieHellman, _RootKdf, _ChainKdf, _CHAIN_CONSTANT, GAP_LIMIT, GAP_LIMIT, _Cipher
    )


def _model(name: bytes, key: bytes) -> SkippedMessageKeyModel:
    ratchet_key, number = _NAME.unpack(name)
    return SkippedMessageKeyModel(ratchet_pub=ratchet_key, index=number, message_key=key)


def _gap(turning: DiffieHellmanRatchetModel, header: Header) -> int:
    """Return how many keys would have to be passed over, in the longer of the two chains.

    Asked before the library is: it warns of a gap in the previous chain and goes on, and a warning
    is an exception or nothing, as the process happens to be set up.
    """
    receiving = turning.symmetric_key_ratchet.receiving_chain
    had = receiving.length if receiving else 0
    if header.ratchet_pub == turning.other_ratchet_pub:
        return header.sending_chain_length - had
    before = header.previous_sending_chain_length - had if receiving else 0
    return max(before, header.sending_chain_length)
