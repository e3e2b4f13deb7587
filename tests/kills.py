"""Kill processes with SIGKILL again and again, and see that nothing typed or shown is lost.

Real processes: a relay, a mediator's desk, a party's desk. They write to each other, put and answer
proposals, show and judge a text. The journal outside is what they printed before and after each of
these. Run by itself it kills as often as it is told:

    python tests/kills.py --kills 50
"""

import argparse
import io
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_bytes

import desk_process
from backchannel.desk import courier, session
from backchannel.desk.carrier import Carrier
from backchannel.desk.session import Desk
from backchannel.desk.vault import create, open_vault
from backchannel.post import vouchers
from desk_process import STOPS
from mediation import CHEAP
from relays import ProcessRelay

PASSPHRASE = "a long walk"  # noqa: S105 - opens nothing but this test
SCRIPT = Path(__file__).with_name("desk_process.py")
DESKS = ("mediator", "party")
# What a desk does, and the word with which either desk shows it.
WORKS = {
    "party": {"say": "SAID", "answer": "ANSWERED", "judge": "JUDGED"},
    "mediator": {"remark": "TOLD", "put": "PUT", "text": "SHOWN"},
}
MARKERS = {act: marker for works in WORKS.values() for act, marker in works.items()}
WAIT = 60.0  # seconds


@dataclass
class Scene:
    """A relay process, two desks on disk, and the journal outside."""

    folder: Path
    random: random.Random
    relay: ProcessRelay = field(init=False)
    confirmed: dict[str, list[int]] = field(default_factory=lambda: {a: [] for a in MARKERS})
    uncertain: dict[str, set[int]] = field(default_factory=lambda: {a: set() for a in MARKERS})
    next: int = 0
    kills: int = 0

    def __post_init__(self) -> None:
        self.relay = ProcessRelay(self.folder / "relay")

    def desk(self, name: str) -> Desk:
        vault = open_vault(self.folder / name, PASSPHRASE)
        return Desk(vault, lambda: datetime.now(UTC), token_bytes)

    def command(self, name: str, *rest: str) -> list[str]:
        return [sys.executable, str(SCRIPT), *self.arguments(name, *rest)]

    def arguments(self, name: str, *rest: str) -> list[str]:
        return [str(self.folder / name), PASSPHRASE, *rest]

    def run(self, name: str, *rest: str) -> list[str]:
        """Have a desk do something, and return what it printed.

        Only where it shall halt, and be killed, is it a process of its own: starting one takes
        longer than all it does. Otherwise the vault is opened and closed here, all the same.
        """
        if "--halt-at" in rest:
            return self.run_and_kill(self.command(name, *rest))
        with redirect_stdout(io.StringIO()) as printed:
            desk_process.main(self.arguments(name, *rest))
        return printed.getvalue().splitlines()

    def run_and_kill(self, command: list[str]) -> list[str]:
        """Run a desk's process to its end, or kill it where it halts; return what it printed."""
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            lines = []
            for line in process.stdout:
                lines.append(line.strip())
                if lines[-1] == "HALT":
                    process.kill()
                    self.kills += 1
            code = process.wait(WAIT)
        assert code == 0 or "HALT" in lines, (command, lines, code)
        return lines

    def say(self, name: str, count: int, *rest: str) -> None:
        self.work(name, "remark" if name == "mediator" else "say", count, *rest)

    def work(self, name: str, act: str, count: int, *rest: str) -> None:
        """Have a desk do one kind of work so many times, or to all that waits for it."""
        lines = self.run(name, act, str(count), str(self.next), *rest)
        done = [int(line.split()[1]) for line in lines if line.startswith("DONE")]
        about = [int(line.split()[1]) for line in lines if line.startswith("ABOUT")]
        self.confirmed[act] += done
        # What was not confirmed is done again if it was not done.
        self.uncertain[act] = (self.uncertain[act] | set(about)) - set(done)
        self.next += count

    def any_work(self, name: str, count: int, *rest: str) -> None:
        self.work(name, self.random.choice(sorted(WORKS[name])), count, *rest)

    def kill_relay(self) -> None:
        port = self.relay.port
        self.relay.kill()
        self.kills += 1
        self.relay = ProcessRelay(self.folder / "relay", "--port", str(port))

    def settle(self) -> None:
        """Let both couriers go round until nothing waits, and the retry pauses are over."""
        for _ in range(3):
            for name in ("party", "mediator"):
                self.make_due(name)
                self.run(name, "sync")

    def make_due(self, name: str) -> None:
        desk = self.desk(name)
        with desk.vault.transaction() as connection:
            connection.execute("UPDATE outbox SET due = 0")
        desk.vault.close()

    def decide(self) -> None:
        """Have all that waits for the party answered and judged, and the answers opened."""
        for act in ("answer", "judge"):
            self.work("party", act, 1)
        self.settle()
        lines = self.run("mediator", "outcome")
        assert lines == ["OUTCOME carried"] * len(lines), "a confirmed answer was lost"
        self.settle()

    def judge(self) -> None:
        """What was confirmed is there once, in order, at both ends; what was not, once at most."""
        for act, marker in MARKERS.items():
            shown = {name: self.shown(name, marker) for name in DESKS}
            assert shown["party"] == shown["mediator"], (act, shown)
            here = shown["party"]
            assert len(here) == len(set(here)), "shown twice"
            certain = [n for n in here if n not in self.uncertain[act]]
            assert certain == self.confirmed[act], "lost or out of order"
            assert set(here) <= set(self.confirmed[act]) | self.uncertain[act]

    def shown(self, name: str, marker: str) -> list[int]:
        lines = self.run(name, "show")
        assert "JOURNAL refused" not in lines, "an honest letter was refused"
        return [int(line.split()[-1]) for line in lines if line.startswith(marker)]


