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
from backchannel.bargain.model import Forbidden, Required, Term
from backchannel.bargain.own_file import FORMAT, MAX_UNIT, read_space

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
        (changed("issues", 0, "integers", to={"from": 0, "to": 1}), "options or integers are"),
        (changed("issues", 0, to={"issue": "x"}), "issues, 1: options or integers are expected"),
        (changed("issues", 0, "options", to=["a", "a"]), "names the option 'a' twice"),
        (changed("issues", 1, "integers", "from", to=0.5), "a whole number is expected, not 0.5"),
        (changed("issues", 1, "integers", "to", to=-1), "a range goes up"),
        (changed("issues", 1, "integers", "step", to=0), "a range goes up"),
        (changed("issues", 1, "integers", "to", to=10**9), "a range goes up"),
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
    ],
)
def test_a_fault_is_told_with_its_place(change: Change, said: str) -> None:
    made = a_file()
    change(made)
    with pytest.raises(FileFaultError, match=r"^talks\.json: ") as fault:
        read(made)
    assert said in str(fault.value)


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
