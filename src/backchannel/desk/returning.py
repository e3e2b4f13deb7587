"""What one side of a caucus returns to the other that lost it: events, in the caucus' order.

The side that kept everything knows how much the other still holds of each direction. All beyond it
is sent as ordinary letters of the new session, both directions in one stream, in the order that any
two desks agree on and in which an answer follows what it answers. What the rules had refused is
returned as a gap, so that both go on counting alike.

>>> from datetime import UTC, datetime
>>> from backchannel.channel.said import Withdrew
>>> at = datetime(2026, 3, 1, tzinfo=UTC)
>>> second = Withdrew(at=at, seen=1, note="ab" * 16)
>>> caucus = Caucus(said_count=3, told_count=1, entries={(3, BY_PARTY): second})
>>> [thing is second or thing for thing in lost(caucus, said=0, told=1)]
[<Gap.SAID: 0>, True, <Gap.SAID: 0>]
"""

from enum import Enum

from backchannel.channel.caucus import BY_MEDIATOR, BY_PARTY, Caucus, Event, redacted


class Gap(Enum):
    """The place of an event of one side that the other had refused."""

    SAID = BY_PARTY
    TOLD = BY_MEDIATOR


def lost(caucus: Caucus, *, said: int, told: int) -> list[Event | Gap]:
    """Return all beyond so many said and told, in order, and gaps where there is none."""
    held = {BY_PARTY: said, BY_MEDIATOR: told}
    found: list[Event | Gap] = []

    def fill(side: int, upto: int) -> None:
        found.extend([Gap(side)] * (upto - held[side]))
        held[side] = max(held[side], upto)

    for (place, side), event in sorted(caucus.entries.items(), key=lambda item: item[0]):
        number = place - event.seen
        if number > held[side]:
            # Whatever its author had seen comes before it; what is still missing then is nowhere.
            fill(BY_PARTY + BY_MEDIATOR - side, event.seen)
            fill(side, number - 1)
            found.append(event)
            held[side] = number
    fill(BY_PARTY, caucus.said_count)
    fill(BY_MEDIATOR, caucus.told_count)
    return found


def told_as(caucus: Caucus, number: int) -> Event | None:
    """Return what was told under this number, counted from 1; None for what was refused."""
    for (place, side), event in caucus.entries.items():
        if side == BY_MEDIATOR and place - event.seen == number:
            return event
    return None


def told_beyond(caucus: Caucus, number: int) -> list[Event]:
    """Return what was told after that many, in order."""
    there = sorted(caucus.entries.items(), key=lambda item: item[0])
    return [e for (place, side), e in there if side == BY_MEDIATOR and place - e.seen > number]


def is_same(ours: Event, theirs: Event) -> bool:
    """Tell whether an event came back as it was, or without what its author has erased since."""
    note = getattr(ours, "note", None)
    return theirs == ours or (note is not None and theirs == redacted(ours, note))
