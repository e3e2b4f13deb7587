"""The promises of letters and frames: one form, three sizes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.seal import frame
from backchannel.seal.errors import OldProtocolError, SealError, UnauthenticError
from backchannel.seal.letters import (
    BUCKETS,
    MAX_BODY,
    MAX_SMALL_BODY,
    Kind,
    Letter,
    pack,
    unpack,
)

SIZES = [bucket - frame.OVERHEAD for bucket in BUCKETS]
KIND_AT, LENGTH_AT, BODY_AT = 22, 23, 27

lengths = st.sampled_from(
    [0, 1, MAX_SMALL_BODY, MAX_SMALL_BODY + 1, 15054, 15055, MAX_BODY]
) | st.integers(0, MAX_BODY)
letters = st.builds(
    Letter,
    epoch=st.integers(0, 2**32 - 1),
    counter=st.integers(0, 2**63 - 1),
    ack=st.integers(0, 2**63 - 1),
    kind=st.just(Kind.EVENT),
    body=lengths.map(bytes) | st.binary(max_size=100),
) | st.builds(
    Letter,
    epoch=st.just(0),
    counter=st.integers(0, 9),
    ack=st.integers(0, 9),
    kind=st.just(Kind.RECEIPT),
    body=st.binary(max_size=MAX_SMALL_BODY),
)


def small(kind: Kind = Kind.EVENT, body: bytes = b"a note") -> Letter:
    return Letter(epoch=0, counter=1, ack=2, kind=kind, body=body)


@given(letters)
@settings(max_examples=60, deadline=None)
def test_a_letter_comes_out_as_it_went_in_and_has_one_of_three_sizes(letter: Letter) -> None:
    packed = pack(letter)
    assert unpack(packed) == letter
    assert len(packed) == min(size for size in SIZES if size >= BODY_AT + len(letter.body))


@given(st.binary(max_size=MAX_SMALL_BODY))
@settings(max_examples=30, deadline=None)
def test_receipts_and_small_events_cannot_be_told_apart_by_size(body: bytes) -> None:
    assert len(pack(small(Kind.EVENT, body))) == len(pack(small(Kind.RECEIPT, b""))) == SIZES[0]


def test_what_does_not_fit_is_refused_with_what_fits() -> None:
    with pytest.raises(SealError, match=f"at most {MAX_BODY}"):
        small(body=bytes(MAX_BODY + 1))
    with pytest.raises(SealError, match=f"at most {MAX_SMALL_BODY}"):
        small(Kind.RECEIPT, bytes(MAX_SMALL_BODY + 1))


@pytest.mark.parametrize(
    ("epoch", "counter", "ack"),
    [(-1, 0, 0), (2**32, 0, 0), (0, -1, 0), (0, 2**63, 0), (0, 0, -1), (0, 0, 2**63)],
)
def test_counts_out_of_range_cannot_be_built(epoch: int, counter: int, ack: int) -> None:
    with pytest.raises(SealError, match="counts from 0"):
        Letter(epoch=epoch, counter=counter, ack=ack, kind=Kind.EVENT, body=b"")


@pytest.mark.parametrize("at", [0, 1])
@pytest.mark.parametrize("value", [0, 2, 255])
def test_an_unknown_version_or_suite_is_refused(at: int, value: int) -> None:
    packed = bytearray(pack(small()))
    packed[at] = value
    with pytest.raises(OldProtocolError, match="newer release"):
        unpack(bytes(packed))


@pytest.mark.parametrize("kind", [0, 3, 255])
def test_an_unknown_kind_is_refused(kind: int) -> None:
    packed = bytearray(pack(small()))
    packed[KIND_AT] = kind
    with pytest.raises(OldProtocolError, match=f"kind {kind}"):
        unpack(bytes(packed))


@pytest.mark.parametrize("at", [BODY_AT + len(b"a note"), 1000, SIZES[0] - 1])
def test_padding_that_is_not_zero_is_refused(at: int) -> None:
    packed = bytearray(pack(small()))
    packed[at] = 1
    with pytest.raises(UnauthenticError, match="canonical"):
        unpack(bytes(packed))


@pytest.mark.parametrize("length", [0, 5, SIZES[0] - BODY_AT + 1, 2**32 - 1])
def test_a_length_that_is_not_the_bodys_is_refused(length: int) -> None:
    packed = bytearray(pack(small()))
    packed[LENGTH_AT:BODY_AT] = length.to_bytes(4)
    with pytest.raises(UnauthenticError):
        unpack(bytes(packed))


def test_a_bucket_larger_than_needed_is_refused() -> None:
    with pytest.raises(UnauthenticError, match="canonical"):
        unpack(pack(small()).ljust(SIZES[1], b"\0"))


def test_what_no_desk_may_build_no_desk_may_send() -> None:
    packed = bytearray(pack(small(body=bytes(MAX_SMALL_BODY + 1))))
    packed[KIND_AT] = Kind.RECEIPT
    with pytest.raises(UnauthenticError, match="at most"):
        unpack(bytes(packed))


@given(st.integers(0, SIZES[0] + 1))
@settings(max_examples=60, deadline=None)
def test_every_other_length_is_refused(length: int) -> None:
    packed = pack(small()).ljust(SIZES[0] + 1, b"\0")
    if length != SIZES[0]:
        with pytest.raises(SealError):
            unpack(packed[:length])


@given(handshake=st.sampled_from([b"", b"\1" * frame.HANDSHAKE_BYTES]), ciphertext=st.binary())
def test_a_frame_comes_out_as_it_went_in(handshake: bytes, ciphertext: bytes) -> None:
    whole = frame.Frame(
        handshake=handshake, header=bytes(frame.HEADER_BYTES), ciphertext=ciphertext
    )
    assert frame.decode(frame.encode(whole)) == whole


@given(st.binary(max_size=50), st.booleans())
def test_a_frame_that_is_none_is_refused(noise: bytes, begins_well: bool) -> None:  # noqa: FBT001
    start = bytes([frame.VERSION, frame.SUITE]) if begins_well else b""
    with pytest.raises(SealError):
        frame.decode(start + noise)


def test_a_frame_hides_nothing_where_no_handshake_is() -> None:
    plain = frame.encode(
        frame.Frame(handshake=b"", header=bytes(frame.HEADER_BYTES), ciphertext=b"")
    )
    for at, value in ((2, 2), (3, 1), (3 + frame.HANDSHAKE_BYTES - 1, 1)):
        altered = bytearray(plain)
        altered[at] = value
        with pytest.raises(UnauthenticError):
            frame.decode(bytes(altered))
