"""Offers, mediator's proposals and their rules: what can be put, said, answered and decided."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.channel import caucus_rules
from backchannel.channel.agenda import AgendaSet, Item, Kept
from backchannel.channel.caucus import ERASED_TEXT
from backchannel.channel.channel_proposals import answers, result_of
from backchannel.channel.errors import MalformedError, RuleBrokenError
from backchannel.channel.handling import AS_OURS, FOR_THE_MEDIATOR_ONLY
from backchannel.channel.names import ProposalId, SeatId
from backchannel.channel.oral import HeardAnswer, How
from backchannel.channel.proposals import (
    Answer,
    Answered,
    EnvelopeKey,
    OpenedAnswer,
    OutcomeEntered,
    OutcomeTold,
    ProposalPut,
    ProposalPutting,
    ProposalTakenBack,
    ProposalWithdrawal,
    Proposed,
    Replied,
    Reply,
    Result,
    closes,
    open_answer,
    seal_answer,
    words_of,
)
from backchannel.channel.record import Closure, Frozen, SeatClosed
from backchannel.channel.rules import ProposalLife
from backchannel.channel.said import Erased, Said
from backchannel.channel.terms import (
    MAX_ISSUES,
    MAX_KEY,
    MAX_OFFERS,
    MAX_OPTIONS,
    Choice,
    Issue,
    Offer,
    check_choices,
)
from backchannel.channel.told import Closing
from crossing import NOON, an_id, key_of, minute, seat_of
from histories import Move, World

EAST, WEST, SOUTH = (seat_of(name) for name in ("East", "West", "South"))
PAUSE = Item(item="pause", title="A pause", options=("10 days", "30 days"))
FUNDS = Item(item="funds", title="Funds", options=("half", "all"))
TEN, THIRTY = (Choice(issue="pause", option=option) for option in PAUSE.options)
HALF = Choice(issue="funds", option="half")
ACCEPT, REFUSE = Answer.ACCEPT, Answer.REFUSE
ONE, OTHER = ProposalId(an_id("one")), ProposalId(an_id("other"))
EARLY = minute(1)
answer = st.sampled_from(Answer)
keys = st.binary(min_size=32, max_size=32)


def world_with_agenda(*seats: SeatId) -> World:
    """Return a world whose agenda has two issues; the second one is shown to these seats."""
    world = World.ready()
    items = (Kept(item=PAUSE, shown_to=(EAST, WEST, SOUTH)), Kept(item=FUNDS, shown_to=seats))
    world.enter(AgendaSet(at=NOON, items=items))
    world.settle()
    return world


def putting(
    proposal: ProposalId = ONE, seats: Sequence[SeatId] = (EAST, WEST), **more: object
) -> ProposalPutting:
    keys_of = tuple(EnvelopeKey(seat=seat, key=key_of(f"{seat}{proposal}")) for seat in seats)
    given: dict[str, Any] = {
        "at": NOON, "proposal": proposal, "seats": keys_of, "text": "Ten days each.",
        "choices": (TEN,), "deadline": minute(60), "grace": 30,
    }  # fmt: skip
    return ProposalPutting(**(given | more))


def put(
    world: World,
    proposal: ProposalId = ONE,
    seats: Sequence[SeatId] = (EAST, WEST),
    **more: object,
) -> None:
    world.enter(putting(proposal, seats, **more))
    world.settle()


def say(world: World, name: str, event: type, **more: object) -> None:
    party = world.parties[name]
    given: dict[str, Any] = {"at": minute(1), "seen": party.desk.told_count}
    world.say(party, event(**(given | more)))


def vote(
    world: World,
    name: str,
    given: Answer,
    proposal: ProposalId = ONE,
    *,
    at: datetime = EARLY,
) -> None:
    """Answer, without delivering it."""
    known = world.parties[name].desk.proposals.get(proposal)
    key = known.put.key if known else bytes(32)
    envelope = seal_answer(key, proposal, given)
    say(world, name, Answered, proposal=proposal, envelope=envelope, at=at)


def outcome(world: World, at: datetime, proposal: ProposalId = ONE) -> Result:
    opened = answers(world.channel, world.channel.proposals[proposal])
    result = result_of(opened)
    world.enter(OutcomeEntered(at=at, proposal=proposal, result=result, answers=opened))
    world.settle()
    return result


def life(world: World, name: str, proposal: ProposalId = ONE) -> ProposalLife:
    return world.parties[name].desk.proposals[proposal].life


# Offers.


def test_an_offer_says_what_for_what() -> None:
    offer = Offer(choices=(THIRTY, HALF), only_if=(Choice(issue="visits", option="weekly"),))
    assert offer.words == "pause: 30 days; funds: half, if visits: weekly"
    assert Offer(choices=(TEN,)).words == "pause: 10 days"


def proposed(*offers: Offer, text: str = "Ours.") -> Proposed:
    return Proposed(at=NOON, seen=0, note=an_id("p"), text=text, offers=offers, handling=AS_OURS)


def test_a_proposal_is_conveyed_with_its_offers_and_a_note_as_it_is() -> None:
    both = proposed(Offer(choices=(TEN,)), Offer(choices=(THIRTY,), only_if=(HALF,)))
    assert words_of(both) == "Ours.\n- pause: 10 days\n- pause: 30 days, if funds: half"
    note = Said(at=NOON, seen=0, note=an_id("n"), text="Ours.", handling=AS_OURS)
    assert words_of(note) == "Ours."


MALFORMED: list[tuple[Callable[[], object], str]] = [
    (lambda: Offer(choices=()), "one issue at least"),
    (lambda: Offer(choices=(TEN, THIRTY)), "'pause' is chosen for more than once"),
    (lambda: Offer(choices=(TEN,), only_if=(HALF, HALF)), "'funds' is chosen for more than once"),
    (lambda: Offer(choices=(TEN,), only_if=(THIRTY,)), "both offered and asked for"),
    (lambda: Offer(choices=many(MAX_ISSUES + 1)), "at most 50 issues"),
    (lambda: Choice(issue="x" * (MAX_KEY + 1), option="y"), "at most 40 characters"),
    (lambda: Choice(issue="x", option=" "), "a name is empty"),
    (lambda: Issue(issue="x", title="X", options=("a",)), "2 to 30 options, not 1"),
    (lambda: Issue(issue="x", title="X", options=options(MAX_OPTIONS + 1)), "not 31"),
    (lambda: Issue(issue="x", title="X", options=("a", "a")), "names each option once"),
    (lambda: proposed(*[Offer(choices=(TEN,))] * (MAX_OFFERS + 1)), "at most 10 offers, not 11"),
    (lambda: EnvelopeKey(seat=EAST, key=b"x"), "32 bytes each, not 1"),
    (lambda: putting(seats=()), "one party at least"),
    (lambda: putting(seats=(EAST, EAST)), "to each once"),
    (lambda: same_key(), "each seat has an envelope key of its own"),  # noqa: PLW0108 - below
    (lambda: putting(text=" "), "proposal is empty"),
    (lambda: putting(choices=(TEN, THIRTY)), "more than once"),
    (lambda: putting(grace=-1), "0 to 10,080 minutes, not -1"),
    (lambda: putting(grace=10_081), "0 to 10,080 minutes, not 10,081"),
    (lambda: putting(deadline=NOON), "2026-03-01 12:00 UTC, is not later than now"),
    (lambda: putting(supersedes=ONE), "does not supersede itself"),
    (lambda: putting(supersedes="x"), "identifier"),
]


def many(count: int) -> tuple[Choice, ...]:
    return tuple(Choice(issue=f"i{n}", option="x") for n in range(count))


def options(count: int) -> tuple[str, ...]:
    return tuple(f"o{n}" for n in range(count))


def same_key() -> ProposalPutting:
    seats = tuple(EnvelopeKey(seat=seat, key=bytes(32)) for seat in (EAST, WEST))
    return ProposalPutting(**{f: getattr(putting(), f) for f in FIELDS} | {"seats": seats})


FIELDS = tuple(ProposalPutting.__dataclass_fields__)


@pytest.mark.parametrize(("make", "words"), MALFORMED)
def test_what_could_not_be_meant_cannot_be_built(make: Callable[[], object], words: str) -> None:
    with pytest.raises(MalformedError, match=words):
        make()


def test_the_largest_of_everything_can_be_built() -> None:
    Offer(choices=many(MAX_ISSUES))
    Choice(issue="x" * MAX_KEY, option="y")
    Issue(issue="x", title="X", options=options(MAX_OPTIONS))
    proposed(*[Offer(choices=(TEN,))] * MAX_OFFERS)
    assert closes(putting(grace=10_080)) == minute(60) + timedelta(days=7)


def test_a_choice_names_an_issue_and_an_option_that_are_there() -> None:
    known = (Issue(issue="pause", title="A pause", options=PAUSE.options),)
    check_choices((TEN,), known)
    with pytest.raises(RuleBrokenError, match="'funds' on the agenda; the issues are: pause"):
        check_choices((TEN, HALF), known)
    with pytest.raises(RuleBrokenError, match="the issues are: none yet"):
        check_choices((TEN,), ())
    with pytest.raises(RuleBrokenError, match="no option 'ever'; it has: 10 days, 30 days"):
        check_choices((Choice(issue="pause", option="ever"),), known)


def test_a_party_offers_over_issues_that_it_is_shown() -> None:
    world = world_with_agenda(EAST)
    offer = (Offer(choices=(TEN,), only_if=(HALF,)),)
    given: dict[str, Any] = {
        "note": an_id("p"), "text": "x", "offers": offer, "handling": FOR_THE_MEDIATOR_ONLY,
    }  # fmt: skip
    say(world, "East", Proposed, **given)
    with pytest.raises(RuleBrokenError, match="no issue 'funds' on the agenda"):
        say(world, "West", Proposed, **given)
    with pytest.raises(RuleBrokenError, match="one offer at least"):
        say(world, "West", Proposed, **(given | {"offers": ()}))


def test_an_offer_is_judged_by_the_agenda_its_author_had_seen() -> None:
    world = world_with_agenda(EAST)
    world.enter(AgendaSet(at=NOON, items=()))
    offer = (Offer(choices=(HALF,)),)
    say(world, "East", Proposed, note=an_id("p"), text="x", offers=offer, handling=AS_OURS)
    world.settle()
    with pytest.raises(RuleBrokenError, match="the issues are: none yet"):
        say(world, "East", Proposed, note=an_id("q"), text="x", offers=offer, handling=AS_OURS)


def test_an_erased_offer_is_gone_also_where_it_arrives_late() -> None:
    world = world_with_agenda(EAST)
    offer = (Offer(choices=(HALF,)),)
    say(world, "East", Proposed, note=an_id("p"), text="x", offers=offer, handling=AS_OURS)
    say(world, "East", Erased, note=an_id("p"))
    late = Proposed(
        at=NOON, seen=world.parties["East"].desk.told_count, note=an_id("late"),
        text=ERASED_TEXT, offers=(), handling=FOR_THE_MEDIATOR_ONLY,
    )  # fmt: skip
    caucus_rules.may(world.parties["East"].desk, late)
    world.settle()
    (note,) = world.caucus("East").notes.values()
    assert isinstance(note.said, Proposed)
    assert note.said.offers == ()


# Envelopes.


@given(key=keys, other=keys, given_answer=answer)
def test_an_envelope_opens_with_its_key_for_its_proposal_and_not_otherwise(
    key: bytes, other: bytes, given_answer: Answer
) -> None:
    envelope = seal_answer(key, ONE, given_answer)
    assert len(envelope) == 32
    assert open_answer(key, ONE, envelope) is given_answer
    assert open_answer(key, OTHER, envelope) is None
    assert (open_answer(other, ONE, envelope) is None) == (other != key)
    assert open_answer(key, ONE, bytes(32)) is None


# The mediator's proposal.


def test_it_is_carried_as_soon_as_all_accept_and_each_is_told_the_same() -> None:
    world = world_with_agenda(EAST)
    put(world)
    vote(world, "East", ACCEPT)
    vote(world, "West", ACCEPT)
    with pytest.raises(RuleBrokenError, match="not carried so far"):
        outcome(world, minute(2))
    world.settle()
    assert outcome(world, minute(2)) is Result.CARRIED
    for name in ("East", "West"):
        assert life(world, name) is ProposalLife.CARRIED
        told = world.parties[name].sent[-1]
        assert told == OutcomeTold(
            at=minute(2), seen=2, proposal=ONE, result=Result.CARRIED, counted=True
        )
    assert not world.parties["South"].desk.proposals


@pytest.mark.parametrize("west", [REFUSE, None])
def test_it_is_not_carried_only_after_the_deadline_and_its_grace(west: Answer | None) -> None:
    world = world_with_agenda(EAST)
    put(world)
    vote(world, "East", ACCEPT)
    if west:
        vote(world, "West", west)
    world.settle()
    for early in (2, 60, 89):
        with pytest.raises(RuleBrokenError, match="from 2026-03-01 13:30 UTC on"):
            outcome(world, minute(early))
    assert outcome(world, minute(90)) is Result.NOT_CARRIED
    sent = [world.parties[name].sent[-1] for name in ("East", "West")]
    assert [told.counted for told in sent if isinstance(told, OutcomeTold)] == [True, bool(west)]


@given(st.lists(st.sampled_from([ACCEPT, REFUSE, None]), min_size=1, max_size=5))
def test_carried_means_that_all_have_accepted(given_answers: list[Answer | None]) -> None:
    opened = tuple(OpenedAnswer(seat=EAST, answer=each) for each in given_answers)
    assert (result_of(opened) is Result.CARRIED) == (set(given_answers) == {ACCEPT})


def test_an_outcome_is_what_the_answers_say_and_nothing_else() -> None:
    world = world_with_agenda(EAST)
    put(world)
    vote(world, "East", ACCEPT)
    world.settle()
    opened = answers(world.channel, world.channel.proposals[ONE])
    false = tuple(OpenedAnswer(seat=each.seat, answer=ACCEPT) for each in opened)
    for result, given_answers in (
        (Result.CARRIED, opened),
        (Result.CARRIED, false),
        (Result.NOT_CARRIED, false),
    ):
        entry = OutcomeEntered(at=minute(90), proposal=ONE, result=result, answers=given_answers)
        with pytest.raises(RuleBrokenError, match="not what the answers say"):
            world.enter(entry)


def test_an_envelope_that_holds_nothing_counts_nothing() -> None:
    world = world_with_agenda(EAST)
    put(world, seats=(EAST,))
    say(world, "East", Answered, proposal=ONE, envelope=bytes(32))
    world.settle()
    assert outcome(world, minute(90)) is Result.NOT_CARRIED
    assert world.parties["East"].sent[-1].counted is False  # type: ignore[union-attr]


def test_a_second_answer_is_refused_whatever_it_says() -> None:
    world = world_with_agenda(EAST)
    put(world)
    vote(world, "East", REFUSE)
    for again in Answer:
        with pytest.raises(RuleBrokenError, match="answered already, and an answer is final"):
            vote(world, "East", again)


def test_an_answer_is_in_time_by_its_authors_clock_in_the_last_minute_too() -> None:
    world = world_with_agenda(EAST)
    put(world)
    vote(world, "East", ACCEPT, at=minute(60))
    with pytest.raises(RuleBrokenError, match="13:00 UTC and has passed by the clock of this desk"):
        vote(world, "West", ACCEPT, at=minute(61))


def test_an_answer_that_crosses_the_outcome_is_taken_and_counts_nothing() -> None:
    world = world_with_agenda(EAST)
    put(world)
    vote(world, "East", ACCEPT)
    vote(world, "West", ACCEPT)
    world.deliver_up(world.parties["East"])
    assert outcome(world, minute(90)) is Result.NOT_CARRIED  # West's arrives right after it
    west = world.caucus("West").proposals[ONE]
    assert west.answered is not None
    assert west == world.parties["West"].desk.proposals[ONE]
    assert west.outcome is not None
    assert not west.outcome.counted
    assert [each.answer for each in world.channel.proposals[ONE].outcome.answers] == [ACCEPT, None]  # type: ignore[union-attr]


def test_after_the_outcome_nothing_more_is_said_of_it() -> None:
    world = world_with_agenda(EAST)
    put(world)
    outcome(world, minute(90))
    with pytest.raises(RuleBrokenError, match="not carried and waits for no answer any more"):
        vote(world, "East", ACCEPT)
    with pytest.raises(RuleBrokenError, match="waits for no answer"):
        say(world, "East", Replied, proposal=ONE, reply=Reply.MORE_TIME)
    with pytest.raises(RuleBrokenError, match="not carried already"):
        outcome(world, minute(91))


def test_nobody_answers_what_was_not_put_to_it() -> None:
    world = world_with_agenda(EAST)
    put(world)
    with pytest.raises(RuleBrokenError, match="no such proposal in this caucus"):
        vote(world, "South", ACCEPT)
    with pytest.raises(RuleBrokenError, match="no such proposal in this channel"):
        world.enter(ProposalWithdrawal(at=NOON, proposal=OTHER))


def test_what_is_needed_before_an_answer_is_no_answer() -> None:
    world = world_with_agenda(EAST)
    put(world, seats=(EAST,))
    for reply in Reply:
        say(world, "East", Replied, proposal=ONE, reply=reply, text="Soon.")
    vote(world, "East", ACCEPT)
    world.settle()
    assert [each.reply for each in world.caucus("East").proposals[ONE].replies] == list(Reply)
    assert outcome(world, minute(5)) is Result.CARRIED


def test_several_are_open_at_once() -> None:
    world = world_with_agenda(EAST)
    put(world)
    put(world, OTHER, seats=(WEST,))
    vote(world, "West", REFUSE)
    vote(world, "West", ACCEPT, OTHER)
    world.settle()
    assert outcome(world, minute(2), OTHER) is Result.CARRIED
    assert life(world, "West") is ProposalLife.PUT


def test_one_in_the_place_of_another_ends_it_for_those_who_saw_it() -> None:
    world = world_with_agenda(EAST)
    put(world, seats=(EAST,))
    vote(world, "East", ACCEPT)
    put(world, OTHER, supersedes=ONE)
    assert life(world, "East") is ProposalLife.SUPERSEDED
    assert world.channel.proposals[ONE].life is ProposalLife.SUPERSEDED
    sent: list[Any] = [world.parties[name].sent[-1] for name in ("East", "West")]
    assert [event.supersedes for event in sent] == [ONE, None]
    with pytest.raises(RuleBrokenError, match="superseded already"):
        outcome(world, minute(90))
    with pytest.raises(RuleBrokenError, match="superseded already"):
        put(world, an_id("third"), supersedes=ONE)


def test_one_in_the_place_of_another_goes_to_all_who_saw_that() -> None:
    world = world_with_agenda(EAST)
    put(world)
    with pytest.raises(RuleBrokenError, match="was put to West, too"):
        put(world, OTHER, seats=(EAST, SOUTH), supersedes=ONE)
    with pytest.raises(RuleBrokenError, match="no such proposal in this channel"):
        put(world, OTHER, supersedes=an_id("unknown"))


def test_one_taken_back_is_told_to_those_it_was_put_to_and_never_opened() -> None:
    world = world_with_agenda(EAST)
    put(world)
    vote(world, "East", ACCEPT)
    world.enter(ProposalWithdrawal(at=NOON, proposal=ONE))
    world.settle()
    assert isinstance(world.parties["West"].sent[-1], ProposalTakenBack)
    assert life(world, "East") is ProposalLife.TAKEN_BACK
    assert world.channel.proposals[ONE].outcome is None
    assert not world.parties["South"].desk.proposals


def test_what_cannot_be_put() -> None:
    world = world_with_agenda(EAST)
    with pytest.raises(RuleBrokenError, match="'funds' on the agenda that West is shown"):
        put(world, choices=(HALF,))
    with pytest.raises(RuleBrokenError, match="no such seat"):
        put(world, seats=(seat_of("Nobody"),))
    put(world)
    with pytest.raises(RuleBrokenError, match="proposal with this id already"):
        put(world)
    world.enter(Frozen(at=NOON, seat=WEST))
    with pytest.raises(RuleBrokenError, match="West is frozen"):
        put(world, OTHER)
    world.enter(SeatClosed(at=NOON, seat=EAST))
    with pytest.raises(RuleBrokenError, match="is closed"):
        put(world, OTHER, seats=(EAST,))
    world.play(Move("suspend", "East"))
    with pytest.raises(RuleBrokenError, match="suspended"):
        put(world, OTHER, seats=(SOUTH,))


def test_a_choice_can_be_put_before_there_is_an_agenda_only_if_there_is_none() -> None:
    world = World.ready()
    put(world, choices=())
    with pytest.raises(RuleBrokenError, match="the issues are: none yet"):
        put(world, OTHER)


def test_a_partys_desk_refuses_what_an_honest_mediator_would_not_put() -> None:
    world = world_with_agenda(EAST)
    put(world, seats=(EAST,))
    desk = world.parties["East"].desk
    told: dict[str, Any] = {
        "at": NOON, "seen": desk.said_count, "text": "x", "choices": (), "deadline": minute(9),
        "grace": 0, "key": bytes(32),
    }  # fmt: skip
    for more, words in (
        ({"proposal": ONE}, "proposal with this id already"),
        ({"proposal": OTHER, "supersedes": an_id("unseen")}, "put no such proposal"),
        ({"proposal": OTHER, "choices": (Choice(issue="x", option="y"),)}, "no issue 'x'"),
    ):
        with pytest.raises(RuleBrokenError, match=words):
            caucus_rules.may(desk, ProposalPut(**(told | more)))
    unknown = OutcomeTold(
        at=NOON, seen=desk.said_count, proposal=OTHER, result=Result.CARRIED, counted=True
    )
    with pytest.raises(RuleBrokenError, match="put no such proposal"):
        caucus_rules.may(desk, unknown)


def told_of_the_outcome(world: World, seen: int, result: Result, *, counted: bool) -> None:
    """Have a modified mediator's desk tell East this outcome."""
    outcome_told = OutcomeTold(
        at=minute(90), seen=seen, proposal=ONE, result=result, counted=counted
    )
    caucus_rules.may(world.parties["East"].desk, outcome_told)


