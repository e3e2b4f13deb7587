"""Numbers on packages on the command line."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from desk_terminal import Terminal, plain, talks
from test_bargain_own_file import EXAMPLE, a_file


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    return talks(tmp_path_factory.mktemp("home"), [])


def test_the_example_is_solved(terminal: Terminal) -> None:
    shown = plain(terminal.do("", "bargain", "solve", str(EXAMPLE)))
    assert "324 before the rules" in shown
    assert "illustrative" in shown
    assert "Kalai-S." in shown
    assert "on the table" in shown
    assert "US gets 58 to 91 points" in shown


def test_solutions_for_other_programs_have_package_utilities_and_exactness(
    terminal: Terminal,
) -> None:
    solved = json.loads(terminal.do("", "bargain", "solve", str(EXAMPLE), "--json"))
    names = {"nash", "kalai_smorodinsky", "egalitarian", "utilitarian"}
    assert set(solved) == names | {"zopa"}
    for name in names:
        assert solved[name]["exact"] is True
        assert set(solved[name]["utilities"]) == {"US", "Iran"}
        assert len(solved[name]["package"]) == 5
    assert solved["nash"]["utilities"] == {"US": 76, "Iran": 82}


def test_efficient_packages_are_listed(terminal: Terminal) -> None:
    shown = plain(terminal.do("", "bargain", "space", str(EXAMPLE)))
    assert shown.count("five") >= 12
    listed = json.loads(terminal.do("", "bargain", "space", str(EXAMPLE), "--json"))
    assert (listed["packages"], listed["exact"], len(listed["efficient"])) == (324, True, 12)


def test_changes_of_what_is_on_the_table_are_told_with_their_gains(terminal: Terminal) -> None:
    shown = plain(terminal.do("", "bargain", "improve", str(EXAMPLE), "--most", "1"))
    assert "- words: each by itself (US +3, Iran +2)" in shown
    assert "All could accept what is on the table." in shown
    made = json.loads(terminal.do("", "bargain", "improve", str(EXAMPLE), "--json"))
    assert made["improvements"][0]["gains"] == {"US": 3, "Iran": 2}
    assert made["nearest_acceptable"]["change"] == {}


def test_the_fewest_changes_that_all_could_accept_are_told(terminal: Terminal) -> None:
    made = a_file()
    made["table"] = {"pause": "none", "freed": "0"}
    made["rules"] = []
    file = str(terminal.write("near.json", json.dumps(made)))
    shown = plain(terminal.do("", "bargain", "improve", file))
    assert "The fewest changes that all could accept: freed: 5 (north +1.5, south -1)" in shown
    assert "No change of one or two issues gains for some and costs nobody." in shown
    made["parties"][0] |= {"reservation": 3.1, "terms": []}
    file = str(terminal.write("near.json", json.dumps(made)))
    assert "No package is known that all could accept" in plain(
        terminal.do("", "bargain", "improve", file)
    )
    del made["table"]
    file = str(terminal.write("near.json", json.dumps(made)))
    assert "has no package on the table" in terminal.refused("", "bargain", "improve", file, code=2)


def changed(terminal: Terminal, **party: object) -> str:
    made = a_file()
    del made["rules"], made["table"]
    made["parties"][0].update(party)
    return str(terminal.write("space.json", json.dumps(made)))


def test_an_empty_zone_is_said_with_what_would_open_it(terminal: Terminal) -> None:
    file = changed(terminal, reservation=3.1, terms=[])
    shown = plain(terminal.do("", "bargain", "solve", file))
    assert "There is no zone of possible agreement" in shown
    assert "The least that would open one:" in shown
    assert "Nash" not in shown
    solved = json.loads(terminal.do("", "bargain", "solve", file, "--json"))
    assert set(solved) == {"zopa"}
    assert solved["zopa"]["empty"] is True


def test_what_is_not_exact_says_so(terminal: Terminal) -> None:
    issues = [{"issue": f"i{n}", "options": ["a", "b", "c"]} for n in range(14)]
    rows = [tuple(math.sqrt(7 * n + k) % 1 for k in (2, 5, 6)) for n in range(14)]
    values = [
        {f"i{n}": dict(zip("abc", row, strict=True)) for n, row in enumerate(rows)},
        {f"i{n}": {o: 2 - v for o, v in zip("abc", r, strict=True)} for n, r in enumerate(rows)},
    ]
    made = {
        "format": "backchannel-bargain/1",
        "issues": issues,
        "parties": [
            {"party": name, "reservation": 5, "values": each}
            for name, each in zip(("north", "south"), values, strict=True)
        ],
    }
    file = str(terminal.write("opposed.json", json.dumps(made)))
    shown = plain(terminal.do("", "bargain", "solve", file))
    assert "Not exact: some package may be better by up to" in shown
    assert "Nash is not exact" in shown
    listed = json.loads(terminal.do("", "bargain", "space", file, "--json"))
    assert set(listed["bound"]) == {"north", "south"}
    solved = json.loads(terminal.do("", "bargain", "solve", file, "--json"))
    assert solved["nash"]["bound"] > 0


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nothing.json", "No such file"),
        ("README.md", "the file is no JSON"),
        ("cases/jpoa_2013.json", "the field 'format' is missing"),
    ],
)
def test_a_wrong_file_is_answered_in_a_sentence(terminal: Terminal, name: str, said: str) -> None:
    path = Path(__file__).parent.parent / name
    assert said in terminal.refused("", "bargain", "solve", str(path))


SCENARIOS = Path(__file__).parent / "scenarios"


def test_a_genius_domain_is_solved_with_its_profiles(terminal: Terminal) -> None:
    names = ("harbour.xml", "north.xml", "south.xml")
    files = [str(SCENARIOS / "harbour_genius" / name) for name in names]
    solved = json.loads(terminal.do("", "bargain", "solve", *files, "--json"))
    assert set(solved["nash"]["utilities"]) == {"north", "south"}


def test_a_folder_of_another_program_is_solved(terminal: Terminal) -> None:
    shown = plain(terminal.do("", "bargain", "solve", str(SCENARIOS / "harbour_negmas")))
    assert "utilities as NegMAS computes them" in shown
    # The fee is a real number, and stands as a grid.
    assert "Not exact: some package may be better by up to" in shown


def test_a_folder_without_files_is_said_to_be_one(terminal: Terminal, tmp_path: Path) -> None:
    assert "no files to read in" in terminal.refused("", "bargain", "solve", str(tmp_path), code=2)


def test_a_file_too_large_is_not_read(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "large.json"
    with file.open("wb") as large:
        large.truncate(20_000_001)
    assert "is larger than" in terminal.refused("", "bargain", "solve", str(file), code=2)


def test_without_the_libraries_it_is_said_how_to_get_them(tmp_path: Path) -> None:
    # A module of that name that cannot be loaded stands for one that is not installed.
    (tmp_path / "numpy.py").write_text("raise ImportError('not here', name='numpy')\n")
    command = [sys.executable, "-m", "backchannel", "bargain", "solve", str(EXAMPLE)]
    ran = subprocess.run(
        command, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2
    assert "need the library numpy" in ran.stderr
    assert "make numbers" in ran.stderr
    assert "Traceback" not in ran.stderr
