r"""The short code said over another way than the invitation travels: into a key, slowly.

However it is heard and typed, one code gives one key: case, spaces, hyphens and the script of
digits make no difference.

What a short code protects against, and no more: who has the invitation alone must guess the code at
the mediator's desk, which counts attempts. Who has the invitation *and* stands in the relay can let
one party join a bundle of its own and then try codes at home, at the cost of this module for each.
Against that stand the safety words, not the code.

>>> salt = bytes(32)
>>> stretch("Lima 42-17", salt) == stretch(" lima\u0664\u0662\u0661\u0667", salt)
True

Source: RFC 9106 section 4, second recommended option (Argon2id, 64 MiB, 3 passes, 4 lanes).
"""

import unicodedata
from typing import Final

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

NO_CODE: Final = bytes(32)
_DASHES: Final = "Pd"
_UNHEARD: Final = frozenset({"Zs", "Cc", "Cf", _DASHES})  # spaces, controls, invisible marks


def stretch(code: str, salt: bytes) -> bytes:
    """Return 32 bytes for the code; for one without a letter or digit, `NO_CODE`."""
    heard = _as_heard(code)
    if not heard:
        return NO_CODE
    stretched = Argon2id(salt=salt, length=32, iterations=3, lanes=4, memory_cost=64 * 1024)
    # "surrogatepass": what a terminal could not decode is a wrong code, not a crash.
    return stretched.derive(heard.encode("utf-8", "surrogatepass"))


def _as_heard(code: str) -> str:
    folded = unicodedata.normalize("NFKC", code).casefold()
    kept = (c for c in folded if unicodedata.category(c) not in _UNHEARD)
    return "".join(str(unicodedata.decimal(c, c)) for c in kept)
