"""Agenda, rounds, communiques, calendar and timing from the command line, at every desk."""

import json
import re
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from backchannel.channel.agenda import Item, Phase
from backchannel.channel.errors import MalformedError
from backchannel.desk.commands.agenda_file import read_agenda, write_agenda
from backchannel.desk.errors import UsageError
from backchannel.desk.session import Topic
from desk_terminal import Terminal, contents, plain, talks

DESKS = ("us", "iran", "qatar")
AGENDA = """# What we talk about
[pause] Length of the pause
phase: proposals
option: 10 days
option: 30 days
raised by: US
shown to: US
shown to: Iran
text: What counts as a breach?
text:
text:   Overflights?

[funds] The funds
shown to: Iran
"""


@pytest.fixture(scope="module")
def unchanging(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A mediation with an agenda, a round and a communique, in which everything is refused."""
    terminal = talks(tmp_path_factory.mktemp("talks") / "home")
    set_agenda(terminal)
    terminal.do("qatar", "round", "call", "US", "--at", "2023-09-20 10:00", "--place", "Doha")
    terminal.do("qatar", "communique", "put", "We talked.", "--to", "US")
    terminal.sync("qatar", "us")
    return terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return talks(tmp_path / "home")


def set_agenda(terminal: Terminal) -> str:
    return plain(terminal.do("qatar", "agenda", "set", str(terminal.write("a.txt", AGENDA))))


# Agenda.


def test_the_agenda_is_set_from_a_file_and_each_party_sees_its_part(terminal: Terminal) -> None:
    assert "agenda is empty" in terminal.do("qatar", "agenda", "show")
    assert "No agenda is shown here yet" in terminal.do("us", "agenda", "show")
    assert "2 items. Shown anew to US, Iran." in set_agenda(terminal)
    terminal.sync("qatar", "us", "iran")
    page = plain(terminal.do("us", "agenda", "show"))
    assert "pause Length of the pause proposals 10 days; 30 days" in page
    assert "What counts as a breach?" in page
    assert "funds" not in page
    assert "raised by" not in page
    assert "The funds" in terminal.do("iran", "agenda", "show")
    assert plain(terminal.do("qatar", "agenda", "show", "US")) == page
    shown = json.loads(terminal.do("us", "agenda", "show", "--json"))
    assert [item["item"] for item in shown] == ["pause"]
    whole = json.loads(terminal.do("qatar", "agenda", "show", "--json"))
    assert [topic["shown_to"] for topic in whole] == [["US", "Iran"], ["Iran"]]
    assert "shows the agenda: Length of the pause" in plain(terminal.do("us", "caucus"))


def test_one_item_is_added_changed_moved_and_taken_off(terminal: Terminal) -> None:
    set_agenda(terminal)
    fly = ("fly", "Overflights", "--at", "1", "--raised-by", "US", "--phase", "set-aside")
    assert "No party is shown anything new" in plain(terminal.do("qatar", "agenda", "add", *fly))
    said = terminal.do("qatar", "agenda", "change", "fly", "--to", "US", "--title", "Flights")
    assert "Shown anew to US." in plain(said)
    options = ("--option", "day", "--option", "night", "--text", "Over land.")
    terminal.do("qatar", "agenda", "change", "fly", *options, "--raised-by", "")
    assert "place 3" in plain(terminal.do("qatar", "agenda", "move", "fly", "3"))
    said = terminal.do("qatar", "agenda", "phase", "fly", "proposals")
    assert "fly is in the phase proposals. Shown anew to US." in plain(said)
    page = plain(terminal.do("qatar", "agenda", "show"))
    assert "fly Flights proposals day; night the mediator US" in page
    terminal.do("qatar", "agenda", "change", "fly", "--to-nobody")
    assert "off the agenda" in terminal.do("qatar", "agenda", "remove", "fly")
    terminal.do("qatar", "agenda", "remove", "pause")
    terminal.sync("qatar", "us")
    assert "shows no agenda any more" in plain(terminal.do("us", "caucus"))


def test_an_agenda_written_to_a_file_is_read_as_the_same(
    terminal: Terminal, tmp_path: Path
) -> None:
    set_agenda(terminal)
    file = tmp_path / "written.txt"
    assert "not encrypted" in plain(terminal.do("qatar", "agenda", "export", str(file)))
    assert write_agenda(read_agenda(AGENDA)) == file.read_text()
    assert "just so already" in terminal.refused("qatar", "agenda", "set", str(file), code=2)


def test_a_party_raises_a_topic(terminal: Terminal) -> None:
    terminal.do("us", "agenda", "raise", "Overflights", "--text", "Soon.")
    terminal.sync("us", "qatar")
    page = plain(terminal.do("qatar", "caucus", "US"))
    assert "asks to put on the agenda: Overflights Soon." in page


JSON_AGENDA = {
    "items": [
        {"item": "pause", "title": "A pause", "options": ["a", "b"], "raised_by": "US"},
        {"item": "funds", "title": "Funds", "phase": "set aside", "shown_to": ["US"], "text": "x"},
    ]
}


def test_the_same_agenda_can_be_written_as_json() -> None:
    first, second = read_agenda(json.dumps(JSON_AGENDA))
    assert (first.item.options, first.raised_by, first.shown_to) == (("a", "b"), "US", ())
    assert (second.item.phase, second.shown_to, second.item.text) == (
        Phase.SET_ASIDE,
        ("US",),
        "x",
    )


lines = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=20)
names = st.text("abcXYZ 123:#", min_size=1, max_size=20).map(str.strip).filter(bool)


def an_item(**given: object) -> Topic | None:
    fields = {"shown_to": given.pop("shown_to"), "raised_by": given.pop("raised_by")}
    try:
        return Topic(item=Item(**given), **fields)  # type: ignore[arg-type]
    except MalformedError:
        return None


topics = st.builds(
    an_item,
    item=names,
    title=names,
    phase=st.sampled_from(Phase),
    options=st.lists(names, unique=True, max_size=3).map(tuple),
    text=st.lists(lines, max_size=3).map("\n".join),
    shown_to=st.lists(names, unique=True, max_size=3).map(tuple),
    raised_by=names | st.just(""),
)


@given(st.lists(topics.filter(bool), max_size=4).map(tuple))
def test_what_is_written_is_read_back(items: tuple[Topic, ...]) -> None:
    assert read_agenda(write_agenda(items)) == items


@given(st.text(max_size=60) | st.text('[]{}":,aeitms \n#', max_size=40))
def test_whatever_is_read_as_an_agenda_raises_our_own_errors_alone(text: str) -> None:
    with suppress(UsageError, MalformedError):
        read_agenda(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("phase: proposals", "line 1: an item begins with its short name in brackets"),
        ("[pause] A pause\nnonsense", "line 2: an item begins"),
        ("[pause] A pause\nshow to: US", "line 2: an item begins"),
        ("[pause]", "line 1: an item begins"),
        ("[pause] A\nphase: proposals\nphase: accord", "line 3: the item has a line 'phase'"),
        ("[pause] A\nphase: soon", "the item at line 1: 'soon' is no phase; there are: explor"),
        ("\n[pause] A\noption: 10 days", "the item at line 2: an issue has 2 to 30 options"),
        (f"[{'x' * 41}] A", "the item at line 1: the short name of an issue has at most 40"),
        ("{", "the file is no JSON"),
        ('{"items": 5}', "items: a list is expected"),
        ('{"items": [{"item": "a"}]}', "items, 1: the field 'title' is missing"),
        ('{"items": [{"item": "a", "title": "A", "phase": "soon"}]}', "items, 1, phase: 'soon'"),
        ('{"items": [], "more": 1}', "'more' is no field of this"),
        ("[]", "an object is expected"),
    ],
)
def test_an_agenda_file_with_a_fault_is_refused_with_the_place(text: str, words: str) -> None:
    with pytest.raises((UsageError, MalformedError)) as refused:
        read_agenda(text)
    assert words in str(refused.value)


# Rounds.


def test_a_round_is_called_answered_moved_and_recorded(terminal: Terminal) -> None:
    assert "No round" in terminal.do("us", "round", "list")
    call = ("round", "call", "US", "Iran", "--at", "2023-09-20 10:00", "--place", "Doha")
    key = terminal.id_of("qatar", *call, "--text", "At six.")
    terminal.sync("qatar", "us", "iran")
    page = plain(terminal.do("us", "caucus"))
    assert f"calls to round {key} on 2023-09-20 10:00 UTC, Doha At six." in page
    terminal.do("us", "round", "answer", key, "--coming", "--person", "Ann", "--person", "Bo")
    terminal.do("iran", "round", "answer", "--not-coming", "--text", "Not yet.")
    terminal.sync("us", "iran", "qatar")
    page = plain(terminal.do("qatar", "round", "list"))
    assert "2023-09-20 10:00 UTC, Doha: called At six." in page
    assert "US yes Ann, Bo" in page
    assert "Iran NO Not yet." in page
    assert "Iran" not in terminal.do("us", "round", "list")
    assert "does not come to round" in plain(terminal.do("iran", "caucus"))
    assert "comes to round" in plain(terminal.do("us", "caucus"))
    terminal.do("qatar", "round", "move", key, "--at", "2023-09-21", "--place", "Muscat")
    terminal.do("qatar", "round", "move", key, "--text", "At seven.")
    terminal.sync("qatar", "us")
    assert "no answer yet" in terminal.do("us", "round", "list")
    (known,) = json.loads(terminal.do("us", "round", "list", "--json"))
    assert (known["begins"], known["place"]) == ("2023-09-21T00:00:00+00:00", "Muscat")
    debrief = terminal.write("debrief.txt", "It went well.\n")
    held = ("round", "held", key, "--attended", "Ann", "--from", str(debrief))
    assert "Nobody is told" in terminal.do("qatar", *held)
    page = plain(terminal.do("qatar", "round", "list"))
    assert "Muscat: held" in page
    assert "Came: Ann Debrief: It went well." in page
    terminal.sync("qatar", "us")
    assert "went well" not in terminal.do("us", "round", "list")


def test_a_round_is_cancelled(terminal: Terminal) -> None:
    terminal.do("qatar", "round", "call", "US", "--at", "2023-09-20", "--place", "Doha")
    terminal.do("qatar", "round", "cancel", "--text", "The pilots strike.")
    terminal.sync("qatar", "us")
    assert "Doha: cancelled" in terminal.do("us", "round", "list")
    assert "The pilots strike." in terminal.do("us", "caucus")
    assert "was cancelled" in terminal.refused("us", "round", "answer", "--coming")


# Communiques.


def test_a_communique_is_agreed_to_held_and_released(terminal: Terminal) -> None:
    assert "No communique" in terminal.do("us", "communique", "show")
    limits = ("--not-before", "2023-09-19", "--holding-line", "No comment.", "--credit", "Qatar")
    put = ("communique", "put", "We talked.", "--to", "US", "--to", "Iran", *limits)
    key = terminal.id_of("qatar", *put)
    terminal.sync(*DESKS)
    assert f"puts communique {key}; the whole of it" in plain(terminal.do("us", "caucus"))
    terminal.do("us", "communique", "agree")
    terminal.do("iran", "communique", "withhold", "--text", "Not 'talked'.")
    terminal.sync(*DESKS)
    page = plain(terminal.do("qatar", "communique", "show"))
    assert "US agreed" in page
    assert "Iran withheld Not 'talked'." in page
    assert "Not to be said before 2023-09-19 00:00 UTC." in page
    assert "Iran" not in terminal.do("us", "communique", "show")
    before = contents(terminal, "qatar")
    assert "missing: Iran" in terminal.refused("qatar", "communique", "hold", "--yes")
    assert contents(terminal, "qatar") == before
    terminal.do("iran", "communique", "agree", key)
    terminal.sync(*DESKS)
    terminal.do("qatar", "communique", "hold", typed="yes\n")
    assert "from 2023-09-19" in terminal.refused("qatar", "communique", "release", "--yes")
    assert "not yes" in terminal.refused("qatar", "communique", "release", typed="no\n")
    terminal.clock.move(days=1)
    terminal.do("qatar", "communique", "release", typed="yes\n")
    terminal.sync(*DESKS)
    page = plain(terminal.do("us", "caucus"))
    assert f"the holding line of communique {key} is to be used" in page
    assert f"releases communique {key}" in page
    assert f"agrees to communique {key}" in page
    (known,) = json.loads(terminal.do("us", "communique", "show", "--json"))
    assert known["life"] == "released"
    assert "does not agree to communique" in plain(terminal.do("iran", "caucus"))


def test_a_communique_is_taken_back(terminal: Terminal) -> None:
    result = terminal.run("qatar", "communique", "put", "We talked.", "--to", "US")
    assert "no holding line" in plain(result.stderr)
    terminal.do("qatar", "communique", "withdraw")
    terminal.sync("qatar", "us")
    assert "communique: taken back" in terminal.do("us", "communique", "show")
    assert "no longer" in plain(terminal.do("us", "caucus"))


# What is due.


def test_what_is_due_next_is_shown_and_can_be_searched(terminal: Terminal) -> None:
    assert "Nothing is due." in terminal.do("us", "calendar")
    terminal.do("us", "say", f"Ready. {'x' * 200}", "--expires", "2023-09-18 12:00")
    for place, day in (("Doha", "2023-09-21"), ("Muscat", "2023-09-20")):
        terminal.do("qatar", "round", "call", "US", "--at", day, "--place", place)
    terminal.sync("us", "qatar")
    page = plain(terminal.run("us", "calendar", columns=240).stdout)
    assert "Talks: what is due, as of 2023-09-18 09:00 UTC" in page
    assert page.index("note may be used until") < page.index("Muscat") < page.index("Doha")
    assert "xxx [...]" in page
    found = plain(terminal.do("us", "calendar", "--find", "ROUND doha"))
    assert "Doha" in found
    assert "Muscat" not in found
    listed = json.loads(terminal.do("us", "calendar", "--json", "--find", "muscat"))
    assert [d["when"] for d in listed] == ["2023-09-20T00:00:00+00:00"]
    assert "US" in terminal.do("qatar", "calendar", "Talks")
    terminal.clock.move(days=30)
    assert "Nothing is due." in terminal.do("us", "calendar")


def test_a_step_that_is_overdue_is_marked(terminal: Terminal) -> None:
    step = {
        "id": "s1", "actor": "US", "action": "pauses", "beneficiary": "Iran",
        "category": "other", "planned": "2023-09-20",
    }  # fmt: skip
    draft = {
        "title": "A pause",
        "editions": [{"language": "en", "text": "Both pause."}],
        "parties": ["US", "Iran"],
        "steps": [step, {**step, "id": "s2", "planned": None}],
    }
    terminal.do("qatar", "accord", "draft", str(terminal.write("d.json", json.dumps(draft))))
    terminal.do("qatar", "accord", "put")
    terminal.sync(*DESKS)
    for desk in ("us", "iran"):
        terminal.do(desk, "accord", "adhere", "--yes")
    terminal.sync(*DESKS)
    terminal.do("qatar", "accord", "release")
    terminal.sync(*DESKS)
    page = plain(terminal.do("iran", "calendar"))
    assert "2023-09-20 step s1 US A pause: pauses" in page
    assert "no day named step s2 US" in page
    terminal.clock.move(days=5)
    assert "OVERDUE 2023-09-20 step s1 US" in plain(terminal.do("qatar", "calendar"))
    page = plain(terminal.do("us", "talks"))
    assert "accord" in page
    assert "implementation in force" in page


def test_the_calendar_file_says_that_it_leaves_the_desk(terminal: Terminal, tmp_path: Path) -> None:
    terminal.do("qatar", "round", "call", "US", "--at", "2023-09-20 10:00", "--place", "Doha")
    terminal.sync("qatar", "us")
    file, discreet = tmp_path / "us.ics", tmp_path / "discreet.ics"
    result = terminal.run("us", "calendar", "--out", str(file), "--alarm", "60")
    assert result.exit_code == 0
    assert "leaves this desk and is not encrypted" in plain(result.stderr)
    assert "where you meet" in plain(result.stderr)
    assert file.stat().st_mode & 0o777 == 0o600
    (event,) = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert str(event["summary"]) == "Round with Qatar"
    assert str(event["location"]) == "Doha"
    assert event.walk("VALARM")[0].decoded("trigger") == -timedelta(hours=1)
    result = terminal.run("us", "calendar", "--out", str(discreet), "--discreet")
    assert "learns the dates." in plain(result.stderr)
    assert not re.search(rb"Qatar|Doha|US\b|Round", discreet.read_bytes())
    written = file.read_bytes()
    assert "is there already" in terminal.refused("us", "calendar", "--out", str(file), code=2)
    assert file.read_bytes() == written


# How the talks stand, and the time things took.


def test_how_the_talks_stand_with_the_phase_of_each_topic(terminal: Terminal) -> None:
    assert "no topic and no accord" in terminal.do("us", "talks")
    set_agenda(terminal)
    terminal.sync("qatar", "us")
    page = plain(terminal.do("us", "talks"))
    assert page.startswith("The talks are open.")
    assert "topic pause Length of the pause proposals" in page
    terminal.do("qatar", "channel", "suspend")
    assert "The talks are suspended." in terminal.do("qatar", "talks")
    terminal.do("qatar", "channel", "close", "--how", "broken-down")
    terminal.sync("qatar", "us")
    for desk in ("us", "qatar"):
        assert "The talks are closed: broken down." in terminal.do(desk, "talks")
    assert json.loads(terminal.do("us", "talks", "--json"))["ended"] == "broken down"


def test_timing_shows_who_set_the_agenda_and_who_waits(terminal: Terminal) -> None:
    terminal.do("us", "agenda", "raise", "Length of the pause")
    terminal.do("us", "ask", "When?")
    terminal.sync("us", "qatar")
    terminal.clock.move(minutes=90)
    set_agenda(terminal)
    page = plain(terminal.do("qatar", "timing"))
    assert "pause Length of the pause US" in page
    assert "funds The funds the mediator" in page
    assert "1 h 30 min" in page
    assert "still" in page
    found = json.loads(terminal.do("qatar", "timing", "--json"))
    assert [item["raised_by"] for item in found["listed"]] == ["US", "the mediator"]
    assert sorted((w["who_waits"], w["minutes"]) for w in found["waited"] if w["minutes"]) == [
        ("party", 90)
    ]


# Bad input: one sentence, nothing changed.


@pytest.mark.parametrize(
    ("desk", "args", "told"),
    [
        ("qatar", ("agenda", "set", "nowhere"), (2, "cannot be read")),
        ("qatar", ("agenda", "add", "pause", "Again"), (1, "two items")),
        ("qatar", ("agenda", "add", "", "x"), (1, "a name is empty")),
        ("qatar", ("agenda", "add", "x", "y", "--option", "one"), (1, "2 to 30 options")),
        ("qatar", ("agenda", "add", "x", "y", "--to", "Peru"), (1, "no seat is named Peru")),
        ("qatar", ("agenda", "add", "x", "y", "--to", "US", "--to", "US"), (1, "each seat once")),
        ("qatar", ("agenda", "add", "x", "y", "--raised-by", "Peru"), (1, "no seat is named Peru")),
        ("qatar", ("agenda", "add", "x", "y", "--phase", "soon"), (2, "is no phase")),
        ("qatar", ("agenda", "add", "x", "y", "--at", "9"), (2, "the places 1 to 3")),
        ("qatar", ("agenda", "change", "pause"), (2, "nothing was changed")),
        ("qatar", ("agenda", "change", "pause", "--to", "US", "--to-nobody"), (2, "contradict")),
        ("qatar", ("agenda", "phase", "pause", "never"), (2, "is no phase")),
        ("qatar", ("agenda", "move", "pause", "0"), (2, "the places 1 to 2")),
        ("qatar", ("agenda", "remove", "peace"), (2, "there are: pause, funds")),
        ("qatar", ("agenda", "raise", "x"), (2, "desk of a party")),
        ("us", ("agenda", "raise", " "), (1, "a name is empty")),
        ("us", ("agenda", "raise", "x" * 121), (1, "120 are allowed")),
        ("us", ("agenda", "add", "x", "y"), (2, "desk of a mediator")),
        ("us", ("agenda", "export", "x"), (2, "desk of a mediator")),
        ("qatar", ("round", "call", "US", "--at", "soon", "--place", "x"), (2, "is no time")),
        ("qatar", ("round", "call", "US", "--at", "2020-01-01", "--place", "x"), (1, "to come")),
        ("qatar", ("round", "call", "Peru", "--at", "2024-01-01", "--place", "x"), (1, "Peru")),
        ("qatar", ("round", "call", "US", "US", "--at", "2024-01-01", "--place", "x"), (1, "once")),
        ("qatar", ("round", "call", "US", "--at", "2024-01-01", "--place", ""), (1, "is empty")),
        ("qatar", ("round", "move"), (2, "what is to change")),
        ("qatar", ("round", "move", "ffff", "--place", "x"), (2, "no round 'ffff'")),
        ("qatar", ("round", "held", "--debrief", "x", "--from", "y"), (2, "given twice")),
        ("qatar", ("round", "answer", "--coming"), (2, "desk of a party")),
        ("us", ("round", "answer"), (2, "coming")),
        ("us", ("round", "answer", "--not-coming", "--person", "Ann"), (1, "sends nobody")),
        ("us", ("round", "answer", "Oslo", "--coming"), (2, "no round 'Oslo'")),
        ("us", ("round", "cancel"), (2, "desk of a mediator")),
        ("iran", ("round", "answer", "--coming"), (2, "no round here yet")),
        ("qatar", ("communique", "put", "x"), (2, "--to")),
        ("qatar", ("communique", "put", " ", "--to", "US"), (1, "is empty")),
        ("qatar", ("communique", "put", "x", "--to", "US", "--to", "US"), (1, "each once")),
        ("qatar", ("communique", "put", "x", "--to", "US", "--not-before", "y"), (2, "is no time")),
        ("qatar", ("communique", "release", "--yes"), (1, "missing: US")),
        ("qatar", ("communique", "hold", "ffff", "--yes"), (2, "no communique 'ffff'")),
        ("iran", ("communique", "agree"), (2, "no communique here yet")),
        ("us", ("communique", "withdraw"), (2, "desk of a mediator")),
        ("us", ("calendar", "--discreet"), (2, "name one with --out")),
        ("us", ("calendar", "--alarm", "5"), (2, "name one with --out")),
        ("us", ("calendar", "--out", "x.ics", "--json"), (2, "leave them out")),
        ("us", ("calendar", "Peru"), (2, "no channel 'Peru'")),
        ("us", ("calendar", "--out", "/nowhere/x.ics"), (2, "cannot be written")),
        ("us", ("timing",), (2, "desk of a mediator")),
    ],
)
def test_what_is_refused_is_one_sentence_and_changes_nothing(
    unchanging: Terminal, desk: str, args: tuple[str, ...], told: tuple[int, str]
) -> None:
    code, words = told
    before = contents(unchanging, desk)
    assert words in unchanging.refused(desk, *args, code=code)
    assert contents(unchanging, desk) == before
