"""Joining: a relay that stored everything cannot, nobody can twice, no crash locks anybody out."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from backchannel.channel.handling import AS_OURS, Attribution
from backchannel.desk import courier, session
from backchannel.desk.errors import DeskError, UsageError
from backchannel.desk.receiving import Taken, receive
from backchannel.desk.session import Conveying, Desk
from backchannel.desk.vault import open_vault
from backchannel.post import vouchers
from backchannel.post.errors import RelayDownError
from backchannel.post.messages import (
    Answer,
    BundleIs,
    Collect,
    GetBundle,
    Put,
    PutBundle,
    Request,
    Rotate,
)
from backchannel.seal.errors import SealError, UnauthenticError
from backchannel.seal.invitation import decode
from backchannel.seal.letters import Kind, Letter
from backchannel.seal.session import join as join_session
from backchannel.seal.session import offer, seal
from hostile_relay import MemoryRelay
from mediation import Mediation, add_party, begin, new_desk
from vault_probe import caucus_row, journal_kinds, number

GREETING = Letter(epoch=0, counter=0, ack=0, kind=Kind.RECEIPT, body=b"")


class BreakingRelay(MemoryRelay):
    """Carries the n-th request out, and breaks the connection before its answer."""

    def __init__(self) -> None:
        super().__init__()
        self.break_after: int | None = None

    def answer(self, request: Request) -> Answer:
        answer = super().answer(request)
        if self.break_after is not None:
            self.break_after -= 1
            if self.break_after < 0:
                self.break_after = None
                raise RelayDownError("the connection broke")
        return answer


@pytest.fixture
def talks() -> Iterator[Mediation]:
    """Return a mediator's desk with vouchers for three more parties."""
    with tempfile.TemporaryDirectory() as folder:
        relay = BreakingRelay()
        mediation = begin(Path(folder), relay)
        lines = [vouchers.written(relay.issue()) for _ in range(6)]
        session.add_vouchers(mediation.mediator, "", lines)
        yield mediation
        mediation.close()


def relay_of(talks: Mediation) -> BreakingRelay:
    assert isinstance(talks.relay, BreakingRelay)
    return talks.relay


def invited(talks: Mediation, name: str = "Iran", *, spoken_code: str = "") -> str:
    """Return an invitation whose bundle lies at the relay."""
    line = session.invite(talks.mediator, "", name, spoken_code=spoken_code)
    talks.sync(talks.mediator)
    return line


def party(talks: Mediation, name: str = "Iran") -> Desk:
    desk = new_desk(talks.folder, talks.clock, f"desk-{name}")
    talks.parties[name] = desk
    return desk


def join(talks: Mediation, desk: Desk, line: str, *, spoken_code: str = "") -> None:
    session.join(desk, line, lambda _: talks.relay, spoken_code=spoken_code)


def check_works(talks: Mediation, name: str = "Iran") -> None:
    """Let the party accept and say something, and see that it arrives."""
    talks.sync()
    session.accept_rules(talks.parties[name])
    talks.sync()
    assert session.view(talks.mediator, seat=name) == session.view(talks.parties[name])
    assert session.view(talks.mediator, seat=name).rules_accepted


def knock(talks: Mediation, line: str, *, spoken_code: str = "") -> bytes:
    """Return the first letter of somebody who joins by hand with this invitation."""
    invitation = decode(line)
    bundles = [
        r.bundle
        for r in relay_of(talks).asked
        if isinstance(r, PutBundle) and r.mailbox == invitation.down_mailbox
    ]
    state = join_session(
        invitation_secret=invitation.secret, sealed_bundle=bundles[0], spoken_code=spoken_code
    )
    return seal(state, GREETING)[1]


