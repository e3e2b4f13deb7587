"""Two runs that differ only in what A said in confidence look the same to B, byte for byte.

B takes part in earnest: it is told remarks, questions, a conveyance, a correction, an accord, and
is refused some things. Compared are the letters to and from B before encryption, what B's desk
shows, the refusals B gets, and all that the relay sees of B's two mailboxes. So that bytes can be
compared, the desks draw from streams that start anew with each act that concerns B, and the signing
keys are fixed. Leaks planted on purpose show that the comparison would find them.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.channel import disclosure
from backchannel.channel.accord import Edition
from backchannel.channel.errors import ChannelError
from backchannel.channel.events import Entry, ToParty
from backchannel.channel.handling import (
    AS_OURS,
    FOR_THE_MEDIATOR_ONLY,
    WITHOUT_ATTRIBUTION,
    Attribution,
    Handling,
)
from backchannel.channel.names import SeatId
from backchannel.channel.oral import How, ToldByMouth
from backchannel.channel.record import Putting
from backchannel.channel.tellable import Tellable
from backchannel.channel.told import MediatorSaid
from backchannel.desk import courier, ledger, session
from backchannel.desk.desk import Desk
from backchannel.desk.errors import DeskError
from backchannel.desk.session import (
    AccordDraft,
    Aloud,
    Conveying,
    Hearing,
    joining,
    opening,
)
from backchannel.post.messages import Collect, Forget, Put, Request
from backchannel.post.relay_port import RelayPort
from backchannel.seal.letters import Letter
from backchannel.seal.session import safety_number, seal
from backchannel.seal.state import load
from hostile_relay import MemoryRelay
from mediation import START, Mediation, begin
from vault_probe import caucus_row, select

SLOTS = 8
JOINED = 3  # events said when both have joined and A has said what may be conveyed
LEDGER: dict[str, Any] = vars(ledger)  # where letters are sealed; recorders and leaks go in here
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - no disk: many runs
HOUR = timedelta(hours=1)
# Nothing of these may reach B: not as the mediator's idea, which is what the mediator will try.
FORBIDDING = (
    FOR_THE_MEDIATOR_ONLY,
    AS_OURS,
    Handling(uses=frozenset(Attribution), ask_first=True),
    Handling(uses=frozenset(Attribution), only_if="we give up everything"),
)


@dataclass(frozen=True)
class Act:
    """Something A does in confidence, or the mediator about it."""

    kind: str
    minute: int = 0
    length: int = 10
    handling: Handling = FOR_THE_MEDIATOR_ONLY


Plan = tuple[tuple[Act, ...], ...]  # what happens in each slot between two acts that concern B

acts = st.builds(
    Act,
    kind=st.sampled_from(
        (
            "say",
            "say",
            "ask",
            "withdraw",
            "erase",
            "request",
            "try",
            "answer",
            "sync",
            "remark",
            "hear",
            "told",
            "forget",
        )
    ),
    minute=st.integers(0, 50),
    length=st.sampled_from((1, 300, 5_000, 15_000)),
    handling=st.sampled_from(FORBIDDING),
)
plans = st.tuples(*[st.lists(acts, max_size=3).map(tuple)] * SLOTS)
NOTHING: Plan = ((),) * SLOTS
MUCH: Plan = tuple(
    (
        Act(kind="say", length=5_000, handling=FORBIDDING[slot % 4]),
        Act(kind="ask", minute=20),
        Act(kind="sync", minute=30),
        Act(kind="try", minute=40),
        Act(kind="hear", minute=41, length=5_000, handling=FORBIDDING[slot % 4]),
        Act(kind="told", minute=42, length=300),
    )
    for slot in range(SLOTS)
)


@dataclass
class Drawing:
    """A source of random bytes that can be started anew."""

    stream: Random = field(default_factory=lambda: Random(0))  # noqa: S311 - to be repeated

    def __call__(self, size: int) -> bytes:
        return self.stream.randbytes(size)


@dataclass
class Seen:
    """All that B, and the relay of B, could have noticed."""

    letters: list[tuple[str, Letter, int]] = field(default_factory=list)
    told: list[object] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    traffic: list[tuple[object, ...]] = field(default_factory=list)


@contextmanager
def fixed_keys() -> Iterator[None]:
    """Give signing keys that are the same in every run."""
    numbers = iter(range(100))

    def key() -> bytes:
        return hashlib.sha256(b"key %d" % next(numbers)).digest()

    with (
        patch.object(opening, "new_signing_key", key),
        patch.object(joining, "new_signing_key", key),
    ):
        yield


@contextmanager
def recorded(seen: list[tuple[bytes, Letter, int]]) -> Iterator[None]:
    """Write down each letter with the session it is sealed in, as it is before encryption."""
    sealing = LEDGER["seal"]

    def recording(state: bytes, letter: Letter) -> tuple[bytes, bytes]:
        after, ciphertext = sealing(state, letter)
        seen.append((state, letter, len(ciphertext)))
        return after, ciphertext

    with patch.dict(LEDGER, seal=recording):
        yield


def shape(request: Request, boxes: dict[bytes, str]) -> tuple[object, ...]:
    """Return what the relay sees of a request, but for what is random in it."""
    where = boxes[request.mailbox] if not hasattr(request, "voucher") else ""
    match request:
        case Put(letter=letter, expires_days=days):
            return "put", where, len(letter), days
        case Collect(wait=wait):
            return "collect", where, wait
        case Forget(letter_ids=letter_ids):
            return "forget", where, len(letter_ids)
        case _:
            return type(request).__name__, where


class Run:
    """One run: the same acts that concern B, and between them the plan's."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.relay = MemoryRelay()
        self.talks: Mediation = begin(folder, self.relay, "A", "B")
        self.plan = plan
        self.seen = Seen()
        self.drawing = {name: Drawing() for name in ("mediator", "A", "B")}
        self.talks.mediator = replace(self.talks.mediator, draw=self.drawing["mediator"])
        for name in ("A", "B"):
            desk = self.talks.parties[name]
            self.talks.parties[name] = replace(desk, draw=self.drawing[name])
        self.a, self.b = self.talks.parties["A"], self.talks.parties["B"]
        self.secrets: list[str] = []
        self.heard: list[str] = []
        self.accord = self.conveyance = self.question = ""

    def play(self) -> Seen:
        mediator = self.talks.mediator
        self.at(0)
        self.drawing["A"].stream.seed("the note that may be conveyed")
        self.open_note = self.talks.say("A", "Four may move first.", WITHOUT_ATTRIBUTION)
        self.talks.sync()
        self.relay.asked.clear()
        raw: list[tuple[bytes, Letter, int]] = []
        with recorded(raw):
            for slot in range(SLOTS):
                for act in self.plan[slot]:
                    self.at(slot, act.minute)
                    self.secret(act)
                self.at(slot + 1)
                # What follows draws anew, however much was drawn before.
                for name, drawing in self.drawing.items():
                    drawing.stream.seed(f"{name} {slot}")
                try:
                    STEPS[slot](self)
                except (ChannelError, DeskError) as error:  # as happens where a leak is planted
                    self.seen.refusals.append(f"unexpected: {error}")
                for desk in (self.a, self.b, mediator, self.b, self.a, mediator):
                    courier.sync(desk, lambda _: self.relay)
        self.note_what_was_seen(raw)
        return self.seen

    def at(self, slot: int, minute: int = 0) -> None:
        self.talks.clock.now = START + slot * HOUR + timedelta(minutes=minute)

    def secret(self, act: Act) -> None:
        mediator = self.talks.mediator
        last = self.secrets[-1] if self.secrets else "none"
        with suppress(ChannelError, DeskError):  # there may be no note yet, or an erased one
            match act.kind:
                case "say":
                    text = "s" * act.length
                    self.secrets.append(self.talks.say("A", text, act.handling))
                case "ask":
                    session.ask(self.a, text="q" * act.length)
                case "withdraw":
                    session.withdraw(self.a, "", last)
                case "erase":
                    session.erase(self.a, "", last)
                case "remark":
                    session.remark(mediator, "", "A", text="r" * act.length)
                case "request":
                    session.request_use(mediator, "", last, attribution=Attribution.AUTHOR)
                case "answer":
                    request = next(iter(session.view(self.a).requests), "")
                    session.answer_use(self.a, "", request, allowed=False)
                case "try":
                    self.try_to_convey(last)
                case "hear" | "told" | "forget":
                    self.speak(act)
                case _:
                    courier.sync(self.a, lambda _: self.relay)
                    # As a courier does that was woken by A's mailbox.
                    caucus = caucus_row(mediator, "A").caucus
                    courier.visit(mediator, self.relay, caucus, courier.Report())

    def speak(self, act: Act) -> None:
        """What is spoken with A, and with B: no desk learns of it, not even B's own."""
        mediator = self.talks.mediator
        aloud = Aloud(how=How.BY_TELEPHONE, spoken=mediator.minute())
        hearing = Hearing(text="h" * act.length, handling=act.handling)
        for name in ("A", "B"):
            if act.kind == "hear":
                self.heard.append(session.heard(mediator, "", name, hearing, aloud=aloud))
            elif act.kind == "told":
                text, idea = "t" * act.length, Attribution.MEDIATOR
                telling = Conveying(seat=name, attribution=idea, text=text)
                session.told_by_mouth(mediator, "", telling, aloud=aloud)
            elif self.heard:
                session.take_back_heard(mediator, "", self.heard.pop(), erase=True)

    def try_to_convey(self, note: str) -> None:
        conveying = Conveying(seat="B", attribution=Attribution.MEDIATOR, rests_on=[note])
        with pytest.raises((ChannelError, DeskError)):
            session.convey(self.talks.mediator, "", conveying)

    def refused(self, attempt: Callable[[], object]) -> None:
        with pytest.raises((ChannelError, DeskError)) as refusal:
            attempt()
        self.seen.refusals.append(str(refusal.value))

    def note_what_was_seen(self, raw: list[tuple[bytes, Letter, int]]) -> None:
        row = caucus_row(self.b)
        ours = safety_number(row.session)
        for state, letter, size in raw:
            if safety_number(state) == ours:
                side = load(state).side  # type: ignore[union-attr]
                self.seen.letters.append((side.name, letter, size))
        self.seen.told = [
            body for (body,) in select(self.b, "SELECT body FROM events ORDER BY place")
        ]
        self.seen.told.append(session.view(self.b))
        boxes = {row.send_box: "up", row.read_box: "down"}
        self.seen.traffic = [
            shape(r, boxes) for r in self.relay.asked if getattr(r, "mailbox", b"") in boxes
        ]


