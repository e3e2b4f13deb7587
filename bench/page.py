"""The page's speed: a long channel, news on the other desk's page, memory over many views.

Real processes: a relay and a desk's page each, asked over loopback as a browser would, forms, marks
and the stream of news included; what a browser needs to draw is not in the figures. Beside them
stands, in the same run, what the machine needs for the same without our software: an answer of the
same size from the same web server that does nothing. Prints machine, versions and medians.

    python bench/page.py [--events 10000] [--notes 200] [--views 1000]
"""

import argparse
import http.client
import math
import secrets
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

# Started as a script, Python looks for modules beside this file only.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import uvicorn
from bench.loads.figures import machine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from backchannel.channel.handling import AS_OURS
from backchannel.desk import session
from backchannel.desk.commands.setting import now_in_utc
from backchannel.desk.desk import Desk
from backchannel.desk.vault import open_vault
from browsing import PASSPHRASE, Machine
from browsing import machine as place
from page_desks import Forms

SECONDS = 30.0
SEE_OTHER = 303


@dataclass(slots=True)
class Browser:
    """One session at a desk's page. `at`: host and port; `cookie`: as the desk gave it."""

    at: str
    cookie: str = ""

    def ask(self, method: str, path: str, fields: dict[str, list[str]] | None = None) -> "Answer":
        """Return an answer with the seconds to its first byte and to its last."""
        connection = http.client.HTTPConnection(self.at, timeout=SECONDS)
        headers = {"Cookie": self.cookie, "Origin": f"http://{self.at}"}
        body = None
        if fields is not None:
            body = urlencode(fields, doseq=True)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        first = answer.read(1)
        to_first = time.perf_counter() - began
        text = (first + answer.read()).decode()
        whole = time.perf_counter() - began
        connection.close()
        return Answer(answer.status, text, to_first, whole, answer.headers.get("set-cookie") or "")

    def send(self, on: str, action: str, **fields: str) -> "Answer":
        """Fill in a form of a page and send it."""
        page = self.ask("GET", on).text
        stood = next(found for at, found in Forms(page).found if at == action)
        typed = {name: [value] for name, value in fields.items()}
        return self.ask("POST", action, {**stood, **typed})


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. `first`, `whole`: seconds to the first byte and to the last."""

    status: int
    text: str
    first: float
    whole: float
    set_cookie: str


def opened(home: Machine, desk: str) -> Browser:
    """Start a desk's page, and unlock it."""
    address = home.page(desk).removeprefix("http://")
    at, _, way = address.partition("/")
    browser = Browser(at)
    browser.cookie = browser.ask("GET", f"/{way}").set_cookie.partition(";")[0]
    if browser.send("/unlock", "/unlock", passphrase=PASSPHRASE).status != SEE_OTHER:
        raise RuntimeError(f"the desk {desk} was not unlocked")
    return browser


def talks(home: Machine) -> None:
    """Open a channel of Qatar's with one party that has joined and accepted the rules."""
    url, pin, vouchers = home.relay()
    for desk in ("Qatar", "Iran"):
        home.do("", "desk", "create", desk)
    way = ("--relay", url, "--pin", pin, "--vouchers", vouchers)
    home.do("Qatar", "channel", "open", "Detainees", "--as-mediator", "Qatar", *way)
    line = home.do("Qatar", "invite", "Iran").strip()
    home.do("Qatar", "sync")
    home.do("Iran", "join", line)
    for desk in ("Iran", "Qatar", "Iran"):
        home.do(desk, "sync")
    home.do("Iran", "rules", "accept")


@contextmanager
def vault_of(home: Machine, name: str) -> Iterator[Desk]:
    """Give a desk's vault, opened beside whatever else has it open."""
    with open_vault(home.home / "desks" / name, PASSPHRASE) as vault:
        yield Desk(vault, now_in_utc, secrets.token_bytes)


def address_of(home: Machine, name: str) -> str:
    """Return the address of the caucus of the one channel at a desk."""
    with vault_of(home, name) as desk:
        (channel,) = session.channels(desk)
        with_seat = f"/with/{channel.caucuses[0].caucus}" if channel.role == "mediator" else ""
        return f"/c/{channel.channel}{with_seat}"


