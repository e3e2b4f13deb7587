"""The store in PostgreSQL: two relays on one database, a server that fails, and what it refuses."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from backchannel.post.messages import (
    Answer,
    Collected,
    Forget,
    GetBundle,
    Opened,
    PutBundle,
    Reason,
    Request,
    Rotated,
    Side,
    Stored,
    hashed,
    refuse,
)
from backchannel.relay import app, database
from backchannel.relay.errors import StoreError
from backchannel.relay.limits import Limits
from backchannel.relay.postgres import RINGING, PostgresStore
from backchannel.relay.postgres_bells import CHANNEL
from backchannel.relay.postgres_database import connect, create
from postgres import Server, server
from relays import Box, PostgresRelay, drawn

pytestmark = pytest.mark.processes
SECONDS = 20.0  # after which a test that hangs has failed
FULL = refuse(Reason.DISK_FULL)
SMALL = Limits(letters=5, size=1_000)


@pytest.fixture
def url() -> str:
    return server().fresh()


class Two:
    """Two relays on one database, each with its own event loop in its own thread."""

    def __init__(self, url: str, limits: Limits | None = None) -> None:
        self.stores = [PostgresStore(url, limits=limits) for _ in range(2)]
        self._pool = ThreadPoolExecutor(2)

    def at_once(self, *asked: Sequence[Request]) -> list[list[Answer]]:
        """Ask each relay all that is meant for it, everything at the same time."""
        begin = threading.Barrier(len(asked))

        async def all_of(store: PostgresStore, requests: Sequence[Request]) -> list[Answer]:
            begin.wait(SECONDS)
            return list(await asyncio.gather(*(store.ask(request) for request in requests)))

        def run(store: PostgresStore, requests: Sequence[Request]) -> list[Answer]:
            return asyncio.run(all_of(store, requests))

        return list(self._pool.map(run, self.stores, asked))

    def ask(self, request: Request, at: int = 0) -> Answer:
        return asyncio.run(self.stores[at].ask(request))

    def opened(self, *boxes: Box) -> None:
        for box in boxes:
            voucher = drawn(20)
            self.stores[0].add_vouchers([hashed(voucher)])
            assert self.ask(box.opening(voucher)) == Opened()

    def close(self) -> None:
        self._pool.shutdown()
        for store in self.stores:
            store.close()


@pytest.fixture
def two(url: str) -> Iterator[Two]:
    two = Two(url, SMALL)
    yield two
    two.close()


def test_what_one_relay_acknowledged_the_other_sees_at_once(two: Two) -> None:
    box = Box()
    two.opened(box)
    for number in range(5):
        put = box.put(b"%d" % number)
        assert isinstance(two.ask(put, at=number % 2), Stored)
        seen = two.ask(box.collect(), at=1 - number % 2)
        assert isinstance(seen, Collected)
        assert seen.letters[-1] == (put.letter_id, put.letter)


def test_of_two_relays_one_alone_takes_a_voucher(two: Two) -> None:
    for _ in range(5):
        vouchers = [drawn(20) for _ in range(10)]
        two.stores[0].add_vouchers([hashed(voucher) for voucher in vouchers])
        asked: list[list[Request]] = [[Box().opening(v) for v in vouchers] for _ in two.stores]
        # In the opposite order: each holds what the other wants next.
        asked[1].reverse()
        answers = two.at_once(*asked)
        both = zip(answers[0], reversed(answers[1]), strict=True)
        opened_and_refused = {Opened(), refuse(Reason.VOUCHER)}
        assert all(set(pair) == opened_and_refused for pair in both)


def test_of_two_that_open_the_same_mailbox_one_has_it_and_the_other_keeps_its_voucher(
    two: Two,
) -> None:
    vouchers = [drawn(20), drawn(20)]
    two.stores[0].add_vouchers([hashed(voucher) for voucher in vouchers])
    boxes = [Box(bytes(16)), Box(bytes(16))]
    answers = two.at_once(
        *[[box.opening(voucher)] for box, voucher in zip(boxes, vouchers, strict=True)]
    )
    assert sorted(map(str, answers)) == sorted(map(str, [[Opened()], [refuse(Reason.CONFLICT)]]))
    kept = vouchers[answers.index([refuse(Reason.CONFLICT)])]
    assert two.ask(Box().opening(kept)) == Opened()


def test_letters_put_at_two_relays_stay_within_the_quota_and_have_one_order(two: Two) -> None:
    boxes = [Box() for _ in range(4)]
    two.opened(*boxes)
    puts: list[list[Request]] = [
        [box.put(drawn(16)) for _ in range(SMALL.letters) for box in order]
        for order in (boxes, boxes[::-1])
    ]
    answers = [answer for side in two.at_once(*puts) for answer in side]
    assert sum(isinstance(answer, Stored) for answer in answers) == SMALL.letters * len(boxes)
    assert answers.count(refuse(Reason.QUOTA)) == SMALL.letters * len(boxes)
    for box in boxes:
        collected = two.ask(box.collect(), at=1)
        assert isinstance(collected, Collected)
        assert len(collected.letters) == SMALL.letters


def test_a_letter_put_at_both_relays_is_one_letter(two: Two) -> None:
    box = Box()
    two.opened(box)
    puts: list[Request] = [box.put(b"once")] * 10
    answers = two.at_once(puts, puts)
    assert len({answer for side in answers for answer in side}) == 1
    collected = two.ask(box.collect())
    assert isinstance(collected, Collected)
    assert len(collected.letters) == 1


def test_of_two_rotations_at_two_relays_one_holds_and_the_other_is_shown(two: Two) -> None:
    box = Box()
    two.opened(box)
    new = [drawn(32), drawn(32)]
    answers = two.at_once(*[[box.rotate(Side.READ, secret)] for secret in new])
    assert sorted(map(str, answers)) == sorted(
        map(str, [[Rotated()], [refuse(Reason.NOT_ADMITTED)]])
    )
    box.read = new[answers.index([Rotated()])]
    other = Forget(mailbox=box.mailbox, read_secret=box.read, letter_ids=(drawn(16),))
    for at in (0, 1):  # counting is not waited for, but by what is asked next
        two.ask(other, at=at)
    assert two.ask(box.collect()) == Collected(letters=(), stale_attempts=1)


def heard(url: str, act: Callable[[PostgresStore], object]) -> set[bytes]:
    """Return the rings that another relay hears while this is done, and one more at the end."""
    rung: set[bytes] = set()
    done, last = threading.Event(), Box()

    def ring(mailbox: bytes) -> None:
        rung.add(mailbox)
        if mailbox == last.mailbox:
            done.set()

    with closing(PostgresStore(url)) as listening, closing(PostgresStore(url)) as acting:
        listening.listen(ring)
        act(acting)
        acting._writer.submit([last.mailbox], lambda db: db.ring(last.mailbox)).result(SECONDS)
        assert done.wait(SECONDS)
    return rung - {last.mailbox}


def test_the_other_relay_hears_of_what_its_waiting_readers_shall_look_at(url: str) -> None:
    boxes = [Box() for _ in range(3)]

    def act(store: PostgresStore) -> None:
        vouchers = [drawn(20) for _ in boxes]
        store.add_vouchers([hashed(voucher) for voucher in vouchers])
        for box, voucher in zip(boxes, vouchers, strict=True):
            asyncio.run(store.ask(box.opening(voucher)))
        asyncio.run(store.ask(boxes[0].put(b"x")))
        asyncio.run(store.ask(boxes[1].rotate(Side.READ, drawn(32))))
        asyncio.run(store.ask(boxes[2].collect()))
        asyncio.run(store.ask(Box(boxes[2].mailbox).put(b"refused")))

    assert heard(url, act) == {boxes[0].mailbox, boxes[1].mailbox}


def test_a_relay_does_not_hear_itself(url: str) -> None:
    rung: list[bytes] = []
    with closing(PostgresStore(url)) as store:
        store.listen(rung.append)
        store._writer.submit([bytes(16)], lambda db: db.ring(bytes(16))).result(SECONDS)
        store._writer.submit([bytes(16)], lambda db: db.ring(bytes(16))).result(SECONDS)
        # From elsewhere, so that it is heard; and after the others, so that they were.
        server().run(f"SELECT pg_notify('{CHANNEL}', 'ff')", url)
        assert store._hearing is not None
        while not rung:
            assert store._hearing._thread.is_alive()
    assert rung == [b"\xff"]


def test_both_stores_ring_after_the_same_answers() -> None:
    assert app._RINGING == RINGING


def test_after_a_crash_of_the_server_all_that_was_acknowledged_is_there(url: str) -> None:
    relay = PostgresRelay(url)
    rung = threading.Event()
    relay.postgres.listen(lambda _: rung.set())
    box = Box().opened(relay)
    put = box.put(b"kept")
    assert isinstance(relay.ask(put), Stored)
    assert box.letters(relay) == [b"kept"]
    server().crash()
    with pytest.raises(psycopg.OperationalError):  # nobody is told that it was stored
        relay.runner.run(relay.postgres.ask(box.put(b"lost")))
    assert box.letters(relay) == [b"kept"]  # reading finds the server again by itself
    assert isinstance(relay.ask(put), Stored)
    assert isinstance(relay.ask(box.put(b"later")), Stored)
    assert box.letters(relay) == [b"kept", b"later"]
    while not rung.is_set():  # the rings of others are heard again, too
        server().run(f"SELECT pg_notify('{CHANNEL}', 'ff')", url)
    relay.close()


def full_above(url: str, size: int) -> None:
    """Have the server say that its disk is full for every letter of more than so many bytes."""
    server().run(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF length(NEW.letter) > {size} THEN RAISE 'no space' USING ERRCODE = '53100'; END IF;"
        " RETURN NEW; END $$",
        url,
    )
    server().run(
        "CREATE TRIGGER full_disk BEFORE INSERT ON letters"
        " FOR EACH ROW EXECUTE FUNCTION full_disk()",
        url,
    )


def test_a_full_disk_is_refused_and_takes_no_other_letter_with_it(url: str) -> None:
    relay = PostgresRelay(url)
    box = Box().opened(relay)
    full_above(url, 1_000)
    puts = [box.put(drawn(size)) for size in (2_000, 100, 2_000, 100)]

    async def at_once() -> list[Any]:
        return await asyncio.gather(*(relay.asked(put) for put in puts))

    answers = relay.runner.run(at_once())
    assert answers[::2] == [FULL, FULL]
    assert [isinstance(answer, Stored) for answer in answers[1::2]] == [True, True]
    assert sorted(box.letters(relay)) == sorted(put.letter for put in puts[1::2])
    assert server().run("SELECT letters, size FROM mailboxes", url) == [(2, 200)]
    relay.close()


def test_another_fault_of_the_database_is_not_called_a_full_disk(url: str) -> None:
    relay = PostgresRelay(url)
    box = Box().opened(relay)
    server().run("DROP TABLE letters", url)
    for request in (box.put(b"x"), box.collect()):
        with pytest.raises(psycopg.errors.UndefinedTable):
            relay.runner.run(relay.postgres.ask(request))
    relay.close()


def test_a_closed_store_has_done_all_that_was_asked_and_takes_nothing(url: str) -> None:
    store = PostgresStore(url)
    works = [store._writer.submit([drawn(16)], lambda _: 1) for _ in range(50)]
    store.close()
    store.close()
    assert [work.result(SECONDS) for work in works] == [1] * 50
    with pytest.raises(StoreError, match="closed"):
        store.add_vouchers([bytes(32)])


def test_every_commit_waits_for_the_disk_whatever_the_server_is_set_to(url: str) -> None:
    create(url)
    name = url.partition("@/")[2].partition("?")[0]
    server().run(f"ALTER DATABASE {name} SET synchronous_commit = off")
    server().run(f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")
    assert server().run("SHOW synchronous_commit", url) == [("off",)]
    with closing(connect(url)) as db:
        assert db.execute("SHOW synchronous_commit").fetchone() == ("on",)
        with db.transaction():
            assert db.execute("SHOW transaction_isolation").fetchone() == ("read committed",)
    with closing(connect(url, read_only=True)) as db, db.transaction():
        assert db.execute("SHOW transaction_isolation").fetchone() == ("repeatable read",)
        assert db.execute("SHOW transaction_read_only").fetchone() == ("on",)


@pytest.fixture
def without_fsync() -> Iterator[Server]:
    def set_to(value: str) -> None:
        server().run(f"ALTER SYSTEM SET fsync = {value}")
        server().run("SELECT pg_reload_conf()")
        while server().run("SHOW fsync") != [(value,)]:
            pass

    set_to("off")
    yield server()
    set_to("on")


def test_a_server_that_could_lose_letters_is_refused(without_fsync: Server) -> None:
    with pytest.raises(StoreError, match="fsync off"):
        PostgresStore(without_fsync.url())


def test_a_database_with_something_else_in_it_is_refused_and_left(url: str) -> None:
    server().run("CREATE TABLE letters (written TEXT)", url)
    with pytest.raises(StoreError, match="give the relay an empty database"):
        PostgresStore(url)
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    assert server().run(tables, url) == [("letters",)]


def test_a_database_of_another_version_is_refused(url: str) -> None:
    create(url)
    server().run("UPDATE backchannel_relay SET version = 2", url)
    with pytest.raises(StoreError, match="has version 2; this relay reads 1"):
        create(url)


def test_several_that_lay_out_the_same_database_at_once_all_find_it_laid_out(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(create, url) for _ in range(4)]:
            future.result(SECONDS)
    assert server().run("SELECT version FROM backchannel_relay", url) == [(1,)]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://relay@/nowhere?host={path}", "does not let us in"),
        ("postgresql://relay@127.0.0.1:1/relay", "does not let us in"),
        ("postgresql://relay:secret@/relay?host={path}&secret=1", "cannot be read"),
        ("postgresql://relay:secret@[broken", "cannot be read"),
    ],
)
def test_a_database_that_cannot_be_reached_is_said_so_in_one_line_without_the_password(
    address: str, said: str
) -> None:
    with pytest.raises(StoreError, match=said) as caught:
        create(address.format(path=server().path))
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_no_column_can_hold_a_time_or_an_address(url: str, tmp_path: Path) -> None:
    create(url)
    columns = server().run(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public'", url
    )
    path = tmp_path / "relay.db"  # PostgreSQL keeps what SQLite keeps, beside the version
    database.create(path)
    with closing(database.connect(path)) as db:
        sqlite = db.execute(
            "SELECT DISTINCT c.name FROM pragma_table_list AS t, pragma_table_info(t.name) AS c"
            " WHERE t.name NOT LIKE 'sqlite%'"
        ).fetchall()
    assert set(columns) == {*sqlite, ("version",)}


def test_secrets_and_vouchers_are_kept_as_hashes_and_nothing_is_logged_by_the_server(
    url: str,
) -> None:
    relay = PostgresRelay(url)
    began = len(server().log())
    voucher, unused = relay.issue(), relay.issue()
    box = Box()
    relay.ask(box.opening(voucher))
    new = drawn(32)
    relay.ask(PutBundle(mailbox=box.mailbox, send_secret=box.send, bundle=b"x"))
    relay.ask(GetBundle(mailbox=box.mailbox, read_secret=box.read))
    relay.ask(box.rotate(Side.SEND, new))
    relay.ask(box.put(b"with a stale secret"))
    relay.ask(Box().opening(voucher))
    relay.settle()
    kept = " ".join(
        str(server().run(f"SELECT * FROM {table}", url))  # noqa: S608 - our names
        for table in ("vouchers", "mailboxes", "retired", "bundles", "letters")
    )
    relay.close()
    for secret in (box.read, box.send, new, voucher, unused):
        assert str(secret) not in kept
    assert str(hashed(unused)) in kept
    assert str(hashed(voucher)) not in kept
    assert "ERROR" not in server().log()[began:]
