"""The stage of the demo: a relay, a desk for each seat, a courier for each desk.

One seat for each side of the case and one for all its mediators together; everything lies in one
folder that is removed in the end.
"""

import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from demo.declaration import seat_of_mediators
from demo.processes import Processes
from demo.screen import Screen
from demo.terminals import Terminal, backchannel, desk_names, told, wait_for
from demo.words import Spoken, written_for

from backchannel.channel.sequence import Sequence

READY = re.compile(r"^relay ready at (\S+) pin ([0-9a-f]*)$", re.MULTILINE)
MEDIATOR = "mediator"  # what the mediators' desk is called
WORD_BYTES = 12  # random bytes of the demo's passphrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """Where the relay listens, and where it keeps its data."""

    url: str
    pin: str
    data: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What every scene of the demo needs."""

    case: Sequence
    spoken: Spoken
    folder: Path
    processes: Processes
    screen: Screen
    mediator: Terminal
    parties: dict[str, Terminal]

    @property
    def first(self) -> Terminal:
        """The desk of the side whose step comes first."""
        return self.parties[self.spoken.first]

    @property
    def other(self) -> Terminal:
        """The desk of the other side."""
        return self.parties[self.spoken.other]

    @property
    def everyone(self) -> tuple[Terminal, ...]:
        """All desks, the mediator's first."""
        return (self.mediator, *self.parties.values())

    def file(self, name: str) -> Path:
        """Return a place for a file of the demo."""
        return self.folder / "files" / name


def set_stage(case: Sequence, folder: Path, processes: Processes, screen: Screen) -> Stage:
    """Return the stage, with its folders and the passphrase, and no process yet."""
    for name in ("files", "logs", "desks"):
        (folder / name).mkdir(mode=0o700)
    passphrase = folder / "passphrase"
    passphrase.touch(mode=0o600)
    passphrase.write_text(f"{secrets.token_urlsafe(WORD_BYTES)}\n", encoding="utf-8")
    names = desk_names(case.sides)

    def at(seat: str, desk: str) -> Terminal:
        return Terminal(processes, seat, desk, folder / "desks", passphrase)

    return Stage(
        case=case,
        spoken=written_for(case),
        folder=folder,
        processes=processes,
        screen=screen,
        mediator=at(seat_of_mediators(case), MEDIATOR),
        parties={side: at(side, names[side]) for side in case.sides},
    )


def start_relay(stage: Stage) -> Relay:
    """Start the relay and return where it listens. Raises: DemoFailedError."""
    data, log = stage.folder / "relay", stage.folder / "logs" / "relay"
    command = backchannel("relay", "serve", "--data", data, "--port", "0", "--tls", "own")
    stage.processes.start("the relay", command, log)

    def ready() -> Relay | None:
        found = READY.search(log.read_text(encoding="utf-8"))
        return Relay(url=found[1], pin=found[2], data=data) if found else None

    return wait_for("the relay's word that it is ready", stage.processes, ready)


def vouchers(stage: Stage, relay: Relay, count: int) -> Path:
    """Have the relay's operator issue vouchers; return the file they are in."""
    (outcome,) = stage.processes.run(
        backchannel("relay", "vouchers", "--data", relay.data, "--count", str(count))
    )
    file = stage.file("vouchers.txt")
    file.write_text(told(outcome, ("relay", "vouchers")), encoding="utf-8")
    return file


def start_courier(stage: Stage, terminal: Terminal) -> None:
    """Start the courier of a desk: it carries letters to and from the relay."""
    log = stage.folder / "logs" / f"courier-{terminal.desk}"
    stage.processes.start(f"the courier of {terminal.seat}", terminal.command("courier"), log)
