"""Bytes of events: one form for each, nothing else accepted, and what was frozen stays readable."""

import json
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import cbor2
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from backchannel.channel import events, record, said, told
from backchannel.channel.errors import MalformedError
from backchannel.channel.handling import Attribution, Handling
from backchannel.channel.names import normalised
from backchannel.channel.returned import Returned
from backchannel.wire import codec
from backchannel.wire.codec import (
    MAX_ENTRY,
    MAX_EVENT,
    Event,
    decode,
    decode_entry,
    decode_from_party,
    decode_to_party,
    encode,
)
from backchannel.wire.errors import TooLargeError, UnknownVersionError, WireError
from backchannel.wire.shape import check_shape
from backchannel.wire.values import converter
from crossing import NOON
from histories import ANY_KIND, Move, begun, moves
from samples import EAST, NOTE, WORDS, changed, entries, said_now, told_now

VECTORS = Path(__file__).parent / "vectors" / "wire_v1.json"
SAMPLES: dict[type, Any] = {**said_now(1), **told_now(2), **entries()}
KINDS: list[type] = list(SAMPLES)
NUMBERS: dict[type, int] = codec._NUMBERS
moderate = settings(max_examples=15, deadline=None)
by_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


# Any event that can be built, field by field.

ids = st.binary(min_size=16, max_size=16).map(bytes.hex)
texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from("\n\t"),
    min_size=1,
    max_size=30,
).filter(str.strip)
names = texts.map(normalised).map(lambda text: text.replace("\n", " ")[:40].strip()).filter(bool)
times = st.integers(-(10**6), 10**8).map(lambda minutes: NOON + timedelta(minutes=minutes))
cells = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=5)
row_lists = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.tuples(*[cells] * width), max_size=3).map(tuple)
)
handlings = st.builds(
    Handling,
    uses=st.frozensets(st.sampled_from(Attribution)),
    ask_first=st.booleans(),
    only_if=st.just("") | texts,
)
signatures = st.binary(min_size=64, max_size=64)
BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(["title", "mediator", "party", "author", "name", "who"], names),
    **dict.fromkeys(["issue", "option", "item", "place", "person"], names),
    **dict.fromkeys(["people", "attendance"], st.lists(names, max_size=3).map(tuple)),
    "options": st.lists(names, min_size=2, max_size=4, unique=True).map(tuple) | st.just(()),
    "grace": st.integers(0, 10_080),
    "version": st.integers(1, 10**6),
    "clause": st.from_regex(r"[1-9](\.[1-9])?", fullmatch=True),
    "words": st.builds(lambda title: replace(WORDS, title=title), names),
    **dict.fromkeys(["envelope", "key"], st.binary(min_size=32, max_size=32)),
    "by": st.just("") | names,
    "seen": st.integers(0, 2**53),
    "step": st.from_regex(r"[A-Za-z0-9][a-z._-]{0,9}", fullmatch=True),
    "signature": signatures,
    "declaration": signatures | st.just(b""),
    "signatures": st.lists(
        st.builds(told.Signature, party=names, signature=signatures), max_size=3
    ).map(tuple),
    "rests_on": st.lists(st.builds(record.Basis, seat=ids, note=ids), max_size=3, unique=True).map(
        tuple
    ),
    "rows": row_lists,
    "event": st.deferred(lambda: from_party),
    **dict.fromkeys(["signing_key", "mediator_key"], st.binary(min_size=32, max_size=32)),
    **dict.fromkeys(["text", "rules", "source", "credit", "holding_line", "debrief"], texts),
}
BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    str: ids,
    bool: st.booleans(),
    datetime: times,
    Handling: handlings,
}


