"""Letters stored together: answered and kept exactly as if each had come by itself."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backchannel.post.messages import Answer, Put, Reason, Side, Stored, refuse
from backchannel.post.vouchers import read
from backchannel.relay.database import connect
from backchannel.relay.directory import Directory
from backchannel.relay.issue import issue
from backchannel.relay.limits import Limits
from backchannel.relay.sqlite import SqliteStore
from backchannel.relay.together import _LARGEST
from hostile_relay import ManualDay
from relays import Box, drawn

LIMITS = Limits(letters=5, size=20)
SECONDS = 20
BOXES = 3


class Stores:
    """Two stores with the same mailboxes: one is asked all at once, the other one by one."""

    def __init__(self, path: Path, limits: Limits = LIMITS, count: int = BOXES) -> None:
        self.day = ManualDay()
        self.boxes = [Box() for _ in range(count)]
        self.paths = [path / "at once", path / "one by one"]
        self.stores = [self._store(folder, limits) for folder in self.paths]

    def _store(self, folder: Path, limits: Limits) -> SqliteStore:
        directory = Directory(folder)
        directory.prepare()
        store = SqliteStore(directory.database, limits=limits, today=self.day)
        vouchers = issue(directory, len(self.boxes))

        async def opened() -> None:
            for box, voucher in zip(self.boxes, vouchers, strict=True):
                await store.ask(box.opening(read(voucher)))

        asyncio.run(opened())
        return store

    def at_once(self, puts: list[Put]) -> list[Answer]:
        """Ask while the writer is held up, so that all go into one transaction."""
        store = self.stores[0]

        async def asked() -> list[Answer]:
            go_on = threading.Event()
            held_up = store._writer.submit(lambda _: go_on.wait(SECONDS))
            answers = [asyncio.ensure_future(store.ask(put)) for put in puts]
            await asyncio.sleep(0)
            go_on.set()
            assert held_up.result(SECONDS)
            return await asyncio.gather(*answers)

        return asyncio.run(asked())

    def one_by_one(self, puts: list[Put]) -> list[Answer]:
        async def asked() -> list[Answer]:
            return [await self.stores[1].ask(put) for put in puts]

        return asyncio.run(asked())

    def kept(self) -> list[list[tuple[object, ...]]]:
        """Return what both keep."""
        found = []
        for folder in self.paths:
            with closing(connect(folder / "relay.db")) as db:
                letters = db.execute("SELECT * FROM letters ORDER BY mailbox, number").fetchall()
                boxes = db.execute(
                    "SELECT mailbox, next, letters, size, stale FROM mailboxes ORDER BY mailbox"
                ).fetchall()
            found.append([*letters, *boxes])
        return found

    def close(self) -> None:
        for store in self.stores:
            store.close()


# Mailbox (one is not there), secret, one of a few ids, one of a few letters, days.
puts = st.lists(
    st.tuples(
        st.integers(0, BOXES),
        st.sampled_from(["right", "right", "right", "wrong", "stale"]),
        st.integers(0, 6),
        st.sampled_from([b"a", b"bb", b"a long letter"]),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=20,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rounds=st.lists(puts, min_size=1, max_size=3), days=st.integers(0, 2))
def test_letters_put_at_once_are_answered_and_kept_as_if_they_came_one_by_one(
    tmp_path_factory: pytest.TempPathFactory,
    rounds: list[list[tuple[int, str, int, bytes, int]]],
    days: int,
) -> None:
    stores = Stores(tmp_path_factory.mktemp("stores"))
    stale = stores.boxes[0].send
    for store in stores.stores:
        rotation = stores.boxes[0].rotate(Side.SEND, b"n" * 32)
        asyncio.run(store.ask(rotation))
    stores.boxes[0].send = b"n" * 32
    boxes = [*stores.boxes, Box()]
    for put_now in rounds:
        asked = []
        for number, secret, letter_id, letter, kept_days in put_now:
            box = boxes[number]
            send = {"right": box.send, "wrong": bytes(32), "stale": stale}[secret]
            asked.append(
                Put(
                    mailbox=box.mailbox,
                    send_secret=send,
                    letter_id=bytes([letter_id]) * 16,
                    letter=letter,
                    expires_days=kept_days,
                )
            )
        assert stores.at_once(asked) == stores.one_by_one(asked)
        for store in stores.stores:
            store._writer.submit(lambda _: None).result(SECONDS)  # what is written afterwards
        at_once, one_by_one = stores.kept()
        assert at_once == one_by_one
        stores.day.pass_days(days)
    stores.close()


@pytest.mark.parametrize("count", [1, 2, 3, _LARGEST, _LARGEST + 5])
def test_as_many_as_come_are_stored_by_few_statements(tmp_path: Path, count: int) -> None:
    stores = Stores(tmp_path, Limits(), count)
    statements: list[str] = []
    stores.stores[0]._writer.submit(
        lambda db: db.set_trace_callback(statements.append)
    ).result(SECONDS)  # fmt: skip
    answers = stores.at_once([box.put(drawn(100)) for box in stores.boxes])
    assert all(isinstance(answer, Stored) for answer in answers)
    # Each is traced again for every row's trigger.
    inserts = {text for text in statements if text.startswith("INSERT INTO letters")}
    assert len(inserts) == count.bit_count()
    stores.close()


def test_one_that_is_refused_takes_nobody_with_it(tmp_path: Path) -> None:
    stores = Stores(tmp_path, Limits(), 8)
    asked = [box.put(drawn(100)) for box in stores.boxes]
    asked[3] = Box(stores.boxes[3].mailbox).put(b"with a wrong secret")
    answers = stores.at_once(asked)
    refused = [isinstance(answer, Stored) for answer in answers].index(False)
    assert (refused, answers[refused]) == (3, refuse(Reason.NOT_ADMITTED))
    assert sum(isinstance(answer, Stored) for answer in answers) == 7
    stores.close()


def test_letters_for_one_mailbox_keep_the_order_in_which_they_came(tmp_path: Path) -> None:
    stores = Stores(tmp_path, Limits(), 2)
    one, other = stores.boxes
    asked = [box.put(b"%d" % number) for number in range(6) for box in (one, other)]
    stores.at_once(asked)
    with closing(connect(stores.paths[0] / "relay.db")) as db:
        for box in (one, other):
            letters = db.execute(
                "SELECT letter FROM letters WHERE mailbox = ? ORDER BY number", (box.mailbox,)
            ).fetchall()
            assert letters == [(b"%d" % number,) for number in range(6)]
    stores.close()


def test_an_asker_that_has_left_or_whose_loop_is_closed_troubles_nobody(tmp_path: Path) -> None:
    stores = Stores(tmp_path, Limits(), 2)
    store = stores.stores[0]
    go_on = threading.Event()

    async def leave(act: Callable[[], Put]) -> None:
        store._writer.submit(lambda _: go_on.wait(SECONDS))
        task = asyncio.ensure_future(store.ask(act()))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        store._writer.ask(lambda _: None)  # awaited by nobody; the loop is closed by then

    asyncio.run(leave(lambda: stores.boxes[0].put(b"not begun")))
    go_on.set()
    assert asyncio.run(store.ask(stores.boxes[1].put(b"x"))) is not None
    assert len(stores.kept()[0]) == 1 + 2
    stores.close()
