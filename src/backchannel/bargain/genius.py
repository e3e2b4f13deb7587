r"""GENIUS domains: an XML file for the issues, and a profile of the same shape for each party.

Utilities are those of GENIUS itself, on a scale from 0 to 1 on which reservation values stand too:

- an option is worth its evaluation divided by the greatest evaluation of its issue;
- an integer is worth offset + slope * (integer - lower bound), a real number parameter0 +
  parameter1 * number, both cut off at 0 and 1; `constant` and `triangular` are read too;
- a package is worth the sum of weight * worth. GENIUS expects weights that sum to 1 and cuts off
  what is above it; here weights that do not are divided by their sum, and `scale` says so;
- no reservation value is 0. One outside of 0 to 1 is refused: it is on the scale of evaluations.

Discount factors are left aside, and `scale` says so: these numbers know no time. Profiles over
ranges of several issues (hyper-rectangles) are refused. A range of real numbers becomes a grid.

>>> domain = b'''<negotiation_template><utility_space><objective index="0" name="car">
... <issue index="1" name="price" type="discrete"><item value="low"/><item value="high"/></issue>
... </objective></utility_space></negotiation_template>'''
>>> buyer = b'''<utility_space><reservation value="0.3"/><objective index="0" name="car">
... <issue index="1" name="price" type="discrete"><item value="low" evaluation="8"/>
... <item value="high" evaluation="2"/></issue><weight index="1" value="1"/></objective>
... </utility_space>'''
>>> found = read_genius(domain, {"buyer.xml": buyer}, "car.xml")
>>> profile = found.space.profiles[0]
>>> profile.party, profile.unit, profile.values, profile.reservation
('buyer', 20, ((20, 5),), 6)

Source: GENIUS 10.4, genius.core.utility: AdditiveUtilitySpace, EvaluatorDiscrete, EvaluatorInteger
and EvaluatorReal; Lin and others, Genius, Computational Intelligence 30 (2014).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from backchannel.bargain.errors import FileFaultError, MalformedError
from backchannel.bargain.evaluators import range_row, table_row
from backchannel.bargain.exactly import Draft
from backchannel.bargain.model import Issue, Profile, Space
from backchannel.bargain.own_file import SpaceFile
from backchannel.bargain.plain_xml import Element, read_xml
from backchannel.bargain.ranges import PARTS, Row, integers_issue, numbers_issue

ROOTS = ("negotiation_template", "utility_space")
ANY_SUM = Fraction(1, 10**6)  # weights were written with so many digits; less is no other scale


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A profile, and what is to be said about its scale."""

    profile: Profile
    notes: tuple[str, ...]


def read_genius(
    domain: bytes, profiles: Mapping[str, bytes], file: str, *, parts: int = PARTS
) -> SpaceFile:
    """Return the space of a domain and its profiles, by file names, of which parties are named.

    `parts`: how many parts a range of real numbers is cut into.

    Raises:
        FileFaultError: with the file, the issue or option, what came and what was expected.
    """
    root = read_xml(domain, file, ROOTS)
    issues = {index: _issue(each, parts) for index, each in _issues(root)}
    read = [_profile(read_xml(data, name, ROOTS), issues) for name, data in profiles.items()]
    title = next((each.text("name") for each in root.all("objective") if each.get("name")), "")
    try:
        space = Space(
            issues=tuple(issues.values()),
            profiles=tuple(each.profile for each in read),
            name=title or party_of(file),
        )
    except MalformedError as error:
        raise FileFaultError(file, "", str(error)) from error
    notes = "; ".join(note for each in read for note in each.notes)
    scale = "utilities from 0 to 1, as GENIUS computes them"
    return SpaceFile(space=space, scale=f"{scale}; {notes}" if notes else scale, table=None)


def party_of(file: str) -> str:
    """Return the name of a file without folders and ending."""
    name = file.replace("\\", "/").rpartition("/")[2]
    return name.rpartition(".")[0] or name


def _issues(root: Element) -> Iterator[tuple[str, Element]]:
    seen: set[str] = set()
    for each in root.all("issue"):
        index = each.text("index")
        if index in seen:
            raise each.fault("another issue has this index already; each has its own")
        seen.add(index)
        yield index, each
    if not seen:
        raise root.fault("no issue is in it; at least one is expected")


