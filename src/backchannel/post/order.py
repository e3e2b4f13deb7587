"""In which order letters count, however the relay delivers them.

Letters of one caucus and direction are counted from 1. On the receiving side `arrive` tells what to
do with a letter: apply it, hold it until the gap before it closes, or leave it. On the sending side
the `Window` keeps at most 64 letters that the peer has not acknowledged, so that a gap, and with it
the number of message keys a session must keep, stays small.

>>> arrivals, verdict = arrive(Arrivals(), 2)
>>> verdict, gap(arrivals)
(<Verdict.HELD: 'held'>, 1)
>>> arrive(arrivals, 1)  # closes the gap: the letter 2 that was held counts now, too
(Arrivals(applied=2, held=frozenset()), <Verdict.NEXT: 'next'>)

Source: protocol.md, "Letters" (in order; end-to-end delivery) and "Sessions" (the window).
"""

from dataclasses import dataclass, replace
from enum import Enum

from backchannel.post.errors import OrderError

LIMIT = 64  # letters on the way


class Verdict(Enum):
    """What is to be done with a letter that has arrived."""

    NEXT = "next"  # apply it, then all that were held directly after it
    HELD = "held"  # keep it: one before it is missing
    DUPLICATE = "duplicate"  # it is here already
    BEYOND = "beyond"  # further ahead than an honest sender goes; not kept


@dataclass(frozen=True, slots=True)
class Arrivals:
    """All up to `applied` have been applied; `held` have come after a gap."""

    applied: int = 0
    held: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        """Raises: OrderError."""
        if self.applied < 0 or any(not self._waits(counter) for counter in self.held):
            raise OrderError(f"{sorted(self.held)} cannot be held after {self.applied} applied")

    def _waits(self, counter: int) -> bool:
        return self.applied + 1 < counter <= self.applied + LIMIT


def arrive(arrivals: Arrivals, counter: int) -> tuple[Arrivals, Verdict]:
    """Return the arrivals after this letter, and what to do with it.

    Raises:
        OrderError: the counter is below 1.
    """
    if counter < 1:
        raise OrderError(f"letters are counted from 1, not {counter}")
    if counter <= arrivals.applied or counter in arrivals.held:
        return arrivals, Verdict.DUPLICATE
    if counter > arrivals.applied + LIMIT:
        return arrivals, Verdict.BEYOND
    if counter > arrivals.applied + 1:
        return replace(arrivals, held=arrivals.held | {counter}), Verdict.HELD
    while counter + 1 in arrivals.held:
        counter += 1
    left = frozenset(held for held in arrivals.held if held > counter)
    return Arrivals(counter, left), Verdict.NEXT


def gap(arrivals: Arrivals) -> int | None:
    """Return the first letter missing before one that has come, or None."""
    return arrivals.applied + 1 if arrivals.held else None


@dataclass(frozen=True, slots=True)
class Window:
    """How many letters were sent, and up to which the peer has acknowledged them."""

    sent: int = 0
    acknowledged: int = 0

    def __post_init__(self) -> None:
        """Raises: OrderError."""
        if not 0 <= self.acknowledged <= self.sent <= self.acknowledged + LIMIT:
            raise OrderError(
                f"{self.sent} sent and {self.acknowledged} acknowledged cannot be: "
                f"at most {LIMIT} are on the way"
            )


def may_send(window: Window) -> bool:
    """Tell whether one more letter may be sent before the peer acknowledges."""
    return window.sent < window.acknowledged + LIMIT


def send(window: Window) -> Window:
    """Return the window after one more letter, whose counter is the new `sent`.

    Raises:
        OrderError: too many letters are on the way; wait for an acknowledgement.
    """
    if not may_send(window):
        raise OrderError(f"{LIMIT} letters wait to be acknowledged; no more may be sent")
    return replace(window, sent=window.sent + 1)


def acknowledge(window: Window, upto: int) -> Window:
    """Return the window after the peer has acknowledged all letters up to this one.

    A letter that comes late carries an older acknowledgement: a caller that takes letters out of
    order compares with `acknowledged` first.

    Raises:
        OrderError: it goes back, or beyond what was sent.
    """
    if not window.acknowledged <= upto <= window.sent:
        raise OrderError(
            f"{upto} cannot be acknowledged: {window.acknowledged} were before, "
            f"{window.sent} were sent"
        )
    return replace(window, acknowledged=upto)
