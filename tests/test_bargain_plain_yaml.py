"""Strict YAML: what JSON could hold too, and one sentence for everything else."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.bargain.plain_yaml import MAX_FILE, read_yaml
from backchannel.channel.errors import MalformedError


def read(text: str) -> Any:  # noqa: ANN401 - any content
    return read_yaml(text.encode(), MalformedError).value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1", {"a": 1}),
        ("a: [1, -2.5, 1e3, .5, 1.]", {"a": [1, -2.5, 1000.0, 0.5, 1.0]}),
        ("a: {b: true, c: null, d: ~, e: }", {"a": {"b": True, "c": None, "d": None, "e": None}}),
        ("[.inf, -.inf, Infinity]", [float("inf"), float("-inf"), float("inf")]),
        ("- '1'\n- \"2\"\n- yes\n- 010\n- 1:30\n- 0x1F", ["1", "2", "yes", 10, "1:30", "0x1F"]),
        ("1: a\ntrue: b", {"1": "a", "true": "b"}),
        ("a: |\n  x\n  y\n", {"a": "x\ny\n"}),
        ("\ufeffa: 1", {"a": 1}),
        ('{"a": "\\u0641"}', {"a": "ف"}),
    ],
)
def test_plain_values_are_read(text: str, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &b 1", "line 1: an anchor"),
        ("a: 1\nb: *a", "line 2: an anchor"),
        ("a: !!python/object/apply:os.system [x]", "a tag (!); plain values are expected"),
        ("a: &x [1]\nb: &y [*x, *x]", "an anchor"),
        ("a: 1\nb: 2\na: 3", "line 3: the field 'a' is given twice; keep one"),
        ("? [a]\n: 1", "line 1: a list or mapping cannot be the name of a field"),
        ("a: 1\n---\nb: 2", "the file has 2 documents; one is expected"),
        ("", "the file has 0 documents"),
        ("[" * 100, "line 1: the file is nested too deeply"),
        ("{" * 100_000, "nested too deeply"),
        ("a: [1", "the file is no YAML: did not find expected ',' or ']', line"),
        ("a: \x07", "it has a character that YAML does not allow"),
        ("a: b: c", "line 1"),
    ],
)
def test_everything_else_is_refused_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(MalformedError) as fault:
        read(text)
    assert said in str(fault.value)


def test_bytes_that_are_no_text_and_files_that_are_too_large_are_refused() -> None:
    with pytest.raises(MalformedError, match=r"not UTF-8 text \(byte 2\)"):
        read_yaml(b"a\xff", MalformedError)
    with pytest.raises(MalformedError, match="at most 2,000,000 are allowed"):
        read_yaml(b" " * (MAX_FILE + 1), MalformedError)


@settings(max_examples=200)
@given(st.text(max_size=60) | st.text(":-[]{}&*!|>'\"\n a1", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read(text)
    except MalformedError as fault:
        assert str(fault)  # noqa: PT017 - much is refused, some is read
    except UnicodeEncodeError:
        pass  # no text that a file could hold
