"""A hostile relay for days: hundreds of letters, clocks apart, deadlines passed in silence.

No desk ever decides from silence; what is missing is shown; all arrives once when it turns honest.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from backchannel.channel.handling import FOR_THE_MEDIATOR_ONLY
from backchannel.channel.proposals import Answer, Result
from backchannel.channel.rules import ProposalLife
from backchannel.desk import courier, session
from backchannel.desk.session import AnswerStanding, Desk, NotCollectedError, ProposalDraft
from backchannel.post.messages import Answer as RelayAnswer
from backchannel.post.messages import Collect, Collected, Request
from hostile_relay import COLLECT_MOVES, PUT_MOVES, HostileRelay, Move
from mediation import START, Clock, Mediation, begin
from restoring import reopened, settle
from test_hostile_relay_desks import check_all_has_arrived, check_nothing_wrong_is_shown
from vault_probe import caucus_row

PARTIES = ("US", "Iran")
DEADLINE = START + timedelta(days=3)
EVERY_MOVE = (*PUT_MOVES, *COLLECT_MOVES)


class Withholding(HostileRelay):
    """A hostile relay that besides keeps chosen letters back, as if they had never come."""

    def __init__(self) -> None:
        super().__init__(seed=5)
        self.kept_back: set[bytes] = set()

    def answer(self, request: Request) -> RelayAnswer:
        answer = super().answer(request)
        if not isinstance(request, Collect) or not isinstance(answer, Collected):
            return answer
        passed = tuple(pair for pair in answer.letters if pair[0] not in self.kept_back)
        return replace(answer, letters=passed)

    def keep_back_what_is_there(self, mailbox: bytes) -> None:
        self.kept_back |= set(self.mailboxes[mailbox].letters)

    def turn_honest(self) -> None:
        super().turn_honest()
        self.kept_back.clear()


@pytest.fixture
def talks(tmp_path: Path) -> Iterator[Mediation]:
    mediation = begin(tmp_path, Withholding(), *PARTIES)
    yield mediation
    relay_of(mediation).turn_honest()
    mediation.close()


def relay_of(talks: Mediation) -> Withholding:
    assert isinstance(talks.relay, Withholding)
    return talks.relay


def set_apart(desk: Desk, clock: Clock, *, days: int) -> Clock:
    """Give a desk a clock that is days away from the others'."""
    apart = Clock(clock.now + timedelta(days=days))
    object.__setattr__(desk, "now", apart)
    return apart


def gap_of(talks: Mediation, name: str) -> str:
    (gap,) = [c.gap for c in session.channels(talks.mediator)[0].caucuses if c.name == name]
    return gap


def put(talks: Mediation) -> str:
    draft = ProposalDraft(parties=PARTIES, text="Ten days each.", deadline=DEADLINE, grace=60)
    return session.put_proposal(talks.mediator, "", draft)


def test_hundreds_of_letters_both_ways_under_every_move_arrive_once_and_in_order(
    talks: Mediation,
) -> None:
    relay, draw = relay_of(talks), Random(11)  # noqa: S311 - a test that can be repeated
    count = 0
    for day in range(24):
        for name in PARTIES:
            for _ in range(draw.randrange(1, 8)):
                count += 1
                talks.say(name, f"note {count}", FOR_THE_MEDIATOR_ONLY)
                session.remark(talks.mediator, "", name, text=f"remark {count}")
        relay.plan(*draw.choices(EVERY_MOVE, k=10))
        # One at a time and only some of them: so that answers cross and the ratchets turn between.
        for name in draw.sample(("mediator", *PARTIES), 2):
            desk = talks.mediator if name == "mediator" else talks.parties[name]
            courier.sync(desk, lambda _: relay)
        talks.clock.move(minutes=draw.choice((1, 70, 600)))
        if day % 6 == 5:
            for name in ("mediator", *PARTIES):
                desk = talks.mediator if name == "mediator" else talks.parties[name]
                desk.vault.close()
                reopened(talks, name)
            relay.plan(Move.REPLAY, Move.REPLAY, Move.REPLAY)
            check_nothing_wrong_is_shown(talks)
    assert count > 150
    assert {*relay.made} == {*EVERY_MOVE}
    relay.turn_honest()
    check_all_has_arrived(talks, rounds=6)
    said = [n for p in PARTIES for n in session.view(talks.parties[p]).notes.values()]
    assert sorted(int(note.said.text.split()[1]) for note in said) == list(range(1, count + 1))


