"""What people do at their desks, one use case at a time, over real sessions."""

import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from backchannel.channel.accord import AccordForm, Edition
from backchannel.channel.errors import HandlingForbidsError, MalformedError, RuleBrokenError
from backchannel.channel.handling import (
    AS_OURS,
    FOR_THE_MEDIATOR_ONLY,
    WITHOUT_ATTRIBUTION,
    Attribution,
    Handling,
)
from backchannel.channel.rules import AccordLife, NoteState, RequestState, Stance, Standing
from backchannel.channel.said import Doing
from backchannel.channel.steps import Category, Step
from backchannel.channel.told import (
    Closing,
    ConveyanceCorrected,
    Conveyed,
    Mark,
    MediatorSaid,
    Suspended,
)
from backchannel.desk import courier, session
from backchannel.desk.errors import DeskError, UsageError
from backchannel.desk.session import (
    AccordDraft,
    Conveying,
    Desk,
    MismatchError,
    StepMark,
    UnverifiedError,
)
from backchannel.post import vouchers
from backchannel.post.errors import RelayDownError
from backchannel.seal.errors import SealError
from hostile_relay import MemoryRelay
from mediation import Mediation, begin, new_desk
from vault_probe import caucus_row, everything_in, journal_kinds, number

ASK_FIRST = Handling(uses=frozenset({Attribution.NOBODY}), ask_first=True)


@pytest.fixture
def talks() -> Iterator[Mediation]:
    with tempfile.TemporaryDirectory() as folder:
        mediation = begin(Path(folder), MemoryRelay(), "US", "Iran")
        yield mediation
        mediation.close()


def us(talks: Mediation) -> Desk:
    return talks.parties["US"]


def iran(talks: Mediation) -> Desk:
    return talks.parties["Iran"]


def shown(desk: Desk, kind: type) -> list[object]:
    return [s.event for s in session.view(desk).entries if isinstance(s.event, kind)]


def convey(
    talks: Mediation, note: str, seat: str = "Iran", how: Attribution = Attribution.NOBODY
) -> str:
    conveying = Conveying(seat=seat, attribution=how, rests_on=[note])
    return session.convey(talks.mediator, "", conveying)


def invited(talks: Mediation, name: str) -> str:
    assert isinstance(talks.relay, MemoryRelay)
    lines = [vouchers.written(talks.relay.issue()) for _ in range(2)]
    session.add_vouchers(talks.mediator, "", lines)
    line = session.invite(talks.mediator, "", name)
    talks.sync(talks.mediator)
    return line


def joined(talks: Mediation, name: str) -> Desk:
    line = invited(talks, name)
    desk = new_desk(talks.folder, talks.clock, f"desk-{name}")
    talks.parties[name] = desk
    session.join(desk, line, lambda _: talks.relay)
    talks.sync()
    return desk


# Questions


def test_questions_go_both_ways_and_are_answered(talks: Mediation) -> None:
    theirs = session.ask(iran(talks), text="Which banks?")
    ours = session.ask(talks.mediator, text="How many?", seat="Iran")
    talks.sync()
    session.remark(talks.mediator, "", "Iran", text="Two in Doha.", answers=theirs[:8])
    session.say(iran(talks), text="Five.", handling=FOR_THE_MEDIATOR_ONLY, answers=ours[:8])
    talks.sync()
    for view in (session.view(iran(talks)), session.view(talks.mediator, seat="Iran")):
        assert all(question.answered for question in view.questions.values())
    assert session.view(us(talks)).questions == {}


def test_an_answer_names_a_question_of_the_other_side(talks: Mediation) -> None:
    own = session.ask(iran(talks), text="Which banks?")
    talks.sync()
    with pytest.raises(UsageError, match="no question"):
        session.say(iran(talks), text="Ours.", handling=FOR_THE_MEDIATOR_ONLY, answers=own)
    with pytest.raises(UsageError, match="no question"):
        session.remark(talks.mediator, "", "US", text="?", answers=own)


# What a note allows


