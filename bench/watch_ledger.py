"""The ledger of claims: how long a page of a search takes among many, and how fast reports go in.

Claims and reports are generated from a seed; nothing real is in them. How often a word occurs is
set: in 20 claims, in one of a hundred, of ten, of four, in all. The reports are made of the
invented sentences of tests/watch. Prints machine, versions and medians.

    python bench/watch_ledger.py [--claims 1000000] [--reports 1000]
"""

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path
from tempfile import TemporaryDirectory

# Started as a script, Python looks for modules beside this file only.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.loads.figures import machine

from backchannel.commands.watch_reports import Taking, Tally, take
from backchannel.watch.claims import Basis, Claim, ClaimType, Direction, SpeakerType
from backchannel.watch.extraction.rules import RULES
from backchannel.watch.ledger import FILE, Ledger, Wanted, open_ledger
from backchannel.watch.reports import Report

ROOT = Path(__file__).resolve().parent.parent
RUNS = 5
PAGE = 51  # one more than is shown
NOW = datetime(2026, 7, 3, tzinfo=UTC)
LETTERS = "abcdefghijklmnoprstuvwy"
SEARCHES = {
    "no words": Wanted(),
    "a word in 20 claims": Wanted(words="rarissime"),
    "in one of 100": Wanted(words="hundredth"),
    "in one of 10": Wanted(words="tenth"),
    "in one of 4 (a name)": Wanted(words="qatar"),
    "in all": Wanted(words="words"),
    "beginning with a": Wanted(words="a"),
    "of one outlet among 300": Wanted(outlet="gazette 7"),
    "one of 10, leaks only": Wanted(words="tenth", types=(ClaimType.LEAK,)),
}


def many(number: int, dice: random.Random) -> Iterator[Claim]:
    """Yield claims of three years with 20 words each, of which few are common."""
    known = ["".join(dice.choices(LETTERS, k=dice.randrange(3, 10))) for _ in range(20_000)]
    weights = list(accumulate(1 / (rank + 1) for rank in range(len(known))))
    kinds, speakers, ways = list(ClaimType), list(SpeakerType), list(Direction)
    for each in range(number):
        words = dice.choices(known, cum_weights=weights, k=18)
        words += ["tenth"] * (each % 10 == 0) + ["hundredth"] * (each % 100 == 7)
        words += ["rarissime"] * (each % (number // 20) == 3)
        yield Claim(
            published=date(2020, 1, 6) + timedelta(days=dice.randrange(3 * 365)),
            published_basis=Basis.PRINTED,
            outlet=f"Gazette {each % 300}",
            url=f"https://gazette.example/{each // 2}",
            speaker_type=dice.choice(speakers),
            speaker=dice.choice(known),
            actor=dice.choice(("Qatar", "Iran", "United States", "Israel")),
            claim_type=dice.choice(kinds),
            direction=dice.choice(ways),
            paraphrase=f"Words {each}: {' '.join(words)}.",
        )


def searched(ledger: Ledger, wanted: Wanted) -> list[float]:
    """Return the milliseconds of some runs, in their order."""
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        ledger.claims(wanted, limit=PAGE)
        taken.append(1_000 * (time.perf_counter() - began))
    return taken


def claims(ledger: Ledger, number: int, dice: random.Random) -> None:
    """Fill the ledger, then search it."""
    began, left = time.perf_counter(), many(number, dice)
    while some := list(islice(left, 20_000)):
        ledger.add(some, at=NOW)
    print(f"{number:,} claims added in {time.perf_counter() - began:.0f} s")
    for name, wanted in SEARCHES.items():
        taken = searched(ledger, wanted)
        print(f"{name}: {statistics.median(taken):.1f} ms (first {taken[0]:.1f})")


def reports(ledger: Ledger, number: int, dice: random.Random) -> None:
    """Read reports of 20 sentences each, and propose claims from them."""
    lines = (ROOT / "tests/watch/sentences.jsonl").read_text(encoding="utf-8").splitlines()
    sentences = [json.loads(line)["text"] for line in lines]
    given = [
        Report(
            outlet="Gazette",
            url=f"https://gazette.example/{each}",
            title="",
            text=" ".join(dice.choices(sentences, k=20)),
            language="en",
            published=date(2026, 7, 2),
            published_basis=Basis.PRINTED,
            retrieved=NOW,
        )
        for each in range(number)
    ]
    taking = Taking(ledger=ledger, case="read", method=RULES, now=lambda: NOW)
    for name in ("reports read for the first time", "again"):
        tally, began = Tally(), time.perf_counter()
        list(take(taking, given, tally))
        took = time.perf_counter() - began
        print(f"{name}: {number / took:,.0f} a second, {tally.proposals:,} claims proposed")


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--claims", type=int, default=1_000_000)
    asked.add_argument("--reports", type=int, default=1_000)
    given = asked.parse_args()
    print(machine())
    dice = random.Random(1)  # noqa: S311 - claims that mean nothing
    with TemporaryDirectory() as folder, open_ledger(Path(folder) / FILE) as ledger:
        reports(ledger, given.reports, dice)
        claims(ledger, given.claims, dice)


if __name__ == "__main__":
    main()
