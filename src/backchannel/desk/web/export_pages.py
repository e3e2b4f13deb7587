"""Files that leave the desk by its page: exports, a caucus as letters, accords, the calendar.

Promised: a file comes only as the answer to a form of this desk's own page, so that no other page
can have one written to the disk; the browser is told to save it and to keep nothing of it. It may
be asked for twice by the same form: nothing is changed by it.
"""

from typing import Final

from starlette.responses import Response

from backchannel.channel.accord_file import write_accord_file
from backchannel.channel.deadlines import ahead
from backchannel.channel.rules import AccordLife
from backchannel.desk import caucus_export, session
from backchannel.desk import export as exporting
from backchannel.desk.calendar_file import calendar_file
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.accord_page import accords
from backchannel.desk.session.finding import SHOWN
from backchannel.desk.web.reading_pages import due
from backchannel.desk.web.visit import Address, Visit, mediated, posted

A_YEAR: Final = 366 * 24 * 60  # minutes
_READABLE: Final = {
    "markdown": ("md", "text/markdown; charset=utf-8"),
    "json": ("json", "application/json"),
}
_RELEASED: Final = frozenset({AccordLife.IN_FORCE, AccordLife.AMENDED, AccordLife.ENDED})


async def exports(visit: Visit) -> Response:
    """Show what can be exported, and what each file proves and does not."""
    key = visit.path("channel")
    known = await visit.run(lambda desk: accords(desk, key))
    return visit.page(
        "exports.html",
        channel=key,
        known=[each for each in known if each.life in _RELEASED],
        **await mediated(visit),
    )


async def _readable(visit: Visit) -> Response:
    """Give this desk's side of the channel as a file for people, or for other programs."""
    key, wanted = visit.path("channel"), visit.field("format")
    if wanted not in _READABLE:
        visit.faults["format"] = "choose one of the formats"
        raise UsageError("nothing was exported")
    _require_sure(visit, "sure-readable")
    ending, media = _READABLE[wanted]
    text = await visit.run(lambda desk: exporting.export(desk, key, fmt=wanted))
    return _file(text.encode(), f"channel-{key[:SHOWN]}.{ending}", media)


async def _letters(visit: Visit) -> Response:
    """Give one caucus as letters that open, made anew: they prove no more than text."""
    key, party = visit.path("channel"), visit.field("caucus")
    who = await mediated(visit)
    if who["mediates"] and party not in who["parties"]:
        visit.faults["caucus"] = "choose the party whose caucus it is"
        raise UsageError("nothing was exported")
    _require_sure(visit, "sure-letters")
    data = await visit.run(lambda desk: caucus_export.export(desk, key, caucus=party))
    return _file(data, f"caucus-{key[:SHOWN]}.letters", "application/octet-stream")


async def _accord(visit: Visit) -> Response:
    """Give an accord in force with its signatures, to be checked by anybody."""
    key, which = visit.path("channel"), visit.field("accord")
    if not which:
        raise UsageError("choose an accord; nothing was exported")
    content = await visit.run(lambda desk: session.accord_file(desk, key, which))
    return _file(write_accord_file(content), f"accord-{which[:SHOWN]}.json", "application/json")


async def _calendar(visit: Visit) -> Response:
    """Give what is due as a file for a calendar program; discreet unless names are asked for."""
    key, alarm, discreet = visit.path("channel"), _minutes(visit), not visit.field("named")

    def write(desk: Desk) -> bytes:
        known = session.due(desk, key)
        return calendar_file(
            ahead(known.deadlines, known.at),
            channel=known.channel,
            at=known.at,
            discreet=discreet,
            alarm=alarm,
        )

    data = await visit.run(write)
    return _file(data, "calendar.ics", "text/calendar; charset=utf-8")


def _minutes(visit: Visit) -> int | None:
    written = visit.field("alarm").strip()
    if not written:
        return None
    if not (written.isascii() and written.isdigit()) or int(written[:9]) > A_YEAR:
        raise UsageError(
            f"{written[:20]!r} is no number of minutes: write 0 to {A_YEAR:,}, or nothing"
        )
    return int(written)


def _exports(visit: Visit) -> str:
    return f"/c/{visit.path('channel')}/export"


def _due(visit: Visit) -> str:
    return f"/c/{visit.path('channel')}/due"


def _require_sure(visit: Visit, name: str) -> None:
    if not visit.field(name):
        visit.faults[name] = "tick that you want a file that is not encrypted; nothing was written"
        raise UsageError("nothing was exported")


def _file(data: bytes, name: str, media: str) -> Response:
    """Return a file to be saved; its name says nothing of the talks. The guard forbids keeping."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=media, headers=headers)


ROUTES: list[Address] = [
    ("/c/{channel}/export", exports, False),
    ("/c/{channel}/export/readable", posted(_readable, exports, _exports), False),
    ("/c/{channel}/export/letters", posted(_letters, exports, _exports), False),
    ("/c/{channel}/export/accord", posted(_accord, exports, _exports), False),
    ("/c/{channel}/due/calendar", posted(_calendar, due, _due, "alarm"), False),
]
