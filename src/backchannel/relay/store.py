"""What the rest of the relay asks of a store, whichever database is behind it."""

from typing import Protocol

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
        """Delete letters whose last day has passed, and return how many."""
        ...

    def close(self) -> None:
        """Finish what was begun, and let go of the database."""
        ...
