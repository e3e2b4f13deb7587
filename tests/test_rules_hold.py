"""The rules against any event that can be built, whatever came before: a refusal or an effect.

A modified desk may send every well-formed event at every moment. What the rules do not allow is
refused with one kind of error and changes nothing; what they let pass takes effect, can be shown,
and is decided alike by the party's desk and the mediator's.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from backchannel.channel import caucus as caucuses
from backchannel.channel import caucus_rules, channel_rules, events
from backchannel.channel import channel as channels
from backchannel.channel.deadlines import ahead, of_mediator, of_party
from backchannel.channel.disclosure import tell, view
from backchannel.channel.errors import MalformedError, RuleBrokenError
from backchannel.channel.said import Saying
from crossing import NOON, Party
from histories import ANY_KIND, World, begun, script
from test_wire import events_of

_ID = re.compile(r"[0-9a-f]{32}")
STAGES = 5
Pool = dict[str, list[str]]
Choose = Callable[[Sequence[str]], str]
thorough = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def played(stage: int, seed: int) -> World:
    """Return a world in which much has happened; every letter of it has arrived."""
    world = begun(stage)
    world.play(*script(seed, 120, ANY_KIND))
    world.settle()
    return world


def ids_in(value: Any, name: str = "") -> Iterable[tuple[str, str]]:  # noqa: ANN401 - any event
    """Yield every identifier in an event, with the name of its field."""
    if is_dataclass(value):
        for field in fields(value):
            yield from ids_in(getattr(value, field.name), field.name)
    elif isinstance(value, tuple | frozenset):
        for item in value:
            yield from ids_in(item, name)
    elif isinstance(value, str) and _ID.fullmatch(value):
        yield name, value


def pool_of(world: World) -> Pool:
    """Return the identifiers that the world knows, by field."""
    pool: Pool = {}
    told_or_said = [event for party in world.parties.values() for event in party.sent]
    for event in (*world.entries, *told_or_said):
        for name, value in ids_in(event):
            pool.setdefault(name, []).append(value)
    return pool


def aimed(value: Any, pool: Pool, choose: Choose, name: str = "") -> Any:  # noqa: ANN401 - as above
    """Return an event with each identifier put in the place of one that is known, if there is."""
    if is_dataclass(value) and not isinstance(value, type):
        inner = {f.name: aimed(getattr(value, f.name), pool, choose, f.name) for f in fields(value)}
        return replace(value, **inner)
    if isinstance(value, tuple):
        return tuple(aimed(item, pool, choose, name) for item in value)
    if isinstance(value, str) and _ID.fullmatch(value) and pool.get(name):
        return choose([value, *pool[name]])
    return value


@st.composite
def at_world(draw: st.DrawFn, kinds: tuple[type, ...]) -> tuple[World, Any]:
    """A world with a past, and any event of these kinds that speaks of things in it."""
    world = played(draw(st.integers(0, STAGES - 1)), draw(st.integers(0, 40)))
    event = draw(st.sampled_from(kinds).flatmap(events_of))
    try:
        return world, aimed(event, pool_of(world), lambda known: draw(st.sampled_from(known)))
    except MalformedError:
        reject()


def as_seen(party: Party, event: Any, choose: st.DataObject) -> Any:  # noqa: ANN401 - as above
    """Return the event with a count of things seen that a true desk could have written."""
    there = party.desk.told_count if isinstance(event, Saying) else party.desk.said_count
    return replace(event, seen=choose.draw(st.integers(max(0, there - 3), there)))


@thorough
@given(
    drawn=at_world(get_args(events.FromParty) + get_args(events.ToParty)),
    data=st.data(),
    name=st.sampled_from(["East", "West"]),
)
def test_any_letter_is_refused_by_the_rules_or_takes_effect(
    drawn: tuple[World, Any], data: st.DataObject, name: str
) -> None:
    world, event = drawn
    party = world.parties[name]
    event = as_seen(party, event, data)
    before, shown = party.desk, view(party.desk)
    try:
        caucus_rules.may(before, event)
    except RuleBrokenError:
        assert view(party.desk) == shown
        return
    after = caucuses.apply(before, event)
    # Whatever its author's clock said: one letter must not keep a desk from showing all others.
    assert set(ahead(of_party(after), NOON)) <= set(of_party(after))
    counts = (after.said_count + after.told_count, before.said_count + before.told_count)
    assert counts[0] == counts[1] + 1
    view(after)


@thorough
@given(
    drawn=at_world(get_args(events.FromParty)),
    data=st.data(),
    name=st.sampled_from(["East", "West"]),
)
def test_both_desks_decide_alike_on_what_a_modified_desk_sends(
    drawn: tuple[World, Any], data: st.DataObject, name: str
) -> None:
    world, event = drawn
    party = world.parties[name]
    event = as_seen(party, event, data)
    refused = [False, False]
    for place, caucus in enumerate((party.desk, world.channel.caucuses[party.seat])):
        try:
            caucus_rules.may(caucus, event)
        except RuleBrokenError:
            refused[place] = True
    assert refused[0] == refused[1]


@thorough
@given(drawn=at_world(get_args(events.Entry)))
def test_any_entry_is_refused_by_the_rules_or_takes_effect(drawn: tuple[World, Any]) -> None:
    world, entry = drawn
    before = world.channel
    try:
        channel_rules.may(before, entry)
    except RuleBrokenError:
        return
    after = channels.apply(before, entry)
    for seat, told in tell(before, entry).items():
        assert after.caucuses[seat].told_count == before.caucuses[seat].told_count + 1, told
    assert set(ahead(of_mediator(after), NOON)) <= set(of_mediator(after))
    for caucus in after.caucuses.values():
        view(caucus)


def test_the_histories_reach_what_events_can_speak_of() -> None:
    known = {name for stage in range(STAGES) for name in pool_of(played(stage, stage))}
    assert {"accord", "note", "proposal", "communique", "round", "seat"} <= known


@pytest.mark.parametrize("stage", range(STAGES))
def test_a_world_with_a_past_has_more_than_one_kind_of_event(stage: int) -> None:
    world = played(stage, 1)
    assert len({type(entry) for entry in world.entries}) > 3
    assert all(entry.at >= NOON for entry in world.entries if hasattr(entry, "at"))
