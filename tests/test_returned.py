"""What a party returned: the mediator's record is put back as far as what was told shows it."""

import pytest

from backchannel.channel import channel as channels
from backchannel.channel.channel import Channel
from backchannel.channel.channel_rules import may
from backchannel.channel.errors import MalformedError, RuleBrokenError
from backchannel.channel.events import ToParty
from backchannel.channel.handling import Attribution
from backchannel.channel.names import AccordId, ConveyanceId, SeatId
from backchannel.channel.record import Opened, Received, SeatAdded, SeatClosed
from backchannel.channel.returned import Returned
from backchannel.channel.rules import AccordLife, Standing
from backchannel.channel.said import RulesAccepted
from backchannel.channel.told import (
    AccordPut,
    AccordWithdrawn,
    ConveyanceCorrected,
    Conveyed,
    ConveyedAsTheirs,
    MediatorSaid,
    Resumed,
    Suspended,
    Welcomed,
)
from crossing import MEDIATOR, MEDIATOR_KEY, NAMES, NOON, accord_text, an_id, key_of, seat_of

FIRST, SECOND = NAMES[:2]
EAST, WEST = seat_of(FIRST), seat_of(SECOND)
ACCORD = AccordId(an_id("returned accord"))
THING = ConveyanceId(an_id("returned conveyance"))


def a_channel() -> Channel:
    opened = Opened(
        at=NOON, title="Talks", mediator=MEDIATOR, mediator_key=MEDIATOR_KEY, rules="Be kind."
    )
    seats = [SeatAdded(at=NOON, seat=s, name=n) for s, n in ((EAST, FIRST), (WEST, SECOND))]
    channel = channels.apply(Channel(), opened, *seats)
    for seat, name in ((EAST, FIRST), (WEST, SECOND)):
        welcome = Welcomed(
            at=NOON,
            seen=0,
            title="Talks",
            mediator=MEDIATOR,
            mediator_key=MEDIATOR_KEY,
            party=name,
            rules="Be kind.",
        )
        channel = returned(channel, seat, welcome)
        accepted = RulesAccepted(at=NOON, seen=1, signing_key=key_of(name))
        channel = channels.apply(channel, Received(at=NOON, seat=seat, event=accepted))
    return channel


def returned(channel: Channel, seat: SeatId, *events: ToParty) -> Channel:
    for event in events:
        entry = Returned(at=NOON, seat=seat, event=event)
        may(channel, entry)
        channel = channels.apply(channel, entry)
    return channel


def test_conveyances_come_back_without_sources_and_can_be_corrected() -> None:
    named = ConveyanceId(an_id("as theirs"))
    channel = returned(
        a_channel(),
        EAST,
        Conveyed(
            at=NOON, seen=1, conveyance=THING, attribution=Attribution.NOBODY, text="A pause."
        ),
        ConveyedAsTheirs(at=NOON, seen=1, conveyance=named, author="West", text="Ten days."),
        ConveyanceCorrected(at=NOON, seen=1, conveyance=THING, text="A long pause."),
    )
    assert channel.conveyances[THING].attribution is Attribution.NOBODY
    assert channel.conveyances[named].attribution is Attribution.AUTHOR
    assert {c.rests_on for c in channel.conveyances.values()} == {()}
    assert [c.text for c in channel.corrections] == ["A long pause."]


def test_an_accord_has_the_seats_that_returned_it_and_its_latest_life() -> None:
    put = AccordPut(at=NOON, seen=1, accord=ACCORD, text=accord_text(ACCORD))
    gone = AccordWithdrawn(at=NOON, seen=1, accord=ACCORD)
    channel = returned(a_channel(), EAST, put, gone)
    assert channel.accords[ACCORD].seats == (EAST,)
    assert channel.accords[ACCORD].life is AccordLife.WITHDRAWN
    channel = returned(channel, WEST, put)
    assert channel.accords[ACCORD].seats == (EAST, WEST)
    assert channel.accords[ACCORD].life is AccordLife.WITHDRAWN
    assert returned(channel, WEST, gone).accords[ACCORD].life is AccordLife.WITHDRAWN


def test_the_talks_stand_as_the_newest_notice_says_whoever_returns_it() -> None:
    later = NOON.replace(hour=18)
    suspended, resumed = Suspended(at=NOON, seen=1), Resumed(at=later, seen=1)
    channel = returned(a_channel(), EAST, suspended, resumed)
    assert channel.standing is Standing.OPEN
    channel = returned(channel, WEST, suspended)
    assert channel.standing is Standing.OPEN
    assert channel.caucuses[WEST].standing is Standing.SUSPENDED
    assert returned(channel, WEST, resumed).standing is Standing.OPEN


def test_what_was_told_and_refused_is_counted() -> None:
    channel = channels.skip_told(a_channel(), EAST)
    assert channel.caucuses[EAST].told_count == 2
    assert channel.caucuses[EAST].said_count == 1


def test_a_closed_or_unknown_seat_returns_nothing() -> None:
    said = MediatorSaid(at=NOON, seen=1, text="Yes.")
    channel = channels.apply(a_channel(), SeatClosed(at=NOON, seat=EAST))
    with pytest.raises(RuleBrokenError, match="closed"):
        returned(channel, EAST, said)
    with pytest.raises(RuleBrokenError):
        returned(channel, SeatId(an_id("nobody")), said)
    with pytest.raises(MalformedError):
        Returned(at=NOON, seat=SeatId("East"), event=said)
