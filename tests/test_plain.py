"""What a text in an accord may contain."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.channel.plain import AccordError, plain_line, plain_prose, script

UNSEEN = {
    "direction override": "\u202e",
    "direction mark": "\u200f",
    "isolate": "\u2067",
    "zero-width space": "\u200b",
    "soft hyphen": "\u00ad",
    "byte order mark": "\ufeff",
    "line separator": "\u2028",
    "tab": "\t",
    "carriage return": "\r",
    "newline": "\n",
    "null": "\x00",
    "hangul filler": "\u3164",
    "braille blank": "\u2800",
    "grapheme joiner": "\u034f",
    "variation selector": "\ufe0f",
    "private use": "\ue000",
    "unassigned": "\u0378",
    "lone surrogate": "\ud800",
    "tag": "\U000e0041",
}


@pytest.mark.parametrize("character", UNSEEN.values(), ids=UNSEEN)
def test_what_cannot_be_seen_is_refused_and_named(character: str) -> None:
    with pytest.raises(AccordError, match=rf"act: character 3, U\+{ord(character):04X} "):
        plain_line(f"pa{character}y", what="act", limit=9)


@pytest.mark.parametrize("text", ["می‌خواهد", "क्‍ष", "آزادی زندانیان", "停火", "정전"])
def test_scripts_are_written_as_they_are_spelt(text: str) -> None:
    assert plain_line(text, what="act", limit=40) == text


@pytest.mark.parametrize("text", ["pa\u200dy", "ی\u200cx", "ی\u200c", "\u200cی", "漢\u200d漢"])
def test_a_joiner_passes_only_between_letters_that_it_joins(text: str) -> None:
    with pytest.raises(AccordError, match=r"U\+200[CD]"):
        plain_line(text, what="act", limit=40)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("x" * 10, "has 10 characters; at most 9"),
        ("e\u0301", "normal form NFC"),
        ("\u0301x", "combining mark"),
        ("a\u00a0b", "special kind"),
        (" a", "single ones"),
        ("a ", "single ones"),
        ("a  b", "single ones"),
    ],
)
def test_a_line_has_one_spelling(text: str, said: str) -> None:
    with pytest.raises(AccordError, match=f"^act: .*{said}"):
        plain_line(text, what="act", limit=9)


@pytest.mark.parametrize("text", ["", "\nx", "x\n", "x" * 41, "a\n b", "a\r\nb"])
def test_prose_begins_and_ends_with_words(text: str) -> None:
    with pytest.raises(AccordError, match=r"^text"):
        plain_prose(text, what="text", limit=40)


def test_prose_may_hold_empty_lines() -> None:
    assert plain_prose("a\n\n\nb", what="text", limit=40) == "a\n\n\nb"


@given(st.text())
def test_what_passes_is_normal_and_has_no_format_characters_but_joiners(text: str) -> None:
    try:
        plain_line(text, what="text", limit=100)
    except AccordError:
        return
    assert unicodedata.normalize("NFC", text) == text
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", text)
    assert {c for c in text if unicodedata.category(c) == "Cf"} <= {"\u200c", "\u200d"}


def test_a_character_without_a_name_has_no_script() -> None:
    assert not script("\x00")
