"""The application: long polls, bodies that are too large or too slow, faults that tell nothing."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any

import cbor2
import httpx
import pytest

from backchannel.post.codec import MAX_REQUEST, decode_answer, encode_request
from backchannel.post.messages import (
    Answer,
    Close,
    Collected,
    Opened,
    Reason,
    Refused,
    Request,
    Side,
    Stored,
    refuse,
)
from backchannel.relay.app import Relay
from backchannel.relay.limits import Limits
from hostile_relay import ManualDay
from relays import AppRelay, Box, drawn

LIMITS = Limits(waiting=2, body_seconds=0.05)
SECONDS = 20.0  # after which a test that hangs has failed


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


async def until_waiting(app: AppRelay, count: int) -> None:
    """Return once so many wait for a letter; the event loop turns meanwhile."""
    while len(app.relay.bells) != count:  # noqa: ASYNC110 - the application tells nobody
        await asyncio.sleep(0)


async def polling(app: AppRelay, request: Request) -> asyncio.Task[Answer]:
    waiting = len(app.relay.bells)
    task = asyncio.create_task(app.asked(request))
    await until_waiting(app, waiting + 1)
    return task


def test_a_long_poll_is_answered_as_soon_as_a_letter_comes(app: AppRelay) -> None:
    async def act() -> Answer:
        box = Box()
        await app.asked(box.opening(voucher))
        poll = await polling(app, box.collect(wait=25))
        other = await polling(app, box.collect(wait=25))
        await app.asked(box.put(b"news"))
        assert await other == await poll
        return await poll

    voucher = app.issue()
    answer = run(app, act())
    assert [letter for _, letter in answer.letters] == [b"news"]


def test_a_long_poll_at_a_mailbox_with_letters_does_not_wait(app: AppRelay) -> None:
    box = Box().opened(app)
    app.ask(box.put(b"here already"))
    assert len(run(app, app.asked(box.collect(wait=25))).letters) == 1


def test_a_letter_that_comes_while_the_bell_is_hung_up_is_not_missed(app: AppRelay) -> None:
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
    assert len(run(app, app.asked(box.collect(wait=25))).letters) == 1


def test_a_long_poll_ends_empty_when_its_time_is_up(app: AppRelay) -> None:
    box = Box().opened(app)
    assert run(app, app.asked(box.collect(wait=1))) == Collected(letters=())


def test_a_long_poll_at_a_mailbox_that_was_closed_meanwhile_is_refused(app: AppRelay) -> None:
    async def act() -> Answer:
        poll = await polling(app, box.collect(wait=25))
        await app.asked(Close(mailbox=box.mailbox, read_secret=box.read))
        app.relay.bells.close()
        return await poll

    box = Box().opened(app)
    assert run(app, act()) == refuse(Reason.NOT_ADMITTED)


def test_too_many_long_polls_on_one_mailbox_are_refused(app: AppRelay) -> None:
    async def act() -> Answer:
        polls = [await polling(app, box.collect(wait=25)) for _ in range(2)]
        refused = await app.asked(box.collect(wait=25))
        assert isinstance(await app.asked(box.collect()), Collected)
        app.relay.bells.close()
        assert await polls[0] == await polls[1] == Collected(letters=())
        return refused

    box = Box().opened(app)
    assert run(app, act()) == refuse(Reason.QUOTA)


def test_many_idle_long_polls_leave_the_relay_answering(app: AppRelay) -> None:
    boxes = [Box().opened(app) for _ in range(150)]

    async def act() -> list[Answer]:
        polls = [asyncio.create_task(app.asked(box.collect(wait=25))) for box in boxes]
        await until_waiting(app, len(boxes))
        assert isinstance(await app.asked(boxes[70].put(b"x")), Stored)
        await polls[70]
        assert len(app.relay.bells) == len(boxes) - 1
        app.relay.bells.close()
        return [await poll for poll in polls]

    answers = run(app, act())
    assert [len(answer.letters) for answer in answers] == [int(i == 70) for i in range(150)]


def test_when_the_client_leaves_nobody_waits_any_more(app: AppRelay) -> None:
    """Driven without an HTTP client, which would not tell the application that it has left."""
    box = Box().opened(app)
    left = asyncio.Event()

    async def act() -> None:
        messages = iter([message(encode_request(box.collect(wait=25)))])

        async def receive() -> MutableMapping[str, Any]:
            for received in messages:
                return received
            await left.wait()
            return {"type": "http.disconnect"}

        task = asyncio.create_task(straight(app, receive))
        await until_waiting(app, 1)
        left.set()
        await task
        assert len(app.relay.bells) == 0

    run(app, act())


def message(body: bytes, *, more: bool = False) -> MutableMapping[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


async def straight(
    app: AppRelay, receive: Callable[[], Awaitable[MutableMapping[str, Any]]]
) -> tuple[int, dict[bytes, bytes], bytes]:
    """Call the application as a web server does; return status, headers, body."""
    sent: list[MutableMapping[str, Any]] = []

    async def send(part: MutableMapping[str, Any]) -> None:
        sent.append(part)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/1",
        "headers": [],
        "query_string": b"",
        "state": {},
    }
    await app.relay.app()(scope, receive, send)
    body = b"".join(part.get("body", b"") for part in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), body


def test_a_body_over_the_limit_is_not_read_to_its_end(app: AppRelay) -> None:
    taken = 0

    async def receive() -> MutableMapping[str, Any]:
        nonlocal taken
        taken += 4_096
        return message(bytes(4_096), more=True)  # and never an end

    status, headers, body = run(app, straight(app, receive))
    assert taken <= MAX_REQUEST + 4_096
    assert (status, headers[b"connection"]) == (413, b"close")
    assert decode_answer(body) == refuse(Reason.TOO_LARGE)


def test_a_body_that_comes_too_slowly_is_not_waited_for(app: AppRelay) -> None:
    async def receive() -> MutableMapping[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    status, headers, body = run(app, straight(app, receive))
    assert (status, headers[b"connection"]) == (408, b"close")
    assert decode_answer(body) == refuse(Reason.MALFORMED)


def test_a_client_that_leaves_in_the_middle_of_a_body_is_no_fault(
    app: AppRelay, caplog: pytest.LogCaptureFixture
) -> None:
    messages = iter([message(b"half", more=True), {"type": "http.disconnect"}])

    async def receive() -> MutableMapping[str, Any]:
        return next(messages)

    assert run(app, straight(app, receive))[0] == 400
    assert caplog.records == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", Reason.MALFORMED),
        (b"GET / HTTP/1.1", Reason.MALFORMED),
        (b"\x84\x02eclose\x40\x40", Reason.OLD_PROTOCOL),
        (
            cbor2.dumps([1, "put", bytes(16), bytes(32), bytes(16), bytes(65_537), 1]),
            Reason.TOO_LARGE,
        ),
    ],
)
def test_what_is_no_request_is_refused_with_its_reason(
    app: AppRelay, body: bytes, reason: Reason
) -> None:
    response = run(app, app.http.post("/1", content=body))
    assert decode_answer(response.content) == refuse(reason)
    assert response.status_code == 200


def test_there_are_two_addresses_and_no_others(app: AppRelay) -> None:
    async def statuses() -> list[int]:
        asked = [("GET", "/1"), ("POST", "/health"), ("GET", "/"), ("GET", "/mailboxes")]
        return [(await app.http.request(*request)).status_code for request in asked]

    assert run(app, statuses()) == [405, 405, 404, 404]
    assert run(app, app.http.get("/health")).text == "ok\n"


def test_a_refusal_is_the_same_bytes_and_headers_whatever_the_mailbox(app: AppRelay) -> None:
    box = Box().opened(app)
    stale = Box(box.mailbox, box.read, box.send)
    app.ask(box.rotate(Side.READ, drawn(32)))

    async def response(request: Request) -> tuple[int, list[tuple[str, str]], bytes]:
        answer: httpx.Response = await app.http.post("/1", content=encode_request(request))
        return answer.status_code, sorted(answer.headers.items()), answer.content

    asked: list[Request] = [
        Box(box.mailbox).collect(),
        Box().collect(),
        stale.collect(),
        Box().put(b"x"),
    ]
    answers = [run(app, response(request)) for request in asked]
    assert answers == [answers[0]] * 4
    assert isinstance(decode_answer(answers[0][2]), Refused)


def test_a_fault_is_logged_as_its_kind_and_tells_the_client_nothing(
    app: AppRelay, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(request: Request) -> Answer:
        raise ValueError(f"quotes what was sent: {request}")

    app.store.ask = fails  # type: ignore[method-assign]
    response = run(app, app.http.post("/1", content=encode_request(Box().put(b"secret"))))
    assert (response.status_code, response.text) == (500, "the relay failed\n")
    assert caplog.messages == ["a request could not be answered: ValueError"]
    assert caplog.records[0].exc_info is None


def test_an_unreadable_store_is_not_well(app: AppRelay) -> None:
    app.store._writer.submit(lambda db: db.execute("DROP TABLE vouchers")).result(20)
    assert run(app, app.http.get("/health")).status_code == 500


class SweepingStore:
    """A store that only sweeps, and fails the first time."""

    def __init__(self) -> None:
        self.swept = asyncio.Event()

    async def ask(self, request: Request) -> Answer:
        del request
        return Opened()

    async def check(self) -> None: ...

    async def sweep(self) -> int:
        self.swept.set()
        raise OSError("no room")

    def close(self) -> None: ...


def test_the_relay_sweeps_when_it_starts_and_survives_a_sweep_that_fails(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def act() -> None:
        store = SweepingStore()
        app = Relay(store, Limits()).app()
        async with asyncio.timeout(SECONDS), app.router.lifespan_context(app):
            await store.swept.wait()
            await asyncio.sleep(0)

    asyncio.run(act())
    assert caplog.messages == ["expired letters were not deleted: OSError"]


def test_an_expired_letter_is_swept_when_the_relay_starts(tmp_path: Path) -> None:
    day = ManualDay()
    app = AppRelay(tmp_path, today=day)
    box = Box().opened(app)
    app.ask(box.put(b"x", days=1))
    day.pass_days(2)

    async def lifespans() -> AsyncIterator[None]:
        starlette = app.relay.app()
        async with starlette.router.lifespan_context(starlette):
            while await count() > 0:
                yield

    async def count() -> int:
        def counted(db: Any) -> int:  # noqa: ANN401 - a connection
            (number,) = db.execute("SELECT count(*) FROM letters").fetchone()
            return int(number)

        return await app.store._read(counted)

    async def drain() -> int:
        async for _ in lifespans():
            pass
        return await count()

    assert run(app, drain()) == 0
    app.close()


def test_the_log_is_quiet_in_ordinary_traffic(
    app: AppRelay, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="backchannel")
    box = Box().opened(app)
    app.ask(box.put(b"x"))
    box.letters(app)
    assert [record for record in caplog.records if record.name.startswith("backchannel")] == []
