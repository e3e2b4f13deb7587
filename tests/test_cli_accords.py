"""An accord on the command line: drafted from a file or a case, adhered to, kept, verified."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.channel.accord import AccordForm
from backchannel.channel.plain import AccordError
from backchannel.desk.commands.draft_file import read_draft
from backchannel.desk.commands.marks_file import read_marks
from backchannel.desk.errors import UsageError
from desk_terminal import Terminal, contents, plain, talks

CASE = Path(__file__).parent.parent / "cases" / "us_iran_swap_2023.json"
DESKS = ("us", "iran", "qatar")
Change = Callable[[dict[str, Any]], object]


def a_draft() -> dict[str, Any]:
    return {
        "title": "A pause",
        "form": "declaration",
        "editions": [{"language": "en", "text": "Both pause."}],
        "parties": ["US", "Iran"],
        "steps": [a_step("s1"), a_step("s2", requires=["s1"], planned="2023-09-18")],
        "affected": [{"who": "families", "heard": False}],
        "credit": "Qatar",
        "earliest_release": "2027-01-01",
    }


def a_step(key: str, **more: object) -> dict[str, object]:
    return {
        "id": key, "actor": "US", "action": "pauses", "beneficiary": "Iran", "category": "other",
        **more,
    }  # fmt: skip


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return talks(tmp_path / "home")


def put(terminal: Terminal) -> None:
    file = terminal.write("draft.json", json.dumps(a_draft()))
    terminal.do("qatar", "accord", "draft", str(file))
    assert "put to US, Iran" in terminal.do("qatar", "accord", "put", "A pause")
    terminal.sync(*DESKS)


def in_force(terminal: Terminal) -> None:
    put(terminal)
    for desk in ("us", "iran"):
        terminal.do(desk, "accord", "adhere", "--yes")
    terminal.sync(*DESKS)
    terminal.do("qatar", "accord", "release")
    terminal.sync(*DESKS)


def fingerprints(terminal: Terminal) -> dict[str, str]:
    """Return the fingerprint that each desk shows as its own."""
    found = {}
    for name, desk in (("US", "us"), ("Iran", "iran"), ("Qatar", "qatar")):
        own = terminal.do(desk, "accord", "keys").split("your own")[1]
        found[name] = re.findall(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", own)[0]
    return found


def test_an_accord_is_adhered_to_kept_and_verified(terminal: Terminal, tmp_path: Path) -> None:
    in_force(terminal)
    file = tmp_path / "accord.json"
    terminal.do("us", "accord", "export", str(file))
    result = terminal.run("", "accord", "verify", str(file))
    assert result.exit_code == 1
    assert "signatures hold, keys NOT vouched for" in result.stdout
    keys = fingerprints(terminal)
    vouched = [part for name, key in keys.items() for part in ("--key", f"{name}={key}")]
    shown = terminal.do("", "accord", "verify", str(file), *vouched)
    assert shown.startswith("signatures hold and each key is vouched for\n")
    assert all(key in shown for key in keys.values())


def test_a_file_that_was_altered_does_not_hold(terminal: Terminal, tmp_path: Path) -> None:
    in_force(terminal)
    file = tmp_path / "accord.json"
    terminal.do("us", "accord", "export", str(file))
    file.write_text(file.read_text().replace("Both pause.", "US pauses. "[:-1]))
    result = terminal.run("", "accord", "verify", str(file))
    assert result.exit_code == 1
    assert result.stdout.startswith("does not hold")
    file.write_text("{}")
    terminal.refused("", "accord", "verify", str(file))
    for wrong in ("US", "=x", "US="):
        assert "vouches for nobody" in terminal.refused(
            "", "accord", "verify", str(file), "--key", wrong, code=2
        )


def test_who_adheres_sees_what_is_signed_and_types_the_partys_name(terminal: Terminal) -> None:
    put(terminal)
    before = contents(terminal, "iran")
    assert "not Iran" in terminal.refused("iran", "accord", "adhere", typed="US\n")
    assert contents(terminal, "iran") == before
    result = terminal.run("iran", "accord", "adhere", typed="Iran\n")
    assert result.exit_code == 0
    page = plain(result.output)
    assert "Backchannel accord 1" in page
    assert "Both pause." in page
    assert all(key in page for key in fingerprints(terminal).values())
    assert "A signature cannot be taken back." in page
    terminal.refused("qatar", "accord", "adhere", code=2)


def test_an_accord_is_signed_for_a_verified_mediator_only(tmp_path: Path) -> None:
    terminal = talks(tmp_path / "home", [("US", "us")])
    terminal.joined("Iran", "iran")
    file = terminal.write("draft.json", json.dumps(a_draft()))
    terminal.do("qatar", "accord", "draft", str(file))
    assert "have not been compared" in terminal.refused("qatar", "accord", "put")
    terminal.do("qatar", "accord", "put", "--override", "time presses")
    terminal.sync(*DESKS)
    assert "have not been compared" in terminal.refused("iran", "accord", "adhere", "--yes")


def test_a_refusal_is_for_the_mediator_alone(terminal: Terminal) -> None:
    put(terminal)
    terminal.do("iran", "accord", "decline", "--text", "Not yet")
    terminal.sync(*DESKS)
    assert "US undecided, Iran declined" in plain(terminal.do("qatar", "accord", "show"))
    assert "declines 'A pause'" in plain(terminal.do("qatar", "caucus", "Iran"))
    assert "declined" not in terminal.do("us", "accord", "show")
    assert "adhered" in terminal.refused("qatar", "accord", "release")
    terminal.do("qatar", "accord", "withdraw")
    terminal.sync(*DESKS)
    assert "withdrawn" in terminal.do("us", "accord", "list")


def test_steps_are_reported_marked_disputed_and_listed(terminal: Terminal) -> None:
    in_force(terminal)
    report = terminal.id_of("us", "step", "report", "s1", "--done-on", "2023-09-18")
    terminal.do("iran", "step", "confirm", "s1")
    terminal.do("iran", "step", "dispute", "s2", "--text", "Nothing was done")
    terminal.do("us", "step", "report", "s2", "--doing", "not-done")
    terminal.sync(*DESKS)
    given = ("--who", "US", "--done-on", "2023-09-18", "--report", report, "--source", "QNA")
    terminal.do("qatar", "step", "mark", "s1", "reported", *given)
    terminal.do("qatar", "step", "mark", "s1", "verified", "--who", "Iran")
    terminal.sync(*DESKS)
    page = plain(terminal.do("iran", "step", "list"))
    assert "s1 US pauses verified 2023-09-18 Iran" in page
    assert "s2 US pauses promised" in page
    rows = json.loads(terminal.do("iran", "step", "list", "--json"))
    assert rows["steps"]["s1"]["state"] == "verified"
    caucus = plain(terminal.do("qatar", "caucus", "US"))
    assert "reports step s1 of 'A pause'" in caucus
    assert "done, done on 2023-09-18" in caucus
    assert "source: QNA" in caucus
    iran = plain(terminal.do("qatar", "caucus", "Iran"))
    assert "confirms step s1" in iran
    assert "disputes step s2" in iran
    terminal.do("qatar", "accord", "end", "--text", "Broken")
    terminal.sync(*DESKS)
    assert "has ended" in plain(terminal.do("us", "caucus"))


def test_many_marks_are_entered_from_a_file_or_none(terminal: Terminal) -> None:
    in_force(terminal)
    heading = "step,mark,who,done_on,source\n"
    good = heading + "s1,reported,US,2023-09-18,QNA\ns2,lapsed,Qatar,,\n"
    wrong = heading + "s1,reported,US,2023-09-18,QNA\ns9,reported,US,2023-09-18,\n"
    before = contents(terminal, "qatar")
    mark = ("step", "mark", "--from")
    terminal.refused("qatar", *mark, str(terminal.write("wrong.csv", wrong)))
    assert contents(terminal, "qatar") == before
    terminal.do("qatar", *mark, str(terminal.write("good.csv", good)))
    terminal.sync(*DESKS)
    page = plain(terminal.do("us", "accord", "show"))
    assert "s1 US pauses reported 2023-09-18 US; QNA" in page
    assert "s2 US pauses lapsed" in page
    terminal.refused("qatar", "step", "mark", "s1", code=2)


def test_a_case_is_drafted_with_its_steps(terminal: Terminal) -> None:
    given = ("accord", "draft", "--case", str(CASE), "--parties", "US, Iran")
    key = terminal.id_of("qatar", *given)
    listed = json.loads(terminal.do("qatar", "accord", "list", "--json"))
    assert len(listed[0]["accord"]["steps"]) == 15
    words = terminal.write("words.txt", "Both sides do what is listed.\n")
    unsigned = ("--text", str(words), "--form", "understanding", "--redraft", key)
    terminal.do("qatar", *given, *unsigned)
    page = plain(terminal.do("qatar", "accord", "show", key))
    assert "Both sides do what is listed." in page
    assert "understanding" in page
    terminal.refused("qatar", "accord", "draft", code=2)
    assert "no seat is named" in terminal.refused("qatar", *given[:4], "--parties", "US,Oman")


def test_without_an_accord_it_is_said_that_there_is_none(terminal: Terminal) -> None:
    assert "no accord here yet" in terminal.do("us", "accord", "list")
    for command in ("show", "adhere", "decline"):
        assert "there is no accord here yet" in terminal.refused("us", "accord", command, code=2)
    put(terminal)
    terminal.refused("us", "accord", "export", "never.json")
    assert not Path("never.json").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d.pop("title"), "the field 'title' is missing"),
        (lambda d: d.update(secret=1), "'secret' is no field of this"),
        (lambda d: d.update(title=5), "title: a text is expected, not a number"),
        (lambda d: d.update(form="treaty"), "form: 'treaty' is not known; there are declaration"),
        (lambda d: d["editions"][0].pop("text"), "editions, 1: the field 'text' is missing"),
        (lambda d: d["editions"][0].update(language="English"), "edition, language: 'English'"),
        (lambda d: d["affected"][0].update(heard="yes"), "heard: true or false is expected"),
        (lambda d: d["steps"][1].pop("actor"), "step s2: the field 'actor' is missing"),
        (lambda d: d["steps"][1].update(requires=["s9"]), "step s2, requires: there is no step"),
        (lambda d: d["steps"][0].update(category="gift"), "step s1, category: 'gift'"),
        (lambda d: d["steps"][1].update(planned="soon"), "step s2, planned: 'soon' is no date"),
        (lambda d: d["steps"].append(3), "steps, 3: an object is expected"),
        (lambda d: d.update(earliest_release=7), "earliest_release: a text is expected"),
    ],
)
def test_a_faulty_draft_is_told_by_its_field(change: Change, said: str) -> None:
    draft = a_draft()
    change(draft)
    with pytest.raises(AccordError) as refused:
        read_draft(json.dumps(draft).encode())
    assert said in str(refused.value)


def test_a_draft_needs_only_a_title_a_text_and_parties() -> None:
    short = {key: a_draft()[key] for key in ("title", "editions", "parties")}
    draft = read_draft(json.dumps(short).encode())
    assert draft.form is AccordForm.DECLARATION
    assert draft.steps == ()
    assert draft.earliest_release is None
    short["earliest_release"] = None
    short["steps"] = [a_step("s1", planned=None)]
    assert read_draft(json.dumps(short).encode()).steps[0].planned is None


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_whatever_the_file_holds_the_answer_is_a_sentence(data: bytes) -> None:
    with pytest.raises(AccordError):
        read_draft(data)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r"line 1: the headings \(none\) do not fit"),
        ("step,mark\n", "line 1: the headings step, mark do not fit"),
        ("step,mark,who,why\n", "do not fit"),
        ("step,mark,who,who\n", "do not fit"),
        ("step,mark,who\n", "holds no mark"),
        ("step,mark,who\ns1,done,US\n", "line 2, mark: 'done' is not one of reported, verified"),
        ("step,mark,who,done_on\ns1,reported,US,soon\n", "line 2, done_on: 'soon' is no date"),
        ("step,mark,who\ns1,reported\n", "line 2: it has not as many cells"),
        ("step,mark,who\ns1,reported,US,x\n", "line 2: it has not as many cells"),
        ('step,mark,who\ns1,"reported" x,US\n', "this is no CSV"),
    ],
)
def test_a_faulty_list_of_marks_is_told_by_its_line(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_marks(text)
