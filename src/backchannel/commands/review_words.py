"""Proposals, decisions and scores in words and for programs."""

from typing import Any

from backchannel.watch.finding import Found
from backchannel.watch.proposals import Proposal
from backchannel.watch.reports import Report
from backchannel.watch.review import CODED, Decision, Score, around, words_of
from backchannel.watch.table import as_json


def in_words(proposal: Proposal) -> str:
    """Return what is proposed, on one line."""
    found = proposal.found
    kind = f"{found.claim_type.value}, {found.direction.value}"
    speaker, actor = found.speaker or "(nobody named)", found.actor or "(nobody named)"
    more = [f"credited to {found.credited_to}"] if found.credited_to else []
    more += ["quoted"] * found.quoted + ["hedged"] * found.hedged
    said = f"{kind}: {speaker} ({found.speaker_type.value}), of {actor}"
    return "; ".join([said, *more, f"by {proposal.method}"])


def proposal_for_programs(report: Report, proposal: Proposal) -> dict[str, Any]:
    """Return a proposal with its words and what stands around them."""
    start, end = proposal.sentence
    before, after = around(report, proposal)
    return {
        "id": proposal.digest,
        "method": proposal.method,
        "report": proposal.report,
        "outlet": report.outlet,
        "url": report.url or None,
        "published": report.published and report.published.isoformat(),
        "published_basis": report.published_basis.value,
        "before": before,
        "sentence": report.text[start:end],
        "words": words_of(report, proposal),
        "after": after,
        "span": proposal.span,
        **_found(proposal.found),
    }


def decision_for_programs(decision: Decision) -> dict[str, Any]:
    """Return a decision: what was proposed, and the claim as it was left."""
    return {
        "proposal": decision.proposal.digest,
        "method": decision.proposal.method,
        "verdict": decision.verdict.value,
        "who": decision.who,
        "reason": decision.reason or None,
        "proposed": _found(decision.proposal.found),
        "claim": decision.claim and as_json(decision.claim),
    }


def score_for_programs(score: Score) -> dict[str, Any]:
    """Return a score with its interval of 95 %."""
    return {
        "method": score.method,
        "decided": score.decided,
        "confirmed": score.confirmed,
        "corrected": score.corrected,
        "rejected": score.rejected,
        "precision": score.confirmed / score.decided,
        "interval": score.interval,
    }


def score_in_words(score: Score) -> str:
    """Return a score on one line."""
    low, high = score.interval
    share = score.confirmed / score.decided
    return (
        f"{score.method}: {100 * share:.0f} % confirmed as proposed ({100 * low:.0f} to "
        f"{100 * high:.0f}, n = {score.decided}): {score.confirmed} confirmed, {score.corrected} "
        f"corrected, {score.rejected} rejected."
    )


def _found(found: Found) -> dict[str, Any]:
    values = {name: getattr(found, name) for name in CODED}
    plain = {name: getattr(value, "value", value) for name, value in values.items()}
    return {**plain, "quoted": found.quoted, "hedged": found.hedged}
