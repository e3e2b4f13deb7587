"""Extraction by rules: how well on the coded sentences, and how fast.

Scored on `tests/watch/sentences.jsonl` (invented sentences, one coder), beside a plain keyword
baseline and the majority class, all in one run. Prints machine, versions, scores with intervals
over sentences (bootstrap, seeded), and sentences a second.

    python bench/extraction.py [--markdown] [--half first|second]
"""

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# Started as a script, Python looks for modules beside this file only.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.loads.figures import machine

from backchannel.watch.claims import ClaimType, Direction, SpeakerType
from backchannel.watch.extraction import keywords, rules
from backchannel.watch.finding import Extractor, Found
from backchannel.watch.scoring import (
    FIELDS,
    Coded,
    Matched,
    all_matched,
    confusion,
    majority,
    matched,
    scores,
)

FILE = Path(__file__).resolve().parent.parent / "tests" / "watch" / "sentences.jsonl"
DRAWS = 1_000
RUNS = 3


def coded() -> list[Coded]:
    """Return the coded sentences."""
    return [_coded(json.loads(line)) for line in FILE.read_text("utf-8").splitlines()]


def _coded(row: dict[str, Any]) -> Coded:
    return Coded(text=row["text"], claims=tuple(map(_found, row["claims"])))


def _found(claim: dict[str, Any]) -> Found:
    return Found(
        speaker=str(claim["speaker"]),
        speaker_type=SpeakerType(claim["speaker_type"]),
        actor=str(claim["actor"]),
        claim_type=ClaimType(claim["claim_type"]),
        direction=Direction(claim["direction"]),
        credited_to=str(claim["credited_to"]),
        quoted=bool(claim["quoted"]),
        hedged=bool(claim["hedged"]),
        span=tuple(claim["span"]),
    )


def interval(sentences: Sequence[Coded], extract: Extractor, field: str) -> tuple[float, float]:
    """Return the interval of 95 % of a field's F1 over sentences that might have been others."""
    dice = random.Random(1)  # noqa: S311 - a bootstrap
    pairs = [matched(each, extract(each.text)) for each in sentences]
    drawn = []
    for _ in range(DRAWS):
        sample: list[Matched] = [p for each in dice.choices(pairs, k=len(pairs)) for p in each]
        drawn.append(_f1(sample, field))
    drawn.sort()
    return drawn[int(0.025 * DRAWS)], drawn[int(0.975 * DRAWS)]


def _f1(pairs: Sequence[Matched], field: str) -> float:
    found = scores(pairs)[field]
    whole = found.precision + found.recall
    return 2 * found.precision * found.recall / whole if whole else 0.0


def table(sentences: Sequence[Coded]) -> list[str]:
    """Return the scores as lines of a table."""
    lines = [
        "| field | rules: precision, recall, F1 (95 %) | keywords: precision, recall | majority |",
        "| --- | --- | --- | --- |",
    ]
    methods = (rules.extract, keywords.extract, majority(sentences))
    pairs = [all_matched(sentences, each) for each in methods]
    for field in FIELDS:
        mine, plain, most = (scores(each)[field] for each in pairs)
        low, high = interval(sentences, rules.extract, field)
        lines.append(
            f"| {field} | {mine.precision:.2f}, {mine.recall:.2f}, {_f1(pairs[0], field):.2f} "
            f"({low:.2f} to {high:.2f}) | {plain.precision:.2f}, {plain.recall:.2f} | "
            f"{most.precision:.2f}, {most.recall:.2f} |"
        )
    return lines


def confused(sentences: Sequence[Coded], field: str) -> list[str]:
    """Return a confusion table: rows as coded, columns as found."""
    found = confusion(all_matched(sentences, rules.extract), field)
    rows, columns = (sorted({pair[side] for pair in found}) for side in (0, 1))
    lines = [
        f"| {field}: coded, found | {' | '.join(columns)} |",
        "| --- " * (len(columns) + 1) + "|",
    ]
    for row in rows:
        cells = (str(found.get((row, column), "")) for column in columns)
        lines.append(f"| {row} | {' | '.join(cells)} |")
    return lines


def speed(sentences: Sequence[Coded]) -> float:
    """Return sentences a second on one core, the median of some runs."""
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        for _ in range(10):
            for each in sentences:
                rules.extract(each.text)
        taken.append(10 * len(sentences) / (time.perf_counter() - began))
    return statistics.median(taken)


def main() -> None:
    """Score and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--markdown", action="store_true", help="with the confusion tables")
    asked.add_argument("--half", choices=("first", "second"), help="sentences of odd or even place")
    given = asked.parse_args()
    sentences = coded()
    if given.half:
        sentences = sentences[given.half == "second" :: 2]
    print(machine(), f"\n{len(sentences)} sentences\n")
    print("\n".join(table(sentences)))
    if given.markdown:
        for field in ("type", "class", "direction"):
            print("\n" + "\n".join(confused(sentences, field)))
    print(f"\n{speed(sentences):,.0f} sentences a second, median of {RUNS} runs")


if __name__ == "__main__":
    main()
