"""The key of a vault, and the file in which it lies wrapped under a passphrase.

The database is encrypted under 32 random bytes that never change. The file `vault.key` holds them
encrypted (AES-256-GCM) under a key made from the passphrase by Argon2id, so that a new passphrase
rewrites 150 bytes and not the database. The cost of Argon2id stands in the file and is held to
bounds when it is read: an altered file cannot demand gigabytes. A checksum tells damage from a
wrong passphrase; it protects against accidents, the cipher's tag against intent.

A new passphrase does not take back what an old one opens: whoever has a copy of the old file and
the old passphrase has the key.

>>> from secrets import token_bytes
>>> key = VaultKey(key=bytes(32), salt=bytes(16))
>>> cheap = Cost(memory_kib=64, passes=1, lanes=1)
>>> wrapped = wrap(key, "a long walk", cost=cheap, randomness=token_bytes)
>>> unwrap(wrapped, "a long walk") == key
True

Source: RFC 9106 section 4, second recommended option (64 MiB, 3 passes, 4 lanes).
"""

import hashlib
import hmac
import struct
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from backchannel.desk.errors import DamagedVaultError, DeskError, WrongPassphraseError

Randomness = Callable[[int], bytes]  # a number of bytes -> that many, unpredictable

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_MAGIC: Final = b"backchannel vault key 1\n"
_COST: Final = struct.Struct(">IHH")  # memory in KiB, passes, lanes
_SUM_BYTES: Final = 32
_HEADER_BYTES: Final = len(_MAGIC) + _COST.size + SALT_BYTES + _NONCE_BYTES
WRAPPED_BYTES: Final = _HEADER_BYTES + KEY_BYTES + SALT_BYTES + _TAG_BYTES + _SUM_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one guess at the passphrase costs: memory in KiB, passes over it, parallel lanes."""

    memory_kib: int
    passes: int
    lanes: int

    def __post_init__(self) -> None:
        in_bounds = (
            self.lanes in range(1, 9)
            and self.passes in range(1, 11)
            and self.memory_kib in range(8 * self.lanes, 256 * 1024 + 1)  # 8 a lane: RFC 9106
        )
        if not in_bounds:
            raise DeskError(
                f"a cost of {self.memory_kib} KiB, {self.passes} passes and {self.lanes} lanes is "
                "out of bounds: take 8 KiB a lane to 256 MiB, 1 to 10 passes, 1 to 8 lanes"
            )


DEFAULT_COST: Final = Cost(memory_kib=64 * 1024, passes=3, lanes=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultKey:
    """The database's key (32 bytes) and the salt of its page authentication (16 bytes)."""

    key: bytes = field(repr=False)
    salt: bytes = field(repr=False)

    def for_sqlcipher(self) -> str:
        """Return the form in which SQLCipher takes a raw key, with no derivation of its own."""
        return f"x'{self.key.hex()}{self.salt.hex()}'"


def new_vault_key(randomness: Randomness) -> VaultKey:
    """Return a key that was never used."""
    return VaultKey(key=randomness(KEY_BYTES), salt=randomness(SALT_BYTES))


def wrap(key: VaultKey, passphrase: str, *, cost: Cost, randomness: Randomness) -> bytes:
    """Return the bytes of `vault.key`. Salt and nonce are fresh each time."""
    salt, nonce = randomness(SALT_BYTES), randomness(_NONCE_BYTES)
    header = _MAGIC + _COST.pack(cost.memory_kib, cost.passes, cost.lanes) + salt + nonce
    sealed = _cipher(passphrase, salt, cost).encrypt(nonce, key.key + key.salt, header)
    return header + sealed + _checksum(header + sealed)


def unwrap(wrapped: bytes, passphrase: str) -> VaultKey:
    """Return the key in the bytes of `vault.key`.

    Raises:
        WrongPassphraseError: the file is whole and the passphrase is another.
        DamagedVaultError: the file is cut short, altered or of a kind unknown here.
    """
    cost = cost_of(wrapped)
    header = wrapped[:_HEADER_BYTES]
    salt, nonce = header[-SALT_BYTES - _NONCE_BYTES : -_NONCE_BYTES], header[-_NONCE_BYTES:]
    sealed = wrapped[_HEADER_BYTES:-_SUM_BYTES]
    try:
        opened = _cipher(passphrase, salt, cost).decrypt(nonce, sealed, header)
    except InvalidTag:
        raise WrongPassphraseError(
            "this passphrase does not open the desk: check keyboard layout and capitals, and "
            "enter it again"
        ) from None
    return VaultKey(key=opened[:KEY_BYTES], salt=opened[KEY_BYTES:])


def cost_of(wrapped: bytes) -> Cost:
    """Return the cost that stands in the bytes of `vault.key`, checked before any is spent.

    Raises:
        DamagedVaultError: the file is cut short, altered, or demands more than is allowed.
    """
    content, checksum = wrapped[:-_SUM_BYTES], wrapped[-_SUM_BYTES:]
    whole = len(wrapped) == WRAPPED_BYTES and hmac.compare_digest(_checksum(content), checksum)
    if not (whole and wrapped.startswith(_MAGIC)):
        raise _damaged("it is cut short, altered, or from another version of this software")
    memory_kib, passes, lanes = _COST.unpack_from(wrapped, len(_MAGIC))
    try:
        return Cost(memory_kib=memory_kib, passes=passes, lanes=lanes)
    except DeskError:
        raise _damaged("it demands more work than any desk was ever created with") from None


def _cipher(passphrase: str, salt: bytes, cost: Cost) -> AESGCM:
    # Two keyboards may compose the same accented letter differently: NFC makes them one. A
    # terminal may hand over bytes that are no UTF-8; they are a passphrase all the same.
    spoken = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    derived = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )
    return AESGCM(derived.derive(spoken))


def _checksum(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _damaged(what: str) -> DamagedVaultError:
    return DamagedVaultError(
        f"the desk's file vault.key cannot be used ({what}): put back a copy of it from a backup"
    )
