"""The zone of possible agreement as commands show it: extent, count, and what would open it.

Promises: what is not proved is said to be so; where nothing is known there is no number.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from backchannel.desk.screen.paper import Paper

if TYPE_CHECKING:
    from backchannel.bargain.model import Number, Space
    from backchannel.bargain.solver import Extent
    from backchannel.bargain.zopa import Opening, Zopa

Told = dict[str, Any]


def of_frontier(space: "Space", zone: "Zopa") -> Told:
    """Return the zone as efficient packages show it, in points."""
    told: Told = {"empty": zone.empty}
    if zone.empty is False:
        told["acceptable"] = _count(space)
        ends = zip(space.profiles, zone.lowest, zone.highest, strict=True)
        told["efficient"] = {
            p.party: {"from": p.points(low), "to": p.points(high)} for p, low, high in ends
        }
    return {**told, **_opened(space, zone.opening, zone.evenest)}


def of_solver(
    space: "Space",
    empty: bool | None,  # noqa: FBT001 - as the solver tells it
    extents: "Sequence[Extent]",
    openings: "tuple[Opening | None, Opening | None]",
) -> Told:
    """Return the zone as a solver found it, in points: what it leaves open beside each end."""
    told: Told = {"empty": empty}
    if empty is False:
        told["acceptable"] = _count(space)
        told["extent"] = {
            profile.party: {
                "from": profile.points(each.lowest),
                "to": profile.points(each.highest),
                "lower_by_at_most": _known(each.below, profile.unit),
                "higher_by_at_most": _known(each.above, profile.unit),
            }
            for profile, each in zip(space.profiles, extents, strict=True)
        }
    return {**told, **_opened(space, *openings)}


def _known(value: "Number", unit: int) -> float | None:
    """Return a bound in points; None where there is none, for which JSON has no number."""
    return value / unit if math.isfinite(value) else None


def _count(space: "Space") -> int | None:
    """Return how many packages all can accept, where that can be counted."""
    from backchannel.bargain.counting import acceptable  # noqa: PLC0415 - see need_numbers
    from backchannel.bargain.errors import TooLargeError  # noqa: PLC0415

    if any(profile.rounding for profile in space.profiles):
        return None  # a range has more packages than places on its grid
    try:
        return acceptable(space)
    except TooLargeError:
        return None


def _opened(space: "Space", opening: "Opening | None", evenest: "Opening | None") -> Told:
    pairs = (("opening", opening), ("evenest", evenest))
    return {name: _opening(space, each) for name, each in pairs if each is not None}


def _opening(space: "Space", opening: "Opening") -> Told:
    pairs = zip(space.profiles, opening.concessions, strict=True)
    return {
        "package": space.named(opening.package),
        "concessions": {profile.party: profile.points(value) for profile, value in pairs},
        "share": opening.share,
        **({"bound": opening.gap} if opening.gap else {"exact": True}),
    }


def show(told: Told, *, bounded: bool = True) -> None:
    """Show a zone in sentences; `bounded`: by a frontier, not by a solver."""
    paper = Paper()
    if told["empty"] is None:
        why = "by the bound above" if bounded else "after this time; --seconds gives more"
        paper.warn(f"Whether all can agree is left open {why}.")
    elif told["empty"]:
        _show_empty(told)
    else:
        if told["acceptable"] is not None:
            paper.head(f"Packages that all can accept: {told['acceptable']:,}")
        efficient = "efficient" in told
        kind = "efficient packages that" if efficient else "packages that"
        for party, ends in told["efficient" if efficient else "extent"].items():
            paper.head(
                f"Among {kind} all can accept, {party} gets {ends['from']:g} to {ends['to']:g} "
                f"points{_further(ends)}."
            )


def _further(ends: Told) -> str:
    words = {"lower_by_at_most": "down", "higher_by_at_most": "up"}
    left = []
    for name, toward in words.items():
        by = ends.get(name, 0)
        if by is None:
            left.append(f"how far further {toward} is not known")
        elif by:
            left.append(f"perhaps {by:.2g} further {toward}")
    return f" ({'; '.join(left)})" if left else ""


def _show_empty(told: Told) -> None:
    paper = Paper()
    paper.head(
        "There is no zone of possible agreement: no package is at or above every reservation value."
    )
    if "opening" not in told:
        paper.warn("What would open one was not found in the time; --seconds gives more.")
        return
    # Both are found, or neither.
    opening, evenest = told["opening"], told["evenest"]
    for party, points in opening["concessions"].items():
        if points:
            paper.head(f"The least that would open one: {party} settles for {_less(points)}.")
    paper.head(f"Then all could accept {_chosen(opening)}.")
    if evenest["package"] != opening["package"]:
        less = (f"{party} {_less(p)}" for party, p in evenest["concessions"].items() if p)
        paper.head(
            f"Spread most evenly, as shares of each one's range: {', '.join(less)}. Then all could "
            f"accept {_chosen(evenest)}."
        )
    worst = max(each.get("bound", 0.0) for each in (opening, evenest))
    if worst:
        paper.warn(f"Not proved to be the least: {100 * worst:.2g} % of a range less may do.")


def _less(points: float) -> str:
    return f"{points:g} point{'' if points == 1 else 's'} less"


def _chosen(opening: Told) -> str:
    return "; ".join(f"{issue}: {option}" for issue, option in opening["package"].items())
