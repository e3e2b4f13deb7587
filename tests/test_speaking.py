"""What is spoken, with real desks: recorded by the mediator alone, conveyed by desk or by mouth."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from backchannel.channel.accord import AccordForm, Edition
from backchannel.channel.errors import HandlingForbidsError, RuleBrokenError
from backchannel.channel.handling import (
    FOR_THE_MEDIATOR_ONLY,
    WITHOUT_ATTRIBUTION,
    Attribution,
    Handling,
)
from backchannel.channel.oral import How
from backchannel.channel.told import Closing, Conveyed
from backchannel.channel.warnings import Kind
from backchannel.desk import courier, session
from backchannel.desk.errors import NoDeskError, UsageError
from backchannel.desk.session import AccordDraft, Aloud, Conveying, Desk, Hearing
from backchannel.desk.session.finding import find_seat
from backchannel.post import vouchers
from hostile_relay import MemoryRelay
from mediation import RELAY, START, Clock, Mediation, add_party, begin, new_desk
from vault_probe import everything_in, journal_kinds

ALOUD = Aloud(how=How.IN_PERSON, spoken=START, person="the envoy")
SECRET = "the hostages are in Qom"  # noqa: S105 - words, no password


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Desk]:
    """A mediator on day one: a channel with two seats, no relay, and nobody's desk."""
    desk = new_desk(tmp_path, Clock(), "mediator")
    session.open_channel(desk, title="Talks", mediator="Qatar")
    for name in ("US", "Iran"):
        session.add_seat(desk, "", name)
    yield desk
    desk.vault.close()


@pytest.fixture
def talks(tmp_path: Path) -> Iterator[Mediation]:
    """Iran has a desk, the US has none."""
    mediation = begin(tmp_path, MemoryRelay(), "Iran")
    session.add_seat(mediation.mediator, "", "US")
    yield mediation
    mediation.close()


def hear(
    desk: Desk, text: str, handling: Handling = WITHOUT_ATTRIBUTION, *, seat: str = "US"
) -> str:
    return session.heard(desk, "", seat, Hearing(text=text, handling=handling), aloud=ALOUD)


def to_iran(*notes: str, text: str = "", as_: Attribution = Attribution.NOBODY) -> Conveying:
    return Conveying(seat="Iran", attribution=as_, rests_on=notes, text=text)


def tell(desk: Desk, *notes: str, text: str = "", breach: str = "") -> str:
    return session.told_by_mouth(desk, "", to_iran(*notes, text=text), aloud=ALOUD, breach=breach)


# -- alone on day one ----------------------------------------------------------------------------


def test_a_mediator_begins_alone_without_a_relay_and_without_a_desk_of_anybody(
    alone: Desk,
) -> None:
    note = hear(alone, "Four may move.")
    tell(alone, note[:8])
    (row,) = session.knowledge(alone)
    assert (row.author, row.party, row.how, row.person) == (
        "US",
        "Iran",
        How.IN_PERSON,
        "the envoy",
    )
    assert row.told[0].mouth is not None
    (info,) = session.channels(alone)
    assert [(c.name, c.state) for c in info.caucuses] == [("US", "no desk"), ("Iran", "no desk")]
    assert session.without_desks(alone, "") == ("US", "Iran")
    assert session.without_desks(alone, "", ["Iran", "Oman"]) == ("Iran",)
    courier.sync(alone, lambda _: MemoryRelay())


def test_what_was_spoken_is_shown_as_that_and_in_no_caucus(alone: Desk) -> None:
    note = hear(alone, "Four may move.")
    told = tell(alone, note)
    session.correct(alone, "", told, text="Five may move.")
    (heard,) = session.spoken(alone, seat="US")
    assert isinstance(heard, session.HeardRow)
    assert (heard.note, heard.text, heard.leave) == (note, "Four may move.", "")
    (row,) = session.spoken(alone, seat="Iran")
    assert isinstance(row, session.ToldRow)
    assert [c.text for c in row.corrections] == ["Five may move."]
    for name in ("US", "Iran"):
        assert session.view(alone, seat=name).entries == ()


