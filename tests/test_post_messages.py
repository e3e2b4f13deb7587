"""What may stand in a request or an answer, and what may not."""

from dataclasses import replace

import pytest

from backchannel.post.errors import MalformedError, TooLargeError
from backchannel.post.messages import (
    COLLECT_LETTERS,
    MAX_FORGOTTEN,
    MAX_LETTER,
    BundleIs,
    Close,
    Collect,
    Collected,
    Forget,
    GetBundle,
    Open,
    Put,
    PutBundle,
    Reason,
    Refused,
    Request,
    Rotate,
    Side,
    hashed,
    refuse,
)

ID, SECRET = bytes(16), bytes(32)
PUT = Put(mailbox=ID, send_secret=SECRET, letter_id=ID, letter=b"letter")
REQUESTS: list[Request] = [
    Open(voucher=bytes(20), mailbox=ID, read_hash=SECRET, send_hash=SECRET),
    PUT,
    Collect(mailbox=ID, read_secret=SECRET),
    Forget(mailbox=ID, read_secret=SECRET, letter_ids=(ID,)),
    Rotate(mailbox=ID, side=Side.READ, old_secret=SECRET, new_hash=SECRET),
    Close(mailbox=ID, read_secret=SECRET),
    PutBundle(mailbox=ID, send_secret=SECRET, bundle=b"bundle"),
    GetBundle(mailbox=ID, read_secret=SECRET),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: type(request).__name__)
def test_a_mailbox_id_of_another_size_cannot_be_sent(request_: Request) -> None:
    with pytest.raises(MalformedError, match="mailbox id has 15 bytes; it must have 16"):
        replace(request_, mailbox=bytes(15))


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: type(request).__name__)
def test_a_secret_or_hash_of_another_size_cannot_be_sent(request_: Request) -> None:
    names = ("read_hash", "send_hash", "send_secret", "read_secret", "old_secret", "new_hash")
    for name in names:
        if hasattr(request_, name):
            with pytest.raises(MalformedError, match="must have 32"):
                replace(request_, **{name: bytes(31)})  # type: ignore[arg-type]


def test_a_letter_over_the_largest_bucket_cannot_be_put() -> None:
    assert replace(PUT, letter=bytes(MAX_LETTER)).letter
    with pytest.raises(TooLargeError, match="65537 bytes; at most 65536"):
        replace(PUT, letter=bytes(MAX_LETTER + 1))
    with pytest.raises(TooLargeError):
        PutBundle(mailbox=ID, send_secret=SECRET, bundle=bytes(MAX_LETTER + 1))
    with pytest.raises(MalformedError, match="the letter is empty"):
        replace(PUT, letter=b"")


@pytest.mark.parametrize("days", [0, -1, 91])
def test_a_letter_is_kept_between_one_day_and_ninety(days: int) -> None:
    with pytest.raises(MalformedError, match="must be 1 to 90"):
        replace(PUT, expires_days=days)


@pytest.mark.parametrize("seconds", [-1, 26])
def test_nobody_waits_longer_than_a_long_poll(seconds: int) -> None:
    with pytest.raises(MalformedError, match="must be 0 to 25"):
        Collect(mailbox=ID, read_secret=SECRET, wait=seconds)


@pytest.mark.parametrize("count", [0, MAX_FORGOTTEN + 1])
def test_one_request_forgets_a_bounded_number_of_letters(count: int) -> None:
    with pytest.raises(MalformedError, match="must be 1 to 256"):
        Forget(mailbox=ID, read_secret=SECRET, letter_ids=(ID,) * count)


def test_a_secret_cannot_be_replaced_by_itself() -> None:
    with pytest.raises(MalformedError, match="draw another"):
        Rotate(mailbox=ID, side=Side.SEND, old_secret=SECRET, new_hash=hashed(SECRET))


def test_an_answer_holds_a_bounded_number_of_letters_and_bytes() -> None:
    with pytest.raises(MalformedError, match="must be 0 to 64"):
        Collected(letters=((ID, b"x"),) * (COLLECT_LETTERS + 1))
    with pytest.raises(TooLargeError, match="into one answer"):
        Collected(letters=((ID, bytes(MAX_LETTER)),) * 17)
    with pytest.raises(MalformedError):
        Collected(letters=(), stale_attempts=-1)


def test_a_bundle_may_be_missing_but_not_empty() -> None:
    assert BundleIs(bundle=None).bundle is None
    with pytest.raises(MalformedError):
        BundleIs(bundle=b"")


@pytest.mark.parametrize("text", ["\x1b[2J", "a\nb", "\u202eabc", "x" * 301])
def test_a_refusal_cannot_write_to_the_terminal_that_shows_it(text: str) -> None:
    with pytest.raises(MalformedError, match="printable"):
        Refused(reason=Reason.QUOTA, text=text)


@pytest.mark.parametrize("reason", Reason)
def test_every_refusal_is_a_sentence(reason: Reason) -> None:
    assert len(refuse(reason).text.split()) > 5
