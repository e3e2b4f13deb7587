"""The speed of the order of least exposure, against a plain model for the solver and a greedy rule.

Random plans of two sides. Costs are whole numbers from 1 to 10. A step goes to the side that has
given less so far, so that neither side's end is the answer. Worth: `equal` to the cost; `surplus`,
0 to 3 more; `narrow`, 1 more for one step in ten. Of all pairs in a random order the first is
needed by the second with a chance that gives the mean number of conditions. All draw from seeds.

The plain model is event by place as in the field's textbooks: prefix variables, one sum a place,
the greedy order as a hint, two workers. Prints machine, versions, medians with ranges.

    python bench/plan.py [--seconds 25] [--quick]
"""

import argparse
import importlib.metadata
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

# Started as a script, Python looks for modules beside this file only.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from bench.loads.figures import machine
from ortools.sat.python import cp_model

from backchannel.channel.steps import Category, Step
from backchannel.plan.amounts import Amount
from backchannel.plan.course import course
from backchannel.plan.greedy import greedy
from backchannel.plan.measure import By, Measure, scales
from backchannel.plan.model import Plan, Value
from backchannel.plan.order import Goal, least_exposure
from backchannel.plan.parallel import lowest
from backchannel.plan.task import Task, whole

KINDS = ("equal", "surplus", "narrow")
DEGREES = (1.0, 3.0)
SIDES = ("North", "South")
# How many of each kind and degree: by ours, and of these by the plain model, which is slow.
INSTANCES = {20: (10, 2), 30: (10, 0), 50: (10, 1), 100: (8, 1), 200: (2, 1)}


@dataclass(frozen=True, slots=True)
class Ran:
    """One search: what it reached, whether that is proved, and the seconds it took."""

    value: int
    proved: bool
    seconds: float


def drawn(kind: str, count: int, degree: float, seed: int) -> Plan:
    """Return a random plan."""
    rng = np.random.default_rng([KINDS.index(kind), count, int(degree), seed])
    given, steps, values = [0, 0], [], {}
    place = rng.permutation(count)
    chance = min(1.0, 2 * degree / (count - 1))
    needed = rng.random((count, count)) < chance
    for number in range(count):
        side = 0 if given[0] <= given[1] else 1
        cost = int(rng.integers(1, 11))
        given[side] += cost
        more = {"equal": 0, "surplus": int(rng.integers(0, 4)), "narrow": int(rng.random() < 0.1)}
        values[f"s{number}"] = Value(cost=_points(cost), worth=_points(cost + more[kind]))
        earlier = [o for o in range(count) if place[o] < place[number] and needed[number, o]]
        steps.append(
            Step(
                id=f"s{number}",
                actor=SIDES[side],
                action="acts",
                beneficiary=SIDES[1 - side],
                category=Category.OTHER,
                requires=tuple(f"s{other}" for other in earlier),
            )
        )
    return Plan(
        name=f"{kind} {count}",
        sides=SIDES,
        side_of={side: side for side in SIDES},
        steps=tuple(steps),
        values=values,
    )


def _points(value: int) -> Amount:
    return Amount(Fraction(value), Fraction(value))


def task_of(plan: Plan) -> Task:
    """Return the bare problem of a plan."""
    way = course(plan)
    return whole(way.before, scales(plan, way, Measure.POINTS, By.MIDDLE).tracks)


def ours(plan: Plan, seconds: float) -> Ran:
    """Return what the search of this project reaches."""
    began = time.perf_counter()
    found = least_exposure(
        plan,
        time_limit=seconds / 0.7,  # the greatest exposure is given seven tenths
        until=Goal.EXPOSURE,
        progress=lambda *_: time.perf_counter() - began < seconds,
    )
    return Ran(int(found.best.greatest), found.proved, time.perf_counter() - began)


