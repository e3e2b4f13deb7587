"""The page of a real desk without a browser: its application asked over HTTP, forms as they stand.

A form is sent only if the page shown before holds it, with its own hidden fields: what has no form
cannot be done here either. `Leaf.clock` stands until it is moved, so that holds need no waiting.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from datetime import UTC
from html.parser import HTMLParser
from typing import Any, TypeVar

import httpx

from backchannel.desk import session
from backchannel.desk.courier import Ports
from backchannel.desk.desk import Desk
from backchannel.desk.tables import ChannelRow
from backchannel.desk.web.entry import Entry
from backchannel.desk.web.holding import HOLD_SECONDS
from backchannel.desk.web.keeper import Keeper, Outside
from backchannel.desk.web.languages import COOKIE
from backchannel.desk.web.painting import Painting
from backchannel.desk.web.serving import application
from backchannel.desk.web.site import ROUTES
from backchannel.desk.web.visit import Site
from backchannel.post.relay_port import RelayPort
from mediation import Mediation

HERE = "127.0.0.1:8731"
T = TypeVar("T")
Fields = Mapping[str, str | list[str]]


class Inline(Executor):
    """Does at once what it is given: the vault belongs to the thread of the test."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:  # noqa: ANN401
        done: Future[T] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - handed to who waits
            done.set_exception(error)
        return done


def nowhere(_: ChannelRow) -> RelayPort:
    raise AssertionError("letters are carried by the test, not by the page")


class Forms(HTMLParser):
    """The forms of a page: where each goes, and its fields as they stand."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, list[str]]]] = []
        self._open: list[str] | None = None  # what a text area or a select holds so far
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((given.get("action", ""), {}))
        elif tag in {"input", "select", "textarea", "button"} and self.found and "name" in given:
            values = self.found[-1][1].setdefault(given["name"], [])
            ticked = given.get("type") not in {"checkbox", "radio"} or "checked" in given
            if tag == "input" and ticked:
                values.append(given.get("value", ""))
            elif tag in {"select", "textarea"}:
                self._open, self._inside = values, tag
        elif tag == "option" and self._open is not None:
            self._open[:] = (
                self._open if self._open and "selected" not in given else [given.get("value", "")]
            )

    def handle_data(self, data: str) -> None:
        if self._open is not None and self._inside == "textarea":
            self._open[:] = ["".join((*self._open, data))]

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._open, self._inside = None, ""


class Leaf:
    """One browser at one desk's page, with the desk unlocked."""

    def __init__(self, desk: Desk, ports: Ports = nowhere, *, language: str = "") -> None:
        self.now = 0.0
        outside = Outside(
            now=desk.now, draw=secrets.token_bytes, clock=lambda: self.now, ports=ports
        )
        self.keeper = Keeper(desk.vault.folder, outside)
        self.keeper._work = Inline()  # type: ignore[assignment]
        self.keeper._desk = desk
        self._entry = Entry(secrets.token_bytes, outside.clock)
        self._page = application(Site(self.keeper, Painting(UTC), HERE, UTC), self._entry, ROUTES)
        cookie = self._entry.exchange(self._entry.launch())
        assert cookie is not None
        self._cookies = {"backchannel_8731": cookie}
        if language:
            self._cookies[COOKIE] = language
        self._headers = {
            "host": HERE,
            "origin": f"http://{HERE}",
            "sec-fetch-site": "same-origin",
        }

    def get(self, path: str, *, expect: int = 200) -> str:
        """Return a page. A redirect is followed."""
        answer = self._ask("GET", path)
        assert answer.status_code == expect, (answer.status_code, answer.text)
        return answer.text

    def send(self, on: str, action: str, fields: Fields, *, expect: int = 200) -> str:
        """Fill in the form of a page that goes to `action`; return the page it leads to."""
        return self.fill(self.get(on), action, fields, expect=expect)

    def fill(self, page: str, action: str, fields: Fields, *, expect: int = 200) -> str:
        """Fill in a form of a page that was shown; what is not named stays as it stands there."""
        answer = self._ask("POST", action, self._stood(page, action, fields))
        assert answer.status_code == expect, (answer.status_code, answer.text)
        return answer.text

    def _stood(self, page: str, action: str, fields: Fields) -> Fields:
        forms = [found for at, found in Forms(page).found if at == action]
        stood = next((found for found in forms if fields.keys() <= found.keys()), None)
        assert stood is not None, f"no form to {action} has {[*fields]}; there are {forms}"
        return {**stood, **fields}

    def draft(self, page: str, action: str, fields: Fields) -> None:
        """Type into a form of a page: what it holds is sent as the page does by itself."""
        answer = self._ask(
            "POST", "/draft", {**self._stood(page, action, fields), "form": action}, alone=True
        )
        assert answer.status_code == 204, (answer.status_code, answer.text)

    def answer(self, path: str) -> httpx.Response:
        """Return a page or a part of one with its headers."""
        return self._ask("GET", path)

    def look(self, path: str) -> httpx.Response:
        """Ask for a page as an open page does by itself when there is news."""
        return self._ask("GET", path, alone=True)

    def hold(self) -> None:
        """Let the seconds pass for which a second step is held."""
        self.now += HOLD_SECONDS + 1

    def _ask(
        self, method: str, path: str, data: Fields | None = None, *, alone: bool = False
    ) -> httpx.Response:
        headers = self._headers | ({"hx-request": "true"} if alone else {})

        async def run() -> httpx.Response:
            way = httpx.ASGITransport(app=self._page)
            async with httpx.AsyncClient(
                transport=way,
                base_url=f"http://{HERE}",
                headers=headers,
                cookies=self._cookies,
                follow_redirects=True,
            ) as client:
                return await client.request(method, path, data=data)

        return asyncio.run(run())


def channel_of(table: Mediation, party: str) -> str:
    """Return the one channel of a party's desk."""
    return session.channels(table.parties[party])[0].channel
