"""One way to write each message; whatever else comes is refused by our own errors."""

from contextlib import suppress
from datetime import date

import cbor2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backchannel.post.codec import (
    MAX_ANSWER,
    MAX_REQUEST,
    decode_answer,
    decode_request,
    encode_answer,
    encode_request,
)
from backchannel.post.errors import MalformedError, OldProtocolError, PostError, TooLargeError
from backchannel.post.messages import (
    COLLECT_BYTES,
    COLLECT_LETTERS,
    MAX_FORGOTTEN,
    MAX_LETTER,
    Answer,
    BundleIs,
    BundleStored,
    Close,
    Closed,
    Collect,
    Collected,
    Forget,
    Forgotten,
    GetBundle,
    Open,
    Opened,
    Put,
    PutBundle,
    Reason,
    Refused,
    Request,
    Rotate,
    Rotated,
    Side,
    Stored,
)

ids = st.binary(min_size=16, max_size=16)
secrets = st.binary(min_size=32, max_size=32)
vouchers = st.binary(min_size=20, max_size=20)
contents = st.binary(min_size=1, max_size=300)

requests: st.SearchStrategy[Request] = st.one_of(
    st.builds(Open, voucher=vouchers, mailbox=ids, read_hash=secrets, send_hash=secrets),
    st.builds(
        Put,
        mailbox=ids,
        send_secret=secrets,
        letter_id=ids,
        letter=contents,
        expires_days=st.integers(1, 90),
    ),
    st.builds(Collect, mailbox=ids, read_secret=secrets, wait=st.integers(0, 25)),
    st.builds(
        Forget,
        mailbox=ids,
        read_secret=secrets,
        letter_ids=st.lists(ids, min_size=1, max_size=9).map(tuple),
    ),
    st.builds(
        Rotate, mailbox=ids, side=st.sampled_from(Side), old_secret=secrets, new_hash=secrets
    ),
    st.builds(Close, mailbox=ids, read_secret=secrets),
    st.builds(PutBundle, mailbox=ids, send_secret=secrets, bundle=contents),
    st.builds(GetBundle, mailbox=ids, read_secret=secrets),
)
texts = st.text(max_size=300).filter(str.isprintable)
answers: st.SearchStrategy[Answer] = st.one_of(
    st.sampled_from([Opened(), Forgotten(), Rotated(), Closed(), BundleStored()]),
    st.builds(Stored, expires=st.dates(min_value=date(1970, 1, 1))),
    st.builds(
        Collected,
        letters=st.lists(st.tuples(ids, contents), max_size=5).map(tuple),
        stale_attempts=st.integers(0, 2**32 - 1),
    ),
    st.builds(BundleIs, bundle=st.none() | contents),
    st.builds(Refused, reason=st.sampled_from(Reason), text=texts),
)

CLOSE = Close(mailbox=bytes(16), read_secret=bytes(32))
ID, SECRET = cbor2.dumps(bytes(16)), cbor2.dumps(bytes(32))
LETTER = bytes(range(16))


@given(request_=requests)
def test_a_request_reads_as_it_was_written(request_: Request) -> None:
    assert decode_request(encode_request(request_)) == request_


@given(answer=answers)
def test_an_answer_reads_as_it_was_written(answer: Answer) -> None:
    assert decode_answer(encode_answer(answer)) == answer


