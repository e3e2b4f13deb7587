"""Rounds: each party is called by itself, and learns of its own invitation alone."""

from datetime import timedelta
from typing import Any

import pytest

from backchannel.channel import record, told
from backchannel.channel.channel import Channel
from backchannel.channel.disclosure import tell, view
from backchannel.channel.errors import MalformedError, RuleBrokenError
from backchannel.channel.events import Entry, ToParty
from backchannel.channel.names import SeatId
from backchannel.channel.rounds import (
    MAX_PEOPLE,
    RoundAnswered,
    RoundCall,
    RoundCalled,
    RoundCancel,
    RoundCancelled,
    RoundHeld,
)
from backchannel.channel.rules import RoundLife
from crossing import NAMES, NOON, Telling, an_id, minute, seat_of
from histories import Move, World

EAST, WEST, SOUTH = (seat_of(name) for name in NAMES)
ROUND = an_id("round")
TOMORROW = NOON + timedelta(days=1)


def a_call(*seats: SeatId, at: int = 0, **changes: object) -> RoundCall:
    given: dict[str, Any] = {"begins": TOMORROW, "place": "Doha", **changes}
    return RoundCall(at=minute(at), round=ROUND, seats=seats, **given)


def called(*seats: SeatId) -> World:
    world = World.ready()
    world.enter(a_call(*seats))
    world.settle()
    return world


def answer(world: World, name: str, *, coming: bool = True, **more: Any) -> None:  # noqa: ANN401 - fields
    party = world.parties[name]
    seen = party.desk.told_count
    world.say(party, RoundAnswered(at=NOON, seen=seen, round=ROUND, coming=coming, **more))


def test_who_is_called_answers_to_the_mediator_alone() -> None:
    world = called(EAST, WEST)
    answer(world, "East", people=("the minister",), text="Gladly.")
    world.settle()
    at_the_mediator = world.caucus("East").rounds[ROUND]
    assert at_the_mediator == world.parties["East"].desk.rounds[ROUND]
    assert at_the_mediator.standing_answer is not None
    assert at_the_mediator.standing_answer.people == ("the minister",)
    assert world.parties["West"].desk.rounds[ROUND].answer is None
    assert not world.parties["South"].desk.rounds


def test_an_answer_to_a_round_that_was_moved_since_does_not_stand() -> None:
    world = called(EAST)
    answer(world, "East")  # it crosses the second call
    world.enter(a_call(EAST, begins=TOMORROW + timedelta(hours=2)))
    world.settle()
    for caucus in (world.caucus("East"), world.parties["East"].desk):
        moved = caucus.rounds[ROUND]
        assert moved.called.begins == TOMORROW + timedelta(hours=2)
        assert moved.answer is not None
        assert moved.standing_answer is None
    answer(world, "East", coming=False)
    world.settle()
    standing = world.caucus("East").rounds[ROUND].standing_answer
    assert standing is not None
    assert not standing.coming


def test_a_round_called_for_others_too_is_not_told_again_to_those_called_before() -> None:
    world = called(EAST)
    assert list(tell(world.channel, a_call(EAST, WEST, at=5))) == [WEST]
    moved = a_call(EAST, WEST, at=5, place="Muscat")
    assert sorted(tell(world.channel, moved)) == sorted([EAST, WEST])


def test_a_round_is_moved_for_all_who_are_still_there() -> None:
    world = called(EAST, WEST)
    with pytest.raises(RuleBrokenError, match="West is left out"):
        world.enter(a_call(EAST, place="Muscat"))
    world.enter(record.SeatClosed(at=NOON, seat=WEST))
    with pytest.raises(RuleBrokenError, match="is closed"):
        world.enter(a_call(EAST, WEST, place="Muscat"))
    world.enter(a_call(EAST, place="Muscat"))
    assert world.channel.rounds[ROUND].call.place == "Muscat"


def test_a_cancelled_round_is_not_answered_moved_or_held() -> None:
    world = called(EAST)
    world.enter(RoundCancel(at=NOON, round=ROUND, text="The pilots strike."))
    world.settle()
    assert world.parties["East"].desk.rounds[ROUND].life is RoundLife.CANCELLED
    with pytest.raises(RuleBrokenError, match="was cancelled"):
        answer(world, "East")
    for entry in (a_call(EAST, place="Muscat"), RoundCancel(at=NOON, round=ROUND)):
        with pytest.raises(RuleBrokenError, match="the round is cancelled already"):
            world.enter(entry)
    with pytest.raises(RuleBrokenError, match="it was not held"):
        world.enter(RoundHeld(at=NOON, round=ROUND, attendance=(), debrief=""))


def test_an_answer_that_crosses_the_cancelling_is_taken() -> None:
    world = called(EAST)
    answer(world, "East")
    world.enter(RoundCancel(at=NOON, round=ROUND))
    world.settle()
    assert world.caucus("East").rounds == world.parties["East"].desk.rounds


