"""Attacks of the design's list that cut across modules, each on real desks, as its attacker would.

The list with the tests of all its attacks stands in docs/security/README.md.
"""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from backchannel.channel import disclosure
from backchannel.channel.accord import Edition
from backchannel.channel.accord_file import assemble
from backchannel.channel.channel import Channel
from backchannel.channel.errors import RuleBrokenError
from backchannel.channel.events import Entry, ToParty
from backchannel.channel.handling import AS_OURS, FOR_THE_MEDIATOR_ONLY, Attribution
from backchannel.channel.names import SeatId
from backchannel.channel.told import AccordPut
from backchannel.desk import session
from backchannel.desk.accord_verify import Finding, verify
from backchannel.desk.session import (
    AccordDraft,
    Conveying,
    Desk,
    ProposalDraft,
    Topic,
    UnverifiedError,
    Wording,
)
from backchannel.post import vouchers
from backchannel.post.messages import Put
from backchannel.seal import session as sessions
from backchannel.seal import state
from backchannel.seal.errors import UnauthenticError
from backchannel.seal.letters import BUCKETS, Kind, Letter
from backchannel.wire.codec import encode
from hostile_relay import MemoryRelay
from mediation import START, Mediation, add_party, begin
from relays import AppRelay
from samples import said_now, told_now
from test_negotiating import text as negotiating_text
from test_proposing import FUNDS, PAUSE, TEN
from vault_probe import caucus_row, journal_kinds, select

PARTIES = ("US", "Iran")
WORDS = ("We can move on timing.", "Four may go home first.", "I have understood.")


@pytest.fixture
def talks(tmp_path: Path) -> Iterator[Mediation]:
    mediation = begin(tmp_path, MemoryRelay(), *PARTIES)
    yield mediation
    mediation.close()


def speak(talks: Mediation) -> None:
    """Say things both ways in every caucus, more than once, so that every ratchet has turned."""
    for words in WORDS[:2]:
        for name in talks.parties:
            talks.say(name, words, AS_OURS)
            talks.sync()
            session.remark(talks.mediator, "", name, text=words)
            talks.sync()


# 4: sizes on the wire


@pytest.mark.parametrize(
    "event", [*said_now(1).values(), *told_now(1).values()], ids=lambda e: type(e).__name__
)
def test_events_of_every_kind_and_a_receipt_have_one_size_for_the_relay(event: ToParty) -> None:
    offered, bundle = sessions.offer(invitation_secret=bytes(32))
    party = sessions.join(invitation_secret=bytes(32), sealed_bundle=bundle)
    letter = Letter(epoch=0, counter=1, ack=0, kind=Kind.EVENT, body=encode(event))
    receipt = Letter(epoch=0, counter=1, ack=1, kind=Kind.RECEIPT, body=b"")
    party, sealed = sessions.seal(party, letter)
    assert len(sealed) == len(sessions.seal(party, receipt)[1]) == BUCKETS[0]
    assert sessions.unseal(offered, sealed)[1] == letter


# 5: what a relay keeps


def test_nothing_a_relay_kept_shows_words_names_or_keys_or_links_two_caucuses(
    tmp_path: Path,
) -> None:
    relay = AppRelay(tmp_path / "relay")
    talks = begin(tmp_path, cast("MemoryRelay", relay), *PARTIES)
    speak(talks)
    for name in talks.parties:  # so that letters lie there when the files are taken
        session.remark(talks.mediator, "", name, text=WORDS[0])
        talks.sync(talks.mediator)
    kept = relay.directory.database
    with sqlite3.connect(kept) as taken:
        tables = [n for (n,) in taken.execute("SELECT name FROM sqlite_schema WHERE type='table'")]
        rows = {name: taken.execute(f"SELECT * FROM {name}").fetchall() for name in tables}  # noqa: S608 - names of the relay's tables
    taken.close()
    files = b"".join(path.read_bytes() for path in kept.parent.glob(f"{kept.name}*"))
    for secret in secrets_of(talks):
        assert secret not in files
    assert len(rows["letters"]) == len(PARTIES)
    check_nothing_links(rows)
    talks.close()
    relay.close()


