"""Two relay processes on one PostgreSQL, as operators run them: told, killed, and stopped."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backchannel.desk.carrier import Carrier
from backchannel.post.errors import RelayDownError
from backchannel.post.messages import Answer, Collected, Opened, Reason, Stored, refuse
from backchannel.post.vouchers import read
from backchannel.relay.issue import issue
from postgres import server
from relays import Box, ProcessRelay, drawn

pytestmark = pytest.mark.processes
SECONDS = 20.0  # after which a test that hangs has failed
WAIT = 25  # seconds of a long poll, which a ring cuts short


class Home:
    """One database, and the relays that were started on it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = server().fresh()
        self.started: list[ProcessRelay] = []

    def start(self, name: str) -> ProcessRelay:
        relay = ProcessRelay(self.path / name, "--database", self.url)
        self.started.append(relay)
        return relay


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path)
    yield home
    for relay in home.started:
        relay.kill()


@pytest.fixture
def two(home: Home) -> tuple[ProcessRelay, ProcessRelay]:
    return home.start("one"), home.start("other")


def polled(relay: ProcessRelay, box: Box, *, asked: threading.Event) -> Answer:
    """Wait for a letter at this relay."""
    with Carrier(relay.url, relay.pin) as carrier:
        carrier.ask(box.collect())  # connected now
        asked.set()
        return carrier.ask(box.collect(wait=WAIT))


def test_a_letter_put_at_one_relay_ends_the_waiting_at_the_other(
    two: tuple[ProcessRelay, ProcessRelay],
) -> None:
    one, other = two
    for putting, waiting in ((one, other), (other, one)):
        box = Box().opened(putting)
        asked = threading.Event()
        with ThreadPoolExecutor(1) as pool:
            poll = pool.submit(polled, waiting, box, asked=asked)
            assert asked.wait(SECONDS)
            for _ in range(20):  # requests that were sent later are answered: the poll has arrived
                waiting.ask(Box().collect())
            put = box.put(drawn(4_096))
            assert isinstance(putting.ask(put), Stored)
            # Sooner than the poll would have ended by itself.
            assert poll.result(SECONDS) == Collected(letters=((put.letter_id, put.letter),))


def test_vouchers_made_for_one_hold_at_both_and_are_used_once(
    two: tuple[ProcessRelay, ProcessRelay],
) -> None:
    one, other = two
    vouchers = [read(line) for line in issue(one.directory, 40, one.database)]
    begin = threading.Barrier(2)

    def open_all(relay: ProcessRelay) -> list[Answer]:
        with Carrier(relay.url, relay.pin) as carrier:
            begin.wait(SECONDS)
            return [carrier.ask(Box().opening(voucher)) for voucher in vouchers]

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(open_all, (one, other)))
    assert {tuple(sorted(map(str, pair))) for pair in zip(*answers, strict=True)} == {
        tuple(sorted(map(str, (Opened(), refuse(Reason.VOUCHER)))))
    }


def test_the_kill_of_one_relay_loses_nothing_that_it_acknowledged(
    two: tuple[ProcessRelay, ProcessRelay],
) -> None:
    one, other = two
    boxes = [Box().opened(one) for _ in range(8)]
    acknowledged: list[list[bytes]] = [[] for _ in boxes]
    enough = threading.Semaphore(0)

    def put_until_it_is_gone(number: int) -> None:
        with Carrier(one.url, one.pin) as carrier:
            for _ in range(10_000):
                letter = drawn(1_000)
                try:
                    carrier.ask(boxes[number].put(letter))
                except RelayDownError:
                    return
                acknowledged[number].append(letter)
                enough.release()

    with ThreadPoolExecutor(len(boxes)) as pool:
        futures = [pool.submit(put_until_it_is_gone, number) for number in range(len(boxes))]
        for _ in range(100):
            assert enough.acquire(timeout=SECONDS)
        one.kill()
        for future in futures:
            future.result(SECONDS)
    for box, letters in zip(boxes, acknowledged, strict=True):
        # One more may have been stored whose answer was cut off; none is missing or doubled.
        assert box.letters(other)[: len(letters)] == letters[:64]
        assert isinstance(other.ask(box.put(b"no lock was left behind")), Stored)


def test_told_to_stop_it_ends_cleanly_and_the_other_goes_on(
    two: tuple[ProcessRelay, ProcessRelay],
) -> None:
    one, other = two
    box = Box().opened(one)
    asked = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        poll = pool.submit(polled, one, box, asked=asked)
        assert asked.wait(SECONDS)
        for _ in range(20):
            one.ask(Box().collect())
        code, seconds = one.stop()
        assert poll.result(SECONDS) == Collected(letters=())
    assert (code, one.errors()) == (0, b"")
    assert seconds < 5
    assert isinstance(other.ask(box.put(b"x")), Stored)


def test_a_relay_outlives_a_crash_of_the_server(two: tuple[ProcessRelay, ProcessRelay]) -> None:
    one, other = two
    box = Box().opened(one)
    put = box.put(b"kept")
    assert isinstance(one.ask(put), Stored)
    server().crash()
    for relay in two:
        answered: list[Answer] = []
        while not answered:
            try:
                answered.append(relay.ask(put))
            except RelayDownError:  # it found the server gone, and will ask for it again
                relay.hang_up()
        assert answered == [one.ask(put)]
        assert box.letters(relay) == [b"kept"]
    assert other.stop()[0] == 0
    # What went wrong is told by its kind alone.
    assert set(other.errors().splitlines()) <= {
        b"a request could not be answered: AdminShutdown",
        b"a request could not be answered: OperationalError",
    }
