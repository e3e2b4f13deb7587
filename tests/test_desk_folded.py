"""What a desk remembers of a channel between letters is what its journal says, read anew."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from backchannel.channel.handling import AS_OURS
from backchannel.desk import session, tables
from backchannel.desk.desk import Desk
from backchannel.desk.ledger import load_caucus, load_channel
from backchannel.desk.receiving import Taken, receive
from hostile_relay import MemoryRelay
from mediation import Mediation, begin


@pytest.fixture
def talks(tmp_path: Path) -> Iterator[Mediation]:
    mediation = begin(tmp_path, MemoryRelay(), "East", "West")
    yield mediation
    mediation.close()


def anew(desk: Desk) -> Desk:
    """Return the same desk, as a process that has folded nothing yet."""
    return Desk(desk.vault, desk.now, desk.draw)


def assert_folded_as_written(talks: Mediation) -> None:
    for desk, load in (
        (talks.mediator, load_channel),
        *((party, load_caucus) for party in talks.parties.values()),
    ):
        with desk.vault.read() as connection:
            (row,) = tables.channels(connection)
            assert row.channel in desk.folded
            state = load(desk, connection, row.channel)
            assert state == load(anew(desk), connection, row.channel)


def letters_of(desk: Desk) -> list[bytes]:
    with desk.vault.read() as connection:
        rows = connection.execute("SELECT letter FROM outbox ORDER BY counter").fetchall()
    return [letter for (letter,) in rows]


def test_what_was_folded_as_letters_came_is_what_the_journal_says(talks: Mediation) -> None:
    note = talks.say("East", "Fifteen days are enough.", AS_OURS)
    other = talks.say("East", "Nobody is to be named.", AS_OURS)
    session.ask(talks.parties["West"], text="What do they want?")
    talks.sync()
    session.withdraw(talks.parties["East"], "", other)
    session.remark(talks.mediator, "", "West", text="They will answer.")
    talks.sync()
    assert_folded_as_written(talks)
    session.erase(talks.parties["East"], "", note)
    talks.sync()
    assert_folded_as_written(talks)


@pytest.mark.parametrize("seed", range(3))
def test_letters_in_any_order_are_folded_in_theirs(talks: Mediation, seed: int) -> None:
    party = talks.parties["East"]
    for number in range(20):
        talks.say("East", f"Note {number}.", AS_OURS)
    letters = letters_of(party)
    random.Random(seed).shuffle(letters)  # noqa: S311 - no secret
    caucus = next(c for c in session.channels(talks.mediator)[0].caucuses if c.name == "East")
    taken = [receive(talks.mediator, caucus.caucus, letter) for letter in letters]
    assert set(taken) == {Taken.APPLIED, Taken.HELD}
    assert [receive(talks.mediator, caucus.caucus, each) for each in letters] == [
        Taken.REPEATED
    ] * 20
    with talks.mediator.vault.read() as connection:
        assert not tables.held(connection, caucus.caucus)
    talks.sync()
    assert_folded_as_written(talks)


def test_a_caucus_that_was_never_added_is_not_stored(talks: Mediation) -> None:
    with talks.mediator.vault.read() as connection:
        row = tables.caucuses(connection)[0]
    row.caucus = "another"
    with (
        pytest.raises(LookupError, match="never added"),
        talks.mediator.vault.transaction() as connection,
    ):
        tables.store_caucus(connection, row)
