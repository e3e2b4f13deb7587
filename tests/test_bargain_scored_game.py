"""Scored games: the public ones are read and solved, and their acceptable packages counted."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.bargain.counting import acceptable
from backchannel.bargain.errors import BargainError, FileFaultError
from backchannel.bargain.frontier import frontier
from backchannel.bargain.model import Space
from backchannel.bargain.scored_game import read_game
from backchannel.bargain.solutions import solve
from bargaining import all_packages, spaces

GAMES = (
    Path(__file__).parent.parent.parent
    / "shared/data/scenarios/llm_deliberation_mit/games_descriptions"
)
NAMES = ("base", "base_7players", "base_rewritten", "game1", "game2", "game3")


@pytest.mark.shared
@pytest.mark.parametrize("name", NAMES)
def test_every_public_game_is_solved_and_its_acceptable_packages_counted(name: str) -> None:
    if not GAMES.is_dir():
        pytest.skip(f"the public games are not at {GAMES}")
    folder = GAMES / name
    sheets = {path.stem: path.read_bytes() for path in (folder / "scores_files").glob("*.txt")}
    space = read_game((folder / "config.txt").read_bytes(), sheets, name)
    # Counted once more from the sheets themselves, with nothing of the project.
    rows = [
        [[int(x) for x in line.split(",")] for line in sheet.decode().split("\n") if line.strip()]
        for sheet in sheets.values()
    ]
    counted = sum(
        all(sum(row[i][o] for i, o in enumerate(chosen)) >= row[-1][0] for row in rows)
        for chosen in itertools.product(*(range(len(line)) for line in rows[0][:-1]))
    )
    assert 720 <= space.count <= 2_880
    assert acceptable(space) == counted
    solved = solve(space, frontier(space))
    assert bool(solved) == bool(counted)
    assert all(each.exact and space.acceptable(each.package) for each in solved.values())


@settings(max_examples=200, deadline=None)
@given(spaces(parties=(1, 4)))
def test_acceptable_packages_are_counted_as_by_trying_all(space: Space) -> None:
    assert acceptable(space) == sum(map(space.acceptable, all_packages(space)))
    if space.count > 1 and not space.rules:
        assert acceptable(space, most=0, cells=0) is None


@pytest.mark.parametrize(
    ("parties", "sheet", "said"),
    [
        (b"", b"", "game: names no party"),
        (b"Mayor", b"1, 2\n1", "line 1: a party and its sheet are expected, one of: m"),
        (b"Mayor,x", b"1, 2\n1", "one of: m"),
        (b"Mayor,m", b"1, 2", "then the least accepted alone"),
        (b"Mayor,m", b"1, x\n1", "game, m, line 1: 'x' is no number of points, such as 15"),
        (b"Mayor,m", b"1, 2\n3", "the last line: 3 is more than any package gives"),
        (b"Mayor,m\nUnion,u", b"1, 2\n1", "u: has options [1, 2] in its lines, the first [2]"),
        (b"Mayor,m\nMayor,m", b"1, 2\n1", "each named once"),
        (b"\xff", b"", "is not UTF-8 text (byte 1)"),
    ],
)
def test_a_fault_is_told_with_sheet_and_line(parties: bytes, sheet: bytes, said: str) -> None:
    with pytest.raises(FileFaultError) as fault:
        read_game(parties, {"m": sheet, "u": b"1\n1, 2\n2"}, "game")
    assert said in str(fault.value)


def test_space_of_any_kind_around_points_is_none_of_them() -> None:
    space = read_game(b"Mayor,m", {"m": b"1,\x1f2\n1"}, "game")
    assert space.profiles[0].values == ((1, 2),)


@given(st.binary(max_size=40), st.binary(max_size=40) | st.text("0123456789,\n ").map(str.encode))
def test_arbitrary_files_are_read_or_refused(parties: bytes, sheet: bytes) -> None:
    for listed in (parties, b"Mayor,m"):
        try:
            read_game(listed, {"m": sheet}, "game")
        except BargainError:
            continue
