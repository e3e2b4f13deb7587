"""Strict reading of JSON files."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.channel.errors import MalformedError
from backchannel.channel.strict_json import MAX_FILE, read_json


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no JSON"),
        (b"\xff", "not UTF-8 text .byte 1"),
        (b"\xef\xbb\xbf{}", "no JSON"),
        (b"{} {}", "no JSON: Extra data, line 1"),
        (b'{"a": 1, "b": 2, "a": 3}', "the field 'a' is given twice"),
        (b'{"x": [{"a": 1, "a": 1}]}', "the field 'a' is given twice"),
        (b"NaN", "NaN is no number"),
        (b"-Infinity", "-Infinity is no number"),
        (b"9" * 5_000, "too long"),
        (b"[" * 100_000, "nested too deeply"),
        (b" " * (MAX_FILE + 1), "at most 2,000,000"),
    ],
)
def test_what_is_no_strict_json_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(MalformedError, match=said):
        read_json(data, MalformedError)


@given(st.binary(max_size=40))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with suppress(MalformedError):
        read_json(data, MalformedError)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("null", "null"),
        ("true", "true or false"),
        ("1", "a number"),
        ("1.5", "a number"),
        ('"a"', "a text"),
        ("[]", "a list"),
        ("{}", "an object"),
    ],
)
def test_a_wrong_type_is_named(written: str, kind: str) -> None:
    part = read_json(written.encode(), MalformedError)
    wanted = {part.text: "a text", part.items: "a list", part.mapping: "an object"}
    for read, expected in wanted.items():
        if expected != kind:
            with pytest.raises(MalformedError, match=f"^{expected} is expected, not {kind}$"):
                read()


def test_a_number_has_bounds_and_is_no_truth_value() -> None:
    assert read_json(b"10", MalformedError).number(0, 10) == 10
    with pytest.raises(MalformedError, match="a number is expected, not true or false"):
        read_json(b"true", MalformedError).number(0, 10)
    for written in (b"11", b"-1", b"1e999"):
        with pytest.raises(MalformedError, match="is not between 0 and 10"):
            read_json(written, MalformedError).number(0, 10)


@pytest.mark.parametrize("written", ["20230918", "2023-W38-1", "2023-02-30", "18.9.2023", ""])
def test_a_day_is_written_in_one_way(written: str) -> None:
    with pytest.raises(MalformedError, match="write it as 2023-09-18"):
        read_json(f'"{written}"'.encode(), MalformedError).day()


def test_the_place_of_a_fault_is_told() -> None:
    part = read_json(b'{"a": [{"b": 5}]}', MalformedError).fields("a")["a"].items()[0]
    with pytest.raises(MalformedError, match=r"^a, 1, b: a text is expected, not a number$"):
        part.fields("b")["b"].text()
