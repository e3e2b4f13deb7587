"""Figures of several runs as lines for people, and the machine they were measured on."""

import importlib.metadata
import os
import platform
import sqlite3
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

_NAMES = ("uvicorn", "starlette", "uvloop", "httptools", "websockets", "cbor2")


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured in one run."""

    per_second: float
    median_ms: float
    p99_ms: float


def figures(taken: list[float], seconds: float) -> Figures:
    """Return the figures of one run from the seconds that each request took."""
    taken = sorted(taken)
    return Figures(
        len(taken) / seconds,
        1_000 * statistics.median(taken),
        1_000 * taken[len(taken) * 99 // 100],
    )


def middle(runs: Sequence[float]) -> str:
    """Return the median of some runs, and their range."""
    return f"{statistics.median(runs):>9,.0f}  ({min(runs):,.0f} to {max(runs):,.0f})"


def show(name: str, runs: Sequence[Figures]) -> float:
    """Print one line of figures; return the median a second."""
    rates = [run.per_second for run in runs]
    median, p99 = (
        statistics.median(getattr(run, field) for run in runs) for field in ("median_ms", "p99_ms")
    )
    worst = max(run.p99_ms for run in runs)
    print(
        f"{name:<44}{middle(rates)} /s   p50 {median:.2f} ms   p99 {p99:.2f} ms (worst {worst:.2f})"
    )
    return statistics.median(rates)


def machine() -> str:
    """Return what the figures were measured on."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _NAMES)
    load = ", ".join(f"{busy:.1f}" for busy in os.getloadavg())
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}\n"
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {versions}\n"
        f"load averages before: {load}"
    )
