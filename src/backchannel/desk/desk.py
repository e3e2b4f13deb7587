"""A desk at work: its vault, its clock, its source of randomness, and who sits at it.

Clock and randomness enter the software here and nowhere below: what `channel` is told of time and
identifiers comes from a `Desk`. (The session libraries inside `seal` draw their own.)
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from backchannel.channel.caucus import Caucus
from backchannel.channel.channel import Channel
from backchannel.desk import incarnation
from backchannel.desk.vault import Vault
from backchannel.desk.vault_database import Connection

ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Desk:
    """One participant's desk. `now` gives UTC; `draw` gives that many random bytes.

    `folded` keeps the state of each channel with the place in its journal up to which it holds, so
    that a courier that takes many letters folds each event once. It is never ratchet state.
    """

    vault: Vault
    now: Callable[[], datetime]
    draw: Callable[[int], bytes]
    person: str = ""
    folded: dict[str, tuple[int, Caucus | Channel]] = field(default_factory=dict, repr=False)

    def minute(self) -> datetime:
        """Return the time on the full minute before, as it stands in events."""
        return self.now().replace(second=0, microsecond=0)

    def seconds(self) -> int:
        """Return the time in seconds since 1970 UTC, as it stands in the vault."""
        return int(self.now().timestamp())

    def new_id(self) -> str:
        """Return a new identifier: 128 random bits in hexadecimal."""
        return self.draw(ID_BYTES).hex()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Write to the vault: all or nothing, the folded states included.

        Raises:
            OldCopyError: this is a copy of a desk, or an earlier state of one.
        """
        folder = self.vault.folder
        try:
            with self.vault.transaction() as connection:
                mark = incarnation.check(folder, connection)
                before = self.vault.changes
                yield connection
                if self.vault.changes != before:
                    mark = incarnation.advance(connection, mark)
        except BaseException:
            # What was folded may hold events that were never kept, at places used again later.
            self.folded.clear()
            raise
        incarnation.remember(folder, mark)
