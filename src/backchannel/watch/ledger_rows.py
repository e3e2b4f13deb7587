"""Rows of the table of claims: how a claim becomes one, what it becomes again, which are wanted.

Promises: a claim comes out of its row as it went in; what is searched for is words, never a query
language; every value goes beside the statement and never into it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from backchannel.channel.folding import fold
from backchannel.watch.claims import (
    COLUMNS,
    Basis,
    Claim,
    ClaimType,
    Direction,
    SpeakerType,
    as_texts,
)
from backchannel.watch.errors import LedgerError

LONGEST_CASE: Final = 100  # characters
SHORTEST_PREFIX: Final = 6  # characters of a digest that name a claim or a proposal
_SEARCHED: Final = ("speaker", "actor", "outlet", "credited_to", "paraphrase")
_INSERTED: Final = (
    *("case_name", "digest", "added", *COLUMNS),
    *("actor_folded", "outlet_folded", "folded"),
)
INSERT: Final = (
    f"INSERT INTO claims ({', '.join(_INSERTED)}) "  # noqa: S608 - names of our own columns
    f"VALUES ({', '.join('?' * len(_INSERTED))})"
)
SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM claims WHERE "  # noqa: S608 - as above
CURRENT: Final = (
    "NOT EXISTS (SELECT 1 FROM corrections WHERE corrections.case_name = claims.case_name "
    "AND old = digest)"
)

Kind = Literal["actor", "outlet"]
Condition = tuple[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which claims of a case are meant; what is empty or None leaves nothing out.

    `words`: each begins a word of speaker, actor, outlet, credited or paraphrase. Days are of
    publication, both included.
    """

    words: str = ""
    since: date | None = None
    until: date | None = None
    actor: str = ""
    outlet: str = ""
    types: tuple[ClaimType, ...] = ()
    speaker_types: tuple[SpeakerType, ...] = ()


ALL: Final = Wanted()


def chain(aliases: Mapping[str, str], name: str) -> list[str]:
    """Return the name and what it is filed under, to the last; `merge` lets no circle in."""
    found = [name]
    while found[-1] in aliases:
        found.append(aliases[found[-1]])
    return found


def query(words: str) -> str:
    """Return the search for all of these beginnings of words; empty if there are none.

    >>> query('Hormuz OR "x')
    '"hormuz"* "or"* "x"*'
    """
    letters = "".join(each if each.isalnum() else " " for each in fold(words))
    return " ".join(f'"{word}"*' for word in letters.split())


def searched(words: str) -> str:
    """Return the search, of one word at least. Raises: LedgerError."""
    found = query(words)
    if not found:
        raise LedgerError(f"{words!r} holds no word to search for; give letters or digits")
    return found


def begins_so(column: str, prefix: str, *, names: str) -> tuple[str, tuple[int | str, ...]]:
    """Return the condition that a digest begins so, and its values; `names`: what is looked for.

    Raises: LedgerError, if it is too short to name one.
    """
    if len(prefix) < SHORTEST_PREFIX:
        raise LedgerError(f"{prefix!r} is too short: at least {SHORTEST_PREFIX} signs name {names}")
    # By range too, for the index; no digit of a digest comes after f.
    condition = f"substr({column}, 1, ?) = ? AND {column} >= ? AND {column} < ?"
    return condition, (len(prefix), prefix, prefix, f"{prefix}g")


def require_case(name: str) -> None:
    """Raise LedgerError unless a case can have this name."""
    if not name.strip() or len(name) > LONGEST_CASE or not name.isprintable():
        raise LedgerError(
            f"{name[:LONGEST_CASE]!r} cannot name a case: use 1 to {LONGEST_CASE} letters, digits "
            "and signs that can be seen"
        )


def conditions(
    wanted: Wanted, case: str, actors: Iterable[str], outlets: Iterable[str]
) -> list[Condition]:
    """Return all but the words; `actors` and `outlets` are the folded names that are meant."""
    parts: list[Condition] = [("case_name = ?", [case]), (CURRENT, [])]
    if wanted.since is not None:
        parts.append(("published >= ?", [wanted.since.isoformat()]))
    if wanted.until is not None:
        parts.append(("published <= ?", [wanted.until.isoformat()]))
    if wanted.actor:
        parts.append(_among("actor_folded", sorted(actors)))
    if wanted.outlet:
        parts.append(_among("outlet_folded", sorted(outlets)))
    if wanted.types:
        parts.append(_among("claim_type", [each.value for each in wanted.types]))
    if wanted.speaker_types:
        parts.append(_among("speaker_type", [each.value for each in wanted.speaker_types]))
    return parts


def _among(column: str, values: Sequence[str]) -> Condition:
    return f"{column} IN ({', '.join('?' * len(values))})", values


def row_of(claim: Claim, case: str, at: datetime) -> tuple[str | int, ...]:
    """Return the row of a claim, for `INSERT`."""
    texts = as_texts(claim)
    folded = fold(" \n ".join(texts[name] for name in _SEARCHED))
    names = (fold(claim.actor), fold(claim.outlet))
    return (case, claim.digest, int(at.timestamp()), *texts.values(), *names, folded)


def claim_of(row: Sequence[str]) -> Claim:
    """Return the claim of a row of `SELECT`."""
    texts = dict(zip(COLUMNS, row, strict=True))
    event = texts["event_date"]
    return Claim(
        published=date.fromisoformat(texts["published"]),
        published_basis=Basis(texts["published_basis"]),
        event_date=date.fromisoformat(event) if event else None,
        outlet=texts["outlet"],
        url=texts["url"],
        speaker_type=SpeakerType(texts["speaker_type"]),
        speaker=texts["speaker"],
        actor=texts["actor"],
        claim_type=ClaimType(texts["claim_type"]),
        credited_to=texts["credited_to"],
        direction=Direction(texts["direction"]),
        paraphrase=texts["paraphrase"],
    )
