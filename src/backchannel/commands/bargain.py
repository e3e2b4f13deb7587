"""`backchannel bargain`: numbers on packages, from a file of preferences.

Nothing here needs a desk or a channel, and nothing leaves the machine. Numbers are shown on the
scale of the file, with whose estimate they are if the file says so.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backchannel.commands.asking import ask, propose
from backchannel.commands.leverage import leverage
from backchannel.commands.packages import (
    AsJson,
    Files,
    bound_row,
    package_row,
    read_given,
    read_with_frontier,
)
from backchannel.commands.plotting import export, plot
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.paper import Paper

if TYPE_CHECKING:
    from backchannel.bargain.frontier import Frontier
    from backchannel.bargain.improvement import Change
    from backchannel.bargain.model import Number, Space
    from backchannel.bargain.own_file import SpaceFile
    from backchannel.bargain.zopa import Zopa

bargain = typer.Typer(
    name="bargain",
    help="Numbers on packages: what is efficient, whether all can agree, and on what.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Most = Annotated[int, typer.Option(min=1, help="How many changes are shown.")]
_TITLES = {
    "nash": "Nash",
    "kalai_smorodinsky": "Kalai-S.",
    "egalitarian": "egalitarian",
    "utilitarian": "utilitarian",
}


@bargain.command()
def space(file: Files, *, as_json: AsJson = False) -> None:
    """Show the efficient packages. Example: backchannel bargain space talks.json."""
    read, found, zone = read_with_frontier(file)
    rows = [package_row(read.space, tuple(row), point) for row, point in _pairs(found)]
    if as_json:
        exact = {"exact": True} if found.exact else {"bound": bound_row(read.space, found)}
        Paper().json({"packages": read.space.count, **exact, "efficient": rows})
        return
    _head(read, found)
    _rows(read.space, rows)
    _zone(read.space, zone)


@bargain.command()
def solve(file: Files, *, as_json: AsJson = False) -> None:
    """Find the solutions of the field. Example: backchannel bargain solve talks.json --json."""
    read, found, zone = read_with_frontier(file)
    from backchannel.bargain.solutions import solve as solutions  # noqa: PLC0415 - see need_numbers

    solved = solutions(read.space, found, zone)
    shown = {
        name: {
            **package_row(read.space, each.package, each.utilities),
            **({"exact": True} if each.exact else {"bound": each.gap}),
        }
        for name, each in solved.items()
    }
    if as_json:
        Paper().json({**shown, "zopa": _zone_json(read.space, zone)})
        return
    _head(read, found)
    _zone(read.space, zone)
    columns: dict[str, Mapping[str, Any]] = {_TITLES[name]: row for name, row in shown.items()}
    if read.table is not None:
        utilities = read.space.utilities(read.table)
        columns["on the table"] = package_row(read.space, read.table, utilities)
    _columns(read.space, columns)
    for name, row in shown.items():
        if "bound" in row:
            Paper().warn(f"{_TITLES[name]} is not exact: up to {row['bound']:g} more is possible")


@bargain.command()
def improve(file: Files, *, as_json: AsJson = False, most: Most = 10) -> None:
    """From the package on the table. Example: backchannel bargain improve talks.json."""
    read = read_given(file)
    from backchannel.bargain.improvement import improvements, nearest  # noqa: PLC0415 - see need_numbers

    if read.table is None:
        raise UsageError(f"{file[0]} has no package on the table; add it to the file as `table`")
    better, near = improvements(read.space, read.table), nearest(read.space, read.table)
    rows = [_change(read.space, each) for each in better]
    if as_json:
        nearest_ = None if near is None else _change(read.space, near)
        Paper().json({"improvements": rows, "nearest_acceptable": nearest_})
        return
    paper = Paper()
    paper.line(
        "Changes that cost nobody, the greatest gain first:"
        if rows
        else "No change of one or two issues gains for some and costs nobody."
    )
    for row in rows[:most]:
        paper.head(f"- {_sentence(row)}")
    if len(rows) > most:
        paper.line(f"{len(rows) - most} more; --most shows more of them")
    if near is None:
        paper.line("No package is known that all could accept: see `backchannel bargain solve`.")
    elif not near.changed:
        paper.line("All could accept what is on the table.")
    else:
        paper.head(
            f"The fewest changes that all could accept: {_sentence(_change(read.space, near))}"
        )


def _change(space_: "Space", change: "Change") -> dict[str, Any]:
    named = space_.named(change.package)
    pairs = zip(space_.profiles, change.gains, strict=True)
    return {
        "change": {issue: named[issue] for issue in change.changed},
        "gains": {profile.party: profile.points(gain) for profile, gain in pairs},
        "package": named,
    }


def _sentence(row: Mapping[str, Any]) -> str:
    chosen = "; ".join(f"{issue}: {option}" for issue, option in row["change"].items())
    return f"{chosen} ({', '.join(f'{party} {gain:+g}' for party, gain in row['gains'].items())})"


def _pairs(found: "Frontier") -> "list[tuple[list[int], list[Number]]]":
    return list(zip(found.packages.tolist(), found.points.tolist(), strict=True))


def _head(read: "SpaceFile", found: "Frontier") -> None:
    paper = Paper()
    paper.head(f"{read.space.name or 'Packages'}: {read.space.count:,} before the rules")
    paper.head(f"Scale: {read.scale or 'not told in the file; points of each party by itself'}")
    if not found.exact:
        told = ", ".join(f"{p} {value:g}" for p, value in bound_row(read.space, found).items())
        paper.warn(f"Not exact: some package may be better by up to (in points) {told}")


def _rows(space_: "Space", rows: list[dict[str, Any]]) -> None:
    titles = [*space_.parties, *(issue.issue for issue in space_.issues)]
    cells = [
        [*(f"{v:g}" for v in row["utilities"].values()), *row["package"].values()] for row in rows
    ]
    Paper().table(titles, cells)


def _columns(space_: "Space", columns: Mapping[str, Mapping[str, Any]]) -> None:
    """Show packages side by side: what each party gets, then what is chosen for each issue."""
    rows = [
        [party, *(f"{each['utilities'][party]:g}" for each in columns.values())]
        for party in space_.parties
    ]
    rows += [
        [issue.issue, *(each["package"][issue.issue] for each in columns.values())]
        for issue in space_.issues
    ]
    if columns:
        Paper().table(["", *columns], rows)


def _zone(space_: "Space", zone: "Zopa") -> None:
    told = _zone_json(space_, zone)
    paper = Paper()
    if told["empty"] is None:
        paper.warn("Whether all can agree is left open by the bound above.")
        return
    if not told["empty"]:
        for party, ends in told["efficient"].items():
            paper.head(
                f"Among efficient packages that all can accept, {party} gets {ends['from']:g} to "
                f"{ends['to']:g} points."
            )
        return
    paper.head(
        "There is no zone of possible agreement: no package is at or above every reservation value."
    )
    for party, points in told["opening"]["concessions"].items():
        if points:
            paper.head(
                f"The least that would open one: {party} settles for {points:g} "
                f"point{'' if points == 1 else 's'} less."
            )
    chosen = "; ".join(f"{i}: {o}" for i, o in told["opening"]["package"].items())
    paper.head(f"Then all could accept {chosen}.")


def _zone_json(space_: "Space", zone: "Zopa") -> dict[str, Any]:
    if zone.empty is False:
        ends = zip(space_.profiles, zone.lowest, zone.highest, strict=True)
        inside = {p.party: {"from": p.points(low), "to": p.points(high)} for p, low, high in ends}
        return {"empty": False, "efficient": inside}
    if zone.opening is None:
        return {"empty": None}
    pairs = zip(space_.profiles, zone.opening.concessions, strict=True)
    less = {profile.party: profile.points(value) for profile, value in pairs}
    opened = space_.named(zone.opening.package)
    return {"empty": True, "opening": {"package": opened, "concessions": less}}


# After the others, which are written here: in this order the help lists them.
for _command in (ask, propose, leverage, plot, export):
    bargain.command()(_command)
