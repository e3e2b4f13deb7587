"""What is claimed, which way it points, and whom it credits: cues in words, the first that fits.

Promises: the rules are a list in the order in which they are tried; a claim that fits none is none.

Source: the coding rules of `tests/watch/README.md`.
"""

import re
from typing import Final

from backchannel.watch.claims import ClaimType, Direction, SpeakerType
from backchannel.watch.extraction.speakers import DENIES, THANKS, Attribution

_TALKS = (
    r"(?:talks?|meetings?|contacts?|negotiat\w+|envoys?|delegations?|rounds?|channels?|experts|"
    r"teams?)"
)
_TERMS = (
    r"(?:terms?|offers?|proposals?|texts?|drafts?|plans?|deals?|demands?|conditions?|maps?|formula"
    r"|clauses?|invitations?|idea)"
)
_FORCE: Final = re.compile(
    r"\b(?:strikes?|struck|missiles?|shell\w*|attack\w*|sanction\w*|blacklist\w*|threat\w*|fired|"
    r"fire on|raid\w*|drones?|bomb\w*|offensive|blockade\w*|artillery|rockets?|clashes|killed|"
    r"retaliat\w*|gunfire|war footing|tariffs?|fight on|digging in|shooting|shot at)\b",
    re.IGNORECASE,
)