def test_a_note_that_asks_first_is_used_after_a_yes_in_these_words(talks: Mediation) -> None:
    note = talks.say("US", "Four may move.", ASK_FIRST)
    talks.sync()
    with pytest.raises(HandlingForbidsError, match="wants to be asked"):
        convey(talks, note)
    request = session.request_use(talks.mediator, "", note, attribution=Attribution.NOBODY)
    talks.sync()
    session.answer_use(us(talks), "", request[:6], allowed=True, text="if it is soon")
    talks.sync()
    (known,) = session.view(talks.mediator, seat="US").requests.values()
    assert (known.state, known.answer) == (RequestState.ALLOWED, "if it is soon")
    convey(talks, note)
    talks.sync()
    assert len(shown(iran(talks), Conveyed)) == 1


def test_a_no_to_a_request_stands(talks: Mediation) -> None:
    note = talks.say("US", "Four may move.", ASK_FIRST)
    talks.sync()
    request = session.request_use(
        talks.mediator, "", note, attribution=Attribution.NOBODY, text="Some may move."
    )
    talks.sync()
    session.answer_use(us(talks), "", request, allowed=False)
    talks.sync()
    with pytest.raises(HandlingForbidsError):
        convey(talks, note)
    with pytest.raises(RuleBrokenError):
        session.answer_use(us(talks), "", request, allowed=True)


def test_a_use_that_was_not_ticked_cannot_be_asked_for(talks: Mediation) -> None:
    note = talks.say("US", "Never say so.", FOR_THE_MEDIATOR_ONLY)
    talks.sync()
    with pytest.raises(HandlingForbidsError, match="no other use can be asked for"):
        session.request_use(talks.mediator, "", note, attribution=Attribution.NOBODY)


def test_a_handling_is_widened_and_never_narrowed(talks: Mediation) -> None:
    note = talks.say("US", "Four may move.", FOR_THE_MEDIATOR_ONLY)
    talks.sync()
    session.widen(us(talks), "", note[:8], WITHOUT_ATTRIBUTION)
    with pytest.raises(RuleBrokenError, match="only be widened"):
        session.widen(us(talks), "", note, FOR_THE_MEDIATOR_ONLY)
    talks.sync()
    convey(talks, note)
    talks.sync()
    assert len(shown(iran(talks), Conveyed)) == 1


def test_a_withdrawn_note_is_used_no_more_and_what_was_conveyed_stays(talks: Mediation) -> None:
    note = talks.say("US", "Four may move.", WITHOUT_ATTRIBUTION)
    talks.sync()
    convey(talks, note)
    session.withdraw(us(talks), "", note)
    talks.sync()
    with pytest.raises(HandlingForbidsError, match="withdrawn"):
        convey(talks, note)
    assert len(shown(iran(talks), Conveyed)) == 1
    assert session.view(talks.mediator, seat="US").notes[note].state is NoteState.WITHDRAWN  # type: ignore[index]


def test_a_note_waits_for_its_day_and_ends_on_one(talks: Mediation) -> None:
    soon = talks.clock.now + timedelta(hours=1)
    later = talks.clock.now + timedelta(hours=2)
    note = session.say(
        us(talks),
        text="Four may move.",
        handling=WITHOUT_ATTRIBUTION,
        not_before=soon,
        expires=later,
        rows=(("A", "Evin"), ("B", "Evin")),
    )
    talks.sync()
    with pytest.raises(HandlingForbidsError, match="from 2023-09-18 10:00"):
        convey(talks, note)
    talks.clock.now = soon
    convey(talks, note)
    talks.clock.now = later
    with pytest.raises(HandlingForbidsError, match="expired"):
        convey(talks, note)
    talks.sync()
    (event,) = shown(iran(talks), Conveyed)
    assert isinstance(event, Conveyed)
    assert event.rows == (("A", "Evin"), ("B", "Evin"))


