"""Reports in the ledger: once, whole, the same in whichever order they came."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.watch.claims import Basis
from backchannel.watch.errors import LedgerError, MalformedError
from backchannel.watch.finding import Extractor, Found
from backchannel.watch.ledger import FILE, Ledger, open_ledger
from backchannel.watch.proposals import Method, Proposal, proposed
from backchannel.watch.report_store import Support
from backchannel.watch.reports import Report
from claiming import NOON
from watch_reading import WORDS, a_report, extract, proposals_of

CASE = "gulf"
LATER = datetime(2026, 4, 9, tzinfo=UTC)


@contextmanager
def a_ledger() -> Iterator[Ledger]:
    with TemporaryDirectory() as folder, open_ledger(Path(folder) / FILE) as ledger:
        yield ledger


def keep(ledger: Ledger, report: Report, method: Method = WORDS) -> bool:
    found = proposals_of(report, method)
    return ledger.reports.add(report, case=CASE, at=NOON, method=method.name, proposals=found)


def test_a_report_that_is_read_again_is_stored_once_and_proposed_once() -> None:
    with a_ledger() as ledger:
        assert keep(ledger, a_report()) is True
        before = ledger.proposals.pending(case=CASE)
        assert keep(ledger, a_report()) is False
        assert keep(ledger, a_report(retrieved=LATER)) is False
        assert ledger.reports.digests(case=CASE) == (a_report().digest,)
        assert ledger.proposals.pending(case=CASE) == before
        assert before == proposals_of(a_report())


def test_a_report_comes_out_as_it_went_in() -> None:
    report = a_report(url="", published=None, language="", text="NUL \x00 and \u06a9 \U0001f54a")
    with a_ledger() as ledger:
        ledger.reports.add(report, case=CASE, at=NOON, raw_hash="ab" * 32)
        assert ledger.reports.get(report.digest, case=CASE) == report
        assert ledger.reports.raw_hashes(case=CASE) == {"ab" * 32}
        assert not ledger.reports.is_extracted(report.digest, WORDS.name, case=CASE)
        with pytest.raises(LedgerError, match="there is no report"):
            ledger.reports.get(report.digest, case="other")


READINGS = (
    a_report(published=None),
    a_report(published_basis=Basis.INFERRED, published=date(2026, 4, 1), retrieved=LATER),
    a_report(retrieved=LATER),
    a_report(published=date(2026, 4, 8)),
    a_report(outlet="Mirror", published=None),
    a_report(text="A source said nothing is agreed. Nobody else said it."),
)


@settings(max_examples=30, deadline=None)
@given(st.permutations(READINGS))
def test_the_order_in_which_reports_arrive_changes_nothing(order: list[Report]) -> None:
    with a_ledger() as first, a_ledger() as second:
        for each in order:
            keep(first, each)
        for each in READINGS:
            keep(second, each)
        assert first.proposals.pending(case=CASE) == second.proposals.pending(case=CASE)
        assert first.reports.digests(case=CASE) == second.reports.digests(case=CASE)
        for digest in first.reports.digests(case=CASE):
            assert first.reports.get(digest, case=CASE) == second.reports.get(digest, case=CASE)
        best = first.reports.get(a_report().digest, case=CASE)
        assert (best.published, best.published_basis) == (date(2026, 4, 7), Basis.PRINTED)


def test_a_report_and_what_is_proposed_from_it_are_stored_together_or_not_at_all() -> None:
    def failing() -> Iterator[Proposal]:
        yield proposals_of(a_report())[0]
        raise RuntimeError("the method fell over")

    with a_ledger() as ledger:
        with pytest.raises(RuntimeError):
            ledger.reports.add(
                a_report(), case=CASE, at=NOON, method=WORDS.name, proposals=failing()
            )
        assert ledger.reports.digests(case=CASE) == ()
        assert ledger.proposals.pending(case=CASE) == ()
        with pytest.raises(LedgerError, match="another report"):
            ledger.reports.add(
                a_report(text="Other."),
                case=CASE,
                at=NOON,
                method=WORDS.name,
                proposals=proposals_of(a_report()),
            )
        assert ledger.reports.digests(case=CASE) == ()


@pytest.mark.parametrize("field", ["text", "title", "outlet", "language"])
def test_half_a_character_is_refused_and_leaves_the_ledger_as_it_was(field: str) -> None:
    with a_ledger() as ledger:
        with pytest.raises(LedgerError, match="half a character"):
            keep(ledger, a_report(**{field: "a \ud800"}))
        assert ledger.reports.digests(case=CASE) == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [("text", "x" * 5_000_001), ("retrieved", datetime(2026, 4, 8))],  # noqa: DTZ001 - on purpose
    ids=["too long", "without its zone"],
)
def test_a_report_that_cannot_be_is_refused(field: str, value: object) -> None:
    with pytest.raises(MalformedError):
        a_report(**{field: value})


def always(found: Found) -> Extractor:
    return lambda _: (found,)


def test_a_span_outside_its_sentence_is_refused() -> None:
    (first, _) = proposals_of(a_report())
    for span in ((-1, 2), (3, 3), (0, 10_000)):
        wrong = replace(first.found, span=span)
        method = Method(name="wrong 1", cut=WORDS.cut, extract=always(wrong))
        with pytest.raises(MalformedError, match="a span within the sentence is expected"):
            proposed(a_report(), method)


def test_two_methods_that_propose_the_same_are_asked_once() -> None:
    newer = Method(name="words 2", cut=WORDS.cut, extract=extract)
    for order in ((WORDS, newer), (newer, WORDS)):
        with a_ledger() as ledger:
            for method in order:
                keep(ledger, a_report(), method)
            assert ledger.proposals.waiting(case=CASE) == 2
            assert len({each.content for each in ledger.proposals.pending(case=CASE)}) == 2


TABLES = ("reports", "readings", "stories", "extracted", "proposals", "decisions", "evidence")


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    from test_watch_review import decide  # noqa: PLC0415 - they share what fills a ledger

    path = tmp_path / FILE
    with open_ledger(path) as ledger:
        keep(ledger, a_report())
        ledger.reports.file_stories({a_report().digest: "ab" * 32}, case=CASE, at=NOON)
        decide(ledger, proposals_of(a_report())[0])
    return path


@pytest.mark.parametrize("table", TABLES)
def test_nothing_read_proposed_or_decided_is_changed_or_deleted(filled: Path, table: str) -> None:
    connection = sqlite3.connect(filled)
    before = connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
    assert before
    for statement in (f"UPDATE {table} SET added = 0", f"DELETE FROM {table}"):  # noqa: S608
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    changed = ", ".join("7" if name == "added" else name for name in names)
    try:
        connection.execute(f"INSERT OR REPLACE INTO {table} SELECT {changed} FROM {table}")  # noqa: S608
    except sqlite3.IntegrityError as refusal:
        assert "append-only" in str(refusal)  # noqa: PT017 - one of two ends
    assert connection.execute(f"SELECT * FROM {table}").fetchall() == before  # noqa: S608
    connection.close()


def test_copies_of_one_story_count_once_and_the_newest_filing_counts() -> None:
    from test_watch_review import decide  # noqa: PLC0415 - as above

    copies = [a_report(url=f"https://mirror{n}.example/") for n in range(100)]
    with a_ledger() as ledger:
        for each in copies:
            keep(ledger, each)
            decide(ledger, proposals_of(each)[0], ["outlet=Wire", "url="])
        (claim,) = ledger.claims(case=CASE)
        assert ledger.reports.support([claim.digest, "ab"], case=CASE) == {
            claim.digest: Support(reports=100, stories=100)
        }
        filed = {each.digest: copies[0].digest for each in copies}
        assert ledger.reports.file_stories(filed, case=CASE, at=NOON) == 99
        assert ledger.reports.file_stories(filed, case=CASE, at=NOON) == 0
        assert ledger.reports.behind([claim.digest], case=CASE) == Support(reports=100, stories=1)
        alone = {copies[7].digest: copies[7].digest}
        assert ledger.reports.file_stories(alone, case=CASE, at=NOON) == 1
        assert ledger.reports.behind([claim.digest], case=CASE).stories == 2


READER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from backchannel.watch.ledger import open_ledger
from watch_reading import WORDS, a_report, proposals_of
from claiming import NOON
with open_ledger(Path(sys.argv[1])) as ledger:
    for number in range(int(sys.argv[2])):
        report = a_report(url=f"https://gazette.example/{number}")
        if not ledger.reports.is_extracted(report.digest, WORDS.name, case="gulf"):
            ledger.reports.add(
                report, case="gulf", at=NOON, method=WORDS.name, proposals=proposals_of(report)
            )
        print(number, flush=True)
"""


