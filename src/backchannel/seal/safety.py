"""Safety words: read to each other, they show two people that nobody stands between them.

Both sides make them from the transcript of the handshake, 88 bits, as eight words or as nine groups
of three digits. Somebody between them would need a second handshake that gives the same words: its
transcript is fixed only after the first one is, so that 2^88 tries are needed (no birthday search),
and each try costs 20,000 rounds of a hash.

>>> len(words_of(bytes(32))), len(number_of(bytes(32)).split())
(8, 9)

Source: the English word list of BIP-39 (package mnemonic); four letters tell its words apart.
"""

import hashlib
from functools import cache
from typing import Final

from mnemonic import Mnemonic

BITS: Final = 88
_ROUNDS: Final = 20_000
_BITS_A_WORD: Final = 11
_WORDS: Final = BITS // _BITS_A_WORD
_DIGITS: Final = 27  # 2**88 < 10**27
_GROUP: Final = 3


def words_of(transcript: bytes) -> tuple[str, ...]:
    """Return eight English words."""
    value = _value(transcript)
    places = reversed(range(0, _WORDS * _BITS_A_WORD, _BITS_A_WORD))
    return tuple(_word_list()[value >> place & (2**_BITS_A_WORD - 1)] for place in places)


def number_of(transcript: bytes) -> str:
    """Return the same 88 bits as digits in groups of three, for who has no English."""
    digits = f"{_value(transcript):0{_DIGITS}d}"
    return " ".join(digits[at : at + _GROUP] for at in range(0, _DIGITS, _GROUP))


def _value(transcript: bytes) -> int:
    salt = b"backchannel/1 safety words"
    return int.from_bytes(hashlib.pbkdf2_hmac("sha256", transcript, salt, _ROUNDS, BITS // 8))


@cache
def _word_list() -> tuple[str, ...]:
    return tuple(Mnemonic("english").wordlist)
