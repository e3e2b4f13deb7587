"""A repair under a hostile relay, a hostile other side, and a vault that fails at any statement."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from backchannel.channel.caucus import Caucus, Event
from backchannel.channel.handling import FOR_THE_MEDIATOR_ONLY
from backchannel.channel.names import AccordId, NoteId, QuestionId
from backchannel.channel.said import Adhered, Asked, RulesAccepted, Withdrew
from backchannel.channel.told import MediatorAsked, Welcomed
from backchannel.desk import courier, ledger, repairing, returning, session, tables
from backchannel.desk.receiving import Taken, receive
from backchannel.desk.session import Desk
from backchannel.post.messages import Collect, Collected
from backchannel.seal.session import unseal
from backchannel.wire.codec import encode
from hostile_relay import COLLECT_MOVES, PUT_MOVES, HostileRelay, MemoryRelay
from mediation import START, Mediation, begin
from restoring import (
    acknowledged,
    back_up,
    desk_of,
    lose_and_restore,
    nothing_waits,
    settle,
    texts,
    views,
)
from test_desk_crash import Failing
from vault_probe import caucus_row, everything_in, journal_kinds

SIDES = ("Iran", "mediator")
ACTIONS = ("say", "remark", "sync Iran", "sync mediator", "sync all")


@pytest.fixture
def talks(tmp_path: Path) -> Iterator[Mediation]:
    mediation = begin(tmp_path / "home", HostileRelay(), "Iran")
    yield mediation
    mediation.close()


def act(talks: Mediation, action: str, number: int) -> None:
    match action:
        case "say":
            talks.say("Iran", f"said {number}", FOR_THE_MEDIATOR_ONLY)
        case "remark":
            session.remark(talks.mediator, "", "Iran", text=f"told {number}")
        case "sync all":
            talks.sync()
        case _:
            courier.sync(desk_of(talks, action.removeprefix("sync ")), lambda _: talks.relay)


@settings(max_examples=12)
@given(
    side=st.sampled_from(SIDES),
    early=st.lists(st.sampled_from(ACTIONS), max_size=6),
    late=st.lists(st.sampled_from(ACTIONS), max_size=8),
    moves=st.lists(st.sampled_from((*PUT_MOVES, *COLLECT_MOVES)), max_size=12),
    seed=st.integers(0, 99),
)
def test_after_a_repair_both_ends_agree_and_what_was_acknowledged_is_there_once(  # noqa: PLR0917
    side: str, early: list[str], late: list[str], moves: list[object], seed: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        relay = HostileRelay(seed=seed)
        talks = begin(Path(folder) / "home", relay, "Iran")
        for number, action in enumerate(early):
            act(talks, action, number)
        file = back_up(talks, side)
        for number, action in enumerate(late, start=len(early)):
            act(talks, action, number)
        sure = [acknowledged(talks, "Iran", from_party=who) for who in (True, False)]
        lose_and_restore(talks, side, file)
        relay.plan(*moves)  # type: ignore[arg-type]
        settle(talks, 3)
        relay.turn_honest()
        settle(talks)
        ours, theirs = views(talks, "Iran")
        assert ours == theirs
        shown = texts(ours)
        assert len(shown) == len(set(shown))
        for known, from_party in zip(sure, (True, False), strict=True):
            there = texts(ours, from_party=from_party)
            assert [text for text in there if text in known] == known
        assert nothing_waits(talks)
        for desk in (talks.mediator, talks.parties["Iran"]):
            assert "refused" not in journal_kinds(desk)
        act(talks, "say", 1000)
        act(talks, "remark", 1001)
        talks.sync()
        ours, theirs = views(talks, "Iran")
        assert ours == theirs
        assert set(texts(ours)[-2:]) == {"said 1000", "told 1001"}
        talks.close()


# Another side that returns what was not so


def lost_after(talks: Mediation, side: str) -> Desk:
    """Have a desk restored, and the other one not connected since."""
    file = back_up(talks, side)
    talks.say("Iran", "said after", FOR_THE_MEDIATOR_ONLY)
    talks.sync()
    session.remark(talks.mediator, "", "Iran", text="told after")
    talks.sync()
    return lose_and_restore(talks, side, file)


def returning_instead(monkeypatch: pytest.MonkeyPatch, *events: Event) -> None:
    def lost(caucus: Caucus, *, said: int, told: int) -> list[Event]:
        assert said <= caucus.said_count
        assert told <= caucus.told_count
        return list(events)

    monkeypatch.setattr(returning, "lost", lost)


WRONG_SAYINGS: dict[str, Event] = {
    "a key that is not ours": RulesAccepted(at=START, seen=1, signing_key=bytes(32)),
    "an accord never put": Adhered(
        at=START, seen=1, accord=AccordId("ab" * 16), signature=bytes(64)
    ),
    "a note never said": Withdrew(at=START, seen=1, note=NoteId("ab" * 16)),
    "more seen than there was": Asked(
        at=START, seen=99, question=QuestionId("ab" * 16), text="Well?"
    ),
}


@pytest.mark.parametrize("event", WRONG_SAYINGS.values(), ids=list(WRONG_SAYINGS))
def test_what_cannot_be_this_partys_own_is_refused_and_shown(
    talks: Mediation, monkeypatch: pytest.MonkeyPatch, event: Event
) -> None:
    iran = lost_after(talks, "Iran")
    before = len(session.view(iran).entries)
    returning_instead(monkeypatch, event)
    settle(talks)
    assert len(session.view(iran).entries) == before
    assert any("returned as this desk's own" in r.words for r in session.journal(iran))
    talks.say("Iran", "this desk goes on", FOR_THE_MEDIATOR_ONLY)


def test_what_cannot_be_the_mediators_own_is_refused_and_shown(
    talks: Mediation, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = lost_after(talks, "mediator")
    before = len(session.view(desk, seat="Iran").entries)
    wrong: list[Event] = [
        Welcomed(
            at=START,
            seen=1,
            title="Talks",
            mediator="Qatar",
            mediator_key=bytes(32),
            party="Iran",
            rules="None.",
        ),
        MediatorAsked(at=START, seen=77, question=QuestionId("ab" * 16), text="Well?"),
    ]
    returning_instead(monkeypatch, *wrong)
    settle(talks)
    assert len(session.view(desk, seat="Iran").entries) == before
    words = [r.words for r in session.journal(desk) if r.kind == "refused"]
    assert len(words) == 2
    session.remark(desk, "", "Iran", text="this desk goes on")


def planted(talks: Mediation, side: str) -> None:
    """Have an honest-looking desk send one letter that the other's rules refuse."""
    desk, name = desk_of(talks, side), "Iran" if side == "mediator" else ""
    event: Event = (
        Withdrew(at=talks.clock(), seen=1, note=NoteId("cd" * 16))
        if side == "Iran"
        else MediatorAsked(at=talks.clock(), seen=99, question=QuestionId("cd" * 16), text="?")
    )
    key = caucus_row(desk, name).caucus
    with desk.transaction() as connection:
        row = tables.caucus(connection, key)
        ledger.enqueue(desk, connection, row, encode(event))
        tables.store_caucus(connection, row)
        # Counted by its author as well, as an event of its own that shows nothing.
        ledger.add_refused(connection, row.channel, row.caucus, refused=ledger.REFUSED_OURS)
    talks.sync()


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("author", SIDES)
def test_a_letter_that_was_refused_is_counted_by_both_after_a_repair(
    talks: Mediation, side: str, author: str
) -> None:
    file = back_up(talks, side)
    talks.say("Iran", "one", FOR_THE_MEDIATOR_ONLY)
    talks.sync()
    planted(talks, author)
    session.remark(talks.mediator, "", "Iran", text="two")
    talks.sync()
    talks.say("Iran", "three", FOR_THE_MEDIATOR_ONLY)
    talks.sync()
    planted(talks, author)
    lose_and_restore(talks, side, file)
    settle(talks)
    ours, theirs = views(talks, "Iran")
    assert texts(ours) == texts(theirs) == ["one", "two", "three"]
    assert ours == theirs
    talks.say("Iran", "four", FOR_THE_MEDIATOR_ONLY)
    session.remark(talks.mediator, "", "Iran", text="five")
    settle(talks, 2)
    ours, theirs = views(talks, "Iran")
    assert ours == theirs
    assert set(texts(ours)[-2:]) == {"four", "five"}


