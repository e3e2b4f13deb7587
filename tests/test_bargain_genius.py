"""GENIUS files: utilities as GENIUS computes them, and faults told with file and place."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.bargain.errors import BargainError, FileFaultError
from backchannel.bargain.genius import party_of, read_genius
from backchannel.bargain.own_file import SpaceFile
from backchannel.bargain.plain_xml import MAX_FILE, read_xml
from bargaining import all_packages

FOLDER = Path(__file__).parent / "scenarios" / "harbour_genius"
DOMAIN, NORTH, SOUTH = (
    (FOLDER / f"{name}.xml").read_bytes() for name in ("harbour", "north", "south")
)

ON_GRID = b"".join(b'<item value="%g" evaluation="1"/>' % (n / 2) for n in range(5))


def harbour(**changed: bytes) -> SpaceFile:
    files = {"harbour": DOMAIN, "north": NORTH, "south": SOUTH, **changed}
    domain = files.pop("harbour")
    profiles = {f"{name}.xml": data for name, data in files.items()}
    return read_genius(domain, profiles, "harbour.xml", parts=4)


def test_utilities_and_reservation_values_stand_on_one_scale_from_0_to_1() -> None:
    space = harbour().space
    north, south = space.profiles
    assert (space.name, space.parties) == ("harbour", ("north", "south"))
    assert [issue.issue for issue in space.issues] == ["flag", "berths", "fee", "year"]
    assert space.issues[1].numbers == (2, 3, 4, 5, 6)
    assert space.issues[2].options == ("0", "0.5", "1", "1.5", "2")
    # By hand: 0.3 for the flag, 0.15 for the berths, 0.15 for the fee, 0.02 for the year.
    package = space.package({"flag": "both", "berths": "4", "fee": "0.5", "year": "second"})
    assert north.points(space.utility(0, package)) == 0.62
    assert north.points(north.reservation) == 0.35
    # The weights 2, 1, 1, 1 count as fifths; a triangle that rises to 1.5; nothing for the year.
    exactly = Fraction(2, 5) * Fraction(3, 4) + Fraction(1, 5) * (Fraction(3, 4) + Fraction(1, 3))
    assert Fraction(space.utility(1, package)) / south.unit == exactly
    assert south.reservation == 0
    assert max(space.utility(0, package) for package in all_packages(space)) == north.unit


def test_what_was_done_to_reach_the_scale_is_said() -> None:
    assert harbour().scale == (
        "utilities from 0 to 1, as GENIUS computes them; "
        "the discount factor of north is left aside; "
        "the weights of south sum to 5 and were divided by it"
    )
    plain = harbour(north=NORTH.replace(b'discount_factor value="0.9"', b'x value="1"'))
    assert "discount" not in plain.scale
    whole = SOUTH.replace(b'weight index="1" value="2"', b'weight index="1" value="-1e0"')
    with pytest.raises(FileFaultError, match="a weight is 0 or more"):
        harbour(south=whole)


def test_a_grid_can_be_off_by_half_a_step_times_slope_and_weight() -> None:
    north, south = harbour().space.profiles
    assert Fraction(north.rounding) / north.unit == Fraction(1, 40)  # 0.25 * 0.5 * 0.2
    assert Fraction(south.rounding) / south.unit == Fraction(1, 10)  # 0.25 * 2 * 0.2


def test_numbers_beyond_0_and_1_are_cut_off() -> None:
    steep = NORTH.replace(b'offset="0.0" slope="0.25"', b'offset="-0.5" slope="0.5"')
    north = harbour(north=steep).space.profiles[0]
    shares = [north.points(value) for value in north.values[1]]
    assert shares == pytest.approx([0, 0, 0.15, 0.3, 0.3])
    flat = NORTH.replace(
        b'ftype="linear" parameter0="1.0" parameter1="-0.5"', b'ftype="constant" parameter0="0.5"'
    )
    north = harbour(north=flat).space.profiles[0]
    assert [north.points(value) for value in north.values[2]] == [0.1] * 5
    assert north.rounding == 0


def test_integers_can_have_their_values_one_by_one_and_an_earlier_lower_bound() -> None:
    items = b"".join(
        b'<item value="%d" evaluation="%d"/>' % (number, number - 2) for number in range(2, 7)
    )
    listed = SOUTH.replace(b'<evaluator ftype="linear" offset="1.0" slope="-0.125" />', items)
    south = harbour(south=listed).space.profiles[1]
    assert [south.points(value) for value in south.values[1]] == [0, 0.05, 0.1, 0.15, 0.2]
    moved = NORTH.replace(b'lowerbound="2" upperbound="6"', b'lowerbound="1" upperbound="6"')
    north = harbour(north=moved).space.profiles[0]
    assert [north.points(v) for v in north.values[1]] == pytest.approx(
        [0.075, 0.15, 0.225, 0.3, 0.3]
    )


def test_what_files_leave_out_has_a_usual_value() -> None:
    assert [party_of(name) for name in ("a/b.c.xml", "a\\b.xml", "b", ".xml")] == [
        *("b.c", "b", "b", ".xml"),
    ]
    typeless = DOMAIN.replace(b' name="year" etype="discrete"', b' name="year"')
    assert harbour(harbour=typeless).space == harbour().space
    nameless = DOMAIN.replace(b' name="harbour"', b"").replace(b' name="money"', b"")
    assert harbour(harbour=nameless).space.name == "harbour"


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        (
            "harbour",
            (b"<negotiation_template", b"<!DOCTYPE x>\n<negotiation_template"),
            "harbour.xml: it has a document type or entities; remove them",
        ),
        (
            "harbour",
            (b"</negotiation_template>", b""),
            "harbour.xml, line 24, column 1: it is no XML: no element found",
        ),
        ("harbour", (b'encoding="UTF-8"', b'encoding="none"'), "it is no XML"),
        ("harbour", (b'encoding="UTF-8"', b'encoding="utf-7"'), "it is no XML"),
        (
            "harbour",
            (b"negotiation_template", b"html"),
            "its root is 'html'; negotiation_template or utility_space is expected",
        ),
        (
            "harbour",
            (b'type="discrete" etype="discrete" vtype="discrete"', b'type="colour"'),
            "(index 1, name flag): 'colour' is no type of issue; discrete, integer or",
        ),
        (
            "harbour",
            (b'index="2" name="berths"', b'index="1" name="berths"'),
            "issue (index 1, name berths): another issue has this index already",
        ),
        ("harbour", (b'name="flag" ', b""), "issue (index 1): the attribute 'name' is missing"),
        ("harbour", (b'value="south"', b'value="north"'), "names the option 'north' twice"),
        (
            "harbour",
            (b'upperbound="6"', b'upperbound="6.5"'),
            "upperbound: a whole number is expected, not 6.5",
        ),
        (
            "harbour",
            (b'upperbound="6"', b'upperbound="1"'),
            "issue (index 2, name berths): 2 to 1 in steps of 1 is no range",
        ),
        (
            "harbour",
            (b'upperbound="2.0"', b'upperbound="0"'),
            "range: 0 to 0 in 4 parts is no range",
        ),
        (
            "harbour",
            (b'upperbound="2.0"', b'upperbound="NaN"'),
            "range: upperbound: 'NaN' is no number, such as 0.5",
        ),
        (
            "harbour",
            (b'upperbound="2.0"', b'upperbound="1e99"'),
            "upperbound: 1e99 is beyond 1,000,000,000,000",
        ),
        (
            "north",
            (b'reservation value="0.35"', b'reservation value="35"'),
            "north.xml, reservation (value 35): 35 is off the scale of GENIUS, which is",
        ),
        (
            "north",
            (b'evaluation="15"', b'evaluation="-1"'),
            "item (index 3, value both): an evaluation is 0 or more",
        ),
        ("north", (b' evaluation="15"', b""), "the attribute 'evaluation' is missing"),
        ("north", (b'evaluation="15"', b'evaluation="null"'), "'null' is no number"),
        (
            "north",
            (b'value="both"', b'value="either"'),
            "item (index 3, value either): the domain has no such option",
        ),
        ("north", (b'value="both"', b'value="south"'), "this option has an evaluation already"),
        (
            "north",
            (b'<item index="3" value="both" evaluation="15" />', b""),
            "issue (index 1, name flag): the option 'both' has no evaluation",
        ),
        (
            "north",
            (b'name="flag"', b'name="flags"'),
            "the domain names the issue of this index 'flag'",
        ),
        (
            "north",
            (b'issue index="5"', b'issue index="7"'),
            "the issue 'year' (index 5) is missing",
        ),
        (
            "north",
            (b'weight index="5"', b'weight index="7"'),
            "the issue 'year' (index 5) has no weight",
        ),
        (
            "north",
            (b'weight index="5"', b'weight index="4"'),
            "weight (index 4, value 0.1): this index has a weight already",
        ),
        ("north", (b"slope", b"slop"), "evaluator: the attribute 'parameter1' is missing"),
        (
            "north",
            (b'ftype="linear"', b'ftype="faratin"'),
            "the function 'faratin' is not read; linear, constant, triangular are",
        ),
        (
            "south",
            (b'parameter2="1.5"', b'parameter2="2"'),
            "a triangle rises from parameter0 to 2",
        ),
        (
            "north",
            (b"</objective>\n  <disc", b"<utility_function/></objective>\n  <disc"),
            "utilities over several issues at once",
        ),
        (
            "north",
            (b'<item index="1" value="first"', b'<evaluator ftype="linear"/><item value="first"'),
            "an issue of named options needs items",
        ),
        (
            "north",
            (b'<evaluator ftype="linear" parameter0="1.0" parameter1="-0.5" />', ON_GRID),
            "an issue of real numbers needs an evaluator, not items",
        ),
    ],
)
def test_a_fault_is_told_with_file_and_place(
    name: str, change: tuple[bytes, bytes], said: str
) -> None:
    data = {"harbour": DOMAIN, "north": NORTH, "south": SOUTH}[name]
    assert change[0] in data
    data = data.replace(*change) if name == "harbour" else data.replace(*change, 1)
    if name == "harbour" and change[0] == b'value="south"':
        data = DOMAIN.replace(*change, 1)
    with pytest.raises(FileFaultError) as fault:
        harbour(**{name: data})
    assert said in str(fault.value)


def test_a_reservation_value_that_no_package_reaches_is_refused() -> None:
    low = NORTH.replace(b'slope="0.25"', b'slope="0"').replace(b'"0.35"', b'"0.9"')
    with pytest.raises(
        FileFaultError, match=r"0\.9 is off the scale: packages are worth 0\.\d+ to"
    ):
        harbour(north=low)


def test_a_profile_that_weighs_nothing_is_refused() -> None:
    with pytest.raises(FileFaultError, match="all weights are 0"):
        harbour(
            south=SOUTH.replace(b'value="2"', b'value="0"').replace(
                b'value="1" />', b'value="0" />'
            )
        )


def test_a_domain_without_issues_or_with_too_many_parties_is_refused() -> None:
    with pytest.raises(FileFaultError, match="no issue is in it"):
        read_genius(b"<utility_space/>", {}, "d.xml")
    with pytest.raises(FileFaultError, match=r"^d\.xml: a space has 1 to 10 parties"):
        read_genius(DOMAIN, {}, "d.xml")


def test_a_file_that_is_too_large_is_not_looked_into() -> None:
    with pytest.raises(FileFaultError, match="2,000,001 bytes; at most 2,000,000 are allowed"):
        read_xml(b" " * (MAX_FILE + 1), "d.xml", ("a",))


def test_entities_that_grow_are_refused_before_they_do() -> None:
    lines = [b'<!ENTITY a0 "haha">']
    lines += [b'<!ENTITY a%d "%b">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)]
    bomb = b"<!DOCTYPE x [" + b"".join(lines) + b"]><utility_space>&a11;</utility_space>"
    with pytest.raises(FileFaultError, match="document type or entities"):
        read_genius(bomb, {}, "d.xml")


pieces = st.sampled_from([b'"', b"<", b">", b"1e9", b"-1", b"", b"\xff", b"nan", b"real", b"/"])


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["harbour", "north"]), st.integers(0, 1_300), st.integers(0, 30), pieces)
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
        read_genius(data, {"a.xml": data}, "d.xml")
