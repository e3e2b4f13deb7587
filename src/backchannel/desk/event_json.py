"""Events as JSON that people write and read, by each field's own type; every kind alike.

A moment is `2023-09-18T12:00+00:00`, a day `2023-09-18`, bytes are hexadecimal, a choice is its
name as in `wire`, a list a list, and what has fields an object of these fields. Promised:
`read(spelled(event)) == event` for every kind of event; whatever else comes raises the error that
the `Part` carries, with its place. What a writer may leave out, the caller fills in.
"""

import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Final, NewType, get_args, get_origin

from backchannel.channel.errors import ChannelError
from backchannel.channel.strict_json import Part

Fill = Callable[[str, Any], Any]  # the name and the type of a field left out -> its value, or None
_LARGEST: Final = 2**53


def spelled(value: Any) -> Any:  # noqa: ANN401 - any field of any event
    """Return the value as JSON can hold it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: spelled(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, frozenset):
        return sorted(spelled(item) for item in value)
    if isinstance(value, tuple):
        return [spelled(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return value.hex() if isinstance(value, bytes) else value


def read(kind: type, part: Part, *, besides: tuple[str, ...] = (), fill: Fill | None = None) -> Any:  # noqa: ANN401 - of that kind
    """Return a value of the kind; `besides` are names that the caller reads itself.

    Raises:
        MalformedError: as the part carries it, for whatever is not such a value.
    """
    hints = typing.get_type_hints(kind)
    names = [f.name for f in fields(kind)]
    parts = part.fields(optional=(*besides, *names))
    given = {name: _value(hints[name], parts[name]) for name in names if name in parts}
    for field in fields(kind):
        if field.name in given or not field.init:
            continue
        found = fill(field.name, hints[field.name]) if fill is not None else None
        if found is not None:
            given[field.name] = found
        elif field.default is MISSING and field.default_factory is MISSING:
            raise part.fault(f"the field {field.name!r} is missing")
    try:
        return kind(**given)
    except ChannelError as error:
        raise part.fault(str(error)) from error


def _value(annotation: Any, part: Part) -> Any:  # noqa: ANN401 - annotations are of any type
    if isinstance(annotation, NewType):
        return _value(annotation.__supertype__, part)
    if annotation in _SCALARS:
        return _SCALARS[annotation](part)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in {types.UnionType, typing.Union}:
        (inner,) = (a for a in arguments if a is not type(None))
        return None if part.value is None else _value(inner, part)
    if origin in {tuple, frozenset}:
        return origin(_value(arguments[0], item) for item in part.items())
    if issubclass(annotation, Enum):
        return _choice(annotation, part)
    return read(annotation, part)


def _choice(kind: type[Enum], part: Part) -> Enum:
    named = {choice.value: choice for choice in kind}
    written = part.text()
    if written not in named:
        raise part.fault(f"one of {', '.join(named)} is expected")
    return named[written]


def _flag(part: Part) -> bool:
    if not isinstance(part.value, bool):
        raise part.fault("true or false is expected")
    return part.value


def _integer(part: Part) -> int:
    number = part.number(-_LARGEST, _LARGEST)
    if not isinstance(part.value, int):
        raise part.fault("a whole number is expected")
    return int(number)


def _octets(part: Part) -> bytes:
    try:
        return bytes.fromhex(part.text())
    except ValueError as error:
        raise part.fault("is not written in hexadecimal digits") from error


def _moment(part: Part) -> datetime:
    try:
        moment = datetime.fromisoformat(part.text())
        in_utc = moment.astimezone(UTC).replace(second=0, microsecond=0)
    except (ValueError, OverflowError):
        moment = in_utc = datetime.min  # noqa: DTZ901 - without a zone, on purpose
    if moment.tzinfo is None:
        raise part.fault("is no moment with its zone; write it as 2023-09-18T12:00+00:00")
    return in_utc


_SCALARS: Final[dict[Any, Callable[[Part], Any]]] = {
    str: Part.text,
    bool: _flag,
    int: _integer,
    bytes: _octets,
    datetime: _moment,
    date: Part.day,
}
