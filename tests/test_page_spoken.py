"""By mouth, corrections and offers on the page: recorded, held, refused, and kept to one desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backchannel.channel.agenda import Item
from backchannel.channel.handling import Attribution, Handling
from backchannel.channel.proposals import Proposed
from backchannel.desk import session
from backchannel.desk.session import Conveying, HeardRow, ToldRow, Topic
from hostile_relay import MemoryRelay
from mediation import Mediation, begin
from page_desks import Fields, Leaf, channel_of

HEARD = "Half of the funds would do."
WRONG = "Fifty could go home."
RIGHT = "Five could go home."
NON_PAPER = Handling(uses=frozenset({Attribution.NOBODY}))


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Mediation]:
    made = begin(tmp_path, MemoryRelay(), "Iran", "US")
    yield made
    made.close()


def with_(table: Mediation, party: str) -> str:
    seats = session.record(table.mediator, table.channel).seats
    seat = next(key for key, each in seats.items() if each.name == party)
    return f"/c/{table.channel}/with/{seat}"


def spoken(table: Mediation, party: str) -> tuple[HeardRow | ToldRow, ...]:
    return session.spoken(table.mediator, table.channel, seat=party)


def conveyed(table: Mediation, text: str = "") -> str:
    note = table.say("US", WRONG, NON_PAPER)
    table.sync()
    asked = Conveying(seat="Iran", attribution=Attribution.NOBODY, rests_on=[note], text=text)
    conveyance = session.convey(table.mediator, table.channel, asked)
    table.sync()
    return conveyance


def hear(table: Mediation, fields: Fields, *, expect: int = 200) -> str:
    at = f"{with_(table, 'US')}/spoken"
    return Leaf(table.mediator).send(at, at, {"text": HEARD, **fields}, expect=expect)


def test_a_correction_is_looked_at_held_and_told(table: Mediation) -> None:
    at = f"{with_(table, 'Iran')}/correct/{conveyed(table)}"
    leaf = Leaf(table.mediator)
    assert f"{WRONG}</textarea>" in leaf.get(at)
    look = leaf.send(at, at, {"text": RIGHT, "rows": 'Name,"Held, since"\nA,2019'})
    assert WRONG in look
    assert "Held, since" in look
    leaf.hold()
    refused = leaf.fill(look, at, {}, expect=422)
    assert "confirm that it goes to Iran" in refused
    done = leaf.fill(refused, at, {"to-0": "yes"})
    assert RIGHT in done
    table.sync()
    texts = [getattr(e.event, "text", "") for e in session.view(table.parties["Iran"]).entries]
    assert RIGHT in texts
    assert RIGHT not in Leaf(table.parties["US"]).get(f"/c/{channel_of(table, 'US')}")


def test_a_correction_of_nothing_keeps_what_was_typed(table: Mediation) -> None:
    at = f"{with_(table, 'Iran')}/correct/{conveyed(table)}"
    page = Leaf(table.mediator).send(at, at, {"text": " ", "rows": 'a"b",c'}, expect=422)
    assert 'id="text-fault"' in page
    page = Leaf(table.mediator).send(at, at, {"text": RIGHT, "rows": 'a,"b'}, expect=422)
    assert 'id="rows-fault"' in page
    assert f"{RIGHT}</textarea>" in page


def test_what_was_conveyed_to_another_party_is_not_corrected_here(table: Mediation) -> None:
    conveyance = conveyed(table)
    page = Leaf(table.mediator).get(f"{with_(table, 'US')}/correct/{conveyance}", expect=422)
    assert "nothing of this kind was conveyed to US" in page


def test_a_party_says_something_by_mouth(table: Mediation) -> None:
    hear(
        table,
        {
            "how": "BY_TELEPHONE",
            "person": "Ann",
            "may": ["non-paper"],
            "ask_first": "yes",
            "rows": "a,b",
        },
    )
    (row,) = spoken(table, "US")
    assert isinstance(row, HeardRow)
    assert (row.text, row.how.value, row.person) == (HEARD, "by telephone", "Ann")
    assert row.handling == "may be conveyed without attribution; ask us before use"
    assert row.rows == (("a", "b"),)
    table.sync()
    assert HEARD not in Leaf(table.parties["US"]).get(f"/c/{channel_of(table, 'US')}")


def test_what_is_still_to_come_was_not_heard(table: Mediation) -> None:
    page = hear(table, {"spoken": "2030-01-01 12:00"}, expect=422)
    assert 'id="spoken-fault"' in page
    assert f"{HEARD}</textarea>" in page
    assert spoken(table, "US") == ()


def test_a_use_is_allowed_by_mouth_and_the_note_taken_back(table: Mediation) -> None:
    hear(table, {"may": ["non-paper"], "ask_first": "yes"})
    (row,) = spoken(table, "US")
    assert isinstance(row, HeardRow)
    at = f"{with_(table, 'US')}/spoken/{row.note}"
    leaf = Leaf(table.mediator)
    page = leaf.send(at, f"{at}/allow", {"text": "Half."}, expect=422)
    assert 'id="attribution-fault"' in page
    leaf.fill(page, f"{at}/allow", {"attribution": "nobody"})
    leaves = [each for each in spoken(table, "US") if isinstance(each, HeardRow) and each.leave]
    assert [(each.leave, each.text) for each in leaves] == [(row.note, "Half.")]
    leaf.send(at, f"{at}/back", {})
    states = {each.note: each.state for each in spoken(table, "US") if isinstance(each, HeardRow)}
    assert states[row.note] == "withdrawn"


def test_what_was_heard_is_erased_after_a_second_look(table: Mediation) -> None:
    hear(table, {})
    (row,) = spoken(table, "US")
    assert isinstance(row, HeardRow)
    at = f"{with_(table, 'US')}/spoken/{row.note}"
    leaf = Leaf(table.mediator)
    look = leaf.send(at, f"{at}/back", {"erase": "yes"})
    early = leaf.fill(look, f"{at}/back", {}, expect=422)
    leaf.hold()
    assert HEARD not in leaf.fill(early, f"{at}/back", {})
    (row,) = spoken(table, "US")
    assert isinstance(row, HeardRow)
    assert row.state == "erased"


def test_a_telling_by_mouth_is_looked_at_and_recorded(table: Mediation) -> None:
    note = table.say("US", RIGHT, NON_PAPER)
    table.sync()
    at = f"{with_(table, 'Iran')}/told"
    leaf = Leaf(table.mediator)
    look = leaf.send(at, at, {"note": [note], "attribution": "nobody", "how": "IN_PERSON"})
    assert RIGHT in look
    leaf.hold()
    leaf.fill(look, at, {"to-0": "yes"})
    (row,) = spoken(table, "Iran")
    assert isinstance(row, ToldRow)
    assert (row.text, row.breach) == (RIGHT, "")
    # It is corrected in the record, without a name to confirm: no desk tells it.
    way = f"{with_(table, 'Iran')}/correct/{row.conveyance}"
    look = leaf.send(way, way, {"text": "Four."})
    leaf.hold()
    leaf.fill(look, way, {})
    (row,) = spoken(table, "Iran")
    assert isinstance(row, ToldRow)
    assert [each.text for each in row.corrections] == ["Four."]


def test_a_telling_that_a_handling_forbids_is_refused_or_a_breach(table: Mediation) -> None:
    note = table.say("US", RIGHT, Handling())
    table.sync()
    at = f"{with_(table, 'Iran')}/told"
    leaf = Leaf(table.mediator)
    page = leaf.send(at, at, {"note": [note], "attribution": "nobody"}, expect=422)
    assert f'value="{note}" checked' in page
    assert spoken(table, "Iran") == ()
    look = leaf.fill(page, at, {"breach": "It slipped out."})
    assert "BREACH" in look
    leaf.hold()
    leaf.fill(look, at, {"to-0": "yes"})
    (row,) = spoken(table, "Iran")
    assert isinstance(row, ToldRow)
    assert row.breach == "It slipped out."


@pytest.mark.parametrize("page", ["spoken", "told", "correct", "requests"])
def test_a_party_has_no_page_of_the_mediators_record(table: Mediation, page: str) -> None:
    hear(table, {})
    at = with_(table, "US").replace(table.channel, channel_of(table, "US"))
    shown = Leaf(table.parties["US"]).get(f"{at}/{page}", expect=422)
    assert HEARD not in shown


def test_a_party_makes_an_offer_over_issues(table: Mediation) -> None:
    for key, options in (("pause", ("10 days", "30 days")), ("visits", ("weekly", "monthly"))):
        item = Item(item=key, title=key.capitalize(), options=options)
        session.add_item(table.mediator, table.channel, Topic(item=item, shown_to=("US",)))
    table.sync()
    at = f"/c/{channel_of(table, 'US')}/offer"
    leaf = Leaf(table.parties["US"])
    assert f'href="{at}"' in leaf.get(f"/c/{channel_of(table, 'US')}")
    page = leaf.send(at, at, {"offers": "pause", "text": "A first step."}, expect=422)
    assert 'id="offers-fault"' in page
    assert "A first step.</textarea>" in page
    leaf.fill(
        page, at, {"offers": "pause=30 days if visits=weekly\npause=10 days", "may": ["as-ours"]}
    )
    events = [each.event for each in session.view(table.parties["US"]).entries]
    (made,) = [each for each in events if isinstance(each, Proposed)]
    assert [each.words for each in made.offers] == [
        "pause: 30 days, if visits: weekly",
        "pause: 10 days",
    ]
    other = Leaf(table.parties["Iran"]).get(f"/c/{channel_of(table, 'Iran')}/offer")
    assert "30 days" not in other
    assert "nothing to make an offer over" in other


def test_an_offer_over_what_is_not_there_is_refused(table: Mediation) -> None:
    item = Item(item="pause", title="Pause", options=("10 days", "30 days"))
    session.add_item(table.mediator, table.channel, Topic(item=item, shown_to=("US",)))
    table.sync()
    at = f"/c/{channel_of(table, 'US')}/offer"
    page = Leaf(table.parties["US"]).send(
        at, at, {"offers": "pause=1 year", "text": "A year."}, expect=422
    )
    assert "no option" in page
    assert "pause=1 year</textarea>" in page


def test_the_mediator_makes_no_offer(table: Mediation) -> None:
    page = Leaf(table.mediator).get(f"/c/{table.channel}/offer", expect=422)
    assert "Make an offer" not in page
