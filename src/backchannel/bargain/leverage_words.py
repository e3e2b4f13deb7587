"""Leverage in sentences, for people who know the talks and not the arithmetic.

Numbers are points of each party's own scale; a change stands with its sign. "Alternative" is what a
party has without a deal, as the mediator believes it.

>>> from backchannel.bargain.frontier import frontier
>>> from backchannel.bargain.leverage import leverage
>>> from backchannel.bargain.model import Issue, Profile, Space
>>> issue = Issue(issue="funds", options=("none", "half", "all"))
>>> north = Profile(party="north", values=((0, 6, 9),), reservation=1)
>>> south = Profile(party="south", values=((9, 6, 0),), reservation=0)
>>> found = leverage(space := Space(issues=(issue,), profiles=(north, south)), frontier(space))
>>> for sentence in [question(north), *of_party(space, found, 0)[:4]]:
...     print(sentence)
If the best alternative of north, now 1 point, were
worth more than 9 points: no agreement at all.
1 point better (11 % of its range): all four solutions: no change.
1 point worse (11 % of its range): all four solutions: no change.
worth up to 6: Nash stays the same package; just above: north +3, south -6.
"""

from collections.abc import Iterator

from backchannel.bargain.leverage import Leverage
from backchannel.bargain.model import Number, Profile, Space
from backchannel.bargain.responses import Response, Then
from backchannel.bargain.steering import Steering
from backchannel.bargain.zopa import Opening

NAMES = {
    "nash": "Nash",
    "kalai_smorodinsky": "Kalai-Smorodinsky",
    "egalitarian": "egalitarian",
    "utilitarian": "utilitarian",
}
_NONE = "no agreement"
_SEEN = 1e-6  # of a range: a gap below it does not show in what is printed


def of_party(space: Space, found: Leverage, party: int) -> list[str]:
    """Return what another alternative of a party would do, each to follow on `question`."""
    said = [of_ceiling(space, found, party)]
    if found.responses:
        said += _shifts(space, found, party)
        said += [
            of_response(space, found, name, row[party]) for name, row in found.responses.items()
        ]
    return said


def question(profile: Profile) -> str:
    """Return how the sentences on a party's alternative begin."""
    now = _counted(profile, profile.reservation)
    return f"If the best alternative of {profile.party}, now {now}, were"


def of_ceiling(space: Space, found: Leverage, party: int) -> str:
    """Return up to which worth of its alternative there is an agreement."""
    ceiling, profile = found.ceilings[party], space.profiles[party]
    if ceiling.most is None:
        return "worth however little: no agreement, unless another settles for less too."
    most, unsure = _counted(profile, ceiling.most), ""
    if ceiling.highest is None:
        unsure = "; whether there is one with less is open"
    elif ceiling.highest != ceiling.most:
        unsure = f"; there surely is one up to {points(profile, ceiling.highest)}"
    if found.empty:
        return f"worth {most} or less: an agreement{unsure}."
    return f"worth more than {most}: no agreement at all{unsure}."


def of_response(space: Space, found: Leverage, name: str, response: Response) -> str:
    """Return from where to where a solution stays, and what is next to that."""
    profile = space.profiles[space.party(response.party)]
    low, high = (points(profile, end) for end in response.stays)
    above = f"just above: {_moved(space, found, name, response.up)}"
    if response.down is None:
        return f"worth up to {high}: {NAMES[name]} stays the same package; {above}."
    below = f"just below: {_moved(space, found, name, response.down)}"
    return f"worth {low} to {high}: {NAMES[name]} stays the same package; {above}; {below}."


def _shifts(space: Space, found: Leverage, party: int) -> Iterator[str]:
    """Yield what each shift does, one sentence for shifts to the same reservation value."""
    profile = space.profiles[party]
    answered = {name: each[party].shifts for name, each in found.responses.items()}
    by_value = {then.reservation: share for share, then in answered["nash"].items()}
    # First for the better, the smallest first; then for the worse.
    for at in sorted(by_value, key=lambda at: (at < profile.reservation, abs(by_value[at]))):
        by = at - profile.reservation
        moved = {
            name: _moved(space, found, name, shifts[by_value[at]])
            for name, shifts in answered.items()
        }
        yield (
            f"{_counted(profile, abs(by))} {'better' if by > 0 else 'worse'} "
            f"({percent(abs(by) / found.steering[party].width)} of its range): {_together(moved)}."
        )


def _together(moved: dict[str, str]) -> str:
    """Return what each solution does, those that do the same named together."""
    by: dict[str, list[str]] = {}
    for name, change in moved.items():
        by.setdefault(change, []).append(NAMES[name])
    if _NONE in by:  # and then at all solutions
        return _NONE
    return "; ".join(f"{_listed(names)}: {change}" for change, names in by.items())


def _listed(names: list[str]) -> str:
    if len(names) == len(NAMES):
        return "all four solutions"
    return " and ".join([", ".join(names[:-1])] * bool(names[1:]) + names[-1:])


def _moved(space: Space, found: Leverage, name: str, then: Then) -> str:
    if then.utilities is None:
        return _NONE
    if then.package == found.solutions[name].package:
        return "no change"
    rows = zip(space.profiles, then.utilities, found.solutions[name].utilities, strict=True)
    changes = ((profile, after - before) for profile, after, before in rows)
    return ", ".join(
        f"{profile.party} {points(profile, change, sign='+')}" for profile, change in changes
    )


def of_steering(profile: Profile, each: Steering) -> str:
    """Return how far a mediator could steer what a party gets."""
    low, efficient, high, width = (
        points(profile, value) for value in (each.lowest, each.efficient, each.highest, each.width)
    )
    unsure = [
        f"; {end} by up to {points(profile, gap)}"
        for end, gap in (("the lowest may be lower", each.below), ("the highest more", each.above))
        if gap > _SEEN * each.width
    ]
    return (
        f"{each.party}: between {low} and {high} points, {percent(each.share)} of the {width} "
        f"between its worst and best package; with efficient packages alone, from {efficient} on, "
        f"{percent(each.efficient_share)}{''.join(unsure)}."
    )


def of_opening(space: Space, opening: Opening) -> str:
    """Return the smallest concession that would open an empty zone."""
    pairs = zip(space.profiles, opening.concessions, strict=True)
    less = [f"{p.party} settled for {_counted(p, value)} less" for p, value in pairs if value]
    chosen = "; ".join(f"{i}: {o}" for i, o in space.named(opening.package).items())
    return f"The least that would open one is that {' and '.join(less)}, for {chosen}."


def points(profile: Profile, value: Number, *, sign: str = "") -> str:
    """Return a utility as it is shown: whole units to the last digit, real numbers in six."""
    return f"{profile.points(value):{sign}{'.12' if isinstance(value, int) else ''}g}"


def _counted(profile: Profile, value: Number) -> str:
    shown = points(profile, value)
    return f"{shown} point" if shown == "1" else f"{shown} points"


def percent(share: float) -> str:
    """Return a share as it is shown."""
    return f"{100 * share:.0f} %"
