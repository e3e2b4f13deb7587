"""What the commands on plans share: reading the file, the words that head every output, numbers.

Promises: no file larger than `MAX_FILE` bytes is read; every output says whose estimate the values
are, and that they are illustrative unless the file says otherwise.
"""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer

from backchannel.channel.strict_json import MAX_FILE
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.paper import Paper
from backchannel.plan.exposure import Level
from backchannel.plan.files import read_file
from backchannel.plan.model import Change, Plan
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


def named(plan: Plan) -> dict[str, Any]:
    """Return what every output for other programs begins with."""
    return {"name": plan.name, "values": plan.whose, "illustrative": plan.illustrative}


def head(plan: Plan) -> None:
    """Write what a plan is called, and whose its values are."""
    paper = Paper()
    paper.head(plan.title or plan.name)
    paper.head(plan.whose)
    if plan.unvalued:
        paper.warn(f"Without a value, and counted as nothing: {', '.join(plan.unvalued)}")


def number(value: Fraction) -> int | float:
    """Return a number for other programs, whole where it is."""
    return int(value) if value.denominator == 1 else float(value)


def spread(of: Level | Change) -> dict[str, int | float]:
    """Return both ends and the middle for other programs."""
    return {"low": number(of.low), "middle": number(of.middle), "high": number(of.high)}