@pytest.mark.parametrize("days", [-1, 1])
def test_with_clocks_a_day_apart_everything_still_arrives_once_and_nothing_is_decided(
    talks: Mediation, days: int
) -> None:
    relay, draw = relay_of(talks), Random(3)  # noqa: S311 - as above
    iran = talks.parties["Iran"]
    apart = set_apart(iran, talks.clock, days=days)
    key = put(talks)
    for number in range(30):
        talks.say("Iran", f"note {number}", FOR_THE_MEDIATOR_ONLY)
        session.remark(talks.mediator, "", "Iran", text=f"remark {number}")
        relay.plan(*draw.choices(EVERY_MOVE, k=4))
        talks.sync(iran, talks.mediator)
        for clock in (talks.clock, apart):
            clock.move(hours=4)
    check_nothing_wrong_is_shown(talks)
    assert talks.clock.now > DEADLINE + timedelta(days=1)
    assert {one.life for one in session.proposals(talks.mediator)} == {ProposalLife.PUT}
    relay.turn_honest()
    for _ in range(4):
        apart.move(seconds=courier.LAST_RETRY + 1)
        talks.clock.move(seconds=courier.LAST_RETRY + 1)
        talks.sync()
    check_all_has_arrived(talks)
    assert session.proposals(iran)[0].life is ProposalLife.PUT
    assert session.proposals(iran)[0].proposal == key


def test_only_the_last_letter_withheld_shows_as_unconfirmed_at_its_authors_desk(
    talks: Mediation,
) -> None:
    relay, iran = relay_of(talks), talks.parties["Iran"]
    up = caucus_row(iran).send_box
    talks.say("Iran", "the first", FOR_THE_MEDIATOR_ONLY)
    talks.sync()
    talks.say("Iran", "the last", FOR_THE_MEDIATOR_ONLY)
    courier.sync(iran, lambda _: relay)
    relay.keep_back_what_is_there(up)
    for _ in range(10):
        talks.clock.move(days=1)
        talks.sync()
        relay.keep_back_what_is_there(up)
    # To its reader it looks like silence; its author's desk says that nobody has confirmed it.
    assert not gap_of(talks, "Iran")
    assert session.channels(iran)[0].caucuses[0].waiting == 1
    assert "the last" not in repr(session.view(talks.mediator, seat="Iran"))
    relay.turn_honest()
    check_all_has_arrived(talks)


def test_only_one_answer_withheld_past_the_deadline_is_neither_yes_nor_no(
    talks: Mediation,
) -> None:
    relay, iran = relay_of(talks), talks.parties["Iran"]
    key = put(talks)
    talks.sync()
    for desk in talks.parties.values():
        session.answer_proposal(desk, "", key, Answer.ACCEPT)
    courier.sync(iran, lambda _: relay)
    up = caucus_row(iran).send_box
    relay.keep_back_what_is_there(up)
    talks.say("Iran", "Has it come?", FOR_THE_MEDIATOR_ONLY)
    talks.sync()
    talks.clock.now = DEADLINE + timedelta(days=5)
    talks.sync()
    # What comes behind it shows that something is missing, and nothing can be decided.
    assert "something is missing" in gap_of(talks, "Iran")
    with pytest.raises(NotCollectedError, match="letters of Iran are missing"):
        session.outcome(talks.mediator, "", key)
    assert session.proposals(iran)[0].standing is AnswerStanding.OVERDUE
    for desk in talks.parties.values():
        assert session.proposals(desk)[0].life is ProposalLife.PUT
    relay.turn_honest()
    settle(talks)  # until the outcome the mediator's desk shows no answer
    assert session.outcome(talks.mediator, "", key) is Result.CARRIED
    check_all_has_arrived(talks)
    assert session.proposals(iran)[0].standing is AnswerStanding.COUNTED


def test_a_mediator_offline_over_the_deadline_decides_on_all_that_came_in_time(
    talks: Mediation,
) -> None:
    key = put(talks)
    talks.sync()
    for desk in talks.parties.values():
        session.answer_proposal(desk, "", key, Answer.ACCEPT)
        courier.sync(desk, lambda _: talks.relay)
    talks.mediator.vault.close()
    for _ in range(10):  # the parties go on, and to their desks nothing is decided
        talks.clock.move(days=1)
        for desk in talks.parties.values():
            courier.sync(desk, lambda _: talks.relay)
            assert session.proposals(desk)[0].life is ProposalLife.PUT
            assert session.proposals(desk)[0].standing in {
                AnswerStanding.WAITING,
                AnswerStanding.OVERDUE,
            }
    mediator = reopened(talks, "mediator")
    with pytest.raises(NotCollectedError, match="not emptied since the deadline"):
        session.outcome(mediator, "", key)
    settle(talks)
    assert session.outcome(mediator, "", key) is Result.CARRIED
    check_all_has_arrived(talks)
