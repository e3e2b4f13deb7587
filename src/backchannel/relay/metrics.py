"""What a relay holds, in numbers that tell of no mailbox and of no moment.

Sums over all mailboxes and days; no id, nothing by mailbox, nothing finer than a day.
"""

from collections.abc import Iterator, Mapping

from backchannel.post.messages import Reason
from backchannel.relay.limits import Limits
from backchannel.relay.rules import day_of
from backchannel.relay.sql import Sql

# The sums of what the mailboxes count themselves: the letters need not be read.
_SUMS = (
    "SELECT count(*), coalesce(sum(letters), 0), coalesce(sum(size), 0), min(used) FROM mailboxes"
)


def lines(db: Sql, limits: Limits, refused: Mapping[Reason, int]) -> Iterator[str]:
    """Yield one line for each number.

    Args:
        db: inside a transaction, so that the numbers are of one moment.
        limits: as they are when the relay starts.
        refused: counts of a relay that runs; empty where none does.
    """
    mailboxes, letters, size, oldest = db.execute(_SUMS).fetchone()
    (vouchers,) = db.execute("SELECT count(*) FROM vouchers").fetchone()
    (expires,) = db.execute("SELECT min(expires) FROM letters").fetchone()
    yield f"mailboxes {mailboxes}"
    yield f"letters {letters}"
    yield f"bytes {size}"
    yield f"vouchers-unused {vouchers}"
    yield f"mailbox-unused-since {_day(oldest)}"
    yield f"letter-expires-first {_day(expires)}"
    yield f"retention-days {limits.retention}"
    for reason, count in refused.items():
        yield f"refused-{reason.value.replace(' ', '-')} {count}"


def _day(number: int | None) -> str:
    return "none" if number is None else day_of(number).isoformat()
