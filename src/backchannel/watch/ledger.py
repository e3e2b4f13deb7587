"""The ledger: every claim that was read, in one file, append-only, with search.

Promises: a claim that is added again is stored once, and the order in which claims come changes
nothing that is returned; nothing is changed or deleted, a correction is a new row that supersedes;
what is searched for is words, never a query language; several cases live side by side.

A plain SQLite file (WAL, FTS5), not encrypted: it holds the public record, but what somebody
collects tells what interests them, so only its owner may read it. Reports and what is proposed from
them stand in the same file (`report_store`, `proposal_store`).

Source: SQLite, "FTS5" 4.4.3 (external content) and "CREATE TRIGGER" (RAISE).
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from backchannel.channel.folding import fold
from backchannel.watch.claims import Claim
from backchannel.watch.errors import LedgerError
from backchannel.watch.ledger_file import FILE, open_file, writing
from backchannel.watch.ledger_rows import (
    ALL,
    CURRENT,
    INSERT,
    LONGEST_CASE,
    SELECT,
    Condition,
    Kind,
    Wanted,
    begins_so,
    chain,
    claim_of,
    conditions,
    query,
    require_case,
    row_of,
    searched,
)
from backchannel.watch.proposal_store import ProposalStore
from backchannel.watch.report_store import ReportStore

__all__ = [
    "ALL",
    "DEFAULT_CASE",
    "FILE",
    "LONGEST_CASE",
    "Kind",
    "Ledger",
    "Wanted",
    "open_ledger",
    "query",
    "require_case",
]

DEFAULT_CASE: Final = "default"
_FEW: Final = 5_000  # claims that are sorted faster than all days are gone through


class Ledger:
    """An open ledger. Made by `open_ledger`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.reports = ReportStore(connection)
        self.proposals = ProposalStore(connection)

    def add(self, claims: Iterable[Claim], *, case: str = DEFAULT_CASE, at: datetime) -> int:
        """Store claims, all or none, and return how many were new. Raises: LedgerError."""
        require_case(case)
        with writing(self._connection):
            before = self._count(case)
            self._connection.executemany(INSERT, (row_of(each, case, at) for each in claims))
            return self._count(case) - before

    def correct(
        self, old: str, new: Claim | None, *, reason: str, at: datetime, case: str = DEFAULT_CASE
    ) -> None:
        """Put a claim in the place of the one with this digest; None withdraws it.

        What the old one rests on, the new one rests on. Raises: LedgerError.
        """
        if not reason.strip():
            raise LedgerError("a correction without a reason; say why the claim was coded wrongly")
        with writing(self._connection):
            if not self._stands(old, case):
                raise LedgerError(
                    f"{old[:12]} is no claim that stands in the case {case}: it is unknown, or "
                    "corrected already; correct the claim that stands in its place"
                )
            if new is not None:
                self._take(new, old, case, at)
            self._connection.execute(
                "INSERT INTO corrections (case_name, old, new, reason, added) "
                "VALUES (?, ?, ?, ?, ?)",
                (case, old, new and new.digest, reason, int(at.timestamp())),
            )

    def _take(self, new: Claim, old: str, case: str, at: datetime) -> None:
        self._connection.execute(INSERT, row_of(new, case, at))
        # Back and forth would leave neither of the two standing.
        if new.digest == old or not self._stands(new.digest, case):
            raise LedgerError(
                "the correction is the claim itself, or one that was corrected before; "
                "let it differ in a field"
            )
        self._connection.execute(
            "INSERT INTO evidence (case_name, claim, report, span_start, span_end, quoted, hedged, "
            "added) SELECT case_name, ?, report, span_start, span_end, quoted, hedged, ? "
            "FROM evidence WHERE case_name = ? AND claim = ?",
            (new.digest, int(at.timestamp()), case, old),
        )

    def claims(
        self,
        wanted: Wanted = ALL,
        *,
        case: str = DEFAULT_CASE,
        limit: int | None = None,
        skip: int = 0,
    ) -> tuple[Claim, ...]:
        """Return the claims that stand, by day of publication, then by digest."""
        parts = self._conditions(wanted, case)
        # A plus keeps SQLite from going through all days in order, to find a handful.
        few = limit is None or self._is_rare(wanted, case)
        if few and wanted.words and self._is_few(*_matching(wanted)):
            parts[0] = (f"+{parts[0][0]}", parts[0][1])
        where, given = " AND ".join(part for part, _ in parts), [g for _, gs in parts for g in gs]
        rows = self._connection.execute(
            f"{SELECT}{where} ORDER BY {'+' * few}published, digest LIMIT ? OFFSET ?",
            [*given, -1 if limit is None else limit, skip],
        )
        return tuple(map(claim_of, rows))

    def _is_rare(self, wanted: Wanted, case: str) -> bool:
        """Return whether one of the conditions that have an index holds for few claims."""
        looks = [_matching(wanted)] if wanted.words else []
        given: tuple[tuple[Kind, str], ...] = (("actor", wanted.actor), ("outlet", wanted.outlet))
        for kind, name in given:
            names = self.same_names(kind, name) if name else ()
            where = f"claims WHERE case_name = ? AND {kind}_folded = ?"
            looks += [(where, [case, each]) for each in names]
        return any(self._is_few(table, given) for table, given in looks)

    def _is_few(self, table: str, given: Sequence[str]) -> bool:
        row = self._connection.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT ?)",  # noqa: S608 - our own
            [*given, _FEW + 1],
        )
        return int(row.fetchone()[0]) <= _FEW

    def claim(self, prefix: str, *, case: str = DEFAULT_CASE) -> Claim:
        """Return the claim that stands and whose digest begins so. Raises: LedgerError."""
        begins, given = begins_so("digest", prefix, names="one")
        rows = self._connection.execute(
            f"{SELECT}case_name = ? AND {begins} AND {CURRENT} LIMIT 2", (case, *given)
        ).fetchall()
        if len(rows) != 1:
            raise LedgerError(
                f"{prefix[:64]!r} is the beginning of {'several' if rows else 'no'} claims that "
                f"stand in the case {case}; `watch list` shows them"
            )
        return claim_of(rows[0])

    def has(self, case: str) -> bool:
        """Return whether a claim stands in this case."""
        row = self._connection.execute(
            f"SELECT 1 FROM claims WHERE case_name = ? AND {CURRENT} LIMIT 1",  # noqa: S608 - our own
            (case,),
        )
        return row.fetchone() is not None

    def cases(self) -> dict[str, int]:
        """Return the names of the cases, and how many claims each holds."""
        # Each correction takes one claim away; counting is so a hundred times as fast as looking.
        rows = self._connection.execute(
            "SELECT case_name, count(*) - (SELECT count(*) FROM corrections "
            "WHERE corrections.case_name = claims.case_name) AS standing FROM claims "
            "GROUP BY case_name HAVING standing > 0 ORDER BY case_name"
        )
        return dict(rows.fetchall())

    def merge(self, kind: Kind, alias: str, name: str, *, at: datetime) -> None:
        """Let an alias be the same actor or outlet as `name`. Raises: LedgerError."""
        other, one = fold(alias), fold(name)
        if not other or not one:
            raise LedgerError(f"an {kind} without a name; give both names")
        with writing(self._connection):
            if other in chain(self._aliases(kind), one):
                raise LedgerError(
                    f"{name!r} is {alias!r} itself or filed under it: it would be a circle; "
                    "give them the other way round"
                )
            self._connection.execute(
                "INSERT INTO aliases (kind, alias_folded, alias, name_folded, name, added) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (kind, other, alias, one, name, int(at.timestamp())),
            )

    def same_names(self, kind: Kind, name: str) -> frozenset[str]:
        """Return all names, folded, of the actor or outlet that is called so."""
        known = self._aliases(kind)
        meant = chain(known, fold(name))[-1]
        return frozenset({meant, *(each for each in known if chain(known, each)[-1] == meant)})

    def _aliases(self, kind: Kind) -> dict[str, str]:
        rows = self._connection.execute(
            "SELECT alias_folded, name_folded FROM aliases WHERE kind = ? ORDER BY number", (kind,)
        )
        return dict(rows.fetchall())

    def _conditions(self, wanted: Wanted, case: str) -> list[Condition]:
        actors = self.same_names("actor", wanted.actor) if wanted.actor else ()
        outlets = self.same_names("outlet", wanted.outlet) if wanted.outlet else ()
        parts = conditions(wanted, case, actors, outlets)
        if wanted.words:
            found = searched(wanted.words)
            parts.append(("number IN (SELECT rowid FROM words WHERE words MATCH ?)", [found]))
        return parts

    def _count(self, case: str) -> int:
        row = self._connection.execute("SELECT count(*) FROM claims WHERE case_name = ?", (case,))
        return int(row.fetchone()[0])

    def _stands(self, digest: str, case: str) -> bool:
        row = self._connection.execute(
            f"SELECT 1 FROM claims WHERE case_name = ? AND digest = ? AND {CURRENT}",  # noqa: S608 - our own
            (case, digest),
        )
        return row.fetchone() is not None


def _matching(wanted: Wanted) -> Condition:
    return "words WHERE words MATCH ?", [searched(wanted.words)]


@contextmanager
def open_ledger(path: Path) -> Iterator[Ledger]:
    """Open the ledger in this file, made anew if there is none. Raises: LedgerError, OSError."""
    with open_file(path) as connection:
        yield Ledger(connection)