def values_of(name: str, annotation: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401
    """Return a strategy for a field, by its name or else by its type."""
    if type(None) in get_args(annotation):
        return st.none() | values_of(name, get_args(annotation)[0])
    plain = getattr(annotation, "__supertype__", annotation)
    resting = name == "rests_on" and get_args(plain)[:1] != (record.Basis,)
    by_name = name in BY_NAME and not resting
    if by_name and not (name == "item" and is_dataclass(plain)):
        return BY_NAME[name]
    if plain is date:
        return st.dates(date(1900, 1, 1), date(2999, 12, 31))
    if get_origin(plain) is tuple:
        return st.lists(values_of("", get_args(plain)[0]), max_size=3).map(tuple)
    if is_dataclass(plain) and plain not in BY_TYPE:
        return events_of(plain)  # type: ignore[arg-type]
    return st.sampled_from(plain) if issubclass(plain, Enum) else BY_TYPE[plain]


@st.composite
def events_of(draw: st.DrawFn, kind: type) -> Any:  # noqa: ANN401 - an event of that kind
    """Any event of a kind that the channel's own checks let be built."""
    hints = get_type_hints(kind, localns={"FromParty": events.FromParty, "ToParty": events.ToParty})
    given_ = {f.name: draw(values_of(f.name, hints[f.name])) for f in fields(kind)}
    # What is due later, or was spoken before, is so by any number of minutes.
    for name, sign in (("deadline", 1), ("spoken", -1)):
        if name in given_:
            minutes = timedelta(minutes=draw(st.integers(1, 10**6)))
            given_[name] = given_["at"] + sign * minutes
    if kind is Returned:
        given_["event"] = draw(to_party)
    if kind is told.Conveyed:
        given_["text"] = normalised(given_["text"]) or "Ready."
        given_["rows"] = tuple(tuple(map(normalised, row)) for row in given_["rows"])
    try:
        return kind(**given_)
    except MalformedError:
        reject()


to_party: st.SearchStrategy[Any] = st.sampled_from(get_args(events.ToParty)).flatmap(events_of)
from_party: st.SearchStrategy[Any] = st.sampled_from(get_args(events.FromParty)).flatmap(events_of)


@by_kind
@moderate
@given(data=st.data())
def test_every_event_comes_back_as_it_went(kind: type, data: st.DataObject) -> None:
    event = data.draw(events_of(kind))
    assert decode(encode(event)) == event


@settings(max_examples=20, deadline=None)
@given(stage=st.integers(0, 3), played=moves(ANY_KIND))
def test_all_that_happens_in_a_mediation_can_be_sent_and_stored(
    stage: int, played: tuple[Move, ...]
) -> None:
    world = begun(stage)
    world.play(*played)
    world.settle()
    for entry in world.entries:
        assert decode_entry(encode(entry)) == entry
    for party in world.parties.values():
        for told_ in party.sent:
            assert decode_to_party(encode(told_)) == told_


def refused(data: bytes) -> bool:
    """Decode the bytes; only a WireError, or the one event whose bytes they are, may come."""
    try:
        event = decode(data)
    except WireError:
        return True
    assert encode(event) == data
    return False


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_give_a_wire_error_and_nothing_else(data: bytes) -> None:
    refused(data)


cbor_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.binary(max_size=9)
    | st.floats(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=200)
@given(kind=st.sampled_from(sorted(NUMBERS.values())), value=cbor_values)
def test_arbitrary_values_in_a_known_kind_give_a_wire_error(kind: int, value: Any) -> None:  # noqa: ANN401
    assert refused(cbor2.dumps([1, kind, value], canonical=True))


@by_kind
@moderate
@given(data=st.data())
def test_changed_bytes_are_another_event_or_a_wire_error(kind: type, data: st.DataObject) -> None:
    whole = bytearray(encode(SAMPLES[kind]))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(whole) - 1))
        how = data.draw(st.sampled_from(["change", "drop", "add"]))
        if how == "change":
            whole[at] ^= data.draw(st.integers(1, 255))
        elif how == "drop" and len(whole) > 1:
            del whole[at]
        else:
            whole.insert(at, data.draw(st.integers(0, 255)))
    refused(bytes(whole))


@by_kind
def test_bytes_cut_short_or_with_something_after_them_are_refused(kind: type) -> None:
    whole = encode(SAMPLES[kind])
    assert all(refused(whole[:size]) for size in range(len(whole)))
    assert refused(whole + b"\x00")
    assert refused(whole + whole)


@by_kind
def test_a_field_too_few_or_too_many_is_refused(kind: type) -> None:
    version, number, values = cbor2.loads(encode(SAMPLES[kind]))
    wrong: list[Any] = [values[:-1], [*values, None], [], None, {}]
    for changed_values in wrong:
        assert refused(cbor2.dumps([version, number, changed_values]))


