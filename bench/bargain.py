"""The speed of numbers on packages: frontiers and solutions of large spaces, beside NegMAS.

Prints machine, versions and medians, with the range of the runs in brackets. Nothing is compiled at
the first call; the first run is shown apart all the same. NegMAS does the same work in the same
run, and what both found is compared, where NEGMAS_PYTHON names an interpreter that has it.

    NEGMAS_PYTHON=DIRECTORY/bin/python python bench/bargain.py [--runs 5]
"""

import argparse
import importlib.metadata
import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

# Started as a script, Python looks for modules beside this file only.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import numpy as np
from bench.loads.beside_negmas import VARIABLE, Job, Points, asked, distinct, interpreter, job_of
from bench.loads.figures import machine
from bench.loads.negmas_side import forget_peak, memory

from backchannel.bargain.acceptance import acceptance
from backchannel.bargain.frontier import Frontier, frontier, share_of_range
from backchannel.bargain.model import Space
from backchannel.bargain.points import efficient
from backchannel.bargain.sampling import sample
from backchannel.bargain.solutions import solve
from backchannel.bargain.statements import Knowledge, MattersMore, Order, Refused, Statement
from bargaining import large_space

SPACES: dict[str, dict[str, int | bool]] = {
    "two parties, whole": {},
    "two parties, whole, opposed": {"opposed": True},
    "two parties, real": {"whole": False},
    "two parties, real, opposed": {"whole": False, "opposed": True},
    "three parties, whole": {"parties": 3},
}
DRAWS = 1_000
ASKED = 1_000  # packages whose acceptance is looked at

# What was found, for a comparison (None: nothing to compare), and what is to be said of it.
Found = tuple[Points | None, str]


def timed(work: Callable[[], Found], runs: int) -> tuple[float, Points | None]:
    """Run the work so many times; print the first, and the median with the range, in ms."""
    spent: list[float] = []
    found: Found = (None, "")
    for _ in range(runs + 1):
        began = time.perf_counter()
        found = work()
        spent.append(1000 * (time.perf_counter() - began))
    low, high, middle = min(spent[1:]), max(spent[1:]), statistics.median(spent[1:])
    print(f"  {middle:.1f} ms ({low:.1f} to {high:.1f}), the first {spent[0]:.1f} ms: {found[1]}")
    return middle, found[0]


def compared(work: Callable[[], Found], job: Job | None, runs: int) -> None:
    """Measure the work here and by NegMAS; print the ratio and whether both found the same."""
    ours, points = timed(work, runs)
    python = interpreter()
    if job is None or python is None:
        return
    answer = asked(python, job)
    print(f"  NegMAS {answer.version}: {answer.words}")
    if answer.failed:
        return
    ratio = 1000 * statistics.median(answer.seconds) / ours
    same = "not compared"
    if points is not None:
        mine, theirs = distinct(points), distinct(answer.points)
        same = (
            "the same points"
            if mine == theirs
            else f"{len(mine - theirs)} points only here, {len(theirs - mine)} only there"
        )
    print(f"  ratio {ratio:,.1f}; {same}")


def space_of(name: str, issues: int, options: int) -> Space:
    """Return one random space, always the same."""
    settings = SPACES[name]
    return large_space(
        np.random.default_rng(1),
        issues=issues,
        options=options,
        parties=int(settings.get("parties", 2)),
        opposed=bool(settings.get("opposed")),
        whole=bool(settings.get("whole", True)),
    )


def said_of(space: Space, found: Frontier) -> str:
    """Return how many points, and how exact they are."""
    share = share_of_range(space, found)
    exact = "exact" if found.exact else f"bounded within {share:.4%} of the range"
    return f"{len(found.points):,} points, {exact}"


def of_frontier(name: str, issues: int, options: int, runs: int, *, work: str = "") -> None:
    """Measure the frontier of one space, with packages."""
    space = space_of(name, issues, options)

    def run() -> Found:
        found = frontier(space)
        return found.points.tolist(), said_of(space, found)

    print(f"frontier: {name}, {issues} issues of {options} options, {float(space.count):.0e}")
    compared(run, job_of(work, space, runs) if work else None, runs)


def of_solutions(name: str, runs: int) -> None:
    """Measure the four solutions, from the space in memory; NegMAS: Nash from its frontier."""
    space = space_of(name, 20, 10)

    def run() -> Found:
        solved = solve(space, frontier(space))
        return [solved["nash"].utilities], f"{len(solved)} solutions"

    print(f"solutions: {name}, {float(space.count):.0e}")
    compared(run, job_of("nash", space, runs), runs)


