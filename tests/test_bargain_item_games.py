"""Games of dividing items: the public ones are read and solved."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.bargain.errors import FileFaultError
from backchannel.bargain.frontier import frontier
from backchannel.bargain.item_games import read_item_games
from backchannel.bargain.solutions import solve
from bargaining import all_packages

GAMES = (
    Path(__file__).parent.parent.parent
    / "shared/data/scenarios/open_spiel_bargaining_apache2/bargaining_instances1000.txt"
)


@pytest.mark.shared
def test_all_thousand_public_games_are_solved_as_by_trying_all() -> None:
    if not GAMES.is_file():
        pytest.skip(f"the public games are not at {GAMES}")
    games = read_item_games(GAMES.read_bytes(), GAMES.name)
    assert len(games) == 1_000
    for game in games:
        points = [game.utilities(package) for package in all_packages(game)]
        solved = solve(game, frontier(game))
        assert solved["utilitarian"].measure == max(map(sum, points))
        assert solved["egalitarian"].measure == max(map(min, points))
        both = [a * b for a, b in points if a and b]
        if both:
            assert solved["nash"].measure == max(both)
        # Each game is made so that having all is worth ten to either side.
        assert [sum(map(max, profile.values)) for profile in game.profiles] == [10, 10]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"1,2 3,4", "games.txt, line 1: '1,2 3,4' came; three groups of as many numbers"),
        (b"1,2 3,4 5", "line 1"),
        (b"\n1,2 3,4 5,x", "line 2"),
        (b"101 1 1", "101 of one item; at most 100"),
        (b"\xff", "is not UTF-8 text (byte 1)"),
    ],
)
def test_a_fault_is_told_with_its_line(data: bytes, said: str) -> None:
    with pytest.raises(FileFaultError) as fault:
        read_item_games(data, "games.txt")
    assert said in str(fault.value)


@given(st.binary(max_size=30) | st.text("0123456789, \n", max_size=30).map(str.encode))
def test_arbitrary_files_are_read_or_refused(data: bytes) -> None:
    try:
        read_item_games(data, "games.txt")
    except FileFaultError as fault:
        assert fault.file == "games.txt"  # noqa: PT017 - most files are refused, some are read
