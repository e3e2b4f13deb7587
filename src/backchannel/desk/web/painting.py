"""Templates become pages: every text escaped, every name kept from turning what stands around it.

Promised: what people wrote can be no markup, cannot leave its place (each stands in an element of
its own with its own direction, found from its letters), and shows what could hide in it. A name
that a template does not know is an error, not an empty place.

Source: Unicode Standard Annex 9 and W3C, "Inline markup and bidirectional text in HTML".
"""

import re
from datetime import datetime, tzinfo
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from backchannel.desk.screen.moments import shown
from backchannel.desk.screen.untrusted import visible

_SHORT: Final = 8  # of an identifier, as commands take it
_LINES: Final = re.compile(r"\n{2,}")


class Painting:
    """Pages from the templates of this package. `zone`: the reader's; None is this machine's."""

    def __init__(self, zone: tzinfo | None) -> None:
        self._zone = zone
        self._made = Environment(
            loader=PackageLoader("backchannel.desk.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        self._made.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
        self._made.filters.update({"name": name, "words": words, "moment": self.moment})
        self._made.globals.update({"short": _short, "shown": visible})

    def page(self, template: str, **values: Any) -> str:  # noqa: ANN401 - what a template names
        """Return a page."""
        return self._made.get_template(template).render(**values)

    def moment(self, moment: datetime) -> Markup:
        """Return a time in the reader's zone, with the zone named."""
        at = moment.strftime("%Y-%m-%dT%H:%MZ")
        return Markup('<time datetime="{}">{}</time>').format(at, shown(moment, self._zone))


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
