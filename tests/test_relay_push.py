"""Push at the relay: who is served, what ends a socket, and what a desk cannot make it keep."""

import asyncio
import logging
from collections.abc import Awaitable, Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest

from backchannel.post.codec import decode_answer, encode_request
from backchannel.post.messages import (
    Answer,
    Close,
    Collected,
    Forget,
    Forgotten,
    Reason,
    Request,
    Side,
    refuse,
)
from backchannel.relay import push as push_module
from backchannel.relay.limits import Limits
from relays import AppRelay, Box, drawn

LIMITS = Limits(waiting=2, sockets=3, head_seconds=0.05, idle_seconds=1)
SECONDS = 20.0  # after which a test that hangs has failed
NOT_ADMITTED = refuse(Reason.NOT_ADMITTED)
CLOSING = Close(mailbox=bytes(16), read_secret=bytes(32))

Message = MutableMapping[str, Any]


class Talk:
    """One socket at the application, as the web server has it."""

    def __init__(self, app: AppRelay, **headers: str) -> None:
        self.coming: asyncio.Queue[Message] = asyncio.Queue()
        self.sent: asyncio.Queue[Message] = asyncio.Queue()
        self.coming.put_nowait({"type": "websocket.connect"})
        scope = {
            "type": "websocket",
            "path": "/1/push",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "query_string": b"",
            "subprotocols": [],
            "state": {},
            "extensions": {"websocket.http.response": {}},
        }
        served = app.relay.app()(scope, self.coming.get, self.sent.put)
        self.task: asyncio.Task[None] = asyncio.ensure_future(served)

    async def accepted(self) -> "Talk":
        assert (await self.sent.get())["type"] == "websocket.accept"
        return self

    def ask(self, request: Request) -> None:
        self.say(bytes=encode_request(request))

    def say(self, **content: object) -> None:
        self.coming.put_nowait({"type": "websocket.receive", **content})

    def leave(self) -> None:
        self.coming.put_nowait({"type": "websocket.disconnect", "code": 1001})

    async def answer(self) -> Answer:
        message = await self.sent.get()
        assert message["type"] == "websocket.send", message
        return decode_answer(message["bytes"])

    async def end(self) -> int:
        """Return the close code once it has ended; nothing else was said before."""
        await self.task
        message = self.sent.get_nowait() if not self.sent.empty() else {"code": 0}
        assert self.sent.empty()
        return int(message["code"])


@pytest.fixture
def app(tmp_path: Path) -> Iterator[AppRelay]:
    app = AppRelay(tmp_path, limits=LIMITS)
    yield app
    app.close()


def run(app: AppRelay, act: Awaitable[Any]) -> Any:  # noqa: ANN401 - whatever is awaited
    async def in_time() -> Any:  # noqa: ANN401 - as above
        async with asyncio.timeout(SECONDS):
            return await act

    return app.runner.run(in_time())


async def waiting(app: AppRelay, box: Box) -> Talk:
    """Return a socket that waits at this mailbox."""
    before = len(app.relay.bells)
    talk = await Talk(app).accepted()
    talk.ask(box.collect())
    while len(app.relay.bells) == before:  # noqa: ASYNC110 - the application tells nobody
        await asyncio.sleep(0)
    return talk


def letters(answer: Answer) -> list[bytes]:
    assert isinstance(answer, Collected), answer
    return [letter for _, letter in answer.letters]


def test_a_letter_is_pushed_to_whoever_waits_at_its_mailbox_and_nobody_else(app: AppRelay) -> None:
    async def act() -> None:
        talk, other = await waiting(app, box), await waiting(app, another)
        await app.asked(box.put(b"news"))
        assert letters(await talk.answer()) == [b"news"]
        assert other.sent.empty()
        for ended in (talk, other):
            ended.leave()
            assert await ended.end() == 0

    box, another = Box().opened(app), Box().opened(app)
    run(app, act())
    assert len(app.relay.bells) == len(app.relay.push) == 0