@by_kind
def test_a_value_of_another_type_is_refused_in_every_field(kind: type) -> None:
    version, number, values = cbor2.loads(encode(SAMPLES[kind]))
    for index, value in enumerate(values):
        others: list[Any] = [1.5, {"a": 1}, [[[]]], cbor2.CBORTag(0, "2026-03-01T12:00:00Z")]
        others += [float(value), bool(value)] if type(value) is int else [7 if value != 7 else 8]
        for other in others:
            if type(value) is bool and other is not value:
                continue
            different = [*values[:index], other, *values[index + 1 :]]
            assert refused(cbor2.dumps([version, number, different])), (index, other)


# What is not the canonical form of the event that it would be.
WITHDREW = said.Withdrew(at=NOON, seen=2, note=NOTE)
WHOLE = encode(WITHDREW)
USES = changed(
    SAMPLES[said.Said],
    handling=Handling(uses=frozenset({Attribution.AUTHOR, Attribution.NOBODY})),
)


def test_the_bytes_these_tests_change_are_as_supposed() -> None:
    assert WHOLE.hex().startswith("83010384")
    assert WHOLE.hex()[8:].startswith("1a")
    assert "0260" in WHOLE.hex()


NOT_CANONICAL = {
    "a version in two bytes": bytes.fromhex("83180103") + WHOLE[3:],
    "a kind in two bytes": bytes.fromhex("83011803") + WHOLE[3:],
    "a kind in nine bytes": bytes.fromhex("83011b0000000000000003") + WHOLE[3:],
    "a length in two bytes": bytes.fromhex("9803") + WHOLE[1:],
    "an open-ended list": bytes.fromhex("9f") + WHOLE[1:] + b"\xff",
    "an open-ended text": WHOLE.replace(b"\x60", bytes.fromhex("7f60ff"), 1),
    "a kind that is true": bytes.fromhex("8301f5") + WHOLE[3:],
    "a kind that is a float": bytes.fromhex("8301f94200") + WHOLE[3:],
    "a version that is true": bytes.fromhex("83f5") + WHOLE[2:],
    "a version that is a float": bytes.fromhex("83f93c00") + WHOLE[2:],
    "a tag": bytes.fromhex("d9d9f7") + WHOLE,
    "a big number": bytes.fromhex("8301c24103") + WHOLE[3:],
    "undefined": WHOLE.replace(b"\x60", b"\xf7", 1),
    "a simple value": WHOLE.replace(b"\x60", bytes.fromhex("f8ff"), 1),
    "text that is no UTF-8": WHOLE.replace(b"\x60", b"\x61\xff", 1),
    "text that is a surrogate": WHOLE.replace(b"\x60", bytes.fromhex("63eda080"), 1),
    "a reserved head": bytes.fromhex("83011c"),
    "nothing": b"",
    "an empty list": b"\x80",
    "a version alone": b"\x81\x01",
    "no list": b"\x01",
    "a text": b"\x63abc",
    "a map": b"\xa0",
    "a length beyond the end": bytes.fromhex("5b7fffffffffffffff"),
    "a list beyond the end": bytes.fromhex("9b7fffffffffffffff"),
    "a very deep list": b"\x81" * 1_000 + b"\x01",
    "a regular expression": bytes.fromhex("8301d8236128"),
    "a huge decimal": bytes.fromhex("8301c4821a3b9aca0001"),
    "a shared value": bytes.fromhex("8301d81c80"),
    "a set": bytes.fromhex("8301d9010280"),
}


@pytest.mark.parametrize("data", NOT_CANONICAL.values(), ids=NOT_CANONICAL)
def test_what_is_not_canonical_is_refused(data: bytes) -> None:
    assert refused(data)


@pytest.mark.parametrize("what", ["a tag", "a regular expression", "a huge decimal", "a map"])
def test_the_decoder_never_meets_what_would_make_it_run_code(what: str) -> None:
    with pytest.raises(WireError, match="of a kind that no event has"):
        decode(NOT_CANONICAL[what])


@pytest.mark.parametrize(
    "members",
    [
        ["nobody", "author"],
        ["author", "author"],
        ["author", "author", "nobody"],
        ["AUTHOR"],
        [1],
        1,
    ],
)
def test_a_set_has_each_member_once_and_in_order(members: Any) -> None:  # noqa: ANN401
    version, number, values = cbor2.loads(encode(USES))
    index = [f.name for f in fields(USES)].index("handling")
    assert values[index][0] == ["author", "nobody"]
    values[index][0] = members
    assert refused(cbor2.dumps([version, number, values]))


