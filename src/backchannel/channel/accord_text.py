"""The canonical form of an accord: the one text that is shown, hashed and signed.

Promises: two different accords never have the same text, `parse(render(accord)) == accord`, and
`render(parse(text)) == text` for every text that parses. The form is plain text that a person can
read: each value stands on its own labelled line, or in lines that begin with a bar, and no value
holds a line's end, so that no text can pass for another field. Dates are ISO 8601 (2023-09-18),
keys and digests hexadecimal, lines end with a newline, and the encoding is UTF-8.

>>> from backchannel.channel.accord import AccordForm, Edition, Signatory
>>> accord = AccordText(
...     form=AccordForm.UNDERSTANDING, id="0" * 32, title="A pause", mediator="North",
...     parties=(Signatory(name="East"), Signatory(name="West")),
...     editions=(Edition(language="en", text="East and West pause for ten days."),))
>>> print(render(accord), end="")
Backchannel accord 1
Form: understanding, unsigned, as the mediator recorded it
Id: 00000000000000000000000000000000
Title: A pause
Mediator: North
<BLANKLINE>
Party: East
Party: West
<BLANKLINE>
Text, en
  | East and West pause for ten days.
<BLANKLINE>
End
>>> parse(render(accord)) == accord
True
"""

import hashlib
from collections.abc import Iterator
from datetime import date

from backchannel.channel.accord import AccordText
from backchannel.channel.accord_reading import BAR, FIRST, LAST, read_accord
from backchannel.channel.plain import AccordError
from backchannel.channel.steps import Step
from backchannel.channel.told import MAX_ACCORD_TEXT


def render(accord: AccordText) -> str:
    """Return the canonical text. Raises: AccordError, if it is longer than one letter holds."""
    text = "".join(f"{line}\n" for line in _lines(accord))
    size = len(text.encode())
    if size > MAX_ACCORD_TEXT:
        raise AccordError(
            f"the accord has {size:,} bytes as a text; at most {MAX_ACCORD_TEXT:,} are allowed"
        )
    return text


def _lines(accord: AccordText) -> Iterator[str]:
    yield from (FIRST, f"Form: {accord.form.words}", f"Id: {accord.id}")
    yield from (f"Title: {accord.title}", f"Mediator: {accord.mediator}")
    yield from _optional("  Key", accord.mediator_key.hex())
    yield from (f"Mirror: {mirror}" for mirror in accord.mirrors)
    if accord.amends is not None:
        yield from (f"Amends: {accord.amends.id}", f"  SHA-256: {accord.amends.digest}")
    yield ""
    for party in accord.parties:
        yield f"Party: {party.name}"
        yield from _optional("  Key", party.key.hex())
    for edition in accord.editions:
        yield from ("", f"Text, {edition.language}")
        yield from _optional("  In the words of", edition.by)
        yield from (f"{BAR} {line}".rstrip(" ") for line in edition.text.split("\n"))
    for step in accord.steps:
        yield from ("", *_step_lines(step))
    yield ""
    for entry in accord.affected:
        yield f"Affected, without a seat: {entry.who}"
        yield f"  Heard: {'yes' if entry.heard else 'no'}"
    yield from _optional("Credit", accord.credit)
    yield from _optional("Not to be released before", _day(accord.earliest_release))
    yield LAST


def _step_lines(step: Step) -> Iterator[str]:
    yield from (f"Step: {step.id}", f"  Actor: {step.actor}", f"  Act: {step.action}")
    yield from (f"  For: {step.beneficiary}", f"  Category: {step.category.value}")
    yield from _optional("  After", ", ".join(step.requires))
    yield from _optional("  Of these, bargained", ", ".join(step.bargained))
    yield from _optional("  Together with", ", ".join(step.simultaneous_with))
    yield from _optional("  Triggers", ", ".join(step.triggers))
    yield from _optional("  Verifier", step.verifier)
    yield from _optional("  Deadline", step.deadline)
    yield from _optional("  Days after", str(step.within_days or ""))
    yield from _optional("  Planned for", _day(step.planned))


def _optional(label: str, value: str) -> Iterator[str]:
    # An absent value has no line at all: a word for it could be written into the field as well.
    if value:
        yield f"{label}: {value}"


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def digest(text: str) -> str:
    """Return the SHA-256 of the canonical text, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def parse(text: str) -> AccordText:
    """Return the accord that the canonical text says. Raises: AccordError, naming the line."""
    if len(text) > MAX_ACCORD_TEXT:
        raise AccordError(f"the text is longer than the {MAX_ACCORD_TEXT:,} bytes of an accord")
    accord = read_accord(text)
    # Whatever the reading lets pass, only the one canonical spelling is an accord.
    if render(accord) != text:
        raise AccordError("the text is not in canonical form; write it anew from its content")
    return accord
