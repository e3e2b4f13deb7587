"""What the rest of the relay asks of a store, whichever database is behind it."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from backchannel.post.messages import Answer, Request


class Store(Protocol):
    """Mailboxes that survive the process, and the power cut."""

    async def ask(self, request: Request) -> Answer:
        """Carry the request out and return the answer once what it changed is durable.

        A `Collect` is answered at once, whatever its `wait`.
        """
        ...

    async def check(self) -> None:
        """Return if the store can be read. Raises: whatever keeps it."""
        ...

    async def sweep(self) -> int:
        """Delete letters whose last day has passed, and mailboxes that nobody used for so long.

        Returns:
            How many letters and mailboxes together.
        """
        ...

    def close(self) -> None:
        """Finish what was begun, and let go of the database."""
        ...


@runtime_checkable
class Shared(Protocol):
    """A store that other relays use too."""

    def listen(self, ring: Callable[[bytes], None]) -> None:
        """Have `ring` called with each mailbox whose waiting readers shall look again.

        It is called for what other relays did, in another thread than the event loop's.
        """
        ...
