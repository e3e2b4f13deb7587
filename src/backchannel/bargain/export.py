"""Results as bytes for other programs: CSV for spreadsheets, JSON `backchannel-bargain-result/1`.

All utilities are in points of each party's own scale. CSV has a row for each efficient package, and
one for the package on the table; a column for each party and each issue; and which solutions choose
the package. Text is guarded (`drawing.cells`): a cell that a spreadsheet would take for a formula
begins with an apostrophe. JSON has all that is known of bounds besides, and text as it is; its
schema is published as docs/schemas/bargain-result-1.json.

Promises: the same result gives the same bytes; numbers are written so that they are read again as
the same; a CSV with letters beyond ASCII begins with the mark by which spreadsheets know UTF-8.
"""

import json
import math
from collections.abc import Iterable, Iterator
from typing import Any

from backchannel.bargain.blocks import package
from backchannel.bargain.model import Number, Package
from backchannel.bargain.result import Result, plain
from backchannel.bargain.solutions import Solution
from backchannel.bargain.zopa import Opening
from backchannel.drawing.cells import table

FORMAT = "backchannel-bargain-result/1"
EFFICIENT, SOLUTION, TABLE = "efficient", "solution", "on the table"


def to_csv(result: Result) -> bytes:
    """Return the efficient packages and the one on the table, a row for each."""
    space = result.space
    heads = [f"points of {party}" for party in space.parties]
    heads += [f"option for {issue.issue}" for issue in space.issues]
    lines = [["package", "solutions", *heads]]
    for kind, chosen, points, names in _packages(result):
        options = space.named(chosen).values()
        lines.append([kind, "; ".join(names), *(str(value) for value in points), *options])
    return table(lines)


Listed = tuple[str, Package, tuple[Number, ...], list[str]]


def _packages(result: Result) -> Iterator[Listed]:
    chosen: dict[Package, list[str]] = {}
    for name, each in result.solutions.items():
        chosen.setdefault(each.package, []).append(name)
    for row, point in _efficient(result):
        yield EFFICIENT, row, result.points(point), chosen.pop(row, [])
    # What a solver found beside a bounded frontier need not be one of its packages.
    for row, names in chosen.items():
        yield SOLUTION, row, result.points(result.solutions[names[0]].utilities), names
    if result.table is not None:
        yield TABLE, result.table, result.points(result.space.utilities(result.table)), []


def _efficient(result: Result) -> Iterator[tuple[Package, tuple[Number, ...]]]:
    found = result.frontier
    for row, point in zip(found.packages, found.points.tolist(), strict=True):
        yield package(row), tuple(point)


def to_json(result: Result) -> bytes:
    """Return everything, as one document."""
    space = result.space
    made: dict[str, Any] = {
        "format": FORMAT,
        "name": space.name,
        "scale": result.scale,
        "issues": [{"issue": issue.issue, "title": issue.title} for issue in space.issues],
        "parties": [
            {"party": profile.party, "reservation": plain(profile.points(profile.reservation))}
            for profile in space.profiles
        ],
        "packages": space.count,
        "exact": result.frontier.exact,
        "bound": _by_party(result, result.frontier.bound),
        "efficient": [_row(result, *each) for each in _efficient(result)],
        "zone": _zone(result),
        "solutions": {name: _solution(result, each) for name, each in result.solutions.items()},
    }
    if result.table is not None:
        acceptable = space.possible(result.table) and space.acceptable(result.table)
        utilities = space.utilities(result.table)
        made["table"] = {**_row(result, result.table, utilities), "acceptable": acceptable}
    text = json.dumps(made, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    # Half a character, from a program that made the space, is escaped as JSON does it.
    return text.encode("utf-8", "backslashreplace")


def _by_party(result: Result, utilities: Iterable[Number]) -> dict[str, Number]:
    points = result.points(tuple(utilities))
    return dict(zip(result.space.parties, points, strict=True))


def _row(result: Result, chosen: Package, utilities: tuple[Number, ...]) -> dict[str, Any]:
    return {
        "package": result.space.named(chosen),
        "utilities": _by_party(result, utilities),
    }


def _solution(result: Result, found: Solution) -> dict[str, Any]:
    return {
        **_row(result, found.package, found.utilities),
        "measure": plain(found.measure),
        "exact": found.exact,
        # A program whose time ran out may know no bound at all; JSON has no word for infinite.
        "gap": plain(found.gap) if math.isfinite(found.gap) else None,
        "ties": found.ties,
    }


def _zone(result: Result) -> dict[str, Any]:
    zone = result.zone
    made: dict[str, Any] = {"empty": zone.empty}
    if zone.places:
        ends = (_by_party(result, side) for side in (zone.lowest, zone.highest, zone.above))
        low, high, above = ends
        made["extent"] = {
            party: {"from": low[party], "to": high[party], "above": above[party]} for party in low
        }
    for name, opening in (("opening", zone.opening), ("evenest", zone.evenest)):
        if opening is not None:
            made[name] = _opening(result, opening)
    return made


def _opening(result: Result, opening: Opening) -> dict[str, Any]:
    return {
        **_row(result, opening.package, opening.utilities),
        "concessions": _by_party(result, opening.concessions),
        "share": plain(opening.share),
        "gap": plain(opening.gap),
    }
