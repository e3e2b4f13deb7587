"""What changed between two versions: nothing is hidden, nothing is made up."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.channel import differences as module
from backchannel.channel.clauses import Clause, NegotiatingText
from backchannel.channel.differences import (
    Change,
    ClauseChange,
    Rewording,
    Run,
    WordChange,
    differences,
    unchanged_clauses,
    word_changes,
)
from negotiating import clause, draft, drafts, wordings

LANGUAGES = ["en", "fa", "ar", "he"]


def put_together(runs: tuple[WordChange, ...], *kinds: Run) -> str:
    return "".join(run.text for run in runs if run.kind in kinds)


def brief(old: NegotiatingText, new: NegotiatingText) -> list[tuple[str, str]]:
    return [(change.clause, change.kind.value) for change in differences(old, new)]


@given(wordings, wordings, st.sampled_from(LANGUAGES))
def test_kept_and_added_is_the_new_wording_kept_and_removed_the_old(
    old: str, new: str, language: str
) -> None:
    runs = word_changes(old, new, language)
    assert put_together(runs, Run.KEPT, Run.ADDED) == new
    assert put_together(runs, Run.KEPT, Run.REMOVED) == old
    assert all(a.kind is not b.kind for a, b in pairwise(runs))


@given(wordings)
def test_a_wording_that_stays_is_kept_whole(text: str) -> None:
    assert word_changes(text, text, "en") == (WordChange(Run.KEPT, text),)


@given(drafts(), drafts())
def test_differences_account_for_each_clause(old: NegotiatingText, new: NegotiatingText) -> None:
    changes = differences(old, new)
    before, after = ({c.id for c in text.clauses} for text in (old, new))
    kinds = {kind: {c.clause for c in changes if c.kind is kind} for kind in Change}
    assert kinds[Change.ADDED] == after - before
    assert kinds[Change.REMOVED] == before - after
    altered = set.union(*(kinds[k] for k in Change if k not in {Change.MOVED, Change.ADDED}))
    assert unchanged_clauses(old, new) == (before & after) - altered
    stays = [c.id for c in new.clauses if c.id in before - kinds[Change.MOVED]]
    assert stays == [c.id for c in old.clauses if c.id in set(stays)]


@given(drafts())
def test_a_text_does_not_differ_from_itself(text: NegotiatingText) -> None:
    assert differences(text, text) == ()
    assert unchanged_clauses(text, text) == {one.id for one in text.clauses}


@given(st.permutations("abcdefg"), st.permutations("cdefghi"))
def test_no_more_clauses_are_called_moved_than_must_be(old: list[str], new: list[str]) -> None:
    texts = [draft(*(clause(id_, "x") for id_ in order)) for order in (old, new)]
    moved = [id_ for id_, kind in brief(*texts) if kind == "moved"]
    both = [id_ for id_ in new if id_ in old]
    most = max(
        size
        for size in range(len(both) + 1)
        for kept in combinations(both, size)
        if sorted(kept, key=old.index) == list(kept)
    )
    assert len(moved) == len(both) - most


def test_each_kind_of_change_is_told_once() -> None:
    old = draft(
        clause("1", "Ten days."), clause("2", "Two."), clause("3", "Three."), clause("4", "Four.")
    )
    new = draft(
        clause("3", "Three."),
        clause("1", "Ten days.", operative=False),
        clause("2", "Two.", "Deux."),
        clause("5", "Five."),
    )
    assert brief(old, new) == [
        ("3", "moved"),
        ("1", "made a recital"),
        ("2", "reworded"),
        ("5", "added"),
        ("4", "removed"),
    ]
    assert ("1", "made operative") in brief(new, old)
    assert unchanged_clauses(old, new) == {"3"}


def test_a_language_that_comes_or_goes_is_a_rewording() -> None:
    one, two = clause("1", "Ten."), clause("1", "Ten.", "Dix.")
    added = (Rewording("fr", (WordChange(Run.ADDED, "Dix."),)),)
    removed = (Rewording("fr", (WordChange(Run.REMOVED, "Dix."),)),)
    assert differences(draft(one), draft(two))[0] == ClauseChange(
        clause=one.id, kind=Change.REWORDED, rewordings=added
    )
    assert differences(draft(two), draft(one))[0].rewordings == removed


def test_a_wording_of_another_order_of_languages_is_unchanged() -> None:
    one = clause("1", "Ten.", "Dix.")
    other = Clause(id=one.id, operative=True, wordings=one.wordings[::-1])
    assert differences(draft(one), draft(other)) == ()


@pytest.mark.parametrize(
    ("old", "new", "language", "removed", "added"),
    [
        ("It lasts 10 days", "It lasts 11 days", "en", ["10"], ["11"]),
        ("on 10 March 2026.", "on 10 April 2026.", "en", ["10 March 2026"], ["10 April 2026"]),
        ("by 2026-03-10.", "by 2026-04-10.", "en", ["2026-03-10"], ["2026-04-10"]),
        ("twenty-five men", "twenty-six men", "en", ["twenty-five"], ["twenty-six"]),
        ("a [b | c] d", "a [b | e] d", "en", ["[b | c]"], ["[b | e]"]),
        ("a [b | c] d", "a b d", "en", ["[b | c]"], ["b"]),
        (r"a \[b\]", r"a \[c\]", "en", ["b"], ["c"]),
        ("ده روز می‌ماند", "ده شب می‌ماند", "fa", ["روز"], ["شب"]),
        ("خلال عشرة أيام", "خلال ثلاثين أيام", "ar", ["عشرة"], ["ثلاثين"]),
        ("תוך עשרה ימים", "תוך עשרה שבועות", "he", ["ימים"], ["שבועות"]),
        ("a b", "c d", "en", ["a b"], ["c d"]),
        ("the end.", "the end...", "en", ["."], ["..."]),
    ],
)
def test_changes_are_shown_by_whole_words_numbers_dates_and_brackets(
    *, old: str, new: str, language: str, removed: list[str], added: list[str]
) -> None:
    runs = word_changes(old, new, language)
    assert [run.text for run in runs if run.kind is Run.REMOVED] == removed
    assert [run.text for run in runs if run.kind is Run.ADDED] == added


def test_a_wording_made_to_keep_the_search_busy_is_shown_as_replaced() -> None:
    old, new = "a, " * 5000, "b, " * 5000
    assert module.MAX_PAIRS < 5000 * 5000
    assert word_changes(old.strip(), new.strip(), "en") == (
        WordChange(Run.REMOVED, old.strip()),
        WordChange(Run.ADDED, new.strip()),
    )
