"""A report: a text that was published, where and when it was read, and the hash of what came.

Promises: a wrong report cannot be built; two with the same text under the same address have the
same digest; a day of publication that is not known is None and never guessed.

>>> read = Report(outlet="Gazette", url="https://gazette.example/1", title="Talks in Doha",
...               text="Qatar said the talks go on.", language="en", published=date(2023, 9, 18),
...               published_basis=Basis.PRINTED,
...               retrieved=datetime.fromisoformat("2023-09-19T00:00Z"))
>>> read.digest[:8]
'649fc5f7'
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from backchannel.watch.claims import Basis, require_address
from backchannel.watch.errors import MalformedError

LONGEST_TEXT: Final = 5_000_000  # characters of one report
LONGEST_TITLE: Final = 2_000
_FORMAT: Final = "backchannel-report/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One text of one outlet; no `url` for a page pasted by hand, no `language` if it is unknown.

    `published` is None if no day stands in it; `published_basis` tells how the day is known.
    """

    outlet: str
    url: str
    title: str
    text: str
    language: str
    published: date | None
    published_basis: Basis
    retrieved: datetime

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise MalformedError("the report has no text; a page with words in it is expected")
        if len(self.text) > LONGEST_TEXT:
            raise MalformedError(
                f"the text has {len(self.text):,} characters; {LONGEST_TEXT:,} at most are read"
            )
        if not self.outlet.strip() or len(self.outlet) > LONGEST_TITLE:
            raise MalformedError("the outlet is not named; name where the report was published")
        if len(self.title) > LONGEST_TITLE:
            raise MalformedError(
                f"the title has {len(self.title):,} characters; {LONGEST_TITLE:,} at most are read"
            )
        if self.retrieved.tzinfo is None:
            raise MalformedError("the time of retrieval is without its zone")
        require_address(self.url)

    @property
    def digest(self) -> str:
        """Return SHA-256 over address, title and text: the same page read twice is one report."""
        told = json.dumps([_FORMAT, self.url, self.title, self.text], ensure_ascii=True)
        return hashlib.sha256(told.encode()).hexdigest()
