"""The project's own file of a bargaining space: `backchannel-bargain/1`, JSON, read strictly.

    {"format": "backchannel-bargain/1", "name": "...", "scale": "what a point is, whose estimate",
     "issues": [{"issue": "pause", "options": ["none", "10 days"]},
                {"issue": "detainees", "integers": {"from": 0, "to": 10, "step": 5}},
                {"issue": "fee", "numbers": {"from": 0, "to": 2.5, "parts": 50}}],
     "rules": [{"forbid": {"pause": "none", "detainees": "10"}},
               {"when": {"pause": "none"}, "then": {"detainees": "0"}}],
     "parties": [{"party": "north", "reservation": 40,
                  "values": {"pause": {"none": 0, "10 days": 30},
                             "detainees": {"from": 0, "to": 70},
                             "fee": {"points": {"0": 9, "1": 8, "2.5": 0}}},
                  "terms": [{"options": {"pause": "none", "detainees": "0"}, "value": -5}]}],
     "table": {"pause": "none", "detainees": "0"}}

`name`, `scale`, `rules`, `terms` and `table` (the package on the table) may be left out. The values
of a range can be given by those at its two ends, with a straight line between, or as `points` with
straight lines between. A range of real `numbers` stands as a grid of so many parts. What is `known`
of a party, and the `prior`, are for `knowledge_file`; here they are left aside. Numbers are taken
as they are written, in tenths or thousandths too: `Profile.unit` makes them whole.

Promises: a fault is one `FileFaultError` with file, place, what came and what was expected; a
reservation value that no package can be below, or none can reach, is refused as off the scale.

>>> read_space(b'{"format": "backchannel-bargain/1"}', "talks.json")
Traceback (most recent call last):
...
backchannel.bargain.errors.FileFaultError: talks.json: the field 'issues' is missing
"""

from dataclasses import dataclass

from backchannel.bargain.errors import FileFaultError, MalformedError
from backchannel.bargain.knowledge_file import prior_of, statements_of
from backchannel.bargain.model import Issue, Package, Profile, Space
from backchannel.bargain.own_parts import check_format, choices_in, draft, issues_of, rules_of
from backchannel.channel import errors as reading
from backchannel.channel.strict_json import Part, read_json


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
        *("format", "issues", "parties"), optional=("name", "scale", "rules", "prior", "table")
    )
    check_format(parts["format"])
    issues = issues_of(parts["issues"])
    if "prior" in parts:
        prior_of(parts["prior"])
    space = Space(
        issues=issues,
        profiles=tuple(_profile(item, issues) for item in parts["parties"].items()),
        rules=rules_of(parts["rules"]) if "rules" in parts else (),
        name=parts["name"].text() if "name" in parts else "",
    )
    return SpaceFile(
        space=space,
        scale=parts["scale"].text() if "scale" in parts else "",
        table=space.package(dict(choices_in(parts["table"]))) if "table" in parts else None,
    )


def _profile(part: Part, issues: tuple[Issue, ...]) -> Profile:
    given = part.mapping()
    if "known" in given:
        statements_of(given["known"])
        if "values" not in given:
            raise part.fault("only what is known in part is given, no values: add them")
    return draft(
        part.fields("party", "reservation", "values", optional=("terms", "known")), issues
    ).profile()
