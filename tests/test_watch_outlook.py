"""The outlook: shares, hazards and their intervals, checked by hand and by counting again."""

import math
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.commands.watch_outlook import decided_episodes
from backchannel.watch.beta import around, distribution, jeffreys, quantile
from backchannel.watch.claims import Claim
from backchannel.watch.episodes import Ending, Episode, read_episodes
from backchannel.watch.errors import MalformedError, TooLittleError
from backchannel.watch.outlook import SHRINKAGE, Outlook, hazard, outlook, pooled
from backchannel.watch.outlook_words import caveats, for_programs
from claiming import RECORD, a_claim

ON = date(2026, 7, 2)


def found(*claims: Claim, on: date = ON, weeks: int = 8, case: str = "") -> Outlook:
    return outlook(claims or [a_claim()], decided_episodes(), on=on, weeks=weeks, case=case)


def test_ten_episodes_are_decided_and_three_of_them_are_agreements() -> None:
    decided = [each for each in decided_episodes() if each.ending]
    assert len(decided_episodes()) == 12
    assert len(decided) == 10
    assert sum(each.ending is Ending.AGREEMENT for each in decided) == 3
    assert sorted(each.week for each in decided) == [0, 0, 2, 3, 3, 5, 6, 8, 27, 106]


@pytest.mark.shared
def test_the_outcomes_are_those_of_the_shared_record() -> None:
    if not RECORD.is_dir():
        pytest.skip(f"the public record is not at {RECORD}")
    assert read_episodes((RECORD / "outcomes.json").read_bytes()) == decided_episodes()


@pytest.mark.parametrize(
    ("seen", "tries", "low", "high"),
    # To three places; the distribution itself is checked by integration below.
    [(0, 10, 0.0, 0.217), (1, 10, 0.011, 0.381), (3, 10, 0.093, 0.606), (5, 10, 0.224, 0.776)],
)
def test_the_interval_of_a_share_is_that_of_jeffreys(
    seen: int, tries: int, low: float, high: float
) -> None:
    assert jeffreys(seen, tries) == pytest.approx((low, high), abs=6e-4)
    mirrored = jeffreys(tries - seen, tries)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=6e-4)


@pytest.mark.parametrize(("first", "second"), [(3.5, 7.5), (0.6, 2.4), (0.5, 0.5), (11.0, 40.0)])
@pytest.mark.parametrize("at", [0.01, 0.2, 0.5, 0.9])
def test_the_beta_distribution_is_that_of_plain_integration(
    at: float, first: float, second: float
) -> None:
    steps = 20_000
    width = math.asin(math.sqrt(at)) / steps
    angles = [(n + 0.5) * width for n in range(steps)]
    powers = (2 * first - 1, 2 * second - 1)
    area = sum(2 * math.sin(a) ** powers[0] * math.cos(a) ** powers[1] for a in angles) * width
    scale = math.gamma(first + second) / math.gamma(first) / math.gamma(second)
    assert distribution(at, first, second) == pytest.approx(area * scale, abs=1e-5)


@given(st.floats(0.001, 0.999), st.floats(0.3, 50), st.floats(0.3, 50))
def test_a_quantile_is_where_the_distribution_reaches_it(
    probability: float, first: float, second: float
) -> None:
    at = quantile(probability, first, second)
    assert 0 <= at <= 1
    if 1e-6 < at < 1 - 1e-6:
        assert distribution(at, first, second) == pytest.approx(probability, abs=1e-6)


@given(st.floats(0, 1), st.integers(0, 100))
def test_an_interval_lies_around_its_ends_in_order(share: float, tries: int) -> None:
    low, high = around(share, tries)
    assert 0 <= low <= high <= 1


def test_a_hazard_is_the_count_shrunk_toward_all_weeks() -> None:
    decided = [each for each in decided_episodes() if each.ending]
    weeks = sum(each.week + 1 for each in decided)
    assert weeks == 170
    assert pooled(decided, Ending.BREAKDOWN) == pytest.approx(7 / 170)
    first = hazard(decided, 0)
    assert (first.at_risk, first.agreements, first.breakdowns) == (10, 0, 2)
    assert first.breakdown == pytest.approx((2 + SHRINKAGE * 7 / 170) / (10 + SHRINKAGE))
    never = hazard(decided, 500)
    assert never.at_risk == 0
    assert never.agreement == pytest.approx(3 / 170)


