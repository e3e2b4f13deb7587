"""The store on disk: durable before answered, all or nothing, and telling nothing to a finder."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from backchannel.post.messages import (
    Forget,
    Forgotten,
    PutBundle,
    Reason,
    Side,
    Stored,
    refuse,
)
from backchannel.relay.database import connect, create
from backchannel.relay.errors import StoreError
from backchannel.relay.sqlite import SqliteStore, today_utc
from backchannel.relay.writer import Writer
from hostile_relay import ManualDay
from relays import AppRelay, Box, drawn

FULL = refuse(Reason.DISK_FULL)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    create(tmp_path / "relay.db")
    writer = Writer(connect(tmp_path / "relay.db"))
    yield writer
    writer.close()


def held_up(writer: Writer, then: list[Any]) -> list[Future[Any]]:
    """Submit all of these while the writer is busy, so that they come to wait together."""
    go_on = threading.Event()
    busy = writer.submit(lambda _: go_on.wait(20))
    futures = [writer.submit(act) for act in then]
    go_on.set()
    busy.result(20)
    return futures


def adds(voucher: bytes) -> Any:  # noqa: ANN401 - whatever a writer is given
    return lambda db: db.execute("INSERT INTO vouchers (hash) VALUES (?)", (voucher,)).rowcount


def vouchers(path: Path) -> set[bytes]:
    with closing(connect(path / "relay.db")) as db:
        return {voucher for (voucher,) in db.execute("SELECT hash FROM vouchers")}


def test_what_came_to_wait_together_is_committed_together(writer: Writer) -> None:
    commits: list[str] = []
    writer.submit(lambda db: db.set_trace_callback(commits.append)).result(20)
    futures = held_up(writer, [adds(b"%d" % number) for number in range(100)])
    assert sum(future.result(20) for future in futures) == 100
    # One for what held the writer up, and one or two for the hundred.
    assert commits.count("COMMIT") <= 3


def test_what_was_answered_is_seen_by_others_at_once(tmp_path: Path, writer: Writer) -> None:
    writer.submit(adds(b"x")).result(20)
    assert vouchers(tmp_path) == {b"x"}


def test_one_that_fails_takes_nobody_with_it(tmp_path: Path, writer: Writer) -> None:
    def fails(db: sqlite3.Connection) -> None:
        adds(b"half")(db)
        raise ValueError("half done")

    good, bad, other = held_up(writer, [adds(b"a"), fails, adds(b"b")])
    assert [good.result(20), other.result(20)] == [1, 1]
    with pytest.raises(ValueError, match="half done"):
        bad.result(20)
    assert vouchers(tmp_path) == {b"a", b"b"}


def test_one_whose_asker_has_left_is_not_begun(tmp_path: Path, writer: Writer) -> None:
    go_on = threading.Event()
    busy = writer.submit(lambda _: go_on.wait(20))
    left = writer.submit(adds(b"left"))
    assert left.cancel()
    go_on.set()
    busy.result(20)
    writer.submit(adds(b"stayed")).result(20)
    assert vouchers(tmp_path) == {b"stayed"}


def test_a_closed_writer_has_done_all_that_was_submitted_and_takes_nothing(
    tmp_path: Path,
) -> None:
    create(tmp_path / "relay.db")
    writer = Writer(connect(tmp_path / "relay.db"))
    futures = held_up(writer, [adds(b"%d" % number) for number in range(50)])
    writer.close()
    writer.close()
    assert all(future.done() for future in futures)
    with pytest.raises(StoreError, match="closed"):
        writer.submit(adds(b"late"))


def test_a_full_disk_is_refused_and_nothing_is_half_stored(tmp_path: Path) -> None:
    relay = AppRelay(tmp_path, max_pages=60)
    box = Box().opened(relay)
    puts = [box.put(drawn(20_000)) for _ in range(20)]
    answers = [relay.ask(put) for put in puts]
    kept = [put for put, answer in zip(puts, answers, strict=True) if isinstance(answer, Stored)]
    assert 0 < len(kept) < 20
    assert {answer for answer in answers if not isinstance(answer, Stored)} == {FULL}
    bundle = PutBundle(mailbox=box.mailbox, send_secret=box.send, bundle=drawn(60_000))
    assert relay.ask(bundle) == FULL
    assert box.letters(relay) == [put.letter for put in kept]
    # Its reader makes room, and it goes on as if nothing had been.
    ids = tuple(put.letter_id for put in kept)
    forget = Forget(mailbox=box.mailbox, read_secret=box.read, letter_ids=ids)
    assert relay.ask(forget) == Forgotten()
    assert isinstance(relay.ask(puts[-1]), Stored)
    assert box.letters(relay) == [puts[-1].letter]
    relay.close()
    with closing(connect(tmp_path / "relay.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("SELECT letters, size FROM mailboxes").fetchone() == (1, 20_000)


def test_on_a_full_disk_a_small_letter_beside_a_large_one_is_stored(tmp_path: Path) -> None:
    relay = AppRelay(tmp_path, max_pages=40)
    box = Box().opened(relay)
    puts = [box.put(drawn(size)) for size in (65_536, 100, 65_536, 100, 65_536, 100)]

    async def at_once() -> list[Any]:
        return await asyncio.gather(*(relay.asked(put) for put in puts))

    answers = relay.runner.run(at_once())
    assert [isinstance(answer, Stored) for answer in answers[1::2]] == [True] * 3
    assert FULL in answers
    assert relay.ask(puts[1]) == answers[1]
    relay.close()


def test_another_fault_of_the_database_is_not_called_a_full_disk(tmp_path: Path) -> None:
    relay = AppRelay(tmp_path)
    box = Box().opened(relay)
    relay.store._writer.submit(lambda db: db.execute("DROP TABLE letters")).result(20)
    with pytest.raises(sqlite3.OperationalError):
        relay.runner.run(relay.store.ask(box.put(b"x")))
    relay.close()


def test_the_store_is_the_same_after_closing_and_opening(tmp_path: Path) -> None:
    relay = AppRelay(tmp_path)
    box = Box().opened(relay)
    relay.ask(box.put(b"kept"))
    relay.close()
    again = AppRelay(tmp_path)
    assert box.letters(again) == [b"kept"]
    again.close()


def test_every_commit_waits_for_the_disk(tmp_path: Path) -> None:
    create(tmp_path / "relay.db")
    with closing(connect(tmp_path / "relay.db")) as db:
        asked = ("synchronous", "journal_mode", "secure_delete")
        values = [db.execute(f"PRAGMA {name}").fetchone()[0] for name in asked]
    assert values == [2, "wal", 1]  # 2 is FULL


@pytest.mark.parametrize("content", [b"this is no database " * 100, b"SQLite format 3\0" * 100])
def test_a_file_that_is_no_database_of_a_relay_is_refused_and_left(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "relay.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="cannot be used as the relay's database"):
        SqliteStore(path)
    assert path.read_bytes() == content


def test_a_database_of_a_later_version_is_refused(tmp_path: Path) -> None:
    create(tmp_path / "relay.db")
    with closing(connect(tmp_path / "relay.db")) as db:
        db.execute("PRAGMA user_version = 3")
    with pytest.raises(StoreError, match="has version 3; this relay reads 2"):
        create(tmp_path / "relay.db")


def test_a_directory_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be used"):
        create(tmp_path / "nowhere" / "relay.db")


def test_sweeping_takes_what_has_expired_and_nothing_else(tmp_path: Path) -> None:
    day = ManualDay()
    relay = AppRelay(tmp_path, today=day)
    box = Box().opened(relay)
    for number in range(450):
        relay.ask(box.put(b"%03d" % number, days=1 + number % 2))
    day.pass_days(2)
    assert relay.runner.run(relay.store.sweep()) == 225
    assert relay.runner.run(relay.store.sweep()) == 0
    assert set(box.letters(relay)) <= {b"%03d" % number for number in range(1, 450, 2)}
    relay.close()
    with closing(connect(tmp_path / "relay.db")) as db:
        assert db.execute("SELECT letters FROM mailboxes").fetchone() == (225,)


def test_what_is_forgotten_or_swept_is_not_left_in_the_files(tmp_path: Path) -> None:
    day = ManualDay()
    relay = AppRelay(tmp_path, today=day)
    box = Box().opened(relay)
    forgotten, expired = drawn(3_000), drawn(3_000)
    put = box.put(forgotten)
    relay.ask(put)
    relay.ask(box.put(expired, days=1))
    read, mailbox = box.read, box.mailbox
    relay.ask(Forget(mailbox=mailbox, read_secret=read, letter_ids=(put.letter_id,)))
    day.pass_days(2)
    relay.runner.run(relay.store.sweep())
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert forgotten[100:120] not in files
    assert expired[100:120] not in files
    relay.close()


def test_secrets_and_vouchers_are_kept_as_hashes_and_a_used_voucher_not_at_all(
    tmp_path: Path,
) -> None:
    relay = AppRelay(tmp_path)
    voucher, unused = relay.issue(), relay.issue()
    box = Box()
    relay.ask(box.opening(voucher))
    new = drawn(32)
    relay.ask(box.rotate(Side.SEND, new))
    relay.close()
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in (box.read, box.send, new, voucher, unused):
        assert secret not in files
    assert len(vouchers(tmp_path)) == 1


def test_the_order_of_openings_and_of_letters_of_different_mailboxes_is_not_kept(
    tmp_path: Path,
) -> None:
    def rows(order: list[Box], path: Path) -> list[Any]:
        path.mkdir()
        relay = AppRelay(path, today=ManualDay())
        for box in order:
            box.opened(relay)
        for box in reversed(order):
            relay.ask(box.put(box.mailbox, box.mailbox))
        relay.close()
        with closing(connect(path / "relay.db")) as db:
            tables = ("mailboxes", "letters", "retired", "bundles")
            return [db.execute(f"SELECT * FROM {table}").fetchall() for table in tables]  # noqa: S608

    boxes = [Box() for _ in range(5)]
    assert rows(boxes, tmp_path / "one") == rows(boxes[::-1], tmp_path / "other")


def test_no_column_can_hold_a_time_or_an_address(tmp_path: Path) -> None:
    create(tmp_path / "relay.db")
    with closing(connect(tmp_path / "relay.db")) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM pragma_table_list")]
        columns = {
            column
            for table in tables
            if not table.startswith("sqlite_")
            for (column,) in db.execute("SELECT name FROM pragma_table_info(?)", (table,))
        }
    assert columns == {
        *("hash", "mailbox", "read_hash", "send_hash", "next", "letters", "size", "stale"),
        *("bundle", "side", "number", "letter_id", "expires", "letter"),
        *("used", "name", "value"),  # the day of last use; the operator's quotas
    }


def test_the_relay_reads_days_and_no_finer_time() -> None:
    assert type(today_utc()) is date