def test_a_condition_is_met_by_a_note_of_the_recipient(talks: Mediation) -> None:
    handling = Handling(uses=frozenset({Attribution.NOBODY}), only_if="they free one")
    note = talks.say("US", "Then four may move.", handling)
    talks.sync()
    with pytest.raises(HandlingForbidsError, match="first says: they free one"):
        convey(talks, note)
    met = talks.say("Iran", "We free one.", FOR_THE_MEDIATOR_ONLY)
    talks.sync()
    conveying = Conveying(
        seat="Iran", attribution=Attribution.NOBODY, rests_on=[note], condition_met_by=met[:8]
    )
    preview = session.preview_convey(talks.mediator, "", conveying)
    assert (preview.party, preview.text, preview.verified) == ("Iran", "Then four may move.", True)
    ((author, fact),) = preview.rests_on
    assert (author, fact.text, fact.handling) == ("US", "Then four may move.", handling)
    assert session.knowledge(talks.mediator)[0].told == ()
    session.convey(talks.mediator, "", conveying)


def test_words_of_the_mediators_own_rest_on_nothing(talks: Mediation) -> None:
    with pytest.raises(UsageError, match="say in which words"):
        session.convey(talks.mediator, "", Conveying(seat="Iran", attribution=Attribution.MEDIATOR))
    session.convey(
        talks.mediator,
        "",
        Conveying(
            seat="Iran",
            attribution=Attribution.MEDIATOR,
            text="a\u200b third  way",
            rows=(("x\u200b", "y"),),
        ),
    )
    talks.sync()
    (event,) = shown(iran(talks), Conveyed)
    assert isinstance(event, Conveyed)
    assert (event.text, event.rows) == ("a third way", (("x", "y"),))


def test_a_correction_stands_beside_what_it_corrects(talks: Mediation) -> None:
    note = talks.say("US", "Four may move.", AS_OURS)
    talks.sync()
    plain = session.convey(
        talks.mediator, "", Conveying(seat="Iran", attribution=Attribution.MEDIATOR, text="Three.")
    )
    theirs = convey(talks, note, how=Attribution.AUTHOR)
    session.correct(talks.mediator, "", plain, text="Four\u200b.", rows=(("a\u200b",),))
    session.correct(talks.mediator, "", theirs[:8], text="Five may move.")
    talks.sync()
    texts = [e.text for e in shown(iran(talks), ConveyanceCorrected)]  # type: ignore[attr-defined]
    assert texts == ["Four.", "Five may move."]
    assert session.view(iran(talks)) == session.view(talks.mediator, seat="Iran")


def test_who_knows_what_lists_what_was_told_and_what_was_not(talks: Mediation) -> None:
    told = talks.say("US", "Four may move.", WITHOUT_ATTRIBUTION)
    talks.say("Iran", "We wait.", FOR_THE_MEDIATOR_ONLY)
    talks.sync()
    convey(talks, told)
    rows = {(row.author, row.party): row for row in session.knowledge(talks.mediator)}
    assert rows["US", "Iran"].told[0].attribution is Attribution.NOBODY
    assert rows["US", "Iran"].text == "Four may move."
    assert rows["Iran", "US"].told == ()
    with pytest.raises(UsageError, match="at the desk of a mediator"):
        session.knowledge(iran(talks))


# Erasing


def test_erasing_takes_the_text_out_of_every_table_of_both_vaults(talks: Mediation) -> None:
    handling = Handling(
        uses=frozenset({Attribution.NOBODY}), ask_first=True, only_if="fragment-condition"
    )
    wider = Handling(uses=frozenset(Attribution), ask_first=True, only_if="fragment-condition")
    note = session.say(
        us(talks), text="fragment-text", handling=handling, rows=(("fragment-cell",),)
    )
    talks.sync()
    session.widen(us(talks), "", note, wider)
    talks.sync()
    session.request_use(
        talks.mediator, "", note, attribution=Attribution.NOBODY, text="fragment-wording"
    )
    talks.sync()
    assert everything_in(talks.mediator).count(b"fragment-") == 5
    session.erase(us(talks), "", note)
    assert b"fragment-" not in everything_in(us(talks))
    talks.sync()
    assert b"fragment-" not in everything_in(talks.mediator)
    assert session.view(us(talks)) == session.view(talks.mediator, seat="US")
    assert session.view(us(talks)).notes[note].state is NoteState.ERASED  # type: ignore[index]
    with pytest.raises(RuleBrokenError):
        session.erase(us(talks), "", note)


