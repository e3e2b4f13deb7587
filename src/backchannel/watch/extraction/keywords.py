"""A plain baseline: one claim for each sentence with a word of saying, its type by one keyword.

It is what somebody writes in ten minutes, and is there to be compared with; nothing uses it.
"""

import re
from typing import Final

from backchannel.watch.claims import ClaimType, Direction, SpeakerType
from backchannel.watch.finding import Found

_SAID: Final = re.compile(r"^(?P<who>.{1,120}?)\s(?:said|says|told|denied|announced)\b")
_WORDS: Final = {
    "deni": ClaimType.LEAK_DENIED,
    "reject": ClaimType.REJECTION,
    "thank": ClaimType.CREDIT_GIVEN,
    "prisoner": ClaimType.EXCHANGE_ANNOUNCED,
    "truce": ClaimType.PAUSE_ANNOUNCED,
    "ceasefire": ClaimType.PAUSE_ANNOUNCED,
    "signed": ClaimType.AGREEMENT,
    "suspend": ClaimType.BREAKDOWN,
    "strike": ClaimType.ESCALATION,
    "sanction": ClaimType.ESCALATION,
    "parliament": ClaimType.LEGISLATURE_MOVE,
    "senate": ClaimType.LEGISLATURE_MOVE,
    "talks": ClaimType.TALKS_ANNOUNCED,
}
_AWAY: Final = frozenset({"deni", "reject", "suspend", "strike", "sanction"})


def extract(sentence: str) -> tuple[Found, ...]:
    """Return at most one claim."""
    said = _SAID.match(sentence)
    if said is None:
        return ()
    word = next((each for each in _WORDS if each in sentence.lower()), "")
    source = "source" in said["who"].lower()
    made = Found(
        speaker=said["who"],
        speaker_type=SpeakerType.ANONYMOUS_SOURCE if source else SpeakerType.NAMED_OFFICIAL,
        actor="",
        claim_type=_WORDS.get(word, ClaimType.PROGRESS_CLAIMED),
        direction=Direction.AWAY if word in _AWAY else Direction.TOWARD,
        credited_to="",
        quoted='"' in sentence,
        hedged=False,
        span=(said.end(), max(len(sentence), said.end() + 1)),
    )
    return (made,) if said.end() < len(sentence) else ()
