"""The hostile relay does what it is told, and is honest in between and afterwards."""

import pytest

from backchannel.post.errors import RelayDownError
from backchannel.post.messages import Collected, Forget, Reason, Stored, refuse
from hostile_relay import COLLECT_MOVES, HostileRelay, MemoryRelay, Move
from relays import Box

LETTERS = [b"first letter", b"second letter", b"third letter"]


@pytest.fixture
def relay() -> HostileRelay:
    return HostileRelay(seed=1)


@pytest.fixture
def box(relay: HostileRelay) -> Box:
    box = Box().opened(relay)
    for letter in LETTERS:
        relay.ask(box.put(letter))
    return box


def collected(relay: HostileRelay, box: Box, move: Move) -> list[bytes]:
    """Return what comes with this move, and see that all is well with the next collect."""
    relay.plan(move)
    got = box.letters(relay)
    assert relay.made[move] == 1
    assert box.letters(relay) == LETTERS
    return got


def test_each_move_with_a_collect_is_made_once(relay: HostileRelay, box: Box) -> None:
    other = Box().opened(relay)
    relay.ask(other.put(b"of another"))
    first, second, third = LETTERS
    assert collected(relay, box, Move.DELAY) == []
    assert collected(relay, box, Move.WITHHOLD_LAST) == [first, second]
    assert collected(relay, box, Move.WITHHOLD_FIRST) == [second, third]
    assert collected(relay, box, Move.DUPLICATE) == [first, first, second, second, third, third]
    assert sorted(collected(relay, box, Move.REORDER)) == sorted(LETTERS)
    assert collected(relay, box, Move.SWAP) == [b"of another"] * 3
    for whole, cut in zip(LETTERS, collected(relay, box, Move.TRUNCATE), strict=True):
        assert whole.startswith(cut) and len(cut) < len(whole)  # noqa: PT018 - one thought
    for whole, flipped in zip(LETTERS, collected(relay, box, Move.FLIP), strict=True):
        turned = [a ^ b for a, b in zip(whole, flipped, strict=True) if a != b]
        assert len(turned) == 1 and turned[0].bit_count() == 1  # noqa: PT018 - as above


def test_what_was_forgotten_can_be_replayed(relay: HostileRelay, box: Box) -> None:
    answer = relay.ask(box.collect())
    assert isinstance(answer, Collected)
    ids = tuple(letter_id for letter_id, _ in answer.letters)
    relay.ask(Forget(mailbox=box.mailbox, read_secret=box.read, letter_ids=ids))
    relay.plan(Move.REPLAY)
    assert [box.letters(relay), box.letters(relay)] == [LETTERS, []]


def test_each_move_with_a_put_is_made_once(relay: HostileRelay) -> None:
    box = Box().opened(relay)
    put = box.put(b"x")
    relay.plan(Move.LOSE, Move.PRETEND, Move.LOSE_ANSWER)
    with pytest.raises(RelayDownError):
        relay.ask(put)
    assert isinstance(relay.ask(put), Stored)
    assert box.letters(relay) == []
    with pytest.raises(RelayDownError):
        relay.ask(put)
    assert box.letters(relay) == [b"x"]
    assert isinstance(relay.ask(put), Stored)


def test_with_one_mailbox_there_is_nothing_to_swap(relay: HostileRelay, box: Box) -> None:
    assert collected(relay, box, Move.SWAP) == LETTERS


def test_turned_honest_it_makes_no_more_moves(relay: HostileRelay, box: Box) -> None:
    relay.plan(*COLLECT_MOVES, Move.LOSE)
    relay.turn_honest()
    assert box.letters(relay) == LETTERS
    assert relay.made == {}


def test_the_relay_in_memory_can_be_down_and_full() -> None:
    relay = MemoryRelay()
    box = Box().opened(relay)
    relay.disk_full = True
    assert relay.ask(box.put(b"x")) == refuse(Reason.DISK_FULL)
    relay.down = True
    with pytest.raises(RelayDownError):
        relay.ask(box.collect())
    relay.down = relay.disk_full = False
    assert relay.ask(box.put(b"xyz")) != refuse(Reason.DISK_FULL)
    assert relay.sizes() == [(box.mailbox, 1), (box.mailbox, 3)]
