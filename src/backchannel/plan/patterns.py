"""The patterns that broke real accords, and the words by which some of them are found.

Promises: each pattern says why it matters, with the real case that shows it, and what a diplomat
could do about it; all words that are looked for stand in one table, in English, are found as whole
words whatever their capitals, and each counts for one pattern only. A word that ends in * stands
for all that begin so.

>>> says("UN good offices", Word.UNCHECKED), says("Continuing.", Word.OPEN_ENDED)
(True, True)
>>> says("letters of comfort", Word.PERMITS)
False

Source: what became of seven real accords, as they are coded in `cases`; one coder, who knew the
outcomes.
"""

import re
from collections.abc import Mapping
from enum import Enum


class Pattern(Enum):
    """What is looked for: the eight patterns, then what cannot be kept or relied on as written."""

    PERMISSION = "permission instead of an act"
    TALKS = "agreement to negotiate as a bridge"
    NOT_A_PARTY = "owed by one who is not a party"
    NO_VERIFIER = "no verifier"
    NO_DATE = "no date, or a disputed start"
    IRREVERSIBLE = "irreversible before reversible"
    READINGS = "readings that make a circle"
    ADDED_LATER = "condition added later"
    DAYS = "planned before what it requires"
    TOO_LATE = "planned after it is due"
    CONTRADICTION = "conditions that contradict one another"
    EDITIONS = "editions that differ"
    TWO_DAYS = "one event on two days"
    NOBODY = "owed by somebody the plan does not name"
    OWN_CERTIFICATE = "certificate of a side's own"
    NO_SIGNAL = "one event that nothing sets off"
    UNSIGNED = "unsigned"
    UNBOUND = "a side that does not bind itself"
    NO_CONTROL = "editions without a controlling one"

    @property
    def why(self) -> str:
        """Why it matters, with the real case that shows it."""
        return _ADVICE[self][0]

    @property
    def remedy(self) -> str:
        """What could be done about it."""
        return _ADVICE[self][1]


_ADVICE: Mapping[Pattern, tuple[str, str]] = {
    Pattern.PERMISSION: (
        (
            "What is merely let happen can be stopped again in silence: in the exchange of 2023 "
            "access to the money was a permission, and it lapsed within weeks."
        ),
        ("Make it an act that is done once and for all on a day, or parts of it on several days."),
    ),
    Pattern.TALKS: (
        (
            "To negotiate is kept by talking, and what waits for the result never falls due: "
            "under the Doha agreement of 2020 the ceasefire was an item of an agenda."
        ),
        (
            "Say what happens on a named day if nothing is agreed by then, or let what waits for "
            "it wait for an act instead."
        ),
    ),
    Pattern.NOT_A_PARTY: (
        (
            "Who has not agreed owes nothing: the prisoners of Kabul were promised in 2020 in the "
            "name of a government that had signed nothing, and it took six months."
        ),
        "Have the one who must act adhere to it, or let a side promise what it can do itself.",
    ),
    Pattern.NO_VERIFIER: (
        (
            "Where nobody checks, each side says what it likes: of real steps with a named "
            "verifier 79 % were done, without one 43 %; the Black Sea memorandum of 2022 had good "
            "offices only."
        ),
        "Name who confirms that it was done, and what that rests on.",
    ),
    Pattern.NO_DATE: (
        (
            "What has no day is never late: of real steps with a date 88 % were done, without one "
            "9 %; in 2026 the sides of Islamabad disputed what starts their sixty days."
        ),
        "Set a day, or a number of days from an act that both sides see.",
    ),
    Pattern.IRREVERSIBLE: (
        (
            "What is given for good should not be paid with what can be taken back: in 2023 "
            "prisoners flew home, and access to the money was withdrawn afterwards."
        ),
        "Let both happen as one event, or have what can be taken back put into escrow before.",
    ),
    Pattern.READINGS: (
        (
            "Each side waits for the other and both can say that they keep the text: so Minsk II "
            "stood still between the law on special status and the withdrawal of foreign forces."
        ),
        (
            "Settle in the text which comes first, or make the two one event, or take turns in "
            "parts."
        ),
    ),
    Pattern.ADDED_LATER: (
        (
            "A condition that comes later opens the bargain again, and the next one is expected: "
            "so it went with Minsk II in 2019."
        ),
        ("Put it into an amendment that both sides sign, with something given in return for it."),
    ),
    Pattern.DAYS: (
        (
            "The day cannot be kept without breaking the condition, so that one side is in the "
            "wrong whatever it does."
        ),
        "Move one of the two days, or drop the condition.",
    ),
    Pattern.TWO_DAYS: (
        "Steps that are one event happen together, and their days say that they do not.",
        "Give them one day, or take them apart.",
    ),
    Pattern.TOO_LATE: (
        "The text has two days for one step, and each side will name the one that suits it.",
        "Move the day, or give more days from what it waits for.",
    ),
    Pattern.CONTRADICTION: (
        "Whatever order is tried, one of them is broken, and one side is in the wrong.",
        "Drop one of the conditions, or make the steps one event.",
    ),
    Pattern.EDITIONS: (
        (
            "Two editions that differ in a number or a date are two accords: those of Islamabad in "
            "2026 differ in two articles, and neither controls."
        ),
        "Write the same number and date in both, clause by clause, before anybody signs.",
    ),
    Pattern.NOBODY: (
        (
            "Who is no side, no mediator and no third party of the accord has not been asked: of "
            "what third parties owed by name in real accords 93 % was done."
        ),
        "Name the one who owes it among the third parties and have it agree, or let a side owe it.",
    ),
    Pattern.OWN_CERTIFICATE: (
        (
            "A side that certifies to itself holds the others' steps in its hand: at Algiers in "
            "1981 the money moved on the certificate of the mediator."
        ),
        "Have the mediator or a third party issue it.",
    ),
    Pattern.NO_SIGNAL: (
        (
            "Each waits for the other to begin: the flights of 2023 went together because both "
            "waited for Qatar's word that the money had come."
        ),
        "Name one certificate for which all of them wait, or one who sees all of them.",
    ),
    Pattern.UNSIGNED: (
        (
            "Each side can say that it understood something else: what was understood in 2023 on "
            "access to the money was told in two ways."
        ),
        "Have the mediator keep a record of each side's own words, and read it to both.",
    ),
    Pattern.UNBOUND: (
        (
            "Where the sides sign nothing with each other, each is bound by what it signs with the "
            "mediator alone: at Algiers in 1981 each adhered by a step of its own."
        ),
        "Write down the step by which it signs or adheres, and let the others' first steps wait.",
    ),
    Pattern.NO_CONTROL: (
        (
            "What the editions do not say alike has two meanings from the first day: so it went "
            "with the two editions of Islamabad in 2026."
        ),
        "Pair every operative clause, number and date (check --text), or say which one controls.",
    ),
}


