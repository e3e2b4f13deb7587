"""The tutorial on packages shows what the program prints, and its pictures what it draws."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tutorials import load

STALE = "docs/tutorial_packages.md is stale: run `python tools/show_tutorial.py`, read it again"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    return load()


@pytest.fixture(scope="module")
def shown(tool: ModuleType) -> Iterator[tuple[Path, str]]:
    """Run the page once: the folder with what its commands made, and the page anew."""
    with tool.place() as folder:
        yield folder, tool.refreshed(tool.PAGE.read_text(encoding="utf-8"), tool.run)


def words(svg: bytes) -> list[str | None]:
    root = ET.fromstring(svg)  # noqa: S314 - our own
    return [each.text for each in root if each.tag.endswith(("}title", "}desc"))]


def test_the_tutorial_shows_what_is_printed(tool: ModuleType, shown: tuple[Path, str]) -> None:
    assert tool.PAGE.read_text(encoding="utf-8") == shown[1], STALE


def test_the_pictures_of_the_tutorial_are_those_that_are_drawn(
    tool: ModuleType, shown: tuple[Path, str]
) -> None:
    # By their words: the outlines of letters differ with the fonts of the machine.
    drawn = {path.name: words(path.read_bytes()) for path in shown[0].glob("*.svg")}
    kept = {path.name: words(path.read_bytes()) for path in tool.PICTURES.glob("*.svg")}
    assert kept == drawn, STALE
    assert len(kept) == 2
    for name in kept:
        assert f"(pictures/{name})" in shown[1]


def test_the_tutorial_says_that_its_points_are_made_up(tool: ModuleType) -> None:
    page = tool.PAGE.read_text(encoding="utf-8")
    assert page.count("made up") >= 3
    assert "nobody's estimate" in page.partition("\n## ")[0]


def test_lines_that_are_left_out_stay_left_out(tool: ModuleType) -> None:
    page = "```\n$ backchannel x\nold\n...\nold\n$ backchannel y\nold\n```\n"
    made = tool.refreshed(page, lambda command: f"1 {command}\n2\n3")
    kept = "```\n$ backchannel x\n1 backchannel x\n...\n3\n"
    assert made == f"{kept}$ backchannel y\n1 backchannel y\n2\n3\n```\n"


def test_the_tutorial_runs_nothing_but_the_program(tool: ModuleType) -> None:
    for command in ("rm -r cases", "backchannel bargain solve nothing.json"):
        with pytest.raises(ValueError, match=r"runs backchannel and nothing else|failed"):
            tool.run(command)
