"""`backchannel plan order` and `improve`: the order of least exposure, and what would help most.

Promises: what is shown as best is proved, or its bound stands beside it; while the search runs, the
best and the bound are shown on a terminal, on stderr; it ends about when its seconds are over.
"""

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backchannel.commands.packages import need_numbers
from backchannel.commands.plans import AsJson, PlanPath, head, named, number, read_plan
from backchannel.commands.watching import watched
from backchannel.desk.screen.paper import Paper
from backchannel.plan.model import Plan

if TYPE_CHECKING:
    from backchannel.plan.assurances import Assurance
    from backchannel.plan.improving import Improvement
    from backchannel.plan.measure import By, Measure, Standing
    from backchannel.plan.order import Goal, Ordered

Drop = Annotated[
    bool,
    typer.Option(
        "--drop-bargained",
        help="Without the conditions that were bargained; physical and legal needs stay.",
    ),
]
Share = Annotated[
    bool | None,
    typer.Option(
        "--share/--points",
        help="Compare sides by the share of all that each is to receive, or by points. Left out: "
        "points if the file says what a point is.",
    ),
]
Cautious = Annotated[
    bool, typer.Option("--cautious", help="Count ranges at their unfavourable end.")
]
Seconds = Annotated[
    float, typer.Option(min=0.1, max=3_600, help="How long to search at most, in seconds.")
]
Done = Annotated[
    list[str] | None,
    typer.Option(help="A step that was done already; repeat it, in the order they were done."),
]
Most = Annotated[int, typer.Option(min=1, max=20, help="How many changes, one after another.")]


def order(
    file: PlanPath,
    *,
    drop_bargained: Drop = False,
    share: Share = None,
    cautious: Cautious = False,
    seconds: Seconds = 20.0,
    done: Done = None,
    as_json: AsJson = False,
) -> None:
    """Find the order of least exposure. Example: backchannel plan order cases/jpoa_2013.json."""
    plan = read_plan(file).plan
    need_numbers()
    from backchannel.plan.order import least_exposure  # noqa: PLC0415 - see need_numbers

    measure, by = choices(plan, share=share, cautious=cautious)
    with watched(seconds) as watch:
        found = least_exposure(
            plan,
            drop=drop_bargained,
            measure=measure,
            by=by,
            time_limit=seconds,
            progress=lambda goal, best, bound: watch.go_on(
                lambda: (
                    f"{goal.value}: {_figure(goal, best, measure)}, none below "
                    f"{_figure(goal, bound, measure)}"
                )
            ),
            done=tuple(done or ()),
        )
    if as_json:
        Paper().json({**named(plan), **as_row(found)})
        return
    head(plan)
    show_order(plan, found)


def show_order(plan: Plan, found: "Ordered") -> None:
    """Write an order, what it comes to and what is proved of it."""
    _unit(found.measure, found.by)
    _order(plan, found)
    _compared(found)


def improve(
    file: PlanPath,
    *,
    drop_bargained: Drop = False,
    share: Share = None,
    cautious: Cautious = False,
    most: Most = 3,
    seconds: Seconds = 30.0,
    as_json: AsJson = False,
) -> None:
    """Find what would help most. Example: backchannel plan improve cases/algiers_1981.json."""
    plan = read_plan(file).plan
    need_numbers()
    from backchannel.plan.assurances import assurances  # noqa: PLC0415 - see need_numbers
    from backchannel.plan.improving import improve as improved  # noqa: PLC0415 - as above

    measure, by = choices(plan, share=share, cautious=cautious)
    with watched(seconds) as watch:
        made = improved(
            plan,
            drop=drop_bargained,
            measure=measure,
            by=by,
            most=most,
            progress=lambda at, count: watch.go_on(lambda: f"change {at + 1} of {count}"),
        )
    lacking = assurances(plan)
    if as_json:
        Paper().json(
            {
                **named(plan),
                "measure": measure.value,
                "complete": not watch.stopped,
                "improvements": [_change(each) for each in made],
                "assurances": [_assurance(each) for each in lacking],
            }
        )
        return
    head(plan)
    _unit(measure, by)
    _changes(made, stopped=watch.stopped)
    _assurances(lacking, most)


def _figure(goal: "Goal", value: Fraction, measure: "Measure") -> str:
    from backchannel.plan.improving import told  # noqa: PLC0415 - see need_numbers

    return str(value) if goal.value == "rounds" else told(value, measure)


def choices(plan: Plan, *, share: bool | None, cautious: bool) -> "tuple[Measure, By]":
    """Return in what sides are compared, and what ranges count as."""
    from backchannel.plan.measure import By, Measure  # noqa: PLC0415 - see need_numbers

    by_share = not plan.scale if share is None else share
    return Measure.SHARE if by_share else Measure.POINTS, By.HIGH if cautious else By.MIDDLE