def remark_and_ask(run: Run) -> None:
    session.remark(run.talks.mediator, "", "B", text="We have begun.")
    run.question = session.ask(run.talks.mediator, text="What of the funds?", seat="B")


def b_answers(run: Run) -> None:
    session.say(run.b, text="In Doha.", handling=FOR_THE_MEDIATOR_ONLY, answers=run.question)
    run.refused(lambda: session.withdraw(run.b, "", "0" * 32))
    run.refused(lambda: session.adhere(run.b, "", ""))


def convey(run: Run) -> None:
    conveying = Conveying(seat="B", attribution=Attribution.NOBODY, rests_on=[run.open_note])
    run.conveyance = session.convey(run.talks.mediator, "", conveying)


def correct_and_put(run: Run) -> None:
    session.correct(run.talks.mediator, "", run.conveyance, text="Five may move first.")
    writing = AccordDraft(
        title="Exchange",
        editions=[Edition(language="en", text="Each side does its part.")],
        parties=["A", "B"],
    )
    run.accord = session.draft(run.talks.mediator, "", writing)
    session.put(run.talks.mediator, "", run.accord)


def both_adhere(run: Run) -> None:
    for desk in (run.a, run.b):
        session.adhere(desk, "", run.accord)
    run.refused(lambda: session.adhere(run.b, "", run.accord))


