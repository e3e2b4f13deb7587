"""The promises of signatures on accords."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.seal.errors import SealError
from backchannel.seal.signatures import (
    fingerprint,
    is_public_key,
    new_signing_key,
    public_key,
    sign,
    verify,
)

KEY = bytes(range(32))
STATEMENT = b"We adhere to the accord."

# Every encoding of a point whose order divides 8 (with both signs of x where it matters).
SMALL_ORDER = [
    "00" * 32,
    "01" + "00" * 31,
    "00" * 31 + "80",
    "01" + "00" * 30 + "80",
    "ec" + "ff" * 30 + "7f",
    "ec" + "ff" * 30 + "ff",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "ed" + "ff" * 30 + "7f",
    "ee" + "ff" * 30 + "7f",
]


@given(seed=st.binary(min_size=32, max_size=32), statement=st.binary())
@settings(max_examples=50, deadline=None)
def test_a_signature_holds_for_its_key_and_statement(seed: bytes, statement: bytes) -> None:
    assert verify(public_key(seed), statement, sign(seed, statement))


@given(other=st.binary(max_size=64))
@settings(max_examples=50, deadline=None)
def test_a_signature_holds_for_no_other_statement(other: bytes) -> None:
    held = verify(public_key(KEY), other, sign(KEY, STATEMENT))
    assert held == (other == STATEMENT)


def test_a_signature_with_one_byte_changed_does_not_hold() -> None:
    signature = sign(KEY, STATEMENT)
    for at in range(len(signature)):
        altered = bytearray(signature)
        altered[at] ^= 1
        assert not verify(public_key(KEY), STATEMENT, bytes(altered))


def test_a_signature_holds_under_no_other_key() -> None:
    other = public_key(new_signing_key())
    assert not verify(other, STATEMENT, sign(KEY, STATEMENT))


def test_a_signature_made_elsewhere_with_the_same_key_does_not_hold() -> None:
    bare = Ed25519PrivateKey.from_private_bytes(KEY).sign(STATEMENT)
    assert not verify(public_key(KEY), STATEMENT, bare)
    with pytest.raises(InvalidSignature):
        Ed25519PrivateKey.from_private_bytes(KEY).public_key().verify(
            sign(KEY, STATEMENT), STATEMENT
        )


@given(public=st.binary(max_size=40), signature=st.binary(max_size=80))
def test_what_is_no_key_or_no_signature_does_not_hold_and_does_no_harm(
    public: bytes, signature: bytes
) -> None:
    assert not verify(public, STATEMENT, signature)
    assert not verify(public_key(KEY), STATEMENT, signature)
    assert not verify(public, STATEMENT, sign(KEY, STATEMENT))


@pytest.mark.parametrize("key", SMALL_ORDER)
def test_a_key_under_which_one_signature_fits_many_statements_is_none(key: str) -> None:
    public = bytes.fromhex(key)
    fits_all = bytes.fromhex("01" + "00" * 63)
    assert not is_public_key(public)
    assert not any(verify(public, b"%d" % n, fits_all) for n in range(16))


def test_new_keys_differ() -> None:
    assert new_signing_key() != new_signing_key()
    assert is_public_key(public_key(new_signing_key()))


def test_a_fingerprint_has_160_bits_in_groups_that_can_be_read_aloud() -> None:
    groups = fingerprint(public_key(KEY)).split(" ")
    assert [len(group) for group in groups] == [4] * 8
    assert set("".join(groups)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    assert fingerprint(public_key(KEY)) != fingerprint(public_key(new_signing_key()))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_what_is_no_key_is_refused(length: int) -> None:
    for call in (public_key, fingerprint, lambda key: sign(key, STATEMENT)):
        with pytest.raises(SealError, match="32 bytes"):
            call(bytes(length))
