"""What one planted claim, copies and an outlet can move: bounds that are computed, and held."""

import math
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.commands.watch_outlook import decided_episodes
from backchannel.watch.beginning import Known, beginning
from backchannel.watch.claims import Claim
from backchannel.watch.errors import TooLittleError
from backchannel.watch.outlook import Outlook, change, outlook, values
from backchannel.watch.outlook_words import bound_in_words, dropped_in_words, for_programs
from backchannel.watch.sensitivity import Sensitivity, sensitivity
from claiming import a_claim

ON = date(2026, 7, 2)
EPISODES = decided_episodes()
# Before the day asked for: often close together, where claims bear each other out.
DAYS = st.integers(0, 60) | st.integers(0, 900)


def told(before: int, *, outlet: int = 0, page: int = 0, story: int = 0) -> Claim:
    return a_claim(
        published=(ON - timedelta(days=before)).isoformat(),
        outlet=f"Outlet {outlet}",
        url=f"https://outlet.example/{outlet}/{page}",
        paraphrase=f"Story {story}.",
    )


def asked(claims: list[Claim], since: date | None = None) -> Outlook:
    return outlook(claims, EPISODES, on=ON, weeks=8, since=since)


def moves(claims: list[Claim], since: date | None = None) -> Sensitivity:
    return sensitivity(claims, EPISODES, on=ON, weeks=8, since=since)


NUMBER = st.integers(0, 5)
CLAIMS = st.builds(told, DAYS, outlet=NUMBER, page=NUMBER, story=NUMBER)
RECORDS = st.lists(CLAIMS, min_size=1, max_size=12)
# Whatever it says, wherever it stands: like another, or like none.
PLANTED = st.builds(
    told,
    DAYS | st.integers(0, 3000),
    outlet=st.integers(0, 9),
    page=NUMBER,
    story=st.integers(0, 9),
)


@given(RECORDS, PLANTED)
@settings(max_examples=100)
def test_one_planted_claim_moves_the_outlook_by_no_more_than_the_bound(
    record: list[Claim], planted: Claim
) -> None:
    bound = moves(record)
    after = asked([*record, planted])
    assert change(values(asked(record)), values(after)) <= bound.bound + 1e-12
    assert bound.youngest <= after.age
    assert bound.oldest is None or after.age <= bound.oldest


@given(RECORDS, st.integers(0, 3000), st.lists(st.integers(0, 99), min_size=1, max_size=100))
def test_copies_of_a_planted_story_move_no_more_than_one(
    record: list[Claim], before: int, later: list[int]
) -> None:
    copies = [
        told(max(before - days, 0), outlet=100 + number, story=77)
        for number, days in enumerate(later)
    ]
    after = asked([*record, *copies])
    assert change(values(asked(record)), values(after)) <= moves(record).bound + 1e-12


@given(RECORDS, st.data())
def test_a_hundred_copies_of_a_story_in_the_record_move_nothing(
    record: list[Claim], data: st.DataObject
) -> None:
    story = data.draw(st.sampled_from(record))
    found = beginning(record)
    # A copy appears when the story does, or later.
    copies = [
        a_claim(
            published=min(story.published + timedelta(days=n % 9), ON).isoformat(),
            outlet=f"Copy {n}",
            url=f"https://copies.example/{n}",
            paraphrase=story.paraphrase,
        )
        for n in range(100)
    ]
    after = beginning([*record, *copies])
    # A lone first claim is followed by whatever comes; what is borne out stays where it is, unless
    # a lone claim before it finds company: the copies are one more claim, and no more.
    assert change(values(asked(record)), values(asked([*record, *copies]))) <= (
        moves(record).bound + 1e-12
    )
    if len({each.paraphrase for each in record}) == 1:
        assert after == found


