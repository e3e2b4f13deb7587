"""Words on the page without a browser: said, refused with what was typed, and kept apart."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backchannel.channel.said import Said
from backchannel.desk import session
from hostile_relay import MemoryRelay
from mediation import Mediation, begin
from page_desks import Leaf, channel_of


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Mediation]:
    made = begin(tmp_path, MemoryRelay(), "Iran", "US")
    yield made
    made.close()


def test_what_is_said_on_the_page_stands_in_the_vault(table: Mediation) -> None:
    leaf, key = Leaf(table.parties["US"]), channel_of(table, "US")
    page = leaf.send(
        f"/c/{key}", f"/c/{key}/say", {"text": "Five could go home.", "may": ["non-paper"]}
    )
    assert "Five could go home." in page
    said = [e.event for e in session.view(table.parties["US"]).entries if isinstance(e.event, Said)]
    assert [(each.text, each.handling.words) for each in said] == [
        ("Five could go home.", "may be conveyed without attribution")
    ]


def test_a_refused_form_keeps_what_was_typed(table: Mediation) -> None:
    leaf, key = Leaf(table.parties["US"]), channel_of(table, "US")
    page = leaf.send(f"/c/{key}", f"/c/{key}/say", {"text": "Five.", "expires": "soon"}, expect=422)
    assert "Five.</textarea>" in page
    assert 'id="expires-fault"' in page


@pytest.mark.parametrize("number", ["9" * 5_000, "0", "-1", "²", "two"])
def test_a_page_of_a_list_that_cannot_be_is_the_last_or_the_first(
    table: Mediation, number: str
) -> None:
    page = Leaf(table.parties["US"]).get(f"/c/{channel_of(table, 'US')}?page={number}")
    assert "accepts the rules" in page
