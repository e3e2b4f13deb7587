"""The project's own file of a bargaining space: `backchannel-bargain/1`, JSON, read strictly.

    {"format": "backchannel-bargain/1", "name": "...", "scale": "what a point is, whose estimate",
     "issues": [{"issue": "pause", "options": ["none", "10 days"]},
                {"issue": "detainees", "integers": {"from": 0, "to": 10, "step": 5}}],
     "rules": [{"forbid": {"pause": "none", "detainees": "10"}},
               {"when": {"pause": "none"}, "then": {"detainees": "0"}}],
     "parties": [{"party": "north", "reservation": 40,
                  "values": {"pause": {"none": 0, "10 days": 30},
                             "detainees": {"from": 0, "to": 70}},
                  "terms": [{"options": {"pause": "none", "detainees": "0"}, "value": -5}]}],
     "table": {"pause": "none", "detainees": "0"}}

`name`, `scale`, `rules`, `terms` and `table` (the package on the table) may be left out. The values
of a range can be given by those at its two ends, with a straight line between. Numbers are taken as
they are written, in tenths or thousandths too: `Profile.unit` makes them whole.

Promises: a fault is one `FileFaultError` with file, place, what came and what was expected; a
reservation value that no package can be below, or none can reach, is refused as off the scale.

>>> read_space(b'{"format": "backchannel-bargain/1"}', "talks.json")
Traceback (most recent call last):
...
backchannel.bargain.errors.FileFaultError: talks.json: the field 'issues' is missing
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from backchannel.bargain.errors import FileFaultError, MalformedError
from backchannel.bargain.model import (
    MAX_OPTIONS,
    MAX_VALUE,
    Choices,
    Forbidden,
    Issue,
    Number,
    Package,
    Profile,
    Required,
    Rule,
    Space,
    Term,
)
from backchannel.channel import errors as reading
from backchannel.channel.strict_json import Part, read_json

FORMAT = "backchannel-bargain/1"
MAX_UNIT = 10**6


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceFile:
    """What a file holds: the space, what a point is, the package on the table if there is one."""

    space: Space
    scale: str
    table: Package | None


def read_space(data: bytes, file: str) -> SpaceFile:
    """Return what the file holds. Raises: FileFaultError."""
    try:
        return _space(read_json(data, reading.MalformedError))
    except (reading.MalformedError, MalformedError) as error:
        raise FileFaultError(file, "", str(error)) from error


def _space(part: Part) -> SpaceFile:
    parts = part.fields(
        *("format", "issues", "parties"), optional=("name", "scale", "rules", "table")
    )
    if parts["format"].text() != FORMAT:
        raise parts["format"].fault(f"{FORMAT!r} is expected")
    issues = tuple(_issue(item) for item in parts["issues"].items())
    profiles = tuple(_profile(item, issues) for item in parts["parties"].items())
    rules = tuple(_rule(item) for item in parts["rules"].items()) if "rules" in parts else ()
    name = parts["name"].text() if "name" in parts else ""
    space = Space(issues=issues, profiles=profiles, rules=rules, name=name)
    return SpaceFile(
        space=space,
        scale=parts["scale"].text() if "scale" in parts else "",
        table=space.package(dict(_choices(parts["table"]))) if "table" in parts else None,
    )


def _issue(part: Part) -> Issue:
    parts = part.fields("issue", optional=("title", "options", "integers"))
    if ("options" in parts) == ("integers" in parts):
        raise part.fault("options or integers are expected, one of both")
    title = parts["title"].text() if "title" in parts else ""
    if "options" in parts:
        return Issue(issue=parts["issue"].text(), title=title, options=parts["options"].texts())
    numbers = _integers(parts["integers"])
    options = tuple(str(number) for number in numbers)
    return Issue(issue=parts["issue"].text(), title=title, options=options, numbers=numbers)


def _integers(part: Part) -> tuple[int, ...]:
    parts = part.fields("from", "to", optional=("step",))
    low, high = _integer(parts["from"]), _integer(parts["to"])
    step = _integer(parts["step"]) if "step" in parts else 1
    if step < 1 or high < low or (high - low) // step >= MAX_OPTIONS:
        raise part.fault(f"a range goes up, in steps from 1 on, {MAX_OPTIONS:,} of them at most")
    return tuple(range(low, high + 1, step))


def _integer(part: Part) -> int:
    value = part.number(-MAX_VALUE, MAX_VALUE)
    if value != int(value):
        raise part.fault(f"a whole number is expected, not {value:g}")
    return int(value)


def _exact(part: Part) -> Fraction:
    """Return a number as it is written: 0.1 is one tenth, and no binary neighbour of it."""
    part.number(-MAX_VALUE, MAX_VALUE)
    return Fraction(Decimal(repr(part.value)))


def _profile(part: Part, issues: tuple[Issue, ...]) -> Profile:
    parts = part.fields("party", "reservation", "values", optional=("terms",))
    given = parts["values"].mapping()
    unknown = set(given) - {issue.issue for issue in issues}
    missing = [issue.issue for issue in issues if issue.issue not in given]
    if unknown or missing:
        word = (
            f"{min(unknown)!r} is no issue" if unknown else f"the issue {missing[0]!r} is missing"
        )
        raise parts["values"].fault(f"{word}; there are: {', '.join(i.issue for i in issues)}")
    rows = [_row(given[issue.issue], issue) for issue in issues]
    terms = [_term(item) for item in parts["terms"].items()] if "terms" in parts else []
    reservation = _exact(parts["reservation"])
    _check_scale(parts["reservation"], reservation, rows, [value for _, value in terms])
    unit = _unit([reservation, *(v for row in rows for v in row), *(v for _, v in terms)])
    return Profile(
        party=parts["party"].text(),
        values=tuple(tuple(_in_units(value, unit) for value in row) for row in rows),
        reservation=_in_units(reservation, unit),
        terms=tuple(_made(choices, _in_units(value, unit)) for choices, value in terms),
        unit=unit or 1,
    )


def _row(part: Part, issue: Issue) -> list[Fraction]:
    given = part.mapping()
    if issue.numbers is not None and set(given) == {"from", "to"}:
        low, high = _exact(given["from"]), _exact(given["to"])
        first, span = issue.numbers[0], (issue.numbers[-1] - issue.numbers[0]) or 1
        return [low + (high - low) * Fraction(n - first) / Fraction(span) for n in issue.numbers]
    for option in given:
        if option not in issue.options:
            raise part.fault(f"{option!r} is no option; there are: {', '.join(issue.options)}")
    for option in issue.options:
        if option not in given:
            raise part.fault(f"the option {option!r} has no value; give it a number")
    return [_exact(given[option]) for option in issue.options]


def _term(part: Part) -> tuple[Choices, Fraction]:
    parts = part.fields("options", "value")
    return _choices(parts["options"]), _exact(parts["value"])


def _made(choices: Choices, value: Number) -> Term:
    names, options = zip(*choices, strict=True) if choices else ((), ())
    return Term(issues=names, values={options: value})


def _choices(part: Part) -> Choices:
    return tuple((issue, option.text()) for issue, option in part.mapping().items())


def _rule(part: Part) -> Rule:
    if "forbid" in part.mapping():
        return Forbidden(choices=_choices(part.fields("forbid")["forbid"]))
    parts = part.fields("when", "then")
    return Required(when=_choices(parts["when"]), then=_choices(parts["then"]))


def _check_scale(
    part: Part, reservation: Fraction, rows: list[list[Fraction]], terms: list[Fraction]
) -> None:
    """Refuse a reservation value that was plainly written on another scale than the utilities."""
    highest = sum(map(max, rows)) + sum(value for value in terms if value > 0)
    lowest = sum(map(min, rows)) + sum(value for value in terms if value < 0)
    if reservation > highest or reservation < min(lowest, Fraction(0)):
        raise part.fault(
            f"{float(reservation):g} is off the scale: packages are worth {float(lowest):g} to "
            f"{float(highest):g} to this party; write it on the same scale as the values"
        )


def _unit(values: list[Fraction]) -> int | None:
    """Return how many units make a point so that all is whole; None: too many, points it is."""
    unit = 1
    for value in values:
        unit = math.lcm(unit, value.denominator)
        if unit > MAX_UNIT:
            return None
    return unit if max(map(abs, values)) * unit <= MAX_VALUE else None


def _in_units(value: Fraction, unit: int | None) -> Number:
    return float(value) if unit is None else int(value * unit)