def test_what_is_erased_before_it_was_sealed_never_leaves(talks: Mediation) -> None:
    for number_ in range(64):
        talks.say("US", f"note {number_}", FOR_THE_MEDIATOR_ONLY)
    note = talks.say("US", "fragment-unsent", FOR_THE_MEDIATOR_ONLY)
    assert b"fragment-unsent" in everything_in(us(talks))
    session.erase(us(talks), "", note)
    assert b"fragment-unsent" not in everything_in(us(talks))
    for _ in range(3):
        talks.sync()
        assert b"fragment-unsent" not in everything_in(talks.mediator)
    assert session.view(us(talks)) == session.view(talks.mediator, seat="US")


def test_a_request_that_crosses_an_erasure_brings_nothing_back(talks: Mediation) -> None:
    note = talks.say("US", "fragment-text", ASK_FIRST)
    talks.sync()
    session.request_use(talks.mediator, "", note, attribution=Attribution.NOBODY)
    session.erase(us(talks), "", note)
    talks.sync()
    for desk in (us(talks), talks.mediator):
        assert b"fragment-text" not in everything_in(desk)
    assert session.view(us(talks)) == session.view(talks.mediator, seat="US")


def test_what_was_conveyed_before_an_erasure_stays_with_its_recipient(talks: Mediation) -> None:
    note = talks.say("US", "Four may move.", WITHOUT_ATTRIBUTION)
    talks.sync()
    convey(talks, note)
    session.erase(us(talks), "", note)
    talks.sync()
    assert b"Four may move." not in everything_in(us(talks))
    assert b"Four may move." in everything_in(iran(talks))


# Who is at the other end


def test_a_mismatch_is_recorded_and_ends_verification(talks: Mediation) -> None:
    other = " ".join(session.safety_words(us(talks)).words)
    with pytest.raises(MismatchError, match="somebody may stand between"):
        session.verify(talks.mediator, "", "Iran", heard=other)
    info = {c.name: c for c in session.channels(talks.mediator)[0].caucuses}
    assert (info["Iran"].verified, info["US"].verified) == (False, True)
    assert journal_kinds(talks.mediator)[-1] == "mismatch"
    for heard in ("", "12 34"):
        with pytest.raises(MismatchError):
            session.verify(talks.mediator, "", "Iran", heard=heard)
    number_ = session.safety_words(iran(talks)).number
    session.verify(talks.mediator, "", "Iran", heard=number_.replace("-", " "))
    assert session.safety_words(talks.mediator, "", "Iran").verified
    assert {row.caucus for row in session.journal(talks.mediator)} == {"Iran", "US"}


def test_nothing_goes_to_an_unverified_caucus_but_with_a_recorded_reason(talks: Mediation) -> None:
    conveyed = session.convey(
        talks.mediator, "", Conveying(seat="Iran", attribution=Attribution.MEDIATOR, text="first")
    )
    with pytest.raises(MismatchError):
        session.verify(talks.mediator, "", "Iran", heard="other words")
    unverified = Conveying(seat="Iran", attribution=Attribution.MEDIATOR, text="a third way")
    accord = drafted(talks)
    before = number(talks.mediator, "SELECT count(*) FROM events")
    with pytest.raises(UnverifiedError, match="have not been compared"):
        session.convey(talks.mediator, "", unverified)
    with pytest.raises(UnverifiedError):
        session.put(talks.mediator, "", accord, override_unverified="  ")
    with pytest.raises(UnverifiedError):
        session.correct(talks.mediator, "", conveyed, text="second")
    assert number(talks.mediator, "SELECT count(*) FROM events") == before
    assert "override" not in journal_kinds(talks.mediator)
    assert not session.preview_convey(talks.mediator, "", unverified).verified
    reason = "the line is cut, and it is urgent"
    session.put(talks.mediator, "", accord, override_unverified=reason)
    session.correct(talks.mediator, "", conveyed, text="second", override_unverified="as urgent")
    session.convey(
        talks.mediator,
        "",
        Conveying(
            seat="Iran", attribution=Attribution.MEDIATOR, text="3", override_unverified=reason
        ),
    )
    overrides = [r.words for r in session.journal(talks.mediator) if r.kind == "override"]
    assert len(overrides) == 3
    assert reason in overrides[0]


