"""The course of the steps after the accord: who reports what, and what the mediator enters.

Each side's desk reports the first steps it did; the mediator, catching up with a course that is
long past, enters the others and those of third parties, each with its public source. A step not
done is entered as lapsed. The days are the real ones; nothing is entered without a source.

>>> from demo.cases import find_case
>>> case = find_case("us_iran_swap_2023")
>>> [(r.side, r.step, r.done_on.isoformat()) for r in reports(case, most=1)]
[('US', 's2', '2023-08-10'), ('Iran', 's1', '2023-08-10')]
>>> expected(case)["s15"]
('lapsed', None)
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from demo.declaration import seat_of_mediators

from backchannel.channel.sequence import RealStep, Sequence
from backchannel.channel.steps import Basis

COLUMNS = ("step", "mark", "who", "done_on", "text", "source", "report")
REPORTS = 2  # by each side's own desk: each is a command of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A step that a side's own desk reports."""

    side: str
    step: str
    done_on: date


def reports(case: Sequence, *, most: int = REPORTS) -> tuple[Report, ...]:
    """Return what the sides report themselves, at most so many steps each."""
    return tuple(report for side in case.sides for report in _reports_of(case, side)[:most])


def _reports_of(case: Sequence, side: str) -> list[Report]:
    return [
        Report(side=side, step=real.step.id, done_on=real.done_on)
        for real in case.steps
        if real.done_on is not None and case.side(real.step.actor) == side
    ]


def marks(
    case: Sequence, arrived: Mapping[str, str] = MappingProxyType({})
) -> tuple[dict[str, str], ...]:
    """Return the mediator's entries as rows of `step mark --from`.

    Args:
        case: the case.
        arrived: by step, what the report of a side's own desk is called.
    """
    sides = {report.step: report.side for report in reports(case)}
    return tuple(
        row | {"report": arrived.get(row["step"], "") if row["mark"] == "reported" else ""}
        for real in case.steps
        for row in _rows(case, real, sides.get(real.step.id, ""))
    )


def _rows(case: Sequence, real: RealStep, reporter: str) -> Iterator[dict[str, str]]:
    mediator = seat_of_mediators(case)
    supported = real.source.basis is Basis.PAGE
    if real.done_on is None:
        yield _row(real, "lapsed", mediator, "not done, as far as the case's record goes")
        return
    if reporter:
        yield _row(real, "reported", reporter, "as the side's own desk reported")
    else:
        yield _row(real, "reported", mediator, f"entered by the mediator for {real.step.actor}")
    if supported:
        yield _row(real, "verified", mediator, "checked against a public page")


def _row(real: RealStep, mark: str, who: str, text: str) -> dict[str, str]:
    unsure = "" if real.source.basis is Basis.PAGE else f"; {real.source.basis.words}"
    day = real.done_on.isoformat() if real.done_on else ""
    values = (real.step.id, mark, who, day, text + unsure, real.source.address)
    return dict(zip(COLUMNS, values, strict=False))  # no report yet


def as_csv(rows: tuple[dict[str, str], ...]) -> str:
    """Return the rows as a CSV file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def expected(case: Sequence) -> dict[str, tuple[str, date | None]]:
    """Return how each step must stand in the end on every desk, and the day it was done."""
    last = {row["step"]: row["mark"] for row in marks(case)}
    return {real.step.id: (last[real.step.id], real.done_on) for real in case.steps}
