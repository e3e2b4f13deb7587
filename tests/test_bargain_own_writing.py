"""What is written is read again as the same space."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.bargain.errors import FileFaultError
from backchannel.bargain.model import Issue, Profile, Space
from backchannel.bargain.own_file import SpaceFile, read_space
from backchannel.bargain.own_writing import write_space
from bargaining import all_packages, spaces
from test_bargain_genius import harbour
from test_bargain_own_file import EXAMPLE
from test_bargain_schema import judged


def again(made: SpaceFile) -> SpaceFile:
    written = write_space(made)
    assert judged(json.loads(written)) == []
    return read_space(written, "talks.json")


@settings(max_examples=150, deadline=None)
@given(spaces(parties=(1, 3)), st.sampled_from([1, 10, 8, 3]))
def test_a_space_is_read_as_it_was_written(space: Space, unit: int) -> None:
    profiles = tuple(
        Profile(party=p.party, values=p.values, reservation=0, terms=p.terms, unit=unit)
        for p in space.profiles
    )
    made = Space(issues=space.issues, profiles=profiles, rules=space.rules, name="x")
    table = next(all_packages(made))
    try:
        found = again(SpaceFile(space=made, scale="points", table=table))
    except FileFaultError as fault:
        assert "off the scale" in str(fault)  # noqa: PT017 - a party that 0 is too much for
        return
    assert (found.scale, found.table) == ("points", table)
    assert (found.space.issues, found.space.rules) == (made.issues, made.rules)
    for package in all_packages(made):
        for place, (old, new) in enumerate(zip(profiles, found.space.profiles, strict=True)):
            expected = old.points(made.utility(place, package))
            assert new.points(found.space.utility(place, package)) == pytest.approx(expected)


def test_the_example_and_what_came_from_genius_are_kept_whole() -> None:
    example = read_space(EXAMPLE.read_bytes(), EXAMPLE.name)
    assert again(example) == example
    made = harbour()
    found = again(made)
    assert found.space.issues == made.space.issues
    assert found.space.issues[2].spacing == 0.5
    north, other = made.space.profiles[0], found.space.profiles[0]
    assert north.values == other.values
    assert north.unit == other.unit


@pytest.mark.parametrize(
    ("options", "numbers"),
    [(("1", "2", "4"), (1, 2, 4)), (("a", "b"), (1, 2)), (("0.5", "1.5"), (0.5, 1.5))],
)
def test_options_that_are_no_even_steps_keep_their_names(
    options: tuple[str, ...], numbers: tuple[float, ...]
) -> None:
    issue = Issue(issue="berths", options=options, numbers=numbers)
    profile = Profile(party="north", values=((1,) * len(options),), reservation=0)
    made = SpaceFile(space=Space(issues=(issue,), profiles=(profile,)), scale="", table=None)
    (found,) = again(made).space.issues
    assert (found.options, found.numbers) == (options, None)


def test_integers_stay_integers() -> None:
    for numbers in ((3,), (-2, -1, 0), (0, 5, 10)):
        issue = Issue(issue="berths", options=tuple(map(str, numbers)), numbers=numbers)
        profile = Profile(party="north", values=((1,) * len(numbers),), reservation=0)
        made = SpaceFile(space=Space(issues=(issue,), profiles=(profile,)), scale="", table=None)
        assert again(made).space.issues == (issue,)