def secrets_of(talks: Mediation) -> Iterator[bytes]:
    """Yield words, names, and every secret and key that stands in one of the vaults."""
    yield from (word.encode() for word in (*WORDS, "Iran", "Qatar", "Talks"))
    for desk in (talks.mediator, *talks.parties.values()):
        yield from (bytes(key) for (key,) in select(desk, "SELECT signing_key FROM channels"))  # type: ignore[call-overload]
        for name in PARTIES if desk is talks.mediator else ("",):
            row = caucus_row(desk, name)
            running = state.load(row.session)
            assert isinstance(running, state.Running)
            turning = running.ratchet.turning
            yield from (row.send_secret, row.read_secret, bytes.fromhex(row.caucus))
            yield from (running.send_key, running.receive_key, running.identity_seed)
            yield from (running.peer_identity, running.transcript)
            yield from (turning.own_ratchet_priv, turning.other_ratchet_pub)


def check_nothing_links(rows: dict[str, list[tuple[object, ...]]]) -> None:
    """No value of 4 bytes or more, and no text, stands in the rows of two mailboxes."""
    of_mailbox: dict[object, set[object]] = {}
    for name in ("mailboxes", "bundles", "retired", "letters"):
        for mailbox, *values in rows[name]:
            found = of_mailbox.setdefault(mailbox, set())
            found |= {v for v in values if isinstance(v, bytes) and len(v) > 3}
    assert len(of_mailbox) == 2 * len(PARTIES)
    seen = [value for found in of_mailbox.values() for value in found]
    assert len(seen) == len(set(seen))
    assert rows["vouchers"] == []


# 7: all that went over a relay, and later a stolen desk


@pytest.mark.parametrize("thief_takes", ["mediator", "Iran"])
def test_a_desk_stolen_later_opens_no_letter_that_a_relay_has_kept(
    talks: Mediation, thief_takes: str
) -> None:
    speak(talks)
    relay = talks.relay
    assert isinstance(relay, MemoryRelay)
    kept = [request.letter for request in relay.asked if isinstance(request, Put)]
    assert len(kept) > 8
    desk = talks.mediator if thief_takes == "mediator" else talks.parties[thief_takes]
    stolen = state.load(caucus_row(desk, "Iran" if thief_takes == "mediator" else "").session)
    assert isinstance(stolen, state.Running)
    # Neither what came nor what this desk itself has sent; that a letter is known is no defence.
    for key in (stolen.receive_key, stolen.send_key):
        ends = state.dump(replace(stolen, opened=b"", receive_key=key))
        for letter in kept:
            with pytest.raises(UnauthenticError):
                sessions.unseal(ends, letter)


# 11: different texts in what two parties sign


def test_a_mediator_that_puts_two_texts_gets_no_accord_that_holds(talks: Mediation) -> None:
    writing = AccordDraft(
        title="Exchange",
        editions=[Edition(language="en", text="Four go home.")],
        parties=PARTIES,
    )
    accord = session.draft(talks.mediator, "", writing)
    with pytest.MonkeyPatch.context() as patch:
        cheating = SimpleNamespace(tell=telling_iran_another_text(talks))
        patch.setattr("backchannel.desk.ledger.disclosure", cheating)
        session.put(talks.mediator, "", accord)
    talks.sync()
    for desk in talks.parties.values():
        session.adhere(desk, "", accord)
    talks.sync()
    assert "does not hold" in session.journal(talks.mediator)[-1].words
    with pytest.raises(RuleBrokenError, match="missing: Iran"):
        session.release(talks.mediator, "", accord)
    # A modified desk would go on. Under neither text do both signatures hold.
    known = [next(iter(session.view(desk).accords.values())) for desk in talks.parties.values()]
    signed = {name: one.signature for name, one in zip(talks.parties, known, strict=True)}
    assert known[0].text != known[1].text
    for one in known:
        verdict = verify(assemble(one.text, bytes(64), signed), {})
        assert verdict.finding is Finding.DOES_NOT_HOLD
        assert sum("signature of" in r and "mediator" not in r for r in verdict.reasons) == 1


