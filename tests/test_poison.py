"""Poison: authentic letters that break the rules are shown, count, and block nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.channel import disclosure
from backchannel.channel.accord import AccordForm, Edition
from backchannel.channel.caucus import Caucus
from backchannel.channel.channel import Channel
from backchannel.channel.events import Entry, FromParty, ToParty
from backchannel.channel.handling import FOR_THE_MEDIATOR_ONLY, WITHOUT_ATTRIBUTION
from backchannel.channel.names import AccordId, NoteId, QuestionId, ReportId, RequestId, SeatId
from backchannel.channel.said import (
    Adhered,
    Declined,
    Doing,
    Erased,
    HandlingWidened,
    RulesAccepted,
    Said,
    StepReported,
    UseAnswered,
    Withdrew,
)
from backchannel.channel.told import (
    AccordPut,
    AccordReleased,
    MediatorSaid,
    Resumed,
    Signature,
    StepMarked,
    Welcomed,
)
from backchannel.channel.told import Mark as Marked
from backchannel.desk import courier, ledger, session, tables
from backchannel.desk.desk import Desk
from backchannel.desk.errors import NeedsRepairError
from backchannel.desk.receiving import Taken, receive
from backchannel.desk.session import AccordDraft
from backchannel.desk.vault_database import Connection
from backchannel.post import vouchers
from backchannel.post.messages import Put
from backchannel.post.order import LIMIT
from backchannel.seal.letters import Kind, Letter
from backchannel.seal.session import seal
from backchannel.wire.codec import encode
from hostile_relay import MemoryRelay
from mediation import START, Mediation, begin, new_desk
from vault_probe import caucus_row, journal_kinds, number

ID = "ab" * 16
AT = START
PARTY_POISON: dict[str, FromParty] = {
    "accepts the rules twice": RulesAccepted(at=AT, seen=1, signing_key=bytes(32)),
    "says to have seen what was not told": Said(
        at=AT, seen=99, note=NoteId(ID), text="early", handling=FOR_THE_MEDIATOR_ONLY
    ),
    "says to have seen less than before": Said(
        at=AT, seen=0, note=NoteId(ID), text="late", handling=FOR_THE_MEDIATOR_ONLY
    ),
    "answers a question nobody asked": Said(
        at=AT,
        seen=1,
        note=NoteId(ID),
        text="yes",
        handling=FOR_THE_MEDIATOR_ONLY,
        answers=QuestionId(ID),
    ),
    "withdraws a note that is none": Withdrew(at=AT, seen=1, note=NoteId(ID)),
    "erases a note that is none": Erased(at=AT, seen=1, note=NoteId(ID)),
    "widens a note that is none": HandlingWidened(
        at=AT, seen=1, note=NoteId(ID), handling=WITHOUT_ATTRIBUTION
    ),
    "answers a request nobody made": UseAnswered(
        at=AT, seen=1, request=RequestId(ID), allowed=True
    ),
    "adheres to an accord nobody put": Adhered(
        at=AT, seen=1, accord=AccordId(ID), signature=bytes(64)
    ),
    "declines an accord nobody put": Declined(at=AT, seen=1, accord=AccordId(ID)),
    "reports a step of nothing": StepReported(
        at=AT,
        seen=1,
        accord=AccordId(ID),
        step="s1",
        report=ReportId(ID),
        doing=Doing.DONE,
        done_on=date(2023, 9, 18),
    ),
}
MEDIATOR_POISON: dict[str, ToParty] = {
    "welcomes twice": Welcomed(
        at=AT, seen=1, title="X", mediator="X", mediator_key=bytes(32), party="X", rules="none"
    ),
    "has seen what was never said": MediatorSaid(at=AT, seen=99, text="early"),
    "answers a question nobody asked": MediatorSaid(
        at=AT, seen=1, text="yes", answers=QuestionId(ID)
    ),
    "puts what is no accord": AccordPut(at=AT, seen=1, accord=AccordId(ID), text="trust us"),
    "releases what was never put": AccordReleased(
        at=AT, seen=1, accord=AccordId(ID), signatures=(), declaration=b""
    ),
    "marks a step of nothing": StepMarked(
        at=AT, seen=1, accord=AccordId(ID), step="s1", mark=Marked.LAPSED, who="X"
    ),
    "resumes what goes on": Resumed(at=AT, seen=1),
}


def dated(minutes: int) -> bytes:
    """Return a note whose author's clock was that many minutes past the beginning of 1970."""
    note = Said(at=AT, seen=1, note=NoteId(ID), text="late", handling=FOR_THE_MEDIATOR_ONLY)
    version, kind, (_, *others) = cbor2.loads(encode(note))
    return cbor2.dumps([version, kind, [minutes, *others]], canonical=True)


