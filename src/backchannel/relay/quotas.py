"""What the operator of a relay decides about room and time, kept in the relay's database.

A relay takes them when it starts. What the operator did not decide has its default, also when a
later version has another one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from backchannel.post.messages import MAX_DAYS, MAX_LETTER
from backchannel.relay.errors import RelayError
from backchannel.relay.limits import Limits
from backchannel.relay.sql import Sql

_WINDOW = 64  # letters that a desk has on the way before it waits for the other's
# What a desk needs to work, and what a number of this kind can be. A mailbox is kept at least as
# long as a letter in it.
RANGES = {
    "letters": (2 * _WINDOW, 1_000_000),
    "bytes": (_WINDOW * MAX_LETTER, 2**40),
    "retention_days": (MAX_DAYS, 36_500),
    "megabytes": (1, 2**30),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """What was decided; None where nothing was.

    >>> Quotas(letters=3)
    Traceback (most recent call last):
    ...
    backchannel.relay.errors.RelayError: letters can be 128 to 1000000, not 3
    """

    letters: int | None = None  # in one mailbox
    bytes: int | None = None  # of letters in one mailbox
    retention_days: int | None = None  # a mailbox is kept after it was last used
    megabytes: int | None = None  # that the database may grow to

    def __post_init__(self) -> None:
        """Raises: RelayError."""
        for name, value in self.chosen().items():
            lowest, highest = RANGES[name]
            if not lowest <= value <= highest:
                raise RelayError(f"{written(name)} can be {lowest} to {highest}, not {value}")

    def chosen(self) -> Mapping[str, int]:
        """Return what was decided, by name."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not None}

    def limits(self, limits: Limits) -> Limits:
        """Return these limits with what was decided in place of theirs."""
        return replace(
            limits,
            letters=self.letters or limits.letters,
            size=self.bytes or limits.size,
            retention=self.retention_days or limits.retention,
        )

    def lines(self, *, shared: bool = False) -> list[str]:
        """Return each quota with its value, and whether that is the default.

        Args:
            shared: for a PostgreSQL database, whose room is its server's matter.

        >>> Quotas(letters=500).lines()[0]
        'letters 500'
        >>> Quotas().lines()[2]
        'retention-days 400 (default)'
        """
        limits = Limits()
        default = {
            "letters": limits.letters,
            "bytes": limits.size,
            "retention_days": limits.retention,
            "megabytes": "unlimited",
        }
        chosen = self.chosen()
        return [
            f"{written(name)} {chosen.get(name, default[name])}"
            + ("" if name in chosen else " (default)")
            for name in RANGES
            if not (shared and name == "megabytes")
        ]


def written(name: str) -> str:
    """Return the name as it is put on the command line."""
    return name.replace("_", "-")


def read(db: Sql) -> Quotas:
    """Return what was decided. Raises: RelayError, when a number is none that can be."""
    kept = dict(iter(db.execute("SELECT name, value FROM quotas")))
    return Quotas(**{name: value for name, value in kept.items() if name in RANGES})


def change(db: Sql, changed: Quotas) -> Quotas:
    """Keep what was decided now beside what was decided before, and return both."""
    for name, value in changed.chosen().items():
        db.execute(
            "INSERT INTO quotas (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )
    return read(db)


def reset(db: Sql) -> Quotas:
    """Go back to the defaults, and return them."""
    db.execute("DELETE FROM quotas")
    return read(db)