def telling_iran_another_text(
    talks: Mediation,
) -> Callable[[Channel, Entry], dict[SeatId, ToParty]]:
    iran = caucus_row(talks.mediator, "Iran").caucus

    def tell(channel: Channel, entry: Entry) -> dict[SeatId, ToParty]:
        told = disclosure.tell(channel, entry)
        return {
            seat: replace(event, text=event.text.replace("Four", "Five"))
            if isinstance(event, AccordPut) and seat == iran
            else event
            for seat, event in told.items()
        }

    return tell


# 23: skipped verification


def convey(desk: Desk, reason: str) -> None:
    (note,) = session.view(desk, seat="US").notes
    conveying = Conveying(
        seat="Oman", attribution=Attribution.AUTHOR, rests_on=[note], override_unverified=reason
    )
    session.convey(desk, "", conveying)


def put_accord(desk: Desk, reason: str) -> None:
    editions = [Edition(language="en", text="Each side does its part.")]
    writing = AccordDraft(title="Exchange", editions=editions, parties=["US", "Oman"])
    session.put(desk, "", session.draft(desk, "", writing), override_unverified=reason)


def put_proposal(desk: Desk, reason: str) -> None:
    draft = ProposalDraft(
        parties=["US", "Oman"],
        text="Ten days each.",
        choices=[TEN],
        deadline=START + timedelta(days=1),
        grace=60,
        override_unverified=reason,
    )
    session.put_proposal(desk, "", draft)


def show_text(desk: Desk, reason: str) -> None:
    key, _ = session.write_text(desk, "", negotiating_text())
    session.show_text(desk, "", key, ["Oman"], override_unverified=reason)


def put_communique(desk: Desk, reason: str) -> None:
    wording = Wording(text="The parties have talked.")
    session.put_communique(desk, "", ["US", "Oman"], wording, override_unverified=reason)


@pytest.mark.parametrize(
    "give", [convey, put_accord, put_proposal, show_text, put_communique], ids=lambda f: f.__name__
)
def test_whatever_goes_to_an_unverified_caucus_goes_for_a_recorded_reason_or_not_at_all(
    talks: Mediation, give: Callable[[Desk, str], None]
) -> None:
    assert isinstance(talks.relay, MemoryRelay)
    lines = [vouchers.written(talks.relay.issue()) for _ in range(2)]
    session.add_vouchers(talks.mediator, "", lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "verify", lambda *_, **__: None)  # nobody compares the words
        add_party(talks, "Oman")
    topics = [Topic(item=item, shown_to=("US", "Oman")) for item in (PAUSE, FUNDS)]
    session.set_agenda(talks.mediator, "", topics)
    talks.say("US", WORDS[0], AS_OURS)
    talks.sync()
    seen = session.view(talks.parties["Oman"])
    for reason in ("", "  "):
        with pytest.raises(UnverifiedError, match="safety words of Oman"):
            give(talks.mediator, reason)
    talks.sync()
    assert session.view(talks.parties["Oman"]) == seen
    give(talks.mediator, "I know the voice")
    talks.sync()
    assert session.view(talks.parties["Oman"]) != seen
    assert journal_kinds(talks.mediator).count("override") == 1
    assert "I know the voice" in session.journal(talks.mediator)[-1].words


# 12: false attribution


@pytest.mark.parametrize("attribution", Attribution)
def test_no_attribution_passes_that_the_author_has_not_allowed(
    talks: Mediation, attribution: Attribution
) -> None:
    note = talks.say("US", WORDS[0], FOR_THE_MEDIATOR_ONLY)
    talks.sync()
    seen = session.view(talks.parties["Iran"])
    conveying = Conveying(seat="Iran", attribution=attribution, rests_on=[note])
    with pytest.raises(RuleBrokenError, match="handling forbids it"):
        session.convey(talks.mediator, "", conveying)
    talks.sync()
    assert session.view(talks.parties["Iran"]) == seen


def test_words_that_rest_on_no_note_cannot_go_as_a_partys(talks: Mediation) -> None:
    seen = session.view(talks.parties["Iran"])
    conveying = Conveying(
        seat="Iran", attribution=Attribution.AUTHOR, rests_on=[], text="The US gives in."
    )
    with pytest.raises(RuleBrokenError):
        session.convey(talks.mediator, "", conveying)
    talks.sync()
    assert session.view(talks.parties["Iran"]) == seen
