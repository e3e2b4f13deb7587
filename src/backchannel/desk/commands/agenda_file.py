r"""The file of an agenda, as people write it, or as JSON; read and written by the mediator's desk.

As people write it, an item begins with its short name in brackets and its title; below stand, each
on its own line, `phase`, `option` (as often as there are options), `raised by`, `shown to` (a name
a line) and `text`. Lines that begin with `#` are left out. As JSON it is `{"items": [...]}` with
`item`, `title`, and perhaps `phase`, `options`, `raised_by`, `shown_to`, `text`.

An item that names nobody is shown to nobody.

>>> written = "[pause] Length\nphase: proposals\noption: 10 days\noption: 30 days\nshown to: US\n"
>>> [(t.item.item, t.item.options, t.shown_to) for t in read_agenda(written)]
[('pause', ('10 days', '30 days'), ('US',))]
>>> write_agenda(read_agenda(written)) == written
True
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from backchannel.channel.agenda import Item, Phase
from backchannel.channel.errors import MalformedError
from backchannel.channel.strict_json import Part, read_json
from backchannel.desk.errors import UsageError
from backchannel.desk.session import Topic

_HEAD = re.compile(r"\[([^\]]+)\]\s*(\S.*)")
_SEVERAL = {"option": "options", "shown to": "shown_to", "text": "text"}
_ONE = {"phase": "phase", "raised by": "raised_by"}
PHASES = {phase.value: phase for phase in Phase}


@dataclass(slots=True)
class _Written:
    """An item being read: the lines of each kind, and the line at which it begins."""

    number: int
    item: str
    title: str
    lines: dict[str, list[str]] = field(default_factory=dict)


def read_agenda(text: str) -> tuple[Topic, ...]:
    """Return the items in order. Raises: UsageError or MalformedError, naming the place."""
    if text.lstrip().startswith(("{", "[]", "[{")):
        part = read_json(text.encode("utf-8", "surrogatepass"), MalformedError).fields("items")
        return tuple(_from_json(item) for item in part["items"].items())
    found: list[_Written] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            _read_line(found, number, line)
    return tuple(_topic(written) for written in found)


def _read_line(found: list[_Written], number: int, line: str) -> None:
    head = _HEAD.fullmatch(line.strip())
    if head is not None:
        found.append(_Written(number, head[1].strip(), head[2]))
        return
    name, colon, value = line.partition(":")
    kind = {**_SEVERAL, **_ONE}.get(name.strip())
    if not found or not colon or kind is None:
        raise UsageError(
            f"line {number}: an item begins with its short name in brackets and its title, such as "
            "[pause] Length of the pause; below it stand lines that begin with phase:, option:, "
            "raised by:, shown to: or text:"
        )
    lines = found[-1].lines.setdefault(kind, [])
    if lines and kind in _ONE.values():
        raise UsageError(f"line {number}: the item has a line {name.strip()!r} already; keep one")
    # A text keeps its blanks: it is written as its author has it.
    lines.append(value.removeprefix(" ") if kind == "text" else value.strip())


def _topic(written: _Written) -> Topic:
    lines = written.lines
    try:
        return Topic(
            item=Item(
                item=written.item,
                title=written.title,
                phase=read_phase("".join(lines.get("phase", [Phase.EXPLORATION.value]))),
                options=tuple(lines.get("options", ())),
                text="\n".join(lines.get("text", ())),
            ),
            shown_to=tuple(lines.get("shown_to", ())),
            raised_by="".join(lines.get("raised_by", ())),
        )
    except (MalformedError, UsageError) as error:
        raise UsageError(f"the item at line {written.number}: {error}") from error


def _from_json(item: Part) -> Topic:
    parts = item.fields(
        *("item", "title"), optional=("phase", "options", "raised_by", "shown_to", "text")
    )

    def texts(name: str) -> tuple[str, ...]:
        return parts[name].texts() if name in parts else ()

    def text(name: str) -> str:
        return parts[name].text() if name in parts else ""

    try:
        return Topic(
            item=Item(
                item=parts["item"].text(),
                title=parts["title"].text(),
                phase=read_phase(text("phase") or Phase.EXPLORATION.value),
                options=texts("options"),
                text=text("text"),
            ),
            shown_to=texts("shown_to"),
            raised_by=text("raised_by"),
        )
    except UsageError as error:
        raise parts["phase"].fault(str(error)) from error


def read_phase(written: str) -> Phase:
    """Return the phase. Raises: UsageError."""
    phase = PHASES.get(written.replace("-", " "))
    if phase is None:
        raise UsageError(f"{written[:40]!r} is no phase; there are: {', '.join(PHASES)}")
    return phase


def write_agenda(items: Iterable[Topic]) -> str:
    """Return the file as people write it; read again, it is the same agenda."""
    return "\n".join("".join(f"{line}\n" for line in _lines(topic)) for topic in items)


def _lines(topic: Topic) -> list[str]:
    item = topic.item
    return [
        f"[{item.item}] {item.title}",
        f"phase: {item.phase.value}",
        *(f"option: {option}" for option in item.options),
        *([f"raised by: {topic.raised_by}"] if topic.raised_by else []),
        *(f"shown to: {name}" for name in topic.shown_to),
        *(f"text: {line}" for line in item.text.split("\n") if item.text),
    ]
