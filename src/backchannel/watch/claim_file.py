r"""Claims from JSON Lines: one object a line, in the form of the code book.

Promises: whatever the bytes are, each line becomes a claim or is refused with its number, what came
and what was expected, field by field, and the rest goes on; a claim that stands in a file twice is
read once. `id`, `case` and `read` of a line are let pass and not kept: the ledger names a claim by
its digest, and the same claim must be the same from whichever file it came.

>>> read = read_claims(b'{"claim_type": "leek"}\n', today=date(2026, 3, 1))
>>> [each.field for each in read.refusals[0].faults][:2]
['published', 'published_basis']
>>> print(read_claims(b"[]", today=date(2026, 3, 1)).refusals[0].words)
line 1: a list came, an object with the fields of the code book was expected
"""

import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, Final, NoReturn

from backchannel.channel.strict_json import kind_of
from backchannel.watch.claims import (
    COLUMNS,
    Basis,
    Claim,
    ClaimType,
    Direction,
    SpeakerType,
    require_address,
    require_short,
    require_text,
)
from backchannel.watch.errors import MalformedError

MAX_LINE: Final = 100_000  # bytes; the longest claim that can be is shorter
_SHOWN: Final = 60  # characters of what came that a refusal repeats
_LABELS: Final = frozenset({"id", "case", "read"})
_EARLIEST: Final = date(1900, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a field; with the whole line, if `field` is empty."""

    field: str = ""
    came: str
    expected: str

    @property
    def words(self) -> str:
        """Say it."""
        where = f"{self.field}: " if self.field else ""
        return f"{where}{self.came} came, {self.expected} was expected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A line that was not taken, by its number from 1."""

    line: int
    faults: tuple[Fault, ...]

    @property
    def words(self) -> str:
        """Say it, without the name of the file."""
        return f"line {self.line}: {'; '.join(each.words for each in self.faults)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFile:
    """What a file holds, in its order."""

    claims: tuple[Claim, ...]
    refusals: tuple[Refusal, ...]


class _RefusedError(Exception):
    """Ends the reading of one line, and is never seen outside."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__()
        self.faults = faults


def read_claims(data: bytes, *, today: date) -> ClaimFile:
    """Return what can be read and what cannot; nothing is published after `today`."""
    claims: dict[str, tuple[int, Claim]] = {}
    refusals: list[Refusal] = []
    for number, line in _lines(data):
        try:
            claim = _claim(line, today)
            if claim.digest in claims:
                _refuse(f"the same claim as in line {claims[claim.digest][0]}", "each claim once")
            claims[claim.digest] = (number, claim)
        except _RefusedError as refused:
            refusals.append(Refusal(line=number, faults=refused.faults))
    return ClaimFile(claims=tuple(claim for _, claim in claims.values()), refusals=tuple(refusals))


def _lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    # Not by splitlines: what others take for the end of a line may stand inside a text.
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            yield number, line


def _claim(line: bytes, today: date) -> Claim:
    given = _object(line)
    faults = [
        Fault(field=_shown(name), came="an unknown field", expected=f"one of {', '.join(COLUMNS)}")
        for name in given
        if name not in COLUMNS and name not in _LABELS
    ]
    values: dict[str, Any] = {}
    for name, read in _READERS.items():
        try:
            values[name] = read(name, given, today)
        except _RefusedError as refused:
            faults += refused.faults
    if faults:
        raise _RefusedError(*faults)
    return Claim(**values)


def _object(line: bytes) -> Mapping[str, object]:
    if len(line) > MAX_LINE:
        _refuse(f"{len(line):,} bytes", f"a line of at most {MAX_LINE:,}")
    try:
        pairs = json.loads(line.decode(), object_pairs_hook=_unique)
    except UnicodeDecodeError as fault:
        _refuse(f"a byte that is not UTF-8 (number {fault.start + 1})", "text in UTF-8")
    except json.JSONDecodeError as fault:
        _refuse(f"no JSON ({fault.msg}, character {fault.pos + 1})", "one object a line")
    except (ValueError, RecursionError):
        _refuse("a number or a nesting without end", "one object a line")
    if not isinstance(pairs, dict):
        _refuse(kind_of(pairs), "an object with the fields of the code book")
    return pairs


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in found if names.count(name) > 1)
        _refuse(f"the field {_shown(twice)} twice", "each field once")
    return found


def _text(name: str, given: Mapping[str, object]) -> str:
    value = given.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        _refuse(kind_of(value), "a text", name)
    return unicodedata.normalize("NFC", value).strip()


def _checked(check: Callable[[str], None]) -> Callable[[str, Mapping[str, object], date], str]:
    def read(name: str, given: Mapping[str, object], _: date) -> str:
        text = _text(name, given)
        try:
            check(text)
        except MalformedError as fault:
            came, expected = str(fault).removeprefix(f"{name} ").split("; ", 1)
            plain = expected.removesuffix(" is expected").removesuffix(" are expected")
            _refuse(f"a text that {came}", plain, name)
        return text

    return read


def _day(name: str, given: Mapping[str, object], today: date) -> date:
    written = _text(name, given)
    if not written:
        _refuse("nothing", "a day written as 2023-09-18", name)
    try:
        day = date.fromisoformat(written)
    except ValueError:
        _refuse(_shown(written), "a day that there is, written as 2023-09-18", name)
    # Python knows more ways of writing a day than the code book does.
    if day.isoformat() != written:
        _refuse(_shown(written), "a day written as 2023-09-18", name)
    if day < _EARLIEST:
        _refuse(written, f"a day from {_EARLIEST} on", name)
    # What is reported may lie ahead; that it was reported may not.
    if name == "published" and day > today:
        _refuse(f"{written}, which is yet to come,", f"a day up to {today}", name)
    return day


def _day_or_none(name: str, given: Mapping[str, object], today: date) -> date | None:
    return None if given.get(name) is None else _day(name, given, today)


def _one_of(kinds: type[Enum]) -> Callable[[str, Mapping[str, object], date], Enum]:
    known = {each.value: each for each in kinds}

    def read(name: str, given: Mapping[str, object], _: date) -> Enum:
        text = _text(name, given)
        if text not in known:
            _refuse(_shown(text) if text else "nothing", f"one of {', '.join(known)}", name)
        return known[text]

    return read


def _named(name: str) -> Callable[[str, Mapping[str, object], date], str]:
    return _checked(lambda text: require_text(name, text))


_READERS: Final[Mapping[str, Callable[[str, Mapping[str, object], date], object]]] = {
    "published": _day,
    "published_basis": _one_of(Basis),
    "event_date": _day_or_none,
    "outlet": _named("outlet"),
    "url": _checked(require_address),
    "speaker_type": _one_of(SpeakerType),
    "speaker": _named("speaker"),
    "actor": _named("actor"),
    "claim_type": _one_of(ClaimType),
    "credited_to": _checked(lambda text: require_short("credited_to", text)),
    "direction": _one_of(Direction),
    "paraphrase": _named("paraphrase"),
}


def _refuse(came: str, expected: str, field: str = "") -> NoReturn:
    raise _RefusedError(Fault(field=field, came=came, expected=expected))


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")
