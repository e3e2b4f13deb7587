"""Reports in the ledger: each text once, every reading of it, and which tell one story.

Promises: the same text under the same address is one report however often and in whichever order it
is read; what is known of its day is the best that any reading knew; a report is stored together
with what a method proposed from it, or not at all.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from backchannel.watch.claims import Basis
from backchannel.watch.errors import LedgerError
from backchannel.watch.ledger_file import writing
from backchannel.watch.ledger_rows import require_case
from backchannel.watch.proposals import Proposal
from backchannel.watch.reports import Report

# A day that is known before none, a printed one before one that was inferred, then the earliest.
_BEST: Final = (
    "ORDER BY published = '', basis = 'inferred', published, retrieved, outlet, language, raw_hash"
)
_PROPOSED: Final = (
    *("case_name", "digest", "content", "report", "method", "sentence_start", "sentence_end"),
    *("span_start", "span_end", "speaker", "speaker_type", "actor", "claim_type", "direction"),
    *("credited_to", "quoted", "hedged", "added"),
)
_INSERT_PROPOSAL: Final = (
    f"INSERT INTO proposals ({', '.join(_PROPOSED)}) "  # noqa: S608 - names of our own columns
    f"VALUES ({', '.join('?' * len(_PROPOSED))})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """On how many reports a claim rests, and how many stories these tell."""

    reports: int
    stories: int


class ReportStore:
    """The reports of an open ledger."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(
        self,
        report: Report,
        *,
        case: str,
        at: datetime,
        raw_hash: str = "",
        method: str = "",
        proposals: Iterable[Proposal] = (),
    ) -> bool:
        """Store a report with what `method` proposes from it; tell whether its text is new.

        Without a method the report waits to be gone through. Raises: LedgerError.
        """
        require_case(case)
        added = int(at.timestamp())
        with writing(self._connection):
            before = self._connection.total_changes
            self._connection.execute(
                "INSERT INTO reports (case_name, digest, added, url, title, text) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (case, report.digest, added, report.url, report.title, report.text),
            )
            new = self._connection.total_changes > before
            self._connection.execute(
                "INSERT INTO readings (case_name, report, added, outlet, language, published, "
                "basis, retrieved, raw_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (case, report.digest, added, *_reading(report), raw_hash),
            )
            if method:
                self._propose(report.digest, method, proposals, (case, added))
        return new

    def _propose(
        self, report: str, method: str, proposals: Iterable[Proposal], place: tuple[str, int]
    ) -> None:
        case, added = place
        self._connection.executemany(
            _INSERT_PROPOSAL, (_row(each, report, method, place) for each in proposals)
        )
        self._connection.execute(
            "INSERT INTO extracted (case_name, report, method, added) VALUES (?, ?, ?, ?)",
            (case, report, method, added),
        )

    def is_extracted(self, report: str, method: str, *, case: str) -> bool:
        """Return whether the method has gone through this report."""
        row = self._connection.execute(
            "SELECT 1 FROM extracted WHERE case_name = ? AND report = ? AND method = ?",
            (case, report, method),
        )
        return row.fetchone() is not None

    def get(self, digest: str, *, case: str) -> Report:
        """Return a report. Raises: LedgerError."""
        texts = self._connection.execute(
            "SELECT url, title, text FROM reports WHERE case_name = ? AND digest = ?",
            (case, digest),
        ).fetchone()
        if texts is None:
            raise LedgerError(f"there is no report {digest[:12]} in the case {case}")
        reading = self._connection.execute(
            "SELECT outlet, language, published, basis, retrieved FROM readings "  # noqa: S608 - our own
            f"WHERE case_name = ? AND report = ? {_BEST} LIMIT 1",
            (case, digest),
        ).fetchone()
        return _report(texts, reading)

    def digests(self, *, case: str) -> tuple[str, ...]:
        """Return the names of all reports of a case, in an order that does not tell when."""
        rows = self._connection.execute(
            "SELECT digest FROM reports WHERE case_name = ? ORDER BY digest", (case,)
        )
        return tuple(digest for (digest,) in rows)

    def texts(self, *, case: str) -> Iterator[tuple[str, str]]:
        """Yield the name and the text of every report of a case."""
        yield from self._connection.execute(
            "SELECT digest, text FROM reports WHERE case_name = ? ORDER BY digest", (case,)
        )

    def raw_hashes(self, *, case: str) -> frozenset[str]:
        """Return SHA-256 of the bytes of every page that was read."""
        rows = self._connection.execute(
            "SELECT DISTINCT raw_hash FROM readings WHERE case_name = ? AND raw_hash <> ''", (case,)
        )
        return frozenset(each for (each,) in rows)

    def file_stories(self, stories: Mapping[str, str], *, case: str, at: datetime) -> int:
        """File reports under the story each tells, and return for how many that is new."""
        with writing(self._connection):
            known = self.stories(case=case)
            new = [
                (case, report, story, int(at.timestamp()))
                for report, story in sorted(stories.items())
                if known.get(report, report) != story
            ]
            self._connection.executemany(
                "INSERT INTO stories (case_name, report, story, added) VALUES (?, ?, ?, ?)", new
            )
        return len(new)

    def stories(self, *, case: str) -> dict[str, str]:
        """Return the story of every report that was filed under one."""
        rows = self._connection.execute(
            "SELECT report, story FROM stories WHERE case_name = ? ORDER BY number", (case,)
        )
        return dict(rows.fetchall())

    def support(self, claims: Iterable[str], *, case: str) -> dict[str, Support]:
        """Return on what claims rest, by their digests; those that rest on no report are absent."""
        found = {claim: self._resting(claim, case) for claim in claims}
        return {claim: _support(rows) for claim, rows in found.items() if rows}

    def behind(self, claims: Iterable[str], *, case: str) -> Support:
        """Return on how many reports and stories these claims rest together."""
        return _support([row for claim in claims for row in self._resting(claim, case)])

    def spans(self, claim: str, *, case: str) -> tuple[tuple[str, int, int], ...]:
        """Return report, first character and end of the words that a claim rests on."""
        rows = self._connection.execute(
            "SELECT report, span_start, span_end FROM evidence WHERE case_name = ? AND claim = ? "
            "ORDER BY report, span_start, span_end",
            (case, claim),
        )
        return tuple((report, start, end) for report, start, end in rows)

    def _resting(self, claim: str, case: str) -> list[tuple[str, str]]:
        return self._connection.execute(
            "SELECT report, coalesce((SELECT story FROM stories WHERE stories.case_name = ?1 AND "
            "stories.report = evidence.report ORDER BY stories.number DESC LIMIT 1), report) "
            "FROM evidence WHERE case_name = ?1 AND claim = ?2",
            (case, claim),
        ).fetchall()


