"""How many questions until the best package is found: the engine's against random ones.

Real profiles are hidden; of each party only the order of the options of each issue is told, under
the default prior. Then question after question is asked, the hidden party answers, and after each
answer what the engine finds is compared with the truth: do all accept the likeliest proposal, and
has the one with the greatest expected product of gains a product within 1 % of the greatest there
is? Random questions are drawn from those that the engine would rank, of the same kinds and about
the same packages: they are better than blind ones.

    python bench/elicitation.py [--seed 1] [--instances 20] [--questions 12]
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path

# Started as a script, Python looks for modules beside this file only.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import numpy as np
from bench.loads.figures import machine
from bench.loads.foretelling import STEPS, Places, told
from bench.loads.scenarios import SHARED, Scenario, Sheet, Vector, collections

from backchannel.bargain.asking import Asked, answered, questions
from backchannel.bargain.candidates import candidates
from backchannel.bargain.errors import ContradictionError
from backchannel.bargain.proposing import expected_products, proposals
from backchannel.bargain.sampling import Samples, sample
from backchannel.bargain.statements import (
    Accepted,
    Knowledge,
    MattersMore,
    Prefers,
    PrefersPackage,
)

DRAWS = 512
NEAR = 0.99  # of the greatest product of gains

Choose = Callable[[list[Asked], np.random.Generator], Asked]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """After how many questions what was found was accepted by all, and was the best; or None."""

    accepted: int | None
    best: int | None


def main() -> None:
    """Ask, and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--instances", type=int, default=20)
    parser.add_argument("--questions", type=int, default=12)
    given = parser.parse_args()
    if not SHARED.is_dir():
        print(f"the public scenarios are not at {SHARED}: nothing to ask")
        return
    print(machine())
    began = time.perf_counter()
    chance = np.random.default_rng(given.seed)
    for name, scenarios in collections(given.instances, chance).items():
        if name == "OpenSpiel, quarter":
            continue
        for way, choose in WAYS.items():
            runs = [elicited(each, given.questions, choose, given.seed) for each in scenarios]
            print(f"{name:26} {way:8} {told_of(runs, given.questions)}", flush=True)
    seconds = time.perf_counter() - began
    print(
        f"{seconds:.0f} s; a run that did not find it counts as one question more than were asked"
    )


def told_of(runs: list[Run], most: int) -> str:
    """Return one row of the table."""
    parts = []
    for what, found in (
        ("accepted by all", [run.accepted for run in runs]),
        ("best", [run.best for run in runs]),
    ):
        counts = [most + 1 if each is None else each for each in found]
        hit = sum(each is not None for each in found)
        parts.append(
            f"{what}: mean {statistics.mean(counts):.1f}, median {statistics.median(counts):g}, "
            f"found in {hit} of {len(runs)}"
        )
    return "; ".join(parts)


def elicited(scenario: Scenario, most: int, choose: Choose, seed: int) -> Run:
    """Ask up to so many questions; return after how many what was proposed was right."""
    chance = np.random.default_rng(seed)
    every = np.array(list(product(*(range(len(i.options)) for i in scenario.issues))), np.int32)
    greatest = products_of(scenario, every).max()
    nothing = every[:0]
    known = Knowledge(
        issues=scenario.issues,
        parties={
            sheet.party: tuple(told(scenario.issues, sheet, STEPS[0], nothing))
            for sheet in scenario.sheets
        },
    )
    accepted = best = None
    for count in range(most + 1):
        samples = sample(known, DRAWS, np.random.default_rng(seed))
        first = np.array([proposals(samples, most=1)[0].package])
        if accepted is None and all(sheet.accepts(first)[0] for sheet in scenario.sheets):
            accepted = count
        found = candidates(samples)
        hoped = found[[int(expected_products(samples, found).argmax())]]
        if best is None and products_of(scenario, hoped)[0] >= NEAR * greatest > 0:
            best = count
        if best is not None and accepted is not None:
            break
        known = asked_on(scenario, samples, choose, chance) or known
    return Run(accepted=accepted, best=best)


def asked_on(
    scenario: Scenario, samples: Samples, choose: Choose, chance: np.random.Generator
) -> Knowledge | None:
    """Return what is known with one more answer; None if no question is left."""
    put = questions(samples, most=10_000)
    while put:
        one = choose(put, chance)
        sheet = next(each for each in scenario.sheets if each.party == one.question.party)
        try:
            return answered(samples.known, one, yes=answer(scenario, sheet, one))
        except ContradictionError:
            # Alike to the party, and told as a preference: rounding makes it a contradiction.
            put.remove(one)
    return None


def answer(scenario: Scenario, sheet: Sheet, asked: Asked) -> bool:
    """Return what the hidden party answers."""
    names = [issue.issue for issue in scenario.issues]

    def amount(issue: str, option: str) -> float:
        place = names.index(issue)
        return float(sheet.amounts[place][scenario.issues[place].options.index(option)])

    match asked.question.yes:
        case Accepted(package=choices):
            return sum(amount(*choice) for choice in choices) >= sheet.reservation - 1e-9
        case PrefersPackage(package=one, to=other):
            return sum(amount(*c) for c in one) > sum(amount(*c) for c in other)
        case MattersMore(issue=issue, than=than):
            weights = [float(np.ptp(sheet.amounts[names.index(each)])) for each in (issue, than)]
            return weights[0] > weights[1]
        case Prefers(issue=issue, option=option, to=to):
            return amount(issue, option) > amount(issue, to)
        case other:
            raise TypeError(other)


def products_of(scenario: Scenario, packages: Places) -> Vector:
    """Return the products of gains, (m,); 0 where somebody does not accept."""
    gains = np.stack([sheet.worth(packages) - sheet.reservation for sheet in scenario.sheets])
    products: Vector = np.maximum(gains, 0).prod(axis=0)
    return np.where((gains >= -1e-9).all(axis=0), products, 0.0)


def first_of(put: list[Asked], _: np.random.Generator) -> Asked:
    """Return the question ranked first."""
    return put[0]


def any_of(put: list[Asked], chance: np.random.Generator) -> Asked:
    """Return one drawn evenly."""
    return put[int(chance.integers(len(put)))]


WAYS: dict[str, Choose] = {"engine": first_of, "random": any_of}


if __name__ == "__main__":
    main()
