"""What was proposed, and what people decided: the review list of a ledger.

Promises: nothing that is proposed is a claim before a named person has decided; a proposal becomes
a claim once, together with what it rests on, or not at all; what two methods propose alike is asked
once; decisions stay, and the newest counts.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from backchannel.watch.claims import COLUMNS, Claim, ClaimType, Direction, SpeakerType
from backchannel.watch.errors import LedgerError
from backchannel.watch.finding import Found
from backchannel.watch.ledger_file import writing
from backchannel.watch.ledger_rows import CURRENT, INSERT, begins_so, claim_of, row_of
from backchannel.watch.proposals import Proposal, Verdict
from backchannel.watch.review import Decision

_COLUMNS: Final = (
    *("report", "method", "sentence_start", "sentence_end", "span_start", "span_end", "speaker"),
    *("speaker_type", "actor", "claim_type", "direction", "credited_to", "quoted", "hedged"),
)
_PROPOSALS: Final = f"SELECT {', '.join(_COLUMNS)} FROM proposals AS p WHERE p.case_name = ? AND "  # noqa: S608 - our own
# What another method proposes as well is shown once, whichever came first.
_PENDING: Final = (
    "NOT EXISTS (SELECT 1 FROM decisions AS d WHERE d.case_name = p.case_name "
    "AND d.content = p.content) AND p.digest = (SELECT min(o.digest) FROM proposals AS o "
    "WHERE o.case_name = p.case_name AND o.content = p.content)"
)
_BY_PLACE: Final = " ORDER BY report, sentence_start, span_start, digest"
_NEWEST: Final = (
    "SELECT verdict, who FROM decisions WHERE case_name = ? AND content = ? "
    "ORDER BY number DESC LIMIT 1"
)
_DECIDED: Final = (
    f"SELECT d.verdict, d.who, d.reason, {', '.join(f'p.{n}' for n in _COLUMNS)}, "  # noqa: S608 - our own
    f"{', '.join(f'c.{n}' for n in COLUMNS)} FROM proposals AS p "
    "JOIN decisions AS d ON d.case_name = p.case_name AND d.content = p.content "
    "LEFT JOIN claims AS c ON c.case_name = d.case_name AND c.digest = d.claim "
    "WHERE p.case_name = ? AND d.number = (SELECT max(number) FROM decisions AS l "
    "WHERE l.case_name = d.case_name AND l.content = d.content) ORDER BY p.digest"
)


class ProposalStore:
    """The proposals of an open ledger, and the decisions on them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def pending(self, *, case: str, limit: int | None = None) -> tuple[Proposal, ...]:
        """Return what nobody has decided, in the order of the reports' texts."""
        rows = self._connection.execute(
            f"{_PROPOSALS}{_PENDING}{_BY_PLACE} LIMIT ?", (case, -1 if limit is None else limit)
        )
        return tuple(map(_proposal, rows))

    def waiting(self, *, case: str) -> int:
        """Return how many proposals nobody has decided."""
        row = self._connection.execute(
            f"SELECT count(*) FROM proposals AS p WHERE p.case_name = ? AND {_PENDING}",  # noqa: S608 - our own
            (case,),
        )
        return int(row.fetchone()[0])

    def get(self, prefix: str, *, case: str) -> Proposal:
        """Return the proposal whose digest begins so. Raises: LedgerError."""
        begins, given = begins_so("p.digest", prefix, names="a proposal")
        rows = self._connection.execute(f"{_PROPOSALS}{begins} LIMIT 2", (case, *given)).fetchall()
        if len(rows) != 1:
            raise LedgerError(
                f"{prefix[:64]!r} is the beginning of {'several' if rows else 'no'} proposals in "
                f"the case {case}; `watch review --list` shows them"
            )
        return _proposal(rows[0])

    def decide(self, decision: Decision, *, case: str, at: datetime) -> None:
        """Record what a person said, and make the claim if there is one. Raises: LedgerError."""
        proposal, claim = decision.proposal, decision.claim
        with writing(self._connection):
            self._require_open(proposal, case)
            if claim is not None:
                self._make(claim, proposal, case, at)
            self._connection.execute(
                "INSERT INTO decisions (case_name, proposal, content, verdict, claim, who, reason, "
                "added) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(case, proposal.digest, proposal.content, decision.verdict.value),
                    *(claim and claim.digest, decision.who, decision.reason, int(at.timestamp())),
                ),
            )

    def _require_open(self, proposal: Proposal, case: str) -> None:
        self.get(proposal.digest, case=case)
        newest = self._connection.execute(_NEWEST, (case, proposal.content)).fetchone()
        if newest is not None and newest[0] != Verdict.REJECTED.value:
            raise LedgerError(
                f"{newest[1]} has {newest[0]} {proposal.digest[:12]} already: it is a claim, which "
                "`watch correct` changes or withdraws"
            )

    def _make(self, claim: Claim, proposal: Proposal, case: str, at: datetime) -> None:
        self._connection.execute(INSERT, row_of(claim, case, at))
        stands = self._connection.execute(
            f"SELECT 1 FROM claims WHERE case_name = ? AND digest = ? AND {CURRENT}",  # noqa: S608 - our own
            (case, claim.digest),
        )
        if stands.fetchone() is None:
            raise LedgerError(
                "this claim was corrected or withdrawn before, and does not stand any more; "
                "reject the proposal, or let the claim differ in a field"
            )
        self._connection.execute(
            "INSERT INTO evidence (case_name, claim, report, span_start, span_end, quoted, hedged, "
            "added) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(case, claim.digest, proposal.report, *proposal.span),
                *(int(proposal.found.quoted), int(proposal.found.hedged), int(at.timestamp())),
            ),
        )

    def decided(self, *, case: str) -> tuple[Decision, ...]:
        """Return the newest decision on each proposal, for every method that proposed it."""
        return tuple(map(_decision, self._connection.execute(_DECIDED, (case,))))


def _proposal(row: Sequence[object]) -> Proposal:
    values = dict(zip(_COLUMNS, row, strict=True))
    start, end = _int(values["sentence_start"]), _int(values["sentence_end"])
    return Proposal(
        report=str(values["report"]),
        method=str(values["method"]),
        sentence=(start, end),
        found=Found(
            speaker=str(values["speaker"]),
            speaker_type=SpeakerType(values["speaker_type"]),
            actor=str(values["actor"]),
            claim_type=ClaimType(values["claim_type"]),
            direction=Direction(values["direction"]),
            credited_to=str(values["credited_to"]),
            quoted=bool(values["quoted"]),
            hedged=bool(values["hedged"]),
            span=(_int(values["span_start"]) - start, _int(values["span_end"]) - start),
        ),
    )


def _decision(row: Sequence[object]) -> Decision:
    (verdict, who, reason), rest = row[:3], row[3:]
    proposal, claim = rest[: len(_COLUMNS)], rest[len(_COLUMNS) :]
    return Decision(
        proposal=_proposal(proposal),
        verdict=Verdict(verdict),
        claim=None if claim[0] is None else claim_of([str(each) for each in claim]),
        who=str(who),
        reason=str(reason),
    )


def _int(value: object) -> int:
    # STRICT tables hold nothing else there.
    return int(str(value))
