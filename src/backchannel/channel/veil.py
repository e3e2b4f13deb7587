"""What the mediator's desk may show of answers to its proposals: until the outcome, nothing.

`veiled` gives a caucus as it would be if the answers that no outcome has opened had never come: not
the answer, not that there is one, and no gap in any number that others of the party's events carry.
What was taken back or superseded stays veiled for ever. The rules and the outcome work on the
caucus as it is; whatever is shown, listed or exported at the mediator's desk passes through here.

The promise binds an honest desk. One that was tampered with holds the keys and can look.

>>> from backchannel.channel.caucus import Caucus
>>> veiled(Caucus()) == Caucus()
True
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace

from backchannel.channel.caucus import BY_PARTY, Caucus, enter
from backchannel.channel.caucus_state import freeze, thaw
from backchannel.channel.channel import Channel
from backchannel.channel.proposals import Answered


def veiled(caucus: Caucus) -> Caucus:
    """Return the caucus as the mediator's desk may show it."""
    hidden = sorted(
        place[0] - event.seen
        for place, event in caucus.entries.items()
        if isinstance(event, Answered) and caucus.proposals[event.proposal].outcome is None
    )
    return without(caucus, hidden) if hidden else caucus


def veiled_channel(channel: Channel) -> Channel:
    """Return the channel as the mediator's desk may show it."""
    return replace(channel, caucuses={s: veiled(c) for s, c in channel.caucuses.items()})


def without(caucus: Caucus, hidden: Sequence[int]) -> Caucus:
    """Return the caucus as if the party's events of these numbers (ascending) were never said.

    Folded anew, and not cut out of what was folded: so nothing that counts is forgotten.
    """
    draft = thaw(Caucus())
    # In this order nothing comes before what it speaks of, whatever order it was folded in.
    for (total, side), event in sorted(caucus.entries.items(), key=lambda item: item[0]):
        number = total - event.seen
        if side == BY_PARTY:
            before = bisect_left(hidden, number)
            draft.said_count = number - before - 1
            if number not in hidden:
                enter(draft, event)
        else:
            before = bisect_right(hidden, event.seen)
            draft.told_count = number - 1
            enter(draft, replace(event, seen=event.seen - before) if before else event)
    # Letters that the rules refused are counted on either side, and are no entries.
    draft.said_count = caucus.said_count - len(hidden)
    draft.told_count = caucus.told_count
    return freeze(draft)
