"""The courier as a process of its own, with a real relay: it carries, and ends when told."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from backchannel.post import vouchers
from backchannel.post.messages import Answer, Request
from desk_terminal import Terminal
from hostile_relay import MemoryRelay
from relays import ProcessRelay

SECONDS = 30


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[ProcessRelay]:
    relay = ProcessRelay(tmp_path / "relay")
    yield relay
    relay.kill()


def command(terminal: Terminal, desk: str, *args: str) -> list[str]:
    before = ("--home", str(terminal.home), "--passphrase-file", str(terminal.passphrase))
    return [sys.executable, "-m", "backchannel", *before, "--desk", desk, *args]


def run(terminal: Terminal, desk: str, *args: str, typed: str = "") -> str:
    done = subprocess.run(
        command(terminal, desk, *args),
        input=typed, capture_output=True, text=True, check=False, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


class TellingRelay(MemoryRelay):
    """A relay in memory; whoever operates the desk sends this process a signal at the first ask."""

    def ask(self, request: Request) -> Answer:
        signal.raise_signal(signal.SIGTERM)
        return super().ask(request)


def test_a_courier_that_is_told_to_stop_gives_the_signals_back(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "home", TellingRelay())
    terminal.open_channel()
    terminal.do("qatar", "invite", "Iran")
    before = signal.getsignal(signal.SIGTERM)
    assert terminal.do("qatar", "courier").startswith("Stopped. Sent 0, and fetched")
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.processes
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_courier_carries_until_it_is_told_to_stop(
    tmp_path: Path, relay: ProcessRelay, number: signal.Signals
) -> None:
    terminal = Terminal(tmp_path / "home")
    for desk in ("qatar", "iran"):
        terminal.do("", "desk", "create", desk)
    lines = "\n".join(vouchers.written(relay.issue()) for _ in range(2))
    where = ("--relay", relay.url, "--pin", relay.pin.hex(), "--vouchers", "-")
    run(terminal, "qatar", "channel", "open", "T", "--as-mediator", "Qatar", *where, typed=lines)
    invitation = run(terminal, "qatar", "invite", "Iran")
    run(terminal, "qatar", "sync")
    run(terminal, "iran", "join", invitation)
    run(terminal, "iran", "sync")
    with subprocess.Popen(
        command(terminal, "qatar", "courier"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as courier:  # fmt: skip
        try:
            assert courier.stderr is not None
            assert "carries letters" in courier.stderr.readline()
            # Until the welcome is there: the courier takes the greeting in and answers it.
            while "caucus of Iran with Qatar" not in run(terminal, "iran", "caucus"):
                run(terminal, "iran", "sync")
            second = subprocess.run(
                command(terminal, "qatar", "courier"),
                capture_output=True, text=True, check=False, timeout=SECONDS,
            )  # fmt: skip
            assert second.returncode == 1
            assert "backchannel: another courier" in second.stderr
            os.kill(courier.pid, number)
            out, errors = courier.communicate(timeout=SECONDS)
        finally:
            courier.kill()
    assert courier.returncode == 0, errors
    assert out.startswith("Stopped. Sent 1, and fetched")
    assert "Traceback" not in errors