def test_letters_that_lie_there_are_pushed_at_once_and_again_until_forgotten(
    app: AppRelay,
) -> None:
    async def act() -> None:
        talk = await Talk(app).accepted()
        for _ in range(2):
            talk.ask(box.collect())
            pushed = await talk.answer()
            assert letters(pushed) == [b"one"]
        assert isinstance(pushed, Collected)
        ids = tuple(letter_id for letter_id, _ in pushed.letters)
        forget = Forget(mailbox=box.mailbox, read_secret=box.read, letter_ids=ids)
        assert await app.asked(forget) == Forgotten()
        await app.asked(box.put(b"two"))
        talk.ask(box.collect())
        assert letters(await talk.answer()) == [b"two"]
        talk.leave()
        await talk.end()

    box = Box().opened(app)
    app.ask(box.put(b"one"))
    run(app, act())


def test_what_is_pushed_is_the_answer_to_a_collection_byte_for_byte(app: AppRelay) -> None:
    async def act() -> None:
        talk = await Talk(app).accepted()
        talk.ask(box.collect())
        pushed = (await talk.sent.get())["bytes"]
        posted = await app.http.post("/1", content=encode_request(box.collect()))
        assert pushed == posted.content
        talk.leave()
        await talk.end()

    box = Box().opened(app)
    app.ask(box.put(drawn(4_096)))
    run(app, act())


def test_a_letter_that_comes_while_the_bell_is_hung_up_is_pushed_too(app: AppRelay) -> None:
    async def act() -> None:
        talk = await Talk(app).accepted()
        talk.ask(box.collect())
        assert letters(await talk.answer()) == [b"in between"]
        talk.leave()
        await talk.end()

    box = Box().opened(app)
    looked = asyncio.Event()
    ask = app.store.ask

    async def ask_then_another_puts(request: Request) -> Answer:
        answer = await ask(request)
        if not looked.is_set():
            looked.set()
            await ask(box.put(b"in between"))  # and no bell rings
        return answer

    app.store.ask = ask_then_another_puts  # type: ignore[method-assign]
    run(app, act())


def test_a_letter_whose_bell_never_rang_is_pushed_at_the_next_look(
    app: AppRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push_module, "_LOOK_AGAIN_SECONDS", 0.02)

    async def act() -> None:
        talk = await waiting(app, box)
        await app.store.ask(box.put(b"put by another process"))
        assert letters(await talk.answer()) == [b"put by another process"]
        talk.leave()
        await talk.end()

    box = Box().opened(app)
    run(app, act())


def test_a_bell_that_rings_for_nothing_pushes_nothing(app: AppRelay) -> None:
    async def act() -> None:
        talk = await waiting(app, box)
        for _ in range(3):
            app.relay.bells.ring(box.mailbox)
            await app.store.check()
        assert talk.sent.empty()
        talk.leave()
        await talk.end()

    box = Box().opened(app)
    run(app, act())


def test_a_wrong_secret_and_a_mailbox_that_is_not_there_are_refused_alike(app: AppRelay) -> None:
    async def act() -> list[list[Message]]:
        said = []
        for request in (Box(box.mailbox).collect(), Box().collect(), stale.collect()):
            talk = await Talk(app).accepted()
            talk.ask(request)
            said.append([await talk.sent.get(), await talk.sent.get()])
            talk.leave()
            await talk.end()
        return said

    box = Box().opened(app)
    stale = Box(box.mailbox, box.read, box.send)
    app.ask(box.rotate(Side.READ, drawn(32)))
    said = run(app, act())
    assert said == [said[0]] * 3
    assert decode_answer(said[0][0]["bytes"]) == NOT_ADMITTED
    assert said[0][1]["type"] == "websocket.close"


def test_others_that_wait_are_no_sign_to_whoever_is_not_admitted(app: AppRelay) -> None:
    async def act() -> Answer:
        talks = [await waiting(app, box) for _ in range(LIMITS.waiting)]
        stranger = await Talk(app).accepted()
        stranger.ask(Box(box.mailbox).collect())
        answer = await stranger.answer()
        for talk in (*talks, stranger):
            talk.leave()
            await talk.task
        return answer

    box = Box().opened(app)
    assert run(app, act()) == NOT_ADMITTED


def test_too_many_that_wait_at_one_mailbox_are_refused(app: AppRelay) -> None:
    async def act() -> Answer:
        talks = [await waiting(app, box) for _ in range(LIMITS.waiting)]
        further = await Talk(app).accepted()
        further.ask(box.collect())
        answer = await further.answer()
        for talk in (*talks, further):
            talk.leave()
            await talk.task
        return answer

    box = Box().opened(app)
    assert run(app, act()) == refuse(Reason.QUOTA)


