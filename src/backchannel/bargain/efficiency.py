"""Whether packages are efficient when preferences are known in part only.

In each draw preferences are whole, so efficiency can be decided; the share of draws in which a
package is efficient is an estimate under the prior. What is certain is proved apart from draws:
NEVER efficient, because one other package dominates it whatever the consistent preferences are;
POSSIBLY, because some draw is a witness and some consistent preferences speak against it;
NECESSARILY, because no package dominates it under any. What could not be proved is said to be so.

>>> from backchannel.bargain.model import Issue
>>> from backchannel.bargain.sampling import sample
>>> from backchannel.bargain.statements import Knowledge, Order
>>> issues = tuple(Issue(issue=name, options=("no", "yes")) for name in ("pause", "funds"))
>>> heard = {party: (Order(issue="funds", options=("yes", "no")),) for party in ("north", "south")}
>>> known = Knowledge(issues=issues, parties=heard)
>>> drawn = sample(known, 500, np.random.default_rng(1))
>>> found = verdict(drawn, (0, 0))
>>> found.standing.name, found.proved, known.blank.named(found.better)
('NEVER', True, {'pause': 'no', 'funds': 'yes'})

Source: Hazen (1986), potential and necessary efficiency under partial information.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from backchannel.bargain.acceptance import Standing, standard_error
from backchannel.bargain.blocks import Places, blocks, package, packages
from backchannel.bargain.frontier import frontier
from backchannel.bargain.model import Package
from backchannel.bargain.points import efficient
from backchannel.bargain.polytope import TOLERANCE, Polytope, Program, Vector, polytope
from backchannel.bargain.sampling import Samples

LISTED = 20_000  # packages: up to so many are compared one by one
PROVABLE = 2_000  # packages: as above, where each may take linear programs
FEW_DRAWS = 200  # looked at where each needs a frontier of its own
# A difference below it is rounding: worths are shares, sums of up to 200 numbers.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Efficiency:
    """The share of draws in which packages are efficient, in the order they were asked for.

    `shares`, `errors`: (packages,) with the standard error of sampling, over `draws` draws.
    `bound`: a package that counts as efficient could be outdone for everybody by at most so much
    more than is found, as a share of a party's scale; 0 if each draw was decided exactly.
    """

    shares: Vector
    errors: Vector
    draws: int
    bound: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is known of one package's efficiency.

    `proved`: for all consistent preferences; else it holds in the draws only, `efficient_in` of
    `draws`. `better`: a package that dominates it whatever the preferences are, where there is one.
    """

    standing: Standing
    proved: bool
    efficient_in: int
    draws: int
    better: Package | None = None

    @property
    def words(self) -> str:
        """In words."""
        counted = f"efficient in {self.efficient_in} of {self.draws} drawn preferences"
        if not self.proved:
            return f"{counted}; nothing further is proved"
        return {
            Standing.NECESSARILY: "efficient with every preference consistent with what is known",
            Standing.POSSIBLY: f"efficient with some preferences, not with others; {counted}",
            Standing.NEVER: "never efficient: another package gives everybody as much or more",
        }[self.standing]


def efficiency(samples: Samples, asked: Places, *, draws: int | None = None) -> Efficiency:
    """Return in how many draws packages (m, issues) are efficient.

    All draws are used where packages can be listed; else `FEW_DRAWS`, or as many as are asked for.

    Raises:
        TooLargeError: issues that hang together by rules have too many combinations to be listed.
    """
    listed = _listed(samples, LISTED)
    count = min(len(samples), draws or (len(samples) if listed is not None else FEW_DRAWS))
    held = np.ones((count, len(asked)), dtype=bool)
    worth = samples.worth(asked)
    bound = 0.0
    for place, (points, missed) in enumerate(_frontiers(samples, listed, count)):
        bound = max(bound, missed)
        held[place] = ~dominated(worth[:, place].T, points)
    settled = min(found.effective for found in samples.diagnostics) * count / len(samples)
    return Efficiency(
        shares=held.mean(axis=0),
        errors=standard_error(samples, held, max(1.0, settled)),
        draws=count,
        bound=bound,
    )


