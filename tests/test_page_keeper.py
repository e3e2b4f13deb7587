"""Who holds the desk behind the page: it locks when nobody is there, and keeps what was typed."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from starlette.requests import Request

from backchannel.desk.commands.setting import now_in_utc
from backchannel.desk.errors import WrongPassphraseError
from backchannel.desk.tables import ChannelRow
from backchannel.desk.vault import create
from backchannel.desk.vault_key import Cost
from backchannel.desk.web.entry import Session
from backchannel.desk.web.keeper import Keeper, LockedError, Outside
from backchannel.desk.web.visit import Site, Visit
from backchannel.post.relay_port import RelayPort

PASSPHRASE = "a long walk in Doha"  # noqa: S105 - of a test
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
IDLE = 60.0


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def nowhere(_: ChannelRow) -> RelayPort:
    raise AssertionError("this desk has no channel, and asks no relay")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    create(tmp_path / "qatar", PASSPHRASE, cost=CHEAP)
    return tmp_path / "qatar"


def kept(desk: Path, clock: Clock, use: Callable[[Keeper], Awaitable[None]]) -> None:
    """Do something with an unlocked keeper that watches, and close it."""

    async def run() -> None:
        outside = Outside(
            now=now_in_utc, draw=secrets.token_bytes, clock=clock, ports=nowhere, idle=IDLE
        )
        keeper = Keeper(desk, outside)
        await keeper.unlock(PASSPHRASE)
        watching = asyncio.create_task(keeper.watch())
        try:
            await use(keeper)
        finally:
            watching.cancel()
            await keeper.lock()

    asyncio.run(run())


async def locked(keeper: Keeper) -> None:
    async with asyncio.timeout(20):
        while keeper.unlocked:  # the watch looks ten times a second, and tells of it
            async with keeper.news:
                await keeper.news.wait()


def visit(keeper: Keeper, session: Session, *, unattended: bool) -> Visit:
    headers = [(b"hx-request", b"true")] if unattended else []
    scope = {"type": "http", "method": "GET", "path": "/c/x", "headers": headers}
    site = cast("Site", SimpleNamespace(keeper=keeper))
    return Visit(site, Request(scope), session)


def test_a_desk_locks_when_nobody_does_anything_though_its_pages_look_for_news(desk: Path) -> None:
    clock = Clock()

    async def use(keeper: Keeper) -> None:
        page = visit(keeper, Session(key=b"k"), unattended=True)
        for clock.now in (IDLE / 2, IDLE - 1):
            await page.run(lambda desk: desk.vault.changes)
        clock.now = IDLE + 1
        await locked(keeper)
        with pytest.raises(LockedError):
            await page.run(lambda desk: desk.vault.changes)

    kept(desk, clock, use)


def test_a_desk_stays_open_while_somebody_is_at_it(desk: Path) -> None:
    clock = Clock()

    async def use(keeper: Keeper) -> None:
        page = visit(keeper, Session(key=b"k"), unattended=False)
        for clock.now in (IDLE - 1, 2 * IDLE - 2, 3 * IDLE - 3):
            await page.run(lambda desk: desk.vault.changes)
        await asyncio.sleep(0.5)  # several looks of the watch
        assert keeper.unlocked

    kept(desk, clock, use)


def test_a_wrong_passphrase_opens_nothing(desk: Path) -> None:
    async def use(keeper: Keeper) -> None:
        await keeper.lock()
        with pytest.raises(WrongPassphraseError):
            await keeper.unlock("another walk")
        assert not keeper.unlocked
        assert keeper.courier == ""

    kept(desk, Clock(), use)


def test_what_was_typed_is_given_back_to_a_person_and_not_to_a_page_that_looks_for_news(
    desk: Path,
) -> None:
    session = Session(key=b"k")
    typed: dict[str, Any] = {"text": ["typed before"]}
    session.kept = ("/c/x", typed)

    async def use(keeper: Keeper) -> None:
        for unattended in (True, False):
            page = visit(keeper, session, unattended=unattended)
            await page.recall()
            assert page.field("text") == ("" if unattended else "typed before")
        again = visit(keeper, session, unattended=False)
        await again.recall()
        assert again.field("text") == ""

    kept(desk, Clock(), use)
