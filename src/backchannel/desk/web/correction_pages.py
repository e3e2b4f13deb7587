"""Something conveyed wrongly is set right on the mediator's page, and told to whom it was told.

Promised: a correction is shown beside what it takes the place of, held, and its recipient
confirmed by name; what was told by mouth is corrected in the record alone, and the page says so.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from backchannel.channel.knowledge import Corrected, corrections
from backchannel.channel.names import Rows
from backchannel.channel.oral import ToldByMouth
from backchannel.channel.record import Conveyance
from backchannel.channel.warnings import Warned
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.errors import UsageError
from backchannel.desk.web.holding import confirming, hold, release
from backchannel.desk.web.request_pages import seat_name
from backchannel.desk.web.searching import part
from backchannel.desk.web.visit import Address, Visit, attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a party was told, and what took its place since; `by_mouth`: no desk told it."""

    conveyance: Conveyance
    at: datetime
    by_mouth: bool
    corrections: Sequence[Corrected]


async def corrected(visit: Visit) -> Response:
    """Show what was conveyed to a party, the newest first, each with a way to correct it."""
    key, seat = visit.path("channel"), visit.path("seat")
    name, told = await visit.run(lambda desk: _told(desk, key, seat))
    return visit.page(
        "corrections.html",
        channel=key,
        seat=seat,
        name=name,
        mediates=True,
        part=part(visit, told),
    )


async def correct(visit: Visit) -> Response:
    """Word what is to stand; look at it once more; tell it."""
    if visit.request.method == "GET":
        return await _word(visit)
    if visit.field("step") == "do":
        return await attempt(visit, _do, _look)
    return await attempt(visit, _look, _word, "text")


async def _word(visit: Visit) -> Response:
    name, told = await _one(visit)
    if visit.request.method == "GET" and not visit.typed:
        stands = told.corrections[-1] if told.corrections else told.conveyance
        visit.typed = {"text": [stands.text], "rows": [written_rows(stands.rows)]}
    return visit.page("correct.html", **_shown(visit, name, told))


async def _look(visit: Visit) -> Response:
    name, told = await _one(visit)
    text, rows, found = await _righted(visit)
    return hold(
        visit,
        "correct_look.html",
        **_shown(visit, name, told),
        text=text,
        rows=rows,
        warnings=found,
        confirm=_confirm(name, told),
    )


async def _do(visit: Visit) -> Response:
    key, which = visit.path("channel"), visit.path("conveyance")
    name, told = await _one(visit)
    text, rows, _ = await _righted(visit)
    release(visit, _confirm(name, told))
    reason = visit.field("override").strip()
    await visit.run(
        lambda desk: session.correct(
            desk, key, which, text=text, rows=rows, override_unverified=reason
        )
    )
    done = (
        visit.gettext("The correction is recorded. %(name)s must hear it from you.", name=name)
        if told.by_mouth
        else visit.gettext("Corrected for %(name)s. It goes out with the courier.", name=name)
    )
    return visit.go(f"/c/{key}/with/{visit.path('seat')}/correct", done)


async def _righted(visit: Visit) -> tuple[str, Rows, tuple[Warned, ...]]:
    """Return what is to stand, and what to look at in it. Raises: UsageError."""
    key, which, text = visit.path("channel"), visit.path("conveyance"), visit.field("text")
    if not text.strip():
        raise UsageError("write what is to stand in its place")
    rows = read_rows(visit, "rows")
    _, found = await visit.run(
        lambda desk: session.preview_correct(desk, key, which, text=text, rows=rows)
    )
    return text, rows, found


def _confirm(name: str, told: Told) -> dict[str, str]:
    return {} if told.by_mouth else confirming([name])


def _shown(visit: Visit, name: str, told: Told) -> dict[str, object]:
    where = {key: visit.path(key) for key in ("channel", "seat", "conveyance")}
    return {**where, "name": name, "told": told, "mediates": True}


async def _one(visit: Visit) -> tuple[str, Told]:
    """Return the party's name, and what it was told. Raises: UsageError."""
    key, seat, which = (visit.path(each) for each in ("channel", "seat", "conveyance"))
    name, told = await visit.run(lambda desk: _told(desk, key, seat))
    for each in told:
        if each.conveyance.conveyance == which:
            return name, each
    raise UsageError(f"nothing of this kind was conveyed to {name}; look at the list again")


def _told(desk: Desk, key: str, seat: str) -> tuple[str, list[Told]]:
    name, state = seat_name(desk, key, seat), session.record(desk, key)
    since = corrections(state)
    told = [
        Told(
            conveyance=each,
            at=each.spoken if isinstance(each, ToldByMouth) else each.at,
            by_mouth=isinstance(each, ToldByMouth),
            corrections=since.get(which, ()),
        )
        for which, each in state.conveyances.items()
        if each.seat == seat
    ]
    return name, sorted(told, key=lambda each: each.at, reverse=True)


def read_rows(visit: Visit, name: str) -> Rows:
    """Return the list that was typed as CSV into a field, empty lines left out.

    Raises:
        UsageError: it is no CSV; the reason stands beside its field.
    """
    reader = csv.reader(io.StringIO(visit.field(name), newline=""), strict=True)
    try:
        return tuple(tuple(row) for row in reader if row)
    except csv.Error as error:
        visit.faults[name] = f"line {reader.line_num} is no CSV ({error})"
        raise UsageError(visit.faults[name]) from error


def written_rows(rows: Rows) -> str:
    r"""Return a list as it is typed.

    >>> written_rows((("Name", "Held, since"), ("A", "2019")))
    'Name,"Held, since"\nA,2019\n'
    """
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


ROUTES: list[Address] = [
    ("/c/{channel}/with/{seat}/correct", corrected, False),
    ("/c/{channel}/with/{seat}/correct/{conveyance}", correct, False),
]
