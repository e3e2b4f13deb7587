"""All packages behind one efficient point: a frontier names one of them, others are worth the same.

Whatever stands in an efficient package, its first blocks alone are efficient among partial packages
of these blocks; so the way back from the point leads through lists of efficient partial packages
only, and its branches are counted without being listed.

>>> from backchannel.bargain.model import Issue, Profile, Space
>>> issues = tuple(Issue(issue=name, options=("no", "yes")) for name in ("pause", "funds"))
>>> north = Profile(party="north", values=((0, 3), (0, 3)), reservation=0)
>>> south = Profile(party="south", values=((1, 0), (1, 0)), reservation=0)
>>> found = ties(Space(issues=issues, profiles=(north, south)), (3, 1))
>>> found.count, found.packages
(2, ((0, 1), (1, 0)))
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from backchannel.bargain import merging
from backchannel.bargain.blocks import Values, blocks, package, packages
from backchannel.bargain.errors import MalformedError
from backchannel.bargain.model import Number, Package, Space
from backchannel.bargain.points import Indices

MOST = 20_000  # efficient partial packages at a time
SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """How many packages are worth the same, and the first of them, by the places of options."""

    count: int
    packages: tuple[Package, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Branches:
    """One block's part of the ways back: from a state after it, by a combination, to one before."""

    after: Indices
    chosen: Indices
    before: Indices
    states: int


def ties(
    space: Space, point: tuple[Number, ...], *, shown: int = SHOWN, most: int = MOST
) -> Ties | None:
    """Return the packages with exactly these utilities; None: too many partial ones to keep.

    Raises:
        MalformedError: the point is not efficient, or no package has it.
    """
    parts = blocks(space)
    stages = merging.stages(parts, most)
    if stages is None:
        return None
    wanted = np.array([point], dtype=parts[0].values.dtype)
    if not (stages[-1] == wanted).all(axis=1).any():
        raise MalformedError(f"{point} is not an efficient point of this space; take one from it")
    ways: list[_Branches] = []
    for stage, block in zip(stages[-2::-1], parts[::-1], strict=True):
        found = _branches(stage, block.values.T, wanted)
        used, before = np.unique(found.before, return_inverse=True)
        wanted = stage[used]
        ways.append(
            _Branches(
                after=found.after,
                chosen=found.chosen,
                before=before.astype(np.int64),
                states=found.states,
            )
        )
    chosen = np.array(list(islice(_listed(ways), shown)), dtype=np.int32).reshape(-1, len(parts))
    listed = sorted(package(row) for row in packages(parts, chosen))
    return Ties(count=_counted(ways), packages=tuple(listed))


def _branches(stage: Values, options: Values, wanted: Values) -> _Branches:
    """Return which sums of a partial package and a combination are wanted."""
    # The very sums by which the lists were made, so that real numbers compare as equal too.
    sums = (stage[:, None, :] + options[None, :, :]).reshape(-1, stage.shape[1])
    both = np.concatenate([wanted, sums])
    key = np.unique(both, axis=0, return_inverse=True)[1]
    state_of = np.full(int(key.max()) + 1, -1, dtype=np.int64)
    state_of[key[: len(wanted)]] = np.arange(len(wanted))
    states = state_of[key[len(wanted) :]]
    there = np.flatnonzero(states >= 0)
    before, chosen = np.divmod(there, len(options))
    return _Branches(after=states[there], chosen=chosen, before=before, states=len(wanted))


def _counted(ways: list[_Branches]) -> int:
    counts = np.array([1], dtype=object)
    for step in reversed(ways):
        after = np.zeros(step.states, dtype=object)
        np.add.at(after, step.after, counts[step.before])
        counts = after
    return int(counts[0])


def _listed(ways: list[_Branches], place: int = 0, state: int = 0) -> Iterator[tuple[int, ...]]:
    """Yield the combinations of the first blocks up to a state; no way leads nowhere."""
    if place == len(ways):
        yield ()
        return
    step = ways[place]
    for branch in np.flatnonzero(step.after == state):
        for earlier in _listed(ways, place + 1, int(step.before[branch])):
            yield (*earlier, int(step.chosen[branch]))
