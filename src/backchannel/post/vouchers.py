"""A voucher as people hand it on: one word that shows a slip of the pen.

The operator of a relay gives vouchers out; each opens one mailbox. Five bytes of a hash follow the
twenty random ones, so that a wrong character is found at the desk and not at the relay.

>>> line = written(bytes(20))
>>> line
'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAANVSBY4ZJ'
>>> read(line.lower()[:20] + " " + line[20:]) == bytes(20)
True
"""

import base64
from hashlib import sha256

from backchannel.post.errors import MalformedError
from backchannel.post.messages import VOUCHER_SIZE

_CHECK_SIZE = 5  # bytes; with the voucher a multiple of five, so that base32 needs no padding


def written(voucher: bytes) -> str:
    """Return the voucher as 40 characters. Raises: MalformedError."""
    if len(voucher) != VOUCHER_SIZE:
        raise MalformedError(f"a voucher has {VOUCHER_SIZE} bytes, not {len(voucher)}")
    return base64.b32encode(voucher + _check(voucher)).decode("ascii")


def read(line: str) -> bytes:
    """Return the voucher that was written, blanks and lower case forgiven.

    Raises:
        MalformedError: it is cut short, has too much, or a character is wrong.
    """
    characters = "".join(line.split()).upper()
    try:
        raw = base64.b32decode(characters)
    except ValueError:  # characters that are none of base32, or a length that cannot be
        raw = b""
    voucher, check = raw[:VOUCHER_SIZE], raw[VOUCHER_SIZE:]
    if len(voucher) != VOUCHER_SIZE or check != _check(voucher):
        raise MalformedError("this is no voucher: copy all 40 characters again")
    return voucher


def _check(voucher: bytes) -> bytes:
    return sha256(b"backchannel voucher\0" + voucher).digest()[:_CHECK_SIZE]
