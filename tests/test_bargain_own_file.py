"""The project's own file of a space: numbers as written, faults told with their place."""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.bargain.errors import BargainError, FileFaultError
from backchannel.bargain.exactly import MAX_UNIT
from backchannel.bargain.model import Forbidden, Required, Term
from backchannel.bargain.own_file import read_space
from backchannel.bargain.own_parts import FORMAT

EXAMPLE = Path(__file__).parent.parent / "cases" / "packages" / "us_iran_swap_2023.json"
Change = Callable[[dict[str, Any]], object]


def a_file() -> dict[str, Any]:
    return {
        "format": FORMAT,
        "issues": [
            {"issue": "pause", "options": ["none", "long"], "title": "A pause"},
            {"issue": "freed", "integers": {"from": 0, "to": 10, "step": 5}},
        ],
        "rules": [
            {"forbid": {"pause": "none", "freed": "10"}},
            {"when": {"pause": "none"}, "then": {"freed": "0"}},
        ],
        "parties": [
            {
                "party": "north",
                "reservation": 0.5,
                "values": {"pause": {"none": 0, "long": 0.1}, "freed": {"from": 0, "to": 3}},
                "terms": [{"options": {"pause": "long", "freed": "10"}, "value": -0.25}],
            },
            {
                "party": "south",
                "reservation": 1,
                "values": {"pause": {"none": 1, "long": 0}, "freed": {"0": 2, "5": 1, "10": 0}},
            },
        ],
        "table": {"pause": "long", "freed": "5"},
    }


def read(made: dict[str, Any]) -> Any:  # noqa: ANN401 - looked into by the tests
    return read_space(json.dumps(made).encode(), "talks.json")


def test_numbers_are_taken_as_they_are_written_and_made_whole() -> None:
    found = read(a_file())
    north, south = found.space.profiles
    assert (north.unit, south.unit) == (20, 1)
    assert north.values == ((0, 2), (0, 30, 60))
    assert north.reservation == 10
    assert north.terms == (Term(issues=("pause", "freed"), values={("long", "10"): -5}),)
    assert found.space.whole
    assert found.space.issues[1].numbers == (0, 5, 10)
    assert found.table == (1, 1)
    assert found.space.rules == (
        Forbidden(choices=(("pause", "none"), ("freed", "10"))),
        Required(when=(("pause", "none"),), then=(("freed", "0"),)),
    )


def test_a_range_of_real_numbers_stands_as_a_grid_and_says_how_far_it_can_be_off() -> None:
    made = a_file()
    made["issues"].append({"issue": "fee", "numbers": {"from": 0, "to": 2.5, "parts": 5}})
    made["parties"][0]["values"]["fee"] = {"points": {"0": 3, "1": 2.5, "2.5": 0}}
    made["parties"][1]["values"]["fee"] = {"from": 0, "to": 5}
    made["table"]["fee"] = "1.5"
    found = read(made)
    fee = found.space.issues[2]
    assert (fee.options, fee.spacing) == (("0", "0.5", "1", "1.5", "2", "2.5"), 0.5)
    north, south = found.space.profiles
    assert [north.points(v) for v in north.values[2]] == pytest.approx(
        [3, 2.75, 2.5, 5 / 3, 5 / 6, 0]
    )
    assert south.values[2] == (0, 1, 2, 3, 4, 5)
    assert north.points(north.rounding) == pytest.approx(0.25 * 2.5 / 1.5, abs=1 / 60)
    assert (south.rounding, south.unit) == (1, 1)  # a half, told as a whole unit
    made["issues"][2]["numbers"].pop("parts")
    made["table"]["fee"] = "0.025"
    assert len(read(made).space.issues[2].options) == 101


def test_numbers_without_a_common_unit_stay_real() -> None:
    made = a_file()
    made["parties"][1]["values"]["pause"]["none"] = 1 + 1 / (MAX_UNIT * 3)
    found = read(made)
    assert not found.space.profiles[1].whole
    assert found.space.profiles[1].unit == 1
    made["parties"][1]["values"]["pause"]["none"] = 9e11 + 0.5
    assert read(made).space.profiles[1].unit == 1


def test_what_may_be_left_out_can_be_left_out() -> None:
    made = a_file()
    del made["rules"], made["table"], made["issues"][0]["title"]
    found = read(made)
    assert (found.scale, found.table, found.space.rules) == ("", None, ())