def test_the_talks_are_suspended_resumed_and_closed_without_any_desk(alone: Desk) -> None:
    session.suspend(alone, "")
    tell(alone, hear(alone, "We are still here."))
    session.resume(alone, "")
    session.close(alone, "", how=Closing.CONCLUDED)
    assert session.channels(alone)[0].standing == "closed"


def test_a_seat_without_a_desk_is_frozen_thawed_and_closed_like_any_other(alone: Desk) -> None:
    session.freeze(alone, "", "Iran")
    assert [c.frozen for c in session.channels(alone)[0].caucuses] == [False, True]
    tell(alone, hear(alone, "We are still here."))
    session.thaw(alone, "", "Iran")
    session.revoke(alone, "", "Iran")
    assert journal_kinds(alone)[-1] == "revoked"
    assert {row.caucus for row in session.journal(alone)} == {"Iran (closed 1)"}
    assert [c.state for c in session.channels(alone)[0].caucuses] == ["no desk", "void"]
    with pytest.raises(UsageError, match="closed already"):
        session.revoke(alone, "", "Iran (closed 1)")
    session.add_seat(alone, "", "Iran")


def test_what_needs_a_desk_is_refused_in_one_sentence_that_says_what_to_do(alone: Desk) -> None:
    note = hear(alone, "Four may move.")
    conveying = to_iran(note)
    for attempt in (
        lambda: session.convey(alone, "", conveying),
        lambda: session.preview_convey(alone, "", conveying),
        lambda: session.remark(alone, "", "Iran", text="Hello"),
        lambda: session.ask(alone, text="When?", seat="Iran"),
        lambda: session.safety_words(alone, seat="Iran"),
    ):
        with pytest.raises(NoDeskError, match=r"Iran has no desk: .*`backchannel told`"):
            attempt()
    with pytest.raises(RuleBrokenError, match="`backchannel heard-allow`"):
        session.request_use(alone, "", note, attribution=Attribution.NOBODY)
    with pytest.raises(UsageError, match="`backchannel channel relay"):
        session.invite(alone, "", "Iran")
    with pytest.raises(RuleBrokenError, match="seat US already"):
        session.add_seat(alone, "", "US")


def test_an_accord_is_not_put_to_a_party_without_a_desk(talks: Mediation) -> None:
    writing = AccordDraft(
        title="Pause",
        form=AccordForm.UNDERSTANDING,
        editions=[Edition(language="en", text="A pause.")],
        parties=["US", "Iran"],
    )
    accord = session.draft(talks.mediator, "", writing)
    before = everything_in(talks.mediator)
    with pytest.raises(NoDeskError, match="has no desk"):
        session.put(talks.mediator, "", accord)
    assert everything_in(talks.mediator) == before
    with pytest.raises(RuleBrokenError, match="named no signing key"):
        session.draft(talks.mediator, "", AccordDraft(title="x", editions=(), parties=["US"]))


# -- a relay, and desks, later -------------------------------------------------------------------


def test_a_channel_gets_its_relay_later_and_the_same_seat_its_desk(
    alone: Desk, tmp_path: Path
) -> None:
    note = hear(alone, "We are ready.", seat="Iran")
    relay = MemoryRelay()
    with pytest.raises(UsageError, match="name the relay too"):
        session.open_channel(alone, title="Other", mediator="Qatar", vouchers=["x"])
    lines = [vouchers.written(relay.issue()) for _ in range(2)]
    session.set_relay(alone, "", relay=RELAY, vouchers=lines)
    (before,) = (s for s in session.record(alone).seats.values() if s.name == "Iran")
    clock = Clock()
    mediation = Mediation(tmp_path, relay, alone, clock)
    add_party(mediation, "Iran")
    (after,) = (s for s in session.record(alone).seats.values() if s.name == "Iran")
    assert before == after
    assert session.without_desks(alone, "") == ("US",)
    assert "ready" not in repr(session.view(mediation.parties["Iran"]))
    assert [row.text for row in session.spoken(alone, seat="Iran")] == ["We are ready."]
    assert session.view(alone, seat="Iran") == session.view(mediation.parties["Iran"])
    mine = hear(alone, "Four may move.")
    session.convey(alone, "", to_iran(mine))
    mediation.sync()
    assert "Four may move." in repr(session.view(mediation.parties["Iran"]))
    with pytest.raises(UsageError, match="cannot be changed"):
        session.set_relay(alone, "", relay="http://127.0.0.1:2")
    with pytest.raises(RuleBrokenError, match="seat Iran already"):
        session.invite(alone, "", "Iran")
    assert find_seat(session.record(alone), note[:0] or "Iran").name == "Iran"
    mediation.parties["Iran"].vault.close()


