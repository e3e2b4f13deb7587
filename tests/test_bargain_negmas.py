"""NegMAS folders: utilities equal to those that NegMAS itself computed, faults with their place.

`scenarios/harbour_negmas` was written by NegMAS 0.16 from values made up here, and `_utilities`
holds what it made of every package of a grid.
"""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.bargain.errors import BargainError, FileFaultError
from backchannel.bargain.negmas_file import read_negmas
from backchannel.bargain.own_file import SpaceFile

FOLDER = Path(__file__).parent / "scenarios" / "harbour_negmas"
FILES = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir())}
DOMAIN, NORTH, SOUTH = (FILES[f"{name}.yml"] for name in ("harbour", "north", "south"))


def harbour(**changed: bytes) -> SpaceFile:
    files = {**FILES, **{f"{name}.yml": data for name, data in changed.items()}}
    return read_negmas(files, "harbour", parts=4)


def test_every_package_is_worth_what_negmas_says() -> None:
    space = harbour().space
    assert (space.name, space.parties) == ("harbour", ("north", "south"))
    rows = json.loads(FILES["_utilities.json"])
    assert len(rows) == space.count == 225
    for options, expected in rows:
        named = dict(zip([issue.issue for issue in space.issues], options, strict=True))
        utilities = space.utilities(space.package(named))
        points = [p.points(u) for p, u in zip(space.profiles, utilities, strict=True)]
        assert points == pytest.approx(expected, abs=1e-12)


def test_no_reservation_value_is_that_of_the_worst_package_and_is_said() -> None:
    found = harbour()
    north, south = found.space.profiles
    assert north.points(north.reservation) == 0.9
    assert south.points(south.reservation) == pytest.approx(3 * 0.2 + 1 * 0 + 2 * 0 + 0.3)
    assert found.scale == (
        "utilities as NegMAS computes them, each party on its own scale; "
        "south has no reservation value"
    )
    for written in (b"null", b"-Infinity"):
        again = harbour(south=SOUTH.replace(b"-.inf", written))
        assert again.space.profiles[1].reservation == south.reservation
    left_out = harbour(south=SOUTH.replace(b"reserved_value: -.inf\n", b""))
    assert left_out.space.profiles[1].reservation == south.reservation


def test_a_grid_can_be_off_by_half_a_step_times_slope_and_weight() -> None:
    north, south = harbour().space.profiles
    assert north.rounding / north.unit == pytest.approx(0.25 * 0.5 * 0.2)
    assert south.rounding / south.unit == pytest.approx(0.25 * 1 * 2)


def test_the_same_as_json_with_names_instead_of_places() -> None:
    named = {
        "type": "negmas.preferences.LinearUtilityAggregationFunction",
        "reserved_value": 1.5,
        "bias": 1,
        "weights": {"years": 1, "fee": 1, "berths": 1, "flag": 1},
        "values": {
            "years": {"type": "TableFun", "mapping": {"10": 0, "20": 1, "40": 2}},
            "fee": {"type": "LinearFun"},
            "berths": {"type": "ConstFun", "bias": 0},
            "flag": {"type": "TableFun", "mapping": {"north": 0, "south": 3, "both": 4}},
        },
    }
    found = read_negmas({"d.yml": DOMAIN, "u.json": json.dumps(named).encode()}, "x", parts=4)
    space = found.space
    package = space.package({"flag": "both", "berths": "2", "fee": "1.5", "years": "20"})
    assert space.profiles[0].points(space.utility(0, package)) == 1 + 4 + 0 + 1.5 + 1


def test_functions_of_numbers_alone_are_read() -> None:
    domain = b"""
        issues:
        - {name: 1, type: ContiguousIssue, values: [0, 2]}
        - {name: right, type: DiscreteCardinalIssue, values: [0.5, 2.5]}
    """
    affine = b"type: AffineUtilityFunction\nweights: [2, -1]\nbias: 10\nreserved_value: 9"
    plain = b"type: LinearUtilityFunction\nweights: null"
    space = read_negmas({"d.yml": domain, "a.yml": affine, "b.yml": plain}, "x").space
    package = space.package({"1": "2", "right": "2.5"})
    points = [p.points(u) for p, u in zip(space.profiles, space.utilities(package), strict=True)]
    assert points == [10 + 2 * 2 - 2.5, 2 + 2.5]
    assert space.name == "x"


