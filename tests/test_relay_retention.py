"""What nobody uses goes, by the day, in both databases; an older database is read on."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from backchannel.post.messages import (
    BundleIs,
    Collected,
    Forget,
    GetBundle,
    Opened,
    PutBundle,
    Reason,
    Request,
    Side,
    Stored,
    hashed,
    refuse,
)
from backchannel.relay.database import connect, create
from backchannel.relay.limits import Limits
from hostile_relay import ManualDay
from postgres import server
from relays import AppRelay, Box, PostgresRelay, drawn

NOT_ADMITTED = refuse(Reason.NOT_ADMITTED)
RETENTION = 100  # days
LIMITS = Limits(retention=RETENTION)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.processes)])
def dated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[AppRelay, ManualDay]]:
    day = ManualDay()
    if request.param == "postgres":
        relay: AppRelay = PostgresRelay(server().fresh(), today=day, limits=LIMITS)
    else:
        relay = AppRelay(tmp_path, today=day, limits=LIMITS)
    yield relay, day
    relay.close()


def test_a_mailbox_that_neither_side_uses_goes_with_all_it_holds(
    dated: tuple[AppRelay, ManualDay],
) -> None:
    relay, day = dated
    box = Box().opened(relay)
    relay.ask(box.put(b"x"))
    relay.ask(PutBundle(mailbox=box.mailbox, send_secret=box.send, bundle=b"x"))
    new = drawn(32)
    relay.ask(box.rotate(Side.READ, new))
    day.pass_days(RETENTION)
    assert relay.sweep() == 1  # the letter, long expired
    day.pass_days(1)
    assert relay.sweep() == 1
    assert relay.sweep() == 0
    box.read = new
    assert relay.ask(box.collect()) == NOT_ADMITTED
    again = Box(box.mailbox).opened(relay)
    assert relay.ask(GetBundle(mailbox=again.mailbox, read_secret=again.read)) == BundleIs(
        bundle=None
    )
    assert relay.ask(again.collect()) == Collected(letters=())


@pytest.mark.parametrize("kind", ["put", "collect", "wait", "forget", "bundle"])
def test_a_mailbox_that_one_side_asks_for_stays(
    dated: tuple[AppRelay, ManualDay], kind: str
) -> None:
    relay, day = dated
    used, unused = Box().opened(relay), Box().opened(relay)
    for _ in range(3):
        day.pass_days(RETENTION // 2)
        relay.ask(asking(kind, used))
        relay.settle()
        relay.sweep()
    assert isinstance(relay.ask(used.put(b"y")), Stored)
    assert relay.ask(unused.put(b"y")) == NOT_ADMITTED


def asking(kind: str, box: Box) -> Request:
    requests: dict[str, Request] = {
        "put": box.put(b"x", days=1),
        "collect": box.collect(),
        "wait": box.collect(wait=1),
        "forget": Forget(mailbox=box.mailbox, read_secret=box.read, letter_ids=(drawn(16),)),
        "bundle": GetBundle(mailbox=box.mailbox, read_secret=box.read),
    }
    return requests[kind]


def test_whoever_is_not_admitted_keeps_no_mailbox(dated: tuple[AppRelay, ManualDay]) -> None:
    relay, day = dated
    box = Box().opened(relay)
    old = Box(box.mailbox, box.read, box.send)
    box.read = drawn(32)
    relay.ask(old.rotate(Side.READ, box.read))
    day.pass_days(RETENTION + 1)
    assert relay.ask(old.collect()) == NOT_ADMITTED
    assert relay.ask(Box(box.mailbox).put(b"x")) == NOT_ADMITTED
    relay.settle()
    relay.sweep()
    assert relay.ask(box.collect()) == NOT_ADMITTED


def test_letters_of_many_mailboxes_go_and_the_mailboxes_stay(
    dated: tuple[AppRelay, ManualDay],
) -> None:
    relay, day = dated
    boxes = [Box().opened(relay) for _ in range(70)]
    for box in boxes:
        relay.ask(box.put(b"short", days=1))
        relay.ask(box.put(b"long", days=9))
    day.pass_days(2)
    assert relay.sweep() == len(boxes)
    assert [box.letters(relay) for box in boxes] == [[b"long"]] * len(boxes)


def made_by_version_1(path: Path, box: Box) -> None:
    """Make the database that a relay of version 1 left, with a letter in it."""
    schema = resources.files("backchannel.relay").joinpath("schema/1.sql").read_text("utf-8")
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(schema)
        db.execute(
            "INSERT INTO mailboxes (mailbox, read_hash, send_hash) VALUES (?, ?, ?)",
            (box.mailbox, hashed(box.read), hashed(box.send)),
        )
        db.execute("INSERT INTO letters VALUES (?, 1, ?, 30000, ?)", (box.mailbox, bytes(16), b"x"))
        db.execute("INSERT INTO bundles VALUES (?, ?)", (box.mailbox, b"bundle"))
        db.execute("INSERT INTO vouchers VALUES (?)", (hashed(b"v" * 20),))


def test_a_database_of_version_1_is_read_on_and_its_mailboxes_count_as_just_used(
    tmp_path: Path,
) -> None:
    box = Box()
    made_by_version_1(tmp_path / "relay.db", box)
    day = ManualDay(date.today())  # noqa: DTZ011 - the step goes by the machine's day
    relay = AppRelay(tmp_path, today=day, limits=LIMITS)
    day.pass_days(RETENTION - 1)
    relay.sweep()
    assert box.letters(relay) == [b"x"]
    assert relay.ask(GetBundle(mailbox=box.mailbox, read_secret=box.read)) == BundleIs(
        bundle=b"bundle"
    )
    assert relay.ask(Box().opening(b"v" * 20)) == Opened()
    relay.close()
    create(tmp_path / "relay.db")  # a second time changes nothing
    with closing(connect(tmp_path / "relay.db")) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (2,)
        assert db.execute("SELECT letters, size FROM mailboxes ORDER BY letters").fetchall() == [
            (0, 0),
            (1, 1),
        ]


@pytest.mark.parametrize("version", [0, 1])
def test_several_that_lay_out_the_same_database_at_once_all_find_it_laid_out(
    tmp_path: Path, version: int
) -> None:
    path = tmp_path / "relay.db"
    if version:
        made_by_version_1(path, Box())
    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(create, path) for _ in range(4)]:
            future.result(20)
    with closing(connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (2,)
