"""A communique: agreed to by all, or nothing of it is said."""

from datetime import timedelta
from typing import Any

import pytest

from backchannel.channel import record
from backchannel.channel.caucus import Caucus, apply
from backchannel.channel.caucus_communiques import check_agreed
from backchannel.channel.communique import (
    CommuniqueAnswered,
    CommuniquePut,
    CommuniquePutting,
    CommuniqueRelease,
    CommuniqueReleased,
    CommuniqueWithdrawal,
    HoldingLine,
    HoldingLineUsed,
)
from backchannel.channel.disclosure import tell, view
from backchannel.channel.errors import MalformedError, RuleBrokenError
from backchannel.channel.names import SeatId
from backchannel.channel.rules import CommuniqueLife, Consent
from crossing import NAMES, NOON, an_id, minute, seat_of
from histories import World

EAST, WEST, SOUTH = (seat_of(name) for name in NAMES)
WORDS, TOMORROW = an_id("communique"), NOON + timedelta(days=1)


def a_putting(*seats: SeatId, **changes: object) -> CommuniquePutting:
    given: dict[str, Any] = {
        "text": "The parties have talked.",
        "credit": "They thank North.",
        "holding_line": "No comment.",
        **changes,
    }
    return CommuniquePutting(at=NOON, communique=WORDS, seats=seats or (EAST, WEST), **given)


def put(**changes: object) -> World:
    world = World.ready()
    world.enter(a_putting(**changes))
    world.settle()
    return world


def answer(world: World, name: str, *, agrees: bool, text: str = "") -> None:
    party = world.parties[name]
    seen = party.desk.told_count
    world.say(
        party, CommuniqueAnswered(at=NOON, seen=seen, communique=WORDS, agrees=agrees, text=text)
    )


def agreed(**changes: object) -> World:
    world = put(**changes)
    for name in ("East", "West"):
        answer(world, name, agrees=True)
    world.settle()
    return world


def life(world: World, name: str = "East") -> CommuniqueLife:
    world.settle()
    return world.parties[name].desk.communiques[WORDS].life


def release(at: int = 0) -> CommuniqueRelease:
    return CommuniqueRelease(at=minute(at), communique=WORDS)


def test_it_is_released_to_all_when_all_have_agreed() -> None:
    world = put()
    answer(world, "East", agrees=True)
    world.settle()
    with pytest.raises(RuleBrokenError, match="missing: West"):
        world.enter(release())
    answer(world, "West", agrees=True)
    world.settle()
    world.enter(release())
    assert life(world, "East") is life(world, "West") is CommuniqueLife.RELEASED
    assert not view(world.parties["South"].desk).communiques


def test_a_party_learns_nothing_of_what_another_says_to_it() -> None:
    world = put()
    answer(world, "East", agrees=False, text="Not the word 'thank'.")
    world.settle()
    west = world.parties["West"]
    assert west.desk.communiques[WORDS].consent is Consent.UNDECIDED
    assert len(west.sent) == len(world.parties["South"].sent) + 1
    assert world.caucus("East").communiques[WORDS].text == "Not the word 'thank'."


def test_a_party_may_think_again_until_the_release() -> None:
    world = agreed()
    answer(world, "East", agrees=False)
    world.settle()
    with pytest.raises(RuleBrokenError, match="missing: East"):
        world.enter(release())
    answer(world, "East", agrees=True)
    world.settle()
    world.enter(release())
    world.settle()
    with pytest.raises(RuleBrokenError, match="the communique is released"):
        answer(world, "East", agrees=False)


def test_the_same_answer_twice_is_refused() -> None:
    world = agreed()
    with pytest.raises(RuleBrokenError, match="agreed already"):
        answer(world, "East", agrees=True)


def test_it_is_not_released_before_its_time() -> None:
    world = agreed(not_before=minute(10))
    with pytest.raises(RuleBrokenError, match="may be released from 2026-03-01 12:10 UTC on"):
        world.enter(release(9))
    world.enter(release(10))
    assert life(world) is CommuniqueLife.RELEASED


def test_after_a_leak_the_holding_line_is_used_and_the_text_can_still_follow() -> None:
    world = agreed(not_before=minute(10))
    world.enter(HoldingLine(at=NOON, communique=WORDS))
    assert life(world) is CommuniqueLife.HELD
    world.enter(release(10))
    assert life(world) is CommuniqueLife.RELEASED


def test_a_party_may_think_again_after_a_leak_too() -> None:
    world = agreed(not_before=minute(10))
    world.enter(HoldingLine(at=NOON, communique=WORDS))
    world.settle()
    answer(world, "East", agrees=False, text="Not after this leak.")
    world.settle()
    with pytest.raises(RuleBrokenError, match="missing: East"):
        world.enter(release(10))