# A vault that fails


def lying_for(talks: Mediation, desk: Desk) -> tuple[str, list[bytes]]:
    row = caucus_row(desk, "Iran")
    answer = talks.relay.ask(Collect(mailbox=row.read_box, read_secret=row.read_secret))
    assert isinstance(answer, Collected)
    return row.caucus, [letter for _, letter in answer.letters]


def starts(talks: Mediation, side: str) -> tuple[Desk, Callable[[], object]]:
    desk = lost_after(talks, side)
    caucus = caucus_row(desk, "Iran").caucus
    return desk, lambda: repairing.mend(desk, talks.relay, caucus)


def accepts(talks: Mediation, side: str) -> tuple[Desk, Callable[[], object]]:
    courier.sync(lost_after(talks, side), lambda _: talks.relay)
    whole = desk_of(talks, "mediator" if side == "Iran" else "Iran")
    caucus, letters = lying_for(talks, whole)
    return whole, lambda: receive(whole, caucus, letters[-1])


def takes_back(talks: Mediation, side: str) -> tuple[Desk, Callable[[], object]]:
    """The last letter of the return closes the gap before all others: it is all one block."""
    desk = lost_after(talks, side)
    whole = desk_of(talks, "mediator" if side == "Iran" else "Iran")
    for each in (desk, whole):
        courier.sync(each, lambda _: talks.relay)
    caucus, letters = lying_for(talks, desk)
    of_return = [one for one in letters if receive_late(desk, caucus, one)]
    return desk, lambda: receive(desk, caucus, of_return[0])


