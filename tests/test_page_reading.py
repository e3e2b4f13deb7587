"""Reading on the page: who knows what, what is due, the journal, and files that leave the desk."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from icalendar import Calendar

from backchannel.channel.accord import Edition
from backchannel.channel.accord_file import read_accord_file
from backchannel.channel.handling import AS_OURS, FOR_THE_MEDIATOR_ONLY, Attribution
from backchannel.desk import session
from backchannel.desk.accord_verify import Finding, verify
from backchannel.desk.caucus_file import read
from backchannel.desk.session import AccordDraft, Conveying, Meeting
from hostile_relay import MemoryRelay
from mediation import START, Mediation, begin
from page_desks import Fields, Leaf, channel_of

SECRET = "nobody else may know 4711"  # noqa: S105 - words, no password


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Mediation]:
    made = begin(tmp_path, MemoryRelay(), "Iran", "US")
    made.say("US", SECRET, FOR_THE_MEDIATOR_ONLY)
    note = made.say("US", "Five could go home.", AS_OURS)
    made.sync()
    conveying = Conveying(seat="Iran", attribution=Attribution.AUTHOR, rests_on=[note])
    session.convey(made.mediator, "", conveying)
    meeting = Meeting(begins=START + timedelta(days=3), place="Doha")
    session.call_round(made.mediator, "", ["US"], meeting)
    made.sync()
    yield made
    made.close()


def in_force(table: Mediation) -> str:
    """Bring an accord of both parties into force."""
    writing = AccordDraft(
        title="Exchange",
        editions=[Edition(language="en", text="Each side does its part.")],
        parties=["US", "Iran"],
    )
    key = session.draft(table.mediator, "", writing)
    session.put(table.mediator, "", key)
    table.sync()
    for desk in table.parties.values():
        session.adhere(desk, "", key)
    table.sync()
    session.release(table.mediator, "", key)
    table.sync()
    return key


def download(leaf: Leaf, on: str, action: str, fields: Fields) -> httpx.Response:
    """Fill in a form of a page and return the file it gives."""
    answer = leaf._ask("POST", action, leaf._stood(leaf.get(on), action, fields))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not answer.history
    return answer


# -- who knows what ------------------------------------------------------------------------------


def test_who_knows_what_sets_notes_against_parties(table: Mediation) -> None:
    leaf, at = Leaf(table.mediator), f"/c/{table.channel}/knows"
    page = leaf.get(at)
    assert "2 of 2 notes" in page
    assert "in the note&#39;s own words" in page or "in the note's own words" in page
    assert "nothing" in page
    found = leaf.get(f"{at}?words=FIVE+home&party=Iran")
    assert "1 of 2 notes" in found
    assert "4711" not in found
    assert "Nothing that was said fits" in leaf.get(f"{at}?words=gold")
    assert 'id="party-fault"' in leaf.get(f"{at}?party=Nobody", expect=422)


def test_a_party_is_not_shown_who_knows_what(table: Mediation) -> None:
    leaf, key = Leaf(table.parties["US"]), channel_of(table, "US")
    page = leaf.get(f"/c/{key}/knows", expect=422)
    assert "Iran" not in page
    assert "Five could go home." not in page
    assert "/knows" not in leaf.get(f"/c/{key}/due")


# -- due -----------------------------------------------------------------------------------------


def test_what_is_due_is_shown_with_whom_and_searched(table: Mediation) -> None:
    leaf, at = Leaf(table.mediator), f"/c/{table.channel}/due"
    page = leaf.get(at)
    assert "Doha" in page
    assert "1 of 1 dates" in page
    assert "note, for its conveyance" in page
    assert "Doha" not in leaf.get(f"{at}?words=geneva").partition("</form>")[2]


def test_a_party_sees_what_is_due_of_its_own_and_no_timing(table: Mediation) -> None:
    at = f"/c/{channel_of(table, 'Iran')}/due"
    page = Leaf(table.parties["Iran"]).get(at)
    assert "Nothing is due." in page
    assert "Doha" not in page
    assert "who waited" not in page
    assert "Doha" in Leaf(table.parties["US"]).get(f"/c/{channel_of(table, 'US')}/due")


def test_the_calendar_is_discreet_unless_names_are_asked_for(table: Mediation) -> None:
    leaf, at = Leaf(table.mediator), f"/c/{table.channel}/due"
    answer = download(leaf, at, f"{at}/calendar", {"alarm": "60"})
    assert answer.headers["content-type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (str(event["summary"]), "location" in event) == ("Appointment", False)
    assert len(event.walk("VALARM")) == 1
    named = download(leaf, at, f"{at}/calendar", {"named": "yes"})
    (event,) = Calendar.from_ical(named.content).walk("VEVENT")
    assert str(event["location"]) == "Doha"


@pytest.mark.parametrize("alarm", ["soon", "-5", "999999999999999999999", "٣"])
def test_a_reminder_that_is_no_number_is_refused_beside_its_field(
    table: Mediation, alarm: str
) -> None:
    leaf, at = Leaf(table.mediator), f"/c/{table.channel}/due"
    page = leaf.send(at, f"{at}/calendar", {"alarm": alarm, "named": "yes"}, expect=422)
    assert 'id="alarm-fault"' in page
    assert f'value="{alarm}"' in page
    assert 'value="yes" aria-describedby="named-hint" checked' in page


# -- the journal ---------------------------------------------------------------------------------


def test_the_journal_of_the_desk_is_shown_and_searched(table: Mediation) -> None:
    leaf, at = Leaf(table.mediator), f"/c/{table.channel}/journal"
    rows = session.journal(table.mediator)
    assert f"{len(rows)} of {len(rows)} lines" in leaf.get(at)
    assert rows[0].kind in leaf.get(at)
    assert "There is no such line." in leaf.get(f"{at}?words=zzz")


def test_a_partys_journal_names_no_other_party(table: Mediation) -> None:
    page = Leaf(table.parties["US"]).get(f"/c/{channel_of(table, 'US')}/journal")
    assert "Iran" not in page


# -- files that leave the desk -------------------------------------------------------------------


def test_the_mediators_export_is_its_whole_record_for_people_and_programs(
    table: Mediation,
) -> None:
    leaf, at = Leaf(table.mediator), f"/c/{table.channel}/export"
    fields = {"format": "markdown", "sure-readable": "yes"}
    answer = download(leaf, at, f"{at}/readable", fields)
    assert "4711" in answer.text
    assert answer.headers["content-disposition"].endswith('.md"')
    assert "Talks" not in answer.headers["content-disposition"]
    answer = download(leaf, at, f"{at}/readable", {**fields, "format": "json"})
    assert set(json.loads(answer.text)["caucuses"]) == {"Iran", "US"}


def test_a_partys_export_holds_its_own_caucus(table: Mediation) -> None:
    leaf, at = Leaf(table.parties["Iran"]), f"/c/{channel_of(table, 'Iran')}/export"
    answer = download(leaf, at, f"{at}/readable", {"format": "json", "sure-readable": "yes"})
    assert set(json.loads(answer.text)["caucuses"]) == {"Iran"}
    assert "4711" not in answer.text


def test_a_file_is_written_only_if_one_says_that_it_may_be_readable(table: Mediation) -> None:
    leaf, at = Leaf(table.mediator), f"/c/{table.channel}/export"
    page = leaf.send(at, f"{at}/readable", {"format": "json"}, expect=422)
    assert 'id="sure-readable-fault"' in page
    assert '<option value="json" selected>' in page
    page = leaf.send(at, f"{at}/readable", {"format": "exe", "sure-readable": "yes"}, expect=422)
    assert 'id="format-fault"' in page
    page = leaf.send(at, f"{at}/letters", {"sure-letters": "yes"}, expect=422)
    assert 'id="caucus-fault"' in page


def test_one_caucus_is_given_as_letters_that_open(table: Mediation) -> None:
    leaf, at = Leaf(table.mediator), f"/c/{table.channel}/export"
    fields = {"caucus": "US", "sure-letters": "yes"}
    file = read(download(leaf, at, f"{at}/letters", fields).content)
    assert file.letters
    leaf, at = Leaf(table.parties["US"]), f"/c/{channel_of(table, 'US')}/export"
    assert read(download(leaf, at, f"{at}/letters", {"sure-letters": "yes"}).content).letters


def test_an_accord_in_force_is_given_as_a_file_that_verifies(table: Mediation) -> None:
    leaf, at = Leaf(table.parties["US"]), f"/c/{channel_of(table, 'US')}/export"
    assert "No accord has come into force" in leaf.get(at)
    key = in_force(table)
    answer = download(leaf, at, f"{at}/accord", {"accord": key})
    assert verify(read_accord_file(answer.content), {}).finding is Finding.NOT_VOUCHED
    page = leaf.fill(leaf.get(at), f"{at}/accord", {"accord": ""}, expect=422)
    assert "choose an accord" in page
    leaf.fill(leaf.get(at), f"{at}/accord", {"accord": "f" * 32}, expect=422)


def test_the_same_form_gives_its_file_again_since_nothing_is_changed(table: Mediation) -> None:
    leaf, at = Leaf(table.mediator), f"/c/{table.channel}/due"
    fields = leaf._stood(leaf.get(at), f"{at}/calendar", {})
    first, second = (leaf._ask("POST", f"{at}/calendar", fields) for _ in range(2))
    assert first.content == second.content
    assert first.headers["content-type"] == second.headers["content-type"]


def test_no_file_comes_from_an_address_alone_or_from_a_form_of_elsewhere(table: Mediation) -> None:
    leaf, base = Leaf(table.mediator), f"/c/{table.channel}"
    for action in ("export/readable", "export/letters", "export/accord", "due/calendar"):
        answer = leaf._ask("GET", f"{base}/{action}")
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.url.path in {f"{base}/export", f"{base}/due"}
        assert "content-disposition" not in answer.headers
        forged = {"format": "json", "sure-readable": "yes", "mark": "forged.mark"}
        answer = leaf._ask("POST", f"{base}/{action}", forged)
        assert answer.status_code == 403
        assert "4711" not in answer.text
