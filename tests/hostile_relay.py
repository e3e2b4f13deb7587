"""Relays in memory: an honest one, and one that does what a hostile relay can do.

`MemoryRelay` keeps to the same rules as the relay on disk; one suite of tests runs against both.
`HostileRelay` makes the moves it was told to make, one for each put or collect, and is honest in
between and after `turn_honest`. It can be used by several threads.

>>> relay = MemoryRelay()
>>> secret, mailbox = bytes(32), bytes(16)
>>> opening = Open(voucher=relay.issue(), mailbox=mailbox, read_hash=hashed(secret),
...     send_hash=hashed(secret))
>>> relay.ask(opening)
Opened()
>>> relay.ask(Collect(mailbox=mailbox, read_secret=secret))
Collected(letters=(), stale_attempts=0)
"""

import hmac
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from random import Random

from backchannel.post.errors import RelayDownError
from backchannel.post.messages import (
    COLLECT_BYTES,
    COLLECT_LETTERS,
    VOUCHER_SIZE,
    Answer,
    BundleIs,
    BundleStored,
    Close,
    Closed,
    Collect,
    Collected,
    Forget,
    Forgotten,
    GetBundle,
    Open,
    Opened,
    Put,
    PutBundle,
    Reason,
    Request,
    Rotate,
    Rotated,
    Side,
    Stored,
    hashed,
    refuse,
)
from backchannel.relay.limits import Limits

Pair = tuple[bytes, bytes]  # letter id and letter


class ManualDay:
    """A calendar that a test turns by hand."""

    def __init__(self, today: date = date(2026, 3, 1)) -> None:
        self.today = today

    def __call__(self) -> date:
        return self.today

    def pass_days(self, days: int) -> None:
        self.today += timedelta(days=days)


@dataclass(slots=True)
class Mailbox:
    """What a relay keeps of one mailbox."""

    secrets: dict[Side, bytes]
    retired: dict[Side, list[bytes]] = field(default_factory=lambda: {side: [] for side in Side})
    letters: dict[bytes, tuple[bytes, date]] = field(default_factory=dict)
    bundle: bytes | None = None
    stale: int = 0


