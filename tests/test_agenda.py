"""The agenda: what a party is shown depends on its own part, and on nothing else."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.channel import record, told
from backchannel.channel.agenda import (
    AgendaSet,
    AgendaShown,
    Item,
    ItemRaised,
    Kept,
    Phase,
    issues,
    shown_to,
)
from backchannel.channel.channel import Channel
from backchannel.channel.disclosure import tell, view
from backchannel.channel.errors import MalformedError, RuleBrokenError
from backchannel.channel.events import Entry, ToParty
from backchannel.channel.names import SeatId
from backchannel.channel.terms import MAX_ISSUES, Issue
from crossing import NAMES, NOON, Telling, an_id, minute, seat_of
from histories import Move, World

EAST, WEST, SOUTH = (seat_of(name) for name in NAMES)
PAUSE = Item(item="pause", title="A pause", options=("10 days", "30 days"))
FUNDS = Item(item="funds", title="The funds", phase=Phase.PROPOSALS)


def an_item(number: int) -> Item:
    return Item(item=f"item {number}", title=f"Topic {number}")


def kept(item: Item, *seats: SeatId, raised_by: str = "") -> Kept:
    return Kept(item=item, shown_to=seats, raised_by=raised_by)


def an_agenda(*items: Kept, at: int = 0) -> AgendaSet:
    return AgendaSet(at=minute(at), items=items)


def shown(world: World, name: str) -> tuple[Item, ...]:
    world.settle()
    return view(world.parties[name].desk).agenda


def test_an_item_with_options_is_an_issue() -> None:
    assert issues((FUNDS, PAUSE)) == (
        Issue(issue="pause", title="A pause", options=("10 days", "30 days")),
    )


def test_each_party_is_shown_its_part_in_the_mediators_order() -> None:
    items = (kept(FUNDS, WEST), kept(PAUSE, WEST, EAST), kept(an_item(1), EAST), kept(an_item(2)))
    assert shown_to(items, EAST) == (PAUSE, an_item(1))
    assert shown_to(items, WEST) == (FUNDS, PAUSE)
    assert shown_to(items, SOUTH) == ()


def test_the_agenda_set_takes_the_place_of_the_one_before() -> None:
    world = World.ready()
    world.enter(an_agenda(kept(PAUSE, EAST, WEST), kept(FUNDS, WEST)))
    assert shown(world, "East") == (PAUSE,)
    assert shown(world, "West") == (PAUSE, FUNDS)
    world.enter(an_agenda(kept(FUNDS, WEST)))
    assert shown(world, "East") == ()
    assert shown(world, "West") == (FUNDS,)


def test_a_party_whose_part_is_the_same_is_told_nothing() -> None:
    world = World.ready()
    world.enter(an_agenda(kept(PAUSE, EAST)))
    again = an_agenda(kept(FUNDS, WEST), kept(PAUSE, EAST, raised_by=EAST))
    assert list(tell(world.channel, again)) == [WEST]


def test_nothing_of_the_agenda_goes_to_a_seat_without_a_desk_frozen_or_closed() -> None:
    world = World()
    world.play(Move("welcome", "West"), Move("welcome", "South"))
    world.enter(record.Frozen(at=NOON, seat=WEST))
    world.enter(record.SeatClosed(at=NOON, seat=SOUTH))
    everybody = an_agenda(kept(PAUSE, EAST, WEST, SOUTH))
    assert tell(world.channel, everybody) == {}
    world.enter(everybody)
    world.enter(record.Thawed(at=NOON, seat=WEST))
    assert list(tell(world.channel, everybody)) == [WEST]


def test_a_topic_can_be_raised_at_any_time_and_changes_nothing_by_itself() -> None:
    world = World.ready()
    east = world.parties["East"]
    before = view(east.desk)
    world.say(east, ItemRaised(at=NOON, seen=1, title="Overflights", text="Soon."))
    world.settle()
    after = view(east.desk)
    assert after.agenda == before.agenda
    assert after.entries[-1].event == ItemRaised(at=NOON, seen=1, title="Overflights", text="Soon.")


def test_an_agenda_names_only_seats_that_there_are() -> None:
    world = World.ready()
    nobody = SeatId(an_id("nobody"))
    for item in (kept(PAUSE, nobody), kept(PAUSE, raised_by=nobody)):
        with pytest.raises(RuleBrokenError, match="no such seat"):
            world.enter(an_agenda(item))


def test_no_agenda_is_set_when_the_channel_is_closed() -> None:
    world = World.ready()
    world.enter(record.Closure(at=NOON, how=told.Closing.BROKEN_DOWN))
    with pytest.raises(RuleBrokenError, match="channel is closed"):
        world.enter(an_agenda(kept(PAUSE, EAST)))


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ((PAUSE, PAUSE), "two items of the agenda have the short name 'pause'"),
        (tuple(an_item(n) for n in range(MAX_ISSUES + 1)), "at most 50 items, not 51"),
    ],
)
def test_an_agenda_that_cannot_be_is_not_built(items: tuple[Item, ...], words: str) -> None:
    with pytest.raises(MalformedError, match=words):
        AgendaShown(at=NOON, seen=0, items=items)
    with pytest.raises(MalformedError, match=words):
        an_agenda(*(kept(item) for item in items))


@pytest.mark.parametrize(
    "values",
    [
        {"item": ""},
        {"item": "x" * 41},
        {"item": "a [b]"},
        {"item": "b]"},
        {"title": ""},
        {"options": ("only one",)},
        {"options": ("one", "one")},
        {"text": "\x1b[2J"},
    ],
)
def test_an_item_that_cannot_be_is_not_built(values: dict[str, object]) -> None:
    given: dict[str, object] = {"item": "pause", "title": "A pause", **values}
    with pytest.raises(MalformedError):
        Item(**given)  # type: ignore[arg-type]


def test_an_item_is_shown_to_each_seat_once_and_raised_by_one() -> None:
    with pytest.raises(MalformedError, match="each seat once"):
        kept(PAUSE, EAST, EAST)
    with pytest.raises(MalformedError, match="identifier"):
        kept(PAUSE, raised_by="East")
    with pytest.raises(MalformedError):
        ItemRaised(at=NOON, seen=0, title=" ")


# Two runs: what West is shown is the same in both, and all else is drawn anew for each.
parts = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from([(EAST,), (SOUTH,), (EAST, SOUTH), ()])),
    max_size=5,
    unique_by=lambda part: part[0],
)
hidden = st.lists(parts, min_size=3, max_size=3)
WESTS = ((), (PAUSE,), (FUNDS, PAUSE))  # its part after each of the three times it is set


def told_to_west(
    secrets: Sequence[list[tuple[int, tuple[SeatId, ...]]]], telling: Telling
) -> object:
    """Set the agenda three times; what West is not shown stands around its own items."""
    world = World.ready(telling=telling)
    for at, (part, secret) in enumerate(zip(WESTS, secrets, strict=True)):
        around = [kept(an_item(n), *seats, raised_by=EAST if n % 2 else "") for n, seats in secret]
        mine = [kept(item, WEST, *(s for s in (EAST,) if len(secret) % 2)) for item in part]
        world.enter(an_agenda(*around[:2], *mine, *around[2:], at=at))
    world.settle()
    west = world.parties["West"]
    return west.sent, view(west.desk)


@settings(max_examples=30)
@given(one=hidden, other=hidden)
def test_what_a_party_is_shown_does_not_depend_on_what_it_is_not_shown(
    one: list[list[tuple[int, tuple[SeatId, ...]]]],
    other: list[list[tuple[int, tuple[SeatId, ...]]]],
) -> None:
    assert told_to_west(one, tell) == told_to_west(other, tell)


def test_a_party_told_whenever_the_agenda_changes_would_be_found() -> None:
    def leaking(channel: Channel, entry: Entry) -> dict[SeatId, ToParty]:
        events = dict(tell(channel, entry))
        if isinstance(entry, AgendaSet):
            part = shown_to(entry.items, WEST)
            # Empty and unchanged, and told all the same: that there is something to tell of.
            if len(entry.items) > len(part):
                events[WEST] = AgendaShown(at=entry.at, seen=1, items=part)
        return events

    nothing: list[list[tuple[int, tuple[SeatId, ...]]]] = [[], [], []]
    something: list[list[tuple[int, tuple[SeatId, ...]]]] = [[(1, (EAST,))], [], []]
    assert told_to_west(nothing, leaking) != told_to_west(something, leaking)
