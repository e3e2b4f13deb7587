"""Real desks around a hostile relay: nothing wrong is accepted, and in the end all arrives."""

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from backchannel.channel.errors import ChannelError
from backchannel.channel.handling import FOR_THE_MEDIATOR_ONLY, WITHOUT_ATTRIBUTION, Attribution
from backchannel.desk import courier, ledger, session
from backchannel.desk.errors import DeskError
from backchannel.desk.session import Conveying, Desk
from backchannel.desk.vault import open_vault
from backchannel.post import vouchers
from backchannel.post.messages import Answer, Collect, Collected, Put, Request, Stored
from backchannel.post.order import LIMIT
from backchannel.seal.letters import Kind, Letter
from backchannel.seal.session import is_established, seal
from hostile_relay import COLLECT_MOVES, PUT_MOVES, HostileRelay, MemoryRelay, Move
from mediation import Mediation, begin, new_desk
from vault_probe import caucus_row, journal_kinds, number

PARTIES = ("Iran", "US")
parties = st.sampled_from(PARTIES)
desks = st.sampled_from(("mediator", *PARTIES))


def written(talks: Mediation, desk: Desk, party: str, *, by_party: bool) -> list[object]:
    """Return what the desk shows of one side of a caucus, in its order."""
    view = session.view(desk, seat=party if desk is talks.mediator else "")
    return [shown.event for shown in view.entries if shown.from_party == by_party]


def check_nothing_wrong_is_shown(talks: Mediation) -> None:
    for name, desk in talks.parties.items():
        for by_party in (True, False):
            here = written(talks, desk, name, by_party=by_party)
            there = written(talks, talks.mediator, name, by_party=by_party)
            author, reader = (here, there) if by_party else (there, here)
            assert reader == author[: len(reader)]


def check_all_has_arrived(talks: Mediation, *, rounds: int = 4) -> None:
    """Go round with an honest relay, past the longest pause, until nothing may be left."""
    for _ in range(rounds):
        talks.clock.move(seconds=courier.LAST_RETRY + 1)
        talks.sync()
    for name, desk in talks.parties.items():
        assert session.view(desk) == session.view(talks.mediator, seat=name)
    for desk in (talks.mediator, *talks.parties.values()):
        assert number(desk, "SELECT count(*) FROM outbox") == 0
        assert number(desk, "SELECT count(*) FROM held") == 0
        assert not {"refused", "join attempt", "old protocol"} & set(journal_kinds(desk))
        assert all(not c.gap and not c.waiting for c in session.channels(desk)[0].caucuses)


