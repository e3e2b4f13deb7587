"""Statements about a party that cannot all hold: a smallest set of them.

The set that is named is irreducible: it cannot hold together, and without any one of its statements
the others can. Another set, of fewer statements, may conflict too; where `least` is true, all
smaller sets were tried and none does.

>>> from backchannel.bargain.model import Issue
>>> from backchannel.bargain.statements import Knowledge, Prefers, Reservation
>>> pause = Issue(issue="pause", options=("no", "10 days", "30 days"))
>>> steps = (("no", "10 days"), ("10 days", "30 days"), ("30 days", "no"))
>>> heard = [Prefers(issue="pause", option=better, to=worse) for better, worse in steps]
>>> known = Knowledge(issues=(pause,), parties={"north": (Reservation(low=0.5), *heard)})
>>> found = conflict(known, "north")
>>> found.places, found.least
((1, 2, 3), True)

Source: the deletion filter, Chinneck and Dravnieks, Locating minimal infeasible constraint sets in
linear programs, ORSA Journal on Computing 3 (1991).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

from backchannel.bargain.errors import ContradictionError
from backchannel.bargain.polytope import feasible, polytope
from backchannel.bargain.statements import Knowledge, Statement

# Sets tried in the search for one with fewer statements; a linear program each.
MOST_TRIES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Statements of one party that conflict, by their places in what is known, and themselves.

    `least`: no set of fewer statements conflicts; False: not all were tried.
    """

    party: str
    places: tuple[int, ...]
    statements: tuple[Statement, ...]
    least: bool


def consistent(known: Knowledge) -> None:
    """Check that what is known of each party can hold. Raises: ContradictionError."""
    for party in known.names:
        found = conflict(known, party)
        if found is not None:
            raise ContradictionError(party, tuple(said.words for said in found.statements))


def conflict(known: Knowledge, party: str, *, tries: int = MOST_TRIES) -> Conflict | None:
    """Return a smallest set of a party's statements that conflict, or None if all can hold.

    `tries`: how many sets are tried in the search for one with fewer statements.

    Raises: MalformedError.
    """
    everything = range(len(known.parties[known.names[known.blank.party(party)]]))
    if _holds(known, party, everything):
        return None
    places = _filtered(known, party, list(everything))
    smaller, least = _fewer(known, party, places, tries)
    places = smaller or places
    said = known.parties[party]
    return Conflict(
        party=party,
        places=tuple(places),
        statements=tuple(said[place] for place in places),
        least=least,
    )


def _holds(known: Knowledge, party: str, places: Sequence[int]) -> bool:
    return feasible(polytope(known, party, places))


def _filtered(known: Knowledge, party: str, places: list[int]) -> list[int]:
    """Leave out each statement without which the others still conflict, the latest first.

    What was heard first then stays, and the newest statement is named only if it is needed.
    """
    for place in reversed(list(places)):
        rest = [other for other in places if other != place]
        if not _holds(known, party, rest):
            places = rest
    return places


def _fewer(
    known: Knowledge, party: str, places: list[int], tries: int
) -> tuple[list[int] | None, bool]:
    """Return the first conflict of fewer statements, and whether it is sure there is none smaller.

    The first that is found has no conflict inside it: all smaller sets were tried before.
    """
    count = len(known.parties[party])
    for size in range(1, len(places)):
        tries -= comb(count, size)
        if tries < 0:
            return None, False
        for some in combinations(range(count), size):
            if not _holds(known, party, some):
                return list(some), True
    return None, True
