"""How a desk waits: push or long poll, the same letters, and status says which."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from backchannel.channel.handling import FOR_THE_MEDIATOR_ONLY
from backchannel.desk import session
from backchannel.desk.courier_loop import CourierLoop
from backchannel.desk.listening import PAUSE, Listening, Way
from backchannel.desk.session import Desk
from backchannel.post.errors import NotPushedError, RelayDownError
from backchannel.post.messages import Answer, Collect, Collected, Forget, Request
from hostile_relay import COLLECT_MOVES, HostileRelay, Move
from mediation import Mediation, begin
from vault_probe import journal_kinds

COLLECT = Collect(mailbox=bytes(16), read_secret=bytes(32), wait=25)
PUSHED, POLLED = (Collected(letters=((bytes(16), text),)) for text in (b"pushed", b"polled"))
LOOKS = 60  # after which a courier that found nothing new has done its work


class FakePort:
    """A way to a relay whose sockets answer as a test has them answer, one after the other."""

    def __init__(self, *sockets: Exception | list[Answer | Exception]) -> None:
        self.sockets = list(sockets)
        self.opened = 0
        self.closed = 0
        self.polled = 0

    def ask(self, request: Request) -> Answer:
        del request
        self.polled += 1
        return POLLED

    def push(self) -> "FakeSocket":
        self.opened += 1
        given = self.sockets.pop(0)
        if isinstance(given, Exception):
            raise given
        return FakeSocket(self, given)


class FakeSocket:
    def __init__(self, port: FakePort, answers: list[Answer | Exception]) -> None:
        self.port = port
        self.answers = answers
        self.close: Callable[[], None] = self._close

    def _close(self) -> None:
        self.port.closed += 1

    def ask(self, request: Collect) -> Answer:
        del request
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Hours:
    """A clock that stands until it is moved (seconds)."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_one_socket_serves_one_collection_after_the_other() -> None:
    port = FakePort([PUSHED, PUSHED])
    opened: list[int] = []
    listening = Listening(port, lambda: opened.append(port.opened))
    assert [listening.ask(COLLECT), listening.ask(COLLECT)] == [PUSHED, PUSHED]
    assert (port.opened, port.closed, port.polled) == (1, 0, 0)
    assert opened == [1]
    assert listening.way is Way.PUSH


def test_what_is_no_collection_is_posted() -> None:
    port = FakePort()
    forget = Forget(mailbox=bytes(16), read_secret=bytes(32), letter_ids=(bytes(16),))
    assert Listening(port).ask(forget) == POLLED
    assert port.opened == 0


def test_a_port_that_knows_no_push_is_polled() -> None:
    port = HostileRelay()
    listening = Listening(port)
    listening.ask(COLLECT)
    assert listening.way is Way.LONG_POLL


def test_a_socket_that_has_ended_is_replaced_at_once() -> None:
    port = FakePort([PUSHED, RelayDownError("cut off")], [PUSHED])
    listening = Listening(port)
    assert [listening.ask(COLLECT), listening.ask(COLLECT)] == [PUSHED, PUSHED]
    assert (port.opened, port.closed, port.polled) == (2, 1, 0)


def test_a_new_socket_that_fails_is_a_relay_that_is_down() -> None:
    port = FakePort([RelayDownError("cut off")], [PUSHED])
    listening = Listening(port)
    with pytest.raises(RelayDownError):
        listening.ask(COLLECT)
    assert port.closed == 1
    assert listening.ask(COLLECT) == PUSHED


def test_where_push_is_not_done_it_is_polled_and_push_tried_again_later() -> None:
    port, clock = FakePort(NotPushedError("no"), [PUSHED]), Hours()
    listening = Listening(port, clock=clock)
    assert [listening.ask(COLLECT), listening.ask(COLLECT)] == [POLLED, POLLED]
    assert (port.opened, listening.way) == (1, Way.LONG_POLL)
    clock.now += PAUSE
    assert listening.ask(COLLECT) == PUSHED
    assert listening.way is Way.PUSH


class PushingRelay:
    """A way to a hostile relay in memory that pushes; it tells when it has nothing more to say."""

    def __init__(self, relay: HostileRelay, *, pushing: bool) -> None:
        self.relay = relay
        self.quiet = 0
        self.stop = threading.Event()
        if pushing:
            self.push = lambda: self
        self.close = lambda: None

    def ask(self, request: Request) -> Answer:
        answer = self.relay.ask(request)
        if isinstance(request, Collect):
            self.quiet = 0 if isinstance(answer, Collected) and answer.letters else self.quiet + 1
            if self.quiet > LOOKS:
                self.stop.set()
        return answer


def carried(talks: Mediation, *, pushing: bool) -> tuple[list[str], dict[str, str], set[Way]]:
    """Let the mediator's courier run until the relay is quiet; return what it made of it."""
    assert isinstance(talks.relay, HostileRelay)
    port = PushingRelay(talks.relay, pushing=pushing)
    ways: dict[str, str] = {}

    def say(_: str) -> None: ...

    loop = CourierLoop(talks.mediator, lambda _: port, port.stop, say, "a courier")
    loop.run()
    for known in session.channels(talks.mediator)[0].caucuses:
        ways[known.name] = known.way
    texts = [note.said.text for note in session.view(talks.mediator, seat="Iran").notes.values()]
    return texts, ways, set(loop.ways.values())


@pytest.mark.parametrize("move", COLLECT_MOVES)
def test_a_pushed_letter_is_taken_in_exactly_as_a_collected_one(tmp_path: Path, move: Move) -> None:
    """Whatever a hostile relay makes of what it pushes: garbage, duplicates, another's letters."""
    shown = []
    for pushing in (True, False):
        relay = HostileRelay()
        talks = begin(tmp_path / f"{pushing}", relay, "Iran")
        for number in range(3):
            talks.say("Iran", f"note {number}", FOR_THE_MEDIATOR_ONLY)
        talks.sync(talks.parties["Iran"])
        relay.plan(move, move)
        texts, after, ways = carried(talks, pushing=pushing)
        assert ways == {Way.PUSH if pushing else Way.LONG_POLL}
        assert after == {"Iran": ""}  # no courier carries any more
        shown.append((texts, sorted(set(journal_kinds(talks.mediator)))))
        talks.close()
    assert shown[0] == shown[1]
    if move not in {Move.TRUNCATE, Move.FLIP, Move.SWAP}:
        assert shown[0][0] == ["note 0", "note 1", "note 2"]


def test_status_says_by_which_way_letters_come_in_while_a_courier_carries(
    tmp_path: Path,
) -> None:
    relay = HostileRelay()
    talks = begin(tmp_path, relay, "Iran")
    port = PushingRelay(relay, pushing=True)
    seen: list[str] = []

    class Watching(CourierLoop):
        def _note_ways(self) -> None:
            super()._note_ways()
            seen.append(way_of(talks.mediator))

    Watching(talks.mediator, lambda _: port, port.stop, lambda _: None, "a courier").run()
    assert seen[-1] == "push"
    assert way_of(talks.mediator) == ""
    talks.close()


def way_of(desk: Desk) -> str:
    return session.channels(desk)[0].caucuses[0].way
