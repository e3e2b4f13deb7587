r"""Requests and answers as bytes: one way to write each, and no other is read.

A message is the CBOR array `[version, name, field, ...]`, fields in the order of the dataclass.
Unsigned integers, byte strings, text, arrays and null occur, and nothing else: no maps, so no
duplicate keys; no tags, whose decoders would do all sorts of things; nothing of indefinite length.
What was read is written again and must give the same bytes.

>>> from backchannel.post.messages import Close
>>> encode_request(Close(mailbox=bytes(16), read_secret=bytes(32)))[:8]
b'\x84\x01eclose'
>>> decode_request(b"\x82\x02eclose")
Traceback (most recent call last):
...
backchannel.post.errors.OldProtocolError: version 2 of the protocol came; this one speaks 1

Source: RFC 8949, section 4.2.1 (core deterministic encoding).
"""

from collections.abc import Callable
from dataclasses import fields
from datetime import date, timedelta
from enum import Enum
from typing import Any, Final, TypeVar

import cbor2

from backchannel.post import messages as m
from backchannel.post.errors import MalformedError, OldProtocolError, TooLargeError

VERSION: Final = 1
MAX_REQUEST = m.MAX_LETTER + 1_024  # bytes: the largest letter, and what stands around it
MAX_ANSWER = m.COLLECT_BYTES + m.COLLECT_LETTERS * 32 + 1_024  # bytes

_EPOCH = date(1970, 1, 1)
_MAX_ITEMS = m.MAX_FORGOTTEN
_MAX_DEPTH = 4
_MAX_DAY = (date.max - _EPOCH).days

# CBOR initial bytes: the upper three bits are the type, the lower five the size of what follows.
_UNSIGNED, _BYTES, _TEXT, _ARRAY = 0, 2, 3, 4
_NULL = 0xF6
_SHORT = 24  # arguments below are written in the initial byte itself

_Item = Any  # what cbor2 gives; every use below checks the exact type
_Reader = Callable[[_Item], object]
_T = TypeVar("_T")


def encode_request(request: m.Request) -> bytes:
    """Return the one way in which this request is written."""
    return _encode(_REQUEST_NAMES[type(request)], request)


def encode_answer(answer: m.Answer) -> bytes:
    """Return the one way in which this answer is written."""
    return _encode(_ANSWER_NAMES[type(answer)], answer)


def decode_request(data: bytes) -> m.Request:
    """Return the request.

    Raises:
        TooLargeError: more than `MAX_REQUEST` bytes, or a letter over its limit.
        OldProtocolError: another version of the protocol.
        MalformedError: anything else that is not exactly one request.
    """
    if len(data) > MAX_REQUEST:
        raise TooLargeError(f"a request has at most {MAX_REQUEST} bytes, not {len(data)}")
    request: m.Request = _decode(data, _REQUESTS)
    return request


def decode_answer(data: bytes) -> m.Answer:
    """Return the answer. Raises: as `decode_request` does, with `MAX_ANSWER` bytes allowed."""
    if len(data) > MAX_ANSWER:
        raise TooLargeError(f"an answer has at most {MAX_ANSWER} bytes, not {len(data)}")
    answer: m.Answer = _decode(data, _ANSWERS)
    return answer


def _encode(name: str, message: m.Request | m.Answer) -> bytes:
    values = [_plain(getattr(message, field)) for field in _FIELDS[type(message)]]
    return cbor2.dumps([VERSION, name, *values], canonical=True)


def _plain(value: object) -> object:
    match value:
        case Enum():
            return value.value
        case date():
            return (value - _EPOCH).days
        case tuple():
            return [_plain(part) for part in value]
        case _:
            return value


def _decode(data: bytes, shapes: "dict[str, tuple[type, tuple[_Reader, ...]]]") -> _Item:
    items = _items(data)
    if type(items) is not list or not items or type(items[0]) is not int:
        raise MalformedError("a message is an array that begins with its version")
    if items[0] != VERSION:
        raise OldProtocolError(
            f"version {items[0]} of the protocol came; this one speaks {VERSION}"
        )
    name, *values = items[1:] or [None]
    if type(name) is not str or name not in shapes:
        raise MalformedError("a message of an unknown kind came")
    kind, readers = shapes[name]
    if len(values) != len(readers):
        raise MalformedError(f"{name} has {len(readers)} fields, not {len(values)}")
    read = [reader(value) for reader, value in zip(readers, values, strict=True)]
    message = kind(**dict(zip(_FIELDS[kind], read, strict=True)))
    if _encode(name, message) != data:
        raise MalformedError("the message is not written in the one way it may be written")
    return message


