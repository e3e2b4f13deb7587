"""The speed of numbers on packages: frontiers and solutions of large spaces.

Prints machine, versions and medians, with the range of the runs in brackets. Nothing is compiled at
the first call; the first run is shown apart all the same.

    python bench/bargain.py [--runs 5]
"""

import argparse
import importlib.metadata
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

# Started as a script, Python looks for modules beside this file only.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import numpy as np
from bench.loads.figures import machine

from backchannel.bargain.frontier import frontier, share_of_range
from backchannel.bargain.points import efficient
from backchannel.bargain.solutions import solve
from bargaining import large_space

SPACES: dict[str, dict[str, int | bool]] = {
    "two parties, whole": {},
    "two parties, whole, opposed": {"opposed": True},
    "two parties, real": {"whole": False},
    "two parties, real, opposed": {"whole": False, "opposed": True},
    "three parties, whole": {"parties": 3},
}


def timed(work: Callable[[], str], runs: int) -> None:
    """Run the work so many times and print the first, and the median with the range, in ms."""
    spent, said = [], ""
    for _ in range(runs + 1):
        began = time.perf_counter()
        said = work()
        spent.append(1000 * (time.perf_counter() - began))
    low, high, middle = min(spent[1:]), max(spent[1:]), statistics.median(spent[1:])
    print(f"  {middle:.1f} ms ({low:.1f} to {high:.1f}), the first {spent[0]:.1f} ms: {said}")


def of_space(name: str, issues: int, options: int, runs: int) -> None:
    """Measure frontier and solutions of one random space."""
    settings = SPACES[name]
    space = large_space(
        np.random.default_rng(1),
        issues=issues,
        options=options,
        parties=int(settings.get("parties", 2)),
        opposed=bool(settings.get("opposed")),
        whole=bool(settings.get("whole", True)),
    )

    def work() -> str:
        found = frontier(space)
        solved = solve(space, found)
        share = share_of_range(space, found)
        exact = "exact" if found.exact else f"bounded within {share:.4%} of the range"
        return f"{len(found.points):,} points, {exact}; {len(solved)} solutions"

    print(f"{name}, {issues} issues of {options} options, {float(space.count):.0e} packages")
    timed(work, runs)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the speed of numbers on packages.")
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    print(machine())
    print(f"numpy {importlib.metadata.version('numpy')}")
    for name in SPACES:
        of_space(name, 20, 10, runs)
    for issues, options in ((5, 10), (10, 10), (40, 10), (20, 5), (20, 20)):
        of_space("two parties, whole", issues, options, runs)
    for count in (10**6, 10**7):
        points = np.random.default_rng(1).random((count, 2))
        print(f"{count:.0e} given points, uniform")
        timed(lambda given=points: f"{len(efficient(given)):,} efficient", runs)  # type: ignore[misc]
    return 0


if __name__ == "__main__":
    sys.exit(main())
