"""The promises of the wrapped key: whole or refused, and cheap to refuse."""

import hashlib
import secrets
import struct

import pytest

from backchannel.desk.errors import DamagedVaultError, DeskError, WrongPassphraseError
from backchannel.desk.vault_key import (
    DEFAULT_COST,
    Cost,
    VaultKey,
    cost_of,
    new_vault_key,
    unwrap,
    wrap,
)

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
KEY = VaultKey(key=bytes(range(32)), salt=bytes(range(16)))
PASSPHRASE = "a long walk"  # noqa: S105 - opens nothing but what a test makes
SUM_BYTES = 32
COST_AT = len(b"backchannel vault key 1\n")


def wrapped(passphrase: str = PASSPHRASE) -> bytes:
    return wrap(KEY, passphrase, cost=CHEAP, randomness=secrets.token_bytes)


def with_true_checksum(content: bytes) -> bytes:
    return content + hashlib.sha256(content).digest()


def test_what_was_wrapped_comes_back() -> None:
    assert unwrap(wrapped(), PASSPHRASE) == KEY


def test_another_passphrase_is_told_from_damage() -> None:
    with pytest.raises(WrongPassphraseError, match="enter it again"):
        unwrap(wrapped(), "a long walk ")


def test_every_flipped_byte_is_damage_and_not_a_wrong_passphrase() -> None:
    whole = wrapped()
    for position in range(len(whole)):
        flipped = bytearray(whole)
        flipped[position] ^= 0x10
        with pytest.raises(DamagedVaultError, match="backup"):
            unwrap(bytes(flipped), PASSPHRASE)


def test_a_file_cut_anywhere_or_continued_is_damage() -> None:
    whole = wrapped()
    for length in range(len(whole)):
        with pytest.raises(DamagedVaultError):
            unwrap(whole[:length], PASSPHRASE)
    with pytest.raises(DamagedVaultError):
        unwrap(whole + b"\n", PASSPHRASE)


@pytest.mark.parametrize(
    ("memory_kib", "passes", "lanes"),
    [(2**32 - 1, 3, 4), (256 * 1024 + 1, 1, 1), (64, 65535, 1), (64, 1, 9), (64, 0, 1), (7, 1, 1)],
)
def test_a_manipulated_file_cannot_demand_more_work_than_is_allowed(
    memory_kib: int, passes: int, lanes: int
) -> None:
    content = bytearray(wrapped()[:-SUM_BYTES])
    struct.pack_into(">IHH", content, COST_AT, memory_kib, passes, lanes)
    with pytest.raises(DamagedVaultError, match="more work"):
        unwrap(with_true_checksum(bytes(content)), PASSPHRASE)


def test_no_byte_can_be_changed_by_who_also_corrects_the_checksum() -> None:
    content = wrapped()[:-SUM_BYTES]
    for position in range(len(content)):
        flipped = bytearray(content)
        flipped[position] ^= 0x01
        with pytest.raises((WrongPassphraseError, DamagedVaultError)):
            unwrap(with_true_checksum(bytes(flipped)), PASSPHRASE)


def test_the_same_words_composed_differently_are_the_same_passphrase() -> None:
    assert unwrap(wrapped("caf\u00e9 fermé"), "cafe\u0301 ferme\u0301") == KEY


def test_bytes_that_are_no_text_are_a_passphrase_too() -> None:
    assert unwrap(wrapped("walk\udcff"), "walk\udcff") == KEY


def test_nothing_random_is_used_twice() -> None:
    first, second = wrapped(), wrapped()
    header = COST_AT + 8
    assert first[:header] == second[:header]
    assert first[header : header + 16] != second[header : header + 16]
    assert first[header + 16 : header + 28] != second[header + 16 : header + 28]
    assert new_vault_key(secrets.token_bytes) != new_vault_key(secrets.token_bytes)


def test_the_key_is_not_in_the_file_nor_in_what_is_printed() -> None:
    assert KEY.key not in wrapped()
    assert KEY.salt not in wrapped()
    assert repr(KEY) == "VaultKey()"


def test_the_cost_stands_in_the_file_and_the_usual_one_is_the_stated_one() -> None:
    assert cost_of(wrapped()) == CHEAP
    assert Cost(memory_kib=64 * 1024, passes=3, lanes=4) == DEFAULT_COST


def test_a_cost_out_of_bounds_cannot_be_built() -> None:
    with pytest.raises(DeskError, match="out of bounds"):
        Cost(memory_kib=1024 * 1024, passes=1, lanes=1)