def plain(task: Task, seconds: float) -> Ran:
    """Return what a plain model reaches, started from the greedy order."""
    began = time.perf_counter()
    count, known = len(task.before), greedy(task)
    model: Any = cp_model.CpModel()
    done = [[model.new_bool_var("") for _ in range(count + 1)] for _ in range(count)]
    height = model.new_int_var(0, task.height(known), "")
    for event, row in enumerate(done):
        model.add(row[0] == 0)
        model.add(row[count] == 1)
        for number in range(count):
            model.add_implication(row[number], row[number + 1])
            for other in range(count):
                if task.before[event] >> other & 1:
                    model.add_implication(row[number + 1], done[other][number])
    for number in range(count + 1):
        model.add(sum(row[number] for row in done) == number)
        for track in range(len(task.starts)):
            model.add(
                sum(c[track] * row[number] for c, row in zip(task.changes, done, strict=True))
                <= height
            )
    for number, event in enumerate(known):
        for at, yes in enumerate(done[event]):
            model.add_hint(yes, at > number)
    model.minimize(height)
    solver: Any = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    reached = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    value = int(solver.value(height)) if reached else task.height(known)
    return Ran(value, status == cp_model.OPTIMAL, time.perf_counter() - began)


def show(name: str, runs: Sequence[Ran]) -> None:
    """Print one line: the median and range of the seconds, how many are proved, the values."""
    spent = [run.seconds for run in runs]
    print(
        f"    {name:12} {statistics.median(spent):7.3f} s ({min(spent):.3f} to {max(spent):.3f}), "
        f"{sum(run.proved for run in runs)}/{len(runs)} proved, "
        f"values {' '.join(str(run.value) for run in runs)}",
        flush=True,
    )


def compared(count: int, instances: tuple[int, int], seconds: float) -> None:
    """Print the searches side by side for plans of one size."""
    for kind in KINDS:
        for degree in DEGREES:
            print(f"  N={count}, {kind}, mean in-degree {degree:.0f}")
            plans = [drawn(kind, count, degree, seed) for seed in range(instances[0])]
            tasks = [task_of(plan) for plan in plans]
            show("ours", [ours(plan, seconds) for plan in plans])
            rule = " ".join(str(task.height(greedy(task))) for task in tasks)
            print(f"    greedy       values {rule}")
            if instances[1]:
                show("plain CP-SAT", [plain(task, seconds) for task in tasks[: instances[1]]])


def in_series_and_parallel(count: int, runs: int) -> None:
    """Print the time of one side's least exposure in nested conditions."""
    spent = []
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        before, parts = [0] * count, [[place] for place in range(count)]
        while len(parts) > 1:
            one, two = (parts.pop(int(rng.integers(0, len(parts)))) for _ in range(2))
            if rng.random() < 0.5:
                mask = sum(1 << place for place in one)
                for place in two:
                    before[place] |= mask
            parts.append(one + two)
        changes = rng.integers(-10, 11, count).tolist()
        began = time.perf_counter()
        if lowest(before, changes) is None:
            raise ArithmeticError("conditions in series and parallel were not recognised")
        spent.append(time.perf_counter() - began)
    print(f"  N={count}: {statistics.median(spent):.3f} s ({min(spent):.3f} to {max(spent):.3f})")


def planned_again(count: int, runs: int) -> None:
    """Print the time of a plan that is ordered again, a tenth of it done, a step missed."""
    spent, proved = [], 0
    for seed in range(runs):
        plan = drawn("surplus", count, 1.0, seed)
        first = least_exposure(plan, until=Goal.EXPOSURE).order
        done = [each for event in first[: count // 10] for each in event]
        began = time.perf_counter()
        # The step that was due last of these was missed: all that waits for it waits on.
        found = least_exposure(plan, done=done[:-1], present=first, until=Goal.STAKE, time_limit=1)
        spent.append(time.perf_counter() - began)
        proved += found.proved
    print(
        f"  N={count}: {statistics.median(spent):.3f} s ({min(spent):.3f} to {max(spent):.3f}), "
        f"{proved}/{runs} proved"
    )


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the order of least exposure.")
    parser.add_argument("--seconds", type=float, default=25.0, help="for each search")
    parser.add_argument("--quick", action="store_true", help="without the plain model")
    asked = parser.parse_args()
    print(machine())
    print(f"numpy {np.__version__}, ortools {importlib.metadata.version('ortools')}")
    print(f"least exposure, {asked.seconds:g} s for each search")
    for count, (mine, slow) in INSTANCES.items():
        compared(count, (mine, 0 if asked.quick else slow), asked.seconds)
    print("one side, in series and parallel")
    in_series_and_parallel(1_000, 5)
    print("ordered again after a missed step: exposure, then stake")
    for count in (30, 50, 100):
        planned_again(count, 5)
    return 0


if __name__ == "__main__":
    sys.exit(main())
