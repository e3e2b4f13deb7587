"""Spaces of packages: what they hold, what they refuse, and how they become blocks."""

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from backchannel.bargain.blocks import blocks, entangled, package, packages
from backchannel.bargain.errors import (
    BargainError,
    ContradictionError,
    FileFaultError,
    MalformedError,
    TooLargeError,
)
from backchannel.bargain.model import (
    MAX_SHOWN,
    MAX_VALUE,
    Forbidden,
    Issue,
    Number,
    Profile,
    Required,
    Rule,
    Space,
    Term,
)

ISSUES = (
    Issue(issue="pause", options=("10 days", "30 days")),
    Issue(issue="funds", options=("none", "half", "all")),
    Issue(issue="visits", options=("no", "yes")),
)
NORTH = Profile(party="north", values=((0, 4), (3, 2, 0), (0, 1)), reservation=4)
SOUTH = Profile(
    party="south",
    values=((2, 0), (0, 3, 6), (1, 0)),
    reservation=3,
    terms=(Term(issues=("visits", "pause"), values={("yes", "30 days"): -2}),),
)
RULES: tuple[Rule, ...] = (
    Forbidden(choices=(("funds", "all"), ("visits", "yes"))),
    Required(when=(("pause", "30 days"),), then=(("funds", "half"),)),
)


def space(
    *,
    issues: tuple[Issue, ...] = ISSUES,
    profiles: tuple[Profile, ...] = (NORTH, SOUTH),
    rules: tuple[Rule, ...] = (),
) -> Space:
    return Space(issues=issues, profiles=profiles, rules=rules)


def test_a_term_adds_to_what_the_issues_give() -> None:
    whole = space()
    assert whole.utilities(
        whole.package({"pause": "30 days", "funds": "all", "visits": "yes"})
    ) == (
        5,
        4,
    )
    assert whole.utilities((1, 2, 0)) == (4, 7)


def test_a_package_is_acceptable_only_at_or_above_every_reservation_value() -> None:
    assert space().acceptable((1, 2, 0))
    assert not space().acceptable((0, 2, 0))


def test_rules_tell_which_packages_are_possible() -> None:
    bound = space(rules=RULES)
    assert bound.possible((0, 2, 0))
    assert not bound.possible((0, 2, 1))
    assert not bound.possible((1, 0, 0))
    assert bound.possible((1, 1, 1))


def test_blocks_hold_every_possible_package_with_its_utilities() -> None:
    bound = space(rules=RULES)
    parts = blocks(bound)
    found = {}
    for chosen in itertools.product(*(range(len(part.combinations)) for part in parts)):
        row = package(packages(parts, np.array([chosen]))[0])
        columns = zip(parts, chosen, strict=True)
        column = np.sum([part.values[:, place] for part, place in columns], axis=0)
        found[row] = tuple(column.tolist())
    listed = itertools.product(*(range(len(issue.options)) for issue in ISSUES))
    assert found == {row: bound.utilities(row) for row in listed if bound.possible(row)}


def test_issues_without_terms_or_rules_stand_alone() -> None:
    assert entangled(space(profiles=(NORTH,))) == [(0,), (1,), (2,)]
    assert entangled(space()) == [(0, 2), (1,)]
    assert entangled(space(rules=RULES)) == [(0, 1, 2)]


def test_an_always_required_choice_leaves_nothing_else() -> None:
    rule = Required(when=(), then=(("funds", "half"),))
    (funds,) = [part for part in blocks(space(rules=(rule,))) if part.issues == (1,)]
    assert funds.combinations.tolist() == [[1]]


def test_real_utilities_make_blocks_of_real_numbers() -> None:
    real = Profile(party="north", values=((0, 0.5), (3, 2, 0), (0, 1)), reservation=4)
    assert not space(profiles=(real,)).whole
    assert blocks(space(profiles=(real,)))[0].values.dtype == np.float64
    assert space().whole


def test_a_block_too_large_to_list_names_its_issues() -> None:
    with pytest.raises(TooLargeError, match="pause, visits hang together and have 4 comb"):
        blocks(space(), limit=3)


def test_rules_that_leave_nothing_are_refused() -> None:
    rules = tuple(Forbidden(choices=(("visits", option),)) for option in ("no", "yes"))
    with pytest.raises(MalformedError, match="leave no package at all"):
        blocks(space(rules=rules))


