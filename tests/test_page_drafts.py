"""Nothing typed is lost: a form is kept while it is typed, and no longer than that."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.channel.said import Said
from backchannel.desk import drafts, session
from hostile_relay import MemoryRelay
from mediation import Clock, Mediation, begin, new_desk
from page_desks import Forms, Leaf, channel_of

NOTICE = "What you typed here earlier and did not send is still there."


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Mediation]:
    made = begin(tmp_path, MemoryRelay(), "Iran", "US")
    yield made
    made.close()


@pytest.fixture
def leaf(table: Mediation) -> Leaf:
    return Leaf(table.parties["US"])


@pytest.fixture
def home(table: Mediation) -> str:
    return f"/c/{channel_of(table, 'US')}"


def type_into(leaf: Leaf, home: str, **fields: str | list[str]) -> str:
    """Type into the form that says something, as the page sends it by itself; return its page."""
    page = leaf.get(home)
    leaf.draft(page, f"{home}/say", fields)
    return page


def test_what_was_typed_is_there_after_a_reload_ticks_and_all(leaf: Leaf, home: str) -> None:
    type_into(leaf, home, text="Five could go home", may=["non-paper"], only_if="they say when")
    page = leaf.get(home)
    form = next(found for action, found in Forms(page).found if action == f"{home}/say")
    assert form["text"] == ["Five could go home"]
    assert form["may"] == ["non-paper"]
    assert form["only_if"] == ["they say when"]
    assert NOTICE in page


def test_a_box_that_was_unticked_again_comes_back_unticked(leaf: Leaf, home: str) -> None:
    page = type_into(leaf, home, text="Five", may=["as-ours", "non-paper"], ask_first="yes")
    leaf.draft(page, f"{home}/say", {"text": "Five", "may": [], "ask_first": []})
    form = next(found for action, found in Forms(leaf.get(home)).found if action == f"{home}/say")
    assert form["may"] == []
    assert form["ask_first"] == []


def test_a_draft_is_nothing_that_was_said(table: Mediation, leaf: Leaf, home: str) -> None:
    before = session.view(table.parties["US"]).entries
    type_into(leaf, home, text="We are afraid of the winter")
    table.sync()
    assert session.view(table.parties["US"]).entries == before
    seat = session.channels(table.mediator)[0].caucuses[1].caucus
    assert "winter" not in Leaf(table.mediator).get(f"/c/{table.channel}/with/{seat}")


def test_a_draft_goes_when_its_words_were_said(table: Mediation, leaf: Leaf, home: str) -> None:
    page = type_into(leaf, home, text="Five could go home")
    leaf.fill(page, f"{home}/say", {"text": "Five could go home, on one day"})
    # What the page sent by itself may come after the form: it does not bring the draft back.
    leaf.draft(page, f"{home}/say", {"text": "Five could go home, on one da"})
    assert NOTICE not in leaf.get(home)
    said = [e.event for e in session.view(table.parties["US"]).entries if isinstance(e.event, Said)]
    assert [each.text for each in said] == ["Five could go home, on one day"]


def test_a_draft_stays_when_its_form_was_refused(leaf: Leaf, home: str) -> None:
    page = type_into(leaf, home, text="Five", expires="soon")
    leaf.fill(page, f"{home}/say", {"text": "Five", "expires": "soon"}, expect=422)
    assert NOTICE in leaf.get(home)


def test_deleting_all_words_deletes_the_draft(leaf: Leaf, home: str) -> None:
    page = type_into(leaf, home, text="Five")
    leaf.draft(page, f"{home}/say", {"text": "  "})
    assert NOTICE not in leaf.get(home)


def test_a_draft_stands_in_the_form_it_was_typed_into_alone(leaf: Leaf, home: str) -> None:
    type_into(leaf, home, text="Five")
    assert "Five</textarea>" not in leaf.get("/")
    assert "Five</textarea>" in leaf.get(home)


def test_what_is_typed_while_the_desk_locks_waits_for_its_owner(leaf: Leaf, home: str) -> None:
    page = leaf.get(home)
    desk, leaf.keeper._desk = leaf.keeper._desk, None
    leaf.draft(page, f"{home}/say", {"text": "Five"})
    leaf.keeper._desk = desk
    assert "Five</textarea>" in leaf.get(home)


def test_an_open_page_that_meets_a_locked_desk_goes_to_the_lock(leaf: Leaf, home: str) -> None:
    leaf.keeper._desk = None
    answer = leaf.look(home)
    assert answer.headers["hx-redirect"] == "/unlock"
    assert answer.text == ""


fields_typed = st.dictionaries(
    st.sampled_from(("text", "may", "only_if")), st.lists(st.text(max_size=20), max_size=3)
)


@given(st.lists(st.tuples(st.sampled_from(("/a", "/b")), fields_typed), max_size=12))
def test_of_a_form_the_last_that_was_typed_is_kept(
    tmp_path_factory: pytest.TempPathFactory, typed: list[tuple[str, dict[str, list[str]]]]
) -> None:
    desk = new_desk(tmp_path_factory.mktemp("desk"), Clock(), "one")
    last: dict[str, dict[str, list[str]]] = {}
    for page, fields in typed:
        session.save_draft(desk, (page, "/say"), fields)
        last[page] = fields if any(v.strip() for vs in fields.values() for v in vs) else {}
    for page in ("/a", "/b"):
        assert session.drafts_of(desk, page) == last.get(page, {})
    desk.vault.close()


def test_drafts_are_bounded_and_the_oldest_go(tmp_path: Path) -> None:
    clock = Clock()
    desk = new_desk(tmp_path, clock, "one")
    for number in range(drafts.MAX_DRAFTS + 3):
        clock.move(seconds=1)
        session.save_draft(desk, (f"/{number}", "/say"), {"text": ["words"]})
    kept = [n for n in range(drafts.MAX_DRAFTS + 3) if session.drafts_of(desk, f"/{n}")]
    assert kept == list(range(3, drafts.MAX_DRAFTS + 3))
    desk.vault.close()
