"""`backchannel bargain`: numbers on packages, from a file of preferences.

Nothing here needs a desk or a channel, and nothing leaves the machine. Numbers are shown on the
scale of the file, with whose estimate they are if the file says so.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backchannel.commands import zones
from backchannel.commands.asking import ask, propose
from backchannel.commands.leverage import leverage
from backchannel.commands.packages import (
    AsJson,
    Files,
    bound_row,
    need_numbers,
    package_row,
    read_given,
    read_with_frontier,
)
from backchannel.commands.plotting import export, plot
from backchannel.commands.solving import head, solve
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.paper import Paper

if TYPE_CHECKING:
    from backchannel.bargain.frontier import Frontier
    from backchannel.bargain.improvement import Change
    from backchannel.bargain.model import Number, Space

bargain = typer.Typer(
    name="bargain",
    help="Numbers on packages: what is efficient, whether all can agree, and on what.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Most = Annotated[int, typer.Option(min=1, help="How many changes are shown.")]


@bargain.command()
def space(file: Files, *, as_json: AsJson = False) -> None:
    """Show the efficient packages. Example: backchannel bargain space talks.json."""
    need_numbers()
    from backchannel.bargain.errors import TooLargeError  # noqa: PLC0415 - see need_numbers

    try:
        read, found, zone = read_with_frontier(file)
    except TooLargeError as error:
        raise TooLargeError(
            f"the efficient packages cannot be listed: {error}; `backchannel bargain solve` finds "
            "the solutions without a list"
        ) from error
    rows = [package_row(read.space, tuple(row), point) for row, point in _pairs(found)]
    told = zones.of_frontier(read.space, zone)
    if as_json:
        exact = {"exact": True} if found.exact else {"bound": bound_row(read.space, found)}
        Paper().json({"packages": read.space.count, **exact, "efficient": rows, "zopa": told})
        return
    head(read, found)
    _rows(read.space, rows)
    zones.show(told)


bargain.command()(solve)


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


def _rows(space_: "Space", rows: list[dict[str, Any]]) -> None:
    titles = [*space_.parties, *(issue.issue for issue in space_.issues)]
    cells = [
        [*(f"{v:g}" for v in row["utilities"].values()), *row["package"].values()] for row in rows
    ]
    Paper().table(titles, cells)


# After the others, which are written here: in this order the help lists them.
for _command in (ask, propose, leverage, plot, export):
    bargain.command()(_command)