def test_the_largest_messages_fit_their_limits() -> None:
    ids_ = tuple(number.to_bytes(16) for number in range(MAX_FORGOTTEN))
    largest: list[Request] = [
        Put(mailbox=LETTER, send_secret=bytes(32), letter_id=LETTER, letter=bytes(MAX_LETTER)),
        Forget(mailbox=LETTER, read_secret=bytes(32), letter_ids=ids_),
    ]
    for request in largest:
        assert decode_request(encode_request(request)) == request
    letter = bytes(COLLECT_BYTES // COLLECT_LETTERS)
    full = Collected(letters=((LETTER, letter),) * COLLECT_LETTERS, stale_attempts=2**32 - 1)
    assert decode_answer(encode_answer(full)) == full


@given(data=st.binary(max_size=200))
@example(b"")
@example(b"\x80")
@example(b"\x81\x01")
@example(b"\x9f\x01\xff")
@example(b"\x81" * 200)
@example(b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff")
@example(b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff")
@example(b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff")
@example(b"\x82\x01\x62\xff\xfe")
def test_whatever_comes_is_refused_by_our_own_error_or_is_canonical(data: bytes) -> None:
    with suppress(PostError):
        assert encode_request(decode_request(data)) == data
    with suppress(PostError):
        assert encode_answer(decode_answer(data)) == data


@given(request_=requests, data=st.data())
def test_a_changed_byte_gives_another_request_or_our_own_error(
    request_: Request, data: st.DataObject
) -> None:
    written = bytearray(encode_request(request_))
    at = data.draw(st.integers(0, len(written) - 1))
    written[at] ^= data.draw(st.integers(1, 255))
    try:
        read = decode_request(bytes(written))
    except PostError:
        return
    assert read != request_
    assert encode_request(read) == written


@given(answer=answers, extra=st.binary(min_size=1, max_size=5))
def test_nothing_may_follow_a_message(answer: Answer, extra: bytes) -> None:
    with pytest.raises(MalformedError):
        decode_answer(encode_answer(answer) + extra)


@given(request_=requests, data=st.data())
def test_nothing_may_be_missing(request_: Request, data: st.DataObject) -> None:
    written = encode_request(request_)
    with pytest.raises(MalformedError):
        decode_request(written[: data.draw(st.integers(0, len(written) - 1))])


@pytest.mark.parametrize("version", [0, 2, 23, 24, 2**63])
def test_another_version_is_told_apart_from_nonsense(version: int) -> None:
    with pytest.raises(OldProtocolError, match="this one speaks 1"):
        decode_request(cbor2.dumps([version, "close", bytes(16), bytes(32)]))


@pytest.mark.parametrize(
    ("written", "what"),
    [
        (b"\x84\x18\x01eclose" + ID + SECRET, "a number longer than needed"),
        (b"\x84\x01\x78\x05close" + ID + SECRET, "a text whose length is longer than needed"),
        (b"\x98\x04\x01eclose" + ID + SECRET, "an array whose length is longer than needed"),
        (b"\x9f\x01eclose" + ID + SECRET + b"\xff", "an array of indefinite length"),
        (b"\x84\x01eclose\x5f" + ID + b"\xff" + SECRET, "bytes of indefinite length"),
        (b"\x84\xc2\x41\x01eclose" + ID + SECRET, "a tagged number"),
        (b"\x84\xf5eclose" + ID + SECRET, "true in place of 1"),
        (b"\x84\xf9\x3c\x00eclose" + ID + SECRET, "a float in place of 1"),
        (b"\x84\x20eclose" + ID + SECRET, "a negative version"),
        (b"\x84\xf6eclose" + ID + SECRET, "no version"),
        (b"\x84\x01\x65Close" + ID + SECRET, "a name in capitals"),
        (b"\x84\x01\x45close" + ID + SECRET, "a name in bytes"),
        (b"\x84\x01\x65clos\xff" + ID + SECRET, "a name that is no UTF-8"),
        (b"\x83\x01eclose" + ID, "a field too few"),
        (b"\x85\x01eclose" + ID + SECRET + b"\x00", "a field too many"),
        (b"\x84\x01eclose\x01" + SECRET, "a number in place of bytes"),
        (b"\xa1\x01\x01", "a map"),
        (b"\xa2\x01\x01\x01\x01", "a map with a key twice"),
        (b"\x84\x01eclose" + ID + b"\xa2\x01\x01\x01\x02", "a field with a key twice"),
        (b"\x81\x81\x81\x81\x81\x01", "arrays too deep"),
        (b"\x81\x01", "a version alone"),
        (b"\x01", "a number alone"),
        (b"\x99\xff\xff" + b"\x00" * 65_535, "an array of very many items"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_no_other_way_of_writing_is_read(written: bytes, what: str) -> None:
    assert what
    with pytest.raises(MalformedError):
        decode_request(written)
    assert decode_request(b"\x84\x01eclose" + ID + SECRET) == CLOSE


@pytest.mark.parametrize(
    "items",
    [
        ["stored", date.max.toordinal()],
        ["stored", 2**63],
        ["collected", [[LETTER]], 0],
        ["collected", [[LETTER, b"x", b"y"]], 0],
        ["collected", [LETTER], 0],
        ["collected", [], 2**32],
        ["refused", "no such reason", ""],
        ["refused", "quota", "\x1b[2J"],
        ["bundle is", b""],
        ["close", bytes(16), bytes(32)],
    ],
)
def test_an_answer_with_impossible_fields_is_refused(items: list[object]) -> None:
    with pytest.raises(MalformedError):
        decode_answer(cbor2.dumps([1, *items], canonical=True))


def test_more_bytes_than_any_message_has_are_not_looked_at() -> None:
    with pytest.raises(TooLargeError, match=str(MAX_REQUEST)):
        decode_request(bytes(MAX_REQUEST + 1))
    with pytest.raises(TooLargeError, match=str(MAX_ANSWER)):
        decode_answer(bytes(MAX_ANSWER + 1))


def test_a_letter_over_its_limit_is_told_apart_from_nonsense() -> None:
    put = [1, "put", LETTER, bytes(32), LETTER, bytes(MAX_LETTER + 1), 30]
    with pytest.raises(TooLargeError):
        decode_request(cbor2.dumps(put, canonical=True))


# Written once and never changed: a relay and a desk of different releases must read each other.
FROZEN = [
    (
        Put(
            mailbox=LETTER,
            send_secret=LETTER * 2,
            letter_id=LETTER[::-1],
            letter=b"sealed",
            expires_days=30,
        ),
        "870163707574" + "50" + LETTER.hex() + "5820" + LETTER.hex() * 2
        + "50" + LETTER[::-1].hex() + "467365616c6564" + "181e",
    ),
    (
        Rotate(mailbox=LETTER, side=Side.SEND, old_secret=bytes(32), new_hash=LETTER * 2),
        "860166726f74617465" + "50" + LETTER.hex() + "6473656e64"
        + "5820" + "00" * 32 + "5820" + LETTER.hex() * 2,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("request_", "written"), FROZEN)
def test_what_was_written_once_stays_readable(request_: Request, written: str) -> None:
    assert encode_request(request_).hex() == written
    assert decode_request(bytes.fromhex(written)) == request_
