"""Every page that links lead to, for each role, in a real browser: read, mirrored, narrow, dark.

The pages are the application's own answers, asked for beforehand and handed to the browser.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, Route

from browsing import chrome
from gallery import paths, played
from mediation import Mediation
from page_desks import HERE, Leaf

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# Names are short and hold nothing invisible; what is said can be anything.
EVIL_NAME = "</title><script>evil=1</script>'\"<img src=x onerror=evil=1>"
EVIL = (
    f"{EVIL_NAME}</textarea></script><svg onload='evil=1'><style>*{{display:none}}</style>"
    "'\" onfocus=evil=1 autofocus x=\"' javascript:evil=1 \u202eevil"
)
ROLES = ("mediator", "Iran", "US")


@dataclass(frozen=True, slots=True)
class Gallery:
    """Pages by role and address, and the parts that they load."""

    pages: dict[tuple[str, str], httpx.Response]
    parts: dict[str, httpx.Response]


def gallery(folder: Path, hostile: str, in_names: str) -> Gallery:
    """Ask for all pages of a mediation in which something is added to every word of people."""
    table = played(folder, lambda text: text + hostile, lambda name: name + in_names)
    found = pages_of(table, "en")
    table.close()
    return found


def pages_of(table: Mediation, language: str) -> Gallery:
    """Ask for all pages of a mediation in a language."""
    pages: dict[tuple[str, str], httpx.Response] = {}
    parts: dict[str, httpx.Response] = {}
    for role in ROLES:
        leaf = Leaf(table.parties.get(role, table.mediator), language=language)
        for key, path in paths(leaf).items():
            pages[role, key] = leaf.answer(path)
            for part in re.findall(r'"(/static/[^"]+)"', pages[role, key].text):
                parts.setdefault(part, leaf.answer(part))
    return Gallery(pages, parts)


@pytest.fixture(scope="module")
def languages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Gallery]:
    table = played(tmp_path_factory.mktemp("gallery"))
    found = {language: pages_of(table, language) for language in ("en", "ar", "fa")}
    table.close()
    return found


@pytest.fixture(scope="module")
def shown(languages: dict[str, Gallery]) -> Gallery:
    return languages["en"]


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    return gallery(tmp_path_factory.mktemp("evil"), EVIL, EVIL_NAME)


@pytest.fixture(scope="module")
def browser(shown: Gallery, evil: Gallery) -> Iterator[Browser]:
    assert shown.pages.keys() <= evil.pages.keys()  # asked for before the browser has its loop
    with chrome() as found:
        yield found


def opened(browser: Browser, found: Gallery, *, width: int, dark: bool = False) -> Page:
    """Return an empty page of a browser to which `found.parts` are served and nothing else."""
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
    )

    def serve(route: Route) -> None:
        part = found.parts.get(route.request.url.removeprefix(f"http://{HERE}"))
        if part is None:
            route.abort()
        else:
            route.fulfill(status=200, headers=dict(part.headers), body=part.content)

    page.route("**/*", serve)
    return page


def put(page: Page, answer: httpx.Response, *, guarded: bool = True) -> None:
    """Show an answer; not `guarded`: without its headers, so that escaping alone stands."""
    at, headers = f"http://{HERE}/shown", dict(answer.headers)
    if not guarded:
        headers = {"content-type": headers["content-type"]}
    page.unroute(at)
    page.route(at, lambda route: route.fulfill(status=200, headers=headers, body=answer.content))
    page.goto(at, wait_until="load")


def test_a_role_has_the_same_pages_in_every_language(languages: dict[str, Gallery]) -> None:
    assert languages["ar"].pages.keys() == languages["fa"].pages.keys()
    assert languages["en"].pages.keys() == languages["fa"].pages.keys()
    for language, found in languages.items():
        way = "ltr" if language == "en" else "rtl"
        wanted = f'<html lang="{language}" dir="{way}">'
        assert all(wanted in answer.text for answer in found.pages.values())


def test_each_role_has_its_pages(shown: Gallery) -> None:
    keys = {role: {key for who, key in shown.pages if who == role} for role in ROLES}
    assert keys["US"] - keys["Iran"] == set()  # Iran is asked for a use besides
    assert {"/c/#/knows", "/c/#/with/#/told", "/c/#/agenda/#"} <= keys["mediator"]
    assert not any("/with/" in key or "/knows" in key for key in keys["Iran"] | keys["US"])


@pytest.mark.parametrize(
    ("language", "width", "dark"),
    [("en", 380, True), ("fa", 1280, False), ("ar", 380, False)],
)
def test_no_page_keeps_anybody_out(
    languages: dict[str, Gallery], browser: Browser, language: str, width: int, *, dark: bool
) -> None:
    shown = languages[language]
    page, axe, found = opened(browser, shown, width=width, dark=dark), Axe(), {}
    for at, answer in shown.pages.items():
        if at[0] == "US":  # the same pages as Iran's
            continue
        put(page, answer)
        broken = axe.run(page, options=AXE).response["violations"]
        if broken:
            found[at] = [(each["id"], [n["html"] for n in each["nodes"]][:3]) for each in broken]
    page.close()
    assert found == {}


def test_a_fault_that_is_planted_is_found(shown: Gallery, browser: Browser) -> None:
    page = opened(browser, shown, width=380)
    put(page, shown.pages["Iran", "/c/#"])
    assert page.evaluate("getComputedStyle(document.body).fontFamily") != "Times"
    page.evaluate("document.querySelector('label').remove()")
    page.evaluate("document.querySelector('h1').style.width = '900px'")
    found = Axe().run(page, options=AXE).response["violations"]
    assert [each["id"] for each in found] == ["label"]
    assert page.evaluate("document.documentElement.scrollWidth") > 380
    page.close()


@pytest.mark.parametrize(("language", "width"), [("en", 380), ("en", 2560), ("fa", 380)])
def test_no_page_is_wider_than_the_screen(
    languages: dict[str, Gallery], browser: Browser, language: str, width: int
) -> None:
    shown = languages[language]
    page, wide = opened(browser, shown, width=width), {}
    for at, answer in shown.pages.items():
        put(page, answer)
        if (needed := page.evaluate("document.documentElement.scrollWidth")) > width:
            wide[at] = needed
    page.close()
    assert wide == {}


def test_every_page_can_be_used_by_keyboard_alone(shown: Gallery, browser: Browser) -> None:
    page = opened(browser, shown, width=1280)
    hidden: list[tuple[str, ...]] = []
    for at, answer in shown.pages.items():
        put(page, answer)
        places = "a[href], button, input:not([type=hidden]), select, textarea, summary"
        wanted = page.locator(places).evaluate_all(
            "all => all.filter(e => e.checkVisibility() && !e.disabled && e.tabIndex < 0).length"
        )
        if wanted or page.locator("[tabindex]:not([tabindex='0']):not([tabindex='-1'])").count():
            hidden.append(at)
        page.keyboard.press("Tab")
        first = page.evaluate("document.activeElement.textContent")
        if "content" not in first:  # the way past the head comes first
            hidden.append((*at, first))
    page.close()
    assert hidden == []


class Tags(HTMLParser):
    """The tags of a page, and the names of their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names |= {tag, *(name for name, _ in attrs)}
        for name, value in attrs:
            assert name not in {"href", "src", "action"} or "evil" not in (value or "")


def test_no_words_of_anybody_become_part_of_a_page(
    shown: Gallery, evil: Gallery, browser: Browser
) -> None:
    page, found = opened(browser, evil, width=1280), []
    for at, answer in evil.pages.items():
        usual = Tags(shown.pages[at].text).names if at in shown.pages else set()
        assert Tags(answer.text).names <= usual
        put(page, answer, guarded=False)
        if page.evaluate("window.evil") is not None:
            found.append(at)
    page.close()
    assert found == []
    assert sum("evil" in each.text for each in evil.pages.values()) > len(evil.pages) // 2