def test_a_party_signs_only_for_a_mediator_it_has_verified(talks: Mediation) -> None:
    accord = drafted(talks)
    session.put(talks.mediator, "", accord)
    talks.sync()
    with pytest.raises(MismatchError):
        session.verify(iran(talks), heard="other words")
    with pytest.raises(DeskError, match="signature is given only"):
        session.adhere(iran(talks), "", accord)


def test_there_are_no_safety_words_before_a_party_has_joined(talks: Mediation) -> None:
    invited(talks, "Oman")
    with pytest.raises(DeskError, match="Oman has not joined yet"):
        session.safety_words(talks.mediator, "", "Oman")


# Standing of the talks


def test_suspended_talks_are_told_to_all_and_go_on(talks: Mediation) -> None:
    late = joined(talks, "Oman")
    session.accept_rules(late)
    session.suspend(talks.mediator, "", text="until Monday")
    talks.sync()
    for desk in talks.parties.values():
        (event,) = shown(desk, Suspended)
        assert event.text == "until Monday"  # type: ignore[attr-defined]
        assert session.channels(desk)[0].standing == "suspended"
    with pytest.raises(RuleBrokenError):
        session.convey(
            talks.mediator, "", Conveying(seat="US", attribution=Attribution.MEDIATOR, text="now")
        )
    session.resume(talks.mediator, "", text="it is Monday")
    talks.sync()
    assert session.view(late).standing is Standing.OPEN


def test_who_joins_while_the_talks_are_suspended_is_welcomed_when_they_go_on(
    talks: Mediation,
) -> None:
    session.suspend(talks.mediator, "")
    late = joined(talks, "Oman")
    assert session.view(late).welcome is None
    with pytest.raises(RuleBrokenError, match="welcome has not arrived"):
        session.accept_rules(late)
    assert "waiting" in journal_kinds(talks.mediator)
    info = {c.name: c for c in session.channels(talks.mediator)[0].caucuses}
    assert (info["Oman"].state, info["Oman"].welcomed) == ("joined", False)
    session.resume(talks.mediator, "")
    talks.sync()
    session.accept_rules(late)
    talks.sync()
    assert session.view(late) == session.view(talks.mediator, seat="Oman")
    assert session.view(late).rules_accepted


def test_who_joins_while_its_seat_is_frozen_is_welcomed_when_it_is_thawed(
    talks: Mediation,
) -> None:
    line = invited(talks, "Oman")
    session.freeze(talks.mediator, "", "Oman")
    desk = new_desk(talks.folder, talks.clock, "desk-Oman")
    talks.parties["Oman"] = desk
    session.join(desk, line, lambda _: talks.relay)
    talks.sync()
    assert session.view(desk).welcome is None
    session.thaw(talks.mediator, "", "Oman")
    talks.sync()
    assert session.view(desk).welcome is not None


def test_nothing_goes_to_a_frozen_seat(talks: Mediation) -> None:
    with pytest.raises(RuleBrokenError, match="not frozen"):
        session.thaw(talks.mediator, "", "Iran")
    session.freeze(talks.mediator, "", "Iran")
    info = {c.name: c for c in session.channels(talks.mediator)[0].caucuses}
    assert (info["Iran"].frozen, info["US"].frozen) == (True, False)
    with pytest.raises(RuleBrokenError, match="frozen"):
        session.remark(talks.mediator, "", "Iran", text="secret")
    session.thaw(talks.mediator, "", "Iran")
    session.remark(talks.mediator, "", "Iran", text="good day")
    talks.sync()
    assert len(shown(iran(talks), MediatorSaid)) == 1


