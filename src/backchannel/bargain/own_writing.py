"""Writing a space as the project's own file: what was read from another format can be kept as ours.

Promises: what is written is read again with the same issues, rules and packages, and utilities that
differ by no more than a number's last digit (thirds cannot be written in tenths); numbers of
options that are no even steps are left out, their names stay.

>>> from backchannel.bargain.own_file import read_space
>>> pause = Issue(issue="pause", options=("no", "yes"))
>>> north = Profile(party="north", values=((0, 3),), reservation=1, unit=2)
>>> made = SpaceFile(space=Space(issues=(pause,), profiles=(north,)), scale="", table=(1,))
>>> read_space(write_space(made), "talks.json") == made
True
"""

import json
from fractions import Fraction
from typing import Any

from backchannel.bargain.model import Choices, Forbidden, Issue, Number, Profile, Rule, Space
from backchannel.bargain.own_file import SpaceFile
from backchannel.bargain.own_parts import FORMAT


def write_space(file: SpaceFile) -> bytes:
    """Return the file's content."""
    space = file.space
    made: dict[str, Any] = {"format": FORMAT, "name": space.name, "scale": file.scale}
    made["issues"] = [issue_row(issue) for issue in space.issues]
    made["rules"] = [rule_row(rule) for rule in space.rules]
    made["parties"] = [_party(profile, space) for profile in space.profiles]
    if file.table is not None:
        made["table"] = space.named(file.table)
    return json.dumps(made, ensure_ascii=False, indent=1).encode()


def issue_row(issue: Issue) -> dict[str, Any]:
    """Return an issue as it stands in a file."""
    named = {"issue": issue.issue, "title": issue.title}
    if issue.spacing is not None and issue.numbers:
        parts = len(issue.numbers) - 1
        return {**named, "numbers": {**_ends(issue.numbers), "parts": parts}}
    steps = _steps(issue)
    if steps and issue.numbers:
        return {**named, "integers": {**_ends(issue.numbers), "step": steps}}
    return {**named, "options": list(issue.options)}


def _ends(numbers: tuple[Number, ...]) -> dict[str, Number]:
    return {"from": numbers[0], "to": numbers[-1]}


def _steps(issue: Issue) -> int:
    """Return the step of a range of integers, 0 if it is none."""
    if issue.numbers is None or issue.options != tuple(str(n) for n in issue.numbers):
        return 0
    first, last = issue.numbers[0], issue.numbers[-1]
    step = (last - first) // max(1, len(issue.numbers) - 1) or 1
    even = isinstance(step, int) and issue.numbers == tuple(range(int(first), int(last) + 1, step))
    return int(step) if even else 0


def rule_row(rule: Rule) -> dict[str, Any]:
    """Return a rule as it stands in a file."""
    if isinstance(rule, Forbidden):
        return {"forbid": dict(rule.choices)}
    return {"when": dict(rule.when), "then": dict(rule.then)}


def _party(profile: Profile, space: Space) -> dict[str, Any]:
    values = {}
    for issue, row in zip(space.issues, profile.values, strict=True):
        pairs = zip(issue.options, row, strict=True)
        by_option = {option: _points(value, profile) for option, value in pairs}
        values[issue.issue] = by_option if issue.spacing is None else {"points": by_option}
    terms = [
        {"options": dict(_choices(term.issues, options)), "value": _points(value, profile)}
        for term in profile.terms
        for options, value in term.values.items()
    ]
    return {
        "party": profile.party,
        "reservation": _points(profile.reservation, profile),
        "values": values,
        "terms": terms,
    }


def _choices(issues: tuple[str, ...], options: tuple[str, ...]) -> Choices:
    return tuple(zip(issues, options, strict=True))


def _points(value: Number, profile: Profile) -> Number:
    """Return a value in points, without a fraction where it has none."""
    points = Fraction(value) / profile.unit
    return int(points) if points.denominator == 1 else float(points)
