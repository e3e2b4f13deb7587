"""Solutions on the command line where packages are too many to list."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from backchannel.bargain.frontier import frontier
from backchannel.bargain.model import Space
from backchannel.bargain.own_file import SpaceFile
from backchannel.bargain.own_writing import write_space
from backchannel.bargain.solutions import Solution
from backchannel.bargain.solver import Extent
from backchannel.bargain.zopa import Opening
from backchannel.commands import solving, zones
from bargaining import large_space
from desk_terminal import Terminal, plain, talks
from test_bargain_solver import tangled

NAMES = {"nash", "kalai_smorodinsky", "egalitarian", "utilitarian"}


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    return talks(tmp_path_factory.mktemp("home"), [])


def written(terminal: Terminal, space: Space, name: str = "talks") -> str:
    """Write a space as a file of ours and return its name."""
    file = SpaceFile(space=space, scale="", table=None)
    return str(terminal.write(f"{name}.json", write_space(file).decode()))


@pytest.fixture(scope="module")
def file(terminal: Terminal) -> str:
    return written(terminal, tangled())


def test_what_cannot_be_listed_is_solved_with_a_proof(terminal: Terminal, file: str) -> None:
    solved = json.loads(terminal.do("", "bargain", "solve", file, "--json"))
    assert set(solved) == NAMES | {"zopa"}
    assert all(solved[name]["exact"] is True for name in NAMES)
    assert all(set(solved[name]) == {"package", "utilities", "exact"} for name in NAMES)
    zone = solved["zopa"]
    assert (zone["empty"], zone["acceptable"]) == (False, None)
    for ends in zone["extent"].values():
        assert ends["from"] < ends["to"]
        assert ends["lower_by_at_most"] == ends["higher_by_at_most"] == 0
    shown = plain(terminal.do("", "bargain", "solve", file))
    assert "Too many packages to list the efficient ones" in shown
    assert "Among packages that all can accept, party0 gets" in shown
    assert "Kalai-S." in shown
    assert "not exact" not in shown


def test_what_cannot_be_listed_is_said_with_what_to_do_instead(
    terminal: Terminal, file: str
) -> None:
    said = plain(terminal.refused("", "bargain", "space", file))
    assert "the efficient packages cannot be listed" in said
    assert "`backchannel bargain solve` finds the solutions without a list" in said


def test_four_parties_without_an_exact_frontier_are_solved(terminal: Terminal) -> None:
    space = large_space(np.random.default_rng(1), parties=4, issues=12)
    assert not frontier(space).exact
    solved = json.loads(terminal.do("", "bargain", "solve", written(terminal, space), "--json"))
    assert all(solved[name]["exact"] is True for name in NAMES)


def asking(space: Space, more: int) -> Space:
    profiles = tuple(replace(p, reservation=p.reservation + more) for p in space.profiles)
    return replace(space, profiles=profiles)


def test_an_empty_zone_is_opened_in_both_senses(terminal: Terminal) -> None:
    file = written(terminal, asking(tangled(issues=8), 155), "asking")
    zone = json.loads(terminal.do("", "bargain", "solve", file, "--json"))["zopa"]
    assert set(zone) == {"empty", "opening", "evenest"}
    assert zone["opening"]["exact"] is True
    assert max(zone["evenest"]["concessions"].values()) < max(
        zone["opening"]["concessions"].values()
    )
    shown = plain(terminal.do("", "bargain", "solve", file))
    assert "The least that would open one:" in shown
    assert "Spread most evenly, as shares of each one's range:" in shown


def test_the_packages_that_all_can_accept_are_counted(terminal: Terminal) -> None:
    space = large_space(np.random.default_rng(2), scale=60)
    file = written(terminal, space, "counted")
    zone = json.loads(terminal.do("", "bargain", "space", file, "--json"))["zopa"]
    assert zone["acceptable"] > 10**15
    shown = plain(terminal.do("", "bargain", "solve", file))
    assert f"Packages that all can accept: {zone['acceptable']:,}" in shown


def test_what_is_not_proved_is_said_to_be_so(capsys: pytest.CaptureFixture[str]) -> None:
    space = tangled(issues=3, parties=2)
    extents = [
        Extent(lowest=10, highest=20, below=1.5, above=math.inf),
        Extent(lowest=10, highest=20, below=0, above=0),
    ]
    told = zones.of_solver(space, False, extents, (None, None))  # noqa: FBT003
    assert told["extent"]["party0"]["higher_by_at_most"] is None
    zones.show(told, bounded=False)
    said = " ".join(capsys.readouterr().out.split())
    assert "10 to 20 points (perhaps 1.5 further down; how far further up is not known)." in said
    opening = Opening(package=(0, 0, 0), utilities=(1, 1), concessions=(1, 2), share=0.5, gap=0.25)
    zones.show(zones.of_solver(space, True, [], (opening, opening)))  # noqa: FBT003
    assert "25 % of a range less may do" in " ".join(capsys.readouterr()[0:2])
    zones.show(zones.of_solver(space, True, [], (None, None)))  # noqa: FBT003
    assert "was not found in the time" in " ".join(capsys.readouterr()[0:2])
    zones.show(zones.of_solver(space, None, [], (None, None)), bounded=False)
    assert "left open after this time" in " ".join(capsys.readouterr()[0:2])


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (2.0, "up to 2 more than its 5 is possible"),
        (math.inf, "how much more is possible is not known"),
    ],
)
def test_how_much_more_is_possible_is_said_as_far_as_it_is_known(gap: float, said: str) -> None:
    found = Solution(name="nash", package=(0,), utilities=(5,), measure=5.0, gap=gap, ties=None)
    assert solving.more(found) == said