class News(threading.Thread):
    """A page that is open at the other desk: asks again whenever its stream says so."""

    def __init__(self, browser: Browser, path: str) -> None:
        super().__init__(daemon=True)
        self._browser, self._path = browser, path
        self.seen: dict[str, float] = {}
        self._wanted = ""
        self._came = threading.Event()

    def run(self) -> None:
        """Read the stream until the desk ends it."""
        connection = http.client.HTTPConnection(self._browser.at, timeout=10 * SECONDS)
        connection.request("GET", "/news", headers={"Cookie": self._browser.cookie})
        stream = connection.getresponse()
        while line := stream.readline():
            if line.startswith(b"event: changed") and self._wanted:
                page = self._browser.ask("GET", self._path).text
                if self._wanted in page:
                    self._wanted = ""
                    self._came.set()

    def after(self, words: str, say: Callable[[], object]) -> float:
        """Return the seconds from saying something until this page shows it."""
        self._came.clear()
        self._wanted = words
        began = time.perf_counter()
        say()
        if not self._came.wait(SECONDS):
            raise RuntimeError("the note has not come")
        return time.perf_counter() - began


def news(home: Machine, count: int) -> list[float]:
    """Return, sorted, how long notes took from one desk's form to the other's page, in seconds."""
    mediator, party = opened(home, "Qatar"), opened(home, "Iran")
    there, here = address_of(home, "Qatar"), address_of(home, "Iran")
    watching = News(mediator, there)
    watching.start()
    time.sleep(2)  # both couriers listen by then
    took = []
    for number in range(count + 5):
        words = f"note {number:06} {secrets.token_hex(4)}"
        stood = next(f for at, f in Forms(party.ask("GET", here).text).found if at == f"{here}/say")
        typed = {**stood, "text": [words]}
        took.append(watching.after(words, lambda t=typed: party.ask("POST", f"{here}/say", t)))  # type: ignore[misc]
    return sorted(took[5:])


def filled(home: Machine, count: int) -> None:
    """Write events at both desks; nothing carries them."""
    with vault_of(home, "Iran") as desk:
        for number in range(count):
            session.say(desk, text=f"We could free prisoner {number}.", handling=AS_OURS)
    with vault_of(home, "Qatar") as desk:
        for number in range(count):
            session.remark(desk, "", "Iran", text=f"They ask of prisoner {number}.")


@contextmanager
def floor(size: int) -> Iterator[Browser]:
    """Give the same web server with an answer of that size, made beforehand."""
    body = "x" * size

    async def answer(_: Request) -> HTMLResponse:
        return HTMLResponse(body)

    config = uvicorn.Config(
        Starlette(routes=[Route("/", answer)]), port=0, log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    host, port = server.servers[0].sockets[0].getsockname()
    yield Browser(f"{host}:{port}")
    server.should_exit = True
    thread.join()


def resident(pid: int) -> float:
    """Return what a process holds in memory, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    (line,) = (each for each in status.splitlines() if each.startswith("VmRSS:"))
    return int(line.split()[1]) / 1_024


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that this share of all sorted values does not exceed."""
    return values[min(len(values), math.ceil(share * len(values))) - 1]


def views(home: Machine, name: str, count: int) -> None:
    """Print the speed of a long caucus's page, and the memory over many views."""
    browser, path = opened(home, name), address_of(home, name)
    began = time.perf_counter()
    size = len(browser.ask("GET", path).text.encode())
    cold = time.perf_counter() - began
    pid = home.processes[f"page of {name}"].pid
    answers, memory = [], []
    for number in range(count):
        answers.append(browser.ask("GET", path))
        if number % max(1, count // 10) == 0:
            memory.append(resident(pid))
    memory.append(resident(pid))
    first = sorted(each.first for each in answers)
    with floor(size) as nothing:
        bare = statistics.median(nothing.ask("GET", "/").first for _ in range(count))
    middle = statistics.median(first)
    print(
        f"{name}: {size / 1_000:.0f} KB, first byte {1_000 * middle:.1f} ms"
        f" (p99 {1_000 * percentile(first, 0.99):.1f}), the first view {1_000 * cold:.0f} ms;"
        f" the web server alone {1_000 * bare:.2f} ms: {middle / bare:.0f} times"
    )
    print(f"  memory over {count} views, MiB: {', '.join(f'{each:.0f}' for each in memory)}")


def main() -> None:
    """Measure, and print it."""
    reading = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    reading.add_argument("--events", type=int, default=10_000)
    reading.add_argument("--notes", type=int, default=200)
    reading.add_argument("--views", type=int, default=1_000)
    given = reading.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as folder, place(Path(folder)) as home:
        talks(home)
        took = news(home, given.notes)
        print(
            f"a note on the other desk's page: p50 {1_000 * percentile(took, 0.5):.0f} ms,"
            f" p99 {1_000 * percentile(took, 0.99):.0f} ms, worst {1_000 * took[-1]:.0f} ms"
            f" (n = {len(took)})"
        )
        for name in ("relay", "page of Qatar", "page of Iran"):
            home.kill(name)
        filled(home, given.events)
        for name in ("Iran", "Qatar"):
            views(home, name, given.views)


if __name__ == "__main__":
    main()
