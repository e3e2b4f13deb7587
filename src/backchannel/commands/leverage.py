"""`backchannel bargain leverage`: who gets how much of what it could, what moves it, who steers it.

Everything shown is about the reservation values in the file: what the mediator believes.
"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from backchannel.commands.packages import AsJson, Files, bound_row, read_with_frontier
from backchannel.desk.screen.paper import Paper

if TYPE_CHECKING:
    from backchannel.bargain.frontier import Frontier
    from backchannel.bargain.leverage import Leverage, Portion
    from backchannel.bargain.model import Number, Space
    from backchannel.bargain.responses import Response, Then
    from backchannel.bargain.zopa import Opening

Seconds = Annotated[
    float, typer.Option(min=0.1, help="At most, for how low each could be steered.")
]


def leverage(file: Files, *, as_json: AsJson = False, seconds: Seconds = 10.0) -> None:
    """Show who gains leverage. Example: backchannel bargain leverage talks.json."""
    read, found, zone = read_with_frontier(file)
    from backchannel.bargain.leverage import leverage as reckoned  # noqa: PLC0415 - see need_numbers

    told = reckoned(read.space, found, zone, time_limit=seconds)
    if as_json:
        Paper().json(_json(read.space, found, told))
        return
    paper = Paper()
    paper.head(read.space.name or "Packages")
    paper.head(f"Scale: {read.scale or 'not told in the file; points of each party by itself'}")
    _coarse(read.space, found, told)
    if told.empty is None:
        paper.warn("Whether all can agree is left open by the bound above.")
    elif told.opening is not None:
        _without_zone(read.space, told.opening)
    else:
        _portions(read.space, told)
    _alternatives(read.space, told)
    _steering(read.space, told)


def _coarse(space: "Space", found: "Frontier", told: "Leverage") -> None:
    if found.exact:
        return
    less = ", ".join(f"{p} {value:g}" for p, value in bound_row(space, found).items())
    Paper().warn(f"Not exact: some package may be better by up to (in points) {less}")
    if told.responses:
        Paper().warn("What a change does is told among packages on the grid of the ranges.")
    elif told.portions:
        Paper().warn("So it is not told at which reservation values a solution changes.")


def _without_zone(space: "Space", opening: "Opening") -> None:
    from backchannel.bargain.leverage_words import of_opening  # noqa: PLC0415 - see need_numbers

    paper = Paper()
    paper.head(
        "There is no zone of possible agreement: no package is at or above every reservation value."
    )
    paper.head(of_opening(space, opening))


def _portions(space: "Space", told: "Leverage") -> None:
    from backchannel.bargain.leverage_words import NAMES, points  # noqa: PLC0415 - see need_numbers

    paper = Paper()
    paper.line()
    paper.line(
        "What each gets, in points; and as a share of what lies between its reservation value and "
        "the highest that all would accept:"
    )
    rows = []
    for party, profile in enumerate(space.profiles):
        steered = told.steering[party]
        ends = (points(profile, end) for end in (profile.reservation, steered.highest))
        cells = (row[party] for row in told.portions.values())
        shown = (f"{points(profile, each.utility)}  ({_percent(each)})" for each in cells)
        rows.append([profile.party, " to ".join(ends), *shown])
    titles = (NAMES[name].replace("Smorodinsky", "S.") for name in told.portions)
    paper.table(["", "could get", *titles], rows)


def _percent(portion: "Portion") -> str:
    from backchannel.bargain.leverage_words import percent  # noqa: PLC0415 - see need_numbers

    # Both ends of what a bounded frontier leaves open, where they are not shown as the same.
    shown = {percent(portion.surely): 0, percent(portion.share): 0}
    return " to ".join(shown)


def _alternatives(space: "Space", told: "Leverage") -> None:
    from backchannel.bargain.leverage_words import of_party, question  # noqa: PLC0415 - see need_numbers

    paper = Paper()
    paper.line()
    paper.line(
        "What follows is about best alternatives as the mediator believes them, one at a time: "
        "one that only looks better does the same as one that is."
    )
    for party, profile in enumerate(space.profiles):
        paper.line()
        paper.head(question(profile))
        for sentence in of_party(space, told, party):
            paper.head(f"- {sentence}")


def _steering(space: "Space", told: "Leverage") -> None:
    from backchannel.bargain.leverage_words import of_steering  # noqa: PLC0415 - see need_numbers

    if not told.steering:
        return
    paper = Paper()
    paper.line()
    paper.line("What a mediator decides over who only chooses among packages that all accept:")
    for profile, each in zip(space.profiles, told.steering, strict=True):
        paper.head(f"- {of_steering(profile, each)}")


def _json(space: "Space", found: "Frontier", told: "Leverage") -> dict[str, Any]:
    opening = None
    if told.opening is not None:
        opening = {
            "package": space.named(told.opening.package),
            "concessions": _by_party(space, told.opening.concessions),
        }
    return {
        "empty": told.empty,
        "opening": opening,
        **({"exact": True} if found.exact else {"bound": bound_row(space, found)}),
        "portions": {name: _portions_json(space, row) for name, row in told.portions.items()},
        "ceilings": {
            profile.party: {
                "now": profile.points(profile.reservation),
                "highest": None if each.highest is None else profile.points(each.highest),
                "most": None if each.most is None else profile.points(each.most),
            }
            for profile, each in zip(space.profiles, told.ceilings, strict=True)
        },
        "responses": {
            name: {each.party: _response_json(space, each) for each in answered}
            for name, answered in told.responses.items()
        },
        "steering": _steering_json(space, told),
    }


def _portions_json(space: "Space", row: "tuple[Portion, ...]") -> dict[str, Any]:
    return {
        profile.party: {
            "utility": profile.points(each.utility),
            "share": each.share,
            "surely": each.surely,
            "place": each.place,
        }
        for profile, each in zip(space.profiles, row, strict=True)
    }


def _steering_json(space: "Space", told: "Leverage") -> dict[str, Any]:
    made = {}
    for profile, each in zip(space.profiles, told.steering, strict=False):
        made[each.party] = {
            "from": profile.points(each.lowest),
            "lower_by_at_most": profile.points(each.below),
            "efficient_from": profile.points(each.efficient),
            "to": profile.points(each.highest),
            "higher_by_at_most": profile.points(each.above),
            "share": each.share,
            "efficient_share": each.efficient_share,
        }
    return made


def _response_json(space: "Space", response: "Response") -> dict[str, Any]:
    profile = space.profiles[space.party(response.party)]
    low, high = response.stays
    return {
        "stays": {"from": profile.points(low), "to": profile.points(high)},
        "above": _then_json(space, response.party, response.up),
        "below": response.down and _then_json(space, response.party, response.down),
        "shifts": [
            {"share": share, **_then_json(space, response.party, then)}
            for share, then in response.shifts.items()
        ],
    }


def _then_json(space: "Space", party: str, then: "Then") -> dict[str, Any]:
    return {
        "reservation": space.profiles[space.party(party)].points(then.reservation),
        "package": None if then.package is None else space.named(then.package),
        "utilities": None if then.utilities is None else _by_party(space, then.utilities),
    }


def _by_party(space: "Space", values: "tuple[Number, ...]") -> dict[str, float]:
    pairs = zip(space.profiles, values, strict=True)
    return {profile.party: profile.points(value) for profile, value in pairs}