BODIES = {
    "nothing": b"",
    "garbage": b"\xff" * 40,
    "an unknown version": cbor2.dumps([2, 3, [0, 1, "", ID]], canonical=True),
    "an unknown kind": cbor2.dumps([1, 99, []], canonical=True),
    "no canonical form": cbor2.dumps([1, 3, []]) + b"\x00",
    "deep nesting": b"\x81" * 60_000,
    # Shown in the reader's zone, it would be a time that no calendar has.
    "a time at the end of the calendar": dated(4_223_371_679),
    "a time at the beginning of the calendar": dated(-1_035_593_280),
    "more than an event may have": bytes(61_000),
    "the mediator's own record": encode(MediatorSaid(at=AT, seen=1, text="I am the mediator")),
}


@pytest.fixture
def talks(tmp_path: Path) -> Iterator[Mediation]:
    mediation = begin(tmp_path, MemoryRelay(), "Iran")
    yield mediation
    mediation.close()


def slip_in(desk: Desk, body: bytes, name: str = "") -> None:
    """Have a modified desk send any bytes as its next letter, and go on counting."""
    caucus = caucus_row(desk, name).caucus
    with desk.transaction() as connection:
        row = tables.caucus(connection, caucus)
        ledger.add_refused(connection, row.channel, row.caucus)
        ledger.enqueue(desk, connection, row, body)
        tables.store_caucus(connection, row)