def test_a_relay_that_stored_everything_cannot_join(talks: Mediation) -> None:
    invited(talks)
    stored = [r for r in relay_of(talks).asked if isinstance(r, PutBundle)]
    caucus = caucus_row(talks.mediator).caucus
    # It has the bundle, all hashes and all letters, and may use any of them as a secret.
    known = [value for r in relay_of(talks).asked for value in vars_of(r) if len(value) == 32]
    assert known
    for secret in known:
        with pytest.raises(UnauthenticError):
            join_session(invitation_secret=secret, sealed_bundle=stored[0].bundle)
    _, own_bundle = offer(invitation_secret=known[0])
    guess = seal(join_session(invitation_secret=known[0], sealed_bundle=own_bundle), GREETING)[1]
    assert receive(talks.mediator, caucus, guess) is Taken.STRANGE
    assert caucus_row(talks.mediator).state == "invited"
    assert journal_kinds(talks.mediator) == ["strange letter"]


def vars_of(request: Request) -> list[bytes]:
    values = [getattr(request, name) for name in request.__slots__]
    return [value for value in values if isinstance(value, bytes)]


def test_nothing_the_relay_sees_holds_the_invitation_secret(talks: Mediation) -> None:
    line = invited(talks)
    join(talks, party(talks), line)
    check_works(talks)
    secret = decode(line).secret
    assert all(secret not in value for r in relay_of(talks).asked for value in vars_of(r))


def test_a_second_join_is_refused_and_shown_at_both_ends(talks: Mediation) -> None:
    line = invited(talks)
    join(talks, party(talks), line)
    check_works(talks)
    stranger = party(talks, "stranger")
    with pytest.raises(DeskError, match=r"used or closed already.*tell the mediator"):
        join(talks, stranger, line)
    assert session.channels(stranger) == ()
    talks.sync(talks.mediator, talks.parties["Iran"])
    for desk in (talks.mediator, talks.parties["Iran"]):
        assert "join attempt" in journal_kinds(desk)
        assert session.channels(desk)[0].caucuses[0].stale_attempts >= 1
    words = [row.words for row in session.journal(talks.mediator) if row.kind == "join attempt"]
    assert len(words) == 1
    assert "somebody else holds the invitation" in words[0]


def test_of_two_that_join_at_once_one_is_shut_out_and_told(talks: Mediation) -> None:
    line = invited(talks)
    first, second = party(talks), party(talks, "second")
    join(talks, first, line)
    join(talks, second, line)  # before the first one's courier has replaced the secrets
    del talks.parties["second"]
    talks.sync(first, second, talks.mediator)
    assert session.channels(second)[0].caucuses[0].state == "void"
    (row,) = {row.words for row in session.journal(second)}
    assert "somebody else may have used this invitation" in row
    with pytest.raises(DeskError):
        session.accept_rules(second)
    assert "join attempt" in journal_kinds(talks.mediator)
    check_works(talks)
    second.vault.close()


def test_a_second_handshake_let_through_by_the_relay_is_refused(talks: Mediation) -> None:
    line = invited(talks)
    copied = knock(talks, line)
    join(talks, party(talks), line)
    check_works(talks)
    before = caucus_row(talks.mediator).session
    caucus = caucus_row(talks.mediator).caucus
    for _ in range(3):
        assert receive(talks.mediator, caucus, copied) is Taken.STRANGE
    assert caucus_row(talks.mediator).session == before
    assert journal_kinds(talks.mediator).count("join attempt") == 1
    session.remark(talks.mediator, "", "Iran", text="as before")
    talks.sync()
    assert "as before" in repr(session.view(talks.parties["Iran"]).entries)


def test_a_bundle_of_another_invitation_does_not_open(talks: Mediation) -> None:
    iran, us = invited(talks), invited(talks, "US")
    boxes = relay_of(talks).mailboxes
    boxes[decode(iran).down_mailbox].bundle = boxes[decode(us).down_mailbox].bundle
    desk = party(talks)
    with pytest.raises(DeskError, match="not those of this invitation"):
        join(talks, desk, iran)
    assert session.channels(desk) == ()


