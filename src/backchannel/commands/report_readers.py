"""Bytes that were read at the command line as reports: which reader takes which file.

Promises: whatever the bytes are, they become reports or are refused with what came and what was
expected; a line that cannot be taken does not keep the others out.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import Final

from backchannel.watch.claims import Basis
from backchannel.watch.errors import MalformedError
from backchannel.watch.reports import Report

MAX_SOURCE: Final = 200_000_000  # bytes of one file, which is read as a whole
MAX_LINE: Final = 40_000_000  # bytes; the longest report that can be, escaped, is shorter
_FIELDS: Final = (
    *("outlet", "url", "title", "text", "language", "published", "published_basis", "retrieved"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file or what was piped in (`-`), and since when it is here."""

    name: str
    data: bytes
    retrieved: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was told on the command line about everything that is read."""

    outlet: str
    url: str
    title: str
    published: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a source holds, and why some of it was not taken."""

    reports: tuple[Report, ...] = ()
    refusals: tuple[str, ...] = ()


def read_source(source: Source, given: Given, *, today: date) -> Read:
    """Return the reports in a source; none was published after `today`."""
    ending = PurePath(source.name).suffix.lower()
    if ending not in _READERS:
        return Read(refusals=(f"{ending or 'no ending'} came; one of {_KNOWN} is expected",))
    reports, refusals = [], []
    for where, line in _READERS[ending](source.data):
        try:
            reports.append(_report(_fields(line, ending), source, given, today=today))
        except MalformedError as fault:
            refusals.append(f"{where}{fault}")
    return Read(reports=tuple(reports), refusals=tuple(refusals))


def _whole(data: bytes) -> Iterator[tuple[str, bytes]]:
    yield "", data


def _lines(data: bytes) -> Iterator[tuple[str, bytes]]:
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            yield f"line {number}: ", line


_READERS: Final[Mapping[str, Callable[[bytes], Iterator[tuple[str, bytes]]]]] = {
    "": _whole,
    ".txt": _whole,
    ".jsonl": _lines,
}
_KNOWN: Final = "a text (.txt), reports as JSON Lines (.jsonl)"


def _fields(data: bytes, ending: str) -> dict[str, str]:
    if len(data) > MAX_LINE:
        raise MalformedError(f"{len(data):,} bytes came; at most {MAX_LINE:,} are expected")
    try:
        text = data.decode()
        found = json.loads(text) if ending == ".jsonl" else {"text": text}
    except (ValueError, RecursionError) as fault:
        raise MalformedError("no text in UTF-8, or no JSON; a report is expected") from fault
    if not isinstance(found, dict):
        raise MalformedError("no object came; a report with its fields is expected")
    values = {name: found.get(name) for name in _FIELDS}
    wrong = [name for name, value in values.items() if not isinstance(value, str | None)]
    if wrong:
        raise MalformedError(f"{wrong[0]} is no text; a text or null is expected")
    return {name: value or "" for name, value in values.items()}


def _report(fields: Mapping[str, str], source: Source, given: Given, *, today: date) -> Report:
    told = fields["published"]
    published = _day(told, today) if told else given.published
    printed = given.published if not told else fields["published_basis"] == Basis.PRINTED.value
    return Report(
        outlet=fields["outlet"] or given.outlet,
        url=fields["url"] or given.url,
        title=fields["title"] or given.title,
        text=fields["text"],
        language=fields["language"],
        published=published,
        published_basis=Basis.PRINTED if printed else Basis.INFERRED,
        retrieved=_moment(fields["retrieved"]) if fields["retrieved"] else source.retrieved,
    )


def _day(written: str, today: date) -> date:
    try:
        day = date.fromisoformat(written)
    except ValueError as fault:
        raise MalformedError(
            f"published is {written[:60]!r}; a day written as 2023-09-18 is expected"
        ) from fault
    if day > today:
        raise MalformedError(f"published is {day}, yet to come; a day up to {today} is expected")
    return day


def _moment(written: str) -> datetime:
    try:
        return datetime.fromisoformat(written)
    except ValueError as fault:
        raise MalformedError(
            f"retrieved is {written[:60]!r}; a time as 2023-09-18T12:00:00Z is expected"
        ) from fault
