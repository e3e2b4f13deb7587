"""A party's own notes on the page, and leave asked for them: widened, erased, allowed, denied."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backchannel.channel.handling import Attribution, Handling
from backchannel.channel.rules import NoteState, RequestState
from backchannel.desk import session
from backchannel.desk.desk import Desk
from hostile_relay import MemoryRelay
from mediation import Mediation, begin
from page_desks import Leaf, channel_of

WORDS = "Five could go home in March."
ASKED = Handling(uses=frozenset({Attribution.NOBODY}), ask_first=True)


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Mediation]:
    made = begin(tmp_path, MemoryRelay(), "Iran", "US")
    yield made
    made.close()


def seat_of(table: Mediation, party: str) -> str:
    seats = session.record(table.mediator, table.channel).seats
    return next(key for key, seat in seats.items() if seat.name == party)


def said(table: Mediation, party: str, text: str, handling: Handling | None = None) -> str:
    note = table.say(party, text, handling or ASKED)
    table.sync()
    return note


def note_page(table: Mediation, party: str, note: str) -> str:
    return f"/c/{channel_of(table, party)}/note/{note}"


def state_of(desk: Desk, note: str, seat: str = "") -> NoteState:
    notes = session.view(desk, seat=seat).notes
    return next(each.state for key, each in notes.items() if key == note)


def words_of(desk: Desk, note: str, seat: str = "") -> str:
    notes = session.view(desk, seat=seat).notes
    return next(each.handling.words for key, each in notes.items() if key == note)


def ask_leave(table: Mediation, note: str, text: str = "") -> str:
    request = session.request_use(
        table.mediator, table.channel, note, attribution=Attribution.NOBODY, text=text
    )
    table.sync()
    return request


def test_a_note_is_widened_on_its_page(table: Mediation) -> None:
    asked = Handling(uses=frozenset({Attribution.NOBODY}), ask_first=True, only_if="They stop.")
    note = said(table, "US", WORDS, asked)
    leaf, at = Leaf(table.parties["US"]), note_page(table, "US", note)
    leaf.send(at, f"{at}/widen", {"may": ["mediators-idea"], "without_asking": "yes"})
    assert words_of(table.parties["US"], note) == (
        "may be conveyed without attribution or may be used as the mediator's own idea; "
        "only if they first say: They stop."
    )
    leaf.send(at, f"{at}/widen", {"without_condition": "yes"})
    table.sync()
    assert "only if" not in words_of(table.mediator, note, "US")


def test_widening_by_nothing_is_refused_beside_the_ticks(table: Mediation) -> None:
    note = said(table, "US", WORDS)
    at = note_page(table, "US", note)
    page = Leaf(table.parties["US"]).send(at, f"{at}/widen", {}, expect=422)
    assert 'id="may-fault"' in page
    assert "beyond what the note allows already" in page


def test_a_use_that_is_allowed_is_not_offered_again(table: Mediation) -> None:
    note = said(table, "US", WORDS, Handling(uses=frozenset(Attribution)))
    page = Leaf(table.parties["US"]).get(note_page(table, "US", note))
    assert "/widen" not in page


def test_a_note_is_erased_at_both_desks_after_a_second_look(table: Mediation) -> None:
    note = said(table, "US", WORDS)
    leaf, at = Leaf(table.parties["US"]), note_page(table, "US", note)
    look = leaf.send(at, f"{at}/erase", {})
    assert WORDS in look
    assert "does not call it back" in look
    early = leaf.fill(look, f"{at}/erase", {}, expect=422)
    assert "look once more" in early
    assert state_of(table.parties["US"], note) is NoteState.LIVE
    leaf.hold()
    done = leaf.fill(early, f"{at}/erase", {})
    assert WORDS not in done
    assert state_of(table.parties["US"], note) is NoteState.ERASED
    table.sync()
    assert state_of(table.mediator, note, "US") is NoteState.ERASED
    page = leaf.get(at)
    assert "/erase" not in page
    assert WORDS not in page


def test_a_note_is_withdrawn_on_its_page_and_can_still_be_erased(table: Mediation) -> None:
    note = said(table, "US", WORDS)
    leaf, at = Leaf(table.parties["US"]), note_page(table, "US", note)
    page = leaf.send(at, f"{at}/withdraw", {})
    assert state_of(table.parties["US"], note) is NoteState.WITHDRAWN
    assert "/withdraw" not in page
    assert "/erase" in page


def test_a_note_is_on_no_page_but_its_authors(table: Mediation) -> None:
    note = said(table, "US", WORDS)
    assert WORDS in Leaf(table.parties["US"]).get(note_page(table, "US", note))
    other = Leaf(table.parties["Iran"])
    page = other.get(f"/c/{channel_of(table, 'Iran')}/note/{note}", expect=422)
    assert WORDS not in page
    page = Leaf(table.mediator).get(f"/c/{table.channel}/note/{note}", expect=422)
    assert WORDS not in page


@pytest.mark.parametrize("deed", ["widen", "withdraw", "erase"])
def test_an_address_of_a_deed_leads_back_to_the_note(table: Mediation, deed: str) -> None:
    note = said(table, "US", WORDS)
    at = note_page(table, "US", note)
    assert "A note of yours</h1>" in Leaf(table.parties["US"]).get(f"{at}/{deed}").replace(
        f' <code class="key">{note[:8]}</code>', ""
    )


def test_the_caucus_leads_to_the_note_and_to_what_waits(table: Mediation) -> None:
    note = said(table, "US", WORDS)
    leaf, key = Leaf(table.parties["US"]), channel_of(table, "US")
    page = leaf.get(f"/c/{key}")
    assert f'href="/c/{key}/note/{note}"' in page
    assert f'href="/c/{key}/requests"' not in page
    ask_leave(table, note)
    assert f'href="/c/{key}/requests"' in leaf.get(f"/c/{key}")


@pytest.mark.parametrize(
    ("answer", "state"), [("allow", RequestState.ALLOWED), ("deny", RequestState.DENIED)]
)
def test_a_use_is_allowed_or_denied(table: Mediation, answer: str, state: RequestState) -> None:
    request = ask_leave(table, said(table, "US", WORDS), "Five could go.")
    leaf, at = Leaf(table.parties["US"]), f"/c/{channel_of(table, 'US')}/requests"
    assert "Five could go." in leaf.get(at)
    page = leaf.send(
        at, f"{at}/{request}", {"answer": answer, f"why-{request}": "After the visit."}
    )
    assert "After the visit." in page
    assert f'action="{at}/{request}"' not in page
    table.sync()
    requests = session.view(table.mediator, seat="US").requests
    assert [(each.state, each.answer) for each in requests.values()] == [
        (state, "After the visit.")
    ]
    assert state.value.capitalize() in Leaf(table.mediator).get(
        f"/c/{table.channel}/with/{seat_of(table, 'US')}/requests"
    )


def test_an_answer_that_is_neither_keeps_what_was_typed(table: Mediation) -> None:
    request = ask_leave(table, said(table, "US", WORDS))
    leaf, at = Leaf(table.parties["US"]), f"/c/{channel_of(table, 'US')}/requests"
    page = leaf.send(at, f"{at}/{request}", {f"why-{request}": "Not yet."}, expect=422)
    assert 'value="Not yet."' in page
    assert f'id="why-{request}-fault"' in page
    assert "What the mediator asks leave for" in leaf.get(f"{at}/{request}")


def test_a_request_is_on_no_other_partys_page(table: Mediation) -> None:
    ask_leave(table, said(table, "US", WORDS))
    page = Leaf(table.parties["Iran"]).get(f"/c/{channel_of(table, 'Iran')}/requests")
    assert WORDS not in page
    assert "has not asked leave for anything" in page


def test_the_mediator_asks_the_author_for_a_use(table: Mediation) -> None:
    note = said(table, "US", WORDS)
    seat = seat_of(table, "US")
    at = f"/c/{table.channel}/with/{seat}/requests"
    leaf = Leaf(table.mediator)
    page = leaf.send(at, at, {"note": note, "text": "Some could go."}, expect=422)
    assert "Some could go.</textarea>" in page
    assert 'id="attribution-fault"' in page
    page = leaf.fill(page, at, {"attribution": "nobody"})
    table.sync()
    requests = session.view(table.parties["US"]).requests
    assert [(each.asked.text, each.asked.attribution) for each in requests.values()] == [
        ("Some could go.", Attribution.NOBODY)
    ]


def test_a_use_is_asked_only_of_the_notes_author(table: Mediation) -> None:
    note, other = said(table, "US", WORDS), said(table, "Iran", "The funds.")
    at = f"/c/{table.channel}/with/{seat_of(table, 'Iran')}/requests"
    leaf = Leaf(table.mediator)
    page = leaf.get(at)
    assert other in page
    assert note not in page
    page = leaf.fill(page, at, {"note": note, "attribution": "nobody"}, expect=422)
    assert "choose a note of Iran" in page
    assert not session.view(table.mediator, seat="US").requests


def test_a_party_asks_nobody_for_a_use(table: Mediation) -> None:
    said(table, "US", WORDS)
    key = channel_of(table, "Iran")
    page = Leaf(table.parties["Iran"]).get(
        f"/c/{key}/with/{seat_of(table, 'US')}/requests", expect=422
    )
    assert WORDS not in page
    assert "Ask for a use" not in page
