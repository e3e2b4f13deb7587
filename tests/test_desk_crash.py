"""A vault that fails at any statement leaves all or nothing, and a desk that remembers no more.

For every statement of a block, and for its commit, a run is made in which just this one fails. What
the vault then holds, what the same desk shows, and what a desk opened afresh shows, must agree, and
the same thing done again must succeed once.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from backchannel.channel.disclosure import View
from backchannel.channel.handling import AS_OURS, FOR_THE_MEDIATOR_ONLY, Attribution
from backchannel.desk import courier, session
from backchannel.desk.receiving import Taken, receive
from backchannel.desk.session import Conveying, Desk
from backchannel.desk.vault import Vault, open_vault
from backchannel.post.messages import Collect, Collected
from hostile_relay import MemoryRelay
from mediation import Mediation, begin
from vault_probe import caucus_row, everything_in, number


class Failing:
    """A connection that fails at its n-th statement, before or after carrying it out."""

    def __init__(self, connection: Any, fail_at: int, *, after: bool) -> None:  # noqa: ANN401 - untyped library
        self.connection = connection
        self.left = fail_at
        self.after = after
        self.failed = False

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> Any:  # noqa: ANN401
        if sql.startswith(("ROLLBACK", "PRAGMA")) or self.failed:
            return self.connection.execute(sql, parameters)
        self.left -= 1
        if self.left == 0:
            self.failed = True
            # A commit that was carried out and whose success was not heard of is another story;
            # a beginning that was, SQLite does not report as failed.
            if self.after and not sql.startswith(("COMMIT", "BEGIN")):
                self.connection.execute(sql, parameters)
            raise dbapi2.OperationalError("planted")
        return self.connection.execute(sql, parameters)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self.connection, name)


@dataclass
class Scene:
    """A mediation, the desk that will fail, and what is done there."""

    talks: Mediation
    desk: Desk
    act: Callable[[], object]
    reader: str = ""

    def shown(self, desk: Desk) -> View:
        return session.view(desk, seat=self.reader)

    def state(self) -> bytes:
        return everything_in(self.desk)


@pytest.fixture
def talks() -> Iterator[Mediation]:
    with tempfile.TemporaryDirectory() as folder:
        mediation = begin(Path(folder), MemoryRelay(), "Iran")
        yield mediation
        mediation.close()


def lying_for(talks: Mediation, desk: Desk) -> tuple[str, list[bytes]]:
    """Return the caucus and the letters that lie at the relay for this desk."""
    row = caucus_row(desk, "Iran")
    answer = talks.relay.ask(Collect(mailbox=row.read_box, read_secret=row.read_secret))
    assert isinstance(answer, Collected)
    return row.caucus, [letter for _, letter in answer.letters]


def said(talks: Mediation) -> Scene:
    iran = talks.parties["Iran"]
    return Scene(talks, iran, lambda: talks.say("Iran", "the note", FOR_THE_MEDIATOR_ONLY))


def conveyed(talks: Mediation) -> Scene:
    conveying = Conveying(seat="Iran", attribution=Attribution.MEDIATOR, text="the note")
    act = lambda: session.convey(talks.mediator, "", conveying)  # noqa: E731 - as the others
    return Scene(talks, talks.mediator, act, reader="Iran")


def received_by_the_mediator(talks: Mediation) -> Scene:
    talks.say("Iran", "the note", AS_OURS)
    courier.sync(talks.parties["Iran"], lambda _: talks.relay)
    caucus, (letter,) = lying_for(talks, talks.mediator)
    return Scene(
        talks, talks.mediator, lambda: receive(talks.mediator, caucus, letter), reader="Iran"
    )


def received_and_closing_a_gap(talks: Mediation) -> Scene:
    # Several letters are applied in one block, each judged by a state that holds the one before.
    for number_ in range(4):
        talks.say("Iran", f"the note {number_}", AS_OURS)
    courier.sync(talks.parties["Iran"], lambda _: talks.relay)
    caucus, (first, *others) = lying_for(talks, talks.mediator)
    for letter in others:
        assert receive(talks.mediator, caucus, letter) is Taken.HELD
    return Scene(
        talks, talks.mediator, lambda: receive(talks.mediator, caucus, first), reader="Iran"
    )


def received_by_the_party(talks: Mediation) -> Scene:
    session.remark(talks.mediator, "", "Iran", text="the note")
    courier.sync(talks.mediator, lambda _: talks.relay)
    iran = talks.parties["Iran"]
    caucus, (letter,) = lying_for(talks, iran)
    return Scene(talks, iran, lambda: receive(iran, caucus, letter))


def erased(talks: Mediation) -> Scene:
    iran = talks.parties["Iran"]
    note = talks.say("Iran", "the text that goes", FOR_THE_MEDIATOR_ONLY)
    talks.say("Iran", "the note", FOR_THE_MEDIATOR_ONLY)
    return Scene(talks, iran, lambda: session.erase(iran, "", note))


def strange(talks: Mediation) -> Scene:
    caucus = caucus_row(talks.mediator, "Iran").caucus
    talks.say("Iran", "the note", FOR_THE_MEDIATOR_ONLY)
    talks.sync()
    garbage = bytes(4096)
    return Scene(
        talks, talks.mediator, lambda: receive(talks.mediator, caucus, garbage), reader="Iran"
    )


SCENES = [
    said,
    conveyed,
    received_by_the_mediator,
    received_and_closing_a_gap,
    received_by_the_party,
    erased,
    strange,
]


def failing_at(scene: Scene, statement: int, *, after: bool) -> bool:
    """Do what the scene does with one statement failing; tell whether it failed."""
    vault = scene.desk.vault
    honest = vault._connection
    planted = Failing(honest, statement, after=after)
    object.__setattr__(vault, "_connection", planted)
    try:
        if not planted.failed:
            scene.act()
    except dbapi2.OperationalError:
        assert planted.failed
    finally:
        object.__setattr__(vault, "_connection", honest)
    return planted.failed


def afresh(desk: Desk) -> Desk:
    """Return a desk on the same vault that remembers nothing."""
    vault: Vault = open_vault(desk.vault._folder, "a long walk")
    return Desk(vault, desk.now, desk.draw)


@pytest.mark.parametrize("make", SCENES, ids=[make.__name__ for make in SCENES])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_failure_at_any_statement_leaves_nothing_of_it(
    talks: Mediation, make: Callable[[Mediation], Scene], *, after: bool
) -> None:
    scene = make(talks)
    before, view = scene.state(), scene.shown(scene.desk)
    statement = 1
    while failing_at(scene, statement, after=after):
        assert scene.state() == before, f"something stayed of statement {statement}"
        assert scene.shown(scene.desk) == view
        statement += 1
        assert statement < 200
    assert statement > 5
    # The last run failed nowhere, so the act was done, once: every end agrees on it.
    fresh = afresh(scene.desk)
    assert scene.shown(fresh) == scene.shown(scene.desk)
    fresh.vault.close()
    talks.clock.move(hours=2)
    talks.sync()
    talks.sync()
    iran = talks.parties["Iran"]
    assert session.view(iran) == session.view(talks.mediator, seat="Iran")
    assert repr(session.view(iran)).count("the note") >= 1
    for desk in (iran, talks.mediator):
        assert number(desk, "SELECT count(*) FROM outbox") == 0
        assert number(desk, "SELECT count(*) FROM journal WHERE kind = 'refused'") == 0


@pytest.mark.parametrize("make", SCENES, ids=[make.__name__ for make in SCENES])
def test_what_is_done_on_the_same_desk_after_a_failure_is_right(
    talks: Mediation, make: Callable[[Mediation], Scene]
) -> None:
    # Fails late, when the desk has folded what was then taken back; other things follow at once
    # and take the places in the journal that had been given out.
    scene = make(talks)
    length = 1
    while failing_at(scene, length, after=True):
        length += 1
        if length > 3:
            session.ask(scene.desk, text=f"question {length}", seat=scene.reader)
            fresh = afresh(scene.desk)
            assert scene.shown(fresh) == scene.shown(scene.desk)
            fresh.vault.close()
    talks.sync()
    talks.sync()
    iran = talks.parties["Iran"]
    assert session.view(iran) == session.view(talks.mediator, seat="Iran")
    questions = [q.text for q in session.view(iran).questions.values()]
    assert sorted(questions) == sorted(f"question {n}" for n in range(4, length + 1))


def test_a_courier_that_fails_while_it_delivers_puts_the_same_bytes_again(
    talks: Mediation,
) -> None:
    iran = talks.parties["Iran"]
    talks.say("Iran", "the note", FOR_THE_MEDIATOR_ONLY)
    scene = Scene(talks, iran, lambda: courier.sync(iran, lambda _: talks.relay))
    assert isinstance(talks.relay, MemoryRelay)
    talks.relay.asked.clear()
    statement = 1
    while failing_at(scene, statement, after=False):
        statement += 1
    letters = {r.letter for r in talks.relay.asked if hasattr(r, "letter")}
    assert len(letters) == 1
    talks.sync()
    assert session.view(iran) == session.view(talks.mediator, seat="Iran")
