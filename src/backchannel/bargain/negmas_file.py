r"""NegMAS scenario folders: a YAML (or JSON) file for the issues, one for each utility function.

Read are utility functions that add up over issues: `LinearAdditiveUtilityFunction` (also by its
older name `LinearUtilityAggregationFunction`) with a table, a constant or a straight line for each
issue, and `AffineUtilityFunction`, `LinearUtilityFunction` on numbers. Everything else is refused
by its name, and so is every field that could change utilities and is not known here.

Utilities are taken as NegMAS computes them, each party on a scale of its own; nothing is brought
to 0 to 1. A reservation value that no package can be below, or none can reach, is refused: folders
made from other formats often hold one from another scale than their utilities. No reservation value
(`null` or `-.inf`) is that of the worst package; `scale` says so.

>>> domain = b"issues: [{name: price, type: CategoricalIssue, values: [low, high]}]"
>>> buyer = b'''type: LinearAdditiveUtilityFunction
... reserved_value: 0.5
... weights: [2]
... values: [{type: TableFun, mapping: {low: 1, high: 0.25}}]'''
>>> found = read_negmas({"domain.yml": domain, "buyer.yml": buyer}, "shop")
>>> profile = found.space.profiles[0]
>>> profile.party, profile.unit, profile.values, profile.reservation
('buyer', 2, ((4, 1),), 1)

Source: NegMAS 0.16, the files that its `Scenario.dumpas` writes.
"""

from collections.abc import Mapping
from fractions import Fraction

from backchannel.bargain.errors import FileFaultError, MalformedError
from backchannel.bargain.exactly import Draft
from backchannel.bargain.genius import party_of
from backchannel.bargain.model import MAX_VALUE, Issue, Profile, Space
from backchannel.bargain.own_file import SpaceFile
from backchannel.bargain.own_parts import fraction, placed
from backchannel.bargain.plain_yaml import number_or_text, read_yaml
from backchannel.bargain.ranges import (
    PARTS,
    Row,
    half_step,
    integers_issue,
    numbers_issue,
    points_of,
)
from backchannel.channel import errors as reading
from backchannel.channel.strict_json import Part

NAMED = ("CategoricalIssue", "DiscreteCardinalIssue", "DiscreteOrdinalIssue")
ADDITIVE = ("LinearAdditiveUtilityFunction", "LinearUtilityAggregationFunction")
AFFINE = ("AffineUtilityFunction", "LinearUtilityFunction")
FUNCTIONS = ("TableFun", "AffineFun", "LinearFun", "IdentityFun", "ConstFun")
# Fields that change no utility.
_ASIDE = ("name", "id", "path", "stability", "outcome_space", "n_values", "n_levels")
_SHOWN = 40


def read_negmas(files: Mapping[str, bytes], folder: str, *, parts: int = PARTS) -> SpaceFile:
    """Return the space of a folder's files, by their names, of which parties are named.

    Files whose name begins with `_` hold statistics and are not read. `parts`: how many parts a
    range of real numbers is cut into.

    Raises:
        FileFaultError: with the file, the field, what came and what was expected.
    """
    read = {
        name: _content(data, name)
        for name, data in files.items()
        if not party_of(name).startswith("_")
    }
    domains = [name for name, part in read.items() if "issues" in part.mapping()]
    if len(domains) != 1:
        raise FileFaultError(
            folder, "", f"{len(domains)} files have the field 'issues'; one of them is expected"
        )
    domain = read.pop(domains[0])
    try:
        issues = _issues(domain, parts)
        title = domain.mapping().get("name")
    except (reading.MalformedError, MalformedError) as error:
        raise FileFaultError(domains[0], "", str(error)) from error
    made = [_profile(part, party_of(name), issues, name) for name, part in read.items()]
    notes = [f"{each.party} has no reservation value" for each, none in made if none]
    named = title.value if title is not None and isinstance(title.value, str) else ""
    try:
        space = Space(
            issues=issues, profiles=tuple(each for each, _ in made), name=named or party_of(folder)
        )
    except MalformedError as error:
        raise FileFaultError(folder, "", str(error)) from error
    return SpaceFile(
        space=space,
        scale="; ".join(["utilities as NegMAS computes them, each party on its own scale", *notes]),
        table=None,
    )


def _content(data: bytes, file: str) -> Part:
    try:
        part = read_yaml(data, reading.MalformedError)
        part.mapping()
    except reading.MalformedError as error:
        raise FileFaultError(file, "", str(error)) from error
    return part


def _issues(domain: Part, parts: int) -> tuple[Issue, ...]:
    fields = domain.fields("issues", optional=("type", *_ASIDE))
    return tuple(_issue(item, parts) for item in fields["issues"].items())


def _issue(part: Part, parts: int) -> Issue:
    fields = part.fields("name", "type", "values", optional=_ASIDE)
    name, kind, values = _word(fields["name"]), _type(fields["type"]), fields["values"]
    if kind in NAMED:
        options = tuple(_word(item) for item in values.items())
        numbers = tuple(item.value for item in values.items())
        ascending = all(_is_number(n) for n in numbers) and list(numbers) == sorted(numbers)  # type: ignore[type-var]
        return placed(
            part,
            lambda: Issue(issue=name, options=options, numbers=numbers if ascending else None),  # type: ignore[arg-type]
        )
    ends = [fraction(item) for item in values.items()]
    if len(ends) != 2:  # noqa: PLR2004 - from and to
        raise values.fault("two numbers, from and to, are expected")
    if kind == "ContiguousIssue":
        if any(end.denominator != 1 for end in ends):
            raise values.fault("two whole numbers are expected")
        return placed(values, lambda: integers_issue(name, (int(ends[0]), int(ends[1]))))
    if kind == "ContinuousIssue":
        return placed(values, lambda: numbers_issue(name, ends[0], ends[1], parts=parts))
    known = ", ".join((*NAMED, "ContiguousIssue", "ContinuousIssue"))
    raise fields["type"].fault(f"{kind[:_SHOWN]!r} is not read; {known} are")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < MAX_VALUE


