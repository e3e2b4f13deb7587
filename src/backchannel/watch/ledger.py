"""The ledger: every claim that was read, in one file, append-only, with search.

Promises: a claim that is added again is stored once, and the order in which claims come changes
nothing that is returned; nothing is changed or deleted, a correction is a new row that supersedes;
what is searched for is words, never a query language; several cases live side by side.

A plain SQLite file (WAL, FTS5), not encrypted: it holds the public record, but what somebody
collects tells what interests them, so only its owner may read it.

Source: SQLite, "FTS5" 4.4.3 (external content) and "CREATE TRIGGER" (RAISE).
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from pathlib import Path
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

FILE: Final = "watch.sqlite3"  # in the folder that holds desks
DEFAULT_CASE: Final = "default"
LONGEST_CASE: Final = 100  # characters
_VERSION: Final = 1
_WAIT: Final = 10.0  # seconds for another program that writes
_SEARCHED: Final = ("speaker", "actor", "outlet", "credited_to", "paraphrase")
_INSERTED: Final = (
    *("case_name", "digest", "added", *COLUMNS),
    *("actor_folded", "outlet_folded", "folded"),
)
_INSERT: Final = (
    f"INSERT INTO claims ({', '.join(_INSERTED)}) "  # noqa: S608 - names of our own columns
    f"VALUES ({', '.join('?' * len(_INSERTED))})"
)
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM claims WHERE "  # noqa: S608 - as above
_CURRENT: Final = (
    "NOT EXISTS (SELECT 1 FROM corrections WHERE corrections.case_name = claims.case_name "
    "AND old = digest)"
)

Kind = Literal["actor", "outlet"]


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


class Ledger:
    """An open ledger. Made by `open_ledger`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, claims: Iterable[Claim], *, case: str = DEFAULT_CASE, at: datetime) -> int:
        """Store claims, all or none, and return how many were new. Raises: LedgerError."""
        require_case(case)
        with self._writing():
            before = self._count(case)
            self._connection.executemany(_INSERT, (_row(each, case, at) for each in claims))
            return self._count(case) - before

    def correct(
        self, old: str, new: Claim | None, *, reason: str, at: datetime, case: str = DEFAULT_CASE
    ) -> None:
        """Put a claim in the place of the one with this digest; None withdraws it.

        Raises: LedgerError.
        """
        if not reason.strip():
            raise LedgerError("a correction without a reason; say why the claim was coded wrongly")
        with self._writing():
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
        self._connection.execute(_INSERT, _row(new, case, at))
        # Back and forth would leave neither of the two standing.
        if new.digest == old or not self._stands(new.digest, case):
            raise LedgerError(
                "the correction is the claim itself, or one that was corrected before; "
                "let it differ in a field"
            )

    def claims(self, wanted: Wanted = ALL, *, case: str = DEFAULT_CASE) -> tuple[Claim, ...]:
        """Return the claims that stand, by day of publication, then by digest."""
        where, given = self._conditions(wanted, case)
        order = " ORDER BY published, digest"
        return tuple(
            _claim(row) for row in self._connection.execute(_SELECT + where + order, given)
        )

    def cases(self) -> dict[str, int]:
        """Return the names of the cases, and how many claims each holds."""
        rows = self._connection.execute(
            f"SELECT case_name, count(*) FROM claims WHERE {_CURRENT} "  # noqa: S608 - our own
            "GROUP BY case_name ORDER BY case_name"
        )
        return dict(rows.fetchall())

    def merge(self, kind: Kind, alias: str, name: str, *, at: datetime) -> None:
        """Let an alias be the same actor or outlet as `name`. Raises: LedgerError."""
        other, one = fold(alias), fold(name)
        if not other or not one:
            raise LedgerError(f"an {kind} without a name; give both names")
        with self._writing():
            if other in _chain(self._aliases(kind), one):
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
        meant = _chain(known, fold(name))[-1]
        return frozenset({meant, *(each for each in known if _chain(known, each)[-1] == meant)})

    def _aliases(self, kind: Kind) -> dict[str, str]:
        rows = self._connection.execute(
            "SELECT alias_folded, name_folded FROM aliases WHERE kind = ? ORDER BY number", (kind,)
        )
        return dict(rows.fetchall())

    def _conditions(self, wanted: Wanted, case: str) -> tuple[str, list[str]]:
        parts: list[tuple[str, Sequence[str]]] = [("case_name = ?", [case]), (_CURRENT, [])]
        if wanted.words:
            parts.append(_matching(wanted.words))
        if wanted.since is not None:
            parts.append(("published >= ?", [wanted.since.isoformat()]))
        if wanted.until is not None:
            parts.append(("published <= ?", [wanted.until.isoformat()]))
        if wanted.actor:
            parts.append(_among("actor_folded", sorted(self.same_names("actor", wanted.actor))))
        if wanted.outlet:
            parts.append(_among("outlet_folded", sorted(self.same_names("outlet", wanted.outlet))))
        if wanted.types:
            parts.append(_among("claim_type", [each.value for each in wanted.types]))
        if wanted.speaker_types:
            parts.append(_among("speaker_type", [each.value for each in wanted.speaker_types]))
        return " AND ".join(part for part, _ in parts), [each for _, g in parts for each in g]

    def _count(self, case: str) -> int:
        row = self._connection.execute("SELECT count(*) FROM claims WHERE case_name = ?", (case,))
        return int(row.fetchone()[0])

    def _stands(self, digest: str, case: str) -> bool:
        row = self._connection.execute(
            f"SELECT 1 FROM claims WHERE case_name = ? AND digest = ? AND {_CURRENT}",  # noqa: S608 - our own
            (case, digest),
        )
        return row.fetchone() is not None

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with _faults_in_words():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


