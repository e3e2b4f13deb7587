"""Working a desk as a person does: the command `backchannel`, run as a process of its own.

Nothing in the demo opens a vault or speaks to the relay by another way.
"""

import json
import os
import re
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from demo.processes import WIDE, DemoFailedError, Outcome, Processes, pause

REFUSED = 1  # the exit code of a request that was understood and refused
PATIENCE = 30.0  # seconds to wait for something to arrive

T = TypeVar("T")


def backchannel(*words: str | Path) -> list[str]:
    """Return the command line of one call."""
    return [sys.executable, "-m", "backchannel", *map(str, words)]


def environment(outer: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the environment of our processes: no desk, proxy or colour of the person's own."""
    ours = {
        key: value
        for key, value in outer.items()
        if not key.startswith("BACKCHANNEL_") and not key.casefold().endswith("_proxy")
    }
    return ours | {"NO_COLOR": "1", "TERM": "dumb", "PYTHONUTF8": "1"}


def desk_names(names: Iterable[str], *, taken: Iterable[str] = ("mediator",)) -> dict[str, str]:
    """Return for each seat what its desk is called on this machine, each another.

    >>> desk_names(["P5+1", "Russia side", "Iran"])
    {'P5+1': 'p5-1', 'Russia side': 'russia-side', 'Iran': 'iran'}
    """
    chosen: dict[str, str] = {}
    for number, name in enumerate(names, start=1):
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:30] or "seat"
        chosen[name] = f"{slug}-{number}" if slug in {*taken, *chosen.values()} else slug
    return chosen


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal at one participant's desk."""

    processes: Processes
    seat: str
    desk: str
    home: Path
    passphrase: Path

    def command(self, *words: str | Path) -> list[str]:
        """Return the command line for this desk."""
        place = ("--home", self.home, "--desk", self.desk, "--passphrase-file", self.passphrase)
        return backchannel(*place, *words)

    def run(self, *words: str | Path) -> str:
        """Run a command and return what it wrote. Raises: DemoFailedError."""
        (outcome,) = self.processes.run(self.command(*words))
        return told(outcome, words)

    def read(self, *words: str | Path) -> Any:  # noqa: ANN401 - JSON of any shape
        """Run a command that answers in JSON and return its content. Raises: DemoFailedError."""
        return from_json(self.run(*words, "--json"))

    def refused(self, *calls: Sequence[str | Path]) -> list[str]:
        """Run commands that must be refused; return the sentences. Raises: DemoFailedError."""
        outcomes = self.processes.run(*(self.command(*words) for words in calls))
        for outcome, words in zip(outcomes, calls, strict=True):
            if outcome.code != REFUSED:
                raise DemoFailedError(
                    f"`backchannel {' '.join(map(str, words))}` was to be refused and ended with "
                    f"exit code {outcome.code}: {outcome.words}"
                )
        return [outcome.words.removeprefix("backchannel: ") for outcome in outcomes]


def at_once(*calls: tuple[Terminal, Sequence[str | Path]], columns: int = WIDE) -> list[str]:
    """Run commands at several desks at the same time. Raises: DemoFailedError."""
    processes = calls[0][0].processes
    commands = (terminal.command(*words) for terminal, words in calls)
    outcomes = processes.run(*commands, columns=columns)
    return [told(outcome, words) for outcome, (_, words) in zip(outcomes, calls, strict=True)]


def told(outcome: Outcome, words: Sequence[str | Path]) -> str:
    """Return what a command wrote. Raises: DemoFailedError, if it did not end well."""
    if outcome.code:
        raise DemoFailedError(
            f"`backchannel {' '.join(map(str, words))}` ended with exit code {outcome.code}: "
            f"{outcome.words[:600]}"
        )
    return outcome.out


def from_json(text: str) -> Any:  # noqa: ANN401 - JSON of any shape
    """Return the content. Raises: DemoFailedError."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise DemoFailedError(f"a command was to answer in JSON and wrote: {text[:300]}") from error


def wait_for(what: str, processes: Processes, look: Callable[[], T | None]) -> T:
    """Look again and again until there is something. Raises: DemoFailedError, after a while."""
    deadline = time.monotonic() + PATIENCE
    while True:
        # Before the first look too: looking is a command, and what was just sent is on its way.
        pause()
        if (seen := look()) is not None:
            return seen
        processes.check()
        if time.monotonic() > deadline:
            raise DemoFailedError(f"{what} did not come within {PATIENCE:.0f} s")


def settle(*terminals: Terminal) -> None:
    """Wait until all that these desks sent has been taken in at the other end.

    A desk counts a letter as waiting until the desk it went to has acknowledged it inside the
    session: what the relay says of it does not count.
    """
    left = list(terminals)

    def settled() -> bool | None:
        pages = at_once(*((terminal, ("status", "--json")) for terminal in left))
        waits = [any(c["waiting"] for c in caucuses(from_json(page))) for page in pages]
        left[:] = [terminal for terminal, waiting in zip(left, waits, strict=True) if waiting]
        return None if left else True

    names = " and ".join(terminal.seat for terminal in terminals)
    wait_for(f"the acknowledgement of what {names} sent", terminals[0].processes, settled)


def once_it_is_there(missing: str, *calls: tuple[Terminal, Sequence[str | Path]]) -> None:
    """Run commands as soon as what they need has arrived; until then they are refused.

    Args:
        missing: words of the sentence that says it has not arrived yet.
        calls: the desks and their commands.

    Raises:
        DemoFailedError: a command ended otherwise, or it did not arrive.
    """
    left = list(calls)
    processes = calls[0][0].processes

    def done() -> bool | None:
        outcomes = processes.run(*(terminal.command(*words) for terminal, words in left))
        again = []
        for outcome, call in zip(outcomes, left, strict=True):
            if outcome.code == REFUSED and missing in outcome.err:
                again.append(call)
            else:
                told(outcome, call[1])
        left[:] = again
        return None if left else True

    wait_for(f"what `{calls[0][1][0]}` needs", processes, done)


def caucuses(channels: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - as `status --json` gives it
    """Return how each caucus of a desk stands."""
    return [caucus for channel in channels for caucus in channel["caucuses"]]
