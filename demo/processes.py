"""The processes of the demo: started, watched, and all of them ended whatever happens.

Promises: each process is the head of its own group, so that nothing it started outlives it; a
signal that arrives while one is being started waits until that one is known; `end` first asks,
then forces, and returns when none is left.
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, MappingProxyType
from typing import IO

GRACE = 8.0  # seconds: the relay promises to end within five
LONGEST = 60.0  # seconds one command may take on a slow machine
WIDE = 200  # columns: what a command writes for us is not broken into lines
PAUSE = 0.3  # seconds between looks


class DemoFailedError(Exception):
    """The demo cannot go on. Says what was expected and what came."""


class StoppedError(BaseException):
    """A signal asks the demo to end. Not an Exception: nothing on the way may swallow it."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


@dataclass(slots=True)
class Interruptions:
    """Signals that ask the demo to end, held back while a process is being started or ended."""

    holds: int = 0
    waiting: int = 0

    def watch(self) -> None:
        """Take the signals from now on."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._take)

    def _take(self, number: int, _: FrameType | None) -> None:
        self.waiting = number
        if not self.holds:
            raise StoppedError(number)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Let no signal in between; raise the one that came when it is over."""
        self.holds += 1
        try:
            yield
        finally:
            self.holds -= 1
        if self.waiting and not self.holds:
            raise StoppedError(self.waiting)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def words(self) -> str:
        """What it said about its end, on one line."""
        return " ".join((self.err or self.out).split())


@dataclass(slots=True)
class Processes:
    """All processes of one demo."""

    interruptions: Interruptions
    environment: dict[str, str]
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    short: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    count: int = 0

    def start(self, name: str, command: Sequence[str], log: Path) -> None:
        """Start a process that stays, its output in a file."""
        with self.interruptions.held(), log.open("wb") as out:
            self.running[name] = self._popen(command, out, subprocess.STDOUT)

    def run(self, *commands: Sequence[str], columns: int = WIDE) -> list[Outcome]:
        """Run commands at the same time, each writing this wide, and return how each ended."""
        wide = {"COLUMNS": str(columns)}
        with self.interruptions.held():
            children = [self._popen(c, subprocess.PIPE, subprocess.PIPE, wide) for c in commands]
            self.short += children
        self.count += len(children)
        outcomes = [self._finish(child) for child in children]
        self.short.clear()
        return outcomes

    def _popen(
        self,
        command: Sequence[str],
        out: int | IO[bytes],
        err: int,
        more: Mapping[str, str] = MappingProxyType({}),
    ) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env={**self.environment, **more},
            start_new_session=True,
        )

    def _finish(self, child: "subprocess.Popen[bytes]") -> Outcome:
        try:
            out, err = child.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired as error:
            raise DemoFailedError(f"a command took longer than {LONGEST:.0f} s") from error
        return Outcome(child.returncode, out.decode(), err.decode())

    def check(self) -> None:
        """Raises: DemoFailedError, when a process that should stay has ended."""
        for name, process in self.running.items():
            if process.poll() is not None:
                raise DemoFailedError(f"{name} ended by itself with exit code {process.returncode}")

    def end(self) -> None:
        """End all that runs: ask, wait, then force."""
        with contextlib.suppress(StoppedError), self.interruptions.held():
            everything = [*self.short, *self.running.values()]
            for number in (signal.SIGTERM, signal.SIGKILL):
                for process in everything:
                    _tell_group(process.pid, number)
                _wait(everything)
            self.running.clear()
            self.short.clear()

    @property
    def numbers(self) -> tuple[int, ...]:
        """The number of each process that stays; it is that of its group as well."""
        return tuple(process.pid for process in self.running.values())

    def leave(self) -> None:
        """Let them run on their own."""
        for process in self.running.values():
            process.returncode = 0  # nobody waits for it any more, and that is meant
        self.running.clear()


def _tell_group(group: int, number: int) -> None:
    # Also after its head has ended: what it started may still be there.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _wait(processes: Sequence["subprocess.Popen[bytes]"]) -> None:
    deadline = time.monotonic() + GRACE
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(deadline - time.monotonic(), 0.1))
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def pause() -> None:
    """Wait a moment before looking again."""
    threading.Event().wait(PAUSE)
