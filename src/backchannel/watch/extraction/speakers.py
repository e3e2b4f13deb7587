"""Who speaks in a sentence, in which capacity, and which words are the claim.

Promises: a speaker is words of the sentence; each rule looks at a sentence once, so that a long one
costs in proportion to its length.

Source: the coding rules of `tests/watch/README.md`.
"""

import re
from dataclasses import dataclass
from typing import Final

from backchannel.watch.claims import SpeakerType

_SAY: Final = (
    "said|says|say|saying|announced|announces|announcing|added|adds|adding|stated|states|declared|"
    "declares|declaring|reported|reports|insisted|insists|insisting|claimed|claims|claiming|"
    "warned|warns|warning|confirmed|confirms|confirming|noted|notes|explained|wrote|writes|"
    "acknowledged|acknowledges|described|describes|argued|argues|suggested|suggests|maintained|"
    "maintains|disclosed|revealed|indicated|predicted|cautioned|pledged|promised|vowed|hinted|"
    "conceded|recalled|repeated|stressed|signalled|told|tells|telling|hopes|expects|believes|accused|"
    "accuses|called|calls|judged|listed|allowed|proposed|wants|scoffed|corrected|wondered|observed|"
    "complained|admitted|voiced|urged|demanded|proclaimed|laughed|put it"
)
_DENY: Final = (
    "denied|denies|denying|deny|dismissed|dismisses|dismissing|rejected|rejects|rejecting|disputed|"
    "disputes|disputing|rebuffed|refuted|refutes|contradicted|contradicts|refused|refuses|refusing|"
    "ruled out|rules out|brushed aside|scoffed at"
)
_THANK: Final = (
    "thanked|thanks|thanking|praised|praises|praising|credited|credits|crediting|hailed|hails|"
    "saluted|salutes|lauded|commended|paid tribute"
)
VERB: Final = re.compile(rf"\b(?:{_SAY}|{_DENY}|{_THANK})\b")
DENIES: Final = re.compile(rf"\b(?:{_DENY})\b")
THANKS: Final = re.compile(rf"\b(?:{_THANK})\b")
_ACCORDING: Final = re.compile(r"\baccording to\s+|\bin the words of\s+", re.IGNORECASE)
_TRAILING: Final = re.compile(rf",[\"\u201d']?\s+(?=(?:[^,\"\u201d]{{1,90}}\s)?(?:{_SAY})\b)")
_LEADING: Final = re.compile(
    r"^(?:On|In|At|After|Before|During|Earlier|Late|Asked|Hours|Minutes|Later|By|From|[A-Z]\w+ing)\b"
    r"[^,\"]{0,90},\s+"
)
_LISTENER: Final = re.compile(r"^(?:told|tells|telling)\s+[^,\"]{1,60}?(?=\s+that\b|,|\s+the\b|\")")