@pytest.mark.parametrize("given_answer", [None, REFUSE, ACCEPT])
def test_a_partys_desk_takes_no_outcome_that_its_own_answer_belies(
    given_answer: Answer | None,
) -> None:
    world = world_with_agenda(EAST)
    put(world)
    before = world.parties["East"].desk.said_count
    if given_answer is not None:
        vote(world, "East", given_answer)
    came = given_answer is not None
    seen = before + came
    told_of_the_outcome(world, seen, Result.NOT_CARRIED, counted=came)
    with pytest.raises(RuleBrokenError, match="wrong on whether an answer had come"):
        told_of_the_outcome(world, seen, Result.NOT_CARRIED, counted=not came)
    if given_answer is ACCEPT:
        told_of_the_outcome(world, seen, Result.CARRIED, counted=True)
        # What was still on its way could not have been counted.
        told_of_the_outcome(world, before, Result.NOT_CARRIED, counted=False)
        seen, came = before, False
    with pytest.raises(RuleBrokenError, match="this party had not accepted"):
        told_of_the_outcome(world, seen, Result.CARRIED, counted=came)


def test_a_proposal_of_a_closed_channel_can_only_be_taken_back() -> None:
    world = World.ready()
    world.play(Move("freeze", "East"))
    world.play(Move("thaw", "East"))
    put(world, choices=())
    world.enter(Closure(at=NOON, how=Closing.BROKEN_DOWN))
    with pytest.raises(RuleBrokenError, match="closed"):
        outcome(world, minute(90))
    world.enter(ProposalWithdrawal(at=NOON, proposal=ONE))
    assert world.channel.proposals[ONE].life is ProposalLife.TAKEN_BACK


