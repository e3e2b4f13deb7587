"""Communiqués on the page: put, agreed to in secret, released, held by their line, withdrawn."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backchannel.channel.rules import CommuniqueLife, Consent
from backchannel.desk import session
from backchannel.desk.screen.communiques_page import CommuniqueShown, communiques
from backchannel.post import vouchers
from hostile_relay import MemoryRelay
from mediation import Mediation, begin, new_desk
from page_desks import Leaf

WORDS = {"text": "They are home.", "credit": "We thank Qatar.", "holding_line": "No comment."}


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Mediation]:
    made = begin(tmp_path, MemoryRelay(), "Iran", "US")
    yield made
    made.close()


def all_of(table: Mediation, party: str = "") -> str:
    desk = table.parties.get(party, table.mediator)
    return f"/c/{session.channels(desk)[0].channel}/communiques"


def known(table: Mediation, party: str = "") -> CommuniqueShown:
    desk = table.parties.get(party, table.mediator)
    return communiques(desk, session.channels(desk)[0].channel)[0]


def put(table: Mediation, leaf: Leaf, **more: str) -> str:
    at = all_of(table)
    look = leaf.send(at, f"{at}/put", {**WORDS, **more, "party": ["Iran", "US"]})
    leaf.hold()
    leaf.fill(look, f"{at}/put", {"to-0": "yes", "to-1": "yes"})
    table.sync()
    return f"{at}/{known(table).key}"


def unverified(table: Mediation, name: str) -> None:
    """Let a party join whose safety words nobody compares."""
    desk = new_desk(table.folder, table.clock, f"desk-{name}")
    table.parties[name] = desk
    line = session.invite(table.mediator, "", name)
    table.sync(table.mediator)
    session.join(desk, line, lambda _: table.relay)
    table.sync()


def say(table: Mediation, party: str, answer: str, words: str = "") -> str:
    leaf, page = Leaf(table.parties[party]), f"{all_of(table, party)}/{known(table).key}"
    look = leaf.send(page, f"{page}/answer", {"answer": answer, "say": words})
    assert all(each in look for each in WORDS.values())
    leaf.hold()
    done = leaf.fill(look, f"{page}/answer", {})
    table.sync()
    return done


def do(leaf: Leaf, page: str, deed: str, *, expect: int = 200) -> str:
    look = leaf.send(page, f"{page}/{deed}", {})
    leaf.hold()
    return leaf.fill(look, f"{page}/{deed}", {"to-0": "yes", "to-1": "yes"}, expect=expect)


def test_a_communique_is_put_with_all_that_belongs_to_it(table: Mediation) -> None:
    put(table, Leaf(table.mediator), not_before="2023-09-19 06:00")
    for party in ("Iran", "US"):
        theirs = known(table, party)
        assert (theirs.text, theirs.credit, theirs.holding_line) == tuple(WORDS.values())
        assert theirs.not_before is not None


def test_nothing_is_put_before_the_second_look(table: Mediation) -> None:
    leaf, at = Leaf(table.mediator), all_of(table)
    look = leaf.send(at, f"{at}/put", {**WORDS, "party": ["US"]})
    assert "more seconds" in leaf.fill(look, f"{at}/put", {"to-0": "yes"}, expect=422)
    leaf.hold()
    assert "confirm that it goes to US" in leaf.fill(look, f"{at}/put", {}, expect=422)
    assert communiques(table.mediator, table.channel) == ()


@pytest.mark.parametrize(
    ("field", "value"), [("text", ""), ("not_before", "soon"), ("party", []), ("party", ["Mars"])]
)
def test_a_refused_form_keeps_what_was_typed(
    table: Mediation, field: str, value: str | list[str]
) -> None:
    leaf, at = Leaf(table.mediator), all_of(table)
    page = leaf.send(at, f"{at}/put", {**WORDS, "party": ["US"], field: value}, expect=422)
    assert f'id="{field}-fault"' in page
    assert "We thank Qatar.</textarea>" in page


def test_a_party_without_a_desk_is_left_out_with_the_reason(table: Mediation) -> None:
    session.add_seat(table.mediator, "", "Oman")
    leaf, at = Leaf(table.mediator), all_of(table)
    page = leaf.send(at, f"{at}/put", {**WORDS, "party": ["Oman"]}, expect=422)
    assert "has no desk" in page


def test_it_goes_to_no_party_that_is_frozen(table: Mediation) -> None:
    session.freeze(table.mediator, "", "US")
    leaf, at = Leaf(table.mediator), all_of(table)
    assert "is frozen" in leaf.send(at, f"{at}/put", {**WORDS, "party": ["US"]}, expect=422)


def test_going_on_without_safety_words_needs_a_reason_that_is_recorded(tmp_path: Path) -> None:
    relay = MemoryRelay()
    table = begin(tmp_path, relay, "Iran")
    try:
        lines = [vouchers.written(relay.issue()) for _ in range(2)]
        session.add_vouchers(table.mediator, "", lines)
        unverified(table, "US")
        leaf, at = Leaf(table.mediator), all_of(table)
        page = leaf.send(at, f"{at}/put", {**WORDS, "party": ["Iran", "US"]}, expect=422)
        assert 'id="override-fault"' in page
        look = leaf.fill(page, f"{at}/put", {"override": "They speak on the telephone."})
        assert "Safety words not compared" in look
        leaf.hold()
        leaf.fill(look, f"{at}/put", {"to-0": "yes", "to-1": "yes"})
        assert known(table).text == WORDS["text"]
    finally:
        table.close()


def test_each_agrees_by_itself_and_it_is_released(table: Mediation) -> None:
    leaf = Leaf(table.mediator)
    page = put(table, leaf)
    say(table, "US", "agree", "Gladly, at once.")
    theirs = Leaf(table.parties["Iran"]).get(f"{all_of(table, 'Iran')}/{known(table).key}")
    assert "US" not in theirs
    assert "Gladly" not in theirs
    assert "not all agree" in do(leaf, page, "release", expect=422)
    say(table, "Iran", "agree")
    assert "Gladly" in leaf.get(page)
    assert {each.consent for each in known(table).parties} == {Consent.AGREED}
    do(leaf, page, "release")
    table.sync()
    assert known(table, "Iran").life is CommuniqueLife.RELEASED


def test_a_party_withholds_and_the_mediator_alone_is_told(table: Mediation) -> None:
    put(table, Leaf(table.mediator))
    done = say(table, "Iran", "withhold", "Not the thanks.")
    assert "only the mediator is told" in done
    assert known(table).parties[0].consent is Consent.WITHHELD
    theirs = Leaf(table.parties["US"]).get(f"{all_of(table, 'US')}/{known(table).key}")
    assert "Not the thanks." not in theirs
    assert "withheld" not in theirs


def test_an_answer_is_chosen_and_stands_as_it_was_shown(table: Mediation) -> None:
    put(table, Leaf(table.mediator))
    leaf, page = Leaf(table.parties["US"]), f"{all_of(table, 'US')}/{known(table).key}"
    refused = leaf.send(page, f"{page}/answer", {"say": "Well."}, expect=422)
    assert 'id="answer-fault"' in refused
    assert "Well.</textarea>" in refused
    forged = refused.replace('name="answer"', 'name="step" value="do"><input name="answer"', 1)
    assert "not shown before" in leaf.fill(
        forged, f"{page}/answer", {"answer": "agree", "step": "do"}, expect=422
    )
    assert known(table, "US").parties[0].consent is Consent.UNDECIDED


def test_the_holding_line_is_used_when_it_has_leaked(table: Mediation) -> None:
    leaf = Leaf(table.mediator)
    page = put(table, leaf)
    say(table, "US", "agree")
    say(table, "Iran", "agree")
    do(leaf, page, "hold")
    table.sync()
    assert known(table, "US").life is CommuniqueLife.HELD


def test_it_is_withdrawn_without_saying_why(table: Mediation) -> None:
    leaf = Leaf(table.mediator)
    page = put(table, leaf)
    after = do(leaf, page, "withdraw")
    assert f"{page}/release" not in after
    table.sync()
    assert known(table, "US").life is CommuniqueLife.TAKEN_BACK


def test_a_party_can_neither_put_nor_release(table: Mediation) -> None:
    put(table, Leaf(table.mediator))
    at = all_of(table, "US")
    leaf, page = Leaf(table.parties["US"]), f"{at}/{known(table).key}"
    stood = leaf.get(page)
    assert f"{at}/put" not in leaf.get(at)
    for deed in ("release", "hold", "withdraw"):
        assert f"{page}/{deed}" not in stood
        forged = leaf.get(page).replace(f"{page}/answer", f"{page}/{deed}")
        assert "mediator" in leaf.fill(forged, f"{page}/{deed}", {}, expect=422)
    assert known(table).life is CommuniqueLife.PUT
