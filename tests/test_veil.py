"""What the mediator's desk shows is the same whether and what any party has answered."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.channel import caucus_rules
from backchannel.channel import channel as channels
from backchannel.channel.caucus import Caucus, skip
from backchannel.channel.disclosure import view
from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.events import FromParty
from backchannel.channel.names import ProposalId
from backchannel.channel.proposals import Answer, Answered, Result
from backchannel.channel.rules import ProposalLife
from backchannel.channel.said import Asked
from backchannel.channel.veil import veiled, veiled_channel, without
from crossing import NAMES, NOON, Party, an_id, minute, seat_of
from histories import ANY_KIND, Move, World, begun, moves, script
from test_proposals import ONE, OTHER, outcome, put, say, vote, world_with_agenda

KINDS = tuple(kind for kind in ANY_KIND if kind != "outcome")
moderate = settings(max_examples=60, deadline=None)


class Silent(World):
    """A world in which every answer is kept back, and all else is as it would be."""

    def __init__(self, names: Sequence[str] = NAMES) -> None:
        super().__init__(names)
        self.kept_back: dict[int, Answered] = {}
        self.answered: set[tuple[str, ProposalId]] = set()

    def _try_to_say(self, party: Party, event: FromParty) -> None:
        if not isinstance(event, Answered):
            super()._try_to_say(party, event)
            return
        try:
            caucus_rules.may(party.desk, event)
        except RuleBrokenError:
            return
        if (party.name, event.proposal) not in self.answered:
            self.answered.add((party.name, event.proposal))
            self.kept_back[id(event)] = event
            party.up.append(event)

    def _assert_the_mediator_would_refuse_too(self, party: Party, event: FromParty) -> None:
        """It was never told of the answers, and need not count as the party's desk does."""

    def deliver_up(self, party: Party, at: datetime = NOON) -> None:
        if party.up and id(party.up[0]) in self.kept_back:
            party.up.popleft()
            return
        super().deliver_up(party, at)


def with_talks(world: World) -> World:
    for name in NAMES:
        world.play(Move("welcome", name), Move("down", name), Move("accept", name))
    world.settle()
    for name in NAMES:
        world.play(Move("agenda", name), Move("put proposal", name, 2))
    world.settle()
    return world


@moderate
@given(script=moves(KINDS, max_size=150))
def test_the_mediators_desk_shows_the_same_whatever_was_answered(script: Sequence[Move]) -> None:
    spoken, silent = with_talks(World()), with_talks(Silent())
    for world in (spoken, silent):
        world.play(*script)
        world.settle()
    assert veiled_channel(spoken.channel) == silent.channel
    for name in NAMES:
        assert view(veiled(spoken.caucus(name))) == view(silent.caucus(name))


def test_such_histories_hold_answers_and_much_after_them() -> None:
    answered = 0
    for seed in range(12):
        world = with_talks(World())
        world.play(*script(seed, 150, KINDS))
        world.settle()
        for name in NAMES:
            caucus = world.caucus(name)
            answered += veiled(caucus) is not caucus
            assert (veiled(caucus) == caucus) == (veiled(caucus) is caucus)
    assert answered > 5


@moderate
@given(stage=st.integers(0, 3), script=moves(ANY_KIND, max_size=120))
def test_without_nothing_a_caucus_is_what_it_was(stage: int, script: Sequence[Move]) -> None:
    world = begun(stage)
    world.play(*script)
    for name in NAMES:
        assert without(world.caucus(name), []) == world.caucus(name)


def test_letters_that_were_refused_go_on_counting_on_either_side() -> None:
    world = world_with_agenda()
    put(world)
    east = seat_of("East")
    world.channel = channels.skip(world.channel, east)
    spoken: Caucus = world.channel.caucuses[east]
    assert without(spoken, []) == spoken
    spoken = skip(spoken, told=True)
    assert without(spoken, []) == spoken


def test_no_number_of_what_follows_tells_of_an_answer() -> None:
    world = world_with_agenda()
    put(world)
    vote(world, "East", Answer.ACCEPT)
    say(world, "East", Asked, question=an_id("q"), text="How long?")
    world.settle()
    caucus, shown = world.caucus("East"), veiled(world.caucus("East"))
    assert caucus.questions[an_id("q")].number == 3
    assert shown.questions[an_id("q")].number == 2
    assert shown.said_count == 2
    assert shown.proposals[ONE].answered is None


def test_with_the_outcome_what_was_opened_is_shown() -> None:
    world = world_with_agenda()
    put(world)
    put(world, OTHER)
    for name in ("East", "West"):
        vote(world, name, Answer.ACCEPT)
    vote(world, "East", Answer.REFUSE, OTHER)
    world.settle()
    assert outcome(world, minute(5)) is Result.CARRIED
    shown = veiled(world.caucus("East"))
    assert shown.proposals[ONE].answered is not None
    assert shown.proposals[OTHER].answered is None


@pytest.mark.parametrize("kind", ["taken back", "superseded"])
def test_what_is_never_opened_stays_veiled_for_ever(kind: str) -> None:
    world = world_with_agenda()
    put(world)
    vote(world, "East", Answer.ACCEPT)
    world.settle()
    if kind == "superseded":
        put(world, OTHER, supersedes=ONE)
    else:
        world.play(Move("take proposal", "East"))
        world.settle()
    caucus = world.caucus("East")
    assert caucus.proposals[ONE].life is ProposalLife(kind)
    assert caucus.proposals[ONE].answered is not None
    assert veiled(caucus).proposals[ONE].answered is None
    assert not any(isinstance(e.event, Answered) for e in view(veiled(caucus)).entries)
