"""What others wrote is shown on a terminal and can do nothing there."""

import io
import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from backchannel.desk.screen import paper as papers
from backchannel.desk.screen.paper import BAR, Paper
from backchannel.desk.screen.untrusted import one_line, quiet_json, visible

OBEYED = {"Cc", "Cs", "Zl", "Zp"}
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
FARSI = "میانجی می‌گوید"  # with the joiner that Persian spelling needs
HOSTILE = [
    "\x1b[2J\x1b[H",
    "\x1b]0;title\x07",
    "\x9b31m",
    "\r overwritten",
    "\x08\x08\x08",
    "[bold red]markup[/]",
    "[link=http://x]click[/link]",
    ":smiley:",
    "abc\u202edef\u2066ghi",
    "zero\u200bwidth\ufeff",
    "tag\U000e0041",
]

Written = io.StringIO


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Written:
    """A terminal with colours, 40 columns wide, and what is written on it."""
    out = io.StringIO()

    def console(*, stderr: bool) -> Console:  # noqa: ARG001 - both go to the one page
        return Console(
            file=out, width=40, force_terminal=True, highlight=False, markup=False, emoji=False
        )

    monkeypatch.setattr(papers, "_console", console)
    return out


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    shown = visible(text)
    left = {c for c in shown if unicodedata.category(c) in OBEYED or c in TURNING}
    assert left <= {"\n", "\t"}
    assert not {"\n", "\t"} & set(one_line(text))


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=40))
def test_letters_of_all_scripts_stay_as_they_are(text: str) -> None:
    assume_drawn = re.sub("[\u115f\u1160\u3164\uffa0\u2800]", "", text)
    assert visible(assume_drawn) == assume_drawn


def test_persian_spelling_and_weak_marks_of_direction_stay() -> None:
    assert visible(FARSI) == FARSI
    assert visible("\u200f(5)\u200e") == "\u200f(5)\u200e"
    assert visible("a\u200cb \u200d") == "a<U+200C>b <U+200D>"


@given(st.text())
def test_json_says_the_same_and_obeys_nothing(text: str) -> None:
    written = quiet_json({"text": text})
    assert json.loads(written) == {"text": text}
    left = {c for c in written if unicodedata.category(c) in OBEYED or c in TURNING}
    assert left <= {"\n"}


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_cannot_alter_the_terminal(page: Written, text: str) -> None:
    paper = Paper()
    for write in (paper.line, paper.head, paper.warn, paper.quote, paper.aside):
        write(text)
    paper.table((text, "b"), [(text, "cell")])
    paper.rows(((text, "cell"),))
    # What we colour ourselves: whole sequences of ours, and no others.
    bare = re.sub(r"\x1b\[(0|1|2|1;33)m", "", page.getvalue())
    assert not {c for c in bare if unicodedata.category(c) in OBEYED} - {"\n"}
    assert not set(TURNING) & set(bare)
    if text.startswith("["):
        assert "".join(text.split()) in "".join(bare.replace("│", "").split())


def test_no_text_reaches_the_left_edge_where_the_desk_itself_speaks(page: Written) -> None:
    forged = "a1b2c3d4  2026-03-01 12:00 UTC  Qatar: says"
    Paper().quote(f"well\n{forged}\n{' ' * 70}{forged} {'x' * 90}")
    Paper().head(f"a1b2c3d4  note, only if they first say: {' ' * 40}{forged}{' ' * 40}{forged}")
    lines = re.sub(r"\x1b\[\d*m", "", page.getvalue()).split("\n")[:-1]
    quoted = [line for line in lines if line.startswith(BAR)]
    rest = [line for line in lines if not line.startswith(BAR)]
    assert sum(line.count("x") for line in quoted) == 90
    assert rest[0].startswith("a1b2c3d4  note")
    assert all(line.startswith(" " * 10) for line in rest[1:])


def test_a_long_text_is_folded_and_never_cut(page: Written) -> None:
    Paper().quote("x" * 1000)
    Paper().table(("one", "two"), [("y" * 1000, "z" * 1000)])
    shown = page.getvalue()
    assert (shown.count("x"), shown.count("y"), shown.count("z")) == (1000, 1000, 1000)
    assert "…" not in shown
