"""A mediator's channel, its parties' desks, and the letters between them, which cross.

Each party's desk is its own fold of its caucus, with a queue of letters in each direction. Nothing
arrives before it is delivered, so that what one side does crosses what the other does.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any, TypeVar

from accords import a_step
from backchannel.channel import caucus as caucuses
from backchannel.channel import caucus_rules, channel_rules, record
from backchannel.channel import channel as channels
from backchannel.channel.accord import AccordForm, AccordText, Amends, Edition, Signatory
from backchannel.channel.accord_text import render
from backchannel.channel.caucus import Caucus
from backchannel.channel.channel import Channel
from backchannel.channel.disclosure import tell
from backchannel.channel.events import Entry, FromParty, ToParty
from backchannel.channel.handling import (
    AS_OURS,
    FOR_THE_MEDIATOR_ONLY,
    MEDIATORS_IDEA,
    WITHOUT_ATTRIBUTION,
    Attribution,
    Handling,
)
from backchannel.channel.names import SeatId

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MEDIATOR, MEDIATOR_KEY = "North", bytes([1]) * 32
NAMES = ("East", "West", "South")
EVERY_USE = Handling(uses=frozenset(Attribution))
HANDLINGS = (
    EVERY_USE,
    AS_OURS,
    WITHOUT_ATTRIBUTION,
    MEDIATORS_IDEA,
    FOR_THE_MEDIATOR_ONLY,
    Handling(uses=frozenset(Attribution), ask_first=True),
    Handling(uses=frozenset(Attribution), only_if="we are ready too"),
)
ROWS = (("Ali", "Evin"), ("Sam", "Dublin"))
STEPS = (
    a_step("s1", actor="East", beneficiary="West"),
    a_step("s2", actor="West", beneficiary="East", requires=("s1",)),
    a_step("s3", actor="the agency", beneficiary="West"),
)

T = TypeVar("T")
Telling = Callable[[Channel, Entry], Mapping[SeatId, ToParty]]


def an_id(*what: object) -> Any:  # noqa: ANN401 - an identifier of any kind
    """Return the same identifier for the same things; in tests ids may be known beforehand."""
    return sha256(repr(what).encode()).hexdigest()[:32]


def seat_of(name: str) -> SeatId:
    return SeatId(an_id("seat", name))


def key_of(name: str) -> bytes:
    return sha256(name.encode()).digest()


def minute(number: int) -> datetime:
    return NOON + timedelta(minutes=number)


def pick_from(things: Iterable[T], pick: int) -> T | None:
    """Return one of the things, and the latest for 0; nothing if there are none."""
    known = list(things)
    return known[-1 - pick % len(known)] if known else None


@cache
def accord_text(
    id_: str,
    names: tuple[str, ...] = NAMES[:2],
    form: AccordForm = AccordForm.DECLARATION,
    *,
    mirrors: tuple[str, ...] = (),
    amends: Amends | None = None,
) -> str:
    """Return the canonical text of an accord between these parties."""
    return render(
        AccordText(
            form=form,
            id=id_,
            title="A pause of ten days",
            mediator=MEDIATOR,
            mediator_key=MEDIATOR_KEY,
            parties=tuple(Signatory(name=name, key=key_of(name)) for name in names),
            editions=(Edition(language="en", text="Each party pauses for ten days."),),
            steps=STEPS,
            mirrors=mirrors,
            amends=amends,
        )
    )


@dataclass(slots=True)
class Party:
    """A party's desk, and the letters on their way to it and from it."""

    name: str
    seat: SeatId
    desk: Caucus = field(default_factory=Caucus)
    up: deque[FromParty] = field(default_factory=deque)
    down: deque[ToParty] = field(default_factory=deque)
    sent: list[ToParty] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    drawn: int = 0

    def fresh(self, what: str) -> Any:  # noqa: ANN401 - an identifier of any kind
        self.drawn += 1
        return an_id(what, self.name, self.drawn)


class Desks:
    """One mediation: the mediator's channel and every party's desk."""

    def __init__(self, names: Sequence[str] = NAMES, telling: Telling = tell) -> None:
        self.channel = Channel()
        self.telling = telling  # what is recorded as sent; a leak can be planted here
        self.parties: dict[str, Party] = {}
        self.entries: list[Entry] = []
        self.passed: list[str] = []
        opened = record.Opened(
            at=NOON, title="Talks", mediator=MEDIATOR, mediator_key=MEDIATOR_KEY, rules="Be fair."
        )
        self.enter(opened)
        for name in names:
            self.parties[name] = Party(name, seat_of(name))
            self.enter(record.SeatAdded(at=NOON, seat=seat_of(name), name=name))

    def enter(self, entry: Entry) -> None:
        """The mediator's desk: let the entry pass, tell who is to be told, and enter it."""
        channel_rules.may(self.channel, entry)
        sent, events = self.telling(self.channel, entry), tell(self.channel, entry)
        self.channel = channels.apply(self.channel, entry)
        self.entries.append(entry)
        for party in self.parties.values():
            if party.seat in events:
                party.down.append(events[party.seat])
            if party.seat in sent:
                party.sent.append(sent[party.seat])

    def say(self, party: Party, event: FromParty) -> None:
        """A party's desk: let the event pass, and send it."""
        caucus_rules.may(party.desk, event)
        party.desk = caucuses.apply(party.desk, event)
        party.up.append(event)

    def deliver_up(self, party: Party, at: datetime = NOON) -> None:
        if party.up:
            # Not caught: what the party's desk let pass, the mediator's must let pass.
            self.enter(record.Received(at=at, seat=party.seat, event=party.up.popleft()))

    def deliver_down(self, party: Party) -> None:
        if party.down:
            event = party.down.popleft()
            caucus_rules.may(party.desk, event)
            party.desk = caucuses.apply(party.desk, event)

    def settle(self) -> None:
        """Deliver all that is on its way."""
        for party in self.parties.values():
            while party.up or party.down:
                self.deliver_up(party)
                self.deliver_down(party)

    def caucus(self, name: str) -> Caucus:
        """The mediator's side of a caucus."""
        return self.channel.caucuses[seat_of(name)]
