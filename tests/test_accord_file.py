"""The file of an accord."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accords import an_accord
from backchannel.channel.accord_file import (
    AccordFile,
    Adherence,
    assemble,
    read_accord_file,
    write_accord_file,
)
from backchannel.channel.accord_text import render
from backchannel.channel.plain import AccordError

TEXT = render(an_accord())
FILE = assemble(TEXT, b"m" * 64, {"West": b"w" * 64, "East": b"e" * 64})
CONTENT = json.loads(write_accord_file(FILE))

adherences = st.builds(
    Adherence,
    party=st.text(st.characters(codec="utf-8")),
    key=st.binary(min_size=32, max_size=32),
    signature=st.binary(min_size=64, max_size=64),
)


@given(
    st.text(st.characters(codec="utf-8")),
    st.none() | st.binary(min_size=64, max_size=64),
    st.lists(adherences, max_size=3, unique_by=lambda adherence: adherence.party),
)
def test_what_is_written_is_read(
    text: str, declaration: bytes | None, adhered: list[Adherence]
) -> None:
    file = AccordFile(text=text, declaration=declaration, adherences=tuple(adhered))
    assert read_accord_file(write_accord_file(file)) == file


def test_an_assembled_file_holds_the_adherences_in_the_order_of_the_text() -> None:
    assert [a.party for a in FILE.adherences] == ["East", "West"]
    assert FILE.adherences[0].key == bytes([2]) * 32
    assert read_accord_file(write_accord_file(FILE)) == FILE


def test_an_accord_without_signatures_can_be_kept_too() -> None:
    assert assemble(TEXT, b"", {}) == AccordFile(text=TEXT, declaration=None, adherences=())


def test_a_signature_of_a_stranger_is_not_assembled() -> None:
    with pytest.raises(AccordError, match="'South' is no party"):
        assemble(TEXT, b"", {"South": bytes(64)})


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_give_a_file_or_our_own_error(data: bytes) -> None:
    with pytest.raises(AccordError):
        read_accord_file(data)


@given(st.integers(0, len(write_accord_file(FILE)) - 1), st.integers(0, 255))
def test_a_damaged_file_gives_a_file_or_our_own_error(place: int, new: int) -> None:
    data = bytearray(write_accord_file(FILE))
    data[place] = new
    with suppress(AccordError):
        read_accord_file(bytes(data))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": "backchannel-accord/2"}, "format: 'backchannel-accord/1' is expected"),
        ({"extra": 1}, "'extra' is no field of this"),
        ({"text": "one string"}, "text: a list is expected, not a text"),
        ({"text": ["a\nb"]}, "text: one item is one line"),
        ({"text": ["x" * 48_001]}, "text: is longer"),
        ({"text": ["\ud800"]}, "text, 1: half a character"),
        ({"declaration": "zz"}, "declaration: is not written in hexadecimal"),
        ({"declaration": "AA" * 64}, "declaration: is not written in hexadecimal"),
        ({"declaration": "aa"}, "declaration: a signature has 64 bytes"),
        ({"adherences": [{"party": "East"}]}, "adherences, 1: the field 'key' is missing"),
        ({"adherences": CONTENT["adherences"][:1] * 2}, "a party adheres once"),
        (
            {"adherences": [{"party": "East", "key": "aa", "signature": "aa"}]},
            "adherence of 'East': a key has 32 bytes",
        ),
    ],
)
def test_a_fault_of_the_file_is_told_with_its_field(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(AccordError, match=said):
        read_accord_file(json.dumps({**CONTENT, **changes}).encode())
