"""Packages worth looking at where preferences are known in part: all, or the best of drawn ones.

Where there are few packages all of them; else, for drawn preferences, the packages that are best
for sums in which parties weigh more or less (all of them efficient in that draw), and from the
likeliest on every change of one issue, for as long as that makes acceptance by all likelier. So no
change of one issue makes the likeliest one likelier; that nothing else does is not proved.

>>> from backchannel.bargain.model import Issue
>>> from backchannel.bargain.sampling import sample
>>> from backchannel.bargain.statements import Knowledge, Order
>>> pause = Issue(issue="pause", options=("no", "yes"))
>>> heard = {party: (Order(issue="pause", options=("yes", "no")),) for party in ("north", "south")}
>>> drawn = sample(Knowledge(issues=(pause,), parties=heard), 300, np.random.default_rng(1))
>>> candidates(drawn).tolist()
[[0], [1]]
"""

import math
from itertools import product

import numpy as np

from backchannel.bargain.acceptance import acceptance
from backchannel.bargain.blocks import Block, Places, blocks, package, packages
from backchannel.bargain.model import Package, Space
from backchannel.bargain.polytope import Vector
from backchannel.bargain.sampling import Samples

LISTED = 5_000  # packages: up to so many are all looked at
DRAWS = 150  # preferences for which packages are made where they are more
MOST_CLIMBS = 200  # changes of one issue in a row


def candidates(samples: Samples) -> Places:
    """Return packages (m, issues), each once, in the order of their options.

    Raises:
        TooLargeError: issues that hang together by rules have too many combinations to be listed.
    """
    parts = blocks(samples.known.blank)
    count = math.prod(len(part.combinations) for part in parts)
    if count <= LISTED:
        choices = product(*(range(len(part.combinations)) for part in parts))
        return np.unique(packages(parts, np.array(list(choices))), axis=0)
    found = np.unique(_best_of_draws(samples, parts), axis=0)
    together = acceptance(samples, found).together
    top = _climbed(samples, package(found[int(together.argmax())]))
    return np.unique(np.vstack([found, [top], neighbours(samples.known.blank, top)]), axis=0)


def neighbours(space: Space, of: Package) -> Places:
    """Return the packages that differ in one issue and that the rules allow, (m, issues)."""
    found = [
        (*of[:place], option, *of[place + 1 :])
        for place, issue in enumerate(space.issues)
        for option in range(len(issue.options))
        if option != of[place]
    ]
    allowed = [each for each in found if not space.rules or space.possible(each)]
    return np.array(allowed, dtype=np.int32).reshape(-1, len(of))


def _best_of_draws(samples: Samples, parts: tuple[Block, ...]) -> Places:
    draws = min(DRAWS, len(samples))
    worths = [_of_block(samples, part, draws) for part in parts]
    found = []
    for weights in _weightings(len(samples.known.names)):
        best = [np.tensordot(weights, worth, axes=1).argmax(axis=1) for worth in worths]
        found.append(packages(parts, np.stack(best, axis=1)))
    return np.vstack(found)


def _of_block(samples: Samples, part: Block, draws: int) -> Vector:
    """Return what a block's combinations are worth: (parties, draws, combinations)."""
    first = samples.known.first
    columns = part.combinations + np.array([first[place] for place in part.issues])
    worth: Vector = samples.values[:, :draws][:, :, columns].sum(axis=3)
    return worth


def _weightings(parties: int) -> list[Vector]:
    """Return weights of the parties: all alike, then each in turn more and less than the others."""
    even = np.ones(parties)
    found = [even]
    for party in range(parties):
        for much in (0.25, 0.5, 2.0, 4.0):
            weights = even.copy()
            weights[party] = much
            found.append(weights)
    return found


def _climbed(samples: Samples, start: Package) -> Package:
    """Return the package that no change of one issue makes likelier to be accepted by all."""
    best = start
    for _ in range(MOST_CLIMBS):
        around = np.vstack([[best], neighbours(samples.known.blank, best)])
        together = acceptance(samples, around).together
        place = int(together.argmax())
        if together[place] <= together[0]:
            break
        best = package(around[place])
    return best
