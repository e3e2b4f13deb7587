"""Templates become pages: every text escaped, every name kept from turning what stands around it.

Promised: what people wrote can be no markup, cannot leave its place (each stands in an element of
its own with its own direction, found from its letters), and shows what could hide in it. A name
that a template does not know is an error, not an empty place.

Source: Unicode Standard Annex 9 and W3C, "Inline markup and bidirectional text in HTML".
"""

import re
from datetime import date, datetime, tzinfo
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from backchannel.desk.screen.moments import shown
from backchannel.desk.screen.untrusted import visible
from backchannel.desk.web.calendars import beside, long_day
from backchannel.desk.web.languages import ENGLISH, Language, languages

_SHORT: Final = 8  # of an identifier, as commands take it
_OF_THE_DESK: Final = frozenset({"the mediator", "the desk"})  # authors that are no names
_LINES: Final = re.compile(r"\n{2,}")


class Painting:
    """Pages from the templates of this package. `zone`: the reader's; None is this machine's."""

    def __init__(self, zone: tzinfo | None) -> None:
        self._zone = zone
        self._made = {code: self._environment(each) for code, each in languages().items()}

    def page(self, template: str, language: str = ENGLISH, **values: Any) -> str:  # noqa: ANN401 - what a template names
        """Return a page in a language."""
        return self._made[language].get_template(template).render(**values)

    def _environment(self, language: Language) -> Environment:
        made = Environment(
            loader=PackageLoader("backchannel.desk.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        brush = Brush(language, self._zone)
        made.filters.update(
            {
                "name": name,
                "words": words,
                "moment": brush.moment,
                "ours": brush.ours,
                "phrase": brush.phrase,
                "author": brush.author,
                "digits": language.number,
            }
        )
        made.globals.update(
            {
                "_": brush.gettext,
                "short": _short,
                "shown": visible,
                "language": language,
                "languages": languages(),
            }
        )
        return made


class Brush:
    """How words, numbers and times are written in one language."""

    def __init__(self, language: Language, zone: tzinfo | None) -> None:
        self._language, self._zone = language, zone

    def gettext(self, message: str, **values: object) -> Markup:
        """Return words of the page; what fills their places is escaped."""
        # As newer gettext of jinja2 has it: a sign of per cent is always written twice.
        found = Markup(self._language.lookup(message))  # noqa: S704 - from this package's catalogues
        return found % self._language.filled(values)

    def moment(self, moment: datetime | date) -> Markup:
        """Return a time in the reader's zone, with the zone named, or a day, in its calendars."""
        if not isinstance(moment, datetime):
            return self._day(moment)
        at = moment.strftime("%Y-%m-%dT%H:%MZ")
        here = shown(moment, self._zone)
        if self._language.code == ENGLISH:
            return Markup('<time datetime="{}">{}</time>').format(at, here)
        local = moment.astimezone(self._zone)
        hour, zone = here.split(" ", 2)[1:]
        text = f"{long_day(local.date(), self._language)}، {self._language.number(hour)}"
        other = beside(local.date(), self._language)
        return Markup('<time datetime="{}"><bdi>{}</bdi> <bdi dir="ltr">{}</bdi>{}</time>').format(
            at, text, zone, Markup(' <bdi class="beside">({})</bdi>').format(other) if other else ""
        )

    def _day(self, day: date) -> Markup:
        other = beside(day, self._language)
        text = f"{long_day(day, self._language)} ({other})" if other else day.isoformat()
        return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), text)

    def ours(self, text: object) -> Markup:
        """Return a sentence that this software made below the page, in the reader's language."""
        english = visible(str(text))
        found = self._language.sentence(english)
        if found is None:
            return Markup('<bdi lang="en" dir="ltr">{}</bdi>').format(english)
        return escape(found)

    def phrase(self, text: object) -> Markup:
        """Return such a sentence on one line, kept to itself, for it may name somebody."""
        shown = self.ours(str(text).replace("\n", " "))
        if self._language.code == ENGLISH:
            return Markup("<bdi>{}</bdi>").format(shown)
        # Not by its first letters: those may be of a name that stands first.
        return Markup('<bdi dir="{}">{}</bdi>').format(self._language.direction, shown)

    def author(self, text: str) -> Markup:
        """Return who wrote an entry, as the beginning of what it says: `Iran (A. B.):`."""
        if self._language.code == ENGLISH:
            return name(text)
        who, _, person = text.removesuffix(":").partition(" (")
        if who in _OF_THE_DESK:
            known = self._language.gettext(who)
            return (
                Markup("{} ({}):").format(known, name(person[:-1]))
                if person
                else escape(f"{known}:")
            )
        return Markup("{}:").format(name(text.removesuffix(":")))


def name(text: str) -> Markup:
    """Return a name, a title or a word of somebody's, on one line, kept to itself."""
    return Markup("<bdi>{}</bdi>").format(visible(text).replace("\n", " "))


def words(text: str) -> Markup:
    """Return what somebody wrote, in paragraphs, each with the direction of its own letters."""
    paragraphs = (
        Markup("<br>").join(escape(line) for line in paragraph.split("\n"))
        for paragraph in _LINES.split(visible(text).strip("\n"))
    )
    return Markup("").join(Markup('<p dir="auto">{}</p>').format(each) for each in paragraphs)


def _short(key: str) -> str:
    return key[:_SHORT]
