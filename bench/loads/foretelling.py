"""What is told of true preferences, by a fixed protocol, and what the engine makes of the rest.

Each step tells what the one before it told, and more, all of it true; two ranges are told with and
without answers. Packages that are asked about, and those foretold, are drawn evenly, without
repetition, the same for all parties of a scenario, who each answer for themselves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from bench.loads.scenarios import Scenario, Sheet
from numpy.typing import NDArray

from backchannel.bargain.acceptance import acceptance
from backchannel.bargain.model import Choices, Issue
from backchannel.bargain.sampling import sample
from backchannel.bargain.statements import (
    Accepted,
    Knowledge,
    MattersMore,
    Order,
    Prefers,
    Refused,
    Reservation,
    Statement,
    Weight,
)

ALIKE = 1e-9  # shares of a scale that differ by less are rounded from equal points
PARTS = 5  # of the scale, in one of which the reservation value is told to lie
ASKED = 6  # packages of which the answers can be told
FORETOLD = 100  # packages of a scenario, or all others if there are fewer
DRAWS = 1_024  # of each party's preferences
LISTED = 20_000  # packages; in larger spaces packages are drawn instead of chosen from a list

Places = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of what is told."""

    name: str
    weights: bool = False
    answers: int = 0
    range_told: bool = False


STEPS = (
    Step(name="order of options"),
    Step(name="+ what matters most", weights=True),
    Step(name="+ 3 answers", weights=True, answers=3),
    Step(name="+ 6 answers", weights=True, answers=6),
    Step(name="+ range, no answers", weights=True, range_told=True),
    Step(name="+ range, 6 answers", weights=True, answers=6, range_told=True),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecast:
    """What was foretold for packages of one profile, and what is true of them.

    `accepted`, of `asked`: the answers that were told. `settled`: what the engine says of itself.
    """

    scenario: str
    predicted: NDArray[np.float64]
    observed: NDArray[np.bool_]
    accepted: int
    asked: int
    settled: bool


def forecasts(
    true: Scenario, step: Step, seed: Sequence[int]
) -> tuple[tuple[Forecast, ...], Forecast]:
    """Return what the engine foretells of each party, and of all together; the prior is default.

    The same seed asks and foretells the same packages at every step.
    """
    chance = np.random.default_rng(seed)
    packages = chosen(true.issues, chance)
    asked, foretold = packages[: step.answers], packages[ASKED:]
    parties = {sheet.party: tuple(told(true.issues, sheet, step, asked)) for sheet in true.sheets}
    samples = sample(Knowledge(issues=true.issues, parties=parties), DRAWS, chance)
    found = acceptance(samples, foretold)
    observed = [sheet.accepts(foretold) for sheet in true.sheets]
    each = tuple(
        Forecast(
            scenario=true.name,
            predicted=shares,
            observed=taken,
            accepted=int(sheet.accepts(asked).sum()),
            asked=step.answers,
            settled=diagnostics.settled,
        )
        for sheet, shares, taken, diagnostics in zip(
            true.sheets, found.shares, observed, samples.diagnostics, strict=True
        )
    )
    everybody = Forecast(
        scenario=true.name,
        predicted=found.together,
        observed=np.all(observed, axis=0),
        accepted=int(np.all([sheet.accepts(asked) for sheet in true.sheets], axis=0).sum()),
        asked=step.answers,
        settled=all(one.settled for one in each),
    )
    return each, everybody


def chosen(issues: tuple[Issue, ...], chance: np.random.Generator) -> Places:
    """Return packages in a random order: first those to ask about, then those to foretell."""
    sizes = [len(issue.options) for issue in issues]
    count = int(np.prod([float(size) for size in sizes]))
    if count <= LISTED:
        listed = np.array(list(product(*map(range, sizes))), dtype=np.int32)
        return listed[chance.permutation(count)[: ASKED + FORETOLD]]
    drawn = chance.integers(0, sizes, size=(2 * (ASKED + FORETOLD), len(sizes)), dtype=np.int32)
    first = np.sort(np.unique(drawn, axis=0, return_index=True)[1])
    return drawn[first[: ASKED + FORETOLD]]


def told(issues: tuple[Issue, ...], sheet: Sheet, step: Step, asked: Places) -> Iterator[Statement]:
    """Yield what is told of one party."""
    for issue, row in zip(issues, sheet.amounts, strict=True):
        yield from order(issue, row)
    swings = [float(row.max()) for row in sheet.amounts]
    most = int(np.argmax(swings))
    for issue, swing in zip(issues, swings, strict=True):
        if step.weights and ALIKE < swing < swings[most] - ALIKE:
            yield MattersMore(issue=issues[most].issue, than=issue.issue)
    for package, taken in zip(asked.tolist(), sheet.accepts(asked), strict=True):
        choices = named(issues, package)
        yield Accepted(package=choices) if taken else Refused(package=choices)
    if step.range_told:
        # The part of the scale, not a range around the truth: its middle would tell the truth.
        part = min(int(sheet.reservation * PARTS), PARTS - 1)
        yield Reservation(low=part / PARTS, high=(part + 1) / PARTS)


def order(issue: Issue, row: NDArray[np.float64]) -> Iterator[Statement]:
    """Yield the order of an issue's options; of two that are alike nothing is said.

    Who is asked about an issue on which all is alike says that it does not matter.
    """
    places = np.argsort(-row, kind="stable")
    levels = np.cumsum(np.diff(row[places], prepend=row[places[0]]) < -ALIKE)
    ranks = [[issue.options[p] for p in places[levels == level]] for level in range(levels[-1] + 1)]
    if len(ranks) == 1:
        yield Weight(issue=issue.issue, high=0)
    elif all(len(rank) == 1 for rank in ranks):
        yield Order(issue=issue.issue, options=tuple(option for (option,) in ranks))
    else:
        for better, worse in pairwise(ranks):
            for option, to in product(better, worse):
                yield Prefers(issue=issue.issue, option=option, to=to)


def named(issues: tuple[Issue, ...], package: list[int]) -> Choices:
    """Return a package by names."""
    return tuple((i.issue, i.options[o]) for i, o in zip(issues, package, strict=True))
