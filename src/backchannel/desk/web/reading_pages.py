"""Reading at the desk: who knows what, what is due, who waited for whom, what the desk noted."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from starlette.responses import Response

from backchannel.channel.deadlines import ahead, passed
from backchannel.channel.timing import PARTY_WAITS, Wait, median_minutes
from backchannel.desk import session
from backchannel.desk.desk import Desk
from backchannel.desk.screen.due_page import row
from backchannel.desk.screen.preview_page import heard_words
from backchannel.desk.session import KnownRow, TimingInfo
from backchannel.desk.web.searching import PAGE, fits, fold, part, sought
from backchannel.desk.web.visit import Address, Visit, mediated


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A note, and what each other party was told of it, by the party's name."""

    row: KnownRow
    heard: str
    known: dict[str, KnownRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How often, and how long, one side waited with a party for one thing."""

    party: str
    mediator_waits: bool
    wait: str
    times: int
    in_vain: int
    median: int | None  # minutes


async def knows(visit: Visit) -> Response:
    """Show who was told what: a table of notes against parties. For the mediator."""
    key = visit.path("channel")
    visit.typed = sought(visit, ("words", "party"))
    words, names = visit.field("words"), await visit.run(lambda desk: _seats(desk, key))
    if visit.field("party") not in {"", *names}:
        visit.faults["party"] = "there is no such party in this channel; choose one of the list"
    rows = await visit.run(lambda desk: session.knowledge(desk, key))
    facts = [] if visit.faults else [f for f in _facts(rows) if _wanted(f, visit)]
    shown = part(visit, facts)
    return visit.page(
        "knows.html",
        channel=key,
        mediates=True,
        names=names,
        columns=[visit.field("party")] if visit.field("party") else names,
        whole=len({(row.author, row.note) for row in rows}),
        part=shown,
        query=urlencode({n: visit.field(n) for n in ("words", "party") if visit.field(n)}),
        searched=bool(words or visit.field("party")),
        heard_words=heard_words,
    )


def _seats(desk: Desk, channel: str) -> list[str]:
    return [seat.name for seat in session.record(desk, channel).seats.values()]


def _facts(rows: tuple[KnownRow, ...]) -> Iterator[Fact]:
    for _, known in groupby(rows, key=lambda row: (row.author, row.note)):
        parties = list(known)
        first = parties[0]
        heard = "" if first.how is None else heard_words(first.how, first.person).rstrip(",")
        yield Fact(row=first, heard=heard, known={each.party: each for each in parties})


def _wanted(fact: Fact, visit: Visit) -> bool:
    party, row = visit.field("party"), fact.row
    if party and party not in fact.known:
        return False
    told = (
        " ".join((t.text, t.in_text, *(c.text for c in t.corrections), *_cells(t.rows)))
        for known in fact.known.values()
        for t in known.told
    )
    everything = " ".join((row.author, row.note, row.text, *_cells(row.rows), *told))
    return fits(everything, fold(visit.field("words")))


def _cells(rows: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    return (cell for row in rows for cell in row)


async def due(visit: Visit) -> Response:
    """Show what is due, when and from whom; at the mediator's desk, with who waited for whom."""
    key, zone = visit.path("channel"), visit.site.zone
    # What was typed into the form of the calendar, and refused, stands beside it.
    visit.typed = {**visit.typed, **sought(visit, ("words",))}
    listed = await visit.run(lambda desk: session.due(desk, key))
    found = ahead(listed.deadlines, listed.at)
    words = fold(visit.field("words"))
    rows = [
        (passed(each, listed.at), each.when, *shown[1:])
        for each in found
        if fits(" ".join((*(shown := row(each, zone=zone)), each.about)), words)
    ]
    mediates = (await mediated(visit))["mediates"]
    info = await visit.run(lambda desk: session.timing(desk, key)) if mediates else None
    return visit.page(
        "due.html",
        channel=key,
        mediates=mediates,
        now=listed.at,
        whole=len(found),
        part=part(visit, rows),
        query=urlencode({"words": visit.field("words")}) if words else "",
        info=info,
        sums=list(_sums(info)) if info else [],
        waited=info.timing.waited[-PAGE:] if info else [],
    )


def _sums(info: TimingInfo) -> Iterator[Waiting]:
    for seat, name in info.names.items():
        for wait in Wait:
            found = [w for w in info.timing.waited if w.seat == seat and w.wait is wait]
            if found:
                yield Waiting(
                    party=name,
                    mediator_waits=wait not in PARTY_WAITS,
                    wait=wait.value,
                    times=len(found),
                    in_vain=sum(each.until is None for each in found),
                    median=median_minutes(found),
                )


async def journal(visit: Visit) -> Response:
    """Show what the desk noted itself, newest last."""
    key = visit.path("channel")
    visit.typed = sought(visit, ("words",))
    rows = await visit.run(lambda desk: session.journal(desk, key))
    words = fold(visit.field("words"))
    found = [row for row in rows if fits(f"{row.caucus} {row.kind} {row.words}", words)]
    return visit.page(
        "journal.html",
        channel=key,
        mediates=(await mediated(visit))["mediates"],
        whole=len(rows),
        part=part(visit, found, newest_last=True),
        query=urlencode({"words": visit.field("words")}) if words else "",
    )


ROUTES: list[Address] = [
    ("/c/{channel}/knows", knows, False),
    ("/c/{channel}/due", due, False),
    ("/c/{channel}/journal", journal, False),
]