def release(run: Run) -> None:
    session.release(run.talks.mediator, "", run.accord)
    run.refused(lambda: session.accord_file(run.b, "", run.accord))


def b_asks(run: Run) -> None:
    session.ask(run.b, text="Is that all?")


def suspend(run: Run) -> None:
    session.suspend(run.talks.mediator, "")
    session.remark(run.talks.mediator, "", "B", text="Until Monday.")


STEPS = (
    remark_and_ask,
    b_answers,
    convey,
    correct_and_put,
    both_adhere,
    release,
    b_asks,
    suspend,
)


def seen_by_b(plan: Plan) -> Seen:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder, fixed_keys():
        run = Run(Path(folder), plan)
        try:
            return run.play()
        finally:
            run.talks.close()


@settings(max_examples=3)
@given(one=plans, other=plans)
def test_what_a_says_in_confidence_changes_nothing_for_b(one: Plan, other: Plan) -> None:
    assert seen_by_b(one) == seen_by_b(other)


def test_b_takes_part_in_what_is_compared() -> None:
    seen = seen_by_b(NOTHING)
    assert seen == seen_by_b(MUCH)
    assert len(seen.refusals) == 4
    mediators = [letter for side, letter, _ in seen.letters if side == "MEDIATOR"]
    assert sum(len(letter.body) > 0 for letter in mediators) == 8
    assert {kind for kind, *_ in seen.traffic} == {"put", "collect", "forget"}


