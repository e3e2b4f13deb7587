"""The coded sentences for scoring extraction: whole, varied and true to their own code book."""

import json
import re
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

FILE = Path(__file__).parent / "watch" / "sentences.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
CLAIMS = [(row["text"], claim) for row in ROWS for claim in row["claims"]]

SPEAKER_TYPES = {"named_official", "anonymous_source", "broker", "party", "third"}
DIRECTIONS = {"toward", "away", "neutral"}
CLAIM_TYPES = {
    *("talks_announced", "talks_denied", "pause_announced", "exchange_announced"),
    *("progress_claimed", "credit_given", "leak", "leak_denied", "contradiction"),
    *("legislature_move", "regional_move", "escalation", "formal_talks", "agreement"),
    *("breakdown", "implementation_report", "rejection"),
}
PROMISED = {
    "no_claim": 30,
    "nested_denial": 25,
    "told_listener": 20,
    "according_to": 20,
    "participle": 20,
    "two_claims": 15,
    "credit": 12,
}
OTHER_KINDS = {
    *("named_official", "anonymous_source", "passive", "hedged", "contradiction", "mixed"),
    *("legislature", "regional", "quote_split", "pronoun", "negation", "future", "conditional"),
}
FIELDS = {
    *("speaker", "speaker_type", "actor", "claim_type", "direction"),
    *("credited_to", "quoted", "hedged", "span"),
}
SHARED_AT_MOST = 0.6


def trigrams(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return set(zip(words, words[1:], words[2:], strict=False))


def on_word_boundary(text: str, at: int) -> bool:
    return not text[max(at - 1, 0) : at + 1].isalnum() or at in (0, len(text))


def test_there_are_enough_sentences_and_each_has_its_own_id() -> None:
    ids = [row["id"] for row in ROWS]
    assert len(ids) >= 220
    assert len(set(ids)) == len(ids)


def test_every_line_has_the_same_fields_and_is_in_english() -> None:
    assert {frozenset(row) for row in ROWS} == {frozenset({"id", "text", "lang", "claims", "kind"})}
    assert {row["lang"] for row in ROWS} == {"en"}
    assert all(set(claim) == FIELDS for _, claim in CLAIMS)


def test_only_values_of_the_code_book_are_used() -> None:
    assert {claim["speaker_type"] for _, claim in CLAIMS} == SPEAKER_TYPES
    assert {claim["claim_type"] for _, claim in CLAIMS} == CLAIM_TYPES
    assert {claim["direction"] for _, claim in CLAIMS} == DIRECTIONS
    assert {row["kind"] for row in ROWS} == PROMISED.keys() | OTHER_KINDS
    assert all(
        isinstance(claim[flag], bool) for _, claim in CLAIMS for flag in ("quoted", "hedged")
    )


@pytest.mark.parametrize(("kind", "least"), PROMISED.items())
def test_each_difficulty_is_there_as_often_as_promised(kind: str, least: int) -> None:
    assert Counter(row["kind"] for row in ROWS)[kind] >= least


def test_every_claim_type_occurs_at_least_five_times() -> None:
    seen = Counter(claim["claim_type"] for _, claim in CLAIMS)
    assert min(seen.values()) >= 5, seen


def test_exactly_the_sentences_without_a_claim_have_none() -> None:
    assert all((row["kind"] == "no_claim") == (not row["claims"]) for row in ROWS)
    assert all(len(row["claims"]) == 2 for row in ROWS if row["kind"] == "two_claims")


def test_every_span_lies_in_its_text_and_cuts_no_word() -> None:
    for text, claim in CLAIMS:
        start, end = claim["span"]
        assert 0 <= start < end <= len(text), text
        assert text[start:end] == text[start:end].strip(), text
        assert on_word_boundary(text, start), text[start:end]
        assert on_word_boundary(text, end), text[start:end]


def test_two_claims_of_one_sentence_rest_on_different_words() -> None:
    for row in ROWS:
        spans = [tuple(claim["span"]) for claim in row["claims"]]
        assert len(set(spans)) == len(spans), row["text"]


@pytest.mark.parametrize("field", ["speaker", "actor", "credited_to"])
def test_whoever_is_named_in_a_code_is_named_in_the_text(field: str) -> None:
    for text, claim in CLAIMS:
        named = claim[field].casefold()
        assert not named or re.search(rf"\b{re.escape(named)}", text.casefold()), (named, text)


def test_every_claim_has_a_speaker() -> None:
    assert all(claim["speaker"] for _, claim in CLAIMS)


def test_credit_is_given_to_somebody_and_only_where_credit_is_given() -> None:
    for text, claim in CLAIMS:
        assert bool(claim["credited_to"]) == (claim["claim_type"] == "credit_given"), text


def test_quoted_words_stand_beside_or_between_quotation_marks() -> None:
    assert all('"' in text for text, claim in CLAIMS if claim["quoted"])


def test_no_text_is_there_twice() -> None:
    assert len({row["text"].casefold() for row in ROWS}) == len(ROWS)


def test_no_sentence_is_another_with_the_names_changed() -> None:
    each = [(row["id"], trigrams(row["text"])) for row in ROWS]
    for (one, first), (other, second) in combinations(each, 2):
        least = min(len(first), len(second))
        assert not least or len(first & second) / least <= SHARED_AT_MOST, (one, other)
