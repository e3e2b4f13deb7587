"""What every relay must do: the one in memory, the application on both stores, and the process.

The relay in memory stands in for the real one in the desk's tests, so it must answer alike; at the
end of this file any sequence of requests is put to it and to one with a database.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from backchannel.post.messages import (
    BundleIs,
    BundleStored,
    Close,
    Closed,
    Collected,
    Forget,
    Forgotten,
    GetBundle,
    Opened,
    PutBundle,
    Reason,
    Request,
    Rotate,
    Rotated,
    Side,
    Stored,
    hashed,
    refuse,
)
from backchannel.relay.limits import Limits
from hostile_relay import ManualDay, MemoryRelay
from postgres import server
from relays import AnyRelay, AppRelay, Box, PostgresRelay, ProcessRelay, drawn

NOT_ADMITTED = refuse(Reason.NOT_ADMITTED)
SMALL = Limits(letters=3, size=100)


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProcessRelay]:
    running = ProcessRelay(tmp_path_factory.mktemp("relay"))
    yield running
    running.kill()


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppRelay]:
    app = AppRelay(tmp_path_factory.mktemp("app"))
    yield app
    app.close()


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresRelay]:
    relay = PostgresRelay(server().fresh())
    yield relay
    relay.close()


@pytest.fixture(
    params=[
        "memory",
        "application",
        pytest.param("postgres", marks=pytest.mark.processes),
        pytest.param("process", marks=pytest.mark.processes),
    ]
)
def relay(request: pytest.FixtureRequest) -> AnyRelay:
    if request.param == "memory":
        return MemoryRelay()
    chosen: AnyRelay = request.getfixturevalue(request.param)
    return chosen


@pytest.fixture(
    params=["memory", "application", pytest.param("postgres", marks=pytest.mark.processes)]
)
def dated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[AnyRelay, ManualDay]]:
    """Return a relay with small limits, and the calendar it goes by."""
    day = ManualDay()
    if request.param == "memory":
        yield MemoryRelay(day, SMALL), day
        return
    if request.param == "postgres":
        app: AppRelay = PostgresRelay(server().fresh(), today=day, limits=SMALL)
    else:
        app = AppRelay(tmp_path, today=day, limits=SMALL)
    yield app, day
    app.close()


def stale_attempts(relay: AnyRelay, box: Box) -> int:
    # Counting is not waited for, so that refusing takes no longer; what is asked next waits for it.
    relay.ask(Forget(mailbox=box.mailbox, read_secret=box.read, letter_ids=(drawn(16),)))
    answer = relay.ask(box.collect())
    assert isinstance(answer, Collected)
    return answer.stale_attempts


def test_a_letter_comes_out_as_it_went_in(relay: AnyRelay) -> None:
    box = Box().opened(relay)
    letter_id, letter = drawn(16), drawn(65_536)
    assert isinstance(relay.ask(box.put(letter, letter_id)), Stored)
    assert relay.ask(box.collect()) == Collected(letters=((letter_id, letter),))


def test_letters_come_out_in_the_order_in_which_they_went_in(relay: AnyRelay) -> None:
    box = Box().opened(relay)
    for number in range(20):
        relay.ask(box.put(b"%d" % number))
    assert box.letters(relay) == [b"%d" % number for number in range(20)]


def test_a_letter_stays_until_it_is_forgotten(relay: AnyRelay) -> None:
    box = Box().opened(relay)
    ids = [drawn(16) for _ in range(3)]
    for letter_id in ids:
        relay.ask(box.put(letter_id, letter_id))
    forget = Forget(mailbox=box.mailbox, read_secret=box.read, letter_ids=(ids[1], drawn(16)))
    assert len(box.letters(relay)) == 3
    assert [relay.ask(forget), relay.ask(forget)] == [Forgotten(), Forgotten()]
    assert box.letters(relay) == [ids[0], ids[2]]


def test_a_letter_put_twice_is_one_letter(relay: AnyRelay) -> None:
    box = Box().opened(relay)
    put = box.put(b"once")
    assert relay.ask(put) == relay.ask(put)
    assert box.letters(relay) == [b"once"]


def test_another_letter_under_the_same_id_is_a_conflict_and_changes_nothing(
    relay: AnyRelay,
) -> None:
    box = Box().opened(relay)
    letter_id = drawn(16)
    relay.ask(box.put(b"first", letter_id))
    assert relay.ask(box.put(b"second", letter_id)) == refuse(Reason.CONFLICT)
    assert box.letters(relay) == [b"first"]


def test_the_same_letter_id_in_two_mailboxes_is_two_letters(relay: AnyRelay) -> None:
    one, other = Box().opened(relay), Box().opened(relay)
    letter_id = drawn(16)
    relay.ask(one.put(b"to one", letter_id))
    relay.ask(other.put(b"to the other", letter_id))
    assert (one.letters(relay), other.letters(relay)) == ([b"to one"], [b"to the other"])


def test_more_than_fits_into_one_answer_comes_in_several(relay: AnyRelay) -> None:
    box = Box().opened(relay)
    sent = [drawn(65_536) for _ in range(18)] + [drawn(10) for _ in range(70)]
    for letter in sent:
        relay.ask(box.put(letter))
    collected: list[bytes] = []
    while True:
        answer = relay.ask(box.collect())
        assert isinstance(answer, Collected)
        if not answer.letters:
            break
        ids = tuple(letter_id for letter_id, _ in answer.letters)
        collected += [letter for _, letter in answer.letters]
        relay.ask(Forget(mailbox=box.mailbox, read_secret=box.read, letter_ids=ids))
    assert collected == sent


def test_a_voucher_opens_one_mailbox(relay: AnyRelay) -> None:
    voucher = relay.issue()
    box = Box()
    assert relay.ask(box.opening(voucher)) == Opened()
    assert relay.ask(box.opening(voucher)) == Opened()  # the answer was lost: asked again
    assert relay.ask(Box().opening(voucher)) == refuse(Reason.VOUCHER)
    assert relay.ask(Box().opening(drawn(20))) == refuse(Reason.VOUCHER)


def test_an_open_mailbox_cannot_be_squatted_with_another_voucher(relay: AnyRelay) -> None:
    box = Box().opened(relay)
    relay.ask(box.put(b"kept"))
    voucher = relay.issue()
    squatter = Box(mailbox=box.mailbox)
    assert relay.ask(squatter.opening(drawn(20))) == refuse(Reason.VOUCHER)
    assert relay.ask(squatter.opening(voucher)) == refuse(Reason.CONFLICT)
    assert relay.ask(squatter.collect()) == NOT_ADMITTED
    assert box.letters(relay) == [b"kept"]
    assert relay.ask(Box().opening(voucher)) == Opened()  # refused, it was not used up


def everything(box: Box) -> list[Request]:
    """Return one request of each kind that shows a secret of this box."""
    mailbox, read, send = box.mailbox, box.read, box.send
    return [
        box.put(b"x"),
        box.collect(),
        box.collect(wait=1),
        Forget(mailbox=mailbox, read_secret=read, letter_ids=(drawn(16),)),
        box.rotate(Side.READ, drawn(32)),
        box.rotate(Side.SEND, drawn(32)),
        Close(mailbox=mailbox, read_secret=read),
        PutBundle(mailbox=mailbox, send_secret=send, bundle=b"x"),
        GetBundle(mailbox=mailbox, read_secret=read),
    ]


def test_a_wrong_secret_and_a_mailbox_that_is_not_there_look_alike(relay: AnyRelay) -> None:
    box = Box().opened(relay)
    relay.ask(box.put(b"kept"))
    guessed = Box(mailbox=box.mailbox)
    swapped = Box(mailbox=box.mailbox, read=box.send, send=box.read)
    for refused in (guessed, swapped, Box()):
        assert [relay.ask(request) for request in everything(refused)] == [NOT_ADMITTED] * 9
    assert stale_attempts(relay, box) == 0
    assert box.letters(relay) == [b"kept"]


@pytest.mark.parametrize("side", Side)
def test_after_a_rotation_the_new_secret_holds_and_the_old_one_does_not(
    relay: AnyRelay, side: Side
) -> None:
    box = Box().opened(relay)
    old = Box(box.mailbox, box.read, box.send)
    new = drawn(32)
    assert relay.ask(box.rotate(side, new)) == Rotated()
    if side is Side.READ:
        box.read = new
        assert relay.ask(old.collect()) == NOT_ADMITTED
    else:
        box.send = new
        assert relay.ask(old.put(b"x")) == NOT_ADMITTED
    assert isinstance(relay.ask(box.put(b"y")), Stored)
    assert box.letters(relay) == [b"y"]


@pytest.mark.parametrize("side", Side)
def test_a_rotation_whose_answer_was_lost_can_be_asked_again(relay: AnyRelay, side: Side) -> None:
    box = Box().opened(relay)
    rotation = box.rotate(side, drawn(32))
    assert [relay.ask(rotation) for _ in range(3)] == [Rotated()] * 3
    if side is Side.SEND:
        assert stale_attempts(relay, box) == 0


def test_a_second_joining_is_refused_and_shown_to_the_reader(relay: AnyRelay) -> None:
    box = Box().opened(relay)
    invited = Box(box.mailbox, box.read, box.send)
    assert relay.ask(invited.rotate(Side.SEND, drawn(32))) == Rotated()
    assert relay.ask(invited.rotate(Side.SEND, drawn(32))) == NOT_ADMITTED
    assert relay.ask(invited.put(b"x")) == NOT_ADMITTED
    assert stale_attempts(relay, box) == 2


def test_a_secret_replaced_long_ago_is_still_known_as_stale(relay: AnyRelay) -> None:
    box = Box().opened(relay)
    for _ in range(8):
        new = drawn(32)
        relay.ask(box.rotate(Side.SEND, new))
        first, box.send = box.send, new
    relay.ask(Box(box.mailbox, box.read, first).put(b"x"))
    assert stale_attempts(relay, box) == 1


def test_a_bundle_lies_in_the_mailbox_until_another_takes_its_place(relay: AnyRelay) -> None:
    box = Box().opened(relay)
    get = GetBundle(mailbox=box.mailbox, read_secret=box.read)
    assert relay.ask(get) == BundleIs(bundle=None)
    for bundle in (b"first", b"second"):
        put = PutBundle(mailbox=box.mailbox, send_secret=box.send, bundle=bundle)
        assert [relay.ask(put), relay.ask(put)] == [BundleStored(), BundleStored()]
        assert relay.ask(get) == BundleIs(bundle=bundle)
    assert box.letters(relay) == []


def test_a_closed_mailbox_is_as_if_it_had_never_been(relay: AnyRelay) -> None:
    box = Box().opened(relay)
    relay.ask(box.put(b"x"))
    close = Close(mailbox=box.mailbox, read_secret=box.read)
    assert relay.ask(close) == Closed()
    assert [relay.ask(request) for request in everything(box)] == [NOT_ADMITTED] * 9
    again = Box(box.mailbox).opened(relay)
    assert again.letters(relay) == []


def test_a_letter_goes_after_its_last_day(dated: tuple[AnyRelay, ManualDay]) -> None:
    relay, day = dated
    box = Box().opened(relay)
    put = box.put(b"x", days=2)
    stored = relay.ask(put)
    day.pass_days(2)
    assert relay.ask(put) == stored == Stored(expires=day.today)
    assert box.letters(relay) == [b"x"]
    day.pass_days(1)
    assert box.letters(relay) == []
    assert relay.ask(put) != stored
    assert box.letters(relay) == [b"x"]


def test_a_full_mailbox_takes_no_more_until_letters_are_forgotten(
    dated: tuple[AnyRelay, ManualDay],
) -> None:
    relay, day = dated
    box = Box().opened(relay)
    puts = [box.put(b"x", days=days) for days in (1, 1, 5)]
    for put in puts:
        relay.ask(put)
    assert relay.ask(box.put(b"x")) == refuse(Reason.QUOTA)
    assert relay.ask(puts[0]) == Stored(expires=day.today.replace(day=2))  # it is here already
    day.pass_days(2)
    assert isinstance(relay.ask(box.put(b"y")), Stored)
    assert box.letters(relay) == [b"x", b"y"]


def test_a_mailbox_takes_so_many_bytes(dated: tuple[AnyRelay, ManualDay]) -> None:
    relay, _ = dated
    box = Box().opened(relay)
    assert isinstance(relay.ask(box.put(bytes(60))), Stored)
    assert relay.ask(box.put(bytes(41))) == refuse(Reason.QUOTA)
    assert isinstance(relay.ask(box.put(bytes(40))), Stored)


class BothAlike(RuleBasedStateMachine):
    """Any sequence of requests, put to the relay in memory and to the one with a database."""

    boxes = st.integers(0, 1)
    secrets = st.integers(0, 2)
    ids = st.integers(1, 4)
    sides = st.sampled_from(Side)

    def __init__(self) -> None:
        super().__init__()
        self.day = ManualDay()
        self.directory = TemporaryDirectory()
        self.memory = MemoryRelay(self.day, SMALL)
        self.disk = self.started()

    def started(self) -> AppRelay:
        return AppRelay(Path(self.directory.name), today=self.day, limits=SMALL)

    def teardown(self) -> None:
        self.disk.close()
        self.directory.cleanup()

    def ask(self, request: Request) -> None:
        self.disk.settle()
        assert self.memory.ask(request) == self.disk.ask(request)

    @rule(box=boxes, read=secrets, send=secrets, known=st.booleans())
    def open(self, *, box: int, read: int, send: int, known: bool) -> None:
        known_to_memory, known_to_disk = self.memory.issue(), self.disk.issue()
        opening = Box(mailbox_of(box), secret_of(read), secret_of(send)).opening
        if known:
            answers = (
                self.memory.ask(opening(known_to_memory)),
                self.disk.ask(opening(known_to_disk)),
            )
            assert answers[0] == answers[1]
        else:
            self.ask(opening(bytes(20)))

    @rule(box=boxes, secret=secrets, letter_id=ids, size=st.integers(1, 60), days=st.integers(1, 3))
    def put(self, *, box: int, secret: int, letter_id: int, size: int, days: int) -> None:
        sender = Box(mailbox_of(box), send=secret_of(secret))
        self.ask(sender.put(bytes(size), letter_id.to_bytes(16), days))

    @rule(box=boxes, secret=secrets, letter_ids=st.lists(ids, min_size=1, max_size=3))
    def forget(self, box: int, secret: int, letter_ids: list[int]) -> None:
        ids = tuple(letter_id.to_bytes(16) for letter_id in letter_ids)
        self.ask(Forget(mailbox=mailbox_of(box), read_secret=secret_of(secret), letter_ids=ids))

    @rule(box=boxes, side=sides, old=secrets, new=secrets)
    def rotate(self, box: int, side: Side, old: int, new: int) -> None:
        if old != new:
            hash_ = hashed(secret_of(new))
            self.ask(
                Rotate(
                    mailbox=mailbox_of(box), side=side, old_secret=secret_of(old), new_hash=hash_
                )
            )

    @rule(box=boxes, secret=secrets, bundle=st.binary(min_size=1, max_size=3))
    def put_bundle(self, box: int, secret: int, bundle: bytes) -> None:
        self.ask(PutBundle(mailbox=mailbox_of(box), send_secret=secret_of(secret), bundle=bundle))

    @rule(box=boxes, secret=secrets)
    def close(self, box: int, secret: int) -> None:
        self.ask(Close(mailbox=mailbox_of(box), read_secret=secret_of(secret)))

    @rule(days=st.integers(1, 2))
    def pass_days(self, days: int) -> None:
        self.day.pass_days(days)

    @rule()
    def sweep(self) -> None:
        self.disk.sweep()

    @invariant()
    def readers_see_the_same(self) -> None:
        for box in (0, 1):
            for secret in range(3):
                reader = Box(mailbox_of(box), read=secret_of(secret))
                self.ask(reader.collect())
                self.ask(GetBundle(mailbox=reader.mailbox, read_secret=reader.read))


class PostgresAlike(BothAlike):
    """The same with PostgreSQL."""

    def started(self) -> AppRelay:
        return PostgresRelay(server().fresh(), today=self.day, limits=SMALL)


def mailbox_of(number: int) -> bytes:
    return bytes([number]) * 16


def secret_of(number: int) -> bytes:
    return bytes([number]) * 32


BothAlike.TestCase.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
test_both_relays_answer_alike = BothAlike.TestCase
PostgresAlike.TestCase.settings = BothAlike.TestCase.settings
test_a_relay_with_postgresql_answers_alike = pytest.mark.processes(PostgresAlike.TestCase)
