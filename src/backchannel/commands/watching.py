"""A search that is watched: where it stands is shown on a terminal, and it ends in time.

Promises: nothing is shown where stderr is no terminal; Ctrl-C ends the search, not the command, so
that the best that was found is shown; a second Ctrl-C ends the command.
"""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

EVERY = 0.2  # seconds between two lines
_CLEAR = "\r\x1b[K"


def share_shown(doing: str) -> Callable[[float], None] | None:
    """Return what shows on a terminal the share that is done, 0 to 1; None where it is none."""

    def show(share: float) -> None:
        sys.stderr.write(f"\r{doing}: {share:.0%}{_CLEAR if share >= 1 else ''}")
        sys.stderr.flush()

    return show if sys.stderr.isatty() else None


@dataclass(slots=True)
class Watch:
    """The seconds of a search; `stopped`: they are over, or somebody ended it."""

    until: float
    shown_at: float = 0.0
    stopped: bool = False

    def go_on(self, line: Callable[[], str]) -> bool:
        """Show where the search stands, if it is time to, and return whether to go on."""
        now = time.monotonic()
        if sys.stderr.isatty() and now - self.shown_at >= EVERY:
            self.shown_at = now
            sys.stderr.write(f"{_CLEAR}{line()} (Ctrl-C: stop with this)")
            sys.stderr.flush()
        self.stopped = self.stopped or now >= self.until
        return not self.stopped


@contextmanager
def watched(seconds: float) -> Iterator[Watch]:
    """Watch a search for so many seconds."""
    watch = Watch(time.monotonic() + seconds)
    former = signal.getsignal(signal.SIGINT)

    def stop(_: int, __: FrameType | None) -> None:
        watch.stopped = True
        signal.signal(signal.SIGINT, former)

    signal.signal(signal.SIGINT, stop)
    try:
        yield watch
    finally:
        signal.signal(signal.SIGINT, former)
        if sys.stderr.isatty():
            sys.stderr.write(_CLEAR)
