"""`backchannel watch review`: a person confirms, corrects or rejects what was proposed.

Promises: nothing becomes a claim here but by a word typed for that one proposal, under a name; what
a page says is shown behind a bar and never obeyed.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

import typer

from backchannel.commands.ledgers import Case, opened_ledger, today
from backchannel.commands.plans import AsJson
from backchannel.commands.review_words import (
    decision_for_programs,
    in_words,
    proposal_for_programs,
    score_for_programs,
    score_in_words,
)
from backchannel.desk.commands.setting import setting
from backchannel.desk.errors import UsageError
from backchannel.desk.screen.paper import Paper
from backchannel.watch.errors import WatchError
from backchannel.watch.ledger import DEFAULT_CASE, Ledger
from backchannel.watch.proposals import Proposal, Verdict
from backchannel.watch.review import (
    Decision,
    around,
    claim_from,
    require_name,
    scores,
    sentence_marked,
    settings_of,
    verdict_on,
)

By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides.")]
ID = "ID"
Listed = Annotated[bool, typer.Option("--list", help="Only show what waits.")]
Confirm = Annotated[str, typer.Option("--confirm", metavar=ID, help="Make it a claim as it is.")]
Correct = Annotated[str, typer.Option("--correct", metavar=ID, help="Make it one, with --set.")]
Reject = Annotated[str, typer.Option("--reject", metavar=ID, help="It is no claim; --reason.")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="A field as it should be.")
]
Reason = Annotated[str, typer.Option("--reason", help="Why.")]
Scored = Annotated[bool, typer.Option("--score", help="How methods fared with those who decided.")]
Decided = Annotated[bool, typer.Option("--decided", help="What was decided, as JSON.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="So many at most.")]

_ASKED = "confirm, correct FIELD=VALUE, reject REASON, skip or quit?"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What deciding needs: the ledger, the case, who decides, and when."""

    ledger: Ledger
    case: str
    who: str
    at: datetime
    today: date


