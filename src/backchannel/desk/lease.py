"""The courier's lease: one courier at a time carries letters for a vault.

Promised: of two couriers only one gets the lease; one that dies keeps it no longer than it asked
for; one that lost it is told when it renews. The lease saves work and keeps the order of attempts
plain; what keeps the content right is the vault's transactions, also if a clock jumps.

Every function wants a connection inside a transaction of the vault.

Source: C. Gray and D. Cheriton, Leases (SOSP 1989).
"""

from datetime import UTC, datetime

from backchannel.desk.errors import CourierBusyError
from backchannel.desk.vault_database import Connection


def take(connection: Connection, holder: str, now: datetime, seconds: int) -> None:
    """Give this courier the lease until so many seconds from now; its own is renewed.

    Raises:
        CourierBusyError: another one holds it.
    """
    moment = _seconds(now)
    row = connection.execute("SELECT holder, expires, seconds FROM lease").fetchone()
    if row is not None and row[0] != holder and _is_alive(row[1], row[2], moment):
        raise _busy(row[0], row[1])
    connection.execute(
        "INSERT OR REPLACE INTO lease VALUES (1, ?, ?, ?)", (holder, moment + seconds, seconds)
    )


def renew(connection: Connection, holder: str, now: datetime, seconds: int) -> None:
    """Hold on to the lease for so many seconds from now, also if it had just lapsed.

    Raises:
        CourierBusyError: it was released, or another courier has taken it since.
    """
    row = connection.execute("SELECT holder, expires FROM lease").fetchone()
    if row is None:
        raise CourierBusyError(
            "this courier no longer holds the lease on the desk: take it again before carrying on"
        )
    if row[0] != holder:
        raise _busy(row[0], row[1])
    take(connection, holder, now, seconds)


def release(connection: Connection, holder: str) -> None:
    """Give the lease back. Nothing happens if this courier does not hold it."""
    connection.execute("DELETE FROM lease WHERE holder = ?", (holder,))


def _seconds(now: datetime) -> int:
    if now.tzinfo is None:
        raise ValueError(f"{now} has no time zone: a lease is shared by processes that may differ")
    return int(now.timestamp())


def _is_alive(expires: int, seconds: int, now: int) -> bool:
    # With far more time left than was asked for, the clock was wrong when the lease was taken; it
    # would otherwise block the desk until that day. Twice, since clocks are set by seconds often.
    return now < expires <= now + 2 * seconds


def _busy(holder: str, expires: int) -> CourierBusyError:
    until = datetime.fromtimestamp(expires, UTC)
    return CourierBusyError(
        f"another courier ({holder}) carries letters for this desk until {until:%H:%M:%S} UTC "
        "unless it goes on: let it work, or end it and try again then"
    )