def _word(part: Part) -> str:
    """Return a name or option, which may be written as a number or a truth value."""
    value = part.value
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.12g}" if _is_number(value) else part.text()


def _type(part: Part) -> str:
    """Return the name of a class, without its module."""
    return part.text().rpartition(".")[2]


def _profile(part: Part, party: str, issues: tuple[Issue, ...], file: str) -> tuple[Profile, bool]:
    """Return the profile, and whether it came without a reservation value."""
    try:
        rows, asked = _rows(part, issues)
        none = asked is None or asked.value in (None, float("-inf"))
        made = Draft(
            party=party,
            rows=[row.values for row in rows],
            reservation=Fraction(0) if none or asked is None else fraction(asked),
            rounding=sum((row.rounding for row in rows), Fraction(0)),
        )
        if none:
            made = Draft(
                party=party, rows=made.rows, reservation=made.lowest, rounding=made.rounding
            )
        elif asked is not None and (made.off_scale() or 0 < made.reservation < made.lowest):
            raise asked.fault(
                f"{float(made.reservation):g} is off the scale: packages are worth "
                f"{float(made.lowest):g} to {float(made.highest):g}; write it on the same scale, "
                "or null if any package would be taken"
            )
        return made.profile(), none
    except (reading.MalformedError, MalformedError) as error:
        raise FileFaultError(file, "", str(error)) from error


def _rows(part: Part, issues: tuple[Issue, ...]) -> tuple[list[Row], Part | None]:
    kind = _type(part.mapping().get("type", Part("none", "", part.error)))
    optional = ("bias", "reserved_value", "reserved_outcome", *_ASIDE)
    if kind in ADDITIVE:
        fields = part.fields("type", "values", optional=("weights", *optional))
        functions = _by_issue(fields["values"], issues)
        pairs = zip(functions, issues, strict=True)
        rows = [_row(function, issue) for function, issue in pairs]
    elif kind in AFFINE:
        fields = part.fields("type", "weights", optional=optional)
        rows = [Row(values=points_of(i), rounding=half_step(i)) for i in issues]
    else:
        raise part.fault(
            f"the type {kind[:_SHOWN]!r} is not read; {', '.join((*ADDITIVE, *AFFINE))} are"
        )
    outcome = fields.get("reserved_outcome")
    if outcome is not None and outcome.value is not None:
        raise outcome.fault("a reserved outcome is not read; give its utility as reserved_value")
    weights = [Fraction(1)] * len(issues)
    if "weights" in fields and fields["weights"].value is not None:
        weights = [fraction(each) for each in _by_issue(fields["weights"], issues)]
    scaled = [_times(row, weight) for row, weight in zip(rows, weights, strict=True)]
    bias = fraction(fields["bias"]) if "bias" in fields else Fraction(0)
    first = Row(values=[value + bias for value in scaled[0].values], rounding=scaled[0].rounding)
    return [first, *scaled[1:]], fields.get("reserved_value")


def _times(row: Row, weight: Fraction) -> Row:
    return Row(values=[value * weight for value in row.values], rounding=row.rounding * abs(weight))


def _by_issue(part: Part, issues: tuple[Issue, ...]) -> list[Part]:
    """Return what a list in the issues' order, or a mapping by their names, holds for each."""
    if isinstance(part.value, dict):
        given = part.mapping()
        names = [issue.issue for issue in issues]
        if set(given) != set(names):
            raise part.fault(f"one for each issue is expected: {', '.join(names)}")
        return [given[name] for name in names]
    items = part.items()
    if len(items) != len(issues):
        raise part.fault(f"{len(items)} came for {len(issues)} issues")
    return list(items)


def _row(part: Part, issue: Issue) -> Row:
    given = part.mapping()
    kind = _type(given.get("type", Part("none", "", part.error)))
    match kind:
        case "TableFun":
            return _table(part.fields("type", "mapping")["mapping"], issue)
        case "ConstFun":
            level = fraction(part.fields("type", "bias")["bias"])
            return Row(values=[level] * len(issue.options))
        case "AffineFun" | "LinearFun" | "IdentityFun":
            fields = part.fields("type", optional=("slope", "bias"))
            slope = fraction(fields["slope"]) if "slope" in fields else Fraction(1)
            bias = fraction(fields["bias"]) if "bias" in fields else Fraction(0)
            numbers = placed(part, lambda: points_of(issue))
            return Row(
                values=[bias + slope * number for number in numbers],
                rounding=half_step(issue) * abs(slope),
            )
        case _:
            raise part.fault(
                f"the function {kind[:_SHOWN]!r} is not read; {', '.join(FUNCTIONS)} are"
            )


def _table(part: Part, issue: Issue) -> Row:
    if issue.spacing is not None:
        raise part.fault("a table cannot tell the values of a range of real numbers")
    found = {
        _word(Part(number_or_text(name), "", part.error)): each
        for name, each in part.mapping().items()
    }
    for option in found:
        if option not in issue.options:
            raise part.fault(f"{option[:_SHOWN]!r} is no option of {issue.issue!r}")
    for option in issue.options:
        if option not in found:
            raise part.fault(f"the option {option[:_SHOWN]!r} of {issue.issue!r} has no value")
    return Row(values=[fraction(found[option]) for option in issue.options])
