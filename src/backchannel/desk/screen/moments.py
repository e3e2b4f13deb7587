"""Times as people write and read them: always with the zone named.

Read are `2026-03-01`, `2026-03-01 12:00` (in the reader's zone), `2026-03-01T12:00Z` and
`2026-03-01 12:00+03:30`; shown is the reader's zone with its name and its distance from UTC. A zone
of None stands for that of this machine.

>>> from datetime import timezone
>>> tehran = timezone(timedelta(hours=3, minutes=30))
>>> read_moment("2026-03-01 12:00", tehran)
datetime.datetime(2026, 3, 1, 8, 30, tzinfo=datetime.timezone.utc)
>>> shown(read_moment("2026-03-01T12:00Z", UTC), tehran)
'2026-03-01 15:30 UTC+03:30'

Source: RFC 3339, without seconds: events carry full minutes.
"""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from backchannel.desk.errors import UsageError

_WRITTEN: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::00)?)? ?(Z|UTC|[+-]\d{2}:\d{2})?", re.ASCII
)
_AN_HOUR: Final = timedelta(hours=1)


def read_moment(written: str, zone: tzinfo | None) -> datetime:
    """Return the time in UTC; a day alone is its first minute. Raises: UsageError."""
    match = _WRITTEN.fullmatch(written.strip())
    if match is None:
        raise _no_time(written)
    day, hour, named = match.groups()
    try:
        plain = datetime.fromisoformat(f"{day} {hour or '00:00'}")
        if named:
            zulu = named in {"Z", "UTC"}
            return datetime.fromisoformat(f"{plain}{'+00:00' if zulu else named}").astimezone(UTC)
        return (plain.replace(tzinfo=zone) if zone else plain).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _no_time(written) from error


def read_day(written: str) -> date:
    """Return the day. Raises: UsageError."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        day = None
    if day is None or day.isoformat() != written:
        raise UsageError(f"{written[:40]!r} is no date: write it as 2023-09-18")
    return day


def shown(moment: datetime, zone: tzinfo | None) -> str:
    """Return the time in the reader's zone, to the minute, with the zone named."""
    local = moment.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M} {_zone_name(local)}"


def _zone_name(local: datetime) -> str:
    away = local.utcoffset() or timedelta()
    if not away:
        return "UTC"
    sign, (hours, rest) = "+" if away > timedelta() else "-", divmod(abs(away), _AN_HOUR)
    distance = f"UTC{sign}{hours:02}:{rest // timedelta(minutes=1):02}"
    # Letters alone name several zones (IST: Israel, India, Ireland): the distance stands always.
    name = local.tzname() or ""
    return f"{name} ({distance})" if name.isalpha() and name.isascii() else distance


def _no_time(written: str) -> UsageError:
    return UsageError(
        f"{written[:40]!r} is no time: write 2026-03-01, 2026-03-01T12:00Z, 2026-03-01 12:00+03:30 "
        "or, in your own zone, 2026-03-01 12:00"
    )
