"""Long polls: who waits for a letter is told when one comes.

One relay process, one event loop: a bell for each waiting request, by mailbox. Nothing is queued in
it; whoever was woken looks into the store again, so that a bell rung too often does no harm.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Bells:
    """The bells of all mailboxes. Used from the event loop alone."""

    def __init__(self, at_most: int) -> None:
        """Allow `at_most` to wait at one mailbox."""
        self._at_most = at_most
        self._waiting: defaultdict[bytes, set[asyncio.Event]] = defaultdict(set)
        self._closed = False

    @contextmanager
    def waiting(self, mailbox: bytes) -> Iterator[asyncio.Event | None]:
        """Give a bell that rings from now on for this mailbox; None if too many wait there."""
        bell = asyncio.Event()
        bells = self._waiting[mailbox]
        if len(bells) >= self._at_most:
            yield None
            return
        if self._closed:
            bell.set()
        bells.add(bell)
        try:
            yield bell
        finally:
            bells.discard(bell)
            if not bells:
                self._waiting.pop(mailbox, None)

    def ring(self, mailbox: bytes) -> None:
        """Wake all that wait at this mailbox."""
        for bell in self._waiting.get(mailbox, ()):
            bell.set()

    def close(self) -> None:
        """Wake all, and let nobody wait any more: the relay is stopping."""
        self._closed = True
        for bells in self._waiting.values():
            for bell in bells:
                bell.set()

    def __len__(self) -> int:
        return sum(len(bells) for bells in self._waiting.values())
