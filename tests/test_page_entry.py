"""Who the browser is: one launch, one cookie, and forms that count once."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.desk.web import entry as module
from backchannel.desk.web.entry import LAUNCH_SECONDS, MAX_SESSIONS, Entry, Session


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def door(clock: Clock) -> Entry:
    return Entry(secrets.token_bytes, clock)


def entered(door: Entry) -> tuple[str, Session]:
    cookie = door.exchange(door.launch())
    assert cookie is not None
    session = door.session(cookie)
    assert session is not None
    return cookie, session


def test_a_token_opens_once(door: Entry) -> None:
    token = door.launch()
    assert door.exchange(token) is not None
    assert door.exchange(token) is None


def test_a_token_is_good_for_some_minutes_only(door: Entry, clock: Clock) -> None:
    token = door.launch()
    clock.now = LAUNCH_SECONDS + 1
    assert door.exchange(token) is None
    clock.now = 0
    assert door.exchange(token) is None


@given(st.text(max_size=80))
def test_what_is_guessed_opens_nothing(guess: str) -> None:
    door = Entry(secrets.token_bytes, lambda: 0.0)
    door.launch()
    cookie, _ = entered(door)
    assert door.exchange(guess) is None
    assert guess == cookie or door.session(guess) is None


def test_neither_tokens_nor_cookies_are_kept_as_they_are(door: Entry) -> None:
    token = door.launch()
    cookie, _ = entered(door)
    kept = repr(door._launches) + repr(list(door._sessions))
    for secret in (token, cookie):
        assert secret not in kept
        assert repr(bytes.fromhex(secret)) not in kept


def test_the_oldest_session_ends_when_there_are_too_many(door: Entry) -> None:
    cookies = [entered(door)[0] for _ in range(MAX_SESSIONS + 1)]
    assert door.session(cookies[0]) is None
    assert all(door.session(cookie) for cookie in cookies[1:])


def test_a_form_is_ours_only_in_the_session_it_was_made_for(door: Entry) -> None:
    (_, one), (_, other) = entered(door), entered(door)
    mark = one.mark(secrets.token_bytes(16))
    assert one.is_ours(mark)
    assert not other.is_ours(mark)
    nonce, _, seal = mark.partition(".")
    for forged in (
        "",
        ".",
        nonce,
        f"{nonce}.",
        f".{seal}",
        f"{nonce}.{seal[:-1]}",
        f"x{mark}",
        "é.é",
    ):
        assert not one.is_ours(forged)


def test_a_form_that_was_sent_is_known_again(door: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_DONE", 3)
    _, session = entered(door)
    marks = [session.mark(bytes([number] * 16)) for number in range(5)]
    assert session.led_to(marks[0]) is None
    for number, mark in enumerate(marks):
        session.finish(mark, f"/c/{number}")
    assert session.led_to(marks[4]) == "/c/4"
    assert session.led_to(marks[0]) is None
    assert len(session.done) == 3
