"""`step`: report, confirm, dispute at a party's desk; mark at the mediator's; list at both."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from backchannel.channel.said import Doing
from backchannel.channel.told import Mark
from backchannel.desk import session
from backchannel.desk.commands.marks_file import read_marks
from backchannel.desk.commands.saying import QUEUED
from backchannel.desk.commands.setting import opened, setting
from backchannel.desk.commands.writing import read_text
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.accord_page import accords, find_shown, show_steps
from backchannel.desk.screen.json_form import plain
from backchannel.desk.screen.moments import read_day
from backchannel.desk.screen.paper import Paper
from backchannel.desk.session.finding import SHOWN

app = typer.Typer(name="step", help="What became of an accord.", no_args_is_help=True)

Step = Annotated[str, typer.Argument(help="The step's id, such as s1.")]
Accord = Annotated[str, typer.Option(help="Which accord, if there are several.")]
Words = Annotated[str, typer.Option("--text", help="A word beside it.")]
Day = Annotated[str, typer.Option("--done-on", metavar="DATE", help="As 2023-09-18.")]


class Done(Enum):
    """How far a step was done, as it is typed."""

    DONE = "done"
    PARTLY = "partly"
    NOT_DONE = "not-done"


@app.command()
def report(
    ctx: typer.Context,
    step: Step,
    *,
    doing: Annotated[Done, typer.Option(help="How far.")] = Done.DONE,
    done_on: Day = "",
    text: Words = "",
    accord: Accord = "",
) -> None:
    """Report to the mediator how far a step was done, and on which day."""
    day = read_day(done_on) if done_on else None
    with opened(ctx) as desk:
        key = session.report_step(
            desk,
            setting(ctx).channel,
            accord,
            step,
            doing=Doing[doing.name],
            done_on=day,
            text=text,
        )
    Paper().line(f"Report {key[:SHOWN]}: step {step} {Doing[doing.name].value}. {QUEUED}")


@app.command()
def confirm(ctx: typer.Context, step: Step, *, text: Words = "", accord: Accord = "") -> None:
    """Confirm to the mediator that a step was done."""
    with opened(ctx) as desk:
        session.confirm_step(desk, setting(ctx).channel, accord, step, text=text)
    Paper().line(f"Step {step} is confirmed to the mediator. {QUEUED}")


@app.command()
def dispute(
    ctx: typer.Context,
    step: Step,
    *,
    text: Annotated[str, typer.Option(help="Why.")],
    accord: Accord = "",
) -> None:
    """Dispute to the mediator that a step was done."""
    with opened(ctx) as desk:
        session.dispute_step(desk, setting(ctx).channel, accord, step, text=text)
    Paper().line(f"Step {step} is disputed to the mediator. {QUEUED}")


@app.command()
def mark(  # noqa: PLR0913 - one option each
    ctx: typer.Context,
    step: Annotated[str, typer.Argument(help="The step's id.")] = "",
    mark_: Annotated[Mark | None, typer.Argument(metavar="MARK", help="What it is.")] = None,
    *,
    who: Annotated[str, typer.Option(help="Who reported, verified or disputed it.")] = "",
    done_on: Day = "",
    text: Words = "",
    source: Annotated[str, typer.Option(help="A public address or document.")] = "",
    report_: Annotated[str, typer.Option("--report", help="The party's report it rests on.")] = "",
    from_: Annotated[
        Path | None, typer.Option("--from", metavar="CSV", help="Many at once, or none of them.")
    ] = None,
    accord: Accord = "",
) -> None:
    """Enter, for all parties, what became of a step. For the mediator."""
    if (from_ is None) == (mark_ is None):
        raise UsageError("name a step with its mark, or a file of marks with --from, one of both")
    if from_ is not None:
        marks = read_marks(read_text(from_))
    elif mark_ is not None:
        if not who.strip():
            raise UsageError(f"say with --who by whom the step is {mark_.value}")
        day = read_day(done_on) if done_on else None
        marks = (
            session.StepMark(
                step=step,
                mark=mark_,
                who=who,
                done_on=day,
                text=text,
                source=source,
                report=report_,
            ),
        )
    with opened(ctx) as desk:
        session.mark_steps(desk, setting(ctx).channel, accord, marks)
    for each in marks:
        Paper().line(f"Step {each.step}: {each.mark.value} by {each.who}.")
    Paper().line(QUEUED)


@app.command("list")
def list_(
    ctx: typer.Context,
    accord: Annotated[str, typer.Argument(help="Which accord, if there are several.")] = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For other programs.")] = False,
) -> None:
    """List the steps of an accord with what became of them."""
    with opened(ctx) as desk:
        known = find_shown(accords(desk, setting(ctx).channel), accord)
    if as_json:
        Paper().json({"accord": known.key, "life": known.life.value, "steps": plain(known.steps)})
    else:
        show_steps(Paper(), known)
