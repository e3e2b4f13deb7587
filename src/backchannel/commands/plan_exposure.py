"""`backchannel plan exposure`: who is exposed when, and what must stand behind the plan."""

from typing import Annotated, Any

import typer

from backchannel.commands.plans import AsJson, PlanPath, head, named, read_plan, spread
from backchannel.desk.screen.paper import Paper
from backchannel.plan.exposure import Curve, Exposure, Level, Peak
from backchannel.plan.exposure import exposure as exposed
from backchannel.plan.exposure_words import sentences, spanned
from backchannel.plan.model import Plan

Apart = Annotated[
    bool, typer.Option("--apart", help="Every step by itself: steps of one event too.")
]


def exposure(file: PlanPath, *, apart: Apart = False, as_json: AsJson = False) -> None:
    """Show who is exposed when. Example: backchannel plan exposure cases/algiers_1981.json."""
    plan = read_plan(file).plan
    found = exposed(plan, apart=apart)
    if as_json:
        Paper().json(as_rows(plan, found))
        return
    head(plan)
    _table(plan, found)
    for sentence in sentences(found):
        Paper().head(sentence)


def _table(plan: Plan, found: Exposure) -> None:
    titles = [f"{side} exposed" for side in plan.sides] + [f"{side} tempted" for side in plan.sides]
    curves = [each.exposure for each in found.sides.values()]
    curves += [each.temptation for each in found.sides.values()]
    moments = [("start", "")]
    moments += [
        (", ".join(step.id for step in move.steps), ", ".join({s.actor: "" for s in move.steps}))
        for move in found.moves
    ]
    rows = [
        [*moment, *(_level(curve, at) for curve in curves)] for at, moment in enumerate(moments)
    ]
    Paper().table(["after", "by", *titles], rows)


def _level(curve: Curve, at: int) -> str:
    level = curve.levels[at]
    return spanned(level.low, level.high)


def as_rows(plan: Plan, found: Exposure) -> dict[str, Any]:
    """Return everything for other programs."""
    return {
        **named(plan),
        "unvalued": list(found.unvalued),
        "events": [
            {
                "at": at,
                "steps": [step.id for step in move.steps],
                "sides": {
                    side: {
                        "exposure": spread(each.exposure.levels[at]),
                        "temptation": spread(each.temptation.levels[at]),
                    }
                    for side, each in found.sides.items()
                },
            }
            for at, move in enumerate(found.moves, start=1)
        ],
        "sides": {
            side: {
                "worst": _peak_row(found, each.worst),
                "stake": _peak_row(found, each.stake),
                "surplus": spread(each.surplus),
                "ends_worst": each.ends_worst,
            }
            for side, each in found.sides.items()
        },
        "worst": found.worst.side,
        "self_enforcing": found.self_enforcing,
    }


def _peak_row(found: Exposure, peak: Peak) -> dict[str, Any]:
    levels = spread(Level(peak.low, peak.middle, peak.high))
    return {"at": peak.at, "steps": list(found.event(peak.at)), **levels}
