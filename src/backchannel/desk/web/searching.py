"""Long lists on the page: searched however people write, and shown fifty at a time.

What is searched for is compared without case, accents and forms of presentation; Arabic and Persian
letters and digits count as the same, since keyboards differ and readers cannot see it. What is
searched for is sent as a form: addresses stay in the history that a browser writes to the disk.

>>> fits("كتابي ١٢", fold("کتابی 12"))
True
>>> fits("Detainees and FUNDS", fold("funds gold"))
False
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from backchannel.channel import folding
from backchannel.desk.web.visit import Visit

PAGE = 50
DIGITS = 6  # of the number of a page
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Generic[T]):
    """One page of a list: which of how many pages, of how many things."""

    things: Sequence[T]
    number: int
    last: int
    count: int


def fold(written: str) -> tuple[str, ...]:
    """Return the words as they are looked for."""
    return tuple(folding.fold(written).split())


def fits(text: str, wanted: Sequence[str]) -> bool:
    """Tell whether all these words, or what begins or ends with them, stand in the text."""
    if not wanted:
        return True
    plain = folding.fold(text)
    return all(word in plain for word in wanted)


def part(visit: Visit, found: Sequence[T], *, newest_last: bool = False) -> Part[T]:
    """Return the page asked for; without one, that on which the newest stands."""
    last = max(1, -(-len(found) // PAGE))
    asked = "".join(sought(visit, ("page",)).get("page", ())[:1])
    number = last if newest_last else 1
    if asked.isascii() and asked.isdigit() and len(asked) <= DIGITS:
        number = min(last, max(1, int(asked)))
    return Part(
        things=found[(number - 1) * PAGE : number * PAGE],
        number=number,
        last=last,
        count=len(found),
    )


def sought(visit: Visit, names: Sequence[str]) -> dict[str, list[str]]:
    """Return the fields of a search: as they were sent, or as a link of ours names them.

    With them comes the number of the page of the list, as `page`.
    """
    names = (*names, "page")
    if visit.request.method == "POST":
        return {name: visit.typed[name] for name in names if name in visit.typed}
    given = visit.request.query_params
    return {name: given.getlist(name) for name in names if name in given}