def test_a_holding_line_is_used_only_if_it_was_agreed_on() -> None:
    line = HoldingLine(at=NOON, communique=WORDS)
    with pytest.raises(RuleBrokenError, match="not all agree"):
        put().enter(line)
    with pytest.raises(RuleBrokenError, match="no holding line"):
        agreed(holding_line="").enter(line)


def test_what_is_taken_back_is_over() -> None:
    world = agreed()
    world.enter(CommuniqueWithdrawal(at=NOON, communique=WORDS))
    assert life(world) is CommuniqueLife.TAKEN_BACK
    with pytest.raises(RuleBrokenError, match="taken back already"):
        world.enter(release())
    with pytest.raises(RuleBrokenError, match="is taken back"):
        answer(world, "East", agrees=False)


def test_it_is_put_once_and_before_anything_else() -> None:
    world = World.ready()
    with pytest.raises(RuleBrokenError, match="put it first"):
        world.enter(release())
    with pytest.raises(RuleBrokenError, match="no such communique"):
        answer(world, "East", agrees=True)
    world.enter(a_putting())
    with pytest.raises(RuleBrokenError, match="id already"):
        world.enter(a_putting())


def test_a_desk_refuses_a_second_one_with_the_same_id() -> None:
    world = put()
    (told,) = (e for e in world.parties["East"].sent if isinstance(e, CommuniquePut))
    world.parties["East"].down.append(told)
    with pytest.raises(RuleBrokenError, match="id already"):
        world.settle()


def test_it_goes_to_no_seat_that_is_frozen() -> None:
    world = World.ready()
    world.enter(record.Frozen(at=NOON, seat=EAST))
    with pytest.raises(RuleBrokenError, match="is frozen"):
        world.enter(a_putting())


def test_a_wording_that_cannot_be_is_not_built() -> None:
    for changes in ({"text": " "}, {"credit": "\x07"}, {"not_before": NOON.replace(second=1)}):
        with pytest.raises(MalformedError):
            a_putting(**changes)
    with pytest.raises(MalformedError, match="one seat at least"):
        CommuniquePutting(at=NOON, communique=WORDS, seats=(), text="x", credit="", holding_line="")


# What a party's desk looks at, whatever the mediator's desk may have let pass.


def desk_of(world: World) -> Caucus:
    return world.parties["East"].desk


def said_now(world: World, **changes: object) -> CommuniqueReleased:
    given: dict[str, Any] = {"at": NOON, "seen": desk_of(world).said_count, **changes}
    return CommuniqueReleased(communique=WORDS, **given)


def test_a_desk_takes_no_release_to_which_its_party_has_not_agreed() -> None:
    world = put()
    with pytest.raises(RuleBrokenError, match="has not agreed"):
        check_agreed(desk_of(world).communiques, said_now(world))
    answer(world, "East", agrees=True)
    check_agreed(desk_of(world).communiques, said_now(world))
    with pytest.raises(RuleBrokenError, match="has not agreed"):
        # The mediator had not seen it: it released without an agreement.
        check_agreed(desk_of(world).communiques, said_now(world, seen=1))


def test_an_agreement_taken_back_too_late_crosses_the_release() -> None:
    world = agreed()
    seen = desk_of(world).said_count
    answer(world, "East", agrees=False)
    world.enter(release())
    check_agreed(desk_of(world).communiques, said_now(world, seen=seen))
    with pytest.raises(RuleBrokenError, match="has not agreed"):
        check_agreed(desk_of(world).communiques, said_now(world))
    world.settle()
    assert world.caucus("East") == desk_of(world)


def test_a_desk_takes_no_release_before_its_time_and_no_line_that_is_none() -> None:
    world = agreed(not_before=minute(10), holding_line="")
    known = desk_of(world).communiques
    with pytest.raises(RuleBrokenError, match="from 2026-03-01 12:10"):
        check_agreed(known, said_now(world))
    check_agreed(known, said_now(world, at=minute(10)))
    line = HoldingLineUsed(at=NOON, seen=desk_of(world).said_count, communique=WORDS)
    with pytest.raises(RuleBrokenError, match="no holding line"):
        check_agreed(known, line)
    line_there = apply(desk_of(agreed()))
    check_agreed(line_there.communiques, line)


def test_what_each_party_is_put_is_the_same_but_for_its_own_counts() -> None:
    told = tell(World.ready().channel, a_putting(EAST, WEST, not_before=TOMORROW))
    assert told[EAST] == told[WEST]
