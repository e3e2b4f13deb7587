"""NegMAS asked for the same work: in its own environment, with a limit of time and of memory.

`NEGMAS_PYTHON` names the interpreter that has it; where it is not set, nothing is asked.
"""

import json
import os
import statistics
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backchannel.bargain.model import MAX_VALUE, Space

VARIABLE = "NEGMAS_PYTHON"
SIDE = Path(__file__).parent / "negmas_side.py"
LIMIT = 60.0  # seconds a job may take, importing and all runs included
NEAR = 6  # digits after the point to which real points are compared

Job = dict[str, Any]
Points = Iterable[Sequence[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What NegMAS found and took; `failed` says why there is nothing."""

    seconds: tuple[float, ...] = ()
    points: tuple[tuple[float, ...], ...] = ()
    imported: float = 0.0
    risen: float = 0.0
    version: str = ""
    failed: str = ""

    @property
    def words(self) -> str:
        """In words."""
        if self.failed:
            return self.failed
        low, high = 1000 * min(self.seconds), 1000 * max(self.seconds)
        return (
            f"{1000 * statistics.median(self.seconds):,.1f} ms ({low:,.1f} to {high:,.1f}; "
            f"{len(self.seconds)} runs), {len(distinct(self.points)):,} points, "
            f"memory +{self.risen:,.0f} MiB; importing it took {self.imported:.2f} s"
        )


def interpreter() -> str | None:
    """Return the interpreter that has NegMAS, if one is named."""
    return os.environ.get(VARIABLE) or None


def job_of(work: str, space: Space, runs: int) -> Job:
    """Return the job of doing some work on a space: the same utilities, number for number.

    Its frontiers leave out what lies below a reservation value, the frontiers here do not: where
    frontiers are compared there is none.
    """
    floor = [p.reservation if work == "nash" else -MAX_VALUE for p in space.profiles]
    return {
        "work": work,
        "values": [profile.values for profile in space.profiles],
        "reservations": floor,
        "runs": runs,
    }


def asked(python: str, job: Job) -> Answer:
    """Return what NegMAS makes of a job."""
    try:
        done = subprocess.run(
            [python, str(SIDE)],
            input=json.dumps(job),
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Answer(failed=f"over {LIMIT:.0f} s")
    if done.returncode != 0:
        # The last line is the exception; of a process that was killed there is none.
        said = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
        return Answer(failed=said[-1][:200])
    told = json.loads(done.stdout)
    return Answer(
        seconds=tuple(told["seconds"]),
        points=tuple(map(tuple, told["points"])),
        imported=told["imported"],
        risen=told["risen"],
        version=told["version"],
    )


def distinct(points: Points) -> frozenset[tuple[float, ...]]:
    """Return points as a set: it names several packages of one point, this project one."""
    return frozenset(tuple(round(float(u), NEAR) for u in point) for point in points)
