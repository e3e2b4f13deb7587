"""Agenda, rounds, communiques at real desks: what a newcomer is told, and others are not."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from backchannel.channel import disclosure
from backchannel.channel.agenda import AgendaSet, AgendaShown, Item, Phase, shown_to
from backchannel.channel.communique import CommuniqueReleased
from backchannel.channel.deadlines import What
from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.events import Entry, ToParty
from backchannel.channel.handling import WITHOUT_ATTRIBUTION
from backchannel.channel.names import CommuniqueId, SeatId
from backchannel.channel.rounds import RoundCalled
from backchannel.channel.rules import CommuniqueLife, Consent
from backchannel.channel.tellable import Tellable
from backchannel.channel.timing import Wait
from backchannel.channel.told import Closing
from backchannel.desk import session
from backchannel.desk.errors import UsageError
from backchannel.desk.session import Desk, Meeting, Topic, UnverifiedError, Wording
from hostile_relay import MemoryRelay
from mediation import START, Mediation, begin, new_desk
from test_session_use_cases import invited, joined
from vault_probe import caucus_row, journal_kinds, select

TOMORROW = START + timedelta(days=1)
PAUSE = Topic(
    item=Item(item="pause", title="A pause", options=("10 days", "30 days")),
    shown_to=("US", "Iran"),
    raised_by="US",
)
FUNDS = Topic(item=Item(item="funds", title="The funds"), shown_to=("Iran",))
DOHA = Meeting(begins=TOMORROW, place="Doha")


@pytest.fixture
def talks() -> Iterator[Mediation]:
    with tempfile.TemporaryDirectory() as folder:
        mediation = begin(Path(folder), MemoryRelay(), "US", "Iran")
        yield mediation
        mediation.close()


def shown(desk: Desk) -> list[str]:
    return [item.item for item in session.view(desk).agenda]


def told(desk: Desk, kind: type) -> list[object]:
    return [s.event for s in session.view(desk).entries if isinstance(s.event, kind)]


def letters(desk: Desk) -> list[object]:
    return [body for (body,) in select(desk, "SELECT body FROM events ORDER BY place")]


# The agenda.


def test_each_party_is_shown_its_part_and_named_when_it_changes(talks: Mediation) -> None:
    mediator, us, iran = talks.mediator, talks.parties["US"], talks.parties["Iran"]
    assert session.set_agenda(mediator, "", [PAUSE, FUNDS]) == ("US", "Iran")
    talks.sync()
    assert shown(us) == ["pause"]
    assert shown(iran) == ["pause", "funds"]
    assert session.move_item(mediator, "", "funds", place=1) == ("Iran",)
    assert session.set_phase(mediator, "", "funds", Phase.SET_ASIDE) == ("Iran",)
    secret = Topic(item=Item(item="secret", title="Ours"), raised_by="Iran")
    assert session.add_item(mediator, "", secret, place=2) == ()
    assert session.remove_item(mediator, "", "pause") == ("US", "Iran")
    talks.sync()
    assert shown(us) == []
    assert shown(iran) == ["funds"]
    assert [topic.item.item for topic in session.agenda(mediator)] == ["funds", "secret"]
    assert session.agenda(mediator)[1].raised_by == "Iran"


def test_what_cannot_be_done_with_the_agenda_changes_nothing(talks: Mediation) -> None:
    mediator = talks.mediator
    session.set_agenda(mediator, "", [PAUSE])
    before = letters(mediator)
    for attempt in (
        lambda: session.set_agenda(mediator, "", [PAUSE]),
        lambda: session.remove_item(mediator, "", "nothing"),
        lambda: session.move_item(mediator, "", "pause", place=2),
        lambda: session.move_item(mediator, "", "pause", place=0),
        lambda: session.add_item(mediator, "", FUNDS, place=3),
        lambda: session.raise_item(mediator, "", title="x"),
    ):
        with pytest.raises(UsageError):
            attempt()
    with pytest.raises(RuleBrokenError, match="no seat is named Oman"):
        session.add_item(mediator, "", replace(FUNDS, shown_to=("Oman",)))
    with pytest.raises(UsageError, match="desk of a mediator"):
        session.set_agenda(talks.parties["US"], "", [])
    assert letters(mediator) == before


def test_an_empty_agenda_can_be_set_first(talks: Mediation) -> None:
    assert session.set_agenda(talks.mediator, "", []) == ()
    with pytest.raises(UsageError, match="just so already"):
        session.set_agenda(talks.mediator, "", [])


def test_a_topic_that_a_party_raises_reaches_the_mediator_alone(talks: Mediation) -> None:
    session.raise_item(talks.parties["US"], title="Overflights", text="Soon.")
    talks.sync()
    (entry,) = [
        s.event
        for s in session.view(talks.mediator, seat="US").entries
        if getattr(s.event, "title", "") == "Overflights"
    ]
    assert entry.at == START
    assert "Overflights" not in str(session.view(talks.parties["Iran"]))


def test_a_desk_in_the_place_of_a_closed_one_is_shown_what_is_named_for_it_anew(
    talks: Mediation,
) -> None:
    invited(talks, "Oman")
    session.set_agenda(talks.mediator, "", [replace(PAUSE, shown_to=("US", "Oman")), FUNDS])
    session.call_round(talks.mediator, "", ["US", "Oman"], DOHA)
    talks.sync()
    before = letters(talks.parties["US"]), letters(talks.parties["Iran"])
    session.revoke(talks.mediator, "", "Oman")
    desk = joined(talks, "Oman")
    # The seat closed and the one that took its place are two: nothing is shown to the new one yet.
    assert shown(desk) == []
    again = [replace(t, shown_to=(*t.shown_to[:1], "Oman")) for t in (PAUSE, FUNDS)]
    session.set_agenda(talks.mediator, "", again)
    talks.sync()
    assert shown(desk) == ["pause", "funds"]
    assert (letters(talks.parties["US"]), letters(talks.parties["Iran"])) == before


def late_joiner(talks: Mediation, *, name: str = "Oman") -> Desk:
    """Have a party join that was named on the agenda, and called, before it had a desk."""
    relay = talks.relay
    assert isinstance(relay, MemoryRelay)
    line = invited(talks, name)
    session.set_agenda(talks.mediator, "", [replace(PAUSE, shown_to=("US", name)), FUNDS])
    session.call_round(talks.mediator, "", ["US", name], DOHA)
    talks.sync()
    desk = new_desk(talks.folder, talks.clock, f"desk-{name}")
    talks.parties[name] = desk
    session.join(desk, line, lambda _: relay)
    return desk


def test_who_joins_is_told_agenda_and_rounds_and_nobody_else_notices(talks: Mediation) -> None:
    desk = late_joiner(talks)
    before = letters(talks.parties["US"]), letters(talks.parties["Iran"])
    talks.sync()
    assert shown(desk) == ["pause"]
    assert len(told(desk, RoundCalled)) == 1
    assert (letters(talks.parties["US"]), letters(talks.parties["Iran"])) == before


def test_an_agenda_told_again_to_all_when_somebody_joins_would_be_found(
    talks: Mediation, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = disclosure.tell

    def leaking(channel: Tellable, entry: Entry) -> dict[SeatId, ToParty]:
        events = dict(honest(channel, entry))
        if isinstance(entry, AgendaSet):
            for seat, caucus in channel.caucuses.items():
                items = shown_to(entry.items, seat)
                if caucus.welcome is not None:
                    seen = caucus.said_count
                    events[seat] = AgendaShown(at=entry.at, seen=seen, items=items)
        return events

    late_joiner(talks)
    before = letters(talks.parties["US"])
    monkeypatch.setattr(disclosure, "tell", leaking)
    talks.sync()
    assert letters(talks.parties["US"]) != before


def test_a_round_in_the_past_or_with_a_frozen_seat_is_not_told_to_a_newcomer(
    talks: Mediation,
) -> None:
    desk = late_joiner(talks)
    session.freeze(talks.mediator, "", "US")
    talks.sync()
    assert shown(desk) == ["pause"]
    assert told(desk, RoundCalled) == []
    talks.clock.move(days=2)
    session.thaw(talks.mediator, "", "US")
    talks.sync()
    assert told(desk, RoundCalled) == []


def test_a_frozen_party_is_shown_its_part_when_it_is_thawed(talks: Mediation) -> None:
    session.freeze(talks.mediator, "", "US")
    assert session.set_agenda(talks.mediator, "", [PAUSE, FUNDS]) == ("Iran",)
    talks.sync()
    assert shown(talks.parties["US"]) == []
    session.thaw(talks.mediator, "", "US")
    talks.sync()
    assert shown(talks.parties["US"]) == ["pause"]


def test_who_joins_while_the_talks_are_suspended_is_shown_its_part_when_they_go_on(
    talks: Mediation,
) -> None:
    desk = late_joiner(talks)
    session.suspend(talks.mediator, "")
    talks.sync()
    assert session.view(desk).welcome is None
    session.resume(talks.mediator, "")
    talks.sync()
    assert shown(desk) == ["pause"]


def test_after_the_end_nobody_is_shown_anything(talks: Mediation) -> None:
    session.freeze(talks.mediator, "", "US")
    session.set_agenda(talks.mediator, "", [PAUSE])
    session.close(talks.mediator, "", how=Closing.BROKEN_DOWN)
    session.thaw(talks.mediator, "", "US")
    talks.sync()
    assert shown(talks.parties["US"]) == []


# Rounds.


def test_a_round_is_called_answered_moved_and_recorded(talks: Mediation) -> None:
    mediator, us = talks.mediator, talks.parties["US"]
    key = session.call_round(mediator, "", ["US", "Iran"], DOHA)
    talks.sync()
    session.answer_round(us, "", "Doha", coming=True, people=["the minister"])
    talks.sync()
    seat = SeatId(caucus_row(mediator, "US").caucus)
    known = session.record(mediator).caucuses[seat].rounds[key]  # type: ignore[index]
    assert known.standing_answer is not None
    session.move_round(mediator, "", key[:8], lambda before: replace(before, place="Muscat"))
    talks.sync()
    assert session.view(us).rounds[key].called.place == "Muscat"  # type: ignore[index]
    before = letters(us)
    session.hold_round(mediator, "", "", attendance=["the minister"], debrief="Well.")
    talks.sync()
    assert letters(us) == before
    other = session.call_round(mediator, "", ["US"], DOHA)
    session.cancel_round(mediator, "", other[:8], text="The pilots strike.")
    with pytest.raises(UsageError, match="no round 'Oslo'"):
        session.answer_round(us, "", "Oslo", coming=False)


def test_a_round_is_moved_without_the_party_whose_seat_was_closed(talks: Mediation) -> None:
    session.call_round(talks.mediator, "", ["US", "Iran"], DOHA)
    session.revoke(talks.mediator, "", "Iran")
    session.move_round(talks.mediator, "", "", lambda before: replace(before, place="Muscat"))
    (known,) = session.record(talks.mediator).rounds.values()
    assert len(known.call.seats) == 1


# Communiques.

WORDING = Wording(
    text="We have\u200b talked.", credit="Thanks to Qatar.", holding_line="No comment."
)


def test_a_communique_is_agreed_to_and_released(talks: Mediation) -> None:
    mediator = talks.mediator
    key = session.put_communique(mediator, "", ["US", "Iran"], WORDING)
    talks.sync()
    us = talks.parties["US"]
    (known,) = session.view(us).communiques.values()
    assert known.put.text == "We have talked."
    for name in ("US", "Iran"):
        session.answer_communique(talks.parties[name], "", "", agrees=True)
        talks.sync()
    session.use_holding_line(mediator, "", key[:8])
    session.release_communique(mediator, "", key[:8])
    talks.sync()
    (known,) = session.view(us).communiques.values()
    assert known.life is CommuniqueLife.RELEASED
    assert known.consent is Consent.AGREED
    other = session.put_communique(mediator, "", ["US"], WORDING)
    session.withdraw_communique(mediator, "", other[:8])


def test_a_communique_goes_to_an_unverified_party_only_for_a_reason(talks: Mediation) -> None:
    joined(talks, "Oman")
    before = letters(talks.mediator)
    with pytest.raises(UnverifiedError):
        session.put_communique(talks.mediator, "", ["US", "Oman"], WORDING)
    assert letters(talks.mediator) == before
    session.accept_rules(talks.parties["Oman"])
    talks.sync()
    session.put_communique(
        talks.mediator, "", ["US", "Oman"], WORDING, override_unverified="I know the voice"
    )
    assert "override" in journal_kinds(talks.mediator)


def test_a_release_to_which_a_party_did_not_agree_is_refused_at_its_desk(
    talks: Mediation, monkeypatch: pytest.MonkeyPatch
) -> None:
    us = talks.parties["US"]
    key = session.put_communique(talks.mediator, "", ["US"], WORDING)
    talks.sync()

    seat = SeatId(caucus_row(talks.mediator, "US").caucus)
    release = CommuniqueReleased(at=START, seen=1, communique=CommuniqueId(key))
    honest = disclosure.tell

    def dishonest(channel: Tellable, entry: Entry) -> dict[SeatId, ToParty]:
        return {seat: release} if isinstance(entry, AgendaSet) else honest(channel, entry)

    monkeypatch.setattr(disclosure, "tell", dishonest)
    session.set_agenda(talks.mediator, "", [])
    monkeypatch.undo()
    talks.sync()
    (known,) = session.view(us).communiques.values()
    assert known.life is CommuniqueLife.PUT
    assert "refused" in journal_kinds(us)


# What is due, and the time things took.


def test_each_desk_knows_what_is_due_of_what_it_knows(talks: Mediation) -> None:
    session.call_round(talks.mediator, "", ["US"], DOHA)
    invited(talks, "Oman")
    talks.sync()
    at_the_mediator = session.due(talks.mediator)
    assert at_the_mediator.mediates
    assert [d.what for d in at_the_mediator.deadlines] == [What.ROUND, What.INVITATION]
    us, iran = session.due(talks.parties["US"]), session.due(talks.parties["Iran"])
    assert [d.what for d in us.deadlines] == [What.ROUND]
    assert iran.deadlines == ()
    assert (us.at, us.title) == (START, "Talks")


def test_the_record_tells_who_waited_and_how_late_things_were_conveyed(talks: Mediation) -> None:
    note = talks.say("US", "Four may go first.", WITHOUT_ATTRIBUTION)
    talks.clock.move(minutes=20)
    talks.sync()
    talks.clock.move(minutes=40)
    conveying = session.Conveying(
        seat="Iran", attribution=next(iter(WITHOUT_ATTRIBUTION.uses)), rests_on=[note]
    )
    session.convey(talks.mediator, "", conveying)
    info = session.timing(talks.mediator)
    (found,) = info.timing.waited
    assert found.wait is Wait.CONVEYANCE
    assert (found.said, found.since, found.until) == (
        START,
        START + timedelta(minutes=20),
        START + timedelta(minutes=60),
    )
    assert [info.names[s] for s in (found.seat, found.to) if s] == ["US", "Iran"]
    with pytest.raises(UsageError, match="desk of a mediator"):
        session.timing(talks.parties["US"])
