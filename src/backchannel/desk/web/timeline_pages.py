"""The timeline: everything this desk holds of a channel in one list, to be searched and filtered.

Promised: what is asked for in the address can only leave things out.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from backchannel.desk.errors import UsageError
from backchannel.desk.screen.moments import read_day
from backchannel.desk.web.languages import plain_digits
from backchannel.desk.web.searching import fits, fold, part
from backchannel.desk.web.searching import sought as searched
from backchannel.desk.web.timeline_lines import Held, Kind, Line, held_of
from backchannel.desk.web.visit import Address, Visit

FIELDS: Final = ("words", "who", "kind", "from", "to")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What of it is to be shown."""

    words: tuple[str, ...] = ()
    who: str = ""
    kind: Kind | None = None
    first: date | None = None
    last: date | None = None


async def timeline(visit: Visit) -> Response:
    """Show what this desk holds of a channel, newest last, or what of it fits."""
    key = visit.path("channel")
    visit.typed = searched(visit, FIELDS)
    held = await visit.run(lambda desk: held_of(desk, key))
    sought = _sought(visit, held)
    found = [] if visit.faults else [e for e in held.lines if _fits(e, sought, visit)]
    asked = {name: visit.field(name) for name in FIELDS if visit.field(name)}
    return visit.page(
        "timeline.html",
        channel=key,
        mediates=held.mediates,
        seats=held.seats,
        kinds=list(Kind),
        whole=len(held.lines),
        part=part(visit, found, newest_last=True),
        query=urlencode(asked),
    )


def _sought(visit: Visit, held: Held) -> Sought:
    who, kind = visit.field("who"), visit.field("kind")
    if who and held.mediates and who not in held.seats:
        visit.faults["who"] = "there is no such party in this channel; choose one of the list"
    kinds = {each.name: each for each in Kind}
    if kind and kind not in kinds:
        visit.faults["kind"] = "there is no such kind of entry; choose one of the list"
    first, last = _day(visit, "from"), _day(visit, "to")
    if first and last and last < first:
        visit.faults["to"] = f"{last} is before {first}: give a day that is not before the first"
    name = held.seats.get(who, "") if held.mediates else ""
    return Sought(
        words=fold(visit.field("words")), who=name, kind=kinds.get(kind), first=first, last=last
    )


def _day(visit: Visit, name: str) -> date | None:
    written = plain_digits(visit.field(name)).strip()
    if not written:
        return None
    try:
        return read_day(written)
    except UsageError as fault:
        visit.faults[name] = str(fault)
        return None


def _fits(line: Line, sought: Sought, visit: Visit) -> bool:
    if sought.who and line.party != sought.who:
        return False
    if sought.kind and line.kind is not sought.kind:
        return False
    day = line.at.astimezone(visit.site.zone).date()
    if (sought.first and day < sought.first) or (sought.last and day > sought.last):
        return False
    return fits(line.all_words, sought.words)


ROUTES: list[Address] = [("/c/{channel}/timeline", timeline, False)]