class Word(Enum):
    """What words can say of a step; the words themselves, in English, in small letters."""

    OPEN_ENDED = (
        *("continuing", "continuous*", "ongoing", "whenever", "at all times", "always"),
        *("as needed", "as required", "as necessary", "indefinite*", "open-ended"),
        "until further notice",
    )
    PERMITS = (
        *("lets", "let", "allows", "allow", "permits", "permit", "enables", "enable"),
        *("keeps", "keep", "continues", "continue", "maintains", "maintain", "refrains"),
        *("refrain", "denies", "deny", "tolerates", "tolerate", "does not", "do not"),
        *("makes available", "make available"),
    )
    TALKS = (
        *("negotiat*", "talks", "discuss*", "dialogue", "consult*", "road map", "roadmap"),
        *("working group*", "seeks", "seek", "explores", "explore", "final deal"),
        *("final settlement", "final status"),
    )
    UNCHECKED = (
        *("none", "nobody", "no one", "good offices", "best efforts", "best effort", "good faith"),
        *("not on site", "not agreed", "to be agreed", "to be named", "unclear", "unknown"),
        *("disputed", "self-reported"),
    )
    NO_DAY = (
        *("no date", "no day", "no calendar", "no deadline", "no time limit", "undated", "not set"),
        *("disputed", "unclear", "deferred", "postponed", "unspecified", "to be agreed"),
        *("to be negotiated", "to be determined", "promptly", "in due course", "eventually"),
        *("as soon as possible", "when possible", "where possible", "when conditions allow"),
        *("aim", "goal", "target", "best efforts", "agenda item"),
    )
    LATER = (
        *("added later", "later added", "added afterwards", "new condition", "further condition"),
        *("additional condition", "extra condition"),
    )
    OUTSIDE = (
        *("not a party", "not party", "non-party", "not a signatory", "non-signatory"),
        *("did not sign", "has not signed", "not bound"),
    )
    ADHERED = ("adhere*", "accede*")
    MIRROR = ("mirror text*", "mirror document*")
    UNSIGNED = ("unsigned", "not signed", "nothing was signed", "oral*")
    JOINT = ("signed", "joint text", "joint declaration")
    BINDS = ("sign*", "adhere*", "accede*", "ratif*", "accept*", "endorse*")
    OWN_EDITION = (
        *("no controlling", "none controls", "own edition*", "own version*"),
        "without a controlling",
    )


def says(text: str, word: Word) -> bool:
    """Return whether a text has one of the words."""
    return _FOUND_BY[word].search(text) is not None


def _expression(words: tuple[str, ...]) -> re.Pattern[str]:
    each = (re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else "") for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})(?!\w)", re.IGNORECASE)


_FOUND_BY = {word: _expression(word.value) for word in Word}