@contextmanager
def scene(folder: Path, seed: int) -> Iterator[Scene]:
    """A mediation of a mediator and one party, joined and with its rules accepted."""
    built = Scene(folder, random.Random(seed))  # noqa: S311 - which kill comes when
    try:
        for name in DESKS:
            create(folder / name, PASSPHRASE, cost=CHEAP)
        mediator, party = built.desk("mediator"), built.desk("party")
        session.open_channel(
            mediator,
            title="Talks",
            mediator="Qatar",
            relay=built.relay.url,
            pin=built.relay.pin,
            vouchers=[vouchers.written(built.relay.issue()) for _ in range(2)],
        )
        line = session.invite(mediator, "", "US")
        with Carrier(built.relay.url, built.relay.pin) as way:
            courier.sync(mediator, lambda _: way)
            session.join(party, line, lambda _: way)
        mediator.vault.close()
        party.vault.close()
        yield built
    finally:
        built.relay.kill()


def begin(built: Scene, *rest: str) -> None:
    """Greet, be welcomed, accept the rules: the party's first round may be killed on the way."""
    built.run("party", "sync", *rest)
    for name in ("party", "mediator", "party"):
        built.run(name, "sync")
    party = built.desk("party")
    session.accept_rules(party)
    party.vault.close()
    built.settle()


def one_kill(built: Scene, stop: str, skip: int) -> None:
    """Kill one desk at one stop, in whatever it does there."""
    halt = ("--halt-at", stop, "--skip", str(skip))
    name = built.random.choice(DESKS)
    other = DESKS[1 - DESKS.index(name)]
    if stop in {"sealed", "before commit", "after commit"} and built.random.random() < 0.5:
        built.any_work(name, 3, *halt)
        return
    built.any_work(other, 2)
    built.any_work(name, 1)
    built.run(other, "sync")
    built.run(name, "sync", *halt)


def in_words(built: Scene, seed: int) -> str:
    did = ", ".join(f"{act} {len(numbers)}" for act, numbers in built.confirmed.items())
    said = sum(len(numbers) for numbers in built.confirmed.values())
    unsure = sum(len(numbers) for numbers in built.uncertain.values())
    return (
        f"{built.kills} kills with seed {seed}: {said} things done and confirmed ({did}), all "
        f"there once and in order at both desks; {unsure} killed before they were confirmed\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, scene(Path(folder), given.seed) as built:
        begin(built, "--halt-at", "after rotate")
        while built.kills < given.kills:
            if built.random.randrange(6) == 0:
                built.say("party", 2)
                built.run("party", "sync")
                built.kill_relay()
            else:
                one_kill(built, built.random.choice(STOPS[:10]), built.random.randrange(3))
        built.settle()
        built.decide()
        built.judge()
        sys.stdout.write(in_words(built, given.seed))


if __name__ == "__main__":
    main()