# A seat without a desk.


def without_a_desk() -> World:
    """Return a world in which West has joined with no desk, and the proposal was put to all."""
    world = World(("East", "West"))
    world.play(*(Move(kind, "East") for kind in ("welcome", "down", "accept")))
    world.settle()
    put(world, choices=())
    return world


def heard(given_answer: Answer, seat: SeatId = WEST, **more: object) -> HeardAnswer:
    given: dict[str, Any] = {
        "at": minute(5), "spoken": minute(4), "how": How.BY_TELEPHONE, "proposal": ONE,
        "seat": seat, "answer": given_answer,
    }  # fmt: skip
    return HeardAnswer(**(given | more))


def test_the_answer_of_a_seat_without_a_desk_is_entered_and_counts() -> None:
    world = without_a_desk()
    assert world.parties["West"].sent == []
    world.enter(heard(ACCEPT))
    vote(world, "East", ACCEPT)
    world.settle()
    assert outcome(world, minute(6)) is Result.CARRIED
    assert world.parties["West"].sent == []
    with pytest.raises(RuleBrokenError, match="carried: no answer counts any more"):
        world.enter(heard(ACCEPT))


def test_what_cannot_be_heard() -> None:
    world = without_a_desk()
    with pytest.raises(RuleBrokenError, match="East has a desk and answers there, in secret"):
        world.enter(heard(ACCEPT, seat=EAST))
    with pytest.raises(RuleBrokenError, match="not put to this seat"):
        world.enter(heard(ACCEPT, seat=SOUTH))
    with pytest.raises(RuleBrokenError, match="West answered after the deadline"):
        world.enter(heard(ACCEPT, spoken=minute(61), at=minute(62)))
    world.enter(heard(REFUSE))
    with pytest.raises(RuleBrokenError, match="answers are final"):
        world.enter(heard(ACCEPT))


def test_a_desk_that_joined_later_is_told_no_outcome_of_what_it_never_saw() -> None:
    world = without_a_desk()
    world.play(*(Move(kind, "West") for kind in ("welcome", "down", "accept")))
    world.settle()
    before = len(world.parties["West"].sent)
    world.enter(heard(REFUSE))
    assert outcome(world, minute(90)) is Result.NOT_CARRIED
    assert len(world.parties["West"].sent) == before