# -- conveyed by desk ----------------------------------------------------------------------------


def test_a_desk_is_conveyed_what_was_heard_as_if_it_had_been_written(talks: Mediation) -> None:
    note = hear(talks.mediator, "Four may move.")
    preview = session.preview_convey(talks.mediator, "", to_iran(note))
    assert [(name, fact.how) for name, fact in preview.rests_on] == [("US", How.IN_PERSON)]
    session.convey(talks.mediator, "", to_iran(note))
    talks.sync()
    (event,) = (
        shown.event
        for shown in session.view(talks.parties["Iran"]).entries
        if isinstance(shown.event, Conveyed)
    )
    assert event.text == "Four may move."
    for field in ("in person", "envoy", "US"):
        assert field not in repr(event)


def test_what_a_party_with_a_desk_said_by_mouth_is_no_part_of_its_caucus(
    talks: Mediation,
) -> None:
    hear(talks.mediator, "We are tired.", FOR_THE_MEDIATOR_ONLY, seat="Iran")
    tell(talks.mediator, hear(talks.mediator, "Four may move."))
    talks.sync()
    view = session.view(talks.parties["Iran"])
    assert view == session.view(talks.mediator, seat="Iran")
    assert "tired" not in repr(view)
    assert "move" not in repr(view)


# -- leave, taking back, breach ------------------------------------------------------------------


def test_leave_by_mouth_is_for_one_wording_and_can_be_taken_back(alone: Desk) -> None:
    asks = Handling(uses=frozenset({Attribution.NOBODY}), ask_first=True)
    note = hear(alone, "Four may move.", asks)
    with pytest.raises(HandlingForbidsError, match="wants to be asked"):
        tell(alone, note)
    leave = session.heard_leave(
        alone, "", note, attribution=Attribution.NOBODY, text="Some may move.", aloud=ALOUD
    )
    tell(alone, note, text="Some may move.")
    session.take_back_heard(alone, "", leave[:8])
    alone.now.move(minutes=5)  # type: ignore[attr-defined]
    later = Aloud(how=How.BY_TELEPHONE, spoken=START + timedelta(minutes=5))
    with pytest.raises(HandlingForbidsError, match="wants to be asked"):
        session.told_by_mouth(alone, "", to_iran(note, text="Some may move."), aloud=later)
    rows = session.spoken(alone, seat="US")
    assert [row.leave for row in rows if isinstance(row, session.HeardRow)] == ["", note]
    session.heard_leave(alone, "", note, attribution=Attribution.NOBODY, aloud=ALOUD)


def test_a_breach_needs_a_reason_and_stands_in_journal_and_knowledge(alone: Desk) -> None:
    note = hear(alone, "We could live with less.", FOR_THE_MEDIATOR_ONLY)
    before = everything_in(alone)
    with pytest.raises(HandlingForbidsError, match="record it as a breach with --breach"):
        tell(alone, note)
    with pytest.raises(HandlingForbidsError, match="--breach"):
        tell(alone, note, breach="  ")
    assert everything_in(alone) == before
    preview = session.preview_told(alone, "", to_iran(note), aloud=ALOUD, breach="A slip")
    assert "handling forbids" in preview.breach
    assert everything_in(alone) == before
    tell(alone, note, breach="A slip")
    assert journal_kinds(alone)[0] == "breach"
    assert "A slip" in session.journal(alone)[0].words
    (row,) = session.knowledge(alone)
    assert row.told[0].mouth is not None
    assert row.told[0].mouth.breach == "A slip"
    with pytest.raises(RuleBrokenError, match="no breach"):
        session.preview_told(alone, "", to_iran(text="x"), aloud=ALOUD, breach="A slip")


