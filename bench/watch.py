"""The public record: signals of many claims, and how alerts do where the truth is known.

Claims and counts are generated from a seed; nothing real is in them. Beside the signals stands, in
the same run, the floor: sorting the same claims by day. Prints machine, versions and medians.

    python bench/watch.py [--claims 1000000] [--years 300]
"""

import argparse
import math
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

# Started as a script, Python looks for modules beside this file only.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.loads.figures import machine

from backchannel.watch.alerts import alerts
from backchannel.watch.claims import Basis, Claim, ClaimType, Direction, SpeakerType
from backchannel.watch.signals import WEEK, Point, Signal, signals

START = date(2020, 1, 6)
WEEKS = 52
RATES = (0.2, 1.0, 3.0)
RUNS = 3


def many(number: int, dice: random.Random) -> list[Claim]:
    """Return claims of three years, of all types, a page for every two of them."""
    kinds, speakers, ways = list(ClaimType), list(SpeakerType), list(Direction)
    return [
        Claim(
            published=START + timedelta(days=dice.randrange(3 * 365)),
            published_basis=Basis.PRINTED,
            outlet="Gazette",
            url=f"https://gazette.example/{dice.randrange(number // 2 + 1)}",
            speaker_type=dice.choice(speakers),
            speaker="somebody",
            actor="Qatar",
            claim_type=dice.choice(kinds),
            direction=dice.choice(ways),
            credited_to="Qatar" if dice.random() < 0.1 else "",
            paraphrase=f"Words {each}.",
        )
        for each in range(number)
    ]


def timed(work: Callable[[], object]) -> float:
    """Return the median of some runs, in seconds."""
    seconds = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def poisson(dice: random.Random, rate: float) -> int:
    """Return a count drawn at this rate (Knuth)."""
    count, left, floor = 0, dice.random(), math.exp(-rate)
    while left > floor:
        count, left = count + 1, left * dice.random()
    return count


def a_signal(counts: list[int]) -> Signal:
    """Return a signal with these counts, week by week."""
    points = tuple(
        Point(start=START + timedelta(days=WEEK * n), claims=(), reports=count, covered=True)
        for n, count in enumerate(counts)
    )
    return Signal(name="drawn", days=WEEK, points=points)


def false_alarms(years: int, rate: float, dice: random.Random) -> float:
    """Return the share of years of a steady rate in which there is an alert."""
    found = (a_signal([poisson(dice, rate) for _ in range(WEEKS)]) for _ in range(years))
    return sum(bool(alerts(each)) for each in found) / years


def told(years: int, rate: float, dice: random.Random) -> float:
    """Return the share of fourfold changes at mid-year that are told within eight weeks."""
    half, hits = WEEKS // 2, 0
    for _ in range(years):
        counts = [poisson(dice, rate if n < half else 4 * rate) for n in range(WEEKS)]
        weeks = [(each.week - START).days // WEEK - half for each in alerts(a_signal(counts))]
        hits += any(0 <= week < 8 for week in weeks)
    return hits / years


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--claims", type=int, default=1_000_000)
    asked.add_argument("--years", type=int, default=300)
    given = asked.parse_args()
    print(machine())
    dice = random.Random(1)  # noqa: S311 - claims that mean nothing
    claims = many(given.claims, dice)
    floor = timed(lambda: sorted(claims, key=lambda each: each.published))
    took = timed(lambda: signals(claims))
    print(
        f"signals of {given.claims:,} claims: {took:.2f} s, {took / floor:.1f} times the sorting "
        f"of them ({floor:.2f} s); medians of {RUNS}"
    )
    for rate in RATES:
        wrong, right = false_alarms(given.years, rate, dice), told(given.years, rate, dice)
        print(
            f"alerts at {rate:g} pages a week: {100 * wrong:.0f} % of {given.years} steady years "
            f"with one; a fourfold change told within 8 weeks: {100 * right:.0f} %"
        )


if __name__ == "__main__":
    main()