def events_in_the_channel(desk: Desk) -> int:
    # Read beside the block that is open, as a slip of code inside it would.
    ((count,),) = desk.vault._connection.execute("SELECT count(*) FROM events").fetchall()
    return int(count)


def test_a_count_taken_across_caucuses_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = disclosure.tell

    def leaking(channel: Tellable, entry: Entry) -> dict[SeatId, ToParty]:
        everything = sum(caucus.said_count for caucus in channel.caucuses.values())
        told = honest(channel, entry)
        if everything <= JOINED:
            return told
        return {seat: replace(event, seen=everything) for seat, event in told.items()}

    monkeypatch.setitem(LEDGER, "disclosure", SimpleNamespace(tell=leaking))
    assert letters_differ(*both())


def test_an_identifier_made_from_the_number_of_events_would_be_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def leaking(desk: Desk) -> str:
        return hashlib.md5(b"%d" % events_in_the_channel(desk)).hexdigest()  # noqa: S324 - a leak

    monkeypatch.setattr(Desk, "new_id", leaking)
    assert letters_differ(*both())


def test_a_letter_larger_for_what_a_wrote_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = ledger.enqueue
    longest = 0

    def leaking(desk: Desk, connection: object, row: object, body: bytes) -> None:
        nonlocal longest
        longest = max(longest, len(body))
        honest(desk, connection, row, body)  # type: ignore[arg-type]

    def padding(state: bytes, letter: Letter) -> tuple[bytes, bytes]:
        after, ciphertext = seal(state, letter)
        return after, ciphertext + bytes(longest > 4_000)

    monkeypatch.setattr(ledger, "enqueue", leaking)
    monkeypatch.setitem(LEDGER, "seal", padding)
    one, other = both()
    assert one.traffic != other.traffic


def test_a_courier_that_a_wakes_and_that_then_asks_for_b_would_be_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    honest = courier.visit

    def leaking(
        desk: Desk, port: RelayPort, _: str, report: courier.Report, *, wait: int = 0
    ) -> None:
        for (caucus,) in select(desk, "SELECT caucus FROM caucuses"):
            honest(desk, port, str(caucus), report, wait=wait)

    monkeypatch.setattr(courier, "visit", leaking)
    one, other = both()
    assert one.letters == other.letters
    assert one.traffic != other.traffic


def test_a_refusal_that_depends_on_what_others_said_would_be_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    honest = disclosure.tell

    def leaking(channel: Tellable, entry: Entry) -> dict[SeatId, ToParty]:
        busy = sum(caucus.said_count for caucus in channel.caucuses.values()) > 9
        # While another caucus is busy, accords are kept back.
        return {} if busy and isinstance(entry, Putting) else honest(channel, entry)

    monkeypatch.setitem(LEDGER, "disclosure", SimpleNamespace(tell=leaking))
    one, other = both()
    assert one.refusals != other.refusals


def test_a_desk_that_is_told_what_its_party_was_told_by_mouth_would_be_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    honest = disclosure.tell

    def leaking(channel: Tellable, entry: Entry) -> dict[SeatId, ToParty]:
        told = honest(channel, entry)
        if isinstance(entry, ToldByMouth):
            seen = channel.caucuses[entry.seat].said_count
            told = {entry.seat: MediatorSaid(at=entry.at, seen=seen, text=entry.text)}
        return told

    monkeypatch.setitem(LEDGER, "disclosure", SimpleNamespace(tell=leaking))
    assert letters_differ(*both())


def both() -> tuple[Seen, Seen]:
    return seen_by_b(NOTHING), seen_by_b(MUCH)


def letters_differ(one: Seen, other: Seen) -> bool:
    return one.letters != other.letters
