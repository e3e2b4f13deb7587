"""What an extractor finds in a sentence: a claim that is proposed, and the words it rests on.

Promises: the span lies within the sentence; whoever proposes says how (`method`), and nothing that
is proposed is a claim before a person has confirmed it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from backchannel.watch.claims import ClaimType, Direction, SpeakerType


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One claim in one sentence, fields as the code book has them.

    `span`: first and last-but-one character of the sentence that carry the claim. `speaker`,
    `actor` and `credited_to` are words of the sentence, or empty.
    """

    speaker: str
    speaker_type: SpeakerType
    actor: str
    claim_type: ClaimType
    direction: Direction
    credited_to: str
    quoted: bool
    hedged: bool
    span: tuple[int, int]


# A sentence in, what is claimed in it out; nothing is a common answer.
Extractor = Callable[[str], tuple[Found, ...]]