def test_a_bundle_that_is_not_this_offers_leads_nowhere_and_is_shown(talks: Mediation) -> None:
    line = invited(talks)
    invitation = decode(line)
    _, old = offer(invitation_secret=invitation.secret)
    relay_of(talks).mailboxes[invitation.down_mailbox].bundle = old
    desk = party(talks)
    join(talks, desk, line)
    for _ in range(5):
        talks.clock.move(minutes=10)
        talks.sync()
    assert caucus_row(talks.mediator).state == "invited"
    assert session.view(desk).welcome is None
    (row,) = [row for row in session.journal(talks.mediator) if row.kind == "join attempt"]
    assert "another key bundle" in row.words
    assert "invite the party again" in row.words


def test_an_expired_invitation_is_refused_by_both_clocks(talks: Mediation) -> None:
    line = invited(talks)
    desk = party(talks)
    talks.clock.move(hours=168)
    with pytest.raises(UsageError, match="expired 2023-09-25 09:00 UTC"):
        join(talks, desk, line)
    # A party whose clock is behind: within a day it is taken, later it is not.
    late = knock(talks, line)
    talks.clock.move(hours=24, seconds=1)
    caucus = caucus_row(talks.mediator).caucus
    assert receive(talks.mediator, caucus, late) is Taken.STRANGE
    assert "after the invitation had expired" in session.journal(talks.mediator)[0].words
    talks.clock.move(seconds=-1)
    assert receive(talks.mediator, caucus, late) is not Taken.STRANGE
    assert caucus_row(talks.mediator).state == "joined"


def test_three_wrong_codes_void_the_invitation(talks: Mediation) -> None:
    line = invited(talks, spoken_code="blue heron")
    caucus = caucus_row(talks.mediator).caucus
    for tries in (1, 2):
        wrong = knock(talks, line, spoken_code=f"guess {tries}")
        for _ in range(3):  # played again, one try stays one
            assert receive(talks.mediator, caucus, wrong) is Taken.STRANGE
        assert caucus_row(talks.mediator).state == "invited"
    receive(talks.mediator, caucus, knock(talks, line, spoken_code="guess 3"))
    assert caucus_row(talks.mediator).state == "void"
    words = [row.words for row in session.journal(talks.mediator)]
    assert [w[-12:] for w in words[:2]] == ["2 tries left", "1 tries left"]
    assert "void, invite again" in words[2]
    right = knock(talks, line, spoken_code="blue heron")
    assert receive(talks.mediator, caucus, right) is Taken.STRANGE
    assert caucus_row(talks.mediator).state == "void"


def test_the_right_code_is_taken_after_a_wrong_one(talks: Mediation) -> None:
    line = invited(talks, spoken_code="blue heron")
    caucus = caucus_row(talks.mediator).caucus
    receive(talks.mediator, caucus, knock(talks, line, spoken_code="blue herring"))
    desk = party(talks)
    with pytest.raises(UsageError, match="needs the short code"):
        join(talks, desk, line)
    join(talks, desk, line, spoken_code="blue heron")
    check_works(talks)


@pytest.mark.parametrize("requests", range(6))
def test_a_connection_that_breaks_at_any_request_locks_nobody_out(
    talks: Mediation, requests: int
) -> None:
    line = invited(talks)
    desk = party(talks)
    join(talks, desk, line)
    relay_of(talks).break_after = requests
    talks.sync(desk)
    check_works(talks)
    assert not {"relay refused", "join attempt"} & set(journal_kinds(desk))
    assert caucus_row(desk).new_read_secret is None
    assert caucus_row(desk).new_send_secret is None
    assert caucus_row(desk).send_secret != decode(line).up_send
    assert caucus_row(desk).read_secret != decode(line).down_read


@pytest.mark.parametrize("requests", range(3))
def test_a_mediator_that_breaks_off_while_opening_mailboxes_goes_on(
    talks: Mediation, requests: int
) -> None:
    line = session.invite(talks.mediator, "", "Iran")
    relay_of(talks).break_after = requests
    talks.sync(talks.mediator)
    join(talks, party(talks), line)
    check_works(talks)


def test_a_desk_that_dies_after_storing_goes_on_with_the_vault(talks: Mediation) -> None:
    line = invited(talks)
    desk = party(talks)
    join(talks, desk, line)
    assert not [r for r in relay_of(talks).asked if isinstance(r, Rotate)]
    assert number(desk, "SELECT count(*) FROM errands") == 2
    desk.vault.close()
    vault = open_vault(talks.folder / "desk-Iran", "a long walk")
    talks.parties["Iran"] = Desk(vault, desk.now, desk.draw)
    check_works(talks)


