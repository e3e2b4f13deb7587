"""Issues that are ranges of numbers, and values that change along them in straight lines.

A range of real numbers is replaced by a grid. What lies between two points of the grid is judged by
the nearest one, so a package can be misjudged by half a step of the grid times the slope: that is
the `rounding` of a row, and it ends up in `Profile.rounding`.

>>> issue = numbers_issue("price", Fraction(0), Fraction(1), parts=4)
>>> issue.options, issue.spacing
(('0', '0.25', '0.5', '0.75', '1'), 0.25)
>>> row = along(issue, {Fraction(0): Fraction(0), Fraction(1): Fraction(10)})
>>> [str(value) for value in row.values], str(row.rounding)
(['0', '5/2', '5', '15/2', '10'], '5/4')
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from backchannel.bargain.errors import MalformedError
from backchannel.bargain.exactly import exact
from backchannel.bargain.model import MAX_OPTIONS, Issue

PARTS = 100  # of a range of real numbers, where the file does not say how many
_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What the options of one issue are worth to a party, and how far the grid can be off."""

    values: Sequence[Fraction]
    rounding: Fraction = Fraction(0)


def integers_issue(name: str, ends: tuple[int, int], *, step: int = 1, title: str = "") -> Issue:
    """Return an issue whose options are whole numbers from one end to the other. Raises: Malf..."""
    low, high = ends
    if step < 1 or high < low or (high - low) // step >= MAX_OPTIONS:
        raise MalformedError(
            f"{low} to {high} in steps of {step} is no range: it goes up, in steps from 1 on, "
            f"{MAX_OPTIONS:,} of them at most"
        )
    numbers = tuple(range(low, high + 1, step))
    return Issue(issue=name, title=title, options=tuple(map(str, numbers)), numbers=numbers)


def numbers_issue(
    name: str, low: Fraction, high: Fraction, *, parts: int = PARTS, title: str = ""
) -> Issue:
    """Return an issue whose options stand for all numbers between. Raises: MalformedError."""
    if high <= low or not 1 <= parts < MAX_OPTIONS:
        raise MalformedError(
            f"{float(low):g} to {float(high):g} in {parts} parts is no range: it goes up, in 1 to "
            f"{MAX_OPTIONS - 1:,} parts"
        )
    numbers = tuple(float(low + (high - low) * place / parts) for place in range(parts + 1))
    return Issue(
        issue=name,
        title=title,
        options=tuple(f"{number:.{_DIGITS}g}" for number in numbers),
        numbers=numbers,
        spacing=float((high - low) / parts),
    )


def points_of(issue: Issue) -> list[Fraction]:
    """Return the numbers of a range, each as it is written. Raises: MalformedError."""
    if issue.numbers is None:
        raise MalformedError(f"the issue {issue.issue!r} is no range; give each option a number")
    return [exact(number) for number in issue.numbers]


def along(issue: Issue, corners: Mapping[Fraction, Fraction]) -> Row:
    """Return the values on straight lines between corners; the ends of the range are corners.

    Raises:
        MalformedError: the issue is no range, or its ends are missing, or a corner is outside.
    """
    numbers = points_of(issue)
    places = sorted(corners)
    if not places or (places[0], places[-1]) != (numbers[0], numbers[-1]):
        raise MalformedError(
            f"the values of {issue.issue!r} run from {issue.options[0]} to {issue.options[-1]}; "
            "both ends are expected, and nothing outside"
        )
    pieces = [(b - a, corners[b] - corners[a]) for a, b in pairwise(places)]
    steepest = max((abs(rise / run) for run, rise in pieces), default=Fraction(0))
    values = []
    for number in numbers:
        piece = min(bisect_right(places, number) - 1, len(pieces) - 1) if pieces else 0
        start = places[piece]
        run, rise = pieces[piece] if pieces else (Fraction(1), Fraction(0))
        values.append(corners[start] + rise * (number - start) / run)
    return Row(values=values, rounding=half_step(issue) * steepest)


def half_step(issue: Issue) -> Fraction:
    """Return half a step of the grid that stands for a range of real numbers; else 0."""
    return exact(issue.spacing) / 2 if issue.spacing is not None else Fraction(0)
