"""How well an extractor finds the claims that a person coded, field by field, beside two baselines.

A found claim and a coded one are the same claim if their spans overlap; of several the pair with
the largest overlap counts, each claim once. A field is scored on claims that were found, and, as
recall, on all that were coded.

Promises: the figures are counts, so that they can be checked; both baselines are scored in just
the same way.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from backchannel.channel.folding import fold
from backchannel.watch.claims import ClaimType, Direction, SpeakerType
from backchannel.watch.finding import Extractor, Found

NONE: Final = "(none)"
Read = Callable[[Found], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A sentence, and the claims that a person coded in it."""

    text: str
    claims: tuple[Found, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Of so many coded and so many found claims, how many agree in a field."""

    right: int
    coded: int
    found: int

    @property
    def precision(self) -> float:
        """Return the share of found claims that are right; 0 if nothing was found."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Return the share of coded claims that were found right."""
        return self.right / self.coded if self.coded else 0.0


FIELDS: Final[Mapping[str, Read]] = {
    "claim": lambda _: "",
    "speaker": lambda claim: claim.speaker,
    "class": lambda claim: claim.speaker_type.value,
    "type": lambda claim: claim.claim_type.value,
    "direction": lambda claim: claim.direction.value,
    "credit": lambda claim: claim.credited_to,
}


Matched = tuple[Found | None, Found | None]  # coded and found; None: there is none


def matched(sentence: Coded, found: Sequence[Found]) -> list[Matched]:
    """Return pairs of coded and found claims, and those left over on either side."""
    both = sorted(
        (
            (-_overlap(coded.span, each.span), i, j)
            for i, coded in enumerate(sentence.claims)
            for j, each in enumerate(found)
            if _overlap(coded.span, each.span) > 0
        ),
    )
    left, right = set(range(len(sentence.claims))), set(range(len(found)))
    pairs: list[Matched] = []
    for _, i, j in both:
        if i in left and j in right:
            pairs.append((sentence.claims[i], found[j]))
            left.discard(i)
            right.discard(j)
    pairs += [(sentence.claims[i], None) for i in sorted(left)]
    return pairs + [(None, found[j]) for j in sorted(right)]


def all_matched(sentences: Iterable[Coded], extract: Extractor) -> list[Matched]:
    """Return the pairs of all sentences."""
    return [pair for each in sentences for pair in matched(each, extract(each.text))]


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> int:
    return min(one[1], other[1]) - max(one[0], other[0])


def scores(pairs: Sequence[Matched]) -> dict[str, Score]:
    """Return the scores by field. Credit is scored on claims that credit somebody alone."""
    return {name: _score(name, read, pairs) for name, read in FIELDS.items()}


def _score(name: str, read: Read, pairs: Sequence[Matched]) -> Score:
    def counts(claim: Found | None) -> bool:
        return claim is not None and (name != "credit" or bool(claim.credited_to))

    return Score(
        right=sum(
            counts(one) and counts(two) and _same(name, read(one), read(two))
            for one, two in pairs
            if one is not None and two is not None
        ),
        coded=sum(counts(one) for one, _ in pairs),
        found=sum(counts(two) for _, two in pairs),
    )


def _same(name: str, one: str, two: str) -> bool:
    """Return whether a field agrees; of names, if half of their words are shared."""
    if name not in {"speaker", "credit"}:
        return one == two
    first, second = set(fold(one).split()), set(fold(two).split())
    if not first or not second:
        return first == second
    return 2 * len(first & second) >= min(len(first), len(second)) and bool(first & second)


def confusion(pairs: Sequence[Matched], field: str) -> dict[tuple[str, str], int]:
    """Return how often each coded value was found as each; what has no partner as NONE."""
    read = FIELDS[field]
    return dict(
        Counter((read(one) if one else NONE, read(two) if two else NONE) for one, two in pairs)
    )


def majority(sentences: Iterable[Coded]) -> Extractor:
    """Return what finds one claim in every sentence, with the commonest value of each field."""
    claims = [claim for each in sentences for claim in each.claims]

    def most(read: Read) -> str:
        return max(sorted({read(c) for c in claims}), key=[read(c) for c in claims].count)

    kind, who, way = (most(FIELDS[name]) for name in ("type", "class", "direction"))

    def extract(text: str) -> tuple[Found, ...]:
        made = Found(
            speaker=" ".join(text.split()[:2]),
            speaker_type=SpeakerType(who),
            actor="",
            claim_type=ClaimType(kind),
            direction=Direction(way),
            credited_to="",
            quoted=False,
            hedged=False,
            span=(0, len(text)),
        )
        return (made,)

    return extract
