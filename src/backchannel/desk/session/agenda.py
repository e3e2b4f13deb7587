"""The agenda at a desk: the mediator sets it, shows each party its part; a party raises topics.

The agenda is set as a whole, so each change is the whole agenda with one thing changed, read and
written in one transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from backchannel.channel.agenda import AgendaSet, Item, ItemRaised, Kept, Phase
from backchannel.channel.channel import Channel
from backchannel.channel.disclosure import tell
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.ledger import load_channel, record_entry
from backchannel.desk.session.finding import find_channel
from backchannel.desk.session.mediating import seat_names
from backchannel.desk.session.saying import speak


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """An item of the mediator's agenda, with the names of seats; raised by nobody: the mediator."""

    item: Item
    shown_to: tuple[str, ...] = ()
    raised_by: str = ""


Topics = tuple[Topic, ...]
Names = tuple[str, ...]


def agenda(desk: Desk, channel: str = "") -> Topics:
    """Return the mediator's agenda."""
    with desk.vault.read() as connection:
        row = find_channel(connection, channel, role="mediator")
        return topics(load_channel(desk, connection, row.channel))


def topics(state: Channel) -> Topics:
    """Return the agenda of a channel with the names of its seats."""
    names = {seat: known.name for seat, known in state.seats.items()}
    return tuple(
        Topic(
            item=kept.item,
            shown_to=tuple(names[seat] for seat in kept.shown_to),
            raised_by=next((name for seat, name in names.items() if seat == kept.raised_by), ""),
        )
        for kept in (state.agenda.items if state.agenda is not None else ())
    )


def set_agenda(desk: Desk, channel: str, items: Sequence[Topic]) -> Names:
    """Set the whole agenda; return who is shown something new: only who has a changed part."""
    return _change(desk, channel, lambda _: tuple(items))


def add_item(desk: Desk, channel: str, topic: Topic, *, place: int = 0) -> Names:
    """Put one more item on the agenda, at a place counted from 1, else at the end."""

    def change(before: Topics) -> Topics:
        at = _index(place, len(before) + 1) if place else len(before)
        return (*before[:at], topic, *before[at:])

    return _change(desk, channel, change)


def change_item(desk: Desk, channel: str, item: str, change: Callable[[Topic], Topic]) -> Names:
    """Change one item in its place."""
    return _change(
        desk,
        channel,
        lambda before: tuple(change(t) if t is _find(before, item) else t for t in before),
    )


def remove_item(desk: Desk, channel: str, item: str) -> Names:
    """Take one item off the agenda. Whoever was shown it sees it no longer."""
    return _change(
        desk,
        channel,
        lambda before: tuple(t for t in before if t is not _find(before, item)),
    )


def move_item(desk: Desk, channel: str, item: str, *, place: int) -> Names:
    """Move one item to a place counted from 1."""

    def change(before: Topics) -> Topics:
        moved = _find(before, item)
        rest = tuple(topic for topic in before if topic is not moved)
        at = _index(place, len(before))
        return (*rest[:at], moved, *rest[at:])

    return _change(desk, channel, change)


def set_phase(desk: Desk, channel: str, item: str, phase: Phase) -> Names:
    """Say how far a topic has come."""
    return change_item(
        desk, channel, item, lambda topic: replace(topic, item=replace(topic.item, phase=phase))
    )


def raise_item(desk: Desk, channel: str = "", *, title: str, text: str = "") -> None:
    """Ask the mediator, as a party, to put a topic on the agenda."""
    speak(desk, channel, lambda _, when: ItemRaised(**when, title=title, text=text))


def _change(desk: Desk, channel: str, change: Callable[[Topics], Topics]) -> Names:
    with desk.transaction() as connection:
        row = find_channel(connection, channel, role="mediator")
        state = load_channel(desk, connection, row.channel)
        before = topics(state)
        after = change(before)
        if after == before and state.agenda is not None:
            raise UsageError("the agenda is just so already: nothing was changed")
        items = tuple(_kept(state, topic) for topic in after)
        entry = AgendaSet(at=desk.minute(), by=desk.person, items=items)
        record_entry(desk, connection, row, entry)
        return tuple(state.seats[seat].name for seat in tell(state, entry))


def _kept(state: Channel, topic: Topic) -> Kept:
    raised = seat_names(state, [topic.raised_by])[0] if topic.raised_by else ""
    return Kept(item=topic.item, shown_to=seat_names(state, topic.shown_to), raised_by=raised)


def _find(known: Topics, item: str) -> Topic:
    for topic in known:
        if topic.item.item == item:
            return topic
    names = ", ".join(topic.item.item for topic in known) or "none yet"
    raise UsageError(f"there is no item {item!r} on the agenda; there are: {names}")


def _index(place: int, places: int) -> int:
    if not 1 <= place <= places:
        raise UsageError(f"the agenda has the places 1 to {places}, not {place}")
    return place - 1
