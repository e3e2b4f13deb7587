"""The desk's speed: letters taken in, one commit each, and how long a long channel takes to open.

Measured beside the floor in one run: the disk's syncs, and opening a letter without storing it. The
letters are made beforehand by a real desk of a party; the relay stands in memory, for this is about
the desk. Prints machine, versions and medians; with the range of the runs in brackets.

With --long it takes in that many letters in one caucus instead, and prints for each stretch of it
the rate, the memory and what the vault takes on the disk, to show how they grow.

    python bench/desk.py [--letters 1024] [--events 10000]
    python bench/desk.py --long 100000
"""

import argparse
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

# Started as a script, Python looks for modules beside this file only.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from bench.loads.figures import machine

from backchannel.channel.handling import AS_OURS
from backchannel.desk import session, tables
from backchannel.desk.desk import Desk
from backchannel.desk.ledger import load_channel
from backchannel.desk.receiving import receive
from backchannel.desk.vault import open_vault
from backchannel.seal.session import unseal
from hostile_relay import MemoryRelay
from mediation import CHEAP, Mediation, begin

WINDOW = 64
RUNS = 3
STRETCHES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)


def syncs(folder: Path) -> float:
    """Return how many writes of 4 KiB a second this disk makes durable, one after another."""
    count = 200
    with (folder / "syncs").open("wb") as file:
        began = time.perf_counter()
        for _ in range(count):
            file.write(bytes(4_096))
            file.flush()
            os.fsync(file.fileno())
        return count / (time.perf_counter() - began)


def letters_of(desk: Desk) -> list[bytes]:
    """Return the sealed letters that wait in a party's outbox, in order."""
    with desk.vault.read() as connection:
        rows = connection.execute("SELECT letter FROM outbox ORDER BY counter").fetchall()
    return [letter for (letter,) in rows if letter is not None]


def taken_in(talks: Mediation, count: int, *, shuffled: bool, alone: list[float]) -> float:
    """Return letters a second that the mediator's desk opens and stores, one commit each."""
    party, chance = talks.parties["East"], random.Random(1)  # noqa: S311 - no secret
    (caucus,) = session.channels(talks.mediator)[0].caucuses
    spent = 0.0
    for _ in range(count // WINDOW):
        for _ in range(WINDOW):
            session.say(party, text="Demo text. " * 20, handling=AS_OURS)
        letters = letters_of(party)
        if shuffled:
            chance.shuffle(letters)
        with talks.mediator.vault.read() as connection:
            state = tables.caucus(connection, caucus.caucus).session
        began = time.perf_counter()
        unseal(state, letters[0])
        alone.append(time.perf_counter() - began)
        began = time.perf_counter()
        for letter in letters:
            receive(talks.mediator, caucus.caucus, letter)
        spent += time.perf_counter() - began
        talks.sync()
    return count / spent


def memory() -> float:
    """Return the MiB of memory this process has now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def stretches(talks: Mediation, letters: int) -> None:
    """Take in so many letters in one caucus, and print how it goes for each stretch of them."""
    mediator, done, before = talks.mediator, 0, memory()
    for upto in (*(n for n in STRETCHES if n < letters), letters):
        count = -(-(upto - done) // WINDOW) * WINDOW
        rate = taken_in(talks, count, shuffled=False, alone=[])
        # The party's desk, which makes the letters, is in this process, too: both grow.
        disk = sum(f.stat().st_size for f in mediator.vault.folder.iterdir()) / 2**20
        print(
            f"letters {done:,} to {done + count:,}: {rate:,.0f}/s; memory {memory():,.0f} MiB "
            f"(both desks; {before:,.0f} at first), the vault {disk:,.0f} MiB",
            flush=True,
        )
        done += count


def opened(folder: Path, events: int) -> float:
    """Return the seconds in which a vault with so many events is opened and folded."""
    began = time.perf_counter()
    vault = open_vault(folder, "a long walk")
    desk = Desk(vault, no_clock, bytes)
    with vault.read() as connection:
        row = tables.channels(connection)[0]
        state = load_channel(desk, connection, row.channel)
    spent = time.perf_counter() - began
    vault.close()
    assert sum(c.said_count for c in state.caucuses.values()) >= events  # noqa: S101
    return spent


def no_clock() -> datetime:
    """Opening a channel reads no clock."""
    raise RuntimeError("opening a channel was to read no clock")


def median(values: Sequence[float], form: Callable[[float], str]) -> str:
    """Return the median with the range of the runs."""
    low, high = form(min(values)), form(max(values))
    return f"{form(statistics.median(values))} ({low} to {high})"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the speed of a desk.")
    parser.add_argument("--letters", type=int, default=1024)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--long", type=int, default=0, help="letters in one caucus, as 100000")
    given = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="backchannel-bench-") as place:
        print(f"the disk: {median([syncs(Path(place)) for _ in range(RUNS)], '{:,.0f}'.format)}/s")
        talks = begin(Path(place), MemoryRelay(), "East")
        if given.long:
            stretches(talks, given.long)
            return 0
        alone: list[float] = []
        for name, shuffled in (("in order", False), ("shuffled within the window", True)):
            rates = [
                taken_in(talks, given.letters, shuffled=shuffled, alone=alone) for _ in range(RUNS)
            ]
            print(f"letters taken in, {name}: {median(rates, '{:,.0f}'.format)}/s")
        print(f"opening a letter alone: {1000 * statistics.median(alone):.2f} ms")
        done = 2 * RUNS * given.letters
        while done < given.events:
            rate = taken_in(talks, WINDOW * 16, shuffled=False, alone=alone)
            done += WINDOW * 16
            print(f"after {done:,} letters: {rate:,.0f}/s")
        talks.mediator.vault.close()
        folder = Path(place) / "mediator"
        spent = [opened(folder, given.events) for _ in range(RUNS)]
        print(f"a channel of {done:,} events opens in {median(spent, '{:.2f}'.format)} s")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"memory of this process, both desks and the relay in it, at its most: {peak:.0f} MiB"
        )
        print(f"key derivation is made cheap here ({CHEAP}): it is the same once for each opening")
    return 0


if __name__ == "__main__":
    sys.exit(main())