@given(st.integers(0, 1000), st.integers(1, 60))
def test_the_three_probabilities_of_a_week_add_up_and_only_going_on_falls(
    days: int, weeks: int
) -> None:
    first = a_claim(published=(ON - timedelta(days=days)).isoformat())
    made = found(first, weeks=weeks).weeks
    for week in made:
        parts = (week.agreement, week.breakdown, week.goes_on)
        bases = (week.base_agreement, week.base_breakdown, week.base_goes_on)
        assert sum(each.value for each in parts) == pytest.approx(1)
        assert sum(each.value for each in bases) == pytest.approx(1)
        assert all(0 <= each.low <= each.high <= 1 for each in (*parts, *bases))
    for before, after in pairwise(made):
        assert before.goes_on.value > after.goes_on.value
        assert before.agreement.value < after.agreement.value


def test_a_hundred_copies_and_a_planted_leak_move_nothing() -> None:
    first = a_claim()
    planted = [
        a_claim(published="2026-05-01", claim_type="leak", speaker_type="anonymous_source"),
        *[a_claim(published="2026-06-01", outlet=f"copy {n}") for n in range(100)],
    ]
    assert found(first, *planted).weeks == found(first).weeks
    assert found(first, *planted).claims == 102


def test_only_what_was_known_on_the_day_is_used() -> None:
    early = found(a_claim(published="2023-08-01"), a_claim(), on=date(2023, 9, 18))
    assert early.claims == 1
    # The exchange of 18 September 2023 is not known yet on that day.
    assert (early.decided, early.agreements) == (3, 1)


def test_episodes_of_the_case_itself_are_left_out() -> None:
    own = found(case="us_iran_2026")
    assert (own.decided, own.left_out) == (8, 2)
    assert "2 of this case itself are left out" in caveats(own)[0]
    assert "left out" not in caveats(found())[0]


def test_too_little_is_told() -> None:
    with pytest.raises(TooLittleError, match="no claim was published up to 2020-01-01"):
        found(on=date(2020, 1, 1))
    with pytest.raises(TooLittleError, match="no episode was decided before"):
        found(a_claim(published="2020-01-01"), on=date(2020, 2, 1))
    for weeks in (0, 261):
        with pytest.raises(TooLittleError, match="1 to 260 can be"):
            found(weeks=weeks)


def test_every_number_for_programs_has_its_base_rate_interval_and_count() -> None:
    made = for_programs(found(weeks=1), case="x")
    assert (made["decided"], made["agreements"], made["skill_shown"]) == (10, 3, False)
    assert set(made["weeks"][0]["agreement"]) == {"value", "low", "high"}
    assert set(made["weeks"][0]) >= {"base_agreement", "base_breakdown", "base_goes_on"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{}", "the field 'episodes' is missing"),
        (b"[]", "an object is expected"),
        (b'{"episodes": [{}]}', "the field 'case' is missing"),
        (b"\xff", "not UTF-8"),
    ],
)
def test_a_file_of_something_else_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(MalformedError, match=said):
        read_episodes(data)


def test_an_outcome_that_is_not_in_the_table_is_refused() -> None:
    data = (
        b'{"episodes": [{"case": "x", "episode": "y", "start": "2026-01-01", "end": null, '
        b'"outcome": "peace", "date": null, "source_read": ""}]}'
    )
    with pytest.raises(MalformedError, match="outcome: 'peace' came, one of formal_agreement"):
        read_episodes(data)


def test_an_episode_that_cannot_be_is_not_built() -> None:
    day = date(2026, 1, 2)
    given = {"case": "x", "name": "y", "start": day}
    with pytest.raises(MalformedError, match="or neither"):
        Episode(**given, ending=None, decided=day)  # type: ignore[arg-type]
    with pytest.raises(MalformedError, match="before 2026-01-02"):
        Episode(**given, ending=Ending.AGREEMENT, decided=date(2026, 1, 1))  # type: ignore[arg-type]
    with pytest.raises(MalformedError, match="is not decided"):
        _ = Episode(**given, ending=None, decided=None).week  # type: ignore[arg-type]