def _cue(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


_DENIED: Final = (
    (
        ClaimType.LEAK_DENIED,
        _cue(r"\b(?:reports?|rumou?rs?|accounts?|leak\w*|story|stories|media|press|speculation)\b"),
    ),
    (ClaimType.TALKS_DENIED, _cue(rf"\b(?:held|holding|met|meeting|in contact|{_TALKS})\b")),
    (ClaimType.REJECTION, _cue(rf"\b{_TERMS}\b")),
)
_REFUSES: Final = _cue(r"\b(?:reject\w*|refus\w*|rebuffed|turned down|ruled out|rules out)\b")
_NO_TALKS: Final = _cue(
    rf"\bno\s+(?:\w+\s+){{0,2}}{_TALKS}\b|\bnever (?:met|spoke|held)\b|\bnot (?:meet|be meeting|"
    rf"hold|held|holding|met|talking|negotiating|send|travel)\b|\bis flying nowhere\b"
)
_UNTRUE: Final = _cue(
    r"\b(?:not true|untrue|false|fabricat\w*|contrary to|baseless|not what|is wrong|mischaracter\w*"
    r"|misrepresent\w*|no truth|nothing of the kind|correct(?:s|ed) )\b"
)
_RULES: Final = (
    (ClaimType.CONTRADICTION, _UNTRUE),
    (ClaimType.TALKS_DENIED, _NO_TALKS),
    (
        ClaimType.CREDIT_GIVEN,
        _cue(
            r"\b(?:thank\w*|owe[sd]?|credit\w*|praise\w*|grateful|gratitude|tribute|without "
            r"\w+(?:'s)? (?:help|efforts?|mediation|patience)|made possible by)\b"
        ),
    ),
    (
        ClaimType.BREAKDOWN,
        _cue(
            rf"\b(?:suspend\w*|collaps\w*|walked out|br(?:oke|oken|eak\w*) off|breakdown|"
            rf"pulled out|quit|called off|abandon\w*|withdrew from|talks (?:are|were) over|ended "
            rf"(?:the )?{_TALKS})"
        ),
    ),
    (
        ClaimType.REJECTION,
        _cue(
            r"\b(?:reject\w*|refus\w*|unacceptable|will not (?:accept|sign|agree|attend)|would not"
            r" (?:accept|sign|agree|attend)|cannot accept|turned down|no to the|not accept)\b"
        ),
    ),
    (
        ClaimType.IMPLEMENTATION_REPORT,
        _cue(
            r"\b(?:had been|have been|has been|were|was) (?:\w+ )?(?:freed|released|flown|handed "
            r"over|delivered|transferred|withdrawn|unfrozen|returned|paid|reopened|inspected|"
            r"completed)\b|\b(?:arrived|crossed|landed|delivered|unloaded|pulled back|on schedule|"
            r"behind schedule|overdue|convoys?)\b"
        ),
    ),
    (
        ClaimType.EXCHANGE_ANNOUNCED,
        _cue(
            r"\b(?:releas\w*|free[ds]?|freeing|swap\w*|exchange[ds]?|come home|go home|hand over)\b"
            r".{0,80}\b(?:prisoners?|detainees?|hostages?|captives?|bodies|remains|men|women|people"
            r"|soldiers|sailors|nationals|inmates|children|crew)\b|\b(?:prisoners?|detainees?|"
            r"hostages?|captives?|soldiers|sailors|inmates).{0,60}\b(?:releas\w*|freed|swap\w*|"
            r"exchang\w*|home)\b"
        ),
    ),
    (
        ClaimType.PAUSE_ANNOUNCED,
        _cue(
            r"\b(?:ceasefire|cease-fire|truce|pauses?|lull|guns|hostilities|cessation|stop firing|"
            r"halt (?:in )?(?:fire|fighting|strikes))\b"
        ),
    ),
    (
        ClaimType.AGREEMENT,
        _cue(
            r"\b(?:signed|initialled|initialed|agreed (?:on|to|upon)|is agreed|was agreed|have "
            r"agreed|had agreed|reached (?:an? )?(?:\w+ )?(?:agreement|accord|deal)|concluded)\b"
        ),
    ),
    (
        ClaimType.FORMAL_TALKS,
        _cue(
            r"\b(?:face[- ]to[- ]face|direct (?:talks|negotiations)|formal (?:talks|negotiations)|"
            r"plenary|opened negotiations|across the (?:same )?table|standing talks)\b"
        ),
    ),
    (ClaimType.ESCALATION, _FORCE),
    (
        ClaimType.PROGRESS_CLAIMED,
        _cue(
            r"\b(?:progress|headway|gaps?|closer|narrow\w*|outstanding|points?|constructive|"
            r"positive|optimis\w*|pessimis\w*|stalled|deadlock\w*|stuck|breakthrough|concession\w*|"
            r"ready to|willing|prepared to|offer\w*|far apart|differences|advanced|serious|impasse|"
            r"momentum|on the table|not ruled out|compromise)\b"
        ),
    ),
    (
        ClaimType.TALKS_ANNOUNCED,
        _cue(
            rf"\b(?:will|would|to|is|are|has|have|next|new|another|invit\w+|accepted|due)\b.{{0,80}}"
            rf"\b{_TALKS}\b|\b{_TALKS}\b.{{0,80}}\b(?:will|would|resume\w*|begin\w*|start\w*|open\w*|"
            rf"continue\w*|next|tomorrow|set|scheduled|due|expected)\b"
        ),
    ),
)
_LEGISLATURE: Final = _cue(
    r"\b(?:senat\w+|congress\w*|the house|house of|lawmakers?|parliament\w*|knesset|majlis|"
    r"legislat\w+|mps?)\b"
)
_VOTES: Final = _cue(
    r"\b(?:vote[ds]?|voting|bill|resolution|law|letter|reading|motion|amendment|hearing|review)\b"
)
_MOVES: Final = _cue(
    r"\b(?:moved|deploy\w*|sent|recall\w*|summon\w*|clos\w+|reopen\w*|mass\w*|reinforc\w*|expel\w*|"
    r"battalions?|brigades?|border|airspace|warships?|troops|ambassador)\b"
)
_NO_CLAIM: Final = _cue(
    r"\b(?:did not (?:respond|reply|comment|return)|declined to comment|could not be reached|no "
    r"comment|not immediately)\b"
)
_HEDGED: Final = _cue(
    r"\b(?:may|might|could|perhaps|possibly|seems?|seemed|appears?|appeared|unless|if|likely|"
    r"unlikely|chance|reportedly|apparently|one in|would depend|provided)\b"
)
_AWAY: Final = _cue(
    r"\b(?:no progress|little progress|stalled|stuck|deadlock\w*|far apart|wide gaps?|slow\w*|late|"
    r"overdue|behind schedule|not ready|unwilling|harden\w*|block\w*|against|barred|oppos\w*|"
    r"pessimis\w*|never|fail\w*|broken|violat\w*|clos(?:e|ed|ing)|withhold|held back|delay\w*|"
    r"impasse|widen\w*|doubt\w*|premature|expel\w*|not yet|nothing)\b"
)
_NEUTRAL: Final = frozenset({ClaimType.LEAK, ClaimType.LEAK_DENIED, ClaimType.REGIONAL_MOVE})
_BACKWARD: Final = frozenset(
    {
        *(ClaimType.TALKS_DENIED, ClaimType.BREAKDOWN, ClaimType.REJECTION, ClaimType.ESCALATION),
        *(ClaimType.CONTRADICTION, ClaimType.LEGISLATURE_MOVE),
    }
)
# An unnamed speaker of these tells what was not public; of the others it is coded by what is done.
_TOLD: Final = frozenset(
    {
        *(ClaimType.PROGRESS_CLAIMED, ClaimType.TALKS_ANNOUNCED, ClaimType.FORMAL_TALKS),
        *(ClaimType.EXCHANGE_ANNOUNCED, ClaimType.PAUSE_ANNOUNCED, ClaimType.AGREEMENT),
    }
)
_CREDITED: Final = _cue(
    r"(?:thank(?:ed|s|ing)?(?: to)?|praised?|praising|hailed|lauded|commended|saluted|credited|"
    r"owe[sd]?(?: \w+){0,3} to|tribute to|grateful to|possible by|credit (?:goes )?to)\s+"
)
_CAPITALS: Final = re.compile(
    r"(?:the\s+)?[A-Z][\w'\u2019-]+(?:\s+(?:and\s+)?[A-Z][\w'\u2019-]+){0,3}"
)


def claim_type(text: str, who: Attribution, speaker: SpeakerType) -> ClaimType | None:
    """Return what a clause claims; None if it claims nothing. `text`: the whole clause."""
    if _NO_CLAIM.search(text):
        return None
    said = text[slice(*who.span)]
    if _LEGISLATURE.search(who.told or text) and _VOTES.search(text):
        return ClaimType.LEGISLATURE_MOVE
    if DENIES.search(who.verb):
        return _denied(who.verb, said)
    if THANKS.search(who.verb):
        return ClaimType.CREDIT_GIVEN
    found = next((kind for kind, cue in _RULES if cue.search(said)), None)
    if speaker is SpeakerType.ANONYMOUS_SOURCE and (found is None or found in _TOLD):
        return ClaimType.LEAK
    if speaker is SpeakerType.THIRD and found in {None, ClaimType.ESCALATION}:
        found = ClaimType.REGIONAL_MOVE if _MOVES.search(said) else found
    # Somebody says something of which no word is known here: how things stand, most often.
    return found or (ClaimType.PROGRESS_CLAIMED if who.verb else None)


def _denied(verb: str, said: str) -> ClaimType:
    if _REFUSES.search(verb):
        return ClaimType.REJECTION
    return next((kind for kind, cue in _DENIED if cue.search(said)), ClaimType.CONTRADICTION)


def direction(kind: ClaimType, said: str) -> Direction:
    """Return which way a claim points."""
    if kind in _BACKWARD or _AWAY.search(said):
        return Direction.AWAY
    return Direction.NEUTRAL if kind in _NEUTRAL else Direction.TOWARD


def hedged(said: str) -> bool:
    """Return whether a claim is weakened or conditional."""
    return bool(_HEDGED.search(said))


def credited(text: str, kind: ClaimType) -> str:
    """Return whom a claim thanks, in words of the sentence."""
    if kind is not ClaimType.CREDIT_GIVEN or not (found := _CREDITED.search(text)):
        return ""
    name = _CAPITALS.match(text, found.end())
    return name.group() if name else ""


def actor(said: str, speaker: str) -> str:
    """Return whose conduct it is about: the first name in the claim, else who speaks."""
    found = _CAPITALS.search(said)
    return found.group().removeprefix("the ") if found else speaker
