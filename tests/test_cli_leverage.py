"""Who gains leverage, on the command line."""

import json
from pathlib import Path

import pytest

from desk_terminal import Terminal, plain, talks
from test_bargain_own_file import EXAMPLE, a_file
from test_cli_bargain import SCENARIOS


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    return talks(tmp_path_factory.mktemp("home"), [])


def shown(terminal: Terminal, path: Path | str) -> str:
    """Return the page, each run of white space as one blank."""
    return " ".join(plain(terminal.do("", "bargain", "leverage", str(path))).split())


def test_the_example_tells_who_gains_leverage(terminal: Terminal) -> None:
    page = shown(terminal, EXAMPLE)
    assert "illustrative" in page
    assert "US 45 to 91 76 (67 %) 76 (67 %) 80 (76 %) 76 (67 %)" in page
    assert "Iran 40 to 96 82 (75 %) 82 (75 %) 76 (64 %) 82 (75 %)" in page
    assert "one that only looks better does the same as one that is" in page
    assert "If the best alternative of US, now 45 points, were" in page
    assert "- worth more than 91 points: no agreement at all." in page
    assert (
        "- 9 points better (10 % of its range): Nash and Kalai-Smorodinsky: US +4, Iran -6; "
        "egalitarian: US +5, Iran -8; utilitarian: no change."
    ) in page
    assert (
        "- worth 14 to 51: Nash stays the same package; just above: US +4, Iran -6; just below: "
        "US -12, Iran +10."
    ) in page
    assert "- US: between 45 and 91 points, 53 % of the 86 between its worst and best" in page


def test_leverage_for_other_programs(terminal: Terminal) -> None:
    told = json.loads(terminal.do("", "bargain", "leverage", str(EXAMPLE), "--json"))
    assert (told["empty"], told["exact"], told["opening"]) == (False, True, None)
    us = told["portions"]["nash"]["US"]
    assert us == {"utility": 76, "share": 31 / 46, "surely": 31 / 46, "place": 18 / 33}
    assert told["ceilings"]["US"] == {"now": 45, "highest": 91, "most": 91}
    nash = told["responses"]["nash"]["US"]
    assert nash["stays"] == {"from": 14, "to": 51}
    assert nash["above"]["reservation"] == 52
    assert nash["above"]["utilities"] == {"US": 80, "Iran": 76}
    assert nash["above"]["package"]["funds"] == "all to Qatar"
    assert nash["below"]["reservation"] == 13
    assert [each["share"] for each in nash["shifts"]] == [-0.1, -0.05, -0.01, 0.01, 0.05, 0.1]
    assert told["responses"]["utilitarian"]["US"]["below"] is None
    assert told["steering"]["Iran"]["from"] == 40
    assert told["steering"]["Iran"]["efficient_from"] == 48
    assert told["steering"]["Iran"]["to"] == 96


def without_zone(terminal: Terminal) -> str:
    made = a_file()
    del made["rules"], made["table"]
    made["parties"][0].update(reservation=3.1, terms=[])
    return str(terminal.write("space.json", json.dumps(made)))


def test_without_a_zone_no_numbers_are_made_up(terminal: Terminal) -> None:
    file = without_zone(terminal)
    page = shown(terminal, file)
    assert "There is no zone of possible agreement" in page
    assert "The least that would open one is that" in page
    assert "Nash" not in page
    assert "a mediator decides" not in page
    told = json.loads(terminal.do("", "bargain", "leverage", file, "--json"))
    assert told["empty"] is True
    assert (told["portions"], told["responses"], told["steering"]) == ({}, {}, {})
    assert sum(told["opening"]["concessions"].values()) > 0


def test_a_grid_of_real_numbers_is_said_to_be_one(terminal: Terminal) -> None:
    page = shown(terminal, SCENARIOS / "harbour_negmas")
    assert "Not exact: some package may be better by up to" in page
    assert "What a change does is told among packages on the grid of the ranges." in page
    told = json.loads(
        terminal.do("", "bargain", "leverage", str(SCENARIOS / "harbour_negmas"), "--json")
    )
    assert set(told["bound"]) == {"north", "south"}


def opposed(*floors: float) -> str:
    """Return a space of real numbers where nearly all packages are efficient: too many to keep."""
    issues = [f"i{place}" for place in range(14)]
    rows = [[(7 * n + 1 + k * (n + 3) ** 0.5) ** 0.5 % 1 for k in (2, 5, 6)] for n in range(14)]
    parties = []
    for party, floor in enumerate(floors):
        values = {
            issue: {o: 2 - v if party else v for o, v in zip("abc", row, strict=True)}
            for issue, row in zip(issues, rows, strict=True)
        }
        parties.append({"party": ("north", "south")[party], "reservation": floor, "values": values})
    return json.dumps(
        {
            "format": "backchannel-bargain/1",
            "issues": [{"issue": issue, "options": ["a", "b", "c"]} for issue in issues],
            "parties": parties,
        }
    )


def test_what_is_not_certain_is_left_out_and_said(terminal: Terminal) -> None:
    file = str(terminal.write("opposed.json", opposed(5, 5)))
    page = shown(terminal, file)
    assert "So it is not told at which reservation values a solution changes." in page
    assert "stays the same package" not in page
    assert "What a mediator decides over" in page


def test_a_zone_that_the_bound_leaves_open_is_said_to_be(terminal: Terminal) -> None:
    # The two together never have more than 28 points.
    page = shown(terminal, terminal.write("open.json", opposed(7, 21.0005)))
    assert "Whether all can agree is left open by the bound above." in page
    assert "Nash" not in page
