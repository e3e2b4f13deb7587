"""Brackets: their notation says one thing in one way, and each fault has its place."""

from contextlib import suppress

import pytest
from hypothesis import given

from backchannel.channel.brackets import (
    Alternative,
    Bracket,
    Part,
    parse_brackets,
    show_brackets,
    tidied,
)
from backchannel.channel.errors import MalformedError
from negotiating import anything, parts


@given(parts())
def test_what_is_shown_of_brackets_is_read_as_the_same(found: tuple[Part, ...]) -> None:
    assert parse_brackets(show_brackets(found)) == found


@given(anything)
def test_a_bracketed_text_that_can_be_read_has_no_other_spelling(text: str) -> None:
    with suppress(MalformedError):
        assert show_brackets(parse_brackets(text)) == text


@given(anything)
def test_a_tidied_text_can_be_read_and_stays_as_it_is(text: str) -> None:
    with suppress(MalformedError):
        tidy = tidied(text)
        assert parse_brackets(tidy) or not text
        assert tidied(tidy) == tidy


def test_alternatives_have_their_sides_or_none_and_may_be_nothing() -> None:
    assert parse_brackets("[Northland: ten days | — | at 10:30]") == (
        Bracket(
            (
                Alternative(by="Northland", text="ten days"),
                Alternative(text=""),
                Alternative(text="at 10:30"),
            )
        ),
    )
    assert parse_brackets("[Northland: — | نعم: لا]") == (
        Bracket((Alternative(by="Northland", text=""), Alternative(by="نعم", text="لا"))),
    )


def test_what_is_meant_literally_has_a_backslash() -> None:
    assert parse_brackets(r"a \[b\] \| \\") == ("a [b] | \\",)
    assert parse_brackets(r"[note\: this | \—]") == (
        Bracket((Alternative(text="note: this"), Alternative(text="—"))),
    )
    assert parse_brackets(r"[A\: B: c | d\|e\]]") == (
        Bracket((Alternative(by="A: B", text="c"), Alternative(text="d|e]"))),
    )


def test_an_editors_habits_are_tidied() -> None:
    assert tidied("[Nord : ten|\nthirty  ]") == "[Nord: ten | thirty]"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It lasts [ten days].", "character 10, at 'It lasts .ten days..': a bracket has 2 alter"),
        ("It lasts []", "an alternative is empty; write —"),
        ("[ten | ]", "an alternative is empty; write —"),
        ("[North: | ten]", "an alternative is empty; write —"),
        ("[: ten | x]", "a name is missing before the colon"),
        ("[ten | thirty", "character 1, .* the bracket is never closed"),
        ("[ten | [a | b] ]", "character 8, .* opens within another"),
        ("ten] days", r"character 4, at 'ten\] days': a \] stands outside any bracket; write \\\]"),
        ("ten | days", r"a \| stands outside any bracket; write \\\|"),
        ("ten \\days", "character 5, .* a backslash stands before nothing"),
        ("ten\\", "a backslash stands before nothing"),
        ("[ten|thirty]", r"character 5, .* write it as '\[ten \| thirty\]'"),
        ("[ten | thirty ]", "write it as"),
        (r"a\: b", "write it as 'a: b'"),
        (f"[{'x' * 121}: a | b]", "a name has 121 characters"),
    ],
)
def test_a_fault_in_brackets_is_told_with_its_place(text: str, said: str) -> None:
    with pytest.raises(MalformedError, match=said) as told:
        parse_brackets(text)
    assert "\n" not in str(told.value)


def test_a_wrong_bracket_cannot_be_built() -> None:
    with pytest.raises(MalformedError, match="2 alternatives or more"):
        Bracket((Alternative(text="ten"),))
    with pytest.raises(MalformedError, match="blanks around"):
        Alternative(text=" ten")
    with pytest.raises(MalformedError, match="control characters"):
        Alternative(by="a\nb", text="ten")
