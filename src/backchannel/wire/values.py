"""Values of a field as CBOR and back, by the field's own type.

For each type that a field of an event may have there is one converter, built once from the
annotations; a value that the annotation does not describe is refused in both directions.
"""

import types
import typing
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any, NewType, get_args, get_origin

from backchannel.wire.errors import WireError

Plain = object  # what CBOR knows: None, bool, int, bytes, str, list
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_INTEGER = 2**53
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Converter:
    """How values of one type are written and read."""

    write: Callable[[Any], Plain]
    read: Callable[[Any], Any]


def converter(annotation: Any) -> Converter:  # noqa: ANN401 - annotations are of any type
    """Return the converter for a field's annotation.

    Raises:
        TypeError: an event has a field of a kind that has no converter yet.
    """
    if isinstance(annotation, NewType):
        return converter(annotation.__supertype__)
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in {types.UnionType, typing.Union}:
        return _optional(arguments)
    if origin is tuple:
        return _tuple(converter(arguments[0]))
    if origin is frozenset:
        return _set(converter(arguments[0]))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return _enum(annotation)
    if is_dataclass(annotation) and isinstance(annotation, type):
        return record(annotation)
    raise TypeError(f"no converter for {annotation}")


def record(kind: type) -> Converter:
    """Return the converter of a dataclass: the list of its fields, in the class's order.

    Adding a field is therefore a new version of the protocol.
    """
    hints = typing.get_type_hints(kind)
    parts = [(f.name, converter(hints[f.name])) for f in fields(kind)]

    def write(value: Any) -> Plain:  # noqa: ANN401
        if type(value) is not kind:
            raise WireError(f"expected {kind.__name__}, not {type(value).__name__}")
        return [part.write(getattr(value, name)) for name, part in parts]

    def read(value: Any) -> Any:  # noqa: ANN401
        if type(value) is not list or len(value) != len(parts):
            raise WireError(f"{kind.__name__} has {len(parts)} fields")
        given = {name: part.read(item) for (name, part), item in zip(parts, value, strict=True)}
        return kind(**given)

    return Converter(write, read)


def _exact(kind: type) -> Converter:
    def same(value: Any) -> Any:  # noqa: ANN401
        if type(value) is not kind:  # bool is an int to isinstance, and not to us
            raise WireError(f"expected {kind.__name__}, not {type(value).__name__}")
        return value

    return Converter(same, same)


def _integer(value: Any) -> int:  # noqa: ANN401
    if type(value) is not int or abs(value) > _MAX_INTEGER:
        raise WireError("expected an integer of at most 53 bits")
    return value


def _write_time(value: Any) -> int:  # noqa: ANN401
    if type(value) is not datetime:
        raise WireError(f"expected a time, not {type(value).__name__}")
    return (value - _EPOCH) // _MINUTE


def _read_time(value: Any) -> datetime:  # noqa: ANN401
    try:
        return _EPOCH + _integer(value) * _MINUTE
    except OverflowError as error:
        raise WireError("a time lies outside the calendar") from error


def _write_day(value: Any) -> int:  # noqa: ANN401
    if type(value) is not date:
        raise WireError(f"expected a day, not {type(value).__name__}")
    return value.toordinal()


def _read_day(value: Any) -> date:  # noqa: ANN401
    try:
        return date.fromordinal(_integer(value))
    except (OverflowError, ValueError) as error:
        raise WireError("a day lies outside the calendar") from error


_SCALARS: dict[Any, Converter] = {
    str: _exact(str),
    bytes: _exact(bytes),
    bool: _exact(bool),
    int: Converter(_integer, _integer),
    datetime: Converter(_write_time, _read_time),
    date: Converter(_write_day, _read_day),
}


def _optional(arguments: tuple[Any, ...]) -> Converter:
    (inner,) = (converter(a) for a in arguments if a is not type(None))
    return Converter(
        lambda value: None if value is None else inner.write(value),
        lambda value: None if value is None else inner.read(value),
    )


def _tuple(inner: Converter) -> Converter:
    def write(value: Any) -> Plain:  # noqa: ANN401
        if type(value) is not tuple:  # a list would come back as a tuple, and be another event
            raise WireError(f"expected a tuple, not {type(value).__name__}")
        return [inner.write(item) for item in value]

    def read(value: Any) -> Any:  # noqa: ANN401
        if type(value) is not list:
            raise WireError("expected a list")
        return tuple(inner.read(item) for item in value)

    return Converter(write, read)


def _set(inner: Converter) -> Converter:
    def write(value: Any) -> Plain:  # noqa: ANN401
        if type(value) is not frozenset:
            raise WireError(f"expected a frozenset, not {type(value).__name__}")
        return sorted((inner.write(item) for item in value), key=str)

    def read(value: Any) -> Any:  # noqa: ANN401
        # A member twice or in another order comes out as other bytes and is refused by decode.
        return frozenset(_tuple(inner).read(value))

    return Converter(write, read)


def _enum(kind: type[Enum]) -> Converter:
    def write(value: Any) -> Plain:  # noqa: ANN401
        if type(value) is not kind:
            raise WireError(f"expected a {kind.__name__}, not {type(value).__name__}")
        return value.value

    def read(value: Any) -> Any:  # noqa: ANN401
        if type(value) is not str:
            raise WireError(f"expected the name of a {kind.__name__}")
        try:
            return kind(value)
        except ValueError as error:
            raise WireError(f"there is no such {kind.__name__}") from error

    return Converter(write, read)
