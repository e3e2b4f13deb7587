"""Whatever bytes a parser is fed, it reads them or answers with an error of its own."""

from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parsers import PARSERS, attempt

# Parsers behind a public-key handshake take milliseconds a try.
SLOW = {"sealed letter", "sealed bundle", "repair offer", "caucus export", "altered export"}
ONLY_ALTERED = {"altered export"}  # of these nothing is whole
NUMBERS = (b"\xff" * 4, b"\x7f" + b"\xff" * 7, b"99999999999999999999", b"1e999", b"-1", b"\0")
PIECES = (*NUMBERS, b'"', b"[", b"{", b"\\", b"\n", b"\x9f", b"\xed\xa0\x80", "٣".encode())


@cache
def samples(name: str) -> tuple[bytes, ...]:
    return tuple(PARSERS[name].seeds())


def put(data: bytes, piece: bytes, at: int) -> bytes:
    return data[:at] + piece + data[at:]


def set_in(data: bytes, piece: bytes, at: int) -> bytes:
    return data[:at] + piece + data[at + len(piece) :]


def cut(data: bytes, piece: bytes, at: int) -> bytes:
    return data[:at] + data[at + len(piece) :]


def doubled(data: bytes, piece: bytes, at: int) -> bytes:
    return data[:at] + data[at : at + 8 * len(piece)] * 2 + data[at + 8 * len(piece) :]


CHANGES = (put, set_in, cut, doubled)


@st.composite
def mutated(draw: st.DrawFn, name: str) -> bytes:
    """A real sample, changed in a few places; now and then spliced with another, or cut short."""
    known = samples(name)
    data = draw(st.sampled_from(known))
    if draw(st.integers(0, 4)) == 0:
        other = draw(st.sampled_from(known))
        data = data[: draw(st.integers(0, len(data)))] + other[draw(st.integers(0, len(other))) :]
    for _ in range(draw(st.integers(1, 4))):
        piece = draw(st.sampled_from(PIECES) | st.binary(min_size=1, max_size=4))
        data = draw(st.sampled_from(CHANGES))(data, piece, draw(st.integers(0, len(data))))
    return data


@pytest.mark.parametrize("name", sorted({*PARSERS} - ONLY_ALTERED))
def test_every_parser_takes_its_samples(name: str) -> None:
    # Or the mutations below would all stop at the first byte.
    assert any(attempt(PARSERS[name], sample) for sample in samples(name))


@pytest.mark.parametrize("name", PARSERS)
def test_a_changed_sample_is_read_or_refused_in_a_sentence_of_our_own(name: str) -> None:
    @settings(max_examples=10 if name in SLOW else 60)
    @given(data=mutated(name))
    def trial(data: bytes) -> None:
        attempt(PARSERS[name], data)

    trial()


@pytest.mark.parametrize("name", PARSERS)
def test_any_bytes_are_read_or_refused_in_a_sentence_of_our_own(name: str) -> None:
    @settings(max_examples=10 if name in SLOW else 30)
    @given(data=st.binary(max_size=200))
    @example(data=b"")
    @example(data=b"\xff" * 70_000)
    @example(data=b"[" * 70_000)
    def trial(data: bytes) -> None:
        attempt(PARSERS[name], data)

    trial()
