"""`backchannel bargain solve`: read off the frontier where that is exact, else proved by a solver.

Promises: a solution is called exact only where none is better; what is shown while the solver works
goes to a terminal alone.
"""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backchannel.commands import zones
from backchannel.commands.packages import AsJson, Files, bound_row, package_row, read_given
from backchannel.commands.watching import share_shown
from backchannel.desk.screen.paper import Paper

if TYPE_CHECKING:
    from backchannel.bargain.frontier import Frontier
    from backchannel.bargain.model import Space
    from backchannel.bargain.own_file import SpaceFile
    from backchannel.bargain.solutions import Solution

Seconds = Annotated[
    float, typer.Option(min=0.1, help="At most, where packages are too many to list.")
]
Found = tuple[Mapping[str, "Solution"], zones.Told]
MANY = 4  # parties from which on a bounded frontier is coarser than what a solver proves
TITLES = {
    "nash": "Nash",
    "kalai_smorodinsky": "Kalai-S.",
    "egalitarian": "egalitarian",
    "utilitarian": "utilitarian",
}


def solve(file: Files, *, as_json: AsJson = False, seconds: Seconds = 20.0) -> None:
    """Find the solutions of the field. Example: backchannel bargain solve talks.json --json."""
    read = read_given(file)
    listed = _frontier(read.space)
    solved, zone = _read_off(read.space, listed) if listed else _proved(read.space, seconds)
    shown = {name: _row(read.space, each) for name, each in solved.items()}
    if as_json:
        Paper().json({**shown, "zopa": zone})
        return
    head(read, listed)
    zones.show(zone, bounded=listed is not None)
    columns: dict[str, Mapping[str, Any]] = {TITLES[name]: row for name, row in shown.items()}
    if read.table is not None:
        utilities = read.space.utilities(read.table)
        columns["on the table"] = package_row(read.space, read.table, utilities)
    _columns(read.space, columns)
    for name, each in solved.items():
        if not each.exact:
            Paper().warn(f"{TITLES[name]} is not exact: {more(each)}")


def head(read: "SpaceFile", found: "Frontier | None") -> None:
    """Show what is computed on, and how exactly; `found` None: by a solver."""
    paper = Paper()
    paper.head(f"{read.space.name or 'Packages'}: {read.space.count:,} before the rules")
    paper.head(f"Scale: {read.scale or 'not told in the file; points of each party by itself'}")
    if found is None:
        paper.head("Too many packages to list the efficient ones: solved one by one.")
    elif not found.exact:
        told = ", ".join(f"{p} {value:g}" for p, value in bound_row(read.space, found).items())
        paper.warn(f"Not exact: some package may be better by up to (in points) {told}")


def _frontier(space: "Space") -> "Frontier | None":
    """Return the frontier, unless a solver does better."""
    from backchannel.bargain.errors import TooLargeError  # noqa: PLC0415 - see need_numbers
    from backchannel.bargain.frontier import frontier  # noqa: PLC0415

    try:
        found = frontier(space)
    except TooLargeError:
        return None
    return found if found.exact or len(space.profiles) < MANY else None


def _read_off(space: "Space", found: "Frontier") -> Found:
    from backchannel.bargain.solutions import solve as solutions  # noqa: PLC0415 - see need_numbers
    from backchannel.bargain.zopa import zopa  # noqa: PLC0415

    zone = zopa(space, found)
    return solutions(space, found, zone), zones.of_frontier(space, zone)


def _proved(space: "Space", seconds: float) -> Found:
    from backchannel.bargain.solver import solve as solver  # noqa: PLC0415 - see need_numbers

    found = solver(space, time_limit=seconds, progress=share_shown("solving"))
    openings = found.opening, found.evenest
    return found.solutions, zones.of_solver(space, found.empty, found.extents, openings)


def _row(space: "Space", found: "Solution") -> dict[str, Any]:
    # JSON has no word for infinite: a bound that is not known is null.
    bound = found.gap if math.isfinite(found.gap) else None
    exact = {"exact": True} if found.exact else {"bound": bound}
    return {**package_row(space, found.package, found.utilities), **exact}


def more(found: "Solution") -> str:
    """Say how much better than an unproved solution a package may be, by its own measure."""
    if not math.isfinite(found.gap):
        return "how much more is possible is not known"
    return f"up to {found.gap:.3g} more than its {found.measure:.6g} is possible"


def _columns(space: "Space", columns: Mapping[str, Mapping[str, Any]]) -> None:
    """Show packages side by side: what each party gets, then what is chosen for each issue."""
    rows = [
        [party, *(f"{each['utilities'][party]:g}" for each in columns.values())]
        for party in space.parties
    ]
    rows += [
        [issue.issue, *(each["package"][issue.issue] for each in columns.values())]
        for issue in space.issues
    ]
    if columns:
        Paper().table(["", *columns], rows)
