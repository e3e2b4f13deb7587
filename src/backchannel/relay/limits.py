"""How much the relay takes: from a mailbox, from a connection, at once.

No limit is counted by address or by user, for the relay knows neither. What costs disk is limited
for each mailbox, and mailboxes are limited by vouchers; what costs memory is limited in total.

>>> Limits().fits(letters=1023, size=0, more=65_536)
True
>>> Limits().fits(letters=1024, size=0, more=1)
False
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """All limits of one relay; an operator may choose others."""

    letters: int = 1_024  # in one mailbox
    size: int = 32 * 1_048_576  # bytes of letters in one mailbox
    # Replaced secrets are remembered, to tell that somebody still tries them. Only the last few:
    # otherwise rotating over and over would fill the disk.
    retired: int = 8
    retention: int = 400  # days for which a mailbox is kept that neither side asks for
    waiting: int = 4  # long polls and sockets that wait at one mailbox at a time
    connections: int = 2_000
    sockets: int = 1_500  # of these connections: the rest is left for requests
    head_seconds: float = 10.0  # from the first byte of a request, or the connection, to its head
    body_seconds: float = 20.0  # for the whole body
    answer_seconds: float = 30.0  # for a client to take its answer once it is written
    idle_seconds: int = 30  # between two requests on one connection
    ping_seconds: float = 20.0  # between pings to a desk that waits, and for its answer to one

    def fits(self, *, letters: int, size: int, more: int) -> bool:
        """Tell whether a letter of `more` bytes fits beside these letters of `size` bytes."""
        return letters < self.letters and size + more <= self.size