def test_truth_values_and_unordered_numbers_are_options_too() -> None:
    domain = b"issues: [{name: a, type: CategoricalIssue, values: [true, false, 3, 1]}]"
    table = b"{true: 1, false: 2, 3: 3, 1: 4}"
    ufun = b"type: LinearAdditiveUtilityFunction\nvalues: [{type: TableFun, mapping: %b}]" % table
    space = read_negmas({"d.yml": domain, "u.yml": ufun}, "x").space
    assert space.issues[0].options == ("true", "false", "3", "1")
    assert space.profiles[0].values == ((1, 2, 3, 4),)


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("harbour", (b"issues:", b"topics:"), "harbour: 0 files have the field 'issues'; one"),
        ("north", (b"name: north", b"issues: []"), "harbour: 2 files have the field 'issues'"),
        ("harbour", (b"- name: flag", b"- label: flag"), "issues, 1: the field 'name' is missing"),
        ("harbour", (b"ContiguousIssue", b"OptionalIssue"), "2, type: 'OptionalIssue' is not read"),
        ("harbour", (b"  - 2\n", b""), "issues, 2, values: two numbers, from and to, are expected"),
        (
            "harbour",
            (b"  - 2\n", b"  - 2.5\n"),
            "issues, 2, values: two whole numbers are expected",
        ),
        (
            "harbour",
            (b"  - 2\n", b"  - 7\n"),
            "issues, 2, values: 7 to 6 in steps of 1 is no range",
        ),
        ("harbour", (b"- 2.0", b"- 0.0"), "issues, 3, values: 0 to 0 in 4 parts is no range"),
        ("harbour", (b"- 2.0", b"- .inf"), "issues, 3, values, 2: inf is not between"),
        (
            "harbour",
            (b"  - south\n", b"  - north\n"),
            "issues, 1: the issue 'flag' names the option",
        ),
        ("harbour", (b"  - south\n", b"  - [1]\n"), "values, 2: a text is expected, not a list"),
        ("harbour", (b"path: null", b"size: 3"), "'size' is no field of this; its fields are issu"),
        (
            "harbour",
            (b"- name: berths", b"- name: flag"),
            "harbour: a space has 1 to 200 issues, ea",
        ),
        ("north", (b"reserved_value: 0.9", b"reserved_value: 90"), "90 is off the scale: packages"),
        ("north", (b"reserved_value: 0.9", b"reserved_value: .nan"), "a number is expected, not a"),
        ("north", (b"reserved_value: 0.9", b"reserved_value: .inf"), "inf is not between"),
        (
            "north",
            (b"reserved_outcome: null", b"reserved_outcome: [1]"),
            "a reserved outcome is not",
        ),
        (
            "north",
            (b"LinearAdditive", b"HyperRectangle"),
            "the type 'HyperRectangleUtilityFunction'",
        ),
        (
            "north",
            (b"type: LinearAdd", b"kind: LinearAdd"),
            "north.yml: the type 'none' is not read",
        ),
        (
            "north",
            (b"AffineFun", b"LambdaFun"),
            "values, 3: the function 'LambdaFun' is not read; T",
        ),
        (
            "north",
            (b"  type: AffineFun", b"  kind: 1"),
            "values, 3: the function 'none' is not read",
        ),
        ("north", (b"    both: 0.75\n", b""), "mapping: the option 'both' of 'flag' has no value"),
        ("north", (b"    both: 0", b"    some: 0"), "mapping: 'some' is no option of 'flag'"),
        (
            "north",
            (b"both: 0.75", b"both: dear"),
            "mapping, both: a number is expected, not a text",
        ),
        (
            "north",
            (b"both: 0.75", b"both: !!float 0.75"),
            "an anchor (&), an alias (*) or a tag (!)",
        ),
        ("north", (b"- 0.1\n", b""), "weights: 3 came for 4 issues"),
        ("north", (b"- 0.4\n- 0.3\n- 0.2\n- 0.1\n", b"  flag: 1\n"), "one for each issue is expec"),
        (
            "south",
            (b"IdentityFun", b"TableFun\n  mapping: {0: 1}"),
            "cannot tell the values of a ra",
        ),
        (
            "south",
            (b"- mapping:", b"- type: IdentityFun\n- mapping:"),
            "values: 5 came for 4 issues",
        ),
        (
            "south",
            (b"reserved_value: -.inf", b"reserved_value: 0.3"),
            "0.3 is off the scale: packag",
        ),
        ("south", (b"name: south", b"\xff"), "south.yml: the file is not UTF-8 text (byte 1)"),
    ],
)
def test_a_fault_is_told_with_file_and_place(
    name: str, change: tuple[bytes, bytes], said: str
) -> None:
    data = {"harbour": DOMAIN, "north": NORTH, "south": SOUTH}[name]
    assert change[0] in data
    with pytest.raises(FileFaultError) as fault:
        harbour(**{name: data.replace(*change, 1)})
    assert said in str(fault.value)


def test_words_have_no_place_on_a_straight_line() -> None:
    words = SOUTH.replace(b"  type: TableFun", b"  type: IdentityFun").replace(b"mapping", b"x")
    with pytest.raises(FileFaultError, match=r"values, 1: 'x' is no field of this"):
        harbour(south=words)
    domain = b"issues: [{name: a, type: CategoricalIssue, values: [low, high]}]"
    ufun = b"type: LinearAdditiveUtilityFunction\nvalues: [{type: IdentityFun}]"
    with pytest.raises(FileFaultError, match="values, 1: the issue 'a' is no range"):
        read_negmas({"d.yml": domain, "u.yml": ufun}, "x")


def test_a_domain_alone_is_no_space() -> None:
    with pytest.raises(FileFaultError, match=r"^x: a space has 1 to 10 parties"):
        read_negmas({"d.yml": DOMAIN}, "x")


pieces = st.sampled_from([b"&a ", b"*a", b": ", b"- ", b"[", b"\xff", b".nan", b"1e9", b"!!int"])


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["harbour", "north"]), st.integers(0, 360), st.integers(0, 20), pieces)
def test_a_changed_file_is_read_or_refused(name: str, at: int, size: int, piece: bytes) -> None:
    data = {"harbour": DOMAIN, "north": NORTH}[name]
    try:
        harbour(**{name: data[:at] + piece + data[at + size :]})
    except BargainError as fault:
        assert "\n" not in str(fault)  # noqa: PT017 - most changes are refused, some are read


@settings(max_examples=100)
@given(st.binary(max_size=60))
def test_arbitrary_bytes_give_one_sentence(data: bytes) -> None:
    with pytest.raises(BargainError):
        read_negmas({"d.yml": data, "u.yml": data}, "x")