class MemoryRelay:
    """An honest relay. `down` makes it unreachable, `disk_full` unable to store."""

    def __init__(
        self, today: Callable[[], date] | None = None, limits: Limits | None = None
    ) -> None:
        self.today = today or ManualDay()
        self.limits = limits or Limits()
        self.down = False
        self.disk_full = False
        self.asked: list[Request] = []  # all that it has ever seen, as a hostile one would keep it
        self.mailboxes: dict[bytes, Mailbox] = {}
        self._vouchers: set[bytes] = set()
        self._issued = 0
        self._lock = threading.RLock()

    def issue(self) -> bytes:
        """Return a new voucher; the n-th is the same in every run."""
        with self._lock:
            self._issued += 1
            voucher = self._issued.to_bytes(VOUCHER_SIZE)
            self._vouchers.add(voucher)
            return voucher

    def ask(self, request: Request) -> Answer:
        """Answer as `RelayPort` says. A collect does not wait: it is answered at once."""
        with self._lock:
            if self.down:
                raise RelayDownError("the relay in memory was told to be down")
            self.asked.append(request)
            return self.answer(request)

    def answer(self, request: Request) -> Answer:
        """Carry the request out, honestly."""
        if isinstance(request, Open):
            return self._open(request)
        side, secret = _shown(request)
        mailbox = self.mailboxes.get(request.mailbox)
        # A repeated rotation shows the secret that it has itself retired, and is no stale attempt.
        if mailbox and isinstance(request, Rotate) and self._is_repeated(mailbox, request):
            return Rotated()
        if mailbox is None or not self._admits(mailbox, side, secret):
            return refuse(Reason.NOT_ADMITTED)
        return self._carry_out(request, mailbox)

    def sizes(self) -> list[tuple[bytes, int]]:
        """Return mailbox and size of every letter put, in order: what traffic shows."""
        return [(r.mailbox, len(r.letter)) for r in self.asked if isinstance(r, Put)]

    def _admits(self, mailbox: Mailbox, side: Side, secret: bytes) -> bool:
        if hmac.compare_digest(mailbox.secrets[side], hashed(secret)):
            return True
        mailbox.stale += hashed(secret) in mailbox.retired[side]
        return False

    def _is_repeated(self, mailbox: Mailbox, request: Rotate) -> bool:
        last = mailbox.retired[request.side][-1:]
        return (mailbox.secrets[request.side], last) == (
            request.new_hash,
            [hashed(request.old_secret)],
        )

    def _open(self, request: Open) -> Answer:
        secrets = {Side.READ: request.read_hash, Side.SEND: request.send_hash}
        there = self.mailboxes.get(request.mailbox)
        if there is not None and there.secrets == secrets:
            return Opened()
        if request.voucher not in self._vouchers:
            return refuse(Reason.VOUCHER)
        if there is not None:
            return refuse(Reason.CONFLICT)
        if self.disk_full:
            return refuse(Reason.DISK_FULL)
        self._vouchers.discard(request.voucher)
        self.mailboxes[request.mailbox] = Mailbox(secrets)
        return Opened()

    def _carry_out(self, request: Request, mailbox: Mailbox) -> Answer:
        match request:
            case Put():
                return self._put(request, mailbox)
            case Collect():
                letters = tuple(_first(self._unexpired(mailbox)))
                return Collected(letters=letters, stale_attempts=mailbox.stale)
            case Forget(letter_ids=letter_ids):
                for letter_id in letter_ids:
                    mailbox.letters.pop(letter_id, None)
                return Forgotten()
            case Rotate(side=side, new_hash=new_hash):
                retired = [*mailbox.retired[side], mailbox.secrets[side]]
                mailbox.retired[side] = retired[-self.limits.retired :]
                mailbox.secrets[side] = new_hash
                return Rotated()
            case PutBundle(bundle=bundle):
                if self.disk_full:
                    return refuse(Reason.DISK_FULL)
                mailbox.bundle = bundle
                return BundleStored()
            case GetBundle():
                return BundleIs(bundle=mailbox.bundle)
            case _:
                del self.mailboxes[request.mailbox]
                return Closed()

    def _put(self, request: Put, mailbox: Mailbox) -> Answer:
        self._unexpired(mailbox)
        there = mailbox.letters.get(request.letter_id)
        if there is not None:
            same = there[0] == request.letter
            return Stored(expires=there[1]) if same else refuse(Reason.CONFLICT)
        size = sum(len(letter) for letter, _ in mailbox.letters.values())
        fits = self.limits.fits(letters=len(mailbox.letters), size=size, more=len(request.letter))
        if not fits:
            return refuse(Reason.QUOTA)
        if self.disk_full:
            return refuse(Reason.DISK_FULL)
        expires = self.today() + timedelta(days=request.expires_days)
        mailbox.letters[request.letter_id] = (request.letter, expires)
        return Stored(expires=expires)

    def _unexpired(self, mailbox: Mailbox) -> list[Pair]:
        today = self.today()
        mailbox.letters = {i: kept for i, kept in mailbox.letters.items() if kept[1] >= today}
        return [(letter_id, letter) for letter_id, (letter, _) in mailbox.letters.items()]


def _shown(request: Request) -> tuple[Side, bytes]:
    """Return which secret the request shows, and for which side."""
    match request:
        case Put(send_secret=secret) | PutBundle(send_secret=secret):
            return Side.SEND, secret
        case Rotate(side=side, old_secret=secret):
            return side, secret
        case Collect() | Forget() | Close() | GetBundle():
            return Side.READ, request.read_secret
        case _:
            raise AssertionError(request)


def _first(letters: Iterable[Pair]) -> Iterable[Pair]:
    """Return the letters from the front that fit into one answer."""
    size = 0
    for number, (letter_id, letter) in enumerate(letters):
        size += len(letter)
        if number == COLLECT_LETTERS or size > COLLECT_BYTES:
            return
        yield letter_id, letter


class Move(Enum):
    """What a hostile relay may do with one put or one collect."""

    # With a put:
    LOSE = "the connection breaks before the letter is stored"
    LOSE_ANSWER = "the letter is stored, and the connection breaks before the answer"
    PRETEND = "acknowledges the letter and forgets it"
    # With a collect:
    DELAY = "delivers nothing this time"
    WITHHOLD_LAST = "delivers all but the last letter"
    WITHHOLD_FIRST = "delivers all but the first letter"
    DUPLICATE = "delivers every letter twice"
    REORDER = "delivers in another order"
    REPLAY = "delivers once more what was forgotten long ago, before what is new"
    SWAP = "delivers letters of another mailbox in place of these"
    TRUNCATE = "delivers letters cut short"
    FLIP = "delivers letters with one bit turned"