def test_a_desk_joins_once_with_an_invitation(talks: Mediation) -> None:
    line = invited(talks)
    desk = party(talks)
    join(talks, desk, line)
    with pytest.raises(UsageError, match="joined with this invitation already"):
        join(talks, desk, line)
    check_works(talks)
    with pytest.raises(UsageError, match="joined with this invitation already"):
        join(talks, desk, line)
    assert "join attempt" not in journal_kinds(talks.mediator)


def test_two_processes_of_one_desk_do_not_join_twice(talks: Mediation) -> None:
    line = invited(talks)
    desk = party(talks)
    beside = Desk(open_vault(talks.folder / "desk-Iran", "a long walk"), desk.now, desk.draw)

    class Racing:
        """While one process asks for the bundle, the other has joined."""

        def ask(self, request: Request) -> Answer:
            answer = talks.relay.ask(request)
            if isinstance(request, GetBundle) and not session.channels(beside):
                join(talks, beside, line)
            return answer

    with pytest.raises(UsageError, match="already"):
        session.join(desk, line, lambda _: Racing())
    beside.vault.close()
    assert len(session.channels(desk)) == 1
    check_works(talks)


def test_before_the_mediators_desk_has_connected_nobody_joins(talks: Mediation) -> None:
    line = session.invite(talks.mediator, "", "Iran")
    desk = party(talks)
    with pytest.raises(DeskError, match="has not connected yet"):
        join(talks, desk, line)
    relay_of(talks).break_after = 1  # the mailboxes are open, the bundle is not there yet
    courier.sync(talks.mediator, lambda _: talks.relay)
    with pytest.raises(DeskError):
        join(talks, desk, line)
    assert session.channels(desk) == ()
    talks.sync(talks.mediator)
    join(talks, desk, line)
    check_works(talks)


def test_a_mailbox_without_a_bundle_is_said_to_be_that(talks: Mediation) -> None:
    line = invited(talks)
    relay_of(talks).mailboxes[decode(line).down_mailbox].bundle = None
    with pytest.raises(DeskError, match="has not laid down its keys yet"):
        join(talks, party(talks), line)


def test_a_relay_that_is_down_changes_nothing(talks: Mediation) -> None:
    line = invited(talks)
    desk = party(talks)
    relay_of(talks).down = True
    with pytest.raises(RelayDownError):
        join(talks, desk, line)
    assert session.channels(desk) == ()
    relay_of(talks).down = False
    join(talks, desk, line)
    check_works(talks)


def test_a_line_with_a_fault_is_refused(talks: Mediation) -> None:
    line = invited(talks)
    with pytest.raises(SealError):
        join(talks, party(talks), line[:-1])


def test_an_invitation_revoked_before_its_use_lets_nobody_in(talks: Mediation) -> None:
    line = invited(talks)
    session.revoke(talks.mediator, "", "Iran")
    with pytest.raises(UsageError, match="closed already"):
        session.revoke(talks.mediator, "", "Iran (closed 1)")
    join(talks, party(talks), line)  # the bundle is still there, but nobody reads its letters
    talks.sync()
    assert session.channels(talks.parties["Iran"])[0].caucuses[0].state == "void"
    assert session.channels(talks.mediator)[0].caucuses[0].state == "void"


def test_a_revoked_invitation_is_refused_once_the_relay_knows(talks: Mediation) -> None:
    line = invited(talks)
    session.revoke(talks.mediator, "", "Iran")
    talks.sync(talks.mediator)
    with pytest.raises(DeskError, match="revoked it"):
        join(talks, party(talks), line)


