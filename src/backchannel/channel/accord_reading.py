"""Reading the text of an accord, line by line. `accord_text.parse` is what others call.

Promises: every text either gives an accord or raises `AccordError` with the line it was read to.
More spellings than the canonical one may pass here; `parse` refuses them by rendering again.

>>> read_accord("Dear all")  # doctest: +ELLIPSIS
Traceback (most recent call last):
...
backchannel.channel.plain.AccordError: line 1 ...: 'Backchannel accord 1' is expected, not ...
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from backchannel.channel.accord import (
    AccordForm,
    AccordText,
    Affected,
    Amends,
    Edition,
    Signatory,
)
from backchannel.channel.plain import AccordError
from backchannel.channel.steps import Category, Step

FIRST, LAST, BAR = "Backchannel accord 1", "End", "  |"

_FORMS = {form.words: form for form in AccordForm}
_CATEGORIES = {category.value: category for category in Category}
_HEARD = {"yes": True, "no": False}
_DIGITS = re.compile(r"[1-9][0-9]{0,3}")
_SHOWN = 60  # characters of a wrong line that its error repeats

T = TypeVar("T")


def read_accord(text: str) -> AccordText:
    """Return the accord that the lines say. Raises: AccordError."""
    lines = _Lines(text)
    try:
        return _accord(lines)
    except AccordError as fault:
        raise AccordError(f"line {lines.number} or before it: {fault}") from fault


class _Lines:
    """The lines of a text still to be read; `number` counts from 1 and is that of the next one."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self.number = 1

    @property
    def next(self) -> str:
        return "".join(self._lines[self.number - 1 : self.number])

    def take(self) -> str:
        taken = self.next
        self.number += 1
        return taken

    def expect(self, line: str) -> None:
        if self.next != line:
            raise AccordError(f"{line!r} is expected, not {self.next[:_SHOWN]!r}")
        self.take()

    def value(self, label: str) -> str:
        if not self.next.startswith(f"{label}: "):
            raise AccordError(f"'{label.strip()}: ' is expected, not {self.next[:_SHOWN]!r}")
        return self.take()[len(label) + 2 :]

    def maybe(self, label: str) -> str:
        return self.value(label) if self.next.startswith(f"{label}: ") else ""

    def each(self, beginning: str, read: "Callable[[_Lines], T]") -> tuple[T, ...]:
        found = []
        while self.next.startswith(beginning):
            found.append(read(self))
        return tuple(found)

    def blocks(self, beginning: str, read: "Callable[[_Lines], T]") -> tuple[T, ...]:
        """Read what has an empty line before it, as long as it begins as it should."""
        found = []
        while not self.next and "".join(self._lines[self.number :][:1]).startswith(beginning):
            self.take()
            found.append(read(self))
        return tuple(found)


def _accord(lines: _Lines) -> AccordText:
    lines.expect(FIRST)
    form = _one_of(_FORMS, lines.value("Form"))
    id_, title, mediator = lines.value("Id"), lines.value("Title"), lines.value("Mediator")
    mediator_key = _key(lines.maybe("  Key"))
    mirrors = lines.each("Mirror: ", lambda lines: lines.value("Mirror"))
    amended = lines.maybe("Amends")
    amends = Amends(id=amended, digest=lines.value("  SHA-256")) if amended else None
    lines.expect("")
    parties = lines.each("Party: ", _party)
    editions = lines.blocks("Text, ", _edition)
    steps = lines.blocks("Step: ", _step)
    lines.expect("")
    affected = lines.each("Affected", _affected)
    credit = lines.maybe("Credit")
    release = _date(lines.maybe("Not to be released before"))
    lines.expect(LAST)
    return AccordText(
        form=form,
        id=id_,
        title=title,
        mediator=mediator,
        mediator_key=mediator_key,
        parties=parties,
        editions=editions,
        steps=steps,
        affected=affected,
        credit=credit,
        earliest_release=release,
        mirrors=mirrors,
        amends=amends,
    )


def _party(lines: _Lines) -> Signatory:
    return Signatory(name=lines.value("Party"), key=_key(lines.maybe("  Key")))


def _edition(lines: _Lines) -> Edition:
    language = lines.take().removeprefix("Text, ")
    by = lines.maybe("  In the words of")
    text = lines.each(BAR, lambda lines: lines.take().removeprefix(BAR).removeprefix(" "))
    return Edition(language=language, text="\n".join(text), by=by)


def _step(lines: _Lines) -> Step:
    return Step(
        id=lines.value("Step"),
        actor=lines.value("  Actor"),
        action=lines.value("  Act"),
        beneficiary=lines.value("  For"),
        category=_one_of(_CATEGORIES, lines.value("  Category")),
        requires=_ids(lines.maybe("  After")),
        bargained=_ids(lines.maybe("  Of these, bargained")),
        simultaneous_with=_ids(lines.maybe("  Together with")),
        triggers=_ids(lines.maybe("  Triggers")),
        verifier=lines.maybe("  Verifier"),
        deadline=lines.maybe("  Deadline"),
        within_days=_number(lines.maybe("  Days after")),
        planned=_date(lines.maybe("  Planned for")),
    )


def _affected(lines: _Lines) -> Affected:
    who = lines.value("Affected, without a seat")
    return Affected(who=who, heard=_one_of(_HEARD, lines.value("  Heard")))


def _one_of(allowed: Mapping[str, T], value: str) -> T:
    if value not in allowed:
        raise AccordError(f"{value[:_SHOWN]!r} is none of: {'; '.join(allowed)}")
    return allowed[value]


def _ids(value: str) -> tuple[str, ...]:
    return tuple(value.split(", ")) if value else ()


def _key(value: str) -> bytes:
    try:
        return bytes.fromhex(value)
    except ValueError as fault:
        raise AccordError("a key is written as hexadecimal digits") from fault


def _number(value: str) -> int:
    if value and not _DIGITS.fullmatch(value):
        raise AccordError(f"{value[:_SHOWN]!r} is no number of days")
    return int(value or 0)


def _date(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as fault:
        raise AccordError(f"{value[:_SHOWN]!r} is no date; write it as 2023-09-18") from fault
