"""The outlook: shares, hazards and their intervals, checked by hand and by counting again."""

import math
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.commands.watch_outlook import decided_episodes
from backchannel.watch.beginning import WINDOW, Known, beginning, independent
from backchannel.watch.beta import around, distribution, jeffreys, quantile
from backchannel.watch.claims import Claim
from backchannel.watch.episodes import RECORD_ENDS, Ending, Episode, read_episodes
from backchannel.watch.errors import MalformedError, TooLittleError
from backchannel.watch.hazards import SHRINKAGE, Life, hazard, life, lives, pooled
from backchannel.watch.outlook import Outlook, outlook
from backchannel.watch.outlook_words import (
    SKILL_SHOWN,
    caveats,
    durations_in_words,
    for_programs,
    what_would_change,
)
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


def known(on: date = ON) -> tuple[Life, ...]:
    return lives(decided_episodes(), on)


def test_a_hazard_is_the_count_shrunk_toward_all_weeks() -> None:
    # 170 weeks of decided episodes, 120 of the exchange channel, 1 of the talks since 18 June.
    assert sum(each.exposed for each in known()) == 170 + 120 + 1
    assert pooled(known(), Ending.BREAKDOWN) == pytest.approx(7.5 / 292.5)
    first = hazard(known(), 0)
    assert (first.at_risk, first.agreements, first.breakdowns) == (12, 0, 2)
    assert first.breakdown == pytest.approx((2 + SHRINKAGE * 7.5 / 292.5) / (12 + SHRINKAGE))
    never = hazard(known(), 500)
    assert never.at_risk == 0
    assert never.agreement == pytest.approx(3.5 / 292.5)


@pytest.mark.parametrize(
    ("on", "weeks", "ending"),
    [
        (date(2026, 1, 1), 0, None),
        (date(2026, 1, 7), 0, None),
        (date(2026, 1, 8), 1, None),
        # Decided in its third week on the 16th, which is known from the 17th on.
        (date(2026, 1, 16), 2, None),
        (date(2026, 1, 17), 2, Ending.BREAKDOWN),
    ],
)
def test_an_episode_counts_with_the_weeks_it_lasted_until_it_is_known_to_end(
    on: date, weeks: int, ending: Ending | None
) -> None:
    episode = Episode(
        case="x",
        name="y",
        start=date(2026, 1, 1),
        ending=Ending.BREAKDOWN,
        decided=date(2026, 1, 16),
    )
    assert life(episode, on) == Life(weeks=weeks, ending=ending)


def test_an_episode_that_goes_on_counts_no_longer_than_the_record_says() -> None:
    partial, undecided = sorted(
        (each for each in decided_episodes() if each.ending is None), key=lambda each: each.start
    )
    # A partial step ends nothing: it goes on until the last day that something was read of it.
    assert (partial.case, partial.seen_until) == ("ukraine_russia_exchanges", date(2026, 4, 24))
    assert undecided.seen_until == RECORD_ENDS
    for on in (date(2026, 7, 2), date(2030, 1, 1)):
        assert life(partial, on).weeks == 120
        assert life(undecided, on) == Life(weeks=1, ending=None)
    assert lives([undecided], undecided.start) == ()


@given(st.integers(0, 400), st.integers(0, 120))
def test_weeks_without_an_ending_make_endings_less_likely(longer: int, week: int) -> None:
    decided = [each for each in known() if each.ending]
    more = [*decided, Life(weeks=longer, ending=None)]
    for ending in Ending:
        assert pooled(more, ending) <= pooled(decided, ending)
    assert hazard(more, week).agreement <= hazard(decided, week).agreement


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


def other(published: str, number: int = 1) -> Claim:
    """Return a claim that is independent of the usual one, and of those of other numbers."""
    url = f"https://herald.example/{number}"
    told = f"Envoys met for the {number}. time."
    return a_claim(published=published, url=url, outlet=f"Herald {number}", paraphrase=told)


@pytest.mark.parametrize("same", ["url", "outlet", "paraphrase"])
def test_only_another_page_outlet_and_wording_bear_out_a_claim(same: str) -> None:
    one, beside = a_claim(), other("2026-04-08")
    assert independent(one, beside)
    assert beginning([one, beside]).known is Known.BORNE_OUT
    like = {
        "url": beside.url,
        "outlet": beside.outlet,
        "paraphrase": beside.paraphrase,
        same: getattr(one, same),
    }
    assert beginning([one, a_claim(**like)]).known is Known.LONE


def test_the_first_day_is_that_of_two_independent_reports_within_the_window() -> None:
    lone, first = a_claim(published="2026-01-01"), other("2026-02-01")
    within, after = other("2026-02-15", 2), other("2026-02-16", 2)
    assert (date(2026, 2, 15) - date(2026, 2, 1)).days == WINDOW
    assert beginning([lone, first, within]).day == date(2026, 2, 1)
    assert beginning([lone, first, after]).day == date(2026, 1, 1)
    assert beginning([lone, first, after]).known is Known.LONE


def test_a_first_day_that_is_given_is_moved_by_no_claim() -> None:
    since = date(2026, 3, 1)
    made = outlook(
        [a_claim(), a_claim(published="2026-01-01")],
        decided_episodes(),
        on=ON,
        weeks=1,
        since=since,
    )
    assert (made.first, made.known, made.age) == (since, Known.GIVEN, 17)
    with pytest.raises(TooLittleError, match="the first day is 2026-07-03, after 2026-07-02"):
        outlook([a_claim()], decided_episodes(), on=ON, weeks=1, since=date(2026, 7, 3))


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ((a_claim(),), "no two reports bear each other out yet"),
        ((a_claim(), other("2026-04-08")), "bears it out: the age counts from 2026-04-07"),
    ],
)
def test_what_would_change_the_numbers_is_said(claims: tuple[Claim, ...], said: str) -> None:
    made = found(*claims)
    told = what_would_change(made)
    assert said in " ".join(told)
    assert made.one_more[0] > made.weeks[-1].agreement.value
    assert made.one_more[1] > made.weeks[-1].breakdown.value
    assert f"to {100 * made.one_more[0]:.1f} %" in told[0]


def test_how_long_agreements_last_is_said_where_a_claim_speaks_of_one() -> None:
    assert durations_in_words((a_claim(),)) == ()
    first, second = durations_in_words((a_claim(claim_type="agreement"),))
    assert first == "1 claims speak of an agreement, the first on 2026-04-07."
    assert "after 90 days 89 % (85 to 92); after 365 days 77 % (72 to 81)" in second
    assert "upper bound" in second


def test_only_what_was_known_on_the_day_is_used() -> None:
    early = found(a_claim(published="2023-08-01"), a_claim(), on=date(2023, 9, 18))
    assert early.claims == 1
    # The exchange of 18 September 2023 is not known yet on that day.
    assert (early.decided, early.agreements, early.undecided) == (3, 1, 2)


def test_episodes_of_the_case_itself_are_left_out() -> None:
    own = found(case="us_iran_2026")
    assert (own.decided, own.left_out) == (8, 3)
    assert "3 episodes of this case itself are left out" in caveats(own)[0]
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
    assert (made["decided"], made["agreements"], made["undecided"]) == (10, 3, 2)
    assert made["skill_shown"] is SKILL_SHOWN
    assert len(made["what_would_change"]) == 3
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