def test_another_desk_takes_the_place_of_one_that_was_closed(talks: Mediation) -> None:
    add_party(talks, "Iran")
    add_party(talks, "US")
    lost = talks.parties.pop("Iran")
    lost.vault.close()
    note = talks.say("US", "We are ready.", AS_OURS)
    talks.sync()
    session.revoke(talks.mediator, "", "Iran")
    add_party(talks, "Iran", folder="another desk")
    to_iran = Conveying(seat="Iran", attribution=Attribution.AUTHOR, rests_on=[note])
    session.convey(talks.mediator, "", to_iran)
    talks.sync()
    assert "We are ready." in repr(session.view(talks.parties["Iran"]).entries)
    names = {seat.name for seat in session.record(talks.mediator).seats.values()}
    assert names == {"Iran (closed 1)", "Iran", "US"}


def test_a_party_that_is_cut_off_is_told_nothing_more(talks: Mediation) -> None:
    add_party(talks, "Iran")
    add_party(talks, "US")
    session.revoke(talks.mediator, "", "Iran")
    talks.sync()
    with pytest.raises(Exception, match="is closed"):
        session.remark(talks.mediator, "", "Iran (closed 1)", text="too late")
    session.suspend(talks.mediator, "")  # told to those who are left
    session.ask(talks.parties["Iran"], text="Are you there?")
    talks.sync()
    assert "the relay refused" in session.journal(talks.parties["Iran"])[-1].words
    assert session.view(talks.parties["US"]).standing.value == "suspended"
    assert session.view(talks.parties["Iran"]).standing.value == "open"
    assert courier.sync(talks.mediator, lambda _: talks.relay).waiting == 0


def test_a_revoked_invitation_that_never_reached_the_relay_is_cleared_away(
    talks: Mediation,
) -> None:
    session.invite(talks.mediator, "", "Iran")
    session.revoke(talks.mediator, "", "Iran")
    talks.sync(talks.mediator)
    assert number(talks.mediator, "SELECT count(*) FROM errands") == 0
    assert len(relay_of(talks).mailboxes) == 1  # the one the mediator writes to; it expires empty


def test_a_voucher_that_the_relay_does_not_know_voids_the_invitation(talks: Mediation) -> None:
    mediator = talks.mediator
    with mediator.transaction() as connection:
        connection.execute("DELETE FROM vouchers")
    session.add_vouchers(mediator, "", [vouchers.written(bytes(20)), vouchers.written(b"\1" * 20)])
    session.invite(mediator, "", "Iran")
    talks.sync(mediator)
    assert session.channels(mediator)[0].caucuses[0].state == "void"
    assert "the voucher is unknown or used" in session.journal(mediator)[0].words
    with pytest.raises(UsageError, match="needs two vouchers"):
        session.invite(mediator, "", "US")


def test_a_relay_without_room_is_asked_again(talks: Mediation) -> None:
    relay_of(talks).disk_full = True
    line = session.invite(talks.mediator, "", "Iran")
    talks.sync(talks.mediator)
    assert session.channels(talks.mediator)[0].caucuses[0].state == "invited"
    relay_of(talks).disk_full = False
    talks.sync(talks.mediator)
    join(talks, party(talks), line)
    check_works(talks)
    relay_of(talks).disk_full = True
    session.ask(talks.parties["Iran"], text="Is there room?")
    report = courier.sync(talks.parties["Iran"], lambda _: talks.relay)
    assert (report.sent, report.waiting) == (0, 1)
    assert "disk is full" in report.down[0]


def test_a_relay_that_answers_with_nonsense_counts_as_down(talks: Mediation) -> None:
    line = invited(talks)
    join(talks, party(talks), line)

    class Babbling:
        """Answers one kind of request as it would another."""

        def __init__(self, kind: type) -> None:
            self.kind = kind

        def ask(self, request: Request) -> Answer:
            answer = talks.relay.ask(request)
            return BundleIs(bundle=None) if isinstance(request, self.kind) else answer

    for kind in (Rotate, Collect, Put):
        report = courier.sync(talks.parties["Iran"], lambda _, kind=kind: Babbling(kind))  # type: ignore[misc]
        assert len(report.down) == 1
    check_works(talks)
    assert caucus_row(talks.parties["Iran"]).send_secret != decode(line).up_send