class HostileTalks(RuleBasedStateMachine):
    """A mediator and two parties talk while the relay does all it can."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.relay = HostileRelay()
        self.talks = begin(Path(self.folder.name), self.relay, *PARTIES)
        self.texts: dict[str, list[str]] = {name: [] for name in PARTIES}
        self.count = 0

    def text(self) -> str:
        self.count += 1
        return f"text {self.count}"

    def desk(self, name: str) -> Desk:
        return self.talks.mediator if name == "mediator" else self.talks.parties[name]

    @initialize(seed=st.integers(0, 2**16))
    def draw_moves_from(self, seed: int) -> None:
        self.relay._random.seed(seed)

    @rule(moves=st.lists(st.sampled_from((*PUT_MOVES, *COLLECT_MOVES)), min_size=1, max_size=6))
    def plan(self, moves: list[Move]) -> None:
        self.relay.plan(*moves)

    @rule(party=parties, number=st.integers(1, 4))
    def say(self, party: str, number: int) -> None:
        for _ in range(number):
            self.talks.say(party, self.text(), WITHOUT_ATTRIBUTION)

    @rule(party=parties)
    def withdraw(self, party: str) -> None:
        desk = self.desk(party)
        with suppress(ChannelError, DeskError):  # nothing said yet, or withdrawn before
            session.withdraw(desk, "", next(iter(session.view(desk).notes), ""))

    @rule(party=parties)
    def ask(self, party: str) -> None:
        session.ask(self.desk(party), text=self.text())

    @rule(party=parties)
    def mediator_asks(self, party: str) -> None:
        session.ask(self.talks.mediator, text=self.text(), seat=party)

    @rule(party=parties)
    def remark(self, party: str) -> None:
        session.remark(self.talks.mediator, "", party, text=self.text())

    @rule(party=parties)
    def convey(self, party: str) -> None:
        (other,) = set(PARTIES) - {party}
        notes = list(session.view(self.talks.mediator, seat=other).notes)
        conveying = Conveying(seat=party, attribution=Attribution.NOBODY, rests_on=notes[-1:])
        with suppress(ChannelError, DeskError):  # nothing has arrived yet, or it was withdrawn
            session.convey(self.talks.mediator, "", conveying)

    @rule(names=st.lists(desks, min_size=1, max_size=3))
    def sync(self, names: list[str]) -> None:
        for name in names:
            courier.sync(self.desk(name), lambda _: self.relay)

    @rule(seconds=st.sampled_from((20, 90, 4000)))
    def time_passes(self, seconds: int) -> None:
        self.talks.clock.move(seconds=seconds)

    @rule(name=desks)
    def close_and_open_again(self, name: str) -> None:
        old = self.desk(name)
        old.vault.close()
        folder = Path(self.folder.name, "mediator" if name == "mediator" else f"desk-{name}")
        fresh = Desk(open_vault(folder, "a long walk"), old.now, old.draw)
        if name == "mediator":
            self.talks.mediator = fresh
        else:
            self.talks.parties[name] = fresh
        # What a relay kept is played again to the desk that knows of it only from its vault.
        self.relay.plan(Move.REPLAY)

    @invariant()
    def nothing_wrong_is_accepted(self) -> None:
        check_nothing_wrong_is_shown(self.talks)

    def teardown(self) -> None:
        self.relay.turn_honest()
        check_all_has_arrived(self.talks)
        self.talks.close()
        self.folder.cleanup()


HostileTalks.TestCase.settings = settings(max_examples=8, stateful_step_count=25, deadline=None)
test_hostile_talks = HostileTalks.TestCase


class SwallowingRelay(MemoryRelay):
    """Claims to have stored what is put into some mailboxes, and leaves some letters lying."""

    def __init__(self) -> None:
        super().__init__()
        self.swallowed: set[bytes] = set()
        self.withheld: set[bytes] = set()
        self.every_second_of: bytes = b""
        self.puts = 0

    def answer(self, request: Request) -> Answer:
        if isinstance(request, Put) and request.mailbox in self.swallowed:
            return Stored(expires=self.today())
        if isinstance(request, Put) and request.mailbox == self.every_second_of:
            self.puts += 1
            if self.puts % 2 and request.letter_id not in self.withheld:
                return Stored(expires=self.today())
        answer = super().answer(request)
        if isinstance(request, Collect) and isinstance(answer, Collected):
            kept = tuple(pair for pair in answer.letters if pair[0] not in self.withheld)
            return replace(answer, letters=kept)
        return answer


@pytest.fixture
def swallowing(tmp_path: Path) -> Iterator[tuple[Mediation, SwallowingRelay]]:
    relay = SwallowingRelay()
    mediation = begin(tmp_path, relay, "Iran")
    yield mediation, relay
    mediation.close()


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[tuple[Mediation, HostileRelay]]:
    relay = HostileRelay()
    mediation = begin(tmp_path, relay, *PARTIES)
    yield mediation, relay
    mediation.close()


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch) -> list[Letter]:
    """Return the list into which every letter goes that any desk seals from now on."""
    letters: list[Letter] = []

    def recording(state: bytes, letter: Letter) -> tuple[bytes, bytes]:
        letters.append(letter)
        return seal(state, letter)

    monkeypatch.setattr("backchannel.desk.ledger.seal", recording)
    return letters


def receipts(letters: list[Letter]) -> int:
    return sum(letter.kind is Kind.RECEIPT for letter in letters)


def test_no_more_than_64_letters_are_on_the_way(
    swallowing: tuple[Mediation, SwallowingRelay],
) -> None:
    talks, relay = swallowing
    for n in range(100):
        talks.say("Iran", f"note {n}", FOR_THE_MEDIATOR_ONLY)
    relay.asked.clear()
    courier.sync(talks.parties["Iran"], lambda _: relay)
    assert len(relay.sizes()) == LIMIT
    assert session.channels(talks.parties["Iran"])[0].caucuses[0].waiting == 100
    talks.clock.move(seconds=courier.FIRST_RETRY)
    courier.sync(talks.parties["Iran"], lambda _: relay)
    assert len({r.letter_id for r in relay.asked if isinstance(r, Put)}) == LIMIT
    check_all_has_arrived(talks)


def test_200_letters_delivered_in_any_order_are_read_in_theirs(
    hostile: tuple[Mediation, HostileRelay],
) -> None:
    talks, relay = hostile
    for n in range(200):
        talks.say("Iran", f"note {n}", FOR_THE_MEDIATOR_ONLY)
    relay.plan(*[Move.REORDER, Move.DUPLICATE, Move.WITHHOLD_FIRST] * 20)
    for _ in range(4):
        talks.sync()
        check_nothing_wrong_is_shown(talks)
    relay.turn_honest()
    check_all_has_arrived(talks)
    notes = session.view(talks.mediator, seat="Iran").notes.values()
    assert [note.said.text for note in notes] == [f"note {n}" for n in range(200)]


def test_one_receipt_is_sealed_for_all_that_a_collection_brought(
    swallowing: tuple[Mediation, SwallowingRelay], sealed: list[Letter]
) -> None:
    talks, _ = swallowing
    for n in range(120):
        talks.say("Iran", f"note {n}", FOR_THE_MEDIATOR_ONLY)
    check_all_has_arrived(talks)
    assert receipts(sealed) == 2  # one for each full window
    # So the author's desk keeps no keys of receipts that were never sent.
    assert len(caucus_row(talks.parties["Iran"]).session) < 1_000


def test_a_relay_that_swallows_all_receipts_has_few_of_them_made(
    swallowing: tuple[Mediation, SwallowingRelay], sealed: list[Letter]
) -> None:
    talks, relay = swallowing
    relay.swallowed = {caucus_row(talks.mediator, "Iran").send_box}
    for n in range(100):
        talks.say("Iran", f"note {n}", FOR_THE_MEDIATOR_ONLY)
        if n % 10 == 0:
            talks.sync()
    for _ in range(5):
        talks.clock.move(days=1)
        talks.sync()
    assert receipts(sealed) <= LIMIT
    assert len(sealed) - receipts(sealed) == LIMIT
    relay.swallowed = set()
    check_all_has_arrived(talks, rounds=6)
    assert len(session.view(talks.mediator, seat="Iran").notes) == 100


def test_a_letter_withheld_while_receipts_are_swallowed_can_still_be_opened(
    swallowing: tuple[Mediation, SwallowingRelay],
    sealed: list[Letter],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Without the bound, so many keys of swallowed receipts would come after that of the letter
    # that the party's session gives the letter's key up, and the caucus would be dead for good.
    monkeypatch.setattr(ledger, "MAX_RECEIPTS", 10)
    talks, relay = swallowing
    session.remark(talks.mediator, "", "Iran", text="the one withheld")
    relay.withheld = set(waiting_ids(talks.mediator))
    relay.every_second_of = caucus_row(talks.mediator, "Iran").send_box
    for n in range(40):
        talks.say("Iran", f"note {n}", FOR_THE_MEDIATOR_ONLY)
        talks.clock.move(minutes=5)
        courier.sync(talks.parties["Iran"], lambda _: relay)
        courier.sync(talks.mediator, lambda _: relay)
    assert 5 <= receipts(sealed) <= 10
    relay.withheld, relay.every_second_of = set(), b""
    check_all_has_arrived(talks, rounds=6)


def waiting_ids(desk: Desk) -> list[bytes]:
    with desk.vault.read() as connection:
        return [r[0] for r in connection.execute("SELECT letter_id FROM outbox").fetchall()]


def test_a_gap_is_shown_with_its_age(hostile: tuple[Mediation, HostileRelay]) -> None:
    talks, relay = hostile
    relay.plan(Move.PRETEND)
    for n in range(3):
        talks.say("Iran", f"note {n}", FOR_THE_MEDIATOR_ONLY)
    talks.sync(talks.parties["Iran"], talks.mediator)
    talks.clock.move(minutes=12)
    info = {c.name: c for c in session.channels(talks.mediator)[0].caucuses}
    assert info["Iran"].gap == "something is missing for 12 min, and later letters wait behind it"
    assert not info["US"].gap
    assert not session.view(talks.mediator, seat="Iran").notes
    check_all_has_arrived(talks)


def test_a_doubled_receipt_does_not_go_to_and_fro_for_ever(
    hostile: tuple[Mediation, HostileRelay],
) -> None:
    talks, relay = hostile
    # Both write before they read: each then has a receipt as its last word.
    talks.say("Iran", "our letters cross", FOR_THE_MEDIATOR_ONLY)
    session.remark(talks.mediator, "", "Iran", text="they do")
    talks.sync()
    for desk in (talks.mediator, talks.parties["Iran"]):
        row = caucus_row(desk, "Iran")
        assert row.receipt is not None
        assert row.receipt_id is not None
        put = Put(
            mailbox=row.send_box,
            send_secret=row.send_secret,
            letter_id=row.receipt_id,
            letter=row.receipt,
        )
        relay.ask(put)
    talks.sync()
    relay.asked.clear()
    talks.sync()
    assert relay.sizes() == []
    check_all_has_arrived(talks)


def test_a_flood_of_garbage_fills_neither_quarantine_nor_journal(
    hostile: tuple[Mediation, HostileRelay],
) -> None:
    talks, relay = hostile
    row = caucus_row(talks.mediator, "Iran")
    for n in range(100):
        letter = Put(
            mailbox=row.read_box,
            send_secret=caucus_row(talks.parties["Iran"]).send_secret,
            letter_id=n.to_bytes(16),
            letter=n.to_bytes(4096 if n % 2 else 4095),
        )
        relay.ask(letter)
    talks.say("Iran", "a note behind all that", FOR_THE_MEDIATOR_ONLY)
    talks.sync()
    assert number(talks.mediator, "SELECT count(*) FROM quarantine") == 64
    assert journal_kinds(talks.mediator).count("strange letter") == 2  # one for each sort
    check_all_has_arrived(talks)


def test_joining_under_attack_is_only_slower(tmp_path: Path) -> None:
    for seed, moves in enumerate((PUT_MOVES * 2, COLLECT_MOVES, (*PUT_MOVES, *COLLECT_MOVES))):
        folder = tmp_path / str(seed)
        folder.mkdir()
        relay = HostileRelay(seed=seed)
        relay.plan(*moves)
        talks = begin_slowly(folder, relay)
        assert is_established(caucus_row(talks.parties["Iran"]).session)
        check_nothing_wrong_is_shown(talks)
        check_all_has_arrived(talks)
        talks.close()


def begin_slowly(folder: Path, relay: HostileRelay) -> Mediation:
    """Have a party join, with a clock that moves on until its welcome has arrived."""
    talks = begin(folder, relay)
    lines = [vouchers.written(relay.issue()) for _ in range(2)]
    session.add_vouchers(talks.mediator, "", lines)
    line = session.invite(talks.mediator, "", "Iran")
    talks.sync(talks.mediator)
    desk = new_desk(folder, talks.clock, "desk-Iran")
    session.join(desk, line, lambda _: relay)
    talks.parties["Iran"] = desk
    for _ in range(30):
        talks.sync()
        talks.clock.move(minutes=70)
        if session.view(desk).welcome is not None:
            break
    session.accept_rules(desk)
    return talks