PUT_MOVES = (Move.LOSE, Move.LOSE_ANSWER, Move.PRETEND)
COLLECT_MOVES = tuple(move for move in Move if move not in PUT_MOVES)


class HostileRelay(MemoryRelay):
    """A relay that makes the moves planned for it, and keeps all it ever saw.

    It damages what it delivers, not what it holds: a letter that was delivered wrong is still
    there if the desk does not forget it. `PRETEND` loses a letter for good, until it is put again.
    """

    def __init__(
        self,
        today: Callable[[], date] | None = None,
        limits: Limits | None = None,
        *,
        seed: int = 0,
    ) -> None:
        super().__init__(today, limits)
        self.made: Counter[Move] = Counter()
        self._random = Random(seed)  # noqa: S311 - a test that can be repeated
        self._plan: dict[bool, deque[Move]] = {True: deque(), False: deque()}
        self._seen: dict[bytes, dict[bytes, bytes]] = {}

    def plan(self, *moves: Move) -> None:
        """Make these moves with the coming puts and collects, one each, in this order."""
        with self._lock:
            for move in moves:
                self._plan[move in PUT_MOVES].append(move)

    def turn_honest(self) -> None:
        """Drop all plans. What it had only pretended to store is gone."""
        with self._lock:
            for moves in self._plan.values():
                moves.clear()

    def answer(self, request: Request) -> Answer:
        match request:
            case Put():
                self._seen.setdefault(request.mailbox, {})[request.letter_id] = request.letter
                return self._hostile_put(request)
            case Collect():
                return self._hostile_collect(request)
            case _:
                return super().answer(request)

    def _next_move(self, *, put: bool) -> Move | None:
        if not self._plan[put]:
            return None
        move = self._plan[put].popleft()
        self.made[move] += 1
        return move

    def _hostile_put(self, request: Put) -> Answer:
        match self._next_move(put=True):
            case Move.LOSE:
                raise RelayDownError("the connection broke")
            case Move.LOSE_ANSWER:
                super().answer(request)
                raise RelayDownError("the connection broke")
            case Move.PRETEND:
                return Stored(expires=self.today() + timedelta(days=request.expires_days))
            case _:
                return super().answer(request)

    def _hostile_collect(self, request: Collect) -> Answer:
        move = self._next_move(put=False)
        honest = super().answer(request)
        if move is None or not isinstance(honest, Collected):
            return honest
        letters = self._mischief(move, request.mailbox, list(honest.letters))
        return Collected(letters=tuple(_first(letters)), stale_attempts=honest.stale_attempts)

    def _mischief(self, move: Move, mailbox: bytes, letters: list[Pair]) -> list[Pair]:
        match move:
            case Move.DELAY:
                return []
            case Move.WITHHOLD_LAST:
                return letters[:-1]
            case Move.WITHHOLD_FIRST:
                return letters[1:]
            case Move.DUPLICATE:
                return [pair for pair in letters for _ in range(2)]
            case Move.REORDER:
                return self._random.sample(letters, len(letters))
            case Move.REPLAY:
                return [*self._seen.get(mailbox, {}).items(), *letters]
            case Move.SWAP:
                return self._swapped(mailbox, letters)
            case _:
                return [(letter_id, self._damaged(move, letter)) for letter_id, letter in letters]

    def _swapped(self, mailbox: bytes, letters: list[Pair]) -> list[Pair]:
        others = [
            letter
            for other, seen in self._seen.items()
            if other != mailbox
            for letter in seen.values()
        ]
        if not others:
            return letters
        return [(letter_id, self._random.choice(others)) for letter_id, _ in letters]

    def _damaged(self, move: Move, letter: bytes) -> bytes:
        at = self._random.randrange(len(letter))
        if move is Move.TRUNCATE:
            return letter[: max(at, 1)]
        return letter[:at] + bytes([letter[at] ^ 1 << self._random.randrange(8)]) + letter[at + 1 :]
