"""The relay's speed, beside what the disk, the web server, and another mailbox server can do.

In one run, on one machine, over loopback without TLS: syncs of 4 KiB a second (the disk); requests
a second to an endpoint that keeps nothing (the web server); durable puts a second at the relay,
authentication and quotas on; how long a letter takes to the desk to which it is pushed; the relay
with 10,000 channels beside an empty one; and from 1,000 letters to 100,000.

With `--wormhole`, or BACKCHANNEL_WORMHOLE, also magic-wormhole's mailbox server on the same work.
It is not among the requirements: install it into an environment of its own, outside this folder,

    python3 -m venv /tmp/wormhole
    /tmp/wormhole/bin/pip install magic-wormhole-mailbox-server==0.8.0

and name that: `python bench/relay.py --wormhole /tmp/wormhole`. The runs of all of them take turns,
so that whatever else the machine does meets each. Takes some two minutes, three with the wormhole.

    python bench/relay.py [--clients 64] [--seconds 4] [--runs 3] [--wormhole DIRECTORY]
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

# Started as a script, Python looks for modules beside this file only.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.loads import pushing, wormhole
from bench.loads.figures import Figures, machine, middle, show
from bench.loads.putting import Load, put_from_all
from bench.loads.servers import Box, bare, opened, relay
from bench.loads.servers import wormhole as wormhole_server

BUCKET = 4_096  # bytes of a letter in the smallest bucket
SMALL = 1_024  # bytes, the size at which the other server was measured before
SYNC_SECONDS = 1.0
PUSHED = 500  # letters
CHANNELS = 10_000
GROWTH = (1_000, 10_000, 100_000)  # letters


@dataclass(slots=True)
class Bench:
    """What was chosen, and the figures of all runs by name."""

    path: Path
    clients: int
    seconds: float
    peer: Path | None
    runs: defaultdict[str, list[Figures]] = field(default_factory=lambda: defaultdict(list))
    syncs: list[float] = field(default_factory=list)
    directories: int = 0

    def directory(self) -> Path:
        """Return a path that nothing has used yet."""
        self.directories += 1
        return self.path / f"relay {self.directories}"

    def load(self, port: int, boxes: tuple[Box, ...], size: int = BUCKET) -> Load:
        """Return the usual load."""
        return Load(port=port, boxes=boxes, clients=self.clients, size=size, seconds=self.seconds)

    def measure(self) -> None:
        """Measure everything once."""
        self.syncs.append(syncs(self.path))
        boxes = (Box(bytes(16), bytes(32), bytes(32)),) * self.clients
        with bare() as running:
            load = replace(self.load(running.port, boxes), durable=False)
            self.runs["endpoint that keeps nothing, 4 KiB"].append(put_from_all(load))
        for name, size in (("4 KiB", BUCKET), ("1 KiB", SMALL)):
            directory = self.directory()
            boxes = opened(directory, self.clients)
            with relay(directory) as running:
                figures = put_from_all(self.load(running.port, boxes, size))
                self.runs[f"relay: durable puts, {name}"].append(figures)
            if self.peer is not None:
                database = self.path / f"wormhole {self.directories}.sqlite"
                with wormhole_server(self.peer, database) as running:
                    figures = wormhole.put_from_all(running.port, self.clients, size, self.seconds)
                    self.runs[f"wormhole: messages, {name}"].append(figures)
        self.push()

    def push(self) -> None:
        """Measure push at an idle relay."""
        directory = self.directory()
        (box,) = opened(directory, 1)
        with relay(directory) as running:
            come, answered = pushing.pushed(running, box, size=BUCKET, letters=PUSHED)
        self.runs["push at idle: sent to pushed, 4 KiB"].append(come)
        self.runs["push at idle: sent to acknowledged"].append(answered)

    def channels(self, runs: int) -> None:
        """Compare a relay of 10,000 channels with an empty one, run by run."""
        known: dict[int, tuple[Path, tuple[Box, ...]]] = {}
        for count in (self.clients, 2 * CHANNELS):
            directory = self.directory()
            known[count] = directory, opened(directory, count)
        taken: defaultdict[int, list[Figures]] = defaultdict(list)
        memory: defaultdict[int, list[float]] = defaultdict(list)
        for _ in range(runs):
            for count, (directory, boxes) in known.items():
                with relay(directory) as running:
                    taken[count].append(put_from_all(self.load(running.port, boxes)))
                    memory[count].append(running.kilobytes() / 1_024)
        for count in known:
            show(f"relay with {count:,} mailboxes, puts into all", taken[count])
            print(f"{'':<44}{middle(memory[count])} MiB of memory")

    def growth(self) -> None:
        """Put until so many letters are there; show the rate of each stretch."""
        directory = self.directory()
        boxes = opened(directory, self.clients)
        with relay(directory) as running:
            there = 0
            for letters in GROWTH:
                load = self.load(running.port, boxes)
                began = time.perf_counter()
                figures = put_from_all(replace(load, letters=letters - there))
                rate = figures.per_second
                size = sum(file.stat().st_size for file in directory.iterdir()) / 2**20
                print(
                    f"from {there:>6,} letters to {letters:>7,}{'':<15}{rate:>9,.0f} /s"
                    f"   {time.perf_counter() - began:.1f} s   {size:,.0f} MiB on disk"
                    f"   {running.kilobytes() / 1_024:.0f} MiB of memory"
                )
                there = letters


def syncs(directory: Path) -> float:
    """Return how often a second the disk writes 4 KiB behind a file and syncs it."""
    count, ending = 0, time.perf_counter() + SYNC_SECONDS
    with (directory / "synced").open("wb", buffering=0) as file:
        block = os.urandom(BUCKET)
        while time.perf_counter() < ending:
            file.write(block)
            os.fdatasync(file.fileno())
            count += 1
    return count / SYNC_SECONDS


def report(bench: Bench) -> None:
    """Print medians with their range, and the ratios of this run."""
    print(f"{'the disk: syncs of 4 KiB, one after another':<44}{middle(bench.syncs)} /s")
    rates = {name: show(name, runs) for name, runs in bench.runs.items()}
    puts = rates["relay: durable puts, 4 KiB"]
    disk = sorted(bench.syncs)[len(bench.syncs) // 2]
    print(f"\nputs for each sync that the disk can do alone: {puts / disk:.2f}")
    print(f"puts for each request to the bare endpoint: {puts / rates[next(iter(rates))]:.2f}")
    for size in ("1 KiB", "4 KiB"):
        peer = rates.get(f"wormhole: messages, {size}")
        if peer is not None:
            ratio = rates[f"relay: durable puts, {size}"] / peer
            print(f"puts for each message at the wormhole's server, {size}: {ratio:.1f}")


def peer_of(given: Path | None) -> Path | None:
    """Return where the other server is installed, if it is; say which."""
    named = given or Path(os.environ.get("BACKCHANNEL_WORMHOLE", ""))
    if named == Path():
        print("no other server: see --help for how to install and name one")
        return None
    code = "from importlib.metadata import version; print(version('magic-wormhole-mailbox-server'))"
    asked = subprocess.run(
        [named / "bin" / "python", "-c", code], capture_output=True, text=True, check=True
    )
    print(
        f"beside it: magic-wormhole-mailbox-server {asked.stdout.strip()}, SQLite on the same disk"
    )
    return named


def main() -> None:
    """Measure and print."""
    assert __doc__ is not None  # noqa: S101 - it stands above
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each run")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--directory", type=Path, default=None, help="on the disk to measure")
    parser.add_argument("--wormhole", type=Path, default=None, help="its virtual environment")
    chosen = parser.parse_args()
    print(machine())
    peer = peer_of(chosen.wormhole)
    print(
        f"{chosen.clients} clients in 2 processes over loopback, without TLS; they share the cores"
        f" with what they measure. Medians of {chosen.runs} runs of {chosen.seconds:g} s"
        " (range of the runs).\n"
    )
    with tempfile.TemporaryDirectory(dir=chosen.directory) as name:
        bench = Bench(Path(name), chosen.clients, chosen.seconds, peer)
        for _ in range(chosen.runs):
            bench.measure()
        report(bench)
        print()
        bench.channels(chosen.runs)
        print()
        bench.growth()
    print(f"load average after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
