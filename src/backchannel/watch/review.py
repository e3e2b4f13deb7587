"""What a person makes of a proposal: a claim, with or without corrections, or nothing.

Promises: a claim is made of a proposal only with a day of publication, an outlet and fields that
the code book allows, by the same rules as a claim from a file; whoever decides is named; a field
that is corrected is told apart from one that was right.

>>> settings_of(["speaker=Javed Lakhani", "credited_to="])
{'speaker': 'Javed Lakhani', 'credited_to': ''}
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from backchannel.watch.beta import jeffreys
from backchannel.watch.claim_file import read_claims
from backchannel.watch.claims import COLUMNS, LONGEST, Basis, Claim, as_texts
from backchannel.watch.errors import MalformedError
from backchannel.watch.proposals import Proposal, Verdict
from backchannel.watch.reports import Report

LONGEST_NAME: Final = 200  # characters of who decides
AROUND: Final = 240  # characters of the text that are shown before and after the sentence
# What a method answers for; day, outlet and address come from the report.
CODED: Final = ("speaker", "speaker_type", "actor", "claim_type", "direction", "credited_to")
_NULL: Final = frozenset({"event_date", "credited_to", "url"})
_CUT: Final = "\u2026"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What somebody said of a proposal; `claim` is what it became, None if it was rejected."""

    proposal: Proposal
    verdict: Verdict
    claim: Claim | None
    who: str
    reason: str = ""

    def __post_init__(self) -> None:
        require_name(self.who)
        if (self.claim is None) != (self.verdict is Verdict.REJECTED):
            raise MalformedError("a proposal is rejected, or it becomes a claim: one of the two")
        if len(self.reason) > LONGEST:
            raise MalformedError(
                f"the reason has {len(self.reason):,} characters; {LONGEST:,} at most are expected"
            )
        if self.claim is None and not self.reason.strip():
            raise MalformedError("a rejection without a reason; say what is wrong with it")


def require_name(who: str) -> None:
    """Raise MalformedError unless it can be the name of who decides."""
    if not who.strip() or len(who) > LONGEST_NAME or not who.isprintable():
        raise MalformedError(
            f"{who[:LONGEST_NAME]!r} cannot name who decides: 1 to {LONGEST_NAME} letters, digits "
            "and signs that can be seen are expected"
        )


def settings_of(given: Iterable[str]) -> dict[str, str]:
    """Return fields and values of `field=value`. Raises: MalformedError."""
    found: dict[str, str] = {}
    for each in given:
        name, sign, value = each.partition("=")
        name = name.strip()
        if not sign or name not in COLUMNS:
            raise MalformedError(
                f"{each[:60]!r} came; field=value is expected, with one of {', '.join(COLUMNS)}"
            )
        if name in found:
            raise MalformedError(f"{name} is set twice; once is expected")
        found[name] = value
    return found


def claim_from(
    report: Report, proposal: Proposal, settings: Mapping[str, str], *, today: date
) -> Claim:
    """Return the claim that a proposal becomes with these fields set. Raises: MalformedError."""
    fields = {**_fields(report, proposal), **_days(report, settings), **settings}
    if not fields["published"]:
        raise MalformedError(
            "the report has no day of publication; give one with published=2026-04-01"
        )
    return _checked(fields, today)


def corrected(claim: Claim, settings: Mapping[str, str], *, today: date) -> Claim:
    """Return the claim with these fields set. Raises: MalformedError."""
    return _checked({**as_texts(claim), **settings}, today)


def _fields(report: Report, proposal: Proposal) -> dict[str, str]:
    found = proposal.found
    return {
        "event_date": "",
        "outlet": report.outlet,
        "url": report.url,
        "speaker_type": found.speaker_type.value,
        "speaker": found.speaker,
        "actor": found.actor,
        "claim_type": found.claim_type.value,
        "credited_to": found.credited_to,
        "direction": found.direction.value,
        "paraphrase": shortened(words_of(report, proposal)),
    }


def _days(report: Report, settings: Mapping[str, str]) -> dict[str, str]:
    day = report.published.isoformat() if report.published else ""
    # A day that a person gives is not one that was printed, unless the person says so.
    given = settings.get("published", day) != day
    basis = Basis.INFERRED if given else report.published_basis
    return {"published": day, "published_basis": basis.value}


def _checked(fields: Mapping[str, str], today: date) -> Claim:
    line = {name: fields[name] or (None if name in _NULL else "") for name in COLUMNS}
    read = read_claims(
        json.dumps(line, ensure_ascii=False).encode("utf-8", "surrogatepass"), today=today
    )
    if read.refusals:
        raise MalformedError("; ".join(each.words for each in read.refusals[0].faults))
    return read.claims[0]


def words_of(report: Report, proposal: Proposal) -> str:
    """Return the words of the report that a proposal rests on."""
    start, end = proposal.span
    return report.text[start:end]


def shortened(text: str) -> str:
    """Return the text on one line, cut where a claim's words must end."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + _CUT


def verdict_on(report: Report, proposal: Proposal, claim: Claim) -> Verdict:
    """Return whether the method's own fields were left as they were, but for spaces around them."""
    return Verdict.CORRECTED if changed(report, proposal, claim) else Verdict.CONFIRMED


def changed(report: Report, proposal: Proposal, claim: Claim) -> tuple[str, ...]:
    """Return which of the fields a method answers for a person has changed."""
    before, after = _fields(report, proposal), as_texts(claim)
    return tuple(name for name in CODED if shortened(before[name]) != shortened(after[name]))


def sentence_marked(report: Report, proposal: Proposal) -> str:
    """Return the sentence, the words that carry the claim between signs."""
    start, end = proposal.sentence
    first, last = proposal.span
    text = report.text
    return f"{text[start:first]}\u27e6{text[first:last]}\u27e7{text[last:end]}"


def around(report: Report, proposal: Proposal) -> tuple[str, str]:
    """Return some of the text before the sentence and after it."""
    start, end = proposal.sentence
    before = report.text[max(start - AROUND, 0) : start]
    after = report.text[end : end + AROUND]
    return before.strip(), after.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How a method's proposals fared with people: its precision in use."""

    method: str
    confirmed: int
    corrected: int
    rejected: int

    @property
    def decided(self) -> int:
        """Return how many were decided."""
        return self.confirmed + self.corrected + self.rejected

    @property
    def interval(self) -> tuple[float, float]:
        """Return both ends, of 95 %, of the share that was confirmed as it was."""
        return jeffreys(self.confirmed, self.decided)


def scores(decisions: Sequence[Decision]) -> tuple[Score, ...]:
    """Return a score for each method, by its name."""
    methods = sorted({each.proposal.method for each in decisions})
    return tuple(_score(method, decisions) for method in methods)


def _score(method: str, decisions: Sequence[Decision]) -> Score:
    seen = [each.verdict for each in decisions if each.proposal.method == method]
    return Score(
        method=method,
        confirmed=seen.count(Verdict.CONFIRMED),
        corrected=seen.count(Verdict.CORRECTED),
        rejected=seen.count(Verdict.REJECTED),
    )
