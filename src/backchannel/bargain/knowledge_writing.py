"""Writing what is known of the parties as the project's own file, so that an answer can be kept.

Promises: what is written is read again as the same knowledge. What was read from values stands as
statements afterwards: the same knowledge, but no longer points of anybody's scale.

>>> from backchannel.bargain.knowledge_file import read_knowledge
>>> from backchannel.bargain.model import Issue
>>> pause = Issue(issue="pause", options=("no", "yes"))
>>> from backchannel.bargain.statements import Knowledge
>>> known = Knowledge(issues=(pause,), parties={"north": (Reservation(low=0.25, high=0.5),)})
>>> made = KnowledgeFile(knowledge=known, name="talks", scale="our estimate", table=None)
>>> read_knowledge(write_knowledge(made), "talks.json") == made
True
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from backchannel.bargain.knowledge_file import KnowledgeFile
from backchannel.bargain.own_parts import FORMAT
from backchannel.bargain.own_writing import issue_row, rule_row
from backchannel.bargain.statements import (
    Accepted,
    Ends,
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

Shares = Prior | Reservation | Value | Weight | Worth
Row = dict[str, Any]


def write_knowledge(file: KnowledgeFile) -> bytes:
    """Return the file's content."""
    known = file.knowledge
    made: Row = {"format": FORMAT, "name": file.name, "scale": file.scale}
    made["issues"] = [issue_row(issue) for issue in known.issues]
    made["rules"] = [rule_row(rule) for rule in known.rules]
    made["prior"] = _shares(known.prior)
    made["parties"] = [
        {"party": party, "known": [statement_row(each) for each in statements]}
        for party, statements in known.parties.items()
    ]
    if file.table is not None:
        made["table"] = known.blank.named(file.table)
    return json.dumps(made, ensure_ascii=False, indent=1).encode()


def statement_row(statement: Statement) -> Row:
    """Return a statement as it stands in a file."""
    kind, row = _ROWS[type(statement)]
    return {kind: row(statement)}


def _shares(given: Shares) -> Row:
    return {"from": float(given.low), "to": float(given.high)}


def _ends(given: Ends) -> Row:
    told = {"best": given.best, "worst": given.worst}
    return {"issue": given.issue, **{name: each for name, each in told.items() if each is not None}}


def _prefers_package(given: PrefersPackage) -> Row:
    return {"package": dict(given.package), "to": dict(given.to)}


def _package(given: Accepted | Refused) -> Row:
    return dict(given.package)


_ROWS: Mapping[type[Statement], tuple[str, Callable[[Any], Row]]] = {
    Prefers: ("prefers", lambda x: {"issue": x.issue, "option": x.option, "to": x.to}),
    Order: ("order", lambda x: {"issue": x.issue, "options": list(x.options)}),
    Ends: ("ends", _ends),
    MattersMore: ("matters_more", lambda x: {"issue": x.issue, "than": x.than}),
    Weight: ("weight", lambda x: {"issue": x.issue, **_shares(x)}),
    Value: ("value", lambda x: {"issue": x.issue, "option": x.option, **_shares(x)}),
    Worth: ("worth", lambda x: {"package": dict(x.package), **_shares(x)}),
    Reservation: ("reservation", _shares),
    PrefersPackage: ("prefers_package", _prefers_package),
    Accepted: ("accepted", _package),
    Refused: ("refused", _package),
}
