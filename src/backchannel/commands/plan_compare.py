"""`backchannel plan compare`: planned against actual, and against the best order.

Promises: steps that nothing supports but memory are marked as not verified wherever they are
listed; every figure that rests on values stands under the sentence that says whose they are.
"""

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backchannel.channel.steps import Basis
from backchannel.commands.packages import need_numbers
from backchannel.commands.plans import AsJson, PlanPath, head, named, number, read_plan
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.paper import Paper
from backchannel.plan.check import warned
from backchannel.plan.compare import ActorSlips, Comparison, SideCompared, Slip
from backchannel.plan.compare import compare as compared
from backchannel.plan.compare_words import middle, sentences, slipped
from backchannel.plan.exposure import Peak
from backchannel.plan.model import Plan
from backchannel.plan.real import Record

if TYPE_CHECKING:
    from backchannel.plan.holding import Holding
    from backchannel.plan.sampled import Compared, Share

Draws = Annotated[
    int,
    typer.Option(
        min=0, max=100_000, help="How often values are drawn to try the best order; 0: not at all."
    ),
]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same draws.")]
Drop = Annotated[
    bool, typer.Option("--drop-bargained", help="The best order without bargained conditions.")
]
_UNVERIFIED = "*"


def compare(
    file: PlanPath,
    *,
    drop_bargained: Drop = False,
    draws: Draws = 1_000,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Compare plan and history. Example: backchannel plan compare cases/minsk2_2015.json."""
    read = read_plan(file)
    if read.record is None or not read.record.done:
        raise UsageError(
            f"{file} does not tell what was done; write it as done: {{step: day}}, or name a case"
        )
    found = compared(read.plan, read.record)
    tried = None
    if draws:
        need_numbers()
        tried = _tried(read.plan, read.record, (draws, seed), drop=drop_bargained)
    if as_json:
        Paper().json(_as_rows(read.plan, read.record, found, tried))
        return
    head(read.plan)
    _show(read.plan, read.record, found)
    if tried is not None:
        _show_tried(tried)


def _tried(plan: Plan, record: Record, by: tuple[int, int], *, drop: bool) -> "Holding":
    import numpy as np  # noqa: PLC0415 - see need_numbers

    from backchannel.plan.holding import holding  # noqa: PLC0415 - as above

    samples, seed = by
    return holding(plan, record, np.random.default_rng(seed), drop=drop, samples=samples)


def _show(plan: Plan, record: Record, found: Comparison) -> None:
    paper, unverified = Paper(), record.unverified
    paper.table(
        ["step", "by", "due", "done", "slip"], [_cells(each, unverified) for each in found.slips]
    )
    if unverified:
        paper.head(f"{_UNVERIFIED} {Basis.MEMORY.words}")
    paper.table(
        ["by", "steps", "done", "middle of slips, in days"],
        [[e.actor, str(e.owed), str(e.done), middle(e.median)] for e in found.actors],
    )
    for sentence in sentences(found):
        paper.head(sentence)
    if record.status:
        paper.head(f"What became of it, as the coder judges: {record.status}.")
    if found.broke_at is not None:
        heavy = warned(plan)
        said = "warns" if found.broke_at in heavy else "does not warn"
        paper.head(
            f"The check {said} about {found.broke_at}, and about {len(heavy)} of "
            f"{len(found.slips)} steps in all."
        )


def _cells(each: Slip, unverified: tuple[str, ...]) -> list[str]:
    mark = _UNVERIFIED if each.step.id in unverified else ""
    done = str(each.done) if each.done else "not done"
    return [
        f"{each.step.id}{mark}",
        each.step.actor,
        str(each.due or ""),
        done,
        slipped(each.days),
    ]


def _show_tried(tried: "Holding") -> None:
    paper = Paper()
    paper.line()
    paper.head(
        f"With values drawn {tried.samples:,} times around those given, in points as if one scale "
        "held for all sides:"
    )
    greatest = ", ".join(f"{name} {worst:.2g}" for name, worst in tried.worst.items())
    paper.head(f"The greatest exposure of any side, in the middle of the draws: {greatest}.")
    paper.head(f"The best order exposes less than the plan in {_shares(tried.over_planned)}.")
    paper.head(
        "The best order, with every step done, exposes less than history as far as it went in "
        f"{_shares(tried.over_history)}."
    )


def _shares(each: "Compared") -> str:
    better, worse = each.better, each.worse
    return (
        f"{better.share:.0%} of the draws ({better.low:.0%} to {better.high:.0%}), as much in "
        f"{each.equal.share:.0%}, more in {worse.share:.0%}"
    )


def _as_rows(
    plan: Plan, record: Record, found: Comparison, tried: "Holding | None"
) -> dict[str, Any]:
    rows: dict[str, Any] = {
        **named(plan),
        "status": record.status,
        "steps": [_slip_row(each, record) for each in found.slips],
        "actors": [_actor_row(each) for each in found.actors],
        "median_slip": _days(found.median),
        "not_done": list(found.not_done),
        "broke_at": found.broke_at,
        "warned": sorted(warned(plan)),
        "history": [list(event) for event in found.history],
        "sides": {side: _side_row(each) for side, each in found.sides.items()},
        "most_exposed": found.most_exposed.side if found.most_exposed else None,
    }
    if tried is not None:
        rows["best"] = _tried_row(tried)
    return rows


def _slip_row(each: Slip, record: Record) -> dict[str, Any]:
    source = record.sources.get(each.step.id)
    return {
        "step": each.step.id,
        "by": each.step.actor,
        "due": str(each.due) if each.due else None,
        "done": str(each.done) if each.done else None,
        "days_late": each.days,
        "source": source.address if source else None,
        "basis": source.basis.words if source else None,
    }


def _actor_row(each: ActorSlips) -> dict[str, Any]:
    return {
        "by": each.actor,
        "steps": each.owed,
        "done": each.done,
        "median_slip": _days(each.median),
    }


def _days(value: Fraction | None) -> int | float | None:
    return None if value is None else number(value)


def _side_row(each: SideCompared) -> dict[str, Any]:
    return {
        "worst_planned": _peak(each.planned, each.planned_after),
        "worst_actual": _peak(each.actual, each.actual_after),
        "end": {"low": number(each.end.low), "high": number(each.end.high)},
        "agreed_then": {
            "low": number(each.agreed_then.low),
            "high": number(each.agreed_then.high),
        },
    }


def _peak(peak: Peak, after: tuple[str, ...]) -> dict[str, Any]:
    return {"after": list(after), "low": number(peak.low), "high": number(peak.high)}


def _tried_row(tried: "Holding") -> dict[str, Any]:
    return {
        "order": [list(event) for event in tried.best.order],
        "proved": tried.best.proved,
        "draws": tried.samples,
        "median_greatest_exposure": tried.worst,
        "than_planned": _compared_row(tried.over_planned),
        "than_history": _compared_row(tried.over_history),
    }


def _compared_row(each: "Compared") -> dict[str, Any]:
    return {
        "less": _share(each.better),
        "as_much": _share(each.equal),
        "more": _share(each.worse),
    }


def _share(each: "Share") -> dict[str, float]:
    return {"share": each.share, "low": each.low, "high": each.high}
