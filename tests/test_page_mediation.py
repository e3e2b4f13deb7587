"""A mediation in a real browser: a relay, a page for each desk, a browser profile for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect

from browsing import PASSPHRASE, Machine, chrome, enter, machine

PARTIES = ("Iran", "US")
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chrome() as found:
        yield found


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path) as made:
        yield made


def opened(place: Machine) -> dict[str, str]:
    """Open a channel of Qatar's with two parties; return the invitations."""
    url, pin, vouchers = place.relay()
    for desk in ("Qatar", *PARTIES):
        place.do("", "desk", "create", desk)
    way = ("--relay", url, "--pin", pin, "--vouchers", vouchers)
    place.do("Qatar", "channel", "open", "Detainees and funds", "--as-mediator", "Qatar", *way)
    return {party: place.do("Qatar", "invite", party).strip() for party in PARTIES}


def join(page: Page, invitation: str) -> tuple[str, str]:
    """Join, and accept the rules; return the safety words and the number."""
    page.get_by_label("Invitation").fill(invitation)
    page.get_by_role("button", name="Join").click()
    words = page.locator(".words li")
    expect(words).to_have_count(8)
    said, number = " ".join(words.all_inner_texts()), page.locator(".number").inner_text()
    page.get_by_role("link", name="To the channel").click()
    page.get_by_role("button", name="Accept the rules").click()
    expect(page.get_by_text("The rules are accepted.")).to_be_visible()
    return said, number


def accessible(page: Page) -> None:
    found = Axe().run(page, options=AXE)
    told = [
        (each["id"], [n["html"] for n in each["nodes"]]) for each in found.response["violations"]
    ]
    assert told == []


def test_from_invitations_to_words_in_two_caucuses_that_stay_apart(
    place: Machine, browser: Browser
) -> None:
    invitations = opened(place)
    qatar = enter(browser, place.page("Qatar"))
    parties = {party: enter(browser, place.page(party)) for party in PARTIES}
    accessible(parties["Iran"])
    number = ""
    for party, page in parties.items():
        _, number = join(page, invitations[party])
    # Both ends compare what the other reads out.
    us = parties["US"]
    qatar.get_by_role("link", name="Detainees and funds").click()
    qatar.get_by_role("link", name="US", exact=True).click()
    qatar.get_by_role("link", name="Compare them now").click()
    accessible(qatar)
    qatar.get_by_label("What you hear").fill("000 000")
    qatar.get_by_role("button", name="Compare").click()
    expect(qatar.get_by_role("alert")).to_contain_text("not the safety words")
    expect(qatar.get_by_label("What you hear")).to_have_value("000 000")
    qatar.get_by_label("What you hear").fill(number)
    qatar.get_by_role("button", name="Compare").click()
    expect(qatar.get_by_text("The words fit")).to_be_visible()

    said = "We could free five </p><script>document.title='owned'</script> ما آماده‌ایم"
    us.get_by_label("Your words").fill(said)
    us.get_by_label("May be conveyed without attribution").check()
    accessible(us)
    us.get_by_role("button", name="Say it to the mediator").click()
    expect(us.get_by_text("It goes out with the courier")).to_be_visible()
    expect(qatar.get_by_text("We could free five </p><script>")).to_be_visible()
    accessible(qatar)
    assert qatar.title() != "owned"
    assert "We could free" not in parties["Iran"].content()

    qatar.get_by_label("Your words").fill("Thank you. We shall think about it.")
    qatar.get_by_role("button", name="Say it to").click()
    expect(us.get_by_text("We shall think about it.")).to_be_visible()
    parties["Iran"].reload()
    assert "think about it" not in parties["Iran"].content()


def test_what_was_typed_survives_a_locked_desk_and_a_double_click_says_it_once(
    place: Machine, browser: Browser
) -> None:
    invitations = opened(place)
    enter(browser, place.page("Qatar"))
    iran = enter(browser, place.page("Iran"))
    join(iran, invitations["Iran"])
    other = iran.context.new_page()
    other.goto(iran.url)
    iran.get_by_label("Your words").fill("Typed before the desk was locked")
    other.get_by_role("button", name="Lock this desk").click()
    expect(other.get_by_label("Passphrase")).to_be_visible()
    iran.get_by_role("button", name="Say it to the mediator").click()
    iran.get_by_label("Passphrase").fill("wrong")
    iran.get_by_role("button", name="Unlock").click()
    expect(iran.get_by_role("alert")).to_contain_text("not the passphrase")
    iran.get_by_label("Passphrase").fill(PASSPHRASE)
    iran.get_by_role("button", name="Unlock").click()
    expect(iran.get_by_label("Your words")).to_have_value("Typed before the desk was locked")
    # The form of before, sent twice: as a double click or a second tab would.
    twice = """async () => {
        const form = document.querySelector('form[action$="/say"]');
        const data = new URLSearchParams(new FormData(form));
        for (const _ of [1, 2]) await fetch(form.action, {method: "POST", body: data});
    }"""
    iran.evaluate(twice)
    iran.reload()
    expect(iran.locator(".said", has_text="Typed before the desk was locked")).to_have_count(1)
