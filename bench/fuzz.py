"""Fuzzing of every parser in `tests/parsers.py`: only our own errors may come out.

With `atheris`, what a parser runs through steers how its input is changed. It is not among the
requirements: install it into an environment of its own, of the same Python, outside this folder,

    python3 -m venv /tmp/fuzzing
    /tmp/fuzzing/bin/pip install atheris==3.0.0

and name that: `python bench/fuzz.py --atheris /tmp/fuzzing`, or BACKCHANNEL_ATHERIS. Without it the
same samples are changed at random, as many times as the seconds allow, and the output says so.

It ends with 1 if anything was found, and prints the bytes (in hexadecimal) and the error.

    python bench/fuzz.py [--seconds 1] [--only NAME ...] [--seed 1] [--atheris DIRECTORY]
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]

try:
    import atheris  # type: ignore[import-untyped]
except ImportError:
    atheris = None

with atheris.instrument_imports(include=["backchannel"]) if atheris else nullcontext():
    from parsers import PARSERS, Parser, attempt

LONGEST = 70_000  # bytes of an input: the largest letter, and a little more
SLOWEST = 10  # seconds for one input, after which it counts as found
MEMORY = 2_048  # MiB
SHOWN = 300  # characters of an error
SPARE = 60  # seconds for a process to start and end
EXECUTED = re.compile(r"stat::number_of_executed_units: (\d+)")
CRASHED = re.compile(r"Test unit written to (\S+)")
PIECES = (
    *(b"\x00", b"\xff" * 4, b"\x7f" + b"\xff" * 7, b"\x80", b"\xed\xa0\x80", "\u0663".encode()),
    *(b"99999999999999999999", b"1e999", b"-1", b'"', b"[" * 600, b"{", b"\\", b"\n", b"|", b","),
)


@dataclass(slots=True, kw_only=True)
class Trial:
    """What fuzzing one parser came to."""

    name: str
    executions: int = 0
    seconds: float = 0.0
    found: dict[str, bytes] = field(default_factory=dict)  # the error -> bytes that bring it


def mutated(data: bytes, samples: Sequence[bytes], draw: random.Random) -> bytes:
    """Return the bytes with one to six changes: pieces put in, set, cut, doubled, spliced."""
    for _ in range(draw.randrange(1, 7)):
        at = draw.randrange(len(data) + 1)
        end = min(len(data), at + draw.choice((1, 2, 4, 32, 256)))
        match draw.randrange(6):
            case 0:
                data = data[:at] + draw.choice(PIECES) + data[at:]
            case 1:
                data = data[:at] + draw.randbytes(end - at) + data[end:]
            case 2:
                data = data[:at] + data[end:]
            case 3:
                data = data[:end] + data[at:]
            case 4:
                other = draw.choice(samples)
                data = data[:at] + other[draw.randrange(len(other) + 1) :]
            case _:
                data = data[:at] + bytes(b ^ 1 << draw.randrange(8) for b in data[at : at + 1])
                data += b"" if at >= end else data[at + 1 :]
    return data[:LONGEST]


def change_at_random(trial: Trial, parser: Parser, seconds: float, seed: int) -> None:
    """Feed changed samples to the parser for so long."""
    samples = parser.seeds()
    draw = random.Random(f"{seed} {trial.name}")  # noqa: S311 - a run that can be repeated
    began = time.monotonic()
    while (taken := time.monotonic() - began) < seconds:
        data = mutated(draw.choice(samples), samples, draw)
        trial.executions += 1
        try:
            attempt(parser, data)
        except Exception as error:  # noqa: BLE001 - the kinds that come out are what is looked for
            trial.found.setdefault(_told(error), data)
        if time.monotonic() - began - taken > SLOWEST:
            trial.found.setdefault(f"more than {SLOWEST} s for one input", data)
    trial.seconds = time.monotonic() - began


def _told(error: Exception) -> str:
    """Return the kind of an error and where it was raised: one line for each sort of fault."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}: {error}"[
        :300
    ]


def steer(trial: Trial, parser: Parser, python: Path, seconds: float) -> None:
    """Have atheris fuzz the parser for so long, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        for number, sample in enumerate(parser.seeds()):
            (corpus / str(number)).write_bytes(sample)
        limits = (
            f"-max_total_time={round(seconds)}",
            f"-timeout={SLOWEST}",
            "-print_final_stats=1",
        )
        sizes = (f"-max_len={LONGEST}", f"-rss_limit_mb={MEMORY}", f"-artifact_prefix={folder}/")
        command = [str(python), __file__, "--child", trial.name, *limits, *sizes, str(corpus)]
        began = time.monotonic()
        ended = subprocess.run(
            command,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path[1:])},
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds + SPARE,
            check=False,
        )
        trial.seconds = time.monotonic() - began
        trial.executions = sum(map(int, EXECUTED.findall(ended.stderr)))
        if ended.returncode:
            _note_found(trial, ended.stdout + ended.stderr)


def _note_found(trial: Trial, said: str) -> None:
    unit = CRASHED.search(said)
    errors = [line for line in said.splitlines() if re.match(r"[\w.]+(Error|Exception)\b", line)]
    told = (errors or said.strip().splitlines()[-1:] or ["the process died"])[0]
    trial.found[told[:SHOWN]] = Path(unit[1]).read_bytes() if unit else b""


def serve_as_child(name: str, arguments: Sequence[str]) -> None:
    """Be the process in which atheris fuzzes one parser. Does not return."""
    parser = PARSERS[name]
    parser.seeds()

    def one(data: bytes) -> None:
        attempt(parser, data)

    atheris.Setup([sys.argv[0], *arguments], one)
    atheris.Fuzz()


def main() -> None:
    """Fuzz, print, and end with 1 if anything was found."""
    if sys.argv[1:2] == ["--child"]:
        serve_as_child(sys.argv[2], sys.argv[3:])
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, default=1.0, help="for each parser")
    options.add_argument("--only", nargs="*", default=list(PARSERS), choices=list(PARSERS))
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--atheris", type=Path, default=os.environ.get("BACKCHANNEL_ATHERIS"))
    given = options.parse_args()
    if given.atheris is None:
        print("atheris is not here: samples are changed at random (see the top of this script)")
    trials = [Trial(name=name) for name in given.only]
    for trial in trials:
        if given.atheris is None:
            change_at_random(trial, PARSERS[trial.name], given.seconds, given.seed)
        else:
            steer(trial, PARSERS[trial.name], Path(given.atheris, "bin", "python"), given.seconds)
        print(f"{trial.name:20} {trial.executions:>10,} executions {trial.seconds:>7.1f} s")
        for told, data in trial.found.items():
            print(f"  FOUND {told}\n  with {data.hex()}")
    executions = sum(trial.executions for trial in trials)
    seconds = sum(trial.seconds for trial in trials)
    found = sum(len(trial.found) for trial in trials)
    print(f"{len(trials)} parsers, {executions:,} executions, {seconds:.0f} s, {found} found")
    sys.exit(found > 0)


if __name__ == "__main__":
    main()