def of_points(count: int, parties: int, runs: int) -> None:
    """Measure the efficient ones among given points."""
    points = np.random.default_rng(1).random((count, parties))

    def run() -> Found:
        kept = efficient(points)
        return points[kept].tolist(), f"{len(kept):,} efficient"

    print(f"{count:.0e} given points, uniform, {parties} parties")
    compared(run, {"work": "given", "seed": 1, "count": count, "parties": parties, "runs": 3}, runs)


def of_memory(name: str, issues: int) -> None:
    """Print how far a frontier raises the peak of memory, in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        risen, whole = pool.apply(risen_by, (name, issues))
    print(f"  memory of the frontier of {name}, {issues} issues: +{risen:.1f} MiB, "
          f"{whole:.0f} MiB with Python and libraries")  # fmt: skip


def risen_by(name: str, issues: int) -> tuple[float, float]:
    """Return how far one frontier raises the peak of memory, and the peak, in MiB."""
    space = space_of(name, issues, 10)
    forget_peak()
    before = memory("VmRSS")
    frontier(space)
    return memory("VmHWM") - before, memory("VmHWM")


def of_knowledge(told: int, runs: int) -> None:
    """Measure drawn preferences of two parties, and acceptance of all, at 1e20.

    `told`: of how many of the twenty issues the order of options is known; with one, also which
    of two issues matters more and a refusal.
    """
    space = space_of("two parties, whole", 20, 10)
    known = Knowledge(
        issues=space.issues,
        parties={
            profile.party: tuple(heard(space, place, told))
            for place, profile in enumerate(space.profiles)
        },
    )
    packages = np.random.default_rng(2).integers(0, 10, (ASKED, 20), dtype=np.int32)

    def run() -> Found:
        drawn = sample(known, DRAWS, np.random.default_rng(3))
        found = acceptance(drawn, packages)
        return None, (
            f"best {found.together.max():.2f} ± {found.together_errors.max():.2f}; "
            f"{drawn.diagnostics[0].words}"
        )

    print(f"{DRAWS:,} preferences of each of two parties at 1e20, orders of {told} issues told; "
          f"acceptance of {ASKED:,} packages by all")  # fmt: skip
    timed(run, runs)


def heard(space: Space, party: int, told: int) -> list[Statement]:
    """Return what is told of a party: all of it true."""
    said: list[Statement] = []
    for issue, row in list(zip(space.issues, space.profiles[party].values, strict=True))[:told]:
        best = sorted(range(len(row)), key=lambda place: -row[place])
        # Where points are alike, nothing is said of these options.
        kept = [p for k, p in enumerate(best) if k == 0 or row[p] < row[best[k - 1]]]
        said.append(Order(issue=issue.issue, options=tuple(issue.options[p] for p in kept)))
    if told:
        swings = [max(row) - min(row) for row in space.profiles[party].values]
        more, less = (space.issues[p].issue for p in (np.argmax(swings), np.argmin(swings)))
        worst = tuple(row.index(min(row)) for row in space.profiles[party].values)
        said.append(MattersMore(issue=more, than=less))
        said.append(Refused(package=tuple(space.named(worst).items())))
    return said


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the speed of numbers on packages.")
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    print(machine())
    print(f"numpy {importlib.metadata.version('numpy')}")
    if interpreter() is None:
        print(f"NegMAS is left out: {VARIABLE} names no interpreter that has it")
    for name in SPACES:
        # With three parties it has nothing but to try all packages.
        of_frontier(name, 20, 10, runs, work="" if "three" in name else "structured")
    of_memory("two parties, real, opposed", 20)
    of_solutions("two parties, whole", runs)
    # Small enough for it to end, so that what both found can be compared.
    of_frontier("two parties, whole, opposed", 5, 10, runs, work="structured")
    of_frontier("three parties, whole", 5, 10, runs, work="listed")
    of_frontier("two parties, whole", 6, 10, runs, work="listed")
    of_memory("two parties, whole", 6)
    for issues, options in ((5, 10), (10, 10), (40, 10), (20, 5), (20, 20)):
        of_frontier("two parties, whole", issues, options, runs)
    of_points(10**6, 2, runs)
    of_points(10**7, 2, runs)
    for told in (0, 1, 20):
        of_knowledge(told, min(runs, 3))
    return 0


if __name__ == "__main__":
    sys.exit(main())
