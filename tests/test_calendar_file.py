"""The calendar file: read back by the library, stable, and telling no more than it must."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from backchannel.channel.deadlines import Deadline, What
from backchannel.desk.calendar_file import calendar_file, title, uid

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY, CHANNEL = "1" * 32, "c" * 32
ROUND = Deadline(
    what=What.ROUND, key=KEY, when=NOW, from_whom=("US", "Iran"), about="Doha, the old house"
)
STEP = Deadline(
    what=What.STEP, key=KEY, when=date(2026, 3, 9), from_whom=("US",), step="s1", about="frees ten"
)


def events(*deadlines: Deadline, **more: Any) -> list[Any]:  # noqa: ANN401 - options
    data = calendar_file(deadlines, channel=CHANNEL, at=NOW, **more)
    return list(Calendar.from_ical(data).walk("VEVENT"))


def test_the_file_is_read_back_as_it_was_meant() -> None:
    meeting, step = events(ROUND, STEP)
    assert str(meeting["summary"]) == "Round with US, Iran"
    assert str(meeting["location"]) == "Doha, the old house"
    assert meeting.decoded("dtstart") == NOW
    assert str(meeting["transp"]) == "OPAQUE"
    assert str(step["summary"]) == "Step s1 is due: US (11111111)"
    assert step.decoded("dtstart") == date(2026, 3, 9)
    assert "location" not in step
    assert {str(e["class"]) for e in (meeting, step)} == {"CONFIDENTIAL"}
    assert {e.decoded("dtstamp") for e in (meeting, step)} == {NOW}


def test_times_are_in_utc_and_days_are_days() -> None:
    tehran = datetime(2026, 3, 1, 15, 30, tzinfo=timezone(timedelta(hours=3, minutes=30)))
    deadline = Deadline(what=What.ANSWER, key=KEY, when=tehran)
    data = calendar_file((deadline, STEP), channel=CHANNEL, at=NOW).decode()
    assert "DTSTART:20260301T120000Z" in data
    assert "DTSTART;VALUE=DATE:20260309" in data
    assert "VTIMEZONE" not in data


def test_what_has_no_day_is_left_out() -> None:
    assert events(Deadline(what=What.STEP, key=KEY, when=None, step="s1")) == []


@pytest.mark.parametrize("what", list(What))
def test_a_title_says_nothing_of_what_was_said(what: What) -> None:
    deadline = Deadline(what=what, key=KEY, when=NOW, from_whom=("US",), about="SECRET", step="s1")
    assert "SECRET" not in title(deadline)
    assert "US" in title(deadline)
    assert title(deadline, discreet=True) in {"Appointment", "Deadline"}
    without = Deadline(what=what, key=KEY, when=NOW)
    assert title(without)
    assert "SECRET" not in str(events(deadline)[0]["summary"])


def test_a_discreet_file_names_nobody_no_place_and_not_its_program() -> None:
    data = calendar_file((ROUND, STEP), channel=CHANNEL, at=NOW, discreet=True, alarm=30).decode()
    for word in ("US", "Iran", "Doha", "s1", KEY[:8], "backchannel", "ound"):
        assert word not in data.replace("STATUS", "")


def test_an_alarm_comes_so_many_minutes_before() -> None:
    (event,) = events(ROUND, alarm=90)
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(minutes=-90)
    assert str(alarm["description"]) == str(event["summary"])
    assert not events(ROUND)[0].walk("VALARM")


def test_identifiers_are_stable_differ_and_cannot_be_matched_with_another_desks() -> None:
    moved = Deadline(what=What.ROUND, key=KEY, when=NOW + timedelta(hours=1))
    assert uid(CHANNEL, ROUND) == uid(CHANNEL, moved)
    others = [
        uid(CHANNEL, STEP),
        uid("d" * 32, ROUND),
        uid(CHANNEL, Deadline(what=What.ROUND, key="2" * 32, when=NOW)),
        uid(CHANNEL, Deadline(what=What.STEP, key=KEY, when=None, step="s2")),
    ]
    assert len({uid(CHANNEL, ROUND), *others}) == 5
    assert KEY not in uid(CHANNEL, ROUND)
    assert CHANNEL not in uid(CHANNEL, ROUND)


words = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=120)


@given(name=words, place=words)
def test_no_name_and_no_place_breaks_out_of_its_line(name: str, place: str) -> None:
    hostile = f"{place}\nEND:VEVENT\nX-EVIL:1"
    deadline = Deadline(what=What.ROUND, key=KEY, when=NOW, from_whom=(name,), about=hostile)
    (event,) = events(deadline)
    assert "x-evil" not in event
    data = calendar_file((deadline,), channel=CHANNEL, at=NOW)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
