"""A desk restored from a backup gets a new session, and back what it had lost; nothing else may."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from backchannel.channel.handling import AS_OURS, FOR_THE_MEDIATOR_ONLY, Attribution
from backchannel.channel.names import ConveyanceId
from backchannel.desk import incarnation, session
from backchannel.desk.backup import restore
from backchannel.desk.errors import NeedsRepairError, UsageError
from backchannel.desk.session import Conveying, Desk, UnverifiedError
from backchannel.post import vouchers
from backchannel.post.messages import BundleIs, GetBundle, PutBundle
from hostile_relay import HostileRelay, MemoryRelay, Move
from mediation import CHEAP, Mediation, begin
from restoring import (
    PASSPHRASE,
    acknowledged,
    back_up,
    compared,
    desk_of,
    folder_of,
    lose_and_restore,
    nothing_waits,
    reopened,
    settle,
    texts,
    views,
)
from test_mediation_flow import drafted
from vault_probe import caucus_row, everything_in, journal_kinds, number, select

SIDES = ("Iran", "mediator")


@pytest.fixture
def talks(tmp_path: Path) -> Iterator[Mediation]:
    mediation = begin(tmp_path / "home", HostileRelay(), "Iran", "US")
    yield mediation
    mediation.close()


def say(talks: Mediation, text: str) -> str:
    return talks.say("Iran", text, FOR_THE_MEDIATOR_ONLY)


def remark(talks: Mediation, text: str) -> None:
    session.remark(talks.mediator, "", "Iran", text=text)


def some_talk(talks: Mediation, label: str) -> None:
    """Say something both ways, each in answer to what was said before."""
    say(talks, f"{label} one")
    talks.sync()
    remark(talks, f"{label} two")
    talks.sync()
    say(talks, f"{label} three")
    talks.sync()


def restored_after_talk(talks: Mediation, side: str) -> Desk:
    some_talk(talks, "before")
    file = back_up(talks, side)
    some_talk(talks, "after")
    desk = lose_and_restore(talks, side, file)
    settle(talks)
    return desk


def epochs(talks: Mediation) -> list[int]:
    return [caucus_row(talks.parties["Iran"]).epoch, caucus_row(talks.mediator, "Iran").epoch]


def whole(talks: Mediation) -> bool:
    rows = (caucus_row(talks.parties["Iran"]), caucus_row(talks.mediator, "Iran"))
    return all(row.repair == "" for row in rows) and nothing_waits(talks)


@pytest.mark.parametrize("side", SIDES)
def test_a_restored_desk_gets_back_all_that_came_after_the_backup(
    talks: Mediation, side: str
) -> None:
    some_talk(talks, "before")
    file = back_up(talks, side)
    some_talk(talks, "after")
    before, _ = views(talks, "Iran")
    lose_and_restore(talks, side, file)
    assert len(views(talks, "Iran")[SIDES.index(side)].entries) < len(before.entries)
    settle(talks)
    assert views(talks, "Iran") == (before, before)
    assert epochs(talks) == [1, 1]
    some_talk(talks, "later")
    ours, theirs = views(talks, "Iran")
    assert ours == theirs
    assert texts(ours)[-3:] == ["later one", "later two", "later three"]
    assert whole(talks)


@pytest.mark.parametrize("side", SIDES)
def test_letters_in_flight_when_a_desk_is_lost_arrive_once(talks: Mediation, side: str) -> None:
    file = back_up(talks, side)
    some_talk(talks, "after")
    other = "mediator" if side == "Iran" else "Iran"
    for n in range(3):  # sealed, some of them at the relay, none of them collected
        say(talks, f"party {n}")
        remark(talks, f"mediator {n}")
    sure = {who: acknowledged(talks, "Iran", from_party=who) for who in (True, False)}
    written = texts(session.view(desk_of(talks, other), seat="Iran" if side == "Iran" else ""))
    lose_and_restore(talks, side, file)
    settle(talks)
    ours, theirs = views(talks, "Iran")
    assert ours == theirs
    for from_party, known in sure.items():
        there = texts(ours, from_party=from_party)
        assert [text for text in there if text in known] == known
        assert len(there) == len(set(there))
    # What the desk that was not lost had written is there as well.
    assert set(written) <= set(texts(ours))
    assert whole(talks)


@pytest.mark.parametrize("side", SIDES)
def test_a_return_longer_than_the_window_arrives_in_order(talks: Mediation, side: str) -> None:
    file = back_up(talks, side)
    for n in range(80):
        say(talks, f"note {n}")
        if n % 2:
            remark(talks, f"remark {n}")
        if n % 20 == 0:
            talks.sync()
    settle(talks, 3)
    before, _ = views(talks, "Iran")
    lose_and_restore(talks, side, file)
    settle(talks, 8)
    assert views(talks, "Iran") == (before, before)
    assert whole(talks)


@pytest.mark.parametrize("side", SIDES)
def test_a_repaired_caucus_is_shown_and_unverified_until_the_words_are_compared(
    talks: Mediation, side: str
) -> None:
    words = session.safety_words(talks.parties["Iran"]).words
    restored_after_talk(talks, side)
    for desk, seat in ((talks.parties["Iran"], ""), (talks.mediator, "Iran")):
        known = session.safety_words(desk, "", seat)
        assert not known.verified
        assert known.words != words
        assert "repaired" in journal_kinds(desk)
    conveying = Conveying(seat="Iran", attribution=Attribution.MEDIATOR, text="text")
    with pytest.raises(UnverifiedError):
        session.convey(talks.mediator, "", conveying)
    compared(talks, "Iran")
    session.convey(talks.mediator, "", conveying)
    talks.sync()
    assert texts(session.view(talks.parties["Iran"]))[-1] == "text"


def test_what_was_conveyed_comes_back_to_the_mediators_record_without_its_sources(
    talks: Mediation,
) -> None:
    file = back_up(talks, "mediator")
    note = talks.say("US", "We can wait a week.", AS_OURS)
    talks.sync()
    conveying = Conveying(
        seat="Iran", attribution=Attribution.AUTHOR, text="We can wait a week.", rests_on=(note,)
    )
    key = ConveyanceId(session.convey(talks.mediator, "", conveying))
    talks.sync()
    session.suspend(talks.mediator, "", text="Until Monday.")
    talks.sync()
    lose_and_restore(talks, "mediator", file)
    settle(talks)
    state = session.record(talks.mediator)
    assert state.conveyances[key].text == "We can wait a week."
    assert state.conveyances[key].rests_on == ()
    assert state.standing.value == "suspended"
    for name in ("US", "Iran"):
        ours, theirs = views(talks, name)
        assert ours == theirs
    session.resume(talks.mediator, "")
    compared(talks, "Iran")
    session.correct(talks.mediator, "", key, text="We can wait ten days.")
    talks.sync()
    assert texts(session.view(talks.parties["Iran"]))[-1] == "We can wait ten days."


@pytest.mark.parametrize("side", SIDES)
def test_an_accord_comes_back_with_its_signatures_and_verifies(talks: Mediation, side: str) -> None:
    file = back_up(talks, side)
    accord = drafted(talks)
    for desk in talks.parties.values():
        session.adhere(desk, "", accord)
    talks.sync()
    session.release(talks.mediator, "", accord)
    talks.sync()
    before = session.accord_file(talks.parties["US"], "", accord)
    lose_and_restore(talks, side, file)
    settle(talks)
    assert session.accord_file(talks.mediator, "", accord) == before
    assert session.accord_file(talks.parties["Iran"], "", accord) == before
    ours, theirs = views(talks, "Iran")
    assert ours == theirs


def test_an_erased_note_comes_back_erased(talks: Mediation) -> None:
    note = say(talks, "the secret")
    talks.sync()
    file = back_up(talks, "mediator")
    session.erase(talks.parties["Iran"], "", note)
    talks.sync()
    lose_and_restore(talks, "mediator", file)
    settle(talks)
    ours, theirs = views(talks, "Iran")
    assert ours == theirs
    assert "the secret" not in texts(theirs)
    assert b"the secret" not in everything_in(talks.mediator)


def test_until_it_is_repaired_nothing_is_said_in_a_caucus(talks: Mediation) -> None:
    some_talk(talks, "before")
    file = back_up(talks, "Iran")
    lose_and_restore(talks, "Iran", file)
    with pytest.raises(NeedsRepairError, match="let the courier run"):
        say(talks, "too early")
    with pytest.raises(NeedsRepairError):
        session.safety_words(talks.parties["Iran"])
    settle(talks)
    say(talks, "now")


def test_a_mediators_desk_tells_others_while_one_caucus_waits_for_repair(
    talks: Mediation,
) -> None:
    file = back_up(talks, "mediator")
    lose_and_restore(talks, "mediator", file)
    talks.sync(talks.mediator, talks.parties["US"])
    talks.sync(talks.mediator, talks.parties["US"])
    session.remark(talks.mediator, "", "US", text="hello")
    with pytest.raises(NeedsRepairError, match="Iran"):
        remark(talks, "too early")
    with pytest.raises(NeedsRepairError, match="Iran"):  # it would be told to all
        session.suspend(talks.mediator, "", text="")


# What was never acknowledged


def test_what_a_lost_desk_had_not_delivered_is_said_again(talks: Mediation) -> None:
    say(talks, "not sent yet")
    file = back_up(talks, "Iran")
    lose_and_restore(talks, "Iran", file)
    settle(talks)
    ours, theirs = views(talks, "Iran")
    assert ours == theirs
    assert texts(ours).count("not sent yet") == 1


def test_what_was_told_before_the_backup_and_never_sent_is_sent_again(talks: Mediation) -> None:
    remark(talks, "not sent yet")
    file = back_up(talks, "mediator")
    lose_and_restore(talks, "mediator", file)
    settle(talks)
    ours, theirs = views(talks, "Iran")
    assert ours == theirs
    assert texts(ours).count("not sent yet") == 1


def put_back(talks: Mediation, name: str, *, kept: Path) -> Desk:
    """Put a whole folder back to an earlier state, with what is remembered outside it.

    As on a machine whose whole disk was put back: only the other side can tell.
    """
    folder = folder_of(talks, name)
    desk_of(talks, name).vault.close()
    shutil.rmtree(folder)
    shutil.copytree(kept, folder)
    desk = reopened(talks, name)
    with desk.vault.read() as connection:
        incarnation.write(folder, incarnation.inside(connection))
    return desk


def kept_folder(talks: Mediation, name: str) -> Path:
    desk_of(talks, name).vault.close()
    kept = talks.folder.parent / f"kept-{name}"
    shutil.copytree(folder_of(talks, name), kept)
    reopened(talks, name)
    return kept


def test_an_old_copy_that_said_something_else_is_told_and_keeps_both(talks: Mediation) -> None:
    kept = kept_folder(talks, "Iran")
    for n in range(2):
        say(talks, f"said by the desk itself {n}")
    talks.sync(talks.parties["Iran"])
    desk = put_back(talks, "Iran", kept=kept)
    talks.sync(talks.mediator)
    say(talks, "said by the old copy")
    talks.sync(desk)
    assert caucus_row(desk).repair == "doubted"
    assert "old copy" in journal_kinds(desk)
    with pytest.raises(NeedsRepairError, match="an old copy of itself"):
        say(talks, "more")
    session.repair(desk)
    settle(talks)
    ours, theirs = views(talks, "Iran")
    assert ours == theirs
    assert texts(ours) == [
        "said by the desk itself 0",
        "said by the desk itself 1",
        "said by the old copy",
    ]
    assert whole(talks)


def test_a_mediators_old_copy_that_told_something_else_stops_and_says_so(
    talks: Mediation,
) -> None:
    kept = kept_folder(talks, "mediator")
    for n in range(2):
        remark(talks, f"told by the desk itself {n}")
    talks.sync(talks.mediator)
    desk = put_back(talks, "mediator", kept=kept)
    talks.sync(talks.parties["Iran"])
    remark(talks, "told by the old copy")
    talks.sync(desk)
    assert caucus_row(desk, "Iran").repair == "doubted"
    session.repair(desk, "", "Iran")
    settle(talks)
    assert caucus_row(desk, "Iran").repair == "forked"
    with pytest.raises(NeedsRepairError, match="remember different things"):
        remark(talks, "more")
    session.remark(desk, "", "US", text="the others are not touched")
    session.revoke(desk, "", "Iran")


# Who may start one, and how often


@pytest.mark.parametrize("side", SIDES)
def test_a_relay_that_replays_everything_starts_no_repair(talks: Mediation, side: str) -> None:
    assert isinstance(talks.relay, HostileRelay)
    restored_after_talk(talks, side)
    compared(talks, "Iran")
    states = "SELECT epoch, repair, verified FROM caucuses ORDER BY caucus"
    before = [select(desk, states) for desk in desks(talks)]
    kinds = [journal_kinds(d) for d in desks(talks)]
    for _ in range(4):
        talks.relay.plan(*[Move.REPLAY] * 8)
        settle(talks, 2)
    assert epochs(talks) == [1, 1]
    assert [select(desk, states) for desk in desks(talks)] == before
    for desk, known in zip(desks(talks), kinds, strict=True):
        assert journal_kinds(desk).count("repaired") == known.count("repaired")
        assert "join attempt" not in journal_kinds(desk)
    some_talk(talks, "later")
    settle(talks, 2)
    ours, theirs = views(talks, "Iran")
    assert ours == theirs


def desks(talks: Mediation) -> tuple[Desk, ...]:
    return (talks.mediator, *talks.parties.values())


@pytest.mark.parametrize("side", SIDES)
def test_a_relay_that_serves_a_stale_offer_only_delays(talks: Mediation, side: str) -> None:
    restored_after_talk(talks, side)
    reader = caucus_row(desk_of(talks, side), "Iran").read_box
    assert isinstance(talks.relay, HostileRelay)
    laid = [r.bundle for r in talks.relay.asked if isinstance(r, PutBundle) and r.mailbox == reader]
    assert len(laid) >= 2
    file = back_up(talks, side, "again")
    some_talk(talks, "more")
    before, _ = views(talks, "Iran")
    talks.clock.move(days=2)
    fresh = talks.relay.mailboxes[reader].bundle
    lose_and_restore(talks, side, file)
    for stale in laid[:-1]:
        talks.relay.mailboxes[reader].bundle = stale
        settle(talks, 2)
        assert epochs(talks)[0 if side == "mediator" else 1] == 1
        assert "repair waits" in journal_kinds(desk_of(talks, side))
    talks.relay.mailboxes[reader].bundle = fresh
    settle(talks)
    assert epochs(talks) == [2, 2]
    assert views(talks, "Iran") == (before, before)


def test_a_second_repair_within_a_day_needs_leave(talks: Mediation) -> None:
    restored_after_talk(talks, "Iran")
    file = back_up(talks, "Iran", "again")
    lose_and_restore(talks, "Iran", file)
    settle(talks, 3)
    assert epochs(talks)[1] == 1
    (row,) = [r for r in session.journal(talks.mediator) if "second within a day" in r.words]
    assert "repair --allow" in row.words
    session.allow_repair(talks.mediator, "", "Iran")
    settle(talks)
    assert epochs(talks) == [2, 2]
    assert whole(talks)


def test_after_a_day_the_repair_that_waited_is_accepted(talks: Mediation) -> None:
    restored_after_talk(talks, "Iran")
    lose_and_restore(talks, "Iran", back_up(talks, "Iran", "again"))
    settle(talks, 2)
    assert epochs(talks)[1] == 1
    talks.clock.move(days=1)
    settle(talks)
    assert epochs(talks) == [2, 2]


def test_leave_is_given_only_where_it_is_needed(talks: Mediation) -> None:
    with pytest.raises(UsageError, match="its first needs no leave"):
        session.allow_repair(talks.mediator, "", "Iran")
    with pytest.raises(UsageError, match="in order"):
        session.repair(talks.mediator, "", "Iran")


def test_a_second_desk_restored_from_one_backup_is_refused_and_told_why(
    talks: Mediation,
) -> None:
    file = back_up(talks, "Iran")
    first = lose_and_restore(talks, "Iran", file)
    settle(talks)
    elsewhere = talks.folder.parent / "elsewhere"
    restore(file, elsewhere / "desk-Iran", PASSPHRASE, now=talks.clock(), cost=CHEAP)
    home, talks.folder = talks.folder, elsewhere
    second = reopened(talks, "Iran")
    settle(talks, 2)
    assert caucus_row(second).repair == "doubted"
    assert any("another copy of this desk" in r.words for r in session.journal(second))
    with pytest.raises(NeedsRepairError, match="if no other copy is in use"):
        session.say(second, text="x", handling=AS_OURS)
    # The first goes on, and what is in its mailbox was not taken by the second.
    talks.parties["Iran"], talks.folder = first, home
    some_talk(talks, "later")
    assert views(talks, "Iran")[0] == views(talks, "Iran")[1]
    second.vault.close()


def test_the_copy_left_behind_learns_that_it_is_one(talks: Mediation) -> None:
    some_talk(talks, "before")
    file = back_up(talks, "Iran")
    left = talks.parties["Iran"]
    elsewhere = talks.folder.parent / "elsewhere"
    restore(file, elsewhere / "desk-Iran", PASSPHRASE, now=talks.clock(), cost=CHEAP)
    home, talks.folder = talks.folder, elsewhere
    again = reopened(talks, "Iran")
    talks.sync(talks.mediator, again)
    remark(talks, "to the new one")
    talks.sync(talks.mediator)
    # The old desk still runs somewhere, and gets hold of the letter first.
    talks.sync(left)
    assert caucus_row(left).repair == "doubted"
    with pytest.raises(NeedsRepairError, match="old copy"):
        session.say(left, text="x", handling=AS_OURS)
    settle(talks)
    assert views(talks, "Iran")[0] == views(talks, "Iran")[1]
    talks.folder = home
    left.vault.close()


def test_a_frozen_party_is_not_repaired_until_it_is_thawed(talks: Mediation) -> None:
    file = back_up(talks, "Iran")
    session.freeze(talks.mediator, "", "Iran")
    lose_and_restore(talks, "Iran", file)
    settle(talks, 2)
    assert epochs(talks)[1] == 0
    assert any("frozen" in r.words for r in session.journal(talks.mediator))
    session.thaw(talks.mediator, "", "Iran")
    settle(talks)
    assert whole(talks)


def test_fetching_offers_without_end_uses_none_up(talks: Mediation) -> None:
    file = back_up(talks, "Iran")
    row = caucus_row(talks.parties["Iran"])
    asking = GetBundle(mailbox=row.read_box, read_secret=row.read_secret)
    answers = {talks.relay.ask(asking) for _ in range(300)}
    assert len(answers) == 1
    assert isinstance(answers.pop(), BundleIs)
    lose_and_restore(talks, "Iran", file)
    settle(talks)
    assert whole(talks)


def test_an_offer_is_used_once_and_replaced(talks: Mediation) -> None:
    before = select(talks.mediator, "SELECT offer FROM repairs ORDER BY caucus")
    restored_after_talk(talks, "Iran")
    after = select(talks.mediator, "SELECT offer FROM repairs ORDER BY caucus")
    assert len(set(before) & set(after)) == 1  # of the other party's caucus
    assert number(talks.mediator, "SELECT count(*) FROM repairs WHERE laid = 1") == 2


def test_both_desks_restored_are_told_that_the_party_is_invited_again(talks: Mediation) -> None:
    files = {side: back_up(talks, side) for side in SIDES}
    some_talk(talks, "after")
    for side, file in files.items():
        lose_and_restore(talks, side, file)
    settle(talks, 3)
    assert not whole(talks)
    with pytest.raises(NeedsRepairError):
        say(talks, "x")
    session.revoke(talks.mediator, "", "Iran")


def test_an_invitation_open_when_the_backup_was_made_is_to_be_made_again(tmp_path: Path) -> None:
    relay = MemoryRelay()
    talks = begin(tmp_path / "home", relay, "Iran")
    lines = [vouchers.written(relay.issue()) for _ in range(4)]
    session.add_vouchers(talks.mediator, "", lines)
    session.invite(talks.mediator, "", "US")
    lose_and_restore(talks, "mediator", back_up(talks, "mediator"))
    settle(talks)
    assert caucus_row(talks.mediator, "US").repair == "lost"
    session.revoke(talks.mediator, "", "US")
    assert session.invite(talks.mediator, "", "US")
    talks.close()