def _kind(issue: Element) -> str:
    for name in ("type", "etype", "vtype"):
        if issue.get(name):
            return issue.text(name).lower()
    return "discrete"


def _bounds(issue: Element) -> tuple[Element, bool]:
    """Return the element that has the bounds, and whether there are any."""
    inner = next(iter(issue.children("range")), issue)
    return inner, inner.get("lowerbound") is not None


def _issue(issue: Element, parts: int) -> Issue:
    name, kind = issue.text("name"), _kind(issue)
    bounds, _ = _bounds(issue)
    match kind:
        case "discrete":
            options = tuple(item.text("value") for item in issue.children("item"))
            return issue.placed(lambda: Issue(issue=name, options=options))
        case "integer":
            ends = (bounds.integer("lowerbound"), bounds.integer("upperbound"))
            return bounds.placed(lambda: integers_issue(name, ends))
        case "real":
            low, high = bounds.number("lowerbound"), bounds.number("upperbound")
            return bounds.placed(lambda: numbers_issue(name, low, high, parts=parts))
        case _:
            raise issue.fault(f"{kind[:40]!r} is no type of issue; discrete, integer or real is")


def _profile(root: Element, issues: Mapping[str, Issue]) -> _Read:
    for tag in ("utility_function", "ufun", "constraint"):
        for each in root.all(tag):
            raise each.fault(
                "utilities over several issues at once (hyper-rectangles, constraints) are not "
                "read; profiles with a weight for each issue are"
            )
    given = dict(_issues(root))
    weights = _weights(root, issues)
    total = sum(weights.values(), Fraction(0))
    divisor = Fraction(1) if abs(total - 1) <= ANY_SUM else total
    rows = []
    for index, issue in issues.items():
        if index not in given:
            raise root.fault(f"the issue {issue.issue!r} (index {index}) is missing")
        row, weight = _row(given[index], issue), weights[index] / divisor
        rows.append(
            Row(values=[value * weight for value in row.values], rounding=row.rounding * weight)
        )
    party = party_of(root.file)
    notes = _notes(root, party, None if divisor == 1 else total)
    return _Read(profile=_made(root, party, rows), notes=notes)


def _made(root: Element, party: str, rows: list[Row]) -> Profile:
    asked = next(iter(root.all("reservation")), None)
    reservation = asked.number("value") if asked is not None else Fraction(0)
    made = Draft(
        party=party,
        rows=[row.values for row in rows],
        reservation=reservation,
        rounding=sum((row.rounding for row in rows), Fraction(0)),
    )
    off = (
        f"{float(reservation):g} is off the scale of GENIUS, which is from 0 to 1"
        if not 0 <= reservation <= 1
        else made.off_scale()
    )
    if off:
        raise (asked or root).fault(off)
    return root.placed(made.profile)


def _weights(root: Element, issues: Mapping[str, Issue]) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for each in root.all("weight"):
        index = each.text("index")
        if index in found:
            raise each.fault("this index has a weight already; each issue has one")
        found[index] = each.number("value")
        if found[index] < 0:
            raise each.fault("a weight is 0 or more; to turn a preference round, turn evaluations")
    missing = [index for index in issues if index not in found]
    if missing:
        name = issues[missing[0]].issue
        raise root.fault(f"the issue {name!r} (index {missing[0]}) has no weight")
    weights = {index: found[index] for index in issues}
    if not sum(weights.values()):
        raise root.fault("all weights are 0; at least one is more")
    return weights


def _row(given: Element, issue: Issue) -> Row:
    if given.text("name") != issue.issue:
        raise given.fault(f"the domain names the issue of this index {issue.issue!r}")
    evaluator = next(iter(given.children("evaluator")), None)
    if evaluator is None:
        return table_row(given, issue)
    bounds, bounded = _bounds(given)
    return range_row(evaluator, issue, bounds.number("lowerbound") if bounded else None)


def _notes(root: Element, party: str, total: Fraction | None) -> tuple[str, ...]:
    summed = f"the weights of {party} sum to {float(total or 1):g} and were divided by it"
    discounts = [each.number("value") for each in root.all("discount_factor")]
    left = f"the discount factor of {party} is left aside"
    notes = [summed] if total is not None else []
    return (*notes, *(left for value in discounts if 0 < value < 1))
