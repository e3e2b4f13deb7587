"""Real desks around a relay in memory: vaults, sessions and courier as they are, no processes."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from backchannel.channel.handling import Handling
from backchannel.desk import courier, session
from backchannel.desk.session import Desk
from backchannel.desk.vault import create, open_vault
from backchannel.desk.vault_key import Cost
from backchannel.post import vouchers
from backchannel.post.relay_port import RelayPort
from hostile_relay import MemoryRelay

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
START = datetime(2023, 9, 18, 9, 0, tzinfo=UTC)
RELAY = "http://127.0.0.1:1"


@dataclass
class Clock:
    """A clock that stands until it is moved, or goes on by so many minutes each time it is read."""

    now: datetime = START
    step: int = 0

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=self.step)
        return self.now

    def move(self, **by: int) -> None:
        self.now += timedelta(**by)


def new_desk(folder: Path, clock: Clock, name: str) -> Desk:
    create(folder / name, "a long walk", cost=CHEAP)
    return Desk(open_vault(folder / name, "a long walk"), clock, secrets.token_bytes)


@dataclass
class Mediation:
    """A mediator's desk and one for each party, joined, verified, rules accepted."""

    folder: Path
    relay: RelayPort
    mediator: Desk
    clock: Clock
    parties: dict[str, Desk] = field(default_factory=dict)
    channel: str = ""

    def sync(self, *desks: Desk) -> None:
        """Let the couriers of these desks (or of all) go round twice, so that receipts arrive."""
        for _ in range(2):
            for desk in desks or (self.mediator, *self.parties.values()):
                courier.sync(desk, lambda _: self.relay)

    def say(self, party: str, text: str, handling: Handling) -> str:
        return session.say(self.parties[party], text=text, handling=handling)

    def close(self) -> None:
        for desk in (self.mediator, *self.parties.values()):
            desk.vault.close()


def begin(folder: Path, relay: MemoryRelay, *names: str) -> Mediation:
    """Return a mediation in which all parties have joined."""
    clock = Clock()
    mediator = new_desk(folder, clock, "mediator")
    mediation = Mediation(folder, relay, mediator, clock)
    lines = [vouchers.written(relay.issue()) for _ in range(2 * len(names))]
    mediation.channel = session.open_channel(
        mediator, title="Talks", mediator="Qatar", relay=RELAY, pin=b"", vouchers=lines
    )
    for name in names:
        add_party(mediation, name)
    return mediation


def add_party(mediation: Mediation, name: str, *, folder: str = "") -> None:
    """Invite, join, welcome, accept, verify on both sides."""
    desk = new_desk(mediation.folder, mediation.clock, folder or f"desk-{name}")
    mediation.parties[name] = desk
    line = session.invite(mediation.mediator, "", name)
    mediation.sync(mediation.mediator)
    session.join(desk, line, lambda _: mediation.relay)
    mediation.sync(desk, mediation.mediator)
    session.accept_rules(desk)
    words = session.safety_words(desk).words
    session.verify(mediation.mediator, "", name, heard=" ".join(words))
    session.verify(desk, heard=" ".join(session.safety_words(mediation.mediator, "", name).words))
    mediation.sync()