def test_units_are_told_in_points() -> None:
    cents = Profile(party="n", values=((1,),), reservation=0, unit=8)
    assert cents.points(3) == 0.375
    assert NORTH.points(3) == 3.0


def test_names_lead_to_places_and_back() -> None:
    whole = space()
    named = {"pause": "10 days", "funds": "half", "visits": "yes"}
    assert whole.named(whole.package(named)) == named
    assert whole.party("south") == 1
    assert whole.parties == ("north", "south")
    assert whole.count == 12


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda: Issue(issue=" ", options=("a",)), "no name"),
        (lambda: Issue(issue="x", options=()), "has 0 options"),
        (lambda: Issue(issue="x", options=("a", "b", "a")), "names the option 'a' twice"),
        (lambda: Issue(issue="x", options=("a",), numbers=(1, 2)), "a number for each"),
        (lambda: Term(issues=("a",), values={}), "two or more different issues"),
        (lambda: Term(issues=("a", "a"), values={}), "two or more different issues"),
        (lambda: Forbidden(choices=()), "forbids nothing in particular"),
        (lambda: Required(when=(), then=()), "names what it requires"),
        (lambda: Profile(party="", values=(), reservation=0), "has no name"),
        (lambda: Profile(party="n", values=(), reservation=0, unit=0), "whole number from 1"),
        (lambda: Profile(party="n", values=((math.nan,),), reservation=0), "the value nan"),
        (lambda: Profile(party="n", values=(), reservation=math.inf), "the value inf"),
        (lambda: Profile(party="n", values=(), reservation=True), "the value True"),
        (lambda: Profile(party="n", values=(), reservation=MAX_VALUE + 1), "either way"),
        (lambda: space(issues=()), "1 to 200 issues"),
        (lambda: space(issues=(ISSUES[0], ISSUES[0])), "each named once"),
        (lambda: space(profiles=()), "1 to 10 parties"),
        (lambda: space(profiles=(NORTH, NORTH)), "each named once"),
        (lambda: space(issues=ISSUES[:2]), "north values 3 issues, the space has 2"),
        (lambda: space(issues=(ISSUES[1], *ISSUES[1:0], *ISSUES[:1], ISSUES[2])), "2 options of"),
        (lambda: space(rules=(Forbidden(choices=(("oil", "all"),)),)), "no issue 'oil'"),
        (lambda: space(rules=(Forbidden(choices=(("funds", "some"),)),)), "no option 'some'"),
        (lambda: space().package({"pause": "10 days"}), "no option for: funds, visits"),
        (lambda: space().package({**space().named((0, 0, 0)), "x": "y"}), "no issue 'x'"),
        (lambda: space().party("west"), "there is no party 'west'"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(wrong: Callable[[], object], told: str) -> None:
    with pytest.raises(MalformedError, match=told):
        wrong()


def test_a_term_over_what_is_not_there_is_refused() -> None:
    wrong: list[tuple[dict[tuple[str, ...], Number], str]] = [
        ({("no",): 1}, "not one for each"),
        ({("no", "x"): 1}, "no option 'x'"),
    ]
    for values, told in wrong:
        term = Term(issues=("visits", "pause"), values=values)
        with pytest.raises(MalformedError, match=told):
            space(profiles=(Profile(**{**_fields(NORTH), "terms": (term,)}),))


def test_long_lists_of_options_are_cut_in_messages() -> None:
    many = Issue(issue="days", options=tuple(str(day) for day in range(MAX_SHOWN + 5)))
    with pytest.raises(MalformedError, match=r"18, 19, \.\.\."):
        Space(
            issues=(many,),
            profiles=(Profile(party="n", values=(tuple(range(MAX_SHOWN + 5)),), reservation=0),),
        ).option("days", "never")


def test_errors_name_file_and_place_or_the_statements_that_conflict() -> None:
    assert str(FileFaultError("a.json", "$.name", "what")) == "a.json, $.name: what"
    assert str(FileFaultError("a.json", "", "what")) == "a.json: what"
    conflict = ContradictionError("north", ("x before y", "y before x"))
    assert "x before y; y before x" in str(conflict)
    assert isinstance(conflict, BargainError)


def _fields(profile: Profile) -> dict[str, Any]:
    return {
        "party": profile.party,
        "values": profile.values,
        "reservation": profile.reservation,
    }