def test_nothing_erased_is_left_in_any_row_of_the_vault(alone: Desk) -> None:
    condition = Handling(
        uses=frozenset({Attribution.NOBODY}), ask_first=True, only_if=f"they know that {SECRET}"
    )
    hearing = Hearing(text=SECRET, handling=condition, rows=((SECRET,),))
    note = session.heard(alone, "", "US", hearing, aloud=ALOUD)
    session.heard_leave(
        alone, "", note, attribution=Attribution.NOBODY, text=f"Perhaps {SECRET}", aloud=ALOUD
    )
    assert everything_in(alone).count(b"Qom") == 4
    session.take_back_heard(alone, "", note, erase=True)
    assert b"Qom" not in everything_in(alone)
    assert "Qom" not in repr(session.record(alone))
    alone.folded.clear()
    assert "Qom" not in repr(session.record(alone))


# -- warnings ------------------------------------------------------------------------------------


def test_warnings_are_shown_before_and_the_journal_quotes_nothing(talks: Mediation) -> None:
    hear(talks.mediator, "We could live with two billion.", FOR_THE_MEDIATOR_ONLY)
    open_ = hear(talks.mediator, "Four may move.")
    conveying = to_iran(open_, text="The US says: four, for two billion.")
    preview = session.preview_convey(talks.mediator, "", conveying)
    kinds = {warned.kind for warned in preview.warnings}
    assert kinds == {Kind.FORBIDDEN, Kind.ATTRIBUTION, Kind.NAMES}
    session.convey(talks.mediator, "", conveying)
    (row,) = (row for row in session.journal(talks.mediator) if row.kind == "warned")
    assert row.caucus == "Iran"
    assert row.words.startswith("went on although warned: gives away a note whose handling")
    for word in ("billion", "four", "US"):
        assert word not in row.words


def test_a_conveyance_without_warnings_leaves_no_line_in_the_journal(talks: Mediation) -> None:
    note = hear(talks.mediator, "Four may move.", Handling(uses=frozenset(Attribution)))
    session.convey(talks.mediator, "", to_iran(note, as_=Attribution.MEDIATOR))
    assert "warned" not in journal_kinds(talks.mediator)


def test_a_correction_is_looked_through_like_a_conveyance(talks: Mediation) -> None:
    hear(talks.mediator, "We could live with two billion.", FOR_THE_MEDIATOR_ONLY)
    note = hear(talks.mediator, "Four may move.", Handling(uses=frozenset(Attribution)))
    conveyance = session.convey(talks.mediator, "", to_iran(note, as_=Attribution.MEDIATOR))
    text = "For two billion"
    wrong, found = session.preview_correct(talks.mediator, "", conveyance[:8], text=text)
    assert wrong.text == "Four may move."
    assert Kind.FORBIDDEN in {warned.kind for warned in found}
    session.correct(talks.mediator, "", conveyance, text=text)
    assert journal_kinds(talks.mediator)[-1] == "warned"


# -- who knows what ------------------------------------------------------------------------------


def test_who_knows_what_can_be_searched_by_words_and_by_party(talks: Mediation) -> None:
    hear(talks.mediator, "Four may move.")
    hear(talks.mediator, "چهار نفر می‌روند", seat="Iran")
    assert [row.party for row in session.knowledge(talks.mediator)] == ["US", "Iran"]
    (row,) = session.knowledge(talks.mediator, words="four mov")
    assert (row.author, row.party) == ("US", "Iran")
    assert session.knowledge(talks.mediator, party="Iran") == (row,)
    (persian,) = session.knowledge(talks.mediator, words="می روند")
    assert persian.author == "Iran"
    assert session.knowledge(talks.mediator, words="seven") == ()
    with pytest.raises(UsageError, match="no party 'Oman'"):
        session.knowledge(talks.mediator, party="Oman")
