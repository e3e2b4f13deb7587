"""One desk as a process of its own, for tests that kill it: says things, carries, or shows.

    python tests/desk_process.py FOLDER PASSPHRASE say COUNT FIRST     (a party writes notes)
    python tests/desk_process.py FOLDER PASSPHRASE remark COUNT FIRST  (the mediator writes)
    python tests/desk_process.py FOLDER PASSPHRASE sync                (one round of the courier)
    python tests/desk_process.py FOLDER PASSPHRASE carry               (the courier, until killed)
    python tests/desk_process.py FOLDER PASSPHRASE show                (prints what the desk shows)

What it says it announces before and confirms after, one line each on stdout: the journal outside by
which a test judges. With `--halt-at STOP` it prints HALT at that stop and waits there to be killed.
"""

import argparse
import secrets
import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from backchannel.channel.handling import FOR_THE_MEDIATOR_ONLY
from backchannel.channel.said import Said
from backchannel.channel.told import MediatorSaid
from backchannel.desk import courier, ledger, receiving, session
from backchannel.desk.carrier import Carrier
from backchannel.desk.courier_loop import CourierLoop
from backchannel.desk.errors import CourierBusyError
from backchannel.desk.session import Desk
from backchannel.desk.tables import ChannelRow
from backchannel.desk.vault import Vault, open_vault
from backchannel.post.messages import Answer, Collect, Forget, Put, Request, Rotate
from backchannel.post.relay_port import RelayPort

# Where a desk can be killed: before and after a commit, with a letter sealed, and on each side of
# every question to the relay.
STOPS = (
    "sealed",
    "before commit",
    "after commit",
    "before put",
    "after put",
    "before collect",
    "after collect",
    "unsealed",
    "before forget",
    "after forget",
    "before rotate",
    "after rotate",
)
_ASKED = {Put: "put", Collect: "collect", Forget: "forget", Rotate: "rotate"}


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Halt:
    """Stands still at one stop, so that whoever waits for HALT can kill exactly there."""

    def __init__(self, stop: str, skip: int) -> None:
        self.stop = stop
        self.skip = skip

    def at(self, stop: str) -> None:
        if stop != self.stop:
            return
        if self.skip:
            self.skip -= 1
            return
        tell("HALT")
        signal.pause()


class HaltingPort:
    """The real way to the relay, with a stop on each side of every question."""

    def __init__(self, port: RelayPort, halt: Halt) -> None:
        self.port = port
        self.halt = halt

    def ask(self, request: Request) -> Answer:
        name = _ASKED.get(type(request), "other")
        self.halt.at(f"before {name}")
        answer = self.port.ask(request)
        self.halt.at(f"after {name}")
        return answer


def install(halt: Halt) -> None:
    """Put the stops inside the desk: around its commits, its sealing and its unsealing."""

    def after(call: Callable[..., Any], stop: str) -> Callable[..., Any]:
        def called(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it takes
            result = call(*arguments, **named)
            halt.at(stop)
            return result

        return called

    commit = Vault._commit

    def committed(vault: Vault) -> None:
        halt.at("before commit")
        commit(vault)
        halt.at("after commit")

    Vault._commit = committed  # type: ignore[method-assign,assignment]
    ledger.seal = after(ledger.seal, "sealed")  # type: ignore[attr-defined]
    receiving.unseal = after(receiving.unseal, "unsealed")  # type: ignore[attr-defined]


def write(desk: Desk, act: str, count: int, first: int) -> None:
    for number in range(first, first + count):
        tell(f"ABOUT {number}")
        if act == "say":
            session.say(desk, text=f"note {number}", handling=FOR_THE_MEDIATOR_ONLY)
        else:
            session.remark(desk, "", "US", text=f"note {number}")
        tell(f"DONE {number}")


def show(desk: Desk) -> None:
    seat = "US" if session.role(desk) == "mediator" else ""
    for shown in session.view(desk, seat=seat).entries:
        if isinstance(shown.event, Said):
            tell(f"SAID {shown.event.text}")
        elif isinstance(shown.event, MediatorSaid):
            tell(f"TOLD {shown.event.text}")
    for row in session.journal(desk):
        tell(f"JOURNAL {row.kind}")


def carry(desk: Desk, port: Callable[[ChannelRow], RelayPort]) -> None:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        CourierLoop(desk, port, stop, tell, secrets.token_hex(8)).run()
    except CourierBusyError:
        tell("BUSY")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("passphrase")
    parser.add_argument("act", choices=["say", "remark", "sync", "carry", "show"])
    parser.add_argument("count", type=int, nargs="?", default=1)
    parser.add_argument("first", type=int, nargs="?", default=0)
    parser.add_argument("--halt-at", default="")
    parser.add_argument("--skip", type=int, default=0)
    given = parser.parse_args()
    halt = Halt(given.halt_at, given.skip)
    if given.halt_at:
        install(halt)

    def port(row: ChannelRow) -> RelayPort:
        return HaltingPort(Carrier(row.relay, row.pin), halt)

    with open_vault(given.folder, given.passphrase) as vault:
        desk = Desk(vault, lambda: datetime.now(UTC), secrets.token_bytes)
        if given.act in {"say", "remark"}:
            write(desk, given.act, given.count, given.first)
        elif given.act == "sync":
            report = courier.sync(desk, port)
            tell(f"SYNC {report.sent} {report.received} {report.waiting}")
        elif given.act == "carry":
            carry(desk, port)
        else:
            show(desk)


if __name__ == "__main__":
    main()