def test_a_closed_channel_takes_no_more_notes(talks: Mediation) -> None:
    session.close(talks.mediator, "", how=Closing.FORMAL_TALKS, text="to Vienna")
    talks.sync()
    with pytest.raises(RuleBrokenError, match="closed"):
        talks.say("US", "one more thing", FOR_THE_MEDIATOR_ONLY)
    with pytest.raises(RuleBrokenError):
        session.resume(talks.mediator, "")
    assert session.record(talks.mediator).standing is Standing.CLOSED


# Accords


def drafted(talks: Mediation, form: AccordForm = AccordForm.DECLARATION, accord: str = "") -> str:
    writing = AccordDraft(
        title="Exchange",
        editions=[Edition(language="en", text="Each side does its part.")]
        if form is AccordForm.DECLARATION
        else [
            Edition(language="en", text="We do our part.", by="US"),
            Edition(language="en", text="We do ours.", by="Iran"),
        ],
        parties=["US", "Iran"],
        form=form,
        steps=[
            Step(
                id="s1",
                actor="Iran",
                action="does what it promised",
                beneficiary="US",
                category=Category.OTHER,
                requires=(),
                bargained=(),
                simultaneous_with=(),
                planned=date(2023, 9, 18),
            )
        ],
    )
    return session.draft(talks.mediator, "", writing, accord=accord)


def in_force(talks: Mediation) -> str:
    accord = drafted(talks)
    session.put(talks.mediator, "", accord)
    talks.sync()
    for desk in (us(talks), iran(talks)):
        session.adhere(desk, "", "Exchange")
    talks.sync()
    session.release(talks.mediator, "", accord[:8])
    talks.sync()
    return accord


def test_a_draft_is_replaced_until_it_is_put(talks: Mediation) -> None:
    accord = drafted(talks)
    assert drafted(talks, accord=accord[:8]) == accord
    assert len(session.record(talks.mediator).accords) == 1
    with pytest.raises(DeskError, match="not in force yet"):
        session.accord_file(talks.mediator, "", accord)
    session.put(talks.mediator, "", accord)
    with pytest.raises(RuleBrokenError, match="cannot change any more"):
        drafted(talks, accord=accord)


def test_an_accord_names_parties_that_have_named_their_keys(talks: Mediation) -> None:
    joined(talks, "Oman")
    writing = AccordDraft(
        title="Three", editions=[Edition(language="en", text="x")], parties=["US", "Oman"]
    )
    with pytest.raises(RuleBrokenError, match="Oman has not accepted the rules"):
        session.draft(talks.mediator, "", writing)
    unknown = AccordDraft(
        title="Three", editions=[Edition(language="en", text="x")], parties=["US", "Nobody"]
    )
    with pytest.raises(RuleBrokenError, match="no seat is named Nobody"):
        session.draft(talks.mediator, "", unknown)


def test_a_party_that_declined_may_think_again_and_the_other_learns_nothing(
    talks: Mediation,
) -> None:
    accord = drafted(talks)
    session.put(talks.mediator, "", accord)
    talks.sync()
    before = session.view(us(talks))
    session.decline(iran(talks), "", accord, text="fragment-reason")
    talks.sync()
    known = session.view(talks.mediator, seat="Iran").accords[accord]  # type: ignore[index]
    assert (known.stance, known.reason) == (Stance.DECLINED, "fragment-reason")
    assert session.view(us(talks)) == before
    session.adhere(iran(talks), "", accord)
    session.adhere(us(talks), "", accord)
    talks.sync()
    session.release(talks.mediator, "", accord)


def test_an_accord_put_can_be_withdrawn_and_one_in_force_ended(talks: Mediation) -> None:
    first = drafted(talks)
    session.put(talks.mediator, "", first)
    session.withdraw_accord(talks.mediator, "", first)
    talks.sync()
    with pytest.raises(RuleBrokenError, match="withdrawn"):
        session.adhere(iran(talks), "", first)
    second = drafted(talks)
    session.put(talks.mediator, "", second)
    talks.sync()
    for desk in (us(talks), iran(talks)):
        session.adhere(desk, "", second)
    talks.sync()
    session.release(talks.mediator, "", second)
    session.end_accord(talks.mediator, "", second, text="all done")
    talks.sync()
    lives = {key: a.life for key, a in session.view(iran(talks)).accords.items()}
    assert lives == {first: AccordLife.WITHDRAWN, second: AccordLife.ENDED}
    assert session.accord_file(iran(talks), "", second).declaration is not None


