"""Vouchers as people copy them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.post.errors import MalformedError
from backchannel.post.vouchers import read, written

vouchers = st.binary(min_size=20, max_size=20)


@given(voucher=vouchers)
def test_a_voucher_reads_as_it_was_written(voucher: bytes) -> None:
    line = written(voucher)
    assert len(line) == 40
    assert read(line) == voucher
    assert read(f"  {line[:13].lower()}\n{line[13:]} ") == voucher


@given(voucher=vouchers, at=st.integers(0, 39), letter=st.sampled_from("ABCXYZ234"))
def test_a_wrong_character_is_found(voucher: bytes, at: int, letter: str) -> None:
    line = written(voucher)
    if line[at] != letter:
        with pytest.raises(MalformedError, match="copy all 40 characters"):
            read(line[:at] + letter + line[at + 1 :])


@pytest.mark.parametrize("line", ["", "A", "A" * 39, "A" * 40, "A" * 48, "ÄÖÜ", "1" * 40])
def test_what_is_no_voucher_is_refused(line: str) -> None:
    with pytest.raises(MalformedError):
        read(line)


def test_only_a_whole_voucher_is_written() -> None:
    with pytest.raises(MalformedError, match="20 bytes"):
        written(bytes(19))
