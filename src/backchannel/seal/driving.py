"""Calls into the session libraries: run without an event loop, and every refusal made one of ours.

The libraries are written as coroutines that never wait, so one `send` runs them to the end. Fed
with what an attacker chose, they raise many kinds of exceptions; all of them mean "refused".

>>> async def answer() -> int:
...     return 42
>>> drive(answer())
42
"""

from collections.abc import Coroutine
from typing import Any, Final, TypeVar

from cryptography.exceptions import InvalidTag
from doubleratchet import (
    AuthenticationFailedException,
    DecryptionFailedException,
    DoSProtectionException,
    DuplicateMessageException,
)
from x3dh import KeyAgreementException
from xeddsa.bindings import XEdDSAException

T = TypeVar("T")

# AssertionError and TypeError: a header naming our own prekey as the peer's ratchet key trips a
# "sanity check" of DoubleRatchet (an assert; without asserts, arithmetic on None).
REFUSALS: Final = (
    AssertionError,
    AuthenticationFailedException,
    DecryptionFailedException,
    DoSProtectionException,
    DuplicateMessageException,
    InvalidTag,
    KeyAgreementException,
    TypeError,
    ValueError,
    XEdDSAException,
)


def drive(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return what the coroutine returns; it must not wait for anything.

    Raises:
        RuntimeError: it did wait. A release of the library that does needs another driver.
    """
    try:
        coroutine.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    coroutine.close()
    raise RuntimeError("the session library waited for something: it is not the pinned release")
