"""Statements about preferences: what they say, and what cannot be said."""

import pytest

from backchannel.bargain.errors import BargainError, MalformedError
from backchannel.bargain.statements import (
    Accepted,
    Ends,
    Knowledge,
    MattersMore,
    Order,
    Prefers,
    PrefersPackage,
    Prior,
    Refused,
    Reservation,
    Statement,
    Value,
    Weight,
    Worth,
    before,
)
from knowing import issues_of

ISSUES = issues_of(2, 3)
ONE = (("i0", "o0"), ("i1", "o1"))
OTHER = (("i0", "o1"), ("i1", "o1"))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Prefers(issue="i1", option="o2", to="o0"), "on i1: prefers o2 to o0"),
        (Order(issue="i1", options=("o2", "o0", "o1")), "on i1: o2 before o0 before o1"),
        (Ends(issue="i1", best="o2", worst="o0"), "on i1: best is o2, worst is o0"),
        (Ends(issue="i1", best="o2"), "on i1: best is o2"),
        (Ends(issue="i1", worst="o0"), "on i1: worst is o0"),
        (MattersMore(issue="i0", than="i1"), "i0 matters more than i1"),
        (Weight(issue="i0", low=0.25, high=0.5), "i0 makes 0.25 to 0.5 of its scale"),
        (Value(issue="i1", option="o1", low=0.5, high=0.5), "on i1: o1 is worth 0.5 of the best"),
        (Worth(package=ONE, high=0.5), "(i0 o0, i1 o1) is worth 0 to 0.5 of its scale"),
        (Reservation(low=0.4, high=0.6), "its reservation value is 0.4 to 0.6 of its scale"),
        (
            PrefersPackage(package=ONE, to=OTHER),
            "prefers (i0 o0) to (i0 o1), all else as in the package",
        ),
        (Accepted(package=ONE), "accepted (i0 o0, i1 o1)"),
        (Refused(package=ONE), "refused (i0 o0, i1 o1)"),
    ],
)
def test_each_statement_is_told_in_words(said: Statement, words: str) -> None:
    assert said.words == words
    assert Knowledge(issues=ISSUES, parties={"north": (said,)}).parties["north"] == (said,)


@pytest.mark.parametrize(
    "said",
    [
        Prefers(issue="i9", option="o2", to="o0"),
        Prefers(issue="i1", option="o2", to="o9"),
        Order(issue="i0", options=("o1", "o2")),
        Ends(issue="i0", best="o2"),
        Ends(issue="i0", worst="o2"),
        MattersMore(issue="i9", than="i1"),
        MattersMore(issue="i1", than="i9"),
        Weight(issue="i9"),
        Value(issue="i0", option="o2"),
        Worth(package=ONE[:1]),
        PrefersPackage(package=ONE, to=ONE[:1]),
        PrefersPackage(package=ONE[:1], to=ONE),
        Accepted(package=(*ONE, ("i9", "o0"))),
        Refused(package=(ONE[0], ("i1", "o9"))),
    ],
)
def test_a_statement_about_what_is_not_there_is_refused(said: Statement) -> None:
    with pytest.raises(MalformedError, match=r"i1|i9|o2|o9"):
        Knowledge(issues=ISSUES, parties={"north": (said,)})


def test_nothing_comes_before_itself() -> None:
    with pytest.raises(MalformedError, match="cannot be preferred to itself"):
        Prefers(issue="i1", option="o0", to="o0")
    with pytest.raises(MalformedError, match="cannot be preferred to itself"):
        PrefersPackage(package=ONE, to=ONE[::-1])
    with pytest.raises(MalformedError, match="cannot matter more than itself"):
        MattersMore(issue="i1", than="i1")
    with pytest.raises(MalformedError, match="two or more different options, not o1, o1"):
        Order(issue="i1", options=("o1", "o1"))
    with pytest.raises(MalformedError, match="not none"):
        Order(issue="i1", options=())


def test_ends_name_an_end() -> None:
    with pytest.raises(MalformedError, match="its worst, or both"):
        Ends(issue="i1")


@pytest.mark.parametrize(
    ("low", "high"), [(0.6, 0.4), (-0.1, 1), (0, 1.1), (float("nan"), 1), (0, float("inf"))]
)
def test_a_range_lies_within_the_scale(low: float, high: float) -> None:
    with pytest.raises(MalformedError, match="shares run from 0 to 1"):
        Weight(issue="i0", low=low, high=high)
    with pytest.raises(MalformedError, match="shares run from 0 to 1"):
        Value(issue="i0", option="o0", low=low, high=high)
    with pytest.raises(MalformedError, match="shares run from 0 to 1"):
        Worth(package=ONE, low=low, high=high)
    with pytest.raises(MalformedError, match="shares run from 0 to 1"):
        Reservation(low=low, high=high)
    with pytest.raises(MalformedError, match="shares run from 0 to 1"):
        Prior(low=low, high=high)


def test_what_is_told_is_added_to_what_is_known() -> None:
    known = Knowledge(issues=ISSUES, parties={"north": (), "south": (Reservation(low=0.5),)})
    more = known.told("south", Accepted(package=ONE), Refused(package=OTHER))
    assert more.parties["north"] == ()
    assert [said.words[:7] for said in more.parties["south"]] == ["its res", "accepte", "refused"]
    assert known.parties["south"] == (Reservation(low=0.5),)
    with pytest.raises(BargainError, match="there is no party 'east'"):
        known.told("east", Accepted(package=ONE))


def test_packages_go_from_names_to_places_and_back() -> None:
    known = Knowledge(issues=ISSUES, parties={"north": (), "south": ()})
    assert known.names == ("north", "south")
    assert known.first == (0, 2, 5)
    assert known.package(OTHER) == (1, 1)
    assert known.choices((1, 1)) == OTHER


def test_the_prior_is_said_in_words() -> None:
    words = Prior(low=0.25).words
    assert "equally likely" in words
    assert "from 0.25 to 1 of the party's scale" in words


def test_the_ends_of_an_issue_come_before_and_after_all_others() -> None:
    options = ("o0", "o1", "o2")
    ends = before(Ends(issue="i1", best="o2", worst="o0"), options)
    assert set(ends) == {("o2", "o0"), ("o2", "o1"), ("o1", "o0")}
    assert before(Reservation(), options) == ()