def from_party(talks: Mediation, body: bytes) -> None:
    """Slip a letter in; the party's own fold counts it as said, as the peer will."""
    desk = talks.parties["Iran"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("backchannel.channel.caucus.skip", _skip_said)
        session.view(desk)
        slip_in(desk, body)
        session.view(desk)  # folds the row while it counts as said


def _skip_said(caucus: Caucus, *, told: bool) -> Caucus:
    del told
    return replace(caucus, said_count=caucus.said_count + 1)


def to_party(talks: Mediation, body: bytes) -> None:
    """Slip a letter of the mediator in, counted as told."""
    desk = talks.mediator
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("backchannel.channel.channel.skip", _skip_told)
        session.record(desk)
        slip_in(desk, body, "Iran")
        session.record(desk)


def _skip_told(channel: Channel, seat: SeatId) -> Channel:
    skipped = replace(channel.caucuses[seat], told_count=channel.caucuses[seat].told_count + 1)
    return replace(channel, caucuses={**channel.caucuses, seat: skipped})


def check_goes_on(talks: Mediation, reader: Desk, *, refused: int) -> None:
    """Let both sides write once more, and see that all of it is read and nothing waits."""
    iran = talks.parties["Iran"]
    talks.say("Iran", "a good letter", FOR_THE_MEDIATOR_ONLY)
    session.remark(talks.mediator, "", "Iran", text="a good remark")
    talks.sync()
    assert session.view(iran) == session.view(talks.mediator, seat="Iran")
    assert "a good letter" in repr(session.view(talks.mediator, seat="Iran").entries)
    assert "a good remark" in repr(session.view(iran).entries)
    assert journal_kinds(reader).count("refused") == refused
    for desk in (iran, talks.mediator):
        assert number(desk, "SELECT count(*) FROM outbox") == 0
        assert number(desk, "SELECT count(*) FROM held") == 0


@pytest.mark.parametrize("what", PARTY_POISON)
def test_a_party_that_breaks_the_rules_is_refused_and_blocks_nothing(
    talks: Mediation, what: str
) -> None:
    from_party(talks, encode(PARTY_POISON[what]))
    talks.sync()
    (row,) = [r for r in session.journal(talks.mediator) if r.kind == "refused"]
    assert row.words.startswith("refused a letter: ")
    assert row.caucus == "Iran"
    check_goes_on(talks, talks.mediator, refused=1)


@pytest.mark.parametrize("what", MEDIATOR_POISON)
def test_a_mediator_that_breaks_the_rules_is_refused_and_blocks_nothing(
    talks: Mediation, what: str
) -> None:
    to_party(talks, encode(MEDIATOR_POISON[what]))
    talks.sync()
    assert journal_kinds(talks.parties["Iran"]).count("refused") == 1
    check_goes_on(talks, talks.parties["Iran"], refused=1)


@pytest.mark.parametrize("what", BODIES)
def test_bytes_that_are_no_event_are_refused_and_block_nothing(talks: Mediation, what: str) -> None:
    from_party(talks, BODIES[what])
    talks.sync()
    check_goes_on(talks, talks.mediator, refused=1)
    to_party(talks, BODIES["garbage"])
    check_goes_on(talks, talks.parties["Iran"], refused=1)


@settings(max_examples=3)
@given(bodies=st.lists(st.binary(max_size=60), min_size=1, max_size=30))
def test_many_poisoned_letters_among_good_ones(
    tmp_path_factory: pytest.TempPathFactory, bodies: list[bytes]
) -> None:
    talks = begin(tmp_path_factory.mktemp("talks"), MemoryRelay(), "Iran")
    for body in bodies:
        from_party(talks, body)
        talks.say("Iran", "in between", FOR_THE_MEDIATOR_ONLY)
    talks.sync()
    check_goes_on(talks, talks.mediator, refused=len(bodies))
    talks.close()


def test_a_party_that_uses_anothers_identifier_erases_nothing_of_it(tmp_path: Path) -> None:
    talks = begin(tmp_path, MemoryRelay(), "Iran", "Oman")
    note = NoteId(talks.say("Iran", "four may go", FOR_THE_MEDIATOR_ONLY))
    talks.sync()
    oman = talks.parties["Oman"]
    its = {"at": AT, "seen": len(session.view(oman).entries) - 1, "note": note}
    for event in (
        Said(**its, text="ours", handling=FOR_THE_MEDIATOR_ONLY),  # type: ignore[arg-type]
        Erased(**its),  # type: ignore[arg-type]
    ):
        with oman.transaction() as connection:
            (row,) = tables.channels(connection)
            ledger.record_said(oman, connection, row, event)
    talks.sync()
    assert "refused" not in journal_kinds(talks.mediator)
    talks.mediator.folded.clear()  # what a desk that is started anew reads
    iran, other = (repr(session.view(talks.mediator, seat=name)) for name in talks.parties)
    assert "four may go" in iran
    assert "ours" not in other
    talks.close()


def send_by_hand(talks: Mediation, author: Desk, letter: Letter) -> bytes:
    """Have a modified desk seal any letter, and leave it at the relay."""
    caucus = caucus_row(author, "Iran").caucus
    with author.transaction() as connection:
        row = tables.caucus(connection, caucus)
        row.session, ciphertext = seal(row.session, letter)
        tables.store_caucus(connection, row)
    put = Put(
        mailbox=row.send_box,
        send_secret=row.send_secret,
        letter_id=author.draw(16),
        letter=ciphertext,
    )
    talks.relay.ask(put)
    return ciphertext


@pytest.mark.parametrize("counter", [0, LIMIT + 9, 2**63 - 1])
def test_a_letter_with_an_impossible_number_blocks_nothing(talks: Mediation, counter: int) -> None:
    for author, reader in (
        (talks.parties["Iran"], talks.mediator),
        (talks.mediator, talks.parties["Iran"]),
    ):
        letter = Letter(epoch=0, counter=counter, ack=0, kind=Kind.EVENT, body=b"out of line")
        send_by_hand(talks, author, letter)
        talks.sync()
        assert "refused" in journal_kinds(reader)
        check_goes_on(talks, reader, refused=1)


def test_a_letter_that_acknowledges_what_was_never_sent_stops_the_caucus_until_repaired(
    talks: Mediation,
) -> None:
    talks.say("Iran", "still on its way", FOR_THE_MEDIATOR_ONLY)
    letter = Letter(epoch=0, counter=0, ack=1_000, kind=Kind.RECEIPT, body=b"")
    send_by_hand(talks, talks.mediator, letter)
    courier.sync(talks.parties["Iran"], lambda _: talks.relay)
    assert number(talks.parties["Iran"], "SELECT count(*) FROM outbox") == 1
    # Nobody but a mediator's desk that had heard more from this one can know that, or a modified
    # one; either way, nothing is sealed before a person has looked.
    assert "never sent" in session.journal(talks.parties["Iran"])[-1].words
    with pytest.raises(NeedsRepairError):
        talks.say("Iran", "more", FOR_THE_MEDIATOR_ONLY)
    session.repair(talks.parties["Iran"])
    talks.clock.move(minutes=2)
    talks.sync()
    talks.sync()
    check_goes_on(talks, talks.parties["Iran"], refused=0)


def test_a_number_used_twice_is_read_once(talks: Mediation) -> None:
    event = Said(
        at=AT, seen=1, note=NoteId(ID), text="in its place", handling=FOR_THE_MEDIATOR_ONLY
    )
    letter = Letter(epoch=0, counter=1, ack=1, kind=Kind.EVENT, body=encode(event))
    send_by_hand(talks, talks.parties["Iran"], letter)
    talks.sync()
    assert "in its place" not in repr(session.view(talks.mediator, seat="Iran"))
    check_goes_on(talks, talks.mediator, refused=0)


def test_what_is_told_before_the_welcome_is_refused_and_the_welcome_counts(tmp_path: Path) -> None:
    talks = begin(tmp_path, MemoryRelay())
    # A modified mediator: its first letter is no welcome.
    with pytest.MonkeyPatch.context() as patch:
        honest = ledger.enqueue

        def remark_first(
            desk: Desk, connection: Connection, row: tables.CaucusRow, body: bytes
        ) -> None:
            if row.queued == 0:
                honest(desk, connection, row, encode(MediatorSaid(at=AT, seen=0, text="psst")))
            honest(desk, connection, row, body)

        patch.setattr(ledger, "enqueue", remark_first)
        desk = join_by_hand(talks)
    assert "nothing is told before the welcome" in session.journal(desk)[0].words
    assert session.view(desk).welcome is not None
    assert "psst" not in repr(session.view(desk))
    talks.close()


def join_by_hand(talks: Mediation) -> Desk:
    assert isinstance(talks.relay, MemoryRelay)
    lines = [vouchers.written(talks.relay.issue()) for _ in range(2)]
    session.add_vouchers(talks.mediator, "", lines)
    line = session.invite(talks.mediator, "", "Iran")
    talks.sync(talks.mediator)
    desk = new_desk(talks.folder, talks.clock, "desk-Iran")
    talks.parties["Iran"] = desk
    session.join(desk, line, lambda _: talks.relay)
    talks.sync()
    return desk


def test_garbage_is_no_gap_and_no_letter(talks: Mediation) -> None:
    caucus = caucus_row(talks.mediator, "Iran").caucus
    before = caucus_row(talks.mediator, "Iran").session
    for size in (0, 1, 4095, 4096, 16_384, 65_536):
        assert receive(talks.mediator, caucus, bytes(size)) is Taken.STRANGE
    assert caucus_row(talks.mediator, "Iran").session == before
    assert not session.channels(talks.mediator)[0].caucuses[0].gap
    assert number(talks.mediator, "SELECT count(*) FROM quarantine") == 6
    check_goes_on(talks, talks.mediator, refused=0)


# Accords from a mediator that cheats


def put_accord(talks: Mediation, form: AccordForm = AccordForm.DECLARATION) -> str:
    writing = AccordDraft(
        title="Exchange",
        editions=[Edition(language="en", text="Each side does its part.")],
        parties=list(talks.parties),
        form=form,
    )
    accord = session.draft(talks.mediator, "", writing)
    session.put(talks.mediator, "", accord)
    talks.sync()
    return accord


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Mediation]:
    mediation = begin(tmp_path, MemoryRelay(), "Iran", "US")
    yield mediation
    mediation.close()


