"""`backchannel plan status`: where a plan stands on a day, what is due, and what is safe to do.

Promises: no clock is read, so that the same reports always give the same answer; nothing that a
file tells of later days is shown.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backchannel.commands.packages import need_numbers
from backchannel.commands.plans import AsJson, PlanPath, head, named, number, read_plan, spread
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.moments import read_day
from backchannel.desk.screen.paper import Paper
from backchannel.plan.amounts import amount
from backchannel.plan.balance import Balance, balance
from backchannel.plan.model import Plan
from backchannel.plan.outlook import Delay, Safety, delays, safeties
from backchannel.plan.reports import Reports, so_far
from backchannel.plan.status import Status, StepStatus
from backchannel.plan.status import status as stands
from backchannel.plan.status_words import counted, delayed, exposed, safety, sentences

if TYPE_CHECKING:
    from backchannel.plan.order import Ordered

On = Annotated[str, typer.Option(metavar="DAY", help="The day on which this is told: 2026-03-09.")]
Done = Annotated[
    list[str] | None,
    typer.Option(
        metavar="STEP=DAY", help="A step that was done; besides those that the file tells."
    ),
]
Late = Annotated[
    list[str] | None,
    typer.Option(metavar="STEP=DAY", help="A step that will be done on a later day, as was told."),
]
Disputed = Annotated[
    list[str] | None,
    typer.Option(
        metavar="STEP", help="Done as its giver says, and not as who was to have it says."
    ),
]
Cap = Annotated[
    list[str] | None,
    typer.Option(
        metavar="SIDE=POINTS",
        help="How far a side may be exposed. Left out: as far as the plan asks of it at its worst.",
    ),
]
Replan = Annotated[
    bool, typer.Option("--replan", help="Also the order of least exposure of what is left.")
]
_SECONDS = 5.0  # of the search for an order


def status(
    file: PlanPath,
    *,
    on: On,
    done: Done = None,
    late: Late = None,
    disputed: Disputed = None,
    cap: Cap = None,
    replan: Replan = False,
    as_json: AsJson = False,
) -> None:
    """Follow a plan up. Example: plan status cases/us_iran_swap_2023.json --on 2023-09-15."""
    read = read_plan(file)
    plan, today = read.plan, _day(on, "--on")
    told = so_far(read.record.done, today) if read.record else {}
    reports = Reports(
        on=today,
        done=told | _days(done, "--done"),
        late=_days(late, "--late"),
        disputed=frozenset(disputed or ()),
    )
    found = stands(plan, reports)
    safe = safeties(plan, reports, _caps(cap, plan))
    again = _replanned(plan, reports) if replan else None
    if as_json:
        Paper().json(_as_rows(plan, reports, found, (safe, again)))
        return
    head(plan)
    _show(plan, reports, found, safe)
    if again is not None:
        from backchannel.commands.plan_order import show_order  # noqa: PLC0415 - see need_numbers

        Paper().line()
        show_order(plan, again)


def _day(text: str, option: str) -> date:
    try:
        return read_day(text)
    except UsageError as error:
        raise UsageError(f"{option}: {text[:40]!r} is no day; write it as 2026-03-09") from error


def _pairs(given: list[str] | None, option: str, example: str) -> list[tuple[str, str]]:
    pairs = [each.partition("=")[::2] for each in given or ()]
    for (name, value), each in zip(pairs, given or (), strict=True):
        if not name or not value:
            raise UsageError(f"{option}: {each[:40]!r} is not understood; write it as {example}")
    return pairs


def _days(given: list[str] | None, option: str) -> dict[str, date]:
    pairs = _pairs(given, option, "s1=2026-03-09")
    return {step: _day(day, option) for step, day in pairs}


def _caps(given: list[str] | None, plan: Plan) -> dict[str, Fraction]:
    caps = {}
    for side, points in _pairs(given, "--cap", f"{plan.sides[0]}=5"):
        if side not in plan.sides:
            raise UsageError(f"--cap: {side[:40]!r} is no side; there are {', '.join(plan.sides)}")
        caps[side] = amount(points).low
    return caps


def _replanned(plan: Plan, reports: Reports) -> "Ordered":
    need_numbers()
    from backchannel.commands.plan_order import choices  # noqa: PLC0415 - see need_numbers
    from backchannel.plan.order import least_exposure  # noqa: PLC0415 - as above

    measure, by = choices(plan, share=None, cautious=False)
    done = reports.in_order(plan)
    return least_exposure(plan, measure=measure, by=by, time_limit=_SECONDS, done=done)


def _show(plan: Plan, reports: Reports, found: Status, safe: tuple[Safety, ...]) -> None:
    paper = Paper()
    paper.table(
        ["step", "by", "what became of it", "due", "earliest", "waits for"],
        [_cells(each) for each in found.steps],
    )
    for sentence in sentences(found):
        paper.head(sentence)
    paper.line()
    for side in balance(plan, reports).values():
        paper.head(exposed(side))
    for late in delays(plan, reports):
        paper.head(delayed(late))
    paper.line()
    for each in safe:
        paper.head(safety(each))


def _cells(each: StepStatus) -> list[str]:
    day = f" on {each.done_on}" if each.done_on else ""
    late = f", {counted(each.days_late, 'day')} late" if each.days_late else ""
    return [
        each.step.id,
        each.step.actor,
        f"{each.state.value}{day}{late}",
        str(each.due or ""),
        str(each.earliest or ""),
        ", ".join(each.waits_for),
    ]


def _as_rows(
    plan: Plan,
    reports: Reports,
    found: Status,
    more: "tuple[tuple[Safety, ...], Ordered | None]",
) -> dict[str, Any]:
    safe, again = more
    rows: dict[str, Any] = {
        **named(plan),
        "on": str(found.on),
        "steps": [_step_row(each) for each in found.steps],
        "due_next": [each.step.id for each in found.ahead],
        "overdue": [each.step.id for each in found.overdue],
        "without_day": [each.step.id for each in found.without_day],
        "sides": {side: _side_row(each) for side, each in balance(plan, reports).items()},
        "delays": [_delay_row(each) for each in delays(plan, reports)],
        "safe": [_safety_row(each) for each in safe],
    }
    if again is not None:
        from backchannel.commands.plan_order import as_row  # noqa: PLC0415 - see need_numbers

        rows["replanned"] = as_row(again)
    return rows


def _step_row(each: StepStatus) -> dict[str, Any]:
    return {
        "step": each.step.id,
        "by": each.step.actor,
        "state": each.state.value,
        "done_on": _told(each.done_on),
        "due": _told(each.due),
        "earliest": _told(each.earliest),
        "days_late": each.days_late,
        "waits_for": list(each.waits_for),
        "holds_up": list(each.holds_up),
    }


def _told(day: date | None) -> str | None:
    return str(day) if day else None


def _side_row(each: Balance) -> dict[str, Any]:
    own, others, agreed = map(spread, (each.own, each.others, each.agreed))
    return {"exposure": own, "as_others_see_it": others, "as_agreed": agreed}


def _delay_row(each: Delay) -> dict[str, Any]:
    return {
        "step": each.late.step.id,
        "days": each.days,
        "more_exposed": _numbers(each.missing),
        "worst_if_never": _numbers(each.if_never),
        "worst_as_agreed": _numbers(each.as_agreed),
    }


def _numbers(sides: Mapping[str, Fraction]) -> dict[str, int | float]:
    return {side: number(value) for side, value in sides.items()}


def _safety_row(each: Safety) -> dict[str, Any]:
    return {
        "step": each.step.id,
        "side": each.side,
        "safe": each.safe,
        "safe_alone": each.safe_alone,
        "exposure": number(each.together),
        "exposure_alone": number(each.alone),
        "cap": number(each.cap),
    }
