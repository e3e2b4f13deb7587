"""Pictures of a plan as bytes, SVG or PNG: its steps by actor, its exposures, what became of it.

Promises: the same plan and record give the same bytes, with the same fonts and libraries; whatever
people wrote is drawn as it is, and never read as mathematics or markup; whose estimate the values
are stands in every picture that rests on them. What a colour says, a shape or a line says too.
"""

from collections.abc import Sequence
from typing import Literal

from backchannel.drawing.lettering import Letters
from backchannel.drawing.sheet import Kind, sheet
from backchannel.plan.errors import MalformedError
from backchannel.plan.exposure import exposure
from backchannel.plan.exposure_words import sentences
from backchannel.plan.model import Plan
from backchannel.plan.picture_curves import curves
from backchannel.plan.picture_days import days, kept
from backchannel.plan.picture_steps import listed, steps
from backchannel.plan.real import Record

What = Literal["steps", "exposure", "actual"]
WHATS: tuple[What, ...] = ("steps", "exposure", "actual")


def picture(
    plan: Plan, what: What, kind: Kind, *, record: Record | None = None, apart: bool = False
) -> bytes:
    """Return the picture. `apart`: every step by itself, in all but what became of the plan.

    Raises:
        MalformedError: what became of the plan is to be drawn, and nothing is told of it.
    """
    letters = Letters(_texts(plan))
    title = letters(plan.title or plan.name)
    match what:
        case "steps":
            moves = plan.moves(apart=apart)
            said: Sequence[str] = listed(plan, moves)
            figure = lambda: steps(plan, moves, letters)  # noqa: E731 - one of three
        case "exposure":
            found = exposure(plan, apart=apart)
            said = [plan.whose, *sentences(found)]
            figure = lambda: curves(plan, found, letters)  # noqa: E731 - one of three
        case _ if record is None:
            raise MalformedError(
                "the file does not tell what was done; a real accord of cases/ does, or `done` in "
                "a plan"
            )
        case _:
            became = record
            said = [f"{row.label}: {row.told}." for row in kept(plan, became)]
            figure = lambda: days(plan, became, letters)  # noqa: E731 - one of three
    return sheet(figure, kind, fonts=letters.fonts, title=title, said=map(letters, said))


def _texts(plan: Plan) -> list[str]:
    told = [plan.name, plan.title, plan.scale, *plan.sides]
    return told + [text for step in plan.steps for text in (step.actor, step.action)]
