"""What held when: values with the count of the mediator's events from which on they held.

What a party says is judged by what its author had seen when writing, so a caucus keeps what held
before as well as what holds.
"""

from typing import TypeVar

from backchannel.channel.errors import RuleBrokenError

S = TypeVar("S")
History = tuple[tuple[int, S], ...]  # from which told event on, what held


def at_seen(history: History[S], seen: int) -> S:
    """Return what held when that many of the mediator's events had been seen.

    >>> at_seen(((0, "open"), (5, "suspended")), 4)
    'open'

    Raises:
        RuleBrokenError: nothing held yet; an honest desk cannot write of what it has not seen.
    """
    for since, what in reversed(history):
        if since <= seen:
            return what
    raise RuleBrokenError("the event speaks of something that its author had not seen yet")
