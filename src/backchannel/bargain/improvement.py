"""From the package on the table: what gains for some and costs nobody, and what all could accept.

- `improvements`: every change of one or two issues after which nobody has less and somebody more,
  the greatest gain first (the sum of gains, each as a share of what lies between that party's worst
  and best package). A change of two issues is left out where one of the two alone gains as much.
- `nearest`: the package at or above every reservation value that differs from the table in the
  fewest issues. Closeness is counted as one more party that loses a point for each issue changed:
  so it is exact wherever the frontier is, rules and terms included.

>>> from backchannel.bargain.model import Issue, Profile
>>> issues = tuple(Issue(issue=name, options=("no", "yes")) for name in ("pause", "funds"))
>>> north = Profile(party="north", values=((0, 3), (2, 0)), reservation=4)
>>> south = Profile(party="south", values=((1, 1), (0, 4)), reservation=0)
>>> space = Space(issues=issues, profiles=(north, south))
>>> [(change.changed, change.gains) for change in improvements(space, (0, 1))]
[(('pause',), (3, 0))]
>>> nearest(space, (0, 0)).changed
('pause',)

Source: changes that make somebody better off and nobody worse: the post-settlement settlement of
Raiffa, The Art and Science of Negotiation (1982), chapter 15.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, product

from backchannel.bargain.blocks import package
from backchannel.bargain.errors import TooLargeError
from backchannel.bargain.frontier import frontier, ranges
from backchannel.bargain.model import MAX_PARTIES, Number, Package, Profile, Space

MOST = 2_000_000  # changes that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A package near the one on the table.

    `changed`: issues in which it differs. `gains`: for each party, in its units; below 0 a loss.
    `share`: the sum of gains as shares of each party's range.
    """

    package: Package
    changed: tuple[str, ...]
    gains: tuple[Number, ...]
    share: float


def improvements(space: Space, table: Package) -> tuple[Change, ...]:
    """Return the changes of one or two issues that cost nobody, the greatest gain first.

    Raises:
        TooLargeError: there are more changes of two issues than can be looked at.
    """
    sizes = [len(issue.options) - 1 for issue in space.issues]
    count = sum(sizes) + sum(a * b for a, b in combinations(sizes, 2))
    if count > MOST:
        raise TooLargeError(f"there are {count:,} changes of two issues; {MOST:,} can be tried")
    widths: list[Number] = ranges(space).tolist()
    singles = {}
    for other in _changed(space, table, 1):
        change = _change(space, table, other, widths)
        if _costs_nobody(change):
            singles[other] = change
    found = list(singles.values())
    for other in _changed(space, table, 2):
        change = _change(space, table, other, widths)
        if _costs_nobody(change) and not _one_is_enough(table, change, singles):
            found.append(change)
    return tuple(sorted(found, key=lambda each: (-each.share, len(each.changed), each.package)))


def nearest(space: Space, table: Package) -> Change | None:
    """Return the acceptable package with the fewest issues changed; None if none was found.

    Of several, the one with the greatest least gain. With a frontier that is not exact, another
    may be nearer.

    Raises:
        TooLargeError: with ten parties there is no room for closeness beside them.
    """
    if len(space.profiles) == MAX_PARTIES:
        raise TooLargeError(f"closeness is counted for up to {MAX_PARTIES - 1} parties")
    names = set(space.parties)
    closeness = Profile(
        party=next(name for name in ("closeness", *map(str, range(20))) if name not in names),
        values=tuple(
            tuple(0 if place == kept else -1 for place in range(len(issue.options)))
            for issue, kept in zip(space.issues, table, strict=True)
        ),
        reservation=-len(space.issues),
    )
    found = frontier(replace(space, profiles=(closeness, *space.profiles)))
    widths: list[Number] = ranges(space).tolist()
    able = [each for each in map(package, found.packages) if space.acceptable(each)]
    changes = [_change(space, table, each, widths) for each in able]
    return min(changes, key=lambda each: (len(each.changed), -min(each.gains)), default=None)


def _changed(space: Space, table: Package, count: int) -> Iterator[Package]:
    for places in combinations(range(len(table)), count):
        others = [
            [other for other in range(len(space.issues[place].options)) if other != table[place]]
            for place in places
        ]
        for chosen in product(*others):
            made = list(table)
            for place, other in zip(places, chosen, strict=True):
                made[place] = other
            if space.possible(tuple(made)):
                yield tuple(made)


def _change(space: Space, table: Package, other: Package, widths: list[Number]) -> Change:
    pairs = zip(space.utilities(other), space.utilities(table), strict=True)
    gains = tuple(after - before for after, before in pairs)
    return Change(
        package=other,
        changed=tuple(
            issue.issue for issue, a, b in zip(space.issues, table, other, strict=True) if a != b
        ),
        gains=gains,
        share=sum(gain / width for gain, width in zip(gains, widths, strict=True) if width),
    )


def _costs_nobody(change: Change) -> bool:
    return min(change.gains) >= 0 and max(change.gains) > 0


def _one_is_enough(table: Package, change: Change, singles: dict[Package, Change]) -> bool:
    """Whether a part of a change of two issues gives everybody as much."""
    places = [i for i, (a, b) in enumerate(zip(table, change.package, strict=True)) if a != b]
    for place in places:
        part = list(table)
        part[place] = change.package[place]
        alone = singles.get(tuple(part))
        if alone and all(a >= b for a, b in zip(alone.gains, change.gains, strict=True)):
            return True
    return False
