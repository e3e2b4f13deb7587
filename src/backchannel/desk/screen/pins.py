r"""The pin of a relay's certificate, as a person types it.

>>> read_pin("aa:BB"), read_pin("none")
(b'\xaa\xbb', b'')
"""

from backchannel.desk.errors import UsageError


def read_pin(written: str) -> bytes:
    """Return the pin; empty for a relay without a certificate. Raises: UsageError."""
    if written in {"", "none"}:
        return b""
    try:
        return bytes.fromhex(written.replace(":", ""))
    except ValueError as error:
        raise UsageError("the pin is not hexadecimal: copy what stands after `pin`") from error