_NAME: Final = re.compile(
    r"(?:[A-Z][\w'\u2019-]+|[Aa]l-[A-Z]\w+)(?:\s+(?:[A-Z][\w'\u2019-]+|[Aa]l-[A-Z]\w+"
    r"|(?:bin|bint|ibn|von|de)\b)){1,4}"
)
_UNNAMED: Final = re.compile(
    r"\b(?:sources?|insiders?|people|persons?|officials?|diplomats?|negotiators?|aides?|negotiator"
    r"|somebody|someone|draft|minutes)\b"
)
_ANONYMOUS: Final = re.compile(
    r"\b(?:familiar with|briefed on|close to|with knowledge|condition of|anonym\w+|unnamed|"
    r"declined to be|not authori[sz]ed|who asked not|leaked|in the room|on background)\b"
)
_SOURCE: Final = re.compile(r"\b(?:sources?|insiders?|people|persons?)\b")
_BROKERING: Final = re.compile(
    r"\b(?:mediat\w+|broker\w*|go-betweens?|facilitat\w+|intermediar\w+|hosts?|hosting|carries the "
    r"messages|guarantors?|good offices)\b",
    re.IGNORECASE,
)
_THIRD: Final = re.compile(
    r"\b(?:senators?|sen\.|representatives?|rep\.|congress\w*|senate|house of|the house|lawmakers?|"
    r"parliament\w*|knesset|majlis|deput(?:y|ies) of|mps?|red cross|red crescent|united nations|"
    r"the un|u\.n\.|aid (?:agenc\w+|workers?|groups?)|agency|monitors?|residents?|witness\w*|"
    r"analysts?|former|european union|the eu|nato|unicef|professor|researcher|ngo|relatives?|"
    r"union|elder|council|icrc|commission|decree|congress\w+|"
    r"famil(?:y|ies)|observers?|think tank|committee|caucus|opposition|he|she|they|it)\b",
    re.IGNORECASE,
)
_OFFICE: Final = re.compile(
    r"\b(?:minister|president|prime minister|premier|secretary|spokes(?:man|woman|person)|envoy|"
    r"ambassador|general|commander|adviser|negotiator|chief|leader|chairman|director|king|emir)\b",
    re.IGNORECASE,
)
_BODY: Final = re.compile(
    r"\b(?:Union|Nations|Council|Ministry|Department|Committee|Movement|Organi[sz]ation|Front|Army|"
    r"Forces|Party|Government|Commission|Agency|Office)\b"
)
# Who mediates where nothing in the sentence says so: those who did in most talks of our record.
BROKERS: Final = frozenset({"qatar", "qatari", "doha", "oman", "omani", "muscat"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Who says it (empty: nobody is named), with all that is told of who that is; the verb.

    `span`: the characters that are the claim.
    """

    speaker: str
    told: str
    verb: str
    span: tuple[int, int]


def attribution(text: str) -> Attribution:
    """Return who says what in a clause."""
    if found := _ACCORDING.search(text):
        return _according(text, found)
    if found := _TRAILING.search(text):
        return _trailing(text, found)
    start = len(lead.group()) if (lead := _LEADING.match(text)) else 0
    if found := VERB.search(text, start):
        return _before(text, start, found)
    return Attribution(speaker="", told="", verb="", span=(start, _end(text)))


def _according(text: str, found: re.Match[str]) -> Attribution:
    rest = text[found.end() :]
    if found.start() == 0:
        # "According to X, ...": the speaker ends where the claim begins.
        cut = rest.find(", ")
        told = rest[:cut] if cut > 0 else rest
        begins = found.end() + len(told) + 2
        span = (min(begins, len(text) - 1), _end(text))
        return Attribution(speaker=name_in(told), told=told, verb="according to", span=span)
    end = len(text[: found.start()].rstrip(" ,\u2014-"))
    told = rest.rstrip(" .\"'")
    return Attribution(speaker=name_in(told), told=told, verb="according to", span=(0, end))


def _trailing(text: str, found: re.Match[str]) -> Attribution:
    rest = text[found.end() :]
    verb = VERB.search(rest)
    word = verb.group() if verb else ""
    before = rest[: verb.start()].strip(" ,") if verb else ""
    after = rest[verb.end() :].strip(" .,") if verb else ""
    told = before or after
    # "The draft, they say, commits ...": what is said goes on behind the comma.
    goes_on = verb is not None and not before.startswith('"') and ", " in rest[verb.end() :]
    end = _end(text) if goes_on else max(found.start(), 1)
    if goes_on:
        told = before or after.partition(",")[0]
    return Attribution(speaker=name_in(told), told=told, verb=word, span=(0, end))


def _before(text: str, start: int, verb: re.Match[str]) -> Attribution:
    told = text[start : verb.start()].strip(" ,")
    begins = verb.end()
    if listened := _LISTENER.match(text[verb.start() :]):
        begins = verb.start() + listened.end()
    tail = text[begins:]
    skipped = len(tail) - len(re.sub(r"^[\s,:]*(?:that\s+)?", "", tail))
    # Of a denial or of thanks the verb is the claim.
    own = DENIES.fullmatch(verb.group()) or THANKS.fullmatch(verb.group())
    first = verb.start() if own else begins + skipped
    span = (min(first, _end(text) - 1), _end(text))
    return Attribution(speaker=name_in(told), told=told, verb=verb.group(), span=span)


def _end(text: str) -> int:
    return max(1, len(text.rstrip().rstrip(".")))


def name_in(told: str) -> str:
    """Return the name in what is told of a speaker; without one, its first words.

    >>> name_in("Pakistani interior minister Javed Lakhani, whose country carries the messages")
    'Javed Lakhani'
    >>> name_in("a diplomat briefed on the talks")
    'diplomat briefed on the talks'
    """
    for found in _NAME.finditer(told):
        if not _OFFICE.search(found.group()):
            return found.group()
    return re.sub(r"^(?:an?|the)\s+", "", told.partition(",")[0].strip(), flags=re.IGNORECASE)


def speaker_type(who: Attribution, brokers: frozenset[str] = BROKERS) -> SpeakerType:
    """Return the capacity in which somebody speaks: the first rule that fits."""
    told, named = who.told, bool(_NAME.search(who.told))
    words = set(re.findall(r"[a-z]+", told.lower()))
    if not named and (
        _ANONYMOUS.search(told)
        or _SOURCE.search(told)
        or (_UNNAMED.search(told) and not told.startswith(("The ", "the ")))
    ):
        return SpeakerType.ANONYMOUS_SOURCE
    if _BROKERING.search(told) or words & brokers:
        return SpeakerType.BROKER
    if _THIRD.search(told):
        return SpeakerType.THIRD
    if _BODY.search(told):
        return SpeakerType.PARTY
    if named or _OFFICE.search(told):
        return SpeakerType.NAMED_OFFICIAL
    return SpeakerType.PARTY
