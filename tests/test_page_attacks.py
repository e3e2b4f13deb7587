"""Attacks on the desk's page from the same browser: a page on another port tries each of them."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import Machine, chrome, enter, machine

HOSTILE = """<!doctype html><title>hostile</title>
<iframe id="frame" src="{desk}/"></iframe>
<img id="picture" src="{desk}/static/desk.svg">
<script src="{desk}/static/htmx-2.min.js"></script>
<form id="form" method="post" action="{desk}/lock" target="frame2">
<input name="mark" value="x"></form>
<iframe name="frame2"></iframe>
<script>
const told = {{}};
const tries = {{
  read: () => fetch("{desk}/", {{credentials: "include"}}).then(r => r.text()),
  blind: () => fetch("{desk}/", {{credentials: "include", mode: "no-cors"}}).then(r => r.type),
  post: () => fetch("{desk}/lock", {{method: "POST", credentials: "include", mode: "no-cors",
    body: new URLSearchParams({{mark: "x"}})}}).then(r => r.type),
  json: () => fetch("{desk}/lock", {{method: "POST", credentials: "include",
    headers: {{"Content-Type": "application/json"}}, body: "{{}}"}}).then(r => r.text()),
  news: () => new Promise((good, bad) => {{
    const source = new EventSource("{desk}/news", {{withCredentials: true}});
    source.onopen = () => good("open"); source.onerror = () => bad("closed");
  }}),
  socket: () => new Promise((good, bad) => {{
    const socket = new WebSocket("{desk}/news".replace("http", "ws"));
    socket.onopen = () => good("open"); socket.onerror = () => bad("closed");
  }}),
}};
async function attack() {{
  for (const [name, attempt] of Object.entries(tries)) {{
    try {{ told[name] = await attempt(); }} catch (error) {{ told[name] = "refused"; }}
  }}
  told.script = typeof window.htmx;
  told.picture = document.getElementById("picture").naturalWidth;
  document.getElementById("form").submit();
  return told;
}}
</script>"""


class _Serving(BaseHTTPRequestHandler):
    page = ""

    def do_GET(self) -> None:
        body = self.page.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is inherited
        """Say nothing."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chrome() as found:
        yield found


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path) as made:
        yield made


@pytest.fixture
def hostile() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), _Serving)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def desk_of(place: Machine, browser: Browser) -> Page:
    place.do("", "desk", "create", "qatar")
    place.do("qatar", "channel", "open", "Detainees and funds", "--as-mediator", "Qatar")
    page = enter(browser, place.page("qatar"))
    expect(page.get_by_role("link", name="Detainees and funds")).to_be_visible()
    return page


def test_a_page_on_another_port_reads_nothing_and_does_nothing(
    place: Machine, browser: Browser, hostile: HTTPServer
) -> None:
    page = desk_of(place, browser)
    desk = page.url.rstrip("/")
    _Serving.page = HOSTILE.format(desk=desk)
    # In the same browser profile, so that the desk's cookie is there to be misused.
    other = page.context.new_page()
    other.goto(f"http://127.0.0.1:{hostile.server_port}/")
    told = other.evaluate("attack()")
    assert told == {
        "read": "refused",
        "blind": "refused",
        "post": "refused",
        "json": "refused",
        "news": "refused",
        "socket": "refused",
        "script": "undefined",
        "picture": 0,
    }
    for frame in other.frames:
        assert "Detainees" not in frame.content()
    # Nothing was done: the desk is not locked, and a form of its own works.
    page.reload()
    expect(page.get_by_role("link", name="Detainees and funds")).to_be_visible()


def test_the_address_alone_opens_nothing_and_a_launch_opens_once(
    place: Machine, browser: Browser
) -> None:
    page = desk_of(place, browser)
    desk = page.url
    stranger = browser.new_context().new_page()
    for address in (desk, f"{desk}news", f"{desk}unlock", f"{desk}enter?token=guess", f"{desk}c/x"):
        answer = stranger.goto(address)
        assert answer is not None
        assert answer.status == 403
        assert "Detainees" not in stranger.content()
    (cookie,) = page.context.cookies()
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert cookie["name"] == f"backchannel_{desk.split(':')[2].strip('/')}"
    assert "token" not in page.url


def test_two_desks_of_one_browser_do_not_know_each_other(place: Machine, browser: Browser) -> None:
    page = desk_of(place, browser)
    place.do("", "desk", "create", "iran")
    other = page.context.new_page()
    other.goto(place.page("iran"))
    expect(other.get_by_label("Passphrase")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="Detainees and funds")).to_be_visible()
    assert {each["name"] for each in page.context.cookies()} == {
        f"backchannel_{url.split(':')[2].split('/')[0]}" for url in (page.url, other.url)
    }


def test_markup_in_names_and_words_is_shown_and_never_obeyed(
    place: Machine, browser: Browser
) -> None:
    place.do("", "desk", "create", "qatar")
    title = "<img src=x onerror=document.title='owned'><style>*{display:none}</style>"
    place.do("qatar", "channel", "open", title, "--as-mediator", "Qatar</title><script>")
    place.do("qatar", "seat", "add", "\"'><svg/onload=alert(1)>")
    page = enter(browser, place.page("qatar"))
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    page.get_by_role("link", name="onerror").click()
    expect(page.get_by_role("heading", name="svg/onload")).to_be_visible()
    page.get_by_role("link", name="svg/onload").click()
    expect(page.get_by_role("heading", name="Caucus with")).to_be_visible()
    assert page.title() != "owned"
    assert dialogs == []
    assert page.locator("main img, main svg, main style, main script").count() == 0
