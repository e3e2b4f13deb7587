"""The timeline on the page: everything held, searched as people write, and nothing of others."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from backchannel.channel.handling import Attribution, Handling
from backchannel.channel.oral import How
from backchannel.desk import session
from backchannel.desk.session import Aloud, Conveying, Hearing
from hostile_relay import MemoryRelay
from mediation import START, Mediation, begin
from page_desks import Leaf, channel_of

OURS = Handling(uses=frozenset({Attribution.NOBODY}))


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Mediation]:
    made = begin(tmp_path, MemoryRelay(), "Iran", "US")
    yield made
    made.close()


def talked(table: Mediation) -> None:
    """Let both speak, the second a day later."""
    table.say("US", "Five DETAINEES could go home.", OURS)
    table.sync()
    table.clock.move(days=1)
    table.say("Iran", "پنج نفر می‌توانند به خانه بروند، در کتابخانه.", OURS)
    table.sync()
    session.ask(table.parties["US"], text="And the funds?")
    table.sync()


def test_the_mediators_timeline_holds_what_both_said_newest_last(table: Mediation) -> None:
    talked(table)
    page = Leaf(table.mediator).get(f"/c/{table.channel}/timeline")
    assert page.index("Five DETAINEES") < page.index("پنج نفر") < page.index("And the funds?")


def test_a_search_finds_words_however_they_are_cased_or_typed(table: Mediation) -> None:
    talked(table)
    leaf, at = Leaf(table.mediator), f"/c/{table.channel}/timeline"
    page = leaf.get(f"{at}?words=detainees")
    assert "Five DETAINEES" in page
    assert "پنج نفر" not in page
    assert 'value="detainees"' in page
    assert "1 of " in page
    # The same word from an Arabic keyboard: its kaf and its yeh are other letters.
    assert "پنج نفر" in leaf.get(f"{at}?words=كتابخانه")
    assert "There is no such entry." in leaf.get(f"{at}?words=gold")


def test_the_list_is_filtered_by_party_kind_and_day(table: Mediation) -> None:
    talked(table)
    leaf, at = Leaf(table.mediator), f"/c/{table.channel}/timeline"
    seats = {s.name: key for key, s in session.record(table.mediator).seats.items()}
    page = leaf.get(f"{at}?who={seats['Iran']}")
    assert "پنج نفر" in page
    assert "And the funds?" not in page
    page = leaf.get(f"{at}?kind=QUESTION")
    assert "And the funds?" in page
    assert "Five DETAINEES" not in page
    page = leaf.get(f"{at}?from=2023-09-18&to=2023-09-18")
    assert "Five DETAINEES" in page
    assert "پنج نفر" not in page
    assert "Five DETAINEES" not in leaf.get(f"{at}?from=2023-09-19")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=18.9.2023", "from"),
        ("to=tomorrow", "to"),
        ("from=2023-09-19&to=2023-09-18", "to"),
        ("kind=NOTHING", "kind"),
        ("who=nobody", "who"),
    ],
)
def test_a_faulty_field_is_named_and_nothing_is_searched(
    table: Mediation, query: str, field: str
) -> None:
    talked(table)
    page = Leaf(table.mediator).get(f"/c/{table.channel}/timeline?words=five&{query}", expect=422)
    assert f'id="{field}-fault"' in page
    assert 'value="five"' in page
    assert "Five DETAINEES" not in page


def test_a_partys_timeline_holds_its_own_caucus_whatever_is_asked_for(table: Mediation) -> None:
    talked(table)
    seats = {s.name: key for key, s in session.record(table.mediator).seats.items()}
    leaf, at = Leaf(table.parties["US"]), f"/c/{channel_of(table, 'US')}/timeline"
    for query in ("", f"?who={seats['Iran']}", "?kind=NOTE", "?words=کتابخانه"):
        page = leaf.get(at + query)
        assert "پنج نفر" not in page
        assert "Iran" not in page
    assert "Five DETAINEES" in leaf.get(at)


def test_a_long_timeline_is_shown_fifty_at_a_time_and_begins_with_the_newest(
    table: Mediation,
) -> None:
    for number in range(60):
        table.say("US", f"Point {number} of ours.", OURS)
    leaf, at = Leaf(table.parties["US"]), f"/c/{channel_of(table, 'US')}/timeline"
    page = leaf.send(at, at, {"words": "point"})
    assert "60 of " in page
    assert "Point 59 of ours." in page
    assert "Point 49 of ours." not in page
    earlier = leaf.fill(page, at, {"page": "1"})
    assert "Point 0 of ours." in earlier
    assert "Point 50 of ours." not in earlier


def test_no_address_holds_what_was_searched_for(table: Mediation) -> None:
    table.say("US", "The point is five.", OURS)
    leaf, at = Leaf(table.parties["US"]), f"/c/{channel_of(table, 'US')}/timeline"
    page = leaf.send(at, at, {"words": "point five"})
    assert "The point is five." in page
    # A browser writes the addresses of links and forms to its history; what htmx asks it does not.
    assert not re.search(r'(?:href|action)="[^"]*(?:point|five)', page)
    assert 'method="get"' not in page


def test_what_people_wrote_and_what_was_searched_for_is_no_markup(table: Mediation) -> None:
    table.say("US", "<script>alert(1)</script>", OURS)
    leaf, at = Leaf(table.parties["US"]), f"/c/{channel_of(table, 'US')}/timeline"
    page = leaf.get(f"{at}?words=%3Cscript%3E%22")
    assert 'value="&lt;script&gt;&#34;"' in page
    assert "<script>alert" not in leaf.get(at)


def test_what_was_spoken_stands_in_the_mediators_timeline_and_at_no_other_desk(
    table: Mediation,
) -> None:
    aloud = Aloud(how=How.IN_PERSON, spoken=START, person="the envoy")
    hearing = Hearing(text="Four may move.", handling=OURS)
    note = session.heard(table.mediator, "", "US", hearing, aloud=aloud)
    telling = Conveying(seat="Iran", attribution=Attribution.NOBODY, rests_on=[note])
    session.told_by_mouth(table.mediator, "", telling, aloud=aloud)
    table.sync()
    leaf = Leaf(table.mediator)
    page = leaf.get(f"/c/{table.channel}/timeline?kind=MOUTH")
    assert page.count("Four may move.") == 2
    assert "2 of " in page
    assert "heard by mouth (in person, the envoy)" in page
    knows = leaf.get(f"/c/{table.channel}/knows")
    assert "recorded by the mediator" in knows
    assert "by mouth" in knows
    for party, desk in table.parties.items():
        at = f"/c/{channel_of(table, party)}/timeline"
        assert "Four may move." not in Leaf(desk).get(at)
        assert "MOUTH" not in Leaf(desk).get(at)
        assert "There is no such entry." in Leaf(desk).get(f"{at}?kind=MOUTH")
