"""Spaces of packages to test with: any small one, large ones, and plain counting as an oracle."""

import itertools
from collections.abc import Iterator

import numpy as np
from hypothesis import strategies as st

from backchannel.bargain.model import (
    Forbidden,
    Issue,
    Number,
    Package,
    Profile,
    Required,
    Rule,
    Space,
    Term,
)

Point = tuple[Number, ...]


def all_packages(space: Space) -> Iterator[Package]:
    """Yield every possible package, by trying all."""
    listed = itertools.product(*(range(len(issue.options)) for issue in space.issues))
    return (package for package in listed if space.possible(package))


def dominates(one: Point, other: Point) -> bool:
    """Whether one point gives everybody as much as another, and somebody more."""
    return one != other and all(a >= b for a, b in zip(one, other, strict=True))


def brute_frontier(space: Space) -> set[Point]:
    """Return the points that no package dominates, by comparing all with all."""
    points = {space.utilities(package) for package in all_packages(space)}
    return {p for p in points if not any(dominates(q, p) for q in points)}


def names(prefix: str, count: int) -> tuple[str, ...]:
    return tuple(f"{prefix}{place}" for place in range(count))


whole_values = st.integers(-9, 9)
# Quarters, so that sums of them are exact and can be compared.
real_values = st.integers(-36, 36).map(lambda quarters: quarters / 4 + 0.125)


@st.composite
def spaces(
    draw: st.DrawFn, *, parties: tuple[int, int] = (2, 3), whole: bool = True, joined: bool = True
) -> Space:
    """A small space with at least one possible package; with terms and rules if `joined`."""
    values = whole_values if whole else real_values
    issues = tuple(
        Issue(issue=name, options=names(f"{name}-", draw(st.integers(1, 4))))
        for name in names("issue", draw(st.integers(1, 4)))
    )
    terms = st.lists(_terms(issues, values), max_size=2) if joined else st.just([])
    profiles = tuple(
        Profile(
            party=name,
            values=tuple(tuple(draw(values) for _ in issue.options) for issue in issues),
            reservation=draw(values),
            terms=tuple(draw(terms)) if len(issues) > 1 else (),
        )
        for name in names("party", draw(st.integers(*parties)))
    )
    rules = tuple(draw(st.lists(_rules(issues), max_size=2))) if joined else ()
    space = Space(issues=issues, profiles=profiles, rules=rules)
    if next(all_packages(space), None) is None:
        return Space(issues=issues, profiles=profiles)
    return space


@st.composite
def _terms(draw: st.DrawFn, issues: tuple[Issue, ...], values: st.SearchStrategy[Number]) -> Term:
    over = draw(st.permutations(issues))[: draw(st.integers(2, max(2, min(3, len(issues)))))]
    combination = tuple(draw(st.sampled_from(issue.options)) for issue in over)
    return Term(issues=tuple(i.issue for i in over), values={combination: draw(values)})


@st.composite
def _rules(draw: st.DrawFn, issues: tuple[Issue, ...]) -> Rule:
    choices = tuple(
        (issue.issue, draw(st.sampled_from(issue.options)))
        for issue in draw(st.permutations(issues))[: draw(st.integers(1, 3))]
    )
    if draw(st.booleans()):
        return Forbidden(choices=choices)
    return Required(when=choices[1:], then=choices[:1])


def large_space(
    chance: np.random.Generator, *, parties: int = 2, issues: int = 20, options: int = 10,
    scale: int = 1_000, opposed: bool = False, whole: bool = True,
) -> Space:  # fmt: skip
    """Return a large space with additive values; each party's best package is worth `scale`."""
    made = tuple(Issue(issue=name, options=names("o", options)) for name in names("issue", issues))
    weights = chance.random((parties, issues)) + 0.2
    weights *= scale / weights.sum(axis=1, keepdims=True)
    shares = chance.random((parties, issues, options))
    if opposed:
        shares[1:], weights[1:] = 1 - shares[0], weights[0]
    values = shares * weights[:, :, None]
    rows = np.rint(values).astype(int) if whole else values
    profiles = tuple(
        Profile(party=name, values=tuple(map(tuple, row.tolist())), reservation=scale // 3)
        for name, row in zip(names("party", parties), rows, strict=True)
    )
    return Space(issues=made, profiles=profiles)
