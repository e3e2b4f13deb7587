"""The one thing a desk knows of a relay: it can be asked.

Whoever moves letters is written against this, so that it runs unchanged against the relay over
the network and against a relay in memory that lies, forgets and plays letters back.
"""

from typing import Protocol

from backchannel.post.messages import Answer, Request


class RelayPort(Protocol):
    """A way to one relay."""

    def ask(self, request: Request) -> Answer:
        """Return the relay's answer, a `Refused` included; every request can be asked again.

        Raises:
            RelayDownError: nobody answered. The request may or may not have been carried out.
        """
        ...