def test_attendance_and_debrief_are_told_to_nobody() -> None:
    world = called(EAST)
    held = RoundHeld(at=NOON, round=ROUND, attendance=("the minister",), debrief="Well.")
    assert tell(world.channel, held) == {}
    before = view(world.parties["East"].desk)
    world.enter(held)
    world.settle()
    assert view(world.parties["East"].desk) == before
    assert world.channel.rounds[ROUND].held == held
    for entry in (a_call(EAST, place="Muscat"), RoundCancel(at=NOON, round=ROUND)):
        with pytest.raises(RuleBrokenError, match="the round was held"):
            world.enter(entry)


def test_a_seat_without_a_desk_is_called_by_mouth() -> None:
    world = World()
    world.play(Move("welcome", "East"))
    call = a_call(EAST, WEST)
    assert list(tell(world.channel, call)) == [EAST]
    world.enter(call)
    cancel = RoundCancel(at=NOON, round=ROUND)
    assert list(tell(world.channel, cancel)) == [EAST]
    # What was held before the mediator wrote it down can be entered for it, too.
    world.enter(RoundCall(at=NOON, round=an_id("past"), seats=(WEST,), begins=NOON, place="Oman"))


def test_nobody_is_called_to_a_round_that_would_have_begun() -> None:
    world = World.ready()
    with pytest.raises(RuleBrokenError, match="East would be called to it now"):
        world.enter(a_call(EAST, begins=NOON))


def test_a_frozen_or_unknown_seat_is_called_to_nothing() -> None:
    world = World.ready()
    world.enter(record.Frozen(at=NOON, seat=EAST))
    with pytest.raises(RuleBrokenError, match="is frozen"):
        world.enter(a_call(EAST))
    with pytest.raises(RuleBrokenError, match="no such seat"):
        world.enter(a_call(SeatId(an_id("nobody"))))


def test_no_round_is_called_when_the_channel_is_closed_but_one_is_cancelled() -> None:
    world = called(EAST)
    world.enter(record.Closure(at=NOON, how=told.Closing.BROKEN_DOWN))
    with pytest.raises(RuleBrokenError, match="channel is closed"):
        world.enter(a_call(EAST, place="Muscat"))
    world.enter(RoundCancel(at=NOON, round=ROUND))
    world.settle()
    assert world.parties["East"].desk.rounds[ROUND].life is RoundLife.CANCELLED


def test_a_round_that_nobody_called_is_neither_cancelled_nor_answered() -> None:
    world = World.ready()
    with pytest.raises(RuleBrokenError, match="call it first"):
        world.enter(RoundCancel(at=NOON, round=ROUND))
    with pytest.raises(RuleBrokenError, match="no such round"):
        answer(world, "East")
    world.parties["East"].down.append(RoundCancelled(at=NOON, seen=1, round=ROUND))
    with pytest.raises(RuleBrokenError, match="no such round"):
        world.settle()


@pytest.mark.parametrize(
    "build",
    [
        a_call,
        lambda: a_call(EAST, EAST),
        lambda: a_call(EAST, place=" "),
        lambda: a_call(EAST, begins=TOMORROW.replace(tzinfo=None)),
        lambda: RoundCalled(at=NOON, seen=0, round="x", begins=TOMORROW, place="Doha"),  # type: ignore[arg-type]
        lambda: RoundHeld(at=NOON, round=ROUND, attendance=("he",) * (MAX_PEOPLE + 1), debrief=""),
        lambda: RoundHeld(at=NOON, round=ROUND, attendance=("",), debrief=""),
        lambda: RoundAnswered(at=NOON, seen=0, round=ROUND, coming=False, people=("he",)),
    ],
)
def test_a_round_that_cannot_be_is_not_built(build: Any) -> None:  # noqa: ANN401 - any event
    with pytest.raises(MalformedError):
        build()


def told_to_west(others: tuple[SeatId, ...], telling: Telling = tell) -> object:
    """Call West, and others with it or later; move the round; cancel it."""
    world = World.ready(telling=telling)
    world.enter(a_call(WEST, at=1))
    world.enter(a_call(WEST, *others, at=2))
    world.enter(a_call(WEST, *others, at=3, place="Muscat"))
    world.settle()
    answer(world, "West")
    world.settle()
    for name in NAMES:
        if seat_of(name) in others:
            answer(world, name, coming=False)
    world.enter(RoundHeld(at=minute(4), round=ROUND, attendance=("he",) * len(others), debrief=""))
    world.settle()
    west = world.parties["West"]
    return west.sent, view(west.desk)


@pytest.mark.parametrize("others", [(EAST,), (EAST, SOUTH)])
def test_what_a_party_is_told_of_a_round_does_not_depend_on_who_else_is_called(
    others: tuple[SeatId, ...],
) -> None:
    assert told_to_west(()) == told_to_west(others)


def test_a_call_told_again_because_others_are_called_would_be_found() -> None:
    def leaking(channel: Channel, entry: Entry) -> dict[SeatId, ToParty]:
        events = dict(tell(channel, entry))
        if isinstance(entry, RoundCall) and len(entry.seats) > 1 and WEST not in events:
            events[WEST] = RoundCalled(
                at=entry.at, seen=1, round=ROUND, begins=entry.begins, place=entry.place
            )
        return events

    assert told_to_west((), leaking) != told_to_west((EAST,), leaking)
