"""Times are read in the forms people write, and shown in the reader's zone with its name."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.desk.errors import UsageError
from backchannel.desk.screen.moments import read_day, read_moment, shown

TEHRAN = timezone(timedelta(hours=3, minutes=30))


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-03-01", "2026-02-28T20:30"),
        ("2026-03-01 12:00", "2026-03-01T08:30"),
        ("2026-03-01T12:00Z", "2026-03-01T12:00"),
        ("2026-03-01T12:00:00Z", "2026-03-01T12:00"),
        ("2026-03-01 12:00 UTC", "2026-03-01T12:00"),
        ("2026-03-01 12:00+03:30", "2026-03-01T08:30"),
        ("2026-03-01 12:00-05:00", "2026-03-01T17:00"),
    ],
)
def test_a_time_is_read_in_the_readers_zone_unless_one_is_named(written: str, utc: str) -> None:
    assert read_moment(written, TEHRAN) == datetime.fromisoformat(f"{utc}+00:00")


@pytest.mark.parametrize(
    "written",
    [
        "",
        "tomorrow",
        "2026-13-01",
        "2026-03-01 25:00",
        "20260301",
        "2026-W09-1",
        "2026-03-01 12:00:30",
        "2026-03-01 12:00 CET",
        "2026-03-01 12:00+99:00",
        "\u0662\u0660\u0662\u0666-03-01",
        "0001-01-01",
    ],
)
def test_what_is_no_time_is_refused_with_the_forms_that_are(written: str) -> None:
    with pytest.raises(UsageError, match=r"is no time: write 2026-03-01"):
        read_moment(written, TEHRAN)


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001 - made aware below
def test_what_is_shown_can_be_read_again(plain: datetime) -> None:
    moment = plain.replace(second=0, microsecond=0, tzinfo=UTC)
    for zone in (UTC, TEHRAN, timezone(-timedelta(hours=9, minutes=30))):
        again = shown(moment, zone).replace(" UTC+", "+").replace(" UTC-", "-")
        assert read_moment(again, UTC) == moment


def test_a_zone_has_its_name_where_it_has_one_and_always_its_distance() -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert shown(noon, UTC) == "2026-03-01 12:00 UTC"
    assert shown(noon, ZoneInfo("Europe/Zurich")) == "2026-03-01 13:00 CET (UTC+01:00)"
    assert shown(noon, ZoneInfo("America/New_York")) == "2026-03-01 07:00 EST (UTC-05:00)"
    assert shown(noon, ZoneInfo("Asia/Tehran")) == "2026-03-01 15:30 UTC+03:30"
    assert read_moment("2026-03-01 12:00", None).tzinfo is UTC
    assert shown(noon, None)


def test_a_day_is_written_in_one_way() -> None:
    assert read_day("2023-09-18") == date(2023, 9, 18)
    for written in ("18.9.2023", "20230918", "2023-02-30", ""):
        with pytest.raises(UsageError, match="is no date: write it as 2023-09-18"):
            read_day(written)
