"""The order as a program for a solver of whole numbers: event by place.

For each event and each number of events done: is it among them? Once it is, it stays; so many are
done as the number says; an event is done after those it waits for. How many events come before and
after it at least leaves it fewer places. The tracks' heights after each number are sums.

Two workers and a fixed seed. A trial runs a set number of seconds of the solver's own clock.

Source: CP-SAT of OR-Tools, https://developers.google.com/optimization/cp/cp_solver.
"""

import math
from collections.abc import Sequence
from typing import Any

from ortools.sat.python import cp_model

from backchannel.plan.task import Task

SEED = 20_261_123
WORKERS = 2

Known = tuple[int, ...]


def decide(task: Task, known: Known, low: int, seconds: float) -> tuple[Known, int, float]:
    """Return the best order found, a height that no order stays below, and the seconds spent.

    `known`: an order that keeps the caps. `low`: a height that no order stays below.
    """
    model: Any = cp_model.CpModel()
    done = _events(model, task)
    height = model.new_int_var(low, task.height(known), "")
    for number in range(len(known) + 1):
        for track, cap in enumerate(task.caps):
            at = task.starts[track] + sum(
                change[track] * row[number] for change, row in zip(task.changes, done, strict=True)
            )
            model.add(at <= (height if cap is None else cap))
    for place, event in enumerate(known):
        for number, yes in enumerate(done[event]):
            if not isinstance(yes, int):
                model.add_hint(yes, number > place)
    model.minimize(height)
    solver: Any = cp_model.CpSolver()
    solver.parameters.num_workers = WORKERS
    solver.parameters.random_seed = SEED
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return known, low, solver.wall_time
    # The solver tells its bound as a floating-point number.
    proved = math.ceil(math.nextafter(solver.best_objective_bound, -math.inf))
    return _read(solver, done), max(low, proved), solver.wall_time


def _events(model: Any, task: Task) -> list[list[Any]]:  # noqa: ANN401 - the solver has no types
    """Return for each event, by the number of events done, whether it is among them."""
    count = len(task.before)
    after = task.after()
    done = []
    for mask, later in zip(task.before, after, strict=True):
        first, last = mask.bit_count() + 1, count - later.bit_count()
        row = [
            0 if number < first else 1 if number >= last else model.new_bool_var("")
            for number in range(count + 1)
        ]
        for number in range(first, last):
            if number + 1 < last:
                model.add_implication(row[number], row[number + 1])
        done.append(row)
    for number in range(count + 1):
        model.add(sum(row[number] for row in done) == number)
    for event, mask in enumerate(reduced(task.before)):
        for other in range(count):
            if mask >> other & 1:
                for number in range(1, count + 1):
                    model.add(done[event][number] <= done[other][number - 1])
    return done


def reduced(before: Sequence[int]) -> tuple[int, ...]:
    """Return the conditions without those that follow from others.

    >>> reduced((0, 0b1, 0b11))
    (0, 1, 2)
    """
    masks = []
    for mask in before:
        through = 0
        for other in range(len(before)):
            if mask >> other & 1:
                through |= before[other]
        masks.append(mask & ~through)
    return tuple(masks)


def _read(solver: Any, done: list[list[Any]]) -> Known:  # noqa: ANN401 - as above
    """Return the events by the number at which they are first among those done."""
    firsts = [sum(not solver.value(yes) for yes in row) for row in done]
    return tuple(sorted(range(len(done)), key=firsts.__getitem__))
