"""Proposals between real desks: put, answered in secret, carried or not, never from silence."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from backchannel.channel.agenda import Item
from backchannel.channel.errors import HandlingForbidsError, MalformedError, RuleBrokenError
from backchannel.channel.handling import AS_OURS, FOR_THE_MEDIATOR_ONLY, Attribution, Handling
from backchannel.channel.names import ProposalId
from backchannel.channel.oral import How
from backchannel.channel.proposals import Answer, Reply, Result, seal_answer
from backchannel.channel.rules import ProposalLife
from backchannel.channel.terms import Choice, Offer
from backchannel.desk import courier, session, tables
from backchannel.desk.errors import DeskError, UsageError
from backchannel.desk.ledger import enqueue
from backchannel.desk.session import (
    AnswerStanding,
    Conveying,
    NotCollectedError,
    ProposalDraft,
    ProposalShown,
    Topic,
    UnverifiedError,
)
from backchannel.post import vouchers
from backchannel.wire.codec import encode
from hostile_relay import HostileRelay, Move
from mediation import START, Mediation, begin, new_desk
from vault_probe import select

PARTIES = ("US", "Iran")
PAUSE = Item(item="pause", title="A pause", options=("10 days", "30 days"))
FUNDS = Item(item="funds", title="Funds", options=("half", "all"))
TEN, THIRTY = (Choice(issue="pause", option=option) for option in PAUSE.options)
HALF = Choice(issue="funds", option="half")
DEADLINE = START + timedelta(days=1)
ACCEPT, REFUSE = Answer.ACCEPT, Answer.REFUSE


@pytest.fixture
def talks(tmp_path: Path) -> Iterator[Mediation]:
    talks = with_agenda(begin(tmp_path, HostileRelay(), *PARTIES))
    yield talks
    talks.close()


def with_agenda(talks: Mediation) -> Mediation:
    topics = [Topic(item=item, shown_to=tuple(talks.parties)) for item in (PAUSE, FUNDS)]
    session.set_agenda(talks.mediator, "", topics)
    talks.sync()
    return talks


def put(talks: Mediation, **more: object) -> str:
    """Put ten days to both, and deliver it."""
    given: dict[str, Any] = {
        "parties": PARTIES,
        "text": "Ten days each.",
        "choices": [TEN],
        "deadline": DEADLINE,
        "grace": 60,
    }
    key = session.put_proposal(talks.mediator, "", ProposalDraft(**(given | more)))
    talks.sync()
    return key


def answer(talks: Mediation, *answers: Answer | None) -> None:
    for desk, given in zip(talks.parties.values(), answers, strict=False):
        if given is not None:
            session.answer_proposal(desk, "", "", given)
    talks.sync()


def after_the_grace(talks: Mediation) -> None:
    talks.clock.now = DEADLINE + timedelta(minutes=60)
    talks.sync()


def shown(talks: Mediation, party: str = "", place: int = -1) -> ProposalShown:
    desk = talks.parties[party] if party else talks.mediator
    return session.proposals(desk)[place]


def test_a_proposal_that_all_accept_is_carried_at_once(talks: Mediation) -> None:
    key = put(talks)
    answer(talks, ACCEPT, ACCEPT)
    assert session.outcome(talks.mediator, "", key) is Result.CARRIED
    talks.sync()
    for party in PARTIES:
        seen = shown(talks, party)
        assert seen.life is ProposalLife.CARRIED
        assert seen.answer is ACCEPT
        assert seen.standing is AnswerStanding.COUNTED
    assert [(a.party, a.answer) for a in shown(talks).answers] == [("US", ACCEPT), ("Iran", ACCEPT)]


@pytest.mark.parametrize("second", [REFUSE, None])
def test_refused_or_left_unanswered_it_is_not_carried_after_the_deadline(
    talks: Mediation, second: Answer | None
) -> None:
    key = put(talks)
    answer(talks, ACCEPT, second)
    with pytest.raises(RuleBrokenError, match="only after the deadline and its grace, from 2023"):
        session.outcome(talks.mediator, "", key)
    after_the_grace(talks)
    assert shown(talks).answers == ()
    assert session.outcome(talks.mediator, "", key) is Result.NOT_CARRIED
    talks.sync()
    assert shown(talks, "US").standing is AnswerStanding.COUNTED
    assert [a.answer for a in shown(talks).answers] == [ACCEPT, second]
    assert shown(talks, "US").life is ProposalLife.NOT_CARRIED


def test_what_was_refused_is_put_again_otherwise_and_carried(talks: Mediation) -> None:
    put(talks)
    answer(talks, ACCEPT, REFUSE)
    after_the_grace(talks)
    assert session.outcome(talks.mediator, "", "") is Result.NOT_CARRIED
    put(talks, choices=[THIRTY, HALF], deadline=DEADLINE + timedelta(days=1))
    answer(talks, ACCEPT, ACCEPT)
    assert session.outcome(talks.mediator, "", "") is Result.CARRIED


def test_a_proposal_in_the_place_of_another_ends_that_one_unopened(talks: Mediation) -> None:
    old = put(talks)
    answer(talks, REFUSE)
    new = put(talks, choices=[THIRTY], supersedes=old[:8])
    assert [p.life for p in session.proposals(talks.parties["Iran"])] == [
        ProposalLife.SUPERSEDED,
        ProposalLife.PUT,
    ]
    assert shown(talks, "Iran").supersedes == old
    assert shown(talks, "US", 0).standing is AnswerStanding.UNOPENED
    answer(talks, ACCEPT, ACCEPT)
    assert session.outcome(talks.mediator, "", "") is Result.CARRIED
    assert shown(talks, place=0).answers == ()
    with pytest.raises(RuleBrokenError, match="superseded"):
        session.outcome(talks.mediator, "", old)
    assert shown(talks).proposal == new


def test_a_party_that_never_saw_the_one_before_is_not_told_of_it(talks: Mediation) -> None:
    old = put(talks, parties=["US"])
    with pytest.raises(RuleBrokenError, match="was put to US, too"):
        put(talks, parties=["Iran"], supersedes=old)
    put(talks, supersedes=old)
    assert shown(talks, "US").supersedes == old
    assert shown(talks, "Iran").supersedes == ""
    assert len(session.proposals(talks.parties["Iran"])) == 1


def test_one_put_to_some_is_seen_by_nobody_else(talks: Mediation) -> None:
    put(talks, parties=["US"])
    assert session.proposals(talks.parties["Iran"]) == ()
    answer(talks, ACCEPT)
    assert session.outcome(talks.mediator, "", "") is Result.CARRIED
    talks.sync()
    assert session.proposals(talks.parties["Iran"]) == ()


def test_several_are_open_at_once_and_each_is_answered_for_itself(talks: Mediation) -> None:
    one, other = put(talks), put(talks, choices=[HALF])
    iran = talks.parties["Iran"]
    with pytest.raises(UsageError, match="there are several"):
        session.answer_proposal(iran, "", "", ACCEPT)
    session.answer_proposal(iran, "", one[:6], REFUSE)
    assert session.answer_proposal(iran, "", "", ACCEPT) == other  # the only one left
    answer(talks)
    assert [p.answer for p in session.proposals(iran)] == [REFUSE, ACCEPT]


def test_a_proposal_taken_back_is_never_opened(talks: Mediation) -> None:
    key = put(talks)
    answer(talks, ACCEPT, ACCEPT)
    session.withdraw_proposal(talks.mediator, "", key)
    talks.sync()
    assert shown(talks, "US").standing is AnswerStanding.UNOPENED
    assert shown(talks).answers == ()
    with pytest.raises(RuleBrokenError, match="taken back"):
        session.outcome(talks.mediator, "", key)
    with pytest.raises(RuleBrokenError, match="taken back and waits for no answer"):
        session.answer_proposal(talks.parties["Iran"], "", key, ACCEPT)


# What a party is shown of its own answer.


def test_a_party_sees_that_its_answer_was_confirmed_in_time(talks: Mediation) -> None:
    put(talks)
    iran = talks.parties["Iran"]
    assert shown(talks, "Iran").standing is AnswerStanding.NONE
    session.answer_proposal(iran, "", "", ACCEPT)
    assert shown(talks, "Iran").standing is AnswerStanding.WAITING
    talks.clock.move(hours=2)
    talks.sync()
    seen = shown(talks, "Iran")
    assert seen.standing is AnswerStanding.IN_TIME
    assert seen.confirmed == START + timedelta(hours=2)
    talks.clock.move(hours=2)
    session.say(iran, text="More.", handling=FOR_THE_MEDIATOR_ONLY)
    talks.sync()
    assert shown(talks, "Iran").confirmed == seen.confirmed


def test_an_answer_that_nobody_confirmed_by_the_deadline_is_shown_as_such(
    talks: Mediation,
) -> None:
    put(talks)
    session.answer_proposal(talks.parties["Iran"], "", "", ACCEPT)
    talks.clock.now = DEADLINE
    assert shown(talks, "Iran").standing is AnswerStanding.WAITING
    talks.clock.move(seconds=1)
    assert shown(talks, "Iran").standing is AnswerStanding.OVERDUE
    talks.sync()
    assert shown(talks, "Iran").standing is AnswerStanding.LATE


def test_where_the_time_of_a_confirmation_was_lost_no_more_is_said_than_is_sure(
    talks: Mediation,
) -> None:
    put(talks)
    answer(talks, None, ACCEPT)
    with talks.parties["Iran"].transaction() as connection:
        connection.execute("DELETE FROM confirmed")
    assert shown(talks, "Iran").standing is AnswerStanding.IN_TIME
    talks.clock.now = DEADLINE + timedelta(minutes=1)
    assert shown(talks, "Iran").standing is AnswerStanding.LATE


def test_a_party_may_need_more_before_it_answers(talks: Mediation) -> None:
    key = put(talks)
    for reply in Reply:
        session.reply_to_proposal(talks.parties["US"], "", key, reply, text="For two days.")
    talks.sync()
    assert [(n.party, n.reply) for n in shown(talks).needs] == [("US", r.value) for r in Reply]
    assert {n.party for n in shown(talks, "US").needs} == {""}
    assert shown(talks, "Iran").needs == ()
    assert shown(talks, "US").standing is AnswerStanding.NONE


# Bad input: refused in a sentence, and nothing has changed.


def test_a_second_answer_is_refused(talks: Mediation) -> None:
    key = put(talks)
    answer(talks, REFUSE)
    for given in Answer:
        with pytest.raises(RuleBrokenError, match="answered already, and an answer is final"):
            session.answer_proposal(talks.parties["US"], "", key, given)
    assert shown(talks, "US").answer is REFUSE


def test_an_answer_after_the_outcome_is_refused(talks: Mediation) -> None:
    key = put(talks)
    after_the_grace(talks)
    session.outcome(talks.mediator, "", key)
    talks.sync()
    talks.clock.now = START
    with pytest.raises(RuleBrokenError, match="not carried and waits for no answer any more"):
        session.answer_proposal(talks.parties["US"], "", key, ACCEPT)


def test_a_proposal_over_unknown_issues_is_refused_on_either_side(talks: Mediation) -> None:
    unknown = Choice(issue="prisoners", option="all")
    with pytest.raises(RuleBrokenError, match="no issue 'prisoners' on the agenda that US is"):
        put(talks, choices=[unknown])
    with pytest.raises(RuleBrokenError, match="'pause' has no option 'a year'"):
        put(talks, choices=[Choice(issue="pause", option="a year")])
    session.change_item(talks.mediator, "", "funds", lambda t: Topic(item=t.item, shown_to=("US",)))
    with pytest.raises(RuleBrokenError, match="on the agenda that Iran is shown; the issues are"):
        put(talks, choices=[HALF])
    talks.sync()
    with pytest.raises(RuleBrokenError, match=r"no issue 'funds'.*the issues are: pause"):
        offer(talks, "Iran", HALF)
    with pytest.raises(RuleBrokenError, match="one offer at least"):
        session.propose(talks.parties["Iran"], text="x", offers=[], handling=FOR_THE_MEDIATOR_ONLY)


def test_a_deadline_that_has_passed_or_nobody_to_put_it_to(talks: Mediation) -> None:
    with pytest.raises(MalformedError, match="name a later one"):
        put(talks, deadline=START)
    with pytest.raises(MalformedError, match="one party at least"):
        put(talks, parties=[])
    with pytest.raises(RuleBrokenError, match="no seat is named Oman"):
        put(talks, parties=["Oman"])
    with pytest.raises(UsageError, match="no proposal here yet"):
        session.outcome(talks.mediator, "", "ffff")


def test_what_belongs_to_the_other_desk_is_refused(talks: Mediation) -> None:
    put(talks)
    with pytest.raises(UsageError, match="desk of a party"):
        session.answer_proposal(talks.mediator, "", "", ACCEPT)
    with pytest.raises(UsageError, match="desk of a mediator"):
        session.outcome(talks.parties["US"], "", "")


def test_nothing_is_put_to_an_unverified_caucus_without_a_reason(tmp_path: Path) -> None:
    talks = with_agenda(begin(tmp_path, HostileRelay(), "US"))
    late = new_desk(tmp_path, talks.clock, "late")
    talks.parties["Iran"] = late
    relay = talks.relay
    assert isinstance(relay, HostileRelay)
    session.add_vouchers(talks.mediator, "", [vouchers.written(relay.issue()) for _ in range(2)])
    line = session.invite(talks.mediator, "", "Iran")
    talks.sync(talks.mediator)
    session.join(late, line, lambda _: relay)
    talks.sync()
    session.accept_rules(late)
    talks.sync()
    with pytest.raises(UnverifiedError, match="safety words of Iran"):
        put(talks, choices=[])
    put(talks, choices=[], override_unverified="I know the voice")
    assert "I know the voice" in session.journal(talks.mediator)[-1].words
    talks.close()


# A party's own proposals.


def offer(
    talks: Mediation,
    party: str,
    *choices: Choice,
    handling: Handling = AS_OURS,
    **more: Any,  # noqa: ANN401
) -> str:
    note = session.propose(
        talks.parties[party],
        text="Our offer.",
        offers=[Offer(choices=choices, **more)],
        handling=handling,
    )
    talks.sync()
    return note


def test_an_offer_is_conveyed_with_its_condition_and_under_its_handling(talks: Mediation) -> None:
    note = offer(talks, "US", THIRTY, only_if=(HALF,))
    conveying = Conveying(seat="Iran", attribution=Attribution.AUTHOR, rests_on=[note])
    words = "Our offer.\n- pause: 30 days, if funds: half"
    preview = session.preview_convey(talks.mediator, "", conveying)
    assert preview.text == words
    assert preview.rests_on[0][1].text == words
    session.convey(talks.mediator, "", conveying)
    talks.sync()
    assert session.view(talks.parties["Iran"]).entries[-1].event.text == words  # type: ignore[union-attr]
    with pytest.raises(HandlingForbidsError):
        session.convey(
            talks.mediator,
            "",
            Conveying(seat="Iran", attribution=Attribution.MEDIATOR, rests_on=[note]),
        )


def test_leave_is_asked_for_an_offer_in_the_words_it_is_conveyed_with(talks: Mediation) -> None:
    asking = Handling(uses=frozenset({Attribution.AUTHOR}), ask_first=True)
    note = offer(talks, "US", TEN, handling=asking)
    request = session.request_use(talks.mediator, "", note, attribution=Attribution.AUTHOR)
    talks.sync()
    session.answer_use(talks.parties["US"], "", request, allowed=True)
    talks.sync()
    conveying = Conveying(seat="Iran", attribution=Attribution.AUTHOR, rests_on=[note])
    session.convey(talks.mediator, "", conveying)


def test_an_offer_is_withdrawn_and_erased_like_any_note(talks: Mediation) -> None:
    note = offer(talks, "US", TEN)
    session.erase(talks.parties["US"], "", note)
    talks.sync()
    (entry,) = [e for e in session.view(talks.mediator, seat="US").entries if e.note]
    assert entry.event.offers == ()  # type: ignore[union-attr]


# A seat without a desk.


def test_the_answer_of_a_seat_without_a_desk_is_entered_by_the_mediator(
    talks: Mediation,
) -> None:
    relay = talks.relay
    assert isinstance(relay, HostileRelay)
    session.add_vouchers(talks.mediator, "", [vouchers.written(relay.issue()) for _ in range(2)])
    session.invite(talks.mediator, "", "Oman")
    key = put(talks, parties=["Oman", "US"], choices=[])
    assert shown(talks).by_mouth == ("Oman",)
    answer(talks, ACCEPT)
    by_telephone: dict[str, Any] = {"how": How.BY_TELEPHONE, "spoken": START, "person": "he"}
    with pytest.raises(RuleBrokenError, match="US has a desk and answers there"):
        session.hear_answer(talks.mediator, "", key, "US", answer=ACCEPT, **by_telephone)
    with pytest.raises(RuleBrokenError, match="not put to this seat"):
        session.hear_answer(talks.mediator, "", key, "Iran", answer=ACCEPT, **by_telephone)
    talks.clock.now = DEADLINE + timedelta(hours=1)
    with pytest.raises(NotCollectedError, match="mailbox of US"):
        session.outcome(talks.mediator, "", key)
    session.hear_answer(talks.mediator, "", key, "Oman", answer=ACCEPT, **by_telephone)
    with pytest.raises(RuleBrokenError, match="answers are final"):
        session.hear_answer(talks.mediator, "", key, "Oman", answer=REFUSE, **by_telephone)
    (heard,) = shown(talks).answers
    assert (heard.party, heard.answer, heard.by_mouth) == ("Oman", ACCEPT, True)
    assert session.outcome(talks.mediator, "", key) is Result.CARRIED


def test_a_second_answer_of_a_tampered_desk_is_refused_without_a_word_of_the_first(
    talks: Mediation,
) -> None:
    key = put(talks)
    answer(talks, ACCEPT)
    us = talks.parties["US"]
    known = session.view(us).proposals[ProposalId(key)]
    assert known.answered is not None
    envelope = seal_answer(known.put.key, ProposalId(key), REFUSE)
    with us.transaction() as connection:
        (row,) = tables.caucuses(connection)
        enqueue(us, connection, row, encode(replace(known.answered, envelope=envelope)))
        tables.store_caucus(connection, row)
    talks.sync()
    words = session.journal(talks.mediator)[-1].words
    assert words == "refused a letter: it breaks the rules"
    answer(talks, None, ACCEPT)
    assert session.outcome(talks.mediator, "", key) is Result.CARRIED


# Nobody decides from silence.


def test_no_outcome_before_every_mailbox_was_emptied_after_the_grace(talks: Mediation) -> None:
    key = put(talks)
    session.answer_proposal(talks.parties["Iran"], "", key, ACCEPT)
    session.answer_proposal(talks.parties["US"], "", key, ACCEPT)
    for desk in talks.parties.values():
        courier.sync(desk, lambda _: talks.relay)
    talks.clock.now = DEADLINE + timedelta(hours=5)  # the mediator was offline over the deadline
    with pytest.raises(NotCollectedError, match="mailbox of US was not emptied since"):
        session.outcome(talks.mediator, "", key)
    assert shown(talks, "Iran").standing is AnswerStanding.OVERDUE
    talks.sync()
    assert session.outcome(talks.mediator, "", key) is Result.CARRIED
    talks.sync()
    assert shown(talks, "Iran").standing is AnswerStanding.COUNTED


def test_letters_that_are_missing_stand_in_the_way_of_an_outcome(talks: Mediation) -> None:
    key = put(talks)
    relay, iran = talks.relay, talks.parties["Iran"]
    assert isinstance(relay, HostileRelay)
    relay.plan(Move.PRETEND)
    session.answer_proposal(iran, "", key, ACCEPT)
    talks.sync(iran)
    session.say(iran, text="Did it come?", handling=FOR_THE_MEDIATOR_ONLY)
    talks.sync(iran)
    answer(talks, ACCEPT)
    talks.clock.now = DEADLINE + timedelta(hours=1)
    courier.sync(talks.mediator, lambda _: relay)
    with pytest.raises(NotCollectedError, match="letters of Iran are missing"):
        session.outcome(talks.mediator, "", key)
    talks.sync()  # what was lost is put again
    assert session.outcome(talks.mediator, "", key) is Result.CARRIED


def test_a_closed_caucus_is_not_waited_for(talks: Mediation) -> None:
    key = put(talks)
    answer(talks, ACCEPT)
    session.revoke(talks.mediator, "", "Iran")
    talks.clock.now = DEADLINE + timedelta(hours=1)
    courier.sync(talks.mediator, lambda _: talks.relay)
    assert session.outcome(talks.mediator, "", key) is Result.NOT_CARRIED


def test_a_collection_in_the_future_is_that_of_a_wrong_clock(talks: Mediation) -> None:
    put(talks)
    talks.clock.now = DEADLINE + timedelta(days=30)
    talks.sync()
    talks.clock.now = DEADLINE + timedelta(hours=1)
    with pytest.raises(NotCollectedError):
        session.outcome(talks.mediator, "", "")
    talks.sync()
    assert session.outcome(talks.mediator, "", "") is Result.NOT_CARRIED


def test_time_alone_decides_nothing(talks: Mediation) -> None:
    put(talks)
    answer(talks, ACCEPT, ACCEPT)
    for _ in range(3):
        talks.clock.move(days=2)
        talks.sync()
    assert shown(talks).life is ProposalLife.PUT
    assert {shown(talks, party).life for party in PARTIES} == {ProposalLife.PUT}


def test_an_answer_the_relay_held_back_until_after_the_outcome_counts_nothing(
    talks: Mediation,
) -> None:
    key = put(talks)
    relay, iran = talks.relay, talks.parties["Iran"]
    assert isinstance(relay, HostileRelay)
    answer(talks, ACCEPT)
    session.answer_proposal(iran, "", key, ACCEPT)
    relay.plan(Move.PRETEND)
    courier.sync(iran, lambda _: relay)
    talks.clock.now = DEADLINE + timedelta(hours=1)
    courier.sync(talks.mediator, lambda _: relay)
    assert shown(talks, "Iran").standing is AnswerStanding.OVERDUE
    assert session.outcome(talks.mediator, "", key) is Result.NOT_CARRIED
    courier.sync(talks.mediator, lambda _: relay)
    talks.sync()
    assert shown(talks, "Iran").standing is AnswerStanding.NOT_COUNTED
    assert shown(talks, "US").life is ProposalLife.NOT_CARRIED
    (of_us, of_iran) = shown(talks).answers
    assert of_us.answer is ACCEPT
    assert (of_iran.answer, of_iran.late) == (None, True)


def test_clocks_a_day_apart_either_way_still_end_in_one_outcome(tmp_path: Path) -> None:
    for away in (-1, 1):
        talks = with_agenda(begin(tmp_path / str(away), HostileRelay(), *PARTIES))
        iran = talks.parties["Iran"]
        skewed = type(talks.clock)(talks.clock.now + timedelta(days=away))
        object.__setattr__(iran, "now", skewed)
        key = put(talks, deadline=START + timedelta(hours=12), grace=0)
        if away == 1:
            # By its own clock it is too late; it is told so, and nothing is lost.
            with pytest.raises(RuleBrokenError, match="by the clock of this desk"):
                session.answer_proposal(iran, "", key, ACCEPT)
            answer(talks, ACCEPT)
        else:
            # By its own clock it is in time a day later; it counts while there is no outcome.
            talks.clock.move(hours=18)
            skewed.now += timedelta(hours=18)
            with pytest.raises(RuleBrokenError, match="by the clock of this desk"):
                session.answer_proposal(talks.parties["US"], "", key, ACCEPT)
            session.answer_proposal(iran, "", key, REFUSE)
            talks.sync()
        talks.clock.now = START + timedelta(days=2)
        talks.sync()
        assert session.outcome(talks.mediator, "", key) is Result.NOT_CARRIED
        talks.sync()
        expected = AnswerStanding.NONE if away == 1 else AnswerStanding.COUNTED
        assert shown(talks, "Iran").standing is expected
        talks.close()


def test_a_collection_is_noted_once_a_minute_and_at_the_mediators_desk_alone(
    talks: Mediation,
) -> None:
    talks.sync()
    before = select(talks.mediator, "SELECT * FROM collected ORDER BY caucus")
    assert len(before) == 2
    talks.clock.move(seconds=30)
    talks.sync()
    assert select(talks.mediator, "SELECT * FROM collected ORDER BY caucus") == before
    for desk in talks.parties.values():
        assert select(desk, "SELECT * FROM collected") == []
    assert select(talks.mediator, "SELECT * FROM confirmed") == []


def test_a_relay_that_is_down_leaves_a_collection_undone(talks: Mediation) -> None:
    key = put(talks)
    talks.clock.now = DEADLINE + timedelta(hours=2)
    relay = talks.relay
    assert isinstance(relay, HostileRelay)
    relay.down = True
    courier.sync(talks.mediator, lambda _: relay)
    with pytest.raises(DeskError, match="was not emptied"):
        session.outcome(talks.mediator, "", key)
