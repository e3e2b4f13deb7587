"""Clients that put letters as fast as they are answered, and cost little beside what they measure.

They run in processes of their own. The requests are encoded beforehand but for the letter's id; one
loop over plain sockets sends them, each client the next when its last was answered, and looks at
the answer as bytes. What is left is some ten microseconds of the client's processor for a letter.
"""

import multiprocessing
import os
import select
import socket
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import cycle

from bench.loads.figures import Figures, figures
from bench.loads.servers import Box

from backchannel.post.codec import decode_answer, encode_request
from backchannel.post.messages import Put, Stored

PROCESSES = 2
_WARM_SECONDS = 0.5
_MARK = b"?id of a letter?"  # stands in the encoded request for the sixteen bytes of an id


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What the clients do."""

    port: int
    boxes: tuple[Box, ...]  # shared out over the clients, each of which goes round its own
    clients: int
    size: int  # bytes of a letter
    seconds: float = 4.0
    letters: int = 0  # to put in all, however long it takes; 0: as many as can be in the seconds
    durable: bool = True  # whether every answer must be a `Stored`


class Client:
    """One connection, over which one letter after the other is put."""

    def __init__(self, load: Load, boxes: tuple[Box, ...]) -> None:
        letter = os.urandom(load.size)
        parts = [_request(box, letter).partition(_MARK) for box in boxes]
        self._before = cycle([before for before, _, _ in parts])
        self._after = parts[0][2]  # the letter, the same for all
        self._durable = load.durable
        self._answer = b""
        self._came = b""
        self.socket = socket.create_connection(("127.0.0.1", load.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.began = 0.0

    def put(self) -> None:
        """Send one letter."""
        self.began = time.perf_counter()
        self.socket.sendall(next(self._before) + os.urandom(16) + self._after)

    def answered(self) -> bool:
        """Read what has come; tell whether it is the whole answer."""
        self._came += self.socket.recv(65_536)
        # All answers are the same bytes: they say the last day of the letter, and nothing else.
        if self._came == self._answer:
            self._came = b""
            return True
        head, _, body = self._came.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if not length or len(body) < int(length):
            return False
        if self._durable and not isinstance(decode_answer(body), Stored):
            raise RuntimeError(f"not stored: {decode_answer(body)}")
        self._answer, self._came = self._came, b""
        return True


def _request(box: Box, letter: bytes) -> bytes:
    put = Put(mailbox=box.mailbox, send_secret=box.send, letter_id=_MARK, letter=letter)
    body = encode_request(put)
    head = f"POST /1 HTTP/1.1\r\nHost: relay\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def put_from_one_process(load: Load) -> list[float]:
    """Run all clients of one process; return the seconds that each letter took."""
    made = (Client(load, load.boxes[n :: load.clients]) for n in range(load.clients))
    clients = {client.socket.fileno(): client for client in made}
    poll = select.epoll()
    for number, client in clients.items():
        poll.register(number, select.EPOLLIN)
        client.put()
    counted_from = time.perf_counter() + (0.0 if load.letters else _WARM_SECONDS)
    taken: list[float] = []
    now = 0.0
    while len(taken) < load.letters if load.letters else now < counted_from + load.seconds:
        for number, _ in poll.poll():
            client = clients[number]
            if client.answered():
                now = time.perf_counter()
                if now > counted_from:
                    taken.append(now - client.began)
                client.put()
    for client in clients.values():
        client.socket.close()
    return taken


def put_from_all(load: Load) -> Figures:
    """Put letters from all clients, shared out over the processes."""
    loads = [
        replace(
            load,
            boxes=load.boxes[n::PROCESSES],
            clients=load.clients // PROCESSES,
            letters=load.letters // PROCESSES,
        )
        for n in range(PROCESSES)
    ]
    # Not forked: the parent holds connections and threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        list(pool.map(abs, range(PROCESSES)))  # both have started
        began = time.perf_counter()
        taken = [one for part in pool.map(put_from_one_process, loads) for one in part]
        seconds = time.perf_counter() - began
    return figures(taken, seconds if load.letters else load.seconds)
