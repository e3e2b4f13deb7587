"""Pairs of claims about one fact: confirmed, denied, contradicted. Suggestions, for a person.

A pair is two claims within some days of one another whose types can answer each other and whose
words overlap, rare words of the case counting most.

Promises: both claims stand in a pair, and why they were paired; the order in which claims came
changes nothing; claims of one page are never paired with each other.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from backchannel.channel.folding import fold
from backchannel.watch.claims import Claim, ClaimType, SpeakerType
from backchannel.watch.counting import NO_STORIES, ordered, report_of

WITHIN: Final = 14  # days
OVERLAP: Final = 0.12
_WORD: Final = re.compile(r"[^\W_]{4,}")
# Words of reporting, which any two claims share.
_REPORTING: Final = frozenset(
    {
        *("about", "after", "again", "against", "also", "another", "before", "from", "have"),
        *("official", "officials", "over", "reports", "round", "said", "says", "that", "their"),
        *("them", "they", "this", "under", "unnamed", "want", "when", "which", "with", "would"),
    }
)
_STEM: Final = 6  # letters: "negotiators" and "negotiations" are one


class Relation(Enum):
    """How the later claim answers the earlier."""

    CONFIRMED = "confirmed"
    DENIED = "denied"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two claims, the earlier first. `overlap`: from 0 to 1; `shared`: the words they share."""

    first: Claim
    second: Claim
    relation: Relation
    overlap: float
    shared: tuple[str, ...]


_DENIED: Final = {
    ClaimType.LEAK_DENIED: frozenset({ClaimType.LEAK}),
    ClaimType.TALKS_DENIED: frozenset({ClaimType.TALKS_ANNOUNCED, ClaimType.FORMAL_TALKS}),
}
_ANSWERS: Final = frozenset({*_DENIED, ClaimType.CONTRADICTION})


def pairs(
    claims: Iterable[Claim], *, stories: Mapping[str, str] = NO_STORIES, within: int = WITHIN
) -> tuple[Pair, ...]:
    """Return suggested pairs, the newest first, one at most for each claim that answers."""
    known = ordered(claims)
    words = [stems(each) for each in known]
    weights = _weights(words)
    found: dict[str, Pair] = {}
    for late, second in enumerate(known):
        for early in range(late - 1, -1, -1):
            first = known[early]
            if (second.published - first.published).days > within:
                break
            if report_of(first, stories) == report_of(second, stories):
                continue
            if pair := _pair(first, second, (words[early], words[late]), weights):
                best = found.get(pair.second.digest)
                # The nearest in words alone: a contradiction is of one claim as a rule.
                if best is None or _nearness(pair) > _nearness(best):
                    found[pair.second.digest] = pair
    return tuple(sorted(found.values(), key=_newness, reverse=True))


def _nearness(pair: Pair) -> tuple[float, str, str]:
    return pair.overlap, pair.first.published.isoformat(), pair.first.digest


def _newness(pair: Pair) -> tuple[str, float, str]:
    return pair.second.published.isoformat(), pair.overlap, pair.second.digest


def _pair(
    first: Claim,
    second: Claim,
    words: tuple[frozenset[str], frozenset[str]],
    weights: Mapping[str, float],
) -> Pair | None:
    # On one day either may answer the other: a denial is printed before what it denies.
    same_day = first.published == second.published
    if same_day and first.claim_type in _ANSWERS and second.claim_type not in _ANSWERS:
        first, second = second, first
    relation = related(first, second)
    if relation is None:
        return None
    shared = words[0] & words[1]
    least = min(sum(weights[word] for word in side) for side in words)
    overlap = sum(weights[word] for word in shared) / least if least else 0.0
    if overlap < OVERLAP:
        return None
    return Pair(
        first=first,
        second=second,
        relation=relation,
        overlap=overlap,
        shared=tuple(sorted(shared, key=lambda word: (-weights[word], word))),
    )


def related(first: Claim, second: Claim) -> Relation | None:
    """Return how the second may answer the first, by type and class of speaker alone."""
    kind = second.claim_type
    if kind in _DENIED:
        return Relation.DENIED if first.claim_type in _DENIED[kind] else None
    if first.claim_type in _ANSWERS:
        return None
    if kind is ClaimType.CONTRADICTION:
        return Relation.CONTRADICTED
    # Unnamed first, then said aloud by somebody who stands for it.
    whispered = first.speaker_type is SpeakerType.ANONYMOUS_SOURCE
    aloud = second.speaker_type is not SpeakerType.ANONYMOUS_SOURCE
    if whispered and aloud and first.direction is second.direction:
        return Relation.CONFIRMED
    return None


def stems(claim: Claim) -> frozenset[str]:
    """Return the beginnings of a claim's longer words."""
    text = fold(f"{claim.actor} {claim.paraphrase}")
    return frozenset(word[:_STEM] for word in _WORD.findall(text) if word not in _REPORTING)


def _weights(texts: Sequence[frozenset[str]]) -> dict[str, float]:
    """Return how much a word tells: the more, the fewer claims of the case hold it."""
    often = Counter(word for text in texts for word in text)
    return {word: math.log((1 + len(texts)) / times) for word, times in often.items()}
