"""Files of any format: told apart without being told which they are."""

from pathlib import Path

import pytest

from backchannel.bargain.errors import FileFaultError
from backchannel.bargain.files import read_files
from test_bargain_own_file import EXAMPLE

SCENARIOS = Path(__file__).parent / "scenarios"
GAMES = (
    Path(__file__).parent.parent.parent
    / "shared/data/scenarios/llm_deliberation_mit/games_descriptions"
)


def folder(name: str, *files: str) -> dict[str, bytes]:
    return {f"{name}/{file}": (SCENARIOS / name / file).read_bytes() for file in files}


def test_each_format_is_known_by_its_look() -> None:
    own = read_files({EXAMPLE.name: EXAMPLE.read_bytes()})
    assert own.space.parties == ("US", "Iran")
    genius = read_files(folder("harbour_genius", "harbour.xml", "north.xml", "south.xml"))
    assert "GENIUS" in genius.scale
    negmas = read_files(folder("harbour_negmas", "south.yml", "harbour.yml", "north.yml"))
    assert "NegMAS" in negmas.scale
    assert genius.space.parties == ("north", "south")
    assert negmas.space.parties == ("south", "north")
    several = {"d.json": b'{"issues": []}', "u.json": b"{}"}
    with pytest.raises(FileFaultError, match="the type 'none' is not read"):
        read_files(several)
    game = read_files({"game/config.txt": b"Mayor,m", "game/m.txt": b"1, 2\n1"})
    assert game.space.parties == ("Mayor",)


def test_a_byte_order_mark_hides_no_format() -> None:
    files = folder("harbour_genius", "harbour.xml", "north.xml", "south.xml")
    first = next(iter(files))
    files[first] = b"\xef\xbb\xbf" + files[first]
    assert read_files(files).space.parties == ("north", "south")


def test_too_few_files_are_told() -> None:
    with pytest.raises(FileFaultError, match="no file: at least one is expected"):
        read_files({})
    with pytest.raises(FileFaultError, match="a GENIUS domain comes with a profile for each party"):
        read_files(folder("harbour_genius", "harbour.xml"))


@pytest.mark.shared
def test_the_public_games_are_read_as_folders() -> None:
    if not GAMES.is_dir():
        pytest.skip(f"the public games are not at {GAMES}")
    for game in sorted(GAMES.iterdir()):
        files = {"config.txt": (game / "config.txt").read_bytes()}
        files |= {path.name: path.read_bytes() for path in (game / "scores_files").iterdir()}
        assert 4 < len(read_files(files).space.parties) < 8
