"""Rounds on the page: called each by itself, moved, cancelled, answered, recorded."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backchannel.channel.rules import RoundLife
from backchannel.desk import session
from backchannel.desk.screen.rounds_page import RoundShown, rounds
from hostile_relay import MemoryRelay
from mediation import Mediation, begin
from page_desks import Leaf

CALL = {"begins": "2023-09-20 10:00", "place": "Doha, room 4", "text": "Bring the list."}


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Mediation]:
    made = begin(tmp_path, MemoryRelay(), "Iran", "US")
    yield made
    made.close()


def rounds_of(table: Mediation, party: str = "") -> str:
    desk = table.parties.get(party, table.mediator)
    return f"/c/{session.channels(desk)[0].channel}/rounds"


def known(table: Mediation, party: str = "") -> RoundShown:
    desk = table.parties.get(party, table.mediator)
    return rounds(desk, session.channels(desk)[0].channel)[0]


def call(table: Mediation, leaf: Leaf, *names: str) -> str:
    at = rounds_of(table)
    look = leaf.send(at, f"{at}/call", {**CALL, "party": list(names)})
    leaf.hold()
    leaf.fill(look, f"{at}/call", {f"to-{place}": "yes" for place, _ in enumerate(names)})
    table.sync()
    return f"{at}/{known(table).key}"


def test_parties_are_called_each_by_itself(table: Mediation) -> None:
    call(table, Leaf(table.mediator), "US", "Iran")
    assert [guest.name for guest in known(table).guests] == ["US", "Iran"]
    page = Leaf(table.parties["US"]).get(rounds_of(table, "US"))
    assert "Doha, room 4" in page
    assert "Iran" not in page


def test_who_is_not_called_learns_nothing(table: Mediation) -> None:
    call(table, Leaf(table.mediator), "US")
    assert "Doha" not in Leaf(table.parties["Iran"]).get(rounds_of(table, "Iran"))


def test_nobody_is_called_before_the_second_look(table: Mediation) -> None:
    leaf, at = Leaf(table.mediator), rounds_of(table)
    look = leaf.send(at, f"{at}/call", {**CALL, "party": ["US"]})
    assert "more seconds" in leaf.fill(look, f"{at}/call", {"to-0": "yes"}, expect=422)
    leaf.hold()
    assert "confirm that it goes to US" in leaf.fill(look, f"{at}/call", {}, expect=422)
    assert rounds(table.mediator, table.channel) == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [("begins", "soon"), ("begins", "2020-01-01 10:00"), ("place", ""), ("party", [])],
)
def test_a_refused_call_keeps_what_was_typed(
    table: Mediation, field: str, value: str | list[str]
) -> None:
    leaf, at = Leaf(table.mediator), rounds_of(table)
    typed = {**CALL, "party": ["US"], field: value}
    page = leaf.send(at, f"{at}/call", typed, expect=422)
    assert f'id="{field}-fault"' in page
    assert "Bring the list.</textarea>" in page


def test_a_round_is_moved_for_all_who_were_called(table: Mediation) -> None:
    leaf = Leaf(table.mediator)
    page = call(table, leaf, "US", "Iran")
    look = leaf.send(page, f"{page}/move", {"begins": "2023-09-21 09:00"})
    leaf.hold()
    leaf.fill(look, f"{page}/move", {"to-0": "yes", "to-1": "yes"})
    table.sync()
    for party in ("US", "Iran"):
        moved = known(table, party)
        assert (moved.begins.day, moved.place, moved.text) == (21, CALL["place"], CALL["text"])


def test_a_round_is_cancelled_with_words(table: Mediation) -> None:
    leaf = Leaf(table.mediator)
    page = call(table, leaf, "US")
    look = leaf.send(page, f"{page}/cancel", {"why": "Not this week."})
    assert "Not this week." in look
    assert known(table).life is RoundLife.CALLED
    leaf.hold()
    after = leaf.fill(look, f"{page}/cancel", {"to-0": "yes"})
    assert f"{page}/move" not in after
    table.sync()
    assert known(table, "US").life is RoundLife.CANCELLED


def test_a_party_answers_the_mediator_alone(table: Mediation) -> None:
    call(table, Leaf(table.mediator), "US", "Iran")
    page = f"{rounds_of(table, 'US')}/{known(table).key}"
    leaf = Leaf(table.parties["US"])
    refused = leaf.send(page, f"{page}/answer", {"people": "Smith", "say": "Late."}, expect=422)
    assert 'id="coming-fault"' in refused
    assert "Late.</textarea>" in refused
    refused = leaf.fill(refused, f"{page}/answer", {"coming": "no"}, expect=422)
    assert 'id="people-fault"' in refused
    leaf.fill(refused, f"{page}/answer", {"coming": "yes", "people": "Smith\nJones"})
    table.sync()
    answer = known(table).guests[0].answer
    assert answer is not None
    assert (answer.coming, answer.people, answer.text) == (True, ("Smith", "Jones"), "Late.")
    other = f"{rounds_of(table, 'Iran')}/{known(table).key}"
    assert "Smith" not in Leaf(table.parties["Iran"]).get(other)
    assert "Smith" in Leaf(table.mediator).get(f"{rounds_of(table)}/{known(table).key}")


def test_who_came_and_the_debrief_are_told_to_nobody(table: Mediation) -> None:
    leaf = Leaf(table.mediator)
    page = call(table, leaf, "US")
    refused = leaf.send(page, f"{page}/held", {"attendance": "x" * 200}, expect=422)
    assert 'id="attendance-fault"' in refused
    leaf.fill(refused, f"{page}/held", {"attendance": "Smith", "debrief": "They moved."})
    table.sync()
    assert (known(table).held, known(table).attendance) == (True, ("Smith",))
    theirs = Leaf(table.parties["US"]).get(f"{rounds_of(table, 'US')}/{known(table).key}")
    assert "They moved." not in theirs
    assert "They moved." in leaf.get(page)


def test_a_party_cannot_do_what_the_mediator_does(table: Mediation) -> None:
    call(table, Leaf(table.mediator), "US")
    page = f"{rounds_of(table, 'US')}/{known(table).key}"
    leaf = Leaf(table.parties["US"])
    stood = leaf.get(page)
    for deed in ("move", "cancel", "held"):
        assert f"{page}/{deed}" not in stood
        forged = leaf.get(page).replace(f"{page}/answer", f"{page}/{deed}")
        assert "mediator" in leaf.fill(forged, f"{page}/{deed}", {}, expect=422)
    assert known(table).life is RoundLife.CALLED


def test_a_party_without_a_desk_is_called_by_mouth(table: Mediation) -> None:
    session.add_seat(table.mediator, "", "Oman")
    leaf, at = Leaf(table.mediator), rounds_of(table)
    look = leaf.send(at, f"{at}/call", {**CALL, "party": ["Oman"]})
    assert "to be told by mouth" in look


def test_an_address_that_only_does_leads_back_to_its_page(table: Mediation) -> None:
    leaf = Leaf(table.mediator)
    page = call(table, leaf, "US")
    assert "Call parties to a round" in leaf.get(f"{rounds_of(table)}/call")
    for deed in ("move", "cancel", "held"):
        assert "Cancel it" in leaf.get(f"{page}/{deed}")


def test_an_answer_to_a_round_since_moved_is_asked_for_again(table: Mediation) -> None:
    leaf = Leaf(table.mediator)
    page = call(table, leaf, "US")
    theirs = f"{rounds_of(table, 'US')}/{known(table).key}"
    Leaf(table.parties["US"]).send(theirs, f"{theirs}/answer", {"coming": "yes", "people": "Smith"})
    assert 'value="yes" checked' in Leaf(table.parties["US"]).get(theirs)
    table.sync()
    look = leaf.send(page, f"{page}/move", {"place": "Muscat"})
    leaf.hold()
    leaf.fill(look, f"{page}/move", {"to-0": "yes"})
    table.sync()
    after = Leaf(table.parties["US"]).get(theirs)
    assert "Muscat" in after
    assert "no answer yet" in after
