"""Episodes of mediation and what became of them, from a file of outcomes.

Promises: every outcome that the file can state is in one table, with the ending it counts as; an
episode without an ending counts as undecided, up to the last day it is known to go on; a file that
holds something else is refused with the place.

>>> ENDINGS["collapse"]
<Ending.BREAKDOWN: 'breakdown'>
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from backchannel.channel import errors as channel_errors
from backchannel.channel.strict_json import Part, read_json
from backchannel.watch.errors import MalformedError

WEEK: Final = 7  # days
# The public pages that the outcomes were coded from end about here: what is undecided is known to
# be so up to this day, and no later one.
RECORD_ENDS: Final = date(2026, 7, 1)


class Ending(Enum):
    """How an episode ended."""

    AGREEMENT = "agreement"
    BREAKDOWN = "breakdown"


# A partial step ends nothing: exchanges recur while the war goes on, and the episode with it.
ENDINGS: Final[Mapping[str, Ending | None]] = {
    "formal_agreement": Ending.AGREEMENT,
    "collapse": Ending.BREAKDOWN,
    "partial": None,
    "open": None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One mediation from its first day to the day it was decided, if it was.

    `seen_until`: the last day on which it is known to go on, if it is not; None: there is none.
    """

    case: str
    name: str
    start: date
    ending: Ending | None
    decided: date | None
    seen_until: date | None = None

    def __post_init__(self) -> None:
        if (self.ending is None) != (self.decided is None):
            raise MalformedError(f"{self.name}: an ending and its day are expected, or neither")
        if self.decided is not None and self.decided < self.start:
            raise MalformedError(f"{self.name}: it ends on {self.decided}, before {self.start}")

    @property
    def week(self) -> int:
        """Return in which week it was decided, from 0. Raises: MalformedError."""
        if self.decided is None:
            raise MalformedError(f"{self.name} is not decided; ask for its week when it is")
        return (self.decided - self.start).days // WEEK


def read_episodes(data: bytes) -> tuple[Episode, ...]:
    """Return the episodes of a file of outcomes. Raises: MalformedError."""
    try:
        whole = read_json(data, channel_errors.MalformedError).mapping()
        if "episodes" not in whole:
            raise MalformedError("the field 'episodes' is missing; a list is expected")
        return tuple(_episode(part) for part in whole["episodes"].items())
    except channel_errors.MalformedError as fault:
        raise MalformedError(str(fault)) from fault


def _episode(part: Part) -> Episode:
    given = part.fields(
        *("case", "episode", "start", "end", "outcome", "date", "source_read"),
        optional=("held", "later"),
    )
    outcome = given["outcome"].text()
    if outcome not in ENDINGS:
        raise given["outcome"].fault(f"{outcome[:60]!r} came, one of {', '.join(ENDINGS)} expected")
    ending = ENDINGS[outcome]
    # Of a partial one the day of its last step is the last that something was read about.
    last = next((given[name].day() for name in ("end", "date") if given[name].value), RECORD_ENDS)
    return Episode(
        case=given["case"].text(),
        name=given["episode"].text(),
        start=given["start"].day(),
        ending=ending,
        decided=given["date"].day() if ending else None,
        seen_until=None if ending else last,
    )
