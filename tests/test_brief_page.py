"""The brief of the record in hand, in a real browser: read by all, loading nothing, printed."""

from collections.abc import Iterator
from datetime import date
from importlib import resources
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from demo.public import RECORD
from playwright.sync_api import Browser

from backchannel.brief.material import Named, material
from backchannel.brief.page import to_html
from backchannel.brief.series import Series
from backchannel.brief.whole import brief
from backchannel.commands.printing import to_pdf
from backchannel.commands.watch_outlook import decided_episodes
from backchannel.watch.claim_file import read_claims
from backchannel.watch.outlook import outlook
from browsing import chrome, chromium

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
ON = date(2026, 7, 2)


@pytest.fixture(scope="module")
def page_text() -> str:
    claims = read_claims(RECORD.read_bytes(), today=ON).claims
    found = outlook(claims, decided_episodes(), on=ON, weeks=8)
    invented = Series(name="نفت (invented)", values=((date(2026, 5, 1), 9.0), (ON, 8.0)))
    named = Named(affected=("ships",), series=(invented,))
    made = material("ایران, US", claims, on=ON, since=date(2026, 6, 1), outlook=found, named=named)
    style = resources.files("backchannel.brief").joinpath("brief.css").read_text("utf-8")
    return to_html(brief(made), style=style)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chrome() as found:
        yield found


@pytest.mark.parametrize(("width", "dark"), [(380, True), (1280, False), (2560, False)])
def test_the_brief_is_read_by_all_and_loads_nothing(
    page_text: str, browser: Browser, tmp_path: Path, width: int, *, dark: bool
) -> None:
    file = tmp_path / "brief.html"
    file.write_text(page_text, encoding="utf-8")
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
    )
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    found = Axe().run(page, options=AXE).response["violations"]
    assert [(each["id"], [n["html"] for n in each["nodes"]]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("svg").count() == 5
    assert asked == [file.as_uri()]
    page.close()


def test_on_paper_no_source_is_folded_away(
    page_text: str, browser: Browser, tmp_path: Path
) -> None:
    file = tmp_path / "brief.html"
    file.write_text(page_text, encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    seen = "all => all.filter(e => e.checkVisibility()).length"
    links = page.locator("details a")
    assert links.evaluate_all(seen) == 0
    page.emulate_media(media="print")
    assert links.evaluate_all(seen) == links.count() > 0
    page.close()


def test_the_brief_is_printed_as_a_pdf(page_text: str) -> None:
    chromium()
    made = to_pdf(page_text)
    assert made.startswith(b"%PDF-")
    assert len(made) > 20_000
