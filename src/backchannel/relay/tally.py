"""How often a relay refused, and why, since it started: counts and nothing else.

The counts lie in a small file of the relay's directory that is part of its memory, so that its
operator can read them while it runs and nobody can over the network. They begin at nought with each
start. What was no request at all is refused before it comes to a store, and is not counted.
"""

import mmap
import struct
from contextlib import suppress
from pathlib import Path

from backchannel.post.messages import Answer, Reason, Refused, Request
from backchannel.relay.errors import RelayError
from backchannel.relay.store import Store

_COUNTS = struct.Struct(f"<{len(Reason)}Q")
_COUNT = struct.Struct("<Q")
_AT = {reason: number * _COUNT.size for number, reason in enumerate(Reason)}


class Tally:
    """The counts of a relay that runs, in the file at `path`."""

    def __init__(self, path: Path) -> None:
        """Begin at nought. Raises: RelayError, when there can be no such file."""
        try:
            path.touch(mode=0o600)
            path.write_bytes(bytes(_COUNTS.size))
            with path.open("r+b") as file:
                self._counts = mmap.mmap(file.fileno(), _COUNTS.size)
        except OSError as error:
            raise RelayError(f"{path} cannot be written to: {error.strerror}") from error
        self._path = path

    def add(self, reason: Reason) -> None:
        """Count one more. Used from the event loop alone."""
        (count,) = _COUNT.unpack_from(self._counts, _AT[reason])
        _COUNT.pack_into(self._counts, _AT[reason], count + 1)

    def close(self) -> None:
        """Take the counts away: they are those of a relay that runs."""
        self._counts.close()
        self._path.unlink(missing_ok=True)


def counts(path: Path) -> dict[Reason, int]:
    """Return what was counted; nothing where no relay runs."""
    with suppress(OSError, struct.error):
        return dict(zip(Reason, _COUNTS.unpack(path.read_bytes()), strict=True))
    return {}


class Counted:
    """A store whose refusals are counted."""

    def __init__(self, store: Store, tally: Tally) -> None:
        self._store = store
        self._tally = tally
        self.check = store.check
        self.sweep = store.sweep
        self.close = store.close

    async def ask(self, request: Request) -> Answer:
        """Ask the store; see `Store.ask`."""
        answer = await self._store.ask(request)
        if isinstance(answer, Refused):
            self._tally.add(answer.reason)
        return answer