def test_an_understanding_is_signed_by_nobody(talks: Mediation) -> None:
    accord = drafted(talks, AccordForm.UNDERSTANDING)
    session.put(talks.mediator, "", accord)
    talks.sync()
    with pytest.raises(MalformedError, match="nobody signs it"):
        session.adhere(iran(talks), "", accord)
    session.release(talks.mediator, "", accord)
    talks.sync()
    file = session.accord_file(iran(talks), "", accord)
    assert (file.declaration, file.adherences) == (None, ())


def test_steps_are_reported_confirmed_and_disputed(talks: Mediation) -> None:
    accord = in_force(talks)
    session.report_step(
        iran(talks), "", accord, "s1", doing=Doing.DONE, done_on=date(2023, 9, 18), text="done"
    )
    session.confirm_step(us(talks), "", accord, "s1", text="we saw it")
    session.dispute_step(us(talks), "", accord, "s1", text="but not all")
    talks.sync()
    assert "but not all" in repr(session.view(talks.mediator, seat="US").entries)
    assert "but not all" not in repr(session.view(iran(talks)).entries)
    with pytest.raises(RuleBrokenError, match="reports it itself"):
        session.report_step(us(talks), "", accord, "s1", doing=Doing.NOT_DONE)
    marks = [
        StepMark(step="s1", mark=Mark.REPORTED, who="Iran", done_on=date(2023, 9, 18)),
        StepMark(step="s2", mark=Mark.VERIFIED, who="Qatar"),
    ]
    with pytest.raises(RuleBrokenError, match="no step 's2'"):
        session.mark_steps(talks.mediator, "", accord, marks)
    (known,) = session.view(iran(talks)).accords.values()
    assert known.steps == {}  # all of the marks, or none
    session.mark_steps(talks.mediator, "", accord, marks[:1])


# References, and what cannot be


def test_a_reference_that_fits_several_names_them(talks: Mediation) -> None:
    with pytest.raises(UsageError, match="there are several: name one party of: "):
        session.remark(talks.mediator, "", "", text="hello")
    with pytest.raises(UsageError, match=r"there is no party 'Irak'.*Iran \([0-9a-f]{8}\)"):
        session.remark(talks.mediator, "", "Irak", text="hello")
    with pytest.raises(UsageError, match="there is no note here yet"):
        session.withdraw(us(talks), "", "abcd")
    notes = [talks.say("US", f"note {n}", FOR_THE_MEDIATOR_ONLY) for n in range(2)]
    with pytest.raises(UsageError, match="there are several"):
        session.withdraw(us(talks), "", "")
    with pytest.raises(UsageError, match="there is no note"):
        session.withdraw(us(talks), "", notes[0][:3])  # too short to be taken for anything
    session.withdraw(us(talks), "Talks", notes[0].upper()[:12])
    assert session.view(us(talks)).notes[notes[0]].state is NoteState.WITHDRAWN  # type: ignore[index]


def test_each_role_does_its_own_work(talks: Mediation) -> None:
    assert session.role(talks.mediator) == "mediator"
    assert session.role(us(talks)) == "party"
    with pytest.raises(UsageError, match="at the desk of a party; in the channel Talks"):
        session.say(talks.mediator, text="hm", handling=FOR_THE_MEDIATOR_ONLY)
    with pytest.raises(UsageError, match="at the desk of a mediator"):
        session.suspend(us(talks), "")
    with pytest.raises(UsageError, match="no channel 'Other'"):
        session.view(us(talks), "Other")


