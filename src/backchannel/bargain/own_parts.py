"""The parts that the project's own files share: issues, rules, packages, one party's values.

`own_file` makes a space of them, `knowledge_file` what is known in part; the format is told there.
Faults are raised with their place by `Part.fault`, as every strict reader of the project does.
"""

import re
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import TypeVar

from backchannel.bargain.errors import MalformedError
from backchannel.bargain.exactly import Draft, exact
from backchannel.bargain.model import (
    MAX_VALUE,
    Choices,
    Forbidden,
    Issue,
    Required,
    Rule,
)
from backchannel.bargain.ranges import PARTS, Row, along, integers_issue, numbers_issue
from backchannel.channel.strict_json import Part

FORMAT = "backchannel-bargain/1"
KINDS = ("options", "integers", "numbers")
_WRITTEN = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_SHOWN = 60  # characters of a wrong value that an error repeats

T = TypeVar("T")


def check_format(part: Part) -> None:
    """Refuse a file of another format."""
    if part.text() != FORMAT:
        raise part.fault(f"{FORMAT!r} is expected")


def issues_of(part: Part) -> tuple[Issue, ...]:
    """Return the issues of a file, each named once."""
    issues = tuple(_issue(item) for item in part.items())
    names = [issue.issue for issue in issues]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise part.fault(f"the issue {twice[0][:_SHOWN]!r} is given twice; keep one")
    return issues


def rules_of(part: Part) -> tuple[Rule, ...]:
    """Return the rules of a file."""
    return tuple(placed(item, partial(_rule, item)) for item in part.items())


def choices_in(part: Part) -> Choices:
    """Return choices, issue -> option, in the order in which they are written."""
    return tuple((issue, option.text()) for issue, option in part.mapping().items())


def fraction(part: Part) -> Fraction:
    """Return a number as it is written: 0.1 is one tenth, and no binary neighbour of it."""
    return exact(part.number(-MAX_VALUE, MAX_VALUE))


def share(part: Part) -> float:
    """Return a share of a party's scale, 0 to 1."""
    return part.number(0, 1)


def placed(part: Part, made: Callable[[], T]) -> T:
    """Return what is made of a part; a value that cannot be one is told with its place."""
    try:
        return made()
    except MalformedError as error:
        raise part.fault(str(error)) from error


def draft(parts: dict[str, Part], issues: tuple[Issue, ...]) -> Draft:
    """Return what a file says of a party: `party`, `values`, `reservation`, perhaps `terms`."""
    given = parts["values"].mapping()
    names = [issue.issue for issue in issues]
    unknown = [name for name in given if name not in names]
    missing = [name for name in names if name not in given]
    if unknown or missing:
        word = (
            f"{unknown[0][:_SHOWN]!r} is no issue"
            if unknown
            else f"the issue {missing[0]!r} is missing"
        )
        raise parts["values"].fault(f"{word}; there are: {', '.join(names)}")
    rows = [_row(given[issue.issue], issue) for issue in issues]
    terms = parts["terms"].items() if "terms" in parts else ()
    made = Draft(
        party=parts["party"].text(),
        rows=[row.values for row in rows],
        reservation=fraction(parts["reservation"]),
        terms=[_term(item) for item in terms],
        rounding=sum((row.rounding for row in rows), Fraction(0)),
    )
    off = made.off_scale()
    if off:
        raise parts["reservation"].fault(off)
    return made


def _issue(part: Part) -> Issue:
    parts = part.fields("issue", optional=("title", *KINDS))
    kinds = [kind for kind in KINDS if kind in parts]
    if len(kinds) != 1:
        raise part.fault(f"one of these is expected: {', '.join(KINDS)}")
    name, kind = parts["issue"].text(), parts[kinds[0]]
    title = parts["title"].text() if "title" in parts else ""
    match kinds[0]:
        case "options":
            options = kind.texts()
            return placed(part, lambda: Issue(issue=name, title=title, options=options))
        case "integers":
            given = kind.fields("from", "to", optional=("step",))
            ends = (_integer(given["from"]), _integer(given["to"]))
            step = _integer(given["step"]) if "step" in given else 1
            return placed(kind, lambda: integers_issue(name, ends, step=step, title=title))
        case _:
            given = kind.fields("from", "to", optional=("parts",))
            low, high = fraction(given["from"]), fraction(given["to"])
            count = _integer(given["parts"]) if "parts" in given else PARTS
            return placed(kind, lambda: numbers_issue(name, low, high, parts=count, title=title))


def _integer(part: Part) -> int:
    value = part.number(-MAX_VALUE, MAX_VALUE)
    if value != int(value):
        raise part.fault(f"a whole number is expected, not {value:g}")
    return int(value)


def _row(part: Part, issue: Issue) -> Row:
    given = part.mapping()
    if issue.numbers is not None and set(given) == {"from", "to"}:
        first, last = exact(issue.numbers[0]), exact(issue.numbers[-1])
        ends = {first: fraction(given["from"]), last: fraction(given["to"])}
        return along(issue, ends)
    if issue.numbers is not None and set(given) == {"points"}:
        corners = {_written(n, given["points"]): p for n, p in given["points"].mapping().items()}
        return placed(
            given["points"], lambda: along(issue, {n: fraction(p) for n, p in corners.items()})
        )
    if issue.spacing is not None:
        raise part.fault("from and to, or points, are expected: a grid stands for a whole range")
    for option in given:
        if option not in issue.options:
            listed = ", ".join(issue.options[:20]) + (", ..." if len(issue.options) > 20 else "")  # noqa: PLR2004 - enough to see the pattern
            raise part.fault(f"{option[:_SHOWN]!r} is no option; there are: {listed}")
    for option in issue.options:
        if option not in given:
            raise part.fault(f"the option {option!r} has no value; give it a number")
    return Row(values=[fraction(given[option]) for option in issue.options])


def _written(number: str, part: Part) -> Fraction:
    if not _WRITTEN.fullmatch(number):
        raise part.fault(f"{number[:_SHOWN]!r} is no number; write it as 0.5")
    return exact(number)


def _term(part: Part) -> tuple[Choices, Fraction]:
    parts = part.fields("options", "value")
    return choices_in(parts["options"]), fraction(parts["value"])


def _rule(part: Part) -> Rule:
    if "forbid" in part.mapping():
        return Forbidden(choices=choices_in(part.fields("forbid")["forbid"]))
    parts = part.fields("when", "then")
    return Required(when=choices_in(parts["when"]), then=choices_in(parts["then"]))
