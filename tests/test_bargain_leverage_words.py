"""Leverage in sentences: each names the numbers that were reckoned, and says what is not sure."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings

from backchannel.bargain.frontier import Frontier, frontier
from backchannel.bargain.leverage import Leverage, leverage
from backchannel.bargain.leverage_words import (
    NAMES,
    of_opening,
    of_party,
    of_steering,
    points,
    question,
)
from backchannel.bargain.model import Number, Space
from bargaining import large_space, spaces
from test_bargain_leverage import lifted, one_issue, with_reservation

# Where the mediator's space gives tenths of points, ten units are a point.
TENTHS = one_issue((0, 90), (60, 60), (75, 40), (90, 0), unit=10)


def reckoned(space: Space) -> Leverage:
    return leverage(space, frontier(space))


def at(space: Space, *floors: Number) -> Space:
    for party, floor in enumerate(floors):
        space = with_reservation(space, party, floor)
    return space


def test_a_party_is_told_what_another_alternative_would_do() -> None:
    space = at(TENTHS, 10, 0)
    assert question(space.profiles[0]) == "If the best alternative of party0, now 1 point, were"
    assert of_party(space, reckoned(space), 0) == [
        "worth more than 9 points: no agreement at all.",
        "0.1 points better (1 % of its range): all four solutions: no change.",
        "0.4 points better (4 % of its range): all four solutions: no change.",
        "0.9 points better (10 % of its range): all four solutions: no change.",
        "0.1 points worse (1 % of its range): all four solutions: no change.",
        "0.4 points worse (4 % of its range): all four solutions: no change.",
        "0.9 points worse (10 % of its range): all four solutions: no change.",
        "worth up to 2.9: Nash stays the same package; just above: party0 +1.5, party1 -2.",
        (
            "worth 0.1 to 7.5: Kalai-Smorodinsky stays the same package; "
            "just above: party0 +1.5, party1 -4; just below: party0 -1.5, party1 +2."
        ),
        "worth up to 2: egalitarian stays the same package; just above: party0 +1.5, party1 -2.",
        "worth up to 6: utilitarian stays the same package; just above: party0 +1.5, party1 -2.",
    ]


def test_what_leaves_no_agreement_and_what_lies_below_is_told() -> None:
    space = at(TENTHS, 74, 0)
    said = of_party(space, reckoned(space), 0)
    assert said[2] == (
        "0.4 points better (4 % of its range): all four solutions: party0 +1.5, party1 -4."
    )
    assert said[-1] == (
        "worth 6.1 to 7.5: utilitarian stays the same package; just above: party0 +1.5, party1 -4; "
        "just below: party0 -1.5, party1 +2."
    )
    space = at(TENTHS, 59, 0)
    assert of_party(space, reckoned(space), 0)[2] == (
        "0.4 points better (4 % of its range): Nash, Kalai-Smorodinsky and egalitarian: no change; "
        "utilitarian: party0 +1.5, party1 -2."
    )
    space = at(TENTHS, 88, 0)
    assert "0.4 points better (4 % of its range): no agreement." in of_party(
        space, reckoned(space), 0
    )


@settings(max_examples=100, deadline=None)
@given(spaces(parties=(2, 4)))
def test_sentences_name_the_numbers_that_were_reckoned(space: Space) -> None:
    found = reckoned(space)
    for party, profile in enumerate(space.profiles) if found.responses else ():
        said = of_party(space, found, party)
        assert str(found.ceilings[party].highest) in said[0]
        for name, sentence in zip(NAMES, said[-len(NAMES) :], strict=True):
            response = found.responses[name][party]
            now = found.solutions[name].utilities
            assert f"{response.stays[1]}: {NAMES[name]} stays" in sentence
            after = response.up.utilities
            changes = (
                ", ".join(
                    f"{each} {then - before:+}"
                    for each, then, before in zip(space.parties, after, now, strict=True)
                )
                if after
                else "no agreement"
            )
            assert f"just above: {changes}" in sentence
            assert ("just below" in sentence) == (response.down is not None)
        steered = found.steering[party]
        assert f"between {steered.lowest} and {steered.highest} points" in of_steering(
            profile, steered
        )


def test_without_a_zone_it_is_told_what_each_alone_would_have_to_settle_for() -> None:
    space = at(TENTHS, 80, 50)
    found = reckoned(space)
    assert of_party(space, found, 0) == ["worth 6 points or less: an agreement."]
    assert found.opening is not None
    assert of_opening(space, found.opening) == (
        "The least that would open one is that party0 settled for 0.5 points less and party1 "
        "settled for 1 point less, for x: option 2."
    )
    space = at(one_issue((0, 5), (5, 0)), 9, 9)
    assert of_party(space, reckoned(space), 0) == [
        "worth however little: no agreement, unless another settles for less too."
    ]


def test_what_a_coarse_frontier_leaves_open_is_said() -> None:
    space = large_space(np.random.default_rng(4), parties=4, issues=6, options=5, scale=100)
    coarse = frontier(space, cells=0, most=40)
    found = leverage(space, coarse)
    (said,) = of_party(space, found, 0)
    assert "no agreement at all; there surely is one up to" in said
    assert "; the highest more by up to" in of_steering(space.profiles[0], found.steering[0])
    point = coarse.points[0]
    only = Frontier(
        parties=coarse.parties,
        points=coarse.points[:1],
        packages=coarse.packages[:1],
        bound=coarse.bound,
    )
    space = at(space, *(int(value) + 1 for value in point))
    found = leverage(space, only)
    assert (found.empty, found.portions, found.steering) == (None, {}, ())
    assert of_party(space, found, 0)[0].endswith("whether there is one with less is open.")


def test_a_lowest_that_is_not_proved_is_said_not_to_be() -> None:
    space = large_space(np.random.default_rng(1))
    each = leverage(space, frontier(space), time_limit=0).steering[0]
    assert "; the lowest may be lower by up to" in of_steering(space.profiles[0], each)


def test_whole_units_are_shown_to_the_last_digit() -> None:
    profile = replace(TENTHS.profiles[0], unit=1000)
    assert points(profile, 123_456_789) == "123456.789"
    assert points(lifted(TENTHS, 0.5).profiles[0], 1 / 3) == "0.0333333"
