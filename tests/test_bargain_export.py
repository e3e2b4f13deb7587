"""What is written for other programs: they read the same, and no cell of it is a formula."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.bargain.export import FORMAT, to_csv, to_json
from backchannel.bargain.model import Issue, Profile, Space
from backchannel.bargain.own_file import SpaceFile, read_space
from backchannel.bargain.result import Result, computed
from backchannel.drawing.cells import cell
from bargaining import all_packages, large_space, spaces
from schema_check import faults
from test_bargain_own_file import EXAMPLE

SCHEMA = json.loads(
    (Path(__file__).parent.parent / "docs" / "schemas" / "bargain-result-1.json").read_text()
)


def of(space: Space, table: tuple[int, ...] | None = None) -> Result:
    return computed(SpaceFile(space=space, scale="illustrative", table=table))


def swap() -> Result:
    return computed(read_space(EXAMPLE.read_bytes(), "talks.json"))


def read_rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def document(result: Result) -> Any:  # noqa: ANN401 - any JSON
    made = json.loads(to_json(result))
    assert list(faults(made, SCHEMA, SCHEMA)) == []
    return made


def test_the_example_is_a_row_for_each_efficient_package_and_one_for_the_table() -> None:
    rows = read_rows(to_csv(swap()))
    assert [row["package"] for row in rows] == ["efficient"] * 12 + ["on the table"]
    (nash,) = (row for row in rows if "nash" in row["solutions"])
    assert nash["solutions"] == "nash; kalai_smorodinsky; utilitarian"
    assert (nash["points of US"], nash["option for funds"]) == ("76", "all to Qatar")
    assert rows[-1]["points of Iran"] == "52"


def test_lines_end_and_letters_are_marked_as_spreadsheets_expect() -> None:
    made = to_csv(swap())
    assert made.endswith(b"\r\n")
    assert made.count(b"\n") == made.count(b"\r\n") == 14
    assert made.isascii()
    issue = Issue(issue="آتش‌بس", options=("خیر", "بله"))
    space = Space(issues=(issue,), profiles=(Profile(party="n", values=((0, 1),), reservation=0),))
    assert to_csv(of(space)).startswith(b"\xef\xbb\xbf")
    assert read_rows(to_csv(of(space)))[0]["option for آتش‌بس"] == "بله"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+5 days", "'+5 days"),
        ("- nothing", "'- nothing"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "'  =1"),
        ("\t=1", "'\t=1"),
        ("\r\n=1", '"\'\r\n=1"'),
        ("\uff1d1", "'\uff1d1"),
        ('=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'),
        ("-5", "-5"),
        ("-2.5", "-2.5"),
        ("-1e-05", "-1e-05"),
        ("+5", "'+5"),
        ("-5+1", "'-5+1"),
        ("a, b", '"a, b"'),
        ("five", "five"),
        ("", ""),
    ],
)
def test_no_text_becomes_a_formula_and_numbers_stay_numbers(text: str, written: str) -> None:
    assert cell(text) == written


@given(st.text(alphabet="=+-@\t\r\n ,\"'a1\uff1d\u00a0", max_size=8))
def test_every_cell_is_read_again_and_begins_with_no_sign(text: str) -> None:
    ((_, read),) = csv.reader(io.StringIO(f"1,{cell(text)}\r\n", newline=""), strict=True)
    assert read in {text, f"'{text}"}
    assert not read.strip().startswith(("=", "+", "@", "\uff1d"))


@settings(max_examples=80, deadline=None)
@given(spaces(parties=(1, 4)), st.sampled_from([1, 10, 3]), st.data())
def test_documents_keep_to_the_schema_and_say_what_was_computed(
    space: Space, unit: int, data: st.DataObject
) -> None:
    space = replace(space, profiles=tuple(replace(p, unit=unit) for p in space.profiles))
    table = data.draw(st.sampled_from([None, next(all_packages(space))]))
    result = of(space, table)
    made, rows = document(result), read_rows(to_csv(result))
    assert made["format"] == FORMAT
    assert made["zone"]["empty"] == result.zone.empty
    assert set(made["solutions"]) == set(result.solutions)
    assert len(made["efficient"]) == len(result.frontier.points)
    assert len(rows) == len(made["efficient"]) + (table is not None)
    for row, each in zip(rows, made["efficient"], strict=False):
        points = {party: float(row[f"points of {party}"]) for party in space.parties}
        assert points == each["utilities"]
        assert space.package(each["package"])
    assert to_json(result) == to_json(of(space, table))


def test_an_empty_zone_is_written_with_both_ways_to_open_it() -> None:
    read = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    read["parties"][0]["reservation"], read["parties"][1]["reservation"] = 88, 80
    made = document(computed(read_space(json.dumps(read).encode(), "x")))
    assert made["zone"]["empty"] is True
    assert set(made["zone"]) == {"empty", "opening", "evenest"}
    assert made["zone"]["opening"]["concessions"] == {"US": 8, "Iran": 4}
    assert made["solutions"] == {}
    assert made["table"]["acceptable"] is False


def test_bounds_are_written_and_what_is_not_known_is_null() -> None:
    result = of(large_space(np.random.default_rng(3), issues=12, opposed=True, whole=False))
    made = document(result)
    assert made["exact"] is False
    assert max(made["bound"].values()) > 0
    nash = result.solutions["nash"]
    other = replace(nash, gap=float("inf"), ties=None)
    made = document(replace(result, solutions={"nash": other}))
    assert made["solutions"]["nash"]["gap"] is None
    assert made["solutions"]["nash"]["exact"] is False
    left = replace(result.zone, empty=None, places=())
    assert document(replace(result, zone=left, solutions={}))["zone"] == {"empty": None}


def test_a_solution_beside_the_efficient_packages_has_a_row_of_its_own() -> None:
    result = swap()
    other = replace(result.solutions["nash"], package=(0, 0, 0, 0, 0))
    rows = read_rows(to_csv(replace(result, solutions={"nash": other})))
    assert [row["solutions"] for row in rows if row["package"] == "solution"] == ["nash"]


def test_half_a_character_is_written_and_read_again() -> None:
    issue = Issue(issue="\ud800", options=("no", "yes"))
    space = Space(issues=(issue,), profiles=(Profile(party="n", values=((0, 1),), reservation=0),))
    assert document(of(space))["issues"][0]["issue"] == "\ud800"
    assert b"option for ?" in to_csv(of(space))