def test_the_example_says_that_its_values_are_illustrative() -> None:
    found = read_space(EXAMPLE.read_bytes(), EXAMPLE.name)
    assert "illustrative" in found.scale
    assert found.table is not None
    assert found.space.possible(found.table)


def changed(*path: Any, to: Any) -> Change:  # noqa: ANN401 - any JSON
    def change(made: dict[str, Any]) -> None:
        inner: Any = made
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = to

    return change


NORTH = ("parties", 0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (changed("format", to="backchannel-bargain/9"), "format: 'backchannel-bargain/1' is exp"),
        (changed("issues", 0, "integers", to={"from": 0, "to": 1}), "1: one of these is expected"),
        (changed("issues", 0, to={"issue": "x"}), "issues, 1: one of these is expected: opt"),
        (changed("issues", 0, "options", to=["a", "a"]), "names the option 'a' twice"),
        (changed("issues", 1, "integers", "from", to=0.5), "a whole number is expected, not 0.5"),
        (changed("issues", 1, "integers", "to", to=-1), "is no range: it goes up, in steps fr"),
        (changed("issues", 1, "integers", "step", to=0), "is no range: it goes up, in steps fr"),
        (changed("issues", 1, "integers", "to", to=10**9), "is no range: it goes up, in steps fr"),
        (changed(*NORTH, "values", "oil", to={}), "parties, 1, values: 'oil' is no issue"),
        (changed(*NORTH, "values", to={}), "'pause' is missing; there are: pause, freed"),
        (changed(*NORTH, "values", "pause", to={"none": 1}), "pause: the option 'long' has no val"),
        (changed(*NORTH, "values", "pause", "some", to=1), "'some' is no option; there are: none"),
        (changed(*NORTH, "values", "pause", "none", to="x"), "none: a number is expected, not a t"),
        (changed(*NORTH, "values", "pause", "none", to=True), "a number is expected"),
        (changed(*NORTH, "reservation", to=40), "reservation: 40 is off the scale: packages are"),
        (changed(*NORTH, "reservation", to=-1), "-1 is off the scale"),
        (changed(*NORTH, "terms", 0, "options", to={}), "two or more different issues"),
        (changed("rules", 0, to={"forbid": {}}), "forbids everything"),
        (changed("rules", 0, to={"when": {}}), "the field 'then' is missing"),
        (changed("table", to={"pause": "long"}), "the package names no option for: freed"),
        (changed("parties", to=[]), "1 to 10 parties"),
        (changed("issues", 0, "issue", to="freed"), "issues: the issue 'freed' is given twice"),
        (changed(*NORTH, "values", "freed", to={"points": {"0": 1}}), "freed, points: the values"),
        (changed(*NORTH, "values", "freed", to={"points": {"x": 1}}), "points: 'x' is no number"),
        (
            changed(*NORTH, "values", "freed", to={"10": 1, "7": 2}),
            "'7' is no option; there are: 0",
        ),
        (changed(*NORTH, "known", to=[{}]), "parties, 1, known, 1: a statement has one field"),
        (changed("prior", to={"from": 0, "to": 2}), "prior, to: 2 is not between 0 and 1"),
    ],
)
def test_a_fault_is_told_with_its_place(change: Change, said: str) -> None:
    made = a_file()
    change(made)
    with pytest.raises(FileFaultError, match=r"^talks\.json: ") as fault:
        read(made)
    assert said in str(fault.value)


def test_a_grid_cannot_be_valued_number_by_number() -> None:
    made = a_file()
    made["issues"] = [{"issue": "fee", "numbers": {"from": 0, "to": 1, "parts": 1}}]
    made["parties"] = [{"party": "n", "reservation": 0, "values": {"fee": {"0": 0, "1": 1}}}]
    del made["rules"], made["table"]
    with pytest.raises(FileFaultError, match="fee: from and to, or points, are expected"):
        read(made)


@settings(max_examples=200)
@given(st.binary(max_size=100) | st.text(max_size=60).map(str.encode))
def test_arbitrary_bytes_give_one_sentence(data: bytes) -> None:
    with pytest.raises(BargainError):
        read_space(data, "talks.json")


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@settings(max_examples=300)
@given(data=st.data())
def test_a_file_with_anything_in_the_place_of_anything_is_read_or_refused(
    data: st.DataObject,
) -> None:
    made = a_file()
    inner: Any = made
    while True:
        keys = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(inner[key], dict | list) or not inner[key] or data.draw(st.booleans()):
            break
        inner = inner[key]
    inner[key] = data.draw(json_values)
    with suppress(BargainError):
        read(made)
