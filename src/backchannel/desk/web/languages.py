"""The languages of the page: which one a browser is answered in, and the words of each.

Promised: English words are the keys of the catalogues and stand as they are; what a catalogue does
not know stays English and is marked as English. Sentences made below the page, which the command
line shows too, are recognised by their fixed words; what people wrote into them is neither
translated nor able to leave its place.

>>> chosen("", "fa-IR,fa;q=0.9,en;q=0.5").code, chosen("ar", "fa").code, chosen("xx", "fr").code
('fa', 'ar', 'en')
>>> chosen("fa", "").gettext("page %(number)s of %(last)s", number=1, last=12)
'صفحهٔ ۱ از ۱۲'

Source: GNU gettext (catalogues); RFC 9110, 12.5.4 (Accept-Language).
"""  # noqa: RUF002 - digits of Persian are the point

import gettext
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from backchannel.desk.web.below import SENTENCES

FOLDER: Final = Path(__file__).parent / "locale"
DOMAIN: Final = "page"
COOKIE: Final = "backchannel_lang"
COOKIE_SECONDS: Final = 400 * 24 * 3600  # the longest that browsers keep one
_NAMED: Final = re.compile(r"%\((\w+)\)s")
_RANGE: Final = re.compile(
    r"\s*([a-z]{2,3})(?:-[\w-]*)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*", re.IGNORECASE
)
_MAX_HEADER: Final = 500
# Of the sentences made below the page: these places hold words of this software, not of people.
_WORDS_OF_OURS: Final = frozenset({"handling", "state", "attribution", "way", "when"})
_REASONS: Final = frozenset({"why"})  # words of ours too, if they are known
_NUMBERS: Final = frozenset({"number", "count", "minutes", "hours", "version", "last", "left"})
_NO_BRACKETS: Final = frozenset({"key", "state"})  # `a note (asked): it (asked again)` has two
# Examples of what is typed: after Arabic letters the parts of a date would change their places.
_CODE: Final = re.compile(
    r"`[^`]+`|\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?:Z|[+]\d\d:\d\d)?)?|\w+ = [\w-]+", re.ASCII
)
_LEFT_TO_RIGHT: Final = "\u2066"
_FIRST_STRONG, _POP = "\u2068", "\u2069"  # isolate with the direction of its own letters


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the page. `digits`: its own, from nought to nine; empty: 0 to 9."""

    code: str
    name: str
    direction: str
    digits: str = ""
    words: gettext.NullTranslations = field(default_factory=gettext.NullTranslations, repr=False)

    def number(self, value: object) -> str:
        """Return a number, or text with numbers in it, in the digits of this language."""
        return str(value).translate(str.maketrans("0123456789", self.digits or "0123456789"))

    def lookup(self, message: str) -> str:
        """Return words of the page, places unfilled; what is typed as it stands kept apart."""
        found = self._known(message)
        return _CODE.sub(f"{_LEFT_TO_RIGHT}\\g<0>{_POP}", found) if self.digits else found

    def _known(self, message: str) -> str:
        # The empty message is the head of the catalogue.
        return self.words.gettext(message) if message else ""

    def gettext(self, message: str, **values: object) -> str:
        """Return words of the page, with `%(name)s` filled in, numbers in its own digits."""
        found = self.lookup(message)
        return found % self.filled(values) if values else found

    def filled(self, values: Mapping[str, object]) -> dict[str, object]:
        """Return what fills places in words of the page: numbers in the digits of this language."""
        return {name: self._filling(value) for name, value in values.items()}

    def _filling(self, value: object) -> object:
        if type(value) is int:
            return self.number(value)
        # A name in Latin letters in a sentence from right to left, and the other way round.
        return isolated(value) if type(value) is str and self.direction == "rtl" else value

    def knows(self, message: str) -> bool:
        """Whether these words stand in the catalogue."""
        return self._known(message) != message

    def sentence(self, text: str) -> str | None:
        """Return a sentence made below the page in this language; None if it is not known."""
        if self.code == ENGLISH:
            return text
        if self.knows(text):
            return self.lookup(text)
        for pattern, message in _patterns(self.code):
            if match := pattern.fullmatch(text):
                parts = {name: self._part(name, part) for name, part in match.groupdict().items()}
                if None not in parts.values():
                    return message % parts
        return self._joined(text)

    def _joined(self, text: str) -> str | None:
        for between, joined in (("; ", self.lookup("; ")), (" or ", self.lookup(" or "))):
            first, found, rest = text.partition(between)
            if found:
                pieces = [self.sentence(first), self.sentence(rest)]
                if None not in pieces:
                    return joined.join(filter(None, pieces))
        return None

    def _part(self, name: str, text: str) -> str | None:
        if name in _WORDS_OF_OURS:
            return self.sentence(text)
        if name in _NUMBERS and text.isdecimal():
            return self.number(text)
        return (name in _REASONS and self.sentence(text)) or isolated(text)


def plain_digits(text: str) -> str:
    """Return what somebody typed with the digits 0 to 9, whichever of these languages' it has.

    >>> plain_digits("۲۰۲۶-٠٣-01")
    '2026-03-01'
    """
    for each in languages().values():
        text = text.translate(str.maketrans(each.digits, "0123456789"[: len(each.digits)]))
    return text


def isolated(text: str) -> str:
    """Return text that neither turns nor is turned by what stands around it."""
    return f"{_FIRST_STRONG}{text}{_POP}"


ENGLISH: Final = "en"


@cache
def languages() -> Mapping[str, Language]:
    """Return all languages of the page by code, in the order in which they are offered."""
    return {
        ENGLISH: Language(ENGLISH, "English", "ltr"),
        "ar": Language("ar", "العربية", "rtl", "٠١٢٣٤٥٦٧٨٩", _catalogue("ar")),
        "fa": Language("fa", "فارسی", "rtl", "۰۱۲۳۴۵۶۷۸۹", _catalogue("fa")),
    }


def chosen(cookie: str, accepted: str) -> Language:
    """Return the language that was chosen on the page, else the first that the browser asks for."""
    known = languages()
    for code in (cookie, *_asked_for(accepted)):
        if code in known:
            return known[code]
    return known[ENGLISH]


def _asked_for(header: str) -> Iterator[str]:
    ranges = [
        match for each in header[:_MAX_HEADER].split(",") if (match := _RANGE.fullmatch(each))
    ]
    weighed = [(float(match[2] or 1), match[1].lower()) for match in ranges]
    yield from (code for weight, code in sorted(weighed, key=lambda each: -each[0]) if weight)


def _catalogue(code: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, FOLDER, [code])


@cache
def _patterns(code: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return how sentences made below look in English, the longest fixed words first."""
    known = languages()[code]
    placed = sorted(SENTENCES, key=lambda each: -len(_NAMED.sub("", each)))
    return tuple((_pattern(each), known.lookup(each)) for each in placed if known.knows(each))


def _pattern(message: str) -> re.Pattern[str]:
    parts = [
        f"(?P<{each}>{'[^()]' if each in _NO_BRACKETS else '.'}+?)"
        if place % 2
        else re.escape(each)
        for place, each in enumerate(_NAMED.split(message))
    ]
    return re.compile("".join(parts), re.DOTALL)
