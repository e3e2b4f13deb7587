"""The courier at work: waits at every mailbox at once, delivers what is typed meanwhile.

One thread keeps the vault; for each caucus a listener does nothing but wait at the relay for the
next letters, pushed or by long poll (`listening`), so that a relay that hangs or is down in one
place delays no other. A letter that was pushed is taken in as any other. Listeners hold no
keys but the read secret of their mailbox. Stopping takes no longer than a letter in hand: a waiting
listener is left behind, for it has nothing to lose.
"""

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from backchannel.desk import tables, ways
from backchannel.desk.courier import (
    Ports,
    Report,
    deliver,
    greet_again,
    is_silent,
    run_errands,
    take_in,
)
from backchannel.desk.desk import Desk
from backchannel.desk.listening import Listening, Way
from backchannel.desk.repairing import mend
from backchannel.desk.tables import CaucusRow, ChannelRow
from backchannel.post.errors import PostError, RelayDownError
from backchannel.post.messages import MAX_WAIT, Answer, Collect, Refused
from backchannel.post.relay_port import RelayPort

LEASE = 30  # seconds a courier's lease holds if it dies
TICK = 0.03  # seconds between looks at what was typed
ROUND = 5.0  # seconds between looks at what is due again
FIRST_PAUSE, LAST_PAUSE = 1.0, 30.0  # seconds after a relay was down

# Caucus, answer, what went wrong; neither of the two when the relay has agreed to push.
Heard = tuple[str, Answer | None, str]
Say = Callable[[str], None]


@dataclass(slots=True)
class _Listener:
    """A thread that waits at one mailbox. It is asked, answers once, and waits to be asked."""

    caucus: str
    port: Listening
    heard: "queue.SimpleQueue[Heard]"
    stop: threading.Event
    asked: "queue.SimpleQueue[Collect]" = field(default_factory=queue.SimpleQueue)
    busy: bool = False

    def start(self) -> None:
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, request: Collect) -> None:
        self.busy = True
        self.asked.put(request)

    def _listen(self) -> None:
        pause = FIRST_PAUSE
        while not self.stop.is_set():
            request = self.asked.get()
            answer, words = None, ""
            try:
                answer = self.port.ask(request)
                pause = FIRST_PAUSE
            except PostError as error:
                words = str(error)
                self.stop.wait(pause)
                pause = min(2 * pause, LAST_PAUSE)
            self.heard.put((self.caucus, answer, words))


@dataclass(slots=True)
class CourierLoop:
    """One courier for one vault, until it is stopped. `say` gets a sentence when things change."""

    desk: Desk
    ports: Ports
    stop: threading.Event
    say: Say
    holder: str
    report: Report = field(default_factory=Report)
    heard: "queue.SimpleQueue[Heard]" = field(default_factory=queue.SimpleQueue)
    listeners: dict[str, _Listener] = field(default_factory=dict)
    senders: dict[str, RelayPort] = field(default_factory=dict)
    down: dict[str, str] = field(default_factory=dict)
    retry_at: dict[str, float] = field(default_factory=dict)
    ways: dict[str, Way] = field(default_factory=dict)

    def run(self) -> None:
        """Carry until stopped.

        Raises:
            CourierBusyError: another courier carries for this vault.
        """
        self.desk.vault.take_lease(self.holder, self.desk.now(), LEASE)
        try:
            self._forget_ways()  # of one that died
            self._carry()
        finally:
            self._forget_ways()
            self.desk.vault.release_lease(self.holder)

    def _carry(self) -> None:
        version, looked = -1, 0.0
        while not self.stop.is_set():
            typed = self.desk.vault.data_version()
            now = time.monotonic()
            if typed != version or now - looked > ROUND:
                version, looked = typed, now
                self.desk.vault.renew_lease(self.holder, self.desk.now(), LEASE)
                self._look()
            with contextlib.suppress(queue.Empty):
                self._hear(*self.heard.get(timeout=TICK))
            self._note_ways()

    def _look(self) -> None:
        """Deliver what is due everywhere, and have every idle listener wait again."""
        with self.desk.vault.read() as connection:
            rows = tables.caucuses(connection)
            places = {row.channel: row for row in tables.channels(connection)}
        for row in rows:
            self._tend(row, places[row.channel])

    def _tend(self, row: CaucusRow, place: ChannelRow) -> None:
        if time.monotonic() < self.retry_at.get(row.caucus, 0.0):
            return
        if row.caucus not in self.senders:
            self.senders[row.caucus] = self.ports(place)
        try:
            ready = run_errands(self.desk, self.senders[row.caucus], row.caucus)
            if row.state == "void" or not ready:
                return
            mend(self.desk, self.senders[row.caucus], row.caucus)
            if self._is_silent(row.caucus):
                return
            greet_again(self.desk, row.caucus)
            while deliver(self.desk, self.senders[row.caucus], row.caucus, self.report):
                pass
        except RelayDownError as error:
            self._note_down(row.caucus, str(error))
            return
        self._listen(row.caucus, place)

    def _is_silent(self, caucus: str) -> bool:
        with self.desk.vault.read() as connection:
            return is_silent(tables.caucus(connection, caucus))

    def _listen(self, caucus: str, place: ChannelRow) -> None:
        listener = self.listeners.get(caucus)
        if listener is None:
            port = Listening(self.ports(place), lambda: self.heard.put((caucus, None, "")))
            listener = _Listener(caucus, port, self.heard, self.stop)
            self.listeners[caucus] = listener
            listener.start()
        if not listener.busy:
            with self.desk.vault.read() as connection:
                row = tables.caucus(connection, caucus)
            listener.ask(Collect(mailbox=row.read_box, read_secret=row.read_secret, wait=MAX_WAIT))

    def _hear(self, caucus: str, answer: Answer | None, words: str) -> None:
        if answer is None and not words:  # the relay has agreed to push, and nothing came yet
            self._note_up(caucus)
            return
        self.listeners[caucus].busy = False
        if answer is None:
            self._note_down(caucus, words)
        elif isinstance(answer, Refused):
            self._note_down(caucus, f"the relay refused: {answer.reason.words}")
        else:
            self._note_up(caucus)
            with self.desk.vault.read() as connection:
                row = tables.caucus(connection, caucus)
                place = tables.channel(connection, row.channel)
            if is_silent(row):
                return
            try:
                take_in(self.desk, self.senders[caucus], row, answer, report=self.report)
            except RelayDownError as error:
                # Taken in, only not forgotten yet: it comes again and is known then.
                self._note_down(caucus, str(error))
                return
            self._tend(row, place)

    def _note_ways(self) -> None:
        """Keep for `status` by which way letters come in, where that has changed."""
        found = {name: listener.port.way for name, listener in self.listeners.items()}
        changed = {name: way for name, way in found.items() if way and way != self.ways.get(name)}
        if changed:
            with self.desk.vault.transaction() as connection:
                for caucus, way in changed.items():
                    ways.note(connection, caucus, way.value)
            self.ways.update(changed)

    def _forget_ways(self) -> None:
        with self.desk.vault.transaction() as connection:
            ways.clear(connection)

    def _note_down(self, caucus: str, words: str) -> None:
        self.retry_at[caucus] = time.monotonic() + FIRST_PAUSE
        if self.down.get(caucus) != words:
            self.down[caucus] = words
            self.say(words)

    def _note_up(self, caucus: str) -> None:
        if self.down.pop(caucus, None) is not None:
            self.say("the relay answers again")
