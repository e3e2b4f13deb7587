"""Steps of an accord in force: a party reports, confirms or disputes; the mediator enters."""

from starlette.responses import Response

from backchannel.channel.said import Doing
from backchannel.channel.told import Mark
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.moments import read_day
from backchannel.desk.session import StepMark
from backchannel.desk.web.accord_pages import accord
from backchannel.desk.web.languages import plain_digits
from backchannel.desk.web.visit import Address, Visit, attempt

DOINGS = {"done": Doing.DONE, "partly": Doing.PARTLY, "not": Doing.NOT_DONE}


async def report(visit: Visit) -> Response:
    """Report how far a step was done, confirm what others report, or dispute it."""
    return await attempt(visit, _report, accord, "steps")


async def _report(visit: Visit) -> Response:
    key, which = visit.path("channel"), visit.path("accord")
    said = visit.field("said")
    await visit.run(lambda desk: _say(desk, visit, said))
    return visit.go(f"/c/{key}/accords/{which}", visit.gettext("Told to the mediator."))


def _say(desk: Desk, visit: Visit, said: str) -> None:
    place = (desk, visit.path("channel"), visit.path("accord"), visit.field("which"))
    text, day = visit.field("words"), plain_digits(visit.field("done_on")).strip()
    if said in DOINGS:
        done_on = read_day(day) if day else None
        session.report_step(*place, doing=DOINGS[said], done_on=done_on, text=text)
    elif said == "confirm":
        session.confirm_step(*place, text=text)
    elif said == "dispute":
        session.dispute_step(*place, text=text)
    else:
        raise UsageError("choose what you say of the step")


async def enter(visit: Visit) -> Response:
    """Enter, as the mediator, what became of a step, for all parties of the accord."""
    return await attempt(visit, _enter, accord, "marking")


async def _enter(visit: Visit) -> Response:
    key, which = visit.path("channel"), visit.path("accord")
    day = plain_digits(visit.field("done_on")).strip()
    try:
        mark = Mark(visit.field("marked"))
    except ValueError as error:
        raise UsageError("choose what the record says of the step") from error
    entered = StepMark(
        step=visit.field("which"),
        mark=mark,
        who=visit.field("who").strip(),
        done_on=read_day(day) if day else None,
        text=visit.field("words"),
        source=visit.field("source").strip(),
        report=visit.field("report").strip(),
    )
    await visit.run(lambda desk: session.mark_steps(desk, key, which, [entered]))
    return visit.go(
        f"/c/{key}/accords/{which}", visit.gettext("Entered; all parties of the accord are told.")
    )


ROUTES: list[Address] = [
    ("/c/{channel}/accords/{accord}/steps", report, False),
    ("/c/{channel}/accords/{accord}/marks", enter, False),
]
