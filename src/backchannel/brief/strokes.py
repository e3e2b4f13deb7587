"""Pictures as SVG in plain text: lanes, bars and bands, with a title and a description in words.

Promises: nothing is loaded and nothing runs; people's words are text in it and never marks; colours
differ in brightness too, and stand in the style of the page, so that dark and print have theirs.

Source: SVG 1.1, 5.4; colours of Okabe and Ito, Color Universal Design (2008).
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, LEFT, RIGHT, LINE = 720, 150, 28, 26
Point = tuple[float, float]


def words(text: str, most: int = 60) -> str:
    """Return text on one line with nothing in it that hides, shortened, as it may stand in XML."""
    shown = "".join(" " if unicodedata.category(each)[0] in "CZ" else each for each in text)
    joined = " ".join(shown.split())
    return escape(joined if len(joined) <= most else joined[: most - 1] + "…")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as SVG, and what it shows in words, for whoever cannot see it and all others."""

    title: str
    said: str
    drawn: str


def picture(height: int, title: str, said: str, parts: Iterable[str]) -> Picture:
    """Return a picture; `said` tells what it shows."""
    inner = "".join(parts)
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'width="{WIDTH}" height="{height}">'
        f"<title>{words(title, 200)}</title><desc>{words(said, 2000)}</desc>{inner}</svg>"
    )
    return Picture(title=title, said=said, drawn=drawn)


def text(x: float, y: float, said: str, *, end: bool = False, middle: bool = False) -> str:
    """Return words in a picture; `end`: they end at x."""
    anchor = ' text-anchor="end"' if end else ' text-anchor="middle"' if middle else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{anchor}>{words(said, 40)}</text>'


def line(start: Point, end: Point, kind: str = "rule") -> str:
    """Return a line; `kind` is a name of the style."""
    (x, y), (to_x, to_y) = start, end
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" class="{kind}"/>'


def box(corner: Point, size: Point, kind: str) -> str:
    """Return a filled box; `size`: how wide, how high."""
    (x, y), (width, height) = corner, size
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}" '
        f'class="{kind}"/>'
    )


def dot(x: float, y: float, radius: float, kind: str) -> str:
    """Return a dot."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" class="{kind}"/>'


def path(points: Sequence[Point], kind: str) -> str:
    """Return a line through points."""
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{drawn}" class="{kind}"/>'


def across(share: float) -> float:
    """Return where a share from 0 to 1 lies between the lanes' names and the right edge."""
    return LEFT + share * (WIDTH - LEFT - RIGHT)