def receive_late(desk: Desk, caucus: str, letter: bytes) -> bool:
    """Take in a letter unless it is the answer; tell whether it is."""
    row = caucus_row(desk, "Iran")
    try:
        _, opened = unseal(row.session, letter)
    except Exception:  # noqa: BLE001 - of the session before
        receive(desk, caucus, letter)
        return False
    if opened.counter == 1:
        return True
    assert receive(desk, caucus, letter) is Taken.HELD
    return False


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("make", [starts, accepts, takes_back], ids=lambda make: make.__name__)
def test_a_repair_that_fails_at_any_statement_has_done_nothing_and_succeeds_again(
    tmp_path: Path, side: str, make: Callable[[Mediation, str], tuple[Desk, Callable[[], object]]]
) -> None:
    talks = begin(tmp_path / "home", MemoryRelay(), "Iran")
    desk, doing = make(talks, side)
    before, statement = everything_in(desk), 1
    honest = desk.vault._connection
    while True:
        failing = Failing(honest, statement, after=False)
        object.__setattr__(desk.vault, "_connection", failing)
        try:
            doing()
        except dbapi2.OperationalError:
            assert failing.failed
        finally:
            object.__setattr__(desk.vault, "_connection", honest)
        if not failing.failed:
            break
        assert everything_in(desk) == before, f"something stayed of statement {statement}"
        statement += 1
    assert statement > 5
    settle(talks)
    ours, theirs = views(talks, "Iran")
    assert ours == theirs
    assert texts(ours) == ["said after", "told after"]
    assert nothing_waits(talks)
    assert caucus_row(talks.mediator, "Iran").epoch == 1
    talks.close()