def test_a_refused_value_leaves_no_trace_of_itself_in_the_error() -> None:
    version, number, values = cbor2.loads(encode(SAMPLES[said.Said]))
    values[-1] = "what nobody may read"
    with pytest.raises(WireError) as caught:
        decode(cbor2.dumps([version, number, values]))
    assert "nobody may read" not in str(caught.value)


@pytest.mark.parametrize("version", [0, 2, 255, -1, "1", None, [1]])
def test_another_version_is_said_to_be_one(version: object) -> None:
    data = cbor2.dumps([version, *cbor2.loads(WHOLE)[1:]], canonical=True)
    with pytest.raises(UnknownVersionError, match="one of the two desks must be updated"):
        decode(data)


@pytest.mark.parametrize("kind", [0, 100, 200, 300, 1_000, -1])
def test_an_unknown_kind_is_refused(kind: int) -> None:
    with pytest.raises(WireError, match="unknown kind"):
        decode(cbor2.dumps([1, kind, []]))


@by_kind
def test_each_kind_is_taken_in_its_direction_only(kind: type) -> None:
    data = encode(SAMPLES[kind])
    ways = {
        decode_from_party: get_args(events.FromParty),
        decode_to_party: get_args(events.ToParty),
        decode_entry: get_args(events.Entry),
    }
    for way, kinds in ways.items():
        if kind in kinds:
            assert way(data) == SAMPLES[kind]
        else:
            with pytest.raises(WireError, match="not sent in this direction"):
                way(data)


def test_what_was_received_holds_what_a_party_may_send_and_nothing_else() -> None:
    told_ = SAMPLES[told.Resumed]
    with pytest.raises(WireError, match="Resumed is not sent in this direction"):
        encode(record.Received(at=NOON, seat=EAST, event=told_))
    version, number, values = cbor2.loads(encode(SAMPLES[record.Received]))
    values[3] = cbor2.loads(encode(told_))[1:]
    with pytest.raises(WireError, match="not sent in this direction"):
        decode(cbor2.dumps([version, number, values]))
    values[3] = cbor2.loads(encode(SAMPLES[record.Received]))[1:]
    assert refused(cbor2.dumps([version, number, values]))


def test_a_letter_holds_so_much_and_no_more() -> None:
    note = filled()
    with pytest.raises(TooLargeError, match="shorten it or send it as several"):
        encode(changed(note, text=note.text + "x"))


def test_whatever_a_party_can_send_the_mediator_can_record() -> None:
    note = filled()
    assert len(encode(note)) == MAX_EVENT
    entry = record.Received(at=NOON, by="z" * 120, seat=EAST, event=note)
    assert MAX_EVENT < len(encode(entry)) <= MAX_ENTRY
    assert decode_entry(encode(entry)) == entry


def filled() -> said.Said:
    """Return a note that fills a letter to the last byte."""
    note = changed(SAMPLES[said.Said], text="\U0001f54a" * 14_000, rows=())
    while (lacking := MAX_EVENT - len(encode(note))) > 280:
        note = changed(note, rows=(*note.rows, ("y" * 200,)))
    short = changed(note, rows=(*note.rows, ("y" * (lacking - 10),)))
    result: said.Said = changed(short, text=short.text + "x" * (MAX_EVENT - len(encode(short))))
    return result


def test_bytes_beyond_the_limit_are_not_even_looked_at() -> None:
    with pytest.raises(TooLargeError):
        decode(b"\x00" * (MAX_ENTRY + 1))
    for way in (decode_from_party, decode_to_party):
        with pytest.raises(TooLargeError):
            way(b"\x00" * (MAX_EVENT + 1))


class Words(str):
    """Text that is more than text: what it would write as cannot be known."""

    __slots__ = ()


