"""`backchannel plan check`: what cannot be kept, and what broke accords like this one."""

from pathlib import Path
from typing import Annotated, Any

import typer

from backchannel.channel.clauses_file import read_text as read_clauses
from backchannel.commands.plans import AsJson, PlanPath, head, read_plan
from backchannel.desk.commands.writing import read_text
from backchannel.desk.screen.paper import Paper
from backchannel.plan.check import Finding, Severity
from backchannel.plan.check import check as checked

Text = Annotated[
    Path | None,
    typer.Option(
        help="The wording in two languages or more, as a negotiating text (docs/texts.md): "
        "clauses, numbers and dates that differ are errors."
    ),
]


def check(file: PlanPath, *, text: Text = None, as_json: AsJson = False) -> None:
    """Check an accord. Example: backchannel plan check cases/minsk2_2015.json. Exit 1 on errors."""
    plan = read_plan(file).plan
    found = checked(plan, None if text is None else read_clauses(read_text(text)))
    if as_json:
        rows = [_row(each) for each in found]
        Paper().json({"name": plan.name, "values": plan.whose, "findings": rows})
    else:
        head(plan)
        _show(found)
    if any(each.severity is Severity.ERROR for each in found):
        raise typer.Exit(1)


def _row(each: Finding) -> dict[str, Any]:
    return {
        "severity": each.severity.value,
        "pattern": each.pattern.value,
        "steps": list(each.steps),
        "words": each.words,
        "why": each.why,
        "remedy": each.remedy,
    }


def _show(found: tuple[Finding, ...]) -> None:
    paper, told = Paper(), set[str]()
    if not found:
        paper.line("Nothing was found. That is no promise: the check knows what broke others.")
    for each in found:
        paper.head(f"{each.severity.value.upper()}: {each.pattern.value}")
        paper.head(f"   {each.words}")
        # Once for each pattern: the same reason a third time is not read.
        if each.severity is not Severity.NOTE and each.pattern.value not in told:
            told.add(each.pattern.value)
            paper.head(f"   Why: {each.why}")
            paper.head(f"   What could be done: {each.remedy}")
