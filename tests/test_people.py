"""Several people at one desk by turns: each says who writes, and the mediator sees it."""

from pathlib import Path

import pytest

from desk_terminal import Terminal, contents, plain, talks


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return talks(tmp_path / "home", [("Iran", "iran")])


def test_who_wrote_is_shown_in_the_caucus_on_both_desks(terminal: Terminal) -> None:
    terminal.do("iran", "desk", "people", "Leila", "Omid")
    terminal.do("iran", "--as", "Leila", "say", "We are ready.")
    terminal.sync("iran", "qatar")
    for desk in ("iran", "qatar"):
        assert "Iran (Leila): note" in plain(terminal.do(desk, "caucus"))


def test_where_several_write_each_says_who(terminal: Terminal) -> None:
    assert "anybody may write here" in terminal.do("iran", "desk", "people")
    terminal.do("iran", "say", "Nobody is named yet.")
    named = terminal.do("iran", "desk", "people", "Leila", "Omid")
    assert named.split() == ["Leila", "Omid"]
    before = contents(terminal, "iran")
    refusal = terminal.refused("iran", "say", "x", code=2)
    assert "say who, with `backchannel --as NAME ...`, one of: Leila, Omid" in refusal
    refusal = terminal.refused("iran", "--as", "Layla", "say", "x", code=2)
    assert "Layla does not write at this desk; there are: Leila, Omid" in refusal
    assert contents(terminal, "iran") == before
    # To read, nobody need say who they are.
    terminal.do("iran", "caucus")


def test_where_one_alone_writes_the_name_is_remembered(terminal: Terminal) -> None:
    terminal.do("iran", "desk", "people", "Leila")
    terminal.do("iran", "say", "We are ready.")
    assert "Iran (Leila)" in terminal.do("iran", "caucus")
    terminal.do("iran", "desk", "people", "--anybody")
    terminal.do("iran", "say", "Somebody else is.")
    assert "Iran: note" in plain(terminal.do("iran", "caucus"))


@pytest.mark.parametrize(
    ("names", "code", "why"),
    [
        (("Leila", "Leila"), 2, "given twice"),
        (("Leila", "a\nb"), 1, "on one line"),
        (("Leila", "--anybody"), 2, "one of the two"),
    ],
)
def test_names_that_cannot_be_are_refused(
    terminal: Terminal, names: tuple[str, ...], code: int, why: str
) -> None:
    before = contents(terminal, "iran")
    assert why in terminal.refused("iran", "desk", "people", *names, code=code)
    assert contents(terminal, "iran") == before
