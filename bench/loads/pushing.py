"""How long a letter takes from its sender to the desk to which it is pushed, at an idle relay."""

import threading
import time

from bench.loads.figures import Figures, figures
from bench.loads.putting import Client, Load
from bench.loads.servers import Box, Running

from backchannel.desk.carrier import Carrier
from backchannel.post.errors import RelayDownError
from backchannel.post.messages import Collect, Collected, Forget

_PAUSE = 0.005  # seconds between letters: the relay has nothing else to do
_WAIT = 10.0  # seconds
_WARM = 20  # letters


class _Desk(threading.Thread):
    """A desk that listens at one mailbox, and notes when each letter came."""

    def __init__(self, running: Running, box: Box) -> None:
        super().__init__(daemon=True)
        self._push = Carrier(running.url, b"").push()
        self._post = Carrier(running.url, b"")
        self._box = box
        self.came_at = 0.0
        self.came = threading.Semaphore(0)
        self.ready = threading.Semaphore(0)

    def run(self) -> None:
        """Take letters until the relay ends."""
        collect = Collect(mailbox=self._box.mailbox, read_secret=self._box.read)
        while True:
            self.ready.release()
            try:
                answer = self._push.ask(collect)
            except RelayDownError:  # the run is over
                return
            self.came_at = time.perf_counter()
            self.came.release()
            if not isinstance(answer, Collected):
                return  # and no other letter comes
            ids = tuple(letter_id for letter_id, _ in answer.letters)
            forget = Forget(mailbox=self._box.mailbox, read_secret=self._box.read, letter_ids=ids)
            self._post.ask(forget)


def pushed(running: Running, box: Box, *, size: int, letters: int) -> tuple[Figures, Figures]:
    """Return the figures from the sending of a letter to its coming, and to its acknowledgement."""
    desk = _Desk(running, box)
    desk.start()
    to_come, to_answer = [], []
    client = Client(Load(port=running.port, boxes=(box,), clients=1, size=size), (box,))
    for _ in range(_WARM + letters):
        desk.ready.acquire(timeout=_WAIT)
        time.sleep(_PAUSE)
        client.put()
        while not client.answered():
            pass
        to_answer.append(time.perf_counter() - client.began)
        if not desk.came.acquire(timeout=_WAIT):
            raise RuntimeError("a letter was not pushed")
        to_come.append(desk.came_at - client.began)
    client.socket.close()
    seconds = sum(to_come)
    return figures(to_come[_WARM:], seconds), figures(to_answer[_WARM:], seconds)
