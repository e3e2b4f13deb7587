"""Desks worked through the command line alone, around a relay in memory."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path

from typer.testing import CliRunner, Result

from backchannel.cli import app
from backchannel.desk.commands.setting import World
from backchannel.desk.vault import open_vault
from backchannel.post import vouchers
from hostile_relay import MemoryRelay
from mediation import CHEAP, RELAY, Clock

PASSPHRASE = "a long walk\n"  # noqa: S105 - of desks that live for one test
BOTH = (("US", "us"), ("Iran", "iran"))  # the party, its desk
_MENTIONED = re.compile(r"\b[0-9a-f]{8}\b")


def plain(text: str) -> str:
    """Return printed text on one line, without bars: where it wraps is no promise."""
    return " ".join(text.replace("│", " ").split())


@dataclass
class Terminal:
    """A home folder with desks, and a world that stands still unless it is moved."""

    home: Path
    relay: MemoryRelay = field(default_factory=MemoryRelay)
    clock: Clock = field(default_factory=Clock)
    paused: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.home.mkdir(exist_ok=True)
        self.passphrase = self.write("passphrase", PASSPHRASE)
        self.passphrase.chmod(0o600)

    @property
    def world(self) -> World:
        return World(
            now=self.clock,
            relays=lambda _: self.relay,
            pause=self.paused.append,
            zone=UTC,
            cost=CHEAP,
        )

    def write(self, name: str, text: str) -> Path:
        path = self.home.parent / name
        path.write_text(text, encoding="utf-8")
        return path

    def run(
        self, desk: str, *args: str, typed: str = "", world: World | None = None, columns: int = 80
    ) -> Result:
        """Run a command at a desk, without looking at how it ends."""
        before = ("--home", str(self.home), "--passphrase-file", str(self.passphrase))
        named = ("--desk", desk) if desk else ()
        env = {"BACKCHANNEL_DEBUG": None, "COLUMNS": str(columns), "FORCE_COLOR": None}
        return CliRunner().invoke(
            app, [*before, *named, *args], input=typed, obj=world or self.world, env=env
        )

    def do(self, desk: str, *args: str, typed: str = "") -> str:
        """Run a command that must work, and return what it printed on stdout."""
        result = self.run(desk, *args, typed=typed)
        assert result.exit_code == 0, result.output
        return result.stdout

    def id_of(self, desk: str, *args: str) -> str:
        """Run a command that must work, and return the identifier it names first."""
        found = _MENTIONED.search(self.do(desk, *args))
        assert found is not None
        return found[0]

    def refused(self, desk: str, *args: str, code: int = 1, typed: str = "") -> str:
        """Run a command that must be refused in one sentence, and return that sentence."""
        return refusal(self.run(desk, *args, typed=typed), code)

    def sync(self, *desks: str) -> None:
        for _ in range(2):
            for desk in desks:
                self.do(desk, "sync")

    def vouchers(self, count: int) -> Path:
        lines = [vouchers.written(self.relay.issue()) for _ in range(count)]
        return self.write("vouchers", "\n".join(lines) + "\n")

    def open_channel(self, desk: str = "qatar", title: str = "Talks", count: int = 8) -> None:
        self.do("", "desk", "create", desk)
        given = ("--as-mediator", "Qatar", "--relay", RELAY)
        self.do(desk, "channel", "open", title, *given, "--vouchers", str(self.vouchers(count)))

    def joined(self, party: str, desk: str) -> None:
        """Have a party invited, joined and welcomed; not verified yet."""
        self.do("", "desk", "create", desk)
        line = self.do("qatar", "invite", party).strip()
        self.sync("qatar")
        self.do(desk, "join", line)
        self.sync(desk, "qatar")
        self.do(desk, "rules", "accept")
        self.sync(desk, "qatar")

    def verified(self, party: str, desk: str) -> None:
        self.do("qatar", "verify", party, "--heard", self.words(desk))
        self.do(desk, "verify", "--heard", self.words("qatar", party))

    def words(self, desk: str, *party: str) -> str:
        return self.do(desk, "verify", *party).split("\n")[1].strip()


def refusal(result: Result, code: int) -> str:
    """Return the one sentence on stderr; anything else is a failure."""
    lines = [line for line in result.stderr.split("\n") if line.startswith("backchannel: ")]
    assert result.exit_code == code, result.output
    assert len(lines) == 1, result.output
    assert "Traceback" not in result.output
    return lines[0].removeprefix("backchannel: ")


def talks(home: Path, parties: Sequence[tuple[str, str]] = BOTH) -> Terminal:
    """Return a mediation in which all parties have joined and were verified."""
    terminal = Terminal(home)
    terminal.open_channel()
    for party, desk in parties:
        terminal.joined(party, desk)
        terminal.verified(party, desk)
    return terminal


def contents(terminal: Terminal, desk: str) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of a desk's vault: what must not change when something is refused."""
    with (
        open_vault(terminal.home / desk, PASSPHRASE.strip()) as vault,
        vault.read() as connection,
    ):
        names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        return {
            name: connection.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608 - of the schema
            for (name,) in names
        }