def adhered_by_both(two: Mediation) -> str:
    accord = put_accord(two)
    for desk in two.parties.values():
        session.adhere(desk, "", accord)
    two.sync()
    return accord


Spoil = Callable[[AccordReleased], AccordReleased]


def other_signature(event: AccordReleased, party: str) -> AccordReleased:
    signatures = tuple(
        Signature(party=s.party, signature=bytes(64)) if s.party == party else s
        for s in event.signatures
    )
    return replace(event, signatures=signatures)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda e: replace(e, declaration=bytes(64)),
        lambda e: other_signature(e, "US"),
        lambda e: other_signature(e, "Iran"),
        lambda e: replace(e, signatures=e.signatures[:1]),
        lambda e: replace(e, signatures=e.signatures[::-1]),
        lambda e: replace(e, signatures=(), declaration=b""),
    ],
    ids=["declaration", "theirs", "ours", "one missing", "other order", "none"],
)
def test_a_release_with_false_signatures_is_refused(two: Mediation, spoil: Spoil) -> None:
    accord = adhered_by_both(two)
    with pytest.MonkeyPatch.context() as patch:

        def cheating(channel: Channel, entry: Entry) -> dict[SeatId, ToParty]:
            told = disclosure.tell(channel, entry)
            return {
                seat: spoil(event) if isinstance(event, AccordReleased) else event
                for seat, event in told.items()
            }

        patch.setattr("backchannel.desk.ledger.disclosure", SimpleNamespace(tell=cheating))
        session.release(two.mediator, "", accord)
    two.sync()
    iran = two.parties["Iran"]
    assert journal_kinds(iran).count("refused") == 1
    (known,) = session.view(iran).accords.values()
    assert known.released is None
    session.remark(two.mediator, "", "Iran", text="a good remark")
    two.sync()
    assert "a good remark" in repr(session.view(iran).entries)


