"""What is known of the parties in part, from the project's own file `backchannel-bargain/1`.

The same file as for `own_file`; a party has `known`, a list of statements, beside its values or
instead of them:

    {"party": "north", "known": [
        {"order": {"issue": "funds", "options": ["all", "half", "none"]}},
        {"matters_more": {"issue": "detainees", "than": "funds"}},
        {"reservation": {"from": 0.3, "to": 0.6}},
        {"refused": {"pause": "none", "funds": "half"}}]}

All numbers of statements are shares of the party's scale, 0 to 1. At the top of the file, `prior`
can say between which shares reservation values count as possible: {"from": 0, "to": 0.8}.

Of a party with values all is known: they are turned into statements, its best package worth 1 and
its worst 0. Values over several issues together (`terms`) cannot be, and are refused here.

>>> read_knowledge(b'{"format": "backchannel-bargain/1"}', "talks.json")
Traceback (most recent call last):
...
backchannel.bargain.errors.FileFaultError: talks.json: the field 'issues' is missing
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from backchannel.bargain.errors import FileFaultError, MalformedError
from backchannel.bargain.exactly import Draft
from backchannel.bargain.model import Issue, Package
from backchannel.bargain.own_parts import (
    check_format,
    choices_in,
    draft,
    issues_of,
    placed,
    rules_of,
    share,
)
from backchannel.bargain.statements import (
    Accepted,
    Ends,
    Knowledge,
    MattersMore,
    Order,
    Prefers,
    PrefersPackage,
    Prior,
    Refused,
    Reservation,
    Statement,
    Value,
    Weight,
    Worth,
)
from backchannel.channel import errors as reading
from backchannel.channel.strict_json import Part, read_json


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeFile:
    """What a file holds: what is known, whose estimate it is, and the package on the table."""

    knowledge: Knowledge
    name: str
    scale: str
    table: Package | None


def read_knowledge(data: bytes, file: str) -> KnowledgeFile:
    """Return what the file says is known. Raises: FileFaultError."""
    try:
        return _knowledge(read_json(data, reading.MalformedError))
    except (reading.MalformedError, MalformedError) as error:
        raise FileFaultError(file, "", str(error)) from error


def statements_of(part: Part) -> tuple[Statement, ...]:
    """Return the statements of a list; whether they name what is there is for `Knowledge`."""
    return tuple(placed(item, partial(_statement, item)) for item in part.items())


def prior_of(part: Part) -> Prior:
    """Return the prior: between which shares reservation values can lie."""
    return placed(part, lambda: Prior(**_shares(part)[1]))


def _knowledge(part: Part) -> KnowledgeFile:
    parts = part.fields(
        *("format", "issues", "parties"), optional=("name", "scale", "rules", "prior", "table")
    )
    check_format(parts["format"])
    issues = issues_of(parts["issues"])
    parties: dict[str, tuple[Statement, ...]] = {}
    for item in parts["parties"].items():
        party, known = _party(item, issues)
        if party in parties:
            raise item.fault(f"the party {party!r} is given twice; keep one")
        parties[party] = known
    knowledge = Knowledge(
        issues=issues,
        parties=parties,
        rules=rules_of(parts["rules"]) if "rules" in parts else (),
        prior=prior_of(parts["prior"]) if "prior" in parts else Prior(),
    )
    return KnowledgeFile(
        knowledge=knowledge,
        name=parts["name"].text() if "name" in parts else "",
        scale=parts["scale"].text() if "scale" in parts else "",
        table=knowledge.package(choices_in(parts["table"])) if "table" in parts else None,
    )


def _party(part: Part, issues: tuple[Issue, ...]) -> tuple[str, tuple[Statement, ...]]:
    if "values" not in part.mapping():
        parts = part.fields("party", "known")
        return parts["party"].text(), statements_of(parts["known"])
    parts = part.fields("party", "reservation", "values", optional=("terms", "known"))
    known = statements_of(parts["known"]) if "known" in parts else ()
    made = draft(parts, issues)
    if made.terms:
        raise parts["terms"].fault("cannot be part of what is known; leave them out, or the values")
    if made.highest == made.lowest:
        raise parts["values"].fault("make all packages alike, so that nothing is known of them")
    return made.party, (*_exactly(made, issues), *known)


def _exactly(made: Draft, issues: tuple[Issue, ...]) -> list[Statement]:
    """Return values and reservation value as statements, on the scale of worst to best package."""
    whole = made.highest - made.lowest
    found: list[Statement] = []
    for issue, row in zip(issues, made.rows, strict=True):
        low, swing = min(row), max(row) - min(row)
        found.append(Weight(issue=issue.issue, **_just(swing / whole)))
        found += [
            Value(issue=issue.issue, option=option, **_just((value - low) / swing))
            for option, value in zip(issue.options, row, strict=True)
            if swing
        ]
    asked = max(Fraction(0), (made.reservation - made.lowest) / whole)
    return [*found, Reservation(**_just(asked))]


def _just(value: Fraction) -> dict[str, float]:
    return {"low": float(value), "high": float(value)}


def _statement(part: Part) -> Statement:
    given = part.mapping()
    if len(given) != 1 or not set(given) <= set(_KINDS):
        raise part.fault(f"a statement has one field of these: {', '.join(_KINDS)}")
    ((kind, inner),) = given.items()
    return _KINDS[kind](inner)


def _prefers(part: Part) -> Statement:
    parts = part.fields("issue", "option", "to")
    return Prefers(**{name: each.text() for name, each in parts.items()})


def _order(part: Part) -> Statement:
    parts = part.fields("issue", "options")
    return Order(issue=parts["issue"].text(), options=parts["options"].texts())


def _ends(part: Part) -> Statement:
    parts = part.fields("issue", optional=("best", "worst"))
    return Ends(**{name: each.text() for name, each in parts.items()})


def _matters_more(part: Part) -> Statement:
    parts = part.fields("issue", "than")
    return MattersMore(**{name: each.text() for name, each in parts.items()})


def _shares(part: Part, *names: str) -> tuple[dict[str, Part], dict[str, float]]:
    parts = part.fields(*names, "from", "to")
    return parts, {"low": share(parts["from"]), "high": share(parts["to"])}


def _weight(part: Part) -> Statement:
    parts, shares = _shares(part, "issue")
    return Weight(issue=parts["issue"].text(), **shares)


def _value(part: Part) -> Statement:
    parts, shares = _shares(part, "issue", "option")
    return Value(issue=parts["issue"].text(), option=parts["option"].text(), **shares)


def _worth(part: Part) -> Statement:
    parts, shares = _shares(part, "package")
    return Worth(package=choices_in(parts["package"]), **shares)


def _reservation(part: Part) -> Statement:
    return Reservation(**_shares(part)[1])


def _prefers_package(part: Part) -> Statement:
    parts = part.fields("package", "to")
    return PrefersPackage(package=choices_in(parts["package"]), to=choices_in(parts["to"]))


_KINDS: Mapping[str, Callable[[Part], Statement]] = {
    "prefers": _prefers,
    "order": _order,
    "ends": _ends,
    "matters_more": _matters_more,
    "weight": _weight,
    "value": _value,
    "worth": _worth,
    "reservation": _reservation,
    "prefers_package": _prefers_package,
    "accepted": lambda part: Accepted(package=choices_in(part)),
    "refused": lambda part: Refused(package=choices_in(part)),
}
