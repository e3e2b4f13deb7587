"""`backchannel plan export` and `plot`: a plan as files, for people and programs."""

from enum import Enum
from typing import Annotated

import typer

from backchannel.commands.packages import need_numbers
from backchannel.commands.plans import PlanFile, PlanPath, read_plan
from backchannel.commands.saving import Force, To, kind_of, no_traces, require_free, save
from backchannel.desk.commands.setting import setting
from backchannel.desk.errors import UsageError

Discreet = Annotated[
    bool, typer.Option("--discreet", help="For .ics: neutral titles, no names at all.")
]
Apart = Annotated[bool, typer.Option("--apart", help="Every step by itself.")]


class What(Enum):
    """What is drawn."""

    STEPS = "steps"
    EXPOSURE = "exposure"
    ACTUAL = "actual"


Drawn = Annotated[
    What,
    typer.Option(
        "--what", help="Who does what after what; who is exposed when; planned against done."
    ),
]


def plot(
    file: PlanPath,
    to: To,
    *,
    what: Drawn = What.STEPS,
    apart: Apart = False,
    force: Force = False,
) -> None:
    """Draw it. Example: backchannel plan plot cases/jpoa_2013.json --to x.svg --what exposure."""
    kind = kind_of(to, ("svg", "png"))
    if apart and what is What.ACTUAL:
        raise UsageError("--apart changes nothing in what was done: leave it out")
    require_free(to, [file], force=force)
    read = read_plan(file)
    need_numbers()
    with no_traces():
        from backchannel.plan.picture import picture  # noqa: PLC0415 - see need_numbers

        data = picture(
            read.plan,
            what.value,
            "svg" if kind == "svg" else "png",
            record=read.record,
            apart=apart,
        )
    save(to, data, force=force)


def export(
    ctx: typer.Context,
    file: PlanPath,
    to: To,
    *,
    discreet: Discreet = False,
    apart: Apart = False,
    force: Force = False,
) -> None:
    """Write a table, plan or calendar. Example: backchannel plan export talks.json --to days.ics.

    .csv: steps and exposures; .json: the plan as backchannel-plan/1; .ics: what is due when.
    """
    kind = kind_of(to, ("csv", "json", "ics"))
    if discreet and kind != "ics":
        raise UsageError("--discreet is for a calendar: end the name with .ics, or leave it out")
    if apart and kind != "csv":
        raise UsageError("--apart is for a table: end the name with .csv, or leave it out")
    require_free(to, [file], force=force)
    read = read_plan(file)
    save(to, _exported(ctx, read, kind, discreet=discreet, apart=apart), force=force)


def _exported(
    ctx: typer.Context, read: PlanFile, kind: str, *, discreet: bool, apart: bool
) -> bytes:
    match kind:
        case "csv":
            from backchannel.plan.table import to_csv  # noqa: PLC0415 - only what is needed

            return to_csv(read.plan, apart=apart)
        case "json":
            from backchannel.plan.own_writing import write_own  # noqa: PLC0415 - as above

            return write_own(read.plan, read.record)
        case _:
            from backchannel.commands.plan_calendar import calendar  # noqa: PLC0415 - as above

            at = setting(ctx).world.now()
            return calendar(read.plan, read.record, at=at, discreet=discreet)