def review(  # noqa: PLR0913 - each is an option
    ctx: typer.Context,
    *,
    case: Case = DEFAULT_CASE,
    by: By = "",
    listed: Listed = False,
    confirm: Confirm = "",
    correct: Correct = "",
    reject: Reject = "",
    settings: Settings = None,
    reason: Reason = "",
    score: Scored = False,
    decided: Decided = False,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """Decide what was proposed. Example: backchannel watch review --by Amira.

    One after another is shown and a word is asked for; or one is decided by its ID.
    """
    asked = [each for each in (confirm, correct, reject) if each]
    if len(asked) + listed + score + decided > 1:
        raise UsageError("several things are asked for at once; ask for one")
    if settings and not (confirm or correct):
        raise UsageError("--set goes with --confirm or --correct: name the proposal it is for")
    if correct and not settings:
        raise UsageError("a correction without a field; say which with --set FIELD=VALUE")
    if score or decided:
        _told(ctx, case, score=score, as_json=as_json)
    elif listed or (as_json and not asked):
        _listed(ctx, case, limit, as_json=as_json)
    else:
        with _desk(ctx, case, by) as desk:
            if asked:
                _one(desk, asked[0], None if reject else settings or [], reason, as_json=as_json)
            else:
                _one_after_another(desk, limit)


@contextmanager
def _desk(ctx: typer.Context, case: str, by: str) -> Iterator[_Desk]:
    who = by or setting(ctx).person
    if not who:
        raise UsageError("say who decides: --by NAME")
    require_name(who)
    at = setting(ctx).world.now()
    with opened_ledger(ctx) as ledger:
        yield _Desk(ledger=ledger, case=case, who=who, at=at, today=today(ctx))


def _told(ctx: typer.Context, case: str, *, score: bool, as_json: bool) -> None:
    with opened_ledger(ctx) as ledger:
        found, waiting = ledger.proposals.decided(case=case), ledger.proposals.waiting(case=case)
    if not score:
        Paper().json({"case": case, "decisions": [decision_for_programs(each) for each in found]})
        return
    told = scores(found)
    if as_json:
        methods = [score_for_programs(each) for each in told]
        Paper().json({"case": case, "waiting": waiting, "methods": methods})
        return
    paper = Paper()
    for each in told:
        paper.head(score_in_words(each))
    paper.line(f"{waiting:,} wait in the case {case}; {len(found):,} decided.")
    if told:
        paper.warn("This is how proposals fared with whoever decided; what was missed is not seen.")


def _listed(ctx: typer.Context, case: str, limit: int, *, as_json: bool) -> None:
    with opened_ledger(ctx) as ledger:
        found = ledger.proposals.pending(case=case, limit=limit)
        waiting = ledger.proposals.waiting(case=case)
        reports = {each: ledger.reports.get(each, case=case) for each in {p.report for p in found}}
        paper = Paper()
        if as_json:
            rows = [proposal_for_programs(reports[each.report], each) for each in found]
            paper.json({"case": case, "waiting": waiting, "proposals": rows})
            return
        for each in found:
            _show(ledger, case, each)
    paper.line(f"{waiting:,} wait in the case {case}; {len(found):,} are shown.")


def _show(ledger: Ledger, case: str, proposal: Proposal) -> None:
    paper, report = Paper(), ledger.reports.get(proposal.report, case=case)
    day = f"{report.published} ({report.published_basis.value})" if report.published else "no day"
    paper.head(f"{proposal.digest[:12]} {day} {report.outlet} {report.url}".rstrip())
    paper.head(f"   {in_words(proposal)}")
    before, after = around(report, proposal)
    for text in (before, sentence_marked(report, proposal), after):
        if text:
            paper.quote(" ".join(text.split()))
            paper.line()


def _one(
    desk: _Desk, prefix: str, settings: list[str] | None, reason: str, *, as_json: bool
) -> None:
    proposal = desk.ledger.proposals.get(prefix, case=desk.case)
    decision = _decide(desk, proposal, settings, reason)
    if as_json:
        Paper().json({"case": desk.case, **decision_for_programs(decision)})
    else:
        _tell(decision)


def _decide(desk: _Desk, proposal: Proposal, settings: list[str] | None, reason: str) -> Decision:
    """Decide, and record it; without `settings` (None) the proposal is rejected."""
    verdict, claim = Verdict.REJECTED, None
    if settings is not None:
        report = desk.ledger.reports.get(proposal.report, case=desk.case)
        claim = claim_from(report, proposal, settings_of(settings), today=desk.today)
        verdict = verdict_on(report, proposal, claim)
    decision = Decision(
        proposal=proposal, verdict=verdict, claim=claim, who=desk.who, reason=reason
    )
    desk.ledger.proposals.decide(decision, case=desk.case, at=desk.at)
    return decision


def _tell(decision: Decision) -> None:
    made = f": claim {decision.claim.digest[:12]}" if decision.claim else ""
    Paper().head(f"{decision.proposal.digest[:12]} {decision.verdict.value}{made}.")


def _one_after_another(desk: _Desk, limit: int) -> None:
    for proposal in desk.ledger.proposals.pending(case=desk.case, limit=limit):
        _show(desk.ledger, desk.case, proposal)
        if not _answered(desk, proposal):
            break
    left = desk.ledger.proposals.waiting(case=desk.case)
    Paper().line(f"{left:,} wait in the case {desk.case}.")


def _answered(desk: _Desk, proposal: Proposal) -> bool:
    """Ask until there is an answer that can be; tell whether to go on."""
    while True:
        word, _, rest = _typed().partition(" ")
        try:
            match word:
                case "quit" | "q" | "":
                    return False
                case "skip" | "s":
                    return True
                case "confirm" | "c":
                    _tell(_decide(desk, proposal, _fields(rest), ""))
                    return True
                case "correct" if rest:
                    _tell(_decide(desk, proposal, _fields(rest), ""))
                    return True
                case "reject" | "r":
                    _tell(_decide(desk, proposal, None, rest))
                    return True
                case _:
                    Paper().warn(f"{word[:40]!r} came; one of these is expected: {_ASKED}")
        except WatchError as fault:
            Paper().warn(str(fault))


def _fields(typed: str) -> list[str]:
    """Return the fields that are set; a value ends where the next `FIELD=` begins."""
    found: list[str] = []
    for word in typed.split():
        name, sign, _ = word.partition("=")
        if not found or (sign and name.isidentifier()):
            found.append(word)
        else:
            found[-1] += f" {word}"
    return found


def _typed() -> str:
    """Return the next line, `quit` where there is none; an empty one is asked for again."""
    while True:
        Paper().aside(_ASKED)
        try:
            line = sys.stdin.readline()
        except UnicodeDecodeError as fault:
            raise UsageError("what was typed is no text in UTF-8; nothing was done") from fault
        if not line:
            return "quit"
        if line.strip():
            return line.strip()
