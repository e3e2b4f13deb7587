"""The picture of what became of a plan: for each step the day planned and the day it was done.

>>> late(3), late(-1), late(0)
('3 days late', '1 day early', 'on its day')
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, DateFormatter, date2num
from matplotlib.figure import Figure

from backchannel.drawing.lettering import Letters, fitted
from backchannel.drawing.sheet import BLACK, BLUE, GREY, PALE, RED
from backchannel.plan.model import Plan
from backchannel.plan.picture_parts import MARGIN, TINY, breadth_of, page
from backchannel.plan.real import Record

_LABELS, _ACROSS, _TOLD = 4.0, 5.2, 2.1  # inches: what was agreed, the days, what became of it
_ROW, _AXIS, _HEAD = 0.21, 0.4, 0.1  # inches of height
_MARK = 0.02  # share of the days left free on both sides


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A step as it was agreed and what became of it. `broke`: a coder judged that it broke here."""

    label: str
    planned: date | None
    done: date | None
    told: str
    broke: bool


def kept(plan: Plan, record: Record) -> tuple[Row, ...]:
    """Return what became of each step, in the order that was planned."""
    steps = [plan.by_id[each] for event in plan.planned for each in event]
    return tuple(
        Row(
            label=f"{step.id}  {step.actor}: {step.action}",
            planned=step.planned,
            done=record.done.get(step.id),
            told=_told(step.planned, record.done.get(step.id)),
            broke=step.id == record.broke_at,
        )
        for step in steps
    )


def _told(planned: date | None, done: date | None) -> str:
    if done is None:
        return "not done" if planned else "not done, no day"
    return late((done - planned).days) if planned else "done, no day"


def late(days: int) -> str:
    """Return how late something was, in words."""
    if not days:
        return "on its day"
    many = abs(days)
    return f"{many:,} day{'' if many == 1 else 's'} {'late' if days > 0 else 'early'}"


def days(plan: Plan, record: Record, letters: Letters) -> Figure:
    """Return the picture."""
    rows = kept(plan, record)
    body = _HEAD + _ROW * len(rows) + _AXIS
    done = sum(row.done is not None for row in rows)
    said = f"{done} of {len(rows)} steps were done."
    if record.broke_at is not None:
        said += f" It broke at {record.broke_at}, as its coder judged."
    made = page(
        plan,
        letters,
        size=(MARGIN + _LABELS + _ACROSS + _TOLD, body),
        said=said,
        foot="An empty circle: the day planned. A full diamond: the day it was done. A cross: not "
        "done, on the day planned. A day can be a coder's reading of a vague one.",
    )
    axes = made.axes(MARGIN + _LABELS, made.bottom + _AXIS, _ACROSS, _ROW * len(rows))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    _axis(axes, rows)
    for place, row in enumerate(rows):
        _row(axes, place, row)
    for place, row in enumerate(rows):
        y = made.top - _HEAD - _ROW * (place + 0.5) + 0.055
        label = fitted(letters(row.label), width=breadth_of(_LABELS - 0.1, TINY), lines=1)
        made.write(label, (MARGIN, y), TINY)
        told = f"{row.told}; it broke here" if row.broke else row.told
        made.write([told], (MARGIN + _LABELS + _ACROSS + 0.1, y), TINY)
    return made.figure


def _axis(axes: Axes, rows: Sequence[Row]) -> None:
    known = [day for row in rows for day in (row.planned, row.done) if day is not None]
    if known:
        first, last = min(known), max(known)
        room = (last - first) * _MARK + timedelta(days=1)
        axes.set_xlim(_at(first - room), _at(last + room))
        axes.xaxis.set_major_locator(AutoDateLocator(minticks=2, maxticks=5))  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_formatter(DateFormatter("%Y-%m-%d"))  # type: ignore[no-untyped-call]
    else:
        axes.set_xticks([])
    axes.set_yticks([])
    axes.tick_params(labelsize=TINY)
    axes.grid(axis="x", color=GREY, lw=0.4, alpha=0.6)
    for edge in ("top", "left", "right"):
        axes.spines[edge].set_visible(False)


def _row(axes: Axes, place: int, row: Row) -> None:
    if row.broke or place % 2:
        axes.axhspan(
            place - 0.5, place + 0.5, color=GREY if row.broke else PALE, alpha=0.5, lw=0, zorder=0
        )
    planned, done = (None if day is None else _at(day) for day in (row.planned, row.done))
    if planned is not None and done is not None and planned != done:
        axes.plot([planned, done], [place, place], color=BLACK, lw=1.2, zorder=2)
    if planned is not None and row.done is None:
        axes.plot([planned], [place], marker="x", ms=6.5, mec=RED, mew=1.8, ls="none", zorder=3)
    elif planned is not None:
        axes.plot(
            [planned], [place], marker="o", ms=7, mfc="white", mec=BLACK, mew=1.1, ls="none",
            zorder=3,
        )  # fmt: skip
    if done is not None:
        axes.plot([done], [place], marker="D", ms=4, color=BLUE, ls="none", zorder=4)


def _at(day: date) -> float:
    return float(date2num(day))  # type: ignore[no-untyped-call]