def _support(rows: Sequence[tuple[str, str]]) -> Support:
    return Support(
        reports=len({report for report, _ in rows}), stories=len({story for _, story in rows})
    )


def _reading(report: Report) -> tuple[str, str, str, str, str]:
    day = report.published.isoformat() if report.published else ""
    retrieved = report.retrieved.astimezone(UTC).isoformat()
    return (report.outlet, report.language, day, report.published_basis.value, retrieved)


def _report(texts: Sequence[str], reading: Sequence[str]) -> Report:
    (url, title, text), (outlet, language, day, basis, retrieved) = texts, reading
    return Report(
        outlet=outlet,
        url=url,
        title=title,
        text=text,
        language=language,
        published=date.fromisoformat(day) if day else None,
        published_basis=Basis(basis),
        retrieved=datetime.fromisoformat(retrieved),
    )


def _row(each: Proposal, report: str, method: str, place: tuple[str, int]) -> tuple[str | int, ...]:
    if (each.report, each.method) != (report, method):
        raise LedgerError("a proposal from another report or by another method was given")
    found = each.found
    case, added = place
    return (
        *(case, each.digest, each.content, report, method, *each.sentence, *each.span),
        *(found.speaker, found.speaker_type.value, found.actor, found.claim_type.value),
        *(found.direction.value, found.credited_to, int(found.quoted), int(found.hedged), added),
    )
