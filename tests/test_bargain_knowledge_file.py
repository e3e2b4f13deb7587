"""What is known in part, from a file: statements, with faults told at their place."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.bargain.conflict import consistent
from backchannel.bargain.errors import BargainError, FileFaultError
from backchannel.bargain.knowledge_file import KnowledgeFile, read_knowledge
from backchannel.bargain.own_file import read_space
from backchannel.bargain.own_parts import FORMAT
from backchannel.bargain.statements import (
    Accepted,
    Ends,
    MattersMore,
    Order,
    Prefers,
    PrefersPackage,
    Prior,
    Refused,
    Reservation,
    Value,
    Weight,
    Worth,
)
from test_bargain_own_file import EXAMPLE, a_file, changed

HERE = {"pause": "none", "freed": "0"}
THERE = {"pause": "long", "freed": "10"}
ONE, OTHER = tuple(HERE.items()), tuple(THERE.items())
SAID: list[dict[str, Any]] = [
    {"prefers": {"issue": "pause", "option": "long", "to": "none"}},
    {"order": {"issue": "freed", "options": ["10", "5", "0"]}},
    {"ends": {"issue": "pause", "best": "long"}},
    {"matters_more": {"issue": "pause", "than": "freed"}},
    {"weight": {"issue": "pause", "from": 0.5, "to": 0.9}},
    {"value": {"issue": "freed", "option": "5", "from": 0.1, "to": 0.6}},
    {"worth": {"package": THERE, "from": 0.5, "to": 1}},
    {"reservation": {"from": 0.1, "to": 0.7}},
    {"prefers_package": {"package": THERE, "to": HERE}},
    {"accepted": THERE},
    {"refused": HERE},
]


def known_file() -> dict[str, Any]:
    made = a_file()
    del made["rules"]
    return {
        **made,
        "format": FORMAT,
        "name": "Talks",
        "scale": "shares",
        "prior": {"from": 0, "to": 0.8},
        "parties": [
            {"party": "north", "known": json.loads(json.dumps(SAID))},
            {
                "party": "south",
                "reservation": 1,
                "values": {"pause": {"none": 1, "long": 0}, "freed": {"from": 2, "to": 0}},
                "known": [{"accepted": HERE}],
            },
        ],
    }


def read(made: dict[str, Any]) -> KnowledgeFile:
    return read_knowledge(json.dumps(made).encode(), "talks.json")


def test_each_kind_of_statement_is_read() -> None:
    found = read(known_file())
    assert found.name == "Talks"
    assert found.table == (1, 1)
    assert found.knowledge.prior == Prior(low=0, high=0.8)
    assert found.knowledge.parties["north"] == (
        Prefers(issue="pause", option="long", to="none"),
        Order(issue="freed", options=("10", "5", "0")),
        Ends(issue="pause", best="long"),
        MattersMore(issue="pause", than="freed"),
        Weight(issue="pause", low=0.5, high=0.9),
        Value(issue="freed", option="5", low=0.1, high=0.6),
        Worth(package=OTHER, low=0.5, high=1),
        Reservation(low=0.1, high=0.7),
        PrefersPackage(package=OTHER, to=ONE),
        Accepted(package=OTHER),
        Refused(package=ONE),
    )


def test_values_become_what_is_known_exactly() -> None:
    known = read(known_file()).knowledge.parties["south"]
    assert known == (
        Weight(issue="pause", low=1 / 3, high=1 / 3),
        Value(issue="pause", option="none", low=1, high=1),
        Value(issue="pause", option="long", low=0, high=0),
        Weight(issue="freed", low=2 / 3, high=2 / 3),
        Value(issue="freed", option="0", low=1, high=1),
        Value(issue="freed", option="5", low=0.5, high=0.5),
        Value(issue="freed", option="10", low=0, high=0),
        Reservation(low=1 / 3, high=1 / 3),
        Accepted(package=ONE),
    )


def test_an_issue_without_a_swing_says_nothing_of_its_options() -> None:
    made = known_file()
    made["parties"][1]["values"]["pause"] = {"none": 1, "long": 1}
    assert len(read(made).knowledge.parties["south"]) == 1 + 1 + 3 + 1 + 1


def test_what_a_file_says_of_everybody_does_not_contradict_itself() -> None:
    consistent(read(known_file()).knowledge)


def test_a_file_of_values_alone_is_read_too_and_can_leave_much_out() -> None:
    made = known_file()
    del made["prior"], made["table"], made["name"], made["parties"][1]["known"]
    made["rules"] = [{"forbid": HERE}]
    found = read(made)
    assert (found.name, found.table, found.knowledge.prior) == ("", None, Prior())
    assert len(found.knowledge.rules) == 1


def test_a_space_needs_values_and_leaves_aside_what_else_is_known() -> None:
    made = known_file()
    with pytest.raises(FileFaultError, match="parties, 1: only what is known in part is given"):
        read_space(json.dumps(made).encode(), "talks.json")
    made["parties"] = made["parties"][1:]
    found = read_space(json.dumps(made).encode(), "talks.json")
    assert found.space.parties == ("south",)


def test_terms_are_no_knowledge_of_single_issues() -> None:
    with pytest.raises(FileFaultError, match="parties, 1, terms: cannot be part of what is known"):
        read_knowledge(EXAMPLE.read_bytes(), EXAMPLE.name)


NORTH, SOUTH = ("parties", 0), ("parties", 1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (changed(*NORTH, "known", 0, to={}), "known, 1: a statement has one field of these: pref"),
        (changed(*NORTH, "known", 0, to={"likes": {}}), "known, 1: a statement has one field of"),
        (changed(*NORTH, "known", 0, "prefers", "to", to="long"), "known, 1: an option cannot be"),
        (changed(*NORTH, "known", 0, "prefers", "to", to="gone"), "has no option 'gone'"),
        (
            changed(*NORTH, "known", 1, "order", "options", to=["5"]),
            "known, 2: an order on 'freed'",
        ),
        (changed(*NORTH, "known", 4, "weight", "to", to=3), "weight, to: 3 is not between 0 and 1"),
        (
            changed(*NORTH, "known", 4, "weight", "to", to=0.1),
            "known, 5: the range 0.5 to 0.1 is n",
        ),
        (
            changed(*NORTH, "known", 9, "accepted", to={"pause": "long"}),
            "names no option for: freed",
        ),
        (changed(*NORTH, "known", to=None), "known: a list is expected, not null"),
        (changed(*NORTH, to={"party": "north"}), "parties, 1: the field 'known' is missing"),
        (changed(*SOUTH, "party", to="north"), "parties, 2: the party 'north' is given twice"),
        (changed(*SOUTH, "reservation", to=9), "reservation: 9 is off the scale"),
        (changed("prior", to={"from": 1, "to": 0}), "prior: the range 1.0 to 0.0 is none"),
        (changed("issues", 1, "issue", to="pause"), "issues: the issue 'pause' is given twice"),
    ],
)
def test_a_fault_is_told_with_its_place(change: Any, said: str) -> None:  # noqa: ANN401 - see changed
    made = known_file()
    change(made)
    with pytest.raises(FileFaultError, match=r"^talks\.json: ") as fault:
        read(made)
    assert said in str(fault.value)


def test_values_that_are_all_alike_are_no_knowledge() -> None:
    made = known_file()
    made["parties"][1] |= {
        "reservation": 0,
        "values": {"pause": {"none": 0, "long": 0}, "freed": {"from": 0, "to": 0}},
    }
    with pytest.raises(FileFaultError, match="parties, 2, values: make all packages alike"):
        read(made)


@settings(max_examples=100)
@given(st.binary(max_size=100))
def test_arbitrary_bytes_give_one_sentence(data: bytes) -> None:
    with pytest.raises(BargainError):
        read_knowledge(data, "talks.json")
