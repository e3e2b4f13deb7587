"""The single negotiating text: what can be one, where it is open, and settling a bracket."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.channel.clauses import (
    MAX_BYTES,
    MAX_CLAUSES,
    MAX_TITLE,
    Clause,
    ClauseId,
    NegotiatingText,
    Wording,
    brackets_of,
    parse_brackets,
    resolve,
    wording_in,
)
from backchannel.channel.clauses_file import read_text
from backchannel.channel.errors import MalformedError
from negotiating import ILLUSTRATIVE, clause, draft, drafts, wording


def test_a_text_tells_which_clauses_are_open() -> None:
    assert brackets_of(read_text(ILLUSTRATIVE)) == ("1",)
    assert brackets_of(draft(clause("1", "a", "[b | c]"), clause("2", r"\[d\]"))) == ("1",)


def test_settling_a_bracket_settles_it_in_each_language() -> None:
    text = read_text(ILLUSTRATIVE)
    settled = resolve(text.clauses[1], bracket=0, alternative=1)
    assert settled.wordings[0].text == "The pause lasts thirty days from 10 March 2026."
    assert wording_in(settled, "ar") == wording("تستمر الهدنة ثلاثين يوما من 10 مارس 2026.", "ar")
    assert brackets_of(draft(settled, languages=text.languages)) == ()


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("It lasts [— | long].", "It lasts."),
        ("The [— | new] pause", "The pause"),
        ("[— | New] pauses", "pauses"),
        ("pre[— | x]fix", "prefix"),
        ("a [— | b]c", "a c"),
        (r"\[a [— | b]\]", r"\[a\]"),
        (r"a [\[x\]: y | b] [c | d]", r"a \[x\]: y [c | d]"),
        ("e[\u0301 | x]", "\u00e9"),
    ],
)
def test_nothing_chosen_leaves_no_trace(text: str, settled: str) -> None:
    one = clause("1", text.replace(r"[\[x\]: y", r"[\[x\]\: y"))
    assert resolve(one, bracket=0, alternative=0).wordings[0].text == settled


def test_the_second_bracket_can_be_settled_before_the_first() -> None:
    one = clause("1", "[a | b] and [c | d]", "[e | f] et [g | h]")
    settled = resolve(one, bracket=1, alternative=0)
    assert [w.text for w in settled.wordings] == ["[a | b] and c", "[e | f] et g"]


@given(drafts(), st.integers(0, 3), st.integers(0, 3))
def test_settling_takes_one_bracket_away_or_says_why_not(
    text: NegotiatingText, bracket: int, alternative: int
) -> None:
    for one in text.clauses:
        with suppress(MalformedError):
            settled = resolve(one, bracket=bracket, alternative=alternative)
            for before, after in zip(one.wordings, settled.wordings, strict=True):
                open_before = [p for p in parse_brackets(before.text) if not isinstance(p, str)]
                open_after = [p for p in parse_brackets(after.text) if not isinstance(p, str)]
                assert open_after == [p for i, p in enumerate(open_before) if i != bracket]


@pytest.mark.parametrize(
    ("texts", "bracket", "alternative", "said"),
    [
        (("[a | b]", "c"), 0, 0, "clause 1 has 1 in en, 0 in fr brackets: write as many"),
        (("[a | b]", "[c | d | e]"), 0, 0, "bracket 1, has 2 in en, 3 in fr alternatives"),
        (("[a | b]",), 1, 0, "clause 1 has 1 brackets; there is no number 2"),
        (("[a | b]",), -1, 0, "there is no number 0"),
        (("a",), 0, 0, "clause 1 has 0 brackets"),
        (("[a | b]",), 0, 2, "bracket 1, has 2 alternatives; there is no number 3"),
        (("[a | b]",), 0, -1, "there is no number 0"),
        (("[— | b]",), 0, 0, "nothing would be left of the wording in en; remove the clause"),
    ],
)
def test_a_bracket_that_cannot_be_settled_is_told(
    texts: tuple[str, ...], bracket: int, alternative: int, said: str
) -> None:
    with pytest.raises(MalformedError, match=said):
        resolve(clause("1", *texts), bracket=bracket, alternative=alternative)


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: wording("a", "farsi"), "'farsi' is no code of a language"),
        (lambda: wording(" \n"), "the wording in en is empty"),
        (lambda: wording("x" * 16_001), "at most 16,000"),
        (lambda: wording("re\u200bady"), "what the eye cannot see"),
        (lambda: wording("two  blanks"), "single blanks"),
        (lambda: wording("[a | b"), "the wording in en, character 1, .* never closed"),
        (lambda: clause("", "a"), "no id of a clause"),
        (lambda: clause("2 1", "a"), "'2 1' is no id of a clause"),
        (lambda: clause("x" * 21, "a"), "no id of a clause"),
        (lambda: clause("1\u200b", "a"), "no id of a clause"),
        (lambda: clause("\u0301a", "a"), "no id of a clause"),
        (lambda: clause("1"), "clause 1 has no wording"),
        (
            lambda: Clause(id=ClauseId("1"), operative=True, wordings=(wording("a"), wording("b"))),
            "clause 1 has two wordings in en",
        ),
        (draft, "1 to 200 clauses, not 0"),
        (
            lambda: draft(*(clause(str(n), "a") for n in range(MAX_CLAUSES + 1))),
            "1 to 200 clauses, not 201",
        ),
        (lambda: draft(clause("a", "a"), clause("A", "b")), "could be taken for A"),
        (lambda: draft(clause("1", "a"), clause("①", "b")), "could be taken for ①"),
        (lambda: draft(clause("1", "a"), languages=()), "1 to 10 languages, not 0"),
        (lambda: draft(clause("1", "a"), languages=("en", "en")), "en is named twice"),
        (lambda: draft(clause("1", "a"), languages=("en", "e")), "'e' is no code"),
        (lambda: draft(clause("1", "a"), languages=("fr",)), "has a wording in en, and the text's"),
        (lambda: draft(clause("1", "a"), title=""), "the title is empty"),
        (lambda: draft(clause("1", "a"), title="a\nb"), "one line"),
        (lambda: draft(clause("1", "a"), title="a\u202eb"), "visible characters"),
        (lambda: draft(clause("1", "a"), title="x" * (MAX_TITLE + 1)), "at most 200"),
        (
            lambda: draft(*(clause(str(n), "é" * 1000) for n in range(MAX_BYTES // 2000 + 1))),
            "at most 40,000 are allowed",
        ),
    ],
)
def test_what_cannot_be_a_text_is_refused_in_a_sentence(
    build: Callable[[], object], said: str
) -> None:
    with pytest.raises(MalformedError, match=said) as told:
        build()
    assert "\n" not in str(told.value)


def test_a_clause_may_lack_a_language_while_it_is_drafted() -> None:
    text = draft(clause("1", "a"))
    assert text.languages == ("en", "fr", "ar")
    assert wording_in(text.clauses[0], "fr") is None
    assert wording_in(text.clauses[0], "en") == Wording(language="en", text="a")
