"""A space as arrays: blocks of issues that hang together, each with its joint options' values.

Issues that share a term or a rule form one block, with the combinations that the rules leave as its
options; all other issues are blocks of their own. Utilities are then sums over blocks, whatever the
terms and rules were, and every method of this package works on blocks alone.

>>> from backchannel.bargain.model import Forbidden, Issue, Profile, Space
>>> issues = tuple(Issue(issue=name, options=("no", "yes")) for name in ("a", "b", "c"))
>>> north = Profile(party="north", values=((0, 1), (0, 2), (0, 4)), reservation=0)
>>> rule = Forbidden(choices=(("a", "yes"), ("c", "yes")))
>>> for block in blocks(Space(issues=issues, profiles=(north,), rules=(rule,))):
...     print(block.issues, block.combinations.tolist(), block.values.tolist())
(0, 2) [[0, 0], [0, 1], [1, 0]] [[0, 4, 1]]
(1,) [[0], [1]] [[0, 2]]
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backchannel.bargain.errors import MalformedError, TooLargeError
from backchannel.bargain.model import Forbidden, Package, Rule, Space, choices_of

# Combinations of one block; beyond it the solver works on the issues themselves.
MAX_BLOCK = 500_000

Values = NDArray[Any]  # int64 where the space is whole, else float64
Places = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """Issues that hang together.

    `issues`: their places, ascending (k of them). `combinations`: (m, k) places of options, those
    that the rules leave. `values`: (parties, m) of each combination, int64 or float64.
    """

    issues: tuple[int, ...]
    combinations: Places
    values: Values


def blocks(space: Space, *, limit: int = MAX_BLOCK) -> tuple[Block, ...]:
    """Return the space as blocks, in the order of their first issues.

    Raises:
        TooLargeError: more than `limit` combinations in one block.
        MalformedError: the rules leave no package at all.
    """
    return tuple(_block(space, members, limit) for members in entangled(space))


def entangled(space: Space) -> list[tuple[int, ...]]:
    """Return the sets of issues that share terms or rules, each ascending, by their first issue."""
    scopes = [term.issues for profile in space.profiles for term in profile.terms]
    scopes += [tuple(issue for issue, _ in choices_of(rule)) for rule in space.rules]
    root = list(range(len(space.issues)))

    def find(place: int) -> int:
        while root[place] != place:
            place = root[place]
        return place

    for scope in scopes:
        first = find(space.place(scope[0]))
        for issue in scope[1:]:
            other = find(space.place(issue))
            first, other = min(first, other), max(first, other)
            root[other] = first
    groups: dict[int, list[int]] = {}
    for place in range(len(root)):
        groups.setdefault(find(place), []).append(place)
    return sorted(tuple(members) for members in groups.values())


def _block(space: Space, members: tuple[int, ...], limit: int) -> Block:
    sizes = [len(space.issues[place].options) for place in members]
    if math.prod(sizes) > limit:
        names = ", ".join(space.issues[place].issue for place in members)
        raise TooLargeError(
            f"the issues {names} hang together and have {math.prod(sizes):,} combinations; "
            f"{limit:,} can be listed"
        )
    grids = np.meshgrid(*(np.arange(size, dtype=np.int32) for size in sizes), indexing="ij")
    combinations = np.stack([grid.ravel() for grid in grids], axis=1)
    combinations = combinations[_left(space, members, combinations)]
    if not len(combinations):
        raise MalformedError("the rules leave no package at all; loosen one of them")
    return Block(
        issues=members, combinations=combinations, values=_values(space, members, combinations)
    )


def _left(space: Space, members: tuple[int, ...], combinations: Places) -> NDArray[np.bool_]:
    left = np.ones(len(combinations), dtype=bool)
    for rule in space.rules:
        if space.place(choices_of(rule)[0][0]) in members:
            left &= _holds(space, members, rule, combinations)
    return left


def _holds(
    space: Space, members: tuple[int, ...], rule: Rule, combinations: Places
) -> NDArray[np.bool_]:
    def all_of(choices: Iterable[tuple[str, str]]) -> NDArray[np.bool_]:
        chosen = np.ones(len(combinations), dtype=bool)
        for issue, option in choices:
            column = combinations[:, members.index(space.place(issue))]
            chosen &= column == space.option(issue, option)
        return chosen

    if isinstance(rule, Forbidden):
        return ~all_of(rule.choices)
    return ~all_of(rule.when) | all_of(rule.then)


def _values(space: Space, members: tuple[int, ...], combinations: Places) -> Values:
    kind = np.int64 if space.whole else np.float64
    values = np.zeros((len(space.profiles), len(combinations)), dtype=kind)
    for party, profile in enumerate(space.profiles):
        for column, place in enumerate(members):
            row = np.array(profile.values[place], dtype=kind)
            values[party] += row[combinations[:, column]]
        for term in profile.terms:
            places = [space.place(issue) for issue in term.issues]
            if places[0] not in members:
                continue
            columns = combinations[:, [members.index(place) for place in places]]
            for options, value in term.values.items():
                wanted = [space.option(i, o) for i, o in zip(term.issues, options, strict=True)]
                values[party, (columns == wanted).all(axis=1)] += value
    return values


def packages(parts: tuple[Block, ...], choices: NDArray[np.integer[Any]]) -> NDArray[np.int32]:
    """Return packages, (n, issues), from the combination chosen in each block, (n, blocks)."""
    width = sum(len(block.issues) for block in parts)
    found = np.zeros((len(choices), width), dtype=np.int32)
    for column, block in enumerate(parts):
        found[:, list(block.issues)] = block.combinations[choices[:, column]]
    return found


def package(row: NDArray[np.integer[Any]]) -> Package:
    """Return one row of packages as the model holds it."""
    return tuple(int(place) for place in row)
