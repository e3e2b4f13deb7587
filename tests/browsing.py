"""A real browser at real desks: a relay, a page for each desk, one browser profile for each.

Every desk's page is a process of its own, as is the relay; the browser is Debian's Chromium.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

PASSPHRASE = "a long walk in Doha"  # noqa: S105 - of a test
READY = re.compile(r"^relay ready at (\S+) pin ([0-9a-f]*)$", re.MULTILINE)
OPENED = re.compile(r"http://127\.0\.0\.1:\d+/enter\?token=[0-9a-f]{64}")
SECONDS = 30.0
# A busy machine: what is waited for is there at once on an idle one.
expect.set_options(timeout=120_000)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """Return where Chromium is, or skip the test with the reason."""
    for name in CHROMIUM:
        if found := shutil.which(name):
            return found
    pytest.skip("Chromium is not installed: `apt-get install chromium` lets this test run")


@dataclass(slots=True)
class Machine:
    """A folder with desks, and the processes that were started in it."""

    home: Path
    running: ExitStack = field(default_factory=ExitStack)
    processes: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)

    def __post_init__(self) -> None:
        secret = self.home / "passphrase"
        secret.write_text(f"{PASSPHRASE}\n", encoding="utf-8")
        secret.chmod(0o600)

    def command(self, desk: str, *words: str | Path) -> list[str]:
        start = [sys.executable, "-m", "backchannel", "--home", str(self.home / "desks")]
        named = ["--desk", desk] if desk else []
        phrase = ["--passphrase-file", str(self.home / "passphrase")]
        return [*start, *named, *phrase, *map(str, words)]

    def do(self, desk: str, *words: str | Path) -> str:
        """Run one command at a desk and return what it wrote."""
        ran = subprocess.run(
            self.command(desk, *words), capture_output=True, text=True, check=False, timeout=SECONDS
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def start(self, name: str, command: list[str], pattern: re.Pattern[str]) -> re.Match[str]:
        """Start a process that ends with the machine; return what its first words say."""
        log = self.home / f"{name}.log"
        file = self.running.enter_context(log.open("w"))
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)
        self.running.callback(_end, process)
        self.processes[name] = process
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            if found := pattern.search(log.read_text()):
                return found
            assert process.poll() is None, log.read_text()
            time.sleep(0.05)  # a process that is starting: there is nothing to wait on
        raise AssertionError(f"{name} did not start: {log.read_text()}")

    def kill(self, name: str) -> None:
        """End a process as a power cut would."""
        self.processes[name].kill()
        self.processes[name].wait()

    def relay(self, port: str = "0") -> tuple[str, str, Path]:
        """Start a relay; return its address, its pin and a file of vouchers."""
        data, vouchers = self.home / "relay", self.home / "vouchers"
        serving = ("relay", "serve", "--data", str(data), "--port", port, "--tls", "own")
        ready = self.start("relay", [sys.executable, "-m", "backchannel", *serving], READY)
        issued = self.do("", "relay", "vouchers", "--data", data, "--count", "12")
        vouchers.write_text(issued)
        vouchers.chmod(0o600)
        return ready[1], ready[2], vouchers

    def page(self, desk: str) -> str:
        """Start a desk's page; return the address that opens it once."""
        command = self.command(desk, "desk", "open", "--no-browser")
        return self.start(f"page of {desk}", command, OPENED)[0]


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def chrome() -> Iterator[Browser]:
    """Give a browser; its sandbox is off, for tests may run as root and look at our pages alone."""
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def enter(browser: Browser, address: str) -> Page:
    """Return a page of a new browser profile, behind the unlocked desk's door."""
    page = browser.new_context().new_page()
    page.goto(address)
    page.wait_for_url("**/unlock")
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_role("heading", name="Channels")).to_be_visible()
    return page


@contextmanager
def machine(home: Path) -> Iterator[Machine]:
    made = Machine(home)
    os.environ.setdefault("HOME", str(home))
    with made.running:
        yield made
