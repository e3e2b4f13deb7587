"""Localhost is hostile: what the desk's page refuses before any page is looked at."""

import asyncio
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from backchannel.desk.web.guard import HEADERS, LAUNCH, MAX_BODY, Guard

HERE = "127.0.0.1:8731"
OURS = {"host": HERE, "origin": f"http://{HERE}", "sec-fetch-site": "same-origin"}
asked: list[bytes] = []


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    body = await Request(scope, receive).body()
    asked.append(body)
    await PlainTextResponse("the desk")(scope, receive, send)


def ask(method: str, path: str = "/", **given: Any) -> httpx.Response:  # noqa: ANN401 - handed on
    asked.clear()

    async def run() -> httpx.Response:
        way = httpx.ASGITransport(app=Guard(echo, HERE))
        async with httpx.AsyncClient(transport=way, base_url=f"http://{HERE}") as client:
            return await client.request(method, path, **given)

    return asyncio.run(run())


def test_the_desks_own_page_is_answered() -> None:
    assert ask("GET", headers=OURS).status_code == 200
    assert ask("POST", headers=OURS, content=b"text=hello").status_code == 200
    assert asked == [b"text=hello"]
    typed = {"host": HERE, "sec-fetch-site": "none"}
    assert ask("GET", headers=typed).status_code == 200
    assert ask("GET", headers={"host": HERE}).status_code == 200


@pytest.mark.parametrize(
    "host", ["localhost:8731", "evil.example:8731", "127.0.0.1", "127.0.0.1:8732", ""]
)
def test_a_foreign_name_that_was_pointed_here_reads_nothing(host: str) -> None:
    answer = ask("GET", headers={"host": host})
    assert (answer.status_code, asked) == (421, [])
    assert "the desk" not in answer.text.replace("this desk is at", "")


@pytest.mark.parametrize(
    "origin",
    [None, "null", "http://localhost:8731", "http://127.0.0.1:8732", "https://127.0.0.1:8731", ""],
)
def test_a_form_without_the_desks_own_origin_does_nothing(origin: str | None) -> None:
    headers = {"host": HERE} | ({} if origin is None else {"origin": origin})
    assert ask("POST", headers=headers, content=b"x=1").status_code == 403
    assert asked == []


@pytest.mark.parametrize("site", ["cross-site", "same-site", "anything"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_what_the_browser_says_comes_from_elsewhere_is_refused(method: str, site: str) -> None:
    headers = OURS | {"sec-fetch-site": site}
    assert ask(method, headers=headers).status_code == 403
    assert asked == []


def test_the_launch_alone_may_come_from_a_file() -> None:
    headers = {"host": HERE, "sec-fetch-site": "cross-site"}
    assert ask("GET", LAUNCH, headers=headers).status_code == 200
    assert ask("POST", LAUNCH, headers=headers).status_code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"])
def test_other_methods_are_not_understood(method: str) -> None:
    assert ask(method, headers=OURS).status_code == 405
    assert asked == []


@pytest.mark.parametrize("length", [str(MAX_BODY + 1), "", "-1", "x", "²", "9" * 5_000])
def test_a_form_that_is_too_long_or_does_not_say_how_long_is_refused(length: str) -> None:
    headers = {name: value.encode("latin-1") for name, value in OURS.items()}
    headers["content-length"] = length.encode("latin-1")
    assert ask("POST", headers=headers, content=b"x").status_code == 413
    assert asked == []


def test_a_body_that_is_longer_than_it_said_ends_where_the_limit_is() -> None:
    sent: list[Message] = []
    parts = [{"type": "http.request", "body": bytes(MAX_BODY), "more_body": True}] * 2

    async def receive() -> Message:
        return parts.pop()

    async def send(message: Message) -> None:
        sent.append(message)

    async def read(_: Scope, receive: Receive, __: Send) -> None:
        await receive()
        assert (await receive())["type"] == "http.disconnect"

    headers = [(k.encode(), v.encode()) for k, v in {**OURS, "content-length": "5"}.items()]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    asyncio.run(Guard(read, HERE)(scope, receive, send))


def test_sockets_are_closed_unopened() -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(Guard(echo, HERE)({"type": "websocket", "path": "/"}, receive, send))
    assert [message["type"] for message in sent] == ["websocket.close"]


def test_every_answer_tells_the_browser_what_it_may_do() -> None:
    for answer in (ask("GET", headers=OURS), ask("GET", headers={"host": "evil"})):
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert HEADERS["Cache-Control"] == "no-store"