WRONG_VALUES: list[tuple[Any, dict[str, Any]]] = [
    (SAMPLES[said.Said], {"rows": [["a"]]}),
    (SAMPLES[said.Said], {"text": Words("Ready.")}),
    (SAMPLES[said.Said], {"rows": [("a",)]}),
    (SAMPLES[said.Said], {"handling": Handling(uses={Attribution.AUTHOR})}),  # type: ignore[arg-type]
    (SAMPLES[said.Said], {"seen": True}),
    (SAMPLES[said.Said], {"seen": 2**53 + 1}),
    (SAMPLES[said.UseAnswered], {"allowed": 1}),
    (SAMPLES[said.StepReported], {"doing": "done"}),
    (SAMPLES[said.StepReported], {"done_on": NOON}),
    (SAMPLES[said.Adhered], {"signature": bytearray(64)}),
    (SAMPLES[told.AccordPut], {"text": "\ud800"}),
    (SAMPLES[record.Received], {"event": WITHDREW.note}),
    (SAMPLES[record.Conveyance], {"rests_on": (Handling(),)}),
]


@pytest.mark.parametrize(("event", "changes"), WRONG_VALUES)
def test_a_value_that_its_field_does_not_describe_is_not_written(
    event: Any,  # noqa: ANN401 - an event of any kind
    changes: dict[str, Any],
) -> None:
    with pytest.raises(WireError):
        encode(changed(event, **changes))


def test_a_time_that_is_none_is_not_written() -> None:
    class Moment(datetime):
        pass

    with pytest.raises(WireError, match="expected a time"):
        encode(changed(WITHDREW, at=Moment(2026, 3, 1, tzinfo=UTC)))


def test_what_is_no_event_is_not_written() -> None:
    for thing in (None, "text", Handling()):
        with pytest.raises(WireError, match="is no event"):
            encode(thing)  # type: ignore[arg-type]


@pytest.mark.parametrize("minutes", [2**53, -(2**53), 2**40])
def test_a_time_outside_the_calendar_is_refused(minutes: int) -> None:
    assert refused(cbor2.dumps([1, 3, [minutes, 2, "", NOTE]]))


@pytest.mark.parametrize("day", [0, -1, 2**40, 2**53])
def test_a_day_outside_the_calendar_is_refused(day: int) -> None:
    version, number, values = cbor2.loads(encode(SAMPLES[said.StepReported]))
    values[-1] = day
    assert refused(cbor2.dumps([version, number, values]))


def test_a_field_of_a_kind_without_converter_stops_the_program_at_once() -> None:
    with pytest.raises(TypeError, match="no converter"):
        converter(dict[str, int])


def test_the_shape_is_looked_over_for_depth_as_well() -> None:
    check_shape(b"\x81\x81\x01", max_depth=2)
    with pytest.raises(WireError, match="too deep"):
        check_shape(b"\x81\x81\x01", max_depth=1)


# Frozen bytes: what was once released stays readable. The file only grows.


def plainly(value: Any) -> Any:  # noqa: ANN401
    """Return the value as JSON can say it, the same on every run."""
    if is_dataclass(value):
        told_ = {f.name: plainly(getattr(value, f.name)) for f in fields(value)}
        return {"kind": type(value).__name__, **told_}
    if isinstance(value, frozenset):
        return sorted(plainly(member) for member in value)
    if isinstance(value, tuple):
        return [plainly(member) for member in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value


def vector(event: Event) -> dict[str, Any]:
    """Return the line of the vectors file for an event."""
    return {"bytes": encode(event).hex(), "event": plainly(event)}


FROZEN: list[dict[str, Any]] = json.loads(VECTORS.read_text(encoding="utf-8"))


def kinds_of(frozen: Iterable[dict[str, Any]]) -> set[str]:
    return {line["event"]["kind"] for line in frozen}


@pytest.mark.parametrize("line", FROZEN, ids=lambda line: line["event"]["kind"])
def test_frozen_bytes_are_still_the_same_event(line: dict[str, Any]) -> None:
    event = decode(bytes.fromhex(line["bytes"]))
    assert plainly(event) == line["event"]
    assert encode(event).hex() == line["bytes"]


def test_every_kind_has_frozen_bytes() -> None:
    lacking = [kind for kind in KINDS if kind.__name__ not in kinds_of(FROZEN)]
    assert not lacking, json.dumps([vector(SAMPLES[kind]) for kind in lacking], indent=1)
    assert set(NUMBERS) == set(KINDS)


def test_the_number_of_a_kind_is_for_ever() -> None:
    for line in FROZEN:
        kind = next(k for k in KINDS if k.__name__ == line["event"]["kind"])
        assert cbor2.loads(bytes.fromhex(line["bytes"]))[1] == NUMBERS[kind]
