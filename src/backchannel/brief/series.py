r"""A dated series that is laid beside the claims: casualties, a price, shipping, people displaced.

Promises: a file that is no series is refused with the line; days may come in any order and once
each; nothing is said of what caused what.

>>> read_series(b"day,barrel of oil\n2026-04-07,91.5\n2026-04-08,88\n", "oil.csv").name
'barrel of oil'
"""

import csv
import io
import math
from dataclasses import dataclass
from datetime import date

from backchannel.brief.errors import BriefError

MOST_BYTES = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A name, and values by day, in order."""

    name: str
    values: tuple[tuple[date, float], ...]

    def until(self, day: date) -> tuple[tuple[date, float], ...]:
        """Return what was known on a day."""
        return tuple(each for each in self.values if each[0] <= day)


def read_series(data: bytes, file: str) -> Series:
    """Return the series of a CSV file: a day and a value in each line. Raises: BriefError."""
    if len(data) > MOST_BYTES:
        raise BriefError(f"{file} is larger than {MOST_BYTES:,} bytes; give one value a day")
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), strict=True))
    except (UnicodeDecodeError, csv.Error) as fault:
        raise BriefError(f"{file} is no CSV file in UTF-8: {fault}") from fault
    if len(rows) < 2 or len(rows[0]) != 2 or not rows[0][1].strip():  # noqa: PLR2004 - two columns
        raise BriefError(
            f"{file}: a first line like `day,barrel of oil` is expected, and values below it"
        )
    found: dict[date, float] = {}
    for number, row in enumerate(rows[1:], start=2):
        if row:
            day, value = _row(row, f"{file}, line {number}")
            if day in found:
                raise BriefError(f"{file}, line {number}: {day} came before; give a day once")
            found[day] = value
    return Series(name=rows[0][1].strip()[:100], values=tuple(sorted(found.items())))


def _row(row: list[str], where: str) -> tuple[date, float]:
    try:
        day, value = date.fromisoformat(row[0].strip()), float(row[1])
    except (ValueError, IndexError) as fault:
        raise BriefError(
            f"{where}: {','.join(row)[:60]!r} came; a day and a number are expected, as "
            "2026-04-07,91.5"
        ) from fault
    if not math.isfinite(value):
        raise BriefError(f"{where}: {row[1][:20]!r} is no finite number")
    return day, value
