"""The agenda: what is talked about, in which order, how far each topic has come.

The mediator keeps one agenda; each party is shown the items meant for it, and cannot tell from them
whether there are others. An item with options is an issue, over which offers can be made. Who
raised an item, and when, is kept in the mediator's record: who sets the agenda gains by it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from backchannel.channel.errors import MalformedError
from backchannel.channel.names import SeatId, check_id, check_name, check_text
from backchannel.channel.record import Entered
from backchannel.channel.said import Saying
from backchannel.channel.terms import MAX_ISSUES, Issue, check_key, check_options
from backchannel.channel.told import Telling


class Phase(Enum):
    """How far a topic has come. Topics of one channel are in different phases at a time."""

    EXPLORATION = "exploration"
    PROPOSALS = "proposals"
    DRAFTING = "drafting"
    ACCORD = "accord"
    IMPLEMENTATION = "implementation"
    SETTLED = "settled"
    SET_ASIDE = "set aside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One topic; with options it is an issue."""

    item: str
    title: str
    phase: Phase = Phase.EXPLORATION
    options: tuple[str, ...] = ()
    text: str = ""

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        check_key(self.item)
        if "[" in self.item or "]" in self.item:
            raise MalformedError("the short name of an item has no brackets: they stand around it")
        check_name(self.title)
        check_text(self.text, what="text of an item", empty=True)
        check_options(self.options)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRaised(Saying):
    """A party asks the mediator to put a topic on the agenda."""

    title: str
    text: str = ""

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Saying.__post_init__(self)
        check_name(self.title)
        check_text(self.text, what="text", empty=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaShown(Telling):
    """The whole agenda as this party is to see it; it takes the place of the one before."""

    items: tuple[Item, ...]

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Telling.__post_init__(self)
        check_items(self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An item of the mediator's agenda: who raised it (empty: the mediator), who is shown it."""

    item: Item
    shown_to: tuple[SeatId, ...]
    raised_by: str = ""

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        for seat in self.shown_to:
            check_id(seat)
        if self.raised_by:
            check_id(self.raised_by)
        if len(set(self.shown_to)) != len(self.shown_to):
            raise MalformedError("an item is shown to each seat once")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaSet(Entered):
    """The mediator's whole agenda; it takes the place of the one before."""

    items: tuple[Kept, ...]

    def __post_init__(self) -> None:
        """Raises: MalformedError."""
        Entered.__post_init__(self)
        check_items(tuple(kept.item for kept in self.items))


def check_items(items: tuple[Item, ...]) -> None:
    """Raises: MalformedError, when two items have one short name, or there are too many."""
    if len(items) > MAX_ISSUES:
        raise MalformedError(f"an agenda has at most {MAX_ISSUES} items, not {len(items)}")
    keys = [item.item for item in items]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise MalformedError(f"two items of the agenda have the short name {twice[0]!r}")


def issues(items: Iterable[Item]) -> tuple[Issue, ...]:
    """Return the issues among the items: those with options."""
    return tuple(
        Issue(issue=item.item, title=item.title, options=item.options)
        for item in items
        if item.options
    )


def shown_to(items: Iterable[Kept], seat: SeatId) -> tuple[Item, ...]:
    """Return what one seat is shown of the mediator's agenda, in its order."""
    return tuple(kept.item for kept in items if seat in kept.shown_to)
