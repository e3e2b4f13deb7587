"""The review list: what a person makes of what was proposed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.watch.claims import COLUMNS, LONGEST, Basis, Claim
from backchannel.watch.errors import LedgerError, MalformedError
from backchannel.watch.ledger import FILE, Ledger, open_ledger
from backchannel.watch.proposals import Method, Proposal, Verdict
from backchannel.watch.reports import Report
from backchannel.watch.review import (
    Decision,
    Score,
    around,
    changed,
    claim_from,
    corrected,
    scores,
    sentence_marked,
    settings_of,
    shortened,
    verdict_on,
)
from claiming import NOON, TODAY, a_claim
from watch_reading import WORDS, a_report, extract, proposals_of

CASE = "gulf"
REPORT = a_report()
SAID, LEAKED = proposals_of(REPORT)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / FILE) as opened:
        read(opened, REPORT)
        yield opened


def read(ledger: Ledger, report: Report, method: Method = WORDS) -> None:
    found = proposals_of(report, method)
    ledger.reports.add(report, case=CASE, at=NOON, method=method.name, proposals=found)


def decide(
    ledger: Ledger, proposal: Proposal, given: Sequence[str] = (), who: str = "Amira"
) -> Decision:
    report = ledger.reports.get(proposal.report, case=CASE)
    claim = claim_from(report, proposal, settings_of(given), today=TODAY)
    verdict = verdict_on(report, proposal, claim)
    decision = Decision(proposal=proposal, verdict=verdict, claim=claim, who=who)
    ledger.proposals.decide(decision, case=CASE, at=NOON)
    return decision


def reject(ledger: Ledger, proposal: Proposal) -> None:
    decision = Decision(
        proposal=proposal, verdict=Verdict.REJECTED, claim=None, who="Amira", reason="weather"
    )
    ledger.proposals.decide(decision, case=CASE, at=NOON)


def test_a_proposal_is_no_claim_before_a_person_has_decided(ledger: Ledger) -> None:
    assert ledger.proposals.pending(case=CASE) == (SAID, LEAKED)
    assert ledger.claims(case=CASE) == ()
    decision = decide(ledger, SAID)
    assert ledger.claims(case=CASE) == (decision.claim,)
    assert ledger.proposals.pending(case=CASE) == (LEAKED,)
    assert ledger.proposals.waiting(case=CASE) == 1


def test_a_claim_has_day_outlet_and_words_from_its_report(ledger: Ledger) -> None:
    claim = decide(ledger, SAID).claim
    assert claim is not None
    assert (claim.published, claim.outlet, claim.url) == (
        REPORT.published,
        REPORT.outlet,
        REPORT.url,
    )
    assert (claim.speaker, claim.actor, claim.event_date) == ("Qatar", "Qatar", None)
    assert claim.paraphrase == "the gap is smaller"
    assert ledger.reports.spans(claim.digest, case=CASE) == ((REPORT.digest, *SAID.span),)


def test_a_field_that_nobody_named_must_be_set(ledger: Ledger) -> None:
    with pytest.raises(MalformedError, match="actor: a text that is empty came"):
        decide(ledger, LEAKED)
    assert decide(ledger, LEAKED, ["actor=Iran"]).verdict is Verdict.CORRECTED


def test_a_report_without_a_day_needs_one_which_is_inferred_unless_said_otherwise() -> None:
    report = a_report(published=None)
    with pytest.raises(MalformedError, match="has no day of publication"):
        claim_from(report, SAID, {}, today=TODAY)
    claim = claim_from(report, SAID, {"published": "2026-04-02"}, today=TODAY)
    assert (claim.published, claim.published_basis) == (date(2026, 4, 2), Basis.INFERRED)
    given = {"published": "2026-04-02", "published_basis": "printed"}
    assert claim_from(report, SAID, given, today=TODAY).published_basis is Basis.PRINTED
    assert verdict_on(report, SAID, claim) is Verdict.CONFIRMED


def test_a_day_to_come_is_refused_as_in_a_file() -> None:
    with pytest.raises(MalformedError, match="which is yet to come"):
        claim_from(a_report(published=date(2026, 7, 4)), SAID, {}, today=TODAY)


def test_a_field_that_is_corrected_is_told_apart_from_one_that_was_right() -> None:
    claim = claim_from(REPORT, SAID, {"speaker": " Qatar ", "outlet": "Wire"}, today=TODAY)
    assert verdict_on(REPORT, SAID, claim) is Verdict.CONFIRMED
    claim = claim_from(REPORT, SAID, {"claim_type": "leak", "speaker": "Doha"}, today=TODAY)
    assert changed(REPORT, SAID, claim) == ("speaker", "claim_type")


def test_long_words_are_cut_where_a_claim_s_words_must_end() -> None:
    assert len(shortened("word " * 1_000)) == LONGEST
    assert shortened(" a \n b ") == "a b"


def test_the_sentence_and_what_stands_around_it_are_shown() -> None:
    assert sentence_marked(REPORT, LEAKED) == "A source said \u27e6the list has nine names.\u27e7"
    assert around(REPORT, LEAKED) == ("Qatar said the gap is smaller. It rained.", "")


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (["speaker"], "field=value is expected"),
        (["id=x"], "field=value is expected"),
        (["speaker=a", "speaker=b"], "speaker is set twice"),
        (["claim_type=leek"], "claim_type: 'leek' came"),
        (["url=javascript:alert(1)"], "https:// or http://"),
        (["published=tomorrow"], "published: 'tomorrow' came"),
        (["speaker="], "speaker: a text that is empty"),
    ],
)
def test_what_cannot_be_set_is_refused_in_words(given: list[str], refusal: str) -> None:
    with pytest.raises(MalformedError, match=refusal):
        claim_from(REPORT, SAID, settings_of(given), today=TODAY)


@given(st.lists(st.one_of(st.text(), st.sampled_from(COLUMNS).map(lambda n: f"{n}=x"))))
def test_whatever_is_typed_gives_a_claim_or_a_refusal(given: list[str]) -> None:
    try:
        claim = claim_from(REPORT, SAID, settings_of(given), today=TODAY)
    except MalformedError:
        return
    assert isinstance(claim, Claim)


@given(st.sampled_from(COLUMNS), st.text(alphabet=st.characters(), max_size=2_100))
def test_whatever_a_field_is_set_to_gives_a_claim_or_a_refusal(name: str, value: str) -> None:
    try:
        claim = corrected(a_claim(), {name: value}, today=TODAY)
    except MalformedError:
        return
    assert isinstance(claim, Claim)


def test_what_was_decided_is_decided_but_what_was_rejected_may_be_taken_up(ledger: Ledger) -> None:
    decide(ledger, SAID)
    with pytest.raises(LedgerError, match="Amira has confirmed"):
        reject(ledger, SAID)
    reject(ledger, LEAKED)
    assert ledger.proposals.pending(case=CASE) == ()
    assert decide(ledger, LEAKED, ["actor=Iran"], who="Bob").who == "Bob"
    assert sorted(each.who for each in ledger.proposals.decided(case=CASE)) == ["Amira", "Bob"]


def test_a_claim_that_was_withdrawn_does_not_come_back_by_a_proposal(ledger: Ledger) -> None:
    claim = claim_from(REPORT, SAID, {}, today=TODAY)
    ledger.add([claim], case=CASE, at=NOON)
    ledger.correct(claim.digest, None, reason="misread", case=CASE, at=NOON)
    with pytest.raises(LedgerError, match="does not stand any more"):
        decide(ledger, SAID)
    assert ledger.proposals.pending(case=CASE) == (SAID, LEAKED)
    assert ledger.claims(case=CASE) == ()


def test_what_a_claim_rests_on_follows_it_through_a_correction(ledger: Ledger) -> None:
    claim = decide(ledger, SAID).claim
    assert claim is not None
    better = corrected(claim, {"direction": "neutral"}, today=TODAY)
    ledger.correct(claim.digest, better, reason="misread", case=CASE, at=NOON)
    assert ledger.reports.behind([better.digest], case=CASE).reports == 1
    assert ledger.claim(better.digest[:12], case=CASE) == better
    with pytest.raises(LedgerError, match="the beginning of no claims that stand"):
        ledger.claim(claim.digest, case=CASE)


@pytest.mark.parametrize("prefix", ["", "ab", "%%%%%%", "zzzzzz", "' OR 1=1"])
def test_what_names_no_proposal_or_claim_is_refused(ledger: Ledger, prefix: str) -> None:
    with pytest.raises(LedgerError):
        ledger.proposals.get(prefix, case=CASE)
    with pytest.raises(LedgerError):
        ledger.claim(prefix, case=CASE)


def test_a_decision_says_who_and_a_rejection_why() -> None:
    for who in ("", " ", "a\nb", "x" * 201):
        with pytest.raises(MalformedError, match="cannot name who decides"):
            Decision(proposal=SAID, verdict=Verdict.REJECTED, claim=None, who=who, reason="x")
    with pytest.raises(MalformedError, match="without a reason"):
        Decision(proposal=SAID, verdict=Verdict.REJECTED, claim=None, who="Amira")
    with pytest.raises(MalformedError, match="one of the two"):
        Decision(proposal=SAID, verdict=Verdict.CONFIRMED, claim=None, who="Amira")
    with pytest.raises(MalformedError, match="2,000 at most"):
        Decision(proposal=SAID, verdict=Verdict.REJECTED, claim=None, who="A", reason="x" * 2_001)


def test_a_method_s_score_counts_what_became_of_its_proposals(ledger: Ledger) -> None:
    other = Method(name="other 1", cut=WORDS.cut, extract=lambda text: extract(text)[:1])
    decide(ledger, SAID)
    reject(ledger, LEAKED)
    assert [(each.method, each.confirmed, each.rejected) for each in score_of(ledger)] == [
        ("words 1", 1, 1)
    ]
    # A method that comes later and proposes the same is judged by what was said already.
    read(ledger, REPORT, other)
    assert ledger.proposals.pending(case=CASE) == ()
    first, second = score_of(ledger)
    assert (first.method, first.decided) == ("other 1", 2)
    assert first.interval == second.interval
    low, high = first.interval
    assert 0 < low < 0.5 < high < 1


def score_of(ledger: Ledger) -> tuple[Score, ...]:
    return scores(ledger.proposals.decided(case=CASE))


def test_a_proposal_by_another_name_is_another_proposal() -> None:
    renamed = replace(SAID, method="words 2")
    assert renamed.digest != SAID.digest
    assert renamed.content == SAID.content
    assert replace(SAID, found=replace(SAID.found, hedged=True)).content != SAID.content
