"""Scripts: who says what, in plain lines or as JSON, and what is filled in."""

import json
from dataclasses import fields
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.channel.errors import MalformedError
from backchannel.channel.handling import FOR_THE_MEDIATOR_ONLY
from backchannel.channel.said import Said
from backchannel.channel.strict_json import read_json
from backchannel.desk import event_json, script
from backchannel.desk.caucus_export import Transcript
from backchannel.desk.script import ScriptError, read_script
from crossing import NOON
from test_forge import NAMES, SAMPLES

MINUTE = timedelta(minutes=1)


def read(data: bytes) -> Transcript:
    return read_script(data, NAMES, at=NOON, draw=lambda count: b"\xab" * count)


def test_plain_lines_are_said_in_their_order() -> None:
    said = read("party: We give in.\nAll of it.\n\nmediator:They know.\r\nparty: خوب".encode())
    assert [getattr(line.event, "text", "") for line in said.lines] == [
        "We give in.\nAll of it.",
        "They know.",
        "خوب",
    ]
    assert [line.from_party for line in said.lines] == [True, False, True]
    assert [line.event.at - NOON for line in said.lines] == [0 * MINUTE, MINUTE, 2 * MINUTE]
    assert [line.event.seen for line in said.lines] == [0, 1, 1]
    first = said.lines[0].event
    assert isinstance(first, Said)
    assert (first.note, first.handling) == ("ab" * 16, FOR_THE_MEDIATOR_ONLY)


def test_names_can_be_others() -> None:
    letters = [{"from": "mediator", "kind": "MediatorSaid", "text": "Yes."}]
    said = read(json.dumps({"title": "Other talks", "party": "Oman", "letters": letters}).encode())
    assert (said.title, said.mediator, said.party) == ("Other talks", "Qatar", "Oman")


@pytest.mark.parametrize("event", SAMPLES, ids=lambda event: type(event).__name__)
def test_every_kind_of_event_is_spelled_and_read_again(event: object) -> None:
    names = {f.name for f in fields(type(event))}  # type: ignore[arg-type]
    assert not names & {"from", "kind"}
    data = json.dumps(event_json.spelled(event)).encode()
    assert event_json.read(type(event), read_json(data, MalformedError)) == event


SAID = {"from": "party", "kind": "Said", "text": "We give in."}


def one(**other: object) -> bytes:
    return json.dumps({"letters": [{**SAID, **other}]}).encode()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no message"),
        (b" \n\n", "no message"),
        (b'{"letters": []}', "no message"),
        (b"Iran: We give in.", "line 1: a message begins with"),
        (b"party: \xff", "not UTF-8"),
        (b"{", "no JSON"),
        (b'{"letters": 5}', "a list is expected"),
        (b'{"letters": [], "says": ""}', "is no field"),
        (b'{"letters": [{"kind": "Said"}]}', "'from' is missing"),
        (b'{"letters": [{"from": "party"}]}', "'kind' is missing"),
        (b'{"title": "", "letters": [{"from": "party", "kind": "Said", "text": "a"}]}', "empty"),
        (b"party:", "empty"),
        (one(**{"from": "iran"}), "none of party, mediator"),
        (one(kind="Sued"), "'Sued' is none of"),
        (one(kind="MediatorSaid"), "'MediatorSaid' is none of"),
        (one(kind="Adhered"), "is no field of this"),
        (one(txt="a"), "'txt' is no field"),
        (one(text=5), "a text is expected"),
        (one(at="2023-09-18"), "no moment with its zone"),
        (one(at="2023-09-18T12:00"), "no moment with its zone"),
        (one(at="soon"), "no moment with its zone"),
        (one(at="0001-01-01T00:00+23:00"), "no moment with its zone"),
        (one(seen=1.5), "a whole number"),
        (one(seen=True), "a number is expected"),
        (one(seen=-1), "negative"),
        (one(note="12"), "letters, 1: an identifier"),
        (one(handling={"uses": ["all"]}), "one of author, nobody, mediator"),
        (one(handling={"ask_first": "yes"}), "true or false"),
        (one(kind="RulesAccepted", text=None), "'text' is no field"),
    ],
)
def test_what_cannot_be_played_is_told_with_its_place(data: bytes, why: str) -> None:
    with pytest.raises(ScriptError, match=why):
        read(data)


def test_keys_are_not_made_up() -> None:
    letter = {"from": "party", "kind": "RulesAccepted"}
    with pytest.raises(ScriptError, match="'signing_key' is missing"):
        read(json.dumps({"letters": [letter]}).encode())
    with pytest.raises(ScriptError, match="hexadecimal"):
        read(json.dumps({"letters": [{**letter, "signing_key": "key"}]}).encode())


@given(data=st.binary() | st.text().map(str.encode) | st.text().map(lambda t: one(text=t)))
def test_whatever_is_given_only_our_own_error_comes_out(data: bytes) -> None:
    try:
        said = read(data)
    except ScriptError:
        return
    assert read(json.dumps(script.written(said)).encode()) == said
