"""Claims as bytes for other programs: CSV for spreadsheets, JSON `backchannel-claims/1`.

Promises: the same claims give the same bytes, each with its digest; a cell that a spreadsheet would
take for a formula begins with an apostrophe (`drawing.cells`); JSON has the text as it is, and each
of its claims, without the digest, is a line of the code book.
"""

import json
from collections.abc import Iterable
from typing import Any, Final

from backchannel.drawing.cells import table
from backchannel.watch.claims import COLUMNS, Claim, as_texts

FORMAT: Final = "backchannel-claims/1"
_NULL: Final = frozenset({"event_date", "credited_to", "url"})


def to_csv(claims: Iterable[Claim]) -> bytes:
    """Return the claims, a row for each."""
    return table(
        [["digest", *COLUMNS], *([each.digest, *as_texts(each).values()] for each in claims)]
    )


def to_json(claims: Iterable[Claim], *, case: str) -> bytes:
    """Return the claims as one document."""
    made = {"format": FORMAT, "case": case, "claims": [as_json(each) for each in claims]}
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()


def as_json(claim: Claim) -> dict[str, Any]:
    """Return the fields as the code book has them, and the digest before them."""
    texts = as_texts(claim)
    plain = {name: text or (None if name in _NULL else "") for name, text in texts.items()}
    return {"digest": claim.digest, **plain}