def test_a_desk_may_sit_in_several_channels(talks: Mediation) -> None:
    key = session.open_channel(
        talks.mediator, title="Other", mediator="Qatar", relay="http://127.0.0.1:1", pin=b""
    )
    with pytest.raises(UsageError, match="there are several: name one channel"):
        session.record(talks.mediator)
    with pytest.raises(UsageError, match="has a channel Other already"):
        session.open_channel(
            talks.mediator, title="Other", mediator="Qatar", relay="http://127.0.0.1:1", pin=b""
        )
    assert session.record(talks.mediator, key[:6]).seats == {}
    assert [c.title for c in session.channels(talks.mediator)] == ["Other", "Talks"]
    with pytest.raises(UsageError, match="there is no party here yet"):
        session.remark(talks.mediator, "Other", "", text="hello")


def test_a_channel_that_no_invitation_could_carry_is_refused(talks: Mediation) -> None:
    for fault in (
        {"relay": "nowhere"},
        {"rules": "\U0001f54a" * 15_000},
        {"title": "  "},
    ):
        values = {"title": "Other", "relay": "http://127.0.0.1:1", "rules": "none", **fault}
        with pytest.raises((SealError, UsageError, MalformedError)):
            session.open_channel(talks.mediator, mediator="Qatar", pin=b"", **values)
    assert len(session.channels(talks.mediator)) == 1


def test_an_invitation_needs_a_new_name_some_hours_and_two_vouchers(talks: Mediation) -> None:
    with pytest.raises(UsageError, match="1 to 1440 hours"):
        session.invite(talks.mediator, "", "Oman", hours=0)
    with pytest.raises(UsageError, match="needs two vouchers"):
        session.invite(talks.mediator, "", "Oman")
    assert isinstance(talks.relay, MemoryRelay)
    lines = [vouchers.written(talks.relay.issue()), "  ", vouchers.written(talks.relay.issue())]
    assert session.add_vouchers(talks.mediator, "", lines) == 2
    with pytest.raises(RuleBrokenError, match="there is a seat iran already"):
        session.invite(talks.mediator, "", "iran")
    assert session.add_vouchers(talks.mediator, "", lines[:1]) == 2


def test_a_text_over_the_limit_changes_nothing(talks: Mediation) -> None:
    before = everything_in(us(talks))
    with pytest.raises(MalformedError, match="at most 16,000 are allowed"):
        talks.say("US", "x" * 16_001, FOR_THE_MEDIATOR_ONLY)
    assert everything_in(us(talks)) == before


# What a desk tells of itself


def test_channels_say_what_waits(talks: Mediation) -> None:
    talks.say("US", "one", FOR_THE_MEDIATOR_ONLY)
    (channel,) = session.channels(us(talks))
    (caucus,) = channel.caucuses
    assert (channel.role, channel.title, channel.standing) == ("party", "Talks", "open")
    assert (caucus.name, caucus.state, caucus.waiting, caucus.gap) == ("US", "joined", 1, "")
    assert (caucus.verified, caucus.welcomed, caucus.frozen) == (True, True, False)
    talks.sync()
    assert session.channels(us(talks))[0].caucuses[0].waiting == 0


def test_a_relay_that_is_down_is_told_once_and_all_is_delivered_later(talks: Mediation) -> None:
    assert isinstance(talks.relay, MemoryRelay)
    talks.relay.down = True
    session.remark(talks.mediator, "", "US", text="a")
    session.remark(talks.mediator, "", "Iran", text="b")
    report = courier.sync(talks.mediator, lambda _: talks.relay)
    assert (report.sent, report.waiting, len(report.down)) == (0, 2, 1)
    talks.relay.down = False
    assert courier.sync(talks.mediator, lambda _: talks.relay).sent == 2


def test_one_relay_that_is_down_holds_up_no_other(talks: Mediation) -> None:
    class Down:
        def ask(self, _: object) -> None:
            raise RelayDownError("nobody there")

    session.remark(talks.mediator, "", "US", text="a")
    report = courier.sync(talks.mediator, lambda _: Down())  # type: ignore[arg-type, return-value]
    assert report.down == ["nobody there"]
    assert caucus_row(talks.mediator, "US").sent > 0
