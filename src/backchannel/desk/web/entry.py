"""Who the browser is: a token used once at launch, then a cookie; and forms that count once.

Promised: the token that opens the page is good for one use and a few minutes, and for nothing else;
whoever has the cookie is the browser that used it. Tokens are kept as hashes and compared in
constant time. A form is accepted only with a mark that this desk made for this session, and each
mark once: a second tab, a stale form or a double click is recognised and does nothing again.

>>> entry = Entry(draw=lambda count: bytes(range(count)), clock=lambda: 0.0)
>>> token = entry.launch()
>>> cookie = entry.exchange(token)
>>> entry.exchange(token) is None, entry.session("guessed") is None
(True, True)
>>> session = entry.session(cookie)
>>> mark = session.mark(b"0123456789abcdef")
>>> session.is_ours(mark), session.is_ours("forged.mark")
(True, False)

Source: OWASP, "Cross-Site Request Forgery Prevention" (signed tokens bound to the session).
"""

import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

TOKEN_BYTES: Final = 32
MARK_BYTES: Final = 16
LAUNCH_SECONDS: Final = 300
MAX_SESSIONS: Final = 8
MAX_DONE: Final = 2_000  # marks remembered as used

Draw = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Held:
    """What a page has shown that is about to be done: when, by the clock, and whom it reaches."""

    began: float
    names: tuple[str, ...]


@dataclass(slots=True)
class Session:
    """One browser. `done`: marks of forms that were sent, with where each led.

    `notice`: what the next page says was done. `kept`: a page, and what was typed into its form
    when the desk was locked. `held`: marks of forms that show what is about to be done.
    """

    key: bytes
    done: OrderedDict[str, str] = field(default_factory=OrderedDict)
    held: dict[str, Held] = field(default_factory=dict)
    notice: str = ""
    kept: tuple[str, Mapping[str, list[str]]] = ("", MappingProxyType({}))

    def mark(self, drawn: bytes) -> str:
        """Return a mark for one form."""
        nonce = drawn.hex()
        return f"{nonce}.{self._seal(nonce)}"

    def is_ours(self, mark: str) -> bool:
        """Whether this desk made the mark, for this session."""
        nonce, _, seal = mark.partition(".")
        return hmac.compare_digest(seal.encode(), self._seal(nonce).encode())

    def led_to(self, mark: str) -> str | None:
        """Return where a form with this mark led when it was sent before; None: it was not."""
        return self.done.get(mark)

    def finish(self, mark: str, address: str) -> None:
        """Remember that a form with this mark was sent and did what it said."""
        self.done[mark] = address
        while len(self.done) > MAX_DONE:
            self.done.popitem(last=False)

    def _seal(self, nonce: str) -> str:
        return hmac.new(self.key, nonce.encode(), hashlib.sha256).hexdigest()


class Entry:
    """The door. `draw` gives random bytes, `clock` seconds that only grow."""

    def __init__(self, draw: Draw, clock: Callable[[], float]) -> None:
        self._draw, self._clock = draw, clock
        self._launches: dict[bytes, float] = {}
        self._sessions: OrderedDict[bytes, Session] = OrderedDict()

    def launch(self) -> str:
        """Return a new token that opens the page once."""
        token = self._draw(TOKEN_BYTES).hex()
        self._launches[_hashed(token)] = self._clock() + LAUNCH_SECONDS
        return token

    def exchange(self, token: str) -> str | None:
        """Return a cookie for a token; None if it is none, was used, or is too old."""
        until = self._launches.pop(_hashed(token), None)
        if until is None or self._clock() > until:
            return None
        cookie = self._draw(TOKEN_BYTES).hex()
        self._sessions[_hashed(cookie)] = Session(key=self._draw(TOKEN_BYTES))
        while len(self._sessions) > MAX_SESSIONS:
            self._sessions.popitem(last=False)
        return cookie

    def session(self, cookie: str) -> Session | None:
        """Return the session of a cookie; None if it is none of ours."""
        return self._sessions.get(_hashed(cookie))


def _hashed(secret: str) -> bytes:
    # What is looked up is a hash: how long a lookup takes says nothing of the secret.
    return hashlib.sha256(secret.encode()).digest()