def _unit(measure: "Measure", by: "By") -> None:
    compared = (
        "points, as if one scale held for all sides"
        if measure.value == "points"
        else "the share of all that a side is to receive"
    )
    ranges = "the middle" if by.value == "middle" else "the unfavourable end"
    Paper().head(f"Sides are compared by {compared}; ranges count at {ranges}.")


def _order(plan: Plan, found: "Ordered") -> None:
    rows = []
    for place, event in enumerate(found.order, start=1):
        steps = [plan.by_id[each] for each in event]
        rows += [
            [str(place) if number == 0 else "", step.id, step.actor, step.action]
            for number, step in enumerate(steps)
        ]
    Paper().table(["", "step", "by", "what"], rows)


def _compared(found: "Ordered") -> None:
    from backchannel.plan.improving import told  # noqa: PLC0415 - see need_numbers

    paper, best, unit = Paper(), found.best, found.measure
    now = found.present
    greatest, stake, rounds = (
        ("", "", "")
        if now is None
        else (
            f", as planned {told(now.greatest, unit)}",
            f", as planned {told(now.stake, unit)}",
            f", as planned {now.rounds}",
        )
    )
    fewer = "" if found.rounds_proved else f" (at least {found.rounds_bound} in an order as good)"
    paper.head(f"Greatest exposure: {told(best.greatest, unit)}{greatest}.")
    paper.head(f"Stake that must stand behind the order: {told(best.stake, unit)}{stake}.")
    paper.head(f"Rounds in which one side gives: {best.rounds}{fewer}{rounds}.")
    by_side = ", ".join(f"{side} {told(each, unit)}" for side, each in best.exposures.items())
    paper.head(f"Greatest exposure by side: {by_side}.")
    if found.proved:
        paper.head("Proved: no order that keeps the conditions exposes a side less.")
    else:
        paper.warn(
            f"Not proved: some order may come down to {told(found.bound, unit)}. More seconds may "
            "tell (--seconds)."
        )
    if found.proved and not found.stake_proved:
        paper.warn(f"The stake is not proved: it may come down to {told(found.stake_bound, unit)}.")
    for each in found.dropped:
        paper.head(f"Dropped: {each.words}.")
    for each in found.present_breaks:
        paper.warn(f"The planned days break a condition: {each.words}.")


def as_row(found: "Ordered") -> dict[str, Any]:
    """Return everything for other programs."""
    return {
        "measure": found.measure.value,
        "ranges_at": found.by.value,
        "order": [list(event) for event in found.order],
        **_standing(found.best),
        "bound": number(found.bound),
        "proved": found.proved,
        "stake_bound": number(found.stake_bound),
        "stake_proved": found.stake_proved,
        "rounds_bound": found.rounds_bound,
        "as_planned": None if found.present is None else _standing(found.present),
        "planned_days_break": [[each.first, each.then] for each in found.present_breaks],
        "dropped": [[each.first, each.then] for each in found.dropped],
    }


def _standing(standing: "Standing") -> dict[str, Any]:
    return {
        "greatest_exposure": number(standing.greatest),
        "exposure_by_side": {side: number(each) for side, each in standing.exposures.items()},
        "stake": number(standing.stake),
        "stake_by_side": {side: number(each) for side, each in standing.stakes.items()},
        "rounds": standing.rounds,
    }


def _changes(made: "tuple[Improvement, ...]", *, stopped: bool) -> None:
    paper = Paper()
    if not made:
        paper.line("No single split, joint event or escrow lowers the exposure or the stake.")
    for place, each in enumerate(made, start=1):
        paper.head(f"{place}. {each.sentence}")
    if stopped:
        paper.warn("The time was over before all changes were looked at (--seconds).")
    paper.line("What can be split or deposited is a rule of thumb by the category of a step.")


def _assurances(lacking: "tuple[Assurance, ...]", most: int) -> None:
    paper = Paper()
    if not lacking:
        return
    paper.line()
    paper.line("Besides, in another unit (how often real steps were done; one coder, a prior):")
    for each in lacking[:most]:
        paper.head(f"- {each.sentence}")
    if len(lacking) > most:
        paper.line(f"{len(lacking) - most} more; --most shows more of them")


def _change(made: "Improvement") -> dict[str, Any]:
    return {
        "change": made.way.value,
        "steps": list(made.steps),
        "sentence": made.sentence,
        "before": _standing(made.before.best),
        "after": _standing(made.after.best),
        "proved": made.after.proved,
    }


def _assurance(each: "Assurance") -> dict[str, Any]:
    return {
        "step": each.step,
        "lacks": each.lack.name.lower(),
        "at_risk": number(each.at_risk),
        "sentence": each.sentence,
    }