def test_too_many_sockets_are_turned_away_and_room_is_made_by_those_who_leave(
    app: AppRelay,
) -> None:
    async def act() -> None:
        talks = [await waiting(app, box) for box in boxes]
        further = Talk(app)
        assert (await further.sent.get())["status"] == 503
        await further.task
        talks[0].leave()
        await talks[0].task
        talks[0] = await Talk(app).accepted()
        for talk in talks:
            talk.leave()
            await talk.task

    boxes = [Box().opened(app) for _ in range(LIMITS.sockets)]
    run(app, act())
    assert len(app.relay.push) == 0


def test_a_page_in_a_browser_gets_no_socket(app: AppRelay) -> None:
    async def act() -> None:
        for origin in ("https://a-page.example", "null", "http://127.0.0.1", ""):
            talk = Talk(app, origin=origin)
            assert (await talk.sent.get())["status"] == 403
            await talk.task

    run(app, act())


def test_whoever_says_nothing_first_is_cut_off(app: AppRelay) -> None:
    async def act() -> int:
        return await (await Talk(app).accepted()).end()

    assert run(app, act()) == 1000


def test_whoever_asks_for_nothing_more_is_cut_off(tmp_path: Path) -> None:
    app = AppRelay(tmp_path, limits=Limits(idle_seconds=0))
    box = Box().opened(app)
    app.ask(box.put(b"x"))

    async def act() -> int:
        talk = await Talk(app).accepted()
        talk.ask(box.collect())
        await talk.answer()
        return await talk.end()

    assert run(app, act()) == 1000
    app.close()


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"bytes": b""}, Reason.MALFORMED),
        ({"text": "text"}, Reason.MALFORMED),
        ({"bytes": b"\x84\x02eclose\x40\x40"}, Reason.OLD_PROTOCOL),
        ({"bytes": encode_request(Box().put(b"x"))}, Reason.MALFORMED),
        ({"bytes": encode_request(CLOSING)}, Reason.MALFORMED),
    ],
)
def test_what_is_no_collection_is_refused_and_ends_the_socket(
    app: AppRelay, said: dict[str, object], reason: Reason
) -> None:
    async def act() -> None:
        talk = await Talk(app).accepted()
        talk.say(**said)
        assert await talk.answer() == refuse(reason)
        assert await talk.end() == 1000

    run(app, act())


def test_asking_twice_at_a_time_ends_the_socket_and_nothing_is_kept(app: AppRelay) -> None:
    async def act() -> None:
        talk = await waiting(app, box)
        talk.ask(box.collect())
        await talk.end()
        assert len(app.relay.bells) == 0

    box = Box().opened(app)
    run(app, act())


@pytest.mark.parametrize("change", ["close", "rotate"])
def test_a_socket_ends_when_its_secret_holds_no_longer(app: AppRelay, change: str) -> None:
    async def act() -> None:
        talk = await waiting(app, box)
        await app.asked(changes[change])
        assert await talk.answer() == NOT_ADMITTED
        await talk.end()

    box = Box().opened(app)
    changes: dict[str, Request] = {
        "close": Close(mailbox=box.mailbox, read_secret=box.read),
        "rotate": box.rotate(Side.READ, drawn(32)),
    }
    run(app, act())


def test_a_fault_ends_the_socket_and_is_logged_as_its_kind_alone(
    app: AppRelay, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(request: Request) -> Answer:
        raise ValueError(f"quotes what was sent: {request}")

    async def act() -> int:
        app.store.ask = fails  # type: ignore[method-assign]
        talk = await Talk(app).accepted()
        talk.ask(Box().collect())
        return await talk.end()

    assert run(app, act()) == 1011
    assert caplog.messages == ["a socket could not be served: ValueError"]
    assert caplog.records[0].exc_info is None
    assert caplog.records[0].levelno == logging.ERROR


def test_a_client_that_leaves_without_a_word_is_no_fault(
    app: AppRelay, caplog: pytest.LogCaptureFixture
) -> None:
    async def act() -> int:
        talk = await Talk(app).accepted()
        talk.leave()
        return await talk.end()

    assert run(app, act()) == 0
    assert caplog.records == []