@given(RECORDS, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(record: list[Claim], chance: object) -> None:
    shuffled = list(record)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert asked(shuffled) == asked(record)
    assert moves(shuffled) == moves(record)


@given(RECORDS, PLANTED, DAYS)
def test_no_claim_moves_a_first_day_that_is_given(
    record: list[Claim], planted: Claim, before: int
) -> None:
    since = ON - timedelta(days=before)
    assert moves(record, since).bound == 0
    assert asked([*record, planted], since).weeks == asked(record, since).weeks


def test_the_bound_is_the_largest_change_over_the_ages_in_reach() -> None:
    # The first day is 30 days before; one claim can lead to 44 days before, at most.
    record = [told(30), told(25, outlet=1, story=1), told(10, outlet=2, story=2)]
    found = moves(record)
    assert (found.youngest, found.oldest) == (4, 6)
    here = values(asked(record))
    there = [values(asked(record, ON - timedelta(days=days))) for days in (30, 35, 42)]
    assert found.bound == max(change(here, each) for each in there) > 0
    points = math.ceil(1000 * found.bound) / 10
    assert f"by more than {points:.1f} percentage points" in bound_in_words(found)
    assert "4 to 6 weeks of age" in bound_in_words(found)


def test_a_lone_early_claim_is_in_reach_of_a_planted_one() -> None:
    record = [told(500), told(30, outlet=1, story=1), told(25, outlet=2, story=2)]
    assert beginning(record).day == ON - timedelta(days=30)
    # It does not bear out the later ones, and lies out of their window: 500 days are not in reach
    # of the first day, but of a planted claim beside the lone one.
    assert moves(record).oldest == (500 + 14) // 7
    beside = [*record, told(495, outlet=3, story=3)]
    assert asked(beside).age == 500 // 7


def test_without_two_reports_any_age_is_in_reach_and_said_so() -> None:
    found = moves([told(30)])
    assert found.oldest is None
    assert found.youngest == 0
    assert "any age" in bound_in_words(found)
    assert beginning([told(30)]).known is Known.LONE


def test_a_bound_of_nought_is_said_plainly() -> None:
    assert "moves no probability at all" in bound_in_words(moves([told(30)], ON))


def test_each_outlet_is_left_out_in_turn_and_the_largest_change_comes_first() -> None:
    record = [told(70), told(65, outlet=1, story=1), told(10, outlet=2, story=2), told(9)]
    found = moves(record)
    dropped = {each.outlet: each for each in found.dropped}
    assert set(dropped) == {"Outlet 0", "Outlet 1", "Outlet 2"}
    assert dropped["Outlet 0"].claims == 2
    # Without the first, 65 and 10 days before bear nothing out: the first claim counts.
    assert dropped["Outlet 0"].age == 65 // 7
    assert dropped["Outlet 1"].age == 10 // 7
    assert dropped["Outlet 2"].change == 0
    assert dropped_in_words(dropped["Outlet 2"]) == ("Outlet 2", "1", "2026-04-23", "0.0")
    sizes = [each.change for each in found.dropped]
    assert sizes == sorted(sizes, reverse=True)  # type: ignore[type-var]
    for each in found.dropped:
        rest = [claim for claim in record if claim.outlet != each.outlet]
        assert each.change == change(values(asked(record)), values(asked(rest)))


def test_an_outlet_without_which_nothing_is_left_is_told_and_comes_first() -> None:
    (only,) = moves([told(30), told(20)]).dropped
    assert (only.first, only.age, only.change) == (None, None, None)
    assert dropped_in_words(only) == ("Outlet 0", "2", "none is left", "no outlook")


def test_names_of_an_outlet_that_differ_in_case_are_one() -> None:
    record = [told(30), a_claim(outlet="OUTLET 0", published="2026-06-20")]
    assert [each.claims for each in moves(record).dropped] == [2]


def test_what_moves_it_is_there_for_programs() -> None:
    record = [told(30), told(25, outlet=1, story=1)]
    made = for_programs(asked(record), case="x", moves=moves(record))["sensitivity"]
    assert made["dropped"][0]["first"] == "2026-06-07"
    assert made["bound"] == moves(record).bound
    assert "sensitivity" not in for_programs(asked(record), case="x")


def test_too_little_is_told() -> None:
    with pytest.raises(TooLittleError, match="no claim was published"):
        sensitivity([], EPISODES, on=ON, weeks=8)
    with pytest.raises(TooLittleError, match="1 to 260"):
        sensitivity([told(1)], EPISODES, on=ON, weeks=0)
