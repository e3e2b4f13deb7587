r"""A list of marks as a CSV file, for a mediator who catches up with what became of many steps.

Columns by their headings: `step`, `mark` (reported, verified, disputed, lapsed), `who`, and perhaps
`done_on`, `text`, `source`, `report`.

>>> read_marks("step,mark,who,done_on\ns1,reported,Qatar,2023-09-18\n")[0].done_on
datetime.date(2023, 9, 18)
"""

import csv
import io
from collections.abc import Mapping, Sequence

from backchannel.channel.told import Mark
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.moments import read_day
from backchannel.desk.session import StepMark

REQUIRED = ("step", "mark", "who")
OPTIONAL = ("done_on", "text", "source", "report")
_SHOWN = 100  # characters of wrong headings that the error repeats


def read_marks(text: str) -> tuple[StepMark, ...]:
    """Return the marks, in order. Raises: UsageError, naming line and column."""
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        _check_headings(reader.fieldnames or ())
        marks = tuple(_mark(row, reader.line_num) for row in reader)
    except csv.Error as error:
        raise UsageError(f"line {reader.line_num}: this is no CSV ({error})") from error
    if not marks:
        raise UsageError("the file holds no mark: write one step a line below the headings")
    return marks


def _check_headings(headings: Sequence[str]) -> None:
    missing = [name for name in REQUIRED if name not in headings]
    unknown = [name for name in headings if name not in (*REQUIRED, *OPTIONAL)]
    if missing or unknown or len(set(headings)) != len(headings):
        given = ", ".join(headings)[:_SHOWN] or "(none)"
        raise UsageError(
            f"line 1: the headings {given} do not fit: "
            f"{', '.join(REQUIRED)} must be there once, {', '.join(OPTIONAL)} may"
        )


def _mark(row: Mapping[str | None, str | None], line: int) -> StepMark:
    if None in row or None in row.values():
        raise UsageError(f"line {line}: it has not as many cells as there are headings")
    cells = {str(name): (cell or "").strip() for name, cell in row.items()}
    kinds = {mark.value: mark for mark in Mark}
    if cells["mark"] not in kinds:
        raise UsageError(
            f"line {line}, mark: {cells['mark'][:40]!r} is not one of {', '.join(kinds)}"
        )
    try:
        day = read_day(cells["done_on"]) if cells.get("done_on") else None
    except UsageError as error:
        raise UsageError(f"line {line}, done_on: {error}") from error
    return StepMark(
        step=cells["step"],
        mark=kinds[cells["mark"]],
        who=cells["who"],
        done_on=day,
        text=cells.get("text", ""),
        source=cells.get("source", ""),
        report=cells.get("report", ""),
    )