def _chain(aliases: Mapping[str, str], name: str) -> list[str]:
    """Return the name and what it is filed under, to the last; `merge` lets no circle in."""
    chain = [name]
    while chain[-1] in aliases:
        chain.append(aliases[chain[-1]])
    return chain


def query(words: str) -> str:
    """Return the search for all of these beginnings of words; empty if there are none.

    >>> query('Hormuz OR "x')
    '"hormuz"* "or"* "x"*'
    """
    letters = "".join(each if each.isalnum() else " " for each in fold(words))
    return " ".join(f'"{word}"*' for word in letters.split())


def require_case(name: str) -> None:
    """Raise LedgerError unless a case can have this name."""
    if not name.strip() or len(name) > LONGEST_CASE or not name.isprintable():
        raise LedgerError(
            f"{name[:LONGEST_CASE]!r} cannot name a case: use 1 to {LONGEST_CASE} letters, digits "
            "and signs that can be seen"
        )


@contextmanager
def open_ledger(path: Path) -> Iterator[Ledger]:
    """Open the ledger in this file, made anew if there is none. Raises: LedgerError, OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Made here and not by SQLite, which would let everybody read it.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    with _faults_in_words(path):
        connection = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
        try:
            _prepare(connection, path)
            yield Ledger(connection)
        finally:
            connection.close()


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if version == 0 and tables == 0:
        schema = resources.files("backchannel.watch").joinpath("schema.sql").read_text("utf-8")
        for statement in _statements(schema):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {_VERSION}")
    elif version != _VERSION:
        raise LedgerError(
            f"{path} has version {version}, and {_VERSION} is what can be read: it is no ledger of "
            "claims, or newer software wrote it"
        )
    connection.execute("COMMIT")


def _statements(script: str) -> Iterator[str]:
    # Not by executescript, which commits first: a second program could come in between.
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def _faults_in_words(path: Path | None = None) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as fault:
        where = f"{path} " if path else ""
        raise LedgerError(f"the ledger {where}was not changed or read: {fault}") from fault


def _matching(words: str) -> tuple[str, Sequence[str]]:
    searched = query(words)
    if not searched:
        raise LedgerError(f"{words!r} holds no word to search for; give letters or digits")
    return "number IN (SELECT rowid FROM words WHERE words MATCH ?)", [searched]


def _among(column: str, values: Sequence[str]) -> tuple[str, Sequence[str]]:
    return f"{column} IN ({', '.join('?' * len(values))})", values


def _row(claim: Claim, case: str, at: datetime) -> tuple[str | int, ...]:
    texts = as_texts(claim)
    folded = fold(" \n ".join(texts[name] for name in _SEARCHED))
    names = (fold(claim.actor), fold(claim.outlet))
    return (case, claim.digest, int(at.timestamp()), *texts.values(), *names, folded)


def _claim(row: Sequence[str]) -> Claim:
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
