"""Changes to the package on the table, against trying them all."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.bargain import improvement
from backchannel.bargain.errors import TooLargeError
from backchannel.bargain.improvement import improvements, nearest
from backchannel.bargain.model import Issue, Package, Profile, Space
from bargaining import all_packages, spaces

many = settings(max_examples=200, deadline=None)


def changed(table: Package, other: Package) -> list[int]:
    return [place for place, (a, b) in enumerate(zip(table, other, strict=True)) if a != b]


def gains(space: Space, table: Package, other: Package) -> list[float]:
    pairs = zip(space.utilities(other), space.utilities(table), strict=True)
    return [after - before for after, before in pairs]


@many
@given(st.data(), spaces(parties=(1, 3)))
def test_improvements_are_all_small_changes_that_cost_nobody(
    data: st.DataObject, space: Space
) -> None:
    listed = list(all_packages(space))
    table = data.draw(st.sampled_from(listed))
    good = {
        other
        for other in listed
        if len(changed(table, other)) in {1, 2}
        and min(gains(space, table, other)) >= 0
        and max(gains(space, table, other)) > 0
    }
    found = improvements(space, table)
    assert {each.package for each in found} <= good
    assert [each.share for each in found] == sorted((e.share for e in found), reverse=True)
    for each in found:
        assert list(each.gains) == gains(space, table, each.package)
        assert len(each.changed) == len(changed(table, each.package))
    # What is left out is no better for anybody than a part of it that is there.
    for other in good - {each.package for each in found}:
        assert any(
            set(changed(table, each.package)) < set(changed(table, other))
            and all(a >= b for a, b in zip(each.gains, gains(space, table, other), strict=True))
            for each in found
        )


@many
@given(st.data(), spaces(parties=(1, 3)))
def test_the_nearest_acceptable_package_changes_the_fewest_issues(
    data: st.DataObject, space: Space
) -> None:
    listed = list(all_packages(space))
    table = data.draw(st.sampled_from(listed))
    fewest = [len(changed(table, other)) for other in listed if space.acceptable(other)]
    found = nearest(space, table)
    assert (found is None) == (not fewest)
    if found is not None:
        assert space.acceptable(found.package)
        assert space.possible(found.package)
        assert len(found.changed) == min(fewest)


def a_space(parties: int, options: int = 2, issues: int = 2) -> Space:
    made = tuple(
        Issue(issue=f"i{n}", options=tuple(map(str, range(options)))) for n in range(issues)
    )
    profile = Profile(party="p", values=((0,) * options,) * issues, reservation=0)
    profiles = tuple(replace(profile, party=f"p{n}") for n in range(parties))
    return Space(issues=made, profiles=profiles)


def test_more_changes_than_can_be_tried_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(improvement, "MOST", 10_000)
    with pytest.raises(TooLargeError, match="there are 10,200 changes of two issues"):
        improvements(a_space(1, options=101), (0, 0))


def test_ten_parties_leave_no_room_for_closeness() -> None:
    with pytest.raises(TooLargeError, match="up to 9 parties"):
        nearest(a_space(10), (0, 0))


def test_a_party_may_be_called_closeness() -> None:
    space = a_space(2)
    profiles = tuple(
        replace(profile, party=name)
        for profile, name in zip(space.profiles, ("closeness", "0"), strict=True)
    )
    found = nearest(replace(space, profiles=profiles), (1, 1))
    assert found is not None
    assert found.changed == ()
