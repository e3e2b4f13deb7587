"""What NegMAS takes for a job: run by an interpreter that has it, apart from this project.

Reads the job as JSON on standard input; prints JSON: the version, seconds of importing, seconds of
each run, the points found, and how far the peak of memory rose (MiB). It imports nothing of the
project, and the project nothing of NegMAS.

Source: NegMAS 0.16, preferences/ops.py and preferences/pareto_sampler.
"""

import importlib
import json
import re
import resource
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

MEMORY = 8 << 30  # bytes a job may take
ENOUGH = 20.0  # seconds, after which no further run begins

Points = list[list[float]]


class Side:
    """The parts of NegMAS that are asked for, imported when made."""

    def __init__(self) -> None:
        """Import."""
        began = time.perf_counter()
        self.ops = importlib.import_module("negmas.preferences.ops")
        self.outcomes = importlib.import_module("negmas.outcomes")
        self.preferences = importlib.import_module("negmas.preferences")
        self.version = importlib.import_module("importlib.metadata").version("negmas")
        self.numpy = importlib.import_module("numpy")
        self.imported = time.perf_counter() - began

    def functions(self, job: dict[str, Any]) -> list[Any]:
        """Return utility functions; new ones for each run, since some keep what they found."""
        shape = [len(row) for row in job["values"][0]]
        issues = [
            self.outcomes.make_issue([f"o{o}" for o in range(size)], name=f"issue{i}")
            for i, size in enumerate(shape)
        ]
        return [
            self.preferences.LinearAdditiveUtilityFunction(
                values=[{f"o{o}": float(v) for o, v in enumerate(row)} for row in rows],
                issues=issues,
                reserved_value=float(reservation),
            )
            for rows, reservation in zip(job["values"], job["reservations"], strict=True)
        ]

    def structured(self, job: dict[str, Any]) -> Callable[[], Points]:
        """Two parties, additive: the default sampler, which builds the frontier issue by issue."""
        first, second = self.functions(job)

        def run() -> Points:
            packages = first.make_pareto_sampler(second).pareto_outcomes(min_util=-1e12)
            return [[float(first(p)), float(second(p))] for p in packages]

        return run

    def nash(self, job: dict[str, Any]) -> Callable[[], Points]:
        """As above, then the Nash points among these."""
        run = self.structured(job)
        both = self.functions(job)

        def solve() -> Points:
            return [
                list(point) for point, _ in self.ops.nash_points(both, [tuple(p) for p in run()])
            ]

        return solve

    def listed(self, job: dict[str, Any]) -> Callable[[], Points]:
        """Any number of parties: from utility functions to the frontier, by trying all packages."""
        functions = self.functions(job)
        return lambda: [[float(u) for u in p] for p in self.ops.pareto_frontier(functions)[0]]

    def given(self, job: dict[str, Any]) -> Callable[[], Points]:
        """The frontier of points that are given."""
        points = self.numpy.random.default_rng(job["seed"]).random((job["count"], job["parties"]))

        def run() -> Points:
            found: Points = points[self.ops.pareto_frontier_numpy(points)].tolist()
            return found

        return run


def memory(field: str) -> float:
    """Return what the system says of this process's memory: VmRSS now, VmHWM at most; in MiB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    found = re.search(rf"{field}:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else float("nan")


def forget_peak() -> None:
    """Begin to look for the peak anew; without it a peak of the parent's may be told."""
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")


def main() -> int:
    """Do the job and print what it took."""
    job = json.load(sys.stdin)
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    side = Side()
    seconds: list[float] = []
    points: Points = []
    risen = 0.0
    while len(seconds) < job["runs"] and sum(seconds) < ENOUGH:
        run = getattr(side, job["work"])(job)
        forget_peak()
        before, began = memory("VmRSS"), time.perf_counter()
        points = run()
        seconds.append(time.perf_counter() - began)
        risen = max(risen, memory("VmHWM") - before)
    answer = {
        "version": side.version,
        "imported": side.imported,
        "seconds": seconds,
        "points": points,
        "risen": risen,
    }
    print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
