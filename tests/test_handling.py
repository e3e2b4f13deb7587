"""Handlings: each use is ticked by itself, and a handling can only be widened."""

from itertools import chain, combinations

import pytest

from backchannel.channel.errors import MalformedError
from backchannel.channel.handling import (
    AS_OURS,
    FOR_THE_MEDIATOR_ONLY,
    MEDIATORS_IDEA,
    WITHOUT_ATTRIBUTION,
    Attribution,
    Handling,
    widens,
)
from backchannel.channel.names import MAX_TEXT

TICKED = [
    frozenset(uses)
    for uses in chain.from_iterable(combinations(Attribution, size) for size in range(4))
]
ALL = [
    Handling(uses=uses, ask_first=ask, only_if=condition)
    for uses in TICKED
    for ask in (False, True)
    for condition in ("", "they are ready", "they pay")
]


@pytest.mark.parametrize("uses", TICKED, ids=lambda uses: "+".join(sorted(u.name for u in uses)))
def test_only_the_ticked_uses_are_allowed(uses: frozenset[Attribution]) -> None:
    assert {use for use in Attribution if Handling(uses=uses).allows(use)} == uses


def permits(handling: Handling) -> set[tuple[Attribution, bool, str]]:
    """Return every way to use the note: as what, having asked or not, after which words if any."""
    return {
        (use, asked, words)
        for use in handling.uses
        for asked in (False, True)
        for words in ("", "they are ready", "they pay")
        if asked or not handling.ask_first
        if handling.only_if in {"", words}
    }


def test_a_wider_handling_permits_all_that_the_old_one_did() -> None:
    for old in ALL:
        for new in ALL:
            if widens(old, new):
                assert permits(old) <= permits(new)
                assert old != new
                assert not widens(new, old)


def test_a_handling_is_never_widened_by_a_condition_or_by_nothing() -> None:
    plain, asking = AS_OURS, Handling(uses=AS_OURS.uses, ask_first=True)
    conditional = Handling(uses=AS_OURS.uses, only_if="they pay")
    assert widens(asking, plain)
    assert widens(conditional, plain)
    assert not widens(plain, plain)
    assert not widens(plain, asking)
    assert not widens(plain, conditional)
    assert not widens(conditional, Handling(uses=frozenset(Attribution), only_if="they leave"))
    assert not widens(plain, WITHOUT_ATTRIBUTION)


@pytest.mark.parametrize(
    ("handling", "words"),
    [
        (FOR_THE_MEDIATOR_ONLY, "for the mediator only"),
        (AS_OURS, "may be conveyed as ours"),
        (MEDIATORS_IDEA, "may be used as the mediator's own idea"),
        (
            Handling(uses=frozenset(Attribution), ask_first=True, only_if="they pay"),
            (
                "may be conveyed as ours or may be conveyed without attribution or may be used as "
                "the mediator's own idea; ask us before use; only if they first say: they pay"
            ),
        ),
    ],
)
def test_a_handling_is_said_in_words(handling: Handling, words: str) -> None:
    assert handling.words == words


def test_each_attribution_is_said_in_words() -> None:
    assert [use.words for use in Attribution] == [
        "as the author's words",
        "without attribution (non-paper)",
        "as the mediator's own idea",
    ]


def test_a_condition_has_a_limit() -> None:
    with pytest.raises(MalformedError, match="the condition has 16,001 characters"):
        Handling(only_if="x" * (MAX_TEXT + 1))
