"""The brief for programs, and what the next one needs to know of it: `backchannel-brief/1`.

Promises: what is written can be read back as what the next brief compares with; a file that is
none is refused.
"""

import json
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from backchannel.brief.errors import BriefError
from backchannel.brief.material import Previous
from backchannel.brief.said import Section, Statement
from backchannel.brief.whole import Brief
from backchannel.channel import errors as channel_errors
from backchannel.channel.strict_json import Part, read_json
from backchannel.watch.table import as_json

FORMAT: Final = "backchannel-brief/1"
_DIGEST: Final = 64  # characters
MOST_BYTES: Final = 100_000_000


def to_json(of: Brief) -> bytes:
    """Return everything that the brief says."""
    material = of.material
    made = {
        "format": FORMAT,
        "case": material.case,
        "on": material.on.isoformat(),
        "since": material.since.isoformat() if material.since else None,
        "rests_on": sorted(each.digest for each in material.claims),
        "ahead": _ahead(of),
        "notes": list(of.notes),
        "sections": [_section(of, each) for each in of.sections],
        "sources": [as_json(each) for each in of.sources],
    }
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()


def _ahead(of: Brief) -> dict[str, list[float]]:
    found = of.material.outlook
    weeks = found.weeks if found else ()
    return {
        str(week.ahead): [week.agreement.value, week.breakdown.value, week.goes_on.value]
        for week in weeks
    }


def _section(of: Brief, section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "parts": [
            {"title": part.title, "statements": [_statement(of, s) for s in part.statements]}
            for part in section.parts
        ],
        "tables": [asdict(each) for each in section.tables],
    }


def _statement(of: Brief, statement: Statement) -> dict[str, Any]:
    return {
        "standing": statement.standing.value,
        "text": statement.text,
        "because": statement.because,
        "sources": list(of.numbers(statement)),
    }


def read_previous(data: bytes, file: str) -> Previous:
    """Return what a brief rested on, from the JSON it was written as. Raises: BriefError."""
    try:
        whole = read_json(data, channel_errors.MalformedError, most=MOST_BYTES).mapping()
        if "format" not in whole or whole["format"].text() != FORMAT:
            raise BriefError(f"{file} is no brief: name the .json that `backchannel brief` wrote")
        return _previous(whole)
    except (channel_errors.MalformedError, KeyError, ValueError) as fault:
        raise BriefError(f"{file} is no brief that can be read: {fault}") from fault


def _previous(whole: dict[str, Part]) -> Previous:
    digests = [each.text() for each in whole["rests_on"].items()]
    if not all(len(each) == _DIGEST for each in digests):
        raise BriefError("a digest of a claim has 64 hexadecimal digits")
    ahead = {}
    for weeks, shares in whole["ahead"].mapping().items():
        good, bad, on = (each.number(0, 1) for each in shares.items())
        ahead[int(weeks)] = (good, bad, on)
    return Previous(
        on=date.fromisoformat(whole["on"].text()), digests=frozenset(digests), ahead=ahead
    )
