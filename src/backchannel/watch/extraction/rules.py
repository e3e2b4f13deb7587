"""The extractor by rules: a sentence in, the claims that its words suggest out.

It knows no grammar and is weaker than a parser: it proposes, and a person judges (`watch review`).

Promises: the same sentence gives the same claims; a span lies within its sentence; no sentence
costs more than in proportion to its length, and beyond `LONGEST` characters none is looked at.

>>> found, = extract("Qatar's mediators said the two sides had narrowed the gaps.")
>>> found.speaker_type.value, found.claim_type.value, found.direction.value
('broker', 'progress_claimed', 'toward')
"""

import re
from collections.abc import Iterator
from typing import Final

from backchannel.watch.extraction.kinds import actor, claim_type, credited, direction, hedged
from backchannel.watch.extraction.sentences import LONGEST, sentences
from backchannel.watch.extraction.speakers import BROKERS, VERB, attribution, speaker_type
from backchannel.watch.finding import Extractor, Found
from backchannel.watch.proposals import Method

NAME: Final = "rules 1"
_JOINED: Final = re.compile(r"(?:;|, (?:but|while|whereas|and)|\bwhile)\s+")
_QUOTES: Final = re.compile(r"[\"\u201c\u201d]")


def extract(sentence: str) -> tuple[Found, ...]:
    """Return the claims of an English sentence."""
    return tuple(_found(sentence, BROKERS))


def extractor(brokers: frozenset[str]) -> Extractor:
    """Return an extractor that takes these names, in lower case, for those of a broker."""
    return lambda sentence: tuple(_found(sentence, brokers))


def _found(sentence: str, brokers: frozenset[str]) -> Iterator[Found]:
    if len(sentence) > LONGEST:
        return
    for start, end in _clauses(sentence):
        found = _claim(sentence[start:end], start, brokers)
        if found is not None:
            yield found


def _clauses(sentence: str) -> Iterator[tuple[int, int]]:
    """Yield the clauses in which somebody speaks; one clause, unless two do."""
    start = 0
    for joint in _JOINED.finditer(sentence):
        before, after = sentence[start : joint.start()], sentence[joint.end() :]
        quoting = len(_QUOTES.findall(before)) % 2
        if not quoting and VERB.search(before) and VERB.search(after):
            yield start, joint.start()
            start = joint.end()
    if sentence[start:].strip():
        yield start, len(sentence)


def _claim(clause: str, offset: int, brokers: frozenset[str]) -> Found | None:
    if not clause.strip(" ."):
        return None
    who = attribution(clause)
    speaker = speaker_type(who, brokers)
    kind = claim_type(clause, who, speaker)
    first, last = who.span
    said = clause[first:last]
    if kind is None or not said.strip():
        return None
    return Found(
        speaker=who.speaker,
        speaker_type=speaker,
        actor=actor(said, who.speaker),
        claim_type=kind,
        direction=direction(kind, said),
        credited_to=credited(clause, kind),
        quoted=bool(_QUOTES.search(said)),
        hedged=hedged(said),
        span=(offset + first, offset + last),
    )


RULES: Final = Method(name=NAME, cut=sentences, extract=extract)
