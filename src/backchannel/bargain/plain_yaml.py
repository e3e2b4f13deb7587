"""Strict reading of YAML files: lists, mappings, texts and numbers, no more than JSON has.

Promises: tags, anchors and aliases (by which a few lines become gigabytes, or a program is called),
a key given twice, several documents, nesting without end, more bytes than allowed and bytes that
are no YAML each raise the error that the caller chose, with one sentence; nothing else is raised.

>>> part = read_yaml(b"price: [1, 0.5, none]", MalformedError)
>>> [each.value for each in part.fields("price")["price"].items()]
[1, 0.5, 'none']
>>> read_yaml(b"a: &b [1]", MalformedError)
Traceback (most recent call last):
...
backchannel.channel.errors.MalformedError: line 1: an anchor (&), an alias (*) or a tag (!); ...

Source: YAML 1.1, as PyYAML reads it, without its sexagesimal and octal numbers.
"""

import re
from collections.abc import Iterator

import yaml
from yaml import events

from backchannel.channel.errors import MalformedError
from backchannel.channel.strict_json import Part

MAX_FILE = 2_000_000  # bytes
MAX_DEPTH = 40
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_NUMBER = re.compile(r"[-+]?([0-9]{1,18}\.?[0-9]{0,40}|\.[0-9]{1,40})([eE][-+]?[0-9]{1,2})?")
_INFINITE = {".inf": float("inf"), "+.inf": float("inf"), "-.inf": float("-inf")}
# What stands for JSON's infinity in files that were written as JSON, which YAML holds.
_NAMED = {"Infinity": float("inf"), "-Infinity": float("-inf")}
_WORDS: dict[str, object] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", "")),
}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where PyYAML came with it
_SHOWN = 60  # characters of a wrong value that an error repeats


def read_yaml(data: bytes, error: type[MalformedError]) -> Part:
    """Return the content of the one document as one part. Raises: the error."""
    if len(data) > MAX_FILE:
        raise error(f"the file has {len(data):,} bytes; at most {MAX_FILE:,} are allowed")
    try:
        text = data.decode()
    except UnicodeDecodeError as fault:
        raise error(f"the file is not UTF-8 text (byte {fault.start + 1})") from fault
    try:
        found = _documents(yaml.parse(text, Loader=_LOADER), error)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise error(f"the file is no YAML: {str(fault.problem)[:_SHOWN]}{line}") from fault
    except yaml.YAMLError as fault:  # a character that may not stand in YAML
        raise error("the file is no YAML: it has a character that YAML does not allow") from fault
    if len(found) != 1:
        raise error(f"the file has {len(found)} documents; one is expected")
    return Part(found[0], "", error)


def number_or_text(written: str) -> object:
    """Return what an unquoted scalar stands for: a number, a truth value, null, else a text."""
    if _INTEGER.fullmatch(written):
        return int(written)
    if _NUMBER.fullmatch(written):
        return float(written)
    for table in (_INFINITE, _NAMED, _WORDS):
        if written in table:
            return table[written]
    return written


def _documents(parsed: Iterator[events.Event], error: type[MalformedError]) -> list[object]:
    """Return the documents. A stack instead of recursion: depth is the file's choice."""
    found: list[object] = []
    stack: list[_Open] = []
    for event in parsed:
        _check(event, error)
        match event:
            case events.MappingStartEvent():
                stack.append(_Open({}))
            case events.SequenceStartEvent():
                stack.append(_Open([]))
            case events.ScalarEvent():
                plain = event.implicit[0]
                _place(number_or_text(event.value) if plain else event.value, event, stack, found)
            case events.MappingEndEvent() | events.SequenceEndEvent():
                _place(stack.pop().made, event, stack, found)
        if len(stack) > MAX_DEPTH:
            raise error(f"line {_line(event)}: the file is nested too deeply")
        if stack and stack[-1].twice is not None:
            name = stack[-1].twice[:_SHOWN]
            raise error(f"line {_line(event)}: the field {name!r} is given twice; keep one")
        if stack and stack[-1].bad:
            raise error(f"line {_line(event)}: a list or mapping cannot be the name of a field")
    return found


class _Open:
    """A list or mapping that is not at its end, with what is wrong about it."""

    def __init__(self, made: "dict[str, object] | list[object]") -> None:
        self.made = made
        self.key: str | None = None
        self.twice: str | None = None
        self.bad = False

    def add(self, value: object, written: str | None) -> None:
        """Take the next value; `written`: as the file has it, None for lists and mappings."""
        if isinstance(self.made, list):
            self.made.append(value)
        elif self.key is None:
            self.bad = written is None
            self.key = written
            self.twice = written if written in self.made else None
        else:
            self.made[self.key] = value
            self.key = None


def _place(value: object, event: events.Event, stack: list[_Open], found: list[object]) -> None:
    if stack:
        stack[-1].add(value, event.value if isinstance(event, events.ScalarEvent) else None)
    else:
        found.append(value)


def _check(event: events.Event, error: type[MalformedError]) -> None:
    anchored = getattr(event, "anchor", None) is not None
    if anchored or getattr(event, "tag", None) is not None:
        raise error(
            f"line {_line(event)}: an anchor (&), an alias (*) or a tag (!); plain values are "
            "expected"
        )


def _line(event: events.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0
