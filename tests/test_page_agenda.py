"""The agenda on the page: set item by item, shown to whom it is meant for, topics raised."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backchannel.channel.agenda import ItemRaised, Phase
from backchannel.desk import session
from hostile_relay import MemoryRelay
from mediation import Mediation, begin
from page_desks import Fields, Leaf

PAUSE = {"item": "pause", "title": "Length of the pause", "options": "10 days\n30 days"}


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Mediation]:
    made = begin(tmp_path, MemoryRelay(), "Iran", "US")
    yield made
    made.close()


def agenda_of(table: Mediation, party: str = "") -> str:
    desk = table.parties.get(party, table.mediator)
    return f"/c/{session.channels(desk)[0].channel}/agenda"


def item_page(table: Mediation, name: str = "pause") -> str:
    return f"{agenda_of(table)}/{name.encode().hex()}"


def put_item(leaf: Leaf, at: str, fields: Fields) -> str:
    page = leaf.send(at, f"{at}/add", {"party": [], **fields})
    if "to-0" not in page:
        return page
    leaf.hold()
    return leaf.fill(page, f"{at}/add", {"to-0": "yes"})


def test_an_item_goes_to_the_party_it_is_meant_for_and_to_no_other(table: Mediation) -> None:
    leaf = Leaf(table.mediator)
    done = put_item(leaf, agenda_of(table), {**PAUSE, "party": ["US"], "raised_by": "Iran"})
    assert "Shown anew to US" in done
    table.sync()
    topic = session.agenda(table.mediator)[0]
    assert (topic.item.options, topic.shown_to, topic.raised_by) == (
        ("10 days", "30 days"),
        ("US",),
        "Iran",
    )
    theirs = Leaf(table.parties["US"]).get(agenda_of(table, "US"))
    assert "Length of the pause" in theirs
    assert "Iran" not in theirs
    assert "Length of the pause" not in Leaf(table.parties["Iran"]).get(agenda_of(table, "Iran"))


def test_nothing_is_shown_before_it_was_held_and_confirmed(table: Mediation) -> None:
    leaf, at = Leaf(table.mediator), agenda_of(table)
    look = leaf.send(at, f"{at}/add", {**PAUSE, "party": ["US"]})
    assert "more seconds" in leaf.fill(look, f"{at}/add", {"to-0": "yes"}, expect=422)
    leaf.hold()
    again = leaf.fill(look, f"{at}/add", {}, expect=422)
    assert "confirm that it goes to US" in again
    assert session.agenda(table.mediator) == ()


def test_a_refused_item_keeps_what_was_typed(table: Mediation) -> None:
    leaf, at = Leaf(table.mediator), agenda_of(table)
    page = leaf.send(at, f"{at}/add", {**PAUSE, "options": "10 days", "party": ["US"]}, expect=422)
    assert 'id="options-fault"' in page
    assert 'value="Length of the pause"' in page
    assert 'value="US" checked' in page
    page = leaf.fill(page, f"{at}/add", {"options": "", "place": "first"}, expect=422)
    assert 'id="place-fault"' in page


def test_an_item_shown_to_nobody_stands_at_once(table: Mediation) -> None:
    leaf, at = Leaf(table.mediator), agenda_of(table)
    assert "No party is shown anything new" in put_item(leaf, at, PAUSE)
    page = leaf.send(at, f"{at}/add", PAUSE, expect=422)
    assert 'id="item-fault"' in page


def test_an_item_is_changed_moved_and_taken_off(table: Mediation) -> None:
    leaf, at, page = Leaf(table.mediator), agenda_of(table), item_page(table)
    put_item(leaf, at, PAUSE)
    put_item(leaf, at, {"item": "وجوه / funds", "title": "Funds"})
    look = leaf.send(page, f"{page}/change", {"title": "The pause", "party": ["Iran"]})
    leaf.hold()
    leaf.fill(look, f"{page}/change", {"to-0": "yes"})
    leaf.send(page, f"{page}/phase", {"phase": "set-aside"})
    leaf.send(page, f"{page}/move", {"place": "2"})
    funds, pause = session.agenda(table.mediator)
    assert (funds.item.item, pause.item.title) == ("وجوه / funds", "The pause")
    assert (pause.item.phase, pause.item.options) == (Phase.SET_ASIDE, ("10 days", "30 days"))
    assert pause.shown_to == ("Iran",)
    other = item_page(table, "وجوه / funds")
    assert "Funds" in leaf.get(other)
    assert 'id="sure-fault"' in leaf.send(other, f"{other}/remove", {}, expect=422)
    leaf.send(other, f"{other}/remove", {"sure": "yes"})
    assert [topic.item.item for topic in session.agenda(table.mediator)] == ["pause"]


def test_a_party_left_out_is_asked_about_too(table: Mediation) -> None:
    leaf, page = Leaf(table.mediator), item_page(table)
    put_item(leaf, agenda_of(table), {**PAUSE, "party": ["US"]})
    look = leaf.send(page, f"{page}/change", {"party": []})
    assert "No longer shown to" in look
    leaf.hold()
    leaf.fill(look, f"{page}/change", {"to-0": "yes"})
    assert session.agenda(table.mediator)[0].shown_to == ()


def test_unticking_a_party_is_kept_when_the_form_is_refused(table: Mediation) -> None:
    leaf, page = Leaf(table.mediator), item_page(table)
    put_item(leaf, agenda_of(table), {**PAUSE, "party": ["US"]})
    refused = leaf.send(page, f"{page}/change", {"party": [], "title": ""}, expect=422)
    assert 'id="title-fault"' in refused
    assert 'value="US" checked' not in refused


def test_a_party_raises_a_topic_to_the_mediator_alone(table: Mediation) -> None:
    at = agenda_of(table, "US")
    leaf = Leaf(table.parties["US"])
    assert 'id="title-fault"' in leaf.send(at, f"{at}/raise", {"text": "Now."}, expect=422)
    leaf.send(at, f"{at}/raise", {"title": "Air links", "text": "They matter."})
    table.sync()
    said = [entry.event for entry in session.view(table.mediator, seat="US").entries]
    assert [each.title for each in said if isinstance(each, ItemRaised)] == ["Air links"]
    assert "Air links" not in Leaf(table.parties["Iran"]).get(agenda_of(table, "Iran"))


def test_a_party_cannot_set_the_agenda(table: Mediation) -> None:
    leaf, at = Leaf(table.parties["US"]), agenda_of(table, "US")
    page = leaf.get(at)
    assert f"{at}/add" not in page
    forged = page.replace(f"{at}/raise", f"{at}/add")
    refused = leaf.fill(forged, f"{at}/add", {"title": "Ours"}, expect=422)
    assert "mediator" in refused


def test_an_address_that_only_does_leads_back_to_its_page(table: Mediation) -> None:
    leaf, at = Leaf(table.mediator), agenda_of(table)
    put_item(leaf, at, PAUSE)
    assert "Put an item on the agenda" in leaf.get(f"{at}/add")
    assert "Take it off the agenda" in leaf.get(f"{item_page(table)}/remove")
    assert "go back to the agenda" in leaf.get(f"{at}/zz", expect=422)


def test_a_frozen_party_is_asked_about_when_it_is_thawed_and_not_before(table: Mediation) -> None:
    session.freeze(table.mediator, "", "US")
    leaf, at = Leaf(table.mediator), agenda_of(table)
    assert "No party is shown anything new" in put_item(leaf, at, {**PAUSE, "party": ["US"]})
    assert session.agenda(table.mediator)[0].shown_to == ("US",)


def test_words_that_look_like_a_page_stay_words(table: Mediation) -> None:
    leaf, at = Leaf(table.mediator), agenda_of(table)
    put_item(leaf, at, {"item": "<b>", "title": "<script>x</script>", "party": ["US"]})
    table.sync()
    for page in (leaf.get(at), Leaf(table.parties["US"]).get(agenda_of(table, "US"))):
        assert "<script>x" not in page
        assert "&lt;script&gt;x" in page