def _items(data: bytes) -> _Item:
    _check_heads(data)
    try:
        return cbor2.loads(data, max_depth=_MAX_DEPTH, allow_indefinite=False)
    except (cbor2.CBORError, ValueError) as error:  # text that is no UTF-8, arrays too deep
        raise MalformedError("the message cannot be read as CBOR") from error


def _check_heads(data: bytes) -> None:
    """Walk over the items without building any, and stop at what no message contains."""
    at, pending = 0, 1
    while pending:
        kind, argument, at = _head(data, at)
        pending -= 1
        if kind in {_BYTES, _TEXT}:
            at += argument
        elif kind == _ARRAY:
            pending += argument
            if argument > _MAX_ITEMS:
                raise MalformedError(f"an array has at most {_MAX_ITEMS} items, not {argument}")
    if at != len(data):
        raise MalformedError("the message is cut short, or something follows it")


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    """Return type, argument, and where what follows begins."""
    if at >= len(data):
        raise MalformedError("the message is cut short")
    kind, argument = data[at] >> 5, data[at] & 0x1F
    if data[at] == _NULL:
        return _UNSIGNED, 0, at + 1
    if kind not in {_UNSIGNED, _BYTES, _TEXT, _ARRAY}:
        raise MalformedError("numbers, bytes, text, arrays and null are read, nothing else")
    if argument < _SHORT:
        return kind, argument, at + 1
    if argument > _SHORT + 3:
        raise MalformedError("nothing of indefinite length is read")
    end = at + 1 + (1 << (argument - _SHORT))
    # A number cut short is smaller than it was meant to be; the end of the walk finds it missing.
    return kind, int.from_bytes(data[at + 1 : end]), end


def _exactly(kind: type[_T]) -> Callable[[_Item], _T]:
    def reader(item: _Item) -> _T:
        if type(item) is not kind:
            raise MalformedError(f"a field holds {type(item).__name__} in place of {kind.__name__}")
        return item

    return reader


def _maybe_bytes(item: _Item) -> bytes | None:
    return None if item is None else _bytes(item)


def _one_of(kind: type[Enum]) -> _Reader:
    def reader(item: _Item) -> Enum:
        try:
            return kind(_text(item))
        except ValueError as error:
            raise MalformedError(f"a field holds no {kind.__name__.lower()}") from error

    return reader


def _day(item: _Item) -> date:
    days = _number(item)
    if days > _MAX_DAY:
        raise MalformedError("a day after the year 9999 came")
    return _EPOCH + timedelta(days=days)


def _ids(item: _Item) -> tuple[bytes, ...]:
    return tuple(_bytes(part) for part in _array(item))


def _letters(item: _Item) -> tuple[tuple[bytes, ...], ...]:
    pairs = tuple(_ids(part) for part in _array(item))
    if any(len(pair) != 2 for pair in pairs):  # noqa: PLR2004 - id and letter
        raise MalformedError("a letter comes as a pair of its id and itself")
    return pairs


_number = _exactly(int)
_bytes = _exactly(bytes)
_text = _exactly(str)
_array: Callable[[_Item], list[_Item]] = _exactly(list)

_REQUESTS: dict[str, tuple[type, tuple[_Reader, ...]]] = {
    "open": (m.Open, (_bytes, _bytes, _bytes, _bytes)),
    "put": (m.Put, (_bytes, _bytes, _bytes, _bytes, _number)),
    "collect": (m.Collect, (_bytes, _bytes, _number)),
    "forget": (m.Forget, (_bytes, _bytes, _ids)),
    "rotate": (m.Rotate, (_bytes, _one_of(m.Side), _bytes, _bytes)),
    "close": (m.Close, (_bytes, _bytes)),
    "put bundle": (m.PutBundle, (_bytes, _bytes, _bytes)),
    "get bundle": (m.GetBundle, (_bytes, _bytes)),
}
_ANSWERS: dict[str, tuple[type, tuple[_Reader, ...]]] = {
    "opened": (m.Opened, ()),
    "stored": (m.Stored, (_day,)),
    "collected": (m.Collected, (_letters, _number)),
    "forgotten": (m.Forgotten, ()),
    "rotated": (m.Rotated, ()),
    "closed": (m.Closed, ()),
    "bundle stored": (m.BundleStored, ()),
    "bundle is": (m.BundleIs, (_maybe_bytes,)),
    "refused": (m.Refused, (_one_of(m.Reason), _text)),
}
_REQUEST_NAMES = {kind: name for name, (kind, _) in _REQUESTS.items()}
_ANSWER_NAMES = {kind: name for name, (kind, _) in _ANSWERS.items()}
# Once, for asking a dataclass for its fields takes as long as reading some of them.
_FIELDS = {kind: tuple(f.name for f in fields(kind)) for kind in (*_REQUEST_NAMES, *_ANSWER_NAMES)}