@pytest.mark.parametrize("whose", ["ours", "the mediator's"])
def test_an_accord_put_with_another_key_is_refused(two: Mediation, whose: str) -> None:
    row = caucus_row(two.parties["Iran"])
    ours = session.view(two.parties["Iran"]).signing_key
    welcome = session.view(two.parties["Iran"]).welcome
    assert row.verified
    assert welcome is not None
    key = ours if whose == "ours" else welcome.mediator_key
    with pytest.MonkeyPatch.context() as patch:

        def cheating(channel: Channel, entry: Entry) -> dict[SeatId, ToParty]:
            told = disclosure.tell(channel, entry)
            return {
                seat: replace(event, text=event.text.replace(key.hex(), "cd" * 32))
                if isinstance(event, AccordPut)
                else event
                for seat, event in told.items()
            }

        patch.setattr("backchannel.desk.ledger.disclosure", SimpleNamespace(tell=cheating))
        put_accord(two)
    iran = two.parties["Iran"]
    assert journal_kinds(iran).count("refused") == 1
    assert not session.view(iran).accords
    assert "key" in session.journal(iran)[-1].words


def test_an_adherence_with_a_false_signature_is_refused_by_the_mediator(two: Mediation) -> None:
    accord = put_accord(two)
    seen = session.view(two.parties["Iran"]).entries
    event = Adhered(at=AT, seen=len(seen) - 1, accord=AccordId(accord), signature=bytes(64))
    from_party(two, encode(event))
    two.sync()
    assert "does not hold" in session.journal(two.mediator)[-1].words
    with pytest.raises(Exception, match="missing: Iran, US"):
        session.release(two.mediator, "", accord)