def reader(path: Path, number: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", READER, str(path), str(number), str(Path(__file__).parent)],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_read_that_is_killed_leaves_a_ledger_that_opens_and_is_finished(tmp_path: Path) -> None:
    path, number = tmp_path / FILE, 400
    with reader(path, 100_000) as running:
        assert running.stdout is not None
        for _ in range(20):
            running.stdout.readline()
        running.kill()
    with open_ledger(path) as ledger:
        stored = ledger.reports.digests(case=CASE)
        assert len(stored) >= 20
        assert ledger.proposals.waiting(case=CASE) == 2 * len(stored)
        assert all(ledger.reports.is_extracted(each, WORDS.name, case=CASE) for each in stored)
    with reader(path, number) as again:
        assert again.stdout is not None
        again.stdout.read()
    with open_ledger(path) as ledger:
        known = ledger.reports.digests(case=CASE)
        assert len(known) == max(number, len(stored))
        assert ledger.proposals.waiting(case=CASE) == 2 * len(known)


def test_two_processes_read_into_one_ledger_at_once(tmp_path: Path) -> None:
    path, number = tmp_path / FILE, 100
    both = [reader(path, number) for _ in range(3)]
    for each in both:
        with each:
            assert each.stdout is not None
            assert len(each.stdout.read().split()) == number
        assert each.returncode == 0
    with open_ledger(path) as ledger:
        assert len(ledger.reports.digests(case=CASE)) == number
        assert ledger.proposals.waiting(case=CASE) == 2 * number
