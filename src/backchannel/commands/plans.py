"""What the commands on plans share: reading the file, the words that head every output, numbers.

Promises: no file larger than `MAX_FILE` bytes is read; every output says whose estimate the values
are, and that they are illustrative unless the file says otherwise.
"""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from backchannel.channel.strict_json import MAX_FILE
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.paper import Paper
from backchannel.plan.files import read_file
from backchannel.plan.model import Plan
from backchannel.plan.real import Record

PlanPath = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="A plan (backchannel-plan/1) or a real accord of cases/, as JSON."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="For other programs.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFile:
    """What a file holds: a plan, and what became of it if the file tells that."""

    plan: Plan
    record: Record | None


def read_plan(path: Path) -> PlanFile:
    """Return what the file holds. Raises: UsageError, FileFaultError."""
    if not path.is_file():
        raise UsageError(f"{path} is no file; name a plan, as JSON")
    if path.stat().st_size > MAX_FILE:
        raise UsageError(f"{path} is larger than {MAX_FILE:,} bytes; a plan is smaller")
    plan, record = read_file(path.read_bytes(), path.name)
    return PlanFile(plan=plan, record=record)


def whose(plan: Plan) -> str:
    """Return the sentence on the values that every output has."""
    return plan.whose


def head(plan: Plan) -> None:
    """Write what a plan is called, and whose its values are."""
    paper = Paper()
    paper.head(plan.title or plan.name)
    paper.head(whose(plan))
    if plan.unvalued:
        paper.warn(f"Without a value, and counted as nothing: {', '.join(plan.unvalued)}")


def number(value: Fraction) -> int | float:
    """Return a number for other programs, whole where it is."""
    return int(value) if value.denominator == 1 else float(value)