def verdict(samples: Samples, asked: Package) -> Verdict:
    """Return what is known of one package's efficiency, proved as far as that is possible.

    Raises: TooLargeError, as `efficiency`.
    """
    found = efficiency(samples, np.array([asked]))
    held = round(float(found.shares[0]) * found.draws)
    standing, proved, better = Standing.NECESSARILY, False, None
    listed = _listed(samples, PROVABLE)
    if held == 0:
        better = _always_better(samples, asked)
        standing, proved = Standing.NEVER, better is not None
    elif held < found.draws:
        # A bounded frontier dominates rightly, but what it leaves need not be efficient.
        standing, proved = Standing.POSSIBLY, found.bound == 0
    elif listed is not None:
        never, proved = _never_dominated(samples, asked, listed), True
        standing = Standing.NECESSARILY if never else Standing.POSSIBLY
    return Verdict(
        standing=standing, proved=proved, efficient_in=held, draws=found.draws, better=better
    )


def dominated(points: Vector, others: Vector) -> NDArray[np.bool_]:
    """Return which points (m, parties) some of the others (k, parties) dominate."""
    held: NDArray[np.bool_] = np.zeros(len(points), dtype=bool)
    for place, point in enumerate(points):
        more: Vector = others - point
        as_much, gaining = (more >= -ROUNDING).all(axis=1), (more > TOLERANCE).any(axis=1)
        held[place] = bool(np.any(as_much & gaining))
    return held


def _listed(samples: Samples, limit: int) -> Places | None:
    """Return all packages, (k, issues), or None where there are more than the limit."""
    parts = blocks(samples.known.blank)
    sizes = [len(part.combinations) for part in parts]
    if prod(sizes) > limit:
        return None
    choices = np.stack([grid.ravel() for grid in np.indices(sizes)], axis=1)
    return packages(parts, choices)


def _frontiers(
    samples: Samples, listed: Places | None, count: int
) -> Iterator[tuple[Vector, float]]:
    """Yield each draw's efficient points, with by how much they may fall short of all that is."""
    if listed is None:
        for place in range(count):
            found = frontier(samples.space(place))
            yield found.points, float(max(found.bound))
        return
    worth = samples.worth(listed)
    for place in range(count):
        points = worth[:, place].T
        yield points[efficient(points)], 0.0


def _always_better(samples: Samples, asked: Package) -> Package | None:
    """Return a package that dominates another with all consistent preferences, if one is found."""
    tried = _listed(samples, LISTED)
    if tried is None:
        tried = frontier(samples.space(0)).packages
    more = samples.worth(tried) - samples.worth(np.array([asked]))
    as_much, gaining = (more >= -ROUNDING).all(axis=(0, 1)), (more > TOLERANCE).any(axis=(0, 1))
    plausible = np.logical_and(as_much, gaining)
    shapes = [polytope(samples.known, party) for party in samples.known.names]
    programs = [Program(shape) for shape in shapes]
    # What gains most at its worst draw is the likeliest to be proved.
    order = np.argsort(-more.sum(axis=0).min(axis=0), kind="stable")
    for row in tried[order[plausible[order]]][:PROVABLE]:
        better = package(row)
        gains = [
            program.least(shape.worth(better) - shape.worth(asked))
            for program, shape in zip(programs, shapes, strict=True)
        ]
        if min(gains) >= -TOLERANCE and max(gains) > TOLERANCE:
            return better
    return None


def _never_dominated(samples: Samples, asked: Package, listed: Places) -> bool:
    """Whether no package dominates another under any consistent preferences."""
    most = (samples.worth(listed) - samples.worth(np.array([asked]))).max(axis=1)
    shapes = [polytope(samples.known, party) for party in samples.known.names]
    programs = [Program(shape) for shape in shapes]
    return not any(
        _can_dominate(shapes, programs, (package(row), asked), order)
        for row, order in zip(listed, np.argsort(most, axis=0).T, strict=True)
    )


def _can_dominate(
    shapes: list[Polytope],
    programs: list[Program],
    pair: tuple[Package, Package],
    order: NDArray[np.int64],
) -> bool:
    """Whether one package dominates another under some consistent preferences.

    Parties are independent, so it is enough that each can have as much, and one can have more; the
    one that gains least in the draws is asked first, as it is the likeliest to lose always.
    """
    gains = False
    for party in order.tolist():
        shape = shapes[party]
        most = programs[party].most(shape.worth(pair[0]) - shape.worth(pair[1]))
        if most < -TOLERANCE:
            return False
        gains |= most > TOLERANCE
    return gains
