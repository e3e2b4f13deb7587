"""Which reports tell one story: copies and rewrites of one text, found by the words they share.

Runs of three words (shingles) are hashed; reports that may be alike meet through MinHash, once over
the whole text and once over its beginning, which shortened copies keep; those that meet are
compared. Two are one story if they share half of all their shingles, or the shorter, of forty
shingles at least, has seven tenths of its own in the longer. Whatever is linked so is one story.

Promises: a story is named by the smallest name in it; the order in which reports come, and the
process that looks, change nothing; equal wording is always one story; what two reports share beside
their own words (a footer) links them only if it is more than that.

>>> wire = "The foreign minister said on Monday that the talks in Doha had made some progress."
>>> sorted(stories([("b", wire), ("a", wire.upper()), ("c", "Rain is expected.")]).items())
[('a', 'a'), ('b', 'a'), ('c', 'c')]

Sources: Broder, "On the resemblance and containment of documents" (1997); Li, Owen and Zhang, "One
permutation hashing" (2012); Shrivastava and Li, "Densifying one permutation hashing" (2014).
"""

import hashlib
import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Final

SHARED: Final = 0.5  # of the shingles of both together
WITHIN: Final = 0.7  # of those of the shorter
SHORTEST: Final = 40  # shingles that a shortened copy has at least
_BEGINNING: Final = 50  # shingles
_ROWS: Final = 4
_BANDS: Final = 25
_BINS: Final = _ROWS * _BANDS
_BANDS_OF_BEGINNING: Final = 5
_BINS_OF_BEGINNING: Final = _ROWS * _BANDS_OF_BEGINNING
# What is kept of a report to compare it by: all shingles of a short one, the smallest of a long.
_SKETCH: Final = 256
# In a crowd each is compared with the next ones only, in order of their whole signatures, so that
# a footer on every page costs no square of the pages.
_NEIGHBOURS: Final = 12
# Words have 30 bits and shingles 60: numbers that Python multiplies and compares fastest.
_MASK: Final = 0xFFF_FFFF_FFFF_FFFF
_FACTORS: Final = (0xE37_79B9_7F4A_7C15, 0x2B2_AE3D_27D4_EB4F, 0x656_67B1_9E37_79F9)
_ROW: Final = 8 * _ROWS  # bytes of a band in a signature
# Where words are not spaced, a character is one.
_WORD: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trace:
    """What is kept of one wording, in place of its text."""

    names: list[str]
    signature: bytes
    sketch: "array[int]"
    whole: bool  # every shingle is in the sketch


def stories(reports: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the story of every report, from their names and texts."""
    traces = _traces(reports)
    linked = _Linked(len(traces))
    for band in range(_BANDS + _BANDS_OF_BEGINNING):
        for one, other in _meetings(traces, band * _ROW):
            if not linked.are(one, other) and _alike(traces[one], traces[other]):
                linked.link(one, other)
    first: dict[int, str] = {}
    for number, trace in enumerate(traces):  # in the order of their smallest names
        first.setdefault(linked.root(number), trace.names[0])
    return {
        name: first[linked.root(number)]
        for number, trace in enumerate(traces)
        for name in trace.names
    }


def _traces(reports: Iterable[tuple[str, str]]) -> list[_Trace]:
    words = _Words()
    found: dict[tuple[bytes, bytes], _Trace] = {}
    for name, text in reports:
        shingles = _shingles(text, words)
        trace = _trace(shingles)
        key = (trace.sketch.tobytes(), trace.signature)
        found.setdefault(key, trace).names.append(name)
    for trace in found.values():
        trace.names.sort()
    return sorted(found.values(), key=lambda trace: trace.names[0])


def _trace(shingles: Sequence[int]) -> _Trace:
    whole = sorted(set(shingles))
    beginning = sorted(set(shingles[:_BEGINNING]))
    return _Trace(
        names=[],
        signature=_signature(whole, _BINS) + _signature(beginning, _BINS_OF_BEGINNING),
        sketch=array("Q", whole[:_SKETCH]),
        whole=len(whole) <= _SKETCH,
    )


class _Words(dict[str, int]):
    """The number of every word, learnt as it comes."""

    def __missing__(self, word: str) -> int:
        # Not by hash(), which every process computes in its own way.
        digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=4).digest()
        number = self[word] = int.from_bytes(digest, "big") >> 2
        return number


def _shingles(text: str, known: _Words) -> list[int]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    words = list(map(known.__getitem__, _WORD.findall(plain)))
    # Reports of one or two words, or of none, have one shingle too.
    words += [0] * (len(_FACTORS) - len(words))
    one, two, three = _FACTORS
    return [
        (a * one + b * two + c * three) & _MASK
        for a, b, c in zip(words, islice(words, 1, None), islice(words, 2, None), strict=False)
    ]


def _signature(shingles: Sequence[int], bins: int) -> bytes:
    """Return the smallest shingle of each bin; an empty bin borrows from the next that is not."""
    smallest = {each % bins: each for each in reversed(shingles)}
    if len(smallest) < bins:
        _lend(smallest, bins)
    return array("Q", [smallest[each] for each in range(bins)]).tobytes()


def _lend(smallest: dict[int, int], bins: int) -> None:
    filled = sorted(smallest)
    for before, here in pairwise((filled[-1] - bins, *filled, filled[0] + bins)):
        lender = smallest[here % bins]
        for each in range(max(0, before + 1), min(here, bins)):
            # As far as it is away: else two that borrow alike would look alike in every bin.
            smallest[each] = lender + here - each


def _meetings(traces: Sequence[_Trace], start: int) -> Iterator[tuple[int, int]]:
    """Yield whom a band brings together: pairs of those that are the same in all its rows."""
    crowds: dict[bytes, list[int]] = {}
    for number, trace in enumerate(traces):
        crowds.setdefault(trace.signature[start : start + _ROW], []).append(number)
    for crowd in crowds.values():
        if len(crowd) > _NEIGHBOURS:
            # From this band on: each band sets other neighbours beside one another.
            crowd.sort(key=lambda number: (traces[number].signature[start:], number))
        for place, one in enumerate(crowd[:-1], start=1):
            for other in crowd[place : place + _NEIGHBOURS]:
                yield one, other


def _alike(one: _Trace, other: _Trace) -> bool:
    # Where a sketch is not whole, what both would have below its end is compared.
    ends = [trace.sketch[-1] for trace in (one, other) if not trace.whole]
    end = min(ends, default=_MASK)
    first = {each for each in one.sketch if each <= end}
    second = {each for each in other.sketch if each <= end}
    common, shorter = len(first & second), min(len(first), len(second))
    if common >= SHARED * (len(first) + len(second) - common):
        return True
    return shorter >= SHORTEST and common >= WITHIN * shorter


class _Linked:
    """Which numbers are linked, through however many others; the smallest stands for all."""

    def __init__(self, count: int) -> None:
        self._above = list(range(count))

    def root(self, number: int) -> int:
        while self._above[number] != number:
            self._above[number] = self._above[self._above[number]]
            number = self._above[number]
        return number

    def are(self, one: int, other: int) -> bool:
        return self.root(one) == self.root(other)

    def link(self, one: int, other: int) -> None:
        low, high = sorted((self.root(one), self.root(other)))
        self._above[high] = low
