"""Strict reading of JSON files that people exchange: each fault is told with its place.

Promises: a field given twice, a field that is not known, a wrong type, a number that is none, bytes
that are not UTF-8 and nesting without end each raise the error that the caller chose, with one
sentence that names the place; nothing else is ever raised.

>>> read_json(b'{"name": 5}', MalformedError).fields("name")["name"].text()
Traceback (most recent call last):
...
backchannel.channel.errors.MalformedError: name: a text is expected, not a number

Source: RFC 8259, section 4, on names that are not unique.
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from backchannel.channel.errors import MalformedError

MAX_FILE = 2_000_000  # bytes
_SHOWN = 60  # characters of a wrong value that an error repeats


@dataclass(frozen=True, slots=True)
class Part:
    """A value of a JSON file with the place it stands at."""

    value: object
    where: str
    error: type[MalformedError]

    def fault(self, sentence: str) -> MalformedError:
        """Return the error to raise about this place."""
        return self.error(f"{self.where}: {sentence}" if self.where else sentence)

    def fields(self, *required: str, optional: tuple[str, ...] = ()) -> dict[str, "Part"]:
        """Return the parts of an object that has these fields and no others."""
        parts = self.mapping()
        missing = [name for name in required if name not in parts]
        if missing:
            raise self.fault(f"the field {missing[0]!r} is missing")
        unknown = [name for name in parts if name not in (*required, *optional)]
        if unknown:
            raise self.fault(
                f"{unknown[0][:_SHOWN]!r} is no field of this; "
                f"its fields are {', '.join((*required, *optional))}"
            )
        return parts

    def mapping(self) -> dict[str, "Part"]:
        """Return the parts of an object whose names are content."""
        if not isinstance(self.value, dict):
            raise self._expected("an object")
        return {name: self._inside(name, value) for name, value in self.value.items()}

    def items(self) -> tuple["Part", ...]:
        """Return the parts of a list."""
        if not isinstance(self.value, list):
            raise self._expected("a list")
        return tuple(self._inside(str(i), v) for i, v in enumerate(self.value, start=1))

    def text(self) -> str:
        """Return a text that UTF-8 can hold."""
        if not isinstance(self.value, str):
            raise self._expected("a text")
        if any("\ud800" <= character <= "\udfff" for character in self.value):
            raise self.fault("half a character (a lone surrogate) is no text")
        return self.value

    def texts(self) -> tuple[str, ...]:
        """Return a list of texts."""
        return tuple(item.text() for item in self.items())

    def number(self, lowest: float, highest: float) -> float:
        """Return a number between the two, which are allowed themselves."""
        # True is an int to Python, and no number to a reader.
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self._expected("a number")
        if not lowest <= self.value <= highest:
            raise self.fault(f"{self.value} is not between {lowest:g} and {highest:g}")
        return float(self.value)

    def day(self) -> date:
        """Return a date written as 2023-09-18, and in no other way."""
        written = self.text()
        try:
            day = date.fromisoformat(written)
        except ValueError:
            day = None
        if day is None or day.isoformat() != written:
            raise self.fault(f"{written[:_SHOWN]!r} is no date; write it as 2023-09-18")
        return day

    def _inside(self, name: str, value: object) -> "Part":
        return Part(value, f"{self.where}, {name[:_SHOWN]}" if self.where else name, self.error)

    def _expected(self, kind: str) -> MalformedError:
        return self.fault(f"{kind} is expected, not {kind_of(self.value)}")


def read_json(data: bytes, error: type[MalformedError], *, most: int = MAX_FILE) -> Part:
    """Return the content of the file, of at most so many bytes, as one part. Raises: the error."""
    if len(data) > most:
        raise error(f"the file has {len(data):,} bytes; at most {most:,} are allowed")

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in found if names.count(name) > 1)
            raise error(f"the field {twice[:_SHOWN]!r} is given twice in one object; keep one")
        return found

    def constant(name: str) -> NoReturn:
        raise error(f"{name} is no number that JSON knows; write a finite one")

    try:
        value = json.loads(data.decode(), object_pairs_hook=unique, parse_constant=constant)
    except UnicodeDecodeError as fault:
        raise error(f"the file is not UTF-8 text (byte {fault.start + 1})") from fault
    except json.JSONDecodeError as fault:
        raise error(f"the file is no JSON: {fault.msg}, line {fault.lineno}") from fault
    except ValueError as fault:  # an integer of thousands of digits
        raise error("the file holds a number that is too long") from fault
    except RecursionError as fault:
        raise error("the file is nested too deeply") from fault
    return Part(value, "", error)


def kind_of(value: object) -> str:
    """Return what a value of JSON is, in words."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "an object"
