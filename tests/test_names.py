"""Identifiers, names, texts and times, and what the eye cannot see."""

import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.channel.errors import MalformedError
from backchannel.channel.names import (
    MAX_CELL,
    MAX_CELLS,
    MAX_NAME,
    MAX_ROWS,
    MAX_TEXT,
    check_id,
    check_name,
    check_rows,
    check_text,
    check_time,
    normalised,
)
from backchannel.channel.plain import AccordError, plain_line

PERSIAN = "\u0645\u06cc\u200c\u06af\u0648\u06cc\u062f"  # spelt with a zero-width non-joiner
ARABIC = "\u0647\u062f\u0646\u0629"
INVISIBLE = [
    "\u200b", "\u200e", "\u202e", "\u2066", "\ufeff", "\u00ad", "\u2060", "\u034f", "\u115f",
    "\u3164", "\uffa0", "\u2800", "\u180b", "\u180e", "\ufe0f", "\U000e0041", "\U000e0101",
    "\ue000", "\u0378",
]  # fmt: skip
# Letters, marks and format characters whose neighbourhood decides what stays.
_TRICKY = "e\u0301\u0627\u0653\u06cc\u0915\u093c\u1820\u4e00 \n\t\u00a0\u2028\u200c\u200d"
tricky = st.text(st.sampled_from([*_TRICKY, *INVISIBLE]), max_size=12)


@given(tricky | st.text(max_size=40))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


@pytest.mark.parametrize("character", INVISIBLE)
def test_normalising_removes_what_the_eye_cannot_see(character: str) -> None:
    assert normalised(f"re{character}ady") == "ready"


@pytest.mark.parametrize("text", [PERSIAN, ARABIC, "\u0915\u094d\u200d\u0937", "\u00e9t\u00e9"])
def test_normalising_keeps_what_spelling_needs(text: str) -> None:
    assert normalised(text) == text
    assert check_name(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "re\u200cady",
        "\u200c\u06cc",
        "\u06cc\u200d",
        "\u06cc\u200c\u200c\u06cc",
        "\u06cc\u200c\u0915",
        "\u4e00\u200c\u4e00",
        "\u0301\u200c\u0301",
    ],
)
def test_a_joiner_where_nothing_joins_is_a_hidden_mark(text: str) -> None:
    assert "\u200c" not in normalised(text).replace("\u06cc\u200c\u06cc", "")
    assert "\u200d" not in normalised(text)


def test_what_stays_after_normalising_may_also_stand_in_an_accord() -> None:
    # Two modules say what cannot be seen; they must not drift apart.
    for code in chain(range(0x20000), range(0xE0000, 0xE1000)):
        character = chr(code)
        stays = normalised(f"a{character}b") == f"a{character}b"
        if stays and not unicodedata.category(character).startswith("C"):
            assert plain_line(f"a{character}b", what="text", limit=9)


def test_the_lists_of_unseen_characters_are_the_same_in_accords() -> None:
    for character in INVISIBLE:
        with pytest.raises(AccordError):
            plain_line(f"a{character}b", what="text", limit=9)


def test_blanks_of_special_kinds_become_ordinary_ones() -> None:
    assert normalised(" two\u00a0\u2009 words\t\n\n next ") == "two words\n\nnext"


@pytest.mark.parametrize("value", ["", "ab", "g" * 32, "A" * 32, "a" * 33, "a" * 32 + "\n"])
def test_an_identifier_is_32_hexadecimal_digits(value: str) -> None:
    assert check_id("a0" * 16)
    with pytest.raises(MalformedError, match="32 hexadecimal digits"):
        check_id(value)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "empty"),
        (" \t", "empty"),
        ("x" * (MAX_NAME + 1), "120 are allowed"),
        (" East", "without blanks"),
        ("e\u0301", "NFC"),
        ("Ea\nst", "control characters"),
        ("Ea\x00st", "control characters"),
        ("Ea\u2028st", "control characters"),
        ("Ea\u200bst", "eye cannot see"),
        ("Ea\u202est", "eye cannot see"),
        ("the  East", "eye cannot see"),
        ("\ud800", "eye cannot see"),
    ],
)
def test_a_name_is_one_line_of_visible_characters(name: str, fault: str) -> None:
    with pytest.raises(MalformedError, match=fault):
        check_name(name)


def test_a_text_is_refused_with_what_is_wrong_and_what_is_allowed() -> None:
    assert check_text("a\n\tb", what="note") == "a\n\tb"
    assert check_text("", what="note", empty=True) == ""
    assert check_text("x" * MAX_TEXT, what="note")
    for text, fault in (
        (" \n", "the note is empty"),
        ("x" * (MAX_TEXT + 1), "at most 16,000 are allowed"),
        ("a\rb", "control characters"),
        ("a\udc00", "control characters"),
    ):
        with pytest.raises(MalformedError, match=fault):
            check_text(text, what="note")


def test_a_list_has_rows_of_one_length_within_limits() -> None:
    assert check_rows(()) == ()
    assert check_rows((("a", ""), ("b", "c")))
    assert check_rows((("x" * MAX_CELL,) * MAX_CELLS,) * MAX_ROWS)
    for rows, fault in (
        ((("a",), ("b", "c")), "same number of cells"),
        ((("a",),) * (MAX_ROWS + 1), "at most 500 are allowed"),
        (((),), "1 to 12 cells"),
        ((("a",) * (MAX_CELLS + 1),), "1 to 12 cells"),
        ((("x" * (MAX_CELL + 1),),), "at most 300 characters"),
        ((("a\x00",),), "control characters"),
    ):
        with pytest.raises(MalformedError, match=fault):
            check_rows(rows)


def test_a_time_is_in_utc_and_on_a_full_minute() -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert check_time(noon) == noon
    for value, fault in (
        (datetime.min.replace(tzinfo=UTC), "the year 1 is none of 1900 to 2999"),
        (noon.replace(year=9999), "the year 9999 is none of 1900 to 2999"),
        (noon.replace(tzinfo=None), "UTC"),
        (noon.astimezone(timezone(timedelta(hours=3))), "UTC"),
        (noon.replace(second=1), "full minute"),
        (noon.replace(microsecond=1), "full minute"),
    ):
        with pytest.raises(MalformedError, match=fault):
            check_time(value)
