"""Whether the engine's chances of acceptance come true on real profiles of which part is hidden.

The prior is the default one, fixed beforehand and never fitted to these data. Each profile is
hidden but for what the step tells (`loads/foretelling.py`); then acceptance of other packages is
foretold and compared with the truth. Two naive forecasts stand beside it: the *base rate*, the
share accepted in the other scenarios of the same collection; and the *answers*, the share of the
told answers that were acceptances (one more of each counted), the base rate where none is told.

    python bench/calibration.py [--seed 1] [--instances 300]
"""

import argparse
import importlib.metadata
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

# Started as a script, Python looks for modules beside this file only.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import numpy as np
from bench.loads.figures import machine
from bench.loads.foretelling import DRAWS, PARTS, STEPS, Forecast, Step, forecasts
from bench.loads.scenarios import SHARED, Scenario, collections
from bench.loads.scores import (
    Vector,
    brier,
    calibration_error,
    log_score,
    mean_and_error,
    pulled,
    reliability,
)

from backchannel.bargain.statements import Prior

Told = tuple[Forecast, ...]


def base_rates(found: Told) -> Mapping[str, float]:
    """Return for each scenario the share accepted in all others, one more of each counted."""
    names = np.array([one.scenario for one in found])
    taken = np.array([one.observed.sum() for one in found])
    asked = np.array([len(one.observed) for one in found])
    return {
        name: float((taken[names != name].sum() + 1) / (asked[names != name].sum() + 2))
        for name in dict.fromkeys(names.tolist())
    }


def rivals(found: Told) -> Mapping[str, tuple[Vector, ...]]:
    """Return what each way of foretelling says of each profile's packages."""
    rates = base_rates(found)
    answers = [
        (one.accepted + 1) / (one.asked + 2) if one.asked else rates[one.scenario] for one in found
    ]
    return {
        "engine": tuple(pulled(one.predicted, DRAWS) for one in found),
        "base rate": tuple(np.full(len(one.observed), rates[one.scenario]) for one in found),
        "answers": tuple(
            np.full(len(one.observed), rate) for one, rate in zip(found, answers, strict=True)
        ),
    }


def scores(found: Told) -> str:
    """Return a row: what came and was foretold, both scores of each, and what the engine gains."""
    said = rivals(found)
    came = float(np.mean([one.observed.mean() for one in found]))
    thought = float(np.mean([row.mean() for row in said["engine"]]))
    shown = [f"{came:.2f}", f"{thought:.2f}"]
    for score in (brier, log_score):
        each = {
            who: [score(row, one.observed) for row, one in zip(rows, found, strict=True)]
            for who, rows in said.items()
        }
        shown += [with_error(each[who]) for who in said]
        for who in ("base rate", "answers"):
            gained = [b - a for a, b in zip(each["engine"], each[who], strict=True)]
            shown.append(with_error(gained))
    return " | ".join(shown)


def with_error(values: Sequence[float]) -> str:
    """Return a mean over profiles with its standard error."""
    mean, error = mean_and_error(values)
    return f"{mean:.3f} ± {error:.3f}"


def show_reliability(found: Told, seed: int) -> None:
    """Print what was foretold against what came, in ten bins."""
    pairs = [(one.predicted, one.observed) for one in found]
    rows = reliability(pairs, np.random.default_rng(seed))
    print("\n| foretold | came | 95 %, Wilson | 95 %, by profile | packages | profiles |")
    print("| --- | --- | --- | --- | --- | --- |")
    for row in rows:
        if row is not None:
            (low, high), (least, most) = row.wilson, row.by_profile
            print(
                f"| {row.predicted:.3f} | {row.observed:.3f} | {low:.3f} to {high:.3f} "
                f"| {least:.3f} to {most:.3f} | {row.count:,} | {row.profiles} |"
            )
    print(f"\nMean distance {calibration_error(rows):.3f}.")


def of_collection(name: str, scenarios: Sequence[Scenario], seed: int) -> None:
    """Foretell a collection at every step, and print scores and reliability."""
    began = time.perf_counter()
    parties: dict[Step, Told] = {}
    together: dict[Step, Told] = {}
    for step in STEPS:
        found = [forecasts(one, step, (seed, place)) for place, one in enumerate(scenarios)]
        parties[step] = tuple(one for each, _ in found for one in each)
        together[step] = tuple(everybody for _, everybody in found)
    first = parties[STEPS[0]]
    packages, spent = sum(len(one.observed) for one in first), time.perf_counter() - began
    print(f"\n## {name}: {len(scenarios)} scenarios, {len(first)} profiles, {packages:,} forecasts")
    print(f"a step; {spent:.0f} s")
    for title, by_step in (("each party", parties), ("all parties accept", together)):
        print(
            f"\n{title} | came | foretold | Brier: engine | base rate | answers | gain on base "
            "| gain on answers | log: engine | base rate | answers | gain on base | gain on answers"
        )
        for step, told in by_step.items():
            print(f"{step.name} | {scores(told)}")
    unsettled = sum(not one.settled for told in parties.values() for one in told)
    print(f"\nnot settled, by the engine's own account: {unsettled} of {len(STEPS) * len(first)}")
    for step, told in parties.items():
        print(f"\n{name}, {step.name}:")
        show_reliability(told, seed)


def main() -> int:
    """Foretell, compare, print."""
    parser = argparse.ArgumentParser(description="Compare foretold acceptance with true profiles.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--instances", type=int, default=300, help="of OpenSpiel's thousand")
    given = parser.parse_args()
    print(machine())
    versions = (f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "ortools"))
    print(", ".join(versions))
    if not SHARED.is_dir():
        print(f"left out: the public scenarios are not at {SHARED}")
        return 0
    print(f"Prior, fixed beforehand: {Prior().words}")
    print(f"{DRAWS:,} draws a party; ranges told are one of {PARTS} equal parts of the scale")
    chance = np.random.default_rng(given.seed)
    for name, scenarios in collections(given.instances, chance).items():
        of_collection(name, scenarios, given.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
