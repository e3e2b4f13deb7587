"""Opening a channel on the page, inviting, and what becomes of a seat."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from backchannel.desk import session
from backchannel.post import vouchers
from hostile_relay import MemoryRelay
from mediation import RELAY, Clock, Mediation, begin, new_desk
from page_desks import Leaf

LINE = re.compile(r'<textarea id="line"[^>]*>([^<]+)</textarea>')
CODE = re.compile(r'<b class="number">(\d{4} \d{4})</b>')


@pytest.fixture
def relay() -> MemoryRelay:
    return MemoryRelay()


@pytest.fixture
def table(tmp_path: Path, relay: MemoryRelay) -> Iterator[Mediation]:
    made = begin(tmp_path, relay, "Iran", "US")
    yield made
    made.close()


def lines(relay: MemoryRelay, count: int) -> str:
    return "\n".join(vouchers.written(relay.issue()) for _ in range(count))


def states(table: Mediation) -> dict[str, str]:
    (channel,) = session.channels(table.mediator)
    return {each.name: each.state for each in channel.caucuses}


def seat_of(table: Mediation, name: str) -> str:
    (channel,) = session.channels(table.mediator)
    return next(each.caucus for each in channel.caucuses if each.name == name)


def test_a_party_joins_with_an_invitation_made_on_the_page(
    tmp_path: Path, relay: MemoryRelay
) -> None:
    table = Mediation(tmp_path, relay, new_desk(tmp_path, Clock(), "mediator"), Clock())
    leaf = Leaf(table.mediator)
    opened = {"title": "Funds", "mediator": "Qatar", "relay": RELAY, "vouchers": lines(relay, 2)}
    assert "Now invite the parties" in leaf.send("/open", "/open", opened)
    (channel,) = session.channels(table.mediator)
    home = f"/c/{channel.channel}"
    page = leaf.send(home, f"{home}/invite", {"party": "Iran", "with_code": "yes"})
    line, code = LINE.findall(page)[0], CODE.findall(page)[0]
    assert "<svg width=" in page
    assert "style=" not in page
    table.sync(table.mediator)
    party = table.parties["Iran"] = new_desk(tmp_path, table.clock, "iran")
    page = Leaf(party, lambda _: relay).send("/", "/join", {"invitation": line, "code": code})
    assert "Joined. Now compare the safety words." in page
    table.close()


def test_an_invitation_is_shown_once_and_a_second_sending_makes_no_second(
    table: Mediation, relay: MemoryRelay
) -> None:
    session.add_vouchers(table.mediator, "", lines(relay, 4).split("\n"))
    leaf, home = Leaf(table.mediator), f"/c/{table.channel}"
    form = leaf.get(home)
    line = LINE.findall(leaf.fill(form, f"{home}/invite", {"party": "Oman"}))[0]
    again = leaf.fill(form, f"{home}/invite", {"party": "Oman"})
    assert "not done a second time" in again
    assert line not in again
    assert line not in leaf.get(home)
    assert states(table) == {"Iran": "joined", "US": "joined", "Oman": "invited"}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"party": "Oman", "hours": "a week"}, "whole number"),
        ({"party": "Oman", "hours": "0"}, "1 to"),
        ({"party": ""}, "name"),
        ({"party": "Oman"}, "vouchers"),
    ],
)
def test_an_invitation_that_cannot_be_made_says_why_and_keeps_what_was_typed(
    table: Mediation, fields: dict[str, str], reason: str
) -> None:
    home = f"/c/{table.channel}"
    page = Leaf(table.mediator).send(home, f"{home}/invite", fields, expect=422)
    assert reason in page
    assert f'value="{fields["party"]}"' in page
    assert "Oman" not in states(table)


def test_a_pin_that_is_none_is_told_beside_it(tmp_path: Path) -> None:
    desk = new_desk(tmp_path, Clock(), "mediator")
    fields = {"title": "Funds", "mediator": "Qatar", "relay": RELAY, "pin": "as you said"}
    page = Leaf(desk).send("/open", "/open", fields, expect=422)
    assert 'id="pin-fault"' in page
    assert session.channels(desk) == ()
    desk.vault.close()


def test_a_channel_without_a_relay_gets_one_and_a_seat_without_a_desk(
    tmp_path: Path, relay: MemoryRelay
) -> None:
    desk = new_desk(tmp_path, Clock(), "mediator")
    leaf = Leaf(desk)
    leaf.send("/open", "/open", {"title": "Funds", "mediator": "Qatar"})
    (channel,) = session.channels(desk)
    home = f"/c/{channel.channel}"
    leaf.send(home, f"{home}/seats", {"spoken_party": "Oman"})
    assert session.without_desks(desk, channel.channel) == ("Oman",)
    leaf.send(home, f"{home}/relay", {"relay": RELAY, "vouchers": lines(relay, 2)})
    page = leaf.send(home, f"{home}/relay", {"vouchers": lines(relay, 2)})
    assert "vouchers for 2 invitations" in page
    desk.vault.close()


def test_vouchers_that_are_none_say_so_beside_their_field(table: Mediation) -> None:
    home = f"/c/{table.channel}"
    page = Leaf(table.mediator).send(home, f"{home}/relay", {"vouchers": "as agreed"}, expect=422)
    assert 'id="vouchers-fault"' in page
    assert "as agreed</textarea>" in page


def test_who_has_no_desk_is_named_before_all_are_told(table: Mediation) -> None:
    leaf, home = Leaf(table.mediator), f"/c/{table.channel}"
    warning = "To be told by mouth, for want of a desk:"
    assert warning not in leaf.send(home, f"{home}/standing", {"standing": "suspend"})
    session.add_seat(table.mediator, "", "Oman")
    page = leaf.send(home, f"{home}/standing", {"standing": "suspend"})
    assert f"{warning} <bdi>Oman</bdi>" in page


def test_a_frozen_party_is_thawed(table: Mediation) -> None:
    leaf, home, seat = Leaf(table.mediator), f"/c/{table.channel}", seat_of(table, "US")
    at = f"{home}/with/{seat}/freeze"
    leaf.send(home, at, {})
    frozen = [s.name for s in session.record(table.mediator).seats.values() if s.frozen]
    assert frozen == ["US"]
    assert "It takes part again." in leaf.send(home, at, {})
    assert not any(known.frozen for known in session.record(table.mediator).seats.values())


def test_a_party_is_cut_off_only_held_and_confirmed(table: Mediation) -> None:
    leaf, home, seat = Leaf(table.mediator), f"/c/{table.channel}", seat_of(table, "US")
    at = f"{home}/with/{seat}/revoke"
    look = leaf.send(home, at, {})
    early = leaf.fill(look, at, {"to-0": "yes"}, expect=422)
    assert "held for you to look once more" in early
    leaf.hold()
    unconfirmed = leaf.fill(early, at, {}, expect=422)
    assert "confirm that it goes to US" in unconfirmed
    assert states(table)["US"] == "joined"
    assert "Its caucus is closed." in leaf.fill(unconfirmed, at, {"to-0": "yes"})
    closed = [seat.name for seat in session.record(table.mediator).seats.values() if seat.closed]
    assert closed == ["US (closed 1)"]


def test_who_was_not_shown_is_not_confirmed_by_a_tick_in_its_place(table: Mediation) -> None:
    leaf, home = Leaf(table.mediator), f"/c/{table.channel}"
    at, ticked = f"{home}/standing", {"to-0": "yes", "to-1": "yes"}
    look = leaf.send(home, at, {"standing": "suspend"})
    session.revoke(table.mediator, "", "Iran")
    session.add_seat(table.mediator, "", "Oman")
    leaf.hold()
    anew = leaf.fill(look, at, ticked, expect=422)
    assert "whom it reaches has changed since it was shown" in anew
    assert "Oman" in anew
    # It was shown anew just now: the hold begins again as well.
    assert "held for you to look once more" in leaf.fill(anew, at, ticked, expect=422)
    table.sync()
    assert session.view(table.parties["US"]).standing.value == "open"
    leaf.hold()
    leaf.fill(anew, at, ticked)
    assert session.record(table.mediator).standing.value == "suspended"


def test_the_talks_are_suspended_go_on_and_end_on_the_page(table: Mediation) -> None:
    leaf, home = Leaf(table.mediator), f"/c/{table.channel}"
    at = f"{home}/standing"
    for how, standing in (("suspend", "suspended"), ("resume", "open"), ("CONCLUDED", "closed")):
        look = leaf.send(home, at, {"standing": how, "words": "We thank you."})
        leaf.hold()
        leaf.fill(look, at, {"to-0": "yes", "to-1": "yes"})
        table.sync()
        found = {session.view(desk).standing.value for desk in table.parties.values()}
        assert found == {standing}


def test_a_party_cannot_invite_nor_end_the_talks(table: Mediation) -> None:
    desk = table.parties["US"]
    key = session.channels(desk)[0].channel
    leaf = Leaf(desk)
    for action in ("invite", "standing", "seats", "relay"):
        page = leaf.get(f"/c/{key}")
        forged = page.replace(f"/c/{key}/say", f"/c/{key}/{action}").replace(
            'name="text"', 'name="standing"'
        )
        fields = {"standing": "suspend"}
        leaf.fill(forged, f"/c/{key}/{action}", fields, expect=422)
    table.sync()
    assert session.view(table.parties["Iran"]).standing.value == "open"
